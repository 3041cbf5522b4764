/* train.c - the lecture's learning algorithm.
 *
 *     initialise w_111, w_112, ..., b_1, b_2, ...          nng_training_new
 *     iterate over the data:
 *         compute yhat and L(w, b)                         update.c
 *         w = w - eta dw, b = b - eta db                   update.c, by the optimizer
 *     till satisfied                                       here
 */
#include <math.h>
#include <string.h>

#include "base/random.h"
#include "calculus/product.h"
#include "learn/learn.h"

/* ---- going back --------------------------------------------------------------------------------------------- */

static void keep(struct nng_trainer *trainer)
{
    struct nng_kept *kept = &trainer->kept;
    const struct nng_training *training = trainer->training;
    size_t n = trainer->model->parameter_count;
    kept->at = *training;
    memcpy(kept->theta, training->theta, n * sizeof *kept->theta);
    for (size_t k = 0; k < training->slot_count; k++)
        memcpy(kept->slots + k * n, training->slots[k], n * sizeof *kept->slots);
    memcpy(kept->sums, training->sums, (1 + 2 * trainer->model->layer_count) * sizeof *kept->sums);
}

static void go_back(struct nng_trainer *trainer)
{
    const struct nng_kept *kept = &trainer->kept;
    struct nng_training *training = trainer->training;
    size_t n = trainer->model->parameter_count;
    *training = kept->at;
    memcpy(training->theta, kept->theta, n * sizeof *kept->theta);
    for (size_t k = 0; k < training->slot_count; k++)
        memcpy(training->slots[k], kept->slots + k * n, n * sizeof *kept->slots);
    memcpy(training->sums, kept->sums, (1 + 2 * trainer->model->layer_count) * sizeof *kept->sums);
}

/* ---- a row of the history ----------------------------------------------------------------------------------- */

/* Loss, accuracy and gradient over all the samples by the one pass that holds them. */
static enum nng_status evaluate_at_once(struct nng_trainer *trainer, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = trainer->model;
    const struct nng_data *data = &model->data;
    NNG_TRY(nng_loss(model, trainer->training->theta, data->x, data->y, data->samples, trainer->pass,
                     &trainer->row.loss, trainer->gradient, error));
    nng_freeze(model, trainer->gradient);
    size_t right =
        nng_count_right(trainer->accuracy, trainer->pass->h[model->layer_count], data->y, data->samples, data->outputs);
    trainer->row.accuracy = trainer->accuracy == NNG_ACCURACY_NONE ? NAN : (double)right / (double)data->samples;
    trainer->gradient_known = trainer->looked_from == NULL && !trainer->whole_problem;
    trainer->row.gradient_norm = nng_layer_norms(model, trainer->gradient, trainer->norms);
fail:
    return status;
}

/* Means over the updates that led here. */
static void mean_norms(struct nng_trainer *trainer)
{
    const struct nng_training *training = trainer->training;
    double count = (double)training->measured;
    trainer->row.gradient_norm = training->sums[0] / count;
    for (size_t l = 0; l < trainer->model->layer_count; l++)
        trainer->norms[l] = training->sums[1 + l] / count;
}

static enum nng_status evaluate_row(struct nng_trainer *trainer, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = trainer->model;
    const struct nng_training *training = trainer->training;
    struct nng_epoch *row = &trainer->row;
    size_t L = model->layer_count;
    *row = (struct nng_epoch){.epoch = training->epoch,
                              .validation_loss = NAN,
                              .validation_accuracy = NAN,
                              .gradient_norms = trainer->norms,
                              .update_ratios = trainer->ratios};
    for (size_t l = 0; l < L; l++)
        trainer->ratios[l] = training->measured > 0 ? training->sums[1 + L + l] / (double)training->measured : NAN;
    if (trainer->all_at_once)
        NNG_TRY(evaluate_at_once(trainer, error));
    else
        NNG_TRY(nng_evaluate_data(model, training->theta, &model->data, trainer->accuracy, trainer->pass, &row->loss,
                                  &row->accuracy, error));
    if (!isfinite(row->loss))
        return NNG_OK;
    if (!trainer->all_at_once && training->measured > 0)
        mean_norms(trainer);
    else if (!trainer->all_at_once)
        NNG_TRY(nng_update_first_norms(trainer, error));
    if (model->validation.samples > 0)
        NNG_TRY(nng_evaluate_data(model, training->theta, &model->validation, trainer->accuracy, trainer->pass,
                                  &row->validation_loss, &row->validation_accuracy, error));
fail:
    return status;
}

/* A row is told once, also when a training that was resumed comes by it again. */
static enum nng_status tell_row(struct nng_trainer *trainer, struct nng_error *error)
{
    struct nng_training *training = trainer->training;
    trainer->outcome->last = trainer->row;
    if (training->rows > trainer->row.epoch)
        return NNG_OK;
    training->rows = trainer->row.epoch + 1;
    if (trainer->row.epoch == 0)
        training->initial_loss = trainer->row.loss;
    if (trainer->row.validation_loss < training->best_validation) {
        training->best_validation = trainer->row.validation_loss;
        training->best_epoch = trainer->row.epoch;
    }
    keep(trainer);
    return trainer->options->epoch != NULL ? trainer->options->epoch(trainer->options->context, &trainer->row, error)
                                           : NNG_OK;
}

/* The loss is not finite in that epoch: say so in a last row, and go back to where it was. */
static enum nng_status diverge(struct nng_trainer *trainer, size_t epoch, double loss, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_epoch *row = &trainer->row;
    for (size_t l = 0; l < trainer->model->layer_count; l++)
        trainer->norms[l] = trainer->ratios[l] = NAN;
    *row = (struct nng_epoch){.epoch = epoch,
                              .loss = loss,
                              .accuracy = NAN,
                              .validation_loss = NAN,
                              .validation_accuracy = NAN,
                              .gradient_norm = NAN,
                              .gradient_norms = trainer->norms,
                              .update_ratios = trainer->ratios};
    trainer->outcome->stop = NNG_STOP_DIVERGED;
    trainer->outcome->last = *row;
    NNG_TRY(nng_diverged_explain(trainer, error));
    go_back(trainer);
    if (epoch == 0)
        trainer->training->initial_loss = loss;
    if (trainer->options->epoch != NULL)
        NNG_TRY(trainer->options->epoch(trainer->options->context, row, error));
fail:
    return status;
}

/* ---- till satisfied ----------------------------------------------------------------------------------------- */

static bool is_satisfied(const struct nng_trainer *trainer, enum nng_stop *stop)
{
    const struct nng_train_settings *settings = &trainer->model->train;
    const struct nng_training *training = trainer->training;
    if (trainer->row.loss < settings->loss_below)
        *stop = NNG_STOP_LOSS_BELOW;
    else if (settings->patience > 0 && training->epoch - training->best_epoch >= settings->patience)
        *stop = NNG_STOP_PATIENCE;
    else if (training->epoch >= settings->epochs)
        *stop = NNG_STOP_EPOCHS;
    else
        return false;
    return true;
}

/* The order of the samples is a matter of the seed and the epoch alone. */
static enum nng_status begin_epoch(struct nng_trainer *trainer, struct nng_error *error)
{
    const struct nng_train_settings *settings = &trainer->model->train;
    const struct nng_training *training = trainer->training;
    size_t samples = trainer->model->data.samples;
    if (trainer->rate != SIZE_MAX)
        trainer->values[trainer->rate] =
            trainer->model->optimizer.values[trainer->rate] * nng_schedule_factor(settings, training->epoch);
    if (trainer->x == NULL)
        return NNG_OK;
    struct nng_arena *arena = nng_arena_new();
    gsl_rng *random = arena != NULL ? nng_random_new(arena, settings->seed, NNG_STREAM_SHUFFLE, training->epoch) : NULL;
    if (random != NULL)
        nng_random_permutation(random, trainer->order, samples);
    nng_arena_free(arena);
    return random != NULL ? NNG_OK : nng_fail_memory(error);
}

/* A plugin's refusal, with when it was: in the pass after `epoch` of them, or when the row of that epoch was made. */
static enum nng_status say_when(const struct nng_trainer *trainer, enum nng_status status, bool updating,
                                struct nng_error *error)
{
    const struct nng_training *training = trainer->training;
    if (status != NNG_INPUT || error == NULL)
        return status;
    if (!updating)
        return nng_fail(error, status, "epoch %zu: %s", training->epoch, error->text);
    return nng_fail(error, status, "epoch %zu, update %llu: %s", training->epoch + 1,
                    (unsigned long long)training->t + 1, error->text);
}

/* One pass over the data, or the rest of one. */
static enum nng_status pass_over_data(struct nng_trainer *trainer, bool *diverged, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_training *training = trainer->training;
    if (training->step == 0) {
        training->measured = 0;
        memset(training->sums, 0, (1 + 2 * trainer->model->layer_count) * sizeof *training->sums);
    }
    do {
        NNG_TRY(say_when(trainer, nng_update_step(trainer, diverged, error), true, error));
        if (*diverged)
            return NNG_OK;
        training->step++;
        if (training->step == trainer->steps) {
            training->step = 0;
            training->epoch++;
        }
        if (trainer->options->step != NULL)
            NNG_TRY(trainer->options->step(trainer->options->context, error));
    } while (training->step != 0);
fail:
    return status;
}

static enum nng_status learn(struct nng_trainer *trainer, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    bool diverged = false;
    if (trainer->training->step != 0) { /* resumed within an epoch */
        NNG_TRY(begin_epoch(trainer, error));
        NNG_TRY(pass_over_data(trainer, &diverged, error));
    }
    while (!diverged) {
        NNG_TRY(begin_epoch(trainer, error));
        NNG_TRY(say_when(trainer, evaluate_row(trainer, error), false, error));
        if (!isfinite(trainer->row.loss))
            return diverge(trainer, trainer->row.epoch, trainer->row.loss, error);
        NNG_TRY(tell_row(trainer, error));
        if (is_satisfied(trainer, &trainer->outcome->stop))
            return NNG_OK;
        NNG_TRY(pass_over_data(trainer, &diverged, error));
    }
    NNG_TRY(diverge(trainer, trainer->training->epoch + 1, trainer->pass->loss, error));
fail:
    return status;
}

/* ---- a call ------------------------------------------------------------------------------------------------- */

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Samples that the pass holds: an update's; beside minibatches and validation data as many as are fast. */
static size_t pass_capacity(const struct nng_trainer *trainer)
{
    size_t most = larger(trainer->model->data.samples, trainer->model->validation.samples);
    return larger(trainer->batch, smaller(most, NNG_CHUNK));
}

static double *reals(const struct nng_trainer *trainer, size_t count, size_t width, bool *failed)
{
    double *array = nng_arena_take(trainer->arena, count, width * sizeof *array);
    *failed = *failed || array == NULL;
    return array;
}

static enum nng_status make_room(struct nng_trainer *trainer, struct nng_error *error)
{
    const struct nng_model *model = trainer->model;
    const struct nng_plugin *plugin = model->optimizer.plugin;
    size_t n = model->parameter_count, L = model->layer_count, N = model->data.samples;
    bool failed = false;
    trainer->gradient = reals(trainer, n, 1, &failed);
    trainer->before = reals(trainer, n, 1, &failed);
    if (plugin->optimizer->look != NULL)
        trainer->looked_from = reals(trainer, n, 1, &failed);
    trainer->values = reals(trainer, plugin->parameter_count, 1, &failed);
    trainer->norms = reals(trainer, L, 1, &failed);
    trainer->ratios = reals(trainer, L, 1, &failed);
    trainer->kept.theta = reals(trainer, n, 1, &failed);
    trainer->kept.slots = reals(trainer, trainer->training->slot_count, n, &failed);
    trainer->kept.sums = reals(trainer, 1 + 2 * L, 1, &failed);
    if (!trainer->all_at_once) {
        trainer->order = nng_arena_take(trainer->arena, N, sizeof *trainer->order);
        failed = failed || trainer->order == NULL;
    }
    if (!trainer->all_at_once && model->train.shuffle) {
        trainer->x = reals(trainer, trainer->batch, model->inputs, &failed);
        trainer->y = reals(trainer, trainer->batch, model->outputs, &failed);
    }
    if (failed)
        return nng_fail_memory(error);
    if (plugin->parameter_count > 0)
        memcpy(trainer->values, model->optimizer.values, plugin->parameter_count * sizeof *trainer->values);
    for (size_t i = 0; trainer->order != NULL && i < N; i++)
        trainer->order[i] = i;
    return NNG_OK;
}

static enum nng_status open_trainer(struct nng_trainer *trainer, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = trainer->model;
    size_t N = model->data.samples;
    trainer->arena = nng_arena_new();
    if (trainer->arena == NULL)
        return nng_fail_memory(error);
    trainer->batch = model->train.batch == 0 ? N : smaller(model->train.batch, N);
    trainer->steps = (N + trainer->batch - 1) / trainer->batch;
    trainer->all_at_once = trainer->steps == 1;
    trainer->whole_problem = (model->optimizer.plugin->optimizer->flags & NNG_OPTIMIZER_WHOLE_PROBLEM) != 0;
    trainer->rate = nng_parameter_index(model->optimizer.plugin, "learning_rate");
    trainer->accuracy = nng_accuracy_of(&model->data);
    NNG_TRY(make_room(trainer, error));
    NNG_TRY(nng_pass_new(model, pass_capacity(trainer), &trainer->pass, error));
    if (trainer->whole_problem)
        NNG_TRY(nng_whole_open(trainer, error));
    keep(trainer);
fail:
    return status;
}

enum nng_status nng_train(struct nng_training *training, const struct nng_train_options *options,
                          struct nng_outcome *outcome, struct nng_error *error)
{
    struct nng_trainer trainer = {
        .training = training, .model = training->model, .options = options, .outcome = outcome};
    *outcome = (struct nng_outcome){.last = {.loss = NAN}};
    int threads = nng_product_threads(options->threads);
    enum nng_status status = open_trainer(&trainer, error);
    if (status == NNG_OK)
        status = learn(&trainer, error);
    if (status == NNG_INTERRUPTED) {
        outcome->stop = NNG_STOP_INTERRUPTED;
        status = NNG_OK;
    } else if (status != NNG_OK && trainer.kept.at.model != NULL) {
        go_back(&trainer);
    }
    outcome->last.gradient_norms = outcome->last.update_ratios = NULL;
    nng_whole_close(&trainer);
    nng_pass_free(trainer.pass);
    nng_arena_free(trainer.arena);
    nng_product_threads(threads);
    return status;
}
