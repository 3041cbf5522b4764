/* explanation_page.c - the paths typeset: Markdown with TeX formulas, and a LaTeX document. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "render/explanation.h"
#include "render/number.h"
#include "render/verdicts.h"

/* 1.2e-09 as 1.2 \cdot 10^{-9}. */
static void add_number(double x, int digits, struct nng_text *out)
{
    char text[NUMBER_SIZE];
    number_computed(x, digits, text);
    char *e = strchr(text, 'e');
    if (strchr("ni", text[strspn(text, "-")]) != NULL)
        nng_text_print(out, "\\text{%s}", text);
    else if (e == NULL)
        nng_text_add(out, text);
    else
        nng_text_print(out, "%.*s\\cdot 10^{%ld}", (int)(e - text), text, strtol(e + 1, NULL, 10));
}

/* Chain rule, symbols, numbers, value: four steps parted by `part`. */
static void add_formula(const struct explained *explained, const struct nng_path *path, int digits, const char *part,
                        struct nng_text *out)
{
    for (size_t k = 0; k + 1 < path->count; k++)
        explained_link(explained, path, k, SPELL_TEX, out);
    nng_text_print(out, "%s= ", part);
    for (size_t k = 0; k + 1 < path->count; k++) {
        nng_text_add(out, k > 0 ? "\\cdot " : "");
        explained_factor(explained, path, k, SPELL_TEX, out);
    }
    nng_text_print(out, "%s= ", part);
    for (size_t k = 0; k + 1 < path->count; k++) {
        nng_text_add(out, k > 0 ? "\\cdot " : "");
        nng_text_add(out, path->factors[k] < 0 ? "(" : "");
        add_number(path->factors[k], digits, out);
        nng_text_add(out, path->factors[k] < 0 ? ")" : "");
    }
    nng_text_print(out, "%s= ", part);
    add_number(path->value, digits, out);
}

static void add_derivative(const struct explained *explained, struct nng_text *out)
{
    struct nng_path_node node = {.kind = NNG_PATH_PARAMETER, .index = explained->explanation->index};
    nng_text_add(out, "\\frac{\\partial L}{\\partial ");
    explained_node(explained, &node, SPELL_TEX, out);
    nng_text_add(out, "}");
}

static void add_nodes(const struct explained *explained, const struct nng_path *path, struct nng_text *out)
{
    for (size_t k = 0; k < path->count; k++) {
        nng_text_add(out, k > 0 ? " \\to " : "");
        explained_node(explained, &path->nodes[k], SPELL_TEX, out);
    }
}

/* How many paths, and of which sample. */
static void add_sentence(const struct explained *explained, struct nng_text *out)
{
    const struct nng_explanation *e = explained->explanation;
    nng_text_print(out, e->count < 1e15 ? "The sum of %.0f path%s" : "The sum of %.3g path%s", e->count,
                   e->count == 1.0 ? "" : "s");
    if (explained->model->data.samples > 1)
        nng_text_print(out, "; L is the loss of sample %zu of %zu alone", e->sample + 1,
                       explained->model->data.samples);
    nng_text_add(out, ".\n\n");
}

/* The sum beside backpropagation and the differences, as one formula. */
static void add_sum(const struct explained *explained, int digits, struct nng_text *out)
{
    const struct nng_explanation *e = explained->explanation;
    const struct nng_entry *entry = explained->entry;
    add_derivative(explained, out);
    nng_text_add(out, " = ");
    add_number(settled(entry, e->sum), digits, out);
    nng_text_add(out, ",\\quad \\text{backpropagation } ");
    add_number(settled(entry, e->analytic), digits, out);
    nng_text_add(out, ",\\quad \\text{differences } ");
    add_number(settled(entry, entry->numeric), digits, out);
}

static void add_omitted(const struct explained *explained, int digits, struct nng_text *out)
{
    const struct nng_explanation *e = explained->explanation;
    if (e->omitted_count <= 0.0)
        return;
    nng_text_print(out, e->omitted_count < 1e15 ? "%.0f smaller paths sum to $" : "%.3g smaller paths sum to $",
                   e->omitted_count);
    add_number(e->omitted_sum, digits, out);
    nng_text_add(out, "$.\n\n");
}

void explained_markdown(const struct explained *explained, const struct style *style, struct nng_text *out)
{
    const struct nng_explanation *e = explained->explanation;
    nng_text_add(out, "# $");
    add_derivative(explained, out);
    nng_text_add(out, "$ path by path\n\n");
    add_sentence(explained, out);
    for (size_t i = 0; i < e->path_count; i++) {
        nng_text_print(out, "%zu. $", i + 1);
        add_nodes(explained, &e->paths[i], out);
        nng_text_add(out, "$");
        if (!isnan(e->paths[i].share))
            nng_text_print(out, ", share %.1f%%", 100.0 * e->paths[i].share);
        nng_text_add(out, "\n\n   $");
        add_formula(explained, &e->paths[i], style->digits, " ", out);
        nng_text_add(out, "$\n\n");
    }
    add_omitted(explained, style->digits, out);
    nng_text_add(out, "$");
    add_sum(explained, style->digits, out);
    nng_text_print(out, "$\n\nverdict: **%s**\n", nng_verdict_name(explained->entry->verdict));
}

void explained_latex(const struct explained *explained, const struct style *style, struct nng_text *out)
{
    const struct nng_explanation *e = explained->explanation;
    nng_text_add(out, "\\documentclass{article}\n\\usepackage[T1]{fontenc}\n\\usepackage{amsmath}\n"
                      "\\usepackage[margin=20mm]{geometry}\n\\allowdisplaybreaks\n\\setlength{\\parindent}{0pt}\n"
                      "\\begin{document}\n\\section*{$\\displaystyle ");
    add_derivative(explained, out);
    nng_text_add(out, "$ path by path}\n");
    add_sentence(explained, out);
    for (size_t i = 0; i < e->path_count; i++) {
        nng_text_print(out, "\\textbf{%zu.} $", i + 1);
        add_nodes(explained, &e->paths[i], out);
        nng_text_add(out, "$");
        if (!isnan(e->paths[i].share))
            nng_text_print(out, ", share $%.1f\\%%$", 100.0 * e->paths[i].share);
        nng_text_add(out, "\n\\begin{align*}\n&");
        add_formula(explained, &e->paths[i], style->digits, " \\\\\n&", out);
        nng_text_add(out, "\n\\end{align*}\n");
    }
    add_omitted(explained, style->digits, out);
    nng_text_add(out, "\\[");
    add_sum(explained, style->digits, out);
    nng_text_print(out, "\\]\nverdict: %s\n\\end{document}\n", nng_verdict_name(explained->entry->verdict));
}
