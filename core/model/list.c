/* list.c - typed reading of lists: vectors, matrices, names; and of plugins with their parameters. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "model/setting.h"

static const config_setting_t *element(const config_setting_t *list, size_t i)
{
    return config_setting_get_elem(list, (unsigned)i);
}

static size_t length_of(const config_setting_t *list)
{
    return (size_t)config_setting_length(list);
}

static bool is_list(const config_setting_t *setting)
{
    return setting->type == CONFIG_TYPE_LIST; /* [ ] has been read as ( ): there are no arrays */
}

/* ---- lists --------------------------------------------------------------------------------------------------- */

enum nng_status nng_setting_texts(const struct nng_config *config, const config_setting_t *setting,
                                  const char *const **texts, size_t *count, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    if (!is_list(setting) || length_of(setting) == 0)
        return nng_setting_expected(config, setting, "a list of texts: (\"...\", \"...\")", error);
    const char **list = nng_arena_take(config->arena, length_of(setting), sizeof *list);
    if (list == NULL)
        return nng_fail_memory(error);
    for (size_t i = 0; i < length_of(setting); i++)
        NNG_TRY(nng_setting_text(config, element(setting, i), &list[i], error));
    *texts = list;
    *count = length_of(setting);
fail:
    return status;
}

enum nng_status nng_setting_vector(const struct nng_config *config, const config_setting_t *setting, size_t count,
                                   const char *of, double *values, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    char name[NNG_SETTING_NAME];
    if (!is_list(setting))
        return nng_setting_expected(config, setting, "a list of numbers", error);
    if (length_of(setting) != count)
        return nng_setting_fail(config, setting, error, "%s has %zu values, expected %zu (%s)",
                                nng_setting_name(setting, name), length_of(setting), count, of);
    for (size_t i = 0; i < count; i++)
        NNG_TRY(nng_setting_number(config, element(setting, i), &values[i], error));
fail:
    return status;
}

enum nng_status nng_setting_shape(const struct nng_config *config, const config_setting_t *setting, size_t *rows,
                                  size_t *cols, struct nng_error *error)
{
    char name[NNG_SETTING_NAME];
    if (!is_list(setting) || length_of(setting) == 0)
        return nng_setting_expected(config, setting, "a list of rows: ((1, 2), (3, 4))", error);
    for (size_t i = 0; i < length_of(setting); i++) {
        const config_setting_t *row = element(setting, i), *first = element(setting, 0);
        if (!is_list(row))
            return nng_setting_expected(config, row, "a row of numbers in brackets", error);
        if (length_of(row) == 0)
            return nng_setting_expected(config, row, "a row of numbers", error);
        if (length_of(row) != length_of(first))
            return nng_setting_fail(config, row, error, "%s: row %zu has %zu value%s, but row 1 has %zu",
                                    nng_setting_name(setting, name), i + 1, length_of(row),
                                    length_of(row) == 1 ? "" : "s", length_of(first));
    }
    *rows = length_of(setting);
    *cols = length_of(element(setting, 0));
    return NNG_OK;
}

enum nng_status nng_setting_matrix(const struct nng_config *config, const config_setting_t *setting, double *values,
                                   size_t row_step, size_t col_step, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    for (size_t i = 0; i < length_of(setting); i++) {
        const config_setting_t *row = element(setting, i);
        for (size_t j = 0; j < length_of(row); j++)
            NNG_TRY(nng_setting_number(config, element(row, j), &values[i * row_step + j * col_step], error));
    }
fail:
    return status;
}

/* ---- methods ------------------------------------------------------------------------------------------------- */

static enum nng_status read_name(const struct nng_config *config, const config_setting_t *setting,
                                 enum nng_plugin_kind kind, struct nng_method *method, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const char *name = NULL;
    struct nng_error inner = {0};
    NNG_TRY(nng_setting_text(config, setting, &name, error));
    size_t length = strlen(name);
    if (strchr(name, '/') != NULL || (length >= 3 && strcmp(name + length - 3, ".so") == 0))
        NNG_TRY(nng_setting_fail(config, setting, error,
                                 "'%s': a config file may name plugins, never paths of shared objects", name));
    if (nng_method_new(config->host, kind, name, method, &inner) != NNG_OK)
        NNG_TRY(nng_setting_pass_on(config, setting, &inner, error));
fail:
    return status;
}

static enum nng_status read_parameter(const struct nng_config *config, const config_setting_t *setting,
                                      struct nng_method *method, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_error inner = {0};
    double value = 0;
    if (setting->type == CONFIG_TYPE_STRING) {
        status = nng_method_choose(method, setting->name, setting->value.sval, &inner);
    } else {
        bool boolean = setting->type == CONFIG_TYPE_BOOL;
        for (size_t i = 0; i < method->plugin->parameter_count; i++)
            if (strcmp(method->plugin->parameters[i].name, setting->name) == 0)
                boolean = boolean && method->plugin->parameters[i].kind == NNG_BOOL;
        if (boolean)
            value = setting->value.ival != 0;
        else
            NNG_TRY(nng_setting_number(config, setting, &value, error));
        status = nng_method_set(method, setting->name, value, &inner);
    }
    if (status != NNG_OK)
        return nng_setting_pass_on(config, setting, &inner, error);
fail:
    return status;
}

static bool is_one_of(const char *name, const char *const *names)
{
    while (*names != NULL && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

enum nng_status nng_setting_method(const struct nng_config *config, const config_setting_t *setting,
                                   enum nng_plugin_kind kind, const char *const *others, struct nng_method *method,
                                   struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    char name[NNG_SETTING_NAME];
    if (setting->type == CONFIG_TYPE_STRING)
        return read_name(config, setting, kind, method, error);
    if (setting->type != CONFIG_TYPE_GROUP)
        return nng_setting_expected(config, setting, "a name in quotes, or a group { plugin = \"...\"; }", error);
    const config_setting_t *plugin = config_setting_get_member(setting, "plugin");
    if (plugin == NULL)
        return nng_setting_fail(config, setting, error, "%s names no plugin: plugin = \"...\"",
                                nng_setting_name(setting, name));
    NNG_TRY(read_name(config, plugin, kind, method, error));
    for (size_t i = 0; i < length_of(setting); i++) {
        const config_setting_t *member = element(setting, i);
        if (member != plugin && !is_one_of(member->name, others))
            NNG_TRY(read_parameter(config, member, method, error));
    }
fail:
    return status;
}
