/* edit_form.c - an expression that is right but for its form: a sign, a constant factor, a transpose, the order of two
 * operands, an operator, a factor or term too many. */
#include "derivation/edit_kinds.h"

#include "base/error.h"
#include "base/memory.h"

/* ---- sign ---------------------------------------------------------------------------------------------------- */

static struct nng_node *negated(struct nng_arena *arena, const struct nng_node *node)
{
    if (node->kind == NNG_NODE_NEGATE)
        return node->children[0];
    if (is_binary(node, NNG_SUBTRACT))
        return nng_node_binary(arena, NNG_SUBTRACT, node->children[1], node->children[0]);
    if (is_product(node) || is_quotient(node)) /* the sign goes to the first factor: -a * b */
        return nng_node_binary(arena, node->operation, negated(arena, node->children[0]), node->children[1]);
    return nng_node_unary(arena, NNG_NODE_NEGATE, (struct nng_node *)(uintptr_t)node);
}

enum nng_status nng_edit_sign(struct nng_walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    struct nng_arena *arena = walk->editor->arena;
    const struct nng_node *above = walk->depth > 0 ? walk->above[walk->depth - 1] : NULL;
    bool term = above == NULL || (is_sum(above) && walk->child[walk->depth - 1] == 0) || above->kind == NNG_NODE_CALL ||
                above->kind == NNG_NODE_LIST;
    if (term)
        NNG_TRY(nng_emit(walk, negated(arena, node), "the sign is turned around"));
    if (is_sum(node))
        NNG_TRY(nng_emit(walk,
                         nng_node_binary(arena, is_binary(node, NNG_ADD) ? NNG_SUBTRACT : NNG_ADD, node->children[0],
                                         node->children[1]),
                         "a plus and a minus are exchanged"));
fail:
    return status;
}

/* ---- factor -------------------------------------------------------------------------------------------------- */

static bool is_count(const struct nng_program *program, const struct nng_node *node)
{
    return node->kind == NNG_NODE_NUMBER ||
           (node->kind == NNG_NODE_SYMBOL && program->symbols[node->of.symbol].domain == NNG_DOMAIN_CONSTANT &&
            program->symbols[node->of.symbol].kind == NNG_SYMBOL_GIVEN);
}

enum nng_status nng_edit_factor(struct nng_walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    struct nng_editor *editor = walk->editor;
    struct nng_arena *arena = editor->arena;
    struct nng_node *same = (struct nng_node *)(uintptr_t)node;
    const struct nng_node *above = walk->depth > 0 ? walk->above[walk->depth - 1] : NULL;
    bool term = above == NULL || is_sum(above) || above->kind == NNG_NODE_NEGATE;
    int N = nng_symbol_find(editor->program, "N");
    if (term && node->kind != NNG_NODE_NUMBER) {
        struct nng_node *half = nng_node_binary(arena, NNG_DIVIDE, same, nng_node_number(arena, 2));
        NNG_TRY(nng_emit(walk, nng_node_binary(arena, NNG_MULTIPLY, nng_node_number(arena, 2), same),
                         "a factor 2 is missing"));
        NNG_TRY(nng_emit(walk, half, "there is a factor 2 too many"));
        if (N >= 0) {
            NNG_TRY(nng_emit(walk, nng_node_binary(arena, NNG_DIVIDE, same, nng_node_symbol(arena, N)),
                             "a factor 1/N is missing"));
            NNG_TRY(nng_emit(walk, nng_node_binary(arena, NNG_MULTIPLY, nng_node_symbol(arena, N), same),
                             "there is a factor 1/N too many"));
        }
    }
    if (is_product(node) && is_count(editor->program, node->children[0]))
        NNG_TRY(nng_emit(walk, node->children[1], "there is a factor too many"));
    if ((is_product(node) || is_quotient(node)) && is_count(editor->program, node->children[1]))
        NNG_TRY(nng_emit(walk, node->children[0], "there is a factor too many"));
fail:
    return status;
}

/* ---- transpose ----------------------------------------------------------------------------------------------- */

struct nng_node *nng_edit_transposed(struct nng_arena *arena, const struct nng_node *node)
{
    struct nng_node *same = (struct nng_node *)(uintptr_t)node;
    if (is_scalar(node))
        return same;
    if (node->kind == NNG_NODE_TRANSPOSE)
        return node->children[0];
    if (is_binary(node, NNG_MULTIPLY) && !is_scalar(node->children[0]) && !is_scalar(node->children[1]))
        return nng_node_binary(arena, NNG_MULTIPLY, nng_edit_transposed(arena, node->children[1]),
                               nng_edit_transposed(arena, node->children[0]));
    if (node->kind == NNG_NODE_BINARY && node->operation != NNG_POWER)
        return nng_node_binary(arena, node->operation, nng_edit_transposed(arena, node->children[0]),
                               nng_edit_transposed(arena, node->children[1]));
    return nng_node_unary(arena, NNG_NODE_TRANSPOSE, same);
}

static struct nng_node *swapped_subscripts(struct nng_arena *arena, const struct nng_node *node)
{
    struct nng_node *copy = nng_node_copy(arena, node);
    if (copy == NULL)
        return NULL;
    copy->spelling = NULL;
    if (node->kind == NNG_NODE_ENTRY) {
        copy->subscripts.at[0] = node->subscripts.at[1];
        copy->subscripts.at[1] = node->subscripts.at[0];
        struct nng_node *base = nng_node_copy(arena, node->children[0]);
        if (base == NULL)
            return NULL;
        copy->children[0] = base;
    } else {
        copy->of.subscripts = node->by.subscripts;
        copy->by.subscripts = node->of.subscripts;
    }
    return copy;
}

enum nng_status nng_edit_transpose(struct nng_walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    struct nng_arena *arena = walk->editor->arena;
    const char *what = "it is transposed";
    const struct nng_node *above = walk->depth > 0 ? walk->above[walk->depth - 1] : NULL;
    if (node->kind == NNG_NODE_TRANSPOSE)
        return nng_emit(walk, node->children[0], what);
    if (node->kind == NNG_NODE_ENTRY && node->subscripts.count == 2)
        NNG_TRY(nng_emit(walk, swapped_subscripts(arena, node), "two indices are exchanged"));
    else if (node->kind == NNG_NODE_DERIVATIVE && node->of.subscripts.count == 1 && node->by.subscripts.count == 1)
        NNG_TRY(nng_emit(walk, swapped_subscripts(arena, node), "two indices are exchanged"));
    if (!is_scalar(node) && (above == NULL || above->kind != NNG_NODE_TRANSPOSE))
        NNG_TRY(nng_emit(walk, nng_edit_transposed(arena, node), what));
fail:
    return status;
}

/* ---- order, operator, drop ----------------------------------------------------------------------------------- */

enum nng_status nng_edit_order(struct nng_walk *walk, const struct nng_node *node)
{
    struct nng_arena *arena = walk->editor->arena;
    const char *what = "two operands are exchanged";
    bool matrices = is_binary(node, NNG_MULTIPLY) && !is_scalar(node->children[0]) && !is_scalar(node->children[1]);
    if (matrices || is_quotient(node) || is_binary(node, NNG_POWER) || is_binary(node, NNG_GREATER) ||
        is_binary(node, NNG_LESS))
        return nng_emit(walk, nng_node_binary(arena, node->operation, node->children[1], node->children[0]), what);
    if (node->kind == NNG_NODE_CALL && node->child_count == 2)
        return nng_emit(walk, nng_node_call(arena, node->function, node->children[1], node->children[0]), what);
    return NNG_OK;
}

enum nng_status nng_edit_operator(struct nng_walk *walk, const struct nng_node *node)
{
    static const struct {
        enum nng_operator from, to;
        const char *what;
    } pairs[] = {{NNG_MULTIPLY, NNG_TIMES_EACH, "'*' is the matrix product, '.*' works entry by entry"},
                 {NNG_TIMES_EACH, NNG_MULTIPLY, "'.*' works entry by entry, '*' is the matrix product"},
                 {NNG_DIVIDE, NNG_DIVIDE_EACH, "'/' divides by a scalar, './' entry by entry"},
                 {NNG_POWER, NNG_POWER_EACH, "'^' takes scalars, '.^' works entry by entry"}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if (is_binary(node, pairs[i].from))
            return nng_emit(walk,
                            nng_node_binary(walk->editor->arena, pairs[i].to, node->children[0], node->children[1]),
                            pairs[i].what);
    return NNG_OK;
}

enum nng_status nng_edit_drop(struct nng_walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    const struct nng_program *program = walk->editor->program;
    if (is_product(node) || is_quotient(node)) {
        if (!is_count(program, node->children[1]))
            NNG_TRY(nng_emit(walk, node->children[0], "a factor does not belong here"));
        if (is_product(node) && !is_count(program, node->children[0]))
            NNG_TRY(nng_emit(walk, node->children[1], "a factor does not belong here"));
    } else if (is_sum(node)) {
        struct nng_node *second =
            is_binary(node, NNG_ADD) ? node->children[1] : negated(walk->editor->arena, node->children[1]);
        NNG_TRY(nng_emit(walk, node->children[0], "a term does not belong here"));
        NNG_TRY(nng_emit(walk, second, "a term does not belong here"));
    }
fail:
    return status;
}
