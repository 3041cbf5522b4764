/* edit.c - enumerates small edits. An edit replaces one node; the nodes above it are copied, all others shared. */
#include "derivation/edit_kinds.h"

#include "base/error.h"
#include "base/memory.h"

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

enum nng_status nng_emit_as(struct nng_walk *walk, struct nng_node *replacement, enum nng_edit_kind kind,
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

enum nng_status nng_emit(struct nng_walk *walk, struct nng_node *replacement, const char *what)
{
    return nng_emit_as(walk, replacement, walk->kind, what);
}

/* ---- the walk ------------------------------------------------------------------------------------------------ */

static enum nng_status visit(struct nng_walk *walk, const struct nng_node *node)
{
    typedef enum nng_status editor(struct nng_walk *, const struct nng_node *);
    static editor *const editors[] = {
        [NNG_EDIT_SUM] = nng_edit_sum,         [NNG_EDIT_SIGN] = nng_edit_sign,
        [NNG_EDIT_FACTOR] = nng_edit_factor,   [NNG_EDIT_TRANSPOSE] = nng_edit_transpose,
        [NNG_EDIT_ORDER] = nng_edit_order,     [NNG_EDIT_DROP] = nng_edit_drop,
        [NNG_EDIT_REPLACE] = nng_edit_replace, [NNG_EDIT_MULTIPLY] = nng_edit_multiply,
        [NNG_EDIT_ADD] = nng_edit_add,         [NNG_EDIT_OPERATOR] = nng_edit_operator,
        [NNG_EDIT_SLOPE] = nng_edit_slope,     [NNG_EDIT_ONE_PATH] = nng_edit_one_path,
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
    struct nng_walk *walk = nng_arena_take(editor->arena, 1, sizeof *walk);
    if (walk == NULL)
        return nng_fail_memory(editor->error);
    walk->editor = editor;
    walk->kind = kind;
    return visit(walk, root);
}
