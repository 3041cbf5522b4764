/* fuzz_config.c - model.cfg from any bytes; what stands behind a NUL is one override, PATH NUL VALUE. */
#include <stdlib.h>
#include <string.h>

#include "model/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    size_t length = size > 0 && memchr(text, '\0', size) != NULL ? strlen(text) : size;
    size_t count = length < size ? 1 : 0;
    char *rest = calloc(size - length + 2, 1); /* NUL PATH NUL VALUE NUL NUL */
    if (rest == NULL)
        return 0;
    memcpy(rest, text + length, size - length);
    struct nng_override override = {.path = rest + count};
    override.value = override.path + strlen(override.path) + 1;

    struct nng_host *host = NULL;
    struct nng_model *model = NULL;
    struct nng_error error = {0};
    if (nng_host_new(NULL, 0, &host, NULL) == NNG_OK) {
        enum nng_status status = nng_model_of_text(host, "fuzz", text, length, &override, count, &model, &error);
        if ((status == NNG_OK) != (model != NULL) || (status == NNG_OK) != (error.text[0] == '\0'))
            abort();
        size_t bad = 0;
        if (!nng_utf8_valid(error.text, strlen(error.text), &bad))
            abort();
    }
    nng_model_free(model);
    nng_host_free(host);
    free(rest);
    return 0;
}
