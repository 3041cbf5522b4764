/* huber.c - quadratic near the target, linear beyond delta (Huber 1964), with r = yhat - y and c = min(|r|, delta):
 *
 *     L_n = sum_j c (|r| - c / 2) = sum_j r^2 / 2 for |r| <= delta, else delta (|r| - delta / 2)
 *
 * The pieces meet with equal slopes, so there is no kink, and hence no branch: the derivative exists at |r| = delta
 * too, and a branch code would make a checker drop every difference across it.  Only the second derivative jumps, which
 * costs the checker some smaller steps. */
#include <nngrad/elementwise.h>

enum { DELTA };

static const struct nng_parameter parameters_table[] = {{.name = "delta",
                                                         .summary = "where the quadratic becomes linear",
                                                         .kind = NNG_REAL,
                                                         .flags = NNG_OPEN_MIN,
                                                         .min = 0,
                                                         .max = 1e308,
                                                         .standard = 1}};

static inline double term(const double *parameters, double yhat, double y)
{
    double r = fabs(yhat - y), delta = parameters[DELTA];
    double c = r < delta ? r : delta;
    return c * (r - 0.5 * c);
}

static inline double slope(const double *parameters, double yhat, double y)
{
    double r = yhat - y, delta = parameters[DELTA];
    return r > delta ? delta : r < -delta ? -delta : r;
}

static inline double complex continuation(const double *parameters, double complex yhat, double y)
{
    double complex r = creal(yhat) < y ? y - yhat : yhat - y;
    double delta = parameters[DELTA];
    return creal(r) < delta ? 0.5 * r * r : delta * (r - 0.5 * delta);
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

NNG_PLUGIN(.kind = NNG_LOSS, .name = "huber", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "squared error near the target, absolute error far from it",
           .formula =
               "L = \\sum_j c_j (|r_j| - c_j / 2), \\quad r_j = \\hat{y}_j - y_j, \\; c_j = \\min(|r_j|, \\delta)",
           NNG_PARAMETERS(parameters_table), .loss = &loss);
