/* json.c - JSON as nngrad writes it (RFC 8259). */
#include "render/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "render/number.h"
#include "render/plain.h"

static void add_string(struct nng_text *out, const char *text)
{
    nng_text_add(out, "\"");
    for (; *text != '\0'; text++)
        if (*text == '"' || *text == '\\')
            nng_text_print(out, "\\%c", *text);
        else
            nng_text_add_n(out, text, 1);
    nng_text_add(out, "\"");
}

static void begin_value(struct json *json, const char *key)
{
    struct nng_text *out = json->out;
    if (json->depth > 0) {
        bool begun = json->open[json->depth - 1].begun;
        bool in_line = json->open[json->depth - 1].layout == JSON_ONE_LINE;
        nng_text_add(out, begun ? in_line ? ", " : "," : "");
        if (!in_line) {
            nng_text_add(out, "\n");
            plain_space(out, 2 * json->depth);
        }
        json->open[json->depth - 1].begun = true;
    }
    if (key != NULL) {
        add_string(out, key);
        nng_text_add(out, ": ");
    }
}

void json_open(struct json *json, const char *key, char bracket, enum json_layout layout)
{
    begin_value(json, key);
    nng_text_add_n(json->out, &bracket, 1);
    json->open[json->depth].close = bracket == '{' ? '}' : ']';
    json->open[json->depth].layout = layout;
    json->open[json->depth].begun = false;
    json->depth++;
}

void json_close(struct json *json)
{
    json->depth--;
    if (json->open[json->depth].begun && json->open[json->depth].layout == JSON_LINES) {
        nng_text_add(json->out, "\n");
        plain_space(json->out, 2 * json->depth);
    }
    nng_text_add_n(json->out, &json->open[json->depth].close, 1);
    if (json->depth == 0)
        nng_text_add(json->out, "\n");
}

void json_text(struct json *json, const char *key, const char *text)
{
    begin_value(json, key);
    struct nng_text clean = {0};
    if (text != NULL) {
        plain_add_clean(&clean, text);
        add_string(json->out, plain_part(json->out, &clean));
    } else {
        nng_text_add(json->out, "null");
    }
    nng_text_free(&clean);
}

void json_count(struct json *json, const char *key, size_t count)
{
    begin_value(json, key);
    nng_text_print(json->out, "%zu", count);
}

void json_bool(struct json *json, const char *key, bool value)
{
    begin_value(json, key);
    nng_text_add(json->out, value ? "true" : "false");
}

void json_real(struct json *json, const char *key, double x)
{
    char text[NUMBER_SIZE] = "null";
    if (isfinite(x))
        number_exact(x, text);
    if (isfinite(x) && strpbrk(text, ".e") == NULL) /* a reader that tells 1 from 1.0 is to see a real */
        strcat(text, ".0");
    begin_value(json, key);
    nng_text_add(json->out, text);
}

void json_real_or_reason(struct json *json, const char *key, double x)
{
    json_real(json, key, x);
    if (!isfinite(x)) {
        char reason_key[48], reason[NUMBER_SIZE];
        snprintf(reason_key, sizeof reason_key, "%s_reason", key);
        number_exact(x, reason);
        json_text(json, reason_key, reason);
    }
}
