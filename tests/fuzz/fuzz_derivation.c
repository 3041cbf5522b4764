/* fuzz_derivation.c - a derivation from any bytes: read, shaped, checked at a point, its causes searched. What it says
 * must be text, and a correction must be a line that is read again.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "derivation/verify.h"

static void check_text(const char *text)
{
    size_t bad = 0;
    if (text != NULL && !nng_utf8_valid(text, strlen(text), &bad))
        abort();
}

static void check_result(const struct nng_verification *v)
{
    for (size_t i = 0; i < v->claim_count; i++) {
        const struct nng_claim *claim = &v->claims[i];
        check_text(claim->text);
        check_text(claim->message);
        check_text(claim->correction);
        if (claim->verdict == NNG_FAIL && v->first_false_line == 0)
            abort();
        for (size_t k = 0; k < claim->link_count; k++) {
            const struct nng_link *link = &claim->links[k];
            check_text(link->latex);
            for (size_t c = 0; c < link->correction_count && link->latex_corrections != NULL; c++)
                check_text(link->latex_corrections[c]);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct nng_verify_options options = {.points = 1, .causes = true, .work = 3000000};
    struct nng_verification *verification = NULL;
    struct nng_error error = {0};
    struct nng_host *host = NULL;
    if (nng_host_new(NULL, 0, &host, NULL) == NNG_OK) {
        enum nng_status status =
            nng_verify_text(host, "fuzz.deriv", (const char *)data, size, &options, &verification, &error);
        if ((status == NNG_OK) != (verification != NULL) || (status == NNG_OK) != (error.text[0] == '\0'))
            abort();
        check_text(error.text);
        if (verification != NULL)
            check_result(verification);
    }
    nng_verification_free(verification);
    nng_host_free(host);
    return 0;
}
