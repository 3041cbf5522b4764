/* safetensors.h - named arrays of numbers in a file, as PyTorch's and others' programs exchange them.
 *
 *   8 bytes          N, the length of the header, little-endian
 *   N bytes          a JSON object: {"__metadata__": {"key": "text", ...},
 *                                    "W1": {"dtype": "F64", "shape": [4, 3], "data_offsets": [0, 96]}, ...}
 *   the rest         the arrays, row-major, little-endian, offsets counted from here, without gap or overlap
 */
#ifndef NNG_MODEL_SAFETENSORS_H
#define NNG_MODEL_SAFETENSORS_H

#include <nngrad/nngrad.h>

#include "base/memory.h"

enum { NNG_RANK_MAX = 8 };

struct nng_array {
    const char *name;
    size_t rank, shape[NNG_RANK_MAX];
    size_t count;   /* the product of the shape; 1 for rank 0 */
    double *values; /* count */
    bool single;    /* read: it was F32 */
};

struct nng_metadata {
    const char *key, *text;
};

struct nng_safetensors {
    struct nng_array *arrays;
    size_t array_count;
    struct nng_metadata *metadata;
    size_t metadata_count;
};

/* Headers longer than this are refused. */
#define NNG_SAFETENSORS_HEADER_MAX ((size_t)1 << 20)

/* Reads F64 and F32 arrays out of bytes in memory; everything is taken from the arena. `shown` is the file's name in
 * messages. Refuses whatever the format forbids, and whatever does not add up. */
NNG_MUST_USE enum nng_status nng_safetensors_parse(struct nng_arena *arena, const char *bytes, size_t length,
                                                   const char *shown, struct nng_safetensors *tensors,
                                                   struct nng_error *error);

/* Writes F64 arrays atomically (base/save.h). */
NNG_MUST_USE enum nng_status nng_safetensors_write(const char *path, const struct nng_safetensors *tensors,
                                                   struct nng_error *error);

/* The array, or the metadata's text, of that name; NULL if there is none. */
const struct nng_array *nng_safetensors_find(const struct nng_safetensors *tensors, const char *name);
const char *nng_safetensors_text(const struct nng_safetensors *tensors, const char *key);

#endif
