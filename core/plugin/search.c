/* search.c - the search path of plugins:
 *
 *   1. the directories given on the command line, as they are written;
 *   2. NNGRAD_PLUGIN_PATH, separated by colons;
 *   3. $XDG_DATA_HOME/nngrad/plugins, by default ~/.local/share/nngrad/plugins;
 *   4. the installed directory.
 *
 * The current directory is never meant: empty and relative entries of the environment are passed over. */
#include "plugin/search.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "plugin/installed.h"

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

const char *nng_path_problem(const char *path, bool *exists)
{
    static const struct {
        int number;
        const char *text;
    } texts[] = {{ENOENT, "no such file"},
                 {ENOTDIR, "no such file"},
                 {EACCES, "permission denied"},
                 {ELOOP, "too many symbolic links"},
                 {ENAMETOOLONG, "the path is too long"}};
    struct stat info;
    *exists = stat(path, &info) == 0;
    if (*exists)
        return S_ISREG(info.st_mode) ? NULL : S_ISDIR(info.st_mode) ? "it is a directory" : "it is not a regular file";
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i].number == errno)
            return texts[i].text;
    return "cannot be read";
}

/* ---- the path ------------------------------------------------------------------------------------------------ */

static enum nng_status add_directory(struct nng_arena *arena, struct nng_search *search, const char *path,
                                     size_t length, const char *skipped, struct nng_error *error)
{
    char *copy = nng_arena_text_n(arena, path, length);
    if (copy == NULL)
        return nng_fail_memory(error);
    search->directories[search->count++] = (struct nng_directory){copy, skipped};
    return NNG_OK;
}

static enum nng_status add_explicit(struct nng_arena *arena, struct nng_search *search, const char *path,
                                    struct nng_error *error)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return nng_fail(error, NNG_INPUT, "cannot look for plugins in '%s': no such directory", path);
    if (!S_ISDIR(info.st_mode))
        return nng_fail(error, NNG_INPUT, "cannot look for plugins in '%s': it is not a directory", path);
    return add_directory(arena, search, path, strlen(path), NULL, error);
}

static enum nng_status add_environment(struct nng_arena *arena, struct nng_search *search, const char *list,
                                       struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    for (const char *entry = list, *end; *entry != '\0'; entry = *end == '\0' ? end : end + 1) {
        end = entry + strcspn(entry, ":");
        if (end > entry)
            NNG_TRY(add_directory(arena, search, entry, (size_t)(end - entry),
                                  entry[0] == '/' ? NULL : "relative in NNGRAD_PLUGIN_PATH: passed over", error));
    }
fail:
    return status;
}

/* The XDG base directory specification: a relative path is invalid and ignored. */
static enum nng_status add_user(struct nng_arena *arena, struct nng_search *search, struct nng_error *error)
{
    const char *data = getenv("XDG_DATA_HOME"), *home = getenv("HOME"), *path = NULL;
    if (data != NULL && data[0] == '/')
        path = nng_arena_print(arena, "%s/nngrad/plugins", data);
    else if (home != NULL && home[0] == '/')
        path = nng_arena_print(arena, "%s/.local/share/nngrad/plugins", home);
    else
        return NNG_OK;
    if (path == NULL)
        return nng_fail_memory(error);
    return add_directory(arena, search, path, strlen(path), NULL, error);
}

static enum nng_status add_installed(struct nng_arena *arena, struct nng_search *search, struct nng_error *error)
{
    char path[PATH_MAX];
    if (!nng_installed_directory(path, sizeof path))
        return NNG_OK;
    return add_directory(arena, search, path, strlen(path), NULL, error);
}

enum nng_status nng_search_new(struct nng_arena *arena, const char *const *explicit_directories, size_t count,
                               struct nng_search *search, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const char *environment = getenv("NNGRAD_PLUGIN_PATH");
    if (environment == NULL)
        environment = "";
    size_t room = count + 3; /* the explicit, the user's, the installed, and one entry more than there are colons */
    for (const char *c = environment; *c != '\0'; c++)
        room += *c == ':';
    *search = (struct nng_search){nng_arena_take(arena, room, sizeof *search->directories), 0};
    if (search->directories == NULL)
        return nng_fail_memory(error);
    for (size_t i = 0; i < count; i++)
        NNG_TRY(add_explicit(arena, search, explicit_directories[i], error));
    NNG_TRY(add_environment(arena, search, environment, error));
    NNG_TRY(add_user(arena, search, error));
    NNG_TRY(add_installed(arena, search, error));
fail:
    return status;
}

/* ---- what stands in a directory ------------------------------------------------------------------------------ */

enum nng_status nng_names_add(struct nng_arena *arena, struct nng_names *names, const char *name,
                              struct nng_error *error)
{
    if (names->count == names->room) {
        size_t room = names->room * 2 + 16;
        const char **items = nng_arena_take(arena, room, sizeof *items);
        if (items == NULL)
            return nng_fail_memory(error);
        if (names->count > 0)
            memcpy(items, names->items, names->count * sizeof *items);
        names->items = items;
        names->room = room;
    }
    names->items[names->count++] = name;
    return NNG_OK;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum nng_status nng_names_in(struct nng_arena *arena, const char *directory, struct nng_names *names,
                             struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t first = names->count;
    DIR *stream = opendir(directory);
    if (stream == NULL)
        return NNG_OK;
    for (struct dirent *entry; (entry = readdir(stream)) != NULL;) {
        size_t length = strlen(entry->d_name);
        if (length <= 3 || strcmp(entry->d_name + length - 3, ".so") != 0)
            continue;
        char *name = nng_arena_text_n(arena, entry->d_name, length - 3);
        NNG_TRY(name == NULL ? nng_fail_memory(error) : nng_names_add(arena, names, name, error));
    }
    if (names->count > first)
        qsort(names->items + first, names->count - first, sizeof *names->items, compare_names);
fail:
    closedir(stream);
    return status;
}
