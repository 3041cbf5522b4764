/* plane.h - the plane of a network's two inputs: a grid of points around its data, and what the network makes of them.
 */
#ifndef NNGRAD_PLANE_H
#define NNGRAD_PLANE_H

#include <nngrad/nngrad.h>

#include "plot/figure.h"

struct plane {
    const struct nng_model *model;
    const double *theta;
    size_t points; /* along each axis */
    double low[2], high[2];
};

/* Refuses a model that has not two inputs: "'NAME' has 3 inputs: WHAT drawn in the plane of two". */
NNG_MUST_USE enum nng_status plane_require(const struct nng_model *model, const char *name, const char *what,
                                           struct nng_error *error);

/* The surroundings of the training and validation data. */
struct plane plane_around(const struct nng_model *model, const double *theta, size_t points);

/* Runs the network on the points, a row of the grid at a time: `row` finds those of the j-th x_2 in the pass. */
NNG_MUST_USE enum nng_status plane_forward(const struct plane *plane,
                                           void (*row)(void *context, size_t j, const struct nng_pass *pass),
                                           void *context, struct nng_error *error);

/* Ranges, labels and about so many ticks of the axes, and the functions x(i) and y(j) that find a point of the grid:
 * `splot $data matrix PLANE_POINT`. */
#define PLANE_POINT "using (x($1)):(y($2)):3"
void plane_set_axes(const struct plane *plane, int ticks, struct figure *figure);

#endif
