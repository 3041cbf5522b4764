/* claims.c - shapes of claims; trivial, assumed and missing ones. */
#include "derivation/claims.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "derivation/parser.h"
#include "derivation/print.h"
#include "derivation/shape.h"

/* ---- shapes -------------------------------------------------------------------------------------------------- */

static enum nng_status shape_side(struct nng_program *program, struct nng_claim_tree *claim, size_t k,
                                  struct nng_error *error)
{
    struct nng_error why = {0};
    bool misfit;
    enum nng_status status = nng_shape_expression(program, &claim->letters, claim->side[k], &misfit, &why);
    if (status == NNG_OK)
        return NNG_OK;
    if (misfit && k > 0) {
        claim->misfit[k] = nng_arena_text(program->arena, why.text);
        return claim->misfit[k] == NULL ? nng_fail_memory(error) : NNG_OK;
    }
    if (error != NULL)
        *error = why;
    return status;
}

enum nng_status nng_claim_shape(struct nng_program *program, struct nng_claim_tree *claim, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    for (int pass = 0; pass < 2; pass++) { /* the second one knows the ranges of all letters */
        for (size_t k = 0; k < claim->count; k++) {
            claim->misfit[k] = NULL;
            NNG_TRY(shape_side(program, claim, k, error));
            if (claim->misfit[k] == NULL && k > 0)
                nng_shape_adopt(claim->side[k], claim->side[0]->rows, claim->side[0]->cols);
            if (claim->misfit[k] == NULL && k == 1)
                nng_shape_adopt(claim->side[0], claim->side[1]->rows, claim->side[1]->cols);
        }
    }
    NNG_TRY(nng_shape_letters(program, &claim->letters, error));
fail:
    return status;
}

/* ---- covering ------------------------------------------------------------------------------------------------ */

/* Have two index lists an entry in common? Letters are taken to range over everything; the same letter is the same
 * entry, two different ones are not taken to meet. */
static bool overlap(const struct nng_subscripts *a, const struct nng_subscripts *b)
{
    if (a->count == 0 || b->count == 0 || a->count != b->count)
        return true;
    for (int i = 0; i < a->count; i++) {
        const struct nng_subscript *s = &a->at[i], *t = &b->at[i];
        bool both_letters = s->letter >= 0 && t->letter >= 0, both_numbers = s->letter < 0 && t->letter < 0;
        if ((both_letters && (s->letter != t->letter || s->offset != t->offset)) ||
            (both_numbers && s->offset != t->offset))
            return false;
    }
    return true;
}

bool nng_claim_contains(const struct nng_node *node, const struct nng_node *left)
{
    if (left->kind == NNG_NODE_DERIVATIVE && node->kind == NNG_NODE_DERIVATIVE && left->of.symbol == node->of.symbol &&
        left->by.symbol == node->by.symbol && overlap(&left->of.subscripts, &node->of.subscripts) &&
        overlap(&left->by.subscripts, &node->by.subscripts))
        return true;
    if (left->kind != NNG_NODE_NUMBER && nng_node_equal(node, left))
        return true;
    for (size_t i = 0; i < node->child_count; i++)
        if (nng_claim_contains(node->children[i], left))
            return true;
    return false;
}

bool nng_claim_trivial(const struct nng_claim_tree *claim)
{
    if (nng_node_numeric(claim->side[0]))
        return false;
    for (size_t k = 1; k < claim->count; k++)
        if (nng_claim_contains(claim->side[k], claim->side[0]))
            return true;
    return false;
}

/* Every entry of `what` is among those of `by`: whole, by a letter, or by the same number. */
static bool covers(const struct nng_subscripts *by, const struct nng_subscripts *what)
{
    for (int i = 0; i < by->count; i++)
        if (by->at[i].letter < 0 &&
            (what->count != by->count || what->at[i].letter >= 0 || what->at[i].offset != by->at[i].offset))
            return false;
    return true;
}

static bool claimed_by(const struct nng_statement *statement, const struct nng_reference *of,
                       const struct nng_reference *by)
{
    if (statement->claim == NULL || statement->claim->side[0]->kind != NNG_NODE_DERIVATIVE)
        return false;
    const struct nng_node *left = statement->claim->side[0];
    return left->of.symbol == of->symbol && left->by.symbol == by->symbol &&
           covers(&left->of.subscripts, &of->subscripts) && covers(&left->by.subscripts, &by->subscripts) &&
           !nng_claim_trivial(statement->claim);
}

static bool claimed_before(const struct nng_program *program, size_t end, const struct nng_reference *of,
                           const struct nng_reference *by)
{
    for (size_t i = 0; i < end; i++)
        if (claimed_by(&program->statements[i], of, by))
            return true;
    return false;
}

/* ---- assumed ------------------------------------------------------------------------------------------------- */

static enum nng_status add_name(const struct nng_program *program, const char *name, const char ***names, size_t *count,
                                struct nng_error *error)
{
    if (name == NULL)
        return nng_fail_memory(error);
    for (size_t i = 0; i < *count; i++)
        if (strcmp((*names)[i], name) == 0)
            return NNG_OK;
    if ((*count & (*count - 1)) == 0) { /* grows at powers of two */
        const char **more = nng_arena_take(program->arena, *count * 2 + 1, sizeof *more);
        if (more == NULL)
            return nng_fail_memory(error);
        for (size_t i = 0; i < *count; i++)
            more[i] = (*names)[i];
        *names = more;
    }
    (*names)[(*count)++] = name;
    return NNG_OK;
}

static enum nng_status assumed_in(const struct nng_program *program, size_t at, const struct nng_node *node,
                                  const char ***names, size_t *count, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    if (node->kind == NNG_NODE_DERIVATIVE && !claimed_before(program, at, &node->of, &node->by)) {
        struct nng_node canonical = *node; /* by its own spelling, but not by a name that a 'let' gave it */
        if (node->spelling != NULL && strchr(node->spelling, '/') == NULL)
            canonical.spelling = NULL;
        NNG_TRY(add_name(program, nng_node_text(program, &program->statements[at].claim->letters, &canonical), names,
                         count, error));
    }
    for (size_t i = 0; i < node->child_count; i++)
        NNG_TRY(assumed_in(program, at, node->children[i], names, count, error));
fail:
    return status;
}

enum nng_status nng_claims_assumed(const struct nng_program *program, size_t at, const char ***names, size_t *count,
                                   struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_claim_tree *claim = program->statements[at].claim;
    for (size_t k = claim->side[0]->kind == NNG_NODE_DERIVATIVE ? 1 : 0; k < claim->count; k++)
        NNG_TRY(assumed_in(program, at, claim->side[k], names, count, error));
fail:
    return status;
}

/* ---- required ------------------------------------------------------------------------------------------------ */

/* Every entry of the denominator, each claimed by some line. */
static bool claimed_by_entries(const struct nng_program *program, const struct nng_node *derivative)
{
    const struct nng_symbol *by = &program->symbols[derivative->by.symbol];
    bool matrix = by->rows > 1 && by->cols > 1;
    for (size_t i = 0; i < by->rows * by->cols; i++) {
        struct nng_reference entry = derivative->by;
        size_t row = matrix ? i / by->cols : i;
        entry.subscripts = (struct nng_subscripts){.count = matrix ? 2 : 1};
        entry.subscripts.at[0] = (struct nng_subscript){.letter = -1, .offset = (long)row + 1};
        entry.subscripts.at[1] = (struct nng_subscript){.letter = -1, .offset = (long)(i % by->cols) + 1};
        if (!claimed_before(program, program->statement_count, &derivative->of, &entry))
            return false;
    }
    return true;
}

enum nng_status nng_claims_made(struct nng_program *program, const char *text, bool *made, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_script kept = program->source, source = {.file = "--require", .text = text, .length = strlen(text)};
    struct nng_parser parser = {.program = program, .error = error};
    struct nng_letters letters = {0};
    struct nng_node *node = NULL;
    bool misfit;
    parser.letters = &letters;
    program->source = source;
    NNG_TRY(nng_lex(program->arena, &source, &parser.tokens, &parser.token_count, error));
    NNG_TRY(nng_parse_derivative(&parser, &node));
    if (node == NULL || parser.tokens[parser.at].kind != NNG_TOKEN_END) {
        status =
            nng_script_fail(&source, 0, error, "'%s' is not a derivative of this derivation, such as dL/dW1", text);
        goto fail;
    }
    NNG_TRY(nng_shape_expression(program, &letters, node, &misfit, error));
    *made = claimed_before(program, program->statement_count, &node->of, &node->by) ||
            (node->by.subscripts.count == 0 && claimed_by_entries(program, node));
fail:
    program->source = kept;
    return status;
}
