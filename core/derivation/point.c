/* point.c - draws the given values, and evaluates every definition.
 *
 * Random points keep the kind of each value: a one-hot y stays one-hot, x lies in (-1, 1), weights are scaled by their
 * fan-in, so that no layer saturates.
 */
#include "derivation/point.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "derivation/print.h"
#include "derivation/shape.h"

/* ---- what the file gives ------------------------------------------------------------------------------------- */

/* How many values make one sample, and how far apart they stand: a vector is one sample. */
static void sample_layout(const struct nng_program *program, const struct nng_symbol *symbol, size_t *samples,
                          size_t *units, size_t *sample_step, size_t *unit_step)
{
    bool matrix = symbol->rows > 1 && symbol->cols > 1, columns = program->notation == NNG_OUT_IN;
    bool many = program->batch && symbol->of_model; /* of a batch even one row or column is many samples */
    *samples = !matrix && !many ? 1 : columns ? symbol->cols : symbol->rows;
    *units = symbol->rows * symbol->cols / *samples;
    *sample_step = *samples == 1 ? 0 : columns ? 1 : symbol->cols;
    *unit_step = *samples == 1 ? 1 : columns ? symbol->cols : 1;
}

static bool in_domain(const struct nng_program *program, const struct nng_symbol *symbol)
{
    size_t samples, units, sample_step, unit_step;
    sample_layout(program, symbol, &samples, &units, &sample_step, &unit_step);
    for (size_t n = 0; n < samples; n++) {
        double sum = 0;
        for (size_t j = 0; j < units; j++) {
            double v = symbol->own[n * sample_step + j * unit_step];
            bool zero_or_one = !(v < 0) && !(v > 1) && !(v > 0 && v < 1);
            if ((symbol->domain == NNG_DOMAIN_RANGE && !(v >= symbol->low && v <= symbol->high)) ||
                (symbol->domain == NNG_DOMAIN_POSITIVE && !(v > 0)) ||
                (symbol->domain == NNG_DOMAIN_DISTRIBUTION && !(v >= 0)) ||
                (symbol->domain == NNG_DOMAIN_ONE_HOT && !zero_or_one))
                return false;
            sum += v;
        }
        bool sums = symbol->domain == NNG_DOMAIN_ONE_HOT || symbol->domain == NNG_DOMAIN_DISTRIBUTION;
        if (sums && !(fabs(sum - 1) < 1e-6))
            return false;
    }
    return true;
}

static bool is_constant(const struct nng_node *node)
{
    bool constant = node->kind != NNG_NODE_SYMBOL && node->kind != NNG_NODE_DERIVATIVE && node->kind != NNG_NODE_INDEX;
    for (size_t i = 0; constant && i < node->child_count; i++)
        constant = is_constant(node->children[i]);
    return constant;
}

static enum nng_status prepare_given(struct nng_program *program, struct nng_machine *machine,
                                     struct nng_symbol *symbol, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_script *source = &program->source;
    struct nng_node *node = symbol->definition;
    struct nng_letters none = {0};
    struct nng_value value;
    bool misfit;
    if (!is_constant(node))
        return nng_script_fail(source, node->offset, error, "the value of '%s' must be made of numbers alone",
                               symbol->name);
    nng_shape_adopt(node, symbol->rows, symbol->cols);
    NNG_TRY(nng_shape_expression(program, &none, node, &misfit, error));
    if (node->rows != symbol->rows || node->cols != symbol->cols)
        return nng_script_fail(source, node->offset, error, "'%s' is %s, its value is %s", symbol->name,
                               nng_shape_text(symbol->rows, symbol->cols).text,
                               nng_shape_text(node->rows, node->cols).text);
    NNG_TRY(nng_evaluate(machine, node, &value));
    symbol->own = nng_arena_take(program->arena, value.rows * value.cols, sizeof(double));
    if (symbol->own == NULL)
        return nng_fail_memory(error);
    for (size_t i = 0; i < value.rows * value.cols; i++) {
        symbol->own[i] = value.at[i].re;
        if (!isfinite(symbol->own[i]))
            return nng_script_fail(source, node->offset, error, "the value of '%s' is not finite", symbol->name);
    }
    if (!in_domain(program, symbol))
        return nng_script_fail(source, node->offset, error, "the value of '%s' lies outside of what was declared",
                               symbol->name);
fail:
    return status;
}

enum nng_status nng_point_prepare(struct nng_program *program, struct nng_machine *machine, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    for (int i = 0; i < program->symbol_count; i++) {
        struct nng_symbol *symbol = &program->symbols[i];
        if (symbol->kind == NNG_SYMBOL_GIVEN && symbol->definition != NULL)
            NNG_TRY(prepare_given(program, machine, symbol, error));
    }
fail:
    return status;
}

/* ---- drawing ------------------------------------------------------------------------------------------------- */

static double draw_entry(gsl_rng *random, const struct nng_symbol *symbol)
{
    double u = gsl_rng_uniform_pos(random);
    switch (symbol->domain) {
    case NNG_DOMAIN_RANGE:
    case NNG_DOMAIN_WEIGHT:
        return symbol->low + u * (symbol->high - symbol->low);
    case NNG_DOMAIN_POSITIVE:
        return 0.1 + 1.9 * u;
    case NNG_DOMAIN_NONNEGATIVE:
        return u;
    case NNG_DOMAIN_DISTRIBUTION:
        return -log(u);
    case NNG_DOMAIN_BINARY:
        return u < 0.5 ? 0 : 1;
    case NNG_DOMAIN_SIGN:
        return u < 0.5 ? -1 : 1;
    case NNG_DOMAIN_REAL:
    case NNG_DOMAIN_ONE_HOT:
    case NNG_DOMAIN_CONSTANT:
        break;
    }
    return 2 * u - 1;
}

static void draw(const struct nng_program *program, gsl_rng *random, const struct nng_symbol *symbol,
                 struct nng_scalar *at)
{
    size_t samples, units, sample_step, unit_step;
    sample_layout(program, symbol, &samples, &units, &sample_step, &unit_step);
    for (size_t n = 0; n < samples; n++) {
        struct nng_scalar *row = at + n * sample_step;
        double sum = 0;
        for (size_t j = 0; j < units; j++) {
            row[j * unit_step] = (struct nng_scalar){.re = draw_entry(random, symbol)};
            sum += row[j * unit_step].re;
        }
        size_t hot = gsl_rng_uniform_int(random, units);
        for (size_t j = 0; j < units; j++) {
            if (symbol->domain == NNG_DOMAIN_ONE_HOT)
                row[j * unit_step].re = j == hot ? 1 : 0;
            else if (symbol->domain == NNG_DOMAIN_DISTRIBUTION)
                row[j * unit_step].re /= sum;
        }
    }
}

/* ---- points -------------------------------------------------------------------------------------------------- */

static enum nng_status set_given(const struct nng_program *program, gsl_rng *random, bool own, int i,
                                 struct nng_point *point, struct nng_error *error)
{
    const struct nng_symbol *symbol = &program->symbols[i];
    size_t n = symbol->rows * symbol->cols;
    struct nng_value *value = &point->values[i];
    if (value->at == NULL) {
        *value = (struct nng_value){symbol->rows, symbol->cols, nng_arena_take(program->arena, n, sizeof *value->at)};
        if (value->at == NULL)
            return nng_fail_memory(error);
    }
    if (symbol->own == NULL || (!own && symbol->domain != NNG_DOMAIN_CONSTANT))
        draw(program, random, symbol, value->at);
    else
        for (size_t k = 0; k < n; k++)
            value->at[k] = (struct nng_scalar){.re = symbol->own[k]};
    return NNG_OK;
}

/* Evaluates all definitions. *finite is false when a value is not finite or a plugin refuses it; with a trace the
 * error says which subexpression. */
static enum nng_status evaluate_definitions(struct nng_machine *machine, struct nng_point *point, bool trace,
                                            bool *finite, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_program *program = machine->program;
    struct nng_scratch_mark mark = nng_scratch_mark(&machine->scratch);
    *finite = true;
    machine->values = point->values;
    machine->mode = NNG_MODE_BOUND; /* values carry their rounding errors into the claims */
    machine->trace = trace;
    machine->nonfinite = NULL;
    for (int k = 0; k < program->order_count && *finite; k++) {
        const struct nng_symbol *symbol = &program->symbols[program->order[k]];
        struct nng_value value, *kept = &point->values[program->order[k]];
        machine->letters = symbol->letters;
        uint64_t limit = machine->work_limit;
        status = nng_evaluate(machine, symbol->definition, &value);
        if (status == NNG_INPUT && machine->work <= limit) { /* a plugin refuses it */
            *finite = false;
            status = trace ? NNG_INPUT : NNG_OK;
        }
        NNG_TRY(status);
        for (size_t i = 0; *finite && i < value.rows * value.cols; i++)
            *finite = isfinite(value.at[i].re);
        if (!*finite)
            break;
        if (kept->at == NULL)
            *kept = (struct nng_value){value.rows, value.cols,
                                       nng_arena_take(program->arena, value.rows * value.cols, sizeof *kept->at)};
        if (kept->at == NULL) {
            status = nng_fail_memory(error);
            goto fail;
        }
        memcpy(kept->at, value.at, value.rows * value.cols * sizeof *kept->at);
        nng_scratch_release(&machine->scratch, mark);
    }
    if (!*finite && trace && machine->nonfinite != NULL) {
        struct nng_letters none = {0};
        const char *text =
            nng_node_text(program, machine->letters != NULL ? machine->letters : &none, machine->nonfinite);
        status = text == NULL ? nng_fail_memory(error)
                              : nng_script_fail(&program->source, machine->nonfinite->offset, error,
                                                "'%s' is not finite at these values", text);
    }
fail:
    machine->trace = false;
    nng_scratch_release(&machine->scratch, mark);
    return status;
}

static enum nng_status make_point(struct nng_machine *machine, gsl_rng *random, bool own, bool last,
                                  struct nng_point *point, bool *finite, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_program *program = machine->program;
    if (point->values == NULL)
        point->values = nng_arena_take(program->arena, (size_t)program->symbol_count, sizeof *point->values);
    if (point->values == NULL)
        return nng_fail_memory(error);
    for (int i = 0; i < program->symbol_count; i++)
        if (program->symbols[i].kind == NNG_SYMBOL_GIVEN)
            NNG_TRY(set_given(program, random, own, i, point, error));
    NNG_TRY(evaluate_definitions(machine, point, last, finite, error));
fail:
    return status;
}

static enum nng_status draw_until_finite(struct nng_machine *machine, uint64_t seed, uint64_t number, bool own,
                                         int tries, struct nng_point *point, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    bool finite = false;
    gsl_rng *random = nng_random_new(machine->program->arena, seed, NNG_STREAM_CHECK, number);
    *point = (struct nng_point){0};
    if (random == NULL)
        return nng_fail_memory(error);
    for (int i = 1; i <= tries && !finite; i++)
        NNG_TRY(make_point(machine, random, own, i == tries, point, &finite, error));
fail:
    return status;
}

enum nng_status nng_point_own(struct nng_machine *machine, uint64_t seed, struct nng_point *point,
                              struct nng_error *error)
{
    bool fixed = true;
    for (int i = 0; i < machine->program->symbol_count; i++) {
        const struct nng_symbol *symbol = &machine->program->symbols[i];
        fixed = fixed && (symbol->kind != NNG_SYMBOL_GIVEN || symbol->own != NULL);
    }
    return draw_until_finite(machine, seed, 0, true, fixed ? 1 : 20, point, error);
}

enum nng_status nng_point_random(struct nng_machine *machine, uint64_t seed, uint64_t number, struct nng_point *point,
                                 struct nng_error *error)
{
    return draw_until_finite(machine, seed, number, false, 20, point, error);
}
