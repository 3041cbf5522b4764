/* installed.h - where what came with nngrad stands. */
#ifndef NNG_PLUGIN_INSTALLED_H
#define NNG_PLUGIN_INSTALLED_H

#include <stdbool.h>
#include <stddef.h>

/* Writes the directory of the installed plugins, an absolute path; false where the system does not say which file
 * runs. */
bool nng_installed_directory(char *directory, size_t size);

/* The same for the headers: where nngrad/plugin.h is, if it is where it should be. */
bool nng_installed_headers(char *directory, size_t size);

/* The same for a part of what is shared, "chapters" or "sources": the chapters of the course, and the sources of which
 * they show excerpts. */
bool nng_installed_share(char *directory, size_t size, const char *part);

/* The program nngrad itself. */
bool nng_installed_program(char *file, size_t size);

#endif
