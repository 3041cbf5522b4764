/* limits.c - what a verdict cannot tell, and why a gradient is zero.
 *
 * A tensor of zeros is followed along the chain: where does a derivative that is not zero become zero? At an
 * activation, whose units are then dead or saturated; or at a product, where it cancels or the weights are zero: that
 * is the network's structure. */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "calculus/forward.h"
#include "verdict/diagnose.h"
#include "verdict/report.h"

static bool all_zero(const double *v, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (v[i] != 0.0)
            return false;
    return true;
}

static enum nng_status note_samples(const struct nng_prober *prober, struct nng_report *report, struct nng_error *error)
{
    if (prober->samples == 1 && prober->model->reduction == NNG_MEAN)
        return nng_report_note(report, error,
                               "with one sample (N = 1) a missing or doubled 1/N cannot be seen: check with more");
    return NNG_OK;
}

/* A square dL/dW_l = (dL/da_l)' h_{l-1} that passed and equals its transpose. */
static enum nng_status note_symmetric(const struct nng_prober *prober, const double *claimed, struct nng_report *report,
                                      struct nng_error *error)
{
    const struct nng_model *model = prober->model;
    for (size_t l = 1; l <= model->layer_count; l++) {
        const struct nng_layer *layer = &model->layers[l - 1];
        const struct nng_tensor_report *tensor = &report->tensors[l - 1];
        const double *W = claimed + layer->weights;
        size_t n = layer->units;
        bool symmetric = n == layer->inputs && n > 1 && !tensor->vacuous && tensor->pass == n * n;
        for (size_t i = 0; symmetric && i < n; i++)
            for (size_t j = 0; symmetric && j < i; j++)
                symmetric =
                    fabs(W[i * n + j] - W[j * n + i]) <= 1e-6 * fmax(fabs(W[i * n + j]), fabs(W[j * n + i])) + 1e-160;
        if (!symmetric)
            continue;
        enum nng_status status =
            nng_report_note(report, error,
                            "a transposed gradient of W%zu could not be told from the right one: it is "
                            "symmetric at these values",
                            l);
        if (status != NNG_OK)
            return status;
    }
    return NNG_OK;
}

/* ---- why a tensor is zero ---- */

enum reason {
    DEAD,       /* f'(a) = 0 in all units and samples */
    FLAT,       /* dL/da_L = 0: the loss is at a minimum, or flat */
    SILENT,     /* h_{l-1} = 0 */
    CANCELLED,  /* the sum over the samples is 0, its terms are not */
    UNCONNECTED /* dL/da_{l+1} W_{l+1} = 0, its factors are not */
};

/* Why dL/da_l is zero in all samples, and the layer where it became so. */
static enum reason why_zero(const struct nng_prober *prober, size_t l, size_t *where)
{
    const struct nng_model *model = prober->model;
    const struct nng_pass *pass = prober->pass;
    size_t N = prober->samples, L = model->layer_count;
    for (size_t k = l; k < L; k++) {
        *where = k;
        if (!all_zero(pass->dh[k], N * model->layers[k - 1].units))
            return DEAD;
        *where = k + 1;
        if (!all_zero(pass->da[k + 1], N * model->layers[k].units))
            return UNCONNECTED;
    }
    *where = L;
    return !model->fused && !all_zero(pass->dh[L], N * model->outputs) ? DEAD : FLAT;
}

/* Is dL/dh_l = dL/da_{l+1} W_{l+1} zero but for the rounding of its sums? */
static bool cancels(const struct nng_prober *prober, size_t l)
{
    const struct nng_model *model = prober->model;
    const struct nng_pass *pass = prober->pass;
    if (l == model->layer_count)
        return false;
    const struct nng_layer *above = &model->layers[l];
    double da = 0.0, w = 0.0, dh = 0.0;
    for (size_t k = 0; k < prober->samples * above->units; k++)
        da = fmax(da, fabs(pass->da[l + 1][k]));
    for (size_t k = 0; k < above->units * above->inputs; k++)
        w = fmax(w, fabs(prober->theta[above->weights + k]));
    for (size_t k = 0; k < prober->samples * above->inputs; k++)
        dh = fmax(dh, fabs(pass->dh[l][k]));
    return dh <= 16.0 * DBL_EPSILON * (double)above->units * da * w;
}

static enum reason why_vacuous(const struct nng_prober *prober, const struct nng_tensor *tensor, size_t *where)
{
    const struct nng_model *model = prober->model;
    size_t l = tensor->layer, N = prober->samples;
    if (all_zero(prober->pass->da[l], N * model->layers[l - 1].units))
        return why_zero(prober, l, where);
    *where = l + 1;
    if (cancels(prober, l))
        return UNCONNECTED;
    *where = l;
    bool silent = tensor->kind == NNG_WEIGHT && all_zero(nng_below(prober->pass, l), N * model->layers[l - 1].inputs);
    return silent ? SILENT : CANCELLED;
}

/* Is tensor t zero for the same reason? Where shares cancel, the layer does not matter. */
static bool is_reason(const struct nng_prober *prober, const struct nng_report *report, size_t t, enum reason reason,
                      size_t where)
{
    size_t there = 1;
    return why_vacuous(prober, &report->tensors[t].tensor, &there) == reason && (there == where || reason == CANCELLED);
}

/* One note for all the tensors `names` that are zero for one reason. */
static enum nng_status note_zeros(const struct nng_prober *prober, const char *names, bool several, enum reason reason,
                                  size_t where, struct nng_report *report, struct nng_error *error)
{
    const char *is = several ? "are" : "is";
    switch (reason) {
    case DEAD:
        return nng_report_note(
            report, error,
            "%s %s zero because layer %zu is dead: all of its units ('%s') are inactive or saturated, "
            "f'(a_%zu) = 0, in all samples",
            names, is, where, prober->model->layers[where - 1].activation.plugin->name, where);
    case FLAT:
        return nng_report_note(report, error, "%s %s zero because the loss is flat here: dL/da_%zu = 0 in all samples",
                               names, is, where);
    case SILENT:
        if (where == 1)
            return nng_report_note(report, error, "%s %s zero because x is, in all samples", names, is);
        return nng_report_note(report, error, "%s %s zero because h_%zu is, in all samples", names, is, where - 1);
    case CANCELLED:
        return nng_report_note(report, error, "%s %s zero by structure: the shares of the samples cancel exactly",
                               names, is);
    case UNCONNECTED:
        break;
    }
    return nng_report_note(report, error,
                           "%s %s zero by structure: dL/da_%zu W_%zu = 0, since weights of W_%zu are zero or equal",
                           names, is, where, where, where);
}

static enum nng_status note_vacuous(const struct nng_prober *prober, struct nng_report *report, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_text names = {0};
    for (size_t t = 0; t < report->tensor_count; t++) {
        size_t where = 1, same = 1, first = 0;
        if (!report->tensors[t].vacuous)
            continue;
        enum reason reason = why_vacuous(prober, &report->tensors[t].tensor, &where);
        report->tensors[t].structural = reason == CANCELLED || reason == UNCONNECTED;
        for (first = 0; first < t; first++)
            if (report->tensors[first].vacuous && is_reason(prober, report, first, reason, where))
                break;
        if (first < t)
            continue; /* said already */
        names.length = 0;
        nng_text_add(&names, report->tensors[t].tensor.name);
        for (size_t k = t + 1; k < report->tensor_count; k++)
            if (report->tensors[k].vacuous && is_reason(prober, report, k, reason, where)) {
                nng_text_print(&names, ", %s", report->tensors[k].tensor.name);
                same++;
            }
        if (names.failed)
            NNG_TRY(nng_fail_memory(error));
        NNG_TRY(note_zeros(prober, names.data, same > 1, reason, where, report, error));
    }
fail:
    nng_text_free(&names);
    return status;
}

/* ---- a complex step that contradicts the two other witnesses ---- */

static enum nng_status note_complex(const struct nng_prober *prober, struct nng_report *report, struct nng_error *error)
{
    size_t odd = 0;
    const struct nng_entry *first = NULL;
    for (size_t k = 0; k < report->entry_count; k++) {
        const struct nng_entry *e = &report->entries[k];
        double off = fabs(e->complex_step - e->numeric);
        if (e->verdict != NNG_PASS || !isfinite(e->complex_step) || off <= 2.0 * (e->uncertainty + e->tolerance))
            continue;
        odd++;
        first = first != NULL ? first : e;
    }
    if (odd == 0)
        return NNG_OK;
    char name[NNG_NAME_SIZE];
    nng_parameter_name(prober->model, first->index, name);
    return nng_report_note(report, error,
                           "the complex step contradicts backpropagation and differences, which agree, in %zu entr%s "
                           "(%s: %.6g, and %.6g): a plugin's complex form is wrong",
                           odd, odd == 1 ? "y" : "ies", name, first->complex_step, first->numeric);
}

/* ---- derivatives of which there is no difference ---- */

/* Why a plugin refuses what the first step of the first such entry leads to; nothing when it refuses nothing there. */
static enum nng_status note_refusal(const struct nng_prober *prober, struct nng_report *report, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_entry *first = NULL;
    struct nng_bench *bench = NULL;
    struct nng_error refusal = {0};
    char name[NNG_NAME_SIZE];
    for (size_t k = 0; k < report->entry_count && first == NULL; k++) {
        const struct nng_entry *e = &report->entries[k];
        first = e->verdict == NNG_INCONCLUSIVE && isnan(e->numeric) ? e : NULL;
    }
    if (first == NULL)
        return NNG_OK;
    double w = prober->theta[first->index], h = ldexp(1.0, ilogb(fmax(fabs(w), 0.0625) / 8.0));
    NNG_TRY(nng_bench_new(prober, nng_place(prober->model, first->index).layer, 1, &bench, error));
    for (int side = 1; side >= -1 && refusal.text[0] == '\0'; side -= 2)
        NNG_TRY(nng_probe_refusal(prober, bench, (struct nng_probe){first->index, side * h}, &refusal));
    nng_parameter_name(prober->model, first->index, name);
    if (refusal.text[0] != '\0')
        NNG_TRY(nng_report_note(report, error, "no difference by %s can be taken: %s", name, refusal.text));
    else
        NNG_TRY(nng_report_note(report, error, "no difference by %s is finite", name));
fail:
    nng_bench_free(bench);
    return status;
}

enum nng_status nng_note_limits(const struct nng_prober *prober, const double *claimed, struct nng_report *report,
                                struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    NNG_TRY(note_samples(prober, report, error));
    NNG_TRY(note_symmetric(prober, claimed, report, error));
    NNG_TRY(note_vacuous(prober, report, error));
    NNG_TRY(note_complex(prober, report, error));
    NNG_TRY(note_refusal(prober, report, error));
fail:
    return status;
}
