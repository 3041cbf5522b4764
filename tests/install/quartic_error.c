/* quartic_error.c - a plugin as somebody outside writes it: L_n = sum_i (yhat_ni - y_ni)^4. */
#include <nngrad/plugin.h>

static enum nng_plugin_status value(const double *parameters, size_t rows, size_t cols, const double *yhat,
                                    const double *y, double *values, double *grad, struct nng_diagnostic *diagnostic)
{
    (void)parameters, (void)diagnostic;
    for (size_t n = 0; n < rows; n++) {
        values[n] = 0;
        for (size_t i = n * cols; i < (n + 1) * cols; i++) {
            double d = yhat[i] - y[i];
            values[n] += d * d * d * d;
            if (grad)
                grad[i] = 4 * d * d * d;
        }
    }
    return NNG_PLUGIN_OK;
}

static const struct nng_loss loss = {
    .size = sizeof loss, .yhat_min = -1e308, .yhat_max = 1e308, .ulps = 4, .value = value};

NNG_PLUGIN(.kind = NNG_LOSS, .name = "quartic_error", .version = "1", .licence = "MIT",
           .summary = "the fourth power of the error", .formula = "\\sum_i (\\hat y_i - y_i)^4", .loss = &loss);
