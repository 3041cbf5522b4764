/* inspection.c - the work of inspect and check: the model, both passes, the gradient, the verdicts. */
#include "inspection.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "command.h"
#include "progress.h"
#include "session.h"

const struct nng_entry *inspection_entry(const struct inspection *inspection, size_t index)
{
    const struct nng_report *report = inspection->report;
    if (report->entry_count == inspection->model->parameter_count)
        return &report->entries[index];
    size_t low = 0, high = report->entry_count; /* entries stand in theta's order */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (report->entries[middle].index < index)
            low = middle + 1;
        else
            high = middle;
    }
    return low < report->entry_count && report->entries[low].index == index ? &report->entries[low] : NULL;
}

static enum nng_status choose_sample(const struct options *options, struct inspection *in, struct nng_error *error)
{
    const struct option_value *sample = &options->values[OPTION_SAMPLE];
    in->one_sample = sample->given;
    in->sample = sample->given ? (size_t)sample->whole - 1 : 0;
    if (in->sample >= in->model->data.samples)
        return nng_fail(error, NNG_INPUT, "option '--sample': there is no sample %zu: the data has %zu", in->sample + 1,
                        in->model->data.samples);
    return NNG_OK;
}

/* Both passes at theta: everything but the verdicts. A loss that is computed together with the output activation has
 * a gradient even where dL/dyhat alone does not exist (yhat = 0): that one is then NAN. */
static enum nng_status run_passes(struct inspection *in, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = in->model;
    const struct nng_data *data = &model->data;
    double loss;
    if ((in->backpropagated = nng_allocate(model->parameter_count, sizeof *in->backpropagated)) == NULL)
        return nng_fail_memory(error);
    NNG_TRY(nng_pass_new(model, data->samples, &in->pass, error));
    in->pass->want_dyhat = true;
    status = nng_loss(model, in->theta, data->x, data->y, data->samples, in->pass, &loss, in->backpropagated, error);
    if (status != NNG_INPUT || !model->fused)
        return status;
    in->pass->want_dyhat = false;
    for (size_t i = 0; i < data->samples * data->outputs; i++)
        in->pass->dh[model->layer_count][i] = NAN;
    NNG_TRY(nng_loss(model, in->theta, data->x, data->y, data->samples, in->pass, &loss, in->backpropagated, error));
fail:
    return status;
}

static enum nng_status judge(const struct options *options, struct inspection *in, struct nng_error *error)
{
    static const enum nng_check_method methods[] = {NNG_LADDER, NNG_CENTRAL, NNG_FORWARD, NNG_GSL, NNG_COMPLEX};
    struct progress progress = progress_begin(options, "checking");
    const struct option_value *method = &options->values[OPTION_METHOD];
    struct nng_check_options check = {
        .tolerance = options->values[OPTION_TOLERANCE].real, /* 0, the model's, when it is not given */
        .method = method->given ? methods[method->choice] : in->model->method,
        .memory = (size_t)options->values[OPTION_MEMORY].whole << 20,
        .threads = (int)options->values[OPTION_THREADS].whole,
        .every_entry = in->all || strcmp(in->command, "inspect") == 0,
        .claimed_single = in->single,
        .screen = option_given(options, OPTION_SCREEN),
        .progress = progress_step,
        .context = &progress,
    };
    enum nng_status status = nng_check(in->model, in->theta, in->judged, &check, &in->report, error);
    progress_end(&progress);
    return status;
}

static enum nng_status find_hessian(const struct options *options, struct inspection *in, struct nng_error *error)
{
    struct progress progress = progress_begin(options, "second derivatives");
    enum nng_status status = nng_hessian(in->model, in->theta, progress_step, &progress, &in->hessian, error);
    progress_end(&progress);
    return status;
}

/* theta, and the gradient under judgement, from files if there are any. */
static enum nng_status read_values(const struct options *options, struct inspection *in, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const char *parameters = option_text(options, OPTION_PARAMETERS);
    size_t count = in->model->parameter_count;
    bool single = false;
    in->against = option_text(options, OPTION_AGAINST);
    if ((in->theta = nng_allocate(count, sizeof *in->theta)) == NULL)
        return nng_fail_memory(error);
    memcpy(in->theta, in->model->theta, count * sizeof *in->theta);
    if (parameters != NULL)
        NNG_TRY(nng_values_read(in->model, parameters, false, in->theta, &single, error));
    if (in->against == NULL)
        return NNG_OK;
    if ((in->theirs = nng_allocate(count, sizeof *in->theirs)) == NULL)
        return nng_fail_memory(error);
    NNG_TRY(nng_values_read(in->model, in->against, false, in->theirs, &in->single, error));
fail:
    return status;
}

enum nng_status inspection_read(const struct options *options, struct inspection *in, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    *in = (struct inspection){.command = options->command->name, .options = options};
    in->model_argument = options->argument_count > 0 ? options->arguments[0] : NULL;
    in->full = option_given(options, OPTION_FULL);
    in->all = option_given(options, OPTION_ALL);
    NNG_TRY(session_host(options, &in->host, error));
    NNG_TRY(session_model(options, in->host, in->model_argument, &in->model, error));
    in->matrix.model = in->model;
    in->matrix.lecture = options->values[OPTION_MATRIX].choice == 1;
    NNG_TRY(choose_sample(options, in, error));
    NNG_TRY(read_values(options, in, error));
fail:
    return status;
}

enum nng_status inspection_compute(const struct options *options, struct inspection *in, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    NNG_TRY(run_passes(in, error));
    in->judged = in->theirs != NULL ? in->theirs : in->backpropagated;
    NNG_TRY(judge(options, in, error));
    if (option_given(options, OPTION_HESSIAN))
        NNG_TRY(find_hessian(options, in, error));
    if (option_given(options, OPTION_UNITS)) {
        in->activities = nng_allocate(in->model->layer_count, sizeof *in->activities);
        NNG_TRY(in->activities != NULL ? nng_activities(in->model, in->pass, in->activities, error)
                                       : nng_fail_memory(error));
    }
    if (option_given(options, OPTION_PER_SAMPLE))
        NNG_TRY(nng_spread(in->model, in->theta, &in->spread, error));
fail:
    return status;
}

bool inspection_hessian_agrees(const struct inspection *in)
{
    return in->hessian->symmetric && in->hessian->trace_agrees;
}

int inspection_exit_status(const struct inspection *in, bool strict)
{
    enum nng_verdict verdict = in->report->verdict;
    if (in->hessian != NULL && !inspection_hessian_agrees(in))
        return 1;
    return verdict == NNG_FAIL || (strict && (verdict == NNG_INCONCLUSIVE || in->report->vacuous)) ? 1 : 0;
}

void inspection_free(struct inspection *in)
{
    nng_report_free(in->report);
    nng_hessian_free(in->hessian);
    nng_spread_free(in->spread);
    nng_release(in->activities);
    nng_pass_free(in->pass);
    nng_release(in->theta);
    nng_release(in->backpropagated);
    nng_release(in->theirs);
    nng_model_free(in->model);
    nng_host_free(in->host);
}
