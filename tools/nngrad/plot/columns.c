/* columns.c - chosen columns of a table by epoch. */
#include "plot/columns.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"

/* ROWS or more are kept, fewer than twice as many. */
enum { ROWS = 1024, LONGEST_FIELD = 64, LONGEST_NAME = 128, LONGEST_HEADER = 1 << 26 };

static enum nng_status fail_line(const struct column_reader *reader, struct nng_error *error, const char *text)
{
    return nng_fail_at(error, NNG_INPUT, reader->shown, reader->line < INT_MAX ? (int)reader->line : INT_MAX, 0, NULL,
                       "%s", text);
}

/* ---- fields -------------------------------------------------------------------------------------------------- */

/* Reads the next field, without its quotes; what ended it is returned: a comma, the line's end, EOF, or, where it would
 * take `size` bytes, any other character. */
static int next_field(FILE *file, char *field, size_t size, size_t *length)
{
    bool quoted = false;
    int c = ' ';
    *length = 0;
    while (*length < size - 1 && (c = getc(file)) != EOF && (quoted || (c != ',' && c != '\n')))
        if (c == '"')
            quoted = !quoted;
        else
            field[(*length)++] = (char)c;
    if (*length > 0 && field[*length - 1] == '\r' && (c == '\n' || c == EOF))
        --*length;
    field[*length] = '\0';
    return *length == size - 1 ? ' ' : c;
}

static bool is_end(int c)
{
    return c == ',' || c == '\n' || c == EOF;
}

/* ---- the header ---------------------------------------------------------------------------------------------- */

/* The first line, its fields each with a '\0'. */
static enum nng_status read_header(struct column_reader *reader, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_text header = {0};
    char field[LONGEST_NAME];
    size_t length, bad;
    int end = ',';
    for (; end == ','; reader->count++) {
        end = next_field(reader->file, field, sizeof field, &length);
        if (!is_end(end) || length == 0 || memchr(field, '\0', length) != NULL ||
            !nng_utf8_valid(field, length, &bad) || header.length > LONGEST_HEADER)
            NNG_TRY(fail_line(reader, error, "not the header of a table by epoch"));
        if (reader->count == 0 && strcmp(field, "epoch") != 0)
            NNG_TRY(fail_line(reader, error, "not the header of a table by epoch: its first column is not 'epoch'"));
        nng_text_add_n(&header, field, length + 1);
    }
    reader->names = nng_allocate(reader->count, sizeof *reader->names);
    if (header.failed || reader->names == NULL)
        NNG_TRY(nng_fail_memory(error));
    const char *name = reader->header = header.data;
    for (size_t i = 0; i < reader->count; i++, name += strlen(name) + 1)
        reader->names[i] = name;
    reader->line++;
    return NNG_OK;
fail:
    nng_text_free(&header);
    return status;
}

enum nng_status columns_open(struct column_reader *reader, const char *file, struct nng_error *error)
{
    *reader = (struct column_reader){.shown = file, .line = 1};
    int descriptor = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); /* a pipe must not block */
    struct stat about;
    if (descriptor < 0)
        return nng_fail_at(error, NNG_INPUT, file, 0, 0, NULL, "cannot read: %s",
                           errno == ENOENT ? "no such file" : strerror(errno));
    if (fstat(descriptor, &about) != 0 || !S_ISREG(about.st_mode)) {
        close(descriptor);
        return nng_fail_at(error, NNG_INPUT, file, 0, 0, NULL, "cannot read: not a regular file");
    }
    reader->file = fdopen(descriptor, "rb");
    if (reader->file == NULL) {
        close(descriptor);
        return nng_fail_memory(error);
    }
    return read_header(reader, error);
}

enum nng_status columns_open_text(struct column_reader *reader, const char *text, const char *shown,
                                  struct nng_error *error)
{
    *reader = (struct column_reader){.shown = shown, .line = 1};
    reader->file = fmemopen((char *)text, strlen(text), "rb"); /* not const, for C's sake: nobody writes to it */
    return reader->file != NULL ? read_header(reader, error) : nng_fail_memory(error);
}

void columns_close(struct column_reader *reader)
{
    if (reader->file != NULL)
        fclose(reader->file);
    nng_release(reader->header);
    nng_release((void *)reader->names);
    *reader = (struct column_reader){0};
}

size_t columns_find(const struct column_reader *reader, const char *name)
{
    for (size_t i = 0; i < reader->count; i++)
        if (strcmp(reader->names[i], name) == 0)
            return i;
    return SIZE_MAX;
}

/* ---- rows ---------------------------------------------------------------------------------------------------- */

static enum nng_status read_number(const struct column_reader *reader, size_t column, const char *field, size_t length,
                                   double *value, struct nng_error *error)
{
    char text[256], quote[NNG_QUOTE_SIZE];
    *value = NAN;
    if (length == 0)
        return NNG_OK;
    enum nng_number kind = nng_number_parse(field, length, value);
    if (kind == NNG_NUMBER_FINITE || kind == NNG_NUMBER_NONFINITE)
        return NNG_OK;
    snprintf(text, sizeof text, "'%s' is not a number (column '%s')", nng_quote(quote, field, length),
             reader->names[column]);
    return fail_line(reader, error, text);
}

/* One row's chosen fields, into `values`; *more is false at the end. */
static enum nng_status read_row(struct column_reader *reader, const size_t *place, double *values, bool *more,
                                struct nng_error *error)
{
    char field[LONGEST_FIELD], text[128];
    size_t length, fields = 0;
    int end = ',';
    for (; end == ','; fields++) {
        end = next_field(reader->file, field, sizeof field, &length);
        if (fields == 0 && length == 0 && end == EOF) {
            *more = false;
            return NNG_OK;
        }
        if (!is_end(end))
            return fail_line(reader, error, "a field that is too long for a number");
        if (fields >= reader->count || place[fields] == SIZE_MAX)
            continue;
        enum nng_status status = read_number(reader, fields, field, length, &values[place[fields]], error);
        if (status != NNG_OK)
            return status;
    }
    if (fields == reader->count)
        return NNG_OK;
    snprintf(text, sizeof text, "a row of %zu field%s, but the header has %zu", fields, fields == 1 ? "" : "s",
             reader->count);
    return fail_line(reader, error, text);
}

/* Every other row goes. */
static void thin(struct columns *columns)
{
    size_t bytes = columns->count * sizeof *columns->values;
    for (size_t row = 0; 2 * row < columns->rows; row++)
        memmove(columns->values + row * columns->count, columns->values + 2 * row * columns->count, bytes);
    columns->rows = (columns->rows + 1) / 2;
}

/* last: room for one row */
static enum nng_status read_rows(struct column_reader *reader, const size_t *place, double *last,
                                 struct columns *columns, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t stride = 1, count = columns->count, bytes = count * sizeof *last;
    double before = -1;
    bool more = true, kept = true;
    for (size_t row = 0;; row++, reader->line++) {
        NNG_TRY(read_row(reader, place, last, &more, error));
        if (!more && row == 0)
            NNG_TRY(fail_line(reader, error, "there are no rows below the header"));
        if (!more)
            break;
        if (!(last[0] > before) || last[0] > 1e15)
            NNG_TRY(fail_line(reader, error, "the epochs do not rise from 0"));
        before = last[0];
        if (columns->rows == 2 * ROWS) {
            thin(columns);
            stride *= 2;
        }
        kept = row % stride == 0;
        if (kept)
            memcpy(columns->values + columns->rows++ * count, last, bytes);
    }
    if (!kept)
        memcpy(columns->values + columns->rows++ * count, last, bytes);
fail:
    return status;
}

enum nng_status columns_read(struct column_reader *reader, const size_t *which, size_t count, struct columns *columns,
                             struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t *place = nng_allocate(reader->count, sizeof *place); /* of each field in a row of `columns` */
    double *last = nng_allocate(count, sizeof *last);
    *columns = (struct columns){.count = count, .values = nng_allocate((2 * ROWS + 1) * count, sizeof(double))};
    if (place == NULL || last == NULL || columns->values == NULL)
        NNG_TRY(nng_fail_memory(error));
    for (size_t i = 0; i < reader->count; i++)
        place[i] = SIZE_MAX;
    for (size_t i = 0; i < count; i++)
        place[which[i]] = i;
    NNG_TRY(read_rows(reader, place, last, columns, error));
fail:
    nng_release(place);
    nng_release(last);
    return status;
}

void columns_free(struct columns *columns)
{
    nng_release(columns->values);
    *columns = (struct columns){0};
}
