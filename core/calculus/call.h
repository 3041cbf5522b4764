/* call.h - calling a plugin's functions, and saying what it said when it refuses. */
#ifndef NNG_CALCULUS_CALL_H
#define NNG_CALCULUS_CALL_H

#include "base/error.h"

/* Evaluates `call`, an expression over a local `struct nng_diagnostic diagnostic`; on a refusal the function it stands
 * in ends with an error that names the plugin and the reason. */
#define NNG_CALL(method, layer, call)                                                                                  \
    do {                                                                                                               \
        struct nng_diagnostic diagnostic = {.row = -1, .column = -1};                                                  \
        if ((call) != NNG_PLUGIN_OK) {                                                                                 \
            status = nng_refused(method, layer, &diagnostic, error);                                                   \
            goto fail;                                                                                                 \
        }                                                                                                              \
    } while (0)

/* "layer 2: activation 'softmax' failed: REASON (sample 3, unit 1)"; layer 0 is none in particular. */
enum nng_status nng_refused(const struct nng_method *method, size_t layer, struct nng_diagnostic *diagnostic,
                            struct nng_error *error);

#endif
