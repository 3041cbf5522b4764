/* my_optimizer.c - an optimizer for nngrad: v = momentum v + g, w = w - learning_rate v, until you write your own rule.
 *
 *     nngrad plugin build my_optimizer.c                            compiles it to my_optimizer.so
 *     nngrad plugin check my_optimizer.so                           finds what is wrong with it
 *     nngrad train --plugin-path . --optimizer my_optimizer model.cfg
 *                                                                   uses it; or in model.cfg:
 *     optimizer = { plugin = "my_optimizer"; learning_rate = 0.1; };
 *
 * The tiny test at the end is a program of its own:
 *
 *     cc -std=c11 -DTEST -I HEADERS my_optimizer.c -o my_optimizer_test -lm && ./my_optimizer_test
 *
 * What every field and function means, and what else there is (look, or the whole problem at once), stands in
 * HEADERS/nngrad/plugin.h */
#include <math.h>

#include <nngrad/plugin.h>

/* ---- parameters: what may be set in model.cfg ---------------------------------------------------------------- */

enum { LEARNING_RATE, MOMENTUM }; /* in the order of the table */

static const struct nng_parameter parameters_table[] = {{.name = "learning_rate",
                                                         .summary = "eta, the length of a step",
                                                         .kind = NNG_REAL,
                                                         .min = 0,
                                                         .max = 1e308,
                                                         .standard = 0.1},
                                                        {.name = "momentum",
                                                         .summary = "how much of the last step is kept",
                                                         .kind = NNG_REAL,
                                                         .flags = NNG_OPEN_MAX, /* the range is [0, 1) */
                                                         .min = 0,
                                                         .max = 1,
                                                         .standard = 0.9}};

/* ---- the state: names of the arrays that nngrad keeps for each tensor, zero before the first step ---------------- */

enum { V };
static const char *const slot_names[] = {"v", NULL};

/* ---- the rule ------------------------------------------------------------------------------------------------ */

/* One step of one tensor, W_l or b_l. g = dL/dw, w and each slot: tensor->count numbers; w is changed in place.
 * tensor->t = 1, 2, ... is the number of the step. All that is remembered stands in the slots: keep nothing else. */
static enum nng_plugin_status step(const double *parameters, const struct nng_step *tensor, const double *g, double *w,
                                   double *const *slots, struct nng_diagnostic *diagnostic)
{
    double *v = slots[V];
    (void)diagnostic; /* a refusal: return nng_refuse(diagnostic, -1, -1, "the gradient must be small"); */
    for (uint64_t i = 0; i < tensor->count; i++) {
        v[i] = parameters[MOMENTUM] * v[i] + g[i];
        w[i] -= parameters[LEARNING_RATE] * v[i];
    }
    return NNG_PLUGIN_OK;
}

/* ---- what nngrad reads --------------------------------------------------------------------------------------- */

static const struct nng_optimizer optimizer = {.size = sizeof optimizer, .slots = slot_names, .step = step};

NNG_PLUGIN(.kind = NNG_OPTIMIZER, .name = "my_optimizer", .version = "1.0", .licence = "MIT",
           .summary = "gradient descent that keeps rolling",
           .formula = "v \\leftarrow \\gamma v + \\nabla w, \\quad w \\leftarrow w - \\eta v",
           NNG_PARAMETERS(parameters_table), .optimizer = &optimizer);

/* ---- a tiny test: numbers computed by hand ------------------------------------------------------------------- */

#ifdef TEST
#include <stdio.h>

int main(void)
{
    const double parameters[] = {0.1, 0.5}, g[] = {2, -4};
    double w[] = {1, 1}, v[] = {0, 0}, *slots[] = {v};
    struct nng_diagnostic diagnostic;
    struct nng_step tensor = {.size = sizeof tensor, .kind = NNG_BIAS, .layer = 1, .rows = 2, .cols = 1, .count = 2};
    /* v = g, w = 1 - 0.1 (2, -4) = (0.8, 1.4); then v = 1.5 g, w = (0.8, 1.4) - 0.15 (2, -4) = (0.5, 2) */
    for (tensor.t = 1; tensor.t <= 2; tensor.t++)
        if (step(parameters, &tensor, g, w, slots, &diagnostic) != NNG_PLUGIN_OK)
            return 1;
    if (fabs(w[0] - 0.5) > 1e-12 || fabs(w[1] - 2) > 1e-12) {
        printf("wrong: w = (%.17g, %.17g)\n", w[0], w[1]);
        return 1;
    }
    puts("well");
    return 0;
}
#endif
