/* values.c - files of parameters and gradients: which of the three formats a file is in, and what they share. */
#include "model/values.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/number.h"
#include "base/save.h"
#include "model/json.h"
#include "model/safetensors.h"

enum format { SAFETENSORS, JSON, CSV };

/* Tells by content. The length of a safetensors header is far below 2^56, so that there is a zero among the first eight
 * bytes, and an object begins at the ninth; text has no zeros. */
static enum format format_of(const char *bytes, size_t length)
{
    size_t i = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    bool zero = memchr(bytes, '\0', length < 8 ? length : 8) != NULL;
    while (i < length && strchr(" \t\r\n", bytes[i]) != NULL && bytes[i] != '\0')
        i++;
    if (!zero && i < length && (bytes[i] == '{' || bytes[i] == '['))
        return JSON;
    return zero || (length > 8 && bytes[8] == '{') ? SAFETENSORS : CSV;
}

/* ---- reading ------------------------------------------------------------------------------------------------- */

static const char *tensor_name(const void *tensors, size_t k)
{
    return ((const struct nng_tensor *)tensors)[k].name;
}

enum nng_status nng_values_find(struct nng_values *values, const char *name, const struct nng_tensor **tensor,
                                struct nng_error *error)
{
    for (size_t k = 0; k < values->tensor_count; k++)
        if (strcmp(values->tensors[k].name, name) == 0) {
            values->seen[k] = true;
            *tensor = &values->tensors[k];
            return NNG_OK;
        }
    char quote[NNG_QUOTE_SIZE], hint[NNG_HINT_SIZE];
    const char *near = nng_nearest(name, values->tensors, values->tensor_count, tensor_name);
    return nng_fail_at(error, NNG_INPUT, values->shown, 0, 0, NULL,
                       "unknown tensor '%s': the network has W1 ... W%zu and b1 ... b%zu%s",
                       nng_quote(quote, name, strlen(name)), values->model->layer_count, values->model->layer_count,
                       nng_hint(hint, near));
}

enum nng_status nng_values_fail_shape(const struct nng_values *values, const struct nng_tensor *tensor,
                                      const char *shape, struct nng_error *error)
{
    bool in_out = values->model->notation == NNG_IN_OUT;
    char due[64], transposed[64];
    snprintf(due, sizeof due, "%zu x %zu", tensor->rows, tensor->cols);
    snprintf(transposed, sizeof transposed, "%zu x %zu", tensor->cols, tensor->rows);
    if (tensor->kind == NNG_BIAS)
        return nng_fail_at(error, NNG_INPUT, values->shown, 0, 0, NULL, "%s is %s, but has %zu neuron%s", tensor->name,
                           shape, tensor->count, tensor->count == 1 ? "" : "s");
    return nng_fail_at(error, NNG_INPUT, values->shown, 0, 0, NULL, "%s is %s, but notation '%s' makes it %s (%s)%s",
                       tensor->name, shape, in_out ? "in_out" : "out_in", due,
                       in_out ? "inputs x neurons" : "neurons x inputs",
                       strcmp(shape, transposed) == 0 ? ": it is transposed" : "");
}

enum nng_status nng_values_store(struct nng_values *values, const struct nng_tensor *tensor, size_t row, size_t col,
                                 double value, struct nng_error *error)
{
    size_t index = nng_tensor_index(values->model, tensor, row, col);
    if (!values->allow_nonfinite && !isfinite(value)) {
        char name[NNG_NAME_SIZE];
        nng_parameter_name(values->model, index, name);
        return nng_fail_at(error, NNG_INPUT, values->shown, 0, 0, NULL, "%s is not finite", name);
    }
    values->values[index] = value;
    return NNG_OK;
}

enum nng_status nng_values_check_complete(const struct nng_values *values, struct nng_error *error)
{
    for (size_t k = 0; k < values->tensor_count; k++)
        if (!values->seen[k])
            return nng_fail_at(error, NNG_INPUT, values->shown, 0, 0, NULL, "no tensor '%s'", values->tensors[k].name);
    return NNG_OK;
}

enum nng_status nng_values_parse(const struct nng_model *model, const char *bytes, size_t length, const char *shown,
                                 bool allow_nonfinite, double *values, bool *single, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_values reading = {.model = model,
                                 .shown = shown,
                                 .allow_nonfinite = allow_nonfinite,
                                 .values = values,
                                 .tensor_count = nng_tensor_count(model),
                                 .arena = nng_arena_new()};
    if (reading.arena == NULL)
        return nng_fail_memory(error);
    reading.tensors = nng_arena_take(reading.arena, reading.tensor_count, sizeof *reading.tensors);
    reading.seen = nng_arena_take(reading.arena, reading.tensor_count, sizeof *reading.seen);
    if (reading.tensors == NULL || reading.seen == NULL)
        NNG_TRY(nng_fail_memory(error));
    for (size_t k = 0; k < reading.tensor_count; k++)
        reading.tensors[k] = nng_tensor(model, k);
    if (length == 0)
        NNG_TRY(nng_fail_at(error, NNG_INPUT, shown, 0, 0, NULL, "the file is empty"));
    switch (format_of(bytes, length)) {
    case SAFETENSORS:
        NNG_TRY(nng_values_parse_safetensors(&reading, bytes, length, error));
        break;
    case JSON:
        NNG_TRY(nng_values_parse_json(&reading, bytes, length, error));
        break;
    case CSV:
        NNG_TRY(nng_values_parse_csv(&reading, bytes, length, error));
        break;
    }
    if (single != NULL)
        *single = reading.single;
fail:
    nng_arena_free(reading.arena);
    return status;
}

enum nng_status nng_values_read(const struct nng_model *model, const char *file, bool allow_nonfinite, double *values,
                                bool *single, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    static const size_t fixed = (size_t)1 << 30; /* deltas, spaces, a header */
    enum { BYTES_A_VALUE = 64 };
    struct nng_file content = {0};
    NNG_TRY(nng_file_read(file, fixed + BYTES_A_VALUE * model->parameter_count, &content, error));
    NNG_TRY(nng_values_parse(model, content.bytes, content.length, file, allow_nonfinite, values, single, error));
fail:
    nng_release(content.bytes);
    return status;
}

/* ---- writing ------------------------------------------------------------------------------------------------- */

enum { DIGITS = 17 }; /* enough to read back the same bits */

static enum nng_status write_safetensors(const struct nng_model *model, const char *file, const double *values,
                                         const char *what, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_metadata metadata[] = {
        {"format", "nngrad"},
        {"notation", model->notation == NNG_IN_OUT ? "in_out" : "out_in"},
        {"what", what},
    };
    struct nng_safetensors tensors = {.metadata = metadata, .metadata_count = sizeof metadata / sizeof metadata[0]};
    struct nng_arena *arena = nng_arena_new();
    if (arena == NULL)
        return nng_fail_memory(error);
    size_t count = nng_tensor_count(model);
    tensors.arrays = nng_arena_take(arena, count, sizeof *tensors.arrays);
    if (tensors.arrays == NULL)
        NNG_TRY(nng_fail_memory(error));
    for (; tensors.array_count < count; tensors.array_count++) {
        struct nng_tensor tensor = nng_tensor(model, tensors.array_count);
        struct nng_array *array = &tensors.arrays[tensors.array_count];
        bool weight = tensor.kind == NNG_WEIGHT;
        *array = (struct nng_array){.name = nng_arena_text(arena, tensor.name),
                                    .rank = weight ? 2 : 1,
                                    .shape = {weight ? tensor.rows : tensor.count, tensor.cols},
                                    .count = tensor.count,
                                    .values = nng_arena_take(arena, tensor.count, sizeof *array->values)};
        if (array->name == NULL || array->values == NULL)
            NNG_TRY(nng_fail_memory(error));
        for (size_t k = 0; k < tensor.count; k++)
            array->values[k] = values[nng_tensor_index(model, &tensor, k / tensor.cols, k % tensor.cols)];
    }
    NNG_TRY(nng_safetensors_write(file, &tensors, error));
fail:
    nng_arena_free(arena);
    return status;
}

/* JSON has no NaN: null stands for whatever is not finite. */
static void add_json_number(struct nng_text *text, double value)
{
    char number[NNG_NUMBER_SIZE];
    nng_number_format(number, value, DIGITS);
    nng_text_add(text, isfinite(value) ? number : "null");
}

static void add_json(struct nng_text *text, const struct nng_model *model, const double *values)
{
    for (size_t k = 0; k < nng_tensor_count(model); k++) {
        struct nng_tensor tensor = nng_tensor(model, k);
        bool weight = tensor.kind == NNG_WEIGHT;
        nng_text_print(text, "%s  \"%s\": [", k > 0 ? ",\n" : "{\n", tensor.name);
        for (size_t row = 0; row < tensor.rows; row++) {
            nng_text_add(text, !weight ? "" : row > 0 ? ",\n         [" : "[");
            for (size_t col = 0; col < tensor.cols; col++) {
                nng_text_add(text, col > 0 || (row > 0 && !weight) ? ", " : "");
                add_json_number(text, values[nng_tensor_index(model, &tensor, row, col)]);
            }
            nng_text_add(text, weight ? "]" : "");
        }
        nng_text_add(text, "]");
    }
    nng_text_add(text, "\n}\n");
}

static void add_csv(struct nng_text *text, const struct nng_model *model, const double *values, bool gradient)
{
    nng_text_add(text, gradient ? "name,gradient\n" : "name,value\n");
    for (size_t i = 0; i < model->parameter_count; i++) {
        char name[NNG_NAME_SIZE], number[NNG_NUMBER_SIZE];
        nng_parameter_name(model, i, name);
        nng_number_format(number, values[i], DIGITS);
        const char *quote = strchr(name, ',') != NULL ? "\"" : "";
        nng_text_print(text, "%s%s%s,%s\n", quote, name, quote, number);
    }
}

static bool ends_in(const char *name, const char *ending)
{
    size_t n = strlen(name), m = strlen(ending);
    return n >= m && strcmp(name + n - m, ending) == 0;
}

enum nng_status nng_values_write(const struct nng_model *model, const char *file, const double *values,
                                 const char *what, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_text text = {0};
    if (ends_in(file, ".safetensors"))
        return write_safetensors(model, file, values, what, error);
    if (ends_in(file, ".json"))
        add_json(&text, model, values);
    else if (ends_in(file, ".csv"))
        add_csv(&text, model, values, strcmp(what, "gradient") == 0);
    else
        NNG_TRY(nng_fail(error, NNG_INPUT, "'%s' must end in .safetensors, .json or .csv: that is its format", file));
    if (text.failed)
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(nng_file_write(file, text.data, text.length, error));
fail:
    nng_text_free(&text);
    return status;
}
