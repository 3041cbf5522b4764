/* behaviour_forms.c - the functions of losses, activations and optimizers, seen alike: what their arrays are, what
 * legal arguments are, and how they are called. */
#include <math.h>
#include <string.h>

#include "verdict/behaviour.h"

/* The places of the arrays in a sheet. */
enum { YHAT, Y, VALUES, GRAD };             /* value, fused (YHAT is a), magnitude, branch (VALUES are the codes) */
enum { YHAT_RE, YHAT_IM, C_Y, C_RE, C_IM }; /* complex_value, complex_fused */
enum { A, H, DH, DA };                      /* backward; forward has the first two, branch A and codes */
enum { A_RE, A_IM, H_RE, H_IM };            /* complex_forward */
enum { G, W, SLOTS };                       /* step */
enum { LOOK_W, LOOK_SLOTS };                /* look */

static void fill_range(double *x, size_t count, double low, double high, uint64_t *seed)
{
    for (size_t i = 0; i < count; i++)
        x[i] = nng_draw(seed, low, high);
}

static size_t entries(const struct nng_sheet *sheet)
{
    return sheet->rows * sheet->cols;
}

/* ---- losses -------------------------------------------------------------------------------------------------- */

/* Targets of the kind that the loss wants; in a distribution every other row is one-hot. */
static void fill_targets(const struct nng_loss *loss, size_t rows, size_t cols, double *y, uint64_t *seed)
{
    for (size_t n = 0; n < rows; n++) {
        double sum = 0;
        size_t hot = (size_t)nng_draw(seed, 0, (double)cols);
        for (size_t j = 0; j < cols; j++) {
            double u = nng_draw(seed, 0, 1), *target = &y[n * cols + j];
            switch (loss->target) {
            case NNG_TARGET_REAL:
                *target = 4 * u - 2;
                break;
            case NNG_TARGET_NONNEGATIVE:
                *target = 2 * u;
                break;
            case NNG_TARGET_UNIT:
                *target = u < 0.25 ? 0 : u > 0.75 ? 1 : u;
                break;
            case NNG_TARGET_BINARY:
                *target = u < 0.5 ? 0 : 1;
                break;
            case NNG_TARGET_SIGN:
                *target = u < 0.5 ? -1 : 1;
                break;
            default:
                *target = n % 2 == 0 ? u : j == hot;
            }
            sum += *target;
        }
        for (size_t j = 0; loss->target == NNG_TARGET_DISTRIBUTION && j < cols; j++)
            y[n * cols + j] /= sum;
    }
}

/* yhat inside its range, away from the ends. */
static void fill_loss(const struct nng_subject *subject, struct nng_sheet *sheet, uint64_t *seed)
{
    const struct nng_loss *loss = subject->plugin->loss;
    double low, high;
    nng_ordinary_range(loss->yhat_min, loss->yhat_max, 3, &low, &high);
    fill_range(sheet->at[YHAT], entries(sheet), low + 0.05 * (high - low), high - 0.05 * (high - low), seed);
    fill_targets(loss, sheet->rows, sheet->cols, sheet->at[Y], seed);
}

static void fill_fused(const struct nng_subject *subject, struct nng_sheet *sheet, uint64_t *seed)
{
    fill_range(sheet->at[YHAT], entries(sheet), -4, 4, seed);
    fill_targets(subject->plugin->loss, sheet->rows, sheet->cols, sheet->at[Y], seed);
}

/* The complex step's tiny imaginary parts. */
static void fill_imaginary(double *im, size_t count, uint64_t *seed)
{
    for (size_t i = 0; i < count; i++)
        im[i] = 1e-100 * nng_draw(seed, -1, 1);
}

static void fill_complex_loss(const struct nng_subject *subject, struct nng_sheet *sheet, uint64_t *seed)
{
    double low, high;
    nng_ordinary_range(subject->plugin->loss->yhat_min, subject->plugin->loss->yhat_max, 3, &low, &high);
    fill_range(sheet->at[YHAT_RE], entries(sheet), low + 0.05 * (high - low), high - 0.05 * (high - low), seed);
    fill_targets(subject->plugin->loss, sheet->rows, sheet->cols, sheet->at[C_Y], seed);
    fill_imaginary(sheet->at[YHAT_IM], entries(sheet), seed);
}

static void fill_complex_fused(const struct nng_subject *subject, struct nng_sheet *sheet, uint64_t *seed)
{
    fill_range(sheet->at[YHAT_RE], entries(sheet), -4, 4, seed);
    fill_targets(subject->plugin->loss, sheet->rows, sheet->cols, sheet->at[C_Y], seed);
    fill_imaginary(sheet->at[YHAT_IM], entries(sheet), seed);
}

#define CALL(name)                                                                                                     \
    static enum nng_plugin_status name(const struct nng_subject *s, const struct nng_sheet *sheet,                     \
                                       struct nng_diagnostic *diagnostic)

CALL(call_value)
{
    return s->plugin->loss->value(s->values, sheet->rows, sheet->cols, sheet->at[YHAT], sheet->at[Y], sheet->at[VALUES],
                                  sheet->at[GRAD], diagnostic);
}

CALL(call_fused)
{
    return s->plugin->loss->fused(s->values, sheet->rows, sheet->cols, sheet->at[YHAT], sheet->at[Y], sheet->at[VALUES],
                                  sheet->at[GRAD], diagnostic);
}

CALL(call_complex_value)
{
    return s->plugin->loss->complex_value(s->values, sheet->rows, sheet->cols, sheet->at[YHAT_RE], sheet->at[YHAT_IM],
                                          sheet->at[C_Y], sheet->at[C_RE], sheet->at[C_IM], diagnostic);
}

CALL(call_complex_fused)
{
    return s->plugin->loss->complex_fused(s->values, sheet->rows, sheet->cols, sheet->at[YHAT_RE], sheet->at[YHAT_IM],
                                          sheet->at[C_Y], sheet->at[C_RE], sheet->at[C_IM], diagnostic);
}

CALL(call_loss_branch)
{
    return s->plugin->loss->branch(s->values, sheet->rows, sheet->cols, sheet->at[YHAT], sheet->at[Y],
                                   (int32_t *)(void *)sheet->at[VALUES], diagnostic);
}

CALL(call_magnitude)
{
    return s->plugin->loss->magnitude(s->values, sheet->rows, sheet->cols, sheet->at[YHAT], sheet->at[Y],
                                      sheet->at[VALUES], diagnostic);
}

static size_t loss_forms(const struct nng_loss *loss, struct nng_form *forms)
{
    static const struct nng_array yhat = {.name = "yhat"}, a = {.name = "a"}, y = {.name = "y"},
                                  values = {.name = "values", .written = true, .per_row = true},
                                  grad = {.name = "grad", .written = true}, re = {.name = "yhat_re"},
                                  im = {.name = "yhat_im"}, a_re = {.name = "a_re"}, a_im = {.name = "a_im"},
                                  values_re = {.name = "values_re", .written = true, .per_row = true},
                                  values_im = {.name = "values_im", .written = true, .per_row = true},
                                  codes = {.name = "codes", .written = true, .codes = true},
                                  magnitudes = {.name = "magnitudes", .written = true, .per_row = true};
    const struct nng_form all[] = {
        {"value", {yhat, y, values, grad}, 4, true, fill_loss, call_value},
        {"value with grad = NULL", {yhat, y, values}, 3, true, fill_loss, call_value},
        {"fused", {a, y, values, grad}, 4, true, fill_fused, call_fused},
        {"fused with grad = NULL", {a, y, values}, 3, true, fill_fused, call_fused},
        {"complex_value", {re, im, y, values_re, values_im}, 5, true, fill_complex_loss, call_complex_value},
        {"complex_fused", {a_re, a_im, y, values_re, values_im}, 5, true, fill_complex_fused, call_complex_fused},
        {"branch", {yhat, y, codes}, 3, true, fill_loss, call_loss_branch},
        {"magnitude", {yhat, y, magnitudes}, 3, true, fill_loss, call_magnitude}};
    const bool given[] = {true,
                          true,
                          loss->fused != NULL,
                          loss->fused != NULL,
                          loss->complex_value != NULL,
                          loss->complex_fused != NULL,
                          loss->branch != NULL,
                          loss->magnitude != NULL};
    size_t count = 0;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (given[i])
            forms[count++] = all[i];
    return count;
}

/* ---- activations --------------------------------------------------------------------------------------------- */

static void fill_activation(const struct nng_subject *subject, struct nng_sheet *sheet, uint64_t *seed)
{
    (void)subject;
    fill_range(sheet->at[A], entries(sheet), -4, 4, seed);
}

/* h = f(a) is the plugin's own. */
static void fill_backward(const struct nng_subject *subject, struct nng_sheet *sheet, uint64_t *seed)
{
    struct nng_diagnostic diagnostic = {0};
    fill_range(sheet->at[A], entries(sheet), -4, 4, seed);
    fill_range(sheet->at[DH], entries(sheet), -1, 1, seed);
    if (subject->plugin->activation->forward(subject->values, sheet->rows, sheet->cols, sheet->at[A], sheet->at[H],
                                             &diagnostic) != NNG_PLUGIN_OK)
        memset(sheet->at[H], 0, entries(sheet) * sizeof(double)); /* the form "forward" says why */
}

static void fill_complex_activation(const struct nng_subject *subject, struct nng_sheet *sheet, uint64_t *seed)
{
    (void)subject;
    fill_range(sheet->at[A_RE], entries(sheet), -4, 4, seed);
    fill_imaginary(sheet->at[A_IM], entries(sheet), seed);
}

CALL(call_forward)
{
    return s->plugin->activation->forward(s->values, sheet->rows, sheet->cols, sheet->at[A], sheet->at[H], diagnostic);
}

CALL(call_backward)
{
    return s->plugin->activation->backward(s->values, sheet->rows, sheet->cols, sheet->at[A], sheet->at[H],
                                           sheet->at[DH], sheet->at[DA], diagnostic);
}

CALL(call_complex_forward)
{
    return s->plugin->activation->complex_forward(s->values, sheet->rows, sheet->cols, sheet->at[A_RE], sheet->at[A_IM],
                                                  sheet->at[H_RE], sheet->at[H_IM], diagnostic);
}

CALL(call_activation_branch)
{
    return s->plugin->activation->branch(s->values, sheet->rows, sheet->cols, sheet->at[A],
                                         (int32_t *)(void *)sheet->at[H], diagnostic);
}

static size_t activation_forms(const struct nng_activation *activation, struct nng_form *forms)
{
    static const struct nng_array a = {.name = "a"}, h = {.name = "h", .written = true}, h_read = {.name = "h"},
                                  dh = {.name = "dh"}, da = {.name = "da", .written = true}, re = {.name = "a_re"},
                                  im = {.name = "a_im"}, h_re = {.name = "h_re", .written = true},
                                  h_im = {.name = "h_im", .written = true},
                                  codes = {.name = "codes", .written = true, .codes = true};
    size_t count = 0;
    forms[count++] = (struct nng_form){"forward", {a, h}, 2, true, fill_activation, call_forward};
    forms[count++] = (struct nng_form){"backward", {a, h_read, dh, da}, 4, true, fill_backward, call_backward};
    if (activation->complex_forward != NULL)
        forms[count++] = (struct nng_form){"complex_forward",       {re, im, h_re, h_im}, 4, true,
                                           fill_complex_activation, call_complex_forward};
    if (activation->branch != NULL)
        forms[count++] = (struct nng_form){"branch", {a, codes}, 2, true, fill_activation, call_activation_branch};
    return count;
}

/* ---- optimizers ---------------------------------------------------------------------------------------------- */

static struct nng_step tensor_of(const struct nng_sheet *sheet)
{
    return (struct nng_step){.size = sizeof(struct nng_step),
                             .kind = sheet->cols == 1 ? NNG_BIAS : NNG_WEIGHT,
                             .layer = 1,
                             .rows = sheet->rows,
                             .cols = sheet->cols,
                             .count = sheet->rows * sheet->cols,
                             .t = sheet->t};
}

CALL(call_step)
{
    struct nng_step tensor = tensor_of(sheet);
    return s->plugin->optimizer->step(s->values, &tensor, sheet->at[G], sheet->at[W], &sheet->at[SLOTS], diagnostic);
}

CALL(call_look)
{
    struct nng_step tensor = tensor_of(sheet);
    return s->plugin->optimizer->look(s->values, &tensor, sheet->at[LOOK_W], &sheet->at[LOOK_SLOTS], diagnostic);
}

/* Where three steps from zero slots lead: the state is one that it knows. */
static void fill_optimizer(const struct nng_subject *subject, struct nng_sheet *sheet, uint64_t *seed, double *w,
                           double *const *slots, double *g)
{
    enum { STEPS = 3 };
    struct nng_diagnostic diagnostic = {0};
    size_t count = entries(sheet);
    fill_range(w, count, -1, 1, seed);
    for (size_t k = 0; subject->plugin->optimizer->slots != NULL && subject->plugin->optimizer->slots[k] != NULL; k++)
        memset(slots[k], 0, count * sizeof(double));
    for (sheet->t = 1; sheet->t <= STEPS; sheet->t++) {
        struct nng_step tensor = tensor_of(sheet);
        fill_range(g, count, -1, 1, seed);
        if (subject->plugin->optimizer->step(subject->values, &tensor, g, w, slots, &diagnostic) != NNG_PLUGIN_OK)
            break; /* the form "step" says why */
    }
    fill_range(g, count, -1, 1, seed);
}

static void fill_step(const struct nng_subject *subject, struct nng_sheet *sheet, uint64_t *seed)
{
    fill_optimizer(subject, sheet, seed, sheet->at[W], &sheet->at[SLOTS], sheet->at[G]);
}

static void fill_look(const struct nng_subject *subject, struct nng_sheet *sheet, uint64_t *seed)
{
    double *g = nng_arena_take(subject->arena, entries(sheet), sizeof *g);
    if (g != NULL)
        fill_optimizer(subject, sheet, seed, sheet->at[LOOK_W], &sheet->at[LOOK_SLOTS], g);
}

/* Adds an array for each slot. */
static void add_slots(const struct nng_optimizer *optimizer, struct nng_form *form, bool written)
{
    for (size_t k = 0; optimizer->slots != NULL && optimizer->slots[k] != NULL; k++)
        form->arrays[form->array_count++] =
            (struct nng_array){.name = optimizer->slots[k], .written = written, .kept = written};
}

static size_t optimizer_forms(const struct nng_optimizer *optimizer, struct nng_form *forms)
{
    static const struct nng_array g = {.name = "g"}, w = {.name = "w", .written = true, .kept = true};
    size_t count = 0;
    if ((optimizer->flags & NNG_OPTIMIZER_WHOLE_PROBLEM) != 0)
        return 0; /* nng_test_whole_problem */
    forms[count] = (struct nng_form){"step", {g, w}, 2, false, fill_step, call_step};
    add_slots(optimizer, &forms[count++], true);
    if (optimizer->look != NULL) {
        forms[count] = (struct nng_form){"look", {w}, 1, false, fill_look, call_look};
        add_slots(optimizer, &forms[count++], false);
    }
    return count;
}

/* ---- all of them --------------------------------------------------------------------------------------------- */

size_t nng_forms(const struct nng_subject *subject, struct nng_form forms[NNG_FORMS_MOST])
{
    switch (subject->plugin->kind) {
    case NNG_LOSS:
        return loss_forms(subject->plugin->loss, forms);
    case NNG_ACTIVATION:
        return activation_forms(subject->plugin->activation, forms);
    default:
        return optimizer_forms(subject->plugin->optimizer, forms);
    }
}

const struct nng_form *nng_form_named(const struct nng_form *forms, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(forms[i].name, name) == 0)
            return &forms[i];
    return NULL;
}
