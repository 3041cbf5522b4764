/* matrix.c - `nngrad plot matrix`: the page's matrix of derivatives as a heat map, Layer 1 | ... | Output layer |
 * Biases.
 *
 * Colours are by sign and size: c = sign(g) log(1 + |g|/t) / log(1 + 1000), t a thousandth of the largest |g|, so that
 * layers whose derivatives are a hundred times smaller are seen too. Of up to 200 parameters each cell has its name and
 * its number. A large group is cut into blocks, each of which shows its largest derivative.
 */
#include <math.h>
#include <stdio.h>

#include "base/error.h"
#include "base/memory.h"
#include "plot/gradient.h"
#include "plot/kinds.h"
#include "render/matrix.h"
#include "render/plain.h"
#include "session.h"

enum {
    WIDTH = 700,
    SIDE = 20,
    TITLE = 66,   /* height of the title above everything */
    HEADING = 50, /* and of that of a group */
    FOOT = 76,    /* room for the colours and what they mean */
    GAP = 20,     /* between groups */
    LEAST_GROUP = 104,
    MOST_WRITTEN = 200, /* cells with numbers */
    WRITTEN_LEAST = 50, /* their width */
    WRITTEN_MOST = 60,
    WRITTEN_HEIGHT = 40,
    BARE_LEAST = 6, /* width and height of cells without numbers */
    BARE_MOST = 24,
    MOST_BLOCKS = 40 /* rows and columns that a group is cut into */
};

static const double range = 1000; /* from the largest |g| down to where colours are linear */

/* A group as it is drawn. */
struct heat {
    struct matrix_group group;
    size_t rows, cols; /* of blocks */
    double x, y;       /* upper left corner, in pixels from the left and from above */
};

struct heatmap {
    struct matrix matrix;
    const double *gradient;
    struct heat *heats;
    size_t count;
    bool written;
    double cell_width, cell_height, height;
    double most; /* |g| */
    struct nng_arena *memory;
};

/* ---- layout ------------------------------------------------------------------------------------ */

static size_t at_most(size_t n, size_t most)
{
    return n < most ? n : most;
}

static double line_width(const struct heatmap *map, double cell_width)
{
    double width = GAP * (double)(map->count - 1);
    for (size_t g = 0; g < map->count; g++)
        width += fmax(LEAST_GROUP, cell_width * (double)map->heats[g].cols);
    return width;
}

/* The widest cells with which all groups stand in one line; if there are none, the narrowest. */
static void choose_cells(struct heatmap *map)
{
    double least = map->written ? WRITTEN_LEAST : BARE_LEAST;
    map->cell_width = map->written ? WRITTEN_MOST : BARE_MOST;
    while (map->cell_width > least && line_width(map, map->cell_width) > WIDTH - 2 * SIDE)
        map->cell_width--;
    map->cell_height = map->written ? WRITTEN_HEIGHT : map->cell_width;
}

/* Groups from left to right, and on in a new line where there is no room. */
static void place(struct heatmap *map)
{
    double x = SIDE, y = TITLE, line = 0;
    for (size_t g = 0; g < map->count; g++) {
        struct heat *heat = &map->heats[g];
        double width = fmax(LEAST_GROUP, map->cell_width * (double)heat->cols);
        if (x > SIDE && x + width > WIDTH - SIDE) {
            y += line + GAP;
            x = SIDE;
            line = 0;
        }
        heat->x = x;
        heat->y = y + HEADING;
        x += width + GAP;
        line = fmax(line, HEADING + map->cell_height * (double)heat->rows);
    }
    map->height = y + line + FOOT;
}

static enum nng_status arrange(struct heatmap *map, struct nng_error *error)
{
    const struct nng_model *model = map->matrix.model;
    map->count = matrix_groups(&map->matrix);
    map->written = model->parameter_count <= MOST_WRITTEN;
    if ((map->memory = nng_arena_new()) == NULL ||
        (map->heats = nng_arena_take(map->memory, map->count, sizeof *map->heats)) == NULL)
        return nng_fail_memory(error);
    for (size_t g = 0; g < map->count; g++) {
        struct heat *heat = &map->heats[g];
        heat->group = matrix_group(&map->matrix, g);
        map->written =
            map->written && heat->group.rows <= MOST_BLOCKS && heat->group.cols * WRITTEN_LEAST <= WIDTH - 2 * SIDE;
        heat->rows = at_most(heat->group.rows, MOST_BLOCKS);
        heat->cols = at_most(heat->group.cols, MOST_BLOCKS);
    }
    choose_cells(map);
    place(map);
    return NNG_OK;
}

/* ---- cells ------------------------------------------------------------------------------------ */

/* The largest derivative of a block, MATRIX_NONE where it has none. Blocks part n lines evenly: the k-th of m ends
 * before line n (k + 1)/m. */
static size_t block_index(const struct heatmap *map, size_t g, size_t row, size_t col)
{
    const struct heat *heat = &map->heats[g];
    size_t largest = MATRIX_NONE;
    for (size_t i = heat->group.rows * row / heat->rows; i < heat->group.rows * (row + 1) / heat->rows; i++)
        for (size_t j = heat->group.cols * col / heat->cols; j < heat->group.cols * (col + 1) / heat->cols; j++) {
            size_t index = matrix_index(&map->matrix, g, i, j);
            if (index != MATRIX_NONE &&
                (largest == MATRIX_NONE || fabs(map->gradient[index]) > fabs(map->gradient[largest])))
                largest = index;
        }
    return largest;
}

static double color_of(const struct heatmap *map, double value)
{
    if (!isfinite(value) || map->most == 0)
        return isfinite(value) ? 0 : NAN;
    return copysign(log1p(fabs(value) / map->most * range) / log1p(range), value);
}

/* Calls each(map, figure, g, row, col, index) for every cell. */
typedef void each_cell(const struct heatmap *map, struct figure *figure, const struct heat *heat, size_t row,
                       size_t col, size_t index);

static void for_each(const struct heatmap *map, struct figure *figure, each_cell *each)
{
    for (size_t g = 0; g < map->count; g++)
        for (size_t i = 0; i < map->heats[g].rows; i++)
            for (size_t j = 0; j < map->heats[g].cols; j++) {
                size_t index = block_index(map, g, i, j);
                if (index != MATRIX_NONE)
                    each(map, figure, &map->heats[g], i, j, index);
            }
}

/* left, right, lower and upper edge of a cell, from the left and from below; beside each other without a gap */
static void add_cell(const struct heatmap *map, struct figure *figure, const struct heat *heat, size_t row, size_t col,
                     size_t index)
{
    double left = heat->x + map->cell_width * (double)col,
           upper = map->height - heat->y - map->cell_height * (double)row;
    double between = map->written ? -2 : 0.5;
    figure_row(figure, 7,
               (double[]){left + map->cell_width / 2, upper - map->cell_height / 2, left,
                          left + map->cell_width + between, upper - map->cell_height - between, upper,
                          color_of(map, map->gradient[index])});
}

static void add_number(const struct heatmap *map, struct figure *figure, const struct heat *heat, size_t row,
                       size_t col, size_t index)
{
    char name[NNG_NAME_SIZE], pretty[FIGURE_NAME_SIZE], number[PLOT_NUMBER_SIZE];
    double x = heat->x + map->cell_width * ((double)col + 0.5) - 1;
    double y = map->height - heat->y - map->cell_height * ((double)row + 0.5);
    const char *ink = fabs(color_of(map, map->gradient[index])) > 0.7 ? "#ffffff" : "#000000";
    nng_parameter_name(map->matrix.model, index, name);
    figure_print(figure, "set label ");
    figure_text(figure, "%s", figure_name(name, pretty));
    figure_print(figure, " at %.1f, %.1f center front font ',9' textcolor rgb '%s'\nset label ", x, y + 9, ink);
    figure_text(figure, "%s", plot_number(map->gradient[index], 2, number));
    figure_print(figure, " at %.1f, %.1f center front font ',10' textcolor rgb '%s'\n", x, y - 6, ink);
}

/* ---- the figure ------------------------------------------------------------------------------------ */

static void add_headings(const struct heatmap *map, struct figure *figure)
{
    for (size_t g = 0; g < map->count; g++) {
        const struct heat *heat = &map->heats[g];
        figure_print(figure, "set label ");
        figure_text(figure, "%s", heat->group.title);
        figure_print(figure, " at %.1f, %.1f left front\nset label ", heat->x, map->height - heat->y + 32);
        if (g + 1 < map->count)
            figure_text(figure, "%s, %zu × %zu", heat->group.symbol, heat->group.rows, heat->group.cols);
        else
            figure_text(figure, "%s", heat->group.symbol);
        figure_print(figure, " at %.1f, %.1f left front font ',11' textcolor rgb '#606060'\n", heat->x,
                     map->height - heat->y + 14);
    }
}

/* The largest block of any group: "each cell the largest of up to 4 × 20". */
static void add_subtitle(const struct heatmap *map, struct nng_text *text)
{
    size_t rows = 1, cols = 1;
    for (size_t g = 0; g < map->count; g++) {
        const struct heat *heat = &map->heats[g];
        size_t high = (heat->group.rows + heat->rows - 1) / heat->rows;
        size_t wide = (heat->group.cols + heat->cols - 1) / heat->cols;
        rows = high > rows ? high : rows;
        cols = wide > cols ? wide : cols;
    }
    plot_add_loss(map->matrix.model, text);
    if (rows * cols > 1)
        nng_text_print(text, "; a cell shows the largest derivative of up to %zu × %zu", rows, cols);
}

/* Colours with the values that they stand for: +-most, a tenth, a hundredth, and 0. */
static void add_colors(const struct heatmap *map, struct figure *figure)
{
    char number[PLOT_NUMBER_SIZE];
    figure_print(
        figure,
        "set palette defined (-1 '#0072B2', -0.5 '#80B8D8', 0 '#F7F7F7', 0.5 '#EAAE80', 1 '#D55E00')\n"
        "set cbrange [-1:1]\nset colorbox horizontal user origin screen 0.08, screen %.3f size screen 0.84, screen "
        "%.3f\nset cbtics scale 0 (",
        (FOOT - 44) / map->height, 14 / map->height);
    for (int sign = -1; sign <= 1; sign += 2)
        for (int k = 0; k < 3 && map->most > 0; k++) {
            double value = sign * map->most * pow(10, -k);
            figure_text(figure, "%s", plot_number(value, 2, number));
            figure_print(figure, " %.6f, ", color_of(map, value));
        }
    figure_print(figure, "'0' 0)\n");
}

static void draw(const struct heatmap *map, struct figure *figure)
{
    const struct nng_model *model = map->matrix.model;
    struct nng_text subtitle = {0};
    figure->width = WIDTH;
    figure->height = (unsigned)map->height;
    figure_data(figure, "cells");
    for_each(map, figure, add_cell);
    figure_data_end(figure);
    figure_print(figure,
                 "set margins 0, 0, 0, 0\nunset border\nunset tics\nunset grid\nunset key\nset xrange [0:%d]\n"
                 "set yrange [0:%.0f]\nset label ",
                 WIDTH, map->height);
    figure_text(figure, "The gradient of %s, %zu derivatives", model->name, model->parameter_count);
    figure_print(figure, " at %d, %.1f center front font ',16'\nset label ", WIDTH / 2, map->height - 24);
    add_subtitle(map, &subtitle);
    figure_text(figure, "%s", plain_part(&figure->script, &subtitle));
    nng_text_free(&subtitle);
    figure_print(figure, " at %d, %.1f center front font ',12' textcolor rgb '#606060'\n", WIDTH / 2, map->height - 48);
    add_headings(map, figure);
    if (map->written)
        for_each(map, figure, add_number);
    add_colors(map, figure);
    figure_print(figure,
                 "plot $cells using 1:2:3:4:5:6:7 with boxxyerror fillcolor palette fillstyle solid noborder\n");
}

enum nng_status plot_matrix(const struct plot_request *request, struct figure *figure, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_model *model = NULL;
    struct heatmap map = {0};
    double *gradient = NULL;
    NNG_TRY(session_model(request->options, request->host, request->argument_count > 0 ? request->arguments[0] : NULL,
                          &model, error));
    NNG_TRY(plot_gradient(model, &gradient, error));
    map.matrix.model = model;
    map.gradient = gradient;
    for (size_t i = 0; i < model->parameter_count; i++)
        map.most = isfinite(gradient[i]) ? fmax(map.most, fabs(gradient[i])) : map.most;
    NNG_TRY(arrange(&map, error));
    draw(&map, figure);
fail:
    nng_arena_free(map.memory);
    nng_release(gradient);
    nng_model_free(model);
    return status;
}
