/* plugins_json.c - plugins as JSON. The names of its fields are a contract with other programs. */
#include "render/json.h"
#include "render/plugin_facts.h"
#include "render/plugins.h"

static void add_fact_json(void *context, const char *topic, const char *text)
{
    json_text(context, topic, text);
}

static void add_parameter_json(struct json *json, const struct nng_parameter *parameter)
{
    static const char *const kinds[] = {
        [NNG_REAL] = "real", [NNG_INT] = "int", [NNG_BOOL] = "bool", [NNG_CHOICE] = "choice"};
    json_open(json, NULL, '{', JSON_ONE_LINE);
    json_text(json, "name", parameter->name);
    json_text(json, "kind", kinds[parameter->kind]);
    if (parameter->kind == NNG_BOOL)
        json_bool(json, "default", parameter->standard != 0);
    else if (parameter->kind == NNG_CHOICE)
        json_text(json, "default", parameter->choices[(size_t)parameter->standard]);
    else
        json_real(json, "default", parameter->standard);
    json_real(json, "min", parameter->min);
    json_real(json, "max", parameter->max);
    json_bool(json, "open_min", (parameter->flags & NNG_OPEN_MIN) != 0);
    json_bool(json, "open_max", (parameter->flags & NNG_OPEN_MAX) != 0);
    if (parameter->kind == NNG_CHOICE) {
        json_open(json, "choices", '[', JSON_ONE_LINE);
        for (const char *const *choice = parameter->choices; *choice != NULL; choice++)
            json_text(json, NULL, *choice);
        json_close(json);
    }
    json_text(json, "summary", parameter->summary);
    json_close(json);
}

static void add_plugin_json(struct json *json, const struct nng_listing *listing)
{
    const struct nng_plugin *plugin = listing->method.plugin;
    json_open(json, NULL, '{', JSON_LINES);
    json_text(json, "kind", nng_kind_name((enum nng_plugin_kind)plugin->kind));
    json_text(json, "name", plugin->name);
    json_text(json, "summary", plugin->summary);
    json_text(json, "formula", plugin->formula);
    json_text(json, "file", plugin_file(listing));
    json_text(json, "version", plugin->version);
    json_text(json, "licence", plugin->licence);
    json_open(json, "facts", '{', JSON_ONE_LINE);
    plugin_facts(plugin, add_fact_json, json);
    json_close(json);
    json_open(json, "parameters", '[', JSON_LINES);
    for (uint32_t i = 0; i < plugin->parameter_count; i++)
        add_parameter_json(json, &plugin->parameters[i]);
    json_close(json);
    json_close(json);
}

void plugins_json(const struct nng_listing *listing, size_t count, struct nng_text *out)
{
    struct json json = {.out = out};
    json_open(&json, NULL, '{', JSON_LINES);
    json_open(&json, "plugins", '[', JSON_LINES);
    for (size_t i = 0; i < count; i++)
        if (listing[i].method.plugin != NULL)
            add_plugin_json(&json, &listing[i]);
    json_close(&json);
    json_open(&json, "refused", '[', JSON_LINES);
    for (size_t i = 0; i < count; i++) {
        if (listing[i].method.plugin != NULL)
            continue;
        json_open(&json, NULL, '{', JSON_ONE_LINE);
        json_text(&json, "file", listing[i].file);
        json_text(&json, "problem", listing[i].problem.text);
        json_close(&json);
    }
    json_close(&json);
    json_close(&json);
}
