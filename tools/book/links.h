/* links.h - do the links and pictures of a chapter lead anywhere? */
#ifndef NNGRAD_BOOK_LINKS_H
#define NNGRAD_BOOK_LINKS_H

#include "folder.h"
#include "shelf.h"

/* A link leads to the web, to a heading, to a file of the folder, or to a chapter beside this one and its headings. */
NNG_MUST_USE enum nng_status links_check(const struct chapter *chapter, const struct folder *files,
                                         const struct shelf *shelf, struct nng_error *error);

#endif
