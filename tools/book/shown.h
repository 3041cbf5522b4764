/* shown.h - the commands of a block as the page shows them. */
#ifndef NNGRAD_BOOK_SHOWN_H
#define NNGRAD_BOOK_SHOWN_H

#include "base/text.h"
#include "chapter.h"

/* Adds the commands, the lines between from="..." and to="..." of what they said, and the pictures that they made.
 * Blames the block when no line begins so. */
NNG_MUST_USE enum nng_status shown_commands(const struct chapter *chapter, struct nng_text *out,
                                            const struct block *block, struct nng_error *error);

#endif
