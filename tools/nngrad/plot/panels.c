/* panels.c - several plots in one figure. */
#include "plot/panels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* In pixels of the SVG. A panel that stands alone is as large as figure_open says. */
enum {
    CELL = 440,
    NARROW = 350,
    HEIGHT = 320,
    TITLE = 48,
    LEFT = 104,
    RIGHT = 30,
    ABOVE = 44,
    BELOW = 68,
    LETTER = 9,
    SAMPLE = 92,
    LINE = 24
};

struct panels panels_begin(struct figure *figure, size_t count, size_t columns, const char *title, const char *of,
                           size_t entries, size_t longest)
{
    if (columns == 0)
        columns = count < 2 ? 1 : count == 2 || count == 4 ? 2 : 3;
    size_t rows = (count + columns - 1) / columns;
    unsigned width = count == 1 ? figure->width : (columns < 4 ? CELL : NARROW) * (unsigned)columns;
    size_t across = width / (LETTER * longest + SAMPLE);
    size_t lines = across > 0 ? (entries + across - 1) / across : entries;
    struct panels panels = {.figure = figure,
                            .count = count,
                            .columns = columns,
                            .height = count > 1 ? HEIGHT : figure->height - TITLE,
                            .key = 14 + LINE * (unsigned)lines,
                            .keyed = entries > 0};
    figure->width = width;
    figure->height = TITLE + panels.height * (unsigned)rows + panels.key;
    figure_print(figure, "set multiplot title ");
    figure_text(figure, of[0] != '\0' ? "%s: %s" : "%s", title, of);
    figure_print(figure, " font ',16'\nunset key\n");
    return panels;
}

/* So many pixels are left free on each side of the axes. */
struct edges {
    double left, right, above, below;
};

static void next_panel(struct panels *panels, const char *title, struct edges edges)
{
    double width = panels->figure->width, height = panels->figure->height;
    double cell = width / (double)panels->columns, tall = panels->height;
    size_t row = panels->next / panels->columns, column = panels->next % panels->columns;
    double left = cell * (double)column, top = height - TITLE - tall * (double)row;
    panels->next++;
    figure_print(panels->figure,
                 "\nset lmargin at screen %.4f\nset rmargin at screen %.4f\nset tmargin at screen %.4f\n"
                 "set bmargin at screen %.4f\n",
                 (left + edges.left) / width, (left + cell - edges.right) / width, (top - edges.above) / height,
                 (top - tall + edges.below) / height);
    figure_set(panels->figure, "title", "%s", title);
}

void panels_next(struct panels *panels, const char *title)
{
    next_panel(panels, title, (struct edges){LEFT, RIGHT, title[0] != '\0' ? ABOVE : 0, BELOW});
}

/* gnuplot fits the box between the margins before it turns it: the corners stand out of them. */
void panels_next_in_space(struct panels *panels, const char *title)
{
    static const double aside = 0.1, up = 0.17, down = 0.06;
    double cell = (double)panels->figure->width / (double)panels->columns, tall = panels->height;
    next_panel(
        panels, title,
        (struct edges){LEFT + aside * cell - 20, RIGHT + aside * cell + 20, ABOVE + up * tall, BELOW + down * tall});
    figure_print(panels->figure, "set title offset 0, 2.6\n");
}

bool panels_is_leftmost(const struct panels *panels)
{
    return (panels->next - 1) % panels->columns == 0;
}

bool panels_key(struct panels *panels)
{
    double height = panels->figure->height;
    if (!panels->keyed)
        return false;
    figure_print(panels->figure,
                 "\nset lmargin at screen 0.02\nset rmargin at screen 0.98\nset tmargin at screen %.4f\n"
                 "set bmargin at screen 0\nunset title\nunset xlabel\nunset ylabel\nunset tics\nunset border\n"
                 "unset logscale\nset key center center horizontal width 2\nset xrange [0:1]\nset yrange [0:1]\n",
                 panels->key / height);
    return true;
}

void panels_end(struct panels *panels)
{
    figure_print(panels->figure, "unset multiplot\n");
}

double tick_step(double length, int about)
{
    double power = pow(10, floor(log10(length / about))), steps = length / about / power;
    return power * (steps < 1.5 ? 1 : steps < 3.5 ? 2 : steps < 7.5 ? 5 : 10);
}

/* Van der Walt and Smith's viridis, without its palest end. */
static const unsigned ramp[] = {0x440154, 0x472d7b, 0x3b528b, 0x2c728e, 0x21918c, 0x28ae80, 0x5ec962, 0xaddc30};
enum { FEW = 7, STEPS = sizeof ramp / sizeof ramp[0] - 1 };

unsigned curve_color(size_t k, size_t count)
{
    if (count <= FEW)
        return (unsigned)strtoul(figure_colors[k] + 1, NULL, 16);
    double at = (double)(k * STEPS) / (double)(count - 1);
    size_t i = (size_t)at < STEPS ? (size_t)at : STEPS - 1;
    unsigned color = 0;
    for (unsigned shift = 0; shift <= 16; shift += 8) {
        double from = ramp[i] >> shift & 0xff, to = ramp[i + 1] >> shift & 0xff;
        color |= (unsigned)(from + (at - (double)i) * (to - from) + 0.5) << shift;
    }
    return color;
}

const char *curve_style(size_t k, size_t count, char style[CURVE_STYLE_SIZE])
{
    if (count <= FEW)
        snprintf(style, CURVE_STYLE_SIZE, "linetype %zu", k + 1);
    else
        snprintf(style, CURVE_STYLE_SIZE, "linetype 1 linecolor rgb '#%06x'", curve_color(k, count));
    return style;
}

void set_ramp(struct figure *figure)
{
    figure_print(figure, "set palette defined (");
    for (size_t i = 0; i <= STEPS; i++)
        figure_print(figure, "%s%zu '#%06x'", i > 0 ? ", " : "", i, ramp[i]);
    figure_print(figure, ")\n");
}
