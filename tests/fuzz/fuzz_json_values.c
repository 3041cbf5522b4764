/* fuzz_json_values.c - any bytes as a JSON or CSV file of parameters or of a gradient. */
#include "values.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    fuzz_values(bytes, size, NNG_OUT_IN, false);
    fuzz_values(bytes, size, NNG_IN_OUT, true);
    return 0;
}
