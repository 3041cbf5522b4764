/* depends.h - what a chapter's results depend on beside its own files. */
#ifndef NNGRAD_BOOK_DEPENDS_H
#define NNGRAD_BOOK_DEPENDS_H

#include <nngrad/nngrad.h>

#include "base/memory.h"
#include "sha256.h"

/* Adds the program, the plugins and headers that came with it, the libraries, the compiler and gnuplot. */
NNG_MUST_USE enum nng_status depends_add(struct nng_arena *arena, const char *program, struct sha256 *hash,
                                         struct nng_error *error);

#endif
