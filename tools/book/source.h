/* source.h - the functions of a C file, found by name: a small scanner, no compiler. */
#ifndef NNGRAD_BOOK_SOURCE_H
#define NNGRAD_BOOK_SOURCE_H

#include <stddef.h>

/* A definition as it stands in the file, with the comment right above it. */
struct definition {
    size_t begin, end; /* bytes of the file */
};

/* Finds the definition of a function at the top level of a C file. Returns how many there are; the first is told. */
size_t source_find(const char *text, size_t length, const char *function, struct definition *definition);

#endif
