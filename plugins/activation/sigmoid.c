/* sigmoid.c - the logistic function h = 1 / (1 + exp(-a)): the lecture's neuron.
 *
 * With e = exp(-|a|), which never overflows:
 *
 *     a >= 0:  h = 1 / (1 + e)          a < 0:  h = e / (1 + e)
 *
 * The lecture's h (1 - h) is e / (1 + e)^2.  In this form nothing cancels: 1 - h would be 0 from a = 37 on. */
#include <nngrad/elementwise.h>

static inline double sigmoid(const double *parameters, double a)
{
    (void)parameters;
    double e = nng_exp_below(-fabs(a));
    return (a < 0 ? e : 1) / (1 + e);
}

static inline double slope(const double *parameters, double a)
{
    (void)parameters;
    double e = nng_exp_below(-fabs(a));
    return e / ((1 + e) * (1 + e));
}

static inline double complex continuation(const double *parameters, double complex a)
{
    (void)parameters;
    double complex e = cexp(creal(a) < 0 ? a : -a);
    return (creal(a) < 0 ? e : 1) / (1 + e);
}

NNG_FORWARD(forward, sigmoid)
NNG_BACKWARD(backward, slope)
NNG_COMPLEX_FORWARD(complex_forward, continuation)

static const struct nng_activation activation = {.size = sizeof activation,
                                                 .flags = NNG_ACTIVATION_ELEMENTWISE,
                                                 .ulps = 4,
                                                 .h_min = 0,
                                                 .h_max = 1,
                                                 .forward = forward,
                                                 .backward = backward,
                                                 .complex_forward = complex_forward};

NNG_PLUGIN(.kind = NNG_ACTIVATION, .name = "sigmoid", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "the logistic function, from 0 to 1", .formula = "h = \\frac{1}{1 + e^{-a}}",
           .activation = &activation);
