/* evaluate.c - walks an expression. Shapes were inferred before, so that nothing is checked twice. */
#include "derivation/evaluate.h"

#include <float.h>
#include <math.h>

#include "base/error.h"
#include "derivation/callable.h"

void nng_machine_branch(struct nng_machine *machine, int64_t code)
{
    machine->branch = (machine->branch ^ (uint64_t)code) * UINT64_C(1099511628211); /* FNV-1a */
}

enum nng_status nng_machine_work(struct nng_machine *machine, const struct nng_node *node, size_t amount)
{
    machine->work += amount + 1;
    if (machine->work <= machine->work_limit)
        return NNG_OK;
    return nng_script_fail(&machine->program->source, node->offset, machine->error,
                           "too much work: more than %.0e operations%s", (double)machine->work_limit,
                           machine->program->batch ? " ('use ... batch 32' takes the first 32 samples)" : "");
}

enum nng_status nng_value_new(struct nng_machine *machine, size_t rows, size_t cols, struct nng_value *value)
{
    *value = (struct nng_value){.rows = rows, .cols = cols};
    value->at = nng_scratch_take(&machine->scratch, rows * cols, sizeof *value->at);
    return value->at == NULL ? nng_fail_memory(machine->error) : NNG_OK;
}

size_t nng_machine_entry(const struct nng_machine *machine, const struct nng_subscripts *subscripts, size_t cols)
{
    size_t at[2] = {0, 0};
    for (int i = 0; i < subscripts->count; i++) {
        const struct nng_subscript *s = &subscripts->at[i];
        at[i] = (size_t)(s->offset + (s->letter < 0 ? 0 : (long)machine->letter[s->letter])) - 1;
    }
    return subscripts->count == 2 ? at[0] * cols + at[1] : at[0];
}

static enum nng_status evaluate_scalar(struct nng_machine *machine, double re, double err, struct nng_value *value)
{
    enum nng_status status = nng_value_new(machine, 1, 1, value);
    if (status == NNG_OK)
        value->at[0] = (struct nng_scalar){.re = re, .err = err};
    return status;
}

static enum nng_status evaluate_list(struct nng_machine *machine, const struct nng_node *node, struct nng_value *value)
{
    enum nng_status status = NNG_OK;
    struct nng_value entry;
    NNG_TRY(nng_value_new(machine, node->rows, node->cols, value));
    for (size_t i = 0; i < node->child_count; i++) {
        NNG_TRY(nng_evaluate(machine, node->children[i], &entry));
        value->at[i] = entry.at[0];
    }
fail:
    return status;
}

static enum nng_status evaluate_negate(struct nng_machine *machine, const struct nng_node *node,
                                       struct nng_value *value)
{
    enum nng_status status = NNG_OK;
    struct nng_value a;
    NNG_TRY(nng_evaluate(machine, node->children[0], &a));
    NNG_TRY(nng_value_new(machine, a.rows, a.cols, value));
    for (size_t i = 0; i < a.rows * a.cols; i++)
        value->at[i] = (struct nng_scalar){.re = -a.at[i].re, .im = -a.at[i].im, .err = a.at[i].err};
fail:
    return status;
}

static enum nng_status evaluate_transpose(struct nng_machine *machine, const struct nng_node *node,
                                          struct nng_value *value)
{
    enum nng_status status = NNG_OK;
    struct nng_value a;
    NNG_TRY(nng_evaluate(machine, node->children[0], &a));
    NNG_TRY(nng_value_new(machine, a.cols, a.rows, value));
    for (size_t i = 0; i < a.rows; i++)
        for (size_t j = 0; j < a.cols; j++)
            value->at[j * a.rows + i] = a.at[i * a.cols + j];
fail:
    return status;
}

/* C = A B: rows x inner times inner x cols. */
static enum nng_status matrix_product(struct nng_machine *machine, const struct nng_node *node,
                                      const struct nng_value *a, const struct nng_value *b, struct nng_value *c)
{
    enum nng_status status = NNG_OK;
    NNG_TRY(nng_machine_work(machine, node, a->rows * a->cols * b->cols));
    NNG_TRY(nng_value_new(machine, a->rows, b->cols, c));
    for (size_t i = 0; i < a->rows; i++)
        for (size_t j = 0; j < b->cols; j++) {
            struct nng_scalar sum = {0};
            for (size_t k = 0; k < a->cols; k++)
                sum =
                    nng_scalar_add(machine->mode, sum,
                                   nng_scalar_multiply(machine->mode, a->at[i * a->cols + k], b->at[k * b->cols + j]));
            c->at[i * b->cols + j] = sum;
        }
fail:
    return status;
}

/* 1 or 0; which of them is a jump, so the branch is noted. */
static struct nng_scalar compare(struct nng_machine *machine, enum nng_operator operation, struct nng_scalar a,
                                 struct nng_scalar b)
{
    int order = a.re > b.re ? 1 : a.re < b.re ? -1 : 0;
    bool holds = operation == NNG_EQUAL ? order == 0 : operation == NNG_GREATER ? order > 0 : order < 0;
    nng_machine_branch(machine, order);
    return (struct nng_scalar){.re = holds ? 1 : 0};
}

static struct nng_scalar operate(struct nng_machine *machine, enum nng_operator operation, struct nng_scalar a,
                                 struct nng_scalar b)
{
    switch (operation) {
    case NNG_ADD:
        return nng_scalar_add(machine->mode, a, b);
    case NNG_SUBTRACT:
        return nng_scalar_subtract(machine->mode, a, b);
    case NNG_MULTIPLY:
    case NNG_TIMES_EACH:
        return nng_scalar_multiply(machine->mode, a, b);
    case NNG_DIVIDE:
    case NNG_DIVIDE_EACH:
        return nng_scalar_divide(machine->mode, a, b);
    case NNG_POWER:
    case NNG_POWER_EACH:
        return nng_scalar_power(machine->mode, a, b);
    case NNG_EQUAL:
    case NNG_GREATER:
    case NNG_LESS:
        break;
    }
    return compare(machine, operation, a, b);
}

/* Entry by entry; a side with one row (column) stands for all of them. */
static enum nng_status evaluate_each(struct nng_machine *machine, const struct nng_node *node,
                                     const struct nng_value *a, const struct nng_value *b, struct nng_value *c)
{
    enum nng_status status = NNG_OK;
    NNG_TRY(nng_machine_work(machine, node, node->rows * node->cols));
    NNG_TRY(nng_value_new(machine, node->rows, node->cols, c));
    for (size_t i = 0; i < c->rows; i++)
        for (size_t j = 0; j < c->cols; j++) {
            const struct nng_scalar *x = &a->at[(a->rows == 1 ? 0 : i) * a->cols + (a->cols == 1 ? 0 : j)];
            const struct nng_scalar *y = &b->at[(b->rows == 1 ? 0 : i) * b->cols + (b->cols == 1 ? 0 : j)];
            c->at[i * c->cols + j] = operate(machine, node->operation, *x, *y);
        }
fail:
    return status;
}

static enum nng_status evaluate_binary(struct nng_machine *machine, const struct nng_node *node,
                                       struct nng_value *value)
{
    enum nng_status status = NNG_OK;
    struct nng_value a, b;
    NNG_TRY(nng_evaluate(machine, node->children[0], &a));
    NNG_TRY(nng_evaluate(machine, node->children[1], &b));
    bool scales = a.rows * a.cols == 1 || b.rows * b.cols == 1;
    if (node->operation == NNG_MULTIPLY && !scales)
        return matrix_product(machine, node, &a, &b, value);
    return evaluate_each(machine, node, &a, &b, value);
fail:
    return status;
}

static enum nng_status evaluate_sum(struct nng_machine *machine, const struct nng_node *node, struct nng_value *value)
{
    enum nng_status status = NNG_OK;
    size_t range = machine->letters->at[node->letter].range;
    NNG_TRY(nng_value_new(machine, node->rows, node->cols, value));
    for (size_t k = 1; k <= range; k++) {
        struct nng_value term;
        struct nng_scratch_mark mark = nng_scratch_mark(&machine->scratch);
        machine->letter[node->letter] = k;
        NNG_TRY(nng_evaluate(machine, node->children[0], &term));
        for (size_t i = 0; i < term.rows * term.cols; i++)
            value->at[i] = k == 1 ? term.at[i] : nng_scalar_add(machine->mode, value->at[i], term.at[i]);
        nng_scratch_release(&machine->scratch, mark);
    }
fail:
    return status;
}

static enum nng_status evaluate_call(struct nng_machine *machine, const struct nng_node *node, struct nng_value *value)
{
    enum nng_status status = NNG_OK;
    struct nng_value arguments[2] = {{0}};
    for (size_t i = 0; i < node->child_count; i++)
        NNG_TRY(nng_evaluate(machine, node->children[i], &arguments[i]));
    NNG_TRY(nng_evaluate_call(machine, node, arguments, value));
fail:
    return status;
}

static bool finite_value(const struct nng_value *value)
{
    for (size_t i = 0; i < value->rows * value->cols; i++)
        if (!isfinite(value->at[i].re))
            return false;
    return true;
}

enum nng_status nng_evaluate(struct nng_machine *machine, const struct nng_node *node, struct nng_value *value)
{
    enum nng_status status = NNG_OK;
    struct nng_value child;
    NNG_TRY(nng_machine_work(machine, node, 0));
    switch (node->kind) {
    case NNG_NODE_NUMBER:
        status = evaluate_scalar(machine, node->number, machine->printed * node->unit, value);
        break;
    case NNG_NODE_INDEX:
        status = evaluate_scalar(machine, (double)machine->letter[node->letter], 0, value);
        break;
    case NNG_NODE_SYMBOL:
        *value = machine->values[node->of.symbol];
        break;
    case NNG_NODE_ENTRY:
        NNG_TRY(nng_evaluate(machine, node->children[0], &child));
        *value = (struct nng_value){1, 1, &child.at[nng_machine_entry(machine, &node->subscripts, child.cols)]};
        break;
    case NNG_NODE_DERIVATIVE:
        status = machine->derivative(machine->context, machine, node, value);
        break;
    case NNG_NODE_LIST:
        status = evaluate_list(machine, node, value);
        break;
    case NNG_NODE_NEGATE:
        status = evaluate_negate(machine, node, value);
        break;
    case NNG_NODE_TRANSPOSE:
        status = evaluate_transpose(machine, node, value);
        break;
    case NNG_NODE_BINARY:
        status = evaluate_binary(machine, node, value);
        break;
    case NNG_NODE_CALL:
        status = evaluate_call(machine, node, value);
        break;
    case NNG_NODE_SUM:
        status = evaluate_sum(machine, node, value);
        break;
    }
    if (status == NNG_OK && machine->trace && machine->nonfinite == NULL && !finite_value(value))
        machine->nonfinite = node;
fail:
    return status;
}
