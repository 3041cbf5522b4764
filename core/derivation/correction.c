/* correction.c - which of several true corrections of a line are shown, and in which order.
 *
 * Small edits find A twice over: 2 A / 2 beside A, A + x - x, and B .* A beside A .* B. They are compared as sums of
 * terms and products of factors, whatever the order; which product it is, does not matter between lines that are true.
 */
#include "derivation/correction.h"

#include <string.h>

#include "derivation/edit_kinds.h"

enum { MOST_PARTS = 16 };

/* A term of a sum, or a factor of a product; whether it is subtracted, or divided by. */
struct part {
    const struct nng_node *node;
    bool inverse;
};

struct parts {
    struct part at[MOST_PARTS];
    size_t count;  /* may be more than there is room for: then nothing is said of them */
    bool negative; /* of a product */
};

static void add_parts(struct parts *parts, const struct nng_node *node, bool product, bool inverse)
{
    if (product ? is_product(node) || is_quotient(node) : is_sum(node)) {
        bool turned = product ? is_quotient(node) : is_binary(node, NNG_SUBTRACT);
        add_parts(parts, node->children[0], product, inverse);
        add_parts(parts, node->children[1], product, inverse != turned);
    } else if (node->kind == NNG_NODE_NEGATE) {
        parts->negative = parts->negative != product;
        add_parts(parts, node->children[0], product, product ? inverse : !inverse);
    } else {
        if (parts->count < MOST_PARTS)
            parts->at[parts->count] = (struct part){node, inverse};
        parts->count++;
    }
}

static struct parts parts_of(const struct nng_node *node, bool product)
{
    struct parts parts = {.count = 0};
    add_parts(&parts, node, product, false);
    return parts;
}

static void drop_numbers(struct parts *parts)
{
    size_t kept = 0;
    for (size_t i = 0; i < parts->count && i < MOST_PARTS; i++)
        if (parts->at[i].node->kind != NNG_NODE_NUMBER)
            parts->at[kept++] = parts->at[i];
    parts->count = parts->count > MOST_PARTS ? parts->count : kept;
}

/* ---- the same in another order ------------------------------------------------------------------------------- */

static bool same(const struct nng_node *a, const struct nng_node *b);

/* Each part of a has one of b that is the same. */
static bool same_parts(const struct parts *a, const struct parts *b)
{
    bool taken[MOST_PARTS] = {false};
    if (a->count != b->count || a->count > MOST_PARTS)
        return false;
    for (size_t i = 0; i < a->count; i++) {
        size_t k = 0;
        while (k < b->count &&
               (taken[k] || a->at[i].inverse != b->at[k].inverse || !same(a->at[i].node, b->at[k].node)))
            k++;
        if (k == b->count)
            return false;
        taken[k] = true;
    }
    return true;
}

static bool same(const struct nng_node *a, const struct nng_node *b)
{
    bool sum = is_sum(a), product = is_product(a) || is_quotient(a) || a->kind == NNG_NODE_NEGATE;
    if (!sum && !product)
        return nng_node_equal(a, b);
    struct parts of_a = parts_of(a, product), of_b = parts_of(b, product);
    return of_a.negative == of_b.negative && same_parts(&of_a, &of_b);
}

/* ---- detours ------------------------------------------------------------------------------------------------- */

/* 2 x and x: terms that one would collect. */
static bool collect(const struct nng_node *a, const struct nng_node *b)
{
    struct parts of_a = parts_of(a, true), of_b = parts_of(b, true);
    drop_numbers(&of_a);
    drop_numbers(&of_b);
    return of_a.count > 0 && same_parts(&of_a, &of_b);
}

/* x - x, 2 x - x, x / x, dx/dx, or an entry of a transpose? */
static bool takes_detour(const struct nng_node *node)
{
    bool sum = is_sum(node), product = is_product(node) || is_quotient(node);
    if (node->kind == NNG_NODE_DERIVATIVE && nng_reference_equal(&node->of, &node->by))
        return true;
    if (node->kind == NNG_NODE_ENTRY && node->children[0]->kind == NNG_NODE_TRANSPOSE)
        return true;
    struct parts parts = {.count = 0};
    if (sum || product)
        parts = parts_of(node, product);
    for (size_t i = 0; i < parts.count && parts.count <= MOST_PARTS; i++)
        for (size_t k = i + 1; k < parts.count; k++)
            if (sum ? collect(parts.at[i].node, parts.at[k].node)
                    : parts.at[i].inverse != parts.at[k].inverse && same(parts.at[i].node, parts.at[k].node))
                return true;
    for (size_t i = 0; i < node->child_count; i++)
        if (takes_detour(node->children[i]))
            return true;
    return false;
}

/* ---- the list ------------------------------------------------------------------------------------------------ */

static size_t nodes_of(const struct nng_node *node)
{
    size_t count = 1;
    for (size_t i = 0; i < node->child_count; i++)
        count += nodes_of(node->children[i]);
    return count;
}

static void sort(struct nng_correction *corrections, size_t count)
{
    const char *cause = corrections[0].cause;
    for (size_t i = 1; i < count; i++) {
        struct nng_correction moved = corrections[i];
        bool other = strcmp(moved.cause, cause) != 0;
        size_t nodes = nodes_of(moved.node), k = i;
        for (; k > 0; k--) {
            bool above_other = strcmp(corrections[k - 1].cause, cause) != 0;
            if (above_other < other || (above_other == other && nodes_of(corrections[k - 1].node) <= nodes))
                break;
            corrections[k] = corrections[k - 1];
        }
        corrections[k] = moved;
    }
}

size_t nng_corrections_arrange(struct nng_correction *corrections, size_t count)
{
    size_t detours = 0, kept = 0;
    if (count == 0)
        return 0;
    sort(corrections, count);
    for (size_t i = 0; i < count; i++)
        detours += takes_detour(corrections[i].node) ? 1 : 0;
    for (size_t i = 0; i < count; i++) {
        bool drop = detours < count && takes_detour(corrections[i].node);
        for (size_t k = 0; k < kept && !drop; k++)
            drop = same(corrections[k].node, corrections[i].node);
        if (!drop)
            corrections[kept++] = corrections[i];
    }
    return kept;
}
