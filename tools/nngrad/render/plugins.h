/* plugins.h - what the descriptors of plugins say, for people and for programs. */
#ifndef NNGRAD_PLUGINS_H
#define NNGRAD_PLUGINS_H

#include <nngrad/nngrad.h>

#include "base/text.h"
#include "render/plain.h"

/* A line a plugin; those that were refused, and why. */
void plugin_list_text(const struct nng_listing *listing, size_t count, const struct style *style, struct nng_text *out);
void plugin_list_markdown(const struct nng_listing *listing, size_t count, struct nng_text *out);

/* All about each of them. */
void plugin_info_text(const struct nng_listing *listing, size_t count, const struct style *style, struct nng_text *out);
void plugin_info_markdown(const struct nng_listing *listing, size_t count, struct nng_text *out);

void plugins_json(const struct nng_listing *listing, size_t count, struct nng_text *out);

#endif
