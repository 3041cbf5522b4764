/* binary_cross_entropy.c - L_n = -sum_j (y_nj log yhat_nj + (1 - y_nj) log(1 - yhat_nj)): the lecture's loss for one
 * sigmoid output; each output is a yes or no of its own.
 *
 * Nothing is clipped: a sure and wrong yhat costs infinity, and a target of 0 (or 1) asks nothing of the other log.
 * Fused with sigmoid, from its a, with e = exp(-|a|) and s = 1 for a > 0, else 0:
 *
 *     L     = max(a, 0) - a y + log(1 + e) = |a| |s - y| + log(1 + e)
 *     dL/da = sigmoid(a) - y               = (s - y) - (2 s - 1) e / (1 + e)
 *
 * The right-hand forms add up terms of one sign, or parts exact for y = 0 and 1: nothing cancels. */
#include <nngrad/elementwise.h>

/* Where the factor before a log is zero, 0 log 0 = 0: that log is taken at 1. */
static inline double term(const double *parameters, double yhat, double y)
{
    (void)parameters;
    double yes = log((y == 0 && yhat == 0) ? 1 : yhat);
    double no = log1p((y == 1 && yhat == 1) ? 0 : -yhat);
    return 0 - (y * yes + (1 - y) * no);
}

/* (1 - y) / (1 - yhat) - y / yhat */
static inline double slope(const double *parameters, double yhat, double y)
{
    (void)parameters;
    double yes = y / ((y == 0 && yhat == 0) ? 1 : yhat);
    double no = (1 - y) / ((y == 1 && yhat == 1) ? 1 : 1 - yhat);
    return no - yes;
}

static inline double fused_term(const double *parameters, double a, double y)
{
    (void)parameters;
    double s = a > 0 ? 1 : 0;
    return fabs(a) * fabs(s - y) + log1p(exp(-fabs(a)));
}

static inline double fused_slope(const double *parameters, double a, double y)
{
    (void)parameters;
    double s = a > 0 ? 1 : 0;
    double e = exp(-fabs(a));
    double tail = e / (1 + e);
    return (s - y) - (2 * s - 1) * tail;
}

static inline double complex continuation(const double *parameters, double complex yhat, double y)
{
    (void)parameters;
    double complex yes = y == 0 ? 0 : y * clog(yhat);
    double complex no = y == 1 ? 0 : (1 - y) * clog(1 - yhat);
    return -(yes + no);
}

static inline double complex fused_continuation(const double *parameters, double complex a, double y)
{
    (void)parameters;
    return creal(a) > 0 ? a * (1 - y) + clog(1 + cexp(-a)) : -a * y + clog(1 + cexp(a));
}

NNG_SUM_OF_TERMS(sums, term, slope)
NNG_VALUE(fused, fused_term, fused_slope)
NNG_COMPLEX_VALUE(complex_value, continuation)
NNG_COMPLEX_VALUE(complex_fused, fused_continuation)

static enum nng_plugin_status value(const double *parameters, size_t rows, size_t cols, const double *yhat,
                                    const double *y, double *values, double *grad, struct nng_diagnostic *diagnostic)
{
    if (nng_refuse_outside(0, 1, rows, cols, yhat, "yhat must lie in [0, 1]", diagnostic) != NNG_PLUGIN_OK)
        return NNG_PLUGIN_ERROR;
    sums(parameters, rows, cols, yhat, y, values, grad);
    return NNG_PLUGIN_OK;
}

static const struct nng_loss loss = {.size = sizeof loss,
                                     .target = NNG_TARGET_UNIT,
                                     .yhat_min = 0,
                                     .yhat_max = 1,
                                     .ulps = 4,
                                     .fused_with = "sigmoid",
                                     .value = value,
                                     .fused = fused,
                                     .complex_value = complex_value,
                                     .complex_fused = complex_fused};

NNG_PLUGIN(.kind = NNG_LOSS, .name = "binary_cross_entropy", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "surprise at each yes or no, summed over the outputs",
           .formula = "L = -\\sum_j y_j \\log \\hat{y}_j + (1 - y_j) \\log(1 - \\hat{y}_j)", .loss = &loss);
