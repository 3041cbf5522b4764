/* describe.c - the settings in force as text: what was read, with every include and override in its place.
 *
 * Where theta starts is left out (weights, biases, network.parameters): whoever writes the text has other weights to
 * name. A list or group that is short stands in one line; a longer one has a line for each element.
 */
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "model/config.h"

enum { WIDTH = 110, INDENT = 2 };

void nng_config_quote(struct nng_text *text, const char *string)
{
    nng_text_add(text, "\"");
    for (; *string != '\0'; string++)
        if (*string == '"' || *string == '\\')
            nng_text_print(text, "\\%c", *string);
        else if ((unsigned char)*string < 0x20 || *string == 0x7f)
            nng_text_print(text, "\\x%02x", (unsigned char)*string);
        else
            nng_text_add_n(text, string, 1);
    nng_text_add(text, "\"");
}

/* The fewest digits that read back as the same number; with a point, so that it stays a real. */
static void add_real(struct nng_text *text, double value)
{
    char number[NNG_NUMBER_SIZE];
    double back = 0;
    for (int digits = 15; digits <= 17; digits++) {
        nng_number_format(number, value, digits);
        if (nng_number_parse(number, strlen(number), &back) == NNG_NUMBER_FINITE && back == value)
            break;
    }
    nng_text_add(text, number);
    nng_text_add(text, strpbrk(number, ".e") == NULL ? ".0" : "");
}

/* data.file, data.validation.file */
static bool is_path(const config_setting_t *setting)
{
    return setting->name != NULL && strcmp(setting->name, "file") == 0;
}

/* network.parameters, and weights and biases of a layer */
static bool is_start(const config_setting_t *setting)
{
    static const char *const names[] = {"parameters", "weights", "biases"};
    const config_setting_t *parent = setting->parent;
    if (setting->name == NULL || parent == NULL || parent->parent == NULL)
        return false;
    bool in_network = parent->name != NULL && strcmp(parent->name, "network") == 0;
    bool in_layer = parent->name == NULL && parent->parent->name != NULL && strcmp(parent->parent->name, "layers") == 0;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(setting->name, names[i]) == 0)
            return i == 0 ? in_network : in_layer;
    return false;
}

static enum nng_status add_path(const struct nng_config *config, const config_setting_t *setting, struct nng_text *text,
                                struct nng_error *error)
{
    const char *path = NULL;
    enum nng_status status = nng_config_path(config, setting, &path, error);
    if (status != NNG_OK)
        return status;
    if (strchr(path, NNG_PATH_MARK) != NULL) /* nobody can tell where it ends: as it is */
        nng_config_quote(text, path);
    else
        nng_text_print(text, "%c%s%c", NNG_PATH_MARK, path, NNG_PATH_MARK);
    return NNG_OK;
}

static void begin_line(struct nng_text *text, size_t indent)
{
    nng_text_add(text, "\n");
    for (size_t i = 0; i < indent; i++)
        nng_text_add(text, " ");
}

static enum nng_status add_value(const struct nng_config *config, const config_setting_t *setting, size_t indent,
                                 bool in_line, struct nng_text *text, struct nng_error *error);

/* Members or elements, in one line or each in its own. */
static enum nng_status add_members(const struct nng_config *config, const config_setting_t *setting, size_t indent,
                                   bool in_line, struct nng_text *text, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    bool group = setting->type == CONFIG_TYPE_GROUP, begun = false;
    for (unsigned i = 0; i < (unsigned)config_setting_length(setting); i++) {
        const config_setting_t *member = config_setting_get_elem(setting, i);
        if (is_start(member))
            continue;
        nng_text_add(text, begun && !group ? "," : "");
        if (!in_line)
            begin_line(text, indent + INDENT);
        else if (begun || group)
            nng_text_add(text, " ");
        begun = true;
        if (group)
            nng_text_print(text, "%s = ", member->name);
        NNG_TRY(add_value(config, member, indent + INDENT, in_line, text, error));
        nng_text_add(text, group ? ";" : "");
    }
    if (setting->name != NULL && strcmp(setting->name, "network") == 0 &&
        setting->parent == config_root_setting(&config->tree)) {
        begin_line(text, indent + INDENT);
        nng_text_print(text, "parameters = %c%c;", NNG_PATH_MARK, NNG_PATH_MARK);
    }
    if (!in_line)
        begin_line(text, indent);
    else if (group)
        nng_text_add(text, " ");
fail:
    return status;
}

/* In one line if that is short enough. */
static enum nng_status add_bracketed(const struct nng_config *config, const config_setting_t *setting, size_t indent,
                                     bool in_line, struct nng_text *text, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    bool group = setting->type == CONFIG_TYPE_GROUP;
    size_t begin = text->length;
    nng_text_add(text, group ? "{" : "(");
    NNG_TRY(add_members(config, setting, indent, true, text, error));
    bool fits = text->failed || (indent + text->length - begin <= WIDTH &&
                                 memchr(text->data + begin, '\n', text->length - begin) == NULL);
    if (!in_line && !fits) {
        text->length = begin + 1;
        NNG_TRY(add_members(config, setting, indent, false, text, error));
    }
    nng_text_add(text, group ? "}" : ")");
fail:
    return status;
}

/* The depth is bounded by scan.c and override.c. */
static enum nng_status add_value(const struct nng_config *config, const config_setting_t *setting, size_t indent,
                                 bool in_line, struct nng_text *text, struct nng_error *error)
{
    switch (setting->type) {
    case CONFIG_TYPE_INT:
        nng_text_print(text, "%d", setting->value.ival);
        return NNG_OK;
    case CONFIG_TYPE_INT64:
        nng_text_print(text, "%lldL", setting->value.llval);
        return NNG_OK;
    case CONFIG_TYPE_FLOAT:
        add_real(text, setting->value.fval);
        return NNG_OK;
    case CONFIG_TYPE_BOOL:
        nng_text_add(text, setting->value.ival ? "true" : "false");
        return NNG_OK;
    case CONFIG_TYPE_STRING:
        if (is_path(setting))
            return add_path(config, setting, text, error);
        nng_config_quote(text, setting->value.sval);
        return NNG_OK;
    default:
        return add_bracketed(config, setting, indent, in_line, text, error);
    }
}

enum nng_status nng_config_describe(const struct nng_config *config, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_model *model = config->model;
    const config_setting_t *root = config_root_setting(&config->tree);
    struct nng_text text = {0};
    if (config_setting_get_member(root, "name") == NULL)
        nng_text_print(&text, "name = \"%s\";\n", model->name);
    for (unsigned i = 0; i < (unsigned)config_setting_length(root); i++) {
        const config_setting_t *member = config_setting_get_elem(root, i);
        nng_text_print(&text, "%s = ", member->name);
        NNG_TRY(add_value(config, member, 0, false, &text, error));
        nng_text_add(&text, ";\n");
    }
    model->settings = text.failed ? NULL : nng_arena_text(config->arena, text.data);
    if (model->settings == NULL)
        NNG_TRY(nng_fail_memory(error));
fail:
    nng_text_free(&text);
    return status;
}
