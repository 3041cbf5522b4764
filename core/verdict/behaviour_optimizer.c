/* behaviour_optimizer.c - what an optimizer does over several steps: it goes downhill, all that it remembers stands in
 * its slots, and one that takes the whole problem minimises it.
 *
 * The problem is a bowl: f(w) = 1/2 sum_i c_i (w_i - m_i)^2 with curvatures c_i from 0.1 to 0.5, which any method
 * should get down with its default settings. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "verdict/behaviour.h"

enum { N = 6 };

static double bowl(const double *w, double *g)
{
    double f = 0;
    for (size_t i = 0; i < N; i++) {
        double c = 0.1 + 0.08 * (double)i, r = w[i] - (0.5 * (double)i - 1);
        f += 0.5 * c * r * r;
        if (g != NULL)
            g[i] = c * r;
    }
    return f;
}

static const double start[N] = {2, -3, 1.5, -2, 3, -1};

/* ---- stepping by tensors ------------------------------------------------------------------------------------- */

static bool is_whole(const struct nng_subject *subject)
{
    return (subject->plugin->optimizer->flags & NNG_OPTIMIZER_WHOLE_PROBLEM) != 0;
}

/* From the start with a fresh state. */
static enum nng_status begin(struct nng_subject *subject, struct nng_form forms[NNG_FORMS_MOST],
                             struct nng_sheet *sheet, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    (void)nng_forms(subject, forms);
    NNG_TRY(nng_sheet_new(subject, &forms[0], 2, N / 2, sheet, error)); /* arrays of a new sheet are zeros */
    memcpy(sheet->at[1], start, sizeof start);
fail:
    return status;
}

/* One whole step as the host makes it: look, the gradient there, back, step. False after a refusal. */
static bool advance(struct nng_subject *subject, const struct nng_form *forms, struct nng_sheet *sheet)
{
    double here[N];
    memcpy(here, sheet->at[1], sizeof here);
    if (subject->plugin->optimizer->look != NULL) {
        struct nng_sheet look = {.form = &forms[1], .rows = sheet->rows, .cols = sheet->cols, .t = sheet->t};
        for (size_t k = 0; k < forms[1].array_count; k++)
            look.at[k] = sheet->at[k + 1];
        if (!nng_sheet_call(subject, &look))
            return false;
    }
    (void)bowl(sheet->at[1], sheet->at[0]);
    memcpy(sheet->at[1], here, sizeof here);
    bool went = nng_sheet_call(subject, sheet);
    sheet->t++;
    return went;
}

enum nng_status nng_test_descent(struct nng_subject *subject, struct nng_error *error)
{
    enum { STEPS = 300 };
    enum nng_status status = NNG_OK;
    struct nng_form forms[NNG_FORMS_MOST];
    struct nng_sheet sheet;
    double before = bowl(start, NULL), along = 0, moved = 0;
    if (is_whole(subject)) {
        nng_untested(subject, "it takes the whole problem: see 'whole-problem'");
        return NNG_OK;
    }
    NNG_TRY(begin(subject, forms, &sheet, error));
    if (!advance(subject, forms, &sheet))
        return NNG_OK;
    for (size_t i = 0; i < N; i++) {
        along += sheet.at[0][i] * (sheet.at[1][i] - start[i]);
        moved += fabs(sheet.at[1][i] - start[i]);
    }
    if (moved == 0)
        nng_misbehaves(subject, "the first step does not move w although the gradient is not zero");
    else if (along > 0)
        nng_misbehaves(subject, "the first step goes uphill: it follows the gradient instead of going against it");
    for (int k = 1; k < STEPS; k++)
        if (!advance(subject, forms, &sheet))
            return NNG_OK;
    double after = bowl(sheet.at[1], NULL);
    if (!(after < before))
        nng_misbehaves(subject,
                       "%d steps with the default settings lead up, not down: a bowl's value was %.6g, and is %.6g",
                       STEPS, before, fabs(after));
    nng_behaves(subject, "%d steps lead a bowl's value from %.3g down to %.3g", STEPS, before, after);
fail:
    return status;
}

/* All that it remembers stands in its slots: from copies of w, the slots and t the same steps follow. And two tensors
 * that take turns do not meet. */
enum nng_status nng_test_resume(struct nng_subject *subject, struct nng_error *error)
{
    enum { STEPS = 5 };
    enum nng_status status = NNG_OK;
    struct nng_form forms[NNG_FORMS_MOST];
    struct nng_sheet sheet, kept, other;
    char where[NNG_WHERE_SIZE];
    if (is_whole(subject)) {
        nng_untested(subject, "it takes the whole problem: a resumed run repeats its iterations");
        return NNG_OK;
    }
    NNG_TRY(begin(subject, forms, &sheet, error));
    NNG_TRY(begin(subject, forms, &kept, error));
    NNG_TRY(begin(subject, forms, &other, error));
    for (int k = 0; k < STEPS; k++)
        if (!advance(subject, forms, &sheet))
            return NNG_OK;
    nng_sheet_copy(&sheet, &kept);
    for (int k = 0; k < STEPS; k++)
        if (!advance(subject, forms, &sheet))
            return NNG_OK;
    for (int k = 0; k < STEPS; k++) { /* in turn with a tensor that starts elsewhere */
        other.at[1][k] += 7;
        if (!advance(subject, forms, &kept) || !advance(subject, forms, &other))
            return NNG_OK;
    }
    if (!nng_sheet_same(&sheet, &kept, 0, where))
        nng_misbehaves(subject,
                       "it remembers something outside of its slots: %d steps, gone on with from copies of w, "
                       "the slots and t, give %s",
                       STEPS, where);
    nng_behaves(subject, "w, the slots and t are all that it goes on from");
fail:
    return status;
}

/* ---- the whole problem --------------------------------------------------------------------------------------- */

/* What `evaluate` is asked. */
struct problem {
    uint64_t evaluations;
    bool fails;
};

static enum nng_plugin_status evaluate(void *context, const double *theta, double *value, double *grad)
{
    struct problem *problem = context;
    problem->evaluations++;
    if (problem->fails)
        return NNG_PLUGIN_ERROR;
    *value = bowl(theta, grad);
    return NNG_PLUGIN_OK;
}

/* A minimisation under way. */
struct minimisation {
    struct problem problem;
    struct nng_problem handed;
    double theta[N], value;
    void *state;
};

static bool open_problem(struct nng_subject *subject, struct minimisation *m)
{
    struct nng_diagnostic diagnostic = {0};
    memset(m, 0, sizeof *m);
    m->handed = (struct nng_problem){.size = sizeof m->handed, .n = N, .context = &m->problem, .evaluate = evaluate};
    memcpy(m->theta, start, sizeof m->theta);
    if (subject->plugin->optimizer->open(subject->values, &m->handed, m->theta, &m->state, &diagnostic) ==
        NNG_PLUGIN_OK)
        return true;
    nng_misbehaves(subject, "'open' refuses a legal problem%s: %.200s", subject->setting, diagnostic.text);
    return false;
}

static bool iterate(struct nng_subject *subject, struct minimisation *m)
{
    struct nng_diagnostic diagnostic = {0};
    if (subject->plugin->optimizer->iterate(m->state, m->theta, &m->value, &diagnostic) == NNG_PLUGIN_OK)
        return true;
    nng_misbehaves(subject, "'iterate' refuses to go on%s: %.200s", subject->setting, diagnostic.text);
    return false;
}

/* At every setting the loss falls, and is what `iterate` says. */
static void minimise(struct nng_subject *subject)
{
    enum { ITERATIONS = 20 };
    struct minimisation m;
    double before = bowl(start, NULL), last = before;
    if (!open_problem(subject, &m))
        return;
    for (int k = 0; k < ITERATIONS && iterate(subject, &m); k++) {
        double true_value = bowl(m.theta, NULL);
        if (!(fabs(true_value - m.value) <= 1e-12 * (1 + fabs(true_value))))
            nng_misbehaves(subject, "'iterate' says that the value is %.10g%s, where it is %.10g", m.value,
                           subject->setting, true_value);
        if (!(true_value <= last + 1e-12 * (1 + last)))
            nng_misbehaves(subject, "an iteration leads up%s: the value was %.10g, and is %.10g", subject->setting,
                           last, true_value);
        last = true_value;
    }
    if (!nng_found_fault(subject) && subject->setting[0] == '\0' && !(last < 0.5 * before))
        nng_misbehaves(subject, "%d iterations hardly lead down: a bowl's value was %.6g, and is %.6g", ITERATIONS,
                       before, last);
    subject->plugin->optimizer->close(m.state);
}

/* Two problems that take turns do not meet, and one by itself gives the same. */
static void take_turns(struct nng_subject *subject)
{
    struct minimisation alone, p, q;
    if (!open_problem(subject, &alone) || !open_problem(subject, &p) || !open_problem(subject, &q))
        return;
    for (int k = 0; k < 3; k++)
        if (!iterate(subject, &p) || !iterate(subject, &q) || !iterate(subject, &q))
            return;
    for (int k = 0; k < 3; k++)
        if (!iterate(subject, &alone))
            return;
    if (memcmp(alone.theta, p.theta, sizeof p.theta) != 0)
        nng_misbehaves(subject, "two problems that take turns meet: the state is not all behind the pointer of 'open'");
    subject->found->digest = 1; /* of theta, which any process must reach */
    for (size_t i = 0; i < sizeof alone.theta; i++)
        subject->found->digest =
            (subject->found->digest ^ ((const unsigned char *)alone.theta)[i]) * UINT64_C(0x100000001b3);
    subject->plugin->optimizer->close(alone.state);
    subject->plugin->optimizer->close(p.state);
    subject->plugin->optimizer->close(q.state);
}

/* A loss that cannot be evaluated any more must come out as an error. */
static void fail_midway(struct nng_subject *subject)
{
    struct minimisation m;
    struct nng_diagnostic diagnostic = {0};
    if (!open_problem(subject, &m) || !iterate(subject, &m))
        return;
    m.problem.fails = true;
    if (subject->plugin->optimizer->iterate(m.state, m.theta, &m.value, &diagnostic) == NNG_PLUGIN_OK)
        nng_misbehaves(subject, "'iterate' does not tell that the loss could not be evaluated");
    subject->plugin->optimizer->close(m.state);
}

static void look_for_leaks(struct nng_subject *subject)
{
    enum { WARM = 8, TIMES = 32, LEAST = 16 };
    size_t before = 0, after = 0;
    if (!nng_memory_in_use(&before))
        return;
    for (int k = 0; k < WARM + TIMES; k++) {
        struct minimisation m;
        if (k == WARM)
            (void)nng_memory_in_use(&before);
        if (!open_problem(subject, &m) || !iterate(subject, &m) || !iterate(subject, &m))
            return;
        subject->plugin->optimizer->close(m.state);
    }
    (void)nng_memory_in_use(&after);
    if (after >= before + TIMES * LEAST)
        nng_misbehaves(subject, "'open', 'iterate' and 'close' leak memory: %zu bytes in %d problems", after - before,
                       TIMES);
}

enum nng_status nng_test_whole_problem(struct nng_subject *subject, struct nng_error *error)
{
    (void)error;
    if (!is_whole(subject)) {
        nng_untested(subject, "it steps by tensors");
        return NNG_OK;
    }
    take_turns(subject);
    for (size_t k = 0; !nng_found_fault(subject) && nng_subject_set(subject, k); k++)
        minimise(subject);
    (void)nng_subject_set(subject, 0);
    if (!nng_found_fault(subject))
        fail_midway(subject);
    if (!nng_found_fault(subject))
        look_for_leaks(subject);
    nng_behaves(subject, "it minimises a bowl, one by itself as beside another, and keeps nothing");
    return NNG_OK;
}
