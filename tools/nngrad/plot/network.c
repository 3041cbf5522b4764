/* network.c - `nngrad plot network`: units as circles, and on the edges the weights, or the derivatives of the loss by
 * them. An edge is as wide as its number is large, and coloured by its sign. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "plot/gradient.h"
#include "plot/kinds.h"
#include "plot/network.h"
#include "render/plain.h"
#include "session.h"

/* ---- columns ------------------------------------------------------------------------------------------------- */

static bool is_split(const struct nng_model *model, size_t layer, bool fine)
{
    return fine && (model->layers[layer - 1].activation.plugin->activation->flags & NNG_ACTIVATION_ELEMENTWISE) == 0;
}

size_t network_column(const struct nng_model *model, bool fine, size_t layer, bool activated)
{
    size_t column = layer;
    for (size_t l = 1; l <= model->layer_count && l < layer; l++)
        column += is_split(model, l, fine);
    return column + (activated && layer > 0 && layer <= model->layer_count && is_split(model, layer, fine));
}

/* h₁₂ where that is short enough for a circle; else the unit's number. */
static void name_unit(const struct nng_model *model, size_t layer, size_t unit, bool activated, char name[GRAPH_TEXT])
{
    enum { LONGEST = 4 };
    struct nng_path_node node = {.kind = activated ? NNG_PATH_H : NNG_PATH_A, .layer = layer, .unit = unit};
    char plain[NNG_NAME_SIZE], pretty[FIGURE_NAME_SIZE];
    if (layer > 0)
        nng_path_node_name(model, &node, plain);
    else
        snprintf(plain, sizeof plain, "x_%zu", unit);
    figure_name(plain, pretty);
    if (plain_width(pretty) <= LONGEST && strchr(pretty, '_') == NULL)
        snprintf(name, GRAPH_TEXT, "%.40s", pretty);
    else
        snprintf(name, GRAPH_TEXT, "%zu", unit);
}

static enum nng_status add_column(struct graph *graph, const struct nng_model *model, size_t layer, size_t units,
                                  bool activated, struct nng_error *error)
{
    struct graph_column *column = graph_add_column(graph, units);
    if (column == NULL)
        return nng_fail_memory(error);
    for (size_t i = 0; i < units; i++)
        name_unit(model, layer, i + 1, activated, column->units[i].name);
    if (layer == 0)
        snprintf(column->title, sizeof column->title, "inputs");
    else if (layer == model->layer_count)
        snprintf(column->title, sizeof column->title, "output layer");
    else
        snprintf(column->title, sizeof column->title, "layer %zu", layer);
    if (layer > 0)
        snprintf(column->subtitle, sizeof column->subtitle, "%.40s",
                 activated ? model->layers[layer - 1].activation.plugin->name : "a");
    return NNG_OK;
}

enum nng_status network_columns(struct graph *graph, const struct nng_model *model, bool fine, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    NNG_TRY(add_column(graph, model, 0, model->inputs, false, error));
    for (size_t l = 1; l <= model->layer_count; l++) {
        if (is_split(model, l, fine))
            NNG_TRY(add_column(graph, model, l, model->layers[l - 1].units, false, error));
        NNG_TRY(add_column(graph, model, l, model->layers[l - 1].units, true, error));
    }
    if (!fine)
        return NNG_OK;
    struct graph_column *loss = graph_add_column(graph, 1);
    if (loss == NULL)
        return nng_fail_memory(error);
    snprintf(loss->title, sizeof loss->title, "loss");
    snprintf(loss->subtitle, sizeof loss->subtitle, "%.40s", model->loss.plugin->name);
    snprintf(loss->units[0].name, sizeof loss->units[0].name, "L");
fail:
    return status;
}

void network_shape(const struct nng_model *model, struct nng_text *text)
{
    nng_text_print(text, "%zu", model->inputs);
    for (size_t l = 0; l < model->layer_count; l++)
        nng_text_print(text, "-%zu", model->layers[l].units);
}

void network_number(char text[GRAPH_TEXT], const char *before, double value)
{
    char number[PLOT_NUMBER_SIZE];
    snprintf(text, GRAPH_TEXT, "%.20s%s", before, plot_number(value, 3, number));
}

/* ---- the kind ------------------------------------------------------------------------------------------------ */

static bool has_biases(const struct nng_model *model, const double *values)
{
    for (size_t i = model->layers[0].biases; i < model->parameter_count; i++) /* they stand last */
        if (values[i] != 0)
            return true;
    return false;
}

/* values: parameter_count of what is written on the edges. A bias stands under its unit, if there is any. */
static enum nng_status add_layer(struct graph *graph, const struct nng_model *model, size_t l, const double *values,
                                 struct nng_error *error)
{
    const struct nng_layer *layer = &model->layers[l];
    struct graph_column *below = &graph->columns[l], *column = &graph->columns[l + 1];
    bool labeled = graph_labels_fit(graph, l + 1), biased = has_biases(model, values);
    for (size_t i = 0; i < layer->units; i++) {
        if (!column->units[i].shown)
            continue;
        if (biased)
            network_number(column->units[i].below, "b ", values[layer->biases + i]);
        for (size_t j = 0; j < layer->inputs; j++) {
            double value = values[layer->weights + i * layer->inputs + j];
            if (!below->units[j].shown)
                continue;
            struct graph_edge *edge = graph_add_edge(graph, l + 1, &below->units[j], &column->units[i], value);
            if (edge == NULL)
                return nng_fail_memory(error);
            if (labeled)
                network_number(edge->label, "", value);
        }
    }
    return NNG_OK;
}

static void draw(const struct graph *graph, const struct nng_model *model, bool gradients, struct figure *figure)
{
    struct nng_text title = {0}, subtitle = {0};
    nng_text_print(&title, gradients ? "The derivatives ∂L/∂w of %s, " : "The weights of %s, ", model->name);
    network_shape(model, &title);
    if (gradients) {
        plot_add_loss(model, &subtitle);
        nng_text_add(&subtitle, "; under a unit ∂L/∂b");
    } else {
        nng_text_print(&subtitle, "the larger a weight, the wider its edge; %s",
                       has_biases(model, model->theta) ? "under a unit its bias" : "all biases are 0");
    }
    struct graph_words words = {.title = plain_part(&figure->script, &title),
                                .subtitle = plain_part(&figure->script, &subtitle),
                                .positive = "positive",
                                .negative = "negative"};
    graph_draw(graph, &words, figure);
    nng_text_free(&title);
    nng_text_free(&subtitle);
}

enum nng_status plot_network(const struct plot_request *request, struct figure *figure, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_model *model = NULL;
    struct graph graph = {0};
    double *gradient = NULL;
    const char *show = option_text(request->options, OPTION_SHOW);
    bool gradients = show != NULL && strcmp(show, "gradients") == 0;
    NNG_TRY(session_model(request->options, request->host, request->argument_count > 0 ? request->arguments[0] : NULL,
                          &model, error));
    if (gradients)
        NNG_TRY(plot_gradient(model, &gradient, error));
    NNG_TRY(graph_new(&graph, model->layer_count + 1, error));
    NNG_TRY(network_columns(&graph, model, false, error));
    graph.labeled = true;
    graph_arrange(&graph);
    for (size_t l = 0; l < model->layer_count; l++)
        NNG_TRY(add_layer(&graph, model, l, gradients ? gradient : model->theta, error));
    draw(&graph, model, gradients, figure);
fail:
    graph_free(&graph);
    nng_release(gradient);
    nng_model_free(model);
    return status;
}
