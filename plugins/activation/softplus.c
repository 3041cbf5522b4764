/* softplus.c - h = log(1 + exp(a)), a rectifier without its kink, whose slope is the sigmoid.
 *
 * Written as max(a, 0) + log(1 + e) with e = exp(-|a|), which never overflows and where nothing cancels. */
#include <nngrad/elementwise.h>

static inline double softplus(const double *parameters, double a)
{
    (void)parameters;
    return (a < 0 ? 0 : a) + nng_log1p_unit(nng_exp_below(-fabs(a)));
}

static inline double slope(const double *parameters, double a)
{
    (void)parameters;
    double e = nng_exp_below(-fabs(a));
    return (a < 0 ? e : 1) / (1 + e);
}

static inline double complex continuation(const double *parameters, double complex a)
{
    (void)parameters;
    return creal(a) < 0 ? clog(1 + cexp(a)) : a + clog(1 + cexp(-a));
}

NNG_FORWARD(forward, softplus)
NNG_BACKWARD(backward, slope)
NNG_COMPLEX_FORWARD(complex_forward, continuation)

static const struct nng_activation activation = {.size = sizeof activation,
                                                 .flags = NNG_ACTIVATION_ELEMENTWISE,
                                                 .ulps = 4,
                                                 .h_min = 0,
                                                 .h_max = INFINITY,
                                                 .forward = forward,
                                                 .backward = backward,
                                                 .complex_forward = complex_forward};

NNG_PLUGIN(.kind = NNG_ACTIVATION, .name = "softplus", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "a smooth rectifier", .formula = "h = \\log(1 + e^a)", .activation = &activation);
