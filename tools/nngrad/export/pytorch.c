/* pytorch.c - the forward pass in PyTorch, a row a sample, and autograd:
 *
 *     out_in: a_l = h_{l-1} W_l' + b_l (torch.nn.Linear's weights)      in_out: a_l = h_{l-1} W_l + b_l
 */
#include <stdio.h>

#include "export/python.h"
#include "export/script.h"
#include "render/plain.h"

static void write_layer(const struct script *script, size_t l, struct nng_text *out)
{
    const struct nng_model *model = script->model;
    const struct nng_layer *layer = &model->layers[l - 1];
    char a[SCRIPT_NAME_SIZE], h[SCRIPT_NAME_SIZE], below[SCRIPT_NAME_SIZE], shape[SCRIPT_SHAPE_SIZE];
    const struct mark marks[] = {{"a", a}, {NULL, NULL}};
    struct nng_text expression = {0};
    snprintf(a, sizeof a, "a%zu", l);
    script_shape(script, layer->units, shape);
    nng_text_print(out, model->notation == NNG_OUT_IN ? "%s = %s @ W%zu.T + b%zu" : "%s = %s @ W%zu + b%zu", a,
                   script_h(script, l - 1, below), l, l);
    python_end_line(out, shape);
    form_expand(script->activations[l - 1]->forward, marks, &layer->activation, &expression);
    nng_text_print(out, "%s = %s", script_h(script, l, h), plain_part(out, &expression));
    python_end_line(out, shape);
    nng_text_free(&expression);
}

static void write_loss(const struct script *script, struct nng_text *out)
{
    const struct nng_model *model = script->model;
    char a[SCRIPT_NAME_SIZE];
    const struct mark marks[] = {{"a", a}, {"yhat", "yhat"}, {"y", "Y"}, {NULL, NULL}};
    struct nng_text expression = {0};
    snprintf(a, sizeof a, "a%zu", model->layer_count);
    form_expand(script->loss->forward, marks, &model->loss, &expression);
    if (model->fused)
        nng_text_print(out, "# yhat and the loss in one step from %s: exact where the logarithm of yhat alone is not\n",
                       a);
    nng_text_print(out, "L = %s%s", plain_part(out, &expression), model->reduction == NNG_MEAN ? ".mean()" : ".sum()");
    python_end_line(out, "");
    nng_text_free(&expression);
}

/* L = L + l1 sum|w| + (l2/2) sum w^2 */
static void write_penalty(const struct script *script, struct nng_text *out)
{
    const struct nng_model *model = script->model;
    struct nng_text list = {0};
    if (model->l1 == 0 && model->l2 == 0)
        return;
    script_penalized(script, &list);
    nng_text_print(out, "for w in [%s]:  # the penalty, which is never divided by N\n    L = L",
                   plain_part(out, &list));
    nng_text_free(&list);
    if (model->l1 != 0) {
        nng_text_add(out, " + ");
        python_add_number(out, model->l1);
        nng_text_add(out, " * w.abs().sum()");
    }
    if (model->l2 != 0) {
        nng_text_add(out, " + ");
        python_add_number(out, model->l2);
        nng_text_add(out, " / 2 * (w ** 2).sum()");
    }
    nng_text_add(out, "\n");
}

static void write_passes(const struct script *script, struct nng_text *out)
{
    char shape[SCRIPT_SHAPE_SIZE];
    script_section(out, "forward: from the inputs to the loss");
    nng_text_add(out, "h0 = X");
    python_end_line(out, script_shape(script, script->model->inputs, shape));
    for (size_t l = 1; l <= script->model->layer_count; l++)
        write_layer(script, l, out);
    write_loss(script, out);
    write_penalty(script, out);
    script_section(out, "backward: autograd leaves dL/dW in W.grad, and dL/db in b.grad");
    nng_text_add(out, "L.backward()\n");
}

const struct dialect pytorch_dialect = {.word = "pytorch",
                                        .name = "PyTorch",
                                        .module = "import torch\n",
                                        .array = "torch.tensor",
                                        .unit_matrix = "torch.eye",
                                        .activations = pytorch_activations,
                                        .losses = pytorch_losses,
                                        .autograd = true,
                                        .to_list = "tolist()",
                                        .number = "L.item()",
                                        .write_passes = write_passes};
