/* labels.c - class labels: whole numbers from 0, which are their own classes, or texts, whose classes are their places
 * in sorted order. The first label decides which; a mixture is refused.
 */
#include "model/labels.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"

static enum nng_status make_room(struct nng_labels *labels, struct nng_error *error)
{
    if (labels->count < labels->room)
        return NNG_OK;
    size_t room = labels->room * 2 + 16;
    char **texts = nng_arena_take(labels->arena, room, sizeof *texts);
    size_t *order = nng_arena_take(labels->arena, room, sizeof *order);
    if (texts == NULL || order == NULL)
        return nng_fail_memory(error);
    if (labels->count > 0) {
        memcpy(texts, labels->texts, labels->count * sizeof *texts);
        memcpy(order, labels->order, labels->count * sizeof *order);
    }
    labels->texts = texts;
    labels->order = order;
    labels->room = room;
    return NNG_OK;
}

/* Where in `order` the text is, or where it belongs. */
static size_t place_of(const struct nng_labels *labels, const char *text, bool *found)
{
    size_t low = 0, high = labels->count;
    *found = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int sign = strcmp(labels->texts[labels->order[middle]], text);
        if (sign == 0) {
            *found = true;
            return middle;
        }
        if (sign < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum nng_status insert(struct nng_labels *labels, const char *text, size_t place, struct nng_error *error)
{
    enum nng_status status = make_room(labels, error);
    if (status != NNG_OK)
        return status;
    char *copy = nng_arena_text(labels->arena, text);
    if (copy == NULL)
        return nng_fail_memory(error);
    memmove(labels->order + place + 1, labels->order + place, (labels->count - place) * sizeof *labels->order);
    labels->order[place] = labels->count;
    labels->texts[labels->count++] = copy;
    return NNG_OK;
}

/* "0", "1", ..., the texts of numbers? */
static bool are_numbers(const char *const *known, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        char text[24];
        snprintf(text, sizeof text, "%zu", k);
        if (strcmp(known[k], text) != 0)
            return false;
    }
    return true;
}

enum nng_status nng_labels_begin(struct nng_labels *labels, struct nng_arena *arena, size_t due,
                                 const char *const *known, struct nng_error *error)
{
    *labels = (struct nng_labels){.arena = arena, .due = due, .closed = known != NULL};
    if (known == NULL)
        return NNG_OK;
    labels->begun = true;
    labels->numbers = are_numbers(known, due);
    for (size_t k = 0; k < due && !labels->numbers; k++) {
        bool found;
        size_t place = place_of(labels, known[k], &found);
        enum nng_status status = insert(labels, known[k], place, error);
        if (status != NNG_OK)
            return status;
    }
    return NNG_OK;
}

static enum nng_status read_number(struct nng_labels *labels, const struct nng_csv *csv,
                                   const struct nng_csv_field *field, double value, size_t *id, struct nng_error *error)
{
    char quote[NNG_QUOTE_SIZE];
    nng_quote(quote, field->text, field->length);
    if (value < 0 || value != floor(value))
        return nng_csv_fail(csv, field, error,
                            "label '%s': classes are whole numbers from 0 (name the column in 'targets' to use its "
                            "numbers themselves)",
                            quote);
    if (labels->due != 0 && value >= (double)labels->due)
        return nng_csv_fail(csv, field, error, "label '%s' is outside 0 ... %zu", quote, labels->due - 1);
    if (value >= (double)NNG_CLASSES_MAX)
        return nng_csv_fail(csv, field, error, "label '%s' is too large: at most %zu classes", quote, NNG_CLASSES_MAX);
    *id = (size_t)value;
    labels->count = *id >= labels->count ? *id + 1 : labels->count;
    return NNG_OK;
}

/* A label that is none of the known classes. */
static enum nng_status fail_unknown(const struct nng_labels *labels, const struct nng_csv *csv,
                                    const struct nng_csv_field *field, struct nng_error *error)
{
    char quote[NNG_QUOTE_SIZE], hint[NNG_HINT_SIZE];
    const char *near = nng_nearest_of(field->text, (const char *const *)labels->texts, labels->count);
    return nng_csv_fail(csv, field, error, "label '%s' is not one of the training data's classes%s",
                        nng_quote(quote, field->text, field->length), nng_hint(hint, near));
}

static enum nng_status read_text(struct nng_labels *labels, const struct nng_csv *csv,
                                 const struct nng_csv_field *field, size_t *id, struct nng_error *error)
{
    char quote[NNG_QUOTE_SIZE];
    bool found;
    size_t place = place_of(labels, field->text, &found), most = labels->due != 0 ? labels->due : NNG_CLASSES_MAX;
    if (!found && labels->closed)
        return fail_unknown(labels, csv, field, error);
    if (!found && labels->count == most)
        return nng_csv_fail(csv, field, error, "label '%s' is one class too many: there are to be %zu",
                            nng_quote(quote, field->text, field->length), most);
    if (!found) {
        enum nng_status status = insert(labels, field->text, place, error);
        if (status != NNG_OK)
            return status;
    }
    *id = labels->order[place];
    return NNG_OK;
}

enum nng_status nng_labels_read(struct nng_labels *labels, const struct nng_csv *csv, const struct nng_csv_field *field,
                                size_t *id, struct nng_error *error)
{
    char quote[NNG_QUOTE_SIZE];
    double value = 0;
    if (field->length == 0)
        return nng_csv_fail(csv, field, error, "an empty label");
    enum nng_number kind = nng_number_parse(field->text, field->length, &value);
    bool number = kind == NNG_NUMBER_FINITE || kind == NNG_NUMBER_OVERFLOW;
    if (kind == NNG_NUMBER_OVERFLOW)
        value = (double)NNG_CLASSES_MAX;
    if (labels->closed && labels->numbers && !number)
        return fail_unknown(labels, csv, field, error);
    if (labels->begun && !labels->closed && number != labels->numbers)
        return nng_csv_fail(csv, field, error, "label '%s' is a %s, but the labels before it are %s",
                            nng_quote(quote, field->text, field->length), number ? "number" : "text",
                            number ? "texts" : "numbers");
    if (!labels->begun) {
        labels->begun = true;
        labels->numbers = number;
    }
    return labels->numbers ? read_number(labels, csv, field, value, id, error)
                           : read_text(labels, csv, field, id, error);
}

/* Numbers: class k is k. Texts: classes[k] is the k-th in sorted order (known ones keep theirs), rank[id] its k. */
static enum nng_status list_classes(struct nng_labels *labels, size_t total, size_t *rank, const char **texts,
                                    struct nng_error *error)
{
    for (size_t k = 0; k < total; k++) {
        size_t id = labels->numbers || labels->closed ? k : labels->order[k];
        rank[id] = k;
        texts[k] = labels->numbers ? NULL : labels->texts[id];
        if (labels->numbers) {
            char text[24];
            snprintf(text, sizeof text, "%zu", k);
            texts[k] = nng_arena_text(labels->arena, text);
            if (texts[k] == NULL)
                return nng_fail_memory(error);
        }
    }
    return NNG_OK;
}

/* Numbers whose count is not prescribed: every class must occur. */
static enum nng_status check_gaps(const struct nng_labels *labels, const struct nng_csv *csv, const char *column,
                                  const size_t *ids, size_t count, size_t *seen, struct nng_error *error)
{
    for (size_t i = 0; i < count; i++)
        seen[ids[i]] = 1;
    for (size_t k = 0; k < labels->count; k++)
        if (seen[k] == 0)
            return nng_fail_at(error, NNG_INPUT, csv->shown, 0, 0, NULL,
                               "column '%s' has the label %zu but never %zu: say how many classes there are", column,
                               labels->count - 1, k);
    return NNG_OK;
}

enum nng_status nng_labels_finish(struct nng_labels *labels, const struct nng_csv *csv, const char *column, size_t *ids,
                                  size_t count, const char *const **classes, size_t *class_count,
                                  struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t total = labels->due != 0 ? labels->due : labels->count;
    if (!labels->numbers && labels->count < total)
        return nng_fail_at(error, NNG_INPUT, csv->shown, 0, 0, NULL,
                           "column '%s' has %zu class%s, but there are to be %zu", column, labels->count,
                           labels->count == 1 ? "" : "es", total);
    size_t *rank = nng_arena_take(labels->arena, total, sizeof *rank);
    const char **texts = nng_arena_take(labels->arena, total, sizeof *texts);
    if (rank == NULL || texts == NULL)
        return nng_fail_memory(error);
    if (labels->numbers && labels->due == 0)
        NNG_TRY(check_gaps(labels, csv, column, ids, count, rank, error));
    NNG_TRY(list_classes(labels, total, rank, texts, error));
    for (size_t i = 0; i < count; i++)
        ids[i] = rank[ids[i]];
    *classes = (const char *const *)texts;
    *class_count = total;
fail:
    return status;
}
