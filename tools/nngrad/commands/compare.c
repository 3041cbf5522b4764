/* compare.c - `nngrad compare`: the model trained once for each combination of optimizers, losses and settings. */
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "command.h"
#include "comparison.h"
#include "diagnostic.h"
#include "learn/history.h"
#include "output.h"
#include "plot/figure.h"
#include "session.h"

enum { MOST_CURVES = 60 };

/* ---- one training -------------------------------------------------------------------------------------------- */

/* The k-th combination; the last axis turns fastest. */
static enum nng_status choose(const struct comparison *comparison, size_t k, struct contest *contest,
                              struct nng_error *error)
{
    size_t *choice = nng_arena_take(comparison->options->memory, comparison->axis_count, sizeof *choice);
    if (choice == NULL)
        return nng_fail_memory(error);
    for (size_t i = comparison->axis_count; i-- > 0; k /= comparison->axes[i].count)
        choice[i] = k % comparison->axes[i].count;
    contest->choice = choice;
    return NNG_OK;
}

static enum nng_status open_contest(const struct comparison *comparison, struct contest *contest,
                                    struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct options *options = comparison->options;
    struct nng_override *methods = nng_arena_take(options->memory, comparison->axis_count, sizeof *methods);
    struct nng_override *settings = nng_arena_take(options->memory, comparison->axis_count, sizeof *settings);
    struct session_changes changes = {.before = methods, .after = settings};
    if (methods == NULL || settings == NULL)
        return nng_fail_memory(error);
    for (size_t i = 0; i < comparison->axis_count; i++) {
        const struct axis *axis = &comparison->axes[i];
        struct nng_override override = {axis->path, axis->values[contest->choice[i]]};
        if (axis->is_setting)
            settings[changes.after_count++] = override;
        else
            methods[changes.before_count++] = override;
    }
    const char *file = options->argument_count > 0 ? options->arguments[0] : NULL;
    NNG_TRY(session_changed_model(options, comparison->host, file, &changes, &contest->model, error));
    NNG_TRY(nng_training_new(contest->model, &contest->training, error));
fail:
    return status;
}

static enum nng_status on_epoch(void *context, const struct nng_epoch *row, struct nng_error *error)
{
    struct comparison *comparison = context;
    struct contest *contest = &comparison->contests[comparison->contest_count - 1];
    if (contest->row_count == contest->row_room) {
        size_t room = contest->row_room * 2 + 256;
        double *losses = nng_reallocate(contest->losses, room, sizeof *losses);
        if (losses == NULL)
            return nng_fail_memory(error);
        contest->losses = losses;
        contest->row_room = room;
    }
    contest->losses[contest->row_count++] = row->loss;
    if (comparison->plotted)
        nng_history_add(&contest->history, contest->model->layer_count, row);
    size_t epochs = contest->model->train.epochs;
    double done = epochs > 0 ? (double)row->epoch / (double)epochs : 1;
    double fraction = ((double)(comparison->contest_count - 1) + done) / (double)comparison->total;
    bool go_on = progress_tell(&comparison->progress, fraction, "training %zu of %zu  epoch %zu  loss %#.4g",
                               comparison->contest_count, comparison->total, row->epoch, row->loss);
    return go_on ? NNG_OK : NNG_INTERRUPTED;
}

static enum nng_status on_step(void *context, struct nng_error *error)
{
    (void)context;
    (void)error;
    return progress_was_interrupted() ? NNG_INTERRUPTED : NNG_OK;
}

/* Dead units and saturated outputs of all layers, over all samples, with the weights as the training left them. */
static enum nng_status count_units(struct contest *contest, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = contest->model;
    struct nng_pass *pass = NULL;
    double *gradient = nng_allocate(model->parameter_count, sizeof *gradient), loss = 0.0;
    struct nng_activity *activities = nng_allocate(model->layer_count, sizeof *activities);
    size_t outputs = 0, saturated = 0;
    if (gradient == NULL || activities == NULL)
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(nng_pass_new(model, model->data.samples, &pass, error));
    NNG_TRY(nng_loss(model, contest->training->theta, model->data.x, model->data.y, model->data.samples, pass, &loss,
                     gradient, error));
    NNG_TRY(nng_activities(model, pass, activities, error));
    for (size_t l = 0; l < model->layer_count; l++) {
        contest->dead += activities[l].dead;
        contest->units += activities[l].units;
        outputs += activities[l].units * activities[l].samples;
        saturated += activities[l].saturated;
    }
    contest->saturated = (double)saturated / (double)outputs;
fail:
    nng_pass_free(pass);
    nng_release(activities);
    nng_release(gradient);
    return status;
}

static enum nng_status train_one(struct comparison *comparison, size_t k, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct contest *contest = &comparison->contests[k];
    struct nng_train_options how = {.threads = (int)comparison->options->values[OPTION_THREADS].whole,
                                    .context = comparison,
                                    .epoch = on_epoch,
                                    .step = on_step};
    comparison->contest_count = k + 1;
    NNG_TRY(choose(comparison, k, contest, error));
    NNG_TRY(open_contest(comparison, contest, error));
    if (comparison->plotted)
        nng_history_begin(&contest->history, contest->model->layer_count);
    double begun = progress_seconds(&comparison->progress);
    NNG_TRY(nng_train(contest->training, &how, &contest->outcome, error));
    contest->seconds = output_is_reproducible() ? (double)NAN : progress_seconds(&comparison->progress) - begun;
    if (option_given(comparison->options, OPTION_UNITS) && isfinite(contest->outcome.last.loss))
        NNG_TRY(count_units(contest, error));
fail:
    return status;
}

/* ---- all of them --------------------------------------------------------------------------------------------- */

static bool same_loss(const struct contest *a, const struct contest *b)
{
    return a->model->loss.plugin == b->model->loss.plugin && a->model->reduction == b->model->reduction;
}

/* The loss that all trainings by the same loss came down to: the largest of their last ones; or train.loss_below. */
static double common_level(const struct comparison *comparison, const struct contest *contest)
{
    double level = -INFINITY;
    if (contest->model->train.loss_below > -1e308)
        return contest->model->train.loss_below;
    for (size_t i = 0; i < comparison->contest_count; i++) {
        const struct contest *other = &comparison->contests[i];
        if (same_loss(contest, other) && isfinite(other->outcome.last.loss))
            level = fmax(level, other->outcome.last.loss);
    }
    return level;
}

static void find_levels(struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->contest_count; i++) {
        struct contest *contest = &comparison->contests[i];
        contest->level = common_level(comparison, contest);
        contest->reached = SIZE_MAX;
        for (size_t e = contest->row_count; e-- > 0;)
            if (contest->losses[e] <= contest->level)
                contest->reached = e;
    }
}

static enum nng_status train_all(struct comparison *comparison, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct options *options = comparison->options;
    comparison->contests = nng_arena_take(options->memory, comparison->total, sizeof *comparison->contests);
    if (comparison->contests == NULL)
        return nng_fail_memory(error);
    comparison->progress = progress_begin(options, "comparing");
    for (size_t k = 0; k < comparison->total && !progress_was_interrupted(); k++)
        NNG_TRY(train_one(comparison, k, error));
    find_levels(comparison);
fail:
    progress_end(&comparison->progress);
    return status;
}

static void write_results(const struct comparison *comparison, struct nng_text *out)
{
    struct style style = output_style(comparison->options);
    switch (option_format(comparison->options)) {
    case FORMAT_JSON:
        comparison_json(comparison, out);
        break;
    case FORMAT_CSV:
        comparison_csv(comparison, out);
        break;
    case FORMAT_MARKDOWN:
        comparison_markdown(comparison, &style, out);
        break;
    default:
        comparison_text(comparison, &style, out);
    }
}

/* ---- the plot ------------------------------------------------------------------------------------------------ */

static bool is_picture(const char *file)
{
    const char *ending = file != NULL ? strrchr(file, '.') : NULL;
    return ending != NULL &&
           (strcmp(ending, ".svg") == 0 || strcmp(ending, ".png") == 0 || strcmp(ending, ".pdf") == 0);
}

/* --plot FILE, or an --output that can only be meant for the plot; on a terminal it is drawn as text. */
static enum nng_status open_plot(struct comparison *comparison, struct figure *figure, struct nng_error *error)
{
    const struct options *options = comparison->options;
    const char *file = option_text(options, OPTION_PLOT), *output = option_text(options, OPTION_OUTPUT);
    if (file == NULL && is_picture(output))
        file = output;
    bool terminal = output == NULL && option_format(options) == FORMAT_TEXT && isatty(STDOUT_FILENO) &&
                    !option_given(options, OPTION_QUIET);
    comparison->plotted = file != NULL || terminal;
    if (comparison->plotted && comparison->total > MOST_CURVES && file != NULL)
        return nng_fail(error, NNG_INPUT, "%zu curves are too many for a plot: at most %d", comparison->total,
                        MOST_CURVES);
    comparison->plotted = comparison->plotted && comparison->total <= MOST_CURVES;
    return comparison->plotted ? figure_open(figure, options, file, error) : NNG_OK;
}

/* A plot that was asked for and cannot be drawn is an error; one for the terminal is a note. */
static enum nng_status draw_plot(const struct comparison *comparison, struct figure *figure, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    if (!comparison->plotted || comparison->contest_count == 0)
        return NNG_OK;
    NNG_TRY(comparison_draw(comparison, figure, error));
    status = figure_close(figure, error);
    if (status == NNG_ENVIRONMENT && figure->file == NULL && error->file[0] == '\0') {
        diagnostic_note(comparison->options, "no plot: %s", error->text);
        status = NNG_OK;
    }
fail:
    return status;
}

/* ---- the command --------------------------------------------------------------------------------------------- */

static enum nng_status write_table(const struct comparison *comparison, struct nng_error *error)
{
    struct nng_text out = {0};
    write_results(comparison, &out);
    enum nng_status status = is_picture(option_text(comparison->options, OPTION_OUTPUT))
                                 ? output_write_standard(&out, error)
                                 : output_write(comparison->options, &out, error);
    nng_text_free(&out);
    return status;
}

enum nng_status compare_run(const struct options *options, int *exit_status, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct comparison comparison = {.options = options};
    struct figure figure = {0};
    NNG_TRY(comparison_axes(&comparison, error));
    NNG_TRY(open_plot(&comparison, &figure, error));
    NNG_TRY(session_host(options, &comparison.host, error));
    NNG_TRY(train_all(&comparison, error));
    for (size_t k = 0; k < comparison.contest_count; k++)
        if (comparison.contests[k].outcome.stop == NNG_STOP_DIVERGED)
            *exit_status = 1;
    if (progress_was_interrupted())
        diagnostic_note(options, "interrupted in training %zu of %zu", comparison.contest_count, comparison.total);
    if (figure.file == NULL) /* on a terminal the table, which is what is compared, stands last */
        NNG_TRY(draw_plot(&comparison, &figure, error));
    NNG_TRY(write_table(&comparison, error));
    if (figure.file != NULL)
        NNG_TRY(draw_plot(&comparison, &figure, error));
fail:
    figure_free(&figure);
    for (size_t k = 0; k < comparison.contest_count; k++) {
        nng_release(comparison.contests[k].losses);
        nng_text_free(&comparison.contests[k].history);
        nng_training_free(comparison.contests[k].training);
        nng_model_free(comparison.contests[k].model);
    }
    nng_host_free(comparison.host);
    return status;
}
