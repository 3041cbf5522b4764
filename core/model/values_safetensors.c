/* values_safetensors.c - a value for every parameter out of a safetensors file. A notation in its metadata must be the
 * model's; without one (a file of another program) the shapes are what there is to go by.
 */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "model/safetensors.h"
#include "model/values.h"

static enum nng_status check_notation(const struct nng_values *values, const struct nng_safetensors *tensors,
                                      struct nng_error *error)
{
    const char *notation = nng_safetensors_text(tensors, "notation");
    const char *due = values->model->notation == NNG_IN_OUT ? "in_out" : "out_in";
    if (notation == NULL || strcmp(notation, due) == 0)
        return NNG_OK;
    char quote[NNG_QUOTE_SIZE];
    return nng_fail_at(error, NNG_INPUT, values->shown, 0, 0, NULL,
                       "the file is in notation '%s', but the model in '%s'",
                       nng_quote(quote, notation, strlen(notation)), due);
}

/* W: rows x cols; b: n, 1 x n or n x 1 */
static bool fits(const struct nng_array *array, const struct nng_tensor *tensor)
{
    if (tensor->kind == NNG_WEIGHT)
        return array->rank == 2 && array->shape[0] == tensor->rows && array->shape[1] == tensor->cols;
    return array->count == tensor->count &&
           (array->rank == 1 || (array->rank == 2 && (array->shape[0] == 1 || array->shape[1] == 1)));
}

static void print_shape(const struct nng_array *array, char *text, size_t size)
{
    size_t length = 0;
    snprintf(text, size, "%s", array->rank == 0 ? "a single number" : "");
    for (size_t i = 0; i < array->rank && length < size; i++)
        length += (size_t)snprintf(text + length, size - length, "%s%zu", i > 0 ? " x " : "", array->shape[i]);
}

enum nng_status nng_values_parse_safetensors(struct nng_values *values, const char *bytes, size_t length,
                                             struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_safetensors tensors;
    NNG_TRY(nng_safetensors_parse(values->arena, bytes, length, values->shown, &tensors, error));
    NNG_TRY(check_notation(values, &tensors, error));
    for (size_t i = 0; i < tensors.array_count; i++) {
        const struct nng_array *array = &tensors.arrays[i];
        const struct nng_tensor *tensor;
        NNG_TRY(nng_values_find(values, array->name, &tensor, error));
        if (!fits(array, tensor)) {
            char shape[24 * NNG_RANK_MAX];
            print_shape(array, shape, sizeof shape);
            return nng_values_fail_shape(values, tensor, shape, error);
        }
        values->single = values->single || array->single;
        for (size_t k = 0; k < array->count; k++)
            NNG_TRY(nng_values_store(values, tensor, k / tensor->cols, k % tensor->cols, array->values[k], error));
    }
    NNG_TRY(nng_values_check_complete(values, error));
fail:
    return status;
}
