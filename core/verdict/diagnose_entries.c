/* diagnose_entries.c - a tensor for which there is no better word: which of its entries are wrong, and by how much. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "calculus/bench.h"
#include "verdict/mutant.h"

enum { NAMED = 3 };

/* "w_212 is 0.1 where 0.3 is due", with as many digits as it takes to tell them apart. */
static void add_entry(const struct nng_case *c, const struct nng_entry *entry, struct nng_text *text)
{
    char name[NNG_NAME_SIZE];
    nng_parameter_name(c->model, entry->index, name);
    double due = isfinite(entry->numeric) ? entry->numeric : c->ours[entry->index] + c->penalty[entry->index];
    char was[32], wanted[32];
    int digits = 6;
    do {
        snprintf(was, sizeof was, "%.*g", digits, entry->analytic);
        snprintf(wanted, sizeof wanted, "%.*g", digits, due);
    } while (strcmp(was, wanted) == 0 && digits++ < DBL_DECIMAL_DIG);
    nng_text_print(text, "%s is %s where %s is due", name, was, wanted);
}

/* All failed entries the same simple multiple of what is due: -1, 2, 1/2, N, 1/N. */
static const char *common_factor(const struct nng_case *c, const struct nng_tensor *tensor, char *text, size_t size)
{
    static const char *const causes[] = {"sign", "factor", "factor", "factor", "factor"};
    double N = (double)c->prober->samples, factors[] = {-1.0, 2.0, 0.5, N, 1.0 / N};
    for (size_t i = 0; i < (N == 1.0 ? 3 : 5); i++) {
        bool all = true, any = false;
        for (size_t k = 0; all && k < c->report->entry_count; k++) {
            const struct nng_entry *entry = &c->report->entries[k];
            if (entry->verdict != NNG_FAIL || entry->index - tensor->offset >= tensor->count)
                continue;
            any = true;
            double due = factors[i] * (c->ours[entry->index] + c->penalty[entry->index]);
            double was = c->claimed[entry->index];
            all = fabs(was - due) <= c->tolerance * fmax(fabs(due), fabs(was)) + c->digit[entry->index];
        }
        if (all && any) {
            snprintf(text, size, i == 0 ? ", with the wrong sign" : ", %g times what is due", factors[i]);
            return causes[i];
        }
    }
    text[0] = '\0';
    return NULL;
}

/* |claimed - ours| / |ours| over the whole tensor. */
static double relative_distance(const struct nng_case *c, const struct nng_tensor *tensor)
{
    double off = 0.0, size = 0.0;
    for (size_t p = tensor->offset; p < tensor->offset + tensor->count; p++) {
        off = fmax(off, fabs(c->data[p] - c->ours[p]));
        size = fmax(size, fabs(c->ours[p]));
    }
    return size > 0.0 ? off / size : INFINITY;
}

/* The first failed entries of a tensor in words; returns whether some are not numbers, which are then named first. */
static bool name_entries(const struct nng_case *c, const struct nng_tensor *tensor, struct nng_text *list)
{
    size_t named = 0;
    bool infinite = false;
    for (size_t p = tensor->offset; p < tensor->offset + tensor->count; p++)
        infinite = infinite || !isfinite(c->claimed[p]);
    for (size_t k = 0; k < c->report->entry_count && named < NAMED; k++) {
        const struct nng_entry *entry = &c->report->entries[k];
        if (entry->verdict != NNG_FAIL || entry->index - tensor->offset >= tensor->count ||
            (infinite && isfinite(entry->analytic)))
            continue;
        nng_text_add(list, named++ == 0 ? ": " : ", ");
        add_entry(c, entry, list);
    }
    if (named != 0 && c->fails[nng_tensor_of(c->model, tensor->offset)] > named)
        nng_text_add(list, ", ...");
    return infinite;
}

/* ---- corners ---- */

/* A unit that stands exactly where its activation has a corner, or an output where the loss has one (layer 0). */
struct corner {
    size_t sample, layer, unit; /* from 1 */
};

static bool is_tie(const int32_t *codes, size_t n, size_t units, size_t from, size_t to, struct corner *corner)
{
    for (size_t i = from; codes != NULL && i < to; i++)
        if (codes[n * units + i] == NNG_BRANCH_TIE) {
            corner->sample = n + 1;
            corner->unit = i + 1;
            return true;
        }
    return false;
}

/* The first corner that a change of theta[index] moves away from. */
static bool find_corner(const struct nng_prober *prober, size_t index, struct corner *corner)
{
    const struct nng_model *model = prober->model;
    struct nng_place place = nng_place(model, index);
    const double *input = nng_probe_input(prober, place);
    for (size_t n = 0; n < prober->samples; n++)
        for (size_t l = place.layer; input[n] != 0.0 && l <= model->layer_count; l++) {
            size_t units = model->layers[l - 1].units;
            bool one = l == place.layer && nng_probes_one_unit(model, l);
            corner->layer = l;
            if (is_tie(prober->codes[l], n, units, one ? place.neuron - 1 : 0, one ? place.neuron : units, corner))
                return true;
            corner->layer = 0;
            if (l == model->layer_count && is_tie(prober->loss_codes, n, units, 0, units, corner))
                return true;
        }
    return false;
}

static bool is_ours(const struct nng_case *c, size_t p)
{
    double ours = c->ours[p] + c->penalty[p], was = c->claimed[p];
    return fabs(was - ours) <= c->tolerance * fmax(fabs(ours), fabs(was)) + c->digit[p];
}

/* With f'(0) taken as one of its two slopes at each of several corners, the chain rule need not give a slope of L: what
 * failed is then backpropagation's own value. */
static bool explain_corners(const struct nng_case *c, const struct nng_tensor *tensor, char *text, size_t size)
{
    const struct nng_entry *first = NULL;
    struct corner corner = {0}, other;
    for (size_t k = 0; k < c->report->entry_count; k++) {
        const struct nng_entry *entry = &c->report->entries[k];
        if (entry->verdict != NNG_FAIL || entry->index - tensor->offset >= tensor->count)
            continue;
        if (!is_ours(c, entry->index) || !find_corner(c->prober, entry->index, first == NULL ? &corner : &other))
            return false;
        first = first == NULL ? entry : first;
    }
    if (first == NULL)
        return false;
    char name[NNG_NAME_SIZE], where[160];
    nng_parameter_name(c->model, first->index, name);
    if (corner.layer == 0)
        snprintf(where, sizeof where, "output %zu stands exactly at a corner of the loss", corner.unit);
    else
        snprintf(where, sizeof where, "unit %zu of layer %zu stands exactly at the corner of '%.32s'", corner.unit,
                 corner.layer, c->model->layers[corner.layer - 1].activation.plugin->name);
    snprintf(
        text, size,
        "in sample %zu %s; the chain rule through such corners gives %s = %.6g, which is no slope of the loss: the "
        "differences give %.6g. Move the point off them, with init.biases = true for instance",
        corner.sample, where, name, first->analytic, first->numeric);
    return true;
}

enum nng_status nng_explain_entries(const struct nng_case *c, size_t t, const char *more, struct nng_error *error)
{
    struct nng_tensor tensor = nng_tensor(c->model, t);
    struct nng_suspect suspect = nng_suspect(c, t);
    struct nng_text list = {0};
    char how[64] = "";
    const char *cause = NULL;
    double off = relative_distance(c, &tensor);
    if (name_entries(c, &tensor, &list)) {
        cause = "arithmetic";
        snprintf(how, sizeof how, ", not numbers");
    } else if (c->trusted && nng_suspect_equal(&suspect, c->ours + tensor.offset)) {
        cause = "arithmetic";
        snprintf(how, sizeof how, ", but only by rounding: more digits are needed");
    } else if (c->trusted && (cause = common_factor(c, &tensor, how, sizeof how)) == NULL && off < 1e-3) {
        cause = "arithmetic";
        snprintf(how, sizeof how, ", though they agree to about %d digits", (int)floor(-log10(off)));
    }
    char corners[512];
    if (cause == NULL && explain_corners(c, &tensor, corners, sizeof corners)) {
        nng_text_free(&list);
        return nng_tell(c, t, "kink", error, "%s", corners);
    }
    const char *are = tensor.count == 1 ? "y is" : c->fails[t] == 1 ? "ies is" : "ies are";
    enum nng_status status =
        list.failed ? nng_fail_memory(error)
                    : nng_tell(c, t, cause != NULL ? cause : "unknown", error, "%zu of %zu entr%s wrong%s%s%s",
                               c->fails[t], tensor.count, are, how, list.data != NULL ? list.data : "", more);
    nng_text_free(&list);
    return status;
}
