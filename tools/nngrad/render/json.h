/* json.h - JSON as nngrad writes it: 17 significant digits; a number that is not finite is null, with its reason.
 *
 * It is written as it goes, so that a network of 10^5 parameters needs no tree of them, and an allocation that failed
 * shows in the text. Containers of one subject (an entry, a row) stand in one line.
 */
#ifndef NNGRAD_JSON_H
#define NNGRAD_JSON_H

#include "base/text.h"

enum { JSON_DEPTH = 12 };

enum json_layout { JSON_LINES, JSON_ONE_LINE };

struct json {
    struct nng_text *out;
    size_t depth;
    struct {
        char close;
        enum json_layout layout;
        bool begun; /* something stands in it */
    } open[JSON_DEPTH];
};

/* key is NULL in arrays and for the whole. bracket is '{' or '['. */
void json_open(struct json *json, const char *key, char bracket, enum json_layout layout);
void json_close(struct json *json); /* the whole ends in a newline */

void json_text(struct json *json, const char *key, const char *text); /* NULL: null; bad UTF-8 is replaced */
void json_count(struct json *json, const char *key, size_t count);
void json_bool(struct json *json, const char *key, bool value);
void json_real(struct json *json, const char *key, double x); /* null when it is not finite */

/* "key": x, or "key": null, "key_reason": "nan" | "inf" | "-inf". */
void json_real_or_reason(struct json *json, const char *key, double x);

#endif
