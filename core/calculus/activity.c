/* activity.c - what the units of each layer do, over all samples: how large their outputs are and how far apart, how
 * many are dead or saturated, and how large the derivative is that reaches them.
 *
 *     a unit is dead when f'(a) = 0 in every sample: nothing that it does reaches the loss, and it learns nothing;
 *     an output is saturated when it lies within a twentieth of its range of one of its ends (sigmoid: below 0.05 or
 *     above 0.95; tanh: beyond 0.9), where f is nearly flat. Only a range with two ends counts.
 */
#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "calculus/call.h"

static const double NEAR_AN_END = 0.05;

/* Mean and standard deviation of h, and the root mean square of dL/da: of all samples and units. */
static void find_sizes(const struct nng_pass *pass, size_t l, size_t count, struct nng_activity *activity)
{
    double sum = 0.0, squares = 0.0, slopes = 0.0;
    for (size_t k = 0; k < count; k++)
        sum += pass->h[l][k];
    activity->h_mean = sum / (double)count;
    for (size_t k = 0; k < count; k++) {
        squares += (pass->h[l][k] - activity->h_mean) * (pass->h[l][k] - activity->h_mean);
        slopes = hypot(slopes, pass->da[l][k]);
    }
    activity->h_deviation = sqrt(squares / (double)count);
    activity->da_size = slopes / sqrt((double)count);
}

static void count_saturated(const struct nng_activation *f, const double *h, size_t count,
                            struct nng_activity *activity)
{
    double margin = NEAR_AN_END * (f->h_max - f->h_min);
    if (!isfinite(margin) || (f->flags & NNG_ACTIVATION_ELEMENTWISE) == 0)
        return;
    for (size_t k = 0; k < count; k++)
        activity->saturated += h[k] < f->h_min + margin || h[k] > f->h_max - margin;
}

/* f'(a) by backward with dL/dh = 1. slope: N x units. */
static enum nng_status count_dead(const struct nng_layer *layer, size_t l, const struct nng_pass *pass,
                                  const double *ones, double *slope, struct nng_activity *activity,
                                  struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_activation *f = layer->activation.plugin->activation;
    if ((f->flags & NNG_ACTIVATION_ELEMENTWISE) == 0) /* softmax: its units answer for each other */
        return NNG_OK;
    NNG_CALL(&layer->activation, l,
             f->backward(layer->activation.values, pass->samples, layer->units, pass->a[l], pass->h[l], ones, slope,
                         &diagnostic));
    for (size_t i = 0; i < layer->units; i++) {
        bool dead = true;
        for (size_t n = 0; dead && n < pass->samples; n++)
            dead = slope[n * layer->units + i] == 0.0;
        activity->dead += dead;
    }
fail:
    return status;
}

enum nng_status nng_activities(const struct nng_model *model, const struct nng_pass *pass,
                               struct nng_activity *activities, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t widest = 0;
    for (size_t l = 0; l < model->layer_count; l++)
        widest = model->layers[l].units > widest ? model->layers[l].units : widest;
    double *ones = nng_allocate(pass->samples * widest, sizeof *ones);
    double *slope = nng_allocate(pass->samples * widest, sizeof *slope);
    if (ones == NULL || slope == NULL) {
        status = nng_fail_memory(error);
        goto fail;
    }
    for (size_t k = 0; k < pass->samples * widest; k++)
        ones[k] = 1.0;
    for (size_t l = 1; l <= model->layer_count; l++) {
        const struct nng_layer *layer = &model->layers[l - 1];
        struct nng_activity *activity = &activities[l - 1];
        size_t count = pass->samples * layer->units;
        *activity = (struct nng_activity){.units = layer->units, .samples = pass->samples};
        find_sizes(pass, l, count, activity);
        count_saturated(layer->activation.plugin->activation, pass->h[l], count, activity);
        NNG_TRY(count_dead(layer, l, pass, ones, slope, activity, error));
    }
fail:
    nng_release(ones);
    nng_release(slope);
    return status;
}
