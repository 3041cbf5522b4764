/* order.c - the definitions in the order in which they can be computed, each after those that it uses, and the shapes
 * of their values. */
#include "base/error.h"
#include "base/memory.h"
#include "derivation/shape.h"

enum { NEW, OPEN, DONE };
enum { DEEPEST = 8 * NNG_TREE_DEPTH }; /* expressions and definitions that stand in each other */

struct walk {
    struct nng_program *program;
    struct nng_error *error;
};

static enum nng_status visit(struct walk *walk, int symbol, int depth);

static enum nng_status visit_names(struct walk *walk, const struct nng_node *node, int depth)
{
    enum nng_status status = NNG_OK;
    if (node->kind == NNG_NODE_SYMBOL)
        NNG_TRY(visit(walk, node->of.symbol, depth));
    if (node->kind == NNG_NODE_DERIVATIVE)
        return nng_script_fail(&walk->program->source, node->offset, walk->error,
                               "a definition computes a value: derivatives stand in claims");
    for (size_t i = 0; i < node->child_count; i++)
        NNG_TRY(visit_names(walk, node->children[i], depth + 1));
fail:
    return status;
}

static enum nng_status visit(struct walk *walk, int symbol, int depth)
{
    enum nng_status status = NNG_OK;
    struct nng_program *program = walk->program;
    struct nng_symbol *s = &program->symbols[symbol];
    bool misfit_found;
    if (s->kind != NNG_SYMBOL_DEFINED || s->visit == DONE)
        return NNG_OK;
    if (s->visit == OPEN)
        return nng_script_fail(&program->source, s->offset, walk->error, "the definition of '%s' goes in a circle",
                               s->name);
    if (depth > DEEPEST)
        return nng_script_fail(&program->source, s->offset, walk->error, "a chain of too many definitions");
    s->visit = OPEN;
    NNG_TRY(visit_names(walk, s->definition, depth + 1));
    struct nng_letters none = {0}; /* a definition of the model binds no letters */
    struct nng_letters *letters = s->letters != NULL ? s->letters : &none;
    NNG_TRY(nng_shape_expression(program, letters, s->definition, &misfit_found, walk->error));
    NNG_TRY(nng_shape_letters(program, letters, walk->error));
    s->rows = s->definition->rows;
    s->cols = s->definition->cols;
    s->visit = DONE;
    program->order[program->order_count++] = symbol;
fail:
    return status;
}

enum nng_status nng_shape_program(struct nng_program *program, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct walk walk = {.program = program, .error = error};
    program->order = nng_arena_take(program->arena, (size_t)program->symbol_count, sizeof *program->order);
    if (program->order == NULL)
        return nng_fail_memory(error);
    program->order_count = 0;
    for (int i = 0; i < program->symbol_count; i++)
        NNG_TRY(visit(&walk, i, 0));
fail:
    return status;
}
