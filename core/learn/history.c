/* history.c - tables by epoch: written row by row, and their first rows read back as they stand. */
#include "learn/history.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/number.h"

void nng_history_begin(struct nng_text *history, size_t layers)
{
    nng_text_add(history, "epoch,loss,accuracy,validation_loss,validation_accuracy,gradient_norm");
    for (size_t l = 1; l <= layers; l++)
        nng_text_print(history, ",gradient_norm_%zu", l);
    for (size_t l = 1; l <= layers; l++)
        nng_text_print(history, ",update_ratio_%zu", l);
    nng_text_add(history, "\n");
}

/* NAN is "there is none", but for a loss. */
static void add(struct nng_text *history, double value, bool is_loss)
{
    char number[NNG_NUMBER_SIZE];
    nng_text_add(history, ",");
    if (isnan(value) && !is_loss)
        return;
    nng_number_format(number, value, 17);
    nng_text_add(history, number);
}

void nng_history_add(struct nng_text *history, size_t layers, const struct nng_epoch *row)
{
    nng_text_print(history, "%zu", row->epoch);
    add(history, row->loss, true);
    add(history, row->accuracy, false);
    add(history, row->validation_loss, false);
    add(history, row->validation_accuracy, false);
    add(history, row->gradient_norm, false);
    for (size_t l = 0; l < layers; l++)
        add(history, row->gradient_norms[l], false);
    for (size_t l = 0; l < layers; l++)
        add(history, row->update_ratios[l], false);
    nng_text_add(history, "\n");
}

/* Is this a line of one of the rows 0 ... rows - 1? */
static bool is_row_below(const char *line, size_t rows)
{
    size_t epoch = 0, digits = strspn(line, "0123456789");
    if (digits == 0 || digits > 18 || line[digits] != ',')
        return false;
    for (size_t i = 0; i < digits; i++)
        epoch = epoch * 10 + (size_t)(line[i] - '0');
    return epoch < rows;
}

enum nng_status nng_history_read(const char *file, size_t rows, struct nng_text *table, size_t *found,
                                 struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_file content = {0};
    if (table->failed)
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(nng_file_read(file, SIZE_MAX / 4, &content, error));
    size_t header = table->length, length = header;
    if (content.length < length || memcmp(content.bytes, table->data, length) != 0)
        NNG_TRY(nng_fail_at(error, NNG_INPUT, file, 1, 0, NULL, "its columns are not those of this training"));
    *found = 0;
    while (is_row_below(content.bytes + length, rows)) {
        const char *end = memchr(content.bytes + length, '\n', content.length - length);
        if (end == NULL)
            break;
        length = (size_t)(end - content.bytes) + 1;
        ++*found;
    }
    nng_text_add_n(table, content.bytes + header, length - header);
    if (table->failed)
        NNG_TRY(nng_fail_memory(error));
fail:
    nng_release(content.bytes);
    return status;
}

/* ---- records ------------------------------------------------------------------------------------------------ */

void nng_record_begin(struct nng_text *record, const struct nng_model *model, const char *const *names)
{
    static const char *const unnamed[] = {"", NULL};
    nng_text_add(record, "epoch");
    for (const char *const *name = names != NULL ? names : unnamed; *name != NULL; name++)
        for (size_t i = 0; i < model->parameter_count; i++) {
            char parameter[NNG_NAME_SIZE];
            nng_parameter_name(model, i, parameter);
            const char *quote = strchr(parameter, ',') != NULL ? "\"" : "", *point = **name != '\0' ? "." : "";
            nng_text_print(record, ",%s%s%s%s%s", quote, *name, point, parameter, quote);
        }
    nng_text_add(record, "\n");
}

void nng_record_add(struct nng_text *record, const struct nng_model *model, size_t epoch, double *const *values,
                    size_t count)
{
    nng_text_print(record, "%zu", epoch);
    for (size_t k = 0; k < count; k++)
        for (size_t i = 0; i < model->parameter_count; i++)
            add(record, values[k][i], true);
    nng_text_add(record, "\n");
}
