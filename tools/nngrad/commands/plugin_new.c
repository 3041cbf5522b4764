/* plugin_new.c - `nngrad plugin new KIND NAME [DIR]`: a plugin to begin with, one that works. What it writes are the
 * files of tools/starters, with their name replaced and the directory of nngrad/plugin.h filled in. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "command.h"
#include "output.h"
#include "plugin/installed.h"
#include "plugin/search.h"
#include "plugin/validate.h"
#include "plugin_actions.h"
#include "render/json.h"
#include "render/next.h"
#include "starters.h" /* made by CMake: starter_my_loss[], starter_my_activation[], starter_my_optimizer[] */

/* What is replaced, and by what. */
struct replacement {
    const char *from, *to;
};

static const struct starter {
    const char *kind, *name; /* the name that stands in the file */
    const unsigned char *text;
} starters[] = {{"loss", "my_loss", starter_my_loss},
                {"activation", "my_activation", starter_my_activation},
                {"optimizer", "my_optimizer", starter_my_optimizer}};
enum { STARTERS = sizeof starters / sizeof starters[0] };

static const char *starter_kind(const void *table, size_t i)
{
    return ((const struct starter *)table)[i].kind;
}

static enum nng_status find_starter(const char *kind, const struct starter **found, struct nng_error *error)
{
    for (size_t i = 0; i < STARTERS; i++)
        if (strcmp(starters[i].kind, kind) == 0) {
            *found = &starters[i];
            return NNG_OK;
        }
    char hint[NNG_HINT_SIZE];
    return nng_fail(error, NNG_INPUT, "unknown kind '%s'%s: it is loss, activation or optimizer", kind,
                    nng_hint(hint, nng_nearest(kind, starters, STARTERS, starter_kind)));
}

static void fill_in(const struct starter *starter, const struct replacement *replacements, size_t count,
                    struct nng_text *text)
{
    for (const char *s = (const char *)starter->text; *s != '\0';) {
        size_t k = 0;
        while (k < count && strncmp(s, replacements[k].from, strlen(replacements[k].from)) != 0)
            k++;
        nng_text_add_n(text, k < count ? replacements[k].to : s, k < count ? strlen(replacements[k].to) : 1);
        s += k < count ? strlen(replacements[k].from) : 1;
    }
}

/* Creates the file, which must not exist. */
static enum nng_status write_new(const char *file, const struct nng_text *text, struct nng_error *error)
{
    int descriptor = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (descriptor < 0 && errno == EEXIST)
        return nng_fail_at(error, NNG_INPUT, file, 0, 0, NULL, "it exists already, and is not overwritten");
    if (descriptor < 0)
        return nng_fail_at(error, NNG_ENVIRONMENT, file, 0, 0, NULL, "cannot write: %s",
                           errno == ENOENT ? "no such directory" : strerror(errno));
    errno = ENOSPC; /* what a write that was cut short means */
    bool written = write(descriptor, text->data, text->length) == (ssize_t)text->length;
    if (close(descriptor) == 0 && written)
        return NNG_OK;
    int number = errno;
    unlink(file);
    return nng_fail_at(error, NNG_ENVIRONMENT, file, 0, 0, NULL, "cannot write: %s", strerror(number));
}

static void add_result(const struct options *options, const char *file, struct nng_text *out)
{
    struct style style = output_style(options);
    struct nng_text clean = {0}, next = {0};
    struct json json = {.out = out};
    plain_add_clean(&clean, file);
    if (option_format(options) == FORMAT_JSON) {
        json_open(&json, NULL, '{', JSON_LINES);
        json_text(&json, "file", file);
        json_close(&json);
    } else if (option_format(options) == FORMAT_MARKDOWN) {
        nng_text_print(out, "- wrote `%s`\n", plain_part(out, &clean));
    } else {
        nng_text_print(out, "wrote %s\n", plain_part(out, &clean));
        nng_text_print(&next, "nngrad plugin build %s", plain_part(out, &clean));
        if (!style.quiet)
            next_text(out, &style, &next, "compiles it; the file says what to change");
        nng_text_free(&next);
    }
    nng_text_free(&clean);
}

enum nng_status plugin_new(const struct options *options, struct nng_host *host, struct nng_text *out, int *exit_status,
                           struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct starter *starter = NULL;
    struct nng_text text = {0};
    char headers[4096];
    (void)host, (void)exit_status;
    if (options->argument_count < 3)
        return nng_fail(error, NNG_INPUT, "'plugin new' needs a kind (loss, activation or optimizer) and a NAME");
    const char *name = options->arguments[2], *directory = options->argument_count > 3 ? options->arguments[3] : ".";
    NNG_TRY(find_starter(options->arguments[1], &starter, error));
    if (!nng_plugin_name_valid(name))
        return nng_fail(
            error, NNG_INPUT,
            "'%s' is no name for a plugin: it must be of the form [a-z][a-z0-9_]* and shorter than %d bytes", name,
            NNG_PLUGIN_NAME_SIZE);
    if (!nng_installed_headers(headers, sizeof headers))
        strcpy(headers, "include");
    const char *file = strcmp(directory, ".") == 0 ? nng_arena_print(options->memory, "%s.c", name)
                                                   : nng_arena_print(options->memory, "%s/%s.c", directory, name);
    const struct replacement replacements[] = {{starter->name, name}, {"HEADERS", headers}};
    fill_in(starter, replacements, sizeof replacements / sizeof replacements[0], &text);
    NNG_TRY(file == NULL || text.failed ? nng_fail_memory(error) : NNG_OK);
    NNG_TRY(write_new(file, &text, error));
    add_result(options, file, out);
fail:
    nng_text_free(&text);
    return status;
}
