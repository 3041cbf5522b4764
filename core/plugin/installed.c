/* installed.c - from the file that runs to what was installed with it: PREFIX/bin/nngrad finds
 * PREFIX/NNGRAD_PLUGIN_DIR, PREFIX/NNGRAD_HEADER_DIR and PREFIX/NNGRAD_SHARE_DIR, wherever PREFIX was moved to.
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

static bool is_there(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0;
}

/* A file that runs, how many of its last parts to take away, and what to put there instead. */
struct place {
    const char *file;
    int up;
    const char *relative;
};

/* False if the file is not known by an absolute path, or this is too long. */
static bool resolve(char *directory, size_t size, const struct place *place)
{
    char real[PATH_MAX];
    if (place->file[0] != '/' || realpath(place->file, real) == NULL)
        return false;
    for (int i = 0; i < place->up && real[0] != '\0'; i++)
        *strrchr(real, '/') = '\0';
    int length = snprintf(directory, size, "%s/%s", real, place->relative);
    return length >= 0 && (size_t)length < size;
}

static bool find(char *directory, size_t size, const char *in_prefix, const char *in_library)
{
    static const char here = 0; /* an address in this library */
    Dl_info info = {0};
    const char *library = dladdr(&here, &info) != 0 && info.dli_fname != NULL ? info.dli_fname : "";
    const struct place places[] = {{"/proc/self/exe", 2, in_prefix},     /* Linux */
                                   {"/proc/curproc/file", 2, in_prefix}, /* FreeBSD */
                                   {library, 2, in_prefix},              /* linked into the program */
                                   {library, 1, in_library}};            /* PREFIX/lib/libnngrad.so */
    enum { PLACES = sizeof places / sizeof places[0] };
    for (size_t i = 0; i < PLACES; i++)
        if (resolve(directory, size, &places[i]) && is_there(directory))
            return true;
    for (size_t i = 0; i < PLACES; i++) /* none exists: the first is the one to name in a message */
        if (resolve(directory, size, &places[i]))
            return true;
    return false;
}

bool nng_installed_directory(char *directory, size_t size)
{
    return find(directory, size, NNGRAD_PLUGIN_DIR, "nngrad/plugins");
}

bool nng_installed_headers(char *directory, size_t size)
{
    return find(directory, size, NNGRAD_HEADER_DIR, "../" NNGRAD_HEADER_DIR);
}

bool nng_installed_share(char *directory, size_t size, const char *part)
{
    char in_prefix[256], in_library[256];
    snprintf(in_prefix, sizeof in_prefix, "%s/%s", NNGRAD_SHARE_DIR, part);
    snprintf(in_library, sizeof in_library, "../%s/%s", NNGRAD_SHARE_DIR, part);
    return find(directory, size, in_prefix, in_library);
}

bool nng_installed_program(char *file, size_t size)
{
    return find(file, size, "bin/nngrad", "../bin/nngrad");
}
