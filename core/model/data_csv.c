/* data_csv.c - a dataset from a CSV file: which columns are x, which are y, and the labels' way to one-hot.
 *
 *   y_nk = 1 if the label of sample n is class k, else 0        (one column y_n = k for a network with one output)
 */
#include "model/data.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/number.h"
#include "base/text.h"
#include "model/csv.h"
#include "model/labels.h"

/* What is being built: arrays grow while the file is read, and are copied into the caller's arena at the end. */
struct reading {
    const struct nng_csv_spec *spec;
    const char *shown;
    struct nng_arena *scratch;
    struct nng_csv csv;

    const char **names; /* of the columns: the header's, or "1", "2", ... */
    size_t columns;
    size_t *inputs, input_count; /* columns of x */
    size_t *targets, target_count;
    size_t label; /* the column of labels, when spec->target is given */

    size_t samples, room;
    double *x;           /* samples x input_count */
    double *y;           /* samples x target_count */
    size_t *ids, *lines; /* samples: label and line */
    struct nng_labels labels;
};

/* ---- columns ------------------------------------------------------------------------------------------------- */

/* Copies the header's names, or counts "1", "2", ... */
static enum nng_status name_columns(struct reading *r, struct nng_error *error)
{
    r->columns = r->csv.count;
    r->names = nng_arena_take(r->scratch, r->columns, sizeof *r->names);
    if (r->names == NULL)
        return nng_fail_memory(error);
    for (size_t c = 0; c < r->columns; c++) {
        char number[24];
        snprintf(number, sizeof number, "%zu", c + 1);
        r->names[c] = nng_arena_text(r->scratch, r->spec->header ? r->csv.fields[c].text : number);
        if (r->names[c] == NULL)
            return nng_fail_memory(error);
    }
    return NNG_OK;
}

/* " (there are x1, x2, label)"; a header in one piece with ; or tab in it was meant otherwise. */
enum { COLUMN_LIST = 240 };
static const char *columns_there(const struct reading *r, char there[COLUMN_LIST])
{
    size_t length = 0, c = 0;
    if (r->columns == 1 && strpbrk(r->names[0], ";\t|") != NULL)
        return ": its fields are not separated by commas";
    for (; c < r->columns && length + strlen(r->names[c]) + 12 < COLUMN_LIST; c++)
        length +=
            (size_t)snprintf(there + length, COLUMN_LIST - length, "%s%s", c > 0 ? ", " : " (there are ", r->names[c]);
    if (c == 0)
        return "";
    snprintf(there + length, COLUMN_LIST - length, c < r->columns ? " ...)" : ")");
    return there;
}

static enum nng_status find_column(const struct reading *r, const char *name, size_t *column, struct nng_error *error)
{
    size_t found = 0;
    for (size_t c = 0; c < r->columns; c++)
        if (strcmp(r->names[c], name) == 0 && found++ == 0)
            *column = c;
    if (found > 1)
        return nng_csv_fail(&r->csv, &r->csv.fields[*column], error, "column '%s' stands %zu times in the header", name,
                            found);
    if (found == 1)
        return NNG_OK;
    size_t digits = strspn(name, "0123456789");
    double number = 0;
    if (digits > 0 && name[digits] == '\0' && nng_number_parse(name, digits, &number) == NNG_NUMBER_FINITE &&
        number >= 1 && number <= (double)r->columns) {
        *column = (size_t)number - 1;
        return NNG_OK;
    }
    if (!r->spec->header)
        return nng_fail(error, NNG_INPUT, "no column '%s' in '%s': without a header its columns are 1 ... %zu", name,
                        r->shown, r->columns);
    char hint[NNG_HINT_SIZE], there[COLUMN_LIST];
    const char *near = nng_nearest_of(name, r->names, r->columns);
    return nng_fail(error, NNG_INPUT, "no column '%s' in '%s'%s", name, r->shown,
                    near != NULL ? nng_hint(hint, near) : columns_there(r, there));
}

/* used: columns, 0 or 1 */
static enum nng_status find_columns(const struct reading *r, const char *const *names, size_t count, size_t *columns,
                                    char *used, struct nng_error *error)
{
    for (size_t i = 0; i < count; i++) {
        enum nng_status status = find_column(r, names[i], &columns[i], error);
        if (status != NNG_OK)
            return status;
        if (used[columns[i]]++ != 0)
            return nng_fail(error, NNG_INPUT, "column '%s' of '%s' is used twice", names[i], r->shown);
    }
    return NNG_OK;
}

static enum nng_status choose_columns(struct reading *r, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_csv_spec *spec = r->spec;
    char *used = nng_arena_take(r->scratch, r->columns, 1);
    size_t most = r->columns + spec->input_count;
    r->inputs = nng_arena_take(r->scratch, most, sizeof *r->inputs);
    r->targets = nng_arena_take(r->scratch, spec->target_count, sizeof *r->targets);
    if (used == NULL || r->inputs == NULL || r->targets == NULL)
        return nng_fail_memory(error);
    if (spec->target != NULL)
        NNG_TRY(find_columns(r, &spec->target, 1, &r->label, used, error));
    else
        NNG_TRY(find_columns(r, spec->targets, spec->target_count, r->targets, used, error));
    r->target_count = spec->target != NULL ? 0 : spec->target_count;
    NNG_TRY(find_columns(r, spec->inputs, spec->input_count, r->inputs, used, error));
    r->input_count = spec->input_count;
    for (size_t c = 0; c < r->columns && spec->input_count == 0; c++)
        if (!used[c])
            r->inputs[r->input_count++] = c;
    if (r->input_count == 0)
        return nng_fail(error, NNG_INPUT, "no column of '%s' is left for the inputs", r->shown);
fail:
    return status;
}

/* ---- rows ---------------------------------------------------------------------------------------------------- */

static enum nng_status grow(void **array, size_t room, size_t columns, size_t size, struct nng_error *error)
{
    if (columns == 0)
        return NNG_OK;
    void *larger = room <= SIZE_MAX / columns ? nng_reallocate(*array, room * columns, size) : NULL;
    if (larger == NULL)
        return nng_fail_memory(error);
    *array = larger;
    return NNG_OK;
}

static enum nng_status make_room(struct reading *r, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    if (r->samples < r->room)
        return NNG_OK;
    size_t room = r->room * 2 + 64;
    void *x = r->x, *y = r->y, *ids = r->ids, *lines = r->lines;
    NNG_TRY(grow(&x, room, r->input_count, sizeof *r->x, error));
    r->x = x;
    NNG_TRY(grow(&y, room, r->target_count, sizeof *r->y, error));
    r->y = y;
    NNG_TRY(grow(&ids, room, 1, sizeof *r->ids, error));
    r->ids = ids;
    NNG_TRY(grow(&lines, room, 1, sizeof *r->lines, error));
    r->lines = lines;
    r->room = room;
fail:
    return status;
}

/* values: count, the numbers of these columns in the present row */
static enum nng_status read_numbers(const struct reading *r, const size_t *columns, size_t count, double *values,
                                    struct nng_error *error)
{
    for (size_t i = 0; i < count; i++) {
        const struct nng_csv_field *field = &r->csv.fields[columns[i]];
        if (nng_number_parse(field->text, field->length, &values[i]) == NNG_NUMBER_FINITE)
            continue;
        char about[160], quote[NNG_QUOTE_SIZE];
        const char *name = r->names[columns[i]];
        const char *hint = !r->spec->header && r->samples == 0 ? "; if the first row is a header: header = true" : "";
        snprintf(about, sizeof about, " (column '%s'%s)", nng_quote(quote, name, strlen(name)), hint);
        return nng_csv_number(&r->csv, field, about, &values[i], error);
    }
    return NNG_OK;
}

static enum nng_status read_sample(struct reading *r, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    NNG_TRY(make_room(r, error));
    NNG_TRY(read_numbers(r, r->inputs, r->input_count, r->x + r->samples * r->input_count, error));
    if (r->target_count > 0)
        NNG_TRY(read_numbers(r, r->targets, r->target_count, r->y + r->samples * r->target_count, error));
    if (r->spec->target != NULL)
        NNG_TRY(nng_labels_read(&r->labels, &r->csv, &r->csv.fields[r->label], &r->ids[r->samples], error));
    r->lines[r->samples++] = r->csv.line;
fail:
    return status;
}

static enum nng_status read_rows(struct reading *r, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    bool more;
    NNG_TRY(nng_csv_next(&r->csv, &more, error));
    if (!more)
        return nng_fail_at(error, NNG_INPUT, r->shown, 0, 0, NULL, "the file is empty");
    NNG_TRY(name_columns(r, error));
    NNG_TRY(choose_columns(r, error));
    if (r->spec->header)
        NNG_TRY(nng_csv_next(&r->csv, &more, error));
    while (more) {
        NNG_TRY(read_sample(r, error));
        NNG_TRY(nng_csv_next(&r->csv, &more, error));
    }
    if (r->samples == 0)
        return nng_fail_at(error, NNG_INPUT, r->shown, 0, 0, NULL, "no data rows below the header");
fail:
    return status;
}

/* ---- the whole ----------------------------------------------------------------------------------------------- */

/* How many classes the labels must have: 0 when that follows from them. A single output tells two apart. */
static enum nng_status begin_labels(struct reading *r, struct nng_arena *arena, struct nng_error *error)
{
    const struct nng_csv_spec *spec = r->spec;
    if ((spec->target != NULL) == (spec->target_count > 0))
        return nng_fail(error, NNG_INPUT, "either 'target' or 'targets' says which columns of '%s' are the targets",
                        r->shown);
    if (spec->target == NULL && spec->outputs != 0 && spec->outputs != spec->target_count)
        return nng_fail(error, NNG_INPUT, "%zu target column%s, but the network has %zu output%s", spec->target_count,
                        spec->target_count == 1 ? "" : "s", spec->outputs, spec->outputs == 1 ? "" : "s");
    size_t due = spec->outputs == 1 ? 2 : spec->outputs;
    bool agree = spec->classes == due || spec->classes == 0 || due == 0 || (spec->outputs == 1 && spec->classes == 1);
    if (spec->target != NULL && !agree)
        return nng_fail(error, NNG_INPUT, "%zu classes, but the network has %zu output%s", spec->classes, spec->outputs,
                        spec->outputs == 1 ? "" : "s");
    due = due == 0 ? spec->classes : due;
    if (due > NNG_CLASSES_MAX && spec->target != NULL)
        return nng_fail(error, NNG_INPUT, "%zu classes: at most %zu", due, NNG_CLASSES_MAX);
    const char *const *known = spec->like != NULL ? spec->like->classes : NULL;
    if (known != NULL)
        due = spec->like->outputs == 1 ? 2 : spec->like->outputs;
    return nng_labels_begin(&r->labels, arena, due, known, error);
}

/* Copies what was read into the arena, labels as one-hot. */
static enum nng_status finish(struct reading *r, struct nng_arena *arena, struct nng_data *data, size_t **lines,
                              struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t n = r->samples, classes = 0;
    *data = (struct nng_data){.samples = n, .inputs = r->input_count, .outputs = r->target_count};
    if (r->spec->target != NULL) {
        NNG_TRY(nng_labels_finish(&r->labels, &r->csv, r->names[r->label], r->ids, n, &data->classes, &classes, error));
        data->outputs = r->spec->outputs == 1 ? 1 : classes;
    }
    data->source = nng_arena_text(arena, r->shown);
    data->x = n <= SIZE_MAX / data->inputs ? nng_arena_take(arena, n * data->inputs, sizeof *data->x) : NULL;
    data->y = n <= SIZE_MAX / data->outputs ? nng_arena_take(arena, n * data->outputs, sizeof *data->y) : NULL;
    size_t *at = nng_arena_take(arena, n, sizeof *at);
    if (data->source == NULL || data->x == NULL || data->y == NULL || at == NULL)
        NNG_TRY(nng_fail_memory(error));
    memcpy(data->x, r->x, n * data->inputs * sizeof *data->x);
    memcpy(at, r->lines, n * sizeof *at);
    if (r->spec->target == NULL)
        memcpy(data->y, r->y, n * data->outputs * sizeof *data->y);
    for (size_t i = 0; i < n && r->spec->target != NULL; i++)
        if (data->outputs == 1)
            data->y[i] = (double)r->ids[i];
        else
            data->y[i * data->outputs + r->ids[i]] = 1;
    if (lines != NULL)
        *lines = at;
fail:
    return status;
}

enum nng_status nng_data_csv_parse(struct nng_arena *arena, const struct nng_csv_spec *spec, const char *bytes,
                                   size_t length, struct nng_data *data, size_t **lines, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct reading r = {.spec = spec, .shown = spec->shown != NULL ? spec->shown : spec->path};
    *data = (struct nng_data){0};
    r.scratch = nng_arena_new();
    if (r.scratch == NULL)
        return nng_fail_memory(error);
    NNG_TRY(begin_labels(&r, arena, error));
    NNG_TRY(nng_csv_open(&r.csv, bytes, length, r.shown, error));
    NNG_TRY(read_rows(&r, error));
    NNG_TRY(finish(&r, arena, data, lines, error));
fail:
    nng_csv_close(&r.csv);
    nng_release(r.x);
    nng_release(r.y);
    nng_release(r.ids);
    nng_release(r.lines);
    nng_arena_free(r.scratch);
    return status;
}

enum nng_status nng_data_csv(struct nng_arena *arena, const struct nng_csv_spec *spec, struct nng_data *data,
                             size_t **lines, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_file file = {0};
    NNG_TRY(nng_file_read(spec->path, NNG_CSV_FILE_MAX, &file, error));
    NNG_TRY(nng_data_csv_parse(arena, spec, file.bytes, file.length, data, lines, error));
fail:
    nng_release(file.bytes);
    return status;
}
