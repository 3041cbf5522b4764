/* log_cosh.c - L_n = sum_j log cosh(r_nj), r = yhat - y: about r^2 / 2 near 0 and |r| - log 2 far from it.
 *
 *     |r| <  1:  log(1 + sinh(r)^2) / 2          |r| >= 1:  |r| - log 2 + log(1 + exp(-2|r|))
 *
 * The first form keeps the digits of a small r, the second never overflows.  One expm1 serves both: sinh r is
 * (u + u / (1 + u)) / 2 with u = expm1(|r|), and exp(-2|r|) is 1 + expm1(-2|r|). */
#include <nngrad/elementwise.h>

#define LOG_2 0.69314718055994531

static inline double term(const double *parameters, double yhat, double y)
{
    (void)parameters;
    double r = fabs(yhat - y);
    double u = expm1(r * (r < 1 ? 1 : -2));
    double sinh_r = 0.5 * (u + u / (1 + u));
    double square = sinh_r * sinh_r, power = 1 + u;
    double l = log1p(r < 1 ? square : power);
    double near = 0.5 * l, far = r - LOG_2 + l;
    return r < 1 ? near : far;
}

static inline double slope(const double *parameters, double yhat, double y)
{
    (void)parameters;
    return tanh(yhat - y);
}

static inline double complex continuation(const double *parameters, double complex yhat, double y)
{
    (void)parameters;
    double complex r = creal(yhat) < y ? y - yhat : yhat - y;
    return r - LOG_2 + clog(1 + cexp(-2 * r));
}

NNG_VALUE(value, term, slope)
NNG_COMPLEX_VALUE(complex_value, continuation)

static const struct nng_loss loss = {.size = sizeof loss,
                                     .target = NNG_TARGET_REAL,
                                     .yhat_min = -INFINITY,
                                     .yhat_max = INFINITY,
                                     .ulps = 4,
                                     .value = value,
                                     .complex_value = complex_value};

NNG_PLUGIN(.kind = NNG_LOSS, .name = "log_cosh", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "a smooth absolute error", .formula = "L = \\sum_j \\log \\cosh(\\hat{y}_j - y_j)",
           .loss = &loss);
