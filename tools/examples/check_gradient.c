/* check_gradient.c - does my C program compute its gradient rightly? The check of nngrad, for any function.
 *
 *     cc check_gradient.c -o check_gradient $(pkg-config --cflags --libs nngrad)
 *     ./check_gradient          the gradient as it should be
 *     ./check_gradient wrong    with a factor forgotten in one entry
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <nngrad/nngrad.h>

/* Logistic regression on four points: L(w) = (1/N) sum_n log(1 + exp(-y_n w.x_n)) */
enum { N = 4, D = 3 };
static const double x[N][D] = {{1, 0.5, -1.2}, {1, -0.3, 0.8}, {1, 2.0, 0.1}, {1, -1.5, -0.4}};
static const double y[N] = {1, -1, 1, -1};

static double margin(const double *w, int n)
{
    double sum = 0;
    for (int j = 0; j < D; j++)
        sum += w[j] * x[n][j];
    return y[n] * sum;
}

static double loss(void *context, const double *w)
{
    (void)context;
    double sum = 0;
    for (int n = 0; n < N; n++)
        sum += log1p(exp(-margin(w, n)));
    return sum / N;
}

/* dL/dw_j = -(1/N) sum_n y_n x_nj / (1 + exp(y_n w.x_n)) */
static void gradient(const double *w, double *g)
{
    for (int j = 0; j < D; j++) {
        g[j] = 0;
        for (int n = 0; n < N; n++)
            g[j] -= y[n] * x[n][j] / (1 + exp(margin(w, n))) / N;
    }
}

int main(int argc, char **argv)
{
    (void)argv;
    const double w[D] = {0.1, -0.7, 0.4};
    double g[D];
    gradient(w, g);
    if (argc > 1)
        g[1] *= N; /* 1/N is missing */

    struct nng_function f = {.n = D, .value = loss};
    struct nng_function_options options = {.every_entry = true};
    struct nng_report *report = NULL;
    struct nng_error error = {0};
    if (nng_check_function(&f, w, g, &options, &report, &error) != NNG_OK) {
        fprintf(stderr, "%s\n", error.text);
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < report->entry_count; i++) {
        const struct nng_entry *entry = &report->entries[i];
        printf("dL/dw_%zu  yours %9.6f  differences %9.6f +- %.0e  %s\n", entry->index + 1, entry->analytic,
               entry->numeric, entry->uncertainty, nng_verdict_name(entry->verdict));
    }
    printf("verdict: %s\n", nng_verdict_name(report->verdict));
    int status = report->verdict == NNG_PASS ? EXIT_SUCCESS : EXIT_FAILURE;
    nng_report_free(report);
    return status;
}
