/* paths.c - sums over some of the paths:  dN/dD = sum_k dN/dV_k dV_k/dD  for a V that all paths cross. */
#include "derivation/paths.h"

#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

/* dN_i/dD_j, one entry. */
static enum nng_status slope(struct nng_checker *checker, struct nng_point *point, int of, size_t i, int by, size_t j,
                             double *value)
{
    const struct nng_slope *column;
    enum nng_status status = nng_truth_column(&checker->truth, point, of, by, j, &column);
    if (status == NNG_OK)
        *value = column[i].value;
    return status;
}

/* Symbols strictly between N and D. */
static enum nng_status between(struct nng_checker *checker, int of, int by, int symbol, bool *is_between)
{
    enum nng_status status = NNG_OK;
    bool above = false, below = false;
    *is_between = false;
    if (symbol == of || symbol == by || checker->program->symbols[symbol].kind != NNG_SYMBOL_DEFINED)
        return NNG_OK;
    NNG_TRY(nng_truth_depends(&checker->truth, of, symbol, &above));
    NNG_TRY(nng_truth_depends(&checker->truth, symbol, by, &below));
    *is_between = above && below;
fail:
    return status;
}

static size_t entries(const struct nng_checker *checker, int symbol)
{
    return checker->program->symbols[symbol].rows * checker->program->symbols[symbol].cols;
}

/* Fills the values of the paths through V, or through V and then W. Those that are zero are no paths. */
static enum nng_status list_paths(struct nng_checker *checker, int of, size_t i, int by, size_t j,
                                  struct nng_paths *paths)
{
    enum nng_status status = NNG_OK;
    struct nng_point *own = &checker->points[0];
    int V = paths->through[0], W = paths->through[1];
    size_t n = entries(checker, V), m = W < 0 ? 1 : entries(checker, W);
    paths->count = 0;
    for (size_t k = 0; k < n * m; k++) {
        double upper, lower, middle = 1;
        size_t v = k / m, w = k % m;
        NNG_TRY(slope(checker, own, of, i, V, v, &upper));
        if (W >= 0)
            NNG_TRY(slope(checker, own, V, v, W, w, &middle));
        NNG_TRY(slope(checker, own, W < 0 ? V : W, W < 0 ? v : w, by, j, &lower));
        double value = upper * middle * lower;
        if (!(fabs(value) > 0))
            continue;
        if (paths->count == NNG_PATH_LIMIT) {
            paths->count = 0;
            return NNG_OK;
        }
        paths->at[paths->count][0] = v;
        paths->at[paths->count][1] = w;
        paths->value[paths->count++] = value;
    }
fail:
    return status;
}

/* The part of the paths whose sum is nearest to the claimed value, if near enough; fewest missing first. */
static unsigned partial_sum(const struct nng_paths *paths, double claimed, double allowed)
{
    unsigned best = 0;
    double nearest = allowed;
    for (unsigned set = 1; set + 1 < 1u << paths->count; set++) {
        double sum = 0;
        for (size_t k = 0; k < paths->count; k++)
            sum += (set >> k & 1u) != 0 ? paths->value[k] : 0;
        if (fabs(sum - claimed) <= nearest) {
            nearest = fabs(sum - claimed);
            best = set;
        }
    }
    return best;
}

enum nng_status nng_paths_partial(struct nng_checker *checker, const struct nng_reference *of,
                                  const struct nng_reference *by, double claimed, double allowed,
                                  struct nng_paths *paths, unsigned *taken)
{
    enum nng_status status = NNG_OK;
    const struct nng_program *program = checker->program;
    struct nng_machine *machine = &checker->machine;
    size_t i = nng_machine_entry(machine, &of->subscripts, program->symbols[of->symbol].cols);
    size_t j = nng_machine_entry(machine, &by->subscripts, program->symbols[by->symbol].cols);
    *taken = 0;
    for (int two = 0; two < 2; two++)
        for (int v = program->order_count; v-- > 0;)
            for (int w = two ? v : 1; w-- > 0;) {
                int V = program->order[v], W = two ? program->order[w] : -1;
                bool crosses, second = true;
                NNG_TRY(between(checker, of->symbol, by->symbol, V, &crosses));
                if (two && crosses)
                    NNG_TRY(between(checker, V, by->symbol, W, &second));
                if (!crosses || !second)
                    continue;
                paths->through[0] = V;
                paths->through[1] = W;
                NNG_TRY(list_paths(checker, of->symbol, i, by->symbol, j, paths));
                *taken = partial_sum(paths, claimed, allowed);
                if (*taken != 0)
                    return NNG_OK;
            }
fail:
    return status;
}

enum nng_status nng_paths_describe(const struct nng_checker *checker, const struct nng_paths *paths, unsigned taken,
                                   const char **text)
{
    struct nng_text made = {0};
    const struct nng_symbol *symbols = checker->program->symbols;
    for (int missing = 0; missing < 2; missing++) {
        bool first = true;
        nng_text_add(&made, missing ? "; missing: " : "it is the sum over the paths through ");
        for (size_t k = 0; k < paths->count; k++) {
            if (((taken >> k & 1u) != 0) == (missing != 0))
                continue;
            nng_text_add(&made, first ? "" : ", ");
            if (paths->through[1] >= 0)
                nng_text_print(&made, "%s[%zu] and ", symbols[paths->through[1]].name, paths->at[k][1] + 1);
            nng_text_print(&made, "%s[%zu]", symbols[paths->through[0]].name, paths->at[k][0] + 1);
            if (missing)
                nng_text_print(&made, " (%.5g)", paths->value[k]);
            first = false;
        }
    }
    *text = made.failed ? NULL : nng_arena_text(checker->program->arena, made.data);
    nng_text_free(&made);
    return *text == NULL ? nng_fail_memory(checker->error) : NNG_OK;
}

/* ---- numbers as a path --------------------------------------------------------------------------------------- */

static struct nng_reference entry_of(const struct nng_checker *checker, int symbol, size_t entry)
{
    const struct nng_symbol *s = &checker->program->symbols[symbol];
    struct nng_reference reference = {.symbol = symbol};
    bool matrix = s->rows > 1 && s->cols > 1;
    if (s->rows * s->cols == 1)
        return reference;
    reference.subscripts.count = matrix ? 2 : 1;
    reference.subscripts.at[0] = (struct nng_subscript){-1, (long)(matrix ? entry / s->cols : entry) + 1};
    reference.subscripts.at[1] = (struct nng_subscript){-1, (long)(entry % s->cols) + 1};
    return reference;
}

/* The path through V_v and, of three factors, W_w: kept if more of the printed numbers are right than on `best`. */
static enum nng_status read_path(struct nng_checker *checker, const struct nng_reading *path, const double *printed,
                                 const double *unit, size_t *right, struct nng_reading *best)
{
    enum nng_status status = NNG_OK;
    struct nng_reading made = *path;
    size_t matches = 0;
    bool zero = false;
    for (size_t k = 0; k < made.count; k++) {
        const struct nng_reference *upper = &made.node[k], *lower = &made.node[k + 1];
        const struct nng_symbol *symbols = checker->program->symbols;
        size_t i = nng_machine_entry(&checker->machine, &upper->subscripts, symbols[upper->symbol].cols);
        size_t j = nng_machine_entry(&checker->machine, &lower->subscripts, symbols[lower->symbol].cols);
        NNG_TRY(slope(checker, &checker->points[0], upper->symbol, i, lower->symbol, j, &made.factor[k]));
        matches += fabs(made.factor[k] - printed[k]) <= unit[k] * (1 + 1e-9) ? 1 : 0;
        zero = zero || !(fabs(made.factor[k]) > 0);
    }
    if (!zero && matches + 1 >= made.count && matches > *right) {
        *right = matches;
        *best = made;
    }
fail:
    return status;
}

enum nng_status nng_paths_read(struct nng_checker *checker, const struct nng_reference *of,
                               const struct nng_reference *by, const double *printed, const double *unit, size_t count,
                               struct nng_reading *reading)
{
    enum { ENTRIES = 16 };
    enum nng_status status = NNG_OK;
    const struct nng_program *program = checker->program;
    size_t right = 0;
    *reading = (struct nng_reading){.count = 0};
    for (int a = program->order_count; a-- > 0 && (count == 2 || count == 3);)
        for (int b = count == 3 ? a : 1; b-- > 0;) {
            int V = program->order[a], W = count == 3 ? program->order[b] : by->symbol;
            bool crosses, second = true;
            NNG_TRY(between(checker, of->symbol, by->symbol, V, &crosses));
            if (count == 3 && crosses)
                NNG_TRY(between(checker, V, by->symbol, W, &second));
            size_t n = entries(checker, V), m = count == 3 ? entries(checker, W) : 1;
            if (!crosses || !second || n > ENTRIES || m > ENTRIES)
                continue;
            for (size_t k = 0; k < n * m; k++) {
                struct nng_reading path = {.node = {*of, entry_of(checker, V, k / m), *by, *by}, .count = count};
                if (count == 3)
                    path.node[2] = entry_of(checker, W, k % m);
                NNG_TRY(read_path(checker, &path, printed, unit, &right, reading));
            }
        }
fail:
    return status;
}

/* ---- formulas ------------------------------------------------------------------------------------------------ */

enum { SAME_INDEX = -1, FIXED_LIMIT = 8 };

/* Is entry e of the right side the part of dN_i/dD_j over V's entry `fixed` (SAME_INDEX: V's entry j) alone? */
static enum nng_status is_part(struct nng_checker *checker, struct nng_point *point, const struct nng_node *left, int V,
                               int fixed, const struct nng_side *right, bool *part)
{
    enum nng_status status = NNG_OK;
    struct nng_machine *machine = &checker->machine;
    const struct nng_symbol *symbols = checker->program->symbols;
    const struct nng_symbol *by = &symbols[left->by.symbol], *of = &symbols[left->of.symbol];
    bool whole = left->by.subscripts.count == 0;
    size_t i = nng_machine_entry(machine, &left->of.subscripts, of->cols);
    size_t first = nng_machine_entry(machine, &left->by.subscripts, by->cols);
    size_t n = whole ? by->rows * by->cols : 1;
    *part = false;
    for (size_t e = 0; e < n; e++) {
        size_t j = first + e, k = fixed == SAME_INDEX ? j : (size_t)fixed;
        double upper, lower;
        if (k >= entries(checker, V))
            return NNG_OK;
        NNG_TRY(slope(checker, point, left->of.symbol, i, V, k, &upper));
        NNG_TRY(slope(checker, point, V, k, left->by.symbol, j, &lower));
        double path = upper * lower, g = right->value[e];
        if (!(fabs(g - path) <= 1e-6 * fmax(fabs(g), fabs(path)) + 1e-12))
            return NNG_OK;
    }
    *part = true;
fail:
    return status;
}

static enum nng_status part_everywhere(struct nng_checker *checker, const struct nng_letters *letters,
                                       const struct nng_node *left, const struct nng_node *right, int V, int fixed,
                                       bool *part)
{
    enum nng_status status = NNG_OK;
    *part = true;
    for (size_t p = 0; p < checker->point_count && *part; p++) {
        struct nng_side side;
        struct nng_scratch_mark mark = nng_scratch_mark(&checker->machine.scratch);
        NNG_TRY(nng_side_values(checker, letters, right, &checker->points[p], &side));
        NNG_TRY(is_part(checker, &checker->points[p], left, V, fixed, &side, part));
        nng_scratch_release(&checker->machine.scratch, mark);
    }
fail:
    return status;
}

enum nng_status nng_paths_missing(struct nng_checker *checker, const struct nng_letters *letters,
                                  const struct nng_node *left, const struct nng_node *right, int *through)
{
    enum nng_status status = NNG_OK;
    const struct nng_program *program = checker->program;
    size_t numerator = left->of.subscripts.count > 0 ? 1 : entries(checker, left->of.symbol);
    *through = -1;
    for (int i = 0; i < letters->count; i++)
        if (!letters->at[i].bound)
            return NNG_OK; /* an entry at a time, by letters: sums are found by edits */
    if (left->kind != NNG_NODE_DERIVATIVE || numerator != 1)
        return NNG_OK;
    for (int v = program->order_count; v-- > 0;) {
        int V = program->order[v];
        bool crosses;
        NNG_TRY(between(checker, left->of.symbol, left->by.symbol, V, &crosses));
        size_t n = crosses ? entries(checker, V) : 0;
        bool same = left->by.subscripts.count == 0 && n == entries(checker, left->by.symbol);
        for (int fixed = same ? SAME_INDEX : 0; n > 1 && fixed < FIXED_LIMIT && fixed < (int)n; fixed++) {
            bool part;
            NNG_TRY(part_everywhere(checker, letters, left, right, V, fixed, &part));
            if (part) {
                *through = V;
                return NNG_OK;
            }
        }
    }
fail:
    return status;
}
