/* parameters.h - the parameter table of a plugin: is it well formed, and is a value one that it allows? */
#ifndef NNG_PLUGIN_PARAMETERS_H
#define NNG_PLUGIN_PARAMETERS_H

#include <nngrad/nngrad.h>

enum { NNG_PARAMETERS_MOST = 64, NNG_CHOICES_MOST = 64 };

/* Refuses a table with a bad or doubled name, an empty range, or a default that it would not allow itself. */
NNG_MUST_USE enum nng_status nng_parameters_validate(const struct nng_plugin *plugin, struct nng_error *error);

/* How many choices a NNG_CHOICE parameter offers. */
size_t nng_choice_count(const struct nng_parameter *parameter);

#endif
