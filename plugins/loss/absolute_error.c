/* absolute_error.c - L_n = sum_j |yhat_nj - y_nj|.
 *
 * Its kink is at yhat = y, where any slope from -1 to 1 is a subgradient; 0 is taken. NaN stays NaN. */
#include <nngrad/elementwise.h>

static inline double term(const double *parameters, double yhat, double y)
{
    (void)parameters;
    return fabs(yhat - y);
}

static inline double slope(const double *parameters, double yhat, double y)
{
    (void)parameters;
    double r = yhat - y;
    return r > 0 ? 1 : r < 0 ? -1 : r;
}

/* Linear pieces: this says no more than the slope does, hence the flag below. */
static inline double complex continuation(const double *parameters, double complex yhat, double y)
{
    (void)parameters;
    return creal(yhat) < y ? y - yhat : yhat - y;
}

static inline int32_t piece(const double *parameters, double yhat, double y)
{
    (void)parameters;
    return yhat == y ? NNG_BRANCH_TIE : yhat > y;
}

NNG_VALUE(value, term, slope)
NNG_COMPLEX_VALUE(complex_value, continuation)
NNG_LOSS_BRANCH(branch, piece)

static const struct nng_loss loss = {.size = sizeof loss,
                                     .target = NNG_TARGET_REAL,
                                     .flags = NNG_COMPLEX_FIRST_ORDER,
                                     .yhat_min = -INFINITY,
                                     .yhat_max = INFINITY,
                                     .ulps = 4,
                                     .value = value,
                                     .complex_value = complex_value,
                                     .branch = branch};

NNG_PLUGIN(.kind = NNG_LOSS, .name = "absolute_error", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "absolute differences, summed over the outputs", .formula = "L = \\sum_j |\\hat{y}_j - y_j|",
           .loss = &loss);
