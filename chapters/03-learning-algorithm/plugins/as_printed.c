/* as_printed.c - gradient descent with the two signs that the page prints: w = w - eta dw, but b = b + eta db. */
#include <nngrad/plugin.h>

enum { LEARNING_RATE };

static const struct nng_parameter parameters_table[] = {{.name = "learning_rate",
                                                         .summary = "eta, the length of a step",
                                                         .kind = NNG_REAL,
                                                         .min = 0,
                                                         .max = 1e308,
                                                         .standard = 0.01}};

/* One tensor at a time: a whole W_l, or a whole b_l. */
static enum nng_plugin_status step(const double *parameters, const struct nng_step *tensor, const double *g, double *w,
                                   double *const *slots, struct nng_diagnostic *diagnostic)
{
    (void)slots;
    (void)diagnostic;
    double eta = parameters[LEARNING_RATE];
    double sign = tensor->kind == NNG_BIAS ? +1 : -1;
    for (uint64_t i = 0; i < tensor->count; i++)
        w[i] += sign * eta * g[i];
    return NNG_PLUGIN_OK;
}

static const struct nng_optimizer optimizer = {.size = sizeof optimizer, .step = step};

NNG_PLUGIN(.kind = NNG_OPTIMIZER, .name = "as_printed", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "gradient descent, but the biases climb",
           .formula = "w \\leftarrow w - \\eta \\nabla w, \\quad b \\leftarrow b + \\eta \\nabla b",
           NNG_PARAMETERS(parameters_table), .optimizer = &optimizer);
