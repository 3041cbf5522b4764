/* adamw.c - Adam with the decay of weights decoupled from the gradient (Loshchilov and Hutter 2019, algorithm 2),
 * lambda being the decay; m^ and v^ as in adam.c:
 *
 *     w = w - eta (m^ / (sqrt(v^) + epsilon) + lambda w) */
#include <math.h>

#include <nngrad/plugin.h>
#include <nngrad/vectormath.h>

enum { LEARNING_RATE, BETA1, BETA2, EPSILON, WEIGHT_DECAY };

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
                                                         .standard = 1e-8},
                                                        {.name = "weight_decay",
                                                         .summary = "lambda, the share of w taken off, times eta",
                                                         .kind = NNG_REAL,
                                                         .min = 0,
                                                         .max = 1e308,
                                                         .standard = 0.01}};

/* What is the same for all weights of a step. */
struct constants {
    double eta, beta1, beta2, epsilon, lambda;
    double m_scale, v_scale; /* 1 / (1 - beta1^t), 1 / (1 - beta2^t) */
};

NNG_CLONES static void update(const struct constants *c, uint64_t count, const double *g, double *w, double *m,
                              double *v)
{
    NNG_SIMD
    for (uint64_t i = 0; i < count; i++) {
        m[i] = c->beta1 * m[i] + (1 - c->beta1) * g[i];
        v[i] = c->beta2 * v[i] + (1 - c->beta2) * (g[i] * g[i]);
        double direction = (m[i] * c->m_scale) / (sqrt(v[i] * c->v_scale) + c->epsilon);
        w[i] -= c->eta * (direction + c->lambda * w[i]);
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
                          .lambda = parameters[WEIGHT_DECAY],
                          .m_scale = 1 / (1 - pow(parameters[BETA1], t)),
                          .v_scale = 1 / (1 - pow(parameters[BETA2], t))};
    update(&c, tensor->count, g, w, slots[0], slots[1]);
    return NNG_PLUGIN_OK;
}

static const char *const slot_names[] = {"m", "v", NULL};
static const struct nng_optimizer optimizer = {.size = sizeof optimizer, .slots = slot_names, .step = step};

NNG_PLUGIN(.kind = NNG_OPTIMIZER, .name = "adamw", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "Adam, and weights that decay by themselves",
           .formula =
               "w \\leftarrow w - \\eta \\left(\\frac{\\hat{m}}{\\sqrt{\\hat{v}} + \\epsilon} + \\lambda w\\right)",
           NNG_PARAMETERS(parameters_table), .optimizer = &optimizer);
