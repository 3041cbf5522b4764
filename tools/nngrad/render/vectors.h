/* vectors.h - vectors below each other, decimal points in one line. */
#ifndef NNGRAD_VECTORS_H
#define NNGRAD_VECTORS_H

#include "render/plain.h"

struct vector {
    char name[40];     /* "a1" */
    char formula[256]; /* "W1 x + b1", or "" */
    const double *values;
    size_t count;
    bool given; /* data that somebody gave, not computed */
};

/* Writes them, indented by two. What is too long for a line loses its middle, or goes on below when `full`. True when
 * something was left out. */
bool vectors_text(const struct vector *vectors, size_t count, bool full, const struct style *style,
                  struct nng_text *out);

#endif
