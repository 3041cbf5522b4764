/* validate.h - may this descriptor be used? Asked before any of its functions is called. */
#ifndef NNG_PLUGIN_VALIDATE_H
#define NNG_PLUGIN_VALIDATE_H

#include <nngrad/nngrad.h>

enum { NNG_PLUGIN_NAME_SIZE = 64, NNG_PLUGIN_TEXT_SIZE = 4096, NNG_SLOTS_MOST = 16 };

/* return NNG_UNUSABLE(error, "its name is NULL") */
#define NNG_UNUSABLE(error, ...) nng_fail(error, NNG_INPUT, "not a usable plugin: " __VA_ARGS__)

/* Refuses a descriptor that breaks a rule of plugin.h. base is the name of its file without .so. */
NNG_MUST_USE enum nng_status nng_plugin_validate(const struct nng_plugin *plugin, const char *base,
                                                 struct nng_error *error);

/* [a-z][a-z0-9_]*, shorter than NNG_PLUGIN_NAME_SIZE: what plugins, parameters, choices and slots are called. It reads
 * no further than NNG_PLUGIN_NAME_SIZE bytes. */
bool nng_plugin_name_valid(const char *name);

/* Refuses a text that is NULL, empty, endless, not UTF-8, or more than one line. `what` names it: "its summary". */
NNG_MUST_USE enum nng_status nng_plugin_text_validate(const char *what, const char *text, struct nng_error *error);

/* "a loss", "an activation", "an optimizer"; NULL for anything else. */
const char *nng_kind_phrase(uint32_t kind);

#endif
