/* silu.c - h = a sigmoid(a), the sigmoid-weighted linear unit, also called swish (Elfwing, Uchibe and Doya 2018).
 *
 * With e = exp(-|a|) and sigma = (a < 0 ? e : 1) / (1 + e):  h' = sigma + a e / (1 + e)^2. */
#include <nngrad/elementwise.h>

static inline double silu(const double *parameters, double a)
{
    (void)parameters;
    double e = nng_exp_below(-fabs(a));
    return a * (a < 0 ? e : 1) / (1 + e);
}

static inline double slope(const double *parameters, double a)
{
    (void)parameters;
    double e = nng_exp_below(-fabs(a));
    return ((a < 0 ? e : 1) + a * e / (1 + e)) / (1 + e);
}

static inline double complex continuation(const double *parameters, double complex a)
{
    (void)parameters;
    double complex e = cexp(creal(a) < 0 ? a : -a);
    return a * (creal(a) < 0 ? e : 1) / (1 + e);
}

NNG_FORWARD(forward, silu)
NNG_BACKWARD(backward, slope)
NNG_COMPLEX_FORWARD(complex_forward, continuation)

static const struct nng_activation activation = {.size = sizeof activation,
                                                 .flags = NNG_ACTIVATION_ELEMENTWISE,
                                                 .ulps = 4,
                                                 .h_min = -0.2785, /* at a = -1.2785 */
                                                 .h_max = INFINITY,
                                                 .forward = forward,
                                                 .backward = backward,
                                                 .complex_forward = complex_forward};

NNG_PLUGIN(.kind = NNG_ACTIVATION, .name = "silu", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "the pre-activation, weighted by its own sigmoid", .formula = "h = \\frac{a}{1 + e^{-a}}",
           .activation = &activation);
