/* behaviour_kinks.c - kinks and jumps are where `branch` says that they are, and nowhere else.
 *
 * Between two neighbouring points of a grid, at which the slope, the value or the branch code differs, the place where
 * it changes is closed in on by halving. What still changes between the last two numbers is no smooth piece. */
#include <math.h>
#include <stdio.h>

#include "base/error.h"
#include "verdict/behaviour.h"

/* One argument x of a function of one variable, with all that is known there. */
struct point {
    double x, value, slope;
    int32_t code;
    bool legal;
};

/* The plugin as a function of one variable: an elementwise activation's a; a loss's yhat, at a target y. */
struct line {
    struct nng_subject *subject;
    double y;
};

static struct point at(const struct line *line, double x)
{
    enum { ROOM = 33, AT = ROOM / 2 }; /* an overrun shall not reach our own variables: 'memory' is what finds it */
    double in[ROOM] = {0}, y[ROOM] = {0}, one[ROOM] = {0}, value[ROOM] = {0}, slope[ROOM] = {0};
    int32_t code[ROOM] = {0};
    const struct nng_loss *loss = line->subject->plugin->loss;
    const struct nng_activation *f = line->subject->plugin->activation;
    const double *values = line->subject->values;
    struct nng_diagnostic diagnostic = {0};
    in[AT] = x, y[AT] = line->y, one[AT] = 1;
    bool legal =
        loss != NULL
            ? loss->value(values, 1, 1, in + AT, y + AT, value + AT, slope + AT, &diagnostic) == NNG_PLUGIN_OK &&
                  (loss->branch == NULL ||
                   loss->branch(values, 1, 1, in + AT, y + AT, code + AT, &diagnostic) == NNG_PLUGIN_OK)
            : f->forward(values, 1, 1, in + AT, value + AT, &diagnostic) == NNG_PLUGIN_OK &&
                  f->backward(values, 1, 1, in + AT, value + AT, one + AT, slope + AT, &diagnostic) == NNG_PLUGIN_OK &&
                  (f->branch == NULL || f->branch(values, 1, 1, in + AT, code + AT, &diagnostic) == NNG_PLUGIN_OK);
    return (struct point){.x = x,
                          .value = value[AT],
                          .slope = slope[AT],
                          .code = code[AT],
                          .legal = legal && isfinite(value[AT]) && isfinite(slope[AT])};
}

/* Do slope or value change by more than round-off? */
static bool jumps(const struct point *p, const struct point *q)
{
    return fabs(p->slope - q->slope) > 1e-6 * (1 + fmax(fabs(p->slope), fabs(q->slope))) ||
           fabs(p->value - q->value) > 1e-6 * (1 + fmax(fabs(p->value), fabs(q->value)));
}

static double change(const struct point *p, const struct point *q)
{
    return fabs(p->slope - q->slope) / (1 + fmax(fabs(p->slope), fabs(q->slope))) +
           fabs(p->value - q->value) / (1 + fmax(fabs(p->value), fabs(q->value)));
}

static bool codes_differ(const struct point *p, const struct point *q)
{
    return p->code != q->code || p->code == NNG_BRANCH_TIE;
}

/* Halves [p, q] till there is no number between them: to the half with the larger change, or where the code changes. */
static bool close_in(const struct line *line, bool by_code, struct point *p, struct point *q)
{
    for (int halving = 0; halving < 200; halving++) {
        double middle = 0.5 * p->x + 0.5 * q->x;
        if (middle == p->x || middle == q->x || fabs(q->x - p->x) < 1e-15)
            break;
        struct point m = at(line, middle);
        if (!m.legal)
            return false;
        bool left = by_code ? m.code != p->code : change(p, &m) >= change(&m, q);
        *(left ? q : p) = m;
    }
    return true;
}

/* One step of the grid. */
static void look_between(struct line *line, struct point p, struct point q)
{
    struct nng_subject *subject = line->subject;
    bool has_branch = subject->plugin->kind == NNG_LOSS ? subject->plugin->loss->branch != NULL
                                                        : subject->plugin->activation->branch != NULL;
    char where[64] = "";
    struct point low = p, high = q;
    if (subject->plugin->kind == NNG_LOSS)
        snprintf(where, sizeof where, ", y = %g", line->y);
    const char *x = subject->plugin->kind == NNG_LOSS ? "yhat" : "a";
    if (jumps(&p, &q) && close_in(line, false, &low, &high) && jumps(&low, &high) && !codes_differ(&low, &high))
        nng_misbehaves(subject, "there is a kink%s at %s = %.6g%s (slopes %.6g and %.6g, values %.6g and %.6g), %s",
                       subject->setting, x, fabs(low.x) < 1e-12 ? 0 : low.x, where, low.slope, high.slope, low.value,
                       high.value,
                       has_branch ? "which 'branch' does not know" : "and it has no 'branch' that would tell of it");
    low = p, high = q;
    if (p.code != q.code && close_in(line, true, &low, &high)) {
        /* the tie itself may stand between, with a slope of its own choice */
        double wide = 1e-9 * fmax(1, fabs(low.x));
        struct point before = at(line, low.x - wide), behind = at(line, high.x + wide);
        if (before.legal && behind.legal && !jumps(&before, &behind))
            nng_misbehaves(subject, "'branch' tells of a kink%s at %s = %.6g%s, where value and slope are continuous",
                           subject->setting, x, fabs(low.x) < 1e-12 ? 0 : low.x, where);
    }
}

/* A grid that meets no round number. */
static void look_along(struct line *line, double low, double high)
{
    enum { STEPS = 128 };
    struct point last = {0};
    for (int i = 0; i <= STEPS; i++) {
        struct point p = at(line, low + (high - low) * (i + 0.317 * (i < STEPS)) / STEPS);
        if (p.legal && last.legal)
            look_between(line, last, p);
        last = p;
    }
}

enum nng_status nng_test_branch(struct nng_subject *subject, struct nng_error *error)
{
    static const double targets[][3] = {[NNG_TARGET_REAL] = {-1, 0, 0.5}, [NNG_TARGET_NONNEGATIVE] = {0, 0.5, 2},
                                        [NNG_TARGET_UNIT] = {0, 0.5, 1},  [NNG_TARGET_BINARY] = {0, 1, 1},
                                        [NNG_TARGET_SIGN] = {-1, 1, 1},   [NNG_TARGET_DISTRIBUTION] = {1, 1, 1}};
    const struct nng_loss *loss = subject->plugin->loss;
    (void)error;
    if (loss == NULL && (subject->plugin->activation->flags & NNG_ACTIVATION_ELEMENTWISE) == 0) {
        nng_untested(subject, "it is not elementwise");
        return NNG_OK;
    }
    for (size_t k = 0; nng_subject_set(subject, k); k++)
        for (size_t i = 0; i < (loss != NULL ? 3 : 1); i++) {
            struct line line = {.subject = subject, .y = loss != NULL ? targets[loss->target][i] : 0};
            double low = -4, high = 4;
            if (loss != NULL)
                nng_ordinary_range(loss->yhat_min, loss->yhat_max, 4, &low, &high);
            look_along(&line, low, high);
        }
    nng_behaves(subject, "kinks are where 'branch' tells of them, and nowhere else");
    if (loss != NULL ? loss->branch == NULL : subject->plugin->activation->branch == NULL)
        nng_behaves(subject, "it has no 'branch', and no kinks");
    return NNG_OK;
}
