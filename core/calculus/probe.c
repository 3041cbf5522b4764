/* probe.c - stacked probes: what one changed parameter does to the loss of every sample. */
#include "calculus/probe.h"

#include <math.h>
#include <string.h>

#include <nngrad/vectormath.h>

#include "calculus/bench.h"
#include "calculus/call.h"
#include "calculus/forward.h"
#include "calculus/product.h"

bool nng_probes_one_unit(const struct nng_model *model, size_t l)
{
    return l < model->layer_count &&
           (model->layers[l - 1].activation.plugin->activation->flags & NNG_ACTIVATION_ELEMENTWISE) != 0;
}

/* ---- digests of branches ---- */

/* Adds the codes of `units` units to each row's digest; codes: rows x stride. */
static void digest(uint64_t *branches, const int32_t *codes, size_t rows, size_t units, size_t stride)
{
    for (size_t r = 0; r < rows; r++) {
        uint64_t seed = branches[r];
        for (size_t i = 0; i < units; i++) {
            seed = (seed ^ (uint32_t)codes[r * stride + i]) * UINT64_C(0x9e3779b97f4a7c15);
            seed ^= seed >> 29;
        }
        branches[r] = seed;
    }
}

void nng_probe_centre(const struct nng_prober *prober, size_t index, uint64_t *branches)
{
    const struct nng_model *model = prober->model;
    struct nng_place place = nng_place(model, index);
    size_t l = place.layer, N = prober->samples, units = model->layers[l - 1].units;
    for (size_t n = 0; n < N; n++)
        branches[n] = NNG_NO_KINKS;
    if (prober->codes[l] != NULL) {
        if (nng_probes_one_unit(model, l))
            digest(branches, prober->codes[l] + place.neuron - 1, N, 1, units);
        else
            digest(branches, prober->codes[l], N, units, units);
    }
    for (size_t m = l + 1; m <= model->layer_count; m++)
        if (prober->codes[m] != NULL)
            digest(branches, prober->codes[m], N, model->layers[m - 1].units, model->layers[m - 1].units);
    if (prober->loss_codes != NULL)
        digest(branches, prober->loss_codes, N, model->outputs, model->outputs);
}

/* Adds what layer l's activation says of the R x units pre-activations. */
static enum nng_status digest_layer(const struct nng_prober *prober, struct nng_bench *bench, size_t l, size_t units,
                                    const double *a, size_t rows, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_method *f = &prober->model->layers[l - 1].activation;
    if (prober->codes[l] == NULL)
        return NNG_OK;
    NNG_CALL(f, l, f->plugin->activation->branch(f->values, rows, units, a, bench->codes, &diagnostic));
    digest(bench->branches, bench->codes, rows, units, units);
fail:
    return status;
}

static enum nng_status digest_loss(const struct nng_prober *prober, struct nng_bench *bench, size_t rows,
                                   struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_method *loss = &prober->model->loss;
    size_t outputs = prober->model->outputs;
    if (prober->loss_codes == NULL)
        return NNG_OK;
    NNG_CALL(loss, 0,
             loss->plugin->loss->branch(loss->values, rows, outputs, bench->h, bench->y, bench->codes, &diagnostic));
    digest(bench->branches, bench->codes, rows, outputs, outputs);
fail:
    return status;
}

/* ---- the first layer that a change reaches ---- */

const double *nng_probe_input(const struct nng_prober *prober, struct nng_place place)
{
    size_t j = place.kind == NNG_BIAS ? prober->model->layers[place.layer - 1].inputs : place.input - 1;
    return prober->inputs[place.layer] + j * prober->samples;
}

/* Whole rows: a_l of every sample for every probe, with a_i + s h_j in the changed unit. */
static void change_rows(const struct nng_prober *prober, const struct nng_probe *probes, size_t count, double *a)
{
    size_t l = nng_place(prober->model, probes[0].index).layer, N = prober->samples;
    size_t units = prober->model->layers[l - 1].units;
    for (size_t p = 0; p < count; p++, a += N * units) {
        struct nng_place place = nng_place(prober->model, probes[p].index);
        const double *h_j = nng_probe_input(prober, place);
        memcpy(a, prober->pass->a[l], N * units * sizeof *a);
        for (size_t n = 0; n < N; n++)
            a[n * units + place.neuron - 1] += probes[p].step * h_j[n];
    }
}

/* Entries that stand `stride` apart, side by side. */
static void gather(const double *from, size_t count, size_t stride, double *to)
{
    for (size_t k = 0; k < count; k++)
        to[k] = from[k * stride];
}

/* The changed unit alone: a_i + s h_j. Probes of one unit come after each other. bench->unit_a: R */
static void change_units(const struct nng_prober *prober, struct nng_bench *bench, const struct nng_probe *probes,
                         size_t count)
{
    size_t l = nng_place(prober->model, probes[0].index).layer, N = prober->samples, gathered = 0;
    for (size_t p = 0; p < count; p++) {
        struct nng_place place = nng_place(prober->model, probes[p].index);
        const double *h_j = nng_probe_input(prober, place);
        if (place.neuron != gathered)
            gather(prober->pass->a[l] + place.neuron - 1, N, prober->model->layers[l - 1].units, bench->column);
        gathered = place.neuron;
        for (size_t n = 0; n < N; n++)
            bench->unit_a[p * N + n] = bench->column[n] + probes[p].step * h_j[n];
    }
}

/* a = base + (h'_i - h_i) w'.  a, base: N x width; h'_i, h_i: N; w: width */
NNG_CLONES static void add_outer(size_t N, size_t width, const double *restrict base, const double *changed_h,
                                 const double *h, const double *restrict w, double *restrict a)
{
    for (size_t n = 0; n < N; n++) {
        double change = changed_h[n] - h[n];
        NNG_SIMD
        for (size_t k = 0; k < width; k++)
            a[n * width + k] = base[n * width + k] + change * w[k];
    }
}

/* a_{l+1} + (h_i' - h_i) W^{l+1}_{.i}: the rank-1 update. bench->a: R x units_{l+1} */
static void update_above(const struct nng_prober *prober, struct nng_bench *bench, const struct nng_probe *probes,
                         size_t count)
{
    const struct nng_model *model = prober->model;
    size_t l = nng_place(model, probes[0].index).layer, N = prober->samples, gathered = 0;
    size_t units = model->layers[l - 1].units, above = model->layers[l].units;
    double *h_i = bench->column, *w_i = bench->column + N;
    for (size_t p = 0; p < count; p++) {
        size_t i = nng_place(model, probes[p].index).neuron;
        if (i != gathered) {
            gather(prober->pass->h[l] + i - 1, N, units, h_i);
            gather(prober->theta + model->layers[l].weights + i - 1, above, units, w_i);
        }
        gathered = i;
        add_outer(N, above, prober->pass->a[l + 1], bench->unit_h + p * N, h_i, w_i, bench->a + p * N * above);
    }
}

/* One unit, its activation, and the layer above it: bench->a is a_{l+1} afterwards. */
static enum nng_status through_unit(const struct nng_prober *prober, struct nng_bench *bench,
                                    const struct nng_probe *probes, size_t count, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t l = nng_place(prober->model, probes[0].index).layer, N = prober->samples;
    const struct nng_method *f = &prober->model->layers[l - 1].activation;
    change_units(prober, bench, probes, count);
    NNG_TRY(digest_layer(prober, bench, l, 1, bench->unit_a, count * N, error));
    NNG_CALL(f, l, f->plugin->activation->forward(f->values, count * N, 1, bench->unit_a, bench->unit_h, &diagnostic));
    update_above(prober, bench, probes, count);
fail:
    return status;
}

/* ---- the whole way ---- */

/* From a_l in bench->a to a_L. */
static enum nng_status to_outputs(const struct nng_prober *prober, struct nng_bench *bench, size_t l, size_t count,
                                  struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = prober->model;
    size_t rows = count * prober->samples;
    for (; l < model->layer_count; l++) {
        const struct nng_layer *layer = &model->layers[l - 1];
        NNG_TRY(digest_layer(prober, bench, l, layer->units, bench->a, rows, error));
        NNG_CALL(&layer->activation, l,
                 layer->activation.plugin->activation->forward(layer->activation.values, rows, layer->units, bench->a,
                                                               bench->h, &diagnostic));
        nng_forward_sum(model, l + 1, prober->theta, bench->h, rows, bench->a);
    }
fail:
    return status;
}

/* From a_L in bench->a to the losses. */
static enum nng_status to_losses(const struct nng_prober *prober, struct nng_bench *bench, size_t count,
                                 struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = prober->model;
    size_t rows = count * prober->samples, L = model->layer_count;
    const struct nng_method *f = &model->layers[L - 1].activation;
    if (!model->fused) {
        NNG_TRY(digest_layer(prober, bench, L, model->outputs, bench->a, rows, error));
        NNG_CALL(f, L,
                 f->plugin->activation->forward(f->values, rows, model->outputs, bench->a, bench->h, &diagnostic));
        NNG_TRY(digest_loss(prober, bench, rows, error));
    }
    NNG_TRY(nng_sample_losses(model, bench->a, bench->h, bench->y, rows, bench->values, NULL, error));
fail:
    return status;
}

/* All the probes in one batch, as far as the outputs. */
static enum nng_status stack_outputs(const struct nng_prober *prober, struct nng_bench *bench,
                                     const struct nng_probe *probes, size_t count, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t l = nng_place(prober->model, probes[0].index).layer;
    for (size_t r = 0; prober->kinks && r < count * prober->samples; r++)
        bench->branches[r] = NNG_NO_KINKS;
    if (nng_probes_one_unit(prober->model, l)) {
        NNG_TRY(through_unit(prober, bench, probes, count, error));
        l++;
    } else
        change_rows(prober, probes, count, bench->a);
    NNG_TRY(to_outputs(prober, bench, l, count, error));
fail:
    return status;
}

static enum nng_status stack(const struct nng_prober *prober, struct nng_bench *bench, const struct nng_probe *probes,
                             size_t count, struct nng_error *error)
{
    enum nng_status status = stack_outputs(prober, bench, probes, count, error);
    return status == NNG_OK ? to_losses(prober, bench, count, error) : status;
}

/* ---- steps that lead out of where a plugin is defined ----
 *
 * A plugin may refuse what a step leads to: log yhat where the step makes yhat negative. Such a difference does not
 * exist, which is no fault of the gradient: its values are NaN. The plugin refuses the whole batch, so that the probes
 * are then run one by one; the last one first, since each leaves its results where those of the first one belong. */

static void fill_nan(double *to, size_t count)
{
    for (size_t k = 0; k < count; k++)
        to[k] = NAN;
}

/* The results of a probe that ran alone, or NaN, to where the p-th one's belong. */
static void place_alone(const struct nng_prober *prober, struct nng_bench *bench, size_t p, bool refused)
{
    size_t N = prober->samples;
    if (refused)
        fill_nan(bench->values, N);
    memmove(bench->values + p * N, bench->values, N * sizeof *bench->values);
    if (prober->kinks)
        memmove(bench->branches + p * N, bench->branches, N * sizeof *bench->branches);
}

enum nng_status nng_probe(const struct nng_prober *prober, struct nng_bench *bench, const struct nng_probe *probes,
                          size_t count, struct nng_probed *probed, struct nng_error *error)
{
    struct nng_error refusal;
    enum nng_status status = stack(prober, bench, probes, count, &refusal);
    bool refused = status == NNG_INPUT;
    for (size_t p = count; refused && p-- > 0 && (status == NNG_OK || status == NNG_INPUT);) {
        status = stack(prober, bench, probes + p, 1, &refusal);
        place_alone(prober, bench, p, status == NNG_INPUT);
    }
    probed->values = bench->values;
    probed->branches = bench->branches;
    if (status == NNG_OK || status == NNG_INPUT)
        return NNG_OK;
    if (error != NULL)
        *error = refusal;
    return status;
}

enum nng_status nng_probe_refusal(const struct nng_prober *prober, struct nng_bench *bench, struct nng_probe probe,
                                  struct nng_error *refusal)
{
    refusal->text[0] = '\0';
    enum nng_status status = stack(prober, bench, &probe, 1, refusal);
    return status == NNG_INPUT ? NNG_OK : status;
}

enum nng_status nng_probe_outputs(const struct nng_prober *prober, struct nng_bench *bench,
                                  const struct nng_probe *probes, size_t count, const double **outputs,
                                  const uint64_t **branches, struct nng_error *error)
{
    enum nng_status status = stack_outputs(prober, bench, probes, count, error);
    *outputs = bench->a;
    *branches = bench->branches;
    if (status != NNG_INPUT)
        return status;
    fill_nan(bench->a, count * prober->samples * prober->model->outputs);
    return NNG_OK;
}

enum nng_status nng_probe_losses(const struct nng_prober *prober, struct nng_bench *bench, const double *a,
                                 size_t count, const double **values, struct nng_error *error)
{
    size_t size = prober->samples * prober->model->outputs;
    memcpy(bench->a, a, count * size * sizeof *a);
    *values = bench->values;
    enum nng_status status = to_losses(prober, bench, count, error);
    bool refused = status == NNG_INPUT;
    for (size_t p = count; refused && p-- > 0 && (status == NNG_OK || status == NNG_INPUT);) {
        memcpy(bench->a, a + p * size, size * sizeof *a);
        status = to_losses(prober, bench, 1, error);
        place_alone(prober, bench, p, status == NNG_INPUT);
    }
    return status == NNG_INPUT ? NNG_OK : status;
}
