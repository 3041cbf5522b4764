/* nng_edit_sum.c - something is missing: a factor, a term, the other paths of a sum; or a sum stands for one of them.
 */
#include "derivation/edit_kinds.h"

#include "base/error.h"
#include "base/memory.h"
#include "derivation/callable.h"

/* ---- multiply, add ------------------------------------------------------------------------------------------- */

enum nng_status nng_edit_multiply(struct nng_walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    struct nng_editor *editor = walk->editor;
    struct nng_arena *arena = editor->arena;
    struct nng_node *same = (struct nng_node *)(uintptr_t)node;
    const char *what = "a factor is missing";
    const struct nng_node *above = walk->depth > 0 ? walk->above[walk->depth - 1] : NULL;
    bool inside = above != NULL && (is_product(above) || above->kind == NNG_NODE_NEGATE) && is_scalar(above);
    if (inside || node->kind == NNG_NODE_NUMBER || node->kind == NNG_NODE_INDEX)
        return NNG_OK; /* a factor more of a product is the same anywhere in it */
    for (size_t i = 0; i < editor->factor_count; i++) {
        struct nng_node *f = editor->factors[i];
        bool scales = is_scalar(node) || is_scalar(f);
        if (scales || (f->rows == node->rows && f->cols == node->cols))
            NNG_TRY(nng_emit(walk, nng_node_binary(arena, scales ? NNG_MULTIPLY : NNG_TIMES_EACH, same, f), what));
        if (!scales && node->cols == f->rows)
            NNG_TRY(nng_emit(walk, nng_node_binary(arena, NNG_MULTIPLY, same, f), what));
        if (!scales && node->cols == f->cols)
            NNG_TRY(nng_emit(walk, nng_node_binary(arena, NNG_MULTIPLY, same, nng_edit_transposed(arena, f)), what));
        if (!scales && f->cols == node->rows)
            NNG_TRY(nng_emit(walk, nng_node_binary(arena, NNG_MULTIPLY, f, same), what));
        if (!scales && f->rows == node->rows)
            NNG_TRY(nng_emit(walk, nng_node_binary(arena, NNG_MULTIPLY, nng_edit_transposed(arena, f), same), what));
    }
fail:
    return status;
}

enum nng_status nng_edit_add(struct nng_walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    struct nng_editor *editor = walk->editor;
    struct nng_node *same = (struct nng_node *)(uintptr_t)node;
    for (size_t i = 0; i < editor->term_count && walk->depth == 0; i++) {
        struct nng_node *term = editor->terms[i];
        if (term->rows != node->rows || term->cols != node->cols)
            continue;
        NNG_TRY(nng_emit(walk, nng_node_binary(editor->arena, NNG_ADD, same, term), "a term is missing"));
        NNG_TRY(nng_emit(walk, nng_node_binary(editor->arena, NNG_SUBTRACT, same, term), "a term is missing"));
    }
fail:
    return status;
}

/* ---- sum: one entry for all ---------------------------------------------------------------------------------- */

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
static enum nng_status sum_over(struct nng_walk *walk, const struct nng_node *node, const struct nng_subscript *index)
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
        NNG_TRY(nng_emit(walk, sum, "this is one path, or some of them: the others are missing"));
    }
fail:
    return status;
}

enum nng_status nng_edit_sum(struct nng_walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    struct nng_editor *editor = walk->editor;
    struct nng_node *same = (struct nng_node *)(uintptr_t)node;
    const struct nng_callable *sum = nng_callable_builtin("sum");
    if (editor->program->batch && !is_scalar(node))
        for (int d = 1; d <= 2; d++)
            NNG_TRY(nng_emit(walk, nng_node_call(editor->arena, sum, same, nng_node_number(editor->arena, d)),
                             "the sum over the samples is missing"));
    if (!is_product(node) || !is_scalar(node) || editor->spare < 0)
        return status;
    for (long c = 1; c <= 8; c++)
        NNG_TRY(sum_over(walk, node, &(struct nng_subscript){.letter = -1, .offset = c}));
    for (int letter = 0; letter < editor->letters->count; letter++)
        if (letter != editor->spare)
            NNG_TRY(sum_over(walk, node, &(struct nng_subscript){.letter = letter}));
fail:
    return status;
}

/* ---- one path of a sum --------------------------------------------------------------------------------------- */

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

enum nng_status nng_edit_one_path(struct nng_walk *walk, const struct nng_node *node)
{
    enum nng_status status = NNG_OK;
    const char *what = "one of the summed terms alone belongs here";
    if (node->kind == NNG_NODE_CALL && node->function->kind == NNG_CALL_SUM && node->child_count == 2)
        return nng_emit(walk, node->children[0], what);
    if (node->kind != NNG_NODE_SUM)
        return NNG_OK;
    for (size_t k = 1; k <= walk->editor->letters->at[node->letter].range && k <= 8; k++)
        NNG_TRY(nng_emit(walk, at_letter(walk->editor->arena, node->children[0], node->letter, (long)k), what));
fail:
    return status;
}
