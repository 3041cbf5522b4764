/* backward.c - the derivative by every weight and every bias, from the output layer back to the first:
 *
 *     dL/da_l     = f_l'(a_l) applied to dL/dh_l
 *     dL/dW_l     = (dL/da_l)' h_{l-1}          summed over the samples
 *     dL/db_l     = the column sums of dL/da_l
 *     dL/dh_{l-1} = dL/da_l W_l
 */
#include "calculus/call.h"
#include "calculus/forward.h"
#include "calculus/product.h"

#include <string.h>

static void scale(double *v, size_t count, double factor)
{
    if (factor != 1.0)
        for (size_t i = 0; i < count; i++)
            v[i] *= factor;
}

/* Rows are added up by so many at once while they are short: then a processor has several sums to work at. */
enum { TOGETHER = 8, SHORT = 16 };

/* db_i = sum_n da_ni; da: rows x units. */
static void column_sums(const double *da, size_t rows, size_t units, double *db)
{
    double sums[TOGETHER * SHORT] = {0};
    size_t n = 0;
    for (; units <= SHORT && n + TOGETHER <= rows; n += TOGETHER)
        for (size_t k = 0; k < TOGETHER * units; k++)
            sums[k] += da[n * units + k];
    for (size_t i = 0; i < units; i++)
        db[i] = 0.0;
    for (size_t k = 0; units <= SHORT && k < TOGETHER; k++)
        for (size_t i = 0; i < units; i++)
            db[i] += sums[k * units + i];
    for (; n < rows; n++)
        for (size_t i = 0; i < units; i++)
            db[i] += da[n * units + i];
}

/* nng_forward left the slope of each sample's own loss: the reduction makes it that of the loss. */
static enum nng_status output_slope(const struct nng_model *model, const double *y, struct nng_pass *pass,
                                    struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t L = model->layer_count, N = pass->samples;
    const struct nng_loss *loss = model->loss.plugin->loss;
    double factor = nng_reduction_factor(model, N);
    if (model->fused && pass->want_dyhat)
        NNG_CALL(
            &model->loss, 0,
            loss->value(model->loss.values, N, model->outputs, pass->h[L], y, pass->values, pass->dh[L], &diagnostic));
    if (!model->fused || pass->want_dyhat)
        scale(pass->dh[L], N * model->outputs, factor);
    if (model->fused)
        scale(pass->da[L], N * model->outputs, factor);
fail:
    return status;
}

enum nng_status nng_backward(const struct nng_model *model, const double *theta, const double *y, struct nng_pass *pass,
                             double *gradient, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t L = model->layer_count, N = pass->samples;
    NNG_TRY(output_slope(model, y, pass, error));
    for (size_t l = L; l >= 1; l--) {
        const struct nng_layer *layer = &model->layers[l - 1];
        const struct nng_activation *f = layer->activation.plugin->activation;
        size_t units = layer->units, inputs = layer->inputs;
        if (l < L || !model->fused)
            NNG_CALL(&layer->activation, l,
                     f->backward(layer->activation.values, N, units, pass->a[l], pass->h[l], pass->dh[l], pass->da[l],
                                 &diagnostic));
        struct nng_matrix da = nng_matrix(pass->da[l], N, units);
        nng_product_tn(da, nng_matrix(nng_below(pass, l), N, inputs), 0.0, gradient + layer->weights);
        column_sums(pass->da[l], N, units, gradient + layer->biases);
        if (l > 1)
            nng_product_nn(da, nng_matrix(theta + layer->weights, units, inputs), 0.0, pass->dh[l - 1]);
    }
    nng_penalty(model, theta, gradient);
fail:
    return status;
}

enum nng_status nng_loss(const struct nng_model *model, const double *theta, const double *x, const double *y,
                         size_t samples, struct nng_pass *pass, double *loss, double *gradient, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    NNG_TRY(nng_forward(model, theta, x, y, samples, pass, error));
    *loss = pass->loss;
    if (gradient != NULL)
        NNG_TRY(nng_backward(model, theta, y, pass, gradient, error));
fail:
    return status;
}
