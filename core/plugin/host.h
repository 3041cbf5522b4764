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

/* The file that a name stands for, which is not opened; kind 0: of any kind. The text is the host's (locate.c). */
NNG_MUST_USE enum nng_status nng_host_locate(struct nng_host *host, int kind, const char *name, const char **file,
                                             struct nng_error *error);

#endif
