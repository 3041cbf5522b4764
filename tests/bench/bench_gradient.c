/* bench_gradient.c - the analytic gradient beside what its matrix products alone cost, in one process:
 *
 *     1024-1024-1024-1024-10, batch 256, tanh, softmax + cross-entropy: GFLOP/s of nng_loss with its gradient, and of
 *     cblas_dgemm called for the same products on the same arrays, by turns, with one thread and with two;
 *     3-3-3-1 with 4 samples, sigmoid, binary cross-entropy: microseconds a call.
 *
 * Medians, and the best rounds: other work on the machine disturbs the former, hardly the latter. */
#include <gsl/gsl_cblas.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <time.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "networks.h"

enum { ROUNDS = 15, CALLS = 20000 };

#if defined(__GNUC__) && defined(__ELF__)
void openblas_set_num_threads(int count) __attribute__((weak));
#else
static void (*const openblas_set_num_threads)(int) = NULL;
#endif

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Sorts the times; values[0] is then the best. */
static double median(double *values, size_t count)
{
    gsl_sort(values, 1, count);
    return gsl_stats_median_from_sorted_data(values, 1, count);
}

/* Threads of nngrad are OpenMP's; dgemm alone uses OpenBLAS's own. */
static void set_threads(int ours, int of_blas)
{
#ifdef _OPENMP
    omp_set_num_threads(ours);
#else
    (void)ours;
#endif
    if (openblas_set_num_threads != NULL)
        openblas_set_num_threads(of_blas);
}

/* C (m x n) = A B, where op(A) is m x k. */
static void product(CBLAS_TRANSPOSE_t ta, CBLAS_TRANSPOSE_t tb, size_t m, size_t n, size_t k, const double *A,
                    const double *B, double *C)
{
    cblas_dgemm(CblasRowMajor, ta, tb, (int)m, (int)n, (int)k, 1.0, A, (int)(ta == CblasTrans ? m : k), B,
                (int)(tb == CblasTrans ? k : n), 0.0, C, (int)n);
}

/* Every product of one gradient, and nothing else: a_l = h_{l-1} W_l', dW_l = da_l' h_{l-1}, dh_{l-1} = da_l W_l.
 * Returns how many floating-point operations they are. */
static double products(const struct nng_model *model, struct nng_pass *pass, double *gradient)
{
    size_t N = pass->samples;
    double operations = 0.0;
    for (size_t l = 1; l <= model->layer_count; l++) {
        const struct nng_layer *layer = &model->layers[l - 1];
        const double *W = model->theta + layer->weights, *h = l == 1 ? pass->x : pass->h[l - 1];
        size_t units = layer->units, inputs = layer->inputs;
        product(CblasNoTrans, CblasTrans, N, units, inputs, h, W, pass->a[l]);
        product(CblasTrans, CblasNoTrans, units, inputs, N, pass->da[l], h, gradient + layer->weights);
        if (l > 1)
            product(CblasNoTrans, CblasNoTrans, N, inputs, units, pass->da[l], W, pass->dh[l - 1]);
        operations += (l > 1 ? 3.0 : 2.0) * 2.0 * (double)(N * units * inputs);
    }
    return operations;
}

static void gradient_once(const struct nng_model *model, struct nng_pass *pass, double *gradient)
{
    double loss = 0.0;
    struct nng_error error = {0};
    enum nng_status status =
        nng_loss(model, model->theta, model->data.x, model->data.y, model->data.samples, pass, &loss, gradient, &error);
    require(status == NNG_OK, error.text);
}

static struct nng_pass *pass_of(const struct nng_model *model)
{
    struct nng_pass *pass = NULL;
    struct nng_error error = {0};
    require(nng_pass_new(model, model->data.samples, &pass, &error) == NNG_OK, error.text);
    return pass;
}

static void bench_large(struct nng_host *host)
{
    struct recipe recipe = {.inputs = 1024,
                            .depth = 4,
                            .units = {1024, 1024, 1024, 10},
                            .activations = {"tanh", "tanh", "tanh", "softmax"},
                            .loss = "cross_entropy",
                            .samples = 256,
                            .weights = 1.0,
                            .data = 1.0,
                            .seed = 1};
    struct nng_model *model = network_new(host, &recipe);
    struct nng_pass *pass = pass_of(model);
    double *gradient = calloc(model->parameter_count, sizeof *gradient);
    require(gradient != NULL, "out of memory");
    printf("1024-1024-1024-1024-10, batch 256: gradient beside its matrix products alone, %d rounds\n", ROUNDS);
    for (int threads = 1; threads <= 2; threads++) {
        double ours[ROUNDS], alone[ROUNDS], operations = 0.0;
        for (int round = -1; round < ROUNDS; round++) { /* the first one warms up */
            set_threads(threads, 1);
            double start = now();
            gradient_once(model, pass, gradient);
            double between = now();
            set_threads(threads, threads);
            double again = now();
            operations = products(model, pass, gradient);
            if (round < 0)
                continue;
            ours[round] = between - start;
            alone[round] = now() - again;
        }
        double middle = median(ours, ROUNDS), middle_alone = median(alone, ROUNDS), giga = 1e-9 * operations;
        printf("    %d thread%s: median %5.1f GFLOP/s, dgemm %5.1f, ratio %.2f;  best %5.1f, dgemm %5.1f, ratio %.2f\n",
               threads, threads > 1 ? "s" : " ", giga / middle, giga / middle_alone, middle_alone / middle,
               giga / ours[0], giga / alone[0], alone[0] / ours[0]);
    }
    free(gradient);
    nng_pass_free(pass);
    nng_model_free(model);
}

static void bench_small(struct nng_host *host)
{
    struct recipe recipe = {.inputs = 3,
                            .depth = 3,
                            .units = {3, 3, 1},
                            .activations = {"sigmoid", "sigmoid", "sigmoid"},
                            .loss = "binary_cross_entropy",
                            .samples = 4,
                            .weights = 1.0,
                            .data = 1.0,
                            .seed = 1};
    struct nng_model *model = network_new(host, &recipe);
    struct nng_pass *pass = pass_of(model);
    double gradient[64], times[ROUNDS];
    require(model->parameter_count <= 64, "a larger network than expected");
    for (int round = 0; round < ROUNDS; round++) {
        double start = now();
        for (int call = 0; call < CALLS; call++)
            gradient_once(model, pass, gradient);
        times[round] = (now() - start) / CALLS;
    }
    double middle = median(times, ROUNDS);
    printf("3-3-3-1, 4 samples: gradient %.2f microseconds a call (median of %d rounds), best %.2f\n", 1e6 * middle,
           ROUNDS, 1e6 * times[0]);
    nng_pass_free(pass);
    nng_model_free(model);
}

int main(void)
{
    struct nng_host *host = NULL;
    struct nng_error error = {0};
    require(nng_host_new(NULL, 0, &host, &error) == NNG_OK, error.text);
    bench_large(host);
    bench_small(host);
    nng_host_free(host);
    return 0;
}
