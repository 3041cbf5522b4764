/* installed.h - where the plugins and the headers that came with nngrad stand. */
#ifndef NNG_PLUGIN_INSTALLED_H
#define NNG_PLUGIN_INSTALLED_H

#include <stdbool.h>
#include <stddef.h>

/* Writes the directory of the installed plugins, an absolute path; false where the system does not say which file
 * runs. */
bool nng_installed_directory(char *directory, size_t size);

/* The same for the headers: where nngrad/plugin.h is, if it is where it should be. */
bool nng_installed_headers(char *directory, size_t size);

#endif
