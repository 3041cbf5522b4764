/* side.c - evaluates the sides of claims at points, and compares two of them by the decision rule. */
#include <float.h>
#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "derivation/check.h"
#include "derivation/callable.h"

/* ---- derivatives inside claims ------------------------------------------------------------------------------- */

/* With --carry: the last claim before this statement whose left side is the whole derivative, and that says a formula
 * (numbers only at the own values). NULL: none. */
static const struct nng_statement *carried_claim(const struct nng_checker *checker, const struct nng_node *node,
                                                 const struct nng_node **value)
{
    for (size_t i = checker->statement; i-- > 0;) {
        const struct nng_statement *statement = &checker->program->statements[i];
        const struct nng_claim_tree *claim = statement->claim;
        if (claim == NULL || claim->letters.count > 0 || !nng_node_equal(claim->side[0], node))
            continue;
        for (size_t k = claim->count; k-- > 1;)
            if ((checker->point == &checker->points[0] || !nng_node_numeric(claim->side[k])) &&
                claim->side[k]->rows == node->rows && claim->side[k]->cols == node->cols) {
                *value = claim->side[k];
                return statement;
            }
    }
    return NULL;
}

static enum nng_status carried_value(struct nng_checker *checker, const struct nng_statement *statement,
                                     const struct nng_node *node, struct nng_value *value)
{
    struct nng_machine *machine = &checker->machine;
    const struct nng_letters *letters = machine->letters;
    size_t before = checker->statement;
    machine->letters = &statement->claim->letters;
    checker->statement = (size_t)(statement - checker->program->statements); /* earlier claims only: this ends */
    checker->carrying++;
    enum nng_status status = nng_evaluate(machine, node, value);
    checker->carrying--;
    checker->statement = before;
    machine->letters = letters;
    return status;
}

/* The true value of dN/dD, whole or by entries, with its uncertainty. A kink widens it to the hull of the slopes. */
static enum nng_status derivative(void *context, struct nng_machine *machine, const struct nng_node *node,
                                  struct nng_value *value)
{
    enum nng_status status = NNG_OK;
    struct nng_checker *checker = context;
    const struct nng_node *claimed;
    const struct nng_statement *statement =
        checker->carry && checker->carrying < 64 ? carried_claim(checker, node, &claimed) : NULL;
    if (statement != NULL)
        return carried_value(checker, statement, claimed, value);
    const struct nng_symbol *of = &machine->program->symbols[node->of.symbol];
    const struct nng_symbol *by = &machine->program->symbols[node->by.symbol];
    size_t first_row = nng_machine_entry(machine, &node->of.subscripts, of->cols);
    size_t rows = node->of.subscripts.count > 0 ? 1 : of->rows * of->cols;
    size_t first_col = nng_machine_entry(machine, &node->by.subscripts, by->cols);
    size_t cols = node->by.subscripts.count > 0 ? 1 : by->rows * by->cols;
    NNG_TRY(nng_value_new(machine, node->rows, node->cols, value));
    if (cols > 1)
        NNG_TRY(nng_truth_afford(&checker->truth, checker->point, node, cols, checker->point_count));
    for (size_t j = 0; j < cols; j++) {
        const struct nng_slope *column;
        NNG_TRY(nng_truth_column(&checker->truth, checker->point, node->of.symbol, node->by.symbol, first_col + j,
                                 &column));
        for (size_t i = 0; i < rows; i++) {
            const struct nng_slope *slope = &column[first_row + i];
            double hull = slope->kink ? 0.5 * fabs(slope->right - slope->left) : 0;
            value->at[i * cols + j] = (struct nng_scalar){.re = slope->value, .err = slope->error + hull};
            checker->kink = checker->kink || slope->kink;
            checker->open = checker->open || slope->open;
        }
    }
fail:
    return status;
}

/* ---- one side ------------------------------------------------------------------------------------------------ */

/* The shape over all values of the free letters: one letter gives a column, two a matrix. */
static void side_shape(const struct nng_letters *letters, const struct nng_node *node, struct nng_side *side)
{
    size_t ranges[2] = {1, 1};
    int free_count = 0;
    side->count = node->rows * node->cols;
    for (int i = 0; i < letters->count; i++)
        if (!letters->at[i].bound) {
            if (free_count < 2)
                ranges[free_count] = letters->at[i].range;
            side->count *= letters->at[i].range;
            free_count++;
        }
    bool entries = free_count > 0 && free_count <= 2 && node->rows * node->cols == 1;
    side->rows = free_count == 0 ? node->rows : entries ? ranges[0] : side->count;
    side->cols = side->count / side->rows;
}

/* Counts the free letters on, the last one fastest. False after the last combination. */
static bool next_letters(struct nng_machine *machine, const struct nng_letters *letters)
{
    for (int i = letters->count; i-- > 0;) {
        if (letters->at[i].bound)
            continue;
        if (machine->letter[i] < letters->at[i].range) {
            machine->letter[i]++;
            return true;
        }
        machine->letter[i] = 1;
    }
    return false;
}

static enum nng_status evaluate_side(struct nng_checker *checker, const struct nng_letters *letters,
                                     const struct nng_node *node, struct nng_point *point, enum nng_mode mode,
                                     struct nng_side *side)
{
    enum nng_status status = NNG_OK;
    struct nng_machine *machine = &checker->machine;
    *side = (struct nng_side){0};
    side_shape(letters, node, side);
    side->value = nng_scratch_take(&machine->scratch, 3 * side->count, sizeof *side->value);
    if (side->value == NULL)
        return nng_fail_memory(checker->error);
    side->error = side->value + side->count;
    side->magnitude = side->value + 2 * side->count;
    machine->mode = mode;
    machine->letters = letters;
    machine->values = point->values;
    machine->tie = false;
    checker->point = point;
    checker->kink = checker->open = false;
    for (int i = 0; i < letters->count; i++)
        machine->letter[i] = 1;
    size_t done = 0;
    do {
        struct nng_value value;
        struct nng_scratch_mark mark = nng_scratch_mark(&machine->scratch);
        NNG_TRY(nng_evaluate(machine, node, &value));
        for (size_t i = 0; i < value.rows * value.cols; i++, done++) {
            side->value[done] = value.at[i].re;
            side->error[done] = value.at[i].err;
            side->magnitude[done] = value.at[i].err / (64 * DBL_EPSILON);
        }
        nng_scratch_release(&machine->scratch, mark);
    } while (next_letters(machine, letters));
    side->kink = checker->kink || machine->tie;
    side->open = checker->open;
fail:
    return status;
}

enum nng_status nng_side_evaluate(struct nng_checker *checker, const struct nng_letters *letters,
                                  const struct nng_node *node, struct nng_point *point, double printed,
                                  struct nng_side *side)
{
    checker->machine.printed = printed;
    enum nng_status status = evaluate_side(checker, letters, node, point, NNG_MODE_BOUND, side);
    checker->machine.printed = 0;
    return status;
}

enum nng_status nng_side_values(struct nng_checker *checker, const struct nng_letters *letters,
                                const struct nng_node *node, struct nng_point *point, struct nng_side *side)
{
    return evaluate_side(checker, letters, node, point, NNG_MODE_PLAIN, side);
}

/* ---- two sides ----------------------------------------------------------------------------------------------- */

/* With d = |g - n|, U the uncertainty of both and T the tolerance: d + U <= T passes, d - U > T fails, between them
 * nothing can be said. At a kink the hull of the slopes is part of U: inside it, kink; outside, fail. */
struct nng_comparison nng_sides_compare(const struct nng_side *left, const struct nng_side *right)
{
    struct nng_comparison result = {.verdict = NNG_PASS};
    double square = 0, worst = -1;
    for (size_t i = 0; i < left->count; i++) {
        double a = fmax(left->magnitude[i], right->magnitude[i]);
        square += a * a / (double)left->count;
    }
    bool kink = left->kink || right->kink;
    for (size_t i = 0; i < left->count; i++) {
        double n = left->value[i], g = right->value[i], d = fabs(g - n), U = left->error[i] + right->error[i];
        double floor = kink ? 0 : 1e-3 * fmax(sqrt(square), fmax(left->magnitude[i], right->magnitude[i]));
        double T = 1e-6 * fmax(fmax(fabs(g), fabs(n)), floor);
        bool equal = !(g < n) && !(g > n); /* infinite on both sides, too */
        enum nng_verdict verdict = NNG_INCONCLUSIVE;
        if (equal || d + U <= T)
            verdict = NNG_PASS;
        else if (!isfinite(d) || d - U > T)
            verdict = NNG_FAIL;
        else if (kink)
            verdict = NNG_KINK;
        double off = isfinite(d) ? d / fmax(T, DBL_MIN) : INFINITY;
        if (off > worst) {
            worst = off;
            result.worst = i;
        }
        bool graver = verdict == NNG_FAIL || (verdict == NNG_INCONCLUSIVE && result.verdict != NNG_FAIL) ||
                      (verdict == NNG_KINK && result.verdict == NNG_PASS);
        result.verdict = graver ? verdict : result.verdict;
    }
    if (kink && result.verdict == NNG_PASS)
        result.verdict = NNG_KINK;
    if ((left->open || right->open) && !kink && result.verdict != NNG_PASS)
        result.verdict = NNG_INCONCLUSIVE;
    return result;
}

static enum nng_verdict graver_of(enum nng_verdict a, enum nng_verdict b)
{
    static const int weight[] = {[NNG_PASS] = 0, [NNG_KINK] = 1, [NNG_INCONCLUSIVE] = 2, [NNG_FAIL] = 3};
    return weight[a] >= weight[b] ? a : b;
}

enum nng_status nng_sides_hold(struct nng_checker *checker, const struct nng_letters *letters,
                               const struct nng_node *left, const struct nng_node *right, enum nng_verdict *own,
                               enum nng_verdict *random)
{
    enum nng_status status = NNG_OK;
    struct nng_scratch_mark mark = nng_scratch_mark(&checker->machine.scratch);
    *own = *random = NNG_PASS;
    for (size_t p = 0; p < checker->point_count; p++) {
        struct nng_side a, b;
        NNG_TRY(nng_side_evaluate(checker, letters, left, &checker->points[p], 0, &a));
        NNG_TRY(nng_side_evaluate(checker, letters, right, &checker->points[p], 0, &b));
        enum nng_verdict verdict = nng_sides_compare(&a, &b).verdict;
        if (p == 0)
            *own = verdict;
        else if (verdict != NNG_KINK) /* a random point on a kink says nothing */
            *random = graver_of(*random, verdict);
        nng_scratch_release(&checker->machine.scratch, mark);
    }
fail:
    nng_scratch_release(&checker->machine.scratch, mark);
    return status;
}

bool nng_node_numeric(const struct nng_node *node)
{
    if (node->kind == NNG_NODE_SYMBOL || node->kind == NNG_NODE_DERIVATIVE || node->kind == NNG_NODE_INDEX)
        return false;
    for (size_t i = 0; i < node->child_count; i++)
        if (!nng_node_numeric(node->children[i]))
            return false;
    return true;
}

bool nng_node_printed(const struct nng_node *node)
{
    if (node->kind == NNG_NODE_NUMBER && node->unit > 0)
        return true;
    for (size_t i = 0; i < node->child_count; i++)
        if (nng_node_printed(node->children[i]))
            return true;
    return false;
}

enum nng_status nng_node_undetermined(struct nng_checker *checker, const struct nng_node *node, const char **name)
{
    enum nng_status status = NNG_OK;
    const struct nng_program *program = checker->program;
    bool value = node->kind == NNG_NODE_SYMBOL || node->kind == NNG_NODE_DERIVATIVE;
    for (int i = 0; value && i < program->symbol_count && !checker->own_values && *name == NULL; i++) {
        const struct nng_symbol *given = &program->symbols[i];
        bool depends = false;
        if (given->kind != NNG_SYMBOL_GIVEN || given->own != NULL)
            continue;
        NNG_TRY(nng_truth_depends(&checker->truth, node->of.symbol, i, &depends));
        *name = depends ? given->name : NULL;
    }
    for (size_t i = 0; i < node->child_count && !checker->own_values && *name == NULL; i++)
        NNG_TRY(nng_node_undetermined(checker, node->children[i], name));
fail:
    return status;
}

/* ---- the checker --------------------------------------------------------------------------------------------- */

enum nng_status nng_checker_new(struct nng_arena *arena, struct nng_program *program,
                                const struct nng_verify_options *options, struct nng_checker **checker,
                                struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_checker *made = nng_arena_take(arena, 1, sizeof *made);
    if (made == NULL)
        return nng_fail_memory(error);
    uint64_t work = options->work != 0 ? options->work : UINT64_C(4000000000);
    made->program = program;
    made->carry = options->carry;
    made->error = error;
    made->machine = (struct nng_machine){.program = program, .work_limit = work, .error = error};
    made->machine.derivative = derivative;
    made->machine.context = made;
    made->truth = (struct nng_truth){.program = program, .error = error};
    made->truth.machine = (struct nng_machine){.program = program, .work_limit = work, .error = error};
    made->point_count = options->points + 1;
    made->points = nng_arena_take(arena, made->point_count, sizeof *made->points);
    *checker = made;
    if (made->points == NULL)
        return nng_fail_memory(error);
    NNG_TRY(nng_point_prepare(program, &made->machine, error));
    made->own_values = true;
    for (int i = 0; i < program->symbol_count; i++)
        if (program->symbols[i].kind == NNG_SYMBOL_GIVEN && program->symbols[i].own == NULL)
            made->own_values = false;
    NNG_TRY(nng_point_own(&made->machine, options->seed, &made->points[0], error));
    for (size_t p = 1; p < made->point_count; p++)
        NNG_TRY(nng_point_random(&made->machine, options->seed, p, &made->points[p], error));
fail:
    return status;
}

void nng_checker_free(struct nng_checker *checker)
{
    if (checker == NULL)
        return;
    nng_scratch_free(&checker->machine.scratch);
    nng_scratch_free(&checker->truth.machine.scratch);
}
