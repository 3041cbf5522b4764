/* list.c - every plugin on the search path, as nng_method_new would find it: the first of a name counts, those behind
 * it are shadowed. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "plugin/host.h"
#include "plugin/validate.h"

/* One line of the listing, with what it is sorted by. A file that stands in no kind's directory and cannot be used is
 * of no known kind: 0. */
struct line {
    struct line *next;
    int kind;
    const char *name;
    struct nng_listing listing;
};

struct lines {
    struct nng_host *host;
    struct line *first;
    size_t count;
};

static bool is_shadowed(const struct lines *lines, int kind, const char *name)
{
    for (const struct line *line = lines->first; line != NULL; line = line->next)
        if (strcmp(line->name, name) == 0 && (line->kind == kind || line->kind == 0))
            return true;
    return false;
}

/* Opens DIRECTORY/NAME.so. kind is what it must be, 0 for a file that may be any. */
static enum nng_status add_file(struct lines *lines, int kind, const char *directory, const char *name,
                                struct nng_error *error)
{
    if (is_shadowed(lines, kind, name))
        return NNG_OK;
    struct nng_arena *arena = lines->host->arena;
    struct line *line = nng_arena_take(arena, 1, sizeof *line);
    char *file = nng_arena_print(arena, "%s/%s.so", directory, name);
    if (line == NULL || file == NULL)
        return nng_fail_memory(error);
    struct nng_listing *listing = &line->listing;
    listing->file = file;
    enum nng_status status = nng_method_open(lines->host, file, &listing->method, &listing->problem);
    if (status == NNG_MEMORY)
        return nng_fail_memory(error);
    int found = status == NNG_OK ? (int)listing->method.plugin->kind : kind;
    if (kind != 0 && found != kind) {
        nng_fail_at(&listing->problem, NNG_INPUT, file, 0, 0, NULL, "it is %s, not %s",
                    nng_kind_phrase((uint32_t)found), nng_kind_phrase((uint32_t)kind));
        listing->method = (struct nng_method){0};
        found = kind;
    }
    if (is_shadowed(lines, found, name))
        return NNG_OK;
    line->kind = found;
    line->name = name;
    line->next = lines->first;
    lines->first = line;
    lines->count++;
    return NNG_OK;
}

static enum nng_status add_files(struct lines *lines, int kind, const char *directory, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_names names = {0};
    NNG_TRY(nng_names_in(lines->host->arena, directory, &names, error));
    for (size_t i = 0; i < names.count; i++)
        NNG_TRY(add_file(lines, kind, directory, names.items[i], error));
fail:
    return status;
}

static enum nng_status add_directory(struct lines *lines, int wanted, const char *directory, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    for (int kind = NNG_LOSS; nng_kind_phrase((uint32_t)kind) != NULL; kind++) {
        if (wanted != 0 && kind != wanted)
            continue;
        const char *sorted =
            nng_arena_print(lines->host->arena, "%s/%s", directory, nng_kind_name((enum nng_plugin_kind)kind));
        NNG_TRY(sorted == NULL ? nng_fail_memory(error) : add_files(lines, kind, sorted, error));
    }
    NNG_TRY(add_files(lines, 0, directory, error));
fail:
    return status;
}

/* By kind, those of no known kind last; then by name. */
static int compare_lines(const void *a, const void *b)
{
    const struct line *p = a, *q = b;
    if (p->kind != q->kind)
        return p->kind == 0 ? 1 : q->kind == 0 ? -1 : p->kind - q->kind;
    return strcmp(p->name, q->name);
}

static enum nng_status sort_lines(const struct lines *lines, int wanted, struct nng_listing **listing, size_t *count,
                                  struct nng_error *error)
{
    struct nng_arena *arena = lines->host->arena;
    struct line *sorted = nng_arena_take(arena, lines->count, sizeof *sorted);
    *listing = nng_arena_take(arena, lines->count, sizeof **listing);
    if (sorted == NULL || *listing == NULL)
        return nng_fail_memory(error);
    size_t n = 0;
    for (const struct line *line = lines->first; line != NULL; line = line->next)
        if (wanted == 0 || line->kind == wanted || line->kind == 0)
            sorted[n++] = *line;
    qsort(sorted, n, sizeof *sorted, compare_lines);
    for (size_t i = 0; i < n; i++)
        (*listing)[i] = sorted[i].listing;
    *count = n;
    return NNG_OK;
}

enum nng_status nng_host_list(struct nng_host *host, int kind, struct nng_listing **listing, size_t *count,
                              struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct lines lines = {.host = host};
    *listing = NULL;
    *count = 0;
    for (size_t i = 0; i < host->search.count; i++)
        if (host->search.directories[i].skipped == NULL)
            NNG_TRY(add_directory(&lines, kind, host->search.directories[i].path, error));
    NNG_TRY(sort_lines(&lines, kind, listing, count, error));
fail:
    return status;
}
