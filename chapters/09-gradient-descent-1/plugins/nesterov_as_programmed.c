/* nesterov_as_programmed.c - Nesterov's method as the course's program has it: the look ahead replaces v by gamma v,
 * and the step multiplies by gamma once more; and eta, which is in v already, multiplies the step again.
 *
 *     v = gamma^2 v + eta grad L(w - gamma v)
 *     w = w - eta v */
#include <nngrad/plugin.h>

enum { LEARNING_RATE, MOMENTUM };

static const struct nng_parameter parameters_table[] = {{.name = "learning_rate",
                                                         .summary = "eta, the length of a step",
                                                         .kind = NNG_REAL,
                                                         .min = 0,
                                                         .max = 1e308,
                                                         .standard = 1},
                                                        {.name = "momentum",
                                                         .summary = "gamma, how much of the last step is kept",
                                                         .kind = NNG_REAL,
                                                         .min = 0,
                                                         .max = 1,
                                                         .standard = 0.9}};

static enum nng_plugin_status step(const double *parameters, const struct nng_step *tensor, const double *g, double *w,
                                   double *const *slots, struct nng_diagnostic *diagnostic)
{
    (void)diagnostic;
    double eta = parameters[LEARNING_RATE], gamma = parameters[MOMENTUM], *v = slots[0];
    for (uint64_t i = 0; i < tensor->count; i++) {
        v[i] = gamma * (gamma * v[i]) + eta * g[i];
        w[i] -= eta * v[i];
    }
    return NNG_PLUGIN_OK;
}

static enum nng_plugin_status look(const double *parameters, const struct nng_step *tensor, double *w,
                                   double *const *slots, struct nng_diagnostic *diagnostic)
{
    (void)diagnostic;
    for (uint64_t i = 0; i < tensor->count; i++)
        w[i] -= parameters[MOMENTUM] * slots[0][i];
    return NNG_PLUGIN_OK;
}

static const char *const slot_names[] = {"v", NULL};
static const struct nng_optimizer optimizer = {
    .size = sizeof optimizer, .slots = slot_names, .step = step, .look = look};

NNG_PLUGIN(.kind = NNG_OPTIMIZER, .name = "nesterov_as_programmed", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "Nesterov's method with gamma and eta applied twice",
           .formula = "v \\leftarrow \\gamma^2 v + \\eta \\nabla L(w - \\gamma v), \\quad w \\leftarrow w - \\eta v",
           NNG_PARAMETERS(parameters_table), .optimizer = &optimizer);
