/* cause.c - the search for the cause of a false line: edits of it, tried until one holds at every point.
 *
 * A formula that is false gets every single edit of edit.h, then the sum over paths that it may be a part of, then
 * pairs of edits. Only what then holds by the same rule that made the line false is accepted; what holds after a
 * single edit is listed, as correction.h arranges it.
 */
#include "derivation/cause.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "derivation/callable.h"
#include "derivation/claims.h"
#include "derivation/correction.h"
#include "derivation/edit.h"
#include "derivation/numbers.h"
#include "derivation/paths.h"
#include "derivation/print.h"
#include "derivation/shape.h"

enum { FOUND = 12, FIRST_EDITS = 600 };

struct search {
    struct nng_checker *checker;
    const struct nng_claim_tree *claim;
    const struct nng_node *left, *right;
    struct nng_editor editor;
    struct nng_side *targets; /* the left side at every point */
    double scale;             /* its largest value */
    size_t tried;
    struct nng_correction found[FOUND];
    size_t found_count;
    /* first edits, for pairs */
    bool collecting;
    struct nng_node *first[FIRST_EDITS];
    enum nng_edit_kind first_kind[FIRST_EDITS];
    const char *first_what[FIRST_EDITS];
    size_t first_count;
    size_t pair; /* the first edit of the pair in question */
    bool in_pairs;
};

/* ---- one candidate ------------------------------------------------------------------------------------------- */

static bool near_target(const struct nng_side *target, double scale, const struct nng_side *side)
{
    for (size_t i = 0; i < target->count; i++) {
        double n = target->value[i], g = side->value[i];
        double T = 1e-6 * fmax(fmax(fabs(g), fabs(n)), 1e-3 * target->magnitude[i]) + target->error[i] + 1e-12 * scale;
        if (!(fabs(g - n) <= T))
            return false;
    }
    return true;
}

/* Plain values first: nearly all candidates fail at the first point. */
static enum nng_status holds(struct search *search, struct nng_node *node, bool *good)
{
    enum nng_status status = NNG_OK;
    struct nng_checker *checker = search->checker;
    struct nng_letters *letters = search->editor.letters;
    bool misfit;
    *good = false;
    if (search->editor.spare >= 0)
        letters->at[search->editor.spare].range = 0;
    status = nng_shape_expression(checker->program, letters, node, &misfit, NULL);
    if (status != NNG_OK)
        return status == NNG_INPUT ? NNG_OK : status;
    if (node->rows != search->left->rows || node->cols != search->left->cols ||
        nng_claim_contains(node, search->claim->side[0]))
        return NNG_OK;
    struct nng_scratch_mark mark = nng_scratch_mark(&checker->machine.scratch);
    for (size_t p = 0; p < checker->point_count; p++) {
        struct nng_side side;
        status = nng_side_values(checker, letters, node, &checker->points[p], &side);
        bool near = status == NNG_OK && near_target(&search->targets[p], search->scale, &side);
        nng_scratch_release(&checker->machine.scratch, mark);
        if (!near)
            return status == NNG_INPUT ? NNG_OK : status; /* a plugin refuses such an argument */
    }
    enum nng_verdict own, random;
    NNG_TRY(nng_sides_hold(checker, letters, search->left, node, &own, &random));
    *good = (own == NNG_PASS || own == NNG_KINK) && random == NNG_PASS;
fail:
    return status == NNG_INPUT ? NNG_OK : status;
}

static enum nng_status keep(struct search *search, const struct nng_node *node, const char *cause, const char *what)
{
    const struct nng_program *program = search->checker->program;
    struct nng_text text = {0};
    if (search->found_count == FOUND)
        return NNG_OK;
    nng_text_print(&text, "%s = ", search->claim->text[0]);
    nng_node_print(program, search->editor.letters, node, NNG_STYLE_LANGUAGE, &text);
    const char *line = text.failed ? NULL : nng_arena_text(program->arena, text.data);
    nng_text_free(&text);
    const char *latex = nng_node_latex(program, search->editor.letters, node);
    if (line == NULL || latex == NULL)
        return nng_fail_memory(search->checker->error);
    for (size_t i = 0; i < search->found_count; i++)
        if (strcmp(search->found[i].line, line) == 0)
            return NNG_OK;
    search->found[search->found_count++] = (struct nng_correction){node, line, latex, cause, what};
    return NNG_OK;
}

/* Of two mistakes in one line, the one that is named. */
static int weight_of(enum nng_edit_kind kind)
{
    static const int weights[NNG_EDIT_KINDS] = {
        [NNG_EDIT_SUM] = 9,    [NNG_EDIT_ADD] = 9,     [NNG_EDIT_MULTIPLY] = 8, [NNG_EDIT_DROP] = 7,
        [NNG_EDIT_SLOPE] = 6,  [NNG_EDIT_REPLACE] = 5, [NNG_EDIT_ORDER] = 4,    [NNG_EDIT_TRANSPOSE] = 3,
        [NNG_EDIT_FACTOR] = 2, [NNG_EDIT_SIGN] = 1,    [NNG_EDIT_OPERATOR] = 0, [NNG_EDIT_ONE_PATH] = 7,
    };
    return weights[kind];
}

static enum nng_status try_edit(void *context, struct nng_node *edited, enum nng_edit_kind kind, const char *what)
{
    enum nng_status status = NNG_OK;
    struct search *search = context;
    bool good;
    if (search->tried++ >= NNG_CANDIDATES)
        return NNG_INTERRUPTED;
    if (search->collecting && search->first_count < FIRST_EDITS) {
        search->first[search->first_count] = edited;
        search->first_kind[search->first_count] = kind;
        search->first_what[search->first_count++] = what;
    }
    NNG_TRY(holds(search, edited, &good));
    if (!good)
        return NNG_OK;
    if (!search->in_pairs)
        return keep(search, edited, nng_edit_cause(kind), what);
    enum nng_edit_kind first = search->first_kind[search->pair];
    bool weightier = weight_of(first) >= weight_of(kind);
    NNG_TRY(keep(search, edited, nng_edit_cause(weightier ? first : kind),
                 weightier ? search->first_what[search->pair] : what));
    status = NNG_INTERRUPTED;
fail:
    return status;
}

/* ---- the phases ---------------------------------------------------------------------------------------------- */

static enum nng_status single_edits(struct search *search)
{
    enum nng_status status = NNG_OK;
    for (int kind = 0; kind < NNG_EDIT_KINDS; kind++) {
        search->collecting = kind != NNG_EDIT_MULTIPLY && kind != NNG_EDIT_SUM;
        NNG_TRY(nng_edits(&search->editor, search->right, (enum nng_edit_kind)kind));
    }
fail:
    search->collecting = false;
    return status;
}

/* Two edits; the second among the cheap kinds. */
static enum nng_status pairs_of_edits(struct search *search)
{
    enum nng_status status = NNG_OK;
    static const enum nng_edit_kind second[] = {NNG_EDIT_SUM,   NNG_EDIT_SIGN, NNG_EDIT_FACTOR,   NNG_EDIT_TRANSPOSE,
                                                NNG_EDIT_ORDER, NNG_EDIT_DROP, NNG_EDIT_OPERATOR, NNG_EDIT_REPLACE};
    search->in_pairs = true;
    for (size_t k = 0; k < sizeof second / sizeof second[0]; k++)
        for (search->pair = 0; search->pair < search->first_count; search->pair++)
            NNG_TRY(nng_edits(&search->editor, search->first[search->pair], second[k]));
fail:
    return status;
}

/* Does the formula speak of dN/dV or dV/dD? Then it goes through V. */
static bool goes_through(const struct nng_node *node, const struct nng_node *left, int V)
{
    if (node->kind == NNG_NODE_DERIVATIVE && ((node->of.symbol == left->of.symbol && node->by.symbol == V) ||
                                              (node->of.symbol == V && node->by.symbol == left->by.symbol)))
        return true;
    for (size_t i = 0; i < node->child_count; i++)
        if (goes_through(node->children[i], left, V))
            return true;
    return false;
}

/* sum(k: dN/dV[k] * dV[k]/dD), or for a whole D the Jacobian's form of it. */
static struct nng_node *sum_over_paths(const struct search *search, int V)
{
    struct nng_arena *arena = search->editor.arena;
    const struct nng_node *left = search->left;
    struct nng_node *upper = nng_node_copy(arena, left), *lower = nng_node_copy(arena, left);
    if (upper == NULL || lower == NULL)
        return NULL;
    upper->spelling = lower->spelling = NULL;
    upper->by = (struct nng_reference){.symbol = V};
    lower->of = (struct nng_reference){.symbol = V};
    const struct nng_symbol *v = &search->checker->program->symbols[V];
    if (left->by.subscripts.count == 0 && left->rows * left->cols > 1) {
        bool columns = left->cols == 1 && v->cols == 1;
        return columns ? nng_node_binary(arena, NNG_MULTIPLY, nng_node_unary(arena, NNG_NODE_TRANSPOSE, lower), upper)
                       : nng_node_binary(arena, NNG_MULTIPLY, upper, lower);
    }
    if (v->rows * v->cols == 1)
        return nng_node_binary(arena, NNG_MULTIPLY, upper, lower);
    if (search->editor.spare < 0 || (v->rows > 1 && v->cols > 1))
        return NULL;
    upper->by.subscripts = lower->of.subscripts =
        (struct nng_subscripts){.count = 1, .at = {{.letter = search->editor.spare}}};
    struct nng_node *sum = nng_node_unary(arena, NNG_NODE_SUM, nng_node_binary(arena, NNG_MULTIPLY, upper, lower));
    if (sum != NULL)
        sum->letter = search->editor.spare;
    return sum;
}

/* The paths through one value between D and N are missing as a term:  + dN/dV * dV/dD. */
static enum nng_status missing_terms(struct search *search)
{
    enum nng_status status = NNG_OK;
    const struct nng_node *left = search->left;
    const struct nng_program *program = search->checker->program;
    bool fits = search->right->rows == left->rows && search->right->cols == left->cols;
    if (left->kind != NNG_NODE_DERIVATIVE || !fits)
        return NNG_OK;
    for (int i = 0; i < program->order_count; i++) {
        int V = program->order[i];
        bool above = false, below = false, good;
        if (V == left->of.symbol || V == left->by.symbol)
            continue;
        NNG_TRY(nng_truth_depends(&search->checker->truth, left->of.symbol, V, &above));
        NNG_TRY(nng_truth_depends(&search->checker->truth, V, left->by.symbol, &below));
        struct nng_node *term = above && below ? sum_over_paths(search, V) : NULL;
        if (term == NULL)
            continue;
        struct nng_node *edited =
            nng_node_binary(search->editor.arena, NNG_ADD, (struct nng_node *)(uintptr_t)search->right, term);
        if (edited == NULL)
            return nng_fail_memory(search->checker->error);
        NNG_TRY(holds(search, edited, &good));
        if (good)
            NNG_TRY(keep(search, edited, "missing-path", "the paths through another value are missing"));
    }
fail:
    return status;
}

/* Is the formula a part of the sum over paths? If so the whole sum is the correction. */
static enum nng_status partial_paths(struct search *search, bool *found)
{
    enum nng_status status = NNG_OK;
    int V;
    bool good = false;
    *found = false;
    if (search->right->rows != search->left->rows || search->right->cols != search->left->cols)
        return NNG_OK;
    NNG_TRY(nng_paths_missing(search->checker, &search->claim->letters, search->left, search->right, &V));
    if (V < 0)
        return NNG_OK;
    struct nng_node *whole = sum_over_paths(search, V);
    if (whole != NULL)
        NNG_TRY(holds(search, whole, &good));
    if (good) {
        NNG_TRY(keep(search, whole, "missing-path", "it is a part of the sum over the paths: the others are missing"));
        *found = goes_through(search->right, search->left, V);
    }
fail:
    return status;
}

/* Right on the diagonal and zero beside it: the Jacobian of something that works entry by entry, where softmax does
 * not. dyhat/da = diag(yhat) - yhat yhat'. */
static enum nng_status diagonal_alone(struct search *search)
{
    enum nng_status status = NNG_OK;
    struct nng_checker *checker = search->checker;
    struct nng_arena *arena = search->editor.arena;
    const struct nng_node *left = search->left;
    size_t n = left->rows;
    struct nng_side right;
    bool good;
    if (left->kind != NNG_NODE_DERIVATIVE || n < 2 || left->cols != n || search->right->rows != n ||
        search->right->cols != n)
        return NNG_OK;
    NNG_TRY(nng_side_values(checker, &search->claim->letters, search->right, &checker->points[0], &right));
    for (size_t i = 0; i < n * n; i++) {
        double wanted = i / n == i % n ? search->targets[0].value[i] : 0;
        if (!(fabs(right.value[i] - wanted) <= 1e-6 * fabs(wanted)))
            return NNG_OK;
    }
    struct nng_node *v = nng_node_symbol(arena, left->of.symbol), *t = nng_node_unary(arena, NNG_NODE_TRANSPOSE, v);
    struct nng_node *diagonal = nng_node_call(arena, nng_callable_builtin("diag"), v, NULL);
    bool column = checker->program->symbols[left->of.symbol].cols == 1;
    struct nng_node *outer = nng_node_binary(arena, NNG_MULTIPLY, column ? v : t, column ? t : v);
    struct nng_node *whole = nng_node_binary(arena, NNG_SUBTRACT, diagonal, outer);
    if (whole == NULL)
        return nng_fail_memory(checker->error);
    NNG_TRY(holds(search, whole, &good));
    if (good)
        NNG_TRY(keep(search, whole, "missing-path", "it is right on the diagonal only: the other paths are missing"));
fail:
    return status;
}

/* ---- the outcome --------------------------------------------------------------------------------------------- */

/* The correction that is listed first is the cause; a sum over paths that the formula itself speaks of comes before
 * a constant factor, which often holds as well (of two classes, both paths are equally long). */
static void put_first(struct search *search, const char *cause)
{
    for (size_t i = 0; i < search->found_count; i++)
        if (strcmp(search->found[i].cause, cause) == 0) {
            struct nng_correction first = search->found[i];
            memmove(&search->found[1], &search->found[0], i * sizeof first);
            search->found[0] = first;
            return;
        }
}

static enum nng_status report(struct search *search, struct nng_link *link)
{
    struct nng_arena *arena = search->checker->program->arena;
    struct nng_text text = {0};
    if (search->found_count == 0) {
        link->cause = link->cause != NULL ? link->cause : "unknown";
        nng_text_print(&text, "%s; no small edit makes it hold", link->message != NULL ? link->message : "false");
    } else {
        link->cause = search->found[0].cause;
        nng_text_print(&text, "%s; %s", link->message, search->found[0].what);
        search->found_count = nng_corrections_arrange(search->found, search->found_count);
    }
    const char **lines = nng_arena_take(arena, search->found_count, sizeof *lines);
    const char **typeset = nng_arena_take(arena, search->found_count, sizeof *typeset);
    link->message = text.failed ? NULL : nng_arena_text(arena, text.data);
    nng_text_free(&text);
    if (lines == NULL || typeset == NULL || link->message == NULL)
        return nng_fail_memory(search->checker->error);
    for (size_t i = 0; i < search->found_count; i++) {
        lines[i] = search->found[i].line;
        typeset[i] = search->found[i].latex;
    }
    link->latex_corrections = typeset;
    link->corrections = lines;
    link->correction_count = search->found_count;
    return NNG_OK;
}

static enum nng_status prepare_targets(struct search *search)
{
    enum nng_status status = NNG_OK;
    struct nng_checker *checker = search->checker;
    search->targets = nng_arena_take(search->editor.arena, checker->point_count, sizeof *search->targets);
    if (search->targets == NULL)
        return nng_fail_memory(checker->error);
    for (size_t p = 0; p < checker->point_count; p++) {
        struct nng_side *target = &search->targets[p];
        NNG_TRY(nng_side_evaluate(checker, &search->claim->letters, search->left, &checker->points[p], 0, target));
        for (size_t i = 0; i < target->count; i++)
            search->scale = fmax(search->scale, fabs(target->value[i]));
    }
    NNG_TRY(nng_editor_prepare(&search->editor, search->claim));
fail:
    return status;
}

static enum nng_status search_formula(struct search *search, struct nng_link *link)
{
    enum nng_status status = NNG_OK;
    bool through = false;
    NNG_TRY(prepare_targets(search));
    NNG_TRY(single_edits(search));
    if (search->found_count == 0 || strcmp(search->found[0].cause, "missing-path") != 0)
        NNG_TRY(partial_paths(search, &through));
    if (through)
        put_first(search, "missing-path");
    if (search->found_count == 0)
        NNG_TRY(missing_terms(search));
    if (search->found_count == 0)
        NNG_TRY(diagonal_alone(search));
    if (search->found_count == 0)
        status = pairs_of_edits(search);
fail:
    if (status == NNG_INTERRUPTED) /* the bound on candidates, or a pair was found */
        status = NNG_OK;
    return status == NNG_OK ? report(search, link) : status;
}

enum nng_status nng_cause_find(struct nng_checker *checker, const struct nng_statement *statement, size_t k,
                               struct nng_link *link)
{
    const struct nng_claim_tree *claim = statement->claim;
    size_t from = nng_link_reference(claim, k);
    if (nng_node_numeric(claim->side[k]) || nng_node_numeric(claim->side[from]))
        return nng_numbers_cause(checker, statement, k, link);
    struct nng_arena *arena = nng_arena_new();
    struct search *search = nng_allocate(1, sizeof *search);
    enum nng_status status = NNG_MEMORY;
    struct nng_scratch_mark mark = nng_scratch_mark(&checker->machine.scratch);
    struct nng_error *error = checker->error;
    uint64_t work = checker->machine.work;
    if (arena != NULL && search != NULL) {
        memset(search, 0, sizeof *search);
        search->checker = checker;
        search->claim = claim;
        search->left = claim->side[from];
        search->right = claim->side[k];
        search->editor = (struct nng_editor){.arena = arena, .program = checker->program, .sink = try_edit};
        search->editor.context = search;
        checker->error = checker->machine.error = checker->truth.error = checker->truth.machine.error = NULL;
        status = search_formula(search, link);
        checker->error = checker->machine.error = checker->truth.error = checker->truth.machine.error = error;
        checker->machine.work = work;
    }
    nng_scratch_release(&checker->machine.scratch, mark);
    nng_release(search);
    nng_arena_free(arena);
    return status == NNG_MEMORY ? nng_fail_memory(error) : status;
}
