/* shelf.c - the chapters that stand beside each other in one folder. */
#include "shelf.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "plugin/installed.h"
#include "base/memory.h"

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

enum { MOST_CHAPTERS = 100 };

bool shelf_is_name(const char *name)
{
    return isdigit((unsigned char)name[0]) && isdigit((unsigned char)name[1]) && name[2] == '-' && name[3] != '\0';
}

static bool holds_chapter(struct nng_arena *arena, const char *folder, const char *name)
{
    struct stat about;
    const char *file = nng_arena_print(arena, "%s/%s/chapter.md", folder, name);
    return file != NULL && stat(file, &about) == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum nng_status shelf_read(struct nng_arena *arena, const char *folder, struct shelf *shelf, struct nng_error *error)
{
    *shelf = (struct shelf){.folder = folder, .names = nng_arena_take(arena, MOST_CHAPTERS, sizeof *shelf->names)};
    if (shelf->names == NULL)
        return nng_fail_memory(error);
    DIR *entries = opendir(folder);
    if (entries == NULL)
        return nng_fail_at(error, NNG_INPUT, folder, 0, 0, NULL, "cannot read: %s",
                           errno == ENOENT ? "no such directory" : strerror(errno));
    bool enough = true;
    for (struct dirent *entry; enough && (entry = readdir(entries)) != NULL;) {
        bool front = strcmp(entry->d_name, SHELF_FRONT) == 0, numbered = shelf_is_name(entry->d_name);
        if ((!front && !numbered) || !holds_chapter(arena, folder, entry->d_name))
            continue;
        shelf->front = shelf->front || front;
        if (numbered && shelf->count < MOST_CHAPTERS)
            enough = (shelf->names[shelf->count++] = nng_arena_text(arena, entry->d_name)) != NULL;
    }
    closedir(entries);
    qsort(shelf->names, shelf->count, sizeof *shelf->names, by_name);
    return enough ? NNG_OK : nng_fail_memory(error);
}

enum nng_status shelf_of_course(struct nng_arena *arena, struct shelf *shelf, struct nng_error *error)
{
    char path[PATH_MAX];
    if (!nng_installed_share(path, sizeof path, "chapters"))
        return nng_fail(error, NNG_ENVIRONMENT, "the system does not say where this program stands");
    const char *folder = nng_arena_text(arena, path);
    return folder != NULL ? shelf_read(arena, folder, shelf, error) : nng_fail_memory(error);
}

/* One or two digits */
static bool is_number(const char *text)
{
    size_t length = strlen(text);
    return (length == 1 || length == 2) && strspn(text, "0123456789") == length;
}

static enum nng_status find_number(struct nng_arena *arena, const char *named, const char **folder,
                                   struct nng_error *error)
{
    struct shelf shelf;
    enum nng_status status = shelf_of_course(arena, &shelf, error);
    if (status != NNG_OK)
        return status;
    for (size_t i = 0; i < shelf.count; i++)
        if (strtol(shelf.names[i], NULL, 10) == strtol(named, NULL, 10)) {
            *folder = nng_arena_print(arena, "%s/%s", shelf.folder, shelf.names[i]);
            return *folder != NULL ? NNG_OK : nng_fail_memory(error);
        }
    return nng_fail(error, NNG_INPUT, "there is no chapter %s in '%s'", named, shelf.folder);
}

enum nng_status shelf_find(struct nng_arena *arena, const char *named, const char **folder, struct nng_error *error)
{
    struct stat about;
    if (is_number(named))
        return find_number(arena, named, folder, error);
    size_t length = strlen(named);
    while (length > 1 && named[length - 1] == '/')
        length--;
    *folder = nng_arena_text_n(arena, named, length);
    if (*folder == NULL)
        return nng_fail_memory(error);
    if (stat(*folder, &about) != 0 || !S_ISDIR(about.st_mode))
        return nng_fail(error, NNG_INPUT,
                        "'%s' is neither a number of a chapter nor a folder ('nngrad chapter list' names the chapters)",
                        named);
    if (!holds_chapter(arena, *folder, "."))
        return nng_fail(error, NNG_INPUT, "the folder '%s' holds no chapter.md ('nngrad chapter new' begins one)",
                        *folder);
    return NNG_OK;
}

size_t shelf_index(const struct shelf *shelf, const char *name)
{
    size_t i = 0;
    while (i < shelf->count && strcmp(shelf->names[i], name) != 0)
        i++;
    return i;
}

enum nng_status shelf_chapter(struct nng_arena *arena, const struct shelf *shelf, const char *name,
                              struct chapter **chapter, struct nng_error *error)
{
    const char *file = nng_arena_print(arena, "%s/%s/chapter.md", shelf->folder, name);
    return file != NULL ? chapter_read(file, chapter, error) : nng_fail_memory(error);
}
