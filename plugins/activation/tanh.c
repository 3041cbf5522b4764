/* tanh.c - h = tanh(a), from -1 to 1 and odd: with m = exp(-2|a|) - 1, |h| = -m / (2 + m), where nothing cancels.
 *
 * The slope 1 - h^2 is 4 e / (1 + e)^2 with e = exp(-2|a|), where nothing cancels. */
#include <nngrad/elementwise.h>

static inline double hyperbolic_tangent(const double *parameters, double a)
{
    (void)parameters;
    double m = nng_expm1_below(-2 * fabs(a)), h = -m / (2 + m);
    return a < 0 ? -h : h;
}

static inline double slope(const double *parameters, double a)
{
    (void)parameters;
    double e = nng_exp_below(-2 * fabs(a));
    return 4 * e / ((1 + e) * (1 + e));
}

static inline double complex continuation(const double *parameters, double complex a)
{
    (void)parameters;
    return ctanh(a);
}

NNG_FORWARD(forward, hyperbolic_tangent)
NNG_BACKWARD(backward, slope)
NNG_COMPLEX_FORWARD(complex_forward, continuation)

static const struct nng_activation activation = {.size = sizeof activation,
                                                 .flags = NNG_ACTIVATION_ELEMENTWISE,
                                                 .ulps = 4,
                                                 .h_min = -1,
                                                 .h_max = 1,
                                                 .forward = forward,
                                                 .backward = backward,
                                                 .complex_forward = complex_forward};

NNG_PLUGIN(.kind = NNG_ACTIVATION, .name = "tanh", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "the hyperbolic tangent, from -1 to 1", .formula = "h = \\tanh a", .activation = &activation);
