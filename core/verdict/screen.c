/* screen.c - directional derivatives of the whole network, and the entries that differ from a certified gradient. */
#include "verdict/screen.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/random.h"
#include "calculus/forward.h"

enum { DIRECTIONS = 4, MOST_RUNGS = 14, MOST_SUSPECTS = 2000, SAMPLE = 256 };

/* Exponents of steps. */
enum { COARSE = -6, FINE = -20 };

/* Stated with the resolution. */
static const double MISS = 1e-6;

struct direction {
    const struct nng_climb *climb;
    struct nng_pass *pass;
    double *v, *moved; /* parameter_count: the direction, and theta + t v */
    double *up;        /* N */
    uint64_t evaluations;
    const struct nng_check_options *options;
    double done; /* fraction */
};

/* The part of the direction that lies in the tensors from ... to-1. */
struct part {
    size_t from, to; /* indices in theta */
};

static enum nng_status evaluate(struct direction *d, struct part part, double t, struct nng_error *error)
{
    const struct nng_prober *prober = d->climb->prober;
    for (size_t p = part.from; p < part.to; p++)
        d->moved[p] = prober->theta[p] + t * d->v[p];
    d->evaluations++;
    enum nng_status status =
        nng_forward(prober->model, d->moved, prober->x, prober->y, prober->samples, d->pass, error);
    if (status != NNG_INPUT)
        return status;
    for (size_t n = 0; n < prober->samples; n++) /* a plugin refuses what the step leads to: no such difference */
        d->pass->values[n] = NAN;
    return NNG_OK;
}

/* The central difference of the data loss along v at step t. */
static enum nng_status add_rung(struct direction *d, struct part part, double t, struct nng_ladder *ladder,
                                struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_prober *prober = d->climb->prober;
    double rise = 0.0;
    if (d->options->progress != NULL && !d->options->progress(d->options->context, d->done))
        return nng_fail(error, NNG_INTERRUPTED, "interrupted");
    NNG_TRY(evaluate(d, part, t, error));
    for (size_t n = 0; n < prober->samples; n++)
        d->up[n] = d->pass->values[n];
    NNG_TRY(evaluate(d, part, -t, error));
    for (size_t n = 0; n < prober->samples; n++)
        rise += d->up[n] - d->pass->values[n];
    rise *= nng_reduction_factor(prober->model, prober->samples);
    ladder->rungs[ladder->count++] = (struct nng_rung){
        .step = t, .central = rise / (2.0 * t), .noise = d->climb->magnitude.noise, .finite = isfinite(rise)};
fail:
    return status;
}

/* The exponent of the first, coarsest step. The smaller the steps the fewer rungs: at the third one, noise may be a
 * tenth of the error that is wanted. A direction through all the weights crosses many kinks; the step that crosses none
 * is worth far more noise. Steps below 2^FINE would be rounded away in theta + t v. */
static int first_exponent(const struct nng_climb *climb, double wanted)
{
    double finest = climb->magnitude.noise / ((climb->prober->kinks ? 16.0 : 0.1) * wanted);
    if (!(finest > ldexp(1.0, FINE)))
        return FINE;
    return finest < ldexp(1.0, COARSE - 2) ? ilogb(finest) + 2 : COARSE;
}

/* g.v against the differences. *threshold: what a difference would have to exceed; *size: |v g|. */
static enum nng_status compare(struct direction *d, struct part part, bool *agree, double *threshold, double *size,
                               struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_climb *climb = d->climb;
    struct nng_ladder ladder = {.count = 0};
    struct nng_estimate n = {.error = INFINITY};
    long double dot = 0.0L, squares = 0.0L, roundings = 0.0L;
    for (size_t p = part.from; p < part.to; p++) {
        double g = climb->magnitude.own[p] - climb->penalty[p], term = g * d->v[p];
        double rounding = nng_rounding(&climb->magnitude, p) * d->v[p];
        dot += term;
        squares += term * term;
        roundings += rounding * rounding;
        d->moved[p] = climb->prober->theta[p];
    }
    *size = (double)sqrtl(squares);
    double wanted = 0.1 * climb->tolerance * *size, t = ldexp(1.0, first_exponent(climb, wanted));
    /* the error of the next rung is noise / t at least */
    while (ladder.count < MOST_RUNGS && n.error > fmax(wanted, climb->magnitude.noise / t)) {
        NNG_TRY(add_rung(d, part, t, &ladder, error));
        t *= 0.5;
        n = nng_ladder_best(&ladder, NNG_CENTRAL_SIDE, nng_ladder_clean(&ladder, NNG_CENTRAL_SIDE), false);
    }
    for (size_t p = part.from; p < part.to; p++)
        d->moved[p] = climb->prober->theta[p];
    *threshold = n.error + (double)sqrtl(roundings) + climb->tolerance * *size;
    *agree = fabs((double)dot - n.value) <= *threshold;
fail:
    return status;
}

static void draw(struct direction *d, gsl_rng *random)
{
    const struct nng_prober *prober = d->climb->prober;
    for (size_t p = 0; p < prober->model->parameter_count; p++)
        d->v[p] = fmax(fabs(prober->theta[p]), 0.0625) * gsl_ran_gaussian_ziggurat(random, 1.0);
}

/* ---- suspects ---- */

struct suspect {
    size_t index;
    double excess; /* |g - ours| / T */
};

static int by_excess(const void *a, const void *b)
{
    double x = ((const struct suspect *)a)->excess, y = ((const struct suspect *)b)->excess;
    size_t i = ((const struct suspect *)a)->index, j = ((const struct suspect *)b)->index;
    return x != y ? (x < y) - (x > y) : (i > j) - (i < j);
}

static int by_index(const void *a, const void *b)
{
    size_t i = *(const size_t *)a, j = *(const size_t *)b;
    return (i > j) - (i < j);
}

/* Half a tolerance is enough for a second look. */
static double excess_of(const struct nng_climb *climb, size_t p, double floor)
{
    double g = climb->gradient[p], own = climb->magnitude.own[p];
    if (!isfinite(g))
        return INFINITY;
    struct nng_entry entry = {.index = p, .analytic = own};
    struct nng_scale scale = nng_climb_scale(climb, floor, &entry);
    double tolerance = scale.tolerance * fmax(fmax(fabs(g), fabs(own)), scale.floor) + scale.rounding;
    return g == own ? 0.0 : fabs(g - own) / tolerance;
}

/* The entries where the gradient under judgement differs from ours: those that differ most, if there are too many. */
static enum nng_status find_suspects(const struct nng_climb *climb, struct nng_arena *arena, struct nng_screen *screen,
                                     struct nng_error *error)
{
    const struct nng_model *model = climb->prober->model;
    size_t found = 0, all = model->parameter_count;
    struct suspect *suspects = nng_arena_take(arena, all, sizeof *suspects);
    if (suspects == NULL)
        return nng_fail_memory(error);
    for (size_t t = 0; t < nng_tensor_count(model); t++) {
        struct nng_tensor tensor = nng_tensor(model, t);
        for (size_t p = tensor.offset; p < tensor.offset + tensor.count; p++) {
            double excess = excess_of(climb, p, climb->magnitude.floor[t]);
            if (excess > 0.5)
                suspects[found++] = (struct suspect){p, excess};
        }
    }
    qsort(suspects, found, sizeof *suspects, by_excess);
    screen->count = found < MOST_SUSPECTS ? found : MOST_SUSPECTS;
    screen->left_out = found - screen->count;
    for (size_t i = 0; i < screen->count; i++)
        screen->suspects[i] = suspects[i].index;
    return NNG_OK;
}

/* Our own gradient is wrong along v: which tensors are? A sample of their entries is judged. */
static enum nng_status sample_wrong_tensors(struct direction *d, struct nng_screen *screen, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = d->climb->prober->model;
    for (size_t t = 0; t < nng_tensor_count(model); t++) {
        struct nng_tensor tensor = nng_tensor(model, t);
        struct part part = {tensor.offset, tensor.offset + tensor.count};
        double threshold = 0.0, size = 0.0;
        bool agree = true;
        NNG_TRY(compare(d, part, &agree, &threshold, &size, error));
        size_t stride = (tensor.count + SAMPLE - 1) / SAMPLE;
        for (size_t p = part.from; !agree && p < part.to && screen->count < MOST_SUSPECTS; p += stride)
            screen->suspects[screen->count++] = p;
    }
fail:
    return status;
}

static size_t remove_doubles(size_t *indices, size_t count)
{
    size_t kept = 0;
    qsort(indices, count, sizeof *indices, by_index);
    for (size_t i = 0; i < count; i++)
        if (kept == 0 || indices[i] != indices[kept - 1])
            indices[kept++] = indices[i];
    return kept;
}

enum nng_status nng_screen(const struct nng_climb *climb, const struct nng_check_options *options,
                           struct nng_arena *arena, struct nng_screen *screen, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_prober *prober = climb->prober;
    size_t P = prober->model->parameter_count;
    struct direction d = {.climb = climb, .options = options};
    struct part all = {0, P};
    gsl_rng *random = nng_random_new(arena, prober->model->seed, NNG_STREAM_CHECK, 0);
    d.v = nng_arena_take(arena, P, sizeof(double));
    d.moved = nng_arena_take(arena, P, sizeof(double));
    d.up = nng_arena_take(arena, prober->samples, sizeof(double));
    screen->suspects = nng_arena_take(arena, 2 * MOST_SUSPECTS, sizeof(size_t));
    if (random == NULL || d.v == NULL || d.moved == NULL || d.up == NULL || screen->suspects == NULL)
        return nng_fail_memory(error);
    NNG_TRY(nng_pass_new(prober->model, prober->samples, &d.pass, error));
    NNG_TRY(find_suspects(climb, arena, screen, error));

    screen->certified = true;
    double worst = 0.0;
    for (size_t k = 0; k < DIRECTIONS; k++) {
        double threshold = 0.0, size = 0.0;
        bool agree = true;
        d.done = (double)k / DIRECTIONS;
        draw(&d, random);
        NNG_TRY(compare(&d, all, &agree, &threshold, &size, error));
        worst = fmax(worst, size > 0.0 ? threshold / size : 0.0);
        if (!agree && screen->certified) {
            screen->certified = false;
            NNG_TRY(sample_wrong_tensors(&d, screen, error));
        }
    }
    screen->count = remove_doubles(screen->suspects, screen->count);
    screen->directions = DIRECTIONS;
    screen->miss_probability = MISS;
    screen->resolution = sqrt(2.0 / M_PI) * worst / pow(MISS, 1.0 / DIRECTIONS);
    screen->evaluations = d.evaluations;
fail:
    nng_pass_free(d.pass);
    return status;
}
