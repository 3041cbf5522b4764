/* bench_check.c - the exhaustive check of 784-128-10 (batch 64, tanh, softmax + cross-entropy, dense Gaussian inputs)
 * beside the naive evaluator, which runs the whole forward pass for each difference. Prints times and their ratio. */
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#include "networks.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(void)
{
    struct nng_host *host = NULL;
    if (nng_host_new(NULL, 0, &host, NULL) != NNG_OK)
        return 1;
    struct recipe recipe = {.inputs = 784,
                            .depth = 2,
                            .units = {128, 10},
                            .activations = {"tanh", "softmax"},
                            .loss = "cross_entropy",
                            .samples = 64,
                            .weights = 1.0,
                            .data = 1.0,
                            .seed = 1};
    struct nng_model *model = network_new(host, &recipe);
    double *gradient = gradient_of(model), best = 1e9;
    for (int run = 0; run < 3; run++) {
        struct nng_report *report = check_of(model, gradient, false);
        printf("exhaustive check: %.3f s, %zu pass, %zu fail, %zu inconclusive, %.2f evaluations an entry\n",
               report->seconds, report->pass, report->fail, report->inconclusive,
               (double)report->evaluations / (double)model->parameter_count);
        best = report->seconds < best ? report->seconds : best;
        nng_report_free(report);
    }
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("peak memory: %.1f MB\n", (double)usage.ru_maxrss / 1024.0);

    enum { ENTRIES = 300 };
    struct nng_pass *pass = NULL;
    double started = now(), loss = 0.0;
    if (nng_pass_new(model, 64, &pass, NULL) != NNG_OK)
        return 1;
    for (size_t e = 0; e < ENTRIES; e++)
        for (int k = 0; k < 6; k++) {
            size_t p = e * 331 % model->parameter_count;
            double kept = model->theta[p];
            model->theta[p] = kept + (k % 2 == 0 ? 1e-3 : -1e-3);
            if (nng_loss(model, model->theta, model->data.x, model->data.y, 64, pass, &loss, NULL, NULL) != NNG_OK)
                return 1;
            model->theta[p] = kept;
        }
    double naive = (now() - started) / ENTRIES * (double)model->parameter_count;
    printf("naive evaluator, six evaluations an entry: %.1f s (from %d entries), %.0f times the check\n", naive,
           ENTRIES, naive / best);
    nng_pass_free(pass);
    nng_model_free(model);
    nng_host_free(host);
    return 0;
}
