/* adam.c - momentum and a rate for each weight, both freed of their start at zero (Kingma and Ba 2015, algorithm 1):
 *
 *     m = beta1 m + (1 - beta1) g              m^ = m / (1 - beta1^t)
 *     v = beta2 v + (1 - beta2) g^2            v^ = v / (1 - beta2^t)
 *     w = w - eta m^ / (sqrt(v^) + epsilon) */
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

/* What is the same for all weights of a step. */
struct constants {
    double eta, beta1, beta2, epsilon;
    double m_scale, v_scale; /* 1 / (1 - beta1^t), 1 / (1 - beta2^t) */
};

NNG_CLONES static void update(const struct constants *c, uint64_t count, const double *g, double *w, double *m,
                              double *v)
{
    NNG_SIMD
    for (uint64_t i = 0; i < count; i++) {
        m[i] = c->beta1 * m[i] + (1 - c->beta1) * g[i];
        v[i] = c->beta2 * v[i] + (1 - c->beta2) * (g[i] * g[i]);
        w[i] -= c->eta * (m[i] * c->m_scale) / (sqrt(v[i] * c->v_scale) + c->epsilon);
    }
}

static enum nng_plugin_status step(const double *parameters, const struct nng_step *tensor, const double *g, double *w,
                                   double *const *slots, struct nng_diagnostic *diagnostic)
{
    (void)diagnostic;
    double t = (double)tensor->t;
    struct constants c = {.eta = parameters[LEARNING_RATE],
                          .beta1 = parameters[BETA1],
                          .beta2 = parameters[BETA2],
                          .epsilon = parameters[EPSILON],
                          .m_scale = 1 / (1 - pow(parameters[BETA1], t)),
                          .v_scale = 1 / (1 - pow(parameters[BETA2], t))};
    update(&c, tensor->count, g, w, slots[0], slots[1]);
    return NNG_PLUGIN_OK;
}

static const char *const slot_names[] = {"m", "v", NULL};
static const struct nng_optimizer optimizer = {.size = sizeof optimizer, .slots = slot_names, .step = step};

NNG_PLUGIN(.kind = NNG_OPTIMIZER, .name = "adam", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "momentum, and a rate for each weight",
           .formula = "m \\leftarrow \\beta_1 m + (1 - \\beta_1) \\nabla w, \\quad "
                      "v \\leftarrow \\beta_2 v + (1 - \\beta_2) (\\nabla w)^2, \\quad "
                      "w \\leftarrow w - \\eta \\frac{m / (1 - \\beta_1^t)}{\\sqrt{v / (1 - \\beta_2^t)} + \\epsilon}",
           NNG_PARAMETERS(parameters_table), .optimizer = &optimizer);
