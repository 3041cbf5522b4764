/* object.h - one shared object, opened and found usable. */
#ifndef NNG_PLUGIN_OBJECT_H
#define NNG_PLUGIN_OBJECT_H

#include <nngrad/nngrad.h>

/* Opens the file (its name ends in .so) and validates its descriptor; calls none of its functions. It is never closed:
 * the descriptor lives as long as the process. The error's file is `file`. */
NNG_MUST_USE enum nng_status nng_object_open(const char *file, const struct nng_plugin **plugin,
                                             struct nng_error *error);

#endif
