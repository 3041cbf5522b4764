/* nesterov.c - Nesterov's accelerated gradient (1983), gamma being the momentum: the gradient is taken where the last
 * step's momentum would lead (`look`), not where w is.
 *
 *     v = gamma v + eta grad L(w - gamma v)
 *     w = w - v */
#include <nngrad/plugin.h>
#include <nngrad/vectormath.h>

enum { LEARNING_RATE, MOMENTUM };

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
                                                         .standard = 0.9}};

NNG_CLONES static void update(double eta, double gamma, uint64_t count, const double *g, double *w, double *v)
{
    NNG_SIMD
    for (uint64_t i = 0; i < count; i++) {
        v[i] = gamma * v[i] + eta * g[i];
        w[i] -= v[i];
    }
}

static enum nng_plugin_status step(const double *parameters, const struct nng_step *tensor, const double *g, double *w,
                                   double *const *slots, struct nng_diagnostic *diagnostic)
{
    (void)diagnostic;
    update(parameters[LEARNING_RATE], parameters[MOMENTUM], tensor->count, g, w, slots[0]);
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

NNG_PLUGIN(.kind = NNG_OPTIMIZER, .name = "nesterov", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "momentum that looks ahead before it takes the gradient",
           .formula = "v \\leftarrow \\gamma v + \\eta \\nabla L(w - \\gamma v), \\quad w \\leftarrow w - v",
           NNG_PARAMETERS(parameters_table), .optimizer = &optimizer);
