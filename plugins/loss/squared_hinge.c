/* squared_hinge.c - L_n = sum_j max(0, 1 - y_nj yhat_nj)^2, targets -1 and +1.
 *
 * The pieces meet at the margin with slope 0 on both sides: no kink, and hence no branch, as in huber.c. */
#include <nngrad/elementwise.h>

static inline double term(const double *parameters, double yhat, double y)
{
    (void)parameters;
    double short_of = 1 - y * yhat, m = short_of <= 0 ? 0 : short_of;
    return m * m;
}

static inline double slope(const double *parameters, double yhat, double y)
{
    (void)parameters;
    double short_of = 1 - y * yhat, m = short_of <= 0 ? 0 : short_of;
    return -2 * y * m;
}

static inline double complex continuation(const double *parameters, double complex yhat, double y)
{
    (void)parameters;
    double complex m = 1 - y * creal(yhat) <= 0 ? 0 : 1 - y * yhat;
    return m * m;
}

NNG_VALUE(value, term, slope)
NNG_COMPLEX_VALUE(complex_value, continuation)

static const struct nng_loss loss = {.size = sizeof loss,
                                     .target = NNG_TARGET_SIGN,
                                     .yhat_min = -INFINITY,
                                     .yhat_max = INFINITY,
                                     .ulps = 4,
                                     .value = value,
                                     .complex_value = complex_value};

NNG_PLUGIN(.kind = NNG_LOSS, .name = "squared_hinge", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "the hinge loss, squared: smooth at the margin",
           .formula = "L = \\sum_j \\max(0, 1 - y_j \\hat{y}_j)^2", .loss = &loss);
