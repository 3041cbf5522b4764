/* symbols.h - what a shared object offers to others. */
#ifndef NNG_PLUGIN_SYMBOLS_H
#define NNG_PLUGIN_SYMBOLS_H

#include <nngrad/nngrad.h>

enum { NNG_SYMBOL_SIZE = 128 };

/* The first symbol that the object exports beside 'nng_plugin', "" if there is none. *told is false where the format of
 * the file is not understood. Names that begin with an underscore are the compiler's and the linker's own. */
NNG_MUST_USE enum nng_status nng_object_export(const char *file, char symbol[NNG_SYMBOL_SIZE], bool *told,
                                               struct nng_error *error);

#endif
