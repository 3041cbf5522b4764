/* csv.c - the rows of a CSV file, as RFC 4180 has them:
 *
 *   row   = field {"," field} (LF | CRLF | end of file)
 *   field = "\"" {any text, "\"" doubled, also line ends} "\""  |  {any but quote, comma, line end}
 *
 * More than the RFC: blanks around a field do not count, blank lines and a byte order mark are skipped, the text must
 * be UTF-8. Less than others: a quote inside an unquoted field, text behind a closing quote, a row with more or fewer
 * fields than the first are errors, since each of them means that somebody's numbers stand in the wrong column.
 */
#include "model/csv.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "base/memory.h"
#include "base/number.h"

/* One line without its end. */
struct line {
    const char *begin, *end;
};

static int as_int(size_t n)
{
    return n < INT_MAX ? (int)n : INT_MAX;
}

enum nng_status nng_csv_fail(const struct nng_csv *csv, const struct nng_csv_field *field, struct nng_error *error,
                             const char *format, ...)
{
    char text[sizeof error->text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);

    /* the line ends in a line end or at the end of the file, where there may be no '\0' */
    char source[sizeof error->source];
    const char *begin = field != NULL ? field->source : csv->source;
    const char *end = begin != NULL ? memchr(begin, '\n', (size_t)(csv->end - begin)) : NULL;
    size_t length = begin == NULL ? 0 : (size_t)((end != NULL ? end : csv->end) - begin);
    if (length > 0 && begin[length - 1] == '\r')
        length--;
    nng_copy_text(source, sizeof source, begin != NULL ? begin : "", length);
    return nng_fail_at(error, NNG_INPUT, csv->shown, as_int(field != NULL ? field->line : csv->line),
                       field != NULL ? as_int(field->column) : 0, source, "%s", text);
}

/* An error in bytes that are not fit to be shown. */
static enum nng_status fail_bytes(const struct nng_csv *csv, size_t column, struct nng_error *error, const char *text)
{
    return nng_fail_at(error, NNG_INPUT, csv->shown, as_int(csv->next_line), as_int(column), NULL, "%s", text);
}

enum nng_status nng_csv_open(struct nng_csv *csv, const char *bytes, size_t length, const char *shown,
                             struct nng_error *error)
{
    static const char mark[] = "\xef\xbb\xbf";
    *csv = (struct nng_csv){.shown = shown, .next = bytes, .end = bytes + length, .next_line = 1};
    if (length >= 3 && memcmp(bytes, mark, 3) == 0)
        csv->next += 3;
    csv->cells = nng_allocate(NNG_CSV_LONGEST + 2, 1); /* a field is no longer than its source, '\0' for ',' */
    return csv->cells != NULL ? NNG_OK : nng_fail_memory(error);
}

void nng_csv_close(struct nng_csv *csv)
{
    nng_release(csv->fields);
    nng_release(csv->cells);
    *csv = (struct nng_csv){0};
}

/* Takes one line off; there is one. */
static enum nng_status read_line(struct nng_csv *csv, struct line *line, struct nng_error *error)
{
    size_t left = (size_t)(csv->end - csv->next), bad = 0;
    size_t looked = left < NNG_CSV_LONGEST + 1 ? left : NNG_CSV_LONGEST + 1;
    const char *begin = csv->next, *newline = memchr(begin, '\n', looked);
    if (newline == NULL && looked > NNG_CSV_LONGEST)
        return fail_bytes(csv, 0, error, "the line is longer than 1 MiB");
    const char *end = newline != NULL ? newline : csv->end;
    if (!nng_utf8_valid(begin, (size_t)(end - begin), &bad))
        return fail_bytes(csv, bad + 1, error,
                          begin[bad] == '\0' ? "a NUL byte: this is not a text file"
                                             : "invalid UTF-8: this is not a text file, or not in UTF-8");
    csv->next = newline != NULL ? newline + 1 : csv->end;
    csv->next_line++;
    line->begin = begin;
    line->end = end > begin && end[-1] == '\r' ? end - 1 : end;
    return NNG_OK;
}

static const char *skip_blanks(const char *p, const char *end)
{
    while (p < end && (*p == ' ' || *p == '\t'))
        p++;
    return p;
}

/* p stands behind the opening quote; afterwards behind the closing one. A field may go on over several lines: *line is
 * then the last of them. */
static enum nng_status read_quoted(struct nng_csv *csv, struct nng_csv_field *field, struct line *line, const char **p,
                                   struct nng_error *error)
{
    const char *row = csv->source;
    for (;;) {
        while (*p < line->end && **p != '"')
            *csv->cell++ = *(*p)++;
        if (*p == line->end) {
            if (csv->next == csv->end)
                return nng_csv_fail(csv, field, error, "the quote that opens here is never closed");
            enum nng_status status = read_line(csv, line, error);
            if (status != NNG_OK)
                return status;
            if ((size_t)(line->end - row) > NNG_CSV_LONGEST)
                return nng_csv_fail(csv, field, error, "the quote that opens here is not closed within 1 MiB");
            *csv->cell++ = '\n';
            *p = line->begin;
        } else if (*p + 1 < line->end && (*p)[1] == '"') {
            *csv->cell++ = '"';
            *p += 2;
        } else {
            (*p)++;
            return NNG_OK;
        }
    }
}

static enum nng_status read_unquoted(struct nng_csv *csv, struct nng_csv_field *field, const struct line *line,
                                     const char **p, struct nng_error *error)
{
    const char *begin = *p;
    while (*p < line->end && **p != ',') {
        if (**p == '"') {
            field->column = (size_t)(*p - line->begin) + 1;
            return nng_csv_fail(csv, field, error, "a quote inside an unquoted field (write \"...\"\"...\")");
        }
        (*p)++;
    }
    const char *end = *p;
    while (end > begin && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    memcpy(csv->cell, begin, (size_t)(end - begin));
    csv->cell += end - begin;
    return NNG_OK;
}

/* Reads the field at *p, and the comma behind it; *last when there was none. */
static enum nng_status read_field(struct nng_csv *csv, struct line *line, const char **p, bool *last,
                                  struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    if (csv->count == csv->room) {
        size_t room = csv->room * 2 + 16;
        struct nng_csv_field *fields = nng_reallocate(csv->fields, room, sizeof *fields);
        if (fields == NULL)
            return nng_fail_memory(error);
        csv->fields = fields;
        csv->room = room;
    }
    *p = skip_blanks(*p, line->end);
    struct nng_csv_field *field = &csv->fields[csv->count];
    *field = (struct nng_csv_field){
        .text = csv->cell, .line = csv->next_line - 1, .column = (size_t)(*p - line->begin) + 1, .source = line->begin};
    if (*p < line->end && **p == '"') {
        (*p)++;
        NNG_TRY(read_quoted(csv, field, line, p, error));
        *p = skip_blanks(*p, line->end);
        if (*p < line->end && **p != ',')
            return nng_csv_fail(csv, field, error, "text behind the closing quote of a field");
    } else
        NNG_TRY(read_unquoted(csv, field, line, p, error));
    field->length = (size_t)(csv->cell - field->text);
    *csv->cell++ = '\0';
    csv->count++;
    *last = *p == line->end;
    *p += !*last;
fail:
    return status;
}

enum nng_status nng_csv_next(struct nng_csv *csv, bool *more, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t due = csv->count; /* 0 before the first row */
    struct line line;
    const char *p;
    do {
        *more = csv->next < csv->end;
        if (!*more)
            return NNG_OK;
        csv->line = csv->next_line;
        NNG_TRY(read_line(csv, &line, error));
        p = skip_blanks(line.begin, line.end);
    } while (p == line.end);

    csv->source = line.begin;
    csv->cell = csv->cells;
    csv->count = 0;
    for (bool last = false; !last;)
        NNG_TRY(read_field(csv, &line, &p, &last, error));
    if (due != 0 && csv->count != due)
        return nng_csv_fail(csv, NULL, error, "a row of %zu field%s, but the first row has %zu", csv->count,
                            csv->count == 1 ? "" : "s", due);
fail:
    return status;
}

enum nng_status nng_csv_number(const struct nng_csv *csv, const struct nng_csv_field *field, const char *about,
                               double *value, struct nng_error *error)
{
    char quote[NNG_QUOTE_SIZE];
    nng_quote(quote, field->text, field->length);
    if (field->length == 0)
        return nng_csv_fail(csv, field, error, "an empty field where a number is due%s", about);
    switch (nng_number_parse(field->text, field->length, value)) {
    case NNG_NUMBER_FINITE:
        return NNG_OK;
    case NNG_NUMBER_NONFINITE:
        return nng_csv_fail(csv, field, error, "'%s' is not a finite number%s", quote, about);
    case NNG_NUMBER_OVERFLOW:
        return nng_csv_fail(csv, field, error, "'%s' is too large for a number in double precision%s", quote, about);
    case NNG_NUMBER_NONE:
        break;
    }
    return nng_csv_fail(csv, field, error, "'%s' is not a number%s", quote, about);
}
