/* values_json.c - a value for every parameter out of a JSON object:
 *
 *   {"W1": [[..], ..], "b1": [..], "delta1": [..], ...}      W: as printed; b: n, 1 x n or n x 1; delta: read over
 *
 * JSON has no NaN. In a gradient that may hold one, null stands for it, and so do the words of other programs, with or
 * without quotes: Python writes NaN, Infinity and -Infinity bare.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "model/json.h"
#include "model/values.h"

/* Copies the text with Python's words in quotes, which makes it JSON. */
static void quote_words(const char *bytes, size_t length, struct nng_text *text)
{
    static const char *const words[] = {"NaN", "Infinity", "-Infinity"};
    bool quoted = false;
    size_t copied = 0;
    for (size_t i = 0; i < length; i++) {
        if (quoted && bytes[i] == '\\')
            i++;
        else if (bytes[i] == '"')
            quoted = !quoted;
        for (size_t k = 0; k < 3 && !quoted && i < length; k++) {
            size_t n = strlen(words[k]);
            if (length - i < n || memcmp(bytes + i, words[k], n) != 0)
                continue;
            nng_text_add_n(text, bytes + copied, i - copied);
            nng_text_print(text, "\"%s\"", words[k]);
            copied = i + n;
            i = copied - 1;
            break;
        }
    }
    nng_text_add_n(text, bytes + copied, length - copied);
}

/* name: W1; row, col: as printed, from 1 */
static enum nng_status read_number(struct nng_values *values, const struct nng_tensor *tensor, size_t row, size_t col,
                                   const json_t *entry, struct nng_error *error)
{
    double value = NAN;
    const char *word = json_string_value(entry);
    bool known = json_is_number(entry) || json_is_null(entry);
    if (json_is_number(entry))
        value = json_number_value(entry);
    else if (word != NULL)
        known = nng_number_parse(word, strlen(word), &value) == NNG_NUMBER_NONFINITE;
    if (!known) {
        char name[NNG_NAME_SIZE];
        nng_parameter_name(values->model, nng_tensor_index(values->model, tensor, row, col), name);
        return nng_fail_at(error, NNG_INPUT, values->shown, 0, 0, NULL, "%s is not a number", name);
    }
    return nng_values_store(values, tensor, row, col, value, error);
}

/* Rows and columns of a list of lists; a flat list has cols 0. false: neither, or ragged. */
static bool measure(const json_t *list, size_t *rows, size_t *cols)
{
    *rows = json_array_size(list);
    *cols = json_array_size(json_array_get(list, 0)); /* 0 for what is no list */
    if (!json_is_array(list))
        return false;
    bool nested = json_is_array(json_array_get(list, 0));
    for (size_t i = 1; i < *rows; i++) {
        const json_t *row = json_array_get(list, i);
        if (json_is_array(row) != nested || json_array_size(row) != *cols)
            return false;
    }
    return true;
}

static enum nng_status read_tensor(struct nng_values *values, const struct nng_tensor *tensor, const json_t *list,
                                   struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t rows, cols;
    char shape[64];
    if (!measure(list, &rows, &cols))
        return nng_fail_at(error, NNG_INPUT, values->shown, 0, 0, NULL, "%s is not a list of %s", tensor->name,
                           tensor->kind == NNG_WEIGHT ? "rows of equal length" : "numbers");
    bool flat = cols == 0;
    if (flat)
        snprintf(shape, sizeof shape, "a list of %zu", rows);
    else
        snprintf(shape, sizeof shape, "%zu x %zu", rows, cols);
    bool fits = tensor->kind == NNG_WEIGHT ? !flat && rows == tensor->rows && cols == tensor->cols
                : flat                     ? rows == tensor->count
                                           : (rows == 1 || cols == 1) && rows * cols == tensor->count;
    if (!fits)
        return nng_values_fail_shape(values, tensor, shape, error);
    for (size_t row = 0; row < tensor->rows; row++)
        for (size_t col = 0; col < tensor->cols; col++) {
            size_t k = row * tensor->cols + col;
            const json_t *entry =
                flat ? json_array_get(list, k) : json_array_get(json_array_get(list, k / cols), k % cols);
            NNG_TRY(read_number(values, tensor, row, col, entry, error));
        }
fail:
    return status;
}

/* delta1 ... deltaL, dL/da_l: an inspector's business, not ours. */
static bool is_delta(const struct nng_values *values, const char *name)
{
    double l = 0;
    return strncmp(name, "delta", 5) == 0 && strspn(name + 5, "0123456789") == strlen(name + 5) &&
           nng_number_parse(name + 5, strlen(name + 5), &l) == NNG_NUMBER_FINITE && l >= 1 &&
           l <= (double)values->model->layer_count;
}

static enum nng_status read_object(struct nng_values *values, json_t *root, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const char *name;
    json_t *list;
    json_object_foreach(root, name, list)
    {
        const struct nng_tensor *tensor;
        size_t rows, cols;
        if (!is_delta(values, name)) {
            NNG_TRY(nng_values_find(values, name, &tensor, error));
            NNG_TRY(read_tensor(values, tensor, list, error));
        } else if (!measure(list, &rows, &cols))
            return nng_fail_at(error, NNG_INPUT, values->shown, 0, 0, NULL, "%s is not a list of rows of equal length",
                               name);
    }
    NNG_TRY(nng_values_check_complete(values, error));
fail:
    return status;
}

enum nng_status nng_values_parse_json(struct nng_values *values, const char *bytes, size_t length,
                                      struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    json_t *root = NULL;
    struct nng_text text = {0};
    size_t mark = length >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    quote_words(bytes + mark, length - mark, &text);
    if (text.failed)
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(nng_json_parse(text.data, text.length, JSON_DECODE_INT_AS_REAL, values->shown, &root, error));
    NNG_TRY(read_object(values, root, error));
fail:
    json_decref(root);
    nng_text_free(&text);
    return status;
}
