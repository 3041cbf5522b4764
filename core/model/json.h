/* json.h - JSON from outside, by jansson, with its errors as ours. */
#ifndef NNG_MODEL_JSON_H
#define NNG_MODEL_JSON_H

#include <jansson.h>

#include "base/text.h"

/* Parses one JSON object (flags: jansson's; a key twice is always refused). The caller decrefs *root. */
NNG_MUST_USE enum nng_status nng_json_parse(const char *bytes, size_t length, size_t flags, const char *shown,
                                            json_t **root, struct nng_error *error);

/* Adds a text in double quotes, escaped. */
void nng_json_add_text(struct nng_text *to, const char *text);

#endif
