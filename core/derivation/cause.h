/* cause.h - why a line is false, and which line would be true. */
#ifndef NNG_DERIVATION_CAUSE_H
#define NNG_DERIVATION_CAUSE_H

#include "derivation/check.h"

/* Searches the cause of a false link (side k of the claim): fills link->cause, corrections and adds to the message.
 * At most NNG_CANDIDATES edited lines are tried; the order is fixed, so the answer is too. */
enum { NNG_CANDIDATES = 20000 };
NNG_MUST_USE enum nng_status nng_cause_find(struct nng_checker *checker, const struct nng_statement *statement,
                                            size_t k, struct nng_link *link);

#endif
