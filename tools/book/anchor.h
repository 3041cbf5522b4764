/* anchor.h - the identifiers that headings get, as GitHub and pandoc make them: what stands behind '#' in a link. */
#ifndef NNGRAD_BOOK_ANCHOR_H
#define NNGRAD_BOOK_ANCHOR_H

#include "base/text.h"

/* Adds the identifier of a heading with that text: lower case, blanks as '-', punctuation left out. */
void anchor_add(struct nng_text *out, const char *text);

#endif
