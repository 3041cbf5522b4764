/* weave.h - the finished page: prose, what the commands said, pictures, excerpts. */
#ifndef NNGRAD_BOOK_WEAVE_H
#define NNGRAD_BOOK_WEAVE_H

#include "shelf.h"
#include "workshop.h"

/* Adds the page as Markdown. Every command has run, every claim holds. */
NNG_MUST_USE enum nng_status weave_page(const struct workshop *workshop, const struct shelf *shelf,
                                        struct nng_text *out, struct nng_error *error);

/* Is it the front page of a book: does it list the chapters? */
bool weave_is_front(const struct chapter *chapter);

#endif
