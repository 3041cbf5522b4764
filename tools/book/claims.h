/* claims.h - every claim of a chapter, once its commands have run. */
#ifndef NNGRAD_BOOK_CLAIMS_H
#define NNGRAD_BOOK_CLAIMS_H

#include "book.h"
#include "workshop.h"

/* Checks them all, and complains of each that does not hold but the last, which is the error. */
NNG_MUST_USE enum nng_status claims_check(const struct workshop *workshop, book_complain *complain, void *context,
                                          struct nng_error *error);

#endif
