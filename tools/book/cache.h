/* cache.h - results kept by what they were computed from. */
#ifndef NNGRAD_BOOK_CACHE_H
#define NNGRAD_BOOK_CACHE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"
#include "base/text.h"
#include "sha256.h"

/* What the commands of a block said and did to the folder. */
struct record {
    struct record_step {
        int status;
        const char *output;
    } * steps;
    size_t step_count;
    struct record_file {
        const char *path;
        const char *bytes; /* NULL: it is gone */
        size_t length;
    } * files;
    size_t file_count;
};

/* Where results are kept: XDG_CACHE_HOME/nngrad/chapters, or ~/.cache/nngrad/chapters. Makes it, and removes what
 * nobody asked for in a month. NULL where there is no such place: then nothing is kept. */
const char *cache_open(struct nng_arena *arena);

/* The record of that key, in the arena; false when there is none, or it was damaged. */
bool cache_get(const char *cache, const unsigned char key[SHA256_BYTES], struct nng_arena *arena,
               struct record *record);

/* Keeps it, if that is possible. */
void cache_put(const char *cache, const unsigned char key[SHA256_BYTES], const struct record *record);

#endif
