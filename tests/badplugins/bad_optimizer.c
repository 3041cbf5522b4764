/* bad_optimizer.c - an optimizer that is wrong in one way: FAULT says in which. The right one is momentum,
 * v = 0.9 v + g, w = w - eta v; or, for the faults of one that takes the whole problem, plain descent with it.
 * `nngrad plugin check` names each fault (test_plugin_check.c says how). */
#include <math.h>
#include <stdlib.h>

#include <nngrad/plugin.h>

enum fault {
    NONE,
    UPHILL,
    STANDS_STILL,
    DIVERGES,
    STATIC_STATE, /* v stands in a static, not in its slot */
    COUNTS_STEPS, /* by itself, not by t */
    SLOT_PAST,    /* writes past the end of v */
    LOOK_WRITES,  /* look changes the slot, and leaves w */
    WHOLE,        /* this and the following take the whole problem; WHOLE is right */
    WHOLE_LEAKS,
    WHOLE_LIES,   /* about the value */
    WHOLE_SHARES, /* one state for all */
    WHOLE_DEAF,   /* to an evaluation that failed */
    WHOLE_UPHILL
};

enum { SIZE = 4096 };
static double static_v[SIZE];
static double steps;

enum { RATE };
static const struct nng_parameter parameters_table[] = {
    {.name = "learning_rate", .summary = "eta", .kind = NNG_REAL, .min = 0, .max = 1, .standard = 0.1}};

static enum nng_plugin_status step(const double *parameters, const struct nng_step *tensor, const double *g, double *w,
                                   double *const *slots, struct nng_diagnostic *diagnostic)
{
    double eta = parameters[RATE], *v = FAULT == STATIC_STATE ? static_v : slots[0];
    (void)diagnostic;
    if (FAULT == UPHILL)
        eta = -eta;
    if (FAULT == STANDS_STILL)
        eta = 0;
    if (FAULT == DIVERGES)
        eta *= 600;
    if (FAULT == COUNTS_STEPS)
        eta /= 1 + 1e-3 * ++steps;
    for (uint64_t i = 0; i < tensor->count && i < SIZE; i++) {
        v[i] = 0.9 * v[i] + g[i];
        w[i] -= eta * v[i];
    }
    if (FAULT == SLOT_PAST)
        v[tensor->count] = 0;
    return NNG_PLUGIN_OK;
}

static enum nng_plugin_status look(const double *parameters, const struct nng_step *tensor, double *w,
                                   double *const *slots, struct nng_diagnostic *diagnostic)
{
    (void)w, (void)diagnostic;
    for (uint64_t i = 0; i < tensor->count; i++)
        slots[0][i] *= 1 - 1e-3 * parameters[RATE];
    return NNG_PLUGIN_OK;
}

/* ---- the whole problem --------------------------------------------------------------------------------------- */

struct state {
    struct nng_problem problem;
    double eta, *g, *v;
};

static struct state shared;

static enum nng_plugin_status open_problem(const double *parameters, const struct nng_problem *problem,
                                           const double *theta, void **state, struct nng_diagnostic *diagnostic)
{
    struct state *s = FAULT == WHOLE_SHARES ? &shared : calloc(1, sizeof *s);
    (void)theta;
    if (s == NULL || (s->g = calloc(problem->n, sizeof *s->g)) == NULL ||
        (s->v = calloc(problem->n, sizeof *s->v)) == NULL)
        return nng_refuse(diagnostic, -1, -1, "out of memory");
    s->problem = *problem;
    s->eta = parameters[RATE];
    *state = s;
    return NNG_PLUGIN_OK;
}

static enum nng_plugin_status iterate(void *state, double *theta, double *value, struct nng_diagnostic *diagnostic)
{
    struct state *s = state;
    for (int k = 0; k < 10; k++) {
        if (s->problem.evaluate(s->problem.context, theta, value, s->g) != NNG_PLUGIN_OK && FAULT != WHOLE_DEAF)
            return nng_refuse(diagnostic, -1, -1, "the loss cannot be evaluated");
        for (uint64_t i = 0; i < s->problem.n; i++) {
            s->v[i] = 0.1 * s->v[i] + s->g[i]; /* hardly any momentum: every iteration leads down */
            theta[i] -= (FAULT == WHOLE_UPHILL ? -s->eta : s->eta) * s->v[i];
        }
    }
    if (FAULT != WHOLE_LIES && s->problem.evaluate(s->problem.context, theta, value, NULL) != NNG_PLUGIN_OK &&
        FAULT != WHOLE_DEAF)
        return nng_refuse(diagnostic, -1, -1, "the loss cannot be evaluated");
    return NNG_PLUGIN_OK;
}

static void close_problem(void *state)
{
    struct state *s = state;
    if (FAULT == WHOLE_SHARES)
        return;
    if (FAULT != WHOLE_LEAKS)
        free(s->g);
    free(s->v);
    free(s);
}

static const char *const slot_names[] = {"v", NULL};
static const struct nng_optimizer optimizer = {.size = sizeof optimizer,
                                               .flags = FAULT >= WHOLE ? NNG_OPTIMIZER_WHOLE_PROBLEM : 0,
                                               .slots = FAULT >= WHOLE ? NULL : slot_names,
                                               .step = FAULT >= WHOLE ? NULL : step,
                                               .look = FAULT == LOOK_WRITES ? look : NULL,
                                               .open = FAULT >= WHOLE ? open_problem : NULL,
                                               .iterate = FAULT >= WHOLE ? iterate : NULL,
                                               .close = FAULT >= WHOLE ? close_problem : NULL};

NNG_PLUGIN(.kind = NNG_OPTIMIZER, .name = NAME, .version = "1", .licence = "GPL-3.0-or-later",
           .summary = "momentum with something wrong", .formula = "w \\leftarrow w - \\eta v",
           NNG_PARAMETERS(parameters_table), .optimizer = &optimizer);
