/* script.c - the Python program: header, parameters, data, functions, the dialect's passes, and the gradient's file. */
#include "export/script.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "export/python.h"
#include "render/plain.h"

/* ---- names --------------------------------------------------------------------------------------------------- */

const char *script_h(const struct script *script, size_t l, char name[SCRIPT_NAME_SIZE])
{
    if (l == script->model->layer_count)
        snprintf(name, SCRIPT_NAME_SIZE, "yhat");
    else
        snprintf(name, SCRIPT_NAME_SIZE, "h%zu", l);
    return name;
}

const char *script_shape(const struct script *script, size_t units, char shape[SCRIPT_SHAPE_SIZE])
{
    snprintf(shape, SCRIPT_SHAPE_SIZE, script->sample_columns ? "%zu x N" : "N x %zu", units);
    return shape;
}

void script_section(struct nng_text *out, const char *title)
{
    enum { WIDTH = 100 };
    size_t length = strlen("# ----  ") + plain_width(title);
    nng_text_add(out, "\n# ---- ");
    plain_add_clean(out, title);
    nng_text_add(out, " ");
    for (; length < WIDTH; length++)
        nng_text_add(out, "-");
    nng_text_add(out, "\n\n");
}

void script_penalized(const struct script *script, struct nng_text *out)
{
    const struct nng_model *model = script->model;
    for (size_t l = 1; l <= model->layer_count; l++)
        nng_text_print(out, "%sW%zu", l > 1 ? ", " : "", l);
    for (size_t l = 1; l <= model->layer_count && model->penalize_biases; l++)
        nng_text_print(out, ", b%zu", l);
}

/* ---- forms --------------------------------------------------------------------------------------------------- */

static enum nng_status refuse(const struct script *script, const struct nng_method *method, struct nng_error *error)
{
    return nng_fail(error, NNG_INPUT, "%s '%s' has no %s form: only the plugins that come with nngrad have one",
                    nng_kind_name((enum nng_plugin_kind)method->plugin->kind), method->plugin->name,
                    script->dialect->name);
}

enum nng_status script_find_forms(struct script *script, const struct form **forms, struct nng_error *error)
{
    const struct nng_model *model = script->model;
    for (size_t l = 0; l < model->layer_count; l++) {
        forms[l] = form_find(script->dialect->activations, &model->layers[l].activation, false);
        if (forms[l] == NULL)
            return refuse(script, &model->layers[l].activation, error);
    }
    script->activations = forms;
    script->loss = form_find(script->dialect->losses, &model->loss, model->fused);
    return script->loss != NULL ? NNG_OK : refuse(script, &model->loss, error);
}

/* The form of layer k + 1, or of the loss when k is the number of layers. */
static const struct form *form_at(const struct script *script, size_t k)
{
    return k < script->model->layer_count ? script->activations[k] : script->loss;
}

/* The functions of one form, unless they stand there already. A fused loss has no use for the last activation's
 * derivative, unless another layer has. */
static void add_functions(const struct script *script, size_t k, struct nng_text *out)
{
    const struct mark marks[] = {{"axis", script->sample_columns ? "0" : "1"}, {NULL, NULL}};
    const struct form *form = form_at(script, k);
    size_t L = script->model->layer_count;
    bool defined = false, last = k + 1 == L && script->model->fused;
    for (size_t i = 0; i < k; i++)
        defined = defined || form_at(script, i) == form;
    const char *const texts[] = {form->definition, last ? NULL : form->derivative};
    for (size_t i = 0; i < 2 && !defined; i++)
        if (texts[i] != NULL) {
            nng_text_add(out, "\n\n");
            form_expand(texts[i], marks, &script->model->loss, out);
        }
}

static void write_functions(const struct script *script, struct nng_text *out)
{
    struct nng_text functions = {0};
    for (size_t k = 0; k <= script->model->layer_count; k++)
        add_functions(script, k, &functions);
    const char *text = plain_part(out, &functions);
    if (text[0] != '\0') {
        script_section(out, "activations and loss");
        nng_text_print(out, "%s\n", text + 1); /* two empty lines before each, and after the last */
    }
    nng_text_free(&functions);
}

/* Does a form need this module? */
static bool uses(const struct script *script, const char *module)
{
    for (size_t k = 0; k <= script->model->layer_count; k++) {
        const struct form *form = form_at(script, k);
        const char *const texts[] = {form->forward, form->definition, form->derivative};
        for (size_t i = 0; i < 3; i++)
            if (texts[i] != NULL && strstr(texts[i], module) != NULL)
                return true;
    }
    return false;
}

/* ---- the head ------------------------------------------------------------------------------------------------ */

static void write_network(const struct script *script, struct nng_text *out)
{
    const struct nng_model *model = script->model;
    nng_text_print(out, "#     %zu", model->inputs);
    for (size_t l = 0; l < model->layer_count; l++)
        nng_text_print(out, "-%zu", model->layers[l].units);
    nng_text_print(out, " (");
    for (size_t l = 0; l < model->layer_count; l++)
        nng_text_print(out, "%s%s", l > 0 ? ", " : "", model->layers[l].activation.plugin->name);
    nng_text_print(out, "), %s, %s over the samples%s\n", model->loss.plugin->name,
                   model->reduction == NNG_MEAN ? "averaged" : "summed",
                   model->l1 != 0 || model->l2 != 0 ? ", and a penalty" : "");
    bool out_in = model->notation == NNG_OUT_IN;
    if (script->sample_columns)
        nng_text_add(out, "#     a_l = W_l h_{l-1} + b_l, a column a sample; w_lij: layer l, neuron i, input j\n");
    else if (out_in)
        nng_text_add(out, "#     a_l = h_{l-1} W_l' + b_l, a row a sample; w_lij: layer l, neuron i, input j\n");
    else
        nng_text_add(out, "#     a_l = h_{l-1} W_l + b_l, a row a sample; w_lij: layer l, input i, neuron j\n");
}

static void write_head(const struct script *script, struct nng_text *out)
{
    const struct dialect *dialect = script->dialect;
    nng_text_print(out, "#!/usr/bin/env python3\n# Written by nngrad %s for %s:\n# ", NNG_VERSION, dialect->name);
    plain_add_clean(out, script->model->name);
    nng_text_add(out, ", its loss, and the derivative of the loss by every weight and bias.\n#\n");
    write_network(script, out);
    nng_text_add(out, "#\n# What stands behind a line is the shape of its result.\nimport json\n");
    if (uses(script, "math."))
        nng_text_add(out, "import math\n");
    if (script->numbers_file != NULL)
        nng_text_add(out, "import os\n");
    nng_text_print(out, "import sys\n\n%s", dialect->module);
    if (uses(script, "F."))
        nng_text_add(out, "import torch.nn.functional as F\n");
    if (dialect->autograd)
        nng_text_add(out, "\ntorch.set_default_dtype(torch.float64)\n");
    if (script->numbers_file == NULL)
        return;
    nng_text_add(out, "\nwith open(os.path.join(os.path.dirname(os.path.abspath(__file__)), ");
    python_add_string(out, script->numbers_file);
    nng_text_add(out, ")) as file:\n    numbers = json.load(file)\n");
}

/* ---- numbers ------------------------------------------------------------------------------------------------- */

double script_number_count(const struct nng_model *model)
{
    return (double)model->parameter_count +
           (double)model->data.samples * ((double)model->data.inputs + (double)model->data.outputs);
}

/* A tensor as the script writes it. */
static struct block block_of(const struct script *script, const struct nng_tensor *tensor)
{
    const struct nng_model *model = script->model;
    const struct nng_layer *layer = &model->layers[tensor->layer - 1];
    struct block block = {.data = model->theta + tensor->offset, .rows = tensor->rows, .cols = tensor->cols};
    if (tensor->kind == NNG_WEIGHT) {
        block.row_step = model->notation == NNG_OUT_IN ? layer->inputs : 1;
        block.col_step = model->notation == NNG_OUT_IN ? 1 : layer->inputs;
        return block;
    }
    block.flat = !script->sample_columns;
    block.packed = true;
    block.rows = block.flat ? 1 : layer->units;
    block.cols = block.flat ? layer->units : 1;
    block.row_step = block.col_step = 1;
    return block;
}

static struct block data_block(const double *data, size_t samples, size_t cols)
{
    enum { MATRIX_UP_TO = 16 };
    return (struct block){.data = data,
                          .rows = samples,
                          .cols = cols,
                          .row_step = cols,
                          .col_step = 1,
                          .packed = cols == 1 || samples > MATRIX_UP_TO};
}

static void write_parameters(const struct script *script, struct nng_text *out)
{
    const struct nng_model *model = script->model;
    const struct dialect *dialect = script->dialect;
    const char *closing = dialect->autograd ? ", requires_grad=True)" : ")";
    script_section(out, "the parameters");
    for (size_t k = 0; k < nng_tensor_count(model); k++) {
        struct nng_tensor tensor = nng_tensor(model, k);
        struct block block = block_of(script, &tensor);
        bool frozen = tensor.kind == NNG_BIAS && !model->layers[tensor.layer - 1].train_biases;
        char shape[128], opening[64];
        if (block.flat)
            snprintf(shape, sizeof shape, "%zu%s", block.cols, frozen ? ", never updated by training" : "");
        else
            snprintf(shape, sizeof shape, "%zu x %zu%s", block.rows, block.cols,
                     frozen ? ", never updated by training" : "");
        snprintf(opening, sizeof opening, "%s = %s(", tensor.name, dialect->array);
        if (script->numbers_file != NULL) {
            nng_text_print(out, "%snumbers[\"%s\"]%s", opening, tensor.name, closing);
            python_end_line(out, shape);
        } else
            python_add_block(out, &block, opening, closing, shape);
    }
}

/* The class of each sample, when every row of y says exactly one; false: they are something else. */
static bool find_classes(const struct nng_data *data, size_t *classes)
{
    for (size_t n = 0; n < data->samples; n++) {
        size_t ones = 0, zeros = 0;
        for (size_t j = 0; j < data->outputs; j++) {
            double y = data->y[n * data->outputs + j];
            ones += y == 1;
            zeros += y == 0;
            classes[n] = y == 1 ? j : classes[n];
        }
        if (ones != 1 || ones + zeros != data->outputs)
            return false;
    }
    return true;
}

static void write_targets(const struct script *script, struct nng_text *out)
{
    enum { ROWS_UP_TO = 4 };
    const struct nng_data *data = &script->model->data;
    const struct dialect *dialect = script->dialect;
    char shape[SCRIPT_SHAPE_SIZE], opening[64], closing[16], comment[SCRIPT_SHAPE_SIZE + 40];
    script_shape(script, data->outputs, shape);
    size_t *classes = nng_allocate(data->samples, sizeof *classes);
    if (classes == NULL) {
        out->failed = true;
        return;
    }
    if (data->outputs > 1 && data->samples > ROWS_UP_TO && find_classes(data, classes)) {
        snprintf(opening, sizeof opening, "Y = %s(%zu)[", dialect->unit_matrix, data->outputs);
        snprintf(closing, sizeof closing, "]%s", script->sample_columns ? ".T" : "");
        snprintf(comment, sizeof comment, "%s: the class of each sample, from 0", shape);
        python_add_indices(out, classes, data->samples, opening, closing, comment);
    } else {
        struct block block = data_block(data->y, data->samples, data->outputs);
        snprintf(opening, sizeof opening, "Y = %s(", dialect->array);
        python_add_block(out, &block, opening, script->sample_columns ? ").T" : ")", shape);
    }
    nng_release(classes);
}

static void write_data(const struct script *script, struct nng_text *out)
{
    const struct nng_data *data = &script->model->data;
    const char *array = script->dialect->array, *closing = script->sample_columns ? ").T" : ")";
    char shape[SCRIPT_SHAPE_SIZE], opening[64];
    struct nng_text title = {0};
    nng_text_print(&title, "the data: %s", data->source);
    script_section(out, plain_part(out, &title));
    nng_text_free(&title);
    script_shape(script, data->inputs, shape);
    if (script->numbers_file != NULL) {
        nng_text_print(out, "X = %s(numbers[\"X\"]%s", array, closing);
        python_end_line(out, shape);
        nng_text_print(out, "Y = %s(numbers[\"Y\"]%s", array, closing);
        python_end_line(out, script_shape(script, data->outputs, shape));
    } else {
        struct block block = data_block(data->x, data->samples, data->inputs);
        snprintf(opening, sizeof opening, "X = %s(", array);
        python_add_block(out, &block, opening, closing, shape);
        write_targets(script, out);
    }
    nng_text_print(out, "N = X.shape[%d]\n", script->sample_columns ? 1 : 0);
}

void script_write_numbers(const struct script *script, struct nng_text *out)
{
    const struct nng_model *model = script->model;
    const struct nng_data *data = &model->data;
    struct block x = data_block(data->x, data->samples, data->inputs);
    struct block y = data_block(data->y, data->samples, data->outputs);
    nng_text_add(out, "{\n");
    python_add_block(out, &x, "\"X\": ", ",", "");
    python_add_block(out, &y, "\"Y\": ", ",", "");
    size_t count = nng_tensor_count(model);
    for (size_t k = 0; k < count; k++) {
        struct nng_tensor tensor = nng_tensor(model, k);
        struct block block = block_of(script, &tensor);
        char opening[40];
        snprintf(opening, sizeof opening, "\"%s\": ", tensor.name);
        python_add_block(out, &block, opening, k + 1 < count ? "," : "", "");
    }
    nng_text_add(out, "}\n");
}

/* ---- the end ------------------------------------------------------------------------------------------------- */

static void write_results(const struct script *script, struct nng_text *out)
{
    size_t L = script->model->layer_count;
    const struct dialect *dialect = script->dialect;
    script_section(out, "the results");
    nng_text_print(out, "print(\"loss\", %s)\n\ngradient = {\n", dialect->number);
    for (int biases = 0; biases <= 1; biases++)
        for (size_t l = 1; l <= L; l++) {
            const char *letter = biases ? "b" : "W";
            if (dialect->autograd)
                nng_text_print(out, "    \"%s%zu\": %s%zu.grad,\n", letter, l, letter, l);
            else
                nng_text_print(out, "    \"%s%zu\": d%s%zu,\n", letter, l, letter, l);
        }
    nng_text_add(out, "}\nfile_name = sys.argv[1] if len(sys.argv) > 1 else ");
    python_add_string(out, script->gradient_file);
    nng_text_print(out,
                   "\nwith open(file_name, \"w\") as file:\n"
                   "    json.dump({name: values.%s for name, values in gradient.items()}, file)\n\n"
                   "# Is it right?\n#     ",
                   dialect->to_list);
    plain_add_clean(out, script->command);
    nng_text_add(out, "\n");
}

void script_write(const struct script *script, struct nng_text *out)
{
    write_head(script, out);
    write_parameters(script, out);
    write_data(script, out);
    write_functions(script, out);
    script->dialect->write_passes(script, out);
    write_results(script, out);
}
