/* probe_complex.c - the complex step: dL/dtheta_p = Im L(theta + i s e_p) / s with s = 1e-100, exact to rounding
 * because nothing is subtracted (Squire and Trapp 1998). */
#include "calculus/bench.h"
#include "calculus/call.h"
#include "calculus/forward.h"
#include "calculus/product.h"

#include <string.h>

static const double STEP = 1e-100;

/* Whole rows: a_l, and i s h_j in the changed unit. re, im: R x units_l */
static void change_rows(const struct nng_prober *prober, struct nng_bench *bench, const size_t *indices, size_t count)
{
    size_t l = nng_place(prober->model, indices[0]).layer, units = prober->model->layers[l - 1].units;
    size_t block = prober->samples * units;
    memset(bench->im, 0, count * block * sizeof(double));
    for (size_t p = 0; p < count; p++) {
        struct nng_place place = nng_place(prober->model, indices[p]);
        memcpy(bench->re + p * block, prober->pass->a[l], block * sizeof(double));
        const double *h_j = nng_probe_input(prober, place);
        for (size_t n = 0; n < prober->samples; n++)
            bench->im[p * block + n * units + place.neuron - 1] = STEP * h_j[n];
    }
}

/* Only the changed unit, and the layer above: Re a_{l+1} is what it was, Im a_{l+1} = Im h_i W^{l+1}_{.i} */
static enum nng_status through_unit(const struct nng_prober *prober, struct nng_bench *bench, const size_t *indices,
                                    size_t count, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = prober->model;
    size_t l = nng_place(model, indices[0]).layer, N = prober->samples;
    size_t units = model->layers[l - 1].units, above = model->layers[l].units;
    const struct nng_method *f = &model->layers[l - 1].activation;
    for (size_t p = 0; p < count; p++) {
        struct nng_place place = nng_place(model, indices[p]);
        const double *h_j = nng_probe_input(prober, place);
        for (size_t n = 0; n < N; n++) {
            bench->re[p * N + n] = prober->pass->a[l][n * units + place.neuron - 1];
            bench->im[p * N + n] = STEP * h_j[n];
        }
    }
    NNG_CALL(f, l,
             f->plugin->activation->complex_forward(f->values, count * N, 1, bench->re, bench->im, bench->h_re,
                                                    bench->h_im, &diagnostic));
    for (size_t p = 0; p < count; p++) {
        size_t i = nng_place(model, indices[p]).neuron - 1;
        const double *W = prober->theta + model->layers[l].weights;
        memcpy(bench->re + p * N * above, prober->pass->a[l + 1], N * above * sizeof(double));
        for (size_t n = p * N; n < (p + 1) * N; n++)
            for (size_t k = 0; k < above; k++)
                bench->im[n * above + k] = bench->h_im[n] * W[k * units + i];
    }
fail:
    return status;
}

enum nng_status nng_probe_complex(const struct nng_prober *prober, struct nng_bench *bench, const size_t *indices,
                                  size_t count, double *slopes, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = prober->model;
    const struct nng_loss *loss = model->loss.plugin->loss;
    size_t L = model->layer_count, N = prober->samples, rows = count * N, from = nng_place(model, indices[0]).layer;
    NNG_TRY(nng_bench_complex(prober, bench, error));
    if (nng_probes_one_unit(model, from)) {
        NNG_TRY(through_unit(prober, bench, indices, count, error));
        from++;
    } else
        change_rows(prober, bench, indices, count);
    for (size_t l = from; l <= L; l++) {
        const struct nng_layer *layer = &model->layers[l - 1];
        const struct nng_activation *f = layer->activation.plugin->activation;
        if (l == L && model->fused)
            break;
        NNG_CALL(&layer->activation, l,
                 f->complex_forward(layer->activation.values, rows, layer->units, bench->re, bench->im, bench->h_re,
                                    bench->h_im, &diagnostic));
        if (l == L)
            break;
        const struct nng_layer *above = &model->layers[l];
        struct nng_matrix W = nng_matrix(prober->theta + above->weights, above->units, above->inputs);
        nng_forward_sum(model, l + 1, prober->theta, bench->h_re, rows, bench->re);
        nng_product_nt(nng_matrix(bench->h_im, rows, above->inputs), W, 0.0, bench->im); /* b is real */
    }
    if (model->fused)
        NNG_CALL(&model->loss, 0,
                 loss->complex_fused(model->loss.values, rows, model->outputs, bench->re, bench->im, bench->y,
                                     bench->values, bench->values_im, &diagnostic));
    else
        NNG_CALL(&model->loss, 0,
                 loss->complex_value(model->loss.values, rows, model->outputs, bench->h_re, bench->h_im, bench->y,
                                     bench->values, bench->values_im, &diagnostic));
    for (size_t p = 0; p < count; p++) {
        double sum = 0.0;
        for (size_t n = 0; n < N; n++)
            sum += bench->values_im[p * N + n] / STEP;
        slopes[p] = sum * nng_reduction_factor(model, N);
    }
fail:
    return status;
}
