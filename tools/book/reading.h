/* reading.h - a passage of a chapter while it is read, for the files read*.c. */
#ifndef NNGRAD_BOOK_READING_H
#define NNGRAD_BOOK_READING_H

#include <cmark.h>

#include "chapter.h"

struct reading {
    struct chapter *chapter;
    struct passage *passage;
    int depth;
    size_t *lines; /* where each line begins, and after the last one the length */
    int line_count;
};

/* ---- reading.c ---- */

/* Where a line of a text begins, counted from 1; its end if there are not so many. And how long the line is that begins
 * there. */
size_t line_begin(const char *text, size_t length, int line);
size_t line_length(const char *text, size_t length, size_t begin);

/* Fills lines and line_count. */
NNG_MUST_USE enum nng_status find_lines(struct reading *reading, struct nng_error *error);

/* The line of the chapter's file that a node begins in. */
int line_of(const struct reading *reading, cmark_node *node);

/* Where cmark says that a node begins (columns count bytes from 1), held within the text. */
size_t offset_of(const struct reading *reading, int line, int column);

/* Makes room for one more of an arena's array; NULL: out of memory. */
void *grown(struct nng_arena *arena, void *array, size_t count, size_t *room, size_t size);

/* The texts in a node and all that is in it, without their marks. */
NNG_MUST_USE enum nng_status keep_words(const struct reading *reading, cmark_node *node, const char **words,
                                        struct nng_error *error);

/* ---- read_inlines.c ---- */

NNG_MUST_USE enum nng_status read_link(struct reading *reading, cmark_node *node, struct nng_error *error);
NNG_MUST_USE enum nng_status read_heading(struct reading *reading, cmark_node *node, struct nng_error *error);

/* Refuses a paragraph in which a formula is not closed. */
NNG_MUST_USE enum nng_status check_formulas(const struct reading *reading, cmark_node *node, struct nng_error *error);

/* ---- read_blocks.c ---- */

NNG_MUST_USE enum nng_status read_block(struct reading *reading, cmark_node *node, struct nng_error *error);

/* ---- read.c ---- */

/* A passage with all that is in it: the chapter itself (depth 0), or the inside of a block. */
NNG_MUST_USE enum nng_status read_passage(struct chapter *chapter, const char *text, size_t length, int line, int depth,
                                          struct passage **passage, struct nng_error *error);

#endif
