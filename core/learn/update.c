/* update.c - one update of every weight and bias:  compute yhat and L on the samples of a batch, dL/dtheta, and let the
 * optimizer step tensor by tensor. */
#include "learn/learn.h"

#include <math.h>
#include <string.h>

#include "calculus/call.h"
#include "plugin/validate.h"

/* The norms of at most so many updates of an epoch are measured. */
enum { MEASURED = 8 };

/* ---- the samples of an update ------------------------------------------------------------------------------- */

#if defined(__GNUC__)
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define PREFETCH(address) ((void)(address))
#endif

struct batch {
    const double *x, *y;
    const size_t *samples; /* NULL: all of them in their order */
    size_t count;
};

/* Rows from anywhere: a processor cannot guess which is next, so it is told the one after the next. */
static void gather(const double *from, const size_t *rows, size_t count, size_t width, double *to)
{
    enum { LINE = 8 };
    for (size_t n = 0; n < count; n++) {
        for (size_t i = 0; n + 2 < count && i < width; i += LINE)
            PREFETCH(from + rows[n + 2] * width + i);
        memcpy(to + n * width, from + rows[n] * width, width * sizeof *to);
    }
}

static struct batch batch_of(const struct nng_trainer *trainer, size_t step)
{
    const struct nng_data *data = &trainer->model->data;
    size_t from = step * trainer->batch, rest = data->samples - from;
    struct batch batch = {.x = data->x + from * data->inputs,
                          .y = data->y + from * data->outputs,
                          .samples = trainer->order != NULL ? trainer->order + from : NULL,
                          .count = rest < trainer->batch ? rest : trainer->batch};
    if (batch.samples != NULL && trainer->x != NULL) {
        gather(data->x, batch.samples, batch.count, data->inputs, trainer->x);
        gather(data->y, batch.samples, batch.count, data->outputs, trainer->y);
        batch.x = trainer->x;
        batch.y = trainer->y;
    }
    return batch;
}

/* ---- the optimizer, tensor by tensor ------------------------------------------------------------------------ */

enum action { LOOK, STEP };

static enum nng_status act(struct nng_trainer *trainer, enum action action, const struct nng_step *tensor,
                           size_t offset, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_training *training = trainer->training;
    const struct nng_optimizer *optimizer = trainer->model->optimizer.plugin->optimizer;
    double *slots[NNG_SLOTS_MOST], *w = training->theta + offset;
    for (size_t k = 0; k < training->slot_count; k++)
        slots[k] = training->slots[k] + offset;
    if (action == LOOK)
        NNG_CALL(&trainer->model->optimizer, tensor->layer,
                 optimizer->look(trainer->values, tensor, w, slots, &diagnostic));
    else
        NNG_CALL(&trainer->model->optimizer, tensor->layer,
                 optimizer->step(trainer->values, tensor, trainer->gradient + offset, w, slots, &diagnostic));
fail:
    return status;
}

/* Every tensor that is trained: w_111 ... w_L,ij, then b_1 ... b_L. */
static enum nng_status act_on_all(struct nng_trainer *trainer, enum action action, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = trainer->model;
    struct nng_step tensor = {.size = sizeof tensor, .t = trainer->training->t + 1};
    for (size_t l = 1; l <= model->layer_count; l++) {
        const struct nng_layer *layer = &model->layers[l - 1];
        tensor.kind = NNG_WEIGHT;
        tensor.layer = (uint32_t)l;
        tensor.rows = layer->units;
        tensor.cols = layer->inputs;
        tensor.count = tensor.rows * tensor.cols;
        NNG_TRY(act(trainer, action, &tensor, layer->weights, error));
    }
    for (size_t l = 1; l <= model->layer_count; l++) {
        const struct nng_layer *layer = &model->layers[l - 1];
        tensor.kind = NNG_BIAS;
        tensor.layer = (uint32_t)l;
        tensor.rows = tensor.count = layer->units;
        tensor.cols = 1;
        if (layer->train_biases)
            NNG_TRY(act(trainer, action, &tensor, layer->biases, error));
    }
fail:
    return status;
}

/* ---- the gradient ------------------------------------------------------------------------------------------- */

/* dL/dtheta over the batch, where the optimizer wants it: at theta, or where `look` would go. theta stays. */
static enum nng_status compute_gradient(struct nng_trainer *trainer, const struct batch *batch, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = trainer->model;
    double *theta = trainer->training->theta, loss;
    size_t bytes = model->parameter_count * sizeof *theta;
    bool looks = model->optimizer.plugin->optimizer->look != NULL;
    if (trainer->gradient_known)
        return NNG_OK;
    if (looks) {
        memcpy(trainer->looked_from, theta, bytes);
        NNG_TRY(act_on_all(trainer, LOOK, error));
    }
    status = nng_loss(model, theta, batch->x, batch->y, batch->count, trainer->pass, &loss, trainer->gradient, error);
    if (looks)
        memcpy(theta, trainer->looked_from, bytes);
    NNG_TRY(status);
    nng_freeze(model, trainer->gradient);
fail:
    return status;
}

/* g = g c / |g| where |g| > c (Pascanu, Mikolov and Bengio 2013) */
static void clip(struct nng_trainer *trainer)
{
    double most = trainer->model->train.clip;
    size_t count = trainer->model->parameter_count;
    double norm = most > 0 ? nng_norm(trainer->gradient, count) : 0;
    if (norm > most)
        for (size_t i = 0; i < count; i++)
            trainer->gradient[i] *= most / norm;
}

/* ---- what is told of an update ------------------------------------------------------------------------------ */

/* Evenly spread, the last one among them. */
static bool is_measured(const struct nng_trainer *trainer, size_t step)
{
    size_t steps = trainer->steps, most = steps < MEASURED ? steps : MEASURED;
    return step * most / steps != (step + 1) * most / steps;
}

static void measure_gradient(struct nng_trainer *trainer)
{
    double *sums = trainer->training->sums;
    sums[0] += nng_layer_norms(trainer->model, trainer->gradient, trainer->norms);
    for (size_t l = 1; l <= trainer->model->layer_count; l++)
        sums[l] += trainer->norms[l - 1];
}

static void measure_update(struct nng_trainer *trainer)
{
    struct nng_training *training = trainer->training;
    size_t L = trainer->model->layer_count;
    for (size_t l = 1; l <= L; l++) {
        const struct nng_layer *layer = &trainer->model->layers[l - 1];
        const double *before = trainer->before + layer->weights, *W = training->theta + layer->weights;
        size_t count = layer->units * layer->inputs;
        double change = nng_distance(W, before, count);
        training->sums[L + l] += change == 0 ? 0 : change / nng_norm(before, count);
    }
    training->measured++;
}

static enum nng_status tell(struct nng_trainer *trainer, const struct batch *batch, double loss,
                            struct nng_error *error)
{
    const struct nng_training *training = trainer->training;
    struct nng_update update = {.t = training->t,
                                .epoch = training->epoch + 1,
                                .samples = batch->samples,
                                .count = batch->count,
                                .loss = loss,
                                .learning_rate = trainer->rate != SIZE_MAX ? trainer->values[trainer->rate] : NAN,
                                .before = trainer->before,
                                .theta = training->theta,
                                .gradient = trainer->whole_problem ? NULL : trainer->gradient};
    return trainer->options->update(trainer->options->context, &update, error);
}

/* Row 0 of minibatches: what the first epoch's updates would be made of, before any of them. */
enum nng_status nng_update_first_norms(struct nng_trainer *trainer, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t L = trainer->model->layer_count, count = 0;
    double *sums = trainer->ratios; /* there are no ratios before the first update */
    memset(sums, 0, L * sizeof *sums);
    trainer->row.gradient_norm = 0;
    for (size_t step = 0; step < trainer->steps; step++) {
        if (!is_measured(trainer, step))
            continue;
        struct batch batch = batch_of(trainer, step);
        NNG_TRY(compute_gradient(trainer, &batch, error));
        trainer->row.gradient_norm += nng_layer_norms(trainer->model, trainer->gradient, trainer->norms);
        for (size_t l = 0; l < L; l++)
            sums[l] += trainer->norms[l];
        count++;
    }
    trainer->row.gradient_norm /= (double)count;
    for (size_t l = 0; l < L; l++) {
        trainer->norms[l] = sums[l] / (double)count;
        trainer->ratios[l] = NAN;
    }
fail:
    return status;
}

/* ---- one update --------------------------------------------------------------------------------------------- */

enum nng_status nng_update_step(struct nng_trainer *trainer, bool *diverged, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_training *training = trainer->training;
    struct batch batch = {.count = trainer->batch};
    bool told = trainer->options->update != NULL && training->t < trainer->options->updates;
    bool measured = is_measured(trainer, training->step);
    double loss = trainer->row.loss; /* with all the samples at once */
    if (measured || told)
        memcpy(trainer->before, training->theta, trainer->model->parameter_count * sizeof *training->theta);
    if (trainer->whole_problem) {
        NNG_TRY(nng_whole_iterate(trainer, error));
    } else {
        batch = batch_of(trainer, training->step);
        NNG_TRY(compute_gradient(trainer, &batch, error));
        loss = trainer->gradient_known ? loss : trainer->pass->loss;
        *diverged = !isfinite(loss);
        if (*diverged)
            return NNG_OK;
        if (measured)
            measure_gradient(trainer);
        clip(trainer);
        NNG_TRY(act_on_all(trainer, STEP, error));
    }
    trainer->gradient_known = false;
    training->t++;
    if (measured)
        measure_update(trainer);
    if (told)
        NNG_TRY(tell(trainer, &batch, loss, error));
fail:
    return status;
}
