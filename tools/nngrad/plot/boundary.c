/* boundary.c - `nngrad plot boundary`: what a network of two inputs says at every point of the plane, and its data.
 *
 *     several outputs, classes     the largest output at each point; a sample in the colour of its class
 *     one output, 0 and 1          yhat as a shade, and the line where it is one half (-1 and 1: nought)
 *     any other                    the first output as a shade
 */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "learn/learn.h"
#include "plot/boundary.h"
#include "plot/panels.h"
#include "plot/plane.h"
#include "plot/trained.h"
#include "render/plain.h"

/* The grid, and how many samples are shown at most. */
enum { POINTS = 121, MOST_SAMPLES = 2000 };

struct regions {
    struct plane plane;
    const struct nng_model *model;
    enum nng_accuracy kind;
    double *said; /* POINTS x POINTS, a row for each x_2: the class, from 0, or the output */
};

/* ---- what the network says ----------------------------------------------------------------------------------- */

static size_t largest(const double *v, size_t count)
{
    size_t best = 0;
    for (size_t j = 1; j < count; j++)
        best = v[j] > v[best] ? j : best;
    return best;
}

/* As exact as a shade need be. */
static double shade(double yhat)
{
    return round(1e4 * yhat) / 1e4;
}

static void say_row(void *context, size_t j, const struct nng_pass *pass)
{
    struct regions *regions = context;
    size_t K = regions->model->outputs;
    for (size_t i = 0; i < POINTS; i++) {
        const double *yhat = pass->h[regions->model->layer_count] + i * K;
        regions->said[j * POINTS + i] =
            regions->kind == NNG_ACCURACY_LARGEST ? (double)largest(yhat, K) : shade(yhat[0]);
    }
}

/* ---- the data ------------------------------------------------------------------------------------------------ */

/* Of a sample: its class, from 0; without classes its first target. */
static double target(const struct regions *regions, const double *y)
{
    if (regions->kind == NNG_ACCURACY_LARGEST)
        return (double)largest(y, regions->model->outputs);
    return regions->kind == NNG_ACCURACY_NONE ? y[0] : y[0] > 0 ? 1 : 0;
}

/* $training or $validation: x_1, x_2, class, and 1 where the network is wrong. */
static enum nng_status add_samples(struct figure *figure, const struct regions *regions, const char *name,
                                   const struct nng_data *data, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = regions->model;
    size_t stride = (data->samples + MOST_SAMPLES - 1) / MOST_SAMPLES, K = model->outputs;
    struct nng_pass *pass = NULL;
    NNG_TRY(nng_pass_new(model, 1, &pass, error));
    figure_data(figure, name);
    for (size_t n = 0; n < data->samples; n += stride) {
        const double *x = data->x + 2 * n, *y = data->y + K * n;
        NNG_TRY(nng_forward(model, regions->plane.theta, x, y, 1, pass, error));
        size_t right = nng_count_right(regions->kind, pass->h[model->layer_count], y, 1, K);
        bool wrong = regions->kind != NNG_ACCURACY_NONE && right == 0;
        figure_row(figure, 4, (double[]){x[0], x[1], target(regions, y), wrong});
    }
    figure_data_end(figure);
fail:
    nng_pass_free(pass);
    return status;
}

static size_t class_count(const struct regions *regions)
{
    return regions->kind == NNG_ACCURACY_NONE ? 0 : regions->kind == NNG_ACCURACY_LARGEST ? regions->model->outputs : 2;
}

/* "accuracy 0.908, of the validation data 0.936" */
static enum nng_status add_accuracies(const struct regions *regions, struct nng_text *out, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = regions->model;
    const struct nng_data *sets[] = {&model->data, &model->validation};
    static const char *const names[] = {"accuracy %.4g", ", of the validation data %.4g"};
    struct nng_pass *pass = NULL;
    if (regions->kind == NNG_ACCURACY_NONE)
        return NNG_OK;
    NNG_TRY(nng_pass_new(model, NNG_CHUNK, &pass, error));
    for (size_t s = 0; s < 2; s++) {
        double loss, accuracy;
        if (sets[s]->samples == 0)
            continue;
        NNG_TRY(nng_evaluate_data(model, regions->plane.theta, sets[s], regions->kind, pass, &loss, &accuracy, error));
        nng_text_print(out, s == 0 ? names[0] : names[1], accuracy);
    }
fail:
    nng_pass_free(pass);
    return status;
}

/* ---- drawing ------------------------------------------------------------------------------------------------- */

/* The colour mixed with white, for areas. */
static unsigned tint(unsigned color)
{
    static const double white = 0.62;
    unsigned pale = 0;
    for (unsigned shift = 0; shift <= 16; shift += 8) {
        double channel = color >> shift & 0xff;
        pale |= (unsigned)(channel + white * (255 - channel)) << shift;
    }
    return pale;
}

/* Classes each in its own; a single output from one class's colour over white to the other's; numbers along the ramp.
 */
static void set_colors(struct figure *figure, const struct regions *regions)
{
    size_t classes = class_count(regions);
    if (regions->kind == NNG_ACCURACY_LARGEST) {
        figure_print(figure, "set palette maxcolors %zu defined (", classes);
        for (size_t c = 0; c < classes; c++)
            figure_print(figure, "%s%zu '#%06x', %zu '#%06x'", c > 0 ? ", " : "", c, tint(curve_color(c, classes)),
                         c + 1, tint(curve_color(c, classes)));
        figure_print(figure, ")\nset cbrange [-0.5:%zu.5]\nunset colorbox\n", classes - 1);
    } else if (regions->kind != NNG_ACCURACY_NONE) {
        figure_print(figure, "set palette defined (0 '#%06x', 1 '#ffffff', 2 '#%06x')\nset cbrange [%d:1]\n",
                     tint(curve_color(0, 2)), tint(curve_color(1, 2)), regions->kind == NNG_ACCURACY_SIGN ? -1 : 0);
    } else {
        set_ramp(figure);
    }
}

static void add_said(struct figure *figure, const struct regions *regions)
{
    figure_print(figure, "# what the network says: a row for each x_2\n$said << END\n");
    for (size_t j = 0; j < POINTS; j++)
        figure_row(figure, POINTS, regions->said + j * POINTS);
    figure_data_end(figure);
    plane_set_axes(&regions->plane, 6, figure);
    if (regions->kind == NNG_ACCURACY_THRESHOLD || regions->kind == NNG_ACCURACY_SIGN)
        figure_print(figure,
                     "set contour base\nunset surface\nset cntrparam levels discrete %s\nset table $line\n"
                     "splot $said matrix " PLANE_POINT "\nunset table\nunset contour\nset surface\n",
                     regions->kind == NNG_ACCURACY_SIGN ? "0" : "0.5");
}

/* How a sample of that class is drawn: full or hollow; as text each class has a letter. */
static size_t point_type(const struct figure *figure, size_t c, bool hollow)
{
    return figure->picture == PICTURE_TEXT ? c + 1 : hollow ? 4 : 7;
}

/* The samples of one set: a point in its class's colour, and a ring around what is wrong. */
static void plot_samples(struct figure *figure, const struct regions *regions, const char *name, bool hollow)
{
    enum { FEW = 50, SOME = 400 };
    size_t classes = class_count(regions), samples = regions->model->data.samples;
    double size = (samples <= FEW ? 1.2 : samples <= SOME ? 0.7 : 0.5) * (hollow ? 0.8 : 1);
    for (size_t c = 0; c < classes; c++)
        figure_print(figure,
                     ", \\\n     %s using 1:($3 == %zu ? $2 : NaN) with points pointtype %zu pointsize %g "
                     "linewidth 1.5 linecolor rgb '#%06x'",
                     name, c, point_type(figure, c, hollow), size, curve_color(c, classes));
    if (classes == 0)
        figure_print(figure, ", \\\n     %s using 1:2:3 with points pointtype %zu pointsize %g linecolor palette", name,
                     point_type(figure, 0, hollow), size);
    else if (figure->picture != PICTURE_TEXT)
        figure_print(figure,
                     ", \\\n     %s using 1:($4 == 1 ? $2 : NaN) with points pointtype 6 pointsize %g linewidth 1.2 "
                     "linecolor rgb '#000000'",
                     name, 2 * size);
}

static void plot_all(struct figure *figure, const struct regions *regions)
{
    figure_print(figure, "plot $said matrix " PLANE_POINT " with image");
    if (regions->kind == NNG_ACCURACY_THRESHOLD || regions->kind == NNG_ACCURACY_SIGN)
        figure_print(figure, ", \\\n     $line using 1:2 with lines linecolor rgb '#404040' linewidth 2 dashtype 1");
    plot_samples(figure, regions, "$training", false);
    if (regions->model->validation.samples > 0)
        plot_samples(figure, regions, "$validation", true);
    figure_print(figure, "\n");
}

static void plot_key(struct figure *figure, const struct regions *regions)
{
    size_t classes = class_count(regions);
    const char *const *names = regions->model->data.classes;
    figure_print(figure, "plot ");
    for (size_t c = 0; c < classes; c++) {
        figure_print(figure, "%sNaN with points pointtype %zu pointsize 1 linecolor rgb '#%06x' title ",
                     c > 0 ? ", \\\n     " : "", point_type(figure, c, false), curve_color(c, classes));
        if (names != NULL)
            figure_text(figure, "class %s", names[c]);
        else if (regions->kind == NNG_ACCURACY_LARGEST)
            figure_text(figure, "class %zu", c + 1);
        else
            figure_text(figure, "y = %d", c > 0 ? 1 : regions->kind == NNG_ACCURACY_SIGN ? -1 : 0);
    }
    bool text = figure->picture == PICTURE_TEXT;
    if (regions->model->validation.samples > 0 && !text)
        figure_print(figure, ", \\\n     NaN with points pointtype 4 pointsize 0.7 linewidth 1.5 linecolor rgb "
                             "'#404040' title 'validation'");
    if (!text)
        figure_print(figure, ", \\\n     NaN with points pointtype 6 pointsize 1.1 linewidth 1.2 linecolor rgb "
                             "'#000000' title 'wrong'");
    figure_print(figure, "\n");
}

static enum nng_status draw(struct figure *figure, const struct regions *regions, const char *name,
                            struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = regions->model;
    struct nng_text accuracies = {0};
    size_t longest = strlen("validation"), classes = class_count(regions);
    for (size_t c = 0; model->data.classes != NULL && c < classes; c++) {
        size_t width = strlen("class ") + plain_width(model->data.classes[c]);
        longest = width > longest ? width : longest;
    }
    NNG_TRY(add_samples(figure, regions, "training", &model->data, error));
    if (model->validation.samples > 0)
        NNG_TRY(add_samples(figure, regions, "validation", &model->validation, error));
    add_said(figure, regions);
    set_colors(figure, regions);
    NNG_TRY(add_accuracies(regions, &accuracies, error));
    figure->width = 640;
    figure->height = 560;
    size_t entries = classes > 0 ? classes + 1 + (model->validation.samples > 0) : 0;
    struct panels panels =
        panels_begin(figure, 1, 0, classes > 0 ? "Decision regions" : "Output over the plane", name, entries, longest);
    panels_next(&panels, plain_part(&figure->script, &accuracies));
    if (regions->kind != NNG_ACCURACY_LARGEST)
        figure_print(figure, "set rmargin at screen 0.84\nset cblabel 'ŷ'\n");
    plot_all(figure, regions);
    figure_print(figure, "unset colorbox\n");
    if (panels_key(&panels))
        plot_key(figure, regions);
    panels_end(&panels);
fail:
    nng_text_free(&accuracies);
    return status;
}

enum nng_status draw_boundary(struct figure *figure, const struct nng_model *model, const double *theta,
                              const char *name, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct regions regions = {
        .plane = plane_around(model, theta, POINTS), .model = model, .kind = nng_accuracy_of(&model->data)};
    regions.said = nng_allocate(POINTS * POINTS, sizeof *regions.said);
    if (regions.said == NULL)
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(plane_forward(&regions.plane, say_row, &regions, error));
    NNG_TRY(draw(figure, &regions, name, error));
fail:
    nng_release(regions.said);
    return status;
}

enum nng_status plot_boundary(const struct plot_request *request, struct figure *figure, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct trained trained = {0};
    NNG_TRY(trained_open(&trained, request, request->argument_count > 0 ? request->arguments[0] : NULL, error));
    NNG_TRY(plane_require(trained.model, trained.name, "a boundary is", error));
    if (trained.model->optimizer.plugin != NULL)
        NNG_TRY(trained_learn(&trained, request->options, error));
    NNG_TRY(draw_boundary(figure, trained.model, trained.theta, trained.name, error));
fail:
    trained_free(&trained);
    return status;
}
