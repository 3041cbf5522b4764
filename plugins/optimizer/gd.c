/* gd.c - gradient descent, the lecture's update: w = w - eta dL/dw. */
#include <nngrad/plugin.h>

enum { LEARNING_RATE };

static const struct nng_parameter parameters_table[] = {{.name = "learning_rate",
                                                         .summary = "eta, the length of a step",
                                                         .kind = NNG_REAL,
                                                         .min = 0,
                                                         .max = 1e308,
                                                         .standard = 0.01}};

static enum nng_plugin_status step(const double *parameters, const struct nng_step *tensor, const double *g, double *w,
                                   double *const *slots, struct nng_diagnostic *diagnostic)
{
    (void)slots;
    (void)diagnostic;
    double eta = parameters[LEARNING_RATE];
    for (uint64_t i = 0; i < tensor->count; i++)
        w[i] -= eta * g[i];
    return NNG_PLUGIN_OK;
}

static const struct nng_optimizer optimizer = {.size = sizeof optimizer, .step = step};

NNG_PLUGIN(.kind = NNG_OPTIMIZER, .name = "gd", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "gradient descent", .formula = "w \\leftarrow w - \\eta \\nabla w",
           NNG_PARAMETERS(parameters_table), .optimizer = &optimizer);
