/* wrong_loss.c - L_n = sum_j (yhat_nj - y_nj)^2 with the slope FACTOR (yhat - y), which is right for 2. With RANDOM the
 * value is not the same twice; with CLIP the value, but not the slope, stops at 1e-2 for each output. */
#include <math.h>

#include <nngrad/plugin.h>

#ifndef RANDOM
#define RANDOM 0
#endif
#ifndef CLIP
#define CLIP 0
#endif

static enum nng_plugin_status value(const double *parameters, size_t rows, size_t cols, const double *yhat,
                                    const double *y, double *values, double *grad, struct nng_diagnostic *diagnostic)
{
    static unsigned calls;
    (void)parameters;
    (void)diagnostic;
    double noise = RANDOM ? 1e-9 * ++calls : 0;
    for (size_t n = 0; n < rows; n++) {
        values[n] = noise;
        for (size_t j = n * cols; j < (n + 1) * cols; j++) {
            double d = yhat[j] - y[j];
            values[n] += CLIP && d * d < 1e-2 ? 1e-2 : d * d;
            if (grad != NULL)
                grad[j] = FACTOR * d;
        }
    }
    return NNG_PLUGIN_OK;
}

static const struct nng_loss loss = {
    .size = sizeof loss, .yhat_min = -1e308, .yhat_max = 1e308, .ulps = 4, .value = value};

NNG_PLUGIN(.kind = NNG_LOSS, .name = NAME, .version = "1", .licence = "GPL-3.0-or-later",
           .summary = "squared error with something wrong", .formula = "L = \\sum_j (\\hat{y}_j - y_j)^2",
           .loss = &loss);
