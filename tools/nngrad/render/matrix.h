/* matrix.h - the page's matrix of derivatives: which entry stands where.
 *
 *     Layer 1 | Layer 2 | ... | Output layer | Biases
 *
 * Row i of a layer's group holds the derivatives by the weights of neuron i (under in_out: from input i); column l of
 * the biases' group holds those of layer l. A group can be cut as the page cuts it: its first rows and columns, dots,
 * and its last.
 */
#ifndef NNGRAD_MATRIX_H
#define NNGRAD_MATRIX_H

#include <stdint.h>

#include <nngrad/nngrad.h>

#define MATRIX_NONE SIZE_MAX /* no entry here; or, of a span: the dots */

struct matrix {
    const struct nng_model *model;
    bool lecture; /* the output block n x k: inputs x units */
};

/* L groups of weights, and one of biases. */
size_t matrix_groups(const struct matrix *matrix);

enum { MATRIX_TITLE_SIZE = 64 };

/* A group: its title on the page, the matrix it shows ("∂L/∂W1"), and its size. */
struct matrix_group {
    char title[MATRIX_TITLE_SIZE], symbol[MATRIX_TITLE_SIZE];
    size_t rows, cols;
};

struct matrix_group matrix_group(const struct matrix *matrix, size_t group);

/* The index in theta of an entry of a group, from 0; MATRIX_NONE where the group has a hole. */
size_t matrix_index(const struct matrix *matrix, size_t group, size_t row, size_t col);

/* "∂L/∂w_111"; false for MATRIX_NONE. */
enum { MATRIX_SYMBOL_SIZE = NNG_NAME_SIZE + 16 };
bool matrix_symbol(const struct matrix *matrix, size_t index, char symbol[MATRIX_SYMBOL_SIZE]);

/* Which of `total` lines are shown: the first `head`, then dots and the last one, unless head is all of them. */
struct span {
    size_t total, head;
};

size_t span_slots(struct span span);
size_t span_at(struct span span, size_t slot); /* MATRIX_NONE: the dots */

/* Everything, or so that at most `most` slots are taken. */
struct span span_within(size_t total, size_t most);

#endif
