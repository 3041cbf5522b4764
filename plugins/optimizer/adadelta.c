/* adadelta.c - steps measured by past steps, so that no rate need be chosen (Zeiler 2012); u and v are running means of
 * the squared steps d and gradients g:
 *
 *     v = rho v + (1 - rho) g^2
 *     d = sqrt(u + epsilon) / sqrt(v + epsilon) g
 *     u = rho u + (1 - rho) d^2
 *     w = w - eta d */
#include <math.h>

#include <nngrad/plugin.h>
#include <nngrad/vectormath.h>

enum { LEARNING_RATE, RHO, EPSILON };

static const struct nng_parameter parameters_table[] = {
    {.name = "learning_rate",
     .summary = "eta, the length of a step",
     .kind = NNG_REAL,
     .min = 0,
     .max = 1e308,
     .standard = 1},
    {.name = "rho",
     .summary = "how much of u and v is kept",
     .kind = NNG_REAL,
     .flags = NNG_OPEN_MAX,
     .min = 0,
     .max = 1,
     .standard = 0.95},
    {.name = "epsilon",
     .summary = "starts the steps, and keeps the division from zero",
     .kind = NNG_REAL,
     .flags = NNG_OPEN_MIN,
     .min = 0,
     .max = 1e308,
     .standard = 1e-6}};

NNG_CLONES static void update(double eta, double rho, double epsilon, uint64_t count, const double *g, double *w,
                              double *v, double *u)
{
    NNG_SIMD
    for (uint64_t i = 0; i < count; i++) {
        v[i] = rho * v[i] + (1 - rho) * (g[i] * g[i]);
        double d = sqrt(u[i] + epsilon) / sqrt(v[i] + epsilon) * g[i];
        u[i] = rho * u[i] + (1 - rho) * (d * d);
        w[i] -= eta * d;
    }
}

static enum nng_plugin_status step(const double *parameters, const struct nng_step *tensor, const double *g, double *w,
                                   double *const *slots, struct nng_diagnostic *diagnostic)
{
    (void)diagnostic;
    update(parameters[LEARNING_RATE], parameters[RHO], parameters[EPSILON], tensor->count, g, w, slots[0], slots[1]);
    return NNG_PLUGIN_OK;
}

static const char *const slot_names[] = {"v", "u", NULL};
static const struct nng_optimizer optimizer = {.size = sizeof optimizer, .slots = slot_names, .step = step};

NNG_PLUGIN(.kind = NNG_OPTIMIZER, .name = "adadelta", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "steps measured by past steps",
           .formula = "v \\leftarrow \\rho v + (1 - \\rho) (\\nabla w)^2, \\quad "
                      "d = \\frac{\\sqrt{u + \\epsilon}}{\\sqrt{v + \\epsilon}} \\nabla w, \\quad "
                      "u \\leftarrow \\rho u + (1 - \\rho) d^2, \\quad w \\leftarrow w - \\eta d",
           NNG_PARAMETERS(parameters_table), .optimizer = &optimizer);
