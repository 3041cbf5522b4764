/* explanation.c - the symbols of a path, and the explanation for programs. */
#include "render/explanation.h"

#include <stdio.h>
#include <string.h>

#include "render/json.h"

/* ---- symbols ------------------------------------------------------------------------------------------------- */

/* w_131 as w_{131}. */
static void add_name(const char *name, enum spelling spelling, struct nng_text *out)
{
    const char *index = strchr(name, '_');
    bool output = strncmp(name, "yhat", 4) == 0;
    const char *letter = spelling == SPELL_TEXT ? "ŷ" : "\\hat{y}";
    if (index == NULL) {
        nng_text_add(out, name);
        return;
    }
    if (output)
        nng_text_add(out, letter);
    else
        nng_text_add_n(out, name, (size_t)(index - name));
    nng_text_print(out, spelling == SPELL_TEXT ? "_%s" : "_{%s}", index + 1);
}

void explained_node(const struct explained *explained, const struct nng_path_node *node, enum spelling spelling,
                    struct nng_text *out)
{
    char name[NNG_NAME_SIZE];
    nng_path_node_name(explained->model, node, name);
    add_name(name, spelling, out);
}

void explained_link(const struct explained *explained, const struct nng_path *path, size_t k, enum spelling spelling,
                    struct nng_text *out)
{
    nng_text_add(out, spelling == SPELL_TEXT ? "∂" : "\\frac{\\partial ");
    explained_node(explained, &path->nodes[k + 1], spelling, out);
    nng_text_add(out, spelling == SPELL_TEXT ? "/∂" : "}{\\partial ");
    explained_node(explained, &path->nodes[k], spelling, out);
    nng_text_add(out, spelling == SPELL_TEXT ? "" : "}");
}

/* What the parameter is multiplied by in a: x_1, h_12, or 1 for a bias. */
static void add_input(const struct explained *explained, size_t index, enum spelling spelling, struct nng_text *out)
{
    struct nng_place place = nng_place(explained->model, index);
    struct nng_path_node below = {.kind = NNG_PATH_H, .layer = place.layer - 1, .unit = place.input};
    if (place.kind == NNG_BIAS)
        nng_text_add(out, "1");
    else if (place.layer == 1)
        nng_text_print(out, spelling == SPELL_TEXT ? "x_%zu" : "x_{%zu}", place.input);
    else
        explained_node(explained, &below, spelling, out);
}

/* Of h = f(a) unit by unit: sigmoid'(a_13). */
static void add_slope(const struct nng_method *activation, const struct explained *explained,
                      const struct nng_path_node *node, enum spelling spelling, struct nng_text *out)
{
    const char *name = activation->plugin->name;
    nng_text_add(out, spelling == SPELL_TEXT ? "" : "\\operatorname{");
    for (; *name != '\0'; name++)
        nng_text_print(out, *name == '_' && spelling == SPELL_TEX ? "\\%c" : "%c", *name);
    nng_text_add(out, spelling == SPELL_TEXT ? "'(" : "}'(");
    explained_node(explained, node, spelling, out);
    nng_text_add(out, ")");
}

void explained_factor(const struct explained *explained, const struct nng_path *path, size_t k, enum spelling spelling,
                      struct nng_text *out)
{
    const struct nng_model *model = explained->model;
    const struct nng_path_node *from = &path->nodes[k], *to = &path->nodes[k + 1];
    const struct nng_layer *layer = from->layer > 0 ? &model->layers[from->layer - 1] : NULL;
    if (from->kind == NNG_PATH_PARAMETER && to->kind == NNG_PATH_A) {
        add_input(explained, from->index, spelling, out);
    } else if (from->kind == NNG_PATH_H && to->kind == NNG_PATH_A) {
        const struct nng_layer *above = &model->layers[to->layer - 1];
        size_t index = above->weights + (to->unit - 1) * above->inputs + from->unit - 1;
        explained_node(explained, &(struct nng_path_node){.kind = NNG_PATH_PARAMETER, .index = index}, spelling, out);
    } else if (from->kind == NNG_PATH_A && layer != NULL &&
               (layer->activation.plugin->activation->flags & NNG_ACTIVATION_ELEMENTWISE) != 0) {
        add_slope(&layer->activation, explained, from, spelling, out);
    } else {
        explained_link(explained, path, k, spelling, out);
    }
}

/* ---- JSON ---------------------------------------------------------------------------------------------------- */

static void add_path(const struct explained *explained, const struct nng_path *path, struct json *json)
{
    json_open(json, NULL, '{', JSON_ONE_LINE);
    json_open(json, "nodes", '[', JSON_ONE_LINE);
    for (size_t k = 0; k < path->count; k++) {
        char name[NNG_NAME_SIZE];
        nng_path_node_name(explained->model, &path->nodes[k], name);
        json_text(json, NULL, name);
    }
    json_close(json);
    json_open(json, "factors", '[', JSON_ONE_LINE);
    for (size_t k = 0; k + 1 < path->count; k++)
        json_real(json, NULL, path->factors[k]);
    json_close(json);
    json_real_or_reason(json, "value", path->value);
    json_real_or_reason(json, "share", path->share);
    json_close(json);
}

void explained_json(const struct explained *explained, struct nng_text *out)
{
    const struct nng_explanation *e = explained->explanation;
    struct json json = {.out = out};
    char name[NNG_NAME_SIZE];
    nng_parameter_name(explained->model, e->index, name);
    json_open(&json, NULL, '{', JSON_LINES);
    json_text(&json, "command", "explain");
    json_text(&json, "name", name);
    json_count(&json, "sample", e->sample + 1);
    json_open(&json, "paths", '[', JSON_LINES);
    for (size_t i = 0; i < e->path_count; i++)
        add_path(explained, &e->paths[i], &json);
    json_close(&json);
    json_open(&json, "omitted", '{', JSON_ONE_LINE);
    if (e->omitted_count < 9007199254740992.0)
        json_count(&json, "count", (size_t)e->omitted_count);
    else
        json_real_or_reason(&json, "count", e->omitted_count);
    json_real_or_reason(&json, "sum", e->omitted_sum);
    json_close(&json);
    json_real_or_reason(&json, "sum", e->sum);
    json_real_or_reason(&json, "analytic", e->analytic);
    json_real_or_reason(&json, "numeric", explained->entry->numeric);
    json_real_or_reason(&json, "uncertainty", explained->entry->uncertainty);
    json_text(&json, "verdict", nng_verdict_name(explained->entry->verdict));
    json_close(&json);
}
