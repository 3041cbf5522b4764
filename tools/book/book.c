/* book.c - from the folder of a chapter to what is made of it.
 *
 * Nothing is written before all of it is known to be right.
 */
#include "book.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/save.h"
#include "claims.h"
#include "links.h"
#include "names.h"
#include "base/memory.h"
#include "progress.h"
#include "shelf.h"
#include "steps.h"
#include "weave.h"
#include "workshop.h"

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

/* A chapter that is being made. */
struct making {
    struct chapter *chapter;
    struct workshop workshop;
    struct shelf shelf;
    const char *to;
    struct nng_text *out; /* what is said of it; may be NULL */
};

static void finish(struct making *making)
{
    workshop_close(&making->workshop);
    chapter_free(making->chapter);
}

/* The chapters beside it. */
static enum nng_status read_shelf(struct making *making, const char *folder, struct nng_error *error)
{
    char path[PATH_MAX];
    if (realpath(folder, path) == NULL)
        return nng_fail_at(error, NNG_INPUT, folder, 0, 0, NULL, "cannot read: %s", strerror(errno));
    char *slash = strrchr(path, '/');
    slash[slash == path] = '\0';
    const char *parent = nng_arena_text(making->chapter->arena, path);
    return parent != NULL ? shelf_read(making->chapter->arena, parent, &making->shelf, error) : nng_fail_memory(error);
}

/* Reads it, and runs its commands. */
static enum nng_status compute(struct making *making, const char *folder, bool tables, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_text file = {0};
    nng_text_print(&file, "%s/chapter.md", folder);
    if (file.failed)
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(chapter_read(file.data, &making->chapter, error));
    NNG_TRY(steps_check(making->chapter, error));
    NNG_TRY(workshop_open(&making->workshop, making->chapter, folder, error));
    making->workshop.tables = tables;
    NNG_TRY(workshop_run(&making->workshop, error));
fail:
    nng_text_free(&file);
    return status;
}

/* ---- writing ------------------------------------------------------------------------------------------------- */

/* Writes to/path unless it says this already: what a build system finds unchanged stays as old as it was. */
static enum nng_status put(const struct making *making, const char *path, const char *bytes, size_t length,
                           struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_file there = {0};
    const char *whole = nng_arena_print(making->chapter->arena, "%s/%s", making->to, path);
    if (whole == NULL)
        return nng_fail_memory(error);
    if (progress_was_interrupted())
        return nng_fail(error, NNG_INTERRUPTED, "interrupted");
    bool same = nng_file_read(whole, FOLDER_FILE_BYTES, &there, NULL) == NNG_OK && there.length == length &&
                memcmp(there.bytes, bytes, length) == 0;
    nng_release(there.bytes);
    if (!same) {
        NNG_TRY(folder_make_parents(making->to, path, error));
        NNG_TRY(nng_file_write(whole, bytes, length, error));
    }
    if (making->out != NULL)
        nng_text_print(making->out, "%s\n", whole);
fail:
    return status;
}

/* The same with a file of the private copy. */
static enum nng_status put_file(const struct making *making, const char *path, struct nng_error *error)
{
    struct nng_file file;
    const char *whole = nng_arena_print(making->chapter->arena, "%s/%s", making->workshop.folder, path);
    if (whole == NULL)
        return nng_fail_memory(error);
    enum nng_status status = nng_file_read(whole, FOLDER_FILE_BYTES, &file, error);
    if (status != NNG_OK)
        return status;
    status = put(making, path, file.bytes, file.length, error);
    nng_release(file.bytes);
    return status;
}

/* Did a command write it under that name, or is it the script of such a picture: x.gp beside x.svg? */
static bool is_made(const struct chapter *chapter, const char *path)
{
    const char *point = strrchr(path, '.');
    size_t stem = point != NULL && strcmp(point, ".gp") == 0 ? (size_t)(point - path) + 1 : 0;
    for (size_t b = 0; b < chapter->block_count; b++)
        for (size_t k = 0; k < chapter->blocks[b]->step_count; k++)
            for (size_t i = 0; i < 2; i++) {
                const char *made = chapter->blocks[b]->steps[k].made[i];
                if (made != NULL && (strcmp(made, path) == 0 || (stem > 0 && strncmp(made, path, stem) == 0)))
                    return true;
            }
    return false;
}

static bool is_linked(const struct passage *passage, const char *path)
{
    for (size_t i = 0; i < passage->link_count; i++)
        if (strcmp(passage->links[i].url, path) == 0)
            return true;
    for (size_t i = 0; i < passage->block_count; i++)
        if (passage->blocks[i]->inner != NULL && is_linked(passage->blocks[i]->inner, path))
            return true;
    return false;
}

/* Is it the file of a block? */
static bool is_shown(const struct chapter *chapter, const char *path)
{
    for (size_t i = 0; i < chapter->block_count; i++) {
        const struct block *block = chapter->blocks[i];
        const char *file = block->kind == BLOCK_FILE ? block->values[KEY_NAME] : block->file;
        if (file != NULL && strcmp(file, path) == 0)
            return true;
    }
    return false;
}

/* ---- weaving ------------------------------------------------------------------------------------------------- */

/* The chapter's own files, and what the page shows of those that were made. */
static enum nng_status put_assets(const struct making *making, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct folder source;
    const struct chapter *chapter = making->chapter;
    const struct folder *files = &making->workshop.files;
    NNG_TRY(folder_list(chapter->arena, making->workshop.source, FOLDER_CHAPTER, &source, error));
    for (size_t i = 0; i < files->count; i++) {
        const char *path = files->files[i].path;
        bool own = folder_find(&source, path) != NULL && strcmp(path, "chapter.md") != 0;
        if (own || is_made(chapter, path) || is_shown(chapter, path) || is_linked(chapter->whole, path))
            NNG_TRY(put_file(making, path, error));
    }
fail:
    return status;
}

enum nng_status book_weave(const char *folder, const char *to, book_complain *complain, void *context,
                           struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct making making = {.to = to};
    struct nng_text page = {0};
    NNG_TRY(compute(&making, folder, false, error));
    NNG_TRY(read_shelf(&making, folder, error));
    NNG_TRY(links_check(making.chapter, &making.workshop.files, &making.shelf, error));
    NNG_TRY(claims_check(&making.workshop, complain, context, error));
    NNG_TRY(weave_page(&making.workshop, &making.shelf, &page, error));
    NNG_TRY(put_assets(&making, error));
    NNG_TRY(put(&making, weave_is_front(making.chapter) ? "index.md" : "chapter.md", page.data, page.length, error));
fail:
    nng_text_free(&page);
    finish(&making);
    return status;
}

/* ---- plots and tables ---------------------------------------------------------------------------------------- */

static enum nng_status put_table(const struct making *making, const struct block *block, size_t number, size_t k,
                                 const char *table, const char *ending, struct nng_error *error)
{
    struct nng_arena *arena = making->chapter->arena;
    const char *name = block->values[KEY_NAME], *command = block->steps[k].command;
    if (table == NULL || table[0] == '\0')
        return NNG_OK;
    const char *base = name != NULL ? name : nng_arena_print(arena, "%02zu-%s", number, command);
    const char *path = base == NULL            ? NULL
                       : block->step_count > 1 ? nng_arena_print(arena, "%s-%zu.%s", base, k + 1, ending)
                                               : nng_arena_print(arena, "%s.%s", base, ending);
    return path != NULL ? put(making, path, table, strlen(table), error) : nng_fail_memory(error);
}

static enum nng_status put_tables(const struct making *making, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t number = 0;
    for (size_t b = 0; b < making->chapter->block_count; b++) {
        const struct block *block = making->chapter->blocks[b];
        number += block->step_count > 0;
        for (size_t k = 0; k < block->step_count; k++) {
            NNG_TRY(put_table(making, block, number, k, block->steps[k].markdown, "md", error));
            NNG_TRY(put_table(making, block, number, k, block->steps[k].csv, "csv", error));
        }
    }
fail:
    return status;
}

/* Pictures, and the CSV of trainings. */
static bool is_result(const char *path)
{
    static const char *const endings[] = {".svg", ".png", ".pdf", ".csv", ".gp"};
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++)
        if (name_ends(path, endings[i]))
            return true;
    return false;
}

enum nng_status book_run(const char *folder, const char *to, struct nng_text *out, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct making making = {.to = to, .out = out};
    struct folder source;
    NNG_TRY(compute(&making, folder, true, error));
    NNG_TRY(folder_list(making.chapter->arena, folder, FOLDER_CHAPTER, &source, error));
    for (size_t i = 0; i < making.workshop.files.count; i++) {
        const struct folder_file *file = &making.workshop.files.files[i], *was = folder_find(&source, file->path);
        bool is_new = was == NULL || memcmp(was->digest, file->digest, SHA256_BYTES) != 0;
        if (is_new && (is_result(file->path) || is_made(making.chapter, file->path)))
            NNG_TRY(put_file(&making, file->path, error));
    }
    NNG_TRY(put_tables(&making, error));
fail:
    finish(&making);
    return status;
}
