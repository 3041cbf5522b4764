/* nng_edit_replace.c - one thing stands for another: a value, an index, a function, the derivative of the activation.
 */
#include "derivation/edit_kinds.h"

#include "base/error.h"
#include "base/memory.h"
#include "derivation/callable.h"

/* ---- replace ------------------------------------------------------------------------------------------------- */

static bool has_value(const struct nng_symbol *symbol)
{
    return (symbol->kind == NNG_SYMBOL_GIVEN && symbol->domain != NNG_DOMAIN_CONSTANT) ||
           symbol->kind == NNG_SYMBOL_DEFINED;
}

/* The node with another symbol in the place of its own. */
static struct nng_node *with_symbol(struct nng_arena *arena, const struct nng_node *node, int symbol, bool below)
{
    struct nng_node *copy = nng_node_copy(arena, node);
    if (copy == NULL)
        return NULL;
    copy->spelling = NULL;
    *(below ? &copy->by.symbol : &copy->of.symbol) = symbol;
    return copy;
}

static enum nng_status replace_symbols(struct nng_walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    const struct nng_program *program = walk->editor->program;
    for (int s = 0; s < program->symbol_count; s++) {
        if (!has_value(&program->symbols[s]))
            continue;
        if (node->of.symbol != s)
            NNG_TRY(nng_emit(walk, with_symbol(walk->editor->arena, node, s, false), "another value belongs here"));
        if (node->kind == NNG_NODE_DERIVATIVE && node->by.symbol != s)
            NNG_TRY(nng_emit(walk, with_symbol(walk->editor->arena, node, s, true), "another derivative belongs here"));
    }
fail:
    return status;
}

/* One subscript changed: to another number, or to another letter of the statement. */
static enum nng_status replace_subscript(struct nng_walk *walk, const struct nng_node *node, int which, int place)
{
    enum nng_status status = NNG_OK;
    const struct nng_letters *letters = walk->editor->letters;
    const struct nng_subscripts *all = which == 0   ? &node->subscripts
                                       : which == 1 ? &node->of.subscripts
                                                    : &node->by.subscripts;
    struct nng_subscript now = all->at[place];
    long choices = now.letter < 0 ? 8 : letters->count;
    for (long c = 0; c < choices; c++) {
        struct nng_subscript other = now.letter < 0 ? (struct nng_subscript){.letter = -1, .offset = c + 1}
                                                    : (struct nng_subscript){.letter = (int)c, .offset = now.offset};
        if (other.letter == now.letter && other.offset == now.offset)
            continue;
        struct nng_node *copy = nng_node_copy(walk->editor->arena, node);
        if (copy == NULL)
            return nng_fail_memory(walk->editor->error);
        copy->spelling = NULL;
        struct nng_subscripts *list = which == 0   ? &copy->subscripts
                                      : which == 1 ? &copy->of.subscripts
                                                   : &copy->by.subscripts;
        list->at[place] = other;
        NNG_TRY(nng_emit(walk, copy, "another index belongs here"));
    }
fail:
    return status;
}

static enum nng_status replace_subscripts(struct nng_walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    const struct nng_subscripts *lists[] = {&node->subscripts, &node->of.subscripts, &node->by.subscripts};
    for (int which = 0; which < 3; which++)
        for (int place = 0; place < lists[which]->count; place++)
            NNG_TRY(replace_subscript(walk, node, which, place));
fail:
    return status;
}

/* f'(a) or f'(a[i]) for a mention of h = f(a). */
static struct nng_node *slope_at(struct nng_arena *arena, const struct nng_node *f, const struct nng_node *mentioned)
{
    struct nng_node *argument = nng_node_symbol(arena, f->children[0]->of.symbol);
    if (argument != NULL && mentioned->kind == NNG_NODE_ENTRY) {
        argument = nng_node_unary(arena, NNG_NODE_ENTRY, argument);
        if (argument != NULL)
            argument->subscripts = mentioned->subscripts;
    }
    struct nng_node *slope = nng_node_call(arena, f->function, argument, NULL);
    if (slope != NULL)
        slope->prime = true;
    return slope;
}

/* Is the symbol an activation f(a) of ours? */
static bool is_activation(const struct nng_symbol *symbol)
{
    const struct nng_node *f = symbol->definition;
    return symbol->kind == NNG_SYMBOL_DEFINED && f != NULL && f->kind == NNG_NODE_CALL && !f->prime &&
           nng_callable_each(f->function) && f->children[0]->kind == NNG_NODE_SYMBOL;
}

/* f for f', f' for f; and the activation of another layer. */
static enum nng_status replace_function(struct nng_walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    const struct nng_program *program = walk->editor->program;
    if (!nng_callable_each(node->function))
        return NNG_OK;
    struct nng_node *copy = nng_node_copy(walk->editor->arena, node);
    if (copy == NULL)
        return nng_fail_memory(walk->editor->error);
    copy->prime = !node->prime;
    NNG_TRY(nng_emit(walk, copy,
                     node->prime ? "the function belongs here, not its derivative"
                                 : "the function's derivative belongs here"));
    for (int s = 0; s < program->symbol_count; s++) {
        const struct nng_node *f = program->symbols[s].definition;
        if (program->symbols[s].kind != NNG_SYMBOL_DEFINED || f == NULL || f->kind != NNG_NODE_CALL ||
            !nng_callable_each(f->function) || f->function == node->function)
            continue;
        copy = nng_node_copy(walk->editor->arena, node);
        if (copy == NULL)
            return nng_fail_memory(walk->editor->error);
        copy->function = f->function;
        copy->spelling = NULL;
        NNG_TRY(nng_emit(walk, copy, "another function belongs here"));
    }
    for (int s = 0; s < program->symbol_count; s++) /* f(h) for f'(a) is one mistake */
        if (is_activation(&program->symbols[s]))
            NNG_TRY(nng_emit(walk, slope_at(walk->editor->arena, program->symbols[s].definition, node->children[0]),
                             "the derivative of the activation at its own argument belongs here"));
fail:
    return status;
}

/* 1 for (i == k) in a softmax Jacobian, and so on. */
static enum nng_status replace_number(struct nng_walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    const struct nng_letters *letters = walk->editor->letters;
    struct nng_arena *arena = walk->editor->arena;
    if (node->unit > 0 || node->number > 1 || node->number < 1)
        return NNG_OK;
    for (int i = 0; i < letters->count; i++)
        for (int k = i + 1; k < letters->count; k++) {
            struct nng_node *a = nng_node_new(arena, NNG_NODE_INDEX, 0, 0),
                            *b = nng_node_new(arena, NNG_NODE_INDEX, 0, 0);
            if (a == NULL || b == NULL)
                return nng_fail_memory(walk->editor->error);
            a->letter = i;
            b->letter = k;
            NNG_TRY(nng_emit_as(walk, nng_node_binary(arena, NNG_EQUAL, a, b), NNG_EDIT_ADD,
                                "it is right where the two indices are equal only: the other paths are missing"));
        }
fail:
    return status;
}

/* One symbol for another, everywhere below. */
static struct nng_node *replaced_everywhere(struct nng_arena *arena, const struct nng_node *node, int from, int to)
{
    struct nng_node *copy = nng_node_copy(arena, node);
    if (copy == NULL)
        return NULL;
    if (node->kind == NNG_NODE_SYMBOL && node->of.symbol == from) {
        copy->of.symbol = to;
        copy->spelling = NULL;
    } else if (node->kind == NNG_NODE_ENTRY)
        copy->spelling = NULL;
    for (size_t i = 0; i < node->child_count; i++) {
        copy->children[i] = replaced_everywhere(arena, node->children[i], from, to);
        if (copy->children[i] == NULL)
            return NULL;
    }
    return copy;
}

static size_t uses_of(const struct nng_node *node, int symbol)
{
    size_t uses = node->kind == NNG_NODE_SYMBOL && node->of.symbol == symbol ? 1 : 0;
    for (size_t i = 0; i < node->child_count; i++)
        uses += uses_of(node->children[i], symbol);
    return uses;
}

static enum nng_status replace_everywhere(struct nng_walk *walk, const struct nng_node *root)
{
    enum nng_status status = NNG_OK;
    const struct nng_program *program = walk->editor->program;
    for (int from = 0; from < program->symbol_count; from++)
        for (int to = 0; to < program->symbol_count && uses_of(root, from) > 1; to++)
            if (from != to && has_value(&program->symbols[to]))
                NNG_TRY(nng_emit(walk, replaced_everywhere(walk->editor->arena, root, from, to),
                                 "another value belongs here"));
fail:
    return status;
}

enum nng_status nng_edit_replace(struct nng_walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    if (node->kind == NNG_NODE_SYMBOL || node->kind == NNG_NODE_DERIVATIVE)
        NNG_TRY(replace_symbols(walk, node));
    if (node->kind == NNG_NODE_ENTRY || node->kind == NNG_NODE_DERIVATIVE)
        NNG_TRY(replace_subscripts(walk, node));
    if (node->kind == NNG_NODE_CALL)
        NNG_TRY(replace_function(walk, node));
    if (node->kind == NNG_NODE_NUMBER)
        NNG_TRY(replace_number(walk, node));
    if (walk->depth == 0)
        NNG_TRY(replace_everywhere(walk, node));
fail:
    return status;
}

/* ---- slope: one written in the activation's value ------------------------------------------------------------ */

/* The first value or entry of that symbol below, NULL: none. */
static const struct nng_node *mention(const struct nng_node *node, int symbol)
{
    bool entry = node->kind == NNG_NODE_ENTRY && node->children[0]->kind == NNG_NODE_SYMBOL;
    const struct nng_node *value = entry ? node->children[0] : node;
    if (value->kind == NNG_NODE_SYMBOL && value->of.symbol == symbol)
        return node;
    for (size_t i = 0; i < node->child_count; i++) {
        const struct nng_node *found = mention(node->children[i], symbol);
        if (found != NULL)
            return found;
    }
    return NULL;
}

/* The product without the factors that mention the symbol, NULL where none is left. */
static struct nng_node *without_mentions(struct nng_arena *arena, const struct nng_node *node, int symbol, bool *failed)
{
    if (!is_product(node))
        return mention(node, symbol) != NULL ? NULL : (struct nng_node *)(uintptr_t)node;
    struct nng_node *left = without_mentions(arena, node->children[0], symbol, failed);
    struct nng_node *right = without_mentions(arena, node->children[1], symbol, failed);
    if (left == NULL || right == NULL)
        return left != NULL ? left : right;
    struct nng_node *kept = nng_node_binary(arena, node->operation, left, right);
    *failed = *failed || kept == NULL;
    return kept;
}

/* delta .* h .* (1 - h), where h = tanh(a): delta .* tanh'(a). */
enum nng_status nng_edit_slope(struct nng_walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    struct nng_arena *arena = walk->editor->arena;
    const struct nng_program *program = walk->editor->program;
    if (!is_product(node) || (walk->depth > 0 && is_product(walk->above[walk->depth - 1])))
        return NNG_OK;
    for (int s = 0; s < program->symbol_count; s++) {
        const struct nng_node *mentioned = mention(node, s);
        if (mentioned == NULL || !is_activation(&program->symbols[s]))
            continue;
        bool failed = false;
        struct nng_node *kept = without_mentions(arena, node, s, &failed);
        struct nng_node *slope = slope_at(arena, program->symbols[s].definition, mentioned);
        if (failed || slope == NULL)
            return nng_fail_memory(walk->editor->error);
        enum nng_operator times = mentioned->kind == NNG_NODE_ENTRY ? NNG_MULTIPLY : NNG_TIMES_EACH;
        if (kept != NULL)
            NNG_TRY(
                nng_emit(walk, nng_node_binary(arena, times, kept, slope), "this is not the activation's derivative"));
    }
fail:
    return status;
}
