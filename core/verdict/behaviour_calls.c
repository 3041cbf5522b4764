/* behaviour_calls.c - what is offered, and one function called in many ways: ordinary arguments and extreme ones, twice
 * the same, rows together and apart, no rows, no grad, NaN. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "plugin/symbols.h"
#include "verdict/behaviour.h"

/* Different orders of the same sums, and vector registers, may change so much of the largest number in a row. */
static const double round_off = 1e-13;

static bool is_number(const struct nng_sheet *sheet, size_t k)
{
    return sheet->form->arrays[k].written && !sheet->form->arrays[k].codes;
}

/* ---- nothing but the descriptor ------------------------------------------------------------------------------ */

enum nng_status nng_test_exports(struct nng_subject *subject, struct nng_error *error)
{
    char symbol[NNG_SYMBOL_SIZE];
    bool told = false;
    enum nng_status status = nng_object_export(subject->file, symbol, &told, error);
    nng_behaves(subject, "nothing but 'nng_plugin'");
    if (!told)
        nng_untested(subject, "the format of the file is not understood");
    else if (symbol[0] != '\0')
        nng_misbehaves(subject,
                       "it exports '%s' beside 'nng_plugin': make it static, or compile with -fvisibility=hidden",
                       symbol);
    return status;
}

/* ---- ordinary arguments -------------------------------------------------------------------------------------- */

/* Every number that is written must be one; infinity is only understood at the ends of a parameter's range. */
static void check_written(struct nng_subject *subject, const struct nng_sheet *sheet)
{
    char place[NNG_WHERE_SIZE];
    for (size_t k = 0; k < sheet->form->array_count; k++)
        for (size_t i = 0; is_number(sheet, k) && i < nng_sheet_length(sheet, k); i++) {
            double x = sheet->at[k][i];
            nng_sheet_place(sheet, k, i, place);
            if (x == NNG_UNWRITTEN)
                nng_misbehaves(subject, "'%s' leaves %s unwritten", sheet->form->name, place);
            else if (isnan(x) || (isinf(x) && subject->setting[0] == '\0'))
                nng_misbehaves(subject, "'%s' gives %s at legal arguments%s: %s", sheet->form->name,
                               isnan(x) ? "nan" : "an infinite number", subject->setting, place);
        }
}

enum nng_status nng_test_runs(struct nng_subject *subject, struct nng_error *error)
{
    static const size_t shapes[][2] = {{4, 3}, {1, 1}, {2, 10}};
    enum nng_status status = NNG_OK;
    struct nng_form forms[NNG_FORMS_MOST];
    size_t count = nng_forms(subject, forms), settings = 0;
    for (; nng_subject_set(subject, settings); settings++)
        for (size_t i = 0; i < count * (sizeof shapes / sizeof shapes[0]); i++) {
            struct nng_sheet sheet;
            const size_t *shape = shapes[i / count];
            NNG_TRY(nng_sheet_new(subject, &forms[i % count], shape[0], shape[1], &sheet, error));
            nng_sheet_fill(subject, &sheet, 1 + i);
            if (nng_sheet_call(subject, &sheet))
                check_written(subject, &sheet);
        }
    if (settings > 1)
        nng_behaves(subject, "%zu function%s at %zu settings of the parameters", NNG_COUNTED(count), settings);
    else
        nng_behaves(subject, "%zu function%s", NNG_COUNTED(count));
    if (count == 0)
        nng_untested(subject, "it takes the whole problem: see 'whole-problem'");
fail:
    return status;
}

/* ---- extreme arguments --------------------------------------------------------------------------------------- */

enum { EXTREMES = 12 };

/* Legal, and far out: an activation's a, or yhat out to the ends of its range. */
static void fill_extremes(const struct nng_subject *subject, struct nng_sheet *sheet)
{
    static const double extremes[EXTREMES] = {0, -0.0, 1e-300, -1e-300, 37, -37, 745, -745, 1e4, -1e4, 1e300, -1e300};
    const struct nng_loss *loss = subject->plugin->loss;
    bool bounded = loss != NULL && sheet->form->arrays[0].name[0] == 'y';
    for (size_t i = 0; i < sheet->rows * sheet->cols; i++) {
        double x = extremes[i % EXTREMES];
        if (loss != NULL && fabs(x) > 1e4) /* what may overflow with good reason */
            x = 1000 * (x > 0 ? 1 : -1);
        sheet->at[0][i] = !bounded ? x : fmin(fmax(x, loss->yhat_min), loss->yhat_max);
    }
}

static void check_extremes(struct nng_subject *subject, const struct nng_sheet *sheet)
{
    char place[NNG_WHERE_SIZE];
    const struct nng_activation *f = subject->plugin->activation;
    for (size_t k = 0; k < sheet->form->array_count; k++)
        for (size_t i = 0; is_number(sheet, k) && i < nng_sheet_length(sheet, k); i++) {
            double x = sheet->at[k][i];
            nng_sheet_place(sheet, k, i, place);
            size_t row = sheet->form->arrays[k].per_row ? i * sheet->cols : i;
            if (isnan(x))
                nng_misbehaves(subject, "'%s' gives nan at %s = %g%s: %s", sheet->form->name,
                               sheet->form->arrays[0].name, sheet->at[0][row], subject->setting, place);
            if (f != NULL && strcmp(sheet->form->name, "forward") == 0 &&
                (x < f->h_min - 1e-12 * fabs(f->h_min) || x > f->h_max + 1e-12 * fabs(f->h_max)))
                nng_misbehaves(subject, "'forward' gives %g at a = %g%s, outside of its own [h_min, h_max] = [%g, %g]",
                               x, sheet->at[0][row], subject->setting, f->h_min, f->h_max);
        }
}

/* Outside of the range that it declares, a loss says no, and why. */
static void check_outside(struct nng_subject *subject, struct nng_sheet *sheet)
{
    const struct nng_loss *loss = subject->plugin->loss;
    const double ends[] = {loss->yhat_min, loss->yhat_max};
    for (size_t e = 0; e < 2; e++) {
        struct nng_diagnostic diagnostic;
        double outside = ends[e] + (e == 0 ? -1e-3 : 1e-3) * fmax(1, fabs(ends[e]));
        if (!(fabs(ends[e]) < 1e300))
            continue;
        nng_sheet_fill(subject, sheet, 3);
        sheet->at[0][sheet->cols + 1] = outside;
        if (nng_sheet_try(subject, sheet, &diagnostic) == NNG_PLUGIN_OK)
            nng_misbehaves(subject, "'value' takes yhat = %g%s, outside of its own [yhat_min, yhat_max] = [%g, %g]",
                           outside, subject->setting, loss->yhat_min, loss->yhat_max);
        else if (diagnostic.text[0] == '\0')
            nng_misbehaves(subject, "'value' refuses yhat = %g without a reason in the diagnostic", outside);
    }
}

enum nng_status nng_test_extremes(struct nng_subject *subject, struct nng_error *error)
{
    static const char *const names[] = {"value", "fused", "forward", "backward"};
    enum nng_status status = NNG_OK;
    struct nng_form forms[NNG_FORMS_MOST];
    size_t count = nng_forms(subject, forms);
    for (size_t k = 0; nng_subject_set(subject, k); k++)
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            struct nng_sheet sheet;
            const struct nng_form *form = nng_form_named(forms, count, names[i]);
            if (form == NULL)
                continue;
            for (size_t cols = 1; cols <= 2; cols++) { /* with rows of two, each extreme beside another */
                NNG_TRY(nng_sheet_new(subject, form, EXTREMES, cols, &sheet, error));
                nng_sheet_fill(subject, &sheet, 2);
                fill_extremes(subject, &sheet);
                if (strcmp(names[i], "backward") == 0 &&
                    subject->plugin->activation->forward(subject->values, sheet.rows, sheet.cols, sheet.at[0],
                                                         sheet.at[1], &(struct nng_diagnostic){0}) != NNG_PLUGIN_OK)
                    continue;
                if (nng_sheet_call(subject, &sheet))
                    check_extremes(subject, &sheet);
            }
            if (strcmp(names[i], "value") == 0)
                check_outside(subject, &sheet);
        }
    nng_behaves(subject, subject->plugin->kind == NNG_LOSS ? "yhat from end to end of its range, and outside of it"
                                                           : "a from -1e300 to 1e300");
fail:
    return status;
}

/* ---- the same again ------------------------------------------------------------------------------------------ */

/* Arguments whose results must be the same in every process. */
enum { FIXED_ROWS = 3, FIXED_COLS = 4, FIXED_SEED = 7 };

/* Calls twice with the same arguments, the ones of that seed; p holds the first results. */
static enum nng_status call_twice(struct nng_subject *subject, const struct nng_form *form, uint64_t seed,
                                  struct nng_sheet *p, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_sheet q;
    char where[NNG_WHERE_SIZE];
    NNG_TRY(nng_sheet_new(subject, form, FIXED_ROWS, FIXED_COLS, p, error));
    NNG_TRY(nng_sheet_new(subject, form, FIXED_ROWS, FIXED_COLS, &q, error));
    nng_sheet_fill(subject, p, seed);
    nng_sheet_copy(p, &q);
    if (nng_sheet_call(subject, p) && nng_sheet_call(subject, &q) && !nng_sheet_same(p, &q, 0, where))
        nng_misbehaves(subject, "'%s' gives two results for the same arguments: %s", form->name, where);
fail:
    return status;
}

enum nng_status nng_test_determinism(struct nng_subject *subject, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_form forms[NNG_FORMS_MOST];
    size_t count = nng_forms(subject, forms);
    for (size_t i = 0; i < count; i++) {
        struct nng_sheet sheet;
        NNG_TRY(call_twice(subject, &forms[i], FIXED_SEED, &sheet, error));
        subject->found->digest = nng_sheet_digest(&sheet, subject->found->digest);
    }
    nng_behaves(subject, "%zu function%s, each twice, bit for bit", NNG_COUNTED(count));
    if (count == 0)
        nng_untested(subject, "it takes the whole problem: see 'whole-problem'");
fail:
    return status;
}

/* Other arguments, and other shapes, in between must change nothing; nor must a process in which they came first, which
 * the digest tells. */
enum nng_status nng_test_hidden_state(struct nng_subject *subject, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_form forms[NNG_FORMS_MOST];
    struct nng_sheet first[NNG_FORMS_MOST], other, again;
    size_t count = nng_forms(subject, forms);
    char where[NNG_WHERE_SIZE];
    for (size_t i = 0; i < count; i++) {
        NNG_TRY(nng_sheet_new(subject, &forms[i], 2, 5, &first[i], error));
        nng_sheet_fill(subject, &first[i], 11);
        NNG_TRY(nng_sheet_new(subject, &forms[i], 6, 7, &other, error));
        nng_sheet_fill(subject, &other, 12);
        NNG_TRY(nng_sheet_new(subject, &forms[i], 2, 5, &again, error));
        nng_sheet_copy(&first[i], &again);
        if (nng_sheet_call(subject, &first[i]) && nng_sheet_call(subject, &other) && nng_sheet_call(subject, &again) &&
            !nng_sheet_same(&first[i], &again, 0, where))
            nng_misbehaves(subject, "'%s' remembers other calls: %s", forms[i].name, where);
    }
    for (size_t i = 0; i < count; i++) {
        NNG_TRY(nng_sheet_new(subject, &forms[i], FIXED_ROWS, FIXED_COLS, &again, error));
        nng_sheet_fill(subject, &again, FIXED_SEED);
        if (nng_sheet_call(subject, &again))
            subject->found->digest = nng_sheet_digest(&again, subject->found->digest);
    }
    nng_behaves(subject, "nothing of a call shows in later ones, nor in another process");
    if (count == 0)
        nng_untested(subject, "it takes the whole problem: see 'whole-problem'");
fail:
    return status;
}

/* ---- rows apart ---------------------------------------------------------------------------------------------- */

/* Row n of a sheet as a sheet of its own, which shares the memory. */
static struct nng_sheet row_of(const struct nng_sheet *sheet, size_t n)
{
    struct nng_sheet row = *sheet;
    row.rows = 1;
    for (size_t k = 0; k < sheet->form->array_count; k++) {
        const struct nng_array *array = &sheet->form->arrays[k];
        size_t from = n * (array->per_row ? 1 : sheet->cols);
        row.at[k] = array->codes ? (double *)(void *)((int32_t *)(void *)sheet->at[k] + from) : sheet->at[k] + from;
    }
    return row;
}

enum nng_status nng_test_batch(struct nng_subject *subject, struct nng_error *error)
{
    static const size_t shapes[][2] = {{5, 1}, {5, 2}, {5, 3}, {9, 8}, {5, 11}, {2, 600}};
    enum nng_status status = NNG_OK;
    struct nng_form forms[NNG_FORMS_MOST];
    size_t count = nng_forms(subject, forms), size = sizeof shapes / sizeof shapes[0];
    char where[NNG_WHERE_SIZE];
    for (size_t i = 0; i < count * size; i++) {
        struct nng_sheet batch, rows;
        const struct nng_form *form = &forms[i / size];
        const size_t *shape = shapes[i % size];
        NNG_TRY(nng_sheet_new(subject, form, shape[0], shape[1], &batch, error));
        NNG_TRY(nng_sheet_new(subject, form, shape[0], shape[1], &rows, error));
        nng_sheet_fill(subject, &batch, 20 + i);
        nng_sheet_copy(&batch, &rows);
        bool called = nng_sheet_call(subject, &batch);
        for (size_t n = 0; called && n < rows.rows; n++) {
            struct nng_sheet row = row_of(&rows, n);
            called = nng_sheet_call(subject, &row);
        }
        if (called && !nng_sheet_same(&batch, &rows, round_off, where))
            nng_misbehaves(subject, "'%s' gives something else for a batch of %zu x %zu than for its rows alone: %s",
                           form->name, shape[0], shape[1], where);
    }
    nng_behaves(subject, "%zu function%s in %zu shapes, against one row at a time", NNG_COUNTED(count), size);
fail:
    return status;
}

/* Without rows nothing may be written. */
enum nng_status nng_test_zero_rows(struct nng_subject *subject, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_form forms[NNG_FORMS_MOST];
    size_t count = nng_forms(subject, forms);
    for (size_t i = 0; i < count; i++) {
        struct nng_sheet sheet;
        NNG_TRY(nng_sheet_new(subject, &forms[i], 0, 3, &sheet, error));
        nng_sheet_fill(subject, &sheet, 4);
        if (!nng_sheet_call(subject, &sheet))
            continue;
        for (size_t k = 0; k < forms[i].array_count; k++)
            for (size_t j = 0; j < 8; j++)
                if (sheet.at[k][j] != 0)
                    nng_misbehaves(subject, "'%s' writes into %s although there are no rows", forms[i].name,
                                   forms[i].arrays[k].name);
    }
    nng_behaves(subject, "%zu function%s: nothing is written when there are no rows", NNG_COUNTED(count));
    if (count == 0)
        nng_untested(subject, "it takes the whole problem");
fail:
    return status;
}

/* The values must not depend on whether grad is wanted. */
enum nng_status nng_test_null_grad(struct nng_subject *subject, struct nng_error *error)
{
    static const char *const names[][2] = {{"value", "value with grad = NULL"}, {"fused", "fused with grad = NULL"}};
    enum nng_status status = NNG_OK;
    struct nng_form forms[NNG_FORMS_MOST];
    size_t count = nng_forms(subject, forms);
    char where[NNG_WHERE_SIZE];
    for (size_t i = 0; i < 2; i++) {
        struct nng_sheet with, without;
        const struct nng_form *form = nng_form_named(forms, count, names[i][0]);
        if (form == NULL)
            continue;
        NNG_TRY(nng_sheet_new(subject, form, 4, 3, &with, error));
        NNG_TRY(nng_sheet_new(subject, nng_form_named(forms, count, names[i][1]), 4, 3, &without, error));
        nng_sheet_fill(subject, &with, 5);
        nng_sheet_fill(subject, &without, 5);
        if (nng_sheet_call(subject, &with) && nng_sheet_call(subject, &without) &&
            !nng_sheet_same(&without, &with, round_off, where))
            nng_misbehaves(subject, "'%s' gives other values when grad is wanted: %s", names[i][0], where);
    }
    nng_behaves(subject, "the same values with grad and without");
fail:
    return status;
}

/* ---- NaN ----------------------------------------------------------------------------------------------------- */

/* In the row of the NaN every array of numbers must show it (grad may, where a term has no slope there). */
static void check_nan_shows(struct nng_subject *subject, const struct nng_sheet *sheet, size_t row)
{
    for (size_t k = 0; k < sheet->form->array_count; k++) {
        bool shows = !is_number(sheet, k) || strcmp(sheet->form->arrays[k].name, "grad") == 0;
        size_t width = sheet->form->arrays[k].per_row ? 1 : sheet->cols;
        for (size_t i = row * width; !shows && i < (row + 1) * width; i++)
            shows = isnan(sheet->at[k][i]);
        if (!shows)
            nng_misbehaves(subject, "'%s' hides a NaN: %s of its sample are numbers", sheet->form->name,
                           sheet->form->arrays[k].name);
    }
}

/* All other rows must be as they were without it. */
static void check_nan_stays(struct nng_subject *subject, const struct nng_sheet *without, const struct nng_sheet *with,
                            size_t row)
{
    char where[NNG_WHERE_SIZE];
    for (size_t n = 0; n < with->rows; n++) {
        struct nng_sheet p = row_of(without, n), q = row_of(with, n);
        if (n != row && !nng_sheet_same(&p, &q, round_off, where))
            nng_misbehaves(subject, "'%s' lets a NaN of sample %zu spread to sample %zu", with->form->name, row + 1,
                           n + 1);
    }
}

/* A NaN in the first array (the third, dh, of backward): refused, or shown, in its own row alone. */
enum nng_status nng_test_nan(struct nng_subject *subject, struct nng_error *error)
{
    static const char *const names[] = {"value", "fused", "forward", "backward", "step"};
    enum { ROW = 1, ROWS = 4, COLS = 3 };
    enum nng_status status = NNG_OK;
    struct nng_form forms[NNG_FORMS_MOST];
    size_t count = nng_forms(subject, forms);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct nng_sheet with, without;
        struct nng_diagnostic diagnostic;
        const struct nng_form *form = nng_form_named(forms, count, names[i]);
        if (form == NULL)
            continue;
        NNG_TRY(nng_sheet_new(subject, form, ROWS, COLS, &with, error));
        NNG_TRY(nng_sheet_new(subject, form, ROWS, COLS, &without, error));
        nng_sheet_fill(subject, &with, 6);
        nng_sheet_copy(&with, &without);
        with.at[strcmp(names[i], "backward") == 0 ? 2 : 0][ROW * COLS + 1] = NAN;
        if (!nng_sheet_call(subject, &without) || nng_sheet_try(subject, &with, &diagnostic) != NNG_PLUGIN_OK ||
            !form->stacked)
            continue;
        check_nan_shows(subject, &with, ROW);
        check_nan_stays(subject, &without, &with, ROW);
    }
    nng_behaves(subject, "a NaN shows, in its own sample alone");
    if (subject->plugin->kind == NNG_OPTIMIZER)
        nng_behaves(subject, "a NaN in the gradient does no harm");
    if (count == 0)
        nng_untested(subject, "it takes the whole problem");
fail:
    return status;
}
