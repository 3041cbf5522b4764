/* shape.c - shape inference, with diagnostics in the words of the page: "dL/dW2 is 2 x 4, ...". */
#include "derivation/shape.h"

#include <string.h>

#include "base/error.h"
#include "derivation/callable.h"
#include "derivation/print.h"

struct shaper {
    const struct nng_program *program;
    struct nng_letters *letters;
    bool misfit;
    struct nng_error *error;
};

static enum nng_status infer(struct shaper *shaper, struct nng_node *node);

static bool scalar(const struct nng_node *node)
{
    return node->rows == 1 && node->cols == 1;
}

static enum nng_status set(struct shaper *shaper, struct nng_node *node, size_t rows, size_t cols)
{
    if (cols != 0 && rows > NNG_ENTRY_LIMIT / cols)
        return nng_script_fail(&shaper->program->source, node->offset, shaper->error, "a value of more than %d entries",
                               NNG_ENTRY_LIMIT);
    node->rows = rows;
    node->cols = cols;
    return NNG_OK;
}

/* "W2 * h1: 2 x 4 and 3 x 1 ...": shapes that do not fit. The text is only made where somebody reads it. */
static enum nng_status misfit(struct shaper *shaper, const struct nng_node *node, const struct nng_node *left,
                              const struct nng_node *right, const char *why)
{
    shaper->misfit = true;
    if (shaper->error == NULL)
        return NNG_INPUT;
    const char *a = nng_node_text(shaper->program, shaper->letters, left);
    const char *b = right == NULL ? "" : nng_node_text(shaper->program, shaper->letters, right);
    if (a == NULL || b == NULL)
        return nng_fail_memory(shaper->error);
    if (right == NULL)
        return nng_script_fail(&shaper->program->source, node->offset, shaper->error, "'%s' is %s: %s", a,
                               nng_shape_text(left->rows, left->cols).text, why);
    return nng_script_fail(&shaper->program->source, node->offset, shaper->error, "'%s' is %s and '%s' is %s: %s", a,
                           nng_shape_text(left->rows, left->cols).text, b,
                           nng_shape_text(right->rows, right->cols).text, why);
}

/* ---- indices ------------------------------------------------------------------------------------------------- */

static enum nng_status check_subscript(struct shaper *shaper, const struct nng_node *node,
                                       const struct nng_subscript *subscript, size_t size)
{
    const struct nng_script *source = &shaper->program->source;
    if (subscript->letter < 0) {
        if (subscript->offset < 1 || (size_t)subscript->offset > size)
            return nng_script_fail(source, node->offset, shaper->error, "the index %ld is outside of 1 ... %zu",
                                   subscript->offset, size);
        return NNG_OK;
    }
    struct nng_letter *letter = &shaper->letters->at[subscript->letter];
    if (subscript->offset != 0) {
        if (letter->range != 0 && (1 + subscript->offset < 1 || (long)letter->range + subscript->offset > (long)size))
            return nng_script_fail(source, node->offset, shaper->error,
                                   "the index '%s%+ld' leaves 1 ... %zu: '%s' runs to %zu", letter->name,
                                   subscript->offset, size, letter->name, letter->range);
        return NNG_OK;
    }
    if (letter->range == 0)
        letter->range = size;
    if (letter->range != size)
        return nng_script_fail(source, node->offset, shaper->error,
                               "the index '%s' runs over %zu entries here, and over %zu before", letter->name, size,
                               letter->range);
    return NNG_OK;
}

/* One index of a vector, two of a matrix; w212 gives both in one run of digits. Replaces rows and cols by 1. */
static enum nng_status apply_subscripts(struct shaper *shaper, const struct nng_node *node,
                                        struct nng_subscripts *subscripts, size_t *rows, size_t *cols)
{
    enum nng_status status = NNG_OK;
    const struct nng_script *source = &shaper->program->source;
    bool matrix = *rows > 1 && *cols > 1;
    if (subscripts->count == 0)
        return NNG_OK;
    if (subscripts->packed && matrix) {
        long digits = subscripts->at[0].offset;
        if (digits < 11 || digits > 99 || digits % 10 == 0)
            return nng_script_fail(source, node->offset, shaper->error,
                                   "two digits name an entry of a matrix, not %ld: write [i, j]", digits);
        subscripts->at[0].offset = digits / 10;
        subscripts->at[1] = (struct nng_subscript){.letter = -1, .offset = digits % 10};
        subscripts->count = 2;
    } else if (subscripts->packed && subscripts->at[0].offset > 9 && (*rows == 1 || *cols == 1)) {
        long digits = subscripts->at[0].offset; /* w112 of a layer with one neuron or one input: 1 x n */
        size_t size = *rows * *cols;
        bool pair = digits <= 99 && (size_t)digits > size && (size_t)(digits / 10) <= *rows && digits % 10 != 0 &&
                    (size_t)(digits % 10) <= *cols;
        if (pair) {
            subscripts->at[0].offset = digits / 10;
            subscripts->at[1] = (struct nng_subscript){.letter = -1, .offset = digits % 10};
            subscripts->count = 2;
        }
    }
    subscripts->packed = false;
    if (subscripts->count == 1 && matrix)
        return nng_script_fail(source, node->offset, shaper->error, "a %zu x %zu matrix needs two indices", *rows,
                               *cols);
    if (subscripts->count == 2) {
        NNG_TRY(check_subscript(shaper, node, &subscripts->at[0], *rows));
        NNG_TRY(check_subscript(shaper, node, &subscripts->at[1], *cols));
    } else
        NNG_TRY(check_subscript(shaper, node, &subscripts->at[0], *rows * *cols));
    *rows = *cols = 1;
fail:
    return status;
}

void nng_shape_reference(const struct nng_program *program, const struct nng_reference *reference, size_t *rows,
                         size_t *cols)
{
    const struct nng_symbol *symbol = &program->symbols[reference->symbol];
    *rows = reference->subscripts.count > 0 ? 1 : symbol->rows;
    *cols = reference->subscripts.count > 0 ? 1 : symbol->cols;
}

/* By a scalar: the numerator's shape; of a scalar: the denominator's; of a vector by a vector: the Jacobian. */
static enum nng_status infer_derivative(struct shaper *shaper, struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    const struct nng_symbol *symbols = shaper->program->symbols;
    size_t rows = symbols[node->of.symbol].rows, cols = symbols[node->of.symbol].cols;
    size_t by_rows = symbols[node->by.symbol].rows, by_cols = symbols[node->by.symbol].cols;
    NNG_TRY(apply_subscripts(shaper, node, &node->of.subscripts, &rows, &cols));
    NNG_TRY(apply_subscripts(shaper, node, &node->by.subscripts, &by_rows, &by_cols));
    if (rows == 1 && cols == 1)
        return set(shaper, node, by_rows, by_cols);
    if (by_rows == 1 && by_cols == 1)
        return set(shaper, node, rows, cols);
    if ((rows == 1 || cols == 1) && (by_rows == 1 || by_cols == 1))
        return set(shaper, node, rows * cols, by_rows * by_cols);
    const char *of = symbols[node->of.symbol].name, *by = symbols[node->by.symbol].name;
    return nng_script_fail(&shaper->program->source, node->offset, shaper->error,
                           "d%s/d%s has an index for each of %s (%s) and %s (%s): take it entry by entry, as in "
                           "d%s[k]/d%s[i, j]",
                           of, by, of, nng_shape_text(rows, cols).text, by, nng_shape_text(by_rows, by_cols).text, of,
                           by);
fail:
    return status;
}

/* ---- operators ----------------------------------------------------------------------------------------------- */

void nng_shape_adopt(struct nng_node *node, size_t rows, size_t cols)
{
    struct nng_node *list = node;
    while (list->kind == NNG_NODE_NEGATE)
        list = list->children[0];
    if (list->kind != NNG_NODE_LIST || list->list_rows != 1 || list->child_count != rows * cols)
        return;
    for (; node != list; node = node->children[0]) {
        node->rows = rows;
        node->cols = cols;
    }
    list->rows = rows;
    list->cols = cols;
}

/* Entry by entry: equal shapes, a scalar, or in a batch a row or column that fits. */
static enum nng_status infer_each(struct shaper *shaper, struct nng_node *node)
{
    struct nng_node *a = node->children[0], *b = node->children[1];
    if (scalar(a))
        return set(shaper, node, b->rows, b->cols);
    if (scalar(b))
        return set(shaper, node, a->rows, a->cols);
    nng_shape_adopt(a, b->rows, b->cols);
    nng_shape_adopt(b, a->rows, a->cols);
    bool rows = a->rows == b->rows, cols = a->cols == b->cols;
    if (shaper->program->batch) {
        rows = rows || a->rows == 1 || b->rows == 1;
        cols = cols || a->cols == 1 || b->cols == 1;
        bool fits = (a->rows >= b->rows && a->cols >= b->cols) || (b->rows >= a->rows && b->cols >= a->cols);
        rows = rows && fits;
    }
    if (rows && cols)
        return set(shaper, node, a->rows > b->rows ? a->rows : b->rows, a->cols > b->cols ? a->cols : b->cols);
    return misfit(shaper, node, a, b, "entry by entry needs equal shapes");
}

static enum nng_status infer_binary(struct shaper *shaper, struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    struct nng_node *a = node->children[0], *b = node->children[1];
    NNG_TRY(infer(shaper, a));
    NNG_TRY(infer(shaper, b));
    switch (node->operation) {
    case NNG_MULTIPLY:
        if (scalar(a) || scalar(b))
            return set(shaper, node, scalar(a) ? b->rows : a->rows, scalar(a) ? b->cols : a->cols);
        if (a->cols == b->rows)
            return set(shaper, node, a->rows, b->cols);
        return misfit(shaper, node, a, b, "a matrix product needs as many columns as rows");
    case NNG_DIVIDE:
        if (scalar(b))
            return set(shaper, node, a->rows, a->cols);
        return misfit(shaper, node, a, b, "'/' divides by a scalar; entry by entry is './'");
    case NNG_POWER:
        if (scalar(a) && scalar(b))
            return set(shaper, node, 1, 1);
        return misfit(shaper, node, a, b, "'^' takes scalars; entry by entry is '.^'");
    default:
        return infer_each(shaper, node);
    }
fail:
    return status;
}

/* ---- calls --------------------------------------------------------------------------------------------------- */

/* A size among the arguments: a whole number, or N. */
static bool constant_size(const struct nng_program *program, const struct nng_node *node, size_t *size)
{
    double value = 0;
    if (node->kind == NNG_NODE_NUMBER && !(node->unit > 0))
        value = node->number;
    else if (node->kind == NNG_NODE_SYMBOL && program->symbols[node->of.symbol].domain == NNG_DOMAIN_CONSTANT &&
             program->symbols[node->of.symbol].own != NULL)
        value = program->symbols[node->of.symbol].own[0];
    if (!(value >= 1) || value > NNG_ENTRY_LIMIT)
        return false;
    *size = (size_t)value;
    return true;
}

/* sum(A, 1) collapses the rows, sum(A, 2) the columns. */
static enum nng_status infer_reduction(struct shaper *shaper, struct nng_node *node)
{
    const struct nng_node *a = node->children[0];
    if (node->child_count == 1)
        return set(shaper, node, 1, 1);
    const struct nng_node *b = node->children[1];
    bool one = b->kind == NNG_NODE_NUMBER && !(b->unit > 0) && b->number > 0 && b->number < 3;
    if (!one)
        return nng_script_fail(&shaper->program->source, b->offset, shaper->error,
                               "expected 1 (over the rows) or 2 (over the columns) as second argument of '%s'",
                               node->function->name);
    return b->number < 2 ? set(shaper, node, 1, a->cols) : set(shaper, node, a->rows, 1);
}

/* One value a sample: of a batch a row or a column of them, else a scalar. */
static enum nng_status infer_per_sample(struct shaper *shaper, struct nng_node *node, const struct nng_node *a)
{
    if (!shaper->program->batch)
        return set(shaper, node, 1, 1);
    bool columns = shaper->program->notation == NNG_OUT_IN;
    return set(shaper, node, columns ? 1 : a->rows, columns ? a->cols : 1);
}

static enum nng_status infer_sized(struct shaper *shaper, struct nng_node *node)
{
    size_t size[2] = {1, 1};
    for (size_t i = 0; i < node->child_count; i++)
        if (!constant_size(shaper->program, node->children[i], &size[i]))
            return nng_script_fail(&shaper->program->source, node->children[i]->offset, shaper->error,
                                   "expected a whole number from 1, or N, as argument of '%s'", node->function->name);
    if (node->function->kind == NNG_CALL_EYE)
        return set(shaper, node, size[0], size[0]);
    if (node->function->kind == NNG_CALL_ONEHOT) {
        if (size[0] > size[1])
            return nng_script_fail(&shaper->program->source, node->offset, shaper->error,
                                   "onehot(k, n) needs k from 1 to n");
        return set(shaper, node, size[1], 1);
    }
    return set(shaper, node, size[0], size[1]);
}

static enum nng_status infer_vectors(struct shaper *shaper, struct nng_node *node)
{
    struct nng_node *a = node->children[0], *b = node->children[1];
    bool vectors = (a->rows == 1 || a->cols == 1) && (b->rows == 1 || b->cols == 1);
    size_t m = a->rows * a->cols, n = b->rows * b->cols;
    if (!vectors || (node->function->kind == NNG_CALL_DOT && m != n))
        return misfit(shaper, node, a, b, "two vectors are needed, for 'dot' of the same length");
    return node->function->kind == NNG_CALL_DOT ? set(shaper, node, 1, 1) : set(shaper, node, m, n);
}

static enum nng_status infer_call(struct shaper *shaper, struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    for (size_t i = 0; i < node->child_count; i++)
        NNG_TRY(infer(shaper, node->children[i]));
    struct nng_node *a = node->children[0];
    switch (node->function->kind) {
    case NNG_CALL_SUM:
    case NNG_CALL_MEAN:
    case NNG_CALL_PRODUCT:
        return infer_reduction(shaper, node);
    case NNG_CALL_MAX:
    case NNG_CALL_MIN:
        return node->child_count == 2 ? infer_each(shaper, node) : set(shaper, node, 1, 1);
    case NNG_CALL_LOGSUMEXP:
        return infer_per_sample(shaper, node, a);
    case NNG_CALL_DIAG:
        if (a->rows == 1 || a->cols == 1)
            return set(shaper, node, a->rows * a->cols, a->rows * a->cols);
        if (a->rows != a->cols)
            return misfit(shaper, node, a, NULL, "only a square matrix has a diagonal here");
        return set(shaper, node, a->rows, 1);
    case NNG_CALL_ONES:
    case NNG_CALL_ZEROS:
    case NNG_CALL_EYE:
    case NNG_CALL_ONEHOT:
        return infer_sized(shaper, node);
    case NNG_CALL_DOT:
    case NNG_CALL_OUTER:
        return infer_vectors(shaper, node);
    case NNG_CALL_NORM:
        return set(shaper, node, 1, 1);
    case NNG_CALL_LOSS: {
        struct nng_node *b = node->children[1];
        nng_shape_adopt(b, a->rows, a->cols);
        if (a->rows != b->rows || a->cols != b->cols)
            return misfit(shaper, node, a, b, "a loss compares equal shapes");
        return node->function->reduced ? set(shaper, node, 1, 1) : infer_per_sample(shaper, node, a);
    }
    case NNG_CALL_EACH:
    case NNG_CALL_SOFTMAX:
    case NNG_CALL_ACTIVATION:
        break;
    }
    return set(shaper, node, a->rows, a->cols);
fail:
    return status;
}

/* ---- all kinds ----------------------------------------------------------------------------------------------- */

static enum nng_status infer_list(struct shaper *shaper, struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    for (size_t i = 0; i < node->child_count; i++) {
        NNG_TRY(infer(shaper, node->children[i]));
        if (!scalar(node->children[i]))
            return misfit(shaper, node->children[i], node->children[i], NULL, "an entry of a list is a scalar");
    }
    if (node->rows * node->cols == node->child_count && node->rows > 0)
        return NNG_OK; /* it has taken the other side's shape before */
    size_t rows = node->list_rows <= 1 ? node->child_count : node->list_rows;
    return set(shaper, node, rows, rows > 0 ? node->child_count / rows : 0);
fail:
    return status;
}

static enum nng_status infer(struct shaper *shaper, struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    switch (node->kind) {
    case NNG_NODE_NUMBER:
    case NNG_NODE_INDEX:
        return set(shaper, node, 1, 1);
    case NNG_NODE_SYMBOL:
        return set(shaper, node, shaper->program->symbols[node->of.symbol].rows,
                   shaper->program->symbols[node->of.symbol].cols);
    case NNG_NODE_ENTRY: {
        NNG_TRY(infer(shaper, node->children[0]));
        size_t rows = node->children[0]->rows, cols = node->children[0]->cols;
        NNG_TRY(apply_subscripts(shaper, node, &node->subscripts, &rows, &cols));
        return set(shaper, node, rows, cols);
    }
    case NNG_NODE_DERIVATIVE:
        return infer_derivative(shaper, node);
    case NNG_NODE_LIST:
        return infer_list(shaper, node);
    case NNG_NODE_NEGATE:
    case NNG_NODE_SUM:
        NNG_TRY(infer(shaper, node->children[0]));
        return set(shaper, node, node->children[0]->rows, node->children[0]->cols);
    case NNG_NODE_TRANSPOSE:
        NNG_TRY(infer(shaper, node->children[0]));
        return set(shaper, node, node->children[0]->cols, node->children[0]->rows);
    case NNG_NODE_BINARY:
        return infer_binary(shaper, node);
    case NNG_NODE_CALL:
        return infer_call(shaper, node);
    }
fail:
    return status;
}

enum nng_status nng_shape_expression(const struct nng_program *program, struct nng_letters *letters,
                                     struct nng_node *node, bool *misfit_found, struct nng_error *error)
{
    struct shaper shaper = {.program = program, .letters = letters, .error = error};
    enum nng_status status = infer(&shaper, node);
    *misfit_found = shaper.misfit && status == NNG_INPUT;
    return status;
}

enum nng_status nng_shape_letters(const struct nng_program *program, const struct nng_letters *letters,
                                  struct nng_error *error)
{
    double assignments = 1;
    for (int i = 0; i < letters->count; i++) {
        if (letters->at[i].range == 0)
            return nng_script_fail(&program->source, letters->at[i].offset, error,
                                   strlen(letters->at[i].name) == 1 && !letters->at[i].bound
                                       ? "unknown name '%s': it is neither defined nor used as an index"
                                       : "nothing says what the index '%s' runs over",
                                   letters->at[i].name);
        assignments *= letters->at[i].bound ? 1 : (double)letters->at[i].range;
    }
    if (assignments > NNG_ENTRY_LIMIT)
        return nng_script_fail(&program->source, letters->at[0].offset, error,
                               "the free indices have more than %d combinations", NNG_ENTRY_LIMIT);
    return NNG_OK;
}
