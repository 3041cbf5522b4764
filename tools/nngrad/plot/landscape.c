/* landscape.c - the loss over two parameters, the others being held. */
#include "plot/landscape.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "diagnostic.h"
#include "learn/learn.h"
#include "plot/panels.h"

/* The grid, and how many contour lines at most. */
enum { POINTS = 51, LEVELS = 12 };

/* ---- parameters ---------------------------------------------------------------------------------------------- */

static bool is_trained(const struct nng_model *model, size_t index)
{
    struct nng_place place = nng_place(model, index);
    return place.kind == NNG_WEIGHT || model->layers[place.layer - 1].train_biases;
}

/* LOW:HIGH */
static enum nng_status read_range(struct landscape *landscape, size_t k, enum option_id id, const char *text,
                                  struct nng_error *error)
{
    double *low = &landscape->low[k], *high = &landscape->high[k];
    size_t length = strcspn(text, ":");
    bool read = text[length] == ':' && nng_number_parse(text, length, low) == NNG_NUMBER_FINITE &&
                nng_number_parse(text + length + 1, strlen(text + length + 1), high) == NNG_NUMBER_FINITE;
    if (!read || !(*low < *high))
        return nng_fail(error, NNG_INPUT, "option '--%s': '%s' is not a range LOW:HIGH", option_table[id].name, text);
    landscape->bounded[k] = true;
    return NNG_OK;
}

/* PARAM or PARAM=LOW:HIGH */
static enum nng_status read_axis(struct landscape *landscape, const struct options *options, size_t k,
                                 enum option_id id, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const char *text = option_text(options, id);
    size_t length = strcspn(text, "=");
    const char *name = nng_arena_text_n(options->memory, text, length);
    if (name == NULL)
        return nng_fail_memory(error);
    NNG_TRY(nng_parameter_find(landscape->model, name, &landscape->parameters[k], error));
    if (text[length] == '=')
        NNG_TRY(read_range(landscape, k, id, text + length + 1, error));
fail:
    return status;
}

static enum nng_status choose(struct landscape *landscape, size_t k, struct nng_error *error)
{
    const struct nng_model *model = landscape->model;
    for (size_t i = 0; i < model->parameter_count; i++)
        if (i != landscape->parameters[1 - k] && is_trained(model, i)) {
            landscape->parameters[k] = i;
            return NNG_OK;
        }
    return nng_fail(error, NNG_INPUT, "'%s' has no two parameters that are trained", model->name);
}

enum nng_status landscape_open(struct landscape *landscape, const struct options *options,
                               const struct nng_model *model, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    static const enum option_id ids[] = {OPTION_X, OPTION_Y};
    *landscape = (struct landscape){.model = model,
                                    .parameters = {SIZE_MAX, SIZE_MAX},
                                    .low = {INFINITY, INFINITY},
                                    .high = {-INFINITY, -INFINITY}};
    for (size_t k = 0; k < 2; k++)
        if (option_given(options, ids[k]))
            NNG_TRY(read_axis(landscape, options, k, ids[k], error));
    for (size_t k = 0; k < 2; k++)
        if (!option_given(options, ids[k]))
            NNG_TRY(choose(landscape, k, error));
    if (landscape->parameters[0] == landscape->parameters[1])
        NNG_TRY(nng_fail(error, NNG_INPUT, "--x and --y are the same parameter: '%s'", option_text(options, OPTION_X)));
    for (size_t k = 0; k < 2; k++) {
        char name[NNG_NAME_SIZE];
        nng_parameter_name(model, landscape->parameters[k], name);
        figure_name(name, landscape->names[k]);
    }
fail:
    return status;
}

void landscape_free(struct landscape *landscape)
{
    nng_release(landscape->loss);
}

/* ---- the range ----------------------------------------------------------------------------------------------- */

void landscape_include_point(struct landscape *landscape, const double point[2])
{
    for (size_t k = 0; k < 2; k++)
        if (!landscape->bounded[k] && isfinite(point[k])) {
            landscape->low[k] = fmin(landscape->low[k], point[k]);
            landscape->high[k] = fmax(landscape->high[k], point[k]);
        }
}

void landscape_include(struct landscape *landscape, const double *theta)
{
    landscape_include_point(landscape, (double[2]){theta[landscape->parameters[0]], theta[landscape->parameters[1]]});
}

/* Some room around the points; around one point alone as much as a weight may move. */
static void widen(struct landscape *landscape)
{
    static const double share = 0.25, least = 2;
    for (size_t k = 0; k < 2; k++) {
        double *low = &landscape->low[k], *high = &landscape->high[k];
        if (landscape->bounded[k])
            continue;
        double size = fmax(fabs(*low), fabs(*high)), margin = fmax(share * (*high - *low), 0);
        margin = fmax(margin, 0.5 * (fmax(least, 0.5 * size) - (*high - *low)));
        *low -= margin;
        *high += margin;
    }
}

/* ---- the loss ------------------------------------------------------------------------------------------------ */

static double coordinate(const struct landscape *landscape, size_t k, size_t i)
{
    return landscape->low[k] + (landscape->high[k] - landscape->low[k]) * (double)i / (POINTS - 1);
}

static enum nng_status compute_grid(struct landscape *landscape, double *theta, struct nng_pass *pass,
                                    struct progress *progress, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_data *data = &landscape->model->data;
    for (size_t j = 0; j < POINTS; j++) {
        if (!progress_tell(progress, (double)j / POINTS, "the loss around the end"))
            NNG_TRY(nng_fail(error, NNG_INTERRUPTED, "interrupted"));
        for (size_t i = 0; i < POINTS; i++) {
            double *loss = &landscape->loss[j * POINTS + i], accuracy;
            theta[landscape->parameters[0]] = coordinate(landscape, 0, i);
            theta[landscape->parameters[1]] = coordinate(landscape, 1, j);
            status = nng_evaluate_data(landscape->model, theta, data, NNG_ACCURACY_NONE, pass, loss, &accuracy, error);
            if (status == NNG_INPUT) { /* a plugin refuses: there is no loss here */
                *loss = NAN;
                landscape->holes++;
                status = NNG_OK;
            }
            NNG_TRY(status);
            if (isfinite(*loss)) {
                landscape->lowest = fmin(landscape->lowest, *loss);
                landscape->highest = fmax(landscape->highest, *loss);
            }
        }
    }
fail:
    return status;
}

enum nng_status landscape_compute(struct landscape *landscape, const struct options *options, const double *theta,
                                  struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = landscape->model;
    size_t samples = model->data.samples;
    struct nng_pass *pass = NULL;
    struct progress progress = progress_begin(options, "computing");
    double *own = nng_allocate(model->parameter_count, sizeof *own);
    widen(landscape);
    landscape->lowest = INFINITY;
    landscape->highest = -INFINITY;
    landscape->loss = nng_allocate(POINTS * POINTS, sizeof *landscape->loss);
    if (own == NULL || landscape->loss == NULL)
        NNG_TRY(nng_fail_memory(error));
    memcpy(own, theta, model->parameter_count * sizeof *own);
    NNG_TRY(nng_pass_new(model, samples < NNG_CHUNK ? samples : NNG_CHUNK, &pass, error));
    NNG_TRY(compute_grid(landscape, own, pass, &progress, error));
    if (landscape->holes > 0)
        diagnostic_note(options, "there is no loss in %zu of the %d points: %s", landscape->holes, POINTS * POINTS,
                        error->text);
    if (!(landscape->lowest < landscape->highest))
        NNG_TRY(nng_fail(error, NNG_NUMERIC, "the loss is the same, or not finite, wherever '%s' and '%s' stand",
                         landscape->names[0], landscape->names[1]));
fail:
    progress_end(&progress);
    nng_pass_free(pass);
    nng_release(own);
    return status;
}

/* ---- drawing ------------------------------------------------------------------------------------------------- */

/* Evenly spread, or evenly in the logarithm where losses are far apart. */
static void add_levels(const struct landscape *landscape, struct figure *figure)
{
    static const double far = 20, deepest = 1e-5;
    double low = landscape->lowest, high = landscape->highest;
    bool logarithmic = low >= 0 && high >= far * low;
    low = logarithmic ? log(fmax(low, deepest * high)) : low;
    high = logarithmic ? log(high) : high;
    figure_print(figure, "set cntrparam levels discrete ");
    for (int k = 1; k <= LEVELS; k++) {
        double level = low + (high - low) * k / (LEVELS + 1);
        figure_print(figure, "%s%.4g", k > 1 ? ", " : "", logarithmic ? exp(level) : level);
    }
    figure_print(figure, "\n%s logscale cb\nset format cb '%s'\n", logarithmic ? "set" : "unset",
                 logarithmic && (low < log(1e-4) || high > log(1e5)) ? "10^{%T}" : "%g");
    figure_print(figure, "set cbrange [%.4g:%.4g]\n", logarithmic ? exp(low) : low, logarithmic ? exp(high) : high);
}

static void set_axes(const struct landscape *landscape, struct figure *figure)
{
    static const char *const axes[2] = {"x", "y"};
    for (size_t k = 0; k < 2; k++) {
        double low = landscape->low[k], high = landscape->high[k];
        figure_print(figure, "set %srange [%.6g:%.6g]\nset %stics %g\nset %slabel ", axes[k], low, high, axes[k],
                     tick_step(high - low, 5), axes[k]);
        figure_text(figure, "%s", landscape->names[k]);
        figure_print(figure, "\n");
    }
    figure_print(figure, "set ztics %g\n", tick_step(landscape->highest - landscape->lowest, 5));
}

void landscape_add(const struct landscape *landscape, struct figure *figure)
{
    figure_print(figure, "# the loss: a row for each y\n$loss << END\n");
    for (size_t j = 0; j < POINTS; j++)
        figure_row(figure, POINTS, landscape->loss + j * POINTS);
    figure->holes = landscape->holes > 0;
    figure_data_end(figure);
    figure_print(figure, "x(i) = %.9g + i * %.9g\ny(j) = %.9g + j * %.9g\n", landscape->low[0],
                 (landscape->high[0] - landscape->low[0]) / (POINTS - 1), landscape->low[1],
                 (landscape->high[1] - landscape->low[1]) / (POINTS - 1));
    add_levels(landscape, figure);
    figure_print(figure, "set contour base\nunset surface\nset table $contours\nsplot $loss matrix " LANDSCAPE_POINT
                         "\nunset table\nunset contour\nset surface\n");
    set_axes(landscape, figure);
}

void landscape_add_contours(struct figure *figure, unsigned color)
{
    figure_print(figure, ", \\\n     $contours using 1:2 with ");
    if (figure->picture == PICTURE_TEXT)
        figure_print(figure, "points pointtype '.' linecolor rgb '#%06x'", color);
    else
        figure_print(figure, "lines linecolor rgb '#%06x' linewidth 0.7 dashtype 1", color);
}

void landscape_add_mark(struct figure *figure, double x, double y, enum mark mark, unsigned color)
{
    figure_print(figure,
                 ", \\\n     '+' using (%.9g):(%.9g) every ::0::0 with points pointtype %d pointsize 1.3 linewidth 2 "
                 "linecolor rgb '#%06x'",
                 x, y, mark == MARK_START ? 6 : 7, color);
}
