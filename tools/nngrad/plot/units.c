/* units.c - `nngrad plot units`: the output h_li of each unit of a layer over the plane of a network's two inputs. */
#include <math.h>
#include <stdio.h>

#include "base/error.h"
#include "base/memory.h"
#include "plot/panels.h"
#include "plot/plane.h"
#include "plot/trained.h"

/* The grid; and how many units are shown, the first ones. */
enum { POINTS = 31, MOST_SHOWN = 12 };

struct outputs {
    struct plane plane;
    size_t layer, shown;
    double *h; /* shown x POINTS x POINTS: a row for each x_2 */
    double lowest, highest;
};

/* ---- the surfaces -------------------------------------------------------------------------------------------- */

static void keep_row(void *context, size_t j, const struct nng_pass *pass)
{
    struct outputs *outputs = context;
    size_t units = outputs->plane.model->layers[outputs->layer - 1].units;
    for (size_t i = 0; i < POINTS; i++)
        for (size_t u = 0; u < outputs->shown; u++) {
            double h = pass->h[outputs->layer][i * units + u];
            outputs->h[(u * POINTS + j) * POINTS + i] = h;
            if (isfinite(h)) {
                outputs->lowest = fmin(outputs->lowest, h);
                outputs->highest = fmax(outputs->highest, h);
            }
        }
}

/* All the panels have one scale, lest a unit that hardly moves look like one that does. */
static void set_scale(const struct outputs *outputs, struct figure *figure)
{
    double low = outputs->lowest, high = outputs->highest;
    if (!(low < high)) { /* all the same, or nothing finite */
        low = isfinite(low) ? low - 1 : 0;
        high = isfinite(high) ? high + 1 : 1;
    }
    figure_print(figure, "set zrange [%.4g:%.4g]\nset cbrange [%.4g:%.4g]\nset ztics %g\n", low, high, low, high,
                 tick_step(high - low, 4));
}

static void add_outputs(const struct outputs *outputs, struct figure *figure)
{
    for (size_t u = 0; u < outputs->shown; u++) {
        char name[32];
        snprintf(name, sizeof name, "h%zu", u + 1);
        figure_print(figure, "# the output of unit %zu: a row for each x_2\n", u + 1);
        figure_data(figure, name);
        for (size_t j = 0; j < POINTS; j++)
            figure_row(figure, POINTS, outputs->h + (u * POINTS + j) * POINTS);
        figure_data_end(figure);
    }
}

/* ---- drawing ------------------------------------------------------------------------------------------------- */

/* h_12, yhat_1: as the page has them */
static void name_unit(const struct outputs *outputs, size_t unit, char pretty[FIGURE_NAME_SIZE])
{
    char name[NNG_NAME_SIZE];
    if (outputs->layer == outputs->plane.model->layer_count)
        snprintf(name, sizeof name, "yhat_%zu", unit);
    else if (outputs->layer < 10 && unit < 10)
        snprintf(name, sizeof name, "h_%zu%zu", outputs->layer, unit);
    else
        snprintf(name, sizeof name, "h_%zu,%zu", outputs->layer, unit);
    figure_name(name, pretty);
}

/* As text: lines of equal output, with their values. */
static void add_contours(struct figure *figure, size_t unit)
{
    figure_print(figure,
                 "set contour base\nunset surface\nset table $lines\nsplot $h%zu matrix " PLANE_POINT
                 "\nunset table\nunset contour\nset surface\n"
                 "plot $lines using 1:2 with points pointtype '.', $lines using 1:2:3 every 15::7 with labels\n",
                 unit);
}

static void draw(struct figure *figure, const struct outputs *outputs, const char *name)
{
    bool text = figure->picture == PICTURE_TEXT;
    size_t units = outputs->plane.model->layers[outputs->layer - 1].units;
    char title[96];
    snprintf(title, sizeof title, units > outputs->shown ? "%s %zu, its first %zu units of %zu" : "%s %zu",
             "Outputs over the plane, layer", outputs->layer, outputs->shown, units);
    add_outputs(outputs, figure);
    figure->width = 640;
    figure->height = 560;
    struct panels panels = panels_begin(figure, outputs->shown, 0, title, name, 0, 0);
    set_ramp(figure);
    figure_print(figure, "unset colorbox\n");
    plane_set_axes(&outputs->plane, text ? 6 : 3, figure);
    set_scale(outputs, figure);
    if (!text)
        figure_print(figure, "set view 55, 28\nset xyplane relative 0\nset format z '%%g'\n"
                             "set border 31 linecolor rgb '#a0a0a0'\nset tics textcolor rgb '#404040'\n"
                             "set xtics offset 0, -0.3\nset ytics offset 0.7, -0.3\n"
                             "set pm3d depthorder border linecolor rgb '#90ffffff' linewidth 0.4\n");
    for (size_t u = 1; u <= outputs->shown; u++) {
        char pretty[FIGURE_NAME_SIZE];
        name_unit(outputs, u, pretty);
        if (text) {
            panels_next(&panels, pretty);
            add_contours(figure, u);
        } else {
            panels_next_in_space(&panels, pretty);
            figure_print(figure, "splot $h%zu matrix " PLANE_POINT " with pm3d\n", u);
        }
    }
    panels_end(&panels);
}

static enum nng_status choose_layer(struct outputs *outputs, const struct options *options, struct nng_error *error)
{
    size_t layers = outputs->plane.model->layer_count;
    outputs->layer = option_given(options, OPTION_LAYER) ? (size_t)options->values[OPTION_LAYER].whole : 1;
    if (outputs->layer > layers)
        return nng_fail(error, NNG_INPUT, "there is no layer %zu: '%s' has %zu", outputs->layer,
                        outputs->plane.model->name, layers);
    size_t units = outputs->plane.model->layers[outputs->layer - 1].units;
    outputs->shown = units < MOST_SHOWN ? units : MOST_SHOWN;
    return NNG_OK;
}

enum nng_status plot_units(const struct plot_request *request, struct figure *figure, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct trained trained = {0};
    struct outputs outputs = {.lowest = INFINITY, .highest = -INFINITY};
    NNG_TRY(trained_open(&trained, request, request->argument_count > 0 ? request->arguments[0] : NULL, error));
    NNG_TRY(plane_require(trained.model, trained.name, "the outputs of units are", error));
    outputs.plane = plane_around(trained.model, trained.theta, POINTS);
    NNG_TRY(choose_layer(&outputs, request->options, error));
    if (trained.model->optimizer.plugin != NULL)
        NNG_TRY(trained_learn(&trained, request->options, error));
    outputs.plane.theta = trained.theta;
    outputs.h = nng_allocate(outputs.shown, POINTS * POINTS * sizeof *outputs.h);
    if (outputs.h == NULL)
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(plane_forward(&outputs.plane, keep_row, &outputs, error));
    draw(figure, &outputs, trained.name);
fail:
    nng_release(outputs.h);
    trained_free(&trained);
    return status;
}
