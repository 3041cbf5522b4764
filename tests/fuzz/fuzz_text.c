/* fuzz_text.c - UTF-8 validation and text building on any bytes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    size_t bad = 0;
    bool valid = nng_utf8_valid(bytes, size, &bad);
    if (!valid && bad >= size)
        abort();
    if (!valid && !nng_utf8_valid(bytes, bad, &bad))
        abort(); /* what stands before the first bad byte is good */

    struct nng_text text = {0};
    nng_text_add_n(&text, bytes, size);
    if (text.length != size || (size > 0 && memcmp(text.data, bytes, size) != 0))
        abort();
    nng_text_free(&text);
    return 0;
}
