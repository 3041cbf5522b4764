/* plugin_facts.h - what a descriptor says of a plugin, in words. */
#ifndef NNGRAD_PLUGIN_FACTS_H
#define NNGRAD_PLUGIN_FACTS_H

#include <nngrad/nngrad.h>

#include "base/text.h"

/* A value of a parameter as one would type it. */
void parameter_value(struct nng_text *out, const struct nng_parameter *parameter, double value);

/* Its range: (0, 1], >= 0, true or false, one of "a", "b". */
void parameter_range(struct nng_text *out, const struct nng_parameter *parameter);

/* Calls add(context, topic, text) for each thing that there is to say of what it can do. */
typedef void add_fact(void *context, const char *topic, const char *text);
void plugin_facts(const struct nng_plugin *plugin, add_fact *add, void *context);

/* The shared object that it came from. */
const char *plugin_file(const struct nng_listing *listing);

#endif
