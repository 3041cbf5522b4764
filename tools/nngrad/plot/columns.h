/* columns.h - chosen columns of a table by epoch, as history.csv and weights.csv are.
 *
 * It is read row by row, and may be of any length: of very many rows some are kept, evenly spread, and the last. */
#ifndef NNGRAD_COLUMNS_H
#define NNGRAD_COLUMNS_H

#include <stdio.h>

#include <nngrad/nngrad.h>

/* A table that is open for reading. */
struct column_reader {
    FILE *file;
    const char *shown; /* its name in messages */
    size_t line;       /* that is read next, from 1 */
    char *header;      /* the names, one behind the other, each with its '\0' */
    const char **names;
    size_t count; /* of names; the first is "epoch" */
};

/* Chosen columns of the rows that are kept. */
struct columns {
    size_t rows, count;
    double *values; /* rows x count; NAN for an empty field */
};

/* Opens a table and reads its header; NNG_INPUT if it is none. To be closed also after a failure. */
NNG_MUST_USE enum nng_status columns_open(struct column_reader *reader, const char *file, struct nng_error *error);

/* The same of a text, which must stay. */
NNG_MUST_USE enum nng_status columns_open_text(struct column_reader *reader, const char *text, const char *shown,
                                               struct nng_error *error);
void columns_close(struct column_reader *reader);

/* Which column has that name; SIZE_MAX: none. */
size_t columns_find(const struct column_reader *reader, const char *name);

/* Reads to the end: which[0 ... count - 1], of which the first must be the epoch's. Epochs must rise. */
NNG_MUST_USE enum nng_status columns_read(struct column_reader *reader, const size_t *which, size_t count,
                                          struct columns *columns, struct nng_error *error);
void columns_free(struct columns *columns);

#endif
