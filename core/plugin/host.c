/* host.c - from a name in model.cfg to a method that may be called.
 *
 * A name is looked for in each directory of the search path as KIND/NAME.so and then NAME.so. The first file that
 * exists decides: one that is broken is an error, and hides nothing better behind it in silence. A NAME.so of another
 * kind alone is passed over, since a directory may hold a loss beside the activation of the same name. */
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "plugin/host.h"
#include "plugin/object.h"
#include "plugin/validate.h"

enum nng_status nng_host_new(const char *const *search, size_t count, struct nng_host **host, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    *host = NULL;
    struct nng_arena *arena = nng_arena_new();
    if (arena == NULL)
        return nng_fail_memory(error);
    struct nng_host *new = nng_arena_take(arena, 1, sizeof *new);
    NNG_TRY(new == NULL ? nng_fail_memory(error) : NNG_OK);
    new->arena = arena;
    NNG_TRY(nng_search_new(arena, search, count, &new->search, error));
    *host = new;
    return NNG_OK;
fail:
    nng_arena_free(arena);
    return status;
}

void nng_host_free(struct nng_host *host)
{
    if (host != NULL)
        nng_arena_free(host->arena);
}

/* ---- opening ------------------------------------------------------------------------------------------------- */

/* Each file is opened and validated once. */
static enum nng_status open_once(struct nng_host *host, const char *file, const struct nng_object **object,
                                 struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    for (const struct nng_object *known = host->objects; known != NULL; known = known->next)
        if (strcmp(known->file, file) == 0) {
            *object = known;
            return NNG_OK;
        }
    struct nng_object *new = nng_arena_take(host->arena, 1, sizeof *new);
    const char *copy = nng_arena_text(host->arena, file);
    if (new == NULL || copy == NULL)
        return nng_fail_memory(error);
    NNG_TRY(nng_object_open(file, &new->plugin, error));
    new->file = copy;
    new->next = host->objects;
    host->objects = new;
    *object = new;
fail:
    return status;
}

/* A method of this object, with its default values. */
static enum nng_status make_method(struct nng_host *host, const struct nng_object *object, struct nng_method *method,
                                   struct nng_error *error)
{
    const struct nng_plugin *plugin = object->plugin;
    double *values = nng_arena_take(host->arena, plugin->parameter_count, sizeof *values);
    if (values == NULL)
        return nng_fail_memory(error);
    for (size_t i = 0; i < plugin->parameter_count; i++)
        values[i] = plugin->parameters[i].standard;
    *method = (struct nng_method){plugin, object->file, values};
    return NNG_OK;
}

enum nng_status nng_method_open(struct nng_host *host, const char *file, struct nng_method *method,
                                struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_object *object = NULL;
    NNG_TRY(open_once(host, file, &object, error));
    NNG_TRY(make_method(host, object, method, error));
fail:
    return status;
}

/* ---- finding by name ----------------------------------------------------------------------------------------- */

/* A search that is under way: what was tried, for the message of a miss. */
struct trial {
    struct nng_host *host;
    enum nng_plugin_kind kind;
    const char *name;
    const struct nng_object *found;
    struct nng_text tried; /* "'/a/loss/x.so' (no such file), ..." */
};

static void note(struct trial *trial, const char *path, const char *why)
{
    nng_text_print(&trial->tried, "%s'%s' (%s)", trial->tried.length == 0 ? "" : ", ", path, why);
}

/* One path. trial->found is set when it is the one; an error when a file stands there that cannot be used. */
static enum nng_status try_path(struct trial *trial, const char *path, bool any_kind, struct nng_error *error)
{
    bool exists = false;
    const char *problem = nng_path_problem(path, &exists);
    if (!exists) {
        note(trial, path, problem);
        return NNG_OK;
    }
    const struct nng_object *object = NULL;
    struct nng_error reason = {0};
    enum nng_status status = open_once(trial->host, path, &object, &reason);
    if (object == NULL && status == NNG_MEMORY)
        return nng_fail_memory(error);
    if (object == NULL)
        return nng_fail(error, status, "%s: %s", path, reason.text);
    const char *phrase = nng_kind_phrase(object->plugin->kind);
    if (object->plugin->kind == (uint32_t)trial->kind)
        trial->found = object;
    else if (any_kind)
        note(trial, path, phrase);
    else
        return nng_fail(error, NNG_INPUT, "%s: it is %s, not %s", path, phrase, nng_kind_phrase((uint32_t)trial->kind));
    return NNG_OK;
}

static enum nng_status try_directory(struct trial *trial, const struct nng_directory *directory,
                                     struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    bool exists = false;
    nng_path_problem(directory->path, &exists);
    if (directory->skipped != NULL || !exists) {
        note(trial, directory->path, directory->skipped != NULL ? directory->skipped : "no such directory");
        return NNG_OK;
    }
    struct nng_arena *arena = trial->host->arena;
    const char *sorted =
        nng_arena_print(arena, "%s/%s/%s.so", directory->path, nng_kind_name(trial->kind), trial->name);
    const char *flat = nng_arena_print(arena, "%s/%s.so", directory->path, trial->name);
    if (sorted == NULL || flat == NULL)
        return nng_fail_memory(error);
    NNG_TRY(try_path(trial, sorted, false, error));
    if (trial->found == NULL)
        NNG_TRY(try_path(trial, flat, true, error));
fail:
    return status;
}

/* The nearest name among the files on the search path, which are not opened; NULL if none is near. */
static enum nng_status nearest_plugin(const struct trial *trial, const char **nearest, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_arena *arena = trial->host->arena;
    struct nng_names all = {0}, valid = {0};
    for (size_t i = 0; i < trial->host->search.count; i++) {
        const struct nng_directory *directory = &trial->host->search.directories[i];
        if (directory->skipped != NULL)
            continue;
        const char *sorted = nng_arena_print(arena, "%s/%s", directory->path, nng_kind_name(trial->kind));
        NNG_TRY(sorted == NULL ? nng_fail_memory(error) : nng_names_in(arena, sorted, &all, error));
        NNG_TRY(nng_names_in(arena, directory->path, &all, error));
    }
    for (size_t i = 0; i < all.count; i++)
        if (nng_plugin_name_valid(all.items[i]) && strcmp(all.items[i], trial->name) != 0)
            NNG_TRY(nng_names_add(arena, &valid, all.items[i], error));
    *nearest = nng_nearest_of(trial->name, valid.items, valid.count);
fail:
    return status;
}

/* Another kind of which there is a plugin of this name, by the files that exist; 0 if there is none. */
static enum nng_status other_kind(const struct trial *trial, int *other, struct nng_error *error)
{
    const struct nng_search *search = &trial->host->search;
    *other = 0;
    for (int kind = NNG_LOSS; nng_kind_phrase((uint32_t)kind) != NULL && *other == 0; kind++)
        for (size_t i = 0; i < search->count; i++) {
            bool exists = false;
            const char *path = nng_arena_print(trial->host->arena, "%s/%s/%s.so", search->directories[i].path,
                                               nng_kind_name((enum nng_plugin_kind)kind), trial->name);
            if (path == NULL)
                return nng_fail_memory(error);
            if (search->directories[i].skipped == NULL && nng_path_problem(path, &exists) == NULL)
                *other = kind;
        }
    return NNG_OK;
}

static enum nng_status fail_unknown(const struct trial *trial, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const char *nearest = NULL, *kind = nng_kind_name(trial->kind), *name = trial->name;
    int other = 0;
    char hint[NNG_HINT_SIZE];
    NNG_TRY(nearest_plugin(trial, &nearest, error));
    nng_hint(hint, nearest);
    if (!nng_plugin_name_valid(name))
        return nng_fail(error, NNG_INPUT, "unknown %s '%s'%s: a name is of the form [a-z][a-z0-9_]*, at most %d bytes",
                        kind, name, hint, NNG_PLUGIN_NAME_SIZE - 1);
    NNG_TRY(other_kind(trial, &other, error));
    if (other != 0)
        return nng_fail(error, NNG_INPUT, "unknown %s '%s': it is %s; tried %s", kind, name,
                        nng_kind_phrase((uint32_t)other), trial->tried.data);
    if (trial->tried.length == 0)
        return nng_fail(error, NNG_INPUT, "unknown %s '%s': there is no directory to look for plugins in", kind, name);
    return nng_fail(error, NNG_INPUT, "unknown %s '%s'%s; tried %s", kind, name, hint, trial->tried.data);
fail:
    return status;
}

enum nng_status nng_method_new(struct nng_host *host, enum nng_plugin_kind kind, const char *name,
                               struct nng_method *method, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct trial trial = {.host = host, .kind = kind, .name = name};
    if (nng_plugin_name_valid(name)) /* no path is made of anything else */
        for (size_t i = 0; i < host->search.count && trial.found == NULL; i++)
            NNG_TRY(try_directory(&trial, &host->search.directories[i], error));
    NNG_TRY(trial.tried.failed ? nng_fail_memory(error) : NNG_OK);
    NNG_TRY(trial.found != NULL ? make_method(host, trial.found, method, error) : fail_unknown(&trial, error));
fail:
    nng_text_free(&trial.tried);
    return status;
}
