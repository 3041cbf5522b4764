/* markup.c - text and code as a page's Markdown has them. */
#include "markup.h"

#include <string.h>

#include "names.h"

void markup_html(struct nng_text *out, const char *text)
{
    for (; *text != '\0'; text++) {
        const char *entity = *text == '&'   ? "&amp;"
                             : *text == '<' ? "&lt;"
                             : *text == '>' ? "&gt;"
                             : *text == '"' ? "&quot;"
                             : *text == '|' ? "&#124;" /* would part the cells of a table */
                                            : NULL;
        if (entity != NULL)
            nng_text_add(out, entity);
        else
            nng_text_add_n(out, text, 1);
    }
}

void markup_code(struct nng_text *out, const char *language, const char *code)
{
    size_t longest = 2;
    for (const char *s = code; *s != '\0';) {
        size_t run = strspn(s, "`");
        longest = run > longest ? run : longest;
        s += run > 0 ? run : 1;
    }
    for (size_t i = 0; i <= longest; i++)
        nng_text_add(out, "`");
    nng_text_print(out, "%s\n%s", language, code);
    size_t length = strlen(code);
    nng_text_add(out, length > 0 && code[length - 1] != '\n' ? "\n" : "");
    for (size_t i = 0; i <= longest; i++)
        nng_text_add(out, "`");
    nng_text_add(out, "\n");
}

const char *markup_language(const char *name)
{
    static const struct {
        const char *ending, *language;
    } known[] = {{".c", "c"},     {".h", "c"},     {".py", "python"},  {".json", "json"},
                 {".cfg", "cfg"}, {".csv", "csv"}, {".deriv", "deriv"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (name_ends(name, known[i].ending))
            return known[i].language;
    return "text";
}
