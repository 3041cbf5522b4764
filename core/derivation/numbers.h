/* numbers.h - why a printed number is false. */
#ifndef NNG_DERIVATION_NUMBERS_H
#define NNG_DERIVATION_NUMBERS_H

#include "derivation/check.h"

/* Fills link->cause, corrections and message for side k of a claim, where it or its reference is made of numbers. */
NNG_MUST_USE enum nng_status nng_numbers_cause(struct nng_checker *checker, const struct nng_statement *statement,
                                               size_t k, struct nng_link *link);

#endif
