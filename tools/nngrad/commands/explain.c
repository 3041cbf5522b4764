/* explain.c - `nngrad explain`: one derivative as the sum over its paths to the loss. */
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "command.h"
#include "output.h"
#include "plot/paths.h"
#include "render/explanation.h"
#include "session.h"

enum { MOST_SHOWN = 16 };

/* What the command holds while it runs. */
struct work {
    struct nng_host *host;
    struct nng_model *model;
    struct nng_pass *pass;
    double *gradient; /* of the loss of all samples, then of the one */
    struct nng_explanation *explanation;
    struct nng_report *report;
    struct explained explained;
};

/* `explain MODEL` and `explain PARAM MODEL` are told apart from a wrong name by the files that are there. */
static enum nng_status check_order(const char *model, const char *parameter, struct nng_error *error)
{
    bool is_file = access(parameter, F_OK) == 0;
    if (is_file && model == NULL)
        return nng_fail(error, NNG_INPUT, "'%s' is a file: which parameter of it? Write it last, as in w_111",
                        parameter);
    if (is_file && access(model, F_OK) != 0)
        return nng_fail(error, NNG_INPUT, "'%s' is a file: it stands before the parameter '%s'", parameter, model);
    return NNG_OK;
}

static enum nng_status read_arguments(const struct options *options, struct work *work, size_t *sample, size_t *index,
                                      struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const char *file = options->argument_count > 1 ? options->arguments[0] : NULL;
    const struct option_value *wanted = &options->values[OPTION_SAMPLE];
    const char *name = options->arguments[options->argument_count - 1];
    NNG_TRY(session_host(options, &work->host, error));
    NNG_TRY(check_order(file, name, error));
    NNG_TRY(session_model(options, work->host, file, &work->model, error));
    NNG_TRY(nng_parameter_find(work->model, name, index, error));
    *sample = wanted->given ? (size_t)wanted->whole - 1 : 0;
    work->explained.chosen = wanted->given;
    if (*sample >= work->model->data.samples)
        return nng_fail(error, NNG_INPUT, "option '--sample': there is no sample %zu: the data has %zu", *sample + 1,
                        work->model->data.samples);
fail:
    return status;
}

/* The gradient of the model's loss by backpropagation. */
static enum nng_status backpropagate(const struct nng_model *model, struct work *work, struct nng_error *error)
{
    const struct nng_data *data = &model->data;
    double loss;
    return nng_loss(model, model->theta, data->x, data->y, data->samples, work->pass, &loss, work->gradient, error);
}

/* The derivative of the whole loss; then that of the one sample's loss, as if it were all the data, judged. */
static enum nng_status judge(const struct options *options, struct work *work, size_t sample, size_t index,
                             struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    static const enum nng_check_method methods[] = {NNG_LADDER, NNG_CENTRAL, NNG_FORWARD, NNG_GSL, NNG_COMPLEX};
    const struct option_value *method = &options->values[OPTION_METHOD];
    struct nng_model one = *work->model;
    struct nng_check_options check = {.tolerance = options->values[OPTION_TOLERANCE].real,
                                      .method = method->given ? methods[method->choice] : one.method,
                                      .threads = 1,
                                      .one_entry = true,
                                      .index = index};
    one.data.samples = 1;
    one.data.x += sample * one.data.inputs;
    one.data.y += sample * one.data.outputs;
    if ((work->gradient = nng_allocate(one.parameter_count, sizeof *work->gradient)) == NULL)
        return nng_fail_memory(error);
    NNG_TRY(nng_pass_new(work->model, work->model->data.samples, &work->pass, error));
    NNG_TRY(backpropagate(work->model, work, error));
    work->explained.all = work->gradient[index];
    NNG_TRY(backpropagate(&one, work, error));
    NNG_TRY(nng_check(&one, one.theta, work->gradient, &check, &work->report, error));
fail:
    return status;
}

static void write_explained(const struct options *options, const struct explained *explained, struct nng_text *out)
{
    struct style style = output_style(options);
    switch (option_format(options)) {
    case FORMAT_JSON:
        explained_json(explained, out);
        break;
    case FORMAT_MARKDOWN:
        explained_markdown(explained, &style, out);
        break;
    case FORMAT_LATEX:
        explained_latex(explained, &style, out);
        break;
    default:
        explained_text(explained, &style, out);
        break;
    }
}

enum nng_status explain_run(const struct options *options, int *exit_status, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct work work = {0};
    struct nng_text out = {0};
    struct figure figure = {0};
    const char *picture = option_text(options, OPTION_PLOT);
    size_t sample = 0, index = 0;
    if (picture != NULL)
        NNG_TRY(figure_open(&figure, options, picture, error));
    NNG_TRY(read_arguments(options, &work, &sample, &index, error));
    NNG_TRY(nng_explain(work.model, work.model->theta, sample, index, MOST_SHOWN, &work.explanation, error));
    NNG_TRY(judge(options, &work, sample, index, error));
    work.explained.model = work.model;
    work.explained.explanation = work.explanation;
    work.explained.entry = &work.report->entries[0];
    enum nng_verdict verdict = work.explained.entry->verdict;
    bool strict = option_given(options, OPTION_STRICT);
    *exit_status = verdict == NNG_FAIL || (strict && verdict == NNG_INCONCLUSIVE) ? 1 : 0;
    write_explained(options, &work.explained, &out);
    if (picture != NULL)
        NNG_TRY(paths_draw(&work.explained, &figure, error));
    NNG_TRY(output_write(options, &out, error));
    if (picture != NULL)
        NNG_TRY(figure_close(&figure, error));
fail:
    figure_free(&figure);
    nng_text_free(&out);
    nng_report_free(work.report);
    nng_explanation_free(work.explanation);
    nng_pass_free(work.pass);
    nng_release(work.gradient);
    nng_model_free(work.model);
    nng_host_free(work.host);
    return status;
}
