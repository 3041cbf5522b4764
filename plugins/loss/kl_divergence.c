/* kl_divergence.c - L_n = sum_j y_nj log(y_nj / yhat_nj): how much dearer yhat's code is than y's own.
 *
 * Cross-entropy less the entropy of y, which has no part in the gradient -y / yhat. 0 log 0 = 0; nothing is clipped.
 * The two logs cancel where yhat is near y: hence `magnitude`, sum_j y (|log y| + |log yhat|). */
#include <nngrad/elementwise.h>

static inline double term(const double *parameters, double yhat, double y)
{
    (void)parameters;
    return y * (log(y == 0 ? 1 : y) - log(y == 0 && yhat == 0 ? 1 : yhat));
}

static inline double slope(const double *parameters, double yhat, double y)
{
    (void)parameters;
    return 0 - y / (y == 0 && yhat == 0 ? 1 : yhat);
}

static inline double size(const double *parameters, double yhat, double y)
{
    (void)parameters;
    return y * (fabs(log(y == 0 ? 1 : y)) + fabs(log(y == 0 && yhat == 0 ? 1 : yhat)));
}

static inline double complex continuation(const double *parameters, double complex yhat, double y)
{
    (void)parameters;
    return y == 0 ? 0 : y * (log(y) - clog(yhat));
}

NNG_SUM_OF_TERMS(sums, term, slope)
NNG_MAP_2(sizes, size)
NNG_COMPLEX_VALUE(complex_value, continuation)

static enum nng_plugin_status value(const double *parameters, size_t rows, size_t cols, const double *yhat,
                                    const double *y, double *values, double *grad, struct nng_diagnostic *diagnostic)
{
    if (nng_refuse_outside(0, INFINITY, rows, cols, yhat, "yhat must not be negative", diagnostic) != NNG_PLUGIN_OK)
        return NNG_PLUGIN_ERROR;
    sums(parameters, rows, cols, yhat, y, values, grad);
    return NNG_PLUGIN_OK;
}

static enum nng_plugin_status magnitude(const double *parameters, size_t rows, size_t cols, const double *yhat,
                                        const double *y, double *magnitudes, struct nng_diagnostic *diagnostic)
{
    (void)diagnostic;
    nng_row_sums(sizes, parameters, rows, cols, yhat, y, magnitudes);
    return NNG_PLUGIN_OK;
}

static const struct nng_loss loss = {.size = sizeof loss,
                                     .target = NNG_TARGET_DISTRIBUTION,
                                     .yhat_min = 0,
                                     .yhat_max = INFINITY,
                                     .ulps = 4,
                                     .value = value,
                                     .complex_value = complex_value,
                                     .magnitude = magnitude};

NNG_PLUGIN(.kind = NNG_LOSS, .name = "kl_divergence", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "the divergence of yhat from a target distribution",
           .formula = "L = \\sum_j y_j \\log \\frac{y_j}{\\hat{y}_j}", .loss = &loss);
