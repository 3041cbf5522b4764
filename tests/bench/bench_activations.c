/* bench_activations.c - nanoseconds an element of each elementwise activation, beside a scalar loop over <math.h> for
 * the same formula in the same process.  The arrays fit the first-level cache; the best of many runs counts.
 *
 *     bench_activations [ROWS COLS]          (default 64 16; softmax's rows are COLS long) */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <nngrad/nngrad.h>

typedef double scalar(double a);

static double scalar_sigmoid(double a)
{
    return 1 / (1 + exp(-a));
}

static double scalar_elu(double a)
{
    return a > 0 ? a : expm1(a);
}

static double scalar_softplus(double a)
{
    return fmax(a, 0) + log1p(exp(-fabs(a)));
}

static double scalar_gelu(double a)
{
    return 0.5 * a * erfc(-a * 0.70710678118654757);
}

static double scalar_silu(double a)
{
    return a / (1 + exp(-a));
}

static const struct {
    const char *name;
    scalar *f; /* called through a pointer: the compiler cannot vectorise it */
} peers[] = {{"sigmoid", scalar_sigmoid},   {"tanh", tanh},        {"elu", scalar_elu},
             {"softplus", scalar_softplus}, {"gelu", scalar_gelu}, {"silu", scalar_silu}};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

enum { RUNS = 2000 };

static double time_scalar(scalar *f, size_t n, const double *a, double *h)
{
    double best = HUGE_VAL;
    for (int run = 0; run < RUNS; run++) {
        double start = now();
        for (size_t i = 0; i < n; i++)
            h[i] = f(a[i]);
        best = fmin(best, now() - start);
    }
    return best / (double)n;
}

static double time_plugin(const struct nng_method *method, int backward, size_t rows, size_t cols, const double *a,
                          double *h, double *da)
{
    struct nng_diagnostic diagnostic = {0};
    const struct nng_activation *f = method->plugin->activation;
    double best = HUGE_VAL;
    for (int run = 0; run < RUNS; run++) {
        double start = now();
        enum nng_plugin_status status = backward ? f->backward(method->values, rows, cols, a, h, a, da, &diagnostic)
                                                 : f->forward(method->values, rows, cols, a, h, &diagnostic);
        best = fmin(best, now() - start);
        if (status != NNG_PLUGIN_OK)
            return NAN;
    }
    return best / (double)(rows * cols);
}

enum { MOST = 1 << 16 };

int main(int argc, char **argv)
{
    static double a[MOST], h[MOST], da[MOST];
    size_t rows = argc == 3 ? strtoul(argv[1], NULL, 10) : 64, cols = argc == 3 ? strtoul(argv[2], NULL, 10) : 16;
    struct nng_error error = {.text = "ROWS times COLS must be from 1 to 65536"};
    struct nng_host *host = NULL;
    struct nng_listing *listing = NULL;
    size_t count = 0, n = rows * cols;
    if (rows > MOST || cols > MOST || n == 0 || n > MOST || nng_host_new(NULL, 0, &host, &error) != NNG_OK ||
        nng_host_list(host, NNG_ACTIVATION, &listing, &count, &error) != NNG_OK) {
        fprintf(stderr, "bench_activations: %s\n", error.text);
        return 2;
    }
    for (size_t i = 0; i < n; i++)
        a[i] = 4 * sin((double)i); /* from -4 to 4 in no order */
    printf("%-12s %10s %10s %10s %8s   ns an element, %zu x %zu\n", "", "forward", "backward", "scalar", "times", rows,
           cols);
    for (size_t k = 0; k < count; k++) {
        const struct nng_method *method = &listing[k].method;
        if (method->plugin == NULL)
            continue;
        double forward = time_plugin(method, 0, rows, cols, a, h, da);
        double backward = time_plugin(method, 1, rows, cols, a, h, da);
        printf("%-12s %10.2f %10.2f", method->plugin->name, forward, backward);
        for (size_t p = 0; p < sizeof peers / sizeof peers[0]; p++) {
            if (strcmp(peers[p].name, method->plugin->name) != 0)
                continue;
            double scalar_time = time_scalar(peers[p].f, n, a, h);
            printf(" %10.2f %8.1f", scalar_time, scalar_time / forward);
        }
        printf("\n");
    }
    nng_host_free(host);
    return 0;
}
