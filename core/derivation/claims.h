/* claims.h - which derivatives are claimed, which are only used. */
#ifndef NNG_DERIVATION_CLAIMS_H
#define NNG_DERIVATION_CLAIMS_H

#include "derivation/check.h"

/* Infers the shapes of a claim. A right side that does not fit is noted in claim->misfit, not an error. */
NNG_MUST_USE enum nng_status nng_claim_shape(struct nng_program *program, struct nng_claim_tree *claim,
                                             struct nng_error *error);

/* Does an expression contain the left side of its claim? Then it proves nothing. */
bool nng_claim_contains(const struct nng_node *node, const struct nng_node *left);

/* Does a right side contain the left side? */
bool nng_claim_trivial(const struct nng_claim_tree *claim);

/* Adds to `names` (room for all) the derivatives that statement number `at` uses and no statement before it claims. */
NNG_MUST_USE enum nng_status nng_claims_assumed(const struct nng_program *program, size_t at, const char ***names,
                                                size_t *count, struct nng_error *error);

/* Is the derivative of that text ("dL/dW1") claimed, as a whole or entry by entry? */
NNG_MUST_USE enum nng_status nng_claims_made(struct nng_program *program, const char *text, bool *made,
                                             struct nng_error *error);

#endif
