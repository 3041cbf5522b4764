/* report_markdown.c - inspect and check in Markdown: the same tables, for a page. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "inspection.h"
#include "render/activity.h"
#include "render/hessian.h"
#include "render/number.h"
#include "render/passes.h"
#include "render/spread.h"
#include "render/tables.h"
#include "render/verdicts.h"

enum { LISTED_UP_TO = 200 };

static void add_table(struct nng_text *out, struct table table)
{
    nng_text_add(out, "\n");
    table_markdown(&table, out);
    table_free(&table);
}

static void add_vectors(const struct inspection *in, const struct style *style,
                        size_t (*make)(const struct inspection *, struct nng_arena *, struct vector *),
                        struct nng_text *out)
{
    static const struct column columns[] = {{"", ALIGN_LEFT, 0}, {"values", ALIGN_LEFT, 0}, {"formula", ALIGN_LEFT, 0}};
    enum { MOST_VALUES = 8 };
    struct nng_arena *arena = nng_arena_new();
    struct vector *vectors =
        arena != NULL ? nng_arena_take(arena, 2 * in->model->layer_count + 2, sizeof *vectors) : NULL;
    if (vectors == NULL) {
        nng_arena_free(arena);
        out->failed = true;
        return;
    }
    struct table table = table_new(columns, 3);
    size_t count = make(in, arena, vectors);
    for (size_t v = 0; v < count; v++) {
        struct span span = span_within(vectors[v].count, in->full ? vectors[v].count : MOST_VALUES);
        struct nng_text values = {0};
        for (size_t s = 0; s < span_slots(span); s++) {
            char text[NUMBER_SIZE] = "⋯";
            size_t i = span_at(span, s);
            if (i != MATRIX_NONE && vectors[v].given)
                number_given(vectors[v].values[i], style->digits, text);
            else if (i != MATRIX_NONE)
                number_computed(vectors[v].values[i], style->digits, text);
            nng_text_print(&values, "%s%s", s > 0 ? ", " : "", text);
        }
        table_add(&table, INK_PLAIN, vectors[v].name);
        table_add(&table, INK_PLAIN, plain_part(out, &values));
        table_add(&table, INK_PLAIN, vectors[v].formula);
        out->failed = out->failed || vectors[v].values == NULL;
        nng_text_free(&values);
    }
    add_table(out, table);
    nng_arena_free(arena);
}

/* One group of the page's matrix, an entry a line. */
static struct table group_table(const struct inspection *in, size_t g, int digits)
{
    static const struct column columns[] = {{"name", ALIGN_LEFT, 0},
                                            {"value", ALIGN_RIGHT, 0},
                                            {"analytic", ALIGN_RIGHT, 0},
                                            {"numeric", ALIGN_RIGHT, 0},
                                            {"verdict", ALIGN_LEFT, 0}};
    struct matrix_group group = matrix_group(&in->matrix, g);
    struct table table = table_new(columns, 5);
    for (size_t r = 0; r < group.rows; r++)
        for (size_t c = 0; c < group.cols; c++) {
            size_t index = matrix_index(&in->matrix, g, r, c);
            char name[NNG_NAME_SIZE], value[NUMBER_SIZE];
            if (index == MATRIX_NONE)
                continue;
            const struct nng_entry *entry = inspection_entry(in, index);
            nng_parameter_name(in->model, index, name);
            number_given(in->theta[index], digits, value);
            table_add(&table, INK_PLAIN, name);
            table_add(&table, INK_PLAIN, value);
            table_computed(&table, INK_PLAIN, settled(entry, entry->analytic), digits);
            table_computed(&table, INK_PLAIN, settled(entry, entry->numeric), digits);
            table_print(&table, INK_PLAIN, "%s%s%s", nng_verdict_name(entry->verdict),
                        entry->verdict != NNG_PASS ? " " : "", verdict_mark(entry->verdict));
        }
    return table;
}

static void add_verdict(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    const struct nng_report *report = in->report;
    nng_text_print(out, "\n## Verdict\n\n**%s**: ", nng_verdict_name(report->verdict));
    verdict_sentence(in, out);
    nng_text_add(out, ".\n");
    for (size_t k = 0; k < report->diagnosis_count; k++) {
        nng_text_print(out, "%s- %s, %s: ", k == 0 ? "\n" : "", report->diagnosis[k].tensor,
                       report->diagnosis[k].cause);
        plain_add_clean(out, report->diagnosis[k].message);
        nng_text_add(out, "\n");
    }
    for (size_t k = 0; k < report->note_count; k++)
        nng_text_print(out, "\nNote: %s.\n", report->notes[k]);
    const char *word, *meaning;
    if (style->quiet)
        return;
    for (size_t k = 0; (meaning = verdict_gloss(in, k, &word)) != NULL; k++)
        nng_text_print(out, "%s- *%s*: %s\n", k == 0 ? "\n" : "", word, meaning);
    struct nng_text command = {0}, reason = {0};
    next_command(in, &command, &reason);
    nng_text_add(out, "\nNext: `");
    nng_text_add(out, plain_part(out, &command));
    nng_text_print(out, "` (%s)\n", plain_part(out, &reason));
    nng_text_free(&command);
    nng_text_free(&reason);
}

static void add_listed(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    size_t listed = listed_count(in), most = in->full || in->all ? listed : LISTED_UP_TO;
    if (listed == 0)
        return;
    add_table(out, entries_table(in, style->digits, most));
    if (listed > most)
        nng_text_print(out, "\n(%zu more are left out.)\n", listed - most);
}

/* The page's matrix, or what is shown of one that is too large. */
static void add_gradient(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    nng_text_add(out, "\n## Gradient\n");
    if (shows_matrix(in)) {
        for (size_t g = 0; g < matrix_groups(&in->matrix); g++) {
            struct matrix_group group = matrix_group(&in->matrix, g);
            nng_text_print(out, "\n### %s: %s\n", group.title, group.symbol);
            add_table(out, group_table(in, g, style->digits));
        }
    } else {
        add_table(out, tensors_table(in));
        nng_text_add(out, "\nIts largest entries:\n");
        add_table(out, largest_table(in, style->digits));
        add_listed(in, style, out);
    }
}

void inspect_markdown(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    const struct nng_model *model = in->model;
    char loss[NUMBER_SIZE];
    nng_text_print(out, "# %s\n\n%zu parameters; ", model->name, model->parameter_count);
    nng_text_add(out, model->notation == NNG_OUT_IN ? "w_lij is layer l, neuron i, input j: a = W h + b.\n"
                                                    : "w_lij is layer l, input i, neuron j: a = h W + b.\n");
    add_table(out, network_table(model));
    nng_text_add(out, "\n## Data\n\n");
    plain_add_clean(out, model->data.source);
    nng_text_print(out, ": %zu sample%s.\n\n## Forward pass, sample %zu\n", model->data.samples,
                   model->data.samples == 1 ? "" : "s", in->sample + 1);
    add_vectors(in, style, forward_vectors, out);
    number_computed(in->pass->loss, style->digits, loss);
    nng_text_print(out, "\n## Loss\n\nL = %s (%s, %s", loss, model->loss.plugin->name,
                   model->reduction == NNG_MEAN ? "mean" : "sum");
    number_computed(in->pass->penalty, style->digits, loss);
    nng_text_print(out, ", penalty %s).\n\n## Deltas, sample %zu\n", loss, in->sample + 1);
    add_vectors(in, style, delta_vectors, out);
    if (in->hessian != NULL)
        hessian_markdown(in, style, out);
    else if (in->activities != NULL)
        activity_markdown(in, style, out);
    else if (in->spread != NULL)
        spread_markdown(in, style, out);
    else
        add_gradient(in, style, out);
    add_verdict(in, style, out);
}

void check_markdown(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    nng_text_print(out, "# %s\n", in->model->name);
    add_table(out, tensors_table(in));
    add_listed(in, style, out);
    add_verdict(in, style, out);
}

void symbols_markdown(const struct inspection *in, struct nng_text *out)
{
    nng_text_print(out, "# %s\n", in->model->name);
    for (size_t g = 0; g < matrix_groups(&in->matrix); g++) {
        struct matrix_group group = matrix_group(&in->matrix, g);
        nng_text_print(out, "\n## %s: %s\n\n", group.title, group.symbol);
        for (size_t r = 0; r < group.rows; r++) {
            for (size_t c = 0; c < group.cols; c++) {
                char symbol[MATRIX_SYMBOL_SIZE];
                bool there = matrix_symbol(&in->matrix, matrix_index(&in->matrix, g, r, c), symbol);
                nng_text_print(out, "| %s%s%s ", there ? "`" : "", there ? symbol : "", there ? "`" : "");
            }
            nng_text_add(out, "|\n");
            for (size_t c = 0; r == 0 && c < group.cols; c++)
                nng_text_print(out, "|---%s", c + 1 == group.cols ? "|\n" : "");
        }
    }
}
