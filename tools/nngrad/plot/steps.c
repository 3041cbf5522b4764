/* steps.c - `nngrad plot steps`: the error of the numeric derivative against its step, the V.
 *
 *     forward   (L(w + h) - L(w)) / h            error: |L''| h/2   + rounding / h
 *     central   (L(w + h) - L(w - h)) / (2h)     error: |L'''| h²/6 + rounding / h
 *
 * From the right the error falls with h, by one power or by two, till the rounding of the two losses, divided by an
 * ever smaller h, takes over. The derivative that both are compared with is the complex step's, which has no such
 * trouble, or backpropagation's. What the check made of the same parameter is marked: the finest step of its ladder,
 * and the uncertainty that it states.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "plot/gradient.h"
#include "plot/kinds.h"
#include "render/number.h"
#include "session.h"

enum { FINEST = 50, COARSEST = -1 }; /* steps 2^-k */

struct sweep {
    struct nng_model *model;
    size_t index; /* of the parameter */
    double *gradient, *theta;
    struct nng_pass *pass;
    double *values; /* 3 x N: each sample's loss at w - h, w and w + h */
    struct nng_report *report;
    double truth; /* the derivative of the data loss and the penalty */
    size_t shown[2];
};

static size_t largest_derivative(const struct sweep *sweep)
{
    size_t largest = 0;
    for (size_t i = 1; i < sweep->model->parameter_count; i++)
        if (fabs(sweep->gradient[i]) > fabs(sweep->gradient[largest]))
            largest = i;
    return largest;
}

static enum nng_status open_sweep(const struct plot_request *request, struct sweep *sweep, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const char *name = option_text(request->options, OPTION_PARAM);
    NNG_TRY(session_model(request->options, request->host, request->argument_count > 0 ? request->arguments[0] : NULL,
                          &sweep->model, error));
    const struct nng_model *model = sweep->model;
    if (name != NULL)
        NNG_TRY(nng_parameter_find(model, name, &sweep->index, error));
    NNG_TRY(plot_gradient(model, &sweep->gradient, error));
    if (name == NULL)
        sweep->index = largest_derivative(sweep);
    NNG_TRY(nng_pass_new(model, model->data.samples, &sweep->pass, error));
    sweep->theta = nng_allocate(model->parameter_count, sizeof(double));
    sweep->values = nng_allocate(3 * model->data.samples, sizeof(double));
    if (sweep->theta == NULL || sweep->values == NULL)
        return nng_fail_memory(error);
    memcpy(sweep->theta, model->theta, model->parameter_count * sizeof(double));
    struct nng_check_options check = {.threads = 1, .one_entry = true, .index = sweep->index};
    NNG_TRY(nng_check(model, model->theta, sweep->gradient, &check, &sweep->report, error));
    const struct nng_entry *entry = sweep->report->entries;
    sweep->truth = isfinite(entry->complex_step) ? entry->complex_step : entry->analytic;
fail:
    return status;
}

static void close_sweep(struct sweep *sweep)
{
    nng_report_free(sweep->report);
    nng_pass_free(sweep->pass);
    nng_release(sweep->values);
    nng_release(sweep->theta);
    nng_release(sweep->gradient);
    nng_model_free(sweep->model);
}

/* Each sample's loss at w + step, into one of the three rows, NaN where a plugin refuses; and the penalty there. */
static enum nng_status evaluate(struct sweep *sweep, double step, size_t row, double *penalty, struct nng_error *error)
{
    const struct nng_data *data = &sweep->model->data;
    sweep->theta[sweep->index] = sweep->model->theta[sweep->index] + step;
    enum nng_status status =
        nng_forward(sweep->model, sweep->theta, data->x, data->y, data->samples, sweep->pass, error);
    sweep->theta[sweep->index] = sweep->model->theta[sweep->index];
    *penalty = sweep->pass->penalty;
    if (status == NNG_OK)
        memcpy(sweep->values + row * data->samples, sweep->pass->values, data->samples * sizeof(double));
    for (size_t n = 0; status == NNG_INPUT && n < data->samples; n++)
        sweep->values[row * data->samples + n] = NAN;
    return status == NNG_INPUT ? NNG_OK : status;
}

/* L in one row less L in another: per sample, then the sum, so that what did not change cancels. */
static double rise(const struct sweep *sweep, size_t to, size_t from)
{
    size_t N = sweep->model->data.samples;
    double sum = 0;
    for (size_t n = 0; n < N; n++)
        sum += sweep->values[to * N + n] - sweep->values[from * N + n];
    return sweep->model->reduction == NNG_MEAN ? sum / (double)N : sum;
}

/* A row for each step: h, the error of the forward difference, that of the central one. Steps are those between numbers
 * that can be represented. An error of exactly zero has no place on a logarithmic axis. */
static enum nng_status add_errors(struct sweep *sweep, struct figure *figure, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    double w = sweep->model->theta[sweep->index], penalty[3];
    NNG_TRY(evaluate(sweep, 0, 1, &penalty[1], error));
    figure_data(figure, "errors");
    for (int k = COARSEST; k <= FINEST; k++) {
        double up = (w + ldexp(1, -k)) - w, down = w - (w - ldexp(1, -k));
        if (up == 0 || down == 0)
            break;
        NNG_TRY(evaluate(sweep, -down, 0, &penalty[0], error));
        NNG_TRY(evaluate(sweep, up, 2, &penalty[2], error));
        double forward = (rise(sweep, 2, 1) + penalty[2] - penalty[1]) / up;
        double central = (rise(sweep, 2, 0) + penalty[2] - penalty[0]) / (up + down);
        double errors[2] = {fabs(forward - sweep->truth), fabs(central - sweep->truth)};
        for (size_t i = 0; i < 2; i++) {
            sweep->shown[i] += isfinite(errors[i]) && errors[i] > 0;
            errors[i] = errors[i] > 0 ? errors[i] : NAN;
        }
        figure_row(figure, 3, (double[]){ldexp(1, -k), errors[0], errors[1]});
    }
    figure_data_end(figure);
fail:
    return status;
}

static void add_words(const struct sweep *sweep, struct figure *figure)
{
    const struct nng_entry *entry = sweep->report->entries;
    char name[NNG_NAME_SIZE], pretty[FIGURE_NAME_SIZE], number[PLOT_NUMBER_SIZE];
    nng_parameter_name(sweep->model, sweep->index, name);
    figure_print(figure, "set title ");
    figure_text(figure, "∂L/∂%s = %s of %s, by differences", figure_name(name, pretty),
                plot_number(entry->analytic, 4, number), sweep->model->name);
    figure_print(figure, " font ',16'\n");
    figure_set(figure, "xlabel", "step h");
    figure_set(figure, "ylabel",
               isfinite(entry->complex_step) ? "error, by the complex step" : "error, by backpropagation");
}

static void add_plot(const struct sweep *sweep, struct figure *figure)
{
    static const char *const kinds[] = {"forward difference", "central difference"};
    const struct nng_entry *entry = sweep->report->entries;
    char number[PLOT_NUMBER_SIZE];
    figure_print(figure, "set logscale xy\nset format xy '10^{%%T}'\nset xtics 100\nset ytics 100\nset mxtics 1\n"
                         "set mytics 1\n");
    if (entry->step > 0)
        figure_print(figure,
                     "set arrow from %.9g, graph 0 to %.9g, graph 1 nohead back linecolor rgb '#000000' linewidth 1.5 "
                     "dashtype 2\n",
                     entry->step, entry->step);
    figure_print(figure, "plot ");
    for (size_t i = 0; i < 2; i++)
        if (sweep->shown[i] > 0) {
            figure_print(figure, "$errors using 1:%zu with linespoints linetype %zu title ", i + 2, i + 1);
            figure_text(figure, "%s", kinds[i]);
            figure_print(figure, ", \\\n     ");
        }
    if (entry->uncertainty > 0) {
        figure_print(figure, "%.3g with lines linetype 3 title ", entry->uncertainty);
        figure_text(figure, "check: uncertainty %s", plot_number(entry->uncertainty, 2, number));
        figure_print(figure, ", \\\n     ");
    }
    figure_print(figure, "NaN with lines linecolor rgb '#000000' linewidth 1.5 dashtype 2 title ");
    figure_text(figure, "check: finest step %s", plot_number(entry->step, 2, number));
    figure_print(figure, "\n");
}

enum nng_status plot_steps(const struct plot_request *request, struct figure *figure, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct sweep sweep = {0};
    NNG_TRY(open_sweep(request, &sweep, error));
    NNG_TRY(add_errors(&sweep, figure, error));
    if (sweep.shown[0] + sweep.shown[1] == 0) {
        char name[NNG_NAME_SIZE];
        nng_parameter_name(sweep.model, sweep.index, name);
        status = nng_fail(error, NNG_INPUT, "there is no error to show: by '%s' every difference is exactly %g", name,
                          sweep.truth);
        goto fail;
    }
    figure->height = 480;
    add_words(&sweep, figure);
    add_plot(&sweep, figure);
fail:
    close_sweep(&sweep);
    return status;
}
