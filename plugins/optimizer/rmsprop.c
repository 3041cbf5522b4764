/* rmsprop.c - a rate for each weight, by a running mean of its squared gradients (Hinton 2012, lecture 6e):
 *
 *     v = beta v + (1 - beta) g^2
 *     w = w - eta g / (sqrt(v) + epsilon)          or, with epsilon inside the root,  w - eta g / sqrt(v + epsilon) */
#include <math.h>

#include <nngrad/plugin.h>
#include <nngrad/vectormath.h>

enum { LEARNING_RATE, BETA, EPSILON, EPSILON_INSIDE_ROOT };

static const struct nng_parameter parameters_table[] = {{.name = "learning_rate",
                                                         .summary = "eta, the length of a step",
                                                         .kind = NNG_REAL,
                                                         .min = 0,
                                                         .max = 1e308,
                                                         .standard = 0.001},
                                                        {.name = "beta",
                                                         .summary = "how much of v is kept",
                                                         .kind = NNG_REAL,
                                                         .flags = NNG_OPEN_MAX,
                                                         .min = 0,
                                                         .max = 1,
                                                         .standard = 0.9},
                                                        {.name = "epsilon",
                                                         .summary = "keeps the division from zero",
                                                         .kind = NNG_REAL,
                                                         .flags = NNG_OPEN_MIN,
                                                         .min = 0,
                                                         .max = 1e308,
                                                         .standard = 1e-8},
                                                        {.name = "epsilon_inside_root",
                                                         .summary = "sqrt(v + epsilon) instead of sqrt(v) + epsilon",
                                                         .kind = NNG_BOOL,
                                                         .min = 0,
                                                         .max = 1,
                                                         .standard = 0}};

NNG_CLONES static void update(double eta, double beta, double inside, double outside, uint64_t count, const double *g,
                              double *w, double *v)
{
    NNG_SIMD
    for (uint64_t i = 0; i < count; i++) {
        v[i] = beta * v[i] + (1 - beta) * (g[i] * g[i]);
        w[i] -= eta * g[i] / (sqrt(v[i] + inside) + outside);
    }
}

static enum nng_plugin_status step(const double *parameters, const struct nng_step *tensor, const double *g, double *w,
                                   double *const *slots, struct nng_diagnostic *diagnostic)
{
    (void)diagnostic;
    double epsilon = parameters[EPSILON];
    int inside = parameters[EPSILON_INSIDE_ROOT] != 0;
    update(parameters[LEARNING_RATE], parameters[BETA], inside ? epsilon : 0, inside ? 0 : epsilon, tensor->count, g, w,
           slots[0]);
    return NNG_PLUGIN_OK;
}

static const char *const slot_names[] = {"v", NULL};
static const struct nng_optimizer optimizer = {.size = sizeof optimizer, .slots = slot_names, .step = step};

NNG_PLUGIN(.kind = NNG_OPTIMIZER, .name = "rmsprop", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "a rate for each weight, by its recent gradients",
           .formula = "v \\leftarrow \\beta v + (1 - \\beta) (\\nabla w)^2, \\quad "
                      "w \\leftarrow w - \\frac{\\eta}{\\sqrt{v} + \\epsilon} \\nabla w",
           NNG_PARAMETERS(parameters_table), .optimizer = &optimizer);
