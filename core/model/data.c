/* data.c - what is done to a dataset once it is read: splitting, standardising, checking its targets. */
#include "model/data.h"

#include <math.h>
#include <limits.h>
#include <string.h>

#include <gsl/gsl_statistics_double.h>

#include "base/error.h"
#include "base/random.h"

/* ---- split --------------------------------------------------------------------------------------------------- */

static enum nng_status take_rows(struct nng_arena *arena, size_t samples, const struct nng_data *like,
                                 struct nng_data *part, struct nng_error *error)
{
    *part = *like;
    part->samples = 0;
    part->x = nng_arena_take(arena, samples * like->inputs, sizeof *part->x);
    part->y = nng_arena_take(arena, samples * like->outputs, sizeof *part->y);
    return part->x != NULL && part->y != NULL ? NNG_OK : nng_fail_memory(error);
}

static void append_row(struct nng_data *part, const struct nng_data *from, size_t n)
{
    memcpy(part->x + part->samples * part->inputs, from->x + n * from->inputs, from->inputs * sizeof *from->x);
    memcpy(part->y + part->samples * part->outputs, from->y + n * from->outputs, from->outputs * sizeof *from->y);
    part->samples++;
}

enum nng_status nng_data_split(struct nng_arena *arena, struct nng_data *data, double fraction, uint64_t seed,
                               struct nng_data *validation, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    if (!(fraction > 0 && fraction < 1))
        return nng_fail(error, NNG_INPUT, "the fraction for validation must be in (0, 1), not %g", fraction);
    size_t n = data->samples;
    if (n < 2)
        return nng_fail(error, NNG_INPUT, "%zu sample cannot be split into training and validation", n);
    double wanted = floor(fraction * (double)n + 0.5);
    size_t held = wanted < 1 ? 1 : wanted > (double)(n - 1) ? n - 1 : (size_t)wanted;

    size_t *order = nng_arena_take(arena, n, sizeof *order);
    char *is_held = nng_arena_take(arena, n, 1);
    gsl_rng *random = nng_random_new(arena, seed, NNG_STREAM_SPLIT, 0);
    if (order == NULL || is_held == NULL || random == NULL)
        return nng_fail_memory(error);
    nng_random_permutation(random, order, n);
    for (size_t i = 0; i < held; i++)
        is_held[order[i]] = 1;

    struct nng_data kept;
    NNG_TRY(take_rows(arena, n - held, data, &kept, error));
    NNG_TRY(take_rows(arena, held, data, validation, error));
    for (size_t i = 0; i < n; i++)
        append_row(is_held[i] ? validation : &kept, data, i);
    *data = kept;
fail:
    return status;
}

/* ---- standardise --------------------------------------------------------------------------------------------- */

static void shift_and_scale(struct nng_data *data, size_t column, double mean, double std)
{
    for (size_t n = 0; n < data->samples; n++) {
        double *x = &data->x[n * data->inputs + column];
        *x = (*x - mean) / std;
    }
}

enum nng_status nng_data_standardize(struct nng_data *data, struct nng_data *validation, struct nng_error *error)
{
    for (size_t j = 0; j < data->inputs; j++) {
        double low, high;
        gsl_stats_minmax(&low, &high, data->x + j, data->inputs, data->samples);
        bool constant = low == high;
        double mean = constant ? low : gsl_stats_mean(data->x + j, data->inputs, data->samples);
        double std = constant ? 1 : gsl_stats_sd_with_fixed_mean(data->x + j, data->inputs, data->samples, mean);
        if (!isfinite(mean) || !isfinite(std) || std == 0)
            return nng_fail(error, NNG_INPUT, "input %zu cannot be standardised: it runs from %g to %g", j + 1, low,
                            high);
        shift_and_scale(data, j, mean, std);
        if (validation != NULL)
            shift_and_scale(validation, j, mean, std);
    }
    return NNG_OK;
}

/* ---- targets ------------------------------------------------------------------------------------------------- */

static bool fits(enum nng_target target, double y)
{
    switch (target) {
    case NNG_TARGET_REAL:
        return true;
    case NNG_TARGET_NONNEGATIVE:
    case NNG_TARGET_DISTRIBUTION:
        return y >= 0;
    case NNG_TARGET_UNIT:
        return y >= 0 && y <= 1;
    case NNG_TARGET_BINARY:
        return y == 0 || y == 1;
    case NNG_TARGET_SIGN:
        return y == -1 || y == 1;
    }
    return true;
}

static const char *const needs[] = {
    [NNG_TARGET_REAL] = "numbers",
    [NNG_TARGET_NONNEGATIVE] = "targets that are not negative",
    [NNG_TARGET_UNIT] = "targets in [0, 1]",
    [NNG_TARGET_BINARY] = "targets that are 0 or 1",
    [NNG_TARGET_SIGN] = "targets that are -1 or 1",
    [NNG_TARGET_DISTRIBUTION] = "a distribution (nonnegative, sum 1)",
};

enum nng_status nng_data_check_targets(const struct nng_data *data, const size_t *lines, const char *file,
                                       const struct nng_plugin *loss, struct nng_error *error)
{
    static const double sum_tolerance = 1e-9;
    enum nng_target target = (enum nng_target)loss->loss->target;
    for (size_t n = 0; n < data->samples; n++) {
        const double *y = data->y + n * data->outputs;
        int line = lines == NULL ? 0 : lines[n] < INT_MAX ? (int)lines[n] : INT_MAX;
        double sum = 0;
        for (size_t j = 0; j < data->outputs; j++) {
            if (!fits(target, y[j]))
                return nng_fail_at(error, NNG_INPUT, file, line, 0, NULL,
                                   "sample %zu: target %zu is %.10g, but loss '%s' needs %s", n + 1, j + 1, y[j],
                                   loss->name, needs[target]);
            sum += y[j];
        }
        if (target == NNG_TARGET_DISTRIBUTION && !(fabs(sum - 1) <= sum_tolerance))
            return nng_fail_at(error, NNG_INPUT, file, line, 0, NULL,
                               "sample %zu: targets sum to %.10g, but loss '%s' needs %s", n + 1, sum, loss->name,
                               needs[target]);
    }
    return NNG_OK;
}
