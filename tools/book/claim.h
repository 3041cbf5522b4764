/* claim.h - a number in the prose, [-0.130](claim:gradient.w_212.analytic), held against what was computed. */
#ifndef NNGRAD_BOOK_CLAIM_H
#define NNGRAD_BOOK_CLAIM_H

#include <jansson.h>

#include "chapter.h"

bool link_is_claim(const struct link *link);

/* Reads the link's address into link->claim. A block that it names is looked up; without a name, claim->block stays
 * NULL. */
NNG_MUST_USE enum nng_status claim_read(const struct chapter *chapter, struct link *link, struct nng_error *error);

/* Does what the link prints follow from the JSON? NNG_NUMERIC when it drifted. */
NNG_MUST_USE enum nng_status claim_check_json(const struct chapter *chapter, const struct link *link,
                                              const json_t *root, struct nng_error *error);

/* The same from a CSV file: the row whose first field is ROW, the column whose name is COLUMN. */
NNG_MUST_USE enum nng_status claim_check_csv(const struct chapter *chapter, const struct link *link, const char *csv,
                                             struct nng_error *error);

#endif
