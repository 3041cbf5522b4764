/* locate.c - the file that a name stands for, which is not opened: opening runs what is in it. */
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "plugin/host.h"
#include "plugin/validate.h"

/* What is found for a name. */
struct find {
    struct nng_host *host;
    const char *name;
    const char *file[2]; /* the first two different ones */
};

static void add(struct find *find, const char *file)
{
    if (find->file[0] == NULL)
        find->file[0] = file;
    else if (find->file[1] == NULL && strcmp(find->file[0], file) != 0)
        find->file[1] = file;
}

/* The first file of the search path that stands for a plugin of that kind. */
static enum nng_status look_for(struct find *find, enum nng_plugin_kind kind, struct nng_error *error)
{
    struct nng_arena *arena = find->host->arena;
    for (size_t i = 0; i < find->host->search.count; i++) {
        const struct nng_directory *directory = &find->host->search.directories[i];
        if (directory->skipped != NULL)
            continue;
        const char *files[] = {nng_arena_print(arena, "%s/%s/%s.so", directory->path, nng_kind_name(kind), find->name),
                               nng_arena_print(arena, "%s/%s.so", directory->path, find->name)};
        for (size_t k = 0; k < 2; k++) {
            bool exists = false;
            if (files[k] == NULL)
                return nng_fail_memory(error);
            (void)nng_path_problem(files[k], &exists);
            if (exists) {
                add(find, files[k]);
                return NNG_OK;
            }
        }
    }
    return NNG_OK;
}

/* The nearest name among all files of the search path. */
static enum nng_status fail_missing(const struct find *find, int kind, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_arena *arena = find->host->arena;
    struct nng_names names = {0};
    char hint[NNG_HINT_SIZE];
    for (size_t i = 0; i < find->host->search.count; i++) {
        const struct nng_directory *directory = &find->host->search.directories[i];
        if (directory->skipped != NULL)
            continue;
        for (int k = NNG_LOSS; nng_kind_phrase((uint32_t)k) != NULL; k++) {
            const char *sorted =
                nng_arena_print(arena, "%s/%s", directory->path, nng_kind_name((enum nng_plugin_kind)k));
            if (kind == 0 || k == kind)
                NNG_TRY(sorted == NULL ? nng_fail_memory(error) : nng_names_in(arena, sorted, &names, error));
        }
        NNG_TRY(nng_names_in(arena, directory->path, &names, error));
    }
    nng_hint(hint, nng_nearest_of(find->name, names.items, names.count));
    return nng_fail(error, NNG_INPUT, "unknown %s '%s'%s: 'nngrad plugin list' names all that were found",
                    kind != 0 ? nng_kind_name((enum nng_plugin_kind)kind) : "plugin", find->name, hint);
fail:
    return status;
}

enum nng_status nng_host_locate(struct nng_host *host, int kind, const char *name, const char **file,
                                struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct find find = {.host = host, .name = name};
    if (nng_plugin_name_valid(name))
        for (int k = NNG_LOSS; nng_kind_phrase((uint32_t)k) != NULL; k++)
            if (kind == 0 || k == kind)
                NNG_TRY(look_for(&find, (enum nng_plugin_kind)k, error));
    if (find.file[0] == NULL)
        return fail_missing(&find, kind, error);
    if (find.file[1] != NULL)
        return nng_fail(error, NNG_INPUT, "there are two plugins '%s', '%s' and '%s': --kind says which", name,
                        find.file[0], find.file[1]);
    *file = find.file[0];
fail:
    return status;
}
