/* values.h - bytes as a file of values for a network 3-2-1; what is accepted must be finite where it was asked to be.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "model/values.h"

static inline void fuzz_values(const uint8_t *bytes, size_t size, enum nng_notation notation, bool allow_nonfinite)
{
    struct nng_layer layers[] = {{.inputs = 3, .units = 2, .weights = 0, .biases = 8},
                                 {.inputs = 2, .units = 1, .weights = 6, .biases = 10}};
    const struct nng_model model = {
        .notation = notation, .inputs = 3, .outputs = 1, .layer_count = 2, .layers = layers, .parameter_count = 11};
    double values[11];
    bool single;
    struct nng_error error;
    if (nng_values_parse(&model, (const char *)bytes, size, "fuzz", allow_nonfinite, values, &single, &error) != NNG_OK)
        return;
    for (size_t i = 0; i < 11; i++)
        if (!allow_nonfinite && !isfinite(values[i]))
            abort();
}
