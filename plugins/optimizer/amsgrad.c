/* amsgrad.c - Adam whose rates never grow (Reddi, Kale and Kumar 2018, algorithm 2):
 *
 *     m = beta1 m + (1 - beta1) g
 *     v = beta2 v + (1 - beta2) g^2            v_max = max(v_max, v)
 *     w = w - eta m / (sqrt(v_max) + epsilon)
 *
 * As published: m and v_max are not divided by 1 - beta^t, which libraries add. */
#include <math.h>

#include <nngrad/plugin.h>
#include <nngrad/vectormath.h>

enum { LEARNING_RATE, BETA1, BETA2, EPSILON };

static const struct nng_parameter parameters_table[] = {{.name = "learning_rate",
                                                         .summary = "eta, the length of a step",
                                                         .kind = NNG_REAL,
                                                         .min = 0,
                                                         .max = 1e308,
                                                         .standard = 0.001},
                                                        {.name = "beta1",
                                                         .summary = "how much of m is kept",
                                                         .kind = NNG_REAL,
                                                         .flags = NNG_OPEN_MAX,
                                                         .min = 0,
                                                         .max = 1,
                                                         .standard = 0.9},
                                                        {.name = "beta2",
                                                         .summary = "how much of v is kept",
                                                         .kind = NNG_REAL,
                                                         .flags = NNG_OPEN_MAX,
                                                         .min = 0,
                                                         .max = 1,
                                                         .standard = 0.999},
                                                        {.name = "epsilon",
                                                         .summary = "keeps the division from zero",
                                                         .kind = NNG_REAL,
                                                         .flags = NNG_OPEN_MIN,
                                                         .min = 0,
                                                         .max = 1e308,
                                                         .standard = 1e-8}};

NNG_CLONES static void update(double eta, double beta1, double beta2, double epsilon, uint64_t count, const double *g,
                              double *w, double *m, double *v, double *v_max)
{
    NNG_SIMD
    for (uint64_t i = 0; i < count; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        v[i] = beta2 * v[i] + (1 - beta2) * (g[i] * g[i]);
        v_max[i] = v[i] > v_max[i] ? v[i] : v_max[i];
        w[i] -= eta * m[i] / (sqrt(v_max[i]) + epsilon);
    }
}

static enum nng_plugin_status step(const double *parameters, const struct nng_step *tensor, const double *g, double *w,
                                   double *const *slots, struct nng_diagnostic *diagnostic)
{
    (void)diagnostic;
    update(parameters[LEARNING_RATE], parameters[BETA1], parameters[BETA2], parameters[EPSILON], tensor->count, g, w,
           slots[0], slots[1], slots[2]);
    return NNG_PLUGIN_OK;
}

static const char *const slot_names[] = {"m", "v", "v_max", NULL};
static const struct nng_optimizer optimizer = {.size = sizeof optimizer, .slots = slot_names, .step = step};

NNG_PLUGIN(.kind = NNG_OPTIMIZER, .name = "amsgrad", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "Adam with rates that never grow",
           .formula = "m \\leftarrow \\beta_1 m + (1 - \\beta_1) \\nabla w, \\quad "
                      "v \\leftarrow \\beta_2 v + (1 - \\beta_2) (\\nabla w)^2, \\quad "
                      "v_{\\max} \\leftarrow \\max(v_{\\max}, v), \\quad "
                      "w \\leftarrow w - \\frac{\\eta\\, m}{\\sqrt{v_{\\max}} + \\epsilon}",
           NNG_PARAMETERS(parameters_table), .optimizer = &optimizer);
