/* graph.c - a drawing of a network: units as circles in columns, and edges between them. Coordinates are pixels. */
#include "plot/graph.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "render/plain.h"

enum {
    WIDTH = 700,
    MOST_WIDTH = 1000,
    SIDE = 68, /* from the edge of the picture to the middle of the first column */
    TOP = 148, /* from above to the middle of the first unit: title and headings */
    BOTTOM = 84,
    RADIUS = 20,
    MOST_SLOTS = 8,   /* in a column */
    MOST_LABELED = 4, /* edges into a unit */
    LEAST_GAP = 90,   /* between columns */
    WIDE_COLUMN = 125,
    LABEL_DISTANCE = 50, /* from the middle of a unit to that of the label of an edge: the circle, half the label */
    LABEL_HEIGHT = 14,
    LABEL_LETTER = 7,
    SIZES = 5 /* widths of edges, for either sign */
};

static const char *const sign_colors[] = {"#0072B2", "#D55E00"}; /* negative, positive */
#define GREY " textcolor rgb '#606060'"
static const double widest = 5, thinnest = 0.8;

enum nng_status graph_new(struct graph *graph, size_t columns, struct nng_error *error)
{
    *graph = (struct graph){.memory = nng_arena_new()};
    if (graph->memory == NULL ||
        (graph->columns = nng_arena_take(graph->memory, columns, sizeof *graph->columns)) == NULL)
        return nng_fail_memory(error);
    return NNG_OK;
}

void graph_free(struct graph *graph)
{
    nng_arena_free(graph->memory);
    nng_release(graph->edges);
}

struct graph_column *graph_add_column(struct graph *graph, size_t units)
{
    struct graph_column *column = &graph->columns[graph->column_count++];
    column->count = units;
    column->units = nng_arena_take(graph->memory, units, sizeof *column->units);
    return column->units != NULL ? column : NULL;
}

/* ---- where everything is ------------------------------------------------------------------------------------- */

static size_t count_slots(const struct graph_column *column)
{
    size_t slots = 0;
    for (size_t i = 0; i < column->count; i++)
        if (column->units[i].shown)
            slots += i > 0 && !column->units[i - 1].shown ? 2 : 1;
    return slots + (column->units[column->count - 1].shown ? 0 : 1);
}

/* All units where there is room for them; else those that are wanted, then the first ones, and the last. */
static void choose_units(struct graph_column *column)
{
    struct graph_unit *units = column->units;
    bool all = column->count <= MOST_SLOTS;
    for (size_t i = 0; i < column->count; i++)
        units[i].shown = all || units[i].wanted;
    units[column->count - 1].shown = true;
    for (size_t i = 0; i < column->count && !all; i++) {
        bool was = units[i].shown;
        units[i].shown = true;
        if (count_slots(column) <= MOST_SLOTS)
            continue;
        units[i].shown = was;
        break;
    }
    column->slots = count_slots(column);
    column->shown = 0;
    for (size_t i = 0; i < column->count; i++)
        column->shown += units[i].shown;
}

static void place_units(struct graph_column *column, double x, double middle, double spacing)
{
    double y = middle + spacing * (double)(column->slots - 1) / 2;
    for (size_t i = 0; i < column->count; i++) {
        if (i > 0 && column->units[i].shown && !column->units[i - 1].shown)
            y -= spacing; /* the dots */
        column->units[i].x = x;
        column->units[i].y = y;
        y -= column->units[i].shown ? spacing : 0;
    }
}

void graph_arrange(struct graph *graph)
{
    size_t most = 1, labeled = 1;
    for (size_t c = 0; c < graph->column_count; c++) {
        choose_units(&graph->columns[c]);
        size_t slots = graph->columns[c].slots;
        most = slots > most ? slots : most;
        if (c + 1 < graph->column_count && slots <= MOST_LABELED && slots > labeled)
            labeled = slots;
    }
    graph->spacing = most <= MOST_LABELED ? 84 : 60;
    double gaps = graph->column_count > 1 ? (double)graph->column_count - 1 : 1;
    double wanted =
        2 * SIDE + gaps * (graph->labeled ? LABEL_DISTANCE * ((double)labeled + 1) : fmax(graph->gap, LEAST_GAP));
    graph->width = fmax(WIDTH, fmin(wanted, fmax(MOST_WIDTH, 2 * SIDE + gaps * LEAST_GAP)));
    double gap = (graph->width - 2 * SIDE) / gaps;
    graph->height = TOP + BOTTOM + graph->spacing * (double)(most - 1);
    for (size_t c = 0; c < graph->column_count; c++)
        place_units(&graph->columns[c], SIDE + gap * (double)c, (graph->height - TOP + BOTTOM) / 2, graph->spacing);
}

/* The labels of n edges that lead into one unit stand at n/(n + 1) of the way. There they are spacing/(n + 1) apart,
 * within a unit and from the last one of a unit to the first one of the next. */
static double label_place(const struct graph *graph, size_t column)
{
    double n = (double)graph->columns[column - 1].slots;
    return n / (n + 1);
}

bool graph_labels_fit(const struct graph *graph, size_t column)
{
    size_t n = graph->columns[column - 1].slots;
    double gap = graph->columns[column].units[0].x - graph->columns[column - 1].units[0].x;
    double parts = (double)n + 1, half_a_pixel = 0.5;
    return n <= MOST_LABELED && graph->spacing + half_a_pixel >= LABEL_HEIGHT * parts &&
           gap + half_a_pixel >= LABEL_DISTANCE * parts;
}

struct graph_edge *graph_add_edge(struct graph *graph, size_t column, const struct graph_unit *from,
                                  const struct graph_unit *to, double value)
{
    if (graph->edge_count == graph->edge_room) {
        size_t room = 2 * graph->edge_room + 64;
        struct graph_edge *edges = nng_reallocate(graph->edges, room, sizeof *edges);
        if (edges == NULL)
            return NULL;
        graph->edges = edges;
        graph->edge_room = room;
    }
    struct graph_edge *edge = &graph->edges[graph->edge_count++];
    *edge = (struct graph_edge){.from = from, .to = to, .value = value, .place = label_place(graph, column)};
    return edge;
}

/* ---- drawing ------------------------------------------------------------------------------------------------- */

/* How edges look: without a value, of value zero, negative ones by size, positive ones by size. */
enum { NONE, ZERO, NEGATIVE, POSITIVE = NEGATIVE + SIZES, LOOKS = POSITIVE + SIZES };

static unsigned edge_look(const struct graph_edge *edge, double most)
{
    if (isnan(edge->value))
        return NONE;
    if (edge->value == 0)
        return ZERO;
    double size = ceil(SIZES * fabs(edge->value) / most) - 1;
    return (unsigned)fmin(SIZES - 1, fmax(0, size)) + (edge->value > 0 ? POSITIVE : NEGATIVE);
}

static const char *look_color(unsigned look)
{
    return look == NONE ? "#d0d0d0" : look == ZERO ? "#808080" : sign_colors[look >= POSITIVE];
}

static double look_width(unsigned look)
{
    if (look == NONE || look == ZERO)
        return look == NONE ? thinnest : 2 * thinnest;
    return thinnest + (widest - thinnest) * ((look - NEGATIVE) % SIZES) / (SIZES - 1);
}

static void add_edges(const struct graph *graph, struct figure *figure, size_t uses[LOOKS])
{
    double most = 0;
    for (size_t i = 0; i < graph->edge_count; i++)
        most = fmax(most, fabs(graph->edges[i].value)); /* fmax passes NAN over */
    figure_data(figure, "edges");
    bool begun = false;
    for (unsigned look = 0; look < LOOKS; look++) {
        uses[look] = 0;
        for (size_t i = 0; i < graph->edge_count; i++) {
            const struct graph_edge *edge = &graph->edges[i];
            if (edge_look(edge, most) != look)
                continue;
            if (uses[look]++ == 0 && begun)
                figure_print(figure, "\n\n");
            figure_row(
                figure, 4,
                (double[]){edge->from->x, edge->from->y, edge->to->x - edge->from->x, edge->to->y - edge->from->y});
            begun = true;
        }
    }
    figure_data_end(figure);
}

static void add_circles(const struct graph *graph, struct figure *figure, bool marked, size_t *count)
{
    figure_data(figure, marked ? "marked" : "units");
    for (size_t c = 0; c < graph->column_count; c++)
        for (size_t i = 0; i < graph->columns[c].count; i++) {
            const struct graph_unit *unit = &graph->columns[c].units[i];
            if (!unit->shown || unit->marked != marked)
                continue;
            figure_row(figure, 3, (double[]){unit->x, unit->y, RADIUS});
            ++*count;
        }
    figure_data_end(figure);
}

/* look: center or left, and more */
static void add_label(struct figure *figure, const char *text, double x, double y, const char *look)
{
    if (text[0] == '\0')
        return;
    figure_print(figure, "set label ");
    figure_text(figure, "%s", text);
    figure_print(figure, " at %.1f, %.1f front %s\n", x, y, look);
}

static void add_column_labels(const struct graph *graph, const struct graph_column *column, struct figure *figure)
{
    double x = column->units[0].x, top = graph->height - TOP;
    bool narrow = graph->width < WIDE_COLUMN * (double)graph->column_count;
    char count[GRAPH_TEXT] = "";
    if (column->shown < column->count)
        snprintf(count, sizeof count, "%zu of %zu shown", column->shown, column->count);
    add_label(figure, column->title, x, top + 72, narrow ? "center font ',11'" : "center");
    add_label(figure, column->subtitle, x, top + 54, "center font ',11'" GREY);
    add_label(figure, count, x, top + 38, "center font ',11'" GREY);
    for (size_t i = 0; i < column->count; i++) {
        const struct graph_unit *unit = &column->units[i];
        if (!unit->shown)
            continue;
        add_label(figure, unit->name, x, unit->y, "center");
        add_label(figure, unit->below, x - RADIUS / 2.0, unit->y - RADIUS - 10, "left boxed font ',11'");
        if (i > 0 && !column->units[i - 1].shown)
            add_label(figure, "⋮", x, unit->y + graph->spacing, "center font ',20'");
    }
}

static double label_x(const struct graph_edge *edge)
{
    return edge->from->x + edge->place * (edge->to->x - edge->from->x);
}

static double label_y(const struct graph_edge *edge)
{
    return edge->from->y + edge->place * (edge->to->y - edge->from->y);
}

/* Would the label of a wider edge, or of an earlier one, stand in its place? */
static bool is_covered(const struct graph *graph, const struct graph_edge *edge)
{
    for (size_t i = 0; i < graph->edge_count; i++) {
        const struct graph_edge *other = &graph->edges[i];
        double width = LABEL_LETTER * (double)(plain_width(edge->label) + plain_width(other->label)) / 2;
        if (other != edge && other->label[0] != '\0' && fabs(label_y(other) - label_y(edge)) < LABEL_HEIGHT - 1 &&
            fabs(label_x(other) - label_x(edge)) < width &&
            (fabs(other->value) > fabs(edge->value) || (fabs(other->value) == fabs(edge->value) && other < edge)))
            return true;
    }
    return false;
}

static void add_labels(const struct graph *graph, const struct graph_words *words, struct figure *figure)
{
    add_label(figure, words->title, graph->width / 2, graph->height - 24, "center font ',16'");
    add_label(figure, words->subtitle, graph->width / 2, graph->height - 48, "center font ',12'" GREY);
    for (size_t c = 0; c < graph->column_count; c++)
        add_column_labels(graph, &graph->columns[c], figure);
    figure_print(figure, "set style textbox opaque noborder margins 0.4, 0.2 fillcolor rgb '#ffffff'\n");
    for (size_t i = 0; i < graph->edge_count; i++)
        if (graph->edges[i].label[0] != '\0' && !is_covered(graph, &graph->edges[i]))
            add_label(figure, graph->edges[i].label, label_x(&graph->edges[i]), label_y(&graph->edges[i]),
                      "center boxed font ',11'");
}

/* , \  and a new line between the parts of a plot command */
static const char *part(bool *begun)
{
    const char *between = *begun ? ", \\\n     " : "plot ";
    *begun = true;
    return between;
}

void graph_draw(const struct graph *graph, const struct graph_words *words, struct figure *figure)
{
    size_t uses[LOOKS], circles[2] = {0}, index = 0;
    bool begun = false, negative = false, positive = false;
    figure->width = (unsigned)graph->width;
    figure->height = (unsigned)graph->height;
    add_edges(graph, figure, uses);
    for (int marked = 0; marked < 2; marked++)
        add_circles(graph, figure, marked == 1, &circles[marked]);
    figure_print(figure,
                 "set margins 0, 0, 0, 0\nunset border\nunset tics\nunset grid\nset xrange [0:%.0f]\n"
                 "set yrange [0:%.0f]\nset key at %.0f, 10 bottom center horizontal\n",
                 graph->width, graph->height, graph->width / 2);
    add_labels(graph, words, figure);
    for (unsigned look = 0; look < LOOKS; look++) {
        if (uses[look] == 0)
            continue;
        figure_print(figure,
                     "%s$edges index %zu using 1:2:3:4 with vectors nohead linecolor rgb '%s' linewidth %.1f dashtype "
                     "solid notitle",
                     part(&begun), index++, look_color(look), look_width(look));
        negative = negative || (look >= NEGATIVE && look < POSITIVE);
        positive = positive || look >= POSITIVE;
    }
    static const char *const fills[] = {"#ffffff", "#FFF2B3"};
    for (int marked = 0; marked < 2; marked++)
        if (circles[marked] > 0)
            figure_print(figure,
                         "%s$%s using 1:2:3 with circles fillcolor rgb '%s' fillstyle solid border linecolor rgb "
                         "'#404040' dashtype solid "
                         "linewidth 1.2 notitle",
                         part(&begun), marked == 1 ? "marked" : "units", fills[marked]);
    const bool shown[] = {negative, positive};
    const char *const meanings[] = {words->negative, words->positive};
    for (int sign = 0; sign < 2; sign++)
        if (shown[sign]) {
            figure_print(figure, "%sNaN with lines linecolor rgb '%s' linewidth 3 dashtype solid title ", part(&begun),
                         sign_colors[sign]);
            figure_text(figure, "%s", meanings[sign]);
        }
    figure_print(figure, "\n");
}
