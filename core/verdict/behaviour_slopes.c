/* behaviour_slopes.c - the derivatives that a plugin gives, against differences of its own values, by the decision
 * rule.
 *
 * `grad` of a loss is the derivative of sum_n L_n by yhat (by a, fused). `backward` is the derivative of
 * v(a) = sum_nj dh_nj h_nj, whatever dh is. Where they are wrong, the mistakes that people make are looked for. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "verdict/behaviour.h"

enum { ROWS = 4, COLS = 3, COUNT = ROWS * COLS };

/* A scalar function of the first array of a sheet. */
struct slope {
    struct nng_subject *subject;
    struct nng_sheet *sheet; /* value, fused or forward: array 0 is what is moved */
    size_t out;              /* the array of its results */
    const double *weights;   /* of the results: dh; NULL: 1 for each */
    double point[COUNT], gradient[COUNT];
};

static double value_at(void *context, const double *x)
{
    struct slope *slope = context;
    struct nng_diagnostic diagnostic;
    double sum = 0;
    memcpy(slope->sheet->at[0], x, COUNT * sizeof *x);
    if (nng_sheet_try(slope->subject, slope->sheet, &diagnostic) != NNG_PLUGIN_OK)
        return NAN;
    for (size_t i = 0; i < nng_sheet_length(slope->sheet, slope->out); i++)
        sum += (slope->weights != NULL ? slope->weights[i] : 1) * slope->sheet->at[slope->out][i];
    return sum;
}

/* ---- what is wrong with it ----------------------------------------------------------------------------------- */

static bool near(double u, double v)
{
    return fabs(u - v) <= 1e-5 * fmax(fabs(u), fabs(v)) + 1e-9;
}

/* d/dt h(a + t dh): the Jacobian times dh, where its transpose is due. */
static bool is_jacobian_itself(struct slope *slope)
{
    double at[COUNT], up[COUNT];
    const double t = 1e-5;
    if (slope->weights == NULL)
        return false;
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < COUNT; i++)
            at[i] = slope->point[i] + (side == 0 ? t : -t) * slope->weights[i];
        (void)value_at(slope, at);
        if (side == 0)
            memcpy(up, slope->sheet->at[slope->out], sizeof up);
    }
    for (size_t i = 0; i < COUNT; i++)
        if (!near(slope->gradient[i], (up[i] - slope->sheet->at[slope->out][i]) / (2 * t)))
            return false;
    return true;
}

/* f'(h) instead of f'(a), by a central difference. */
static bool is_slope_at_h(struct slope *slope, const double *numeric)
{
    double at[COUNT], h[COUNT], up[COUNT];
    const double t = 1e-5;
    if (slope->weights == NULL || (slope->subject->plugin->activation->flags & NNG_ACTIVATION_ELEMENTWISE) == 0)
        return false;
    (void)value_at(slope, slope->point);
    memcpy(h, slope->sheet->at[slope->out], sizeof h);
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < COUNT; i++)
            at[i] = h[i] + (side == 0 ? t : -t);
        (void)value_at(slope, at);
        if (side == 0)
            memcpy(up, slope->sheet->at[slope->out], sizeof up);
    }
    for (size_t i = 0; i < COUNT; i++)
        if (!near(slope->gradient[i], slope->weights[i] * (up[i] - slope->sheet->at[slope->out][i]) / (2 * t)) &&
            !near(slope->gradient[i], numeric[i]))
            return false;
    return true;
}

/* Column by column instead of row by row. */
static bool is_transposed(const double *gradient, const double *numeric)
{
    for (size_t n = 0; n < ROWS; n++)
        for (size_t j = 0; j < COLS; j++)
            if (!near(gradient[j * ROWS + n], numeric[n * COLS + j]))
                return false;
    return true;
}

/* The one factor by which all of it differs, or NAN. */
static double common_factor(const double *gradient, const double *numeric)
{
    double factor = NAN;
    for (size_t i = 0; i < COUNT; i++) {
        if (fabs(numeric[i]) < 1e-6)
            continue;
        double own = gradient[i] / numeric[i];
        if (isnan(factor))
            factor = own;
        if (!(fabs(own - factor) <= 1e-6 * fabs(factor)))
            return NAN;
    }
    return factor;
}

/* ": everywhere the wrong sign", "" if it is none of those. */
static void find_cause(struct slope *slope, const double *numeric, char *cause, size_t size)
{
    double factor = common_factor(slope->gradient, numeric);
    bool handed_on = slope->weights != NULL && memcmp(slope->gradient, slope->weights, sizeof slope->gradient) == 0;
    cause[0] = '\0';
    if (fabs(factor + 1) < 1e-6)
        snprintf(cause, size, ": everywhere the wrong sign");
    else if (isfinite(factor))
        snprintf(cause, size, ": everywhere %.7g times what is due", factor);
    else if (handed_on)
        snprintf(cause, size, ": it hands dh on unchanged, without f'(a)");
    else if (is_transposed(slope->gradient, numeric))
        snprintf(cause, size, ": it is written column by column, where a row is a sample");
    else if (is_jacobian_itself(slope))
        snprintf(cause, size, ": it multiplies dh by the Jacobian, where its transpose is due");
    else if (is_slope_at_h(slope, numeric))
        snprintf(cause, size, ": it is f'(h) instead of f'(a)");
}

/* ---- judging ------------------------------------------------------------------------------------------------- */

/* How the entries of all checks went. */
struct tally {
    size_t judged, inconclusive, zero;
};

static void tell_failure(struct slope *slope, const char *name, const struct nng_report *report, size_t failed)
{
    const struct nng_entry *e = &report->entries[failed];
    double numeric[COUNT];
    char place[NNG_WHERE_SIZE], cause[120];
    for (size_t i = 0; i < COUNT; i++)
        numeric[i] = report->entries[i].numeric;
    find_cause(slope, numeric, cause, sizeof cause);
    snprintf(place, sizeof place, "sample %zu, unit %zu", e->index / COLS + 1, e->index % COLS + 1);
    if (isfinite(e->left) && isfinite(e->right) && fabs(e->left - e->right) > e->uncertainty)
        nng_misbehaves(slope->subject,
                       "%s is wrong%s: %s at %.6g, a kink: it gives %.10g, outside of the slopes %.10g "
                       "and %.10g on both sides",
                       name, slope->subject->setting, place, slope->point[e->index], e->analytic, e->left, e->right);
    else
        nng_misbehaves(slope->subject,
                       "%s is wrong%s: %s at %.6g: it gives %.10g, and differences of the values give %.10g +- %.1g%s",
                       name, slope->subject->setting, place, slope->point[e->index], e->analytic, e->numeric,
                       e->uncertainty, cause);
}

static enum nng_status judge(struct slope *slope, const char *name, struct tally *tally, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_report *report = NULL;
    struct nng_error reason = {0};
    struct nng_function f = {.n = COUNT, .context = slope, .value = value_at};
    struct nng_function_options options = {.every_entry = true};
    status = nng_check_function(&f, slope->point, slope->gradient, &options, &report, &reason);
    if (status == NNG_NUMERIC) {
        nng_misbehaves(slope->subject, "%s cannot be judged%s: with f the sum of all the values, %s", name,
                       slope->subject->setting, reason.text);
        return NNG_OK;
    }
    if (status != NNG_OK)
        return nng_fail(error, status, "%s", reason.text);
    for (size_t i = 0; i < report->entry_count; i++) {
        tally->judged++;
        tally->inconclusive += report->entries[i].verdict == NNG_INCONCLUSIVE;
        tally->zero += report->entries[i].analytic == 0;
        if (report->entries[i].verdict == NNG_FAIL && !nng_found_fault(slope->subject))
            tell_failure(slope, name, report, i);
    }
    nng_report_free(report);
    return NNG_OK;
}

/* Ordinary arguments (0), and ones at which many functions have a kink (1): yhat = y, and whole numbers. */
static void fill_points(const struct nng_subject *subject, struct nng_sheet *sheet, int kind)
{
    const struct nng_loss *loss = subject->plugin->loss;
    nng_sheet_fill(subject, sheet, 50 + (uint64_t)kind);
    for (size_t i = 0; kind == 1 && i < COUNT; i++) {
        double x = loss != NULL && i % 2 == 0 ? sheet->at[1][i] : (double)(i % 3) - 1;
        if (loss == NULL || (x > loss->yhat_min && x < loss->yhat_max) || sheet->form->arrays[0].name[0] == 'a')
            sheet->at[0][i] = x;
    }
}

/* A loss: value or fused, whose sheet has grad too. */
static enum nng_status judge_loss(struct nng_subject *subject, const struct nng_form *form, int kind,
                                  struct tally *tally, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_sheet sheet;
    struct slope slope = {.subject = subject, .sheet = &sheet, .out = 2};
    char name[64];
    snprintf(name, sizeof name, "grad of '%s'", form->name);
    NNG_TRY(nng_sheet_new(subject, form, ROWS, COLS, &sheet, error));
    fill_points(subject, &sheet, kind);
    memcpy(slope.point, sheet.at[0], sizeof slope.point);
    if (!nng_sheet_call(subject, &sheet))
        return NNG_OK;
    memcpy(slope.gradient, sheet.at[3], sizeof slope.gradient);
    sheet.at[3] = NULL; /* not wanted */
    NNG_TRY(judge(&slope, name, tally, error));
fail:
    return status;
}

static enum nng_status judge_activation(struct nng_subject *subject, const struct nng_form *form, int kind,
                                        struct tally *tally, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_sheet sheet;
    struct nng_diagnostic diagnostic = {0};
    struct slope slope = {.subject = subject, .sheet = &sheet, .out = 1};
    double dh[COUNT];
    uint64_t seed = 60;
    NNG_TRY(nng_sheet_new(subject, form, ROWS, COLS, &sheet, error));
    fill_points(subject, &sheet, kind);
    memcpy(slope.point, sheet.at[0], sizeof slope.point);
    for (size_t i = 0; i < COUNT; i++)
        dh[i] = nng_draw(&seed, 0.5, 1.5) * (i % 2 == 0 ? 1 : -1);
    slope.weights = dh;
    if (!nng_sheet_call(subject, &sheet))
        return NNG_OK;
    if (subject->plugin->activation->backward(subject->values, ROWS, COLS, sheet.at[0], sheet.at[1], dh, slope.gradient,
                                              &diagnostic) == NNG_PLUGIN_OK)
        NNG_TRY(judge(&slope, "'backward'", tally, error));
    else
        nng_misbehaves(subject, "'backward' refuses legal arguments%s: %.200s", subject->setting, diagnostic.text);
fail:
    return status;
}

enum nng_status nng_test_gradient(struct nng_subject *subject, struct nng_error *error)
{
    static const char *const names[] = {"value", "fused", "forward"};
    enum nng_status status = NNG_OK;
    struct nng_form forms[NNG_FORMS_MOST];
    struct tally tally = {0};
    size_t count = nng_forms(subject, forms), settings = 0;
    for (; nng_subject_set(subject, settings); settings++)
        for (size_t i = 0; i < 2 * sizeof names / sizeof names[0]; i++) {
            const struct nng_form *form = nng_form_named(forms, count, names[i / 2]);
            if (form == NULL)
                continue;
            bool activation = subject->plugin->kind == NNG_ACTIVATION;
            NNG_TRY((activation ? judge_activation : judge_loss)(subject, form, (int)(i % 2), &tally, error));
        }
    char at[64] = "";
    if (settings > 1)
        snprintf(at, sizeof at, " at %zu settings of the parameters", settings);
    nng_behaves(subject, "%zu derivatives%s", tally.judged, at);
    if (tally.zero == tally.judged)
        nng_behaves(subject, "%zu derivatives%s, but each of them is 0: nothing will be learned", tally.judged, at);
    if (tally.inconclusive > tally.judged / 2)
        nng_untested(subject, "differences are too inexact to tell: %zu of %zu derivatives are inconclusive",
                     tally.inconclusive, tally.judged);
    else if (tally.inconclusive > 0)
        nng_behaves(subject, "%zu derivatives%s, of which %zu are inconclusive", tally.judged, at, tally.inconclusive);
fail:
    return status;
}
