/* samples.c - ladders of each sample's own loss, added up: n = (1/N) sum n_n, E = (1/N) sum E_n. */
#include "verdict/samples.h"

#include <float.h>
#include <math.h>

#include "base/memory.h"
#include "calculus/forward.h"

/* Rungs of the slope of L_n along a direction; loss and output activation are smooth there. */
enum { SLOPE_RUNGS = 5 };

struct nng_sample_ladders {
    struct nng_ladder *ladders; /* N */
    uint64_t *branches;         /* N: of the centre */
    /* through the outputs: */
    double *directions;        /* 3 x N x outputs: (a+ - a-)/2h, (a+ - a)/h, (a - a-)/h */
    double *moved;             /* 2 x N x outputs: a + t d and a - t d */
    double *steps;             /* N: the first t of each sample */
    struct nng_ladder *slopes; /* N: L_n along a direction */
};

size_t nng_sample_ladders_bytes(const struct nng_prober *prober)
{
    size_t sample =
        2 * sizeof(struct nng_ladder) + sizeof(uint64_t) + (5 * prober->model->outputs + 1) * sizeof(double);
    return prober->samples * sample;
}

enum nng_status nng_sample_ladders_new(const struct nng_prober *prober, struct nng_arena *arena,
                                       struct nng_sample_ladders **ladders, struct nng_error *error)
{
    size_t N = prober->samples, K = prober->model->outputs;
    if (*ladders != NULL)
        return NNG_OK;
    struct nng_sample_ladders *made = nng_arena_take(arena, 1, sizeof *made);
    if (made == NULL)
        return nng_fail_memory(error);
    made->ladders = nng_arena_take(arena, N, sizeof *made->ladders);
    made->branches = nng_arena_take(arena, N, sizeof(uint64_t));
    made->directions = nng_arena_take(arena, 3 * N, K * sizeof(double));
    made->moved = nng_arena_take(arena, 2 * N, K * sizeof(double));
    made->steps = nng_arena_take(arena, N, sizeof(double));
    made->slopes = nng_arena_take(arena, N, sizeof *made->slopes);
    if (made->ladders == NULL || made->branches == NULL || made->directions == NULL || made->moved == NULL ||
        made->steps == NULL || made->slopes == NULL)
        return nng_fail_memory(error);
    *ladders = made;
    return NNG_OK;
}

/* ---- one rung of every sample, by its loss ---- */

static enum nng_status rung_of_losses(const struct nng_climb *climb, struct nng_bench *bench,
                                      struct nng_sample_ladders *ladders, const struct nng_probe *pair,
                                      uint64_t *evaluations, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_prober *prober = climb->prober;
    size_t N = prober->samples;
    struct nng_probed probed;
    NNG_TRY(nng_probe(prober, bench, pair, 2, &probed, error));
    *evaluations += 2;
    for (size_t n = 0; n < N; n++) {
        double up = probed.values[n], down = probed.values[N + n], centre = prober->pass->values[n];
        double above = pair[0].step, below = -pair[1].step;
        struct nng_ladder *ladder = &ladders->ladders[n];
        ladder->rungs[ladder->count++] = (struct nng_rung){.step = 0.5 * (above + below),
                                                           .central = (up - down) / (above + below),
                                                           .right = (up - centre) / above,
                                                           .left = (centre - down) / below,
                                                           .noise = climb->magnitude.noises[n],
                                                           .branch_right = probed.branches[n],
                                                           .branch_left = probed.branches[N + n],
                                                           .finite = isfinite(up) && isfinite(down)};
    }
fail:
    return status;
}

/* ---- one rung of every sample, through its outputs ---- */

static bool smooth_above_outputs(const struct nng_prober *prober)
{
    return prober->codes[prober->model->layer_count] == NULL && prober->loss_codes == NULL;
}

/* The first t moves the largest output by 1/64, for each sample; 0 where d is zero, NaN where it is not known. d: N x K
 */
static void choose_steps(const double *d, size_t N, size_t K, double *steps)
{
    for (size_t n = 0; n < N; n++) {
        double largest = 0.0;
        bool known = true;
        for (size_t k = 0; k < K; k++) {
            largest = fmax(largest, fabs(d[n * K + k]));
            known = known && isfinite(d[n * K + k]);
        }
        steps[n] = !known ? NAN : largest > DBL_MIN ? ldexp(1.0, ilogb(0.015625 / largest)) : 0.0;
    }
}

/* The slope of each L_n at a_L along d (N x K): slopes->slopes[n] is its ladder. */
static enum nng_status climb_along(const struct nng_climb *climb, struct nng_bench *bench,
                                   struct nng_sample_ladders *ladders, const double *d, uint64_t *evaluations,
                                   struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_prober *prober = climb->prober;
    size_t N = prober->samples, K = prober->model->outputs;
    const double *a = prober->pass->a[prober->model->layer_count], *values = NULL;
    choose_steps(d, N, K, ladders->steps);
    for (size_t n = 0; n < N; n++)
        ladders->slopes[n].count = 0;
    for (int r = 0; r < SLOPE_RUNGS; r++) {
        for (size_t n = 0; n < N; n++)
            for (size_t k = n * K; k < (n + 1) * K; k++) {
                double by = ldexp(ladders->steps[n], -r) * d[k];
                ladders->moved[k] = a[k] + by;
                ladders->moved[N * K + k] = a[k] - by;
            }
        NNG_TRY(nng_probe_losses(prober, bench, ladders->moved, 2, &values, error));
        *evaluations += 2;
        for (size_t n = 0; n < N; n++) {
            double t = ldexp(ladders->steps[n], -r), rise = values[n] - values[N + n];
            struct nng_ladder *slope = &ladders->slopes[n];
            slope->rungs[slope->count++] = (struct nng_rung){.step = t,
                                                             .central = t > 0.0 ? rise / (2.0 * t) : 0.0,
                                                             .noise = climb->magnitude.output_noises[n],
                                                             .finite = isfinite(rise)};
        }
    }
fail:
    return status;
}

/* Where d is zero the slope is exactly zero; otherwise the ladder's best, whose error becomes noise of the rung. */
static double read_slope(const struct nng_sample_ladders *ladders, size_t n, double *error)
{
    if (ladders->steps[n] == 0.0)
        return 0.0;
    struct nng_estimate best = nng_ladder_best(&ladders->slopes[n], NNG_CENTRAL_SIDE,
                                               nng_ladder_clean(&ladders->slopes[n], NNG_CENTRAL_SIDE), false);
    *error = fmax(*error, best.error);
    return best.value;
}

static void find_directions(const struct nng_prober *prober, const struct nng_probe *pair, const double *outputs,
                            double *directions)
{
    size_t count = prober->samples * prober->model->outputs;
    const double *a = prober->pass->a[prober->model->layer_count], *up = outputs, *down = outputs + count;
    double above = pair[0].step, below = -pair[1].step;
    for (size_t k = 0; k < count; k++) {
        directions[k] = (up[k] - down[k]) / (above + below);
        directions[count + k] = (up[k] - a[k]) / above;
        directions[2 * count + k] = (a[k] - down[k]) / below;
    }
}

static enum nng_status rung_of_outputs(const struct nng_climb *climb, struct nng_bench *bench,
                                       struct nng_sample_ladders *ladders, const struct nng_probe *pair,
                                       uint64_t *evaluations, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_prober *prober = climb->prober;
    size_t N = prober->samples, K = prober->model->outputs;
    const double *outputs = NULL;
    const uint64_t *branches = NULL;
    NNG_TRY(nng_probe_outputs(prober, bench, pair, 2, &outputs, &branches, error));
    *evaluations += 2;
    find_directions(prober, pair, outputs, ladders->directions);
    for (size_t n = 0; n < N; n++) {
        struct nng_ladder *ladder = &ladders->ladders[n];
        ladder->rungs[ladder->count++] = (struct nng_rung){
            .step = 0.5 * (pair[0].step - pair[1].step), .branch_right = branches[n], .branch_left = branches[N + n]};
    }
    for (int side = 0; side < 3; side++) {
        NNG_TRY(climb_along(climb, bench, ladders, ladders->directions + (size_t)side * N * K, evaluations, error));
        for (size_t n = 0; n < N; n++) {
            struct nng_rung *rung = &ladders->ladders[n].rungs[ladders->ladders[n].count - 1];
            double *slopes[] = {&rung->central, &rung->right, &rung->left}, slack = 0.0;
            *slopes[side] = read_slope(ladders, n, &slack);
            rung->noise = fmax(rung->noise, climb->magnitude.path_noises[n] + slack * rung->step);
            rung->finite = isfinite(rung->noise) && isfinite(*slopes[side]) && (side == 0 || rung->finite);
        }
    }
fail:
    return status;
}

/* ---- the sum over the samples ---- */

static enum nng_status climb_all_rungs(const struct nng_climb *climb, struct nng_bench *bench,
                                       struct nng_sample_ladders *ladders, size_t index, bool through_outputs,
                                       uint64_t *evaluations, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    /* an eighth of the weight, however far that moves the unit: coarse steps that straddle anything are dropped */
    double w = climb->prober->theta[index], h = ldexp(1.0, ilogb(fmax(fabs(w), 0.0625) / 8.0));
    nng_probe_centre(climb->prober, index, ladders->branches);
    for (size_t n = 0; n < climb->prober->samples; n++) {
        ladders->ladders[n].branch = ladders->branches[n];
        ladders->ladders[n].count = 0;
    }
    for (int k = 0; k < NNG_RUNGS; k++) {
        struct nng_probe pair[2];
        nng_climb_aim(climb, index, ldexp(h, -k), pair);
        NNG_TRY((through_outputs ? rung_of_outputs : rung_of_losses)(climb, bench, ladders, pair, evaluations, error));
    }
fail:
    return status;
}

/* The two slopes of one sample: equal unless it stands at a kink. */
static void slopes_of(const struct nng_ladder *ladder, struct nng_estimate *left, struct nng_estimate *right)
{
    const struct nng_rung *finest = &ladder->rungs[ladder->count - 1];
    bool right_is_centre = finest->branch_right == ladder->branch,
         left_is_centre = finest->branch_left == ladder->branch;
    if (!right_is_centre && !left_is_centre) { /* at the kink */
        *left = nng_ladder_slope(ladder, NNG_LEFT_SIDE);
        *right = nng_ladder_slope(ladder, NNG_RIGHT_SIDE);
        return;
    }
    struct nng_estimate best = nng_ladder_steady(ladder, NNG_CENTRAL_SIDE);
    for (int k = 0; k < 2; k++)
        if (k == 0 ? right_is_centre : left_is_centre) {
            struct nng_estimate side = nng_ladder_steady(ladder, k == 0 ? NNG_RIGHT_SIDE : NNG_LEFT_SIDE);
            best = side.error < best.error ? side : best;
        }
    *left = *right = best;
}

static enum nng_decision judge_sum(const struct nng_climb *climb, const struct nng_sample_ladders *ladders,
                                   struct nng_entry *entry, const struct nng_scale *scale)
{
    struct nng_estimate left = {.still = true}, right = {.still = true};
    double factor = nng_reduction_factor(climb->prober->model, climb->prober->samples);
    for (size_t n = 0; n < climb->prober->samples; n++) {
        struct nng_estimate left_n, right_n;
        slopes_of(&ladders->ladders[n], &left_n, &right_n);
        left.value += factor * left_n.value;
        left.error += factor * left_n.error;
        left.still = left.still && left_n.still;
        right.value += factor * right_n.value;
        right.error += factor * right_n.error;
        right.still = right.still && right_n.still;
    }
    return nng_judge_slopes(entry, &left, &right, scale);
}

enum nng_status nng_climb_samples(const struct nng_climb *climb, struct nng_bench *bench,
                                  struct nng_sample_ladders *ladders, struct nng_entry *entry,
                                  const struct nng_scale *scale, uint64_t *evaluations, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    NNG_TRY(climb_all_rungs(climb, bench, ladders, entry->index, false, evaluations, error));
    if (judge_sum(climb, ladders, entry, scale) == NNG_DECIDED || !smooth_above_outputs(climb->prober))
        return NNG_OK;
    NNG_TRY(climb_all_rungs(climb, bench, ladders, entry->index, true, evaluations, error));
    judge_sum(climb, ladders, entry, scale);
fail:
    return status;
}
