/* override.c - settings from the command line: --set PATH=VALUE on the tree of settings.
 *
 * PATH is names and numbers from 1 with dots between: optimizer.learning_rate, layers.2.activation (short for
 * network.layers.2.activation).  VALUE is what may stand behind "=" in a model file; anything that is no number,
 * boolean, "text", (list) or {group} is a text without its quotes.  Each setting that is made so carries its override
 * as its hook, so that whatever is found wrong with it later can be blamed on it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "model/config.h"

static enum nng_status fail_override(const struct nng_override *override, struct nng_error *error, const char *format,
                                     ...) NNG_PRINTF(3, 4);

static enum nng_status fail_override(const struct nng_override *override, struct nng_error *error, const char *format,
                                     ...)
{
    char text[2 * sizeof error->text], command[2 * sizeof error->file];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    snprintf(command, sizeof command, "--set %s=%s", override->path, override->value);
    return nng_fail_at(error, NNG_INPUT, command, 0, 0, NULL, "%s", text);
}

/* ---- the tree: libconfig has no call that copies or replaces ------------------------------------------------- */

/* Adds a copy of `from` to a group (by name) or to the end of a list (name NULL). The depth is bounded by scan.c. */
static config_setting_t *add_copy(config_setting_t *parent, const char *name, const config_setting_t *from)
{
    config_setting_t *copy = config_setting_add(parent, name, from->type);
    if (copy == NULL)
        return NULL;
    copy->line = from->line;
    copy->hook = from->hook;
    switch (from->type) {
    case CONFIG_TYPE_INT:
        config_setting_set_int(copy, from->value.ival);
        break;
    case CONFIG_TYPE_INT64:
        config_setting_set_int64(copy, from->value.llval);
        break;
    case CONFIG_TYPE_FLOAT:
        config_setting_set_float(copy, from->value.fval);
        break;
    case CONFIG_TYPE_BOOL:
        config_setting_set_bool(copy, from->value.ival);
        break;
    case CONFIG_TYPE_STRING:
        config_setting_set_string(copy, from->value.sval);
        break;
    default:
        for (unsigned i = 0; i < (unsigned)config_setting_length(from); i++) {
            const config_setting_t *member = config_setting_get_elem(from, i);
            if (add_copy(copy, member->name, member) == NULL)
                return NULL;
        }
    }
    return copy;
}

/* Puts a copy of `value` in the place of parent's member `name`, or of its element `index`. */
static config_setting_t *replace(config_setting_t *parent, const char *name, unsigned index,
                                 const config_setting_t *value)
{
    if (name != NULL) {
        config_setting_remove(parent, name); /* if it is there */
        return add_copy(parent, name, value);
    }
    config_setting_t *copy = add_copy(parent, NULL, value);
    if (copy == NULL)
        return NULL;
    config_list_t *list = parent->value.list;
    unsigned last = list->length - 1;
    list->elements[last] = list->elements[index];
    list->elements[index] = copy;
    config_setting_remove_elem(parent, last);
    return copy;
}

/* ---- the path ------------------------------------------------------------------------------------------------ */

/* What a single text stands for where a group is wanted: loss = "huber" is loss = { plugin = "huber"; }. */
static const char *short_for(const char *name)
{
    static const char *const methods[] = {"loss", "activation", "optimizer"};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (strcmp(name, methods[i]) == 0)
            return "plugin";
    return strcmp(name, "init") == 0 ? "scheme" : NULL;
}

/* Makes a text the member `key` of a group in its place. */
static config_setting_t *promote(struct nng_arena *arena, config_setting_t *text, const char *key)
{
    config_setting_t *parent = text->parent;
    unsigned line = text->line;
    void *hook = text->hook;
    const char *name = nng_arena_text(arena, text->name), *value = nng_arena_text(arena, text->value.sval);
    if (name == NULL || value == NULL)
        return NULL;
    config_setting_remove(parent, name);
    config_setting_t *group = config_setting_add(parent, name, CONFIG_TYPE_GROUP);
    config_setting_t *member = group != NULL ? config_setting_add(group, key, CONFIG_TYPE_STRING) : NULL;
    if (member == NULL)
        return NULL;
    config_setting_set_string(member, value);
    group->line = member->line = line;
    group->hook = member->hook = hook;
    return group;
}

/* The element of a list that "2" means. */
static enum nng_status find_element(const struct nng_override *override, const config_setting_t *list, const char *part,
                                    unsigned *index, struct nng_error *error)
{
    char name[NNG_SETTING_NAME];
    size_t digits = strspn(part, "0123456789"), length = (size_t)config_setting_length(list);
    unsigned long number = digits < 10 ? strtoul(part, NULL, 10) : 0;
    if (part[digits] != '\0' || number < 1 || number > length)
        return fail_override(override, error, "'%s' is not one of the %zu elements of %s (they count from 1)", part,
                             length, nng_setting_name(list, name));
    *index = (unsigned)number - 1;
    return NNG_OK;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Parts are names in a group, numbers in a list. */
static enum nng_status check_part(const struct nng_override *override, const config_setting_t *at, const char *part,
                                  struct nng_error *error)
{
    size_t length = 0;
    while (is_letter(part[length]) || (part[length] >= '0' && part[length] <= '9') || part[length] == '_')
        length++;
    if (length == 0 || part[length] != '\0')
        return fail_override(override, error,
                             "expected PATH=VALUE, with names and dots, such as layers.2.activation=tanh");
    if (at->type == CONFIG_TYPE_GROUP && !is_letter(*part))
        return fail_override(override, error, "'%s' is not the name of a setting", part);
    return NNG_OK;
}

/* The setting that `part` names below *at, made if it is a group's and not there. */
static enum nng_status descend(const struct nng_config *config, const struct nng_override *override,
                               config_setting_t **at, const char *part, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    config_setting_t *below = NULL;
    char name[NNG_SETTING_NAME];
    if ((*at)->type == CONFIG_TYPE_LIST) {
        unsigned index = 0;
        NNG_TRY(find_element(override, *at, part, &index, error));
        below = config_setting_get_elem(*at, index);
    } else if ((below = config_setting_get_member(*at, part)) == NULL) {
        below = config_setting_add(*at, part, CONFIG_TYPE_GROUP);
        if (below == NULL)
            NNG_TRY(nng_fail_memory(error));
        below->hook = (void *) override;
    }
    if (below->type == CONFIG_TYPE_STRING && below->name != NULL && short_for(below->name) != NULL) {
        below = promote(config->arena, below, short_for(below->name));
        if (below == NULL)
            NNG_TRY(nng_fail_memory(error));
    }
    if (below->type != CONFIG_TYPE_GROUP && below->type != CONFIG_TYPE_LIST)
        NNG_TRY(fail_override(override, error, "%s is a single value, with nothing below it",
                              nng_setting_name(below, name)));
    *at = below;
fail:
    return status;
}

/* ---- the value ----------------------------------------------------------------------------------------------- */

/* Is this a value of a model file as it stands? Otherwise it is a bare word. */
static bool is_literal(const char *text)
{
    if (strchr("\"([{", *text) != NULL)
        return true;
    if (strchr("+-.0123456789", *text) == NULL)
        return strcasecmp(text, "true") == 0 || strcasecmp(text, "false") == 0;
    char *end = NULL;
    strtod(text, &end);
    return end[strspn(end, "L")] == '\0';
}

/* "value = VALUE", parsed as a model file is. */
static enum nng_status parse_literal(const struct nng_override *override, config_t *tree, struct nng_error *error)
{
    struct nng_text text = {0};
    struct nng_source *source = NULL;
    struct nng_error inner = {0};
    nng_text_print(&text, "value = %s", override->value);
    enum nng_status status =
        text.failed ? nng_fail_memory(&inner) : nng_source_of_text("", text.data, text.length, &source, &inner);
    if (status == NNG_MEMORY)
        NNG_TRY(nng_fail_memory(error));
    if (status != NNG_OK)
        NNG_TRY(fail_override(override, error, "%s", inner.text));
    if (config_read_string(tree, source->text.data) != CONFIG_TRUE)
        NNG_TRY(fail_override(override, error, "%s", config_error_text(tree)));
    if (config_setting_length(config_root_setting(tree)) != 1)
        NNG_TRY(fail_override(override, error, "expected a single value"));
fail:
    nng_text_free(&text);
    nng_source_free(source);
    return status;
}

static enum nng_status parse_word(const struct nng_override *override, config_t *tree, struct nng_error *error)
{
    size_t bad = 0;
    if (*override->value == '\0')
        return fail_override(override, error, "the value is missing");
    if (!nng_utf8_valid(override->value, strlen(override->value), &bad))
        return fail_override(override, error, "the value is not UTF-8");
    config_setting_t *value = config_setting_add(config_root_setting(tree), "value", CONFIG_TYPE_STRING);
    if (value == NULL)
        return nng_fail_memory(error);
    config_setting_set_string(value, override->value);
    return NNG_OK;
}

/* Puts the override's value where `part` is in parent. */
static enum nng_status apply_value(const struct nng_override *override, config_setting_t *parent, const char *part,
                                   struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    config_t tree;
    config_init(&tree);
    bool list = parent->type == CONFIG_TYPE_LIST, literal = *override->value != '\0' && is_literal(override->value);
    unsigned index = 0;
    if (list)
        NNG_TRY(find_element(override, parent, part, &index, error));
    NNG_TRY(literal ? parse_literal(override, &tree, error) : parse_word(override, &tree, error));
    config_setting_t *copy =
        replace(parent, list ? NULL : part, index, config_setting_get_elem(config_root_setting(&tree), 0));
    if (copy == NULL)
        NNG_TRY(nng_fail_memory(error));
    copy->hook = (void *) override;
fail:
    config_destroy(&tree);
    return status;
}

static enum nng_status apply(struct nng_config *config, const struct nng_override *override, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    config_setting_t *at = config_root_setting(&config->tree);
    char *path = nng_arena_text(config->arena, override->path);
    if (path == NULL)
        NNG_TRY(nng_fail_memory(error));
    char *part = path;
    if (strcmp(path, "layers") == 0 || strncmp(path, "layers.", 7) == 0)
        NNG_TRY(descend(config, override, &at, "network", error));
    size_t depth = 0; /* libconfig frees a tree by recursion */
    for (char *dot = strchr(part, '.'); dot != NULL; dot = strchr(part, '.')) {
        if (++depth == NNG_SOURCE_DEPTH)
            NNG_TRY(fail_override(override, error, "the path is deeper than %d names", NNG_SOURCE_DEPTH));
        *dot = '\0';
        NNG_TRY(check_part(override, at, part, error));
        NNG_TRY(descend(config, override, &at, part, error));
        part = dot + 1;
    }
    NNG_TRY(check_part(override, at, part, error));
    NNG_TRY(apply_value(override, at, part, error));
fail:
    return status;
}

enum nng_status nng_config_override(struct nng_config *config, const struct nng_override *overrides, size_t count,
                                    struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    for (size_t i = 0; i < count; i++)
        NNG_TRY(apply(config, &overrides[i], error));
fail:
    return status;
}
