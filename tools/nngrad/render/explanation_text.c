/* explanation_text.c - the paths on a terminal: for each its nodes, the chain rule, what its factors are, and numbers.
 */
#include <math.h>
#include <string.h>

#include "render/explanation.h"
#include "render/number.h"
#include "render/verdicts.h"

enum { INDENT = 11 };

static void add_number(double x, int digits, struct nng_text *out)
{
    char text[NUMBER_SIZE];
    number_computed(x, digits, text);
    nng_text_add(out, text);
}

/* title      the text, wrapped under itself */
static void add_line(struct nng_text *out, const struct style *style, const char *title, struct nng_text *line)
{
    plain_add(out, style, INK_TITLE, title);
    plain_space(out, INDENT - plain_width(title));
    plain_wrap(out, style, INDENT, INDENT, plain_part(out, line));
    nng_text_free(line);
}

static void add_nodes(const struct explained *explained, const struct nng_path *path, struct nng_text *line)
{
    for (size_t k = 0; k < path->count; k++) {
        nng_text_add(line, k > 0 ? " → " : "");
        explained_node(explained, &path->nodes[k], SPELL_TEXT, line);
    }
}

static void add_path(const struct explained *explained, const struct style *style, size_t i, struct nng_text *out)
{
    const struct nng_path *path = &explained->explanation->paths[i];
    struct nng_text title = {0}, nodes = {0}, chain = {0}, symbols = {0}, numbers = {0}, value = {0};
    add_nodes(explained, path, &nodes);
    for (size_t k = 0; k + 1 < path->count; k++) {
        const char *sign = k > 0 ? " · " : "";
        nng_text_add(&chain, sign);
        explained_link(explained, path, k, SPELL_TEXT, &chain);
        nng_text_add(&symbols, k > 0 ? sign : "= ");
        explained_factor(explained, path, k, SPELL_TEXT, &symbols);
        nng_text_add(&numbers, k > 0 ? sign : "= ");
        nng_text_add(&numbers, path->factors[k] < 0 ? "(" : "");
        add_number(path->factors[k], style->digits, &numbers);
        nng_text_add(&numbers, path->factors[k] < 0 ? ")" : "");
    }
    nng_text_add(&value, "= ");
    add_number(path->value, style->digits, &value);
    if (!isnan(path->share))
        nng_text_print(&value, ", share %.1f%%", 100.0 * path->share);
    nng_text_print(&title, "Path %zu", i + 1);
    nng_text_add(out, "\n");
    add_line(out, style, plain_part(out, &title), &nodes);
    add_line(out, style, "", &chain);
    add_line(out, style, "", &symbols);
    add_line(out, style, "", &numbers);
    add_line(out, style, "", &value);
    nng_text_free(&title);
}

/* Whose loss is explained, and how it stands in the loss of all samples. */
static void add_heading(const struct explained *explained, const struct style *style, struct nng_text *out)
{
    const struct nng_explanation *e = explained->explanation;
    struct nng_text line = {0};
    char name[NNG_NAME_SIZE];
    nng_parameter_name(explained->model, e->index, name);
    nng_text_print(&line, "∂L/∂%s is the sum of ", name);
    if (e->count == 1.0)
        nng_text_add(&line, "one path");
    else
        nng_text_print(&line, e->count < 1e15 ? "%.0f paths" : "%.3g paths", e->count);
    add_line(out, style, "Derivative", &line);
    if (explained->model->data.samples == 1)
        return;
    nng_text_print(&line, "L is the loss of sample %zu of %zu alone; of all samples ∂L/∂%s is ", e->sample + 1,
                   explained->model->data.samples, name);
    add_number(explained->all, style->digits, &line);
    nng_text_add(&line, explained->chosen || style->quiet ? "" : "; --sample K explains another sample");
    add_line(out, style, "Sample", &line);
}

static void add_omitted(const struct explained *explained, const struct style *style, struct nng_text *out)
{
    const struct nng_explanation *e = explained->explanation;
    struct nng_text line = {0};
    if (e->omitted_count <= 0.0)
        return;
    nng_text_print(&line, e->omitted_count < 1e15 ? "%.0f smaller paths sum to " : "%.3g smaller paths sum to ",
                   e->omitted_count);
    add_number(e->omitted_sum, style->digits, &line);
    nng_text_add(out, "\n");
    add_line(out, style, "Others", &line);
}

static void add_result(const char *title, double value, const struct explained *explained, const struct style *style,
                       struct nng_text *out)
{
    struct nng_text line = {0};
    add_number(settled(explained->entry, value), style->digits, &line);
    add_line(out, style, title, &line);
}

void explained_text(const struct explained *explained, const struct style *style, struct nng_text *out)
{
    const struct nng_explanation *e = explained->explanation;
    const struct nng_entry *entry = explained->entry;
    struct nng_text line = {0};
    add_heading(explained, style, out);
    for (size_t i = 0; i < e->path_count; i++)
        add_path(explained, style, i, out);
    add_omitted(explained, style, out);
    nng_text_add(out, "\n");
    add_result("Sum", e->sum, explained, style, out);
    add_result("analytic", e->analytic, explained, style, out);
    add_result("numeric", entry->numeric, explained, style, out);
    plain_add(out, style, INK_TITLE, "Verdict");
    plain_space(out, INDENT - strlen("Verdict"));
    plain_add(out, style, verdict_ink(entry->verdict), nng_verdict_name(entry->verdict));
    nng_text_add(out, "\n");
    if (style->quiet)
        return;
    nng_text_add(out, "\n");
    nng_text_add(&line,
                 "a path's value by the sum of all paths; the shares add up to 100%, and paths of the other sign have "
                 "negative ones");
    add_line(out, style, "share", &line);
    nng_text_add(&line, "by backpropagation; numeric: by differences of the loss; the verdict compares these two");
    add_line(out, style, "analytic", &line);
}
