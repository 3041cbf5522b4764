/* diverged.c - a loss that is not finite: in which layer it showed first, and why, most likely.
 *
 *     weights are NaN, h_l is not finite where a_l is,
 *     or the loss is not where yhat is, inside its range         the plugin that made it
 *     every a_l is finite, the loss is not                       saturated units: yhat at the end of its range
 *     from the start, dL/da of a lower layer is far larger
 *     than the output layer's                                    exploding gradient
 *     otherwise                                                  the learning rate
 */
#include "learn/learn.h"

#include <math.h>
#include <stdio.h>

/* A gradient that grows by this factor on its way down explodes. */
static const double EXPLODED = 100;

static bool all_finite(const double *v, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(v[i]))
            return false;
    return true;
}

/* The first layer, from 1, whose pre-activations are not finite; 0: they all are. */
static size_t first_bad_layer(const struct nng_trainer *trainer)
{
    const struct nng_pass *pass = trainer->pass;
    for (size_t l = 1; l <= trainer->model->layer_count; l++)
        if (!all_finite(pass->a[l], pass->samples * trainer->model->layers[l - 1].units))
            return l;
    return 0;
}

/* The layer whose weights the last updates changed most, and how much, in proportion. */
static size_t most_changed(const struct nng_trainer *trainer, double *change)
{
    size_t most = 1;
    *change = 0;
    for (size_t l = 1; l <= trainer->model->layer_count; l++) {
        const struct nng_layer *layer = &trainer->model->layers[l - 1];
        size_t count = layer->units * layer->inputs;
        const double *before = trainer->kept.theta + layer->weights;
        double ratio = nng_distance(trainer->training->theta + layer->weights, before, count) / nng_norm(before, count);
        ratio = isnan(ratio) ? INFINITY : ratio;
        if (ratio > *change) {
            *change = ratio;
            most = l;
        }
    }
    return most;
}

/* The layer with the largest dL/da where the training began, and by what it exceeds the output layer's. dL/db_l, the
 * sum of dL/da_l over the samples, stands for it: dL/dW_l would count h_{l-1} too, which grows the other way. */
static enum nng_status explosion(const struct nng_trainer *trainer, size_t *layer, double *factor,
                                 struct nng_error *error)
{
    const struct nng_model *model = trainer->model;
    size_t L = model->layer_count;
    double largest = 0, last = 0;
    struct nng_training start = *trainer->training;
    start.theta = model->theta;
    enum nng_status status = nng_training_gradient(&start, trainer->gradient, error);
    if (status != NNG_OK)
        return status;
    for (size_t l = 1; l <= L; l++) {
        last = nng_norm(trainer->gradient + model->layers[l - 1].biases, model->layers[l - 1].units);
        if (last > largest) {
            largest = last;
            *layer = l;
        }
    }
    *factor = largest / last;
    return NNG_OK;
}

/* An output of the sample whose loss is not finite: one at the end of its activation's range, if there is one. */
static void blame_saturation(const struct nng_trainer *trainer)
{
    struct nng_outcome *outcome = trainer->outcome;
    const struct nng_pass *pass = trainer->pass;
    const struct nng_layer *last = &trainer->model->layers[trainer->model->layer_count - 1];
    const struct nng_activation *f = last->activation.plugin->activation;
    size_t n = 0, j = 0;
    while (n + 1 < pass->samples && isfinite(pass->values[n]))
        n++;
    const double *yhat = pass->h[trainer->model->layer_count] + n * last->units;
    while (j + 1 < last->units && yhat[j] != f->h_min && yhat[j] != f->h_max)
        j++;
    snprintf(
        outcome->reason, sizeof outcome->reason,
        "epoch %zu, layer %zu: the loss is not finite though all sums are, most likely by saturated units: yhat_%zu "
        "of a sample is exactly %.17g; a smaller start or learning rate keeps it off the end",
        outcome->last.epoch, outcome->layer, j + 1, yhat[j]);
}

/* ---- plugins ------------------------------------------------------------------------------------------------- */

/* The one that "gives nan at a = 0.3". */
static bool blame(const struct nng_trainer *trainer, size_t layer, const struct nng_method *method, const char *what)
{
    struct nng_outcome *outcome = trainer->outcome;
    outcome->layer = layer;
    snprintf(outcome->reason, sizeof outcome->reason,
             "epoch %zu, layer %zu: %s '%s' %s; 'nngrad plugin check %s' tests it", outcome->last.epoch, layer,
             nng_kind_name((enum nng_plugin_kind)method->plugin->kind), method->plugin->name, what,
             method->plugin->name);
    return true;
}

static const char *word_for(double x)
{
    return isnan(x) ? "nan" : x > 0 ? "inf" : "-inf";
}

/* Every loss up to the last update was finite; what grows too large becomes infinite before it becomes NaN. */
static bool blame_optimizer(const struct nng_trainer *trainer)
{
    const struct nng_model *model = trainer->model;
    char what[NNG_NAME_SIZE + 64], name[NNG_NAME_SIZE];
    for (size_t i = 0; i < model->parameter_count; i++)
        if (isnan(trainer->training->theta[i]) && !isnan(trainer->kept.theta[i])) {
            nng_parameter_name(model, i, name);
            snprintf(what, sizeof what, "made %s nan", name);
            return blame(trainer, nng_place(model, i).layer, &model->optimizer, what);
        }
    return false;
}

static bool blame_activation(const struct nng_trainer *trainer)
{
    const struct nng_pass *pass = trainer->pass;
    char what[80];
    for (size_t l = 1; l <= trainer->model->layer_count; l++) {
        const struct nng_layer *layer = &trainer->model->layers[l - 1];
        size_t count = pass->samples * layer->units;
        if (!all_finite(pass->a[l], count))
            return false;
        for (size_t i = 0; i < count; i++)
            if (!isfinite(pass->h[l][i])) {
                snprintf(what, sizeof what, "gives %s at a = %.6g", word_for(pass->h[l][i]), pass->a[l][i]);
                return blame(trainer, l, &layer->activation, what);
            }
    }
    return false;
}

/* Only where yhat is finite, of ordinary size, and not at the end of its activation's range. */
static bool blame_loss(const struct nng_trainer *trainer)
{
    const struct nng_model *model = trainer->model;
    const struct nng_pass *pass = trainer->pass;
    size_t L = model->layer_count, units = model->outputs;
    const struct nng_activation *f = model->layers[L - 1].activation.plugin->activation;
    char what[80];
    for (size_t n = 0; n < pass->samples; n++) {
        const double *yhat = pass->h[L] + n * units;
        bool ordinary = !isfinite(pass->values[n]);
        for (size_t j = 0; ordinary && j < units; j++)
            ordinary = fabs(yhat[j]) < 1e100 && yhat[j] > f->h_min && yhat[j] < f->h_max;
        if (!ordinary)
            continue;
        snprintf(what, sizeof what, "gives %s at yhat_1 = %.6g", word_for(pass->values[n]), yhat[0]);
        return blame(trainer, L, &model->loss, what);
    }
    return false;
}

/* ---- the reason ---------------------------------------------------------------------------------------------- */

enum nng_status nng_diverged_explain(const struct nng_trainer *trainer, struct nng_error *error)
{
    struct nng_outcome *outcome = trainer->outcome;
    double change = 0, factor = 0;
    size_t layer = 0, changed = most_changed(trainer, &change), bad = first_bad_layer(trainer);
    if (blame_optimizer(trainer) || blame_activation(trainer) || blame_loss(trainer))
        return NNG_OK;
    outcome->layer = bad > 0 ? bad : trainer->model->layer_count;
    if (bad == 0) {
        blame_saturation(trainer);
        return NNG_OK;
    }
    enum nng_status status = explosion(trainer, &layer, &factor, error);
    if (status != NNG_OK)
        return status;
    if (factor > EXPLODED)
        snprintf(outcome->reason, sizeof outcome->reason,
                 "epoch %zu, layer %zu: its sums are not finite, most likely by an exploding gradient: at the start "
                 "dL/da_%zu was %.2g times the output layer's; train.clip bounds it, a smaller start avoids it",
                 outcome->last.epoch, outcome->layer, layer, factor);
    else if (isfinite(change))
        snprintf(outcome->reason, sizeof outcome->reason,
                 "epoch %zu, layer %zu: its sums are not finite, most likely by the learning rate: the last updates "
                 "changed W%zu by %.2g times its size; try a tenth of it",
                 outcome->last.epoch, outcome->layer, changed, change);
    else
        snprintf(outcome->reason, sizeof outcome->reason,
                 "epoch %zu, layer %zu: its sums are not finite, most likely by the learning rate: the last updates "
                 "drove W%zu beyond all bounds; try a tenth of it",
                 outcome->last.epoch, outcome->layer, changed);
    return NNG_OK;
}
