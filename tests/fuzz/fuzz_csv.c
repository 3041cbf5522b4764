/* fuzz_csv.c - any bytes as a CSV file: a dataset by label and by columns, and values of parameters.
 *
 * The first byte chooses: header or not, labels or numbers, how many outputs.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>

#include "model/data.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const first[] = {"1"};
    if (size == 0)
        return 0;
    struct nng_csv_spec spec = {.path = "fuzz.csv", .header = bytes[0] & 1, .outputs = bytes[0] >> 4};
    if (bytes[0] & 2) {
        spec.target = "label";
    } else {
        spec.targets = first;
        spec.target_count = 1;
    }
    struct nng_arena *arena = nng_arena_new();
    struct nng_data data;
    size_t *lines = NULL;
    struct nng_error error;
    if (nng_data_csv_parse(arena, &spec, (const char *)bytes + 1, size - 1, &data, &lines, &error) == NNG_OK)
        for (size_t n = 0; n < data.samples; n++) {
            double sum = 0;
            for (size_t j = 0; j < data.inputs; j++)
                if (!isfinite(data.x[n * data.inputs + j]))
                    abort();
            for (size_t j = 0; j < data.outputs; j++)
                sum += data.y[n * data.outputs + j];
            if (!isfinite(sum) || (spec.target != NULL && data.outputs > 1 && sum != 1))
                abort();
            if (lines[n] == 0 || (n > 0 && lines[n] <= lines[n - 1]))
                abort();
        }
    nng_arena_free(arena);
    return 0;
}
