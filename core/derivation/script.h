/* script.h - the text of a derivation, and diagnostics that point into it. */
#ifndef NNG_DERIVATION_SCRIPT_H
#define NNG_DERIVATION_SCRIPT_H

#include <stddef.h>

#include <nngrad/nngrad.h>

struct nng_arena;

/* Bounds on what is read: more is a diagnostic. */
enum {
    NNG_SCRIPT_BYTES = 1 << 20,  /* of a file */
    NNG_SCRIPT_NESTING = 256,    /* of brackets */
    NNG_SCRIPT_STATEMENTS = 5000 /* of a file */
};

struct nng_script {
    const char *file; /* for diagnostics */
    const char *text; /* ends in '\0' */
    size_t length;
};

/* Reads a regular file of at most NNG_SCRIPT_BYTES; text and name live in the arena. */
NNG_MUST_USE enum nng_status nng_script_read(struct nng_arena *arena, const char *file, struct nng_script *source,
                                             struct nng_error *error);

/* Line and column (in bytes, from 1) of a byte of the text. */
void nng_script_place(const struct nng_script *source, size_t offset, int *line, int *column);

/* Fills the error record with the place of `offset` and its line: the caret stands under that character. */
enum nng_status nng_script_fail(const struct nng_script *source, size_t offset, struct nng_error *error,
                                const char *format, ...) NNG_PRINTF(4, 5);

#endif
