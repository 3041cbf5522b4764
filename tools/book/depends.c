/* depends.c - what a chapter's results depend on beside its own files.
 *
 * What is ours counts by its content. What came with the system, the libraries, the compiler and gnuplot, counts by
 * where it stands, its size and its age: an upgrade changes them.
 *
 * dladdr is POSIX only since 2024; these names make older headers declare it. */
#define _GNU_SOURCE
#define _DARWIN_C_SOURCE

#include "depends.h"

#include <dlfcn.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gsl/gsl_cblas.h>
#include <gsl/gsl_version.h>
#include <jansson.h>
#include <libconfig.h>

#include "base/error.h"
#include "base/file.h"
#include "folder.h"
#include "plugin/installed.h"

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

static void add_identity(struct sha256 *hash, const char *path)
{
    char real[PATH_MAX], text[64];
    struct stat about;
    if (realpath(path, real) == NULL || stat(real, &about) != 0)
        return;
    snprintf(text, sizeof text, "%lld %lld", (long long)about.st_size, (long long)about.st_mtime);
    sha256_add_text(hash, real);
    sha256_add_text(hash, text);
}

/* A program that is searched along PATH; what comes after a blank in its name ("ccache gcc") is left out. */
static void add_program(struct sha256 *hash, const char *name)
{
    char path[PATH_MAX];
    const char *at = getenv("PATH");
    int length = (int)strcspn(name, " ");
    sha256_add_text(hash, name);
    if (strchr(name, '/') != NULL)
        add_identity(hash, name);
    for (size_t part; strchr(name, '/') == NULL && at != NULL && *at != '\0'; at += part + (at[part] == ':')) {
        part = strcspn(at, ":");
        int written = snprintf(path, sizeof path, "%.*s/%.*s", (int)part, at, length, name);
        if (written > 0 && (size_t)written < sizeof path && access(path, X_OK) == 0) {
            add_identity(hash, path);
            return;
        }
    }
}

/* The libraries that hold these. */
static void add_libraries(struct sha256 *hash)
{
    const void *const inside[] = {(const void *)&gsl_version,
                                  (const void *)(size_t)&cblas_dgemm,
                                  (const void *)(size_t)&json_loadb,
                                  (const void *)(size_t)&config_init,
                                  (const void *)(size_t)(double (*)(double)) & exp,
                                  (const void *)(size_t)&nng_exit_status};
    for (size_t i = 0; i < sizeof inside / sizeof inside[0]; i++) {
        Dl_info info = {0};
        if (dladdr(inside[i], &info) != 0 && info.dli_fname != NULL)
            add_identity(hash, info.dli_fname);
    }
}

static enum nng_status add_folder(struct nng_arena *arena, struct sha256 *hash, const char *path,
                                  struct nng_error *error)
{
    struct folder folder;
    enum nng_status status = folder_list(arena, path, FOLDER_SYSTEM, &folder, error);
    for (size_t i = 0; status == NNG_OK && i < folder.count; i++) {
        sha256_add_text(hash, folder.files[i].path);
        sha256_add(hash, folder.files[i].digest, SHA256_BYTES);
    }
    return status;
}

enum nng_status depends_add(struct nng_arena *arena, const char *program, struct sha256 *hash, struct nng_error *error)
{
    enum { PROGRAM_BYTES = 512 << 20 };
    enum nng_status status = NNG_OK;
    char directory[PATH_MAX];
    struct nng_file file = {0};
    const char *compiler = getenv("CC");
    NNG_TRY(nng_file_read(program, PROGRAM_BYTES, &file, error));
    sha256_add(hash, file.bytes, file.length);
    if (nng_installed_directory(directory, sizeof directory))
        NNG_TRY(add_folder(arena, hash, directory, error));
    if (nng_installed_headers(directory, sizeof directory))
        NNG_TRY(add_folder(arena, hash, directory, error));
    add_libraries(hash);
    add_program(hash, compiler != NULL && compiler[0] != '\0' ? compiler : "cc");
    add_program(hash, "gnuplot");
fail:
    nng_release(file.bytes);
    return status;
}
