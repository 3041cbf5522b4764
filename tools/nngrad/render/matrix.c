/* matrix.c - the page's matrix of derivatives: which entry stands where. */
#include "render/matrix.h"

#include <stdio.h>

size_t matrix_groups(const struct matrix *matrix)
{
    return matrix->model->layer_count + 1;
}

/* Does the page's n x k turn the output block over? Under in_out it is inputs x units already. */
static bool is_transposed(const struct matrix *matrix, size_t group)
{
    return matrix->lecture && group + 1 == matrix->model->layer_count && matrix->model->notation == NNG_OUT_IN;
}

static struct matrix_group weight_group(const struct matrix *matrix, size_t group)
{
    struct nng_tensor tensor = nng_tensor(matrix->model, group);
    bool transposed = is_transposed(matrix, group);
    struct matrix_group result = {.rows = transposed ? tensor.cols : tensor.rows,
                                  .cols = transposed ? tensor.rows : tensor.cols};
    if (group + 1 == matrix->model->layer_count)
        snprintf(result.title, sizeof result.title, "Output layer");
    else
        snprintf(result.title, sizeof result.title, "Layer %zu", group + 1);
    snprintf(result.symbol, sizeof result.symbol, transposed ? "(∂L/∂%s)ᵀ" : "∂L/∂%s", tensor.name);
    return result;
}

static struct matrix_group bias_group(const struct nng_model *model)
{
    struct matrix_group result = {.title = "Biases", .cols = model->layer_count};
    for (size_t l = 0; l < model->layer_count; l++)
        if (model->layers[l].units > result.rows)
            result.rows = model->layers[l].units;
    if (model->layer_count == 1)
        snprintf(result.symbol, sizeof result.symbol, "∂L/∂b1");
    else if (model->layer_count == 2)
        snprintf(result.symbol, sizeof result.symbol, "∂L/∂b1, ∂L/∂b2");
    else
        snprintf(result.symbol, sizeof result.symbol, "∂L/∂b1 ... ∂L/∂b%zu", model->layer_count);
    return result;
}

struct matrix_group matrix_group(const struct matrix *matrix, size_t group)
{
    return group < matrix->model->layer_count ? weight_group(matrix, group) : bias_group(matrix->model);
}

size_t matrix_index(const struct matrix *matrix, size_t group, size_t row, size_t col)
{
    const struct nng_model *model = matrix->model;
    if (group == model->layer_count)
        return row < model->layers[col].units ? model->layers[col].biases + row : MATRIX_NONE;
    struct nng_tensor tensor = nng_tensor(model, group);
    bool transposed = is_transposed(matrix, group);
    return nng_tensor_index(model, &tensor, transposed ? col : row, transposed ? row : col);
}

bool matrix_symbol(const struct matrix *matrix, size_t index, char symbol[MATRIX_SYMBOL_SIZE])
{
    char name[NNG_NAME_SIZE];
    if (index == MATRIX_NONE)
        return false;
    nng_parameter_name(matrix->model, index, name);
    snprintf(symbol, MATRIX_SYMBOL_SIZE, "∂L/∂%s", name);
    return true;
}

size_t span_slots(struct span span)
{
    return span.head < span.total ? span.head + 2 : span.total;
}

size_t span_at(struct span span, size_t slot)
{
    if (slot < span.head)
        return slot;
    return slot == span.head ? MATRIX_NONE : span.total - 1;
}

struct span span_within(size_t total, size_t most)
{
    if (total <= most)
        return (struct span){total, total};
    return (struct span){total, most > 3 ? most - 2 : 1};
}
