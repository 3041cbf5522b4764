/* paths.h - the paths of a derivative, drawn in the network. */
#ifndef NNGRAD_PLOT_PATHS_H
#define NNGRAD_PLOT_PATHS_H

#include "plot/figure.h"
#include "render/explanation.h"

/* Adds the network with the listed paths highlighted: on an edge its local derivative and the share of the sum that
 * goes through it. */
NNG_MUST_USE enum nng_status paths_draw(const struct explained *explained, struct figure *figure,
                                        struct nng_error *error);

#endif
