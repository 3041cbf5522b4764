/* samples.c - ladders of each sample's own loss, added up: n = (1/N) sum n_n, E = (1/N) sum E_n. */
#include "verdict/samples.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "calculus/forward.h"

struct nng_sample_ladders {
    double step_up[NNG_RUNGS], step_down[NNG_RUNGS]; /* both positive */
    double *up, *down;                               /* NNG_RUNGS x N */
    uint64_t *branch_up, *branch_down;               /* NNG_RUNGS x N */
    uint64_t *branch;                                /* N */
};

enum nng_status nng_sample_ladders_new(size_t samples, struct nng_arena *arena, struct nng_sample_ladders **ladders,
                                       struct nng_error *error)
{
    if (*ladders != NULL)
        return NNG_OK;
    struct nng_sample_ladders *made = nng_arena_take(arena, 1, sizeof *made);
    if (made == NULL)
        return nng_fail_memory(error);
    made->up = nng_arena_take(arena, NNG_RUNGS, samples * sizeof(double));
    made->down = nng_arena_take(arena, NNG_RUNGS, samples * sizeof(double));
    made->branch_up = nng_arena_take(arena, NNG_RUNGS, samples * sizeof(uint64_t));
    made->branch_down = nng_arena_take(arena, NNG_RUNGS, samples * sizeof(uint64_t));
    made->branch = nng_arena_take(arena, samples, sizeof(uint64_t));
    if (made->up == NULL || made->down == NULL || made->branch_up == NULL || made->branch_down == NULL ||
        made->branch == NULL)
        return nng_fail_memory(error);
    *ladders = made;
    return NNG_OK;
}

static enum nng_status climb_all_rungs(const struct nng_climb *climb, struct nng_bench *bench,
                                       struct nng_sample_ladders *ladders, double first_step, size_t index,
                                       struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t N = climb->prober->samples;
    nng_probe_centre(climb->prober, index, ladders->branch);
    for (int k = 0; k < NNG_RUNGS; k++) {
        struct nng_probe pair[2];
        struct nng_probed probed;
        nng_climb_aim(climb, index, ldexp(first_step, -k), pair);
        NNG_TRY(nng_probe(climb->prober, bench, pair, 2, &probed, error));
        ladders->step_up[k] = pair[0].step;
        ladders->step_down[k] = -pair[1].step;
        memcpy(ladders->up + (size_t)k * N, probed.values, N * sizeof(double));
        memcpy(ladders->down + (size_t)k * N, probed.values + N, N * sizeof(double));
        memcpy(ladders->branch_up + (size_t)k * N, probed.branches, N * sizeof(uint64_t));
        memcpy(ladders->branch_down + (size_t)k * N, probed.branches + N, N * sizeof(uint64_t));
    }
fail:
    return status;
}

static void ladder_of(const struct nng_climb *climb, const struct nng_sample_ladders *all, size_t n,
                      struct nng_ladder *ladder)
{
    size_t N = climb->prober->samples;
    double centre = climb->prober->pass->values[n];
    ladder->branch = all->branch[n];
    ladder->count = 0;
    for (int k = 0; k < NNG_RUNGS && all->step_up[k] > 0.0 && all->step_down[k] > 0.0; k++) {
        double up = all->up[(size_t)k * N + n], down = all->down[(size_t)k * N + n];
        double above = all->step_up[k], below = all->step_down[k];
        ladder->rungs[ladder->count++] = (struct nng_rung){.step = 0.5 * (above + below),
                                                           .central = (up - down) / (above + below),
                                                           .right = (up - centre) / above,
                                                           .left = (centre - down) / below,
                                                           .noise = climb->magnitude.noises[n],
                                                           .branch_right = all->branch_up[(size_t)k * N + n],
                                                           .branch_left = all->branch_down[(size_t)k * N + n],
                                                           .finite = isfinite(up) && isfinite(down)};
    }
}

/* The two slopes of one sample: equal unless it stands at a kink. */
static void slopes_of(const struct nng_ladder *ladder, struct nng_estimate *left, struct nng_estimate *right)
{
    const struct nng_rung *finest = &ladder->rungs[ladder->count - 1];
    bool right_is_centre = finest->branch_right == ladder->branch,
         left_is_centre = finest->branch_left == ladder->branch;
    *left = nng_ladder_slope(ladder, NNG_LEFT_SIDE);
    *right = nng_ladder_slope(ladder, NNG_RIGHT_SIDE);
    if (!right_is_centre && !left_is_centre)
        return; /* at the kink */
    struct nng_estimate best =
        nng_ladder_best(ladder, NNG_CENTRAL_SIDE, nng_ladder_clean(ladder, NNG_CENTRAL_SIDE), false);
    if (right_is_centre && right->error < best.error)
        best = *right;
    if (left_is_centre && left->error < best.error)
        best = *left;
    *left = *right = best;
}

enum nng_status nng_climb_samples(const struct nng_climb *climb, struct nng_bench *bench,
                                  struct nng_sample_ladders *ladders, double first_step, struct nng_entry *entry,
                                  const struct nng_scale *scale, uint64_t *evaluations, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_estimate left = {.still = true}, right = {.still = true};
    double factor = nng_reduction_factor(climb->prober->model, climb->prober->samples);
    NNG_TRY(climb_all_rungs(climb, bench, ladders, first_step, entry->index, error));
    *evaluations += 2 * NNG_RUNGS;
    for (size_t n = 0; n < climb->prober->samples; n++) {
        struct nng_ladder ladder;
        struct nng_estimate left_n, right_n;
        ladder_of(climb, ladders, n, &ladder);
        if (ladder.count < 3)
            goto fail;
        slopes_of(&ladder, &left_n, &right_n);
        left.value += factor * left_n.value;
        left.error += factor * left_n.error;
        left.still = left.still && left_n.still;
        right.value += factor * right_n.value;
        right.error += factor * right_n.error;
        right.still = right.still && right_n.still;
    }
    nng_judge_slopes(entry, &left, &right, scale);
fail:
    return status;
}
