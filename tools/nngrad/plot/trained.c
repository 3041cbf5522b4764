/* trained.c - the model that a picture is of: a run's as it ended, or one that is trained for it, in memory. */
#include "plot/trained.h"

#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/memory.h"
#include "diagnostic.h"
#include "learn/history.h"
#include "session.h"

/* ---- names --------------------------------------------------------------------------------------------------- */

bool is_run(const char *argument)
{
    struct stat about;
    return stat(argument, &about) == 0 && S_ISDIR(about.st_mode);
}

/* Where the last part of a path begins, and its length without slashes behind it. */
static const char *last_part(const char *path, size_t *length)
{
    size_t end = strlen(path);
    while (end > 1 && path[end - 1] == '/')
        end--;
    const char *begin = path + end;
    while (begin > path && begin[-1] != '/')
        begin--;
    *length = (size_t)(path + end - begin);
    return begin;
}

const char *path_name(struct nng_arena *memory, const char *path)
{
    size_t length;
    const char *name = last_part(path, &length);
    return nng_arena_text_n(memory, name, length);
}

const char *run_name(const struct plot_request *request, const char *argument)
{
    size_t length, other_length;
    const char *name = last_part(argument, &length);
    for (size_t i = 0; i < request->argument_count; i++) {
        const char *other = last_part(request->arguments[i], &other_length);
        if (request->arguments[i] != argument && other_length == length && memcmp(other, name, length) == 0)
            return argument;
    }
    return path_name(request->options->memory, argument);
}

/* ---- the model ----------------------------------------------------------------------------------------------- */

enum nng_status trained_open(struct trained *trained, const struct plot_request *request, const char *argument,
                             struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_text final = {0};
    const char *file = argument;
    *trained = (struct trained){0};
    if (argument != NULL && is_run(argument)) {
        trained->run = argument;
        trained->name = run_name(request, argument);
        nng_text_print(&final, "%s/final.cfg", argument);
        if (trained->name == NULL || final.failed)
            NNG_TRY(nng_fail_memory(error));
        file = final.data;
    }
    NNG_TRY(session_model(request->options, request->host, file, &trained->model, error));
    trained->theta = trained->model->theta;
    if (trained->run == NULL)
        trained->name = trained->model->name;
fail:
    nng_text_free(&final);
    return status;
}

void trained_free(struct trained *trained)
{
    nng_text_free(&trained->history);
    nng_release(trained->path);
    nng_training_free(trained->training);
    nng_model_free(trained->model);
}

/* ---- its training -------------------------------------------------------------------------------------------- */

static enum nng_status add_to_path(struct trained *trained, struct nng_error *error)
{
    if (trained->path_rows == trained->path_room) {
        size_t room = 2 * trained->path_room + 256;
        double *path = nng_reallocate(trained->path, room, 2 * sizeof *path);
        if (path == NULL)
            return nng_fail_memory(error);
        trained->path = path;
        trained->path_room = room;
    }
    double *row = trained->path + 2 * trained->path_rows++;
    row[0] = trained->training->theta[trained->watched[0]];
    row[1] = trained->training->theta[trained->watched[1]];
    return NNG_OK;
}

static enum nng_status on_epoch(void *context, const struct nng_epoch *row, struct nng_error *error)
{
    struct trained *trained = context;
    size_t epochs = trained->model->train.epochs;
    bool lost = row->epoch + 1 > trained->training->rows; /* diverged: there are no weights to this row */
    nng_history_add(&trained->history, trained->model->layer_count, row);
    if (trained->watched != NULL && !lost && add_to_path(trained, error) != NNG_OK)
        return NNG_MEMORY;
    double fraction = epochs > 0 ? (double)row->epoch / (double)epochs : 1;
    bool go = progress_tell(&trained->progress, fraction, "epoch %zu/%zu  loss %#.4g", row->epoch, epochs, row->loss);
    return go ? NNG_OK : NNG_INTERRUPTED;
}

static enum nng_status on_step(void *context, struct nng_error *error)
{
    (void)context;
    (void)error;
    return progress_was_interrupted() ? NNG_INTERRUPTED : NNG_OK;
}

enum nng_status trained_learn(struct trained *trained, const struct options *options, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_outcome outcome;
    struct nng_train_options how = {
        .threads = (int)options->values[OPTION_THREADS].whole, .context = trained, .epoch = on_epoch, .step = on_step};
    if (trained->run != NULL)
        return NNG_OK;
    NNG_TRY(nng_training_new(trained->model, &trained->training, error));
    nng_history_begin(&trained->history, trained->model->layer_count);
    trained->progress = progress_begin(options, "training");
    status = nng_train(trained->training, &how, &outcome, error);
    progress_end(&trained->progress);
    NNG_TRY(status);
    trained->theta = trained->training->theta;
    if (outcome.stop == NNG_STOP_INTERRUPTED)
        NNG_TRY(nng_fail(error, NNG_INTERRUPTED, "interrupted"));
    if (outcome.stop == NNG_STOP_DIVERGED)
        diagnostic_note(options, "the training of '%s' diverged: %s", trained->name, outcome.reason);
    if (trained->history.failed)
        status = nng_fail_memory(error);
fail:
    return status;
}
