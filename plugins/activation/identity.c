/* identity.c - h = a: a linear layer, or the output layer of a regression. */
#include <nngrad/elementwise.h>

static enum nng_plugin_status forward(const double *parameters, size_t rows, size_t cols, const double *a, double *h,
                                      struct nng_diagnostic *diagnostic)
{
    (void)parameters;
    (void)diagnostic;
    memcpy(h, a, rows * cols * sizeof *h);
    return NNG_PLUGIN_OK;
}

/* The slope is 1. */
static enum nng_plugin_status backward(const double *parameters, size_t rows, size_t cols, const double *a,
                                       const double *h, const double *dh, double *da, struct nng_diagnostic *diagnostic)
{
    (void)parameters;
    (void)a;
    (void)h;
    (void)diagnostic;
    memcpy(da, dh, rows * cols * sizeof *da);
    return NNG_PLUGIN_OK;
}

static inline double complex continuation(const double *parameters, double complex a)
{
    (void)parameters;
    return a;
}

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
