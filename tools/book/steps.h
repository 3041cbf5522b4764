/* steps.h - what a chapter's commands are, before they run: known, kept within the folder, and bound to its claims. */
#ifndef NNGRAD_BOOK_STEPS_H
#define NNGRAD_BOOK_STEPS_H

#include "chapter.h"

/* Parses every command line as nngrad would, and finds for each claim the block whose JSON it names. */
NNG_MUST_USE enum nng_status steps_check(struct chapter *chapter, struct nng_error *error);

/* The words of a step changed so that it writes that format to standard output: without -o, with --format. */
NNG_MUST_USE enum nng_status step_reformat(const struct chapter *chapter, const struct step *step, const char *format,
                                           const char *const **words, struct nng_error *error);

#endif
