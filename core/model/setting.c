/* setting.c - typed reading of single values and of groups by tables of known keys. */
#define NNG_MODEL_SETTING_C
#include "model/setting.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"

/* ---- blame -------------------------------------------------------------------------------------------------- */

const char *nng_setting_name(const config_setting_t *setting, char name[NNG_SETTING_NAME])
{
    char below[NNG_SETTING_NAME] = "", copy[NNG_SETTING_NAME];
    const char *separator = "";
    for (; setting->parent != NULL; setting = setting->parent) {
        const config_setting_t *parent = setting->parent;
        memcpy(copy, below, sizeof copy);
        if (setting->name != NULL) {
            snprintf(below, sizeof below, "%.40s%s%.110s", setting->name, separator, copy);
        } else if (parent->name != NULL && strcmp(parent->name, "layers") == 0) {
            snprintf(below, sizeof below, "layer %d%s%.110s", config_setting_index(setting) + 1,
                     *copy != '\0' ? ": " : "", copy);
            break;
        } else {
            snprintf(below, sizeof below, "%d%s%.110s", config_setting_index(setting) + 1, separator, copy);
        }
        separator = ".";
    }
    memcpy(name, below, sizeof below);
    return name;
}

/* The token that stands for a setting: a named one's is the name, so its value is two further; libconfig notes a string
 * in a list only after it has looked at the token behind it. */
static size_t token_of(const struct nng_config *config, const config_setting_t *setting)
{
    const struct nng_source *source = config->source;
    size_t token = setting->line - 1;
    if (setting->name != NULL && token + 2 < source->token_count)
        return token + 2;
    if (setting->type == CONFIG_TYPE_STRING && token > 0 && source->tokens[token].kind != 's')
        return token - 1;
    return token;
}

const struct nng_override *nng_setting_override(const config_setting_t *setting)
{
    for (; setting != NULL; setting = setting->parent)
        if (setting->hook != NULL)
            return setting->hook;
    return NULL;
}

enum nng_status nng_setting_fail(const struct nng_config *config, const config_setting_t *setting,
                                 struct nng_error *error, const char *format, ...)
{
    char text[2 * sizeof error->text], command[2 * sizeof error->file];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    const struct nng_override *override = nng_setting_override(setting);
    if (override != NULL) {
        snprintf(command, sizeof command, "--set %s=%s", override->path, override->value);
        return nng_fail_at(error, NNG_INPUT, command, 0, 0, NULL, "%s", text);
    }
    if (setting->line == 0 || setting->line > config->source->token_count) /* the whole file */
        return nng_fail_at(error, NNG_INPUT, config->source->files[0].name, 1, 0, NULL, "%s", text);
    return nng_source_fail(config->source, token_of(config, setting), error, "%s", text);
}

enum nng_status nng_setting_pass_on(const struct nng_config *config, const config_setting_t *setting,
                                    const struct nng_error *inner, struct nng_error *error)
{
    if (inner->status != NNG_INPUT || inner->line > 0) {
        if (error != NULL)
            *error = *inner;
        return inner->status;
    }
    return nng_setting_fail(config, setting, error, "%s%s%s", inner->file, *inner->file != '\0' ? ": " : "",
                            inner->text);
}

enum nng_status nng_setting_expected(const struct nng_config *config, const config_setting_t *setting, const char *what,
                                     struct nng_error *error)
{
    char name[NNG_SETTING_NAME], value[80] = "", text[48];
    switch (setting->type) {
    case CONFIG_TYPE_GROUP:
        snprintf(value, sizeof value, "a group");
        break;
    case CONFIG_TYPE_LIST:
        snprintf(value, sizeof value, config_setting_length(setting) == 0 ? "an empty list" : "a list");
        break;
    case CONFIG_TYPE_STRING:
        nng_copy_text(text, sizeof text, setting->value.sval, strlen(setting->value.sval));
        snprintf(value, sizeof value, "the text '%s'", text);
        break;
    case CONFIG_TYPE_BOOL:
        snprintf(value, sizeof value, setting->value.ival ? "true" : "false");
        break;
    case CONFIG_TYPE_FLOAT:
        snprintf(value, sizeof value, "the real %.17g", setting->value.fval);
        break;
    case CONFIG_TYPE_INT64:
        snprintf(value, sizeof value, "%lld", setting->value.llval);
        break;
    default:
        snprintf(value, sizeof value, "%d", setting->value.ival);
    }
    return nng_setting_fail(config, setting, error, "%s is %s, expected %s", nng_setting_name(setting, name), value,
                            what);
}

/* ---- single values ------------------------------------------------------------------------------------------ */

static bool whole_of(const config_setting_t *setting, long long *value)
{
    if (setting->type == CONFIG_TYPE_INT)
        *value = setting->value.ival;
    else if (setting->type == CONFIG_TYPE_INT64)
        *value = setting->value.llval;
    else
        return false;
    return true;
}

enum nng_status nng_setting_number(const struct nng_config *config, const config_setting_t *setting, double *value,
                                   struct nng_error *error)
{
    long long whole = 0;
    if (whole_of(setting, &whole))
        *value = (double)whole;
    else if (setting->type == CONFIG_TYPE_FLOAT)
        *value = setting->value.fval;
    else
        return nng_setting_expected(config, setting, "a number", error);
    return isfinite(*value) ? NNG_OK : nng_setting_expected(config, setting, "a finite number", error);
}

enum nng_status nng_setting_text(const struct nng_config *config, const config_setting_t *setting, const char **text,
                                 struct nng_error *error)
{
    if (setting->type != CONFIG_TYPE_STRING)
        return nng_setting_expected(config, setting, "a text in quotes", error);
    *text = setting->value.sval;
    return NNG_OK;
}

/* "at least 0", "at most 1", "between 0 and 1" */
static const char *range_text(const struct nng_key *key, const char *what, char text[80])
{
    if (key->max >= 1e308)
        snprintf(text, 80, "%s, at least %.15g", what, key->min);
    else if (key->min <= -1e308)
        snprintf(text, 80, "%s, at most %.15g", what, key->max);
    else
        snprintf(text, 80, "%s between %.15g and %.15g", what, key->min, key->max);
    return text;
}

static enum nng_status read_whole(const struct nng_config *config, const config_setting_t *setting,
                                  const struct nng_key *key, size_t *value, struct nng_error *error)
{
    long long whole = 0;
    char expected[80];
    if (!whole_of(setting, &whole) || whole < 0 || (double)whole < key->min || (double)whole > key->max)
        return nng_setting_expected(config, setting, range_text(key, "a whole number", expected), error);
    *value = (size_t)whole;
    return NNG_OK;
}

static enum nng_status read_real(const struct nng_config *config, const config_setting_t *setting,
                                 const struct nng_key *key, double *value, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    char expected[80];
    NNG_TRY(nng_setting_number(config, setting, value, error));
    if (*value < key->min || *value > key->max)
        NNG_TRY(nng_setting_expected(config, setting, range_text(key, "a number", expected), error));
fail:
    return status;
}

enum { LIST_SIZE = 400 };

/* "(did you mean 'adam'?)", or else all there are. */
static const char *suggestion(const char *nearest, const void *names, size_t count,
                              const char *(*name)(const void *names, size_t i), char text[LIST_SIZE])
{
    if (nearest != NULL) {
        snprintf(text, LIST_SIZE, "(did you mean '%s'?)", nearest);
        return text;
    }
    size_t length = 0;
    for (size_t i = 0; i < count && length < LIST_SIZE; i++)
        length += (size_t)snprintf(text + length, LIST_SIZE - length, "%s%s%s", i > 0 ? ", " : "(there are ",
                                   name(names, i), i + 1 == count ? ")" : "");
    return text;
}

static const char *choice_name(const void *choices, size_t i)
{
    return ((const char *const *)choices)[i];
}

static enum nng_status read_choice(const struct nng_config *config, const config_setting_t *setting,
                                   const struct nng_key *key, void *field, struct nng_error *error)
{
    if (setting->type != CONFIG_TYPE_STRING)
        return nng_setting_expected(config, setting, "a text in quotes", error);
    const char *word = setting->value.sval;
    for (int i = 0; i < (int)key->choice_count; i++)
        if (strcmp(word, key->choices[i]) == 0) {
            memcpy(field, &i, sizeof i);
            return NNG_OK;
        }
    char name[NNG_SETTING_NAME], text[LIST_SIZE] = "";
    return nng_setting_fail(config, setting, error, "%s: unknown '%s' %s", nng_setting_name(setting, name), word,
                            suggestion(nng_nearest_of(word, key->choices, key->choice_count), key->choices,
                                       key->choice_count, choice_name, text));
}

enum nng_status nng_setting_value(const struct nng_config *config, const config_setting_t *setting,
                                  const struct nng_key *key, void *field, struct nng_error *error)
{
    static const struct nng_key seed = {.max = 1e308};
    size_t whole = 0;
    enum nng_status status = NNG_OK;
    switch (key->kind) {
    case NNG_KEY_OTHER:
        break;
    case NNG_KEY_REAL:
        return read_real(config, setting, key, field, error);
    case NNG_KEY_WHOLE:
        return read_whole(config, setting, key, field, error);
    case NNG_KEY_SEED:
        NNG_TRY(read_whole(config, setting, &seed, &whole, error));
        *(uint64_t *)field = whole;
        break;
    case NNG_KEY_BOOLEAN:
        if (setting->type != CONFIG_TYPE_BOOL)
            return nng_setting_expected(config, setting, "true or false", error);
        *(bool *)field = setting->value.ival != 0;
        break;
    case NNG_KEY_TEXT:
        return nng_setting_text(config, setting, field, error);
    case NNG_KEY_CHOICE:
        return read_choice(config, setting, key, field, error);
    }
fail:
    return status;
}

/* ---- groups ------------------------------------------------------------------------------------------------- */

static const char *key_name(const void *keys, size_t i)
{
    return ((const struct nng_key *)keys)[i].name;
}

/* Where a setting belongs that a reader is likely to have put elsewhere; NULL: nowhere else, or in several places. */
static const char *home_of(const char *name)
{
    static const struct {
        const char *home, *names[12];
    } groups[] = {
        {"the model itself, beside network",
         {"notation", "init", "loss", "regularization", "data", "optimizer", "train", "check"}},
        {"network", {"layers", "parameters"}},
        {"a layer of network.layers", {"units", "activation", "weights", "train_biases"}},
        {"init", {"scheme"}},
        {"loss", {"reduction"}},
        {"regularization", {"l1", "l2"}},
        {"data",
         {"file", "header", "target", "targets", "classes", "standardize", "validation", "generator", "samples",
          "noise"}},
        {"optimizer", {"learning_rate"}},
        {"train", {"epochs", "loss_below", "batch", "shuffle", "schedule", "warmup", "clip", "patience"}},
        {"check", {"tolerance", "method"}},
    };
    for (size_t g = 0; g < sizeof groups / sizeof groups[0]; g++)
        for (size_t i = 0; groups[g].names[i] != NULL; i++)
            if (strcmp(groups[g].names[i], name) == 0)
                return groups[g].home;
    return NULL;
}

static enum nng_status fail_unknown(const struct nng_config *config, const config_setting_t *setting,
                                    const struct nng_key *keys, size_t count, struct nng_error *error)
{
    char name[NNG_SETTING_NAME], text[LIST_SIZE] = "";
    const char *group = *nng_setting_name(setting->parent, name) != '\0' ? name : "the model";
    const char *home = home_of(setting->name);
    if (home != NULL && strcmp(home, group) != 0)
        return nng_setting_fail(config, setting, error, "unknown setting '%s' in %s (it belongs in %s)", setting->name,
                                group, home);
    return nng_setting_fail(config, setting, error, "unknown setting '%s' in %s %s", setting->name, group,
                            suggestion(nng_nearest(setting->name, keys, count, key_name), keys, count, key_name, text));
}

enum nng_status nng_setting_group(const struct nng_config *config, const config_setting_t *group,
                                  const struct nng_key *keys, size_t count, void *fields, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    if (group->type != CONFIG_TYPE_GROUP)
        return nng_setting_expected(config, group, "a group { ... }", error);
    for (unsigned i = 0; i < (unsigned)config_setting_length(group); i++) {
        const config_setting_t *setting = config_setting_get_elem(group, i);
        size_t k = 0;
        while (k < count && strcmp(keys[k].name, setting->name) != 0)
            k++;
        if (k == count)
            NNG_TRY(fail_unknown(config, setting, keys, count, error));
        NNG_TRY(nng_setting_value(config, setting, &keys[k], (char *)fields + keys[k].field, error));
    }
fail:
    return status;
}
