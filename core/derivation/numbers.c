/* numbers.c - a printed number that is false: its sign, a factor, a part of the paths, or one factor of the product
 * that the numbers were put into; else arithmetic.
 *
 * dL/dw = dL/dyhat[1] * dyhat[1]/da21 * da21/dw212 = -0.46 * -0.079 * 0.80: number stands under factor, so each is
 * compared with its own.
 */
#include "derivation/numbers.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "derivation/edit.h"
#include "derivation/paths.h"
#include "derivation/print.h"

enum { FACTORS = 16 };

struct numbers {
    struct nng_checker *checker;
    const struct nng_claim_tree *claim;
    size_t k;
    const struct nng_node *formula, *printed;
    struct nng_link *link;
    struct nng_text message;
    struct nng_text correction;
};

/* ---- values at the own point --------------------------------------------------------------------------------- */

static enum nng_status value_of(struct numbers *numbers, const struct nng_node *node, double units, double *value,
                                double *error)
{
    struct nng_side side;
    struct nng_checker *checker = numbers->checker;
    enum nng_status status =
        nng_side_evaluate(checker, &numbers->claim->letters, node, &checker->points[0], units, &side);
    if (status == NNG_OK) {
        *value = side.value[0];
        *error = side.error[0];
    }
    return status;
}

static bool within(double p, double v, double allowed)
{
    return fabs(p - v) <= allowed + 1e-9 * fabs(v) + DBL_MIN;
}

/* With as many digits after the point (or significant ones, in e-notation) as the number was printed with. */
static void print_like(double value, double unit, struct nng_text *text)
{
    int places = unit > 0 ? (int)ceil(-log10(unit) - 1e-9) : 6;
    if (unit > 0 && places >= 0 && places <= 8)
        nng_text_print(text, "%.*f", places, value);
    else if (unit > 0 && fabs(value) > 0) {
        int digits = (int)floor(log10(fabs(value))) + places;
        nng_text_print(text, "%.*e", digits < 0 ? 0 : digits > 16 ? 16 : digits, value);
    } else
        nng_text_print(text, "%.7g", value);
}

/* ---- a sign, a constant factor ------------------------------------------------------------------------------- */

static const char *constant_cause(const struct nng_program *program, double p, double v, double allowed,
                                  const char **what)
{
    int N = nng_symbol_find(program, "N");
    double n = N >= 0 && program->symbols[N].own != NULL ? program->symbols[N].own[0] : 1;
    if (within(p, -v, allowed)) {
        *what = "the sign is turned around";
        return "sign";
    }
    *what = "it is off by a constant factor";
    if (within(p, 2 * v, allowed) || within(p, v / 2, allowed) ||
        (n > 1 && (within(p, n * v, allowed) || within(p, v / n, allowed))))
        return "factor";
    return NULL;
}

/* ---- products, factor by factor ------------------------------------------------------------------------------ */

/* The factors of a product from left to right; a sign in front belongs to the first. */
static bool flatten(const struct nng_node *node, const struct nng_node **factors, size_t *count)
{
    bool product =
        node->kind == NNG_NODE_BINARY && (node->operation == NNG_MULTIPLY || node->operation == NNG_TIMES_EACH);
    if (product)
        return flatten(node->children[0], factors, count) && flatten(node->children[1], factors, count);
    if (*count == FACTORS || node->rows * node->cols != 1)
        return false;
    factors[(*count)++] = node;
    return true;
}

/* A value in scope, or 1 minus it, or minus either, that the printed factor has too much or too little: names it. Two
 * different ones that fit are chance: of a number with two digits, many values do. */
static enum nng_status factor_in_scope(struct numbers *numbers, const struct nng_node *formula, double p, double v,
                                       double unit, bool *found)
{
    struct nng_checker *checker = numbers->checker;
    const struct nng_program *program = checker->program;
    const char *shown = nng_node_text(program, &numbers->claim->letters, formula);
    size_t length = numbers->message.length;
    double factor = 0;
    bool chance = false;
    *found = false;
    if (shown == NULL)
        return nng_fail_memory(checker->error);
    for (int s = 0; s < program->symbol_count; s++) {
        const struct nng_symbol *symbol = &program->symbols[s];
        size_t n = symbol->rows * symbol->cols;
        bool value = symbol->kind == NNG_SYMBOL_GIVEN || symbol->kind == NNG_SYMBOL_DEFINED;
        bool weight = symbol->domain == NNG_DOMAIN_WEIGHT || symbol->domain == NNG_DOMAIN_CONSTANT;
        for (size_t i = 0; value && i < n && n <= 64; i++)
            for (int form = 0; form < 4; form++) {
                double q = checker->points[0].values[s].at[i].re;
                q = form >= 2 ? 1 - q : q;
                q = form % 2 == 1 ? -q : q;
                if ((weight && form >= 2) || !(fabs(fabs(q) - 1) > 1e-9) || !(fabs(v * q) > unit) ||
                    !within(p, v * q, unit))
                    continue;
                char index[56] = "";
                if (symbol->rows > 1 && symbol->cols > 1)
                    snprintf(index, sizeof index, "[%zu, %zu]", i / symbol->cols + 1, i % symbol->cols + 1);
                else if (n > 1)
                    snprintf(index, sizeof index, "[%zu]", i + 1);
                nng_text_print(&numbers->message, "%s%s * (%s%s%s%s%s)", *found ? ", or " : " but ", shown,
                               form % 2 == 1 ? "-" : "", form == 3 ? "(" : "", form >= 2 ? "1 - " : "", symbol->name,
                               index);
                nng_text_add(&numbers->message, form == 3 ? ")" : "");
                nng_text_print(&numbers->message, " = %.5g", v * q);
                chance = chance || (*found && fabs(q - factor) > 1e-9 * fabs(factor));
                factor = q;
                *found = true;
            }
    }
    if (chance && numbers->message.data != NULL)
        numbers->message.data[numbers->message.length = length] = '\0';
    *found = *found && !chance;
    return NNG_OK;
}

/* Which printed factor is not the value of the factor above it, and why. */
static enum nng_status compare_factors(struct numbers *numbers, bool *found)
{
    enum nng_status status = NNG_OK;
    const struct nng_node *formulas[FACTORS], *printed[FACTORS];
    size_t formula_count = 0, printed_count = 0;
    *found = false;
    if (!flatten(numbers->formula, formulas, &formula_count) || !flatten(numbers->printed, printed, &printed_count))
        return NNG_OK;
    if (formula_count != printed_count || formula_count < 2) {
        if (formula_count < 2 || printed_count < 2)
            return NNG_OK;
        numbers->link->cause = printed_count > formula_count ? "spurious-factor" : "missing-factor";
        nng_text_print(&numbers->message, "; %zu factors stand for %zu", printed_count, formula_count);
        *found = true;
        return NNG_OK;
    }
    for (size_t i = 0; i < formula_count; i++) {
        double p, v, p_error, v_error;
        const char *what;
        NNG_TRY(value_of(numbers, printed[i], 1, &p, &p_error));
        NNG_TRY(value_of(numbers, formulas[i], 0, &v, &v_error));
        nng_text_add(&numbers->correction, i > 0 ? " * " : "");
        if (within(p, v, p_error + v_error)) {
            const char *kept = nng_node_text(numbers->checker->program, &numbers->claim->letters, printed[i]);
            if (kept == NULL)
                return nng_fail_memory(numbers->checker->error);
            nng_text_add(&numbers->correction, kept);
            continue;
        }
        print_like(v, p_error, &numbers->correction);
        const char *shown = nng_node_text(numbers->checker->program, &numbers->claim->letters, formulas[i]);
        if (shown == NULL)
            return nng_fail_memory(numbers->checker->error);
        nng_text_print(&numbers->message, "; %.5g is not %s = %.5g", p, shown, v);
        if (*found)
            continue;
        *found = true;
        numbers->link->cause = constant_cause(numbers->checker->program, p, v, p_error, &what);
        if (numbers->link->cause == NULL) {
            bool scope;
            NNG_TRY(factor_in_scope(numbers, formulas[i], p, v, p_error, &scope));
            numbers->link->cause = scope ? "spurious-factor" : "arithmetic";
        }
    }
fail:
    return status;
}

/* ---- one number for a formula -------------------------------------------------------------------------------- */

/* The value of the formula's product without one of its factors. */
static enum nng_status without_a_factor(struct numbers *numbers, double p, double allowed, bool *found)
{
    enum nng_status status = NNG_OK;
    const struct nng_node *factors[FACTORS];
    size_t count = 0;
    *found = false;
    if (!flatten(numbers->formula, factors, &count) || count < 2)
        return NNG_OK;
    for (size_t skip = 0; skip < count; skip++) {
        double product = 1, v, error;
        for (size_t i = 0; i < count; i++)
            if (i != skip) {
                NNG_TRY(value_of(numbers, factors[i], 0, &v, &error));
                product *= v;
            }
        if (!within(p, product, allowed))
            continue;
        const char *shown = nng_node_text(numbers->checker->program, &numbers->claim->letters, factors[skip]);
        if (shown == NULL)
            return nng_fail_memory(numbers->checker->error);
        nng_text_print(&numbers->message, "; it is the product without %s", shown);
        numbers->link->cause = "missing-factor";
        *found = true;
        return NNG_OK;
    }
fail:
    return status;
}

static enum nng_status partial_sum(struct numbers *numbers, double p, double allowed, bool *found)
{
    enum nng_status status = NNG_OK;
    const struct nng_node *left = numbers->claim->side[0];
    struct nng_paths paths;
    unsigned taken = 0;
    const char *text;
    *found = false;
    if (left->kind != NNG_NODE_DERIVATIVE || left->rows * left->cols != 1)
        return NNG_OK;
    NNG_TRY(nng_paths_partial(numbers->checker, &left->of, &left->by, p, allowed, &paths, &taken));
    if (taken == 0)
        return NNG_OK;
    NNG_TRY(nng_paths_describe(numbers->checker, &paths, taken, &text));
    nng_text_print(&numbers->message, "; %s", text);
    numbers->link->cause = "missing-path";
    *found = true;
fail:
    return status;
}

/* One printed factor that is not the local derivative it stands for. */
static enum nng_status explain_factor(struct numbers *numbers, const struct nng_reading *reading, size_t k, double p,
                                      double unit, const char **cause)
{
    const struct nng_program *program = numbers->checker->program;
    const char *what;
    bool scope = false;
    struct nng_node *node = nng_node_new(program->arena, NNG_NODE_DERIVATIVE, 0, 0);
    const char *shown = NULL;
    if (node != NULL) {
        node->of = reading->node[k];
        node->by = reading->node[k + 1];
        shown = nng_node_text(program, &numbers->claim->letters, node);
    }
    if (shown == NULL)
        return nng_fail_memory(numbers->checker->error);
    nng_text_print(&numbers->message, "; %.5g is not %s = %.5g", p, shown, reading->factor[k]);
    *cause = constant_cause(program, p, reading->factor[k], unit, &what);
    if (*cause != NULL)
        return NNG_OK;
    enum nng_status status = factor_in_scope(numbers, node, p, reading->factor[k], unit, &scope);
    *cause = scope ? "spurious-factor" : "arithmetic";
    if (scope)
        nng_text_add(&numbers->message, " (spurious-factor)");
    return status;
}

/* dL/dw212 = -0.46 * -0.079 * 0.80: numbers alone, read as the local derivatives along one path. */
static enum nng_status read_as_path(struct numbers *numbers, bool *found)
{
    enum { MOST = 3 };
    enum nng_status status = NNG_OK;
    const struct nng_node *left = numbers->formula, *factors[FACTORS];
    double p[MOST], unit[MOST], truth, error, product = 1;
    size_t count = 0;
    struct nng_reading reading;
    *found = false;
    if (left->kind != NNG_NODE_DERIVATIVE || !flatten(numbers->printed, factors, &count) || count < 2 || count > MOST)
        return NNG_OK;
    for (size_t k = 0; k < count; k++)
        NNG_TRY(value_of(numbers, factors[k], 1, &p[k], &unit[k]));
    NNG_TRY(value_of(numbers, left, 0, &truth, &error));
    NNG_TRY(nng_paths_read(numbers->checker, &left->of, &left->by, p, unit, count, &reading));
    if (reading.count == 0)
        return NNG_OK;
    for (size_t k = 0; k < count; k++) {
        product *= reading.factor[k];
        if (!within(p[k], reading.factor[k], unit[k]))
            NNG_TRY(explain_factor(numbers, &reading, k, p[k], unit[k], &numbers->link->cause));
    }
    if (fabs(product - truth) > 1e-6 * fabs(truth) + error) {
        nng_text_print(&numbers->message, "; and it is one path alone, %.5g: the others are missing", product);
        numbers->link->cause = "missing-path";
    }
    *found = numbers->link->cause != NULL;
fail:
    return status;
}

static enum nng_status one_number(struct numbers *numbers)
{
    enum nng_status status = NNG_OK;
    double p, v, half, unit, before;
    bool found = false;
    const char *what = NULL;
    bool numeric = nng_node_numeric(numbers->formula);
    NNG_TRY(value_of(numbers, numbers->printed, 0.5, &p, &half));
    NNG_TRY(value_of(numbers, numbers->printed, 1, &p, &unit));
    NNG_TRY(value_of(numbers, numbers->formula, numeric ? 1 : 0, &v, &before));
    double allowed = unit + before;
    NNG_TRY(compare_factors(numbers, &found));
    if (found)
        return NNG_OK;
    nng_text_free(&numbers->correction);
    NNG_TRY(read_as_path(numbers, &found));
    if (found) {
        print_like(v, unit, &numbers->correction);
        return NNG_OK;
    }
    numbers->link->cause = constant_cause(numbers->checker->program, p, v, allowed, &what);
    bool sign = numbers->link->cause != NULL && strcmp(numbers->link->cause, "sign") == 0;
    if (!sign && !numeric) /* of two classes both paths may be equally long: half of the sum is one of them */
        NNG_TRY(partial_sum(numbers, p, unit, &found));
    if (!found && numbers->link->cause != NULL)
        nng_text_print(&numbers->message, "; %s", what);
    else if (!found) {
        if (!found && !numeric)
            NNG_TRY(without_a_factor(numbers, p, allowed, &found));
        if (!found && !numeric && numbers->formula->kind != NNG_NODE_SYMBOL &&
            numbers->formula->kind != NNG_NODE_ENTRY) {
            nng_text_add(&numbers->message, ";");
            size_t length = numbers->message.length;
            NNG_TRY(factor_in_scope(numbers, numbers->formula, p, v, unit, &found));
            if (found)
                numbers->link->cause = "spurious-factor";
            else if (numbers->message.data != NULL)
                numbers->message.data[numbers->message.length = length - 1] = '\0';
        }
        bool bare = numbers->formula->kind == NNG_NODE_DERIVATIVE;
        if (!found) {
            numbers->link->cause = bare ? "unknown" : "arithmetic";
            nng_text_add(&numbers->message, bare ? "" : "; the number does not follow from its formula");
        }
    }
    if (!(half > 0))
        half = 0;
    print_like(v, unit, &numbers->correction);
fail:
    return status;
}

/* ---- lists --------------------------------------------------------------------------------------------------- */

static enum nng_status many_numbers(struct numbers *numbers)
{
    enum nng_status status = NNG_OK;
    struct nng_checker *checker = numbers->checker;
    struct nng_side p, v;
    NNG_TRY(nng_side_evaluate(checker, &numbers->claim->letters, numbers->printed, &checker->points[0], 1, &p));
    NNG_TRY(nng_side_evaluate(checker, &numbers->claim->letters, numbers->formula, &checker->points[0], 0, &v));
    bool same_shape = p.rows == v.rows && p.cols == v.cols, sign = same_shape, transpose = p.count == v.count;
    const char *factor = NULL, *what = NULL;
    bool all_factor = same_shape;
    size_t used = 0;
    for (size_t i = 0; i < p.count && p.count == v.count; i++) {
        size_t t = i % v.rows * v.cols + i / v.rows; /* entry i of v' */
        sign = sign && within(p.value[i], -v.value[i], p.error[i]);
        transpose = transpose && within(p.value[i], v.value[t], p.error[i]);
        const char *one = constant_cause(checker->program, p.value[i], v.value[i], p.error[i], &what);
        all_factor = all_factor && one != NULL && strcmp(one, "factor") == 0;
        factor = all_factor ? one : NULL;
        for (size_t j = 0; j < v.count; j++) /* somewhere in it */
            if (within(p.value[i], v.value[j], p.error[i])) {
                used++;
                break;
            }
    }
    bool matrix = v.rows > 1 && v.cols > 1;
    numbers->link->cause = sign                                                ? "sign"
                           : transpose && (matrix || !same_shape)              ? "transpose"
                           : factor != NULL                                    ? "factor"
                           : p.count == v.count && used == p.count && used > 1 ? "order"
                           : same_shape                                        ? "arithmetic"
                                                                               : "shape";
    nng_text_print(&numbers->message, "%s",
                   sign                                             ? "; all signs are turned around"
                   : strcmp(numbers->link->cause, "transpose") == 0 ? "; it is transposed"
                   : strcmp(numbers->link->cause, "order") == 0     ? "; the entries stand in another order"
                                                                    : "");
    nng_text_add(&numbers->correction, "[");
    for (size_t i = 0; i < v.count; i++) {
        bool row = i > 0 && i % v.cols == 0 && matrix;
        nng_text_add(&numbers->correction, i == 0 ? "" : row ? "; " : ", ");
        size_t like = same_shape ? i : 0;
        print_like(v.value[i], p.error[like], &numbers->correction);
    }
    nng_text_add(&numbers->correction, "]");
fail:
    return status;
}

enum nng_status nng_numbers_cause(struct nng_checker *checker, const struct nng_statement *statement, size_t k,
                                  struct nng_link *link)
{
    enum nng_status status = NNG_OK;
    const struct nng_claim_tree *claim = statement->claim;
    struct nng_arena *arena = checker->program->arena;
    size_t from = nng_link_reference(claim, k);
    bool swapped = !nng_node_numeric(claim->side[k]);
    struct numbers numbers = {.checker = checker, .claim = claim, .k = k, .link = link};
    struct nng_scratch_mark mark = nng_scratch_mark(&checker->machine.scratch);
    const char **lines = nng_arena_take(arena, 1, sizeof *lines);
    numbers.formula = claim->side[swapped ? k : from];
    numbers.printed = claim->side[swapped ? from : k];
    nng_text_add(&numbers.message, link->message);
    if (claim->misfit[k] != NULL)
        goto fail;
    if (numbers.formula->rows * numbers.formula->cols == 1 && numbers.printed->rows * numbers.printed->cols == 1 &&
        nng_node_numeric(numbers.printed))
        NNG_TRY(one_number(&numbers));
    else
        NNG_TRY(many_numbers(&numbers));
    struct nng_text line = {0};
    nng_text_print(&line, "%s = %s", swapped ? claim->text[k] : claim->text[from], numbers.correction.data);
    link->message = numbers.message.failed ? NULL : nng_arena_text(arena, numbers.message.data);
    if (lines != NULL && !line.failed)
        lines[0] = nng_arena_text(arena, line.data);
    nng_text_free(&line);
    if (lines == NULL || lines[0] == NULL || link->message == NULL || numbers.correction.failed)
        status = nng_fail_memory(checker->error);
    link->corrections = lines;
    link->correction_count = 1;
fail:
    nng_scratch_release(&checker->machine.scratch, mark);
    nng_text_free(&numbers.message);
    nng_text_free(&numbers.correction);
    return status;
}
