/* loss.c - `nngrad plot loss`: training and validation loss by epoch; several courses overlaid, each in its colour. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "plot/curves.h"
#include "plot/panels.h"
#include "render/plain.h"

/* $curve1, ...: epoch, loss, validation loss. A loss that is not finite is a gap. */
static void add_data(struct figure *figure, const struct course *courses, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        figure_print(figure, "$curve%zu << END\n", k + 1);
        for (size_t row = 0; row < courses[k].table.rows; row++)
            figure_row(figure, 3,
                       (double[]){course_value(&courses[k], row, COURSE_EPOCH),
                                  course_value(&courses[k], row, COURSE_LOSS),
                                  course_value(&courses[k], row, COURSE_VALIDATION_LOSS)});
        figure_data_end(figure);
    }
}

static bool has_validation(const struct course *course)
{
    struct extent extent = extent_none;
    course_extend(course, COURSE_VALIDATION_LOSS, &extent);
    return extent.low <= extent.high;
}

/* The last row with a finite loss, if others follow it; SIZE_MAX: it did not diverge. */
static size_t diverged_after(const struct course *course)
{
    size_t rows = course->table.rows, row = rows;
    while (row > 0 && !isfinite(course_value(course, row - 1, COURSE_LOSS)))
        row--;
    return row > 0 && row < rows ? row - 1 : SIZE_MAX;
}

/* ---- one panel ----------------------------------------------------------------------------------------------- */

static void set_axes(struct figure *figure, const struct course *courses, size_t count, const char *ylabel)
{
    struct extent extent = extent_none;
    for (size_t k = 0; k < count; k++) {
        course_extend(&courses[k], COURSE_LOSS, &extent);
        course_extend(&courses[k], COURSE_VALIDATION_LOSS, &extent);
    }
    set_epochs(figure, courses, count);
    set_axis(figure, "y", extent, extent_is_logarithmic(&extent));
    figure_set(figure, "ylabel", "%s", ylabel);
}

/* The curves of one course, which is the k-th of the data: the validation loss in a style of its own, dashed, where
 * divergence ended it a cross. */
static void plot_course(struct figure *figure, const struct course *course, size_t k, const char *training,
                        const char *validation)
{
    size_t last = diverged_after(course);
    const char *with = course->table.rows < FEW_ROWS ? "linespoints" : "lines";
    figure_print(figure, "$curve%zu using 1:2 with %s %s", k + 1, with, training);
    if (has_validation(course))
        figure_print(figure, ", \\\n     $curve%zu using 1:3 with %s %s", k + 1, with, validation);
    if (last != SIZE_MAX)
        figure_print(figure, ", \\\n     $curve%zu using 1:2 every ::%zu::%zu with points %s pointtype 2 pointsize 1.5",
                     k + 1, last, last, training);
}

/* ---- one course ---------------------------------------------------------------------------------------------- */

static void draw_one(struct figure *figure, const struct course *course)
{
    bool validation = has_validation(course), diverged = diverged_after(course) != SIZE_MAX;
    size_t entries = validation || diverged ? 1u + validation + diverged : 0;
    struct panels panels = panels_begin(figure, 1, 0, "Loss by epoch", course->name, entries, strlen("validation"));
    panels_next(&panels, "");
    set_axes(figure, course, 1, validation ? "loss" : "training loss");
    figure_print(figure, "plot ");
    plot_course(figure, course, 0, "linetype 1", "linetype 2 dashtype 3");
    figure_print(figure, "\n");
    if (panels_key(&panels))
        figure_print(figure, "plot NaN with lines linetype 1 title 'training'%s%s\n",
                     validation ? ", NaN with lines linetype 2 dashtype 3 title 'validation'" : "",
                     diverged ? ", NaN with points linetype 1 pointtype 2 pointsize 1.5 title 'diverged'" : "");
    panels_end(&panels);
}

/* ---- several ------------------------------------------------------------------------------------------------- */

static void plot_group(struct figure *figure, const struct course *courses, size_t from, size_t count)
{
    char training[CURVE_STYLE_SIZE], validation[CURVE_STYLE_SIZE + 16];
    set_axes(figure, courses + from, count, "loss");
    figure_print(figure, "plot ");
    for (size_t k = 0; k < count; k++) {
        curve_style(k, count, training);
        snprintf(validation, sizeof validation, "%s dashtype 3", training);
        figure_print(figure, k > 0 ? ", \\\n     " : "");
        plot_course(figure, &courses[from + k], from + k, training, validation);
    }
    figure_print(figure, "\n");
}

static void plot_key(struct figure *figure, const struct course *courses, size_t count, bool validation, bool diverged)
{
    char style[CURVE_STYLE_SIZE];
    figure_print(figure, "plot ");
    for (size_t k = 0; k < count; k++) {
        figure_print(figure, "%sNaN with lines %s title ", k > 0 ? ", \\\n     " : "", curve_style(k, count, style));
        figure_text(figure, "%s", courses[k].name);
    }
    figure_print(
        figure, "%s%s\n",
        validation ? ", \\\n     NaN with lines linecolor rgb '#404040' linewidth 2 dashtype 3 title 'validation'" : "",
        diverged ? ", \\\n     NaN with points linecolor rgb '#404040' pointtype 2 pointsize 1.5 title 'diverged'"
                 : "");
}

/* The groups are alike: the key of the first is that of all. */
void draw_loss_groups(struct figure *figure, const struct course *courses, const struct course_group *groups,
                      size_t count)
{
    bool validation = false, diverged = false;
    size_t longest = strlen("validation"), all = 0;
    for (size_t g = 0; g < count; all += groups[g++].count)
        for (size_t k = all; k < all + groups[g].count; k++) {
            size_t width = plain_width(courses[k].name);
            longest = width > longest ? width : longest;
            validation = validation || has_validation(&courses[k]);
            diverged = diverged || diverged_after(&courses[k]) != SIZE_MAX;
        }
    add_data(figure, courses, all);
    if (all == 1) {
        draw_one(figure, courses);
        return;
    }
    struct panels panels =
        panels_begin(figure, count, 0, "Loss by epoch", "", groups[0].count + validation + diverged, longest);
    size_t from = 0;
    for (size_t g = 0; g < count; from += groups[g++].count) {
        panels_next(&panels, groups[g].title);
        plot_group(figure, courses, from, groups[g].count);
    }
    if (panels_key(&panels))
        plot_key(figure, courses, groups[0].count, validation, diverged);
    panels_end(&panels);
}

void draw_losses(struct figure *figure, const struct course *courses, size_t count)
{
    draw_loss_groups(figure, courses, &(struct course_group){"", count}, 1);
}

enum nng_status plot_loss(const struct plot_request *request, struct figure *figure, struct nng_error *error)
{
    struct courses courses = {0};
    enum nng_status status = courses_open(&courses, request, error);
    if (status == NNG_OK)
        draw_losses(figure, courses.list, courses.count);
    courses_free(&courses);
    return status;
}
