/* shape.h - the shapes of all values, from the shapes of what is given; what index letters run over. */
#ifndef NNG_DERIVATION_SHAPE_H
#define NNG_DERIVATION_SHAPE_H

#include "derivation/ast.h"

/* Sorts the definitions (a cycle is a diagnostic) and infers the shape of every value. */
NNG_MUST_USE enum nng_status nng_shape_program(struct nng_program *program, struct nng_error *error);

/* Infers one expression: fills rows and cols of every node, the ranges of letters, and splits run-together indices.
 * *misfit tells shapes that do not fit each other (a mistake of the derivation) from bad input. */
NNG_MUST_USE enum nng_status nng_shape_expression(const struct nng_program *program, struct nng_letters *letters,
                                                  struct nng_node *node, bool *misfit, struct nng_error *error);

/* A flat list [a, b, ...] takes this shape, if it has as many entries. */
void nng_shape_adopt(struct nng_node *node, size_t rows, size_t cols);

/* Every letter of the statement has a range, and letters with an offset stay within it? */
NNG_MUST_USE enum nng_status nng_shape_letters(const struct nng_program *program, const struct nng_letters *letters,
                                               struct nng_error *error);

/* The shape of a value or entry that a derivative names. */
void nng_shape_reference(const struct nng_program *program, const struct nng_reference *reference, size_t *rows,
                         size_t *cols);

#endif
