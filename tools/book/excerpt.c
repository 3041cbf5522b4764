/* excerpt.c - a function cut out of the sources, by its name.
 *
 * Searched are core/ and plugins/ of the sources that came with nngrad, and plugins/ of the chapter's own folder.
 */
#include "excerpt.h"

#include <limits.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "folder.h"
#include "names.h"
#include "plugin/installed.h"
#include "plugin/search.h"
#include "source.h"

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

enum { SOURCE_BYTES = 8 << 20 };

struct search {
    const struct chapter *chapter;
    const struct block *block;
    const char *path; /* where it must be, or NULL: anywhere */
    const char *function;
    struct excerpt *excerpt;
    struct nng_text places; /* where it was found */
    size_t found, files;
    const char **names; /* of all functions that were seen */
    size_t name_count, name_room;
};

static enum nng_status keep_name(struct search *search, const struct definition *definition, struct nng_error *error)
{
    struct nng_arena *arena = search->chapter->arena;
    if (search->name_count == search->name_room) {
        size_t room = search->name_room == 0 ? 1024 : 2 * search->name_room;
        const char **names = nng_arena_take(arena, room, sizeof *names);
        if (names == NULL)
            return nng_fail_memory(error);
        if (search->name_count > 0)
            memcpy(names, search->names, search->name_count * sizeof *names);
        search->names = names;
        search->name_room = room;
    }
    const char *name = nng_arena_text_n(arena, definition->name, definition->name_length);
    search->names[search->name_count++] = name;
    return name != NULL ? NNG_OK : nng_fail_memory(error);
}

static enum nng_status keep_excerpt(struct search *search, const char *path, const char *text,
                                    const struct definition *definition, struct nng_error *error)
{
    nng_text_print(&search->places, "%s%s", search->places.length > 0 ? ", " : "", path);
    if (search->found++ > 0)
        return NNG_OK;
    search->excerpt->path = path;
    search->excerpt->text =
        nng_arena_text_n(search->chapter->arena, text + definition->begin, definition->end - definition->begin);
    return search->excerpt->text != NULL ? NNG_OK : nng_fail_memory(error);
}

static enum nng_status search_file(struct search *search, const char *root, const char *path, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_arena *arena = search->chapter->arena;
    struct nng_file file = {0};
    struct definition definition;
    const char *whole = nng_arena_print(arena, "%s/%s", root, path);
    if (whole == NULL)
        return nng_fail_memory(error);
    NNG_TRY(nng_file_read(whole, SOURCE_BYTES, &file, error));
    search->files++;
    struct scan scan = {.text = file.bytes, .length = file.length};
    while (source_next(&scan, &definition)) {
        NNG_TRY(keep_name(search, &definition, error));
        if (strcmp(search->names[search->name_count - 1], search->function) == 0)
            NNG_TRY(keep_excerpt(search, path, file.bytes, &definition, error));
    }
fail:
    nng_release(file.bytes);
    return status;
}

/* All C files in root/part. */
static enum nng_status search_part(struct search *search, const char *root, const char *part, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_arena *arena = search->chapter->arena;
    struct folder folder;
    const char *directory = nng_arena_print(arena, "%s/%s", root, part);
    if (directory == NULL)
        return nng_fail_memory(error);
    if (folder_list(arena, directory, FOLDER_SYSTEM, &folder, NULL) != NNG_OK)
        return NNG_OK; /* most chapters have no plugins */
    for (size_t i = 0; i < folder.count; i++) {
        const char *path = nng_arena_print(arena, "%s/%s", part, folder.files[i].path);
        if (path == NULL)
            return nng_fail_memory(error);
        bool is_c = name_ends(path, ".c") || name_ends(path, ".h");
        if (is_c && (search->path == NULL || strcmp(search->path, path) == 0))
            NNG_TRY(search_file(search, root, path, error));
    }
fail:
    return status;
}

/* FUNCTION, or PATH FUNCTION */
static enum nng_status read_names(struct search *search, struct nng_error *error)
{
    struct nng_arena *arena = search->chapter->arena;
    const char *at = search->block->body + strspn(search->block->body, " \t\n");
    size_t length = strcspn(at, " \t\n");
    search->function = nng_arena_text_n(arena, at, length);
    at += length;
    at += strspn(at, " \t\n");
    if (*at != '\0') {
        search->path = search->function;
        search->function = nng_arena_text_n(arena, at, strcspn(at, " \t\n"));
    }
    return search->function != NULL ? NNG_OK : nng_fail_memory(error);
}

enum nng_status excerpt_find(const struct chapter *chapter, const struct block *block, const char *folder,
                             struct excerpt *excerpt, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    char root[PATH_MAX], hint[NNG_HINT_SIZE];
    struct search search = {.chapter = chapter, .block = block, .excerpt = excerpt};
    NNG_TRY(read_names(&search, error));
    NNG_TRY(search_part(&search, folder, "plugins", error));
    if (nng_installed_share(root, sizeof root, "sources")) {
        NNG_TRY(search_part(&search, root, "core", error));
        NNG_TRY(search_part(&search, root, "plugins", error));
    }
    if (search.found == 0 && search.path != NULL && search.files == 0)
        NNG_TRY(chapter_fail(chapter, NNG_INPUT, block->body_line, error, "there is no source file '%s'", search.path));
    if (search.found == 0)
        NNG_TRY(chapter_fail(chapter, NNG_INPUT, block->body_line, error, "no function '%s' in %s%s", search.function,
                             search.path != NULL ? search.path : "core/, plugins/ and the chapter's plugins/",
                             nng_hint(hint, nng_nearest_of(search.function, search.names, search.name_count))));
    if (search.found > 1)
        NNG_TRY(chapter_fail(chapter, NNG_INPUT, block->body_line, error,
                             "%zu functions are called '%s': name the file too (%s)", search.found, search.function,
                             search.places.data != NULL ? search.places.data : ""));
fail:
    nng_text_free(&search.places);
    return status;
}
