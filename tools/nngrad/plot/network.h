/* network.h - the units of a model as columns of a graph. */
#ifndef NNGRAD_NETWORK_H
#define NNGRAD_NETWORK_H

#include "plot/graph.h"

/* A column for the inputs and one for each layer. When `fine`, a layer whose units depend on each other, as a softmax's
 * do, has one for its a and one for its h, and the loss stands last. */
NNG_MUST_USE enum nng_status network_columns(struct graph *graph, const struct nng_model *model, bool fine,
                                             struct nng_error *error);

/* The column of a_l (h_l when `activated`) of layer l, from 1; l = 0 is that of the inputs, one more than there are
 * layers that of the loss. */
size_t network_column(const struct nng_model *model, bool fine, size_t layer, bool activated);

/* 784-128-10 */
void network_shape(const struct nng_model *model, struct nng_text *text);

/* A number with three digits, after some other text. */
void network_number(char text[GRAPH_TEXT], const char *before, double value);

#endif
