/* csv.h - the rows of a CSV file. */
#ifndef NNG_MODEL_CSV_H
#define NNG_MODEL_CSV_H

#include "base/text.h"

/* The longest line, and the longest row where a quoted field has several lines. */
#define NNG_CSV_LONGEST ((size_t)1 << 20)

/* One field, unquoted, trimmed of blanks if it was not quoted; where it begins in the file, both from 1. */
struct nng_csv_field {
    const char *text; /* length bytes and a '\0' */
    size_t length, line, column;
    const char *source; /* the line that it begins on, in the file's bytes */
};

struct nng_csv {
    const char *shown;            /* the file's name in messages */
    struct nng_csv_field *fields; /* the present row */
    size_t count, line;           /* its number of fields, and the line that it begins on */
    const char *source;

    const char *next, *end; /* what has not been read */
    size_t next_line;
    size_t room;
    char *cells, *cell; /* the fields' texts, and where the next one goes */
};

/* Begins to read bytes[0 ... length-1], which must stay. nng_csv_close also after a failure. */
NNG_MUST_USE enum nng_status nng_csv_open(struct nng_csv *csv, const char *bytes, size_t length, const char *shown,
                                          struct nng_error *error);
void nng_csv_close(struct nng_csv *csv);

/* Reads the next row that is not blank; *more is false at the end. All rows must have as many fields as the first. */
NNG_MUST_USE enum nng_status nng_csv_next(struct nng_csv *csv, bool *more, struct nng_error *error);

/* Reads a field as a finite number. `about` ends the message: "'abc' is not a number (column 'x1')". */
NNG_MUST_USE enum nng_status nng_csv_number(const struct nng_csv *csv, const struct nng_csv_field *field,
                                            const char *about, double *value, struct nng_error *error);

/* Fails with the place of a field (NULL: of the present row). */
enum nng_status nng_csv_fail(const struct nng_csv *csv, const struct nng_csv_field *field, struct nng_error *error,
                             const char *format, ...) NNG_PRINTF(4, 5);

#endif
