/* diagnose.c - why a gradient failed. The search, from the strongest witness to the weakest word:
 *
 *     entries that are not numbers; our own gradient not confirmed by the differences, so a plugin is to blame;
 *     one mistake in the whole gradient (a factor, a sample, biases in each other's places); the first false link from
 * the output layer down, and mistakes of single tensors; and at last which entries are wrong.
 */
#include "verdict/diagnose.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "verdict/mutant.h"
#include "verdict/report.h"

/* Printed digits are looked for in so many entries. */
enum { LOOKED_AT = 64 };

enum nng_status nng_tell(const struct nng_case *c, size_t t, const char *cause, struct nng_error *error,
                         const char *format, ...)
{
    char text[512];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return nng_report_diagnose(c->report, nng_tensor(c->model, t).name, cause, error, "%s", text);
}

/* ---- the case ---- */

/* The numbers of a page have few digits; one number that happens to have few is no page. */
static bool is_printed(const struct nng_case *c)
{
    size_t stride = c->model->parameter_count / LOOKED_AT + 1, looked = 0, printed = 0;
    for (size_t p = 0; p < c->model->parameter_count; p += stride) {
        looked += c->claimed[p] != 0.0;
        printed += nng_printed_digit(c->claimed[p]) != 0.0;
    }
    return 2 * printed > looked;
}

static void find_digits(struct nng_case *c)
{
    bool printed = is_printed(c);
    for (size_t p = 0; printed && p < c->model->parameter_count; p++)
        c->digit[p] = nng_printed_digit(c->claimed[p]);
}

static void find_floor(struct nng_case *c, size_t t, const struct nng_tensor *tensor)
{
    double sum = 0.0;
    for (size_t e = tensor->offset; e < tensor->offset + tensor->count; e++)
        sum += c->ours[e] * c->ours[e];
    c->floors[t] = fmax(1e-3 * sqrt(sum / (double)tensor->count), 1e-160);
}

/* dL/dyhat, which a fused loss never computes. */
static double *find_dyhat(const struct nng_case *c, struct nng_error *error, enum nng_status *status)
{
    const struct nng_model *model = c->model;
    size_t N = c->prober->samples, K = model->outputs, L = model->layer_count;
    if (!model->fused)
        return c->pass->dh[L];
    struct nng_diagnostic diagnostic = {.row = -1, .column = -1};
    double *values = nng_arena_take(c->arena, N, sizeof *values),
           *dyhat = nng_arena_take(c->arena, N * K, sizeof *dyhat);
    if (values == NULL || dyhat == NULL) {
        *status = nng_fail_memory(error);
        return NULL;
    }
    if (model->loss.plugin->loss->value(model->loss.values, N, K, c->pass->h[L], c->prober->y, values, dyhat,
                                        &diagnostic) != NNG_PLUGIN_OK)
        return NULL;
    double reduction = model->reduction == NNG_MEAN ? 1.0 / (double)N : 1.0;
    for (size_t k = 0; k < N * K; k++)
        dyhat[k] *= reduction;
    return dyhat;
}

static enum nng_status take_arrays(struct nng_case *c, struct nng_error *error)
{
    size_t P = c->model->parameter_count, T = nng_tensor_count(c->model);
    double **arrays[] = {&c->penalty, &c->data, &c->ours, &c->digit};
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        if ((*arrays[i] = nng_arena_take(c->arena, P, sizeof **arrays[i])) == NULL)
            return nng_fail_memory(error);
    c->floors = nng_arena_take(c->arena, T, sizeof *c->floors);
    c->fails = nng_arena_take(c->arena, T, sizeof *c->fails);
    return c->floors != NULL && c->fails != NULL ? NNG_OK : nng_fail_memory(error);
}

/* A screening judges some entries only: here all that are not ours count as failed. */
static void count_different(struct nng_case *c, size_t t)
{
    struct nng_suspect suspect = nng_suspect(c, t);
    const double *ours = c->ours + nng_tensor(c->model, t).offset;
    size_t different = 0;
    for (size_t e = 0; e < suspect.rows * suspect.cols; e++)
        different += !nng_suspect_near(&suspect, e, ours[e]);
    c->fails[t] = different > c->fails[t] ? different : c->fails[t];
}

static enum nng_status open_case(struct nng_case *c, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = c->model;
    NNG_TRY(take_arrays(c, error));
    nng_penalty(model, c->prober->theta, c->penalty);
    for (size_t p = 0; p < model->parameter_count; p++)
        c->data[p] = c->claimed[p] - c->penalty[p];
    for (size_t l = 1; l <= model->layer_count; l++)
        nng_lead_to(c, l, c->pass->da[l], c->ours + model->layers[l - 1].weights,
                    c->ours + model->layers[l - 1].biases);
    for (size_t t = 0; t < nng_tensor_count(model); t++) {
        struct nng_tensor tensor = nng_tensor(model, t);
        c->fails[t] = c->report->tensors[t].fail;
        find_floor(c, t, &tensor);
        if (c->report->screened)
            count_different(c, t);
    }
    find_digits(c);
    c->dyhat = find_dyhat(c, error, &status);
fail:
    return status;
}

/* ---- the search ---- */

/* Is our own gradient what the differences say, at all the entries that failed? At a kink it lies between the slopes.
 */
static bool confirmed(const struct nng_case *c)
{
    for (size_t k = 0; k < c->report->entry_count; k++) {
        const struct nng_entry *entry = &c->report->entries[k];
        double ours = c->ours[entry->index] + c->penalty[entry->index], low = entry->numeric, high = entry->numeric;
        if (isfinite(entry->left) && isfinite(entry->right)) {
            low = fmin(entry->left, entry->right);
            high = fmax(entry->left, entry->right);
        }
        if (entry->verdict != NNG_FAIL || !isfinite(low) || !isfinite(entry->uncertainty))
            continue;
        double tolerance = fmax(c->tolerance * fmax(fabs(ours), fabs(low)), entry->tolerance) + entry->uncertainty;
        if (ours < low - tolerance || ours > high + tolerance)
            return false;
    }
    return true;
}

/* Is the claimed gradient our own? */
static bool is_ours(const struct nng_case *c)
{
    for (size_t t = 0; t < nng_tensor_count(c->model); t++) {
        struct nng_suspect suspect = nng_suspect(c, t);
        if (!nng_suspect_equal(&suspect, c->ours + nng_tensor(c->model, t).offset))
            return false;
    }
    return true;
}

static bool numbers_only(const struct nng_case *c)
{
    for (size_t p = 0; p < c->model->parameter_count; p++)
        if (!isfinite(c->claimed[p]))
            return false;
    return true;
}

/* Very few entries among very many: a wrong formula spoils more than that, and would be searched for in vain. */
static bool few_in_many(const struct nng_case *c)
{
    enum { MANY = 10000, FEW = 2 };
    size_t fails = 0, P = c->model->parameter_count;
    for (size_t t = 0; t < nng_tensor_count(c->model); t++)
        fails += c->fails[t];
    return P > MANY && fails <= FEW + P / MANY;
}

static enum nng_status explain_all_entries(const struct nng_case *c, const char *more, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    for (size_t t = 0; t < nng_tensor_count(c->model); t++)
        if (c->fails[t] != 0)
            NNG_TRY(nng_explain_entries(c, t, more, error));
fail:
    return status;
}

static enum nng_status explain_numbers(const struct nng_case *c, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const char *cause = NULL;
    char text[NNG_MUTANT_TEXT] = "";
    NNG_TRY(nng_explain_whole(c, &cause, text, error));
    bool found = false;
    if (cause == NULL)
        NNG_TRY(nng_explain_places(c, &found, error));
    if (cause == NULL)
        return found ? NNG_OK : nng_explain_layers(c, error);
    size_t first = SIZE_MAX;
    for (size_t t = 0; t < nng_tensor_count(c->model); t++) {
        if (c->fails[t] == 0)
            continue;
        if (first == SIZE_MAX)
            NNG_TRY(nng_tell(c, first = t, cause, error, "%s", text));
        else
            NNG_TRY(nng_tell(c, t, cause, error, "as in %s", nng_tensor(c->model, first).name));
    }
    NNG_TRY(nng_explain_otherwise(c, cause, error));
fail:
    return status;
}

enum nng_status nng_diagnose(const struct nng_prober *prober, const double *claimed, double tolerance,
                             struct nng_report *report, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_case c = {.prober = prober, .model = prober->model, .pass = prober->pass, .claimed = claimed};
    bool found = false;
    if (report->fail == 0)
        return NNG_OK;
    c.tolerance = tolerance;
    c.report = report;
    if ((c.arena = nng_arena_new()) == NULL)
        return nng_fail_memory(error);
    NNG_TRY(open_case(&c, error));
    c.trusted = confirmed(&c);
    if (!c.trusted)
        NNG_TRY(nng_blame_plugins(&c, &found, error));
    if (found)
        goto fail;
    if (!c.trusted && is_ours(&c))
        NNG_TRY(explain_all_entries(&c,
                                    "; backpropagation says so, and the differences do not, though every plugin's "
                                    "derivative agrees with its values",
                                    error));
    else if (numbers_only(&c) && !few_in_many(&c))
        NNG_TRY(explain_numbers(&c, error));
    else
        NNG_TRY(explain_all_entries(&c, "", error));
fail:
    nng_arena_free(c.arena);
    return status;
}
