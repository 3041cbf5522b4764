/* table.h - a table of short texts, written for a terminal or as Markdown. */
#ifndef NNGRAD_TABLE_H
#define NNGRAD_TABLE_H

#include "base/memory.h"
#include "render/plain.h"

enum align { ALIGN_LEFT, ALIGN_RIGHT, ALIGN_POINT };

struct column {
    const char *title;
    enum align align;
    int rank; /* on a narrow terminal the columns of the highest rank go first; those of rank 0 always stay */
};

struct table_cell {
    const char *text;
    enum ink ink;
};

struct table {
    const struct column *columns;
    size_t column_count;
    struct table_cell *cells; /* row by row */
    size_t cell_count, room;
    struct nng_arena *memory;
    bool failed;
};

struct table table_new(const struct column *columns, size_t column_count);
void table_free(struct table *table);

/* Adds the next cell, row by row. */
void table_add(struct table *table, enum ink ink, const char *text);
void table_print(struct table *table, enum ink ink, const char *format, ...) NNG_PRINTF(3, 4);

/* Numbers, as number.h writes them. */
void table_computed(struct table *table, enum ink ink, double x, int digits);
void table_rough(struct table *table, enum ink ink, double x);

/* Writes it, indented by two. Columns that do not fit go by their rank, and a line says which. */
void table_text(struct table *table, const struct style *style, struct nng_text *out);
void table_markdown(const struct table *table, struct nng_text *out);

#endif
