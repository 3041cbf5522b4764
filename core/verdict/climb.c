/* climb.c - ladders of a block of parameters, climbed together: every round is one batch of probes. */
#include "verdict/climb.h"

#include <float.h>
#include <math.h>

#include "base/memory.h"
#include "calculus/forward.h"
#include "verdict/samples.h"

/* Rungs before the first judgement: three settle most entries of a smooth network. After so many an entry that has met
 * a kink is looked at sample by sample. */
enum { FIRST_RUNGS = 3, KINK_RUNGS = 8, SHARP_RUNGS = 6 };

/* Before that, a look at two rungs so far down the ladder: truncation, a few h^2, is small there for most entries. */
enum { LOOK_RUNGS = 2, LOOK_DEPTH = 6 };

/* In a small network the uncertainty is driven down to this part of the tolerance, if a few rungs more can do it. */
static const double SHARP = 1e-3;

/* What the complex step cannot see: its imaginary parts are 1e-100 times a derivative, and vanish below 1e-308. */
static const double UNDERFLOW = 1e-200;

/* A derivative so small that its square vanishes is zero to every norm and every optimizer. */
static const double NOTHING = 1e-160;

struct nng_climber {
    size_t layer;                       /* that the bench is for; 0: there is none */
    struct nng_bench *bench;            /* 2 probes a parameter */
    struct nng_ladder *ladders;         /* capacity */
    double *first_steps;                /* h_0 of each */
    struct nng_probe *probes;           /* 2 capacity */
    uint64_t *branches;                 /* N */
    struct nng_sample_ladders *samples; /* NULL until a kink is met */
    size_t *open, *indices;             /* capacity */
    double *slopes;                     /* capacity */
    double floor;                       /* of the block's tensor */
    void *memory;
};

size_t nng_climber_bytes(const struct nng_prober *prober, size_t layer)
{
    return 2 * nng_bench_bytes(prober, layer) + sizeof(struct nng_ladder);
}

enum nng_status nng_climber_new(const struct nng_climb *climb, struct nng_climber **made, struct nng_error *error)
{
    struct nng_arena *arena = nng_arena_new();
    struct nng_climber *climber = arena != NULL ? nng_arena_take(arena, 1, sizeof *climber) : NULL;
    size_t capacity = 1; /* of the largest block */
    for (size_t l = 0; l < climb->prober->model->layer_count; l++)
        capacity = climb->largest[l] > capacity ? climb->largest[l] : capacity;
    if (climber == NULL)
        goto fail;
    *climber = (struct nng_climber){.memory = arena};
    climber->ladders = nng_arena_take(arena, capacity, sizeof *climber->ladders);
    climber->first_steps = nng_arena_take(arena, capacity, sizeof(double));
    climber->probes = nng_arena_take(arena, 2 * capacity, sizeof *climber->probes);
    climber->branches = nng_arena_take(arena, climb->prober->samples, sizeof(uint64_t));
    climber->open = nng_arena_take(arena, capacity, sizeof(size_t));
    climber->indices = nng_arena_take(arena, capacity, sizeof(size_t));
    climber->slopes = nng_arena_take(arena, capacity, sizeof(double));
    if (climber->ladders == NULL || climber->first_steps == NULL || climber->probes == NULL ||
        climber->branches == NULL || climber->open == NULL || climber->indices == NULL || climber->slopes == NULL)
        goto fail;
    *made = climber;
    return NNG_OK;
fail:
    nng_arena_free(arena);
    return nng_fail_memory(error);
}

/* The bench of the block's layer: blocks come in the order of the layers, so the last one is kept. */
static enum nng_status take_bench(const struct nng_climb *climb, struct nng_climber *climber, size_t layer,
                                  struct nng_error *error)
{
    if (climber->layer == layer)
        return NNG_OK;
    nng_bench_free(climber->bench);
    climber->bench = NULL;
    climber->layer = 0;
    enum nng_status status = nng_bench_new(climb->prober, layer, 2 * climb->largest[layer - 1], &climber->bench, error);
    if (status == NNG_OK)
        climber->layer = layer;
    return status;
}

void nng_climber_free(struct nng_climber *climber)
{
    if (climber == NULL)
        return;
    nng_bench_free(climber->bench);
    nng_arena_free(climber->memory);
}

/* ---- steps and rungs ---- */

/* h_0 = 2^floor(log2 min(max(|w|, 1/16) / 8, 1 / (8 max_n |h_j|))): an eighth of the weight, and no more than an eighth
 * in the pre-activation that it moves. */
static double first_step(const struct nng_climb *climb, size_t index)
{
    struct nng_place place = nng_place(climb->prober->model, index);
    double reach = place.kind == NNG_BIAS ? 1.0 : climb->reach[climb->reach_of[place.layer - 1] + place.input - 1];
    double h = fmin(fmax(fabs(climb->prober->theta[index]), 0.0625) / 8.0, 1.0 / (8.0 * reach));
    return ldexp(1.0, ilogb(fmax(h, DBL_MIN)));
}

void nng_climb_aim(const struct nng_climb *climb, size_t index, double h, struct nng_probe *pair)
{
    double w = climb->prober->theta[index], up = w + h, down = w - h;
    pair[0] = (struct nng_probe){index, up - w};
    pair[1] = (struct nng_probe){index, down - w};
}

/* One digest of all the samples'. */
static uint64_t combine(const struct nng_prober *prober, const uint64_t *branches)
{
    uint64_t seed = 1;
    for (size_t n = 0; prober->kinks && n < prober->samples; n++)
        seed = (seed ^ branches[n]) * UINT64_C(0x9e3779b97f4a7c15);
    return seed;
}

/* Differences per sample, then the sum: what did not change cancels exactly. */
static struct nng_rung read_rung(const struct nng_climb *climb, const struct nng_probe *pair, const double *values,
                                 const uint64_t *branches)
{
    const struct nng_prober *prober = climb->prober;
    size_t N = prober->samples;
    const double *up = values, *down = values + N;
    double both = 0.0;
    for (size_t n = 0; n < N; n++)
        both += up[n] - down[n];
    double run = pair[0].step - pair[1].step;
    return (struct nng_rung){.step = 0.5 * run,
                             .central = both * nng_reduction_factor(prober->model, N) / run,
                             .noise = climb->magnitude.noise,
                             .branch_right = combine(prober, branches),
                             .branch_left = combine(prober, branches + N),
                             .finite = isfinite(both)};
}

/* One more rung for each open ladder, which begins at h_0 2^-depth: one batch of probes. */
static enum nng_status add_rung(const struct nng_climb *climb, struct nng_climber *climber,
                                const struct nng_entry *entries, size_t open, int depth, uint64_t *evaluations,
                                struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_probed probed;
    size_t N = climb->prober->samples;
    for (size_t i = 0; i < open; i++) {
        size_t e = climber->open[i];
        double h = ldexp(climber->first_steps[e], -depth - climber->ladders[e].count);
        nng_climb_aim(climb, entries[e].index, h, &climber->probes[2 * i]);
    }
    NNG_TRY(nng_probe(climb->prober, climber->bench, climber->probes, 2 * open, &probed, error));
    *evaluations += 2 * open;
    for (size_t i = 0; i < open; i++) {
        struct nng_ladder *ladder = &climber->ladders[climber->open[i]];
        ladder->rungs[ladder->count++] =
            read_rung(climb, &climber->probes[2 * i], probed.values + 2 * i * N, probed.branches + 2 * i * N);
    }
fail:
    return status;
}

/* ---- judging ---- */

/* Rounding of the samples' sum, by A, and of the sums on the way back, by B; what is below the latter is no derivative
 * but a remainder, of which no relative error is asked. In single precision a sum loses about 16 units in the last
 * place, and what is ten times below the tensor's usual size is not asked for. */
struct nng_scale nng_climb_scale(const struct nng_climb *climb, double floor, const struct nng_entry *entry)
{
    double A = climb->magnitude.absolute[entry->index], B = climb->magnitude.paths[entry->index];
    double p = climb->penalty[entry->index];
    double subtraction = p != 0.0 ? 4.0 * (fabs(entry->analytic) + 2.0 * fabs(p)) : 0.0;
    double rounding = nng_rounding(&climb->magnitude, entry->index) + DBL_EPSILON * subtraction;
    struct nng_scale scale = {.tolerance = climb->tolerance, .floor = floor, .rounding = rounding};
    if (climb->claimed_single) {
        scale.floor *= 100.0;
        scale.rounding = FLT_EPSILON * (16.0 * A + 4.0 * B + subtraction);
    }
    /* what is left of g when the penalty is taken off is known no better than its rounding */
    double epsilon = climb->claimed_single ? FLT_EPSILON : DBL_EPSILON;
    scale.floor = fmax(scale.floor, epsilon * (16.0 * B + 4.0 * subtraction) / scale.tolerance);
    return scale;
}

/* One ladder, and whether the entry is done with it. Entries hold the data loss's part here. */
static bool judged(const struct nng_climb *climb, struct nng_entry *entry, const struct nng_ladder *ladder,
                   const struct nng_scale *scale)
{
    if (!isfinite(entry->analytic))
        return nng_judge_ladder(entry, ladder, scale, false) == NNG_DECIDED;
    if (nng_judge_ladder(entry, ladder, scale, false) == NNG_DECIDED) {
        bool sharp = entry->uncertainty <= SHARP * entry->tolerance || ladder->count >= SHARP_RUNGS;
        return entry->verdict != NNG_PASS || !climb->small || sharp;
    }
    bool kinks = nng_ladder_clean(ladder, NNG_CENTRAL_SIDE) > 0;
    return kinks ? ladder->count >= KINK_RUNGS : !nng_judge_climbs(ladder);
}

/* What is still open is looked at sample by sample: kinks were near, or the steps too small for the size of the sums.
 */
static enum nng_status ask_samples(const struct nng_climb *climb, struct nng_climber *climber,
                                   struct nng_entry *entries, size_t count, uint64_t *evaluations,
                                   struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    for (size_t e = 0; e < count; e++)
        if (entries[e].verdict == NNG_INCONCLUSIVE) {
            struct nng_scale scale = nng_climb_scale(climb, climber->floor, &entries[e]);
            NNG_TRY(nng_sample_ladders_new(climb->prober, climber->memory, &climber->samples, error));
            NNG_TRY(
                nng_climb_samples(climb, climber->bench, climber->samples, &entries[e], &scale, evaluations, error));
        }
fail:
    return status;
}

/* At a look the noise of D_11 is three times eps_f / h: is it within the tolerance, so that a PASS is possible? */
static bool worth_a_look(const struct nng_climb *climb, double first_step, const struct nng_entry *entry,
                         const struct nng_scale *scale)
{
    double noise = 3.0 * climb->magnitude.noise / ldexp(first_step, -LOOK_DEPTH);
    return noise + scale->rounding < scale->tolerance * fmax(fabs(entry->analytic), scale->floor);
}

/* Most entries of a smooth network pass by two rungs; the others, all that may FAIL among them, get a whole ladder.
 * Leaves those in climber->open, with empty ladders. */
static enum nng_status look_first(const struct nng_climb *climb, struct nng_climber *climber, struct nng_entry *entries,
                                  size_t *open, uint64_t *evaluations, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t looked_at = 0, left = 0, *order = climber->open;
    for (size_t i = 0; i < *open; i++) { /* those worth it come first */
        size_t e = order[i];
        struct nng_scale scale = nng_climb_scale(climb, climber->floor, &entries[e]);
        if (!worth_a_look(climb, climber->first_steps[e], &entries[e], &scale))
            continue;
        order[i] = order[looked_at];
        order[looked_at++] = e;
    }
    for (int k = 0; k < LOOK_RUNGS && looked_at != 0; k++)
        NNG_TRY(add_rung(climb, climber, entries, looked_at, LOOK_DEPTH, evaluations, error));
    for (size_t i = 0; i < *open; i++) {
        size_t e = order[i];
        struct nng_scale scale = nng_climb_scale(climb, climber->floor, &entries[e]);
        if (i < looked_at && nng_judge_ladder(&entries[e], &climber->ladders[e], &scale, false) == NNG_DECIDED &&
            entries[e].verdict == NNG_PASS)
            continue;
        climber->ladders[e].count = 0;
        order[left++] = e;
    }
    *open = left;
fail:
    return status;
}

static enum nng_status climb_ladders(const struct nng_climb *climb, struct nng_climber *climber,
                                     struct nng_entry *entries, size_t count, uint64_t *evaluations,
                                     struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    for (size_t e = 0; e < count; e++) {
        climber->open[e] = e;
        climber->first_steps[e] = first_step(climb, entries[e].index);
        climber->ladders[e].count = 0;
        nng_probe_centre(climb->prober, entries[e].index, climber->branches);
        climber->ladders[e].branch = combine(climb->prober, climber->branches);
    }
    size_t open = count;
    if (!climb->small)
        NNG_TRY(look_first(climb, climber, entries, &open, evaluations, error));
    for (int k = 0; k < FIRST_RUNGS && open != 0; k++)
        NNG_TRY(add_rung(climb, climber, entries, open, 0, evaluations, error));
    while (open != 0) {
        size_t left = 0;
        for (size_t i = 0; i < open; i++) {
            size_t e = climber->open[i];
            struct nng_scale scale = nng_climb_scale(climb, climber->floor, &entries[e]);
            if (!judged(climb, &entries[e], &climber->ladders[e], &scale))
                climber->open[left++] = e;
        }
        if ((open = left) != 0)
            NNG_TRY(add_rung(climb, climber, entries, open, 0, evaluations, error));
    }
fail:
    return status;
}

/* A method that is shown for teaching stands on its own. */
static bool open_to_escalation(const struct nng_climb *climb, const struct nng_entry *entry)
{
    return entry->verdict == NNG_INCONCLUSIVE && climb->method == NNG_LADDER;
}

/* The second witness: for every entry, or for those that the ladder left open. */
static enum nng_status ask_complex(const struct nng_climb *climb, struct nng_climber *climber,
                                   struct nng_entry *entries, size_t count, uint64_t *evaluations,
                                   struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t asked = 0;
    for (size_t e = 0; e < count; e++)
        if (climb->small || open_to_escalation(climb, &entries[e])) {
            climber->open[asked] = e;
            climber->indices[asked++] = entries[e].index;
        }
    if (asked == 0)
        return NNG_OK;
    NNG_TRY(nng_probe_complex(climb->prober, climber->bench, climber->indices, asked, climber->slopes, error));
    *evaluations += asked;
    for (size_t i = 0; i < asked; i++) {
        struct nng_entry *entry = &entries[climber->open[i]];
        entry->complex_step = climber->slopes[i];
        if (!open_to_escalation(climb, entry) || !isfinite(entry->complex_step))
            continue;
        /* it must not contradict the differences, and then it decides */
        struct nng_scale scale = nng_climb_scale(climb, climber->floor, entry);
        if (fabs(entry->complex_step - entry->numeric) <= entry->uncertainty || !isfinite(entry->uncertainty))
            nng_judge_estimate(entry, entry->complex_step, scale.rounding + UNDERFLOW, &scale);
    }
fail:
    return status;
}

/* ---- the penalty, apart from the data loss and together with it ---- */

/* d/dw of l1|w| + (l2/2) w^2 by a difference, at a step that stays on w's side of 0. */
static double penalty_slope(const struct nng_model *model, double w, double *error)
{
    double h = ldexp(1.0, ilogb(fmax(fabs(w), 0.0625) / 8.0)), up = w + h, down = w - h;
    if (model->l1 != 0.0 && w != 0.0 && fabs(w) < h)
        up = 1.5 * w, down = 0.5 * w;
    double run = up - down, rise = model->l1 * (fabs(up) - fabs(down)) + 0.5 * model->l2 * (up - down) * (up + down);
    *error = 8.0 * DBL_EPSILON * (model->l1 * fabs(w) + model->l2 * w * w) / fabs(run);
    return rise / run;
}

static void add_penalty(const struct nng_climb *climb, struct nng_entry *entry)
{
    const struct nng_model *model = climb->prober->model;
    double w = climb->prober->theta[entry->index], p = climb->penalty[entry->index], error = 0.0;
    bool penalized = entry->index < model->layers[0].biases || model->penalize_biases;
    entry->data_failed = entry->verdict == NNG_FAIL;
    if (!penalized || (model->l1 == 0.0 && model->l2 == 0.0))
        return;
    double slope = penalty_slope(model, w, &error);
    entry->penalty = p;
    entry->analytic = climb->gradient[entry->index];
    entry->numeric += slope;
    entry->complex_step += slope;
    entry->uncertainty += error;
    entry->penalty_failed = !(fabs(p - slope) <= error + climb->tolerance * fmax(fabs(p), fabs(slope)));
    if (entry->penalty_failed)
        entry->verdict = NNG_FAIL;
    if (w == 0.0 && model->l1 != 0.0 && isfinite(entry->analytic)) { /* |w| has its kink here, the data loss may too */
        bool corner = !isnan(entry->left) && !isnan(entry->right);
        double low = corner ? fmin(entry->left, entry->right) : entry->numeric;
        double high = corner ? fmax(entry->left, entry->right) : entry->numeric;
        double margin = model->l1 + entry->uncertainty + entry->tolerance;
        bool everything = isinf(low) && isinf(high);
        entry->left = low - model->l1;
        entry->right = high + model->l1;
        bool inside = everything || (entry->analytic >= low - margin && entry->analytic <= high + margin);
        entry->verdict = inside ? NNG_KINK : NNG_FAIL;
    }
}

enum nng_status nng_climb_block(const struct nng_climb *climb, struct nng_climber *climber, struct nng_entry *entries,
                                size_t count, uint64_t *evaluations, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    NNG_TRY(take_bench(climb, climber, nng_place(climb->prober->model, entries[0].index).layer, error));
    climber->floor = fmax(climb->magnitude.floor[nng_tensor_of(climb->prober->model, entries[0].index)], NOTHING);
    for (size_t e = 0; e < count; e++) {
        entries[e].analytic -= climb->penalty[entries[e].index];
        entries[e].numeric = entries[e].complex_step = entries[e].left = entries[e].right = NAN;
        entries[e].uncertainty = INFINITY; /* until there is an estimate */
    }
    if (climb->method == NNG_LADDER)
        NNG_TRY(climb_ladders(climb, climber, entries, count, evaluations, error));
    else
        NNG_TRY(nng_climb_taught(climb, climber->bench, climber->floor, entries, count, evaluations, error));
    if (climb->prober->complex)
        NNG_TRY(ask_complex(climb, climber, entries, count, evaluations, error));
    if (climb->method == NNG_LADDER)
        NNG_TRY(ask_samples(climb, climber, entries, count, evaluations, error));
    for (size_t e = 0; e < count; e++)
        add_penalty(climb, &entries[e]);
fail:
    return status;
}
