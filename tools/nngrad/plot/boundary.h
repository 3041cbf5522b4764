/* boundary.h - what a network of two inputs says at every point of the plane. */
#ifndef NNGRAD_BOUNDARY_H
#define NNGRAD_BOUNDARY_H

#include "plot/figure.h"

/* The model, which has two inputs, with these parameters; `name` is for the title. */
NNG_MUST_USE enum nng_status draw_boundary(struct figure *figure, const struct nng_model *model, const double *theta,
                                           const char *name, struct nng_error *error);

#endif
