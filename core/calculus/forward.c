/* forward.c - yhat and the loss:  a_l = W_l h_{l-1} + b_l,  h_l = f_l(a_l),  yhat = h_L,  L(w, b) = mean or sum over
 * the samples of L_n(yhat_n, y_n), plus the penalty. */
#include "calculus/forward.h"

#include <string.h>

#include "calculus/call.h"
#include "calculus/product.h"

/* Every row of a (rows x units) becomes b: of one row two are made, of two four. */
static void spread(const double *b, size_t rows, size_t units, double *a)
{
    if (rows == 0)
        return;
    memcpy(a, b, units * sizeof *b);
    for (size_t done = 1, count; done < rows; done += count) {
        count = done < rows - done ? done : rows - done;
        memcpy(a + done * units, a, count * units * sizeof *a);
    }
}

void nng_forward_sum(const struct nng_model *model, size_t l, const double *theta, const double *h_below, size_t rows,
                     double *a)
{
    const struct nng_layer *layer = &model->layers[l - 1];
    spread(theta + layer->biases, rows, layer->units, a);
    nng_product_nt(nng_matrix(h_below, rows, layer->inputs),
                   nng_matrix(theta + layer->weights, layer->units, layer->inputs), 1.0, a);
}

enum nng_status nng_sample_losses(const struct nng_model *model, const double *a, const double *yhat, const double *y,
                                  size_t rows, double *values, double *slope, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_loss *loss = model->loss.plugin->loss;
    if (model->fused)
        NNG_CALL(&model->loss, 0,
                 loss->fused(model->loss.values, rows, model->outputs, a, y, values, slope, &diagnostic));
    else
        NNG_CALL(&model->loss, 0,
                 loss->value(model->loss.values, rows, model->outputs, yhat, y, values, slope, &diagnostic));
fail:
    return status;
}

double nng_reduction_factor(const struct nng_model *model, size_t samples)
{
    return model->reduction == NNG_MEAN && samples != 0 ? 1.0 / (double)samples : 1.0;
}

enum nng_status nng_forward(const struct nng_model *model, const double *theta, const double *x, const double *y,
                            size_t samples, struct nng_pass *pass, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t L = model->layer_count;
    if (samples > pass->capacity)
        return nng_fail(error, NNG_INPUT, "%zu samples in a pass made for %zu", samples, pass->capacity);
    pass->samples = samples;
    pass->x = x;
    for (size_t l = 1; l <= L; l++) {
        const struct nng_layer *layer = &model->layers[l - 1];
        const struct nng_activation *f = layer->activation.plugin->activation;
        nng_forward_sum(model, l, theta, nng_below(pass, l), samples, pass->a[l]);
        NNG_CALL(&layer->activation, l,
                 f->forward(layer->activation.values, samples, layer->units, pass->a[l], pass->h[l], &diagnostic));
    }

    double *slope = model->fused ? pass->da[L] : pass->dh[L];
    NNG_TRY(nng_sample_losses(model, pass->a[L], pass->h[L], y, samples, pass->values, slope, error));
    double sum = 0.0;
    for (size_t n = 0; n < samples; n++)
        sum += pass->values[n];
    pass->data_loss = sum * nng_reduction_factor(model, samples);
    pass->penalty = nng_penalty(model, theta, NULL);
    pass->loss = pass->data_loss + pass->penalty;
fail:
    return status;
}
