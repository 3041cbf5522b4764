/* layers.c - `nngrad plot gradients` and `nngrad plot ratios`: what the layers do by epoch, |dL/d(W_l, b_l)|, and
 * |change of W_l by an update| / |W_l|; a panel for each course, all with the same axes.
 *
 * Gradients that vanish or explode on their way down lie far apart on the logarithmic axis.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "plot/curves.h"
#include "plot/panels.h"

/* As many layers of a course are shown; of more, evenly spread ones. */
enum { MOST_SHOWN = 7 };

static size_t shown_count(const struct course *course)
{
    return course->layers < MOST_SHOWN ? course->layers : MOST_SHOWN;
}

/* The k-th layer that is shown, from 1; among them the first and the last. */
static size_t shown_layer(const struct course *course, size_t k)
{
    size_t shown = shown_count(course);
    return shown < 2 ? 1 : 1 + k * (course->layers - 1) / (shown - 1);
}

/* What is drawn: the columns of the first layer's values, and words for them. */
struct subject {
    const char *title, *label;
    bool ratios;
};

static size_t column_of(const struct subject *subject, const struct course *course, size_t layer)
{
    return COURSE_LAYERS + (subject->ratios ? course->layers : 0) + layer - 1;
}

static void add_data(struct figure *figure, const struct subject *subject, const struct course *course, size_t k)
{
    double values[1 + MOST_SHOWN];
    size_t shown = shown_count(course);
    figure_print(figure, "$layers%zu << END\n", k + 1);
    for (size_t row = 0; row < course->table.rows; row++) {
        values[0] = course_value(course, row, COURSE_EPOCH);
        for (size_t i = 0; i < shown; i++)
            values[1 + i] = course_value(course, row, column_of(subject, course, shown_layer(course, i)));
        figure_row(figure, 1 + shown, values);
    }
    figure_data_end(figure);
}

/* Of what is positive: a zero has no place on a logarithmic axis. */
static struct extent find_extent(const struct subject *subject, const struct course *courses, size_t count)
{
    struct extent extent = extent_none;
    for (size_t k = 0; k < count; k++)
        for (size_t i = 0; i < shown_count(&courses[k]); i++)
            for (size_t row = 0; row < courses[k].table.rows; row++) {
                double value =
                    course_value(&courses[k], row, column_of(subject, &courses[k], shown_layer(&courses[k], i)));
                if (isfinite(value) && value > 0) {
                    extent.low = fmin(extent.low, value);
                    extent.high = fmax(extent.high, value);
                }
            }
    return extent;
}

static void plot_course(struct figure *figure, const struct course *course, size_t k)
{
    char style[CURVE_STYLE_SIZE];
    size_t shown = shown_count(course);
    for (size_t i = 0; i < shown; i++)
        figure_print(figure, "%s$layers%zu using 1:%zu with %s %s", i > 0 ? ", \\\n     " : "plot ", k + 1, i + 2,
                     course->table.rows < FEW_ROWS ? "linespoints" : "lines", curve_style(i, shown, style));
    figure_print(figure, "\n");
}

/* The key of the course with the most layers. */
static void plot_key(struct figure *figure, const struct course *course)
{
    char style[CURVE_STYLE_SIZE];
    size_t shown = shown_count(course);
    for (size_t i = 0; i < shown; i++)
        figure_print(figure, "%sNaN with lines %s title 'layer %zu'", i > 0 ? ", \\\n     " : "plot ",
                     curve_style(i, shown, style), shown_layer(course, i));
    figure_print(figure, "\n");
}

static bool is_zero(const struct subject *subject, const struct course *course)
{
    struct extent extent = find_extent(subject, course, 1);
    return extent.low > extent.high;
}

static void draw(struct figure *figure, const struct subject *subject, const struct course *courses, size_t count)
{
    const struct course *deepest = &courses[0];
    struct extent extent = find_extent(subject, courses, count);
    for (size_t k = 0; k < count; k++) {
        add_data(figure, subject, &courses[k], k);
        deepest = courses[k].layers > deepest->layers ? &courses[k] : deepest;
    }
    struct panels panels = panels_begin(figure, count, 0, subject->title, count == 1 ? courses[0].name : "",
                                        shown_count(deepest), strlen("layer 1"));
    for (size_t k = 0; k < count; k++) {
        panels_next(&panels, count == 1 ? "" : courses[k].name);
        set_epochs(figure, courses, count);
        set_axis(figure, "y", extent, extent.low <= extent.high);
        figure_set(figure, "ylabel", "%s", panels_is_leftmost(&panels) ? subject->label : "");
        bool zero = is_zero(subject, &courses[k]); /* the panel is empty: the axis is logarithmic */
        if (zero)
            figure_print(figure, "set label 1 'zero in every layer' at graph 0.5, 0.5 center\n");
        plot_course(figure, &courses[k], k);
        if (zero)
            figure_print(figure, "unset label 1\n");
    }
    if (panels_key(&panels))
        plot_key(figure, deepest);
    panels_end(&panels);
}

void draw_norms(struct figure *figure, const struct course *courses, size_t count)
{
    draw(figure, &(struct subject){"Size of the gradient by layer", "|∂L/∂(W, b)|", false}, courses, count);
}

void draw_ratios(struct figure *figure, const struct course *courses, size_t count)
{
    draw(figure, &(struct subject){"Size of an update in proportion to the weights", "|ΔW| / |W|", true}, courses,
         count);
}

enum nng_status plot_gradients(const struct plot_request *request, struct figure *figure, struct nng_error *error)
{
    struct courses courses = {0};
    enum nng_status status = courses_open(&courses, request, error);
    if (status == NNG_OK)
        draw_norms(figure, courses.list, courses.count);
    courses_free(&courses);
    return status;
}

enum nng_status plot_ratios(const struct plot_request *request, struct figure *figure, struct nng_error *error)
{
    struct courses courses = {0};
    enum nng_status status = courses_open(&courses, request, error);
    if (status == NNG_OK)
        draw_ratios(figure, courses.list, courses.count);
    courses_free(&courses);
    return status;
}
