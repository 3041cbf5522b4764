/* identity.c - h = a: a linear layer, or the output layer of a regression. */
#include <nngrad/elementwise.h>

static inline double identity(const double *parameters, double a)
{
    (void)parameters;
    return a;
}

static inline double slope(const double *parameters, double a)
{
    (void)parameters;
    (void)a;
    return 1;
}

static inline double complex continuation(const double *parameters, double complex a)
{
    (void)parameters;
    return a;
}

NNG_FORWARD(forward, identity)
NNG_BACKWARD(backward, slope)
NNG_COMPLEX_FORWARD(complex_forward, continuation)

static const struct nng_activation activation = {.size = sizeof activation,
                                                 .flags = NNG_ACTIVATION_ELEMENTWISE,
                                                 .ulps = 0.5,
                                                 .h_min = -INFINITY,
                                                 .h_max = INFINITY,
                                                 .forward = forward,
                                                 .backward = backward,
                                                 .complex_forward = complex_forward};

NNG_PLUGIN(.kind = NNG_ACTIVATION, .name = "identity", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "the pre-activation itself", .formula = "h = a", .activation = &activation);
