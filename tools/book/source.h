/* source.h - the functions of a C file, found by name: a small scanner, no compiler. */
#ifndef NNGRAD_BOOK_SOURCE_H
#define NNGRAD_BOOK_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

/* A definition as it stands in the file, with the comment right above it. */
struct definition {
    const char *name;
    size_t name_length;
    size_t begin, end; /* bytes of the file */
};

/* Where a scan of a file has come to; begin with {text, length}. */
struct scan {
    const char *text;
    size_t length, at;
    size_t comment; /* where the comment right above begins */
};

/* Goes to the next function that is defined at the top level of a C file; false at its end. */
bool source_next(struct scan *scan, struct definition *definition);

#endif
