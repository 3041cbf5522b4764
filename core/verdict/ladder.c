/* ladder.c - Romberg's table over the rungs, its error bound, the plateau, and the slopes at a kink. */
#include "verdict/ladder.h"

#include <math.h>

static double difference(const struct nng_rung *rung, enum nng_side side)
{
    return side == NNG_CENTRAL_SIDE ? rung->central : side == NNG_RIGHT_SIDE ? rung->right : rung->left;
}

static bool clean(const struct nng_ladder *ladder, int k, enum nng_side side)
{
    const struct nng_rung *rung = &ladder->rungs[k], *finest = &ladder->rungs[ladder->count - 1];
    if (!rung->finite)
        return false;
    if (side == NNG_CENTRAL_SIDE)
        return rung->branch_right == ladder->branch && rung->branch_left == ladder->branch;
    return side == NNG_RIGHT_SIDE ? rung->branch_right == finest->branch_right
                                  : rung->branch_left == finest->branch_left;
}

int nng_ladder_clean(const struct nng_ladder *ladder, enum nng_side side)
{
    int from = ladder->count;
    while (from > 0 && clean(ladder, from - 1, side))
        from--;
    return from;
}

struct nng_estimate nng_ladder_best(const struct nng_ladder *ladder, enum nng_side side, int from, bool early)
{
    struct nng_estimate best = {.value = NAN, .error = INFINITY, .rung = -1};
    double D[2][NNG_RUNGS], e[2][NNG_RUNGS]; /* D_k-1,j and D_kj, e_k-1,j and e_kj: j = 0 ... */
    const double q = side == NNG_CENTRAL_SIDE ? 4.0 : 2.0;
    bool zero = true;
    for (int k = from; k < ladder->count; k++) {
        const struct nng_rung *rung = &ladder->rungs[k];
        double *here = D[k % 2], *above = D[(k + 1) % 2], *e_here = e[k % 2], *e_above = e[(k + 1) % 2], power = 1.0;
        here[0] = difference(rung, side);
        /* a central difference has two errors of eps_f over 2h, a one-sided one two over h */
        e_here[0] = (side == NNG_CENTRAL_SIDE ? 1.0 : 2.0) * rung->noise / rung->step;
        zero = zero && here[0] == 0.0;
        for (int j = 1; j <= k - from; j++) {
            power *= q;
            here[j] = (power * here[j - 1] - above[j - 1]) / (power - 1.0);
            e_here[j] = (power * e_here[j - 1] + e_above[j - 1]) / (power - 1.0);
            double spread = fmax(fabs(here[j] - here[j - 1]), fabs(here[j] - above[j - 1]));
            if (!early)
                spread = fmax(spread, fabs(here[0] - above[0]) / power);
            double error = 2.0 * spread + e_here[j];
            if (error < best.error && (early || k - from >= 2))
                best = (struct nng_estimate){.value = here[j], .error = error, .rung = k};
        }
    }
    if (zero && ladder->count - from >= 2)
        return (struct nng_estimate){
            .error = 2.0 * ladder->rungs[from].noise / ladder->rungs[from].step, .rung = from, .still = true};
    return best;
}

bool nng_ladder_plateau(const struct nng_ladder *ladder, enum nng_side side, const struct nng_estimate *estimate,
                        int finer)
{
    if (estimate->rung < 0 || ladder->count - 1 - estimate->rung < finer)
        return false;
    const double q = side == NNG_CENTRAL_SIDE ? 4.0 : 2.0;
    const struct nng_rung *last = &ladder->rungs[estimate->rung];
    double off = fabs(difference(last, side) - estimate->value), shrink = 2.0;
    if (estimate->rung > 0 && last[-1].finite) /* one of them may be right by accident */
        off = fmax(off, fabs(difference(last - 1, side) - estimate->value) / q);
    for (int m = estimate->rung + 1; m < ladder->count; m++) {
        const struct nng_rung *rung = &ladder->rungs[m];
        shrink /= q;
        double allowed = estimate->error + 2.0 * rung->noise / rung->step + shrink * off;
        if (!rung->finite || fabs(difference(rung, side) - estimate->value) > allowed)
            return false;
    }
    return true;
}

/* f(x + h) - f(x) that does not shrink with h, far above the noise, over the finest rungs. */
static bool jumps(const struct nng_ladder *ladder, enum nng_side side, int from)
{
    enum { LOOK = 6 };
    if (ladder->count - from < LOOK)
        return false;
    for (int k = ladder->count - LOOK + 1; k < ladder->count; k++) {
        const struct nng_rung *coarse = &ladder->rungs[k - 1], *fine = &ladder->rungs[k];
        double before = difference(coarse, side) * coarse->step, after = difference(fine, side) * fine->step;
        if (fabs(after) <= 16.0 * fine->noise || fabs(after) < 0.75 * fabs(before))
            return false;
    }
    return true;
}

struct nng_estimate nng_ladder_steady(const struct nng_ladder *ladder, enum nng_side side)
{
    struct nng_estimate estimate;
    int from = nng_ladder_clean(ladder, side);
    do
        estimate = nng_ladder_best(ladder, side, from++, false);
    while (estimate.rung >= 0 && !nng_ladder_plateau(ladder, side, &estimate, 0));
    return estimate;
}

struct nng_estimate nng_ladder_slope(const struct nng_ladder *ladder, enum nng_side side)
{
    int from = nng_ladder_clean(ladder, side);
    if (jumps(ladder, side, from))
        return (struct nng_estimate){.value = copysign(INFINITY, difference(&ladder->rungs[ladder->count - 1], side)),
                                     .rung = ladder->count - 1};
    return nng_ladder_best(ladder, side, from, false);
}
