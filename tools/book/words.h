/* words.h - a command line as the words that a shell would make of it, without a shell. */
#ifndef NNGRAD_BOOK_WORDS_H
#define NNGRAD_BOOK_WORDS_H

#include "chapter.h"

/* Cuts step->text into step->words. Quotes and backslashes are a shell's; what a shell would expand, or do something
 * else with, is refused when it is not quoted. */
NNG_MUST_USE enum nng_status words_split(const struct chapter *chapter, struct step *step, struct nng_error *error);

#endif
