/* landscape.h - the loss over two parameters, the others being held: a grid of values, and its contour lines. */
#ifndef NNGRAD_LANDSCAPE_H
#define NNGRAD_LANDSCAPE_H

#include "plot/trained.h"

struct landscape {
    const struct nng_model *model;
    size_t parameters[2];            /* along x and y: indices in theta */
    char names[2][FIGURE_NAME_SIZE]; /* as they are printed */
    double low[2], high[2];          /* where it is drawn */
    bool bounded[2];                 /* --x PARAM=LOW:HIGH said so */
    double *loss;                    /* POINTS x POINTS, a row for each y */
    double lowest, highest;          /* of those that are finite */
    size_t holes;                    /* where a plugin refuses, and there is no loss */
};

/* The parameters of --x and --y; where one is not given, the first that is trained and is not the other's. Of --x
 * PARAM=LOW:HIGH the range, too. */
NNG_MUST_USE enum nng_status landscape_open(struct landscape *landscape, const struct options *options,
                                            const struct nng_model *model, struct nng_error *error);
void landscape_free(struct landscape *landscape);

/* Where these parameters stand is to be seen, if the range was not said. */
void landscape_include(struct landscape *landscape, const double *theta);
void landscape_include_point(struct landscape *landscape, const double point[2]);

/* Computes the loss around the points that were included, the other parameters being theirs in theta. */
NNG_MUST_USE enum nng_status landscape_compute(struct landscape *landscape, const struct options *options,
                                               const double *theta, struct nng_error *error);

/* Adds the matrix $loss, its lines $contours, and ranges and labels of the axes. "$loss matrix" LANDSCAPE_POINT plots
 * it at its place. */
#define LANDSCAPE_POINT "using (x($1)):(y($2)):3"
void landscape_add(const struct landscape *landscape, struct figure *figure);

/* Goes on in a plot command with the contour lines; as text they are dots, since a line would look like a path. */
void landscape_add_contours(struct figure *figure, unsigned color);

/* Goes on in a plot command with a point where a training started, hollow, or ended, full. */
enum mark { MARK_START, MARK_END };
void landscape_add_mark(struct figure *figure, double x, double y, enum mark mark, unsigned color);

#endif
