/* workshop.c - where a chapter's commands run: a copy of its folder, the environment that they get, and the key under
 * which results are kept: the program, the chapter's files, and in workshop_run.c the commands so far. */
#include "workshop.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "cache.h"
#include "depends.h"
#include "plugin/installed.h"

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

/* What a command's results may depend on is set; of the rest, only what it needs to run at all is passed on. */
static enum nng_status make_environment(struct workshop *workshop, struct nng_error *error)
{
    static const char *const passed[] = {
        "PATH",         "TMPDIR",        "CC",          "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH",
        "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"};
    static const char *const set[] = {"COLUMNS=80", "NO_COLOR=1",     "TERM=dumb",
                                      "TZ=UTC",     "LC_ALL=C.UTF-8", "SOURCE_DATE_EPOCH=0"};
    enum { PASSED = sizeof passed / sizeof passed[0], SET = sizeof set / sizeof set[0] };
    const char **environment = nng_arena_take(workshop->arena, PASSED + SET + 2, sizeof *environment);
    const char *home = nng_arena_print(workshop->arena, "HOME=%s", workshop->root);
    if (environment == NULL || home == NULL)
        return nng_fail_memory(error);
    size_t count = 0;
    for (size_t i = 0; i < PASSED; i++) {
        const char *value = getenv(passed[i]);
        if (value == NULL)
            continue;
        if ((environment[count++] = nng_arena_print(workshop->arena, "%s=%s", passed[i], value)) == NULL)
            return nng_fail_memory(error);
    }
    for (size_t i = 0; i < SET; i++)
        environment[count++] = set[i];
    environment[count++] = home;
    workshop->environment = environment;
    return NNG_OK;
}

static enum nng_status make_root(struct workshop *workshop, struct nng_error *error)
{
    const char *temporary = getenv("TMPDIR");
    char real[PATH_MAX];
    if (temporary == NULL || temporary[0] != '/')
        temporary = "/tmp";
    if (realpath(temporary, real) == NULL)
        return nng_fail_at(error, NNG_ENVIRONMENT, temporary, 0, 0, NULL, "no directory for temporary files: %s",
                           strerror(errno));
    char *root = nng_arena_print(workshop->arena, "%s/nngrad-chapter-XXXXXX", real);
    if (root == NULL)
        return nng_fail_memory(error);
    if (mkdtemp(root) == NULL)
        return nng_fail_at(error, NNG_ENVIRONMENT, real, 0, 0, NULL, "cannot make a directory in it: %s",
                           strerror(errno));
    workshop->root = root;
    return NNG_OK;
}

/* The chapter's own files, without chapter.md: its commands are counted one by one. */
static void add_files(struct sha256 *hash, const struct folder *folder)
{
    for (size_t i = 0; i < folder->count; i++) {
        if (strcmp(folder->files[i].path, "chapter.md") == 0)
            continue;
        sha256_add_text(hash, folder->files[i].path);
        sha256_add(hash, folder->files[i].digest, SHA256_BYTES);
    }
}

enum nng_status workshop_open(struct workshop *workshop, struct chapter *chapter, const char *folder,
                              struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    char path[PATH_MAX];
    struct sha256 hash;
    *workshop = (struct workshop){.arena = chapter->arena, .chapter = chapter, .source = folder};
    if (realpath(folder, path) == NULL)
        NNG_TRY(nng_fail_at(error, NNG_INPUT, folder, 0, 0, NULL, "cannot read: %s", strerror(errno)));
    const char *slash = strrchr(path, '/');
    workshop->name = nng_arena_text(workshop->arena, slash[1] != '\0' ? slash + 1 : "chapter");
    if (!nng_installed_program(path, sizeof path))
        NNG_TRY(nng_fail(error, NNG_ENVIRONMENT, "the system does not say where this program stands"));
    workshop->program = nng_arena_text(workshop->arena, path);
    for (int up = 0; up < 2; up++) /* PREFIX/bin/nngrad */
        *strrchr(path, '/') = '\0';
    workshop->prefix = nng_arena_text(workshop->arena, path);
    if (workshop->name == NULL || workshop->program == NULL || workshop->prefix == NULL)
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(make_root(workshop, error));
    NNG_TRY(make_environment(workshop, error));
    workshop->folder = nng_arena_print(workshop->arena, "%s/%s", workshop->root, workshop->name);
    if (workshop->folder == NULL)
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(folder_list(workshop->arena, folder, FOLDER_CHAPTER, &workshop->files, error));
    NNG_TRY(folder_make_parents(workshop->folder, "x", error));
    NNG_TRY(folder_copy(&workshop->files, folder, workshop->folder, error));
    workshop->cache = cache_open(workshop->arena);
    sha256_begin(&hash);
    NNG_TRY(depends_add(workshop->arena, workshop->program, &hash, error));
    sha256_add_text(&hash, workshop->name);
    add_files(&hash, &workshop->files);
    sha256_end(&hash, workshop->key);
fail:
    return status;
}

void workshop_close(struct workshop *workshop)
{
    if (workshop->root != NULL)
        folder_remove(workshop->root);
    workshop->root = NULL;
}
