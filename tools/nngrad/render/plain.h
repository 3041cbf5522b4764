/* plain.h - text for a terminal: what it may contain, how wide it is, in which ink, and wrapped to the width. */
#ifndef NNGRAD_PLAIN_H
#define NNGRAD_PLAIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

enum ink { INK_PLAIN, INK_TITLE, INK_DIM, INK_GOOD, INK_BAD, INK_ODD };

/* How text is to look. */
struct style {
    size_t width; /* no line is longer, if it can be helped */
    bool colour;
    bool quiet;
    int digits; /* significant digits of computed numbers */
};

/* Columns that the text takes on a terminal: combining marks take none, East Asian wide characters two. */
size_t plain_width(const char *text);

/* Adds text that came from outside: control characters (C0, DEL, C1) and bytes that are not UTF-8 become U+FFFD. */
void plain_add_clean(struct nng_text *out, const char *text);

/* What stands in a part of `out` ("" for nothing). A part for which memory failed makes `out` fail too. */
const char *plain_part(struct nng_text *out, const struct nng_text *part);

/* Adds text in an ink, or as it is without colour. */
void plain_add(struct nng_text *out, const struct style *style, enum ink ink, const char *text);

/* Adds that many spaces. */
void plain_space(struct nng_text *out, size_t count);

/* Ends the line, without spaces at its end. */
void plain_end_line(struct nng_text *out);

/* Adds a paragraph: its words, in lines no longer than the width. The first line goes on where `column` says that the
 * cursor stands; the others are indented. Ends the last line. */
void plain_wrap(struct nng_text *out, const struct style *style, size_t column, size_t indent, const char *text);

/* Adds a shell's command line: broken between words, with a backslash, where it would be longer than the width. */
void plain_wrap_command(struct nng_text *out, const struct style *style, size_t column, const char *command);

#endif
