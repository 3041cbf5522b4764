/* plugins.c - plugins listed and told about, as text and as Markdown. */
#include "render/plugins.h"

#include <stdio.h>
#include <string.h>

#include "render/plugin_facts.h"
#include "render/table.h"

/* ---- tables -------------------------------------------------------------------------------------------------- */

/* learning_rate = 1, momentum = 0.9 */
static void add_settings(struct nng_text *out, const struct nng_plugin *plugin, const char *between)
{
    for (uint32_t i = 0; i < plugin->parameter_count; i++) {
        nng_text_print(out, "%s%s = ", i > 0 ? between : "", plugin->parameters[i].name);
        parameter_value(out, &plugin->parameters[i], plugin->parameters[i].standard);
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
        parameter_value(&value, parameter, parameter->standard);
        add_text_cell(&table, INK_PLAIN, &value);
        parameter_range(&range, parameter);
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

/* ---- text ---------------------------------------------------------------------------------------------------- */

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
    const struct style *style;
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
        plugin_facts(plugin, add_fact_text, &sink);
        plain_add_clean(&file, plugin_file(&listing[i]));
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

/* ---- Markdown ------------------------------------------------------------------------------------------------ */

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
    nng_text_print(context, "- %s: %s\n", topic, text);
}

void plugin_info_markdown(const struct nng_listing *listing, size_t count, struct nng_text *out)
{
    for (size_t i = 0; i < count; i++) {
        const struct nng_plugin *plugin = listing[i].method.plugin;
        nng_text_print(out, "%s# %s\n\n%s\n\n$$%s$$\n\n", i > 0 ? "\n" : "", plugin->name, plugin->summary,
                       plugin->formula);
        add_fact_markdown(out, "kind", nng_kind_name((enum nng_plugin_kind)plugin->kind));
        plugin_facts(plugin, add_fact_markdown, out);
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
