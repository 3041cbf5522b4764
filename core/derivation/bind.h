/* bind.h - what a model brings into a derivation: x, y, N, W1, b1, ... as values, a1, h1, ..., yhat, L as definitions.
 */
#ifndef NNG_DERIVATION_BIND_H
#define NNG_DERIVATION_BIND_H

#include "derivation/ast.h"

/* Reads the model that a file names, relative to the file's own folder. It is kept in *program->read. */
NNG_MUST_USE enum nng_status nng_bind_read(struct nng_program *program, const char *model, size_t offset,
                                           struct nng_error *error);

/* Adds x (X), y (Y), N, W_l, b_l with their own values and how to draw others. Does nothing without a model. */
NNG_MUST_USE enum nng_status nng_bind_values(struct nng_program *program, size_t offset, struct nng_error *error);

/* Adds h0 = x, a_l, h_l, yhat and L, but for those that the file defines itself. */
NNG_MUST_USE enum nng_status nng_bind_definitions(struct nng_program *program, struct nng_error *error);

#endif
