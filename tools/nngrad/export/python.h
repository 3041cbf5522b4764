/* python.h - numbers, texts and arrays as Python literals. */
#ifndef NNGRAD_EXPORT_PYTHON_H
#define NNGRAD_EXPORT_PYTHON_H

#include <stddef.h>

#include "base/text.h"

/* The least digits, up to 17, that read back as the same double; always a float: 2.0, -0.4, 1e-05. */
void python_add_number(struct nng_text *out, double value);

/* A string literal that holds these bytes' text, whatever they are: nothing in it ends the literal or the line. */
void python_add_string(struct nng_text *out, const char *text);

/* Ends a line of code with a comment behind it ("" for none), under those of the lines above. */
void python_end_line(struct nng_text *out, const char *comment);

/* rows x cols numbers inside somebody's array: entry (i, j) is data[i row_step + j col_step]. */
struct block {
    const double *data;
    size_t rows, cols, row_step, col_step;
    bool flat;   /* one row, written without brackets of its own */
    bool packed; /* several rows a line: a table that nobody reads as a matrix */
};

/* Adds the list of lists, opening[...]closing: on one line where it fits, with the comment behind it; otherwise a line
 * a row, the comment behind the opening. Valid as JSON too. */
void python_add_block(struct nng_text *out, const struct block *block, const char *opening, const char *closing,
                      const char *comment);

/* The same for whole numbers >= 0: opening[2, 0, 1]closing. */
void python_add_indices(struct nng_text *out, const size_t *indices, size_t count, const char *opening,
                        const char *closing, const char *comment);

#endif
