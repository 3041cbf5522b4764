/* gradient.h - the gradient that a figure of a model shows, and words about it. */
#ifndef NNGRAD_PLOT_GRADIENT_H
#define NNGRAD_PLOT_GRADIENT_H

#include <nngrad/nngrad.h>

#include "base/text.h"

/* dL/dtheta over all the data where the model starts, by backpropagation. What cannot be told from rounding beside the
 * largest value is the zero that it most likely is. nng_release frees it. */
NNG_MUST_USE enum nng_status plot_gradient(const struct nng_model *model, double **gradient, struct nng_error *error);

/* "L: squared_error, the mean over 8 samples" */
void plot_add_loss(const struct nng_model *model, struct nng_text *text);

/* A number in a figure, with so many digits: −0.13, 5.3e-4. */
enum { PLOT_NUMBER_SIZE = 40 };
const char *plot_number(double value, int digits, char text[PLOT_NUMBER_SIZE]);

#endif
