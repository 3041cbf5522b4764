/* adam_as_programmed.c - Adam as the course's program has it: the count of updates, by which m and v are freed of their
 * start at zero, begins anew at each update and counts the layers, so that it is 1 in the first layer, 2 in the second,
 * for ever.  (Epsilon stands inside the root there, which is a matter of taste.)
 *
 *     m = beta1 m + (1 - beta1) g,    v = beta2 v + (1 - beta2) g^2
 *     w = w - eta m / (1 - beta1^l) / sqrt(v / (1 - beta2^l) + epsilon),    l the layer */
#include <math.h>

#include <nngrad/plugin.h>

enum { LEARNING_RATE, BETA1, BETA2, EPSILON };

static const struct nng_parameter parameters_table[] = {{.name = "learning_rate",
                                                         .summary = "eta, the length of a step",
                                                         .kind = NNG_REAL,
                                                         .min = 0,
                                                         .max = 1e308,
                                                         .standard = 0.1},
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
                                                         .standard = 0.9},
                                                        {.name = "epsilon",
                                                         .summary = "keeps the division from zero",
                                                         .kind = NNG_REAL,
                                                         .flags = NNG_OPEN_MIN,
                                                         .min = 0,
                                                         .max = 1e308,
                                                         .standard = 1e-8}};

static enum nng_plugin_status step(const double *parameters, const struct nng_step *tensor, const double *g, double *w,
                                   double *const *slots, struct nng_diagnostic *diagnostic)
{
    (void)diagnostic;
    double beta1 = parameters[BETA1], beta2 = parameters[BETA2], *m = slots[0], *v = slots[1];
    double l = (double)tensor->layer; /* where t, the number of updates, belongs */
    for (uint64_t i = 0; i < tensor->count; i++) {
        m[i] = beta1 * m[i] + (1 - beta1) * g[i];
        v[i] = beta2 * v[i] + (1 - beta2) * (g[i] * g[i]);
        double m_hat = m[i] / (1 - pow(beta1, l)), v_hat = v[i] / (1 - pow(beta2, l));
        w[i] -= parameters[LEARNING_RATE] * m_hat / sqrt(v_hat + parameters[EPSILON]);
    }
    return NNG_PLUGIN_OK;
}

static const char *const slot_names[] = {"m", "v", NULL};
static const struct nng_optimizer optimizer = {.size = sizeof optimizer, .slots = slot_names, .step = step};

NNG_PLUGIN(.kind = NNG_OPTIMIZER, .name = "adam_as_programmed", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "Adam that counts layers where it should count updates",
           .formula = "w \\leftarrow w - \\eta \\frac{m / (1 - \\beta_1^l)}{\\sqrt{v / (1 - \\beta_2^l) + \\epsilon}}",
           NNG_PARAMETERS(parameters_table), .optimizer = &optimizer);
