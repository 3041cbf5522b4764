/* search.h - the directories that plugins are looked for in, and what stands in them. */
#ifndef NNG_PLUGIN_SEARCH_H
#define NNG_PLUGIN_SEARCH_H

#include <nngrad/nngrad.h>

#include "base/memory.h"

/* One directory of the search path, or an entry that is passed over, and why. */
struct nng_directory {
    const char *path;
    const char *skipped; /* NULL: it is looked into */
};

struct nng_search {
    struct nng_directory *directories;
    size_t count;
};

/* Names of files in a directory, or texts in general; grows in an arena. */
struct nng_names {
    const char **items;
    size_t count, room;
};

/* The explicit directories, NNGRAD_PLUGIN_PATH, the user's data directory, the installed one; in this order. */
NNG_MUST_USE enum nng_status nng_search_new(struct nng_arena *arena, const char *const *explicit_directories,
                                            size_t count, struct nng_search *search, struct nng_error *error);

/* Adds the names, without .so and sorted, of the files *.so in a directory. One that cannot be read has none. */
NNG_MUST_USE enum nng_status nng_names_in(struct nng_arena *arena, const char *directory, struct nng_names *names,
                                          struct nng_error *error);

NNG_MUST_USE enum nng_status nng_names_add(struct nng_arena *arena, struct nng_names *names, const char *name,
                                           struct nng_error *error);

/* What hinders reading a path as a regular file ("no such file", "it is a directory"), NULL for nothing. *exists tells
 * whether something stands there. */
const char *nng_path_problem(const char *path, bool *exists);

#endif
