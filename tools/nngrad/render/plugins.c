/* plugins.c - what the descriptors of plugins say, for people and for programs. */
#include "render/plugins.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "render/json.h"
#include "render/number.h"
#include "render/table.h"

enum { DIGITS = 6 };

/* A limit of +-1e308 stands for none. */
static bool is_bound(double limit)
{
    return fabs(limit) < 1e308;
}

/* The value of a parameter as one would type it. */
static void add_value(struct nng_text *out, const struct nng_parameter *parameter, double value)
{
    char text[NUMBER_SIZE];
    number_given(value, DIGITS, text);
    if (parameter->kind == NNG_BOOL)
        nng_text_add(out, value != 0 ? "true" : "false");
    else if (parameter->kind == NNG_CHOICE)
        nng_text_print(out, "\"%s\"", parameter->choices[(size_t)value]);
    else
        nng_text_add(out, text);
}

/* (0, 1], >= 0, true or false, one of "a", "b" */
static void add_range(struct nng_text *out, const struct nng_parameter *parameter)
{
    bool open_min = (parameter->flags & NNG_OPEN_MIN) != 0, open_max = (parameter->flags & NNG_OPEN_MAX) != 0;
    char min[NUMBER_SIZE], max[NUMBER_SIZE];
    number_given(parameter->min, DIGITS, min);
    number_given(parameter->max, DIGITS, max);
    if (parameter->kind == NNG_BOOL)
        nng_text_add(out, "true or false");
    else if (parameter->kind == NNG_CHOICE)
        for (const char *const *choice = parameter->choices; *choice != NULL; choice++)
            nng_text_print(out, "%s\"%s\"", choice != parameter->choices ? ", " : "", *choice);
    else if (is_bound(parameter->min) && is_bound(parameter->max))
        nng_text_print(out, "%s%s, %s%s", open_min ? "(" : "[", min, max, open_max ? ")" : "]");
    else if (is_bound(parameter->min))
        nng_text_print(out, "%s %s", open_min ? ">" : "≥", min);
    else if (is_bound(parameter->max))
        nng_text_print(out, "%s %s", open_max ? "<" : "≤", max);
    else
        nng_text_add(out, "any");
    nng_text_add(out, parameter->kind == NNG_INT ? ", whole" : "");
}

/* ---- what it can do ------------------------------------------------------------------------------------------------
 */

static const char *target_text(uint32_t target)
{
    static const char *const texts[] = {
        [NNG_TARGET_REAL] = "any number",        [NNG_TARGET_NONNEGATIVE] = "numbers that are not negative",
        [NNG_TARGET_UNIT] = "numbers in [0, 1]", [NNG_TARGET_BINARY] = "0 or 1",
        [NNG_TARGET_SIGN] = "-1 or +1",          [NNG_TARGET_DISTRIBUTION] = "a distribution: each sample's sum is 1"};
    return target < sizeof texts / sizeof texts[0] ? texts[target] : "?";
}

static const char *complex_text(bool there, uint32_t flags)
{
    if (!there)
        return "none";
    return (flags & NNG_COMPLEX_FIRST_ORDER) != 0 ? "restates the derivative: no independent witness"
                                                  : "an independent second witness";
}

/* Calls add(context, topic, text) for each thing that a plugin can do. */
typedef void add_fact(void *context, const char *topic, const char *text);

static void loss_facts(const struct nng_loss *loss, add_fact *add, void *context)
{
    add(context, "targets", target_text(loss->target));
    if (loss->fused_with != NULL && loss->fused != NULL)
        add(context, "fused with", loss->fused_with);
    add(context, "complex step", complex_text(loss->complex_value != NULL, loss->flags));
    add(context, "kinks", loss->branch != NULL ? "known" : "none declared");
}

static void activation_facts(const struct nng_activation *activation, add_fact *add, void *context)
{
    char low[NUMBER_SIZE], high[NUMBER_SIZE], range[2 * NUMBER_SIZE + 8];
    strcpy(low, "-∞");
    strcpy(high, "∞");
    if (is_bound(activation->h_min))
        number_given(activation->h_min, DIGITS, low);
    if (is_bound(activation->h_max))
        number_given(activation->h_max, DIGITS, high);
    snprintf(range, sizeof range, "%s ... %s", low, high);
    add(context, "range of h", range);
    add(context, "acts on",
        (activation->flags & NNG_ACTIVATION_ELEMENTWISE) != 0 ? "each unit alone" : "the units of a layer together");
    add(context, "complex step", complex_text(activation->complex_forward != NULL, activation->flags));
    add(context, "kinks", activation->branch != NULL ? "known" : "none declared");
}

static void optimizer_facts(const struct nng_optimizer *optimizer, add_fact *add, void *context)
{
    char slots[256] = "none";
    size_t length = 0;
    for (const char *const *slot = optimizer->slots; slot != NULL && *slot != NULL && length < sizeof slots; slot++)
        length += (size_t)snprintf(slots + length, sizeof slots - length, "%s%s", length > 0 ? ", " : "", *slot);
    add(context, "state", slots);
    if ((optimizer->flags & NNG_OPTIMIZER_WHOLE_PROBLEM) != 0)
        add(context, "works on", "the whole problem: it evaluates the loss where it likes");
    else if (optimizer->look != NULL)
        add(context, "looks ahead", "the gradient is taken where it asks");
}

static void facts_of(const struct nng_plugin *plugin, add_fact *add, void *context)
{
    if (plugin->kind == NNG_LOSS)
        loss_facts(plugin->loss, add, context);
    else if (plugin->kind == NNG_ACTIVATION)
        activation_facts(plugin->activation, add, context);
    else
        optimizer_facts(plugin->optimizer, add, context);
}

/* ---- tables --------------------------------------------------------------------------------------------------------
 */

/* learning_rate = 1, momentum = 0.9 */
static void add_settings(struct nng_text *out, const struct nng_plugin *plugin, const char *between)
{
    for (uint32_t i = 0; i < plugin->parameter_count; i++) {
        nng_text_print(out, "%s%s = ", i > 0 ? between : "", plugin->parameters[i].name);
        add_value(out, &plugin->parameters[i], plugin->parameters[i].standard);
    }
}

static void add_text_cell(struct table *table, enum ink ink, struct nng_text *text)
{
    table_add(table, ink, text->data != NULL ? text->data : "");
    table->failed = table->failed || text->failed;
    nng_text_free(text);
}

static struct table parameter_table(const struct nng_plugin *plugin)
{
    static const struct column columns[] = {
        {"parameter", ALIGN_LEFT, 0}, {"default", ALIGN_LEFT, 0}, {"range", ALIGN_LEFT, 0}, {"", ALIGN_LEFT, 1}};
    struct table table = table_new(columns, 4);
    for (uint32_t i = 0; i < plugin->parameter_count; i++) {
        const struct nng_parameter *parameter = &plugin->parameters[i];
        struct nng_text value = {0}, range = {0};
        table_add(&table, INK_TITLE, parameter->name);
        add_value(&value, parameter, parameter->standard);
        add_text_cell(&table, INK_PLAIN, &value);
        add_range(&range, parameter);
        add_text_cell(&table, INK_PLAIN, &range);
        table_add(&table, INK_PLAIN, parameter->summary);
    }
    return table;
}

/* loss = { plugin = "huber"; delta = 1; }; */
static void add_example(struct nng_text *out, const struct nng_plugin *plugin)
{
    nng_text_print(out, "%s = { plugin = \"%s\"; ", nng_kind_name((enum nng_plugin_kind)plugin->kind), plugin->name);
    add_settings(out, plugin, "; ");
    nng_text_add(out, plugin->parameter_count > 0 ? "; };" : "};");
}

static const char *file_of(const struct nng_listing *listing)
{
    return listing->method.file != NULL ? listing->method.file : listing->file;
}

/* ---- text ----------------------------------------------------------------------------------------------------------
 */

static void add_refused(const struct nng_listing *listing, size_t count, const struct style *style,
                        struct nng_text *out)
{
    for (size_t i = 0; i < count; i++) {
        if (listing[i].method.plugin != NULL)
            continue;
        struct nng_text line = {0};
        plain_add_clean(&line, listing[i].file);
        nng_text_add(&line, ": ");
        plain_add_clean(&line, listing[i].problem.text);
        plain_add(out, style, INK_BAD, "refused ");
        plain_wrap(out, style, 8, 4, plain_part(out, &line));
        nng_text_free(&line);
    }
}

void plugin_list_text(const struct nng_listing *listing, size_t count, const struct style *style, struct nng_text *out)
{
    enum { INDENT = 2, COLUMN = 24 };
    uint32_t kind = 0;
    for (size_t i = 0; i < count; i++) {
        const struct nng_plugin *plugin = listing[i].method.plugin;
        if (plugin == NULL)
            continue;
        if (plugin->kind != kind) {
            nng_text_add(out, kind != 0 ? "\n" : "");
            plain_add(out, style, INK_TITLE, nng_kind_name((enum nng_plugin_kind)plugin->kind));
            nng_text_add(out, "\n");
            kind = plugin->kind;
        }
        size_t width = INDENT + strlen(plugin->name);
        plain_space(out, INDENT);
        nng_text_add(out, plugin->name);
        plain_space(out, width + 2 > COLUMN ? 2 : COLUMN - width);
        plain_wrap(out, style, width + 2 > COLUMN ? width + 2 : COLUMN, COLUMN, plugin->summary);
    }
    add_refused(listing, count, style, out);
    if (!style->quiet) {
        nng_text_add(out, "\n");
        plain_add(out, style, INK_TITLE, "next:");
        nng_text_add(out, " nngrad plugin info NAME\n");
    }
}

struct fact_sink {
    struct nng_text *out;
    const struct style *style; /* NULL: JSON or Markdown */
    struct json *json;
};

enum { FACT_COLUMN = 16 };

static void add_fact_text(void *context, const char *topic, const char *text)
{
    const struct fact_sink *sink = context;
    size_t width = 2 + plain_width(topic);
    plain_space(sink->out, 2);
    plain_add(sink->out, sink->style, INK_DIM, topic);
    plain_space(sink->out, FACT_COLUMN > width ? FACT_COLUMN - width : 1);
    plain_wrap(sink->out, sink->style, FACT_COLUMN, FACT_COLUMN, text);
}

void plugin_info_text(const struct nng_listing *listing, size_t count, const struct style *style, struct nng_text *out)
{
    for (size_t i = 0; i < count; i++) {
        const struct nng_plugin *plugin = listing[i].method.plugin;
        struct fact_sink sink = {.out = out, .style = style};
        struct nng_text example = {0}, file = {0};
        plain_add(out, style, INK_TITLE, plugin->name);
        size_t column = strlen(plugin->name) + 2;
        nng_text_add(out, ": ");
        plain_wrap(out, style, column, 4, plugin->summary);
        add_fact_text(&sink, "kind", nng_kind_name((enum nng_plugin_kind)plugin->kind));
        add_fact_text(&sink, "formula", plugin->formula);
        facts_of(plugin, add_fact_text, &sink);
        plain_add_clean(&file, file_of(&listing[i]));
        add_fact_text(&sink, "file", plain_part(out, &file));
        add_fact_text(&sink, "version", plugin->version);
        add_fact_text(&sink, "licence", plugin->licence);
        add_example(&example, plugin);
        add_fact_text(&sink, "in model.cfg", plain_part(out, &example));
        if (plugin->parameter_count > 0) {
            struct table table = parameter_table(plugin);
            nng_text_add(out, "\n");
            table_text(&table, style, out);
            table_free(&table);
        }
        nng_text_add(out, i + 1 < count ? "\n" : "");
        nng_text_free(&example);
        nng_text_free(&file);
    }
}

/* ---- Markdown ------------------------------------------------------------------------------------------------------
 */

static struct table list_table(const struct nng_listing *listing, size_t count)
{
    static const struct column columns[] = {
        {"kind", ALIGN_LEFT, 2}, {"name", ALIGN_LEFT, 0}, {"summary", ALIGN_LEFT, 1}, {"parameters", ALIGN_LEFT, 3}};
    struct table table = table_new(columns, 4);
    uint32_t kind = 0;
    for (size_t i = 0; i < count; i++) {
        const struct nng_plugin *plugin = listing[i].method.plugin;
        struct nng_text settings = {0};
        if (plugin == NULL)
            continue;
        table_add(&table, INK_DIM, plugin->kind != kind ? nng_kind_name((enum nng_plugin_kind)plugin->kind) : "");
        kind = plugin->kind;
        table_add(&table, INK_TITLE, plugin->name);
        table_add(&table, INK_PLAIN, plugin->summary);
        add_settings(&settings, plugin, ", ");
        add_text_cell(&table, INK_PLAIN, &settings);
    }
    return table;
}

void plugin_list_markdown(const struct nng_listing *listing, size_t count, struct nng_text *out)
{
    struct table table = list_table(listing, count);
    table_markdown(&table, out);
    table_free(&table);
}

static void add_fact_markdown(void *context, const char *topic, const char *text)
{
    const struct fact_sink *sink = context;
    nng_text_print(sink->out, "- %s: %s\n", topic, text);
}

void plugin_info_markdown(const struct nng_listing *listing, size_t count, struct nng_text *out)
{
    for (size_t i = 0; i < count; i++) {
        const struct nng_plugin *plugin = listing[i].method.plugin;
        struct fact_sink sink = {.out = out};
        nng_text_print(out, "%s# %s\n\n%s\n\n$$%s$$\n\n", i > 0 ? "\n" : "", plugin->name, plugin->summary,
                       plugin->formula);
        add_fact_markdown(&sink, "kind", nng_kind_name((enum nng_plugin_kind)plugin->kind));
        facts_of(plugin, add_fact_markdown, &sink);
        nng_text_add(out, "- in model.cfg: `");
        add_example(out, plugin);
        nng_text_add(out, "`\n");
        if (plugin->parameter_count > 0) {
            struct table table = parameter_table(plugin);
            nng_text_add(out, "\n");
            table_markdown(&table, out);
            table_free(&table);
        }
    }
}

/* ---- JSON ----------------------------------------------------------------------------------------------------------
 */

static void add_fact_json(void *context, const char *topic, const char *text)
{
    const struct fact_sink *sink = context;
    json_text(sink->json, topic, text);
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
    struct fact_sink sink = {.json = json};
    json_open(json, NULL, '{', JSON_LINES);
    json_text(json, "kind", nng_kind_name((enum nng_plugin_kind)plugin->kind));
    json_text(json, "name", plugin->name);
    json_text(json, "summary", plugin->summary);
    json_text(json, "formula", plugin->formula);
    json_text(json, "file", file_of(listing));
    json_text(json, "version", plugin->version);
    json_text(json, "licence", plugin->licence);
    json_open(json, "facts", '{', JSON_ONE_LINE);
    facts_of(plugin, add_fact_json, &sink);
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
