/* passes.h - the vectors of one sample, forward and backward, with their names and formulas. */
#ifndef NNGRAD_PASSES_H
#define NNGRAD_PASSES_H

#include "base/memory.h"
#include "inspection.h"
#include "render/vectors.h"

/* Values that are not the pass's own are taken from the arena; without memory a vector is empty. */

/* x, a_1, h_1, ..., a_L, yhat, y of the sample shown: 2 L + 2 vectors. */
size_t forward_vectors(const struct inspection *inspection, struct nng_arena *arena, struct vector *vectors);

/* dL/da_L, ..., dL/da_1: L vectors, in the order in which they are computed. */
size_t delta_vectors(const struct inspection *inspection, struct nng_arena *arena, struct vector *vectors);

#endif
