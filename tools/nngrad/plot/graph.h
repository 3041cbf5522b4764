/* graph.h - a drawing of a network: units as circles in columns, and edges between them.
 *
 * First the columns with their units; then graph_arrange, which decides which units are shown and where; then edges
 * between those that are shown; then graph_draw.
 */
#ifndef NNGRAD_GRAPH_H
#define NNGRAD_GRAPH_H

#include <nngrad/nngrad.h>

#include "base/memory.h"
#include "plot/figure.h"

enum { GRAPH_TEXT = 64 };

struct graph_unit {
    char name[GRAPH_TEXT];  /* within the circle */
    char below[GRAPH_TEXT]; /* under it, "" for nothing */
    bool wanted;            /* is shown, whoever is left out */
    bool marked;            /* its circle is coloured */
    bool shown;
    double x, y; /* in pixels, from below */
};

struct graph_column {
    char title[GRAPH_TEXT], subtitle[GRAPH_TEXT];
    struct graph_unit *units;
    size_t count;
    size_t shown; /* how many of them */
    size_t slots; /* one each, and one for the dots that stand for those left out between two of them */
};

struct graph_edge {
    const struct graph_unit *from, *to;
    double value;           /* its sign is the colour, its size the width; NAN: grey and thin */
    char label[GRAPH_TEXT]; /* "" for none */
    double place;           /* of the label: 0 at `from`, 1 at `to` */
};

struct graph {
    struct graph_column *columns;
    size_t column_count;
    struct graph_edge *edges;
    size_t edge_count, edge_room;
    double width, height; /* of the picture, in pixels */
    double spacing;       /* between units of a column */
    bool labeled;         /* set it before graph_arrange: every edge gets a label, where that can be */
    double gap;           /* set it before graph_arrange: wanted between columns; 0: the least there is */
    struct nng_arena *memory;
};

NNG_MUST_USE enum nng_status graph_new(struct graph *graph, size_t columns, struct nng_error *error);
void graph_free(struct graph *graph);

/* The next column, of so many units; NULL: out of memory. */
struct graph_column *graph_add_column(struct graph *graph, size_t units);

void graph_arrange(struct graph *graph);

/* Can every edge that leads into this column have its label, without one covering the other? */
bool graph_labels_fit(const struct graph *graph, size_t column);

/* Adds an edge into that column; NULL: out of memory. Its label will stand so near to `to` that the labels of a unit's
 * edges stand below each other, in the order of a row of W. */
struct graph_edge *graph_add_edge(struct graph *graph, size_t column, const struct graph_unit *from,
                                  const struct graph_unit *to, double value);

/* What is said above and below the drawing. */
struct graph_words {
    const char *title, *subtitle;
    const char *positive, *negative; /* what the two colours mean */
};

/* Adds the drawing to a figure, whose size it sets. The widest edge is the one of the largest |value|; where labels
 * would cover each other, only its own is drawn. */
void graph_draw(const struct graph *graph, const struct graph_words *words, struct figure *figure);

#endif
