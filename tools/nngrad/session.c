/* session.c - the model that a command line names.
 *
 * --loss huber:delta=2 becomes the override  loss = { plugin = "huber"; delta = 2; };  names and values are held to
 * a small alphabet first, so that nothing else can be said in that place.
 */
#include "session.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "render/plain.h"

enum nng_status session_host(const struct options *options, struct nng_host **host, struct nng_error *error)
{
    const struct option_value *paths = &options->values[OPTION_PLUGIN_PATH];
    return nng_host_new(paths->texts, paths->count, host, error);
}

static bool is_name(const char *text, size_t length)
{
    if (length == 0 || !(isalpha((unsigned char)text[0]) || text[0] == '_'))
        return false;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)text[i]) && text[i] != '_')
            return false;
    return true;
}

static bool is_number(const char *text, size_t length)
{
    double value;
    return nng_number_parse(text, length, &value) == NNG_NUMBER_FINITE;
}

/* KEY=VALUE as a setting of libconfig. */
static enum nng_status add_setting(struct nng_text *group, const char *option, const char *pair, size_t length,
                                   struct nng_error *error)
{
    size_t key = 0;
    while (key < length && pair[key] != '=')
        key++;
    if (key == length)
        return nng_fail(error, NNG_INPUT, "option '--%s': '%.*s' is not KEY=VALUE", option, (int)length, pair);
    if (!is_name(pair, key))
        return nng_fail(error, NNG_INPUT, "option '--%s': '%.*s' is not a name of a parameter", option, (int)key, pair);
    const char *value = pair + key + 1;
    size_t rest = length - key - 1;
    bool is_bool = (rest == 4 && strncmp(value, "true", 4) == 0) || (rest == 5 && strncmp(value, "false", 5) == 0);
    if (!is_bool && !is_number(value, rest) && !is_name(value, rest))
        return nng_fail(error, NNG_INPUT,
                        "option '--%s': the value of '%.*s' is no number, word, true or false: '%.*s'", option,
                        (int)key, pair, (int)rest, value);
    const char *quote = is_bool || is_number(value, rest) ? "" : "\"";
    nng_text_print(group, " %.*s = %s%.*s%s;", (int)key, pair, quote, (int)rest, value, quote);
    return NNG_OK;
}

enum nng_status session_group(const struct options *options, enum option_id id, const char *text, const char **value,
                              struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const char *option = option_table[id].name;
    struct nng_text group = {0};
    size_t length = strcspn(text, ":");
    if (!is_name(text, length)) {
        status =
            nng_fail(error, NNG_INPUT, "option '--%s': '%.*s' is not a name of a plugin", option, (int)length, text);
        goto fail;
    }
    nng_text_print(&group, "{ plugin = \"%.*s\";", (int)length, text);
    for (text += length; *text == ':'; text += length) {
        text++;
        length = strcspn(text, ":");
        NNG_TRY(add_setting(&group, option, text, length, error));
    }
    nng_text_add(&group, " }");
    *value = group.failed ? NULL : nng_arena_text(options->memory, group.data);
    if (*value == NULL)
        status = nng_fail_memory(error);
fail:
    nng_text_free(&group);
    return status;
}

/* The overrides being collected. */
struct collection {
    struct nng_override *overrides;
    size_t count;
};

static void add_changes(struct collection *all, const struct nng_override *overrides, size_t count)
{
    for (size_t i = 0; i < count; i++)
        all->overrides[all->count++] = overrides[i];
}

static enum nng_status add_sets(const struct options *options, struct collection *all, struct nng_error *error)
{
    const struct option_value *set = &options->values[OPTION_SET];
    for (size_t i = 0; i < set->count; i++) {
        size_t length = strcspn(set->texts[i], "=");
        if (length == 0 || set->texts[i][length] == '\0')
            return nng_fail(error, NNG_INPUT, "option '--set': '%s' is not PATH=VALUE", set->texts[i]);
        const char *path = nng_arena_text_n(options->memory, set->texts[i], length);
        if (path == NULL)
            return nng_fail_memory(error);
        all->overrides[all->count++] = (struct nng_override){path, set->texts[i] + length + 1};
    }
    return NNG_OK;
}

/* All overrides, the broad ones first, so that --set has the last word. */
static enum nng_status collect(const struct options *options, const struct session_changes *changes,
                               struct collection *all, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const enum option_id groups[] = {OPTION_LOSS, OPTION_OPTIMIZER};
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        const char *value = NULL;
        if (!option_given(options, groups[i]))
            continue;
        NNG_TRY(session_group(options, groups[i], option_text(options, groups[i]), &value, error));
        all->overrides[all->count++] = (struct nng_override){option_table[groups[i]].name, value};
    }
    if (option_given(options, OPTION_SEED)) {
        all->overrides[all->count++] = (struct nng_override){"init.seed", option_text(options, OPTION_SEED)};
        all->overrides[all->count++] = (struct nng_override){"train.seed", option_text(options, OPTION_SEED)};
    }
    add_changes(all, changes->before, changes->before_count);
    NNG_TRY(add_sets(options, all, error));
    add_changes(all, changes->after, changes->after_count);
fail:
    return status;
}

/* The library knows of settings alone: what it says of the one that --loss stands for is said of --loss. */
static void blame_option(const struct options *options, struct nng_error *error)
{
    const enum option_id groups[] = {OPTION_LOSS, OPTION_OPTIMIZER};
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        char place[sizeof error->file];
        const char *name = option_table[groups[i]].name;
        snprintf(place, sizeof place, "--set %s={ plugin =", name);
        if (option_given(options, groups[i]) && strncmp(error->file, place, strlen(place)) == 0)
            snprintf(error->file, sizeof error->file, "--%s %s", name, option_text(options, groups[i]));
    }
}

enum nng_status session_changed_model(const struct options *options, struct nng_host *host, const char *file,
                                      const struct session_changes *changes, struct nng_model **model,
                                      struct nng_error *error)
{
    enum { GROUPS_AND_SEEDS = 4 };
    size_t most = options->values[OPTION_SET].count + GROUPS_AND_SEEDS + changes->before_count + changes->after_count;
    struct collection all = {.overrides = nng_arena_take(options->memory, most, sizeof *all.overrides)};
    if (all.overrides == NULL)
        return nng_fail_memory(error);
    enum nng_status status = collect(options, changes, &all, error);
    if (status != NNG_OK)
        return status;
    status = file == NULL ? nng_model_lecture(host, all.overrides, all.count, model, error)
                          : nng_model_read(host, file, all.overrides, all.count, model, error);
    if (status != NNG_OK)
        blame_option(options, error);
    return status;
}

enum nng_status session_model(const struct options *options, struct nng_host *host, const char *file,
                              struct nng_model **model, struct nng_error *error)
{
    static const struct session_changes none = {0};
    return session_changed_model(options, host, file, &none, model, error);
}

/* ---- the same as words of a command line --------------------------------------------------------------------- */

void session_add_word(struct nng_text *command, const char *word)
{
    static const char bare[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./=+:,%@-";
    struct nng_text quoted = {0};
    bool is_bare = word[0] != '\0' && word[strspn(word, bare)] == '\0';
    nng_text_add(&quoted, is_bare ? " " : " '");
    for (; *word != '\0'; word++)
        if (*word == '\'')
            nng_text_add(&quoted, "'\\''");
        else
            nng_text_add_n(&quoted, word, 1);
    nng_text_add(&quoted, is_bare ? "" : "'");
    plain_add_clean(command, plain_part(command, &quoted));
    nng_text_free(&quoted);
}

void session_add_model(const struct options *options, const char *file, struct nng_text *command)
{
    static const enum option_id changes[] = {OPTION_LOSS, OPTION_OPTIMIZER, OPTION_SEED, OPTION_SET,
                                             OPTION_PLUGIN_PATH};
    if (file != NULL)
        session_add_word(command, file);
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        const struct option_value *value = &options->values[changes[i]];
        for (size_t k = option_table[changes[i]].type == LIST || value->count == 0 ? 0 : value->count - 1;
             k < value->count; k++) {
            nng_text_print(command, " --%s", option_table[changes[i]].name);
            session_add_word(command, value->texts[k]);
        }
    }
}
