/* json.c - JSON from outside, by jansson, with its errors as ours. */
#include "model/json.h"

#include <string.h>

#include "base/error.h"
#include "base/text.h"

/* The line of a text, not ended by '\0' but by its end. */
static void copy_line(const char *bytes, size_t length, int line, char *copy, size_t size)
{
    const char *p = bytes, *end = bytes + length;
    for (int i = 1; i < line && p != NULL; i++) {
        p = memchr(p, '\n', (size_t)(end - p));
        p = p != NULL ? p + 1 : NULL;
    }
    const char *stop = p != NULL ? memchr(p, '\n', (size_t)(end - p)) : NULL;
    nng_copy_text(copy, size, p != NULL ? p : "", p != NULL ? (size_t)((stop != NULL ? stop : end) - p) : 0);
}

enum nng_status nng_json_parse(const char *bytes, size_t length, size_t flags, const char *shown, json_t **root,
                               struct nng_error *error)
{
    json_error_t problem;
    char line[256] = "";
    size_t bad;
    if (!nng_utf8_valid(bytes, length, &bad))
        return nng_fail_at(error, NNG_INPUT, shown, 0, 0, NULL, "not JSON: byte %zu is not UTF-8 text", bad);
    *root = json_loadb(bytes, length, flags | JSON_REJECT_DUPLICATES, &problem);
    if (*root == NULL && (problem.text[0] == '\0' || json_error_code(&problem) == json_error_out_of_memory))
        return nng_fail_memory(error); /* jansson says nothing in most places that lack memory */
    if (*root == NULL) {
        copy_line(bytes, length, problem.line, line, sizeof line);
        return nng_fail_at(error, NNG_INPUT, shown, problem.line, problem.column, line, "not JSON: %s", problem.text);
    }
    if (!json_is_object(*root)) {
        json_decref(*root);
        *root = NULL;
        return nng_fail_at(error, NNG_INPUT, shown, 0, 0, NULL, "an object { \"name\": ... } is due");
    }
    return NNG_OK;
}

void nng_json_add_text(struct nng_text *to, const char *text)
{
    nng_text_add(to, "\"");
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            nng_text_print(to, "\\%c", c);
        else if (c < 0x20)
            nng_text_print(to, "\\u%04x", c);
        else
            nng_text_add_n(to, text, 1);
    }
    nng_text_add(to, "\"");
}
