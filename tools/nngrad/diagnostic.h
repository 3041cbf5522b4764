/* diagnostic.h - what went wrong, on standard error. */
#ifndef NNGRAD_DIAGNOSTIC_H
#define NNGRAD_DIAGNOSTIC_H

#include <nngrad/nngrad.h>

#include "options.h"

/* model.cfg:12: error: text, the offending line under it, and a caret where the column is known. */
void diagnostic_print(const struct options *options, const struct nng_error *error);

/* nngrad: note: text */
void diagnostic_note(const struct options *options, const char *format, ...) NNG_PRINTF(2, 3);

#endif
