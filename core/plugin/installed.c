/* installed.c - from the file that runs to the plugins that were installed with it: PREFIX/bin/nngrad finds
 * PREFIX/NNGRAD_PLUGIN_DIR, wherever PREFIX was moved to.
 *
 * Where the kernel tells no path, or another program uses the library, the library's own file is asked: PREFIX/lib/.
 * dladdr is POSIX only since 2024; these names make older headers declare it. */
#define _GNU_SOURCE
#define _DARWIN_C_SOURCE

#include "plugin/installed.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

static bool is_directory(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

/* directory = (directory of file)/relative; false if file is not absolute or this is too long. */
static bool beside(char *directory, size_t size, const char *file, const char *relative)
{
    char real[PATH_MAX];
    if (file[0] != '/' || realpath(file, real) == NULL)
        return false;
    *strrchr(real, '/') = '\0';
    int length = snprintf(directory, size, "%s/%s", real, relative);
    return length >= 0 && (size_t)length < size;
}

bool nng_installed_directory(char *directory, size_t size)
{
    static const char here = 0; /* an address in this library */
    Dl_info info = {0};
    const char *library = dladdr(&here, &info) != 0 && info.dli_fname != NULL ? info.dli_fname : "";
    const struct {
        const char *file, *relative;
    } places[] = {{"/proc/self/exe", "../" NNGRAD_PLUGIN_DIR},     /* Linux */
                  {"/proc/curproc/file", "../" NNGRAD_PLUGIN_DIR}, /* FreeBSD */
                  {library, "../" NNGRAD_PLUGIN_DIR},              /* linked into the program */
                  {library, "nngrad/plugins"}};                    /* PREFIX/lib/libnngrad.so */
    enum { PLACES = sizeof places / sizeof places[0] };
    for (size_t i = 0; i < PLACES; i++)
        if (beside(directory, size, places[i].file, places[i].relative) && is_directory(directory))
            return true;
    for (size_t i = 0; i < PLACES; i++) /* none exists: the first is the one to name in a message */
        if (beside(directory, size, places[i].file, places[i].relative))
            return true;
    return false;
}
