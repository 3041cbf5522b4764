/* diagnostic.c - errors and notes, on standard error. */
#include "diagnostic.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "output.h"
#include "render/plain.h"

/* The line, and under it a caret. Columns count bytes from 1; what stands before the caret keeps its width: a tab stays
 * a tab, a wide character is two spaces. */
static void add_source(struct nng_text *out, const struct style *style, const struct nng_error *error)
{
    enum { INDENT = 4 };
    char part[8], line[sizeof error->source];
    size_t column = error->column > 0 ? (size_t)error->column - 1 : 0;
    bool pointed = error->column > 0 && column <= strlen(error->source);
    struct nng_text under = {0};
    plain_space(out, INDENT);
    plain_space(&under, INDENT);
    memcpy(line, error->source, sizeof line);
    for (char *s = line; *s != '\0';) {
        size_t length = 1;
        while (length < sizeof part - 1 && ((unsigned char)s[length] & 0xc0u) == 0x80u)
            length++;
        memcpy(part, s, length);
        part[length] = '\0';
        if (s[0] == '\t')
            nng_text_add(out, "\t");
        else
            plain_add_clean(out, part);
        if ((size_t)(s - line) + length <= column && s[0] == '\t')
            nng_text_add(&under, "\t");
        else if ((size_t)(s - line) + length <= column)
            plain_space(&under, plain_width(part));
        s += length;
    }
    plain_end_line(out);
    if (pointed && under.data != NULL) {
        nng_text_add_n(out, under.data, under.length);
        plain_add(out, style, INK_GOOD, "^");
        plain_end_line(out);
    }
    nng_text_free(&under);
}

/* model.cfg:12, and derivation.deriv:12:7: in a model a line holds one setting, and the caret says the rest. */
static void add_place(struct nng_text *out, const struct nng_error *error)
{
    const char *ending = strrchr(error->file, '.');
    plain_add_clean(out, error->file[0] != '\0' ? error->file : "nngrad");
    if (error->file[0] == '\0' || error->line <= 0)
        return;
    nng_text_print(out, ":%d", error->line);
    if (error->column > 0 && ending != NULL && strcmp(ending, ".deriv") == 0)
        nng_text_print(out, ":%d", error->column);
}

void diagnostic_print(const struct options *options, const struct nng_error *error)
{
    struct style style = output_error_style(options);
    struct nng_text out = {0}, place = {0};
    add_place(&place, error);
    nng_text_add(&place, ": ");
    plain_add(&out, &style, INK_TITLE, place.data != NULL ? place.data : "nngrad: ");
    plain_add(&out, &style, INK_BAD, "error: ");
    plain_add_clean(&out, error->text);
    nng_text_add(&out, "\n");
    if (error->source[0] != '\0')
        add_source(&out, &style, error);
    fputs(out.data != NULL && !out.failed ? out.data : "nngrad: error: out of memory\n", stderr);
    nng_text_free(&place);
    nng_text_free(&out);
}

void diagnostic_note(const struct options *options, const char *format, ...)
{
    if (option_given(options, OPTION_QUIET))
        return;
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    struct style style = output_error_style(options);
    struct nng_text out = {0};
    plain_add(&out, &style, INK_TITLE, "nngrad: ");
    nng_text_add(&out, "note: ");
    plain_add_clean(&out, text);
    nng_text_add(&out, "\n");
    if (!out.failed)
        fputs(out.data, stderr);
    nng_text_free(&out);
}
