/* fuzz_safetensors.c - any bytes as a safetensors file: as they are, and with the header's true length put in front (a
 * mutation seldom guesses that).
 */
#include <string.h>

#include "model/safetensors.h"
#include "values.h"

static void read_any(const char *bytes, size_t size)
{
    struct nng_arena *arena = nng_arena_new();
    struct nng_safetensors tensors;
    struct nng_error error;
    size_t covered = 0;
    if (nng_safetensors_parse(arena, bytes, size, "fuzz", &tensors, &error) == NNG_OK)
        for (size_t i = 0; i < tensors.array_count; i++)
            covered += tensors.arrays[i].count * (tensors.arrays[i].single ? 4 : 8);
    if (covered > size)
        abort(); /* more was read than there is */
    nng_arena_free(arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    read_any((const char *)bytes, size);
    fuzz_values(bytes, size, NNG_OUT_IN, false);
    const uint8_t *end = size > 8 ? memchr(bytes + 8, '\n', size - 8) : NULL; /* the corpus ends its headers so */
    if (end == NULL)
        return 0;
    uint8_t *copy = malloc(size);
    uint64_t length = (uint64_t)(end + 1 - (bytes + 8));
    memcpy(copy, bytes, size);
    for (size_t i = 0; i < 8; i++)
        copy[i] = (uint8_t)(length >> 8 * i);
    read_any((const char *)copy, size);
    fuzz_values(copy, size, NNG_OUT_IN, true);
    free(copy);
    return 0;
}
