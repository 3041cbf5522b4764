/* form.c - finding the Python form of a plugin, and filling it in. */
#include "export/form.h"

#include <string.h>

#include "export/python.h"

/* Are the plugin's parameters called "slope scale"? Somebody's own plugin may bear a name of ours. */
static bool has_parameters(const struct nng_plugin *plugin, const char *names)
{
    for (uint32_t k = 0; k < plugin->parameter_count; k++) {
        const char *name = plugin->parameters[k].name;
        size_t length = strlen(name);
        if (names == NULL || strncmp(names, name, length) != 0 || (names[length] != ' ' && names[length] != '\0'))
            return false;
        names = names[length] == ' ' ? names + length + 1 : NULL;
    }
    return names == NULL;
}

static bool is_standard(const struct nng_method *method)
{
    for (uint32_t k = 0; k < method->plugin->parameter_count; k++)
        if (method->values[k] != method->plugin->parameters[k].standard)
            return false;
    return true;
}

static bool has_chosen(const struct nng_method *method, const char *choice)
{
    for (uint32_t k = 0; k < method->plugin->parameter_count; k++) {
        const struct nng_parameter *parameter = &method->plugin->parameters[k];
        if (parameter->kind == NNG_CHOICE && strcmp(parameter->choices[(size_t)method->values[k]], choice) == 0)
            return true;
    }
    return false;
}

const struct form *form_find(const struct form *table, const struct nng_method *method, bool fused)
{
    for (const struct form *form = table; form->plugin != NULL; form++)
        if (strcmp(form->plugin, method->plugin->name) == 0 && form->fused == fused &&
            has_parameters(method->plugin, form->parameters) && (!form->standard || is_standard(method)) &&
            (form->choice == NULL || has_chosen(method, form->choice)))
            return form;
    return NULL;
}

/* The text of $name. A name that is in neither list is an error in the table: it stands there for Python to refuse. */
static void add_mark(const char *name, size_t length, const struct mark *marks, const struct nng_method *method,
                     struct nng_text *out)
{
    for (; marks->name != NULL; marks++)
        if (strlen(marks->name) == length && strncmp(marks->name, name, length) == 0) {
            nng_text_add(out, marks->text);
            return;
        }
    for (uint32_t k = 0; k < method->plugin->parameter_count; k++) {
        const char *parameter = method->plugin->parameters[k].name;
        if (strlen(parameter) == length && strncmp(parameter, name, length) == 0) {
            python_add_number(out, method->values[k]);
            return;
        }
    }
    nng_text_print(out, "$%.*s", (int)length, name);
}

void form_expand(const char *text, const struct mark *marks, const struct nng_method *method, struct nng_text *out)
{
    while (*text != '\0') {
        size_t plain = strcspn(text, "$");
        nng_text_add_n(out, text, plain);
        text += plain;
        if (*text != '$')
            continue;
        size_t length = strspn(text + 1, "abcdefghijklmnopqrstuvwxyz0123456789_");
        add_mark(text + 1, length, marks, method, out);
        text += 1 + length;
    }
}
