/* excerpt.h - a function cut out of nngrad's own sources, or out of the chapter's plugins, by its name. */
#ifndef NNGRAD_BOOK_EXCERPT_H
#define NNGRAD_BOOK_EXCERPT_H

#include "chapter.h"

struct excerpt {
    const char *path; /* from the project's root: core/calculus/backward.c */
    const char *text; /* the function and the comment right above it */
};

/* Finds what the block names: FUNCTION, or PATH FUNCTION. `folder` is the chapter's. A name that is missing, or that
 * two functions bear, is an error. */
NNG_MUST_USE enum nng_status excerpt_find(const struct chapter *chapter, const struct block *block, const char *folder,
                                          struct excerpt *excerpt, struct nng_error *error);

#endif
