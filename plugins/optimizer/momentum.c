/* momentum.c - gradient descent with momentum (Polyak 1964), gamma being the momentum, d the dampening:
 *
 *     v = gamma v + (1 - d) eta g
 *     w = w - v */
#include <nngrad/plugin.h>

enum { LEARNING_RATE, MOMENTUM, DAMPENING };

static const struct nng_parameter parameters_table[] = {{.name = "learning_rate",
                                                         .summary = "eta, the length of a step",
                                                         .kind = NNG_REAL,
                                                         .min = 0,
                                                         .max = 1e308,
                                                         .standard = 0.01},
                                                        {.name = "momentum",
                                                         .summary = "gamma, how much of the last step is kept",
                                                         .kind = NNG_REAL,
                                                         .min = 0,
                                                         .max = 1,
                                                         .standard = 0.9},
                                                        {.name = "dampening",
                                                         .summary = "d, how much of the new gradient is left out",
                                                         .kind = NNG_REAL,
                                                         .min = 0,
                                                         .max = 1,
                                                         .standard = 0}};

static enum nng_plugin_status step(const double *parameters, const struct nng_step *tensor, const double *g, double *w,
                                   double *const *slots, struct nng_diagnostic *diagnostic)
{
    (void)diagnostic;
    double gamma = parameters[MOMENTUM];
    double eta = (1 - parameters[DAMPENING]) * parameters[LEARNING_RATE];
    double *v = slots[0];
    for (uint64_t i = 0; i < tensor->count; i++) {
        v[i] = gamma * v[i] + eta * g[i];
        w[i] -= v[i];
    }
    return NNG_PLUGIN_OK;
}

static const char *const slot_names[] = {"v", NULL};
static const struct nng_optimizer optimizer = {.size = sizeof optimizer, .slots = slot_names, .step = step};

NNG_PLUGIN(.kind = NNG_OPTIMIZER, .name = "momentum", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "gradient descent that keeps rolling",
           .formula = "v \\leftarrow \\gamma v + (1 - d) \\eta \\nabla w, \\quad w \\leftarrow w - v",
           NNG_PARAMETERS(parameters_table), .optimizer = &optimizer);
