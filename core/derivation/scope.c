/* scope.c - what may be missing in a line, or too much: factors and terms made of the values in scope. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "derivation/callable.h"
#include "derivation/edit.h"
#include "derivation/shape.h"

enum { POOL = 400, ENTRIES = 8 };

struct pool {
    struct nng_editor *editor;
    struct nng_node **nodes;
    size_t count;
    bool failed;
};

/* Adds an expression if its shapes fit and it is not there yet. */
static void add(struct pool *pool, struct nng_node *node)
{
    bool misfit;
    if (node == NULL) {
        pool->failed = true;
        return;
    }
    if (pool->count == POOL)
        return;
    if (nng_shape_expression(pool->editor->program, pool->editor->letters, node, &misfit, NULL) != NNG_OK)
        return;
    for (size_t i = 0; i < pool->count; i++)
        if (nng_node_equal(pool->nodes[i], node))
            return;
    pool->nodes[pool->count++] = node;
}

static struct nng_node *one_minus(struct nng_arena *arena, struct nng_node *node)
{
    return nng_node_binary(arena, NNG_SUBTRACT, nng_node_number(arena, 1), node);
}

/* The slope f'(a) where the symbol is defined as f(a), else NULL. */
static const struct nng_node *activation(const struct nng_symbol *symbol)
{
    const struct nng_node *f = symbol->definition;
    bool each = symbol->kind == NNG_SYMBOL_DEFINED && f != NULL && f->kind == NNG_NODE_CALL && f->child_count == 1 &&
                !f->prime && f->children[0]->kind == NNG_NODE_SYMBOL && nng_callable_each(f->function);
    return each ? f : NULL;
}

static struct nng_node *slope(struct nng_arena *arena, const struct nng_node *f, struct nng_node *argument)
{
    struct nng_node *call = nng_node_call(arena, f->function, argument, NULL);
    if (call != NULL)
        call->prime = true;
    return call;
}

static struct nng_node *entry(struct nng_arena *arena, int symbol, const struct nng_subscript *row,
                              const struct nng_subscript *col)
{
    struct nng_node *node = nng_node_unary(arena, NNG_NODE_ENTRY, nng_node_symbol(arena, symbol));
    if (node == NULL)
        return NULL;
    node->subscripts.count = col == NULL ? 1 : 2;
    node->subscripts.at[0] = *row;
    if (col != NULL)
        node->subscripts.at[1] = *col;
    return node;
}

/* h1[k] and what people multiply with: 1 - h1[k], f'(a1[k]). */
static void add_entries(struct pool *pool, int s, const struct nng_subscript *index)
{
    struct nng_arena *arena = pool->editor->arena;
    const struct nng_symbol *symbol = &pool->editor->program->symbols[s];
    const struct nng_node *f = activation(symbol);
    add(pool, entry(arena, s, index, NULL));
    if (symbol->kind == NNG_SYMBOL_DEFINED)
        add(pool, one_minus(arena, entry(arena, s, index, NULL)));
    if (f != NULL)
        add(pool, slope(arena, f, entry(arena, f->children[0]->of.symbol, index, NULL)));
}

/* Entries by number and by the letters of the statement. */
static void add_all_entries(struct pool *pool, int s)
{
    const struct nng_symbol *symbol = &pool->editor->program->symbols[s];
    const struct nng_letters *letters = pool->editor->letters;
    bool matrix = symbol->rows > 1 && symbol->cols > 1;
    size_t count = symbol->rows * symbol->cols;
    for (int i = 0; i < letters->count; i++)
        for (int k = 0; k < (matrix ? letters->count : 1); k++) {
            struct nng_subscript row = {.letter = i}, col = {.letter = k};
            if (i == pool->editor->spare || (matrix && k == pool->editor->spare))
                continue;
            if (matrix)
                add(pool, entry(pool->editor->arena, s, &row, &col));
            else
                add_entries(pool, s, &row);
        }
    for (size_t i = 0; i < count && count > 1 && count <= (matrix ? 2 * ENTRIES : ENTRIES); i++) {
        struct nng_subscript row = {.letter = -1, .offset = (long)(matrix ? i / symbol->cols : i) + 1};
        struct nng_subscript col = {.letter = -1, .offset = (long)(i % symbol->cols) + 1};
        if (matrix)
            add(pool, entry(pool->editor->arena, s, &row, &col));
        else
            add_entries(pool, s, &row);
    }
}

/* Derivatives that the claim itself speaks of. */
static void add_derivatives(struct pool *pool, const struct nng_node *node)
{
    if (node->kind == NNG_NODE_DERIVATIVE)
        add(pool, nng_node_copy(pool->editor->arena, node));
    for (size_t i = 0; i < node->child_count; i++)
        add_derivatives(pool, node->children[i]);
}

static void add_factors(struct pool *pool, const struct nng_claim_tree *claim)
{
    struct nng_arena *arena = pool->editor->arena;
    const struct nng_program *program = pool->editor->program;
    for (int s = 0; s < program->symbol_count; s++) {
        const struct nng_symbol *symbol = &program->symbols[s];
        if (symbol->kind != NNG_SYMBOL_GIVEN && symbol->kind != NNG_SYMBOL_DEFINED)
            continue;
        const struct nng_node *f = activation(symbol);
        if (f != NULL) {
            struct nng_node *h = nng_node_symbol(arena, s);
            add(pool, slope(arena, f, nng_node_symbol(arena, f->children[0]->of.symbol)));
            add(pool, one_minus(arena, h));
            add(pool, nng_node_binary(arena, NNG_TIMES_EACH, h, one_minus(arena, h)));
            add(pool, one_minus(arena, nng_node_binary(arena, NNG_POWER_EACH, h, nng_node_number(arena, 2))));
        }
        if (symbol->domain != NNG_DOMAIN_CONSTANT)
            add(pool, nng_node_symbol(arena, s));
        if (symbol->kind == NNG_SYMBOL_DEFINED && f == NULL)
            add(pool, one_minus(arena, nng_node_symbol(arena, s)));
    }
    for (size_t k = 1; k < claim->count; k++)
        if (claim->misfit[k] == NULL)
            add_derivatives(pool, claim->side[k]);
    for (int s = 0; s < program->symbol_count; s++)
        if (program->symbols[s].kind == NNG_SYMBOL_GIVEN || program->symbols[s].kind == NNG_SYMBOL_DEFINED)
            add_all_entries(pool, s);
}

/* c s for every number c of the definitions (a penalty's, say) and every value s. */
static void add_scaled(struct pool *pool, const struct nng_node *node)
{
    struct nng_arena *arena = pool->editor->arena;
    const struct nng_program *program = pool->editor->program;
    for (int s = 0; s < program->symbol_count && node->kind == NNG_NODE_NUMBER; s++) {
        const struct nng_symbol *symbol = &program->symbols[s];
        if (symbol->kind != NNG_SYMBOL_GIVEN || symbol->domain == NNG_DOMAIN_CONSTANT)
            continue;
        for (int twice = 2; twice >= 1; twice--) {
            struct nng_node *c = nng_node_number(arena, twice * node->number);
            add(pool, nng_node_binary(arena, NNG_MULTIPLY, c, nng_node_symbol(arena, s)));
            const struct nng_callable *sign = nng_callable_builtin("sign");
            add(pool,
                nng_node_binary(arena, NNG_MULTIPLY, c, nng_node_call(arena, sign, nng_node_symbol(arena, s), NULL)));
        }
    }
    for (size_t i = 0; i < node->child_count; i++)
        add_scaled(pool, node->children[i]);
}

/* l2 W + l1 sign(W): a whole penalty that was forgotten. */
static void add_both_penalties(struct pool *pool)
{
    struct nng_arena *arena = pool->editor->arena;
    const struct nng_program *program = pool->editor->program;
    const struct nng_callable *sign = nng_callable_builtin("sign");
    bool both = program->model != NULL && program->model->l1 > 0 && program->model->l2 > 0;
    for (int s = 0; both && s < program->symbol_count; s++) {
        if (program->symbols[s].domain != NNG_DOMAIN_WEIGHT)
            continue;
        struct nng_node *l2 =
            nng_node_binary(arena, NNG_MULTIPLY, nng_node_number(arena, program->model->l2), nng_node_symbol(arena, s));
        struct nng_node *l1 = nng_node_binary(arena, NNG_MULTIPLY, nng_node_number(arena, program->model->l1),
                                              nng_node_call(arena, sign, nng_node_symbol(arena, s), NULL));
        add(pool, nng_node_binary(arena, NNG_ADD, l2, l1));
    }
}

static void add_terms(struct pool *pool)
{
    struct nng_arena *arena = pool->editor->arena;
    const struct nng_program *program = pool->editor->program;
    for (int s = 0; s < program->symbol_count; s++)
        if (program->symbols[s].kind == NNG_SYMBOL_GIVEN || program->symbols[s].kind == NNG_SYMBOL_DEFINED)
            add(pool, nng_node_symbol(arena, s));
    for (int c = 0; c < program->symbol_count; c++) /* lambda W */
        for (int s = 0; s < program->symbol_count && program->symbols[c].kind == NNG_SYMBOL_GIVEN; s++)
            if (program->symbols[c].rows * program->symbols[c].cols == 1 && s != c &&
                program->symbols[s].kind == NNG_SYMBOL_GIVEN && program->symbols[c].domain != NNG_DOMAIN_CONSTANT)
                add(pool, nng_node_binary(arena, NNG_MULTIPLY, nng_node_symbol(arena, c), nng_node_symbol(arena, s)));
    for (int s = 0; s < program->symbol_count; s++)
        if (program->symbols[s].kind == NNG_SYMBOL_DEFINED)
            add_scaled(pool, program->symbols[s].definition);
    add_both_penalties(pool);
    for (int s = 0; s < program->symbol_count; s++)
        if (program->symbols[s].kind == NNG_SYMBOL_GIVEN || program->symbols[s].kind == NNG_SYMBOL_DEFINED)
            add_all_entries(pool, s);
}

enum nng_status nng_editor_prepare(struct nng_editor *editor, const struct nng_claim_tree *claim)
{
    struct pool factors = {.editor = editor}, terms = {.editor = editor};
    editor->letters = nng_arena_take(editor->arena, 1, sizeof *editor->letters);
    factors.nodes = nng_arena_take(editor->arena, POOL, sizeof *factors.nodes);
    terms.nodes = nng_arena_take(editor->arena, POOL, sizeof *terms.nodes);
    if (editor->letters == NULL || factors.nodes == NULL || terms.nodes == NULL)
        return nng_fail_memory(editor->error);
    *editor->letters = claim->letters;
    editor->spare = -1;
    static const char *const names[] = {"k", "j", "i", "m", "n", "p", "q"};
    for (size_t i = 0; i < sizeof names / sizeof names[0] && claim->letters.count < NNG_INDEX_LIMIT; i++) {
        bool taken = nng_symbol_find(editor->program, names[i]) >= 0;
        for (int l = 0; l < claim->letters.count; l++)
            taken = taken || strcmp(claim->letters.at[l].name, names[i]) == 0;
        if (taken)
            continue;
        editor->spare = editor->letters->count++;
        editor->letters->at[editor->spare] = (struct nng_letter){.name = names[i], .bound = true};
        break;
    }
    add_factors(&factors, claim);
    add_terms(&terms);
    editor->factors = factors.nodes;
    editor->factor_count = factors.count;
    editor->terms = terms.nodes;
    editor->term_count = terms.count;
    return factors.failed || terms.failed ? nng_fail_memory(editor->error) : NNG_OK;
}
