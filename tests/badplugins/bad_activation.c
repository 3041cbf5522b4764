/* bad_activation.c - an activation that is wrong in one way: FAULT says in which. The right one is h = tanh a; or, for
 * the faults that need one that is not elementwise, h_j = tanh(a_j + 0.5 a_{j+1}), whose Jacobian is not symmetric.
 * `nngrad plugin check` names each fault (test_plugin_check.c says how). */
#include <math.h>

#include <nngrad/plugin.h>

enum fault {
    NONE,
    AT_H,        /* the slope is taken at h */
    HANDED_ON,   /* dh is handed on */
    JACOBIAN,    /* the Jacobian times dh, not its transpose */
    ELEMENTWISE, /* says that it is */
    RANGE,       /* says [-0.5, 0.5] */
    NOISY,       /* by more than it declares */
    NAN_FAR_OUT, /* exp(a) / exp(a) */
    KINK,        /* a step of its own at 1, which branch does not know */
    LAST_H       /* backward takes h from the last call of forward */
};

enum { COUPLED = FAULT == JACOBIAN || FAULT == ELEMENTWISE };

static double last_h[4096];

static double argument(const double *a, size_t j, size_t cols)
{
    return a[j] + (COUPLED && j + 1 < cols ? 0.5 * a[j + 1] : 0);
}

static enum nng_plugin_status forward(const double *parameters, size_t rows, size_t cols, const double *a, double *h,
                                      struct nng_diagnostic *diagnostic)
{
    (void)parameters, (void)diagnostic;
    for (size_t i = 0; i < rows * cols; i++) {
        double x = argument(a + i / cols * cols, i % cols, cols);
        h[i] = tanh(x);
        if (FAULT == NAN_FAR_OUT)
            h[i] = (exp(x) - exp(-x)) / (exp(x) + exp(-x));
        if (FAULT == NOISY)
            h[i] = (h[i] + 300) - 300;
        if (FAULT == KINK && a[i] > 1.03)
            h[i] = h[i] + 0.125;
        if (i < sizeof last_h / sizeof last_h[0])
            last_h[i] = h[i];
    }
    return NNG_PLUGIN_OK;
}

static enum nng_plugin_status backward(const double *parameters, size_t rows, size_t cols, const double *a,
                                       const double *h, const double *dh, double *da, struct nng_diagnostic *diagnostic)
{
    (void)parameters, (void)diagnostic;
    for (size_t n = 0; n < rows; n++)
        for (size_t j = 0; j < cols; j++) {
            size_t i = n * cols + j;
            double t = tanh(argument(a + n * cols, j, cols)), slope = 1 - t * t;
            if (FAULT == AT_H)
                slope = 1 - tanh(h[i]) * tanh(h[i]);
            if (FAULT == LAST_H)
                slope = 1 - last_h[i] * last_h[i];
            da[i] = FAULT == HANDED_ON ? dh[i] : slope * dh[i];
            if (COUPLED && FAULT == JACOBIAN && j + 1 < cols)
                da[i] += 0.5 * slope * dh[i + 1];
            if (COUPLED && FAULT != JACOBIAN && j > 0) {
                double before = tanh(argument(a + n * cols, j - 1, cols));
                da[i] += 0.5 * (1 - before * before) * dh[i - 1];
            }
        }
    return NNG_PLUGIN_OK;
}

static const struct nng_activation activation = {.size = sizeof activation,
                                                 .flags = FAULT == JACOBIAN ? 0 : NNG_ACTIVATION_ELEMENTWISE,
                                                 .ulps = 4,
                                                 .h_min = FAULT == RANGE ? -0.5 : -2,
                                                 .h_max = FAULT == RANGE ? 0.5 : 2,
                                                 .forward = forward,
                                                 .backward = backward};

NNG_PLUGIN(.kind = NNG_ACTIVATION, .name = NAME, .version = "1", .licence = "GPL-3.0-or-later",
           .summary = "a hyperbolic tangent with something wrong", .formula = "h = \\tanh a",
           .activation = &activation);
