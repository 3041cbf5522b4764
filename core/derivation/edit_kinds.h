/* edit_kinds.h - what the kinds of edits share: the place where an edit is made, and how it is handed over. */
#ifndef NNG_DERIVATION_EDIT_KINDS_H
#define NNG_DERIVATION_EDIT_KINDS_H

#include "derivation/edit.h"

/* The way from the root to the node in question. */
struct nng_walk {
    struct nng_editor *editor;
    enum nng_edit_kind kind;
    const struct nng_node *above[NNG_TREE_DEPTH];
    size_t child[NNG_TREE_DEPTH];
    size_t depth;
};

/* Puts `replacement` (NULL: out of memory) where the walk stands, and hands the whole expression over. */
NNG_MUST_USE enum nng_status nng_emit_as(struct nng_walk *walk, struct nng_node *replacement, enum nng_edit_kind kind,
                                         const char *what);
NNG_MUST_USE enum nng_status nng_emit(struct nng_walk *walk, struct nng_node *replacement, const char *what);

/* The edits of one kind at one node. edit_form.c: */
NNG_MUST_USE enum nng_status nng_edit_sign(struct nng_walk *walk, const struct nng_node *node);
NNG_MUST_USE enum nng_status nng_edit_factor(struct nng_walk *walk, const struct nng_node *node);
NNG_MUST_USE enum nng_status nng_edit_transpose(struct nng_walk *walk, const struct nng_node *node);
NNG_MUST_USE enum nng_status nng_edit_order(struct nng_walk *walk, const struct nng_node *node);
NNG_MUST_USE enum nng_status nng_edit_operator(struct nng_walk *walk, const struct nng_node *node);
NNG_MUST_USE enum nng_status nng_edit_drop(struct nng_walk *walk, const struct nng_node *node);
/* edit_replace.c: */
NNG_MUST_USE enum nng_status nng_edit_replace(struct nng_walk *walk, const struct nng_node *node);
NNG_MUST_USE enum nng_status nng_edit_slope(struct nng_walk *walk, const struct nng_node *node);
/* edit_sum.c: */
NNG_MUST_USE enum nng_status nng_edit_multiply(struct nng_walk *walk, const struct nng_node *node);
NNG_MUST_USE enum nng_status nng_edit_add(struct nng_walk *walk, const struct nng_node *node);
NNG_MUST_USE enum nng_status nng_edit_sum(struct nng_walk *walk, const struct nng_node *node);
NNG_MUST_USE enum nng_status nng_edit_one_path(struct nng_walk *walk, const struct nng_node *node);

/* The expression transposed as one would write it: (A B)' = B' A', (A')' = A. NULL: out of memory. */
struct nng_node *nng_edit_transposed(struct nng_arena *arena, const struct nng_node *node);

static inline bool is_binary(const struct nng_node *node, enum nng_operator operation)
{
    return node->kind == NNG_NODE_BINARY && node->operation == operation;
}

static inline bool is_product(const struct nng_node *node)
{
    return is_binary(node, NNG_MULTIPLY) || is_binary(node, NNG_TIMES_EACH);
}

static inline bool is_quotient(const struct nng_node *node)
{
    return is_binary(node, NNG_DIVIDE) || is_binary(node, NNG_DIVIDE_EACH);
}

static inline bool is_sum(const struct nng_node *node)
{
    return is_binary(node, NNG_ADD) || is_binary(node, NNG_SUBTRACT);
}

static inline bool is_scalar(const struct nng_node *node)
{
    return node->rows == 1 && node->cols == 1;
}

#endif
