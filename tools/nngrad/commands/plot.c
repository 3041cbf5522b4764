/* plot.c - `nngrad plot KIND`: a picture, and the gnuplot script that it was made by. */
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "command.h"
#include "plot/kinds.h"
#include "session.h"

bool plot_topic(size_t k, struct topic *topic)
{
    const struct plot_kind *kind = plot_kind(k);
    if (kind != NULL)
        *topic = (struct topic){kind->name, kind->arguments, kind->summary};
    return kind != NULL;
}

static const char *kind_name(const void *names, size_t k)
{
    (void)names;
    return plot_kind(k)->name;
}

static enum nng_status refuse_kind(const char *name, size_t count, struct nng_error *error)
{
    const char *nearest = nng_nearest(name, NULL, count, kind_name);
    if (nearest != NULL)
        return nng_fail(error, NNG_INPUT, "unknown kind of plot '%s' (did you mean '%s'?)", name, nearest);
    struct nng_text all = {0};
    for (size_t k = 0; k < count; k++)
        nng_text_print(&all, "%s%s", k > 0 ? ", " : "", plot_kind(k)->name);
    enum nng_status status =
        all.failed ? nng_fail_memory(error)
                   : nng_fail(error, NNG_INPUT, "unknown kind of plot '%s': it is one of %s", name, all.data);
    nng_text_free(&all);
    return status;
}

static enum nng_status find_kind(const char *name, const struct plot_kind **kind, struct nng_error *error)
{
    size_t count = 0;
    while ((*kind = plot_kind(count)) != NULL && strcmp((*kind)->name, name) != 0)
        count++;
    return *kind != NULL ? NNG_OK : refuse_kind(name, count, error);
}

static bool heeds(const struct plot_kind *kind, enum option_id id)
{
    for (const enum option_id *own = kind->options; own != NULL && *own != OPTION_COUNT; own++)
        if (*own == id)
            return true;
    return false;
}

/* An option of the command that this kind would not heed is an error, as one of another command is. */
static enum nng_status check_line(const struct options *options, const struct plot_kind *kind, struct nng_error *error)
{
    size_t count = options->argument_count - 1;
    if (count > kind->most)
        return nng_fail(error, NNG_INPUT, "'plot %s' does not take the argument '%s'", kind->name,
                        options->arguments[kind->most + 1]);
    if (count < kind->least)
        return nng_fail(error, NNG_INPUT, "'plot %s' needs more arguments: %s", kind->name, kind->arguments);
    for (const enum option_id *own = options->command->options; own != NULL && *own != OPTION_COUNT; own++)
        if (option_given(options, *own) && !heeds(kind, *own))
            return nng_fail(error, NNG_INPUT, "'plot %s' has no option '--%s'", kind->name, option_table[*own].name);
    return NNG_OK;
}

enum nng_status plot_run(const struct options *options, int *exit_status, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct plot_kind *kind;
    struct plot_request request = {
        .options = options, .arguments = options->arguments + 1, .argument_count = options->argument_count - 1};
    struct figure figure = {0};
    (void)exit_status;
    NNG_TRY(find_kind(options->arguments[0], &kind, error));
    NNG_TRY(check_line(options, kind, error));
    NNG_TRY(figure_open(&figure, options, option_text(options, OPTION_OUTPUT), error));
    NNG_TRY(session_host(options, &request.host, error));
    NNG_TRY(kind->draw(&request, &figure, error));
    NNG_TRY(figure_close(&figure, error));
fail:
    figure_free(&figure);
    nng_host_free(request.host);
    return status;
}
