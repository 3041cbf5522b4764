/* magnitude.c - S, the magnitude of the internal sums, A, that of what the samples add up to in each derivative, and B,
 * that of all that backpropagation adds up for it. */
#include "verdict/magnitude.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "calculus/call.h"
#include "calculus/forward.h"
#include "calculus/product.h"

static void absolute_values(const double *from, size_t count, double *to)
{
    for (size_t i = 0; i < count; i++)
        to[i] = fabs(from[i]);
}

/* Room for the absolute values of one layer's matrices. */
struct scratch {
    double *W, *below, *da, *sums; /* units x inputs, N x inputs, N x units, N x units */
};

static enum nng_status take_scratch(const struct nng_prober *prober, struct nng_arena *arena, struct scratch *scratch,
                                    struct nng_error *error)
{
    size_t weights = 0, inputs = 0, units = 0, N = prober->samples;
    for (size_t l = 0; l < prober->model->layer_count; l++) {
        const struct nng_layer *layer = &prober->model->layers[l];
        size_t count = layer->units * layer->inputs;
        weights = count > weights ? count : weights;
        inputs = layer->inputs > inputs ? layer->inputs : inputs;
        units = layer->units > units ? layer->units : units;
    }
    scratch->W = nng_arena_take(arena, weights, sizeof(double));
    scratch->below = nng_arena_take(arena, N, inputs * sizeof(double));
    scratch->da = nng_arena_take(arena, N, units * sizeof(double));
    scratch->sums = nng_arena_take(arena, N, units * sizeof(double));
    if (scratch->W == NULL || scratch->below == NULL || scratch->da == NULL || scratch->sums == NULL)
        return nng_fail_memory(error);
    return NNG_OK;
}

/* S_n begins with |terms of L_n|. */
static enum nng_status loss_terms(const struct nng_prober *prober, double *S, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = prober->model;
    const struct nng_loss *loss = model->loss.plugin->loss;
    absolute_values(prober->pass->values, prober->samples, S);
    if (loss->magnitude != NULL)
        NNG_CALL(&model->loss, 0,
                 loss->magnitude(model->loss.values, prober->samples, model->outputs,
                                 prober->pass->h[model->layer_count], prober->y, S, &diagnostic));
    for (size_t n = 0; n < prober->samples; n++)
        S[n] *= fmax(1.0, loss->ulps / 2.0);
fail:
    return status;
}

/* Layer l: A for its weights and biases, and its part of each S_n; da is of the reduced loss, S_n of the sample's own.
 */
static void layer_magnitude(const struct nng_prober *prober, size_t l, const struct scratch *scratch, double *A,
                            double *S)
{
    const struct nng_model *model = prober->model;
    const struct nng_layer *layer = &model->layers[l - 1];
    const struct nng_pass *pass = prober->pass;
    size_t N = prober->samples, units = layer->units, inputs = layer->inputs;
    absolute_values(pass->da[l], N * units, scratch->da);
    absolute_values(nng_below(pass, l), N * inputs, scratch->below);
    absolute_values(prober->theta + layer->weights, units * inputs, scratch->W);

    struct nng_matrix da = nng_matrix(scratch->da, N, units), h = nng_matrix(scratch->below, N, inputs);
    nng_product_tn(da, h, 0.0, A + layer->weights);
    nng_product_nt(h, nng_matrix(scratch->W, units, inputs), 0.0, scratch->sums);

    bool fused_output = l == model->layer_count && model->fused;
    double half_ulps = layer->activation.plugin->activation->ulps / 2.0;
    double unreduced = 1.0 / nng_reduction_factor(model, N);
    for (size_t i = 0; i < units; i++)
        A[layer->biases + i] = 0.0;
    for (size_t n = 0; n < N; n++)
        for (size_t i = 0; i < units; i++) {
            size_t k = n * units + i;
            A[layer->biases + i] += scratch->da[k];
            double sum = scratch->da[k] * (scratch->sums[k] + fabs(prober->theta[layer->biases + i]));
            if (!fused_output)
                sum += half_ulps * fabs(pass->dh[l][k] * pass->h[l][k]);
            S[n] += unreduced * sum;
        }
}

/* What rounding acts on in a derivative is every sum on the way back, and not the samples' sum alone: with equal
 * outgoing weights dL/dh = sum_k dL/da_k w_k can cancel exactly, and what is left of it is rounding and nothing else.
 *
 *     beta_L = |dL/da_L|,  beta_l = |f_l'(a_l)| (beta_{l+1} |W_{l+1}|),  B_W = beta_l' |h_{l-1}|,  B_b = sum_n beta_l
 *
 * Where a unit's input moves its neighbours' outputs too (softmax), |h| (beta_{l+1} |W_{l+1}|) is added: what cancels
 * in f_l' is not seen from outside. */
static enum nng_status path_magnitudes(const struct nng_prober *prober, struct nng_arena *arena,
                                       const struct scratch *scratch, double *B, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = prober->model;
    const struct nng_pass *pass = prober->pass;
    size_t N = prober->samples;
    double *above = NULL; /* beta_{l+1} |W_{l+1}|: N x units of l */
    for (size_t l = model->layer_count; l >= 1; l--) {
        const struct nng_layer *layer = &model->layers[l - 1];
        const struct nng_activation *f = layer->activation.plugin->activation;
        size_t units = layer->units, inputs = layer->inputs;
        double *beta = scratch->da;
        if (above == NULL)
            absolute_values(pass->da[l], N * units, beta);
        else
            NNG_CALL(&layer->activation, l,
                     f->backward(layer->activation.values, N, units, pass->a[l], pass->h[l], above, beta, &diagnostic));
        bool apart = (f->flags & NNG_ACTIVATION_ELEMENTWISE) != 0;
        for (size_t k = 0; k < N * units; k++)
            beta[k] = fabs(beta[k]) + (above != NULL && !apart ? fabs(pass->h[l][k]) * above[k] : 0.0);
        absolute_values(nng_below(pass, l), N * inputs, scratch->below);
        absolute_values(prober->theta + layer->weights, units * inputs, scratch->W);
        nng_product_tn(nng_matrix(beta, N, units), nng_matrix(scratch->below, N, inputs), 0.0, B + layer->weights);
        for (size_t k = 0; k < N * units; k++)
            B[layer->biases + k % units] += beta[k];
        if (l == 1)
            break;
        if ((above = nng_arena_take(arena, N, inputs * sizeof(double))) == NULL)
            return nng_fail_memory(error);
        nng_product_nn(nng_matrix(beta, N, units), nng_matrix(scratch->W, units, inputs), 0.0, above);
    }
fail:
    return status;
}

static double root_mean_square(const double *v, size_t count)
{
    double scale = 0.0, sum = 0.0;
    for (size_t i = 0; i < count; i++)
        scale = fmax(scale, fabs(v[i]));
    if (scale == 0.0 || !isfinite(scale))
        return 0.0;
    for (size_t i = 0; i < count; i++)
        sum += (v[i] / scale) * (v[i] / scale);
    return scale * sqrt(sum / (double)count);
}

/* e_l = 2 DBL_EPSILON (|W||h| + |b|) + |W| e_h,l-1  and  e_h,l = |f'(a)| e_l + ulps DBL_EPSILON |h|: what rounding can
 * do to the pre-activations, from the first layer to the output; then sum_k |dL_n/da_k| e_nk. */
static enum nng_status path_noises(const struct nng_prober *prober, struct nng_arena *arena,
                                   const struct scratch *scratch, double *noises, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = prober->model;
    const struct nng_pass *pass = prober->pass;
    size_t N = prober->samples, L = model->layer_count;
    double *e_h = NULL; /* of the layer below: N x inputs */
    for (size_t l = 1; l <= L; l++) {
        const struct nng_layer *layer = &model->layers[l - 1];
        const struct nng_activation *f = layer->activation.plugin->activation;
        size_t units = layer->units, inputs = layer->inputs;
        double *e = nng_arena_take(arena, N, units * sizeof(double));
        double *e_above = nng_arena_take(arena, N, units * sizeof(double));
        if (e == NULL || e_above == NULL)
            return nng_fail_memory(error);
        absolute_values(nng_below(pass, l), N * inputs, scratch->below);
        absolute_values(prober->theta + layer->weights, units * inputs, scratch->W);
        struct nng_matrix W = nng_matrix(scratch->W, units, inputs);
        nng_product_nt(nng_matrix(scratch->below, N, inputs), W, 0.0, scratch->sums);
        if (e_h != NULL)
            nng_product_nt(nng_matrix(e_h, N, inputs), W, 0.0, e);
        for (size_t k = 0; k < N * units; k++)
            e[k] += 2.0 * DBL_EPSILON * (scratch->sums[k] + fabs(prober->theta[layer->biases + k % units]));
        if (l == L) {
            double unreduced = 1.0 / nng_reduction_factor(model, N);
            for (size_t k = 0; k < N * units; k++)
                noises[k / units] += unreduced * fabs(pass->da[L][k]) * e[k];
            break;
        }
        NNG_CALL(&layer->activation, l,
                 f->backward(layer->activation.values, N, units, pass->a[l], pass->h[l], e, e_above, &diagnostic));
        for (size_t k = 0; k < N * units; k++)
            e_above[k] = fabs(e_above[k]) + fmax(1.0, f->ulps) * DBL_EPSILON * fabs(pass->h[l][k]);
        e_h = e_above;
    }
fail:
    return status;
}

/* |terms of L_n| + sum_k |dL_n/da_k| |a_k| at the output layer: all that rounds once a_L is given. */
static void output_noises(const struct nng_prober *prober, const double *terms, double *noises)
{
    const struct nng_model *model = prober->model;
    size_t L = model->layer_count, units = model->outputs;
    double unreduced = 1.0 / nng_reduction_factor(model, prober->samples);
    for (size_t k = 0; k < prober->samples * units; k++)
        noises[k / units] += unreduced * fabs(prober->pass->da[L][k] * prober->pass->a[L][k]);
    for (size_t n = 0; n < prober->samples; n++)
        noises[n] = 2.0 * DBL_EPSILON * (noises[n] + terms[n]);
}

enum nng_status nng_magnitude(const struct nng_prober *prober, struct nng_arena *arena, struct nng_magnitude *magnitude,
                              struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = prober->model;
    size_t tensors = nng_tensor_count(model), widest = 0;
    struct scratch scratch = {0};
    magnitude->absolute = nng_arena_take(arena, model->parameter_count, sizeof(double));
    magnitude->paths = nng_arena_take(arena, model->parameter_count, sizeof(double));
    magnitude->own = nng_arena_take(arena, model->parameter_count, sizeof(double));
    magnitude->floor = nng_arena_take(arena, tensors, sizeof(double));
    magnitude->noises = nng_arena_take(arena, prober->samples, sizeof(double));
    magnitude->output_noises = nng_arena_take(arena, prober->samples, sizeof(double));
    magnitude->path_noises = nng_arena_take(arena, prober->samples, sizeof(double));
    if (magnitude->own == NULL || magnitude->absolute == NULL || magnitude->paths == NULL || magnitude->floor == NULL ||
        magnitude->noises == NULL || magnitude->output_noises == NULL || magnitude->path_noises == NULL)
        return nng_fail_memory(error);
    NNG_TRY(take_scratch(prober, arena, &scratch, error));
    NNG_TRY(nng_backward(model, prober->theta, prober->y, prober->pass, magnitude->own, error));

    NNG_TRY(loss_terms(prober, magnitude->noises, error));
    output_noises(prober, magnitude->noises, magnitude->output_noises);
    NNG_TRY(path_noises(prober, arena, &scratch, magnitude->path_noises, error));
    NNG_TRY(path_magnitudes(prober, arena, &scratch, magnitude->paths, error));
    for (size_t l = 1; l <= model->layer_count; l++) {
        layer_magnitude(prober, l, &scratch, magnitude->absolute, magnitude->noises);
        widest = model->layers[l - 1].inputs > widest ? model->layers[l - 1].inputs : widest;
    }
    for (size_t n = 0; n < prober->samples; n++) {
        magnitude->noises[n] *= 2.0 * DBL_EPSILON;
        magnitude->noise += magnitude->noises[n] * nng_reduction_factor(model, prober->samples);
    }
    magnitude->rounding = (double)(64 + prober->samples + widest) * DBL_EPSILON;
    for (size_t t = 0; t < tensors; t++) {
        struct nng_tensor tensor = nng_tensor(model, t);
        magnitude->floor[t] = 1e-3 * root_mean_square(magnitude->absolute + tensor.offset, tensor.count);
    }
fail:
    return status;
}

double nng_rounding(const struct nng_magnitude *magnitude, size_t index)
{
    return magnitude->rounding * magnitude->absolute[index] + 4.0 * DBL_EPSILON * magnitude->paths[index];
}
