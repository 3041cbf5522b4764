/* judge.c - one equals sign of a claim.
 *
 * Formulas are compared at every point. Printed numbers are compared at the own values alone, at the precision that
 * they are printed with:
 *
 *     within half a unit of the last digit    pass
 *     within one unit                         pass, truncated
 *     follows from the rounded operands       pass, rounding
 *     else                                    fail
 *
 * An operand that is copied from a given value is not rounded: in w212 - dL/dw212 = 0.8 - (-0.13) the 0.8 is exact.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "derivation/check.h"
#include "derivation/print.h"

static enum nng_status say(struct nng_checker *checker, struct nng_text *text, const char **message)
{
    *message = text->failed ? NULL : nng_arena_text(checker->program->arena, text->data);
    nng_text_free(text);
    return *message == NULL ? nng_fail_memory(checker->error) : NNG_OK;
}

static bool same_shape(const struct nng_node *a, const struct nng_node *b)
{
    return a->rows == b->rows && a->cols == b->cols;
}

size_t nng_link_reference(const struct nng_claim_tree *claim, size_t k)
{
    bool usable = claim->misfit[k - 1] == NULL && same_shape(claim->side[k - 1], claim->side[0]);
    return usable ? k - 1 : 0;
}

static enum nng_status keep_values(struct nng_checker *checker, const struct nng_side *side, struct nng_link *link)
{
    link->rows = side->rows;
    link->cols = side->cols;
    link->values = nng_arena_take(checker->program->arena, side->count, sizeof *link->values);
    if (link->values == NULL)
        return nng_fail_memory(checker->error);
    memcpy(link->values, side->value, side->count * sizeof *link->values);
    return NNG_OK;
}

/* "entry [2, 1]: the left side is 0.5, the right side 0.25": the entry that is off most. */
static enum nng_status describe(struct nng_checker *checker, const struct nng_side *left, const struct nng_side *right,
                                size_t worst, const char *where, struct nng_link *link)
{
    struct nng_text text = {0};
    if (left->rows > 1 && left->cols > 1)
        nng_text_print(&text, "entry [%zu, %zu]: ", worst / left->cols + 1, worst % left->cols + 1);
    else if (left->count > 1)
        nng_text_print(&text, "entry [%zu]: ", worst + 1);
    nng_text_print(&text, "the left side is %.7g, the right side %.7g%s", left->value[worst], right->value[worst],
                   where);
    return say(checker, &text, &link->message);
}

/* ---- formulas ------------------------------------------------------------------------------------------------ */

/* A formula with some numbers copied into it: at the own values, at the precision of those numbers. */
static enum nng_status judge_mixed(struct nng_checker *checker, const struct nng_statement *statement, size_t from,
                                   size_t k, struct nng_link *link)
{
    enum nng_status status = NNG_OK;
    const struct nng_claim_tree *claim = statement->claim;
    struct nng_side a, b;
    for (int units = 1; units <= 2 && link->verdict == NNG_FAIL; units++) {
        NNG_TRY(nng_side_evaluate(checker, &claim->letters, claim->side[from], &checker->points[0], 0.5 * units, &a));
        NNG_TRY(nng_side_evaluate(checker, &claim->letters, claim->side[k], &checker->points[0], 0.5 * units, &b));
        bool within = true;
        for (size_t i = 0; i < a.count; i++)
            within = within && fabs(a.value[i] - b.value[i]) <= a.error[i] + b.error[i];
        if (within) {
            link->verdict = NNG_PASS;
            link->cause = units == 1 ? NULL : "truncated";
            link->values_only = true;
            link->message = "true at these values only, to the precision of the printed numbers";
        }
    }
fail:
    return status;
}

static enum nng_status judge_formula(struct nng_checker *checker, const struct nng_statement *statement, size_t from,
                                     size_t k, struct nng_link *link)
{
    enum nng_status status = NNG_OK;
    const struct nng_claim_tree *claim = statement->claim;
    const struct nng_node *left = claim->side[from], *right = claim->side[k];
    enum nng_verdict own, random;
    struct nng_side a, b;
    const char *undetermined = NULL; /* then there are no values of its own to be true at */
    NNG_TRY(nng_sides_hold(checker, &claim->letters, left, right, &own, &random));
    NNG_TRY(nng_node_undetermined(checker, left, &undetermined));
    NNG_TRY(nng_node_undetermined(checker, right, &undetermined));
    link->verdict = own;
    if (random == NNG_FAIL && (own != NNG_PASS || undetermined != NULL))
        link->verdict = NNG_FAIL;
    else if (random == NNG_FAIL) {
        link->values_only = true;
        link->message = "true at these values only: it fails at random ones";
    } else if (random == NNG_INCONCLUSIVE && own != NNG_FAIL)
        link->verdict = NNG_INCONCLUSIVE;
    if (link->verdict == NNG_FAIL && (nng_node_printed(left) || nng_node_printed(right)))
        NNG_TRY(judge_mixed(checker, statement, from, k, link));
    if (link->verdict == NNG_KINK)
        link->message = "at these values a function stands exactly on its kink: the claim lies between the slopes";
    if (link->verdict == NNG_INCONCLUSIVE)
        link->message = "the numeric derivative is not known well enough to judge this";
    if (link->verdict != NNG_FAIL)
        goto fail;
    for (size_t p = 0; p < checker->point_count; p++) {
        NNG_TRY(nng_side_evaluate(checker, &claim->letters, right, &checker->points[p], 0, &b));
        NNG_TRY(nng_side_evaluate(checker, &claim->letters, left, &checker->points[p], 0, &a));
        struct nng_comparison comparison = nng_sides_compare(&a, &b);
        if (comparison.verdict == NNG_FAIL) {
            status = describe(checker, &a, &b, comparison.worst, p == 0 ? "" : " (at a random point)", link);
            break;
        }
    }
fail:
    return status;
}

/* ---- printed numbers ----------------------------------------------------------------------------------------- */

enum print_class { EXACT, TRUNCATED, ROUNDING, WRONG };

/* A number must not be compared with a value that nobody has given. */
static enum nng_status check_given(struct nng_checker *checker, const struct nng_node *node,
                                   const struct nng_statement *statement)
{
    const char *given = NULL;
    enum nng_status status = nng_node_undetermined(checker, node, &given);
    if (status != NNG_OK || given == NULL)
        return status;
    return nng_script_fail(&checker->program->source, statement->begin, checker->error,
                           "a number cannot be judged here, since '%s' has no value: write 'given %s : ... = ...'",
                           given, given);
}

/* A value that is put in, or an entry of one: not one that is computed. */
static bool is_given(const struct nng_program *program, const struct nng_node *node)
{
    if (node->kind == NNG_NODE_ENTRY)
        node = node->children[0];
    return node->kind == NNG_NODE_SYMBOL &&
           program->symbols[nng_symbol_resolve(program, node->of.symbol)].kind == NNG_SYMBOL_GIVEN;
}

static void take_as_exact(struct nng_node *printed)
{
    printed->unit = 0;
    for (size_t i = 0; i < printed->child_count; i++)
        take_as_exact(printed->children[i]);
}

/* Numbers that stand where the formula has a given value, and equal it, are exact. */
static enum nng_status find_copied(struct nng_checker *checker, const struct nng_letters *letters,
                                   const struct nng_node *formula, struct nng_node *printed)
{
    enum nng_status status = NNG_OK;
    struct nng_side value, copy;
    if (is_given(checker->program, formula) && nng_node_numeric(printed)) {
        NNG_TRY(nng_side_evaluate(checker, letters, formula, &checker->points[0], 0, &value));
        NNG_TRY(nng_side_evaluate(checker, letters, printed, &checker->points[0], 0, &copy));
        if (value.count == 1 && copy.count == 1 &&
            fabs(value.value[0] - copy.value[0]) <= 4 * DBL_EPSILON * fabs(value.value[0]))
            take_as_exact(printed);
    } else if (formula->kind == printed->kind && formula->operation == printed->operation &&
               formula->child_count == printed->child_count)
        for (size_t i = 0; i < formula->child_count; i++)
            NNG_TRY(find_copied(checker, letters, formula->children[i], printed->children[i]));
fail:
    return status;
}

/* One printed entry p against the value s of the last formula, and, where the side before is numbers too, against what
 * follows from those. */
static enum print_class classify(double p, double half, double unit, double s, double s_error, bool numbers,
                                 double before, double before_unit)
{
    double slack = s_error + 1e-9 * fabs(s) + DBL_MIN;
    if (numbers && !(fabs(p - before) <= half + before_unit + 1e-9 * fabs(before) + DBL_MIN))
        return WRONG;
    if (fabs(p - s) <= half + slack)
        return EXACT;
    if (fabs(p - s) <= unit + slack)
        return TRUNCATED;
    return numbers ? ROUNDING : WRONG;
}

/* The last side before k that is a formula; k's reference where there is none. */
static size_t last_formula(const struct nng_claim_tree *claim, size_t from)
{
    for (size_t i = from + 1; i-- > 0;)
        if (claim->misfit[i] == NULL && !nng_node_numeric(claim->side[i]) &&
            same_shape(claim->side[i], claim->side[from]))
            return i;
    return from;
}

static enum nng_status judge_printed(struct nng_checker *checker, const struct nng_statement *statement, size_t from,
                                     size_t k, struct nng_link *link)
{
    enum nng_status status = NNG_OK;
    const struct nng_claim_tree *claim = statement->claim;
    const struct nng_letters *letters = &claim->letters;
    struct nng_point *own = &checker->points[0];
    bool swapped = !nng_node_numeric(claim->side[k]); /* 0.77 = yhat[1] */
    struct nng_node *printed = claim->side[swapped ? from : k];
    const struct nng_node *other = claim->side[swapped ? k : from];
    bool numbers = nng_node_numeric(other);
    size_t formula = swapped ? k : last_formula(claim, from), worst = 0;
    struct nng_side p, half, unit, s, before;
    enum print_class worst_class = EXACT;
    NNG_TRY(check_given(checker, claim->side[formula], statement));
    NNG_TRY(find_copied(checker, letters, claim->side[formula], printed));
    NNG_TRY(nng_side_evaluate(checker, letters, printed, own, 0, &p));
    NNG_TRY(nng_side_evaluate(checker, letters, printed, own, 0.5, &half));
    NNG_TRY(nng_side_evaluate(checker, letters, printed, own, 1, &unit));
    NNG_TRY(nng_side_evaluate(checker, letters, other, own, 1, &before));
    NNG_TRY(nng_side_evaluate(checker, letters, claim->side[formula], own, 0, &s));
    for (size_t i = 0; i < p.count; i++) {
        enum print_class class = classify(p.value[i], half.error[i], unit.error[i], s.value[i], s.error[i], numbers,
                                          before.value[i], before.error[i]);
        if (class > worst_class) {
            worst_class = class;
            worst = i;
        }
    }
    link->verdict = worst_class == WRONG ? NNG_FAIL : s.kink ? NNG_KINK : NNG_PASS;
    struct nng_text text = {0};
    if (worst_class == TRUNCATED) {
        link->cause = "truncated";
        nng_text_print(&text, "truncated, not rounded: it is %.7g", s.value[worst]);
    } else if (worst_class == ROUNDING) {
        link->cause = "rounding";
        nng_text_print(&text, "follows from the rounded operands; unrounded it is %.7g", s.value[worst]);
    } else if (worst_class == WRONG)
        return describe(checker, &before, &p, worst, "", link);
    if (worst_class != EXACT)
        NNG_TRY(say(checker, &text, &link->message));
fail:
    return status;
}

/* ---- one link ------------------------------------------------------------------------------------------------ */

static enum nng_status judge_misfit(struct nng_checker *checker, const struct nng_claim_tree *claim, size_t k,
                                    struct nng_link *link)
{
    struct nng_text text = {0};
    link->verdict = NNG_FAIL;
    link->cause = "shape";
    if (claim->misfit[k] != NULL)
        nng_text_add(&text, claim->misfit[k]);
    else
        nng_text_print(&text, "%s is %s, the right-hand side is %s", claim->text[0],
                       nng_shape_text(claim->side[0]->rows, claim->side[0]->cols).text,
                       nng_shape_text(claim->side[k]->rows, claim->side[k]->cols).text);
    return say(checker, &text, &link->message);
}

/* Is this a number that was worked out, to be judged at the values that were given? Whole numbers are exact: beside
 * what has no value, da/db = 1 is a formula like any other. */
static enum nng_status is_printed(struct nng_checker *checker, const struct nng_node *left,
                                  const struct nng_node *right, bool *printed)
{
    enum nng_status status = NNG_OK;
    const char *undetermined = NULL;
    *printed = nng_node_numeric(left) || nng_node_numeric(right);
    if (!*printed || nng_node_printed(left) || nng_node_printed(right))
        return NNG_OK;
    NNG_TRY(nng_node_undetermined(checker, left, &undetermined));
    NNG_TRY(nng_node_undetermined(checker, right, &undetermined));
    *printed = undetermined == NULL;
fail:
    return status;
}

enum nng_status nng_link_judge(struct nng_checker *checker, const struct nng_statement *statement, size_t k,
                               struct nng_link *link)
{
    enum nng_status status = NNG_OK;
    const struct nng_claim_tree *claim = statement->claim;
    struct nng_scratch_mark mark = nng_scratch_mark(&checker->machine.scratch);
    int column;
    struct nng_side right;
    link->text = claim->text[k];
    nng_script_place(&checker->program->source, claim->offset[k], &link->line, &column);
    checker->statement = (size_t)(statement - checker->program->statements);
    if (claim->misfit[k] == NULL) {
        NNG_TRY(nng_side_evaluate(checker, &claim->letters, claim->side[k], &checker->points[0], 0, &right));
        NNG_TRY(keep_values(checker, &right, link));
    }
    size_t from = nng_link_reference(claim, k);
    if (claim->misfit[k] != NULL || !same_shape(claim->side[k], claim->side[from]))
        NNG_TRY(judge_misfit(checker, claim, k, link));
    else {
        bool printed;
        NNG_TRY(is_printed(checker, claim->side[from], claim->side[k], &printed));
        NNG_TRY((printed ? judge_printed : judge_formula)(checker, statement, from, k, link));
    }
fail:
    nng_scratch_release(&checker->machine.scratch, mark);
    return status;
}
