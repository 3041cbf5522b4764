/* gradient.h - the gradient that a figure of a model shows. */
#ifndef NNGRAD_PLOT_GRADIENT_H
#define NNGRAD_PLOT_GRADIENT_H

#include <nngrad/nngrad.h>

/* dL/dtheta over all the data where the model starts, by backpropagation. nng_release frees it. */
NNG_MUST_USE enum nng_status plot_gradient(const struct nng_model *model, double **gradient, struct nng_error *error);

#endif
