/* book.h - what `nngrad chapter` does. */
#ifndef NNGRAD_BOOK_BOOK_H
#define NNGRAD_BOOK_BOOK_H

#include <nngrad/nngrad.h>

#include "base/text.h"

/* Says what was found wrong: a chapter whose numbers drifted has several. */
typedef void book_complain(void *context, const struct nng_error *error);

/* Weaves the chapter in a folder into the folder `to`: the page, and the files that it shows or names. */
NNG_MUST_USE enum nng_status book_weave(const char *folder, const char *to, book_complain *complain, void *context,
                                        struct nng_error *error);

/* Runs the chapter in a folder, and leaves its plots and tables in `to`: svg, csv, md. Adds to `out` what is there. */
NNG_MUST_USE enum nng_status book_run(const char *folder, const char *to, struct nng_text *out,
                                      struct nng_error *error);

/* Begins a chapter of one's own: makes the folder, with a chapter.md that weaves. */
NNG_MUST_USE enum nng_status book_new(const char *folder, struct nng_error *error);

#endif
