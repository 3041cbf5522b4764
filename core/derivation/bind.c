/* bind.c - a model as names and definitions of a derivation:
 *
 *     out_in:  a_l = W_l h_{l-1} + b_l    columns; of a batch a column a sample
 *     in_out:  a_l = h_{l-1} W_l + b_l    rows; of a batch a row a sample
 *     h_l = f_l(a_l),  yhat = h_L,  L = loss(yhat, y) + l1 sum|w| + (l2/2) sum w^2
 *
 * A name that the file defines itself stays the file's, and what follows from it uses it.
 */
#include "derivation/bind.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "derivation/callable.h"

enum nng_status nng_bind_read(struct nng_program *program, const char *model, size_t offset, struct nng_error *error)
{
    struct nng_text path = {0};
    const char *slash = strrchr(program->source.file, '/');
    if (model[0] != '/' && slash != NULL)
        nng_text_add_n(&path, program->source.file, (size_t)(slash + 1 - program->source.file));
    nng_text_add(&path, model);
    if (path.failed) {
        nng_text_free(&path);
        return nng_fail_memory(error);
    }
    if (model[0] == '\0') {
        nng_text_free(&path);
        return nng_script_fail(&program->source, offset, error, "'use' needs the name of a model file");
    }
    struct nng_error inner = {0};
    enum nng_status status = nng_model_read(program->host, path.data, NULL, 0, program->read, &inner);
    nng_text_free(&path);
    if (status == NNG_INPUT && inner.line == 0) /* there is no such file: this line names it */
        return nng_script_fail(&program->source, offset, error, "%s: %s", inner.file, inner.text);
    if (status != NNG_OK && error != NULL)
        *error = inner;
    program->model = status == NNG_OK ? *program->read : NULL;
    return status;
}

/* Fills a new symbol's own values from rows x cols entries of `values`, transposed where the notation says so. */
static enum nng_status add_value(struct nng_program *program, const char *name, size_t rows, size_t cols,
                                 const double *values, bool transposed, enum nng_domain domain, double scale,
                                 struct nng_error *error)
{
    struct nng_symbol symbol = {.kind = NNG_SYMBOL_GIVEN,
                                .of_model = true,
                                .alias = -1,
                                .rows = transposed ? cols : rows,
                                .cols = transposed ? rows : cols,
                                .domain = domain,
                                .low = -scale,
                                .high = scale};
    symbol.name = nng_arena_text(program->arena, name);
    symbol.own = nng_arena_take(program->arena, rows * cols, sizeof(double));
    if (symbol.name == NULL || symbol.own == NULL)
        return nng_fail_memory(error);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < cols; j++)
            symbol.own[transposed ? j * rows + i : i * cols + j] = values[i * cols + j];
    return nng_symbol_add(program, symbol) < 0 ? nng_fail_memory(error) : NNG_OK;
}

/* What the targets are, so that random ones can be of the same kind. */
static enum nng_domain target_domain(const struct nng_model *model)
{
    const struct nng_data *data = &model->data;
    bool binary = true, sign = true, one_hot = data->outputs > 1, nonnegative = true, distribution = data->outputs > 1;
    for (size_t n = 0; n < data->samples; n++) {
        double sum = 0;
        for (size_t j = 0; j < data->outputs; j++) {
            double y = data->y[n * data->outputs + j];
            bool zero = !(y < 0) && !(y > 0), one = !(y < 1) && !(y > 1), minus = !(y < -1) && !(y > -1);
            binary = binary && (zero || one);
            sign = sign && (one || minus);
            nonnegative = nonnegative && y >= 0;
            sum += y;
        }
        one_hot = one_hot && binary && fabs(sum - 1) < 1e-12;
        distribution = distribution && nonnegative && fabs(sum - 1) < 1e-6;
    }
    enum nng_target target = (enum nng_target)model->loss.plugin->loss->target;
    if (one_hot)
        return NNG_DOMAIN_ONE_HOT;
    if (target == NNG_TARGET_DISTRIBUTION || (distribution && target != NNG_TARGET_REAL))
        return NNG_DOMAIN_DISTRIBUTION;
    if (binary)
        return NNG_DOMAIN_BINARY;
    if (target == NNG_TARGET_SIGN || (sign && target != NNG_TARGET_REAL))
        return NNG_DOMAIN_SIGN;
    return target == NNG_TARGET_NONNEGATIVE || target == NNG_TARGET_UNIT ? NNG_DOMAIN_NONNEGATIVE : NNG_DOMAIN_REAL;
}

enum nng_status nng_bind_values(struct nng_program *program, size_t offset, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = program->model;
    if (model == NULL)
        return NNG_OK;
    program->notation = model->notation;
    if (program->sample >= model->data.samples)
        return nng_script_fail(&program->source, offset, error, "sample %zu: the data has %zu", program->sample + 1,
                               model->data.samples);
    if (program->samples > model->data.samples)
        return nng_script_fail(&program->source, offset, error, "batch %zu: the data has %zu sample%s",
                               program->samples, model->data.samples, model->data.samples == 1 ? "" : "s");
    bool columns = model->notation == NNG_OUT_IN;
    size_t samples = !program->batch ? 1 : program->samples > 0 ? program->samples : model->data.samples;
    double count = (double)samples;
    NNG_TRY(add_value(program, program->batch ? "X" : "x", samples, model->inputs,
                      model->data.x + program->sample * model->inputs, columns, NNG_DOMAIN_RANGE, 1, error));
    NNG_TRY(add_value(program, program->batch ? "Y" : "y", samples, model->outputs,
                      model->data.y + program->sample * model->outputs, columns, target_domain(model), 1, error));
    NNG_TRY(add_value(program, "N", 1, 1, &count, false, NNG_DOMAIN_CONSTANT, 1, error));
    for (size_t l = 0; l < model->layer_count; l++) {
        const struct nng_layer *layer = &model->layers[l];
        double scale = sqrt(3 / (double)layer->inputs); /* variance 1/fan-in */
        char name[32];
        snprintf(name, sizeof name, "W%zu", l + 1);
        NNG_TRY(add_value(program, name, layer->units, layer->inputs, model->theta + layer->weights, !columns,
                          NNG_DOMAIN_WEIGHT, scale, error));
        snprintf(name, sizeof name, "b%zu", l + 1);
        NNG_TRY(add_value(program, name, 1, layer->units, model->theta + layer->biases, columns, NNG_DOMAIN_WEIGHT, 0.5,
                          error));
    }
fail:
    return status;
}

/* ---- definitions --------------------------------------------------------------------------------------------- */

static int find_exact(const struct nng_program *program, const char *name)
{
    for (int i = 0; i < program->symbol_count; i++)
        if (strcmp(program->symbols[i].name, name) == 0)
            return i;
    return -1;
}

/* One value under several names (h2, yhat; of a batch A1, a1): the file's own definition if there is one under any of
 * them, else `definition` under the first. The names that are left become aliases. */
static enum nng_status add_names(struct nng_program *program, const char *const *names, size_t count,
                                 struct nng_node *definition, int *symbol, struct nng_error *error)
{
    *symbol = -1;
    for (size_t i = 0; i < count && *symbol < 0; i++)
        *symbol = find_exact(program, names[i]);
    for (size_t i = 0; i < count; i++) {
        if (find_exact(program, names[i]) >= 0)
            continue;
        struct nng_symbol made = {.kind = NNG_SYMBOL_ALIAS, .of_model = true, .alias = *symbol};
        made.name = nng_arena_text(program->arena, names[i]);
        if (*symbol < 0) {
            made.kind = NNG_SYMBOL_DEFINED;
            made.definition = definition;
        }
        int added = made.name == NULL || (*symbol < 0 && definition == NULL) ? -1 : nng_symbol_add(program, made);
        if (added < 0)
            return nng_fail_memory(error);
        *symbol = *symbol < 0 ? added : *symbol;
    }
    return NNG_OK;
}

/* One value in both cases of a batch (A1, a1), or in lower case for a single sample; hL is yhat too. */
static enum nng_status add_layer_value(struct nng_program *program, char letter, size_t layer,
                                       struct nng_node *definition, int *symbol, struct nng_error *error)
{
    char upper[32], lower[32];
    const char *names[4];
    size_t count = 0;
    snprintf(upper, sizeof upper, "%c%zu", letter - 'a' + 'A', layer);
    snprintf(lower, sizeof lower, "%c%zu", letter, layer);
    if (letter == 'h' && layer == program->model->layer_count) {
        if (program->batch)
            names[count++] = "Yhat";
        names[count++] = "yhat";
    }
    if (program->batch)
        names[count++] = upper;
    names[count++] = lower;
    return add_names(program, names, count, definition, symbol, error);
}

static struct nng_node *times(struct nng_arena *arena, double factor, struct nng_node *node)
{
    return nng_node_binary(arena, NNG_MULTIPLY, nng_node_number(arena, factor), node);
}

/* l1 sum|w| + (l2/2) sum w^2 over one tensor, added to L. */
static struct nng_node *add_penalty(const struct nng_program *program, struct nng_node *loss, const char *name)
{
    struct nng_arena *arena = program->arena;
    const struct nng_model *model = program->model;
    int symbol = nng_symbol_find(program, name);
    const struct nng_callable *sum = nng_callable_builtin("sum"), *absolute = nng_callable_builtin("abs");
    if (model->l1 > 0 && loss != NULL) {
        struct nng_node *each = nng_node_call(arena, absolute, nng_node_symbol(arena, symbol), NULL);
        loss = nng_node_binary(arena, NNG_ADD, loss, times(arena, model->l1, nng_node_call(arena, sum, each, NULL)));
    }
    if (model->l2 > 0 && loss != NULL) {
        struct nng_node *square =
            nng_node_binary(arena, NNG_POWER_EACH, nng_node_symbol(arena, symbol), nng_node_number(arena, 2));
        loss =
            nng_node_binary(arena, NNG_ADD, loss, times(arena, model->l2 / 2, nng_node_call(arena, sum, square, NULL)));
    }
    return loss;
}

static enum nng_status add_loss(struct nng_program *program, int yhat, struct nng_error *error)
{
    const struct nng_model *model = program->model;
    struct nng_callable *loss = nng_arena_take(program->arena, 1, sizeof *loss);
    if (loss == NULL)
        return nng_fail_memory(error);
    *loss = (struct nng_callable){.name = model->loss.plugin->name,
                                  .kind = NNG_CALL_LOSS,
                                  .least = 2,
                                  .most = 2,
                                  .method = model->loss,
                                  .reduced = true,
                                  .reduction = model->reduction};
    int y = nng_symbol_find(program, program->batch ? "Y" : "y");
    struct nng_node *node =
        nng_node_call(program->arena, loss, nng_node_symbol(program->arena, yhat), nng_node_symbol(program->arena, y));
    for (size_t l = 1; l <= model->layer_count; l++) {
        char name[32];
        snprintf(name, sizeof name, "W%zu", l);
        node = add_penalty(program, node, name);
        snprintf(name, sizeof name, "b%zu", l);
        if (model->penalize_biases)
            node = add_penalty(program, node, name);
    }
    static const char *const names[] = {"L"};
    int symbol;
    return add_names(program, names, 1, node, &symbol, error);
}

enum nng_status nng_bind_definitions(struct nng_program *program, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_arena *arena = program->arena;
    const struct nng_model *model = program->model;
    if (model == NULL)
        return NNG_OK;
    int h = nng_symbol_find(program, program->batch ? "X" : "x");
    static const char *const inputs[] = {"h0", "H0", "x", "y"};
    int own = find_exact(program, "h0");
    for (size_t i = 0; i < (program->batch ? 4 : 1);
         i++) { /* h0 and x are names of the input, X's and Y's lower case */
        struct nng_symbol alias = {.name = inputs[i], .kind = NNG_SYMBOL_ALIAS, .of_model = true};
        alias.alias = nng_symbol_find(program, i == 3 ? "Y" : program->batch ? "X" : "x");
        if (find_exact(program, alias.name) < 0 && nng_symbol_add(program, alias) < 0)
            return nng_fail_memory(error);
    }
    h = own >= 0 ? own : h;
    for (size_t l = 1; l <= model->layer_count; l++) {
        char name[32];
        int a;
        const struct nng_callable *f;
        snprintf(name, sizeof name, "W%zu", l);
        struct nng_node *W = nng_node_symbol(arena, nng_symbol_find(program, name));
        snprintf(name, sizeof name, "b%zu", l);
        struct nng_node *b = nng_node_symbol(arena, nng_symbol_find(program, name)), *in = nng_node_symbol(arena, h);
        struct nng_node *product = model->notation == NNG_OUT_IN ? nng_node_binary(arena, NNG_MULTIPLY, W, in)
                                                                 : nng_node_binary(arena, NNG_MULTIPLY, in, W);
        NNG_TRY(add_layer_value(program, 'a', l, nng_node_binary(arena, NNG_ADD, product, b), &a, error));
        NNG_TRY(nng_callable_activation(program, &model->layers[l - 1].activation, &f, error));
        NNG_TRY(add_layer_value(program, 'h', l, nng_node_call(arena, f, nng_node_symbol(arena, a), NULL), &h, error));
    }
    NNG_TRY(add_loss(program, h, error));
fail:
    return status;
}
