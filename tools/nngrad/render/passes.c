/* passes.c - the vectors of one sample: x, a_1, h_1, ..., yhat, y, and dL/da_L, ..., dL/da_1, with their formulas.
 *
 * Where the terms of a sum cancel down to their rounding, its digits are noise, and other noise on another processor:
 * people are shown 0.
 */
#include "render/passes.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

/* a_l, h_l or dL/da_l: the row of the sample shown */
static const double *row_of(const struct inspection *in, double *const *values, size_t layer)
{
    return values[layer] + in->sample * in->model->layers[layer - 1].units;
}

/* Is a sum of `count` terms no larger than their rounding can be? */
static bool is_cancelled(double sum, double magnitude, size_t count)
{
    return fabs(sum) <= DBL_EPSILON * (double)(count + 2) * magnitude;
}

/* a_li of the sample shown; magnitude = sum_j |W_ij h_j| + |b_i| */
static double settled_a(const struct inspection *in, size_t l, size_t i)
{
    const struct nng_layer *layer = &in->model->layers[l - 1];
    const double *W = in->theta + layer->weights + i * layer->inputs;
    const double *h = l > 1 ? row_of(in, in->pass->h, l - 1) : in->model->data.x + in->sample * layer->inputs;
    double a = row_of(in, in->pass->a, l)[i], magnitude = fabs(in->theta[layer->biases + i]);
    for (size_t j = 0; j < layer->inputs; j++)
        magnitude += fabs(W[j] * h[j]);
    return is_cancelled(a, magnitude, layer->inputs) ? 0 : a;
}

/* dL/da_lj of the sample shown: zero when dL/dh_lj = sum_i dL/da_l+1,i W_ij is */
static double settled_delta(const struct inspection *in, size_t l, size_t j)
{
    double delta = row_of(in, in->pass->da, l)[j], magnitude = 0;
    if (l == in->model->layer_count)
        return delta;
    const struct nng_layer *above = &in->model->layers[l];
    const double *W = in->theta + above->weights, *da = row_of(in, in->pass->da, l + 1);
    for (size_t i = 0; i < above->units; i++)
        magnitude += fabs(da[i] * W[i * above->inputs + j]);
    return is_cancelled(row_of(in, in->pass->dh, l)[j], magnitude, above->units) ? 0 : delta;
}

/* The settled values of a layer, in the arena. */
static struct vector settle(const struct inspection *in, size_t l, struct nng_arena *arena,
                            double (*value)(const struct inspection *, size_t, size_t))
{
    size_t units = in->model->layers[l - 1].units;
    double *values = nng_arena_take(arena, units, sizeof *values);
    for (size_t i = 0; values != NULL && i < units; i++)
        values[i] = value(in, l, i);
    return (struct vector){.values = values, .count = values != NULL ? units : 0};
}

static void describe_a(const struct nng_model *model, size_t layer, struct vector *a)
{
    char h[32] = "x";
    if (layer > 1)
        snprintf(h, sizeof h, "h%zu", layer - 1);
    snprintf(a->name, sizeof a->name, "a%zu", layer);
    if (model->notation == NNG_OUT_IN)
        snprintf(a->formula, sizeof a->formula, "W%zu %s + b%zu", layer, h, layer);
    else
        snprintf(a->formula, sizeof a->formula, "%s W%zu + b%zu", h, layer, layer);
}

size_t forward_vectors(const struct inspection *in, struct nng_arena *arena, struct vector *vectors)
{
    const struct nng_model *model = in->model;
    const struct nng_data *data = &model->data;
    size_t count = 0;
    vectors[count++] = (struct vector){"x", "", data->x + in->sample * data->inputs, data->inputs, true};
    for (size_t l = 1; l <= model->layer_count; l++) {
        size_t units = model->layers[l - 1].units;
        struct vector a = settle(in, l, arena, settled_a);
        struct vector h = {.values = row_of(in, in->pass->h, l), .count = units};
        describe_a(model, l, &a);
        if (l < model->layer_count)
            snprintf(h.name, sizeof h.name, "h%zu", l);
        else
            snprintf(h.name, sizeof h.name, "ŷ");
        snprintf(h.formula, sizeof h.formula, "%.100s(a%zu)", model->layers[l - 1].activation.plugin->name, l);
        vectors[count++] = a;
        vectors[count++] = h;
    }
    vectors[count++] = (struct vector){"y", "", data->y + in->sample * data->outputs, data->outputs, true};
    return count;
}

static bool is_elementwise(const struct nng_layer *layer)
{
    return (layer->activation.plugin->activation->flags & NNG_ACTIVATION_ELEMENTWISE) != 0;
}

/* dL/da_l = (W_l+1' dL/da_l+1) .* f'(a_l); at the output dL/dyhat .* f'(a_L), a Jacobian, or both in one step. */
static void describe_delta(const struct nng_model *model, size_t l, struct vector *delta)
{
    const struct nng_layer *layer = &model->layers[l - 1];
    const char *f = layer->activation.plugin->name;
    char by_h[96];
    snprintf(delta->name, sizeof delta->name, "∂L/∂a%zu", l);
    if (l == model->layer_count && model->fused) {
        snprintf(delta->formula, sizeof delta->formula, "%.40s fused with the loss", f);
        return;
    }
    if (l == model->layer_count)
        snprintf(by_h, sizeof by_h, "∂L/∂ŷ");
    else if (model->notation == NNG_OUT_IN)
        snprintf(by_h, sizeof by_h, "(W%zuᵀ ∂L/∂a%zu)", l + 1, l + 1);
    else
        snprintf(by_h, sizeof by_h, "(∂L/∂a%zu W%zuᵀ)", l + 1, l + 1);
    if (is_elementwise(layer))
        snprintf(delta->formula, sizeof delta->formula, "%s ⊙ %.40s'(a%zu)", by_h, f, l);
    else
        snprintf(delta->formula, sizeof delta->formula, "%s times the Jacobian of %.32s", by_h, f);
}

size_t delta_vectors(const struct inspection *in, struct nng_arena *arena, struct vector *vectors)
{
    size_t count = 0;
    for (size_t l = in->model->layer_count; l >= 1; l--, count++) {
        vectors[count] = settle(in, l, arena, settled_delta);
        describe_delta(in->model, l, &vectors[count]);
    }
    return count;
}
