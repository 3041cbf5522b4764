/* wrong_slope.c - a sigmoid whose derivative is twice too large at the second unit of each row, and right elsewhere:
 * what inspect and check must find, and name. */
#include <math.h>

#include <nngrad/plugin.h>

static enum nng_plugin_status forward(const double *parameters, size_t rows, size_t cols, const double *a, double *h,
                                      struct nng_diagnostic *diagnostic)
{
    (void)parameters;
    (void)diagnostic;
    for (size_t i = 0; i < rows * cols; i++)
        h[i] = 1 / (1 + exp(-a[i]));
    return NNG_PLUGIN_OK;
}

static enum nng_plugin_status backward(const double *parameters, size_t rows, size_t cols, const double *a,
                                       const double *h, const double *dh, double *da, struct nng_diagnostic *diagnostic)
{
    (void)parameters;
    (void)a;
    (void)diagnostic;
    for (size_t i = 0; i < rows * cols; i++)
        da[i] = (i % cols == 1 ? 2 : 1) * dh[i] * h[i] * (1 - h[i]);
    return NNG_PLUGIN_OK;
}

static const struct nng_activation activation = {.size = sizeof activation,
                                                 .flags = NNG_ACTIVATION_ELEMENTWISE,
                                                 .ulps = 4,
                                                 .h_min = 0,
                                                 .h_max = 1,
                                                 .forward = forward,
                                                 .backward = backward};

NNG_PLUGIN(.kind = NNG_ACTIVATION, .name = "wrong_slope", .version = "1", .licence = "GPL-3.0-or-later",
           .summary = "a sigmoid with a wrong derivative at the second unit",
           .formula = "h = \\sigma(a), \\quad h_2' = 2 \\sigma'(a_2)", .activation = &activation);
