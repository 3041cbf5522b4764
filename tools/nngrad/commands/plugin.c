/* plugin.c - `nngrad plugin list|info`: what the descriptors of the plugins say; and the table of what else `nngrad
 * plugin` can be asked for. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "command.h"
#include "output.h"
#include "plot/activation.h"
#include "plugin_actions.h"
#include "render/plugins.h"
#include "session.h"

static void write_plugins(const struct options *options, const struct nng_listing *listing, size_t count, bool info,
                          const struct style *style, struct nng_text *out)
{
    switch (option_format(options)) {
    case FORMAT_JSON:
        plugins_json(listing, count, out);
        break;
    case FORMAT_MARKDOWN:
        if (info)
            plugin_info_markdown(listing, count, out);
        else
            plugin_list_markdown(listing, count, out);
        break;
    default:
        if (info)
            plugin_info_text(listing, count, style, out);
        else
            plugin_list_text(listing, count, style, out);
    }
}

/* --kind, or 0 for any */
static int chosen_kind(const struct options *options)
{
    const char *kind = option_text(options, OPTION_KIND);
    return kind != NULL ? nng_kind_of(kind) : 0;
}

static enum nng_status run_list(const struct options *options, struct nng_host *host, struct nng_text *out,
                                int *exit_status, struct nng_error *error)
{
    struct nng_listing *listing;
    size_t count;
    (void)exit_status;
    struct style style = output_style(options);
    enum nng_status status = nng_host_list(host, chosen_kind(options), &listing, &count, error);
    if (status == NNG_OK)
        write_plugins(options, listing, count, false, &style, out);
    return status;
}

static const char *listed_name(const void *listing, size_t i)
{
    const struct nng_plugin *plugin = ((const struct nng_listing *)listing)[i].method.plugin;
    return plugin != NULL ? plugin->name : "";
}

/* All plugins of that name, of whatever kind. */
static enum nng_status find_named(const struct options *options, struct nng_host *host, const char *name,
                                  struct nng_listing **found, size_t *count, struct nng_error *error)
{
    struct nng_listing *listing;
    size_t total;
    enum nng_status status = nng_host_list(host, chosen_kind(options), &listing, &total, error);
    if (status != NNG_OK)
        return status;
    const char *nearest = nng_nearest(name, listing, total, listed_name);
    *found = listing;
    *count = 0;
    for (size_t i = 0; i < total; i++)
        if (strcmp(listed_name(listing, i), name) == 0)
            listing[(*count)++] = listing[i];
    if (*count > 0)
        return NNG_OK;
    if (nearest != NULL)
        return nng_fail(error, NNG_INPUT, "unknown plugin '%s' (did you mean '%s'?)", name, nearest);
    return nng_fail(error, NNG_INPUT, "unknown plugin '%s': 'nngrad plugin list' names all that were found", name);
}

static enum nng_status run_info(const struct options *options, struct nng_host *host, struct nng_text *out,
                                int *exit_status, struct nng_error *error)
{
    (void)exit_status;
    if (options->argument_count < 2)
        return nng_fail(error, NNG_INPUT, "'plugin info' needs the name of a plugin, or a shared object FILE.so");
    const char *name = options->arguments[1];
    struct style style = output_style(options);
    struct nng_listing one = {.file = name}, *found = &one;
    size_t count = 1;
    enum nng_status status = NNG_OK;
    struct figure figure = {0};
    const char *picture = option_text(options, OPTION_PLOT);
    if (picture != NULL)
        NNG_TRY(figure_open(&figure, options, picture, error));
    if (strchr(name, '/') != NULL || (strlen(name) > 3 && strcmp(name + strlen(name) - 3, ".so") == 0))
        NNG_TRY(nng_method_open(host, name, &one.method, error));
    else
        NNG_TRY(find_named(options, host, name, &found, &count, error));
    write_plugins(options, found, count, true, &style, out);
    if (picture == NULL)
        goto fail;
    NNG_TRY(activation_draw(&found[0].method, &figure, error));
    NNG_TRY(output_write(options, out, error));
    NNG_TRY(figure_close(&figure, error));
fail:
    figure_free(&figure);
    return status;
}

/* What `nngrad plugin` can be asked for. */
static const struct {
    const char *name;
    size_t most; /* arguments, its own name among them */
    plugin_action *run;
} actions[] = {{"list", 1, run_list},
               {"info", 2, run_info},
               {"new", 4, plugin_new},
               {"build", 2, plugin_build},
               {"check", 2, plugin_check}};

static const char *action_name(const void *table, size_t i)
{
    (void)table;
    return actions[i].name;
}

/* NAME.c where a plugin is due: it was not built yet, or the object beside it was meant. */
static bool is_source(const char *name)
{
    size_t length = strlen(name);
    return length > 2 && strcmp(name + length - 2, ".c") == 0;
}

enum nng_status plugin_run(const struct options *options, int *exit_status, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_host *host = NULL;
    struct nng_text out = {0};
    size_t count = sizeof actions / sizeof actions[0], k = 0;
    const char *name = options->arguments[0];
    while (k < count && strcmp(actions[k].name, name) != 0)
        k++;
    if (k == count) {
        const char *nearest = nng_nearest(name, actions, count, action_name);
        return nng_fail(error, NNG_INPUT, "unknown command 'plugin %s' (did you mean 'plugin %s'?)", name,
                        nearest != NULL ? nearest : actions[0].name);
    }
    if (options->argument_count > actions[k].most)
        return nng_fail(error, NNG_INPUT, "'plugin %s' does not take the argument '%s'", name,
                        options->arguments[actions[k].most]);
    if (option_given(options, OPTION_PLOT) && actions[k].run != run_info)
        return nng_fail(error, NNG_INPUT, "'plugin %s' has no option '--plot': it belongs to 'plugin info'", name);
    if ((actions[k].run == run_info || actions[k].run == plugin_check) && options->argument_count > 1 &&
        is_source(options->arguments[1]))
        return nng_fail(error, NNG_INPUT, "'%s' is no plugin yet: 'nngrad plugin build' makes one of it",
                        options->arguments[1]);
    NNG_TRY(session_host(options, &host, error));
    NNG_TRY(actions[k].run(options, host, &out, exit_status, error));
    NNG_TRY(output_write(options, &out, error));
fail:
    nng_text_free(&out);
    nng_host_free(host);
    return status;
}
