/* behaviour_agree.c - functions of one plugin that must agree with each other: complex forms with values and slopes,
 * the fused form with the way through the activation, magnitudes with values, bounds with the noise that is there. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "verdict/behaviour.h"
#include "verdict/noise.h"

enum { ROWS = 5, COLS = 4, COUNT = ROWS * COLS };

/* Two ways to the same number may differ by so much of the terms' size. */
static const double agreement = 1e-9;

/* ---- complex forms ------------------------------------------------------------------------------------------- */

/* A complex form and the real one that it continues, both with array 0 as the argument. The results of a loss are per
 * row; those of an activation per entry. */
struct pair {
    struct nng_subject *subject;
    struct nng_sheet real, complex; /* value and complex_value; forward and complex_forward */
    size_t out, re, im;             /* the arrays of the results */
    bool first_order;               /* it is flagged as no more than the slope */
};

/* The results of the real form at x + t v. */
static bool real_at(struct pair *pair, const double *x, const double *v, double t, double *results)
{
    struct nng_diagnostic diagnostic;
    size_t count = nng_sheet_length(&pair->real, pair->out);
    for (size_t i = 0; i < COUNT; i++)
        pair->real.at[0][i] = x[i] + t * v[i];
    if (nng_sheet_try(pair->subject, &pair->real, &diagnostic) != NNG_PLUGIN_OK)
        return false;
    memcpy(results, pair->real.at[pair->out], count * sizeof *results);
    return true;
}

/* The results of the complex form at x + i t v. */
static bool complex_at(struct pair *pair, const double *x, const double *v, double t)
{
    for (size_t i = 0; i < COUNT; i++) {
        pair->complex.at[0][i] = x[i];
        pair->complex.at[1][i] = t * v[i];
    }
    return nng_sheet_call(pair->subject, &pair->complex);
}

/* sum_j slope_j v_j for each result: a loss's from grad; an elementwise activation's, or the sum over the row of any
 * activation's, from backward with dh = 1. */
static bool slopes_along(struct pair *pair, const double *x, const double *v, double *along, double *size)
{
    struct nng_diagnostic diagnostic = {0};
    const struct nng_plugin *plugin = pair->subject->plugin;
    double h[COUNT], ones[COUNT], slope[COUNT];
    memcpy(pair->real.at[0], x, COUNT * sizeof *x);
    if (plugin->kind == NNG_ACTIVATION) {
        for (size_t i = 0; i < COUNT; i++)
            ones[i] = 1 + 0.5 * (double)(i % 3);
        if (plugin->activation->forward(pair->subject->values, ROWS, COLS, x, h, &diagnostic) != NNG_PLUGIN_OK ||
            plugin->activation->backward(pair->subject->values, ROWS, COLS, x, h, ones, slope, &diagnostic) !=
                NNG_PLUGIN_OK)
            return false;
    } else {
        if (nng_sheet_try(pair->subject, &pair->real, &diagnostic) != NNG_PLUGIN_OK)
            return false;
        memcpy(slope, pair->real.at[3], sizeof slope);
    }
    for (size_t n = 0; n < ROWS; n++) {
        along[n] = size[n] = 0;
        for (size_t i = n * COLS; i < (n + 1) * COLS; i++) {
            along[n] += slope[i] * v[i];
            size[n] += fabs(slope[i] * v[i]);
        }
    }
    return true;
}

/* Im f(x + i t v) / t for each row, weighted as in slopes_along. */
static double imaginary_of_row(const struct pair *pair, size_t n, double t)
{
    const double *im = pair->complex.at[pair->im];
    double sum = 0;
    if (pair->subject->plugin->kind == NNG_LOSS)
        return im[n] / t;
    for (size_t i = n * COLS; i < (n + 1) * COLS; i++)
        sum += (1 + 0.5 * (double)(i % 3)) * (im[i] / t);
    return sum;
}

static void compare_slopes(struct pair *pair, const double *x, const double *v)
{
    double along[ROWS], size[ROWS], step = 1e-100;
    if (!slopes_along(pair, x, v, along, size) || !complex_at(pair, x, v, step))
        return;
    for (size_t n = 0; n < ROWS; n++) {
        double im = imaginary_of_row(pair, n, step);
        if (!(fabs(im - along[n]) <= agreement * size[n] + 1e-200))
            nng_misbehaves(pair->subject,
                           "the complex step by '%s' contradicts the derivative of '%s'%s: sample %zu: %.10g and %.10g",
                           pair->complex.form->name, pair->real.form->name, pair->subject->setting, n + 1, im,
                           along[n]);
    }
}

static void compare_values(struct pair *pair, const double *results)
{
    const double *re = pair->complex.at[pair->re];
    char place[NNG_WHERE_SIZE];
    for (size_t i = 0; i < nng_sheet_length(&pair->real, pair->out); i++) {
        if (fabs(re[i] - results[i]) <= agreement * fmax(1, fabs(results[i])))
            continue;
        nng_sheet_place(&pair->real, pair->out, i, place);
        nng_misbehaves(pair->subject, "the real part of '%s' is not '%s'%s: %s: %.10g and %.10g",
                       pair->complex.form->name, pair->real.form->name, pair->subject->setting, place, re[i],
                       results[i]);
    }
}

/* An analytic f obeys f(x + tv) + f(x - tv) + 2 Re f(x + itv) = 4 f(x) + O(t^4); a form that is true to first order
 * misses by t^2 f''. Where the plain second difference does not show t^2 f'' clearly, or is not to be believed (a kink
 * in f or f'), nothing can be told. */
static void compare_curvature(struct pair *pair, const double *x, const double *v, const double *results)
{
    double plus[COUNT], minus[COUNT], half_plus[COUNT], half_minus[COUNT], t = 0x1p-8;
    if (!real_at(pair, x, v, t, plus) || !real_at(pair, x, v, -t, minus) || !real_at(pair, x, v, t / 2, half_plus) ||
        !real_at(pair, x, v, -t / 2, half_minus) || !complex_at(pair, x, v, t))
        return;
    const double *re = pair->complex.at[pair->re];
    for (size_t i = 0; i < nng_sheet_length(&pair->real, pair->out); i++) {
        double curvature = plus[i] + minus[i] - 2 * results[i];
        double finer = half_plus[i] + half_minus[i] - 2 * results[i];
        bool smooth = fabs(curvature - 4 * finer) <= 0.01 * fabs(curvature);
        bool clear = fabs(curvature) > 1e-8 * fmax(1, fabs(results[i]));
        if (smooth && clear && fabs(curvature + 2 * re[i] - 2 * results[i]) > 0.5 * fabs(curvature))
            nng_misbehaves(pair->subject,
                           "'%s' only restates the derivative%s: it must carry the flag %s, or continue '%s'",
                           pair->complex.form->name, pair->subject->setting,
                           pair->subject->plugin->kind == NNG_LOSS ? "NNG_COMPLEX_FIRST_ORDER"
                                                                   : "NNG_ACTIVATION_COMPLEX_FIRST_ORDER",
                           pair->real.form->name);
    }
}

static enum nng_status compare_pair(struct pair *pair, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_sheet sheet;
    double x[COUNT], v[COUNT], results[COUNT];
    uint64_t seed = 70;
    NNG_TRY(nng_sheet_new(pair->subject, pair->real.form, ROWS, COLS, &sheet, error));
    nng_sheet_fill(pair->subject, &sheet, 71);
    memcpy(x, sheet.at[0], sizeof x);
    for (size_t i = 0; i < COUNT; i++)
        v[i] = nng_draw(&seed, 0.5, 1) * (nng_draw(&seed, -1, 1) < 0 ? -1 : 1);
    for (size_t k = 0; pair->subject->plugin->kind == NNG_LOSS && k < 2; k++) { /* the same targets for both */
        struct nng_sheet *to = k == 0 ? &pair->real : &pair->complex;
        memcpy(to->at[k == 0 ? 1 : 2], sheet.at[1], COUNT * sizeof(double));
    }
    if (!real_at(pair, x, v, 0, results))
        return NNG_OK;
    compare_slopes(pair, x, v);
    compare_values(pair, results);
    if (!pair->first_order)
        compare_curvature(pair, x, v, results);
fail:
    return status;
}

static enum nng_status compare_forms(struct nng_subject *subject, const struct nng_form *real,
                                     const struct nng_form *complex, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    bool loss = subject->plugin->kind == NNG_LOSS;
    struct pair pair = {.subject = subject, .out = loss ? 2 : 1, .re = loss ? 3 : 2, .im = loss ? 4 : 3};
    pair.first_order = loss ? (subject->plugin->loss->flags & NNG_COMPLEX_FIRST_ORDER) != 0
                            : (subject->plugin->activation->flags & NNG_ACTIVATION_COMPLEX_FIRST_ORDER) != 0;
    NNG_TRY(nng_sheet_new(subject, real, ROWS, COLS, &pair.real, error));
    NNG_TRY(nng_sheet_new(subject, complex, ROWS, COLS, &pair.complex, error));
    NNG_TRY(compare_pair(&pair, error));
fail:
    return status;
}

enum nng_status nng_test_complex(struct nng_subject *subject, struct nng_error *error)
{
    static const char *const names[][2] = {
        {"value", "complex_value"}, {"fused", "complex_fused"}, {"forward", "complex_forward"}};
    enum nng_status status = NNG_OK;
    struct nng_form forms[NNG_FORMS_MOST];
    size_t count = nng_forms(subject, forms), compared = 0;
    for (size_t k = 0; nng_subject_set(subject, k); k++)
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            const struct nng_form *complex = nng_form_named(forms, count, names[i][1]);
            if (complex == NULL)
                continue;
            NNG_TRY(compare_forms(subject, nng_form_named(forms, count, names[i][0]), complex, error));
            compared++;
        }
    nng_behaves(subject, "it agrees with values and derivatives");
    if (compared == 0)
        nng_untested(subject, "it has no complex form: the complex step will be no witness");
fail:
    return status;
}

/* ---- fused --------------------------------------------------------------------------------------------------- */

/* From a: fused, and through the activation at its defaults. */
static enum nng_status compare_fused(struct nng_subject *subject, const struct nng_form *form, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_diagnostic diagnostic = {0};
    const struct nng_activation *f = subject->output->plugin->activation;
    const struct nng_loss *loss = subject->plugin->loss;
    struct nng_sheet sheet;
    double h[COUNT], dh[COUNT], da[COUNT], values[ROWS], *standard = subject->output->values;
    NNG_TRY(nng_sheet_new(subject, form, ROWS, COLS, &sheet, error));
    nng_sheet_fill(subject, &sheet, 80);
    if (f->forward(standard, ROWS, COLS, sheet.at[0], h, &diagnostic) != NNG_PLUGIN_OK ||
        loss->value(subject->values, ROWS, COLS, h, sheet.at[1], values, dh, &diagnostic) != NNG_PLUGIN_OK ||
        f->backward(standard, ROWS, COLS, sheet.at[0], h, dh, da, &diagnostic) != NNG_PLUGIN_OK) {
        nng_misbehaves(subject, "'value' refuses what activation '%s' gives%s: %.200s", loss->fused_with,
                       subject->setting, diagnostic.text);
        return NNG_OK;
    }
    if (!nng_sheet_call(subject, &sheet))
        return NNG_OK;
    for (size_t n = 0; n < ROWS; n++) {
        double size = 0;
        if (!(fabs(values[n] - sheet.at[2][n]) <= agreement * fmax(1, fabs(values[n]))))
            nng_misbehaves(subject, "'fused' disagrees with 'value' after '%s'%s: sample %zu: %.10g and %.10g",
                           loss->fused_with, subject->setting, n + 1, sheet.at[2][n], values[n]);
        for (size_t i = n * COLS; i < (n + 1) * COLS; i++)
            size = fmax(size, fabs(da[i]));
        for (size_t i = n * COLS; i < (n + 1) * COLS; i++)
            if (!(fabs(da[i] - sheet.at[3][i]) <= agreement * fmax(1, size)))
                nng_misbehaves(subject,
                               "the grad of 'fused' disagrees with that of 'value' through '%s'%s: sample %zu, unit "
                               "%zu: %.10g and %.10g",
                               loss->fused_with, subject->setting, n + 1, i % COLS + 1, sheet.at[3][i], da[i]);
    }
fail:
    return status;
}

enum nng_status nng_test_fused(struct nng_subject *subject, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_form forms[NNG_FORMS_MOST];
    const struct nng_form *form = nng_form_named(forms, nng_forms(subject, forms), "fused");
    if (form == NULL)
        nng_untested(subject, "it has no fused form");
    else if (subject->output == NULL)
        nng_misbehaves(subject, "its 'fused_with' cannot be used: %s", subject->missing);
    for (size_t k = 0; form != NULL && subject->output != NULL && nng_subject_set(subject, k); k++)
        NNG_TRY(compare_fused(subject, form, error));
    if (form != NULL)
        nng_behaves(subject, "the same values and slopes as through '%s'", subject->plugin->loss->fused_with);
fail:
    return status;
}

/* ---- magnitudes ---------------------------------------------------------------------------------------------- */

/* The sum of |terms| is at least |their sum|. */
enum nng_status nng_test_magnitude(struct nng_subject *subject, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_form forms[NNG_FORMS_MOST];
    size_t count = nng_forms(subject, forms);
    const struct nng_form *form = nng_form_named(forms, count, "magnitude");
    for (size_t k = 0; form != NULL && nng_subject_set(subject, k); k++) {
        struct nng_sheet magnitude, value;
        NNG_TRY(nng_sheet_new(subject, form, ROWS, COLS, &magnitude, error));
        NNG_TRY(nng_sheet_new(subject, nng_form_named(forms, count, "value"), ROWS, COLS, &value, error));
        nng_sheet_fill(subject, &magnitude, 90);
        nng_sheet_fill(subject, &value, 90);
        if (!nng_sheet_call(subject, &magnitude) || !nng_sheet_call(subject, &value))
            return NNG_OK;
        for (size_t n = 0; n < ROWS; n++)
            if (!(magnitude.at[2][n] >= fabs(value.at[2][n]) * (1 - 1e-12)))
                nng_misbehaves(subject, "'magnitude' is less than the value%s: sample %zu: %.10g and %.10g",
                               subject->setting, n + 1, magnitude.at[2][n], value.at[2][n]);
    }
    nng_behaves(subject, "never less than the value");
    if (form == NULL)
        nng_untested(subject, "it has none: |L_n| is taken");
fail:
    return status;
}

/* ---- rounding ------------------------------------------------------------------------------------------------ */

/* The size of one unit in the last place of x. */
static double unit_of(double x)
{
    int exponent;
    (void)frexp(x, &exponent);
    return ldexp(1, exponent - 53 < -1074 ? -1074 : exponent - 53);
}

/* The noise of the values of neighbouring numbers cannot be larger than the bound on their errors. (Smaller it can be:
 * an error that neighbours share does not show.) */
enum nng_status nng_test_rounding(struct nng_subject *subject, struct nng_error *error)
{
    enum { POINTS = 60 };
    enum nng_status status = NNG_OK;
    struct nng_form forms[NNG_FORMS_MOST];
    struct nng_sheet sheet;
    double worst = 0;
    const struct nng_activation *f = subject->plugin->activation;
    (void)nng_forms(subject, forms);
    if ((f->flags & NNG_ACTIVATION_ELEMENTWISE) == 0) {
        nng_untested(subject, "it is not elementwise");
        return NNG_OK;
    }
    for (size_t k = 0; nng_subject_set(subject, k); k++)
        for (int p = 0; p < POINTS; p++) {
            int from_middle = p - POINTS / 2;
            double at = (float)from_middle / 5 + 0x1.5p-4, noise, bound; /* few bits: the steps are exact */
            NNG_TRY(nng_sheet_new(subject, &forms[0], NNG_NOISE_POINTS, 1, &sheet, error));
            for (size_t i = 0; i < NNG_NOISE_POINTS; i++)
                sheet.at[0][i] = at + 0x1p-40 * (double)i;
            if (!nng_sheet_call(subject, &sheet))
                return NNG_OK;
            noise = nng_noise(sheet.at[1]);
            bound = fmax(f->ulps, 0.5) * unit_of(sheet.at[1][0]);
            worst = fmax(worst, noise / unit_of(sheet.at[1][0]));
            if (isfinite(sheet.at[1][0]) && noise > bound)
                nng_misbehaves(subject,
                               "'forward' is noisier than it declares%s: near a = %.6g its rounding errors are about "
                               "%.3g units in the last place, declared: ulps = %g",
                               subject->setting, at, noise / unit_of(sheet.at[1][0]), f->ulps);
        }
    nng_behaves(subject, "noise of at most %.2g units in the last place; declared: %g", worst, f->ulps);
fail:
    return status;
}

/* ---- elementwise --------------------------------------------------------------------------------------------- */

/* A flagged activation's unit moves its own output alone. */
enum nng_status nng_test_elementwise(struct nng_subject *subject, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_form forms[NNG_FORMS_MOST];
    struct nng_sheet before, after;
    (void)nng_forms(subject, forms);
    if ((subject->plugin->activation->flags & NNG_ACTIVATION_ELEMENTWISE) == 0) {
        nng_untested(subject, "it does not say that it is");
        return NNG_OK;
    }
    NNG_TRY(nng_sheet_new(subject, &forms[0], 2, 5, &before, error));
    NNG_TRY(nng_sheet_new(subject, &forms[0], 2, 5, &after, error));
    nng_sheet_fill(subject, &before, 100);
    if (!nng_sheet_call(subject, &before))
        return NNG_OK;
    for (size_t moved = 0; moved < 10; moved++) {
        nng_sheet_copy(&before, &after);
        after.at[0][moved] += 0.75;
        if (!nng_sheet_call(subject, &after))
            return NNG_OK;
        for (size_t i = 0; i < 10; i++)
            if (i != moved && after.at[1][i] != before.at[1][i])
                nng_misbehaves(subject, "it says that it is elementwise, but a of unit %zu moves h of unit %zu",
                               moved % 5 + 1, i % 5 + 1);
    }
    nng_behaves(subject, "each a moves its own h alone");
fail:
    return status;
}
