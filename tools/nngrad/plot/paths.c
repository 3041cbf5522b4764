/* paths.c - the paths of a derivative, drawn in the network: `nngrad explain --plot FILE`.
 *
 * A path w -> a -> h -> a -> ... -> yhat -> L runs through units; between two of them its local derivative is the
 * weight of the edge. Within a unit, from a to h, nothing is drawn, but where a layer's units depend on each other, as
 * in a softmax, which has a column for its a and one for its h: there paths part.
 */
#include "plot/paths.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "plot/network.h"
#include "render/number.h"
#include "render/plain.h"

/* Past the middle, where edges cross; there a label such as "-0.177, -100%" ends before the unit begins. */
static const double label_place = 0.58, columns_gap = 155;

/* Where a node of a path stands in the drawing; the penalty does not. */
static struct graph_unit *unit_of(const struct graph *graph, const struct nng_model *model,
                                  const struct nng_path_node *node)
{
    if (node->kind == NNG_PATH_LOSS)
        return graph->columns[graph->column_count - 1].units;
    if (node->kind == NNG_PATH_A || node->kind == NNG_PATH_H)
        return &graph->columns[network_column(model, true, node->layer, node->kind == NNG_PATH_H)]
                    .units[node->unit - 1];
    struct nng_place place = nng_place(model, node->index);
    if (node->kind == NNG_PATH_PARAMETER && place.kind == NNG_WEIGHT)
        return &graph->columns[network_column(model, true, place.layer - 1, true)].units[place.input - 1];
    return NULL;
}

static bool is_penalty(const struct nng_path *path)
{
    return path->nodes[1].kind == NNG_PATH_PENALTY;
}

static void mark_units(const struct graph *graph, const struct explained *explained)
{
    const struct nng_explanation *e = explained->explanation;
    for (size_t i = 0; i < e->path_count; i++)
        for (size_t k = 0; k < e->paths[i].count && !is_penalty(&e->paths[i]); k++) {
            struct graph_unit *unit = unit_of(graph, explained->model, &e->paths[i].nodes[k]);
            if (unit == NULL)
                continue;
            unit->wanted = true;
            unit->marked = k > 0; /* what the weight is multiplied by is no node of the path */
        }
}

/* Adds a grey edge between all units of two columns that are shown. */
static enum nng_status add_background(struct graph *graph, size_t c, struct nng_error *error)
{
    const struct graph_column *below = &graph->columns[c - 1], *column = &graph->columns[c];
    for (size_t i = 0; i < column->count; i++)
        for (size_t j = 0; j < below->count; j++)
            if (column->units[i].shown && below->units[j].shown &&
                graph_add_edge(graph, c, &below->units[j], &column->units[i], NAN) == NULL)
                return nng_fail_memory(error);
    return NNG_OK;
}

static struct graph_edge *find_edge(const struct graph *graph, const struct graph_unit *from,
                                    const struct graph_unit *to)
{
    for (size_t i = 0; i < graph->edge_count; i++)
        if (graph->edges[i].from == from && graph->edges[i].to == to)
            return &graph->edges[i];
    return NULL;
}

/* What goes through the edges of one path is added to what went through them. The label holds the local derivative; the
 * weight itself is what is derived by. */
static void add_path(const struct graph *graph, const struct explained *explained, const struct nng_path *path)
{
    const struct nng_model *model = explained->model;
    for (size_t k = 0; k + 1 < path->count; k++) {
        struct graph_unit *from = unit_of(graph, model, &path->nodes[k]);
        struct graph_unit *to = unit_of(graph, model, &path->nodes[k + 1]);
        struct graph_edge *edge = from != NULL && to != NULL && from != to ? find_edge(graph, from, to) : NULL;
        if (edge == NULL)
            continue;
        edge->value = (isnan(edge->value) ? 0 : edge->value) + path->value;
        double factor = k > 0 ? path->factors[k] : model->theta[path->nodes[k].index];
        network_number(edge->label, "", factor);
    }
}

/* "0.5, 50%": of the sum of all paths, with no more than one digit behind the point. */
static void add_shares(const struct graph *graph, double sum)
{
    for (size_t i = 0; i < graph->edge_count; i++) {
        struct graph_edge *edge = &graph->edges[i];
        char factor[GRAPH_TEXT], share[GRAPH_TEXT];
        edge->place = label_place;
        if (isnan(edge->value) || sum == 0)
            continue;
        memcpy(factor, edge->label, sizeof factor);
        network_number(share, "", round(1000 * edge->value / sum) / 10);
        snprintf(edge->label, sizeof edge->label, "%.20s, %.20s%%", factor, share);
    }
}

static void add_words(const struct explained *explained, struct nng_text *title, struct nng_text *subtitle)
{
    const struct nng_explanation *e = explained->explanation;
    char name[NNG_NAME_SIZE], pretty[FIGURE_NAME_SIZE], value[NUMBER_SIZE];
    nng_parameter_name(explained->model, e->index, name);
    number_computed(e->sum, 6, value);
    nng_text_print(title, "∂L/∂%s = %s%s, ", figure_name(name, pretty), e->sum < 0 ? "−" : "", value + (e->sum < 0));
    if (e->count == 1)
        nng_text_add(title, "one path");
    else
        nng_text_print(title, e->count < 1e15 ? "the sum of %.0f paths" : "the sum of %.3g paths", e->count);
    if (explained->model->data.samples > 1)
        nng_text_print(subtitle, "sample %zu of %zu; ", e->sample + 1, explained->model->data.samples);
    if (e->omitted_count > 0)
        nng_text_print(subtitle, "the %zu largest paths; ", e->path_count);
    if (e->path_count > 0 && is_penalty(&e->paths[e->path_count - 1])) {
        char penalty[GRAPH_TEXT];
        network_number(penalty, "", e->paths[e->path_count - 1].value);
        nng_text_print(subtitle, "%s of it over the penalty; ", penalty);
    }
    nng_text_add(subtitle, "on an edge its weight or local derivative, and its share of the sum");
}

enum nng_status paths_draw(const struct explained *explained, struct figure *figure, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_explanation *e = explained->explanation;
    struct nng_text title = {0}, subtitle = {0};
    struct graph graph = {0};
    NNG_TRY(graph_new(&graph, 2 * explained->model->layer_count + 2, error));
    NNG_TRY(network_columns(&graph, explained->model, true, error));
    mark_units(&graph, explained);
    graph.gap = columns_gap;
    graph_arrange(&graph);
    for (size_t c = 1; c < graph.column_count; c++)
        NNG_TRY(add_background(&graph, c, error));
    for (size_t i = 0; i < e->path_count; i++)
        add_path(&graph, explained, &e->paths[i]);
    add_shares(&graph, e->sum);
    add_words(explained, &title, &subtitle);
    struct graph_words words = {.title = plain_part(&figure->script, &title),
                                .subtitle = plain_part(&figure->script, &subtitle),
                                .positive = "positive part",
                                .negative = "negative part"};
    graph_draw(&graph, &words, figure);
fail:
    nng_text_free(&title);
    nng_text_free(&subtitle);
    graph_free(&graph);
    return status;
}
