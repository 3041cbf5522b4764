/* host.h - what a host holds. */
#ifndef NNG_PLUGIN_HOST_H
#define NNG_PLUGIN_HOST_H

#include "base/memory.h"
#include "plugin/search.h"

/* A file that was opened and found usable. */
struct nng_object {
    struct nng_object *next;
    const char *file;
    const struct nng_plugin *plugin;
};

struct nng_host {
    struct nng_arena *arena; /* holds the host itself too */
    struct nng_search search;
    struct nng_object *objects;
};

#endif
