/* values_csv.c - a value for every parameter out of a CSV file: `name,gradient` or `name,value`, a row a parameter, in
 * any order, the name in any spelling that nng_parameter_find takes.
 */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "model/csv.h"
#include "model/values.h"

static enum nng_status check_header(const struct nng_csv *csv, struct nng_error *error)
{
    bool due = csv->count == 2 && strcmp(csv->fields[0].text, "name") == 0 &&
               (strcmp(csv->fields[1].text, "gradient") == 0 || strcmp(csv->fields[1].text, "value") == 0);
    return due ? NNG_OK
               : nng_csv_fail(csv, NULL, error,
                              "neither safetensors nor JSON, and its first row is not 'name,gradient' or 'name,value'");
}

/* read: parameter_count, what has been read */
static enum nng_status read_row(const struct nng_values *values, const struct nng_csv *csv, bool *read,
                                struct nng_error *error)
{
    const struct nng_csv_field *name = &csv->fields[0], *number = &csv->fields[1];
    struct nng_error why;
    char quote[NNG_QUOTE_SIZE];
    size_t index = 0;
    double value = 0;
    if (nng_parameter_find(values->model, name->text, &index, &why) != NNG_OK)
        return nng_csv_fail(csv, name, error, "%s", why.text);
    if (read[index])
        return nng_csv_fail(csv, name, error, "a second value for '%s'", nng_quote(quote, name->text, name->length));
    enum nng_number kind = nng_number_parse(number->text, number->length, &value);
    if (kind != NNG_NUMBER_FINITE && !(kind == NNG_NUMBER_NONFINITE && values->allow_nonfinite))
        return nng_csv_number(csv, number, "", &value, error);
    read[index] = true;
    values->values[index] = value;
    return NNG_OK;
}

static enum nng_status check_complete(const struct nng_values *values, const bool *read, struct nng_error *error)
{
    size_t missing = 0, first = 0;
    for (size_t i = values->model->parameter_count; i-- > 0;)
        if (!read[i]) {
            missing++;
            first = i;
        }
    char name[NNG_NAME_SIZE];
    nng_parameter_name(values->model, first, name);
    if (missing == 1)
        return nng_fail_at(error, NNG_INPUT, values->shown, 0, 0, NULL, "no row for %s", name);
    if (missing > 1)
        return nng_fail_at(error, NNG_INPUT, values->shown, 0, 0, NULL, "no row for %s, nor for %zu other%s", name,
                           missing - 1, missing == 2 ? "" : "s");
    return NNG_OK;
}

enum nng_status nng_values_parse_csv(struct nng_values *values, const char *bytes, size_t length,
                                     struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_csv csv;
    bool more, *read = nng_arena_take(values->arena, values->model->parameter_count, sizeof *read);
    if (read == NULL)
        return nng_fail_memory(error);
    NNG_TRY(nng_csv_open(&csv, bytes, length, values->shown, error));
    NNG_TRY(nng_csv_next(&csv, &more, error));
    NNG_TRY(check_header(&csv, error));
    for (;;) {
        NNG_TRY(nng_csv_next(&csv, &more, error));
        if (!more)
            break;
        NNG_TRY(read_row(values, &csv, read, error));
    }
    NNG_TRY(check_complete(values, read, error));
fail:
    nng_csv_close(&csv);
    return status;
}
