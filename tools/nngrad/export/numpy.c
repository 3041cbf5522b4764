/* numpy.c - both passes in NumPy, a line an equation:
 *
 *     a_l = W_l h_{l-1} + b_l        delta_l = dL/da_l        dW_l = delta_l h_{l-1}'     out_in: a column a sample
 *     h_l = f_l(a_l)                 db_l = sum of delta_l    dh_{l-1} = W_l' delta_l
 *
 *     a_l = h_{l-1} W_l + b_l        dW_l = h_{l-1}' delta_l  dh_{l-1} = delta_l W_l'     in_out: a row a sample
 */
#include <stdio.h>

#include "export/python.h"
#include "export/script.h"
#include "render/plain.h"

/* One expression of a form: of layer l's activation (l from 1), or of the loss (l = 0). */
static void add_expression(const struct script *script, const char *text, size_t l, struct nng_text *out)
{
    const struct nng_model *model = script->model;
    size_t of = l > 0 ? l : model->layer_count;
    char a[SCRIPT_NAME_SIZE], h[SCRIPT_NAME_SIZE], dh[SCRIPT_NAME_SIZE + 1];
    snprintf(a, sizeof a, "a%zu", of);
    script_h(script, of, h);
    snprintf(dh, sizeof dh, "d%s", h);
    const struct mark marks[] = {{"a", a}, {"h", h}, {"dh", dh}, {"yhat", h}, {"y", "Y"}, {NULL, NULL}};
    form_expand(text, marks, l > 0 ? &model->layers[l - 1].activation : &model->loss, out);
}

/* name = expression, with its shape */
static void add_assignment(const struct script *script, const char *name, const char *text, size_t l,
                           const char *factor, const char *shape, struct nng_text *out)
{
    struct nng_text expression = {0};
    add_expression(script, text, l, &expression);
    nng_text_print(out, "%s = %s%s", name, plain_part(out, &expression), factor);
    python_end_line(out, shape);
    nng_text_free(&expression);
}

static void write_forward(const struct script *script, struct nng_text *out)
{
    const struct nng_model *model = script->model;
    char h[SCRIPT_NAME_SIZE], below[SCRIPT_NAME_SIZE], shape[SCRIPT_SHAPE_SIZE];
    script_section(out, "forward: from the inputs to the loss");
    nng_text_add(out, "h0 = X");
    python_end_line(out, script_shape(script, model->inputs, shape));
    for (size_t l = 1; l <= model->layer_count; l++) {
        script_shape(script, model->layers[l - 1].units, shape);
        script_h(script, l - 1, below);
        if (script->sample_columns)
            nng_text_print(out, "a%zu = W%zu @ %s + b%zu", l, l, below, l);
        else
            nng_text_print(out, "a%zu = %s @ W%zu + b%zu", l, below, l, l);
        python_end_line(out, shape);
        add_assignment(script, script_h(script, l, h), script->activations[l - 1]->forward, l, "", shape, out);
    }
    add_assignment(script, "L", script->loss->forward, 0, model->reduction == NNG_MEAN ? ".mean()" : ".sum()", "", out);
}

static void write_layer_back(const struct script *script, size_t l, struct nng_text *out)
{
    const struct nng_layer *layer = &script->model->layers[l - 1];
    char below[SCRIPT_NAME_SIZE], shape[SCRIPT_SHAPE_SIZE];
    script_h(script, l - 1, below);
    if (script->sample_columns) {
        snprintf(shape, sizeof shape, "%zu x %zu", layer->units, layer->inputs);
        nng_text_print(out, "dW%zu = delta%zu @ %s.T", l, l, below);
        python_end_line(out, shape);
        snprintf(shape, sizeof shape, "%zu x 1", layer->units);
        nng_text_print(out, "db%zu = delta%zu.sum(axis=1, keepdims=True)", l, l);
        python_end_line(out, shape);
    } else {
        snprintf(shape, sizeof shape, "%zu x %zu", layer->inputs, layer->units);
        nng_text_print(out, "dW%zu = %s.T @ delta%zu", l, below, l);
        python_end_line(out, shape);
        snprintf(shape, sizeof shape, "%zu", layer->units);
        nng_text_print(out, "db%zu = delta%zu.sum(axis=0)", l, l);
        python_end_line(out, shape);
    }
    if (l == 1)
        return;
    script_shape(script, layer->inputs, shape);
    if (script->sample_columns)
        nng_text_print(out, "d%s = W%zu.T @ delta%zu", below, l, l);
    else
        nng_text_print(out, "d%s = delta%zu @ W%zu.T", below, l, l);
    python_end_line(out, shape);
}

/* delta_L: from the loss directly when the two are fused, otherwise through dyhat. */
static void write_output_delta(const struct script *script, struct nng_text *out)
{
    const struct nng_model *model = script->model;
    size_t L = model->layer_count;
    char delta[SCRIPT_NAME_SIZE], shape[SCRIPT_SHAPE_SIZE];
    const char *factor = model->reduction == NNG_MEAN ? " / N" : "";
    script_shape(script, model->outputs, shape);
    snprintf(delta, sizeof delta, "delta%zu", L);
    if (!model->fused) {
        add_assignment(script, "dyhat", script->loss->backward, 0, factor, shape, out);
        add_assignment(script, delta, script->activations[L - 1]->backward, L, "", shape, out);
        return;
    }
    struct nng_text slope = {0}; /* a difference, yhat - Y */
    add_expression(script, script->loss->backward, 0, &slope);
    nng_text_print(out, *factor != '\0' ? "%s = (%s)%s" : "%s = %s%s", delta, plain_part(out, &slope), factor);
    python_end_line(out, shape);
    nng_text_free(&slope);
}

static void write_backward(const struct script *script, struct nng_text *out)
{
    const struct nng_model *model = script->model;
    script_section(out, "backward: from the loss to every weight and bias; dh is dL/dh, delta is dL/da");
    write_output_delta(script, out);
    write_layer_back(script, model->layer_count, out);
    for (size_t l = model->layer_count - 1; l >= 1; l--) {
        char delta[SCRIPT_NAME_SIZE], shape[SCRIPT_SHAPE_SIZE];
        snprintf(delta, sizeof delta, "delta%zu", l);
        script_shape(script, model->layers[l - 1].units, shape);
        add_assignment(script, delta, script->activations[l - 1]->backward, l, "", shape, out);
        write_layer_back(script, l, out);
    }
}

static void add_setting(struct nng_text *out, const char *name, double value)
{
    if (value == 0)
        return;
    nng_text_print(out, "%s = ", name);
    python_add_number(out, value);
    nng_text_add(out, "\n");
}

/* L += l1 sum|w| + (l2/2) sum w^2, and its derivative l1 sign(w) + l2 w */
static void write_penalty(const struct script *script, struct nng_text *out)
{
    const struct nng_model *model = script->model;
    struct nng_text list = {0};
    bool l1 = model->l1 != 0, l2 = model->l2 != 0;
    const char *plus = l1 && l2 ? " + " : "";
    if (!l1 && !l2)
        return;
    script_section(out, "the penalty, which is never divided by N");
    add_setting(out, "l1", model->l1);
    add_setting(out, "l2", model->l2);
    script_penalized(script, &list);
    nng_text_print(out, "for w in [%s]:\n    L += %s%s%s\n", plain_part(out, &list), l1 ? "l1 * np.abs(w).sum()" : "",
                   plus, l2 ? "l2 / 2 * (w ** 2).sum()" : "");
    nng_text_free(&list);
    for (int biases = 0; biases <= (model->penalize_biases ? 1 : 0); biases++)
        for (size_t l = 1; l <= model->layer_count; l++) {
            char letter = biases ? 'b' : 'W';
            nng_text_print(out, "d%c%zu += ", letter, l);
            if (l1)
                nng_text_print(out, "l1 * np.sign(%c%zu)%s", letter, l, plus);
            if (l2)
                nng_text_print(out, "l2 * %c%zu", letter, l);
            nng_text_add(out, "\n");
        }
}

static void write_passes(const struct script *script, struct nng_text *out)
{
    write_forward(script, out);
    write_backward(script, out);
    write_penalty(script, out);
}

const struct dialect numpy_dialect = {.word = "numpy",
                                      .name = "NumPy",
                                      .module = "import numpy as np\n",
                                      .array = "np.array",
                                      .unit_matrix = "np.eye",
                                      .activations = numpy_activations,
                                      .losses = numpy_losses,
                                      .columns = true,
                                      .to_list = "tolist()",
                                      .number = "L",
                                      .write_passes = write_passes};
