/* trajectory.c - `nngrad plot trajectory`: the paths of trainings over two parameters, on the contour lines of the
 * loss.
 *
 * A run's path is that of its weights.csv (train --record weights); a model is trained in memory. Where a network has
 * more parameters the map is a slice: the others are held where the first training ended.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "plot/columns.h"
#include "plot/landscape.h"
#include "plot/panels.h"
#include "render/plain.h"

enum { MOST_PATHS = 12 };

struct path {
    const char *name;
    struct columns points; /* epoch, x, y */
};

struct paths {
    struct path list[MOST_PATHS];
    size_t count;
};

/* ---- reading ------------------------------------------------------------------------------------------------- */

static enum nng_status find_columns(const struct landscape *landscape, const struct column_reader *reader,
                                    size_t which[3], struct nng_error *error)
{
    which[0] = 0;
    for (size_t k = 0; k < 2; k++) {
        char name[NNG_NAME_SIZE];
        nng_parameter_name(landscape->model, landscape->parameters[k], name);
        which[1 + k] = columns_find(reader, name);
        if (which[1 + k] == SIZE_MAX)
            return nng_fail_at(error, NNG_INPUT, reader->shown, 1, 0, NULL, "there is no column '%s'", name);
    }
    return NNG_OK;
}

static enum nng_status read_path(const struct landscape *landscape, const char *run, struct columns *points,
                                 struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct column_reader reader = {0};
    struct nng_text file = {0};
    size_t which[3];
    nng_text_print(&file, "%s/weights.csv", run);
    if (file.failed)
        NNG_TRY(nng_fail_memory(error));
    status = columns_open(&reader, file.data, error);
    if (status == NNG_INPUT && reader.file == NULL)
        status =
            nng_fail(error, NNG_INPUT, "'%s' holds no path: 'nngrad train --record weights' writes weights.csv", run);
    if (status == NNG_OK)
        status = find_columns(landscape, &reader, which, error);
    if (status == NNG_OK)
        status = columns_read(&reader, which, 3, points, error);
fail:
    columns_close(&reader);
    nng_text_free(&file);
    return status;
}

/* A path in memory, thinned as one that is read. */
static enum nng_status take_path(const struct trained *trained, struct columns *points, struct nng_error *error)
{
    enum { MOST = 2048 };
    size_t stride = trained->path_rows / MOST + 1, rows = trained->path_rows;
    *points = (struct columns){.count = 3, .values = nng_allocate(rows / stride + 2, 3 * sizeof(double))};
    if (points->values == NULL)
        return nng_fail_memory(error);
    for (size_t row = 0; row < rows; row++)
        if (row % stride == 0 || row == rows - 1) {
            double *point = points->values + 3 * points->rows++;
            point[0] = (double)row;
            memcpy(point + 1, trained->path + 2 * row, 2 * sizeof *point);
        }
    return NNG_OK;
}

/* The path of a run, or of a model that is open: it is trained. */
static enum nng_status take(struct path *path, struct landscape *landscape, struct trained *trained,
                            const struct options *options, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    trained->watched = landscape->parameters;
    path->name = nng_arena_text(options->memory, trained->name);
    if (path->name == NULL)
        return nng_fail_memory(error);
    NNG_TRY(trained_learn(trained, options, error));
    NNG_TRY(trained->run != NULL ? read_path(landscape, trained->run, &path->points, error)
                                 : take_path(trained, &path->points, error));
    for (size_t row = 0; row < path->points.rows; row++)
        landscape_include_point(landscape, path->points.values + 3 * row + 1);
fail:
    return status;
}

/* Are two parameters the same of both networks? */
static bool same_names(const struct landscape *landscape, const struct nng_model *other)
{
    char name[NNG_NAME_SIZE], other_name[NNG_NAME_SIZE];
    if (other->parameter_count != landscape->model->parameter_count)
        return false;
    for (size_t k = 0; k < 2; k++) {
        nng_parameter_name(landscape->model, landscape->parameters[k], name);
        nng_parameter_name(other, landscape->parameters[k], other_name);
        if (strcmp(name, other_name) != 0)
            return false;
    }
    return true;
}

static enum nng_status take_other(struct path *path, struct landscape *landscape, const struct plot_request *request,
                                  const char *argument, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct trained other = {0};
    NNG_TRY(trained_open(&other, request, argument, error));
    if (!same_names(landscape, other.model))
        NNG_TRY(nng_fail(error, NNG_INPUT, "'%s' and '%s' are different networks", request->arguments[0], argument));
    NNG_TRY(take(path, landscape, &other, request->options, error));
fail:
    trained_free(&other);
    return status;
}

/* ---- drawing ------------------------------------------------------------------------------------------------- */

static void add_paths(struct figure *figure, const struct paths *paths)
{
    for (size_t k = 0; k < paths->count; k++) {
        const struct columns *points = &paths->list[k].points;
        figure_print(figure, "$path%zu << END\n", k + 1);
        for (size_t row = 0; row < points->rows; row++)
            figure_row(figure, 3, points->values + 3 * row);
        figure_data_end(figure);
    }
}

static void plot_paths(struct figure *figure, const struct paths *paths)
{
    enum { FEW_POINTS = 250 };
    for (size_t k = 0; k < paths->count; k++) {
        const struct columns *points = &paths->list[k].points;
        const double *first = points->values, *last = first + 3 * (points->rows - 1);
        figure_print(figure, ", \\\n     $path%zu using 2:3 with %s linecolor rgb '#%06x' linewidth 2 dashtype 1%s",
                     k + 1, points->rows < FEW_POINTS ? "linespoints" : "lines", curve_color(k, paths->count),
                     points->rows < FEW_POINTS ? " pointtype 7 pointsize 0.4" : "");
        landscape_add_mark(figure, first[1], first[2], MARK_START, curve_color(k, paths->count));
        landscape_add_mark(figure, last[1], last[2], MARK_END, curve_color(k, paths->count));
    }
    figure_print(figure, "\n");
}

static void plot_key(struct figure *figure, const struct paths *paths)
{
    figure_print(figure, "plot ");
    for (size_t k = 0; k < paths->count; k++) {
        figure_print(figure, "NaN with lines linecolor rgb '#%06x' linewidth 2 dashtype 1 title ",
                     curve_color(k, paths->count));
        figure_text(figure, "%s", paths->list[k].name);
        figure_print(figure, ", \\\n     ");
    }
    figure_print(figure, "NaN with points pointtype 6 pointsize 1.3 linewidth 2 linecolor rgb '#404040' title 'start', "
                         "\\\n     NaN with points pointtype 7 pointsize 1.3 linecolor rgb '#404040' title 'end'\n");
}

static void draw(struct figure *figure, const struct landscape *landscape, const struct paths *paths)
{
    struct nng_text slice = {0};
    size_t longest = strlen("start");
    for (size_t k = 0; k < paths->count; k++)
        longest = plain_width(paths->list[k].name) > longest ? plain_width(paths->list[k].name) : longest;
    if (landscape->model->parameter_count > 2)
        nng_text_print(&slice, "the loss with the other parameters as %s ended", paths->list[0].name);
    figure->width = 760;
    figure->height = 560;
    add_paths(figure, paths);
    landscape_add(landscape, figure);
    struct panels panels = panels_begin(figure, 1, 0, "Paths over the loss", "", paths->count + 2, longest);
    panels_next(&panels, plain_part(&figure->script, &slice));
    figure_print(figure, "set rmargin at screen 0.84\nset palette defined (0 '#ffffff', 1 '#a8a8a8')\n"
                         "set cblabel 'loss'\nplot $loss matrix " LANDSCAPE_POINT " with image");
    landscape_add_contours(figure, 0x808080);
    plot_paths(figure, paths);
    figure_print(figure, "unset colorbox\n");
    if (panels_key(&panels))
        plot_key(figure, paths);
    panels_end(&panels);
    nng_text_free(&slice);
}

enum nng_status plot_trajectory(const struct plot_request *request, struct figure *figure, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct trained first = {0};
    struct landscape landscape = {0};
    struct paths paths = {0};
    NNG_TRY(trained_open(&first, request, request->argument_count > 0 ? request->arguments[0] : NULL, error));
    NNG_TRY(landscape_open(&landscape, request->options, first.model, error));
    NNG_TRY(take(&paths.list[paths.count++], &landscape, &first, request->options, error));
    for (size_t i = 1; i < request->argument_count; i++)
        NNG_TRY(take_other(&paths.list[paths.count++], &landscape, request, request->arguments[i], error));
    NNG_TRY(landscape_compute(&landscape, request->options, first.theta, error));
    draw(figure, &landscape, &paths);
fail:
    for (size_t k = 0; k < paths.count; k++)
        columns_free(&paths.list[k].points);
    landscape_free(&landscape);
    trained_free(&first);
    return status;
}
