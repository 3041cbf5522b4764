/* reading.c - a passage of a chapter while it is read: its lines, and places and words in them. */
#define NNGRAD_BOOK_READING_C
#include "reading.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

/* ---- lines --------------------------------------------------------------------------------------------------- */

size_t line_begin(const char *text, size_t length, int line)
{
    size_t at = 0;
    for (int i = 1; i < line && at < length; i++) {
        const char *end = memchr(text + at, '\n', length - at);
        at = end != NULL ? (size_t)(end - text) + 1 : length;
    }
    return at;
}

size_t line_length(const char *text, size_t length, size_t begin)
{
    const char *end = memchr(text + begin, '\n', length - begin);
    return (end != NULL ? (size_t)(end - text) : length) - begin;
}

enum nng_status chapter_fail(const struct chapter *chapter, enum nng_status status, int line, struct nng_error *error,
                             const char *format, ...)
{
    char text[sizeof error->text], source[sizeof error->source];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    size_t begin = line_begin(chapter->text, chapter->length, line);
    size_t length = line > 0 ? line_length(chapter->text, chapter->length, begin) : 0;
    nng_copy_text(source, sizeof source, chapter->text + begin, length);
    return nng_fail_at(error, status, chapter->file, line, 0, source, "%s", text);
}

/* ---- a passage being read ------------------------------------------------------------------------------------ */

int line_of(const struct reading *reading, cmark_node *node)
{
    return reading->passage->line + cmark_node_get_start_line(node) - 1;
}

size_t offset_of(const struct reading *reading, int line, int column)
{
    if (line < 1 || line > reading->line_count || column < 1)
        return reading->passage->length;
    size_t at = reading->lines[line - 1] + (size_t)column - 1;
    return at < reading->passage->length ? at : reading->passage->length;
}

enum nng_status find_lines(struct reading *reading, struct nng_error *error)
{
    const struct passage *passage = reading->passage;
    size_t count = 0, room = 1;
    for (size_t i = 0; i < passage->length; i++)
        room += passage->text[i] == '\n';
    reading->lines = nng_arena_take(reading->chapter->arena, room + 1, sizeof *reading->lines);
    if (reading->lines == NULL)
        return nng_fail_memory(error);
    for (size_t at = 0; at < passage->length; at += line_length(passage->text, passage->length, at) + 1)
        reading->lines[count++] = at;
    reading->lines[count] = passage->length;
    reading->line_count = (int)count;
    return NNG_OK;
}

void *grown(struct nng_arena *arena, void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return array;
    size_t more = *room == 0 ? 16 : 2 * *room;
    void *bigger = nng_arena_take(arena, more, size);
    if (bigger == NULL)
        return NULL;
    if (count > 0)
        memcpy(bigger, array, count * size);
    *room = more;
    return bigger;
}

/* The texts in a node and all that is in it, without their marks. */
static void add_words(struct nng_text *out, cmark_node *node)
{
    const char *literal = cmark_node_get_literal(node);
    cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
        nng_text_add(out, " ");
    else if (literal != NULL && type != CMARK_NODE_HTML_INLINE)
        nng_text_add(out, literal);
    for (cmark_node *child = cmark_node_first_child(node); child != NULL; child = cmark_node_next(child))
        add_words(out, child);
}

enum nng_status keep_words(const struct reading *reading, cmark_node *node, const char **words, struct nng_error *error)
{
    struct nng_text text = {0};
    add_words(&text, node);
    *words = text.failed ? NULL : nng_arena_text(reading->chapter->arena, text.data != NULL ? text.data : "");
    nng_text_free(&text);
    return *words != NULL ? NNG_OK : nng_fail_memory(error);
}
