/* run.c - the directory that a training leaves behind: made once, saved now and then, gone on from. */
#include "learn/run.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/save.h"
#include "learn/history.h"
#include "learn/journal.h"
#include "learn/settings.h"

const char *const nng_record_names[NNG_RECORDS] = {"weights", "gradients", "state"};

struct nng_run {
    struct nng_arena *arena;
    struct nng_training *training;
    const char *directory;
    struct nng_text history;
    bool recorded[NNG_RECORDS];
    struct nng_journal records[NNG_RECORDS];
    double *gradient;    /* parameter_count, if gradients are recorded */
    double saved, spent; /* seconds: when it was last saved, and how long that took */
};

const char *nng_run_directory(const struct nng_run *run)
{
    return run->directory;
}

const char *nng_run_history(const struct nng_run *run)
{
    return run->history.data;
}

bool nng_run_records(const struct nng_run *run, enum nng_record record)
{
    return run->recorded[record];
}

/* DIRECTORY/name.ending; NULL: out of memory */
static char *path_in(const struct nng_run *run, const char *name, const char *ending)
{
    size_t size = strlen(run->directory) + strlen(name) + strlen(ending) + 2;
    char *path = nng_allocate(size, 1);
    if (path != NULL)
        snprintf(path, size, "%s/%s%s", run->directory, name, ending);
    return path;
}

/* ---- saving ------------------------------------------------------------------------------------------------- */

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static enum nng_status save_text(const struct nng_run *run, const char *name, const char *ending,
                                 const struct nng_text *text, struct nng_error *error)
{
    char *path = path_in(run, name, ending);
    enum nng_status status =
        path == NULL || text->failed ? nng_fail_memory(error) : nng_file_write(path, text->data, text->length, error);
    nng_release(path);
    return status;
}

static enum nng_status save_tables(struct nng_run *run, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    NNG_TRY(save_text(run, "history", ".csv", &run->history, error));
    for (size_t k = 0; k < NNG_RECORDS; k++)
        if (run->recorded[k])
            NNG_TRY(nng_journal_save(&run->records[k], error));
fail:
    return status;
}

enum nng_status nng_run_save(struct nng_run *run, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    double begun = seconds_now();
    char *weights = path_in(run, "final", ".safetensors"), *state = path_in(run, "state", ".safetensors");
    if (weights == NULL || state == NULL)
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(save_tables(run, error));
    NNG_TRY(nng_values_write(run->training->model, weights, run->training->theta, "value", error));
    NNG_TRY(nng_training_save(run->training, state, error));
    run->saved = seconds_now();
    run->spent = run->saved - begun;
fail:
    nng_release(weights);
    nng_release(state);
    return status;
}

enum nng_status nng_run_finish(struct nng_run *run, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    NNG_TRY(nng_run_save(run, error));
    for (size_t k = 0; k < NNG_RECORDS; k++)
        if (run->recorded[k])
            NNG_TRY(nng_journal_finish(&run->records[k], error));
fail:
    return status;
}

enum nng_status nng_run_save_now_and_then(struct nng_run *run, struct nng_error *error)
{
    static const double least = 0.25, share = 20;
    double since = seconds_now() - run->saved;
    return since > least && since > share * run->spent ? nng_run_save(run, error) : NNG_OK;
}

static enum nng_status save_settings(const struct nng_run *run, struct nng_error *error)
{
    struct nng_text text = {0};
    enum nng_status status = nng_settings_for(run->training->model, run->directory, "final.safetensors", &text, error);
    if (status == NNG_OK)
        status = save_text(run, "final", ".cfg", &text, error);
    nng_text_free(&text);
    return status;
}

/* ---- rows --------------------------------------------------------------------------------------------------- */

static enum nng_status add_record(struct nng_run *run, enum nng_record k, size_t epoch, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_training *training = run->training;
    struct nng_journal *record = &run->records[k];
    if (!run->recorded[k])
        return NNG_OK;
    if (k == NNG_RECORD_GRADIENTS)
        NNG_TRY(nng_training_gradient(training, run->gradient, error));
    if (k == NNG_RECORD_STATE)
        nng_record_add(&record->rows, training->model, epoch, training->slots, training->slot_count);
    else
        nng_record_add(&record->rows, training->model, epoch,
                       k == NNG_RECORD_WEIGHTS ? &training->theta : &run->gradient, 1);
    NNG_TRY(nng_journal_grow(record, error));
fail:
    return status;
}

enum nng_status nng_run_add(struct nng_run *run, const struct nng_epoch *row, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    nng_history_add(&run->history, run->training->model->layer_count, row);
    if (row->epoch + 1 > run->training->rows) /* diverged: there are no weights to this row */
        return NNG_OK;
    for (size_t k = 0; k < NNG_RECORDS; k++)
        NNG_TRY(add_record(run, (enum nng_record)k, row->epoch, error));
fail:
    return status;
}

/* ---- the directory ------------------------------------------------------------------------------------------ */

/* 0 or errno */
static int make_parents(const char *directory)
{
    char path[4096];
    int length = snprintf(path, sizeof path, "%s", directory);
    if (length < 0 || (size_t)length >= sizeof path)
        return ENAMETOOLONG;
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return errno;
        *slash = '/';
    }
    return 0;
}

static enum nng_status fail_making(const char *directory, int number, struct nng_error *error)
{
    return nng_fail_at(error, NNG_ENVIRONMENT, directory, 0, 0, NULL, "cannot make the directory: %s",
                       strerror(number));
}

/* runs/NAME, or the first of runs/NAME-2, runs/NAME-3, ... that does not exist: made in the same moment. */
static enum nng_status make_next(struct nng_run *run, struct nng_error *error)
{
    const char *name = run->training->model->name;
    size_t size = strlen("runs/") + strlen(name) + 24;
    char *directory = nng_arena_take(run->arena, size, 1);
    if (directory == NULL)
        return nng_fail_memory(error);
    int number = mkdir("runs", 0777) != 0 && errno != EEXIST ? errno : 0;
    if (number != 0)
        return fail_making("runs", number, error);
    snprintf(directory, size, "runs/%s", name);
    for (size_t k = 2; mkdir(directory, 0777) != 0; k++) {
        if (errno != EEXIST)
            return fail_making(directory, errno, error);
        snprintf(directory, size, "runs/%s-%zu", name, k);
    }
    run->directory = directory;
    return NNG_OK;
}

/* 0: it stands there and is empty; 1: not empty; -1 and errno */
static int look_into(const char *directory)
{
    DIR *stream = opendir(directory);
    if (stream == NULL)
        return -1;
    int found = 0;
    for (struct dirent *entry; (entry = readdir(stream)) != NULL && found == 0;)
        found = strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(stream);
    return found;
}

/* What another run left there, the state first: what is half overwritten must not be gone on from. */
static enum nng_status remove_run(const struct nng_run *run, struct nng_error *error)
{
    static const char *const endings[] = {".csv", ".csv.part"};
    char *path = path_in(run, "state", ".safetensors");
    for (size_t i = 0;; i++) {
        if (path == NULL)
            return nng_fail_memory(error);
        int number = unlink(path) != 0 && errno != ENOENT ? errno : 0;
        enum nng_status status =
            number != 0 ? nng_fail_at(error, NNG_ENVIRONMENT, path, 0, 0, NULL, "cannot remove: %s", strerror(number))
                        : NNG_OK;
        nng_release(path);
        if (status != NNG_OK || i == 2 * NNG_RECORDS)
            return status;
        path = path_in(run, nng_record_names[i / 2], endings[i % 2]);
    }
}

static enum nng_status make_named(struct nng_run *run, const char *directory, bool force, struct nng_error *error)
{
    run->directory = nng_arena_text(run->arena, directory);
    if (run->directory == NULL)
        return nng_fail_memory(error);
    int number = make_parents(directory);
    if (number != 0)
        return fail_making(directory, number, error);
    if (mkdir(directory, 0777) == 0)
        return NNG_OK;
    if (errno != EEXIST)
        return fail_making(directory, errno, error);
    int found = look_into(directory);
    if (found < 0)
        return nng_fail_at(error, errno == ENOTDIR ? NNG_INPUT : NNG_ENVIRONMENT, directory, 0, 0, NULL,
                           "cannot open the directory: %s", strerror(errno));
    if (found > 0 && !force)
        return nng_fail_at(error, NNG_INPUT, directory, 0, 0, NULL,
                           "the directory is not empty: --force overwrites the run in it, --resume goes on from it");
    nng_temporaries_remove(directory);
    return remove_run(run, error);
}

/* ---- beginning and going on --------------------------------------------------------------------------------- */

static enum nng_status open_run(struct nng_training *training, struct nng_run **made, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_arena *arena = nng_arena_new();
    struct nng_run *run = arena != NULL ? nng_arena_take(arena, 1, sizeof *run) : NULL;
    if (run == NULL)
        NNG_TRY(nng_fail_memory(error));
    *run = (struct nng_run){.arena = arena, .training = training, .saved = seconds_now()};
    run->gradient = nng_arena_take(arena, training->model->parameter_count, sizeof *run->gradient);
    if (run->gradient == NULL)
        NNG_TRY(nng_fail_memory(error));
    nng_history_begin(&run->history, training->model->layer_count);
    *made = run;
    return NNG_OK;
fail:
    nng_arena_free(arena);
    return status;
}

/* The records that are asked for, and those that a run which is gone on with has already. */
static enum nng_status open_records(struct nng_run *run, const bool records[NNG_RECORDS], struct nng_error *error)
{
    const struct nng_model *model = run->training->model;
    for (size_t k = 0; k < NNG_RECORDS; k++) {
        char *path = path_in(run, nng_record_names[k], ".csv");
        enum nng_status status =
            path != NULL ? nng_journal_open(&run->records[k], run->arena, path, error) : nng_fail_memory(error);
        nng_release(path);
        if (status != NNG_OK)
            return status;
        bool possible = k != NNG_RECORD_STATE || run->training->slot_count > 0;
        run->recorded[k] = possible && (records[k] || nng_journal_exists(&run->records[k]));
        if (run->recorded[k])
            nng_record_begin(&run->records[k].rows, model,
                             k == NNG_RECORD_STATE ? model->optimizer.plugin->optimizer->slots : NULL);
    }
    return NNG_OK;
}

enum nng_status nng_run_new(struct nng_training *training, const char *directory, bool force,
                            const bool records[NNG_RECORDS], struct nng_run **made, struct nng_error *error)
{
    struct nng_run *run = NULL;
    enum nng_status status = open_run(training, &run, error);
    if (status != NNG_OK)
        return status;
    NNG_TRY(directory != NULL ? make_named(run, directory, force, error) : make_next(run, error));
    NNG_TRY(open_records(run, records, error));
    NNG_TRY(save_settings(run, error));
    NNG_TRY(nng_run_save(run, error));
    *made = run;
    return NNG_OK;
fail:
    nng_run_free(run);
    return status;
}

/* The rows that are the state's. A record that was not kept until now begins here. */
static enum nng_status read_tables(struct nng_run *run, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t rows = run->training->rows, found = 0;
    char *path = path_in(run, "history", ".csv");
    if (path == NULL)
        return nng_fail_memory(error);
    NNG_TRY(nng_history_read(path, rows, &run->history, &found, error));
    if (found != rows)
        NNG_TRY(nng_fail_at(error, NNG_INPUT, path, 0, 0, NULL, "it has %zu row%s, but the state is that of %zu", found,
                            found == 1 ? "" : "s", rows));
    for (size_t k = 0; k < NNG_RECORDS; k++)
        if (run->recorded[k])
            NNG_TRY(nng_journal_resume(&run->records[k], rows, error));
fail:
    nng_release(path);
    return status;
}

enum nng_status nng_run_resume(struct nng_training *training, const char *directory, const bool records[NNG_RECORDS],
                               struct nng_run **made, struct nng_error *error)
{
    struct nng_run *run = NULL;
    char *state = NULL;
    enum nng_status status = open_run(training, &run, error);
    if (status != NNG_OK)
        return status;
    run->directory = nng_arena_text(run->arena, directory);
    if (run->directory == NULL || (state = path_in(run, "state", ".safetensors")) == NULL)
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(nng_training_load(training, state, error));
    nng_temporaries_remove(directory);
    NNG_TRY(open_records(run, records, error));
    NNG_TRY(read_tables(run, error));
    NNG_TRY(save_settings(run, error));
    *made = run;
    nng_release(state);
    return NNG_OK;
fail:
    nng_release(state);
    nng_run_free(run);
    return status;
}

void nng_run_free(struct nng_run *run)
{
    if (run == NULL)
        return;
    nng_text_free(&run->history);
    for (size_t k = 0; k < NNG_RECORDS; k++)
        nng_journal_close(&run->records[k]);
    nng_arena_free(run->arena);
}
