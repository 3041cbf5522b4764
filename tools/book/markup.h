/* markup.h - text and code as a page's Markdown has them. */
#ifndef NNGRAD_BOOK_MARKUP_H
#define NNGRAD_BOOK_MARKUP_H

#include "base/text.h"

/* Text of HTML, or of an attribute in double quotes. */
void markup_html(struct nng_text *out, const char *text);

/* Code between fences that are longer than any in it. */
void markup_code(struct nng_text *out, const char *language, const char *code);

/* How a file's code is called behind a fence, by its ending. */
const char *markup_language(const char *name);

#endif
