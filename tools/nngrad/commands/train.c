/* train.c - `nngrad train`: the learning algorithm, till satisfied. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "command.h"
#include "diagnostic.h"
#include "output.h"
#include "plot/run_plots.h"
#include "schooling.h"
#include "session.h"

/* As many parameters of an update as --ledger shows. */
enum { LEDGER_ENTRIES = 200 };

/* Makes room for one more element; false: out of memory. */
static bool make_room(void **array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return true;
    size_t more = *room * 2 + 16;
    void *grown = nng_reallocate(*array, more, size);
    if (grown == NULL)
        return false;
    *array = grown;
    *room = more;
    return true;
}

/* ---- what is kept of a row ---------------------------------------------------------------------------------- */

/* 0, 1, 2, 5, 10, 20, 50, ... */
static bool is_round(size_t epoch)
{
    while (epoch >= 10 && epoch % 10 == 0)
        epoch /= 10;
    return epoch <= 2 || epoch == 5;
}

/* The last row stays until another follows it. */
static enum nng_status keep_milestone(struct schooling *schooling, const struct nng_epoch *row, struct nng_error *error)
{
    size_t count = schooling->milestone_count;
    if (count > 0 && !is_round(schooling->milestones[count - 1].epoch) && count > 1)
        count--;
    if (!make_room((void **)&schooling->milestones, count, &schooling->milestone_room, sizeof *schooling->milestones))
        return nng_fail_memory(error);
    schooling->milestones[count] = (struct milestone){.epoch = row->epoch,
                                                      .loss = row->loss,
                                                      .accuracy = row->accuracy,
                                                      .validation_loss = row->validation_loss,
                                                      .validation_accuracy = row->validation_accuracy,
                                                      .gradient_norm = row->gradient_norm};
    schooling->milestone_count = count + 1;
    return NNG_OK;
}

static bool go_on(void *context, double fraction)
{
    (void)context;
    (void)fraction;
    return !progress_was_interrupted();
}

/* --check-every: the gradient over all the data, judged. */
static enum nng_status check(struct schooling *schooling, size_t epoch, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_training *training = schooling->training;
    struct nng_check_options how = {.method = schooling->model->method,
                                    .threads = (int)schooling->options->values[OPTION_THREADS].whole,
                                    .progress = go_on};
    struct nng_report *report = NULL;
    double *gradient = nng_allocate(schooling->model->parameter_count, sizeof *gradient);
    if (gradient == NULL ||
        !make_room((void **)&schooling->days, schooling->day_count, &schooling->day_room, sizeof *schooling->days))
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(nng_training_gradient(training, gradient, error));
    NNG_TRY(nng_check(schooling->model, training->theta, gradient, &how, &report, error));
    schooling->days[schooling->day_count++] = (struct inspection_day){.epoch = epoch,
                                                                      .pass = report->pass,
                                                                      .fail = report->fail,
                                                                      .kink = report->kink,
                                                                      .inconclusive = report->inconclusive,
                                                                      .verdict = report->verdict};
fail:
    nng_report_free(report);
    nng_release(gradient);
    return status;
}

static enum nng_status tell_progress(struct schooling *schooling, const struct nng_epoch *row)
{
    const struct nng_model *model = schooling->model;
    double done = (double)(row->epoch - schooling->begun), all = (double)(model->train.epochs - schooling->begun);
    char accuracy[32] = "";
    if (row->accuracy >= 0)
        snprintf(accuracy, sizeof accuracy, "  accuracy %.3f", row->accuracy);
    double rate = done * (double)model->data.samples / progress_seconds(&schooling->progress);
    const char *thousands = rate < 1e4 ? "" : rate < 1e7 ? "k" : "M";
    rate /= rate < 1e4 ? 1 : rate < 1e7 ? 1e3 : 1e6;
    bool go =
        progress_tell(&schooling->progress, all > 0 ? done / all : 1, "epoch %zu/%zu  loss %#.4g%s  %.0f%s samples/s",
                      row->epoch, model->train.epochs, row->loss, accuracy, rate, thousands);
    return go ? NNG_OK : NNG_INTERRUPTED;
}

static enum nng_status on_epoch(void *context, const struct nng_epoch *row, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct schooling *schooling = context;
    size_t every = (size_t)schooling->options->values[OPTION_CHECK_EVERY].whole;
    NNG_TRY(nng_run_add(schooling->run, row, error));
    NNG_TRY(keep_milestone(schooling, row, error));
    if (every > 0 && row->epoch % every == 0 && row->epoch < schooling->training->rows)
        NNG_TRY(check(schooling, row->epoch, error));
    NNG_TRY(tell_progress(schooling, row));
fail:
    return status;
}

static enum nng_status on_step(void *context, struct nng_error *error)
{
    struct schooling *schooling = context;
    if (progress_was_interrupted())
        return NNG_INTERRUPTED;
    return nng_run_save_now_and_then(schooling->run, error);
}

/* ---- the ledger --------------------------------------------------------------------------------------------- */

static bool is_frozen(const struct nng_model *model, size_t index)
{
    struct nng_place place = nng_place(model, index);
    return place.kind == NNG_BIAS && !model->layers[place.layer - 1].train_biases;
}

static bool keep_entry(struct schooling *schooling, const struct nng_update *update, size_t index,
                       struct ledger_entry *entry)
{
    size_t slots = schooling->training->slot_count;
    *entry = (struct ledger_entry){.index = index,
                                   .before = update->before[index],
                                   .gradient = update->gradient != NULL ? update->gradient[index] : 0,
                                   .after = update->theta[index],
                                   .slots = nng_arena_take(schooling->memory, slots, sizeof *entry->slots)};
    for (size_t k = 0; entry->slots != NULL && k < slots; k++)
        entry->slots[k] = schooling->training->slots[k][index];
    return entry->slots != NULL;
}

static enum nng_status on_update(void *context, const struct nng_update *update, struct nng_error *error)
{
    struct schooling *schooling = context;
    const struct nng_model *model = schooling->model;
    if (!make_room((void **)&schooling->ledger, schooling->ledger_count, &schooling->ledger_room,
                   sizeof *schooling->ledger))
        return nng_fail_memory(error);
    struct ledger_step *step = &schooling->ledger[schooling->ledger_count++];
    *step = (struct ledger_step){.t = update->t,
                                 .epoch = update->epoch,
                                 .loss = update->loss,
                                 .learning_rate = update->learning_rate,
                                 .samples = update->count,
                                 .entry = nng_arena_take(schooling->memory, LEDGER_ENTRIES, sizeof *step->entry)};
    bool failed = step->entry == NULL;
    if (update->samples != NULL) {
        step->sample = nng_arena_take(schooling->memory, update->count, sizeof *step->sample);
        failed = failed || step->sample == NULL;
        if (!failed)
            memcpy(step->sample, update->samples, update->count * sizeof *step->sample);
    }
    for (size_t i = 0; !failed && i < model->parameter_count && step->entries < LEDGER_ENTRIES; i++)
        if (!is_frozen(model, i))
            failed = !keep_entry(schooling, update, i, &step->entry[step->entries++]);
    return failed ? nng_fail_memory(error) : NNG_OK;
}

/* ---- the run ------------------------------------------------------------------------------------------------ */

static enum nng_status read_records(const struct options *options, bool records[NNG_RECORDS], struct nng_error *error)
{
    const struct option_value *lists = &options->values[OPTION_RECORD];
    for (size_t i = 0; i < lists->count; i++)
        for (const char *text = lists->texts[i]; *text != '\0';) {
            char name[32];
            size_t length = strcspn(text, ","), k = 0;
            nng_copy_text(name, sizeof name, text, length);
            while (k < NNG_RECORDS && strcmp(nng_record_names[k], name) != 0)
                k++;
            if (k == NNG_RECORDS) {
                const char *nearest = nng_nearest_of(name, nng_record_names, NNG_RECORDS);
                char hint[NNG_HINT_SIZE];
                return nng_fail(error, NNG_INPUT, "option '--record': unknown value '%s'%s", name,
                                nearest != NULL ? nng_hint(hint, nearest) : " (it is weights, gradients or state)");
            }
            records[k] = true;
            text += length + (text[length] == ',');
        }
    return NNG_OK;
}

/* The model of a run that is gone on with is the one that it left behind, unless another is named. */
static enum nng_status open_model(struct schooling *schooling, struct nng_error *error)
{
    const struct options *options = schooling->options;
    const char *file = options->argument_count > 0 ? options->arguments[0] : NULL;
    const char *resume = option_text(options, OPTION_RESUME);
    struct nng_text final = {0};
    enum nng_status status = session_host(options, &schooling->host, error);
    if (status == NNG_OK && resume != NULL && file == NULL) {
        nng_text_print(&final, "%s/final.cfg", resume);
        status = final.failed ? nng_fail_memory(error) : NNG_OK;
        file = final.data;
    }
    if (status == NNG_OK)
        status = session_model(options, schooling->host, file, &schooling->model, error);
    nng_text_free(&final);
    return status;
}

static enum nng_status open_run(struct schooling *schooling, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct options *options = schooling->options;
    bool records[NNG_RECORDS] = {false}, force = option_given(options, OPTION_FORCE);
    const char *directory = option_text(options, OPTION_RUN), *resume = option_text(options, OPTION_RESUME);
    if (directory != NULL && resume != NULL)
        NNG_TRY(nng_fail(error, NNG_INPUT, "'--run' begins a run and '--resume' goes on with one: not both"));
    if (force && directory == NULL)
        NNG_TRY(nng_fail(error, NNG_INPUT, "option '--force' overwrites the run of '--run', which is not given"));
    NNG_TRY(read_records(options, records, error));
    NNG_TRY(open_model(schooling, error));
    NNG_TRY(nng_training_new(schooling->model, &schooling->training, error));
    if (resume != NULL)
        NNG_TRY(nng_run_resume(schooling->training, resume, records, &schooling->run, error));
    else
        NNG_TRY(nng_run_new(schooling->training, directory, force, records, &schooling->run, error));
    if (force)
        NNG_TRY(run_plots_remove(directory, error));
    schooling->begun = schooling->training->epoch;
    if (records[NNG_RECORD_STATE] && schooling->training->slot_count == 0)
        diagnostic_note(options, "optimizer '%s' has no state to record", schooling->model->optimizer.plugin->name);
fail:
    return status;
}

/* The command that goes on with the run: its settings stand in its directory, but no paths of plugins. */
static const char *resume_command(const struct schooling *schooling, struct nng_text *command)
{
    const struct option_value *paths = &schooling->options->values[OPTION_PLUGIN_PATH];
    nng_text_add(command, "nngrad train --resume");
    session_add_word(command, nng_run_directory(schooling->run));
    for (size_t i = 0; i < paths->count; i++) {
        nng_text_add(command, " --plugin-path");
        session_add_word(command, paths->texts[i]);
    }
    return command->failed ? "nngrad train --resume" : command->data;
}

/* A plugin has refused: weights and state are those of the last row, and can be gone on with. */
static void save_what_stands(struct schooling *schooling, struct nng_error *error)
{
    struct nng_error ignored;
    struct nng_text command = {0};
    if (schooling->training->rows > 0 && nng_run_finish(schooling->run, &ignored) == NNG_OK)
        nng_fail(error, NNG_INPUT, "%s; '%s' goes on from the end of epoch %zu", error->text,
                 resume_command(schooling, &command), schooling->training->epoch);
    nng_text_free(&command);
}

static enum nng_status learn(struct schooling *schooling, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct options *options = schooling->options;
    struct nng_train_options how = {.threads = (int)options->values[OPTION_THREADS].whole,
                                    .context = schooling,
                                    .epoch = on_epoch,
                                    .step = on_step,
                                    .updates = options->values[OPTION_LEDGER].whole,
                                    .update = on_update};
    uint64_t opened_t = schooling->training->opened_t;
    schooling->progress = progress_begin(options, "training");
    status = nng_train(schooling->training, &how, &schooling->outcome, error);
    progress_end(&schooling->progress);
    if (schooling->training->opened_t != opened_t)
        diagnostic_note(options,
                        "the settings of optimizer '%s' have changed: it began anew, from the weights of epoch %zu",
                        schooling->model->optimizer.plugin->name, schooling->begun);
    if (status == NNG_INPUT)
        save_what_stands(schooling, error);
    NNG_TRY(status);
    NNG_TRY(nng_run_finish(schooling->run, error));
    NNG_TRY(run_plots_draw(options, schooling->training, nng_run_directory(schooling->run),
                           nng_run_history(schooling->run), &schooling->plots, error));
fail:
    return status;
}

static void write_results(const struct schooling *schooling, struct nng_text *out)
{
    struct style style = output_style(schooling->options);
    switch (option_format(schooling->options)) {
    case FORMAT_JSON:
        schooling_json(schooling, out);
        break;
    case FORMAT_CSV:
        nng_text_add(out, nng_run_history(schooling->run));
        break;
    case FORMAT_MARKDOWN:
        schooling_markdown(schooling, &style, out);
        break;
    default:
        schooling_text(schooling, &style, out);
    }
}

/* 1 when the loss became non-finite, or a gradient was judged wrong. */
static int exit_status_of(const struct schooling *schooling)
{
    bool failed = schooling->outcome.stop == NNG_STOP_DIVERGED,
         strict = option_given(schooling->options, OPTION_STRICT);
    for (size_t k = 0; k < schooling->day_count; k++)
        failed = failed || schooling->days[k].verdict == NNG_FAIL ||
                 (strict && schooling->days[k].verdict == NNG_INCONCLUSIVE);
    return failed ? 1 : 0;
}

static void tell_stop(const struct schooling *schooling)
{
    bool said =
        option_format(schooling->options) == FORMAT_TEXT || option_format(schooling->options) == FORMAT_MARKDOWN;
    if (schooling->outcome.stop == NNG_STOP_DIVERGED && !said)
        diagnostic_note(schooling->options, "diverged: %s", schooling->outcome.reason);
    struct nng_text command = {0};
    if (schooling->outcome.stop == NNG_STOP_INTERRUPTED)
        diagnostic_note(schooling->options, "interrupted; '%s' goes on from here", resume_command(schooling, &command));
    nng_text_free(&command);
}

static void schooling_free(struct schooling *schooling)
{
    nng_release(schooling->milestones);
    nng_release(schooling->days);
    nng_release(schooling->ledger);
    nng_text_free(&schooling->plots);
    nng_arena_free(schooling->memory);
    nng_run_free(schooling->run);
    nng_training_free(schooling->training);
    nng_model_free(schooling->model);
    nng_host_free(schooling->host);
}

enum nng_status train_run(const struct options *options, int *exit_status, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct schooling schooling = {.options = options, .memory = nng_arena_new()};
    struct nng_text out = {0};
    if (schooling.memory == NULL)
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(open_run(&schooling, error));
    NNG_TRY(learn(&schooling, error));
    tell_stop(&schooling);
    write_results(&schooling, &out);
    *exit_status = exit_status_of(&schooling);
    NNG_TRY(output_write(options, &out, error));
fail:
    nng_text_free(&out);
    schooling_free(&schooling);
    return status;
}
