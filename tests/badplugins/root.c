/* root.c - h = sqrt a, right, and refused where a is negative. */
#include <math.h>

#include <nngrad/plugin.h>

static enum nng_plugin_status forward(const double *parameters, size_t rows, size_t cols, const double *a, double *h,
                                      struct nng_diagnostic *diagnostic)
{
    (void)parameters;
    for (size_t i = 0; i < rows * cols; i++) {
        if (a[i] < 0)
            return nng_refuse(diagnostic, (int64_t)(i / cols), (int64_t)(i % cols), "no root of a negative number");
        h[i] = sqrt(a[i]);
    }
    return NNG_PLUGIN_OK;
}

static enum nng_plugin_status backward(const double *parameters, size_t rows, size_t cols, const double *a,
                                       const double *h, const double *dh, double *da, struct nng_diagnostic *diagnostic)
{
    (void)parameters;
    (void)a;
    (void)diagnostic;
    for (size_t i = 0; i < rows * cols; i++)
        da[i] = dh[i] / (2 * h[i]);
    return NNG_PLUGIN_OK;
}

static const struct nng_activation activation = {.size = sizeof activation,
                                                 .flags = NNG_ACTIVATION_ELEMENTWISE,
                                                 .ulps = 1,
                                                 .h_min = 0,
                                                 .h_max = INFINITY,
                                                 .forward = forward,
                                                 .backward = backward};

NNG_PLUGIN(.kind = NNG_ACTIVATION, .name = NAME, .version = "1", .licence = "GPL-3.0-or-later",
           .summary = "square root", .formula = "h = \\sqrt a", .activation = &activation);
