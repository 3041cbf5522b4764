/* limits.c - what a verdict cannot tell, and why a gradient is zero.
 *
 * A tensor of zeros is followed along the chain: where does a derivative that is not zero become zero? At an
 * activation, whose units are then dead or saturated; or at a product, where it cancels or the weights are zero: that
 * is the network's structure. */
#include <math.h>
#include <stdio.h>

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

enum reason { DEAD, NO_SLOPE, NO_INPUT, STRUCTURE };

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
            return STRUCTURE;
    }
    *where = L;
    return !model->fused && !all_zero(pass->dh[L], N * model->outputs) ? DEAD : NO_SLOPE;
}

static enum reason why_vacuous(const struct nng_prober *prober, const struct nng_tensor *tensor, size_t *where)
{
    const struct nng_model *model = prober->model;
    size_t l = tensor->layer, N = prober->samples;
    if (all_zero(prober->pass->da[l], N * model->layers[l - 1].units))
        return why_zero(prober, l, where);
    *where = l;
    bool silent = tensor->kind == NNG_WEIGHT && all_zero(nng_below(prober->pass, l), N * model->layers[l - 1].inputs);
    return silent ? NO_INPUT : STRUCTURE;
}

static enum nng_status note_zero(const struct nng_prober *prober, const struct nng_tensor *tensor, enum reason reason,
                                 size_t where, struct nng_report *report, struct nng_error *error)
{
    const struct nng_model *model = prober->model;
    const char *name = model->layers[where - 1].activation.plugin->name;
    switch (reason) {
    case DEAD:
        return nng_report_note(
            report, error,
            "%s is zero because layer %zu is dead: every unit of it ('%s') is inactive or saturated, "
            "f'(a_%zu) = 0, in all samples",
            tensor->name, where, name, where);
    case NO_SLOPE:
        return nng_report_note(report, error, "%s is zero because the loss is flat here: dL/da_%zu = 0 in all samples",
                               tensor->name, where);
    case NO_INPUT:
        if (where == 1)
            return nng_report_note(report, error, "%s is zero because x is, in all samples", tensor->name);
        return nng_report_note(report, error, "%s is zero because h_%zu is, in all samples", tensor->name, where - 1);
    default:
        if (where == tensor->layer)
            return nng_report_note(report, error, "%s is zero by structure: the shares of the samples cancel exactly",
                                   tensor->name);
        return nng_report_note(report, error,
                               "%s is zero by structure: dL/da_%zu W_%zu = 0, by weights that are zero or equal",
                               tensor->name, where, where);
    }
}

static enum nng_status note_vacuous(const struct nng_prober *prober, struct nng_report *report, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    for (size_t t = 0; t < report->tensor_count; t++) {
        struct nng_tensor_report *tensor = &report->tensors[t];
        size_t where = 1;
        if (!tensor->vacuous)
            continue;
        enum reason reason = why_vacuous(prober, &tensor->tensor, &where);
        tensor->structural = reason == STRUCTURE;
        NNG_TRY(note_zero(prober, &tensor->tensor, reason, where, report, error));
    }
fail:
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

enum nng_status nng_note_limits(const struct nng_prober *prober, const double *claimed, struct nng_report *report,
                                struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    NNG_TRY(note_samples(prober, report, error));
    NNG_TRY(note_symmetric(prober, claimed, report, error));
    NNG_TRY(note_vacuous(prober, report, error));
    NNG_TRY(note_complex(prober, report, error));
fail:
    return status;
}
