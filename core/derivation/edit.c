/* edit.c - enumerates small edits. An edit replaces one node; the nodes above it are copied, all others shared. */
#include "derivation/edit.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "derivation/callable.h"

const char *nng_edit_cause(enum nng_edit_kind kind)
{
    static const char *const causes[] = {
        [NNG_EDIT_SUM] = "missing-path",
        [NNG_EDIT_SIGN] = "sign",
        [NNG_EDIT_FACTOR] = "factor",
        [NNG_EDIT_TRANSPOSE] = "transpose",
        [NNG_EDIT_ORDER] = "order",
        [NNG_EDIT_DROP] = "spurious-factor",
        [NNG_EDIT_REPLACE] = "wrong-argument",
        [NNG_EDIT_MULTIPLY] = "missing-factor",
        [NNG_EDIT_ADD] = "missing-path",
        [NNG_EDIT_OPERATOR] = "shape",
        [NNG_EDIT_SLOPE] = "wrong-argument",
        [NNG_EDIT_ONE_PATH] = "spurious-factor",
    };
    return causes[kind];
}

/* The way from the root to the node in question. */
struct walk {
    struct nng_editor *editor;
    enum nng_edit_kind kind;
    const struct nng_node *above[NNG_TREE_DEPTH];
    size_t child[NNG_TREE_DEPTH];
    size_t depth;
};

/* Puts `replacement` (NULL: out of memory) where the walk stands, and hands the whole expression over. */
static enum nng_status emit_as(struct walk *walk, struct nng_node *replacement, enum nng_edit_kind kind,
                               const char *what)
{
    struct nng_node *node = replacement;
    for (size_t i = walk->depth; i-- > 0 && node != NULL;) {
        struct nng_node *copy = nng_node_copy(walk->editor->arena, walk->above[i]);
        if (copy == NULL)
            return nng_fail_memory(walk->editor->error);
        copy->children[walk->child[i]] = node;
        if (copy->kind != NNG_NODE_CALL)
            copy->spelling = NULL;
        nng_node_measure(copy);
        node = copy;
    }
    if (node == NULL)
        return nng_fail_memory(walk->editor->error);
    return node->depth > NNG_TREE_DEPTH ? NNG_OK : walk->editor->sink(walk->editor->context, node, kind, what);
}

static enum nng_status emit(struct walk *walk, struct nng_node *replacement, const char *what)
{
    return emit_as(walk, replacement, walk->kind, what);
}

static bool is(const struct nng_node *node, enum nng_operator operation)
{
    return node->kind == NNG_NODE_BINARY && node->operation == operation;
}

static bool product(const struct nng_node *node)
{
    return is(node, NNG_MULTIPLY) || is(node, NNG_TIMES_EACH);
}

static bool quotient(const struct nng_node *node)
{
    return is(node, NNG_DIVIDE) || is(node, NNG_DIVIDE_EACH);
}

static bool sum_or_difference(const struct nng_node *node)
{
    return is(node, NNG_ADD) || is(node, NNG_SUBTRACT);
}

static bool scalar(const struct nng_node *node)
{
    return node->rows == 1 && node->cols == 1;
}

/* ---- sign ------------------------------------------------------------------------------------------------------- */

static struct nng_node *negated(struct nng_arena *arena, const struct nng_node *node)
{
    if (node->kind == NNG_NODE_NEGATE)
        return node->children[0];
    if (is(node, NNG_SUBTRACT))
        return nng_node_binary(arena, NNG_SUBTRACT, node->children[1], node->children[0]);
    if (product(node) || quotient(node)) /* the sign goes to the first factor: -a * b */
        return nng_node_binary(arena, node->operation, negated(arena, node->children[0]), node->children[1]);
    return nng_node_unary(arena, NNG_NODE_NEGATE, (struct nng_node *)(uintptr_t)node);
}

static enum nng_status edit_sign(struct walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    struct nng_arena *arena = walk->editor->arena;
    const struct nng_node *above = walk->depth > 0 ? walk->above[walk->depth - 1] : NULL;
    bool term = above == NULL || (sum_or_difference(above) && walk->child[walk->depth - 1] == 0) ||
                above->kind == NNG_NODE_CALL || above->kind == NNG_NODE_LIST;
    if (term)
        NNG_TRY(emit(walk, negated(arena, node), "the sign is turned around"));
    if (sum_or_difference(node))
        NNG_TRY(emit(
            walk,
            nng_node_binary(arena, is(node, NNG_ADD) ? NNG_SUBTRACT : NNG_ADD, node->children[0], node->children[1]),
            "a plus and a minus are exchanged"));
fail:
    return status;
}

/* ---- factor ----------------------------------------------------------------------------------------------------- */

static bool is_count(const struct nng_program *program, const struct nng_node *node)
{
    return node->kind == NNG_NODE_NUMBER ||
           (node->kind == NNG_NODE_SYMBOL && program->symbols[node->of.symbol].domain == NNG_DOMAIN_CONSTANT &&
            program->symbols[node->of.symbol].kind == NNG_SYMBOL_GIVEN);
}

static enum nng_status edit_factor(struct walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    struct nng_editor *editor = walk->editor;
    struct nng_arena *arena = editor->arena;
    struct nng_node *same = (struct nng_node *)(uintptr_t)node;
    const struct nng_node *above = walk->depth > 0 ? walk->above[walk->depth - 1] : NULL;
    bool term = above == NULL || sum_or_difference(above) || above->kind == NNG_NODE_NEGATE;
    int N = nng_symbol_find(editor->program, "N");
    if (term && node->kind != NNG_NODE_NUMBER) {
        struct nng_node *half = nng_node_binary(arena, NNG_DIVIDE, same, nng_node_number(arena, 2));
        NNG_TRY(
            emit(walk, nng_node_binary(arena, NNG_MULTIPLY, nng_node_number(arena, 2), same), "a factor 2 is missing"));
        NNG_TRY(emit(walk, half, "there is a factor 2 too many"));
        if (N >= 0) {
            NNG_TRY(emit(walk, nng_node_binary(arena, NNG_DIVIDE, same, nng_node_symbol(arena, N)),
                         "a factor 1/N is missing"));
            NNG_TRY(emit(walk, nng_node_binary(arena, NNG_MULTIPLY, nng_node_symbol(arena, N), same),
                         "there is a factor 1/N too many"));
        }
    }
    if (product(node) && is_count(editor->program, node->children[0]))
        NNG_TRY(emit(walk, node->children[1], "there is a factor too many"));
    if ((product(node) || quotient(node)) && is_count(editor->program, node->children[1]))
        NNG_TRY(emit(walk, node->children[0], "there is a factor too many"));
fail:
    return status;
}

/* ---- transpose -------------------------------------------------------------------------------------------------- */

/* (A B)' = B' A', (A')' = A: the form that one would write. */
static struct nng_node *transposed(struct nng_arena *arena, const struct nng_node *node)
{
    struct nng_node *same = (struct nng_node *)(uintptr_t)node;
    if (scalar(node))
        return same;
    if (node->kind == NNG_NODE_TRANSPOSE)
        return node->children[0];
    if (is(node, NNG_MULTIPLY) && !scalar(node->children[0]) && !scalar(node->children[1]))
        return nng_node_binary(arena, NNG_MULTIPLY, transposed(arena, node->children[1]),
                               transposed(arena, node->children[0]));
    if (node->kind == NNG_NODE_BINARY && node->operation != NNG_POWER)
        return nng_node_binary(arena, node->operation, transposed(arena, node->children[0]),
                               transposed(arena, node->children[1]));
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

static enum nng_status edit_transpose(struct walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    struct nng_arena *arena = walk->editor->arena;
    const char *what = "it is transposed";
    const struct nng_node *above = walk->depth > 0 ? walk->above[walk->depth - 1] : NULL;
    if (node->kind == NNG_NODE_TRANSPOSE)
        return emit(walk, node->children[0], what);
    if (node->kind == NNG_NODE_ENTRY && node->subscripts.count == 2)
        NNG_TRY(emit(walk, swapped_subscripts(arena, node), "two indices are exchanged"));
    else if (node->kind == NNG_NODE_DERIVATIVE && node->of.subscripts.count == 1 && node->by.subscripts.count == 1)
        NNG_TRY(emit(walk, swapped_subscripts(arena, node), "two indices are exchanged"));
    if (!scalar(node) && (above == NULL || above->kind != NNG_NODE_TRANSPOSE))
        NNG_TRY(emit(walk, transposed(arena, node), what));
fail:
    return status;
}

/* ---- order, operator, drop -------------------------------------------------------------------------------------- */

static enum nng_status edit_order(struct walk *walk, const struct nng_node *node)
{
    struct nng_arena *arena = walk->editor->arena;
    const char *what = "two operands are exchanged";
    bool matrices = is(node, NNG_MULTIPLY) && !scalar(node->children[0]) && !scalar(node->children[1]);
    if (matrices || quotient(node) || is(node, NNG_POWER) || is(node, NNG_GREATER) || is(node, NNG_LESS))
        return emit(walk, nng_node_binary(arena, node->operation, node->children[1], node->children[0]), what);
    if (node->kind == NNG_NODE_CALL && node->child_count == 2)
        return emit(walk, nng_node_call(arena, node->function, node->children[1], node->children[0]), what);
    return NNG_OK;
}

static enum nng_status edit_operator(struct walk *walk, const struct nng_node *node)
{
    static const struct {
        enum nng_operator from, to;
        const char *what;
    } pairs[] = {{NNG_MULTIPLY, NNG_TIMES_EACH, "'*' is the matrix product, '.*' works entry by entry"},
                 {NNG_TIMES_EACH, NNG_MULTIPLY, "'.*' works entry by entry, '*' is the matrix product"},
                 {NNG_DIVIDE, NNG_DIVIDE_EACH, "'/' divides by a scalar, './' entry by entry"},
                 {NNG_POWER, NNG_POWER_EACH, "'^' takes scalars, '.^' works entry by entry"}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        if (is(node, pairs[i].from))
            return emit(walk, nng_node_binary(walk->editor->arena, pairs[i].to, node->children[0], node->children[1]),
                        pairs[i].what);
    return NNG_OK;
}

static enum nng_status edit_drop(struct walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    const struct nng_program *program = walk->editor->program;
    if (product(node) || quotient(node)) {
        if (!is_count(program, node->children[1]))
            NNG_TRY(emit(walk, node->children[0], "a factor does not belong here"));
        if (product(node) && !is_count(program, node->children[0]))
            NNG_TRY(emit(walk, node->children[1], "a factor does not belong here"));
    } else if (sum_or_difference(node)) {
        struct nng_node *second =
            is(node, NNG_ADD) ? node->children[1] : negated(walk->editor->arena, node->children[1]);
        NNG_TRY(emit(walk, node->children[0], "a term does not belong here"));
        NNG_TRY(emit(walk, second, "a term does not belong here"));
    }
fail:
    return status;
}

/* ---- replace ---------------------------------------------------------------------------------------------------- */

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

static enum nng_status replace_symbols(struct walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    const struct nng_program *program = walk->editor->program;
    for (int s = 0; s < program->symbol_count; s++) {
        if (!has_value(&program->symbols[s]))
            continue;
        if (node->of.symbol != s)
            NNG_TRY(emit(walk, with_symbol(walk->editor->arena, node, s, false), "another value belongs here"));
        if (node->kind == NNG_NODE_DERIVATIVE && node->by.symbol != s)
            NNG_TRY(emit(walk, with_symbol(walk->editor->arena, node, s, true), "another derivative belongs here"));
    }
fail:
    return status;
}

/* One subscript changed: to another number, or to another letter of the statement. */
static enum nng_status replace_subscript(struct walk *walk, const struct nng_node *node, int which, int place)
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
        NNG_TRY(emit(walk, copy, "another index belongs here"));
    }
fail:
    return status;
}

static enum nng_status replace_subscripts(struct walk *walk, const struct nng_node *node)
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
static enum nng_status replace_function(struct walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    const struct nng_program *program = walk->editor->program;
    if (!nng_callable_each(node->function))
        return NNG_OK;
    struct nng_node *copy = nng_node_copy(walk->editor->arena, node);
    if (copy == NULL)
        return nng_fail_memory(walk->editor->error);
    copy->prime = !node->prime;
    NNG_TRY(
        emit(walk, copy,
             node->prime ? "the function belongs here, not its derivative" : "the function's derivative belongs here"));
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
        NNG_TRY(emit(walk, copy, "another function belongs here"));
    }
    for (int s = 0; s < program->symbol_count; s++) /* f(h) for f'(a) is one mistake */
        if (is_activation(&program->symbols[s]))
            NNG_TRY(emit(walk, slope_at(walk->editor->arena, program->symbols[s].definition, node->children[0]),
                         "the derivative of the activation at its own argument belongs here"));
fail:
    return status;
}

/* 1 for (i == k) in a softmax Jacobian, and so on. */
static enum nng_status replace_number(struct walk *walk, const struct nng_node *node)
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
            NNG_TRY(emit_as(walk, nng_node_binary(arena, NNG_EQUAL, a, b), NNG_EDIT_ADD,
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

static enum nng_status replace_everywhere(struct walk *walk, const struct nng_node *root)
{
    enum nng_status status = NNG_OK;
    const struct nng_program *program = walk->editor->program;
    for (int from = 0; from < program->symbol_count; from++)
        for (int to = 0; to < program->symbol_count && uses_of(root, from) > 1; to++)
            if (from != to && has_value(&program->symbols[to]))
                NNG_TRY(
                    emit(walk, replaced_everywhere(walk->editor->arena, root, from, to), "another value belongs here"));
fail:
    return status;
}

static enum nng_status edit_replace(struct walk *walk, const struct nng_node *node)
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

/* ---- multiply, add ---------------------------------------------------------------------------------------------- */

static enum nng_status edit_multiply(struct walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    struct nng_editor *editor = walk->editor;
    struct nng_arena *arena = editor->arena;
    struct nng_node *same = (struct nng_node *)(uintptr_t)node;
    const char *what = "a factor is missing";
    const struct nng_node *above = walk->depth > 0 ? walk->above[walk->depth - 1] : NULL;
    bool inside = above != NULL && (product(above) || above->kind == NNG_NODE_NEGATE) && scalar(above);
    if (inside || node->kind == NNG_NODE_NUMBER || node->kind == NNG_NODE_INDEX)
        return NNG_OK; /* a factor more of a product is the same anywhere in it */
    for (size_t i = 0; i < editor->factor_count; i++) {
        struct nng_node *f = editor->factors[i];
        bool scales = scalar(node) || scalar(f);
        if (scales || (f->rows == node->rows && f->cols == node->cols))
            NNG_TRY(emit(walk, nng_node_binary(arena, scales ? NNG_MULTIPLY : NNG_TIMES_EACH, same, f), what));
        if (!scales && node->cols == f->rows)
            NNG_TRY(emit(walk, nng_node_binary(arena, NNG_MULTIPLY, same, f), what));
        if (!scales && node->cols == f->cols)
            NNG_TRY(emit(walk, nng_node_binary(arena, NNG_MULTIPLY, same, transposed(arena, f)), what));
        if (!scales && f->cols == node->rows)
            NNG_TRY(emit(walk, nng_node_binary(arena, NNG_MULTIPLY, f, same), what));
        if (!scales && f->rows == node->rows)
            NNG_TRY(emit(walk, nng_node_binary(arena, NNG_MULTIPLY, transposed(arena, f), same), what));
    }
fail:
    return status;
}

static enum nng_status edit_add(struct walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    struct nng_editor *editor = walk->editor;
    struct nng_node *same = (struct nng_node *)(uintptr_t)node;
    for (size_t i = 0; i < editor->term_count && walk->depth == 0; i++) {
        struct nng_node *term = editor->terms[i];
        if (term->rows != node->rows || term->cols != node->cols)
            continue;
        NNG_TRY(emit(walk, nng_node_binary(editor->arena, NNG_ADD, same, term), "a term is missing"));
        NNG_TRY(emit(walk, nng_node_binary(editor->arena, NNG_SUBTRACT, same, term), "a term is missing"));
    }
fail:
    return status;
}

/* ---- sum: one entry for all ------------------------------------------------------------------------------------- */

enum { SLOTS = 8 };

struct slots {
    const struct nng_node *node[SLOTS];
    int which[SLOTS], place[SLOTS];
    size_t count;
};

/* The places below where an index is this number or this letter. */
static void find_slots(const struct nng_node *node, const struct nng_subscript *index, struct slots *slots)
{
    const struct nng_subscripts *lists[] = {&node->subscripts, &node->of.subscripts, &node->by.subscripts};
    for (int which = 0; which < 3; which++)
        for (int place = 0; place < lists[which]->count && slots->count < SLOTS; place++)
            if (lists[which]->at[place].letter == index->letter && lists[which]->at[place].offset == index->offset) {
                slots->node[slots->count] = node;
                slots->which[slots->count] = which;
                slots->place[slots->count++] = place;
            }
    for (size_t i = 0; i < node->child_count; i++)
        find_slots(node->children[i], index, slots);
}

/* A copy with the chosen slots' indices replaced by the letter. Slots are met in the same order as they were found. */
static struct nng_node *with_letter(struct nng_arena *arena, const struct nng_node *node, const struct slots *slots,
                                    unsigned chosen, int letter)
{
    struct nng_node *copy = nng_node_copy(arena, node);
    if (copy == NULL)
        return NULL;
    for (size_t s = 0; s < slots->count; s++) {
        if (slots->node[s] != node || (chosen >> s & 1u) == 0)
            continue;
        struct nng_subscripts *list = slots->which[s] == 0   ? &copy->subscripts
                                      : slots->which[s] == 1 ? &copy->of.subscripts
                                                             : &copy->by.subscripts;
        list->at[slots->place[s]] = (struct nng_subscript){.letter = letter};
        copy->spelling = NULL;
    }
    for (size_t i = 0; i < node->child_count; i++) {
        copy->children[i] = with_letter(arena, node->children[i], slots, chosen, letter);
        if (copy->children[i] == NULL)
            return NULL;
        if (copy->children[i]->spelling == NULL && copy->kind != NNG_NODE_CALL)
            copy->spelling = NULL;
    }
    return copy;
}

/* The symbol whose derivative this slot belongs to, -1 for an entry of a value. */
static int slot_symbol(const struct slots *slots, size_t s)
{
    const struct nng_node *node = slots->node[s];
    return slots->which[s] == 0 ? -1 : slots->which[s] == 1 ? node->of.symbol : node->by.symbol;
}

/* A path crosses V[c] where the choice has every derivative by V[c] (there is one) and of V[c], and none of others. */
static bool crosses(const struct slots *slots, unsigned chosen, int V)
{
    bool by_V = false;
    for (size_t s = 0; s < slots->count; s++) {
        bool in = (chosen >> s & 1u) != 0, of_V = slot_symbol(slots, s) == V;
        if (slots->which[s] != 0 && in != of_V)
            return false;
        by_V = by_V || (in && slots->which[s] == 2);
    }
    return by_V && (chosen & (chosen - 1)) != 0; /* one place alone is no path */
}

static bool has_slot(const struct nng_node *node, const struct slots *slots, unsigned chosen)
{
    for (size_t s = 0; s < slots->count; s++)
        if ((chosen >> s & 1u) != 0 && slots->node[s] == node)
            return true;
    for (size_t i = 0; i < node->child_count; i++)
        if (has_slot(node->children[i], slots, chosen))
            return true;
    return false;
}

/* yhat[1] stands in two factors where the sum over all k belongs: sum(k: ... yhat[k] ... yhat[k] ...). The sum is put
 * around the smallest product that has them all. */
static enum nng_status sum_over(struct walk *walk, const struct nng_node *node, const struct nng_subscript *index)
{
    enum nng_status status = NNG_OK;
    struct nng_editor *editor = walk->editor;
    struct slots slots = {.count = 0};
    find_slots(node, index, &slots);
    for (unsigned chosen = (1u << slots.count) - 1; slots.count >= 2 && chosen > 0; chosen--) {
        bool path = false;
        for (size_t s = 0; s < slots.count && !path; s++)
            path = slots.which[s] == 2 && crosses(&slots, chosen, slot_symbol(&slots, s));
        if (!path || !has_slot(node->children[0], &slots, chosen) || !has_slot(node->children[1], &slots, chosen))
            continue;
        struct nng_node *body = with_letter(editor->arena, node, &slots, chosen, editor->spare);
        struct nng_node *sum = body == NULL ? NULL : nng_node_unary(editor->arena, NNG_NODE_SUM, body);
        if (sum == NULL)
            return nng_fail_memory(editor->error);
        sum->letter = editor->spare;
        NNG_TRY(emit(walk, sum, "this is one path, or some of them: the others are missing"));
    }
fail:
    return status;
}

static enum nng_status edit_sum(struct walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    struct nng_editor *editor = walk->editor;
    struct nng_node *same = (struct nng_node *)(uintptr_t)node;
    const struct nng_callable *sum = nng_callable_builtin("sum");
    if (editor->program->batch && !scalar(node))
        for (int d = 1; d <= 2; d++)
            NNG_TRY(emit(walk, nng_node_call(editor->arena, sum, same, nng_node_number(editor->arena, d)),
                         "the sum over the samples is missing"));
    if (!product(node) || !scalar(node) || editor->spare < 0)
        return status;
    for (long c = 1; c <= 8; c++)
        NNG_TRY(sum_over(walk, node, &(struct nng_subscript){.letter = -1, .offset = c}));
    for (int letter = 0; letter < editor->letters->count; letter++)
        if (letter != editor->spare)
            NNG_TRY(sum_over(walk, node, &(struct nng_subscript){.letter = letter}));
fail:
    return status;
}

/* ---- one path of a sum ------------------------------------------------------------------------------------------ */

/* The expression at one value of a letter. */
static struct nng_node *at_letter(struct nng_arena *arena, const struct nng_node *node, int letter, long value)
{
    if (node->kind == NNG_NODE_INDEX && node->letter == letter)
        return nng_node_number(arena, (double)value);
    struct nng_node *copy = nng_node_copy(arena, node);
    if (copy == NULL)
        return NULL;
    struct nng_subscripts *lists[] = {&copy->subscripts, &copy->of.subscripts, &copy->by.subscripts};
    for (int which = 0; which < 3; which++)
        for (int place = 0; place < lists[which]->count; place++)
            if (lists[which]->at[place].letter == letter)
                lists[which]->at[place] =
                    (struct nng_subscript){.letter = -1, .offset = value + lists[which]->at[place].offset};
    if (copy->kind != NNG_NODE_CALL && copy->kind != NNG_NODE_SYMBOL && copy->kind != NNG_NODE_NUMBER)
        copy->spelling = NULL;
    for (size_t i = 0; i < node->child_count; i++) {
        copy->children[i] = at_letter(arena, node->children[i], letter, value);
        if (copy->children[i] == NULL)
            return NULL;
    }
    return copy;
}

static enum nng_status edit_one_path(struct walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    const char *what = "one of the summed terms alone belongs here";
    if (node->kind == NNG_NODE_CALL && node->function->kind == NNG_CALL_SUM && node->child_count == 2)
        return emit(walk, node->children[0], what);
    if (node->kind != NNG_NODE_SUM)
        return NNG_OK;
    for (size_t k = 1; k <= walk->editor->letters->at[node->letter].range && k <= 8; k++)
        NNG_TRY(emit(walk, at_letter(walk->editor->arena, node->children[0], node->letter, (long)k), what));
fail:
    return status;
}

/* ---- slope: one written in the activation's value --------------------------------------------------------------- */

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
    if (!product(node))
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
static enum nng_status edit_slope(struct walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    struct nng_arena *arena = walk->editor->arena;
    const struct nng_program *program = walk->editor->program;
    if (!product(node) || (walk->depth > 0 && product(walk->above[walk->depth - 1])))
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
            NNG_TRY(emit(walk, nng_node_binary(arena, times, kept, slope), "this is not the activation's derivative"));
    }
fail:
    return status;
}

/* ---- the walk --------------------------------------------------------------------------------------------------- */

static enum nng_status visit(struct walk *walk, const struct nng_node *node)
{
    typedef enum nng_status editor(struct walk *, const struct nng_node *);
    static editor *const editors[] = {
        [NNG_EDIT_SUM] = edit_sum,         [NNG_EDIT_SIGN] = edit_sign,
        [NNG_EDIT_FACTOR] = edit_factor,   [NNG_EDIT_TRANSPOSE] = edit_transpose,
        [NNG_EDIT_ORDER] = edit_order,     [NNG_EDIT_DROP] = edit_drop,
        [NNG_EDIT_REPLACE] = edit_replace, [NNG_EDIT_MULTIPLY] = edit_multiply,
        [NNG_EDIT_ADD] = edit_add,         [NNG_EDIT_OPERATOR] = edit_operator,
        [NNG_EDIT_SLOPE] = edit_slope,     [NNG_EDIT_ONE_PATH] = edit_one_path,
    };
    enum nng_status status = NNG_OK;
    NNG_TRY(editors[walk->kind](walk, node));
    for (size_t i = 0; i < node->child_count && walk->depth < NNG_TREE_DEPTH; i++) {
        walk->above[walk->depth] = node;
        walk->child[walk->depth++] = i;
        status = visit(walk, node->children[i]);
        walk->depth--;
        NNG_TRY(status);
    }
fail:
    return status;
}

enum nng_status nng_edits(struct nng_editor *editor, const struct nng_node *root, enum nng_edit_kind kind)
{
    struct walk *walk = nng_arena_take(editor->arena, 1, sizeof *walk);
    if (walk == NULL)
        return nng_fail_memory(editor->error);
    walk->editor = editor;
    walk->kind = kind;
    return visit(walk, root);
}
