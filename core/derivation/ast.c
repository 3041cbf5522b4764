/* ast.c - building and comparing the trees of a derivation; its table of names. */
#include "derivation/ast.h"

#include <string.h>

#include "base/memory.h"

struct nng_node *nng_node_new(struct nng_arena *arena, enum nng_node_kind kind, size_t offset, size_t children)
{
    struct nng_node *node = nng_arena_take(arena, 1, sizeof *node);
    struct nng_node **list = nng_arena_take(arena, children, sizeof *list);
    if (node == NULL || list == NULL)
        return NULL;
    node->kind = kind;
    node->offset = offset;
    node->depth = 1;
    node->letter = -1;
    node->of.symbol = node->by.symbol = -1;
    node->children = list;
    node->child_count = children;
    return node;
}

void nng_node_measure(struct nng_node *node)
{
    int deepest = 0;
    for (size_t i = 0; i < node->child_count; i++)
        if (node->children[i]->depth > deepest)
            deepest = node->children[i]->depth;
    node->depth = deepest + 1;
}

struct nng_node *nng_node_number(struct nng_arena *arena, double number)
{
    struct nng_node *node = nng_node_new(arena, NNG_NODE_NUMBER, 0, 0);
    if (node != NULL)
        node->number = number;
    return node;
}

struct nng_node *nng_node_symbol(struct nng_arena *arena, int symbol)
{
    struct nng_node *node = nng_node_new(arena, NNG_NODE_SYMBOL, 0, 0);
    if (node != NULL)
        node->of.symbol = symbol;
    return node;
}

struct nng_node *nng_node_unary(struct nng_arena *arena, enum nng_node_kind kind, struct nng_node *child)
{
    struct nng_node *node = child == NULL ? NULL : nng_node_new(arena, kind, child->offset, 1);
    if (node == NULL)
        return NULL;
    node->children[0] = child;
    nng_node_measure(node);
    return node;
}

struct nng_node *nng_node_binary(struct nng_arena *arena, enum nng_operator operation, struct nng_node *left,
                                 struct nng_node *right)
{
    if (left == NULL || right == NULL)
        return NULL;
    struct nng_node *node = nng_node_new(arena, NNG_NODE_BINARY, left->offset, 2);
    if (node == NULL)
        return NULL;
    node->operation = operation;
    node->children[0] = left;
    node->children[1] = right;
    nng_node_measure(node);
    return node;
}

struct nng_node *nng_node_call(struct nng_arena *arena, const struct nng_callable *function, struct nng_node *first,
                               struct nng_node *second)
{
    struct nng_node *node =
        first == NULL ? NULL : nng_node_new(arena, NNG_NODE_CALL, first->offset, second == NULL ? 1 : 2);
    if (node == NULL)
        return NULL;
    node->function = function;
    node->children[0] = first;
    if (second != NULL)
        node->children[1] = second;
    nng_node_measure(node);
    return node;
}

struct nng_node *nng_node_copy(struct nng_arena *arena, const struct nng_node *node)
{
    struct nng_node *copy = nng_node_new(arena, node->kind, node->offset, node->child_count);
    if (copy == NULL)
        return NULL;
    struct nng_node **children = copy->children;
    *copy = *node;
    copy->children = children;
    for (size_t i = 0; i < node->child_count; i++)
        children[i] = node->children[i];
    return copy;
}

static bool same_subscripts(const struct nng_subscripts *a, const struct nng_subscripts *b)
{
    if (a->count != b->count)
        return false;
    for (int i = 0; i < a->count; i++)
        if (a->at[i].letter != b->at[i].letter || a->at[i].offset != b->at[i].offset)
            return false;
    return true;
}

bool nng_reference_equal(const struct nng_reference *a, const struct nng_reference *b)
{
    return a->symbol == b->symbol && same_subscripts(&a->subscripts, &b->subscripts);
}

bool nng_node_equal(const struct nng_node *a, const struct nng_node *b)
{
    if (a == b)
        return true;
    if (a->kind != b->kind || a->operation != b->operation || a->child_count != b->child_count ||
        a->letter != b->letter || a->function != b->function || a->prime != b->prime || a->list_rows != b->list_rows)
        return false;
    if (a->kind == NNG_NODE_NUMBER && (a->number < b->number || a->number > b->number))
        return false;
    if (!nng_reference_equal(&a->of, &b->of) || !nng_reference_equal(&a->by, &b->by) ||
        !same_subscripts(&a->subscripts, &b->subscripts))
        return false;
    for (size_t i = 0; i < a->child_count; i++)
        if (!nng_node_equal(a->children[i], b->children[i]))
            return false;
    return true;
}

int nng_symbol_resolve(const struct nng_program *program, int symbol)
{
    while (symbol >= 0 && program->symbols[symbol].kind == NNG_SYMBOL_ALIAS)
        symbol = program->symbols[symbol].alias;
    return symbol;
}

int nng_symbol_find(const struct nng_program *program, const char *name)
{
    for (int i = 0; i < program->symbol_count; i++)
        if (strcmp(program->symbols[i].name, name) == 0)
            return nng_symbol_resolve(program, i);
    return -1;
}

int nng_symbol_add(struct nng_program *program, struct nng_symbol symbol)
{
    if (program->symbol_count == program->symbol_room) {
        int room = program->symbol_room * 2 + 64;
        struct nng_symbol *symbols = nng_arena_take(program->arena, (size_t)room, sizeof *symbols);
        if (symbols == NULL)
            return -1;
        if (program->symbol_count > 0)
            memcpy(symbols, program->symbols, (size_t)program->symbol_count * sizeof *symbols);
        program->symbols = symbols;
        program->symbol_room = room;
    }
    program->symbols[program->symbol_count] = symbol;
    return program->symbol_count++;
}
