/* wrong_tanh.c - h = SCALE tanh a with one of its functions wrong: AT is where backward takes the slope (a[i]),
 * SLOPE_OF_1 makes it hand dL/dh on, SIGN turns it round, SCALE is the forward function's alone, and COMPLEX_SCALE the
 * complex form's. */
#include <complex.h>
#include <math.h>

#include <nngrad/plugin.h>

#ifndef AT
#define AT a[i]
#endif
#ifndef SLOPE_OF_1
#define SLOPE_OF_1 0
#endif
#ifndef SIGN
#define SIGN 1
#endif
#ifndef SCALE
#define SCALE 1
#endif
#ifndef COMPLEX_SCALE
#define COMPLEX_SCALE 1
#endif

static enum nng_plugin_status forward(const double *parameters, size_t rows, size_t cols, const double *a, double *h,
                                      struct nng_diagnostic *diagnostic)
{
    (void)parameters;
    (void)diagnostic;
    for (size_t i = 0; i < rows * cols; i++)
        h[i] = SCALE * tanh(a[i]);
    return NNG_PLUGIN_OK;
}

static enum nng_plugin_status backward(const double *parameters, size_t rows, size_t cols, const double *a,
                                       const double *h, const double *dh, double *da, struct nng_diagnostic *diagnostic)
{
    (void)parameters;
    (void)a;
    (void)h;
    (void)diagnostic;
    for (size_t i = 0; i < rows * cols; i++) {
        double t = tanh(AT);
        da[i] = SLOPE_OF_1 ? dh[i] : SIGN * (1 - t * t) * dh[i];
    }
    return NNG_PLUGIN_OK;
}

static enum nng_plugin_status complex_forward(const double *parameters, size_t rows, size_t cols, const double *a_re,
                                              const double *a_im, double *h_re, double *h_im,
                                              struct nng_diagnostic *diagnostic)
{
    (void)parameters;
    (void)diagnostic;
    for (size_t i = 0; i < rows * cols; i++) {
        double complex h = ctanh(a_re[i] + a_im[i] * I);
        h_re[i] = creal(h);
        h_im[i] = COMPLEX_SCALE * cimag(h);
    }
    return NNG_PLUGIN_OK;
}

static const struct nng_activation activation = {.size = sizeof activation,
                                                 .flags = NNG_ACTIVATION_ELEMENTWISE,
                                                 .ulps = 4,
                                                 .h_min = -2,
                                                 .h_max = 2,
                                                 .forward = forward,
                                                 .backward = backward,
                                                 .complex_forward = complex_forward};

NNG_PLUGIN(.kind = NNG_ACTIVATION, .name = NAME, .version = "1", .licence = "GPL-3.0-or-later",
           .summary = "a hyperbolic tangent with one function wrong", .formula = "h = \\tanh a",
           .activation = &activation);
