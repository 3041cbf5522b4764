/* call.c - what a plugin's refusal says to a person. */
#include "calculus/call.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum nng_status nng_refused(const struct nng_method *method, size_t layer, struct nng_diagnostic *diagnostic,
                            struct nng_error *error)
{
    char reason[sizeof diagnostic->text], where[80] = "", prefix[40] = "";
    diagnostic->text[sizeof diagnostic->text - 1] = '\0';
    nng_copy_text(reason, sizeof reason, diagnostic->text, strlen(diagnostic->text));
    if (layer != 0)
        snprintf(prefix, sizeof prefix, "layer %zu: ", layer);
    if (diagnostic->row >= 0 && diagnostic->column >= 0)
        snprintf(where, sizeof where, " (sample %lld, unit %lld)", (long long)diagnostic->row + 1,
                 (long long)diagnostic->column + 1);
    else if (diagnostic->row >= 0)
        snprintf(where, sizeof where, " (sample %lld)", (long long)diagnostic->row + 1);
    return nng_fail(error, NNG_INPUT, "%s%s '%s' failed: %s%s", prefix, nng_kind_name(method->plugin->kind),
                    method->plugin->name, reason[0] != '\0' ? reason : "it gave no reason", where);
}
