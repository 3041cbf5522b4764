/* truth.c - numeric derivatives of the program that the definitions are.
 *
 * For dN/dD the program is cut at D: one entry of D is moved, and only the definitions between D and N are evaluated
 * again. Two independent witnesses look at the same cut program:
 *
 *     differences   (N(D + h) - N(D - h)) / 2h on a ladder of steps, with an error bound (verdict/ladder.h)
 *     complex step  Im N(D + ih) / h, h = 1e-100: no cancellation, no truncation
 *
 * Where both exist they must agree within the ladder's bound; the complex step, being exact to rounding, is then the
 * value.
 */
#include "derivation/truth.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "verdict/judge.h"
#include "verdict/ladder.h"

/* ---- cuts ---------------------------------------------------------------------------------------------------- */

static bool names_marked(const struct nng_node *node, const bool *marked)
{
    if (node->kind == NNG_NODE_SYMBOL && marked[node->of.symbol])
        return true;
    for (size_t i = 0; i < node->child_count; i++)
        if (names_marked(node->children[i], marked))
            return true;
    return false;
}

static void mark_names(const struct nng_node *node, bool *marked)
{
    if (node->kind == NNG_NODE_SYMBOL)
        marked[node->of.symbol] = true;
    for (size_t i = 0; i < node->child_count; i++)
        mark_names(node->children[i], marked);
}

/* Forwards what depends on D, backwards what N needs: the definitions in both are between them. */
static enum nng_status make_cut(struct nng_truth *truth, struct nng_cut *cut)
{
    const struct nng_program *program = truth->program;
    size_t symbols = (size_t)program->symbol_count;
    bool *below = nng_allocate(2 * symbols, sizeof *below), *above = below + symbols;
    cut->between = nng_arena_take(program->arena, (size_t)program->order_count + 1, sizeof *cut->between);
    if (below == NULL || cut->between == NULL) {
        nng_release(below);
        return nng_fail_memory(truth->error);
    }
    memset(below, 0, 2 * symbols * sizeof *below);
    below[cut->by] = true;
    above[cut->of] = true;
    for (int k = 0; k < program->order_count; k++) {
        int s = program->order[k];
        below[s] = below[s] || names_marked(program->symbols[s].definition, below);
    }
    for (int k = program->order_count - 1; k >= 0; k--) {
        int s = program->order[k];
        if (above[s] && s != cut->by)
            mark_names(program->symbols[s].definition, above);
    }
    for (int k = 0; k < program->order_count; k++) {
        int s = program->order[k];
        if (below[s] && above[s] && s != cut->by)
            cut->between[cut->count++] = s;
    }
    if (!below[cut->of] || cut->of == cut->by)
        cut->count = 0;
    nng_release(below);
    return NNG_OK;
}

enum nng_status nng_truth_cut(struct nng_truth *truth, int of, int by, struct nng_cut **cut)
{
    for (*cut = truth->cuts; *cut != NULL; *cut = (*cut)->next)
        if ((*cut)->of == of && (*cut)->by == by)
            return NNG_OK;
    struct nng_cut *made = nng_arena_take(truth->program->arena, 1, sizeof *made);
    if (made == NULL)
        return nng_fail_memory(truth->error);
    made->of = of;
    made->by = by;
    enum nng_status status = make_cut(truth, made);
    if (status == NNG_OK) {
        made->next = truth->cuts;
        truth->cuts = *cut = made;
    }
    return status;
}

enum nng_status nng_truth_depends(struct nng_truth *truth, int of, int by, bool *depends)
{
    struct nng_cut *cut;
    enum nng_status status = nng_truth_cut(truth, of, by, &cut);
    if (status == NNG_OK)
        *depends = of == by || cut->count > 0;
    return status;
}

/* ---- evaluating again ---------------------------------------------------------------------------------------- */

/* N with entry j of D set to `moved`; the result lives in the scratch. */
static enum nng_status evaluate_cut(struct nng_truth *truth, const struct nng_point *point, const struct nng_cut *cut,
                                    size_t j, struct nng_scalar moved, enum nng_mode mode, struct nng_value *value)
{
    enum nng_status status = NNG_OK;
    const struct nng_program *program = truth->program;
    struct nng_machine *machine = &truth->machine;
    const struct nng_value *D = &point->values[cut->by];
    struct nng_value changed;
    machine->mode = mode;
    machine->values = truth->values;
    machine->branch = 0;
    machine->tie = machine->no_witness = false;
    NNG_TRY(nng_value_new(machine, D->rows, D->cols, &changed));
    for (size_t i = 0; i < D->rows * D->cols; i++) /* where it is cut, its own rounding error is no concern */
        changed.at[i] = (struct nng_scalar){.re = D->at[i].re};
    changed.at[j] = moved;
    truth->values[cut->by] = changed;
    for (int k = 0; k < cut->count; k++) {
        const struct nng_symbol *symbol = &program->symbols[cut->between[k]];
        machine->letters = symbol->letters;
        NNG_TRY(nng_evaluate(machine, symbol->definition, &truth->values[cut->between[k]]));
    }
    *value = truth->values[cut->of];
fail:
    return status;
}

static void restore(struct nng_truth *truth, const struct nng_point *point, const struct nng_cut *cut)
{
    truth->values[cut->by] = point->values[cut->by];
    for (int k = 0; k < cut->count; k++)
        truth->values[cut->between[k]] = point->values[cut->between[k]];
}

/* One rung for every entry of N. */
static enum nng_status add_rung(struct nng_truth *truth, struct nng_point *point, const struct nng_cut *cut,
                                const struct nng_jacobian *jacobian, size_t j, double h, struct nng_ladder *ladders)
{
    enum nng_status status = NNG_OK;
    struct nng_value plus, minus;
    struct nng_scratch_mark mark = nng_scratch_mark(&truth->machine.scratch);
    double x = point->values[cut->by].at[j].re, right = x + h, left = x - h;
    NNG_TRY(evaluate_cut(truth, point, cut, j, (struct nng_scalar){.re = right}, NNG_MODE_PLAIN, &plus));
    uint64_t branch_right = truth->machine.branch;
    NNG_TRY(evaluate_cut(truth, point, cut, j, (struct nng_scalar){.re = left}, NNG_MODE_PLAIN, &minus));
    uint64_t branch_left = truth->machine.branch;
    for (size_t i = 0; i < jacobian->rows; i++) {
        double f = point->values[cut->of].at[i].re, up = plus.at[i].re - f, down = f - minus.at[i].re;
        struct nng_ladder *ladder = &ladders[i];
        ladder->rungs[ladder->count++] = (struct nng_rung){.step = 0.5 * (right - left),
                                                           .central = (plus.at[i].re - minus.at[i].re) / (right - left),
                                                           .right = up / (right - x),
                                                           .left = down / (x - left),
                                                           .noise = jacobian->noise[i],
                                                           .branch_right = branch_right,
                                                           .branch_left = branch_left,
                                                           .finite = isfinite(up) && isfinite(down)};
    }
fail:
    restore(truth, point, cut);
    nng_scratch_release(&truth->machine.scratch, mark);
    return status;
}

/* ---- one column ---------------------------------------------------------------------------------------------- */

/* Im N(D + ih)/h for every entry of N; *witness is false where no independent complex form exists. */
static enum nng_status complex_column(struct nng_truth *truth, struct nng_point *point, const struct nng_cut *cut,
                                      size_t rows, size_t j, double *slopes, bool *witness)
{
    enum nng_status status = NNG_OK;
    const double h = 1e-100;
    struct nng_value value;
    struct nng_scratch_mark mark = nng_scratch_mark(&truth->machine.scratch);
    struct nng_scalar moved = {.re = point->values[cut->by].at[j].re, .im = h};
    NNG_TRY(evaluate_cut(truth, point, cut, j, moved, NNG_MODE_COMPLEX, &value));
    *witness = !truth->machine.no_witness;
    for (size_t i = 0; i < rows; i++) {
        slopes[i] = value.at[i].im / h;
        *witness = *witness && isfinite(slopes[i]);
    }
fail:
    restore(truth, point, cut);
    nng_scratch_release(&truth->machine.scratch, mark);
    return status;
}

/* No clean central stencil: the two one-sided slopes, or a derivative after all where they agree. */
static void settle_kink(const struct nng_ladder *ladder, struct nng_slope *slope)
{
    struct nng_estimate right = nng_ladder_slope(ladder, NNG_RIGHT_SIDE),
                        left = nng_ladder_slope(ladder, NNG_LEFT_SIDE);
    double apart = fabs(right.value - left.value), error = right.error + left.error;
    if (!isfinite(error)) {
        slope->open = true;
        return;
    }
    slope->left = left.value;
    slope->right = right.value;
    slope->kink = !(apart <= error + 1e-9 * fmax(fabs(left.value), fabs(right.value)));
    slope->value = 0.5 * (left.value + right.value);
    slope->error = slope->kink ? error : apart + error;
}

/* Is the estimate good enough, given the witness? With one, it only has to confirm; without, it is the value. */
static bool settle(const struct nng_ladder *ladder, bool witness, double complex_step, double scale, double paths,
                   struct nng_slope *slope)
{
    int from = nng_ladder_clean(ladder, NNG_CENTRAL_SIDE);
    struct nng_estimate n = nng_ladder_best(ladder, NNG_CENTRAL_SIDE, from, false);
    double rounding = 64 * DBL_EPSILON * fmax(paths, fabs(witness ? complex_step : n.value));
    if (n.rung < 0)
        return false;
    *slope = (struct nng_slope){.value = n.value, .error = n.error + rounding};
    if (!witness)
        return n.error <= 1e-10 * scale;
    slope->open = !(fabs(n.value - complex_step) <= n.error + rounding);
    if (!slope->open)
        *slope = (struct nng_slope){.value = complex_step, .error = rounding};
    return !slope->open && n.error <= 1e-7 * scale;
}

/* The sum of the absolute values of all paths from D_j to each entry of N, to which the derivative's rounding errors
 * are proportional: how the error bound of N grows with an error of D_j. */
static enum nng_status measure_paths(struct nng_truth *truth, struct nng_point *point, const struct nng_cut *cut,
                                     const struct nng_jacobian *jacobian, size_t j, double *paths)
{
    enum nng_status status = NNG_OK;
    const double error = 1e-6;
    struct nng_value value;
    struct nng_scratch_mark mark = nng_scratch_mark(&truth->machine.scratch);
    struct nng_scalar moved = {.re = point->values[cut->by].at[j].re, .err = error};
    NNG_TRY(evaluate_cut(truth, point, cut, j, moved, NNG_MODE_BOUND, &value));
    for (size_t i = 0; i < jacobian->rows; i++)
        paths[i] = fabs(value.at[i].err - jacobian->noise[i]) / error;
fail:
    restore(truth, point, cut);
    nng_scratch_release(&truth->machine.scratch, mark);
    return status;
}

static enum nng_status climb(struct nng_truth *truth, struct nng_point *point, const struct nng_cut *cut,
                             const struct nng_jacobian *jacobian, size_t j, struct nng_slope *column)
{
    enum nng_status status = NNG_OK;
    size_t n = jacobian->rows;
    struct nng_ladder *ladders = nng_allocate(n, sizeof *ladders);
    double *complex_steps = nng_allocate(2 * n, sizeof *complex_steps), *paths = complex_steps + n, scale = 0;
    bool witness = false, settled = false, climbs = true;
    if (ladders == NULL || complex_steps == NULL) {
        status = nng_fail_memory(truth->error);
        goto fail;
    }
    for (size_t i = 0; i < n; i++) {
        ladders[i].count = 0;
        ladders[i].branch = jacobian->branch;
    }
    NNG_TRY(complex_column(truth, point, cut, n, j, complex_steps, &witness));
    NNG_TRY(measure_paths(truth, point, cut, jacobian, j, paths));
    double x = fabs(point->values[cut->by].at[j].re);
    double h = exp2(floor(log2(fmax(x, 0.0625) / 8)));
    for (int rung = 0; rung < NNG_RUNGS && !settled && climbs; rung++) {
        NNG_TRY(add_rung(truth, point, cut, jacobian, j, ldexp(h, -rung), ladders));
        if (rung < 2)
            continue;
        scale = 0;
        for (size_t i = 0; i < n; i++)
            scale = fmax(scale, fabs(witness ? complex_steps[i] : ladders[i].rungs[rung].central));
        settled = true;
        climbs = false;
        for (size_t i = 0; i < n; i++) {
            settled = settle(&ladders[i], witness, complex_steps[i], scale, paths[i], &column[i]) && settled;
            climbs = nng_judge_climbs(&ladders[i]) || climbs;
        }
    }
    for (size_t i = 0; i < n; i++)
        if (nng_ladder_best(&ladders[i], NNG_CENTRAL_SIDE, nng_ladder_clean(&ladders[i], NNG_CENTRAL_SIDE), false)
                .rung < 0)
            settle_kink(&ladders[i], &column[i]);
fail:
    nng_release(ladders);
    nng_release(complex_steps);
    return status;
}

/* The rounding error of one evaluation of N, and which smooth pieces it stands on: D and all above it are exact. */
static enum nng_status measure_noise(struct nng_truth *truth, struct nng_point *point, const struct nng_cut *cut,
                                     struct nng_jacobian *jacobian)
{
    enum nng_status status = NNG_OK;
    struct nng_value value;
    struct nng_scratch_mark mark = nng_scratch_mark(&truth->machine.scratch);
    struct nng_scalar exact = {.re = point->values[cut->by].at[0].re};
    jacobian->work = truth->machine.work;
    NNG_TRY(evaluate_cut(truth, point, cut, 0, exact, NNG_MODE_BOUND, &value));
    jacobian->work = truth->machine.work - jacobian->work;
    jacobian->branch = truth->machine.branch;
    for (size_t i = 0; i < jacobian->rows; i++)
        jacobian->noise[i] = value.at[i].err;
fail:
    restore(truth, point, cut);
    nng_scratch_release(&truth->machine.scratch, mark);
    return status;
}

static enum nng_status find_jacobian(struct nng_truth *truth, struct nng_point *point, const struct nng_cut *cut,
                                     struct nng_jacobian **found)
{
    enum nng_status status = NNG_OK;
    struct nng_arena *arena = truth->program->arena;
    for (*found = point->jacobians; *found != NULL; *found = (*found)->next)
        if ((*found)->of == cut->of && (*found)->by == cut->by)
            return NNG_OK;
    struct nng_jacobian *made = nng_arena_take(arena, 1, sizeof *made);
    const struct nng_value *N = &point->values[cut->of], *D = &point->values[cut->by];
    if (made == NULL)
        return nng_fail_memory(truth->error);
    *made = (struct nng_jacobian){.of = cut->of, .by = cut->by, .rows = N->rows * N->cols, .cols = D->rows * D->cols};
    made->columns = nng_arena_take(arena, made->cols, sizeof *made->columns);
    made->noise = nng_arena_take(arena, made->rows, sizeof *made->noise);
    if (made->columns == NULL || made->noise == NULL)
        return nng_fail_memory(truth->error);
    if (cut->count > 0)
        NNG_TRY(measure_noise(truth, point, cut, made));
    made->next = point->jacobians;
    point->jacobians = *found = made;
fail:
    return status;
}

/* Room for the values, and the Jacobian. */
static enum nng_status open_jacobian(struct nng_truth *truth, struct nng_point *point, int of, int by,
                                     struct nng_cut **cut, struct nng_jacobian **jacobian)
{
    enum nng_status status = NNG_OK;
    size_t symbols = (size_t)truth->program->symbol_count;
    NNG_TRY(nng_truth_cut(truth, of, by, cut));
    if (truth->values == NULL)
        truth->values = nng_arena_take(truth->program->arena, symbols, sizeof *truth->values);
    if (truth->values == NULL)
        return nng_fail_memory(truth->error);
    memcpy(truth->values, point->values, symbols * sizeof *truth->values);
    NNG_TRY(find_jacobian(truth, point, *cut, jacobian));
fail:
    return status;
}

/* A column takes the complex step, the paths, and three rungs of two evaluations at the least. */
enum nng_status nng_truth_afford(struct nng_truth *truth, struct nng_point *point, const struct nng_node *node,
                                 size_t columns, size_t points)
{
    enum nng_status status = NNG_OK;
    struct nng_cut *cut;
    struct nng_jacobian *jacobian;
    const struct nng_program *program = truth->program;
    NNG_TRY(open_jacobian(truth, point, node->of.symbol, node->by.symbol, &cut, &jacobian));
    double work = 8 * (double)jacobian->work * (double)columns * (double)points;
    if (work > (double)truth->machine.work_limit)
        return nng_script_fail(&program->source, node->offset, truth->error,
                               "too much work: %zu derivatives at %zu points, over %.0e operations%s", columns, points,
                               (double)truth->machine.work_limit,
                               program->batch ? " ('use ... batch 32' takes the first 32 samples)" : "");
fail:
    return status;
}

enum nng_status nng_truth_column(struct nng_truth *truth, struct nng_point *point, int of, int by, size_t j,
                                 const struct nng_slope **column)
{
    enum nng_status status = NNG_OK;
    struct nng_cut *cut;
    struct nng_jacobian *jacobian;
    NNG_TRY(open_jacobian(truth, point, of, by, &cut, &jacobian));
    if (jacobian->columns[j] == NULL) {
        struct nng_slope *made = nng_arena_take(truth->program->arena, jacobian->rows, sizeof *made);
        if (made == NULL)
            return nng_fail_memory(truth->error);
        if (of == by)
            made[j].value = 1;
        else if (cut->count > 0)
            NNG_TRY(climb(truth, point, cut, jacobian, j, made));
        jacobian->columns[j] = made;
    }
    *column = jacobian->columns[j];
fail:
    return status;
}
