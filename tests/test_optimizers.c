/* test_optimizers.c - every optimizer that was built: step for step against its published rule, written here once more
 * in long double; and as minimisers of a quadratic and of Rosenbrock's function. */
#include "support.h"
#include "plugins.h"

#include <float.h>
#include <gsl/gsl_errno.h>

enum { N = 5, SLOTS = 4, STEPS = 100, STARTS = 4 };

static struct plugins all;

static void load(void)
{
    if (all.count == 0)
        all = load_plugins(NNG_OPTIMIZER);
}

/* A property of one optimizer, tested for all: of those that step by tensors, and of those that take the whole
 * problem (whose GSL errors must be status codes, as in the program itself). */
typedef void property(const struct nng_plugin *plugin, const struct nng_optimizer *optimizer);

static void for_all(property *of_steppers, property *of_minimisers)
{
    load();
    gsl_set_error_handler_off();
    for (size_t k = 0; k < all.count; k++) {
        int whole = (all.plugin[k]->optimizer->flags & NNG_OPTIMIZER_WHOLE_PROBLEM) != 0;
        property *check = whole ? of_minimisers : of_steppers;
        if (check != NULL)
            check(all.plugin[k], all.plugin[k]->optimizer);
    }
}

#define PROPERTY(name, of_steppers, of_minimisers)                                                                     \
    START_TEST(name)                                                                                                   \
    {                                                                                                                  \
        for_all(of_steppers, of_minimisers);                                                                           \
    }                                                                                                                  \
    END_TEST

/* ---- functions to minimise ----------------------------------------------------------------------------------- */

/* value and gradient at w (n entries) */
typedef long double function(size_t n, const long double *w, long double *g);

/* An ill-conditioned quadratic: sum_i 2^i (w_i - i)^2 / 2, least at (0, 1, 2, ...) */
static long double quadratic(size_t n, const long double *w, long double *g)
{
    long double f = 0;
    for (size_t i = 0; i < n; i++) {
        long double curvature = ldexpl(1, (int)i), r = w[i] - (long double)i;
        f += curvature * r * r / 2;
        g[i] = curvature * r;
    }
    return f;
}

/* (1 - w_1)^2 + 100 (w_2 - w_1^2)^2, least at (1, 1), at the end of a curved valley (Rosenbrock 1960) */
static long double rosenbrock(size_t n, const long double *w, long double *g)
{
    if (n != 2)
        ck_abort();
    long double r = 1 - w[0], s = w[1] - w[0] * w[0];
    g[0] = -2 * r - 400 * w[0] * s;
    g[1] = 200 * s;
    return r * r + 100 * s * s;
}

/* Neither quadratic nor separable: for comparing steps. */
static long double wavy(size_t n, const long double *w, long double *g)
{
    long double f = quadratic(n, w, g);
    for (size_t i = 0; i < n; i++) {
        size_t j = (i + 1) % n;
        f += 0.3L * cosl(w[i] + w[j]);
        g[i] -= 0.3L * sinl(w[i] + w[j]);
        g[j] -= 0.3L * sinl(w[i] + w[j]);
    }
    return f;
}

/* The same for doubles. */
static double at(function *f, size_t n, const double *w, double *g)
{
    long double w_long[N] = {0}, g_long[N];
    for (size_t i = 0; i < n; i++)
        w_long[i] = w[i];
    double value = (double)f(n, w_long, g_long);
    for (size_t i = 0; i < n; i++)
        g[i] = (double)g_long[i];
    return value;
}

/* One to three away from the least, on either side: where a gradient begins at nearly zero, rules that divide by its
 * size magnify rounding errors without end. */
static void start_at(uint64_t start, double *w)
{
    uint64_t seed = 100 + start;
    for (size_t i = 0; i < N; i++)
        w[i] = (double)i + copysign(spread(&seed, 1, 3), spread(&seed, -1, 1));
}

/* ---- the host's part ----------------------------------------------------------------------------------------- */

/* One training step for one tensor: look, gradient, undo, step. */
static void train_step(const struct nng_plugin *plugin, const double *parameters, function *f, size_t n, uint64_t t,
                       double *w, double slots[SLOTS][N])
{
    const struct nng_optimizer *optimizer = plugin->optimizer;
    struct nng_diagnostic diagnostic = {0};
    struct nng_step step = {
        .size = sizeof step, .kind = NNG_WEIGHT, .layer = 1, .rows = n, .cols = 1, .count = n, .t = t};
    double *slot[SLOTS] = {slots[0], slots[1], slots[2], slots[3]}, before[N], g[N];
    memcpy(before, w, n * sizeof *w);
    enum nng_plugin_status looked = NNG_PLUGIN_OK;
    if (optimizer->look != NULL)
        looked = optimizer->look(parameters, &step, w, slot, &diagnostic);
    at(f, n, w, g);
    memcpy(w, before, n * sizeof *w);
    if (looked != NNG_PLUGIN_OK || optimizer->step(parameters, &step, g, w, slot, &diagnostic) != NNG_PLUGIN_OK)
        ck_abort_msg("%s: %s", plugin->name, diagnostic.text);
}

/* ---- the published rules ------------------------------------------------------------------------------------- */

/* One step of one weight; p: the parameters in the plugin's order; s: its state, zero before the first step. */
typedef void update_rule(const double *p, int t, long double g, long double *w, long double *s);

static void rule_gd(const double *p, int t, long double g, long double *w, long double *s)
{
    (void)t;
    (void)s;
    *w = *w - p[0] * g;
}

static void rule_momentum(const double *p, int t, long double g, long double *w, long double *s)
{
    (void)t;
    s[0] = p[1] * s[0] + (1 - (long double)p[2]) * p[0] * g;
    *w = *w - s[0];
}

static void rule_nesterov(const double *p, int t, long double g, long double *w, long double *s)
{
    (void)t;
    s[0] = p[1] * s[0] + p[0] * g;
    *w = *w - s[0];
}

static void rule_adagrad(const double *p, int t, long double g, long double *w, long double *s)
{
    (void)t;
    s[0] += g * g;
    *w -= p[0] / (sqrtl(s[0]) + p[1]) * g;
}

static void rule_adadelta(const double *p, int t, long double g, long double *w, long double *s)
{
    (void)t;
    long double rho = p[1];
    s[0] = rho * s[0] + (1 - rho) * g * g;
    long double d = -sqrtl(s[1] + p[2]) / sqrtl(s[0] + p[2]) * g;
    s[1] = rho * s[1] + (1 - rho) * d * d;
    *w += p[0] * d;
}

static void rule_rmsprop(const double *p, int t, long double g, long double *w, long double *s)
{
    (void)t;
    long double beta = p[1];
    s[0] = beta * s[0] + (1 - beta) * g * g;
    if (p[3] != 0)
        *w -= p[0] / sqrtl(s[0] + p[2]) * g;
    else
        *w -= p[0] / (sqrtl(s[0]) + p[2]) * g;
}

static void moments(const double *p, long double g, long double *s)
{
    long double beta1 = p[1], beta2 = p[2];
    s[0] = beta1 * s[0] + (1 - beta1) * g;
    s[1] = beta2 * s[1] + (1 - beta2) * g * g;
}

static void rule_adam(const double *p, int t, long double g, long double *w, long double *s)
{
    moments(p, g, s);
    long double m = s[0] / (1 - powl(p[1], t)), v = s[1] / (1 - powl(p[2], t));
    *w -= p[0] * m / (sqrtl(v) + p[3]);
}

static void rule_adamw(const double *p, int t, long double g, long double *w, long double *s)
{
    long double decay = p[0] * (long double)p[4] * *w;
    rule_adam(p, t, g, w, s);
    *w -= decay;
}

static void rule_nadam(const double *p, int t, long double g, long double *w, long double *s)
{
    moments(p, g, s);
    long double beta1 = p[1];
    long double m = beta1 * s[0] / (1 - powl(beta1, t + 1)) + (1 - beta1) * g / (1 - powl(beta1, t));
    *w -= p[0] * m / (sqrtl(s[1] / (1 - powl(p[2], t))) + p[3]);
}

static void rule_amsgrad(const double *p, int t, long double g, long double *w, long double *s)
{
    (void)t;
    moments(p, g, s);
    s[2] = fmaxl(s[2], s[1]);
    *w -= p[0] * s[0] / (sqrtl(s[2]) + p[3]);
}

/* Two settings each, stable at the minimum too, where they would otherwise magnify rounding errors; `ahead` is the
 * parameter that says how far along its state Nesterov looks, or -1. */
static const struct {
    const char *name;
    update_rule *rule;
    int ahead;
    double settings[2][5];
} published[] = {
    {"gd", rule_gd, -1, {{0.01}, {0.1}}},
    {"momentum", rule_momentum, -1, {{0.01, 0.9, 0}, {0.02, 0.5, 0.3}}},
    {"nesterov", rule_nesterov, 1, {{0.01, 0.9}, {0.03, 0.7}}},
    {"adagrad", rule_adagrad, -1, {{0.01, 1e-8}, {1, 0.1}}},
    {"adadelta", rule_adadelta, -1, {{1, 0.95, 1e-6}, {0.05, 0.8, 1e-2}}},
    {"rmsprop", rule_rmsprop, -1, {{0.001, 0.9, 1e-8, 0}, {0.02, 0.99, 0.1, 1}}},
    {"adam", rule_adam, -1, {{0.001, 0.9, 0.999, 1e-8}, {0.05, 0.5, 0.9, 0.5}}},
    {"adamw", rule_adamw, -1, {{0.001, 0.9, 0.999, 1e-8, 0.01}, {0.05, 0.5, 0.9, 0.5, 0.3}}},
    {"nadam", rule_nadam, -1, {{0.002, 0.9, 0.999, 1e-8}, {0.05, 0.5, 0.9, 0.5}}},
    {"amsgrad", rule_amsgrad, -1, {{0.001, 0.9, 0.999, 1e-8}, {0.05, 0.5, 0.9, 0.5}}},
};

/* 100 steps of the plugin in double beside 100 of the rule in long double, each on its own path. */
static void compare_paths(const struct nng_plugin *plugin, update_rule *rule, int ahead, const double *parameters,
                          uint64_t start)
{
    double w[N], slots[SLOTS][N] = {{0}};
    long double right[N], looked[N], g[N], state[N][SLOTS] = {{0}};
    start_at(start, w);
    for (size_t i = 0; i < N; i++)
        right[i] = w[i];
    for (int t = 1; t <= STEPS; t++) {
        train_step(plugin, parameters, wavy, N, (uint64_t)t, w, slots);
        for (size_t i = 0; i < N; i++)
            looked[i] = right[i] - (ahead >= 0 ? parameters[ahead] * state[i][0] : 0);
        wavy(N, looked, g);
        for (size_t i = 0; i < N; i++) {
            rule(parameters, t, g[i], &right[i], state[i]);
            ck_assert_msg(fabsl(w[i] - right[i]) <= 1e-12L * fmaxl(1, fabsl(right[i])), "%s, step %d: %.17g, %.17Lg",
                          plugin->name, t, w[i], right[i]);
        }
    }
}

START_TEST(steps_follow_the_published_rules)
{
    load();
    for (size_t k = 0; k < sizeof published / sizeof published[0]; k++) {
        const struct nng_plugin *plugin = find_plugin(&all, published[k].name);
        for (size_t s = 0; s < 2; s++)
            for (uint64_t start = 0; start < STARTS; start++)
                compare_paths(plugin, published[k].rule, published[k].ahead, published[k].settings[s], start);
    }
}
END_TEST

/* The first of the two settings above is each plugin's default. */
START_TEST(defaults_are_the_usual_ones)
{
    load();
    for (size_t k = 0; k < sizeof published / sizeof published[0]; k++) {
        const struct nng_plugin *plugin = find_plugin(&all, published[k].name);
        for (uint32_t p = 0; p < plugin->parameter_count; p++)
            ck_assert_msg(plugin->parameters[p].standard == published[k].settings[0][p], "%s: %s", plugin->name,
                          plugin->parameters[p].name);
    }
}
END_TEST

static void check_descriptor(const struct nng_plugin *plugin, const struct nng_optimizer *optimizer)
{
    ck_assert_int_eq(plugin->kind, NNG_OPTIMIZER);
    ck_assert_uint_eq(optimizer->size, sizeof *optimizer);
    for (size_t s = 0; optimizer->slots != NULL && optimizer->slots[s] != NULL; s++)
        ck_assert_uint_lt(s, SLOTS);
}
PROPERTY(descriptors, check_descriptor, check_descriptor)

/* Many steps of one tensor, cut into parts of 1, 2, 3, ... entries (and what is left) that are stepped one by one. */
enum { LONG = 37 };

static void step_in_parts(const struct nng_plugin *plugin, const double *parameters, size_t first, double *w,
                          double slots[SLOTS][LONG])
{
    struct nng_diagnostic diagnostic = {0};
    uint64_t seed = 200;
    double g[LONG];
    for (uint64_t t = 1; t <= 5; t++) {
        struct nng_step step = {.size = sizeof step, .kind = NNG_BIAS, .layer = 2, .rows = LONG, .cols = 1, .t = t};
        for (size_t i = 0; i < LONG; i++)
            g[i] = spread(&seed, -1, 1);
        for (size_t from = 0, count = first; from < LONG; from += step.count, count++) {
            double *slot[SLOTS] = {slots[0] + from, slots[1] + from, slots[2] + from, slots[3] + from};
            step.count = from + count < LONG ? count : LONG - from;
            ck_assert_int_eq(plugin->optimizer->step(parameters, &step, g + from, w + from, slot, &diagnostic),
                             NNG_PLUGIN_OK);
        }
    }
}

/* Nothing but w, g and the slots counts, entry by entry: parts and whole agree bit for bit. A part may be empty. */
static void check_elementwise(const struct nng_plugin *plugin, const struct nng_optimizer *optimizer)
{
    (void)optimizer;
    double parameters[VALUES], whole[LONG], parts[LONG], whole_slots[SLOTS][LONG] = {{0}}, slots[SLOTS][LONG] = {{0}};
    ck_assert(settings(plugin, 0, parameters));
    for (size_t i = 0; i < LONG; i++)
        parts[i] = whole[i] = 0.1 * (double)i;
    step_in_parts(plugin, parameters, LONG, whole, whole_slots);
    step_in_parts(plugin, parameters, 0, parts, slots);
    ck_assert_msg(memcmp(whole, parts, sizeof whole) == 0, "%s", plugin->name);
    ck_assert_msg(memcmp(whole_slots, slots, sizeof slots) == 0, "%s", plugin->name);
}
PROPERTY(a_step_is_elementwise_and_pure, check_elementwise, NULL)

/* ---- minimising ---------------------------------------------------------------------------------------------- */

/* The least value that `steps` steps reach with the best of some learning rates. */
static double best_of_rates(const struct nng_plugin *plugin, function *f, size_t n, const double *start, uint64_t steps)
{
    static const double rates[] = {0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 10};
    double best = HUGE_VAL;
    for (size_t r = 0; r < sizeof rates / sizeof rates[0]; r++) {
        double parameters[VALUES], w[N], g[N], slots[SLOTS][N] = {{0}};
        ck_assert(settings(plugin, 0, parameters));
        for (uint32_t p = 0; p < plugin->parameter_count; p++) {
            if (strcmp(plugin->parameters[p].name, "learning_rate") == 0)
                parameters[p] = rates[r];
            if (strcmp(plugin->parameters[p].name, "weight_decay") == 0)
                parameters[p] = 0; /* it moves the minimum */
        }
        memcpy(w, start, n * sizeof *w);
        for (uint64_t t = 1; t <= steps && isfinite(w[0]) && best > 1e-6; t++) {
            train_step(plugin, parameters, f, n, t, w, slots);
            best = fmin(best, at(f, n, w, g)); /* fmin passes over NaN */
        }
    }
    return best;
}

static void check_stepper_minimises(const struct nng_plugin *plugin, const struct nng_optimizer *optimizer)
{
    (void)optimizer;
    static const double valley[2] = {-1.2, 1};
    double w[N];
    start_at(1, w);
    double least = best_of_rates(plugin, quadratic, N, w, 5000);
    ck_assert_msg(least <= 1e-6, "%s, quadratic: %g", plugin->name, least);
    least = best_of_rates(plugin, rosenbrock, 2, valley, 50000);
    ck_assert_msg(least <= 1e-4, "%s, Rosenbrock: %g", plugin->name, least);
}
PROPERTY(steppers_minimise, check_stepper_minimises, NULL)

/* A problem for those that want it whole. Evaluations beyond `allowed` fail. */
struct context {
    function *f;
    size_t n;
    int evaluations, allowed;
};

static enum nng_plugin_status evaluate(void *context, const double *theta, double *value, double *grad)
{
    struct context *c = context;
    double g[N];
    if (c->evaluations++ >= c->allowed)
        return NNG_PLUGIN_ERROR;
    *value = at(c->f, c->n, theta, g);
    if (grad != NULL)
        memcpy(grad, g, c->n * sizeof *g);
    return NNG_PLUGIN_OK;
}

/* Iterates from start; never uphill; returns the last value. */
static double minimise(const struct nng_plugin *plugin, const double *parameters, function *f, size_t n,
                       const double *start, int iterations)
{
    const struct nng_optimizer *optimizer = plugin->optimizer;
    struct nng_diagnostic diagnostic = {0};
    struct context context = {f, n, 0, 100000};
    struct nng_problem problem = {.size = sizeof problem, .n = n, .context = &context, .evaluate = evaluate};
    double theta[N], g[N], value = HUGE_VAL, before = HUGE_VAL;
    void *state = NULL;
    memcpy(theta, start, n * sizeof *theta);
    ck_assert_int_eq(optimizer->open(parameters, &problem, theta, &state, &diagnostic), NNG_PLUGIN_OK);
    for (int i = 0; i < iterations; i++) {
        ck_assert_msg(optimizer->iterate(state, theta, &value, &diagnostic) == NNG_PLUGIN_OK, "%s: %s", plugin->name,
                      diagnostic.text);
        ck_assert_msg(value <= before, "%s: from %g up to %g", plugin->name, before, value);
        ck_assert(value == at(f, n, theta, g));
        before = value;
    }
    optimizer->close(state);
    return value;
}

static void check_minimiser(const struct nng_plugin *plugin, const struct nng_optimizer *optimizer)
{
    (void)optimizer;
    static const double valley[2] = {-1.2, 1};
    double parameters[VALUES], w[N];
    for (size_t k = 0; settings(plugin, k, parameters); k++) {
        for (uint64_t start = 0; start < STARTS; start++) {
            start_at(start, w);
            double least = minimise(plugin, parameters, quadratic, N, w, 100);
            ck_assert_msg(least <= 1e-12, "%s, quadratic: %g, setting %zu", plugin->name, least, k);
        }
        double least = minimise(plugin, parameters, rosenbrock, 2, valley, 300);
        ck_assert_msg(least <= 1e-12, "%s, Rosenbrock: %g, setting %zu", plugin->name, least, k);
    }
}
PROPERTY(minimisers_of_the_whole_problem, NULL, check_minimiser)

/* Wherever the loss stops being computable, the plugin says so and can still be closed. */
static void check_failed_evaluations(const struct nng_plugin *plugin, const struct nng_optimizer *optimizer)
{
    for (int allowed = 0; allowed < 12; allowed++) {
        double parameters[VALUES], theta[2] = {-1.2, 1}, value;
        struct nng_diagnostic diagnostic = {0};
        struct context context = {rosenbrock, 2, 0, allowed};
        struct nng_problem problem = {.size = sizeof problem, .n = 2, .context = &context, .evaluate = evaluate};
        void *state = NULL;
        ck_assert(settings(plugin, 0, parameters));
        enum nng_plugin_status status = optimizer->open(parameters, &problem, theta, &state, &diagnostic);
        for (int i = 0; i < 20 && status == NNG_PLUGIN_OK; i++)
            status = optimizer->iterate(state, theta, &value, &diagnostic);
        ck_assert_msg(status == NNG_PLUGIN_ERROR && diagnostic.text[0] != '\0', "%s", plugin->name);
        optimizer->close(state);
    }
}
PROPERTY(failed_evaluations_are_reported, NULL, check_failed_evaluations)

/* -log(1 - w^2), NaN beyond 1: line searches may step out, theta may not. */
static long double walled(size_t n, const long double *w, long double *g)
{
    long double f = 0;
    for (size_t i = 0; i < n; i++) {
        f -= logl(1 - w[i] * w[i]);
        g[i] = 2 * w[i] / (1 - w[i] * w[i]);
    }
    return f;
}

static void check_wall(const struct nng_plugin *plugin, const struct nng_optimizer *optimizer)
{
    (void)optimizer;
    double parameters[VALUES], start[2] = {0.999, -0.5};
    ck_assert(settings(plugin, 0, parameters));
    ck_assert(isfinite(minimise(plugin, parameters, walled, 2, start, 50)));
}
PROPERTY(a_wall_of_nan_is_not_walked_through, NULL, check_wall)

RUN_SUITE("optimizers", descriptors, steps_follow_the_published_rules, defaults_are_the_usual_ones,
          a_step_is_elementwise_and_pure, steppers_minimise, minimisers_of_the_whole_problem,
          failed_evaluations_are_reported, a_wall_of_nan_is_not_walked_through)
