/* adagrad.c - a rate for each weight, by all its past gradients (Duchi, Hazan and Singer 2011):
 *
 *     v = v + g^2
 *     w = w - eta g / (sqrt(v) + epsilon) */
#include <math.h>

#include <nngrad/plugin.h>
#include <nngrad/vectormath.h>

enum { LEARNING_RATE, EPSILON };

static const struct nng_parameter parameters_table[] = {{.name = "learning_rate",
                                                         .summary = "eta, the length of a step",
                                                         .kind = NNG_REAL,
                                                         .min = 0,
                                                         .max = 1e308,
                                                         .standard = 0.01},
                                                        {.name = "epsilon",
                                                         .summary = "keeps the division from zero",
                                                         .kind = NNG_REAL,
                                                         .flags = NNG_OPEN_MIN,
                                                         .min = 0,
                                                         .max = 1e308,
                                                         .standard = 1e-8}};

NNG_CLONES static void update(double eta, double epsilon, uint64_t count, const double *g, double *w, double *v)
{
    NNG_SIMD
    for (uint64_t i = 0; i < count; i++) {
        v[i] += g[i] * g[i];
        w[i] -= eta * g[i] / (sqrt(v[i]) + epsilon);
    }
}

static enum nng_plugin_status step(const double *parameters, const struct nng_step *tensor, const double *g, double *w,
                                   double *const *slots, struct nng_diagnostic *diagnostic)
{
    (void)diagnostic;
    update(parameters[LEARNING_RATE], parameters[EPSILON], tensor->count, g, w, slots[0]);
    return NNG_PLUGIN_OK;
}

static const char *const slot_names[] = {"v", NULL};
static const struct nng_optimizer optimizer = {.size = sizeof optimizer, .slots = slot_names, .step = step};

NNG_PLUGIN(.kind = NNG_OPTIMIZER, .name = "adagrad", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "a rate for each weight, which only ever shrinks",
           .formula = "v \\leftarrow v + (\\nabla w)^2, \\quad "
                      "w \\leftarrow w - \\frac{\\eta}{\\sqrt{v} + \\epsilon} \\nabla w",
           NNG_PARAMETERS(parameters_table), .optimizer = &optimizer);
