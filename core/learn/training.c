/* training.c - a training before its first step: may this model be trained so, and room for all of its state. */
#include "learn/learn.h"

#include <math.h>
#include <string.h>

const char *nng_stop_name(enum nng_stop stop)
{
    static const char *const names[] = {[NNG_STOP_EPOCHS] = "epochs",
                                        [NNG_STOP_LOSS_BELOW] = "loss_below",
                                        [NNG_STOP_PATIENCE] = "patience",
                                        [NNG_STOP_DIVERGED] = "diverged",
                                        [NNG_STOP_INTERRUPTED] = "interrupted"};
    return names[stop];
}

size_t nng_parameter_index(const struct nng_plugin *plugin, const char *name)
{
    for (size_t p = 0; p < plugin->parameter_count; p++)
        if (strcmp(plugin->parameters[p].name, name) == 0)
            return p;
    return SIZE_MAX;
}

/* Every setting of `train` must mean something to the optimizer. */
static enum nng_status check_settings(const struct nng_model *model, struct nng_error *error)
{
    const struct nng_plugin *plugin = model->optimizer.plugin;
    const struct nng_train_settings *train = &model->train;
    if (plugin == NULL)
        return nng_fail_at(error, NNG_INPUT, model->file, 0, 0, NULL,
                           "the model names no optimizer: optimizer = { plugin = \"gd\"; learning_rate = 0.1; }");
    bool whole = (plugin->optimizer->flags & NNG_OPTIMIZER_WHOLE_PROBLEM) != 0;
    bool schedule = train->schedule != NNG_SCHEDULE_CONSTANT;
    if ((schedule || train->warmup > 0) && nng_parameter_index(plugin, "learning_rate") == SIZE_MAX)
        return nng_fail_at(error, NNG_INPUT, model->file, 0, 0, NULL,
                           "train.%s changes the learning rate, but optimizer '%s' has no parameter 'learning_rate'",
                           schedule ? "schedule" : "warmup", plugin->name);
    if (whole && train->batch != 0 && train->batch < model->data.samples)
        return nng_fail_at(error, NNG_INPUT, model->file, 0, 0, NULL,
                           "train.batch is %zu, but optimizer '%s' takes all the data at once: batch = 0", train->batch,
                           plugin->name);
    if (whole && train->clip > 0)
        return nng_fail_at(error, NNG_INPUT, model->file, 0, 0, NULL,
                           "train.clip shortens gradients, but optimizer '%s' searches along lines by the true ones",
                           plugin->name);
    return NNG_OK;
}

static enum nng_status make_slots(struct nng_training *training, struct nng_arena *arena, struct nng_error *error)
{
    const char *const *names = training->model->optimizer.plugin->optimizer->slots;
    while (names != NULL && names[training->slot_count] != NULL)
        training->slot_count++;
    training->slots = nng_arena_take(arena, training->slot_count, sizeof *training->slots);
    if (training->slots == NULL)
        return nng_fail_memory(error);
    for (size_t k = 0; k < training->slot_count; k++)
        if ((training->slots[k] = nng_arena_take(arena, training->model->parameter_count, sizeof(double))) == NULL)
            return nng_fail_memory(error);
    return NNG_OK;
}

enum nng_status nng_training_new(const struct nng_model *model, struct nng_training **made, struct nng_error *error)
{
    enum nng_status status = check_settings(model, error);
    if (status != NNG_OK)
        return status;
    struct nng_arena *arena = nng_arena_new();
    struct nng_training *training = arena != NULL ? nng_arena_take(arena, 1, sizeof *training) : NULL;
    if (training == NULL)
        NNG_TRY(nng_fail_memory(error));
    *training =
        (struct nng_training){.model = model, .initial_loss = NAN, .best_validation = INFINITY, .memory = arena};
    training->theta = nng_arena_take(arena, model->parameter_count, sizeof *training->theta);
    training->sums = nng_arena_take(arena, 1 + 2 * model->layer_count, sizeof *training->sums);
    if (training->theta == NULL || training->sums == NULL)
        NNG_TRY(nng_fail_memory(error));
    memcpy(training->theta, model->theta, model->parameter_count * sizeof *training->theta);
    if ((model->optimizer.plugin->optimizer->flags & NNG_OPTIMIZER_WHOLE_PROBLEM) != 0) {
        training->opened = nng_arena_take(arena, model->parameter_count, sizeof *training->opened);
        if (training->opened == NULL)
            NNG_TRY(nng_fail_memory(error));
        memcpy(training->opened, model->theta, model->parameter_count * sizeof *training->opened);
    }
    NNG_TRY(make_slots(training, arena, error));
    *made = training;
    return NNG_OK;
fail:
    nng_arena_free(arena);
    return status;
}

void nng_training_free(struct nng_training *training)
{
    if (training != NULL)
        nng_arena_free(training->memory); /* the training itself is in it */
}
