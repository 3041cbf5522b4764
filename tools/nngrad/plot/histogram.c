/* histogram.c - `nngrad plot histogram`: how the weights of each layer are spread, and the derivatives by them; of a
 * model before its training and after it.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "plot/panels.h"
#include "plot/trained.h"

/* Intervals of a histogram, and layers that are shown; of more, evenly spread ones. */
enum { LEAST_BINS = 8, MOST_BINS = 30, MOST_SHOWN = 4 };

/* The weights and the gradient before, where they are known, and after. */
struct spread {
    const struct nng_model *model;
    const double *weights[2];
    double *gradients[2];
};
enum { BEFORE, AFTER };

/* dL/dtheta over all the data. */
static enum nng_status add_gradient(struct spread *spread, int when, struct nng_error *error)
{
    const struct nng_model *model = spread->model;
    /* theta is not changed */
    struct nng_training there = {.model = model, .theta = (double *)spread->weights[when]};
    spread->gradients[when] = nng_allocate(model->parameter_count, sizeof(double));
    return spread->gradients[when] != NULL ? nng_training_gradient(&there, spread->gradients[when], error)
                                           : nng_fail_memory(error);
}

/* ---- counting ------------------------------------------------------------------------------------------------ */

/* Values of one tensor, before and after: where they lie, and how many of them are in each of equal intervals. */
struct histogram {
    double low, high;
    size_t bins;
    double counts[2][MOST_BINS], most;
};

static void find_range(struct histogram *histogram, const double *const values[2], size_t count)
{
    double low = INFINITY, high = -INFINITY;
    for (int when = BEFORE; when <= AFTER; when++)
        for (size_t i = 0; values[when] != NULL && i < count; i++) {
            low = fmin(low, values[when][i]);
            high = fmax(high, values[when][i]);
        }
    double half = high > low ? 0 : low == 0 ? 1 : 0.5 * fabs(low); /* all are the same */
    histogram->low = low - half;
    histogram->high = high + half;
}

static void count_values(struct histogram *histogram, const double *const values[2], size_t count)
{
    find_range(histogram, values, count);
    double wanted = 2 * sqrt((double)count), width = histogram->high - histogram->low;
    histogram->bins = wanted < LEAST_BINS ? LEAST_BINS : wanted > MOST_BINS ? MOST_BINS : (size_t)wanted;
    for (int when = BEFORE; when <= AFTER; when++)
        for (size_t i = 0; values[when] != NULL && i < count; i++) {
            double at = (double)histogram->bins * ((values[when][i] - histogram->low) / width);
            double *bin = &histogram->counts[when][at < (double)histogram->bins ? (size_t)at : histogram->bins - 1];
            histogram->most = fmax(histogram->most, ++*bin);
        }
}

/* $NAME: the middle of an interval, its width, how many there were before and are after. */
static void add_data(struct figure *figure, const char *name, const struct histogram *histogram)
{
    double width = (histogram->high - histogram->low) / (double)histogram->bins;
    figure_data(figure, name);
    for (size_t i = 0; i < histogram->bins; i++)
        figure_row(figure, 4,
                   (double[]){histogram->low + ((double)i + 0.5) * width, width, histogram->counts[BEFORE][i],
                              histogram->counts[AFTER][i]});
    figure_data_end(figure);
}

/* ---- drawing ------------------------------------------------------------------------------------------------- */

static size_t shown_count(const struct nng_model *model)
{
    return model->layer_count < MOST_SHOWN ? model->layer_count : MOST_SHOWN;
}

/* The k-th layer that is shown, from 1; among them the first and the last. */
static size_t shown_layer(const struct nng_model *model, size_t k)
{
    size_t shown = shown_count(model);
    return shown < 2 ? 1 : 1 + k * (model->layer_count - 1) / (shown - 1);
}

/* One panel, with its data: W_l, or the derivatives by it. */
static void add_panel(struct figure *figure, struct panels *panels, const struct spread *spread, size_t l,
                      bool gradients)
{
    const struct nng_layer *layer = &spread->model->layers[l - 1];
    char name[32], subscript[32], pretty[FIGURE_NAME_SIZE], title[2 * FIGURE_NAME_SIZE];
    const double *values[2];
    struct histogram histogram = {0};
    for (int when = BEFORE; when <= AFTER; when++) {
        const double *all = gradients ? spread->gradients[when] : spread->weights[when];
        values[when] = all != NULL ? all + layer->weights : NULL;
    }
    count_values(&histogram, values, layer->units * layer->inputs);
    snprintf(name, sizeof name, "%c%zu", gradients ? 'g' : 'w', l);
    snprintf(subscript, sizeof subscript, "W_%zu", l);
    snprintf(title, sizeof title, "%s%s", gradients ? "∂L/∂" : "", figure_name(subscript, pretty));
    add_data(figure, name, &histogram);
    panels_next(panels, title);
    figure_print(figure,
                 "set xlabel '%s'\nset ylabel '%s'\nset xrange [%.6g:%.6g]\nset xtics %g\n"
                 "set yrange [0:%g]\nset ytics %g\nplot ",
                 gradients ? "derivative" : "weight", panels_is_leftmost(panels) ? "how many" : "", histogram.low,
                 histogram.high, tick_step(histogram.high - histogram.low, 3), 1.05 * histogram.most,
                 fmax(1, tick_step(histogram.most, 5)));
    if (values[BEFORE] != NULL)
        figure_print(
            figure, "$%s using 1:3:2 with boxes linecolor rgb '#b0b0b0' fillstyle solid 0.6 noborder, \\\n     ", name);
    figure_print(figure, "$%s using 1:4 with histeps linetype 1\n", name);
}

static void draw(struct figure *figure, const struct spread *spread, const char *name)
{
    bool both = spread->weights[BEFORE] != NULL;
    size_t shown = shown_count(spread->model);
    struct panels panels = panels_begin(figure, 2 * shown, shown, "Weights and derivatives by layer", name,
                                        both ? 2 : 0, strlen("before training"));
    for (int gradients = 0; gradients < 2; gradients++)
        for (size_t k = 0; k < shown; k++)
            add_panel(figure, &panels, spread, shown_layer(spread->model, k), gradients == 1);
    if (panels_key(&panels))
        figure_print(figure, "plot NaN with boxes linecolor rgb '#b0b0b0' fillstyle solid 0.6 noborder title "
                             "'before training', \\\n     NaN with lines linetype 1 title 'after training'\n");
    panels_end(&panels);
}

enum nng_status plot_histogram(const struct plot_request *request, struct figure *figure, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct trained trained = {0};
    struct spread spread = {0};
    NNG_TRY(trained_open(&trained, request, request->argument_count > 0 ? request->arguments[0] : NULL, error));
    if (trained.model->optimizer.plugin != NULL)
        NNG_TRY(trained_learn(&trained, request->options, error));
    spread = (struct spread){.model = trained.model,
                             .weights = {trained.training != NULL ? trained.model->theta : NULL, trained.theta}};
    if (spread.weights[BEFORE] != NULL)
        NNG_TRY(add_gradient(&spread, BEFORE, error));
    NNG_TRY(add_gradient(&spread, AFTER, error));
    draw(figure, &spread, trained.name);
fail:
    nng_release(spread.gradients[BEFORE]);
    nng_release(spread.gradients[AFTER]);
    trained_free(&trained);
    return status;
}
