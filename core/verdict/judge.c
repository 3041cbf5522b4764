/* judge.c - the decision rule for one derivative. */
#include "verdict/judge.h"

#include <math.h>

const double NNG_ACCUSES = 3.0;

/* A FAIL is claimed only when this many finer rungs agree with the estimate; a thorough ladder has all its rungs. */
enum { PLATEAU = 4 };

enum nng_decision nng_judge_estimate(struct nng_entry *entry, double numeric, double error,
                                     const struct nng_scale *scale)
{
    double g = entry->analytic;
    entry->numeric = numeric;
    entry->step = 0;
    entry->uncertainty = error + scale->rounding;
    entry->tolerance = scale->tolerance * fmax(fmax(fabs(g), fabs(numeric)), scale->floor);
    entry->relative = scale->tolerance;
    entry->verdict = NNG_INCONCLUSIVE;
    if (!isfinite(g)) {
        entry->verdict = NNG_FAIL;
        return NNG_DECIDED;
    }
    double d = fabs(g - numeric);
    if (d + entry->uncertainty <= entry->tolerance)
        entry->verdict = NNG_PASS;
    else if (d - NNG_ACCUSES * entry->uncertainty > entry->tolerance)
        entry->verdict = NNG_FAIL;
    return entry->verdict == NNG_INCONCLUSIVE ? NNG_OPEN : NNG_DECIDED;
}

/* Nothing moved at all: true of a zero, which is then exact, and of what is lost in the noise. */
static double error_of(const struct nng_estimate *estimate, const struct nng_entry *entry)
{
    return estimate->still && entry->analytic == 0.0 ? 0.0 : estimate->error;
}

enum nng_decision nng_judge_ladder(struct nng_entry *entry, const struct nng_ladder *ladder,
                                   const struct nng_scale *scale, bool thorough)
{
    for (int from = nng_ladder_clean(ladder, NNG_CENTRAL_SIDE);; from++) {
        struct nng_estimate n = nng_ladder_best(ladder, NNG_CENTRAL_SIDE, from, !thorough);
        if (n.rung < 0) {
            entry->verdict = isfinite(entry->analytic) ? NNG_INCONCLUSIVE : NNG_FAIL;
            return isfinite(entry->analytic) ? NNG_OPEN : NNG_DECIDED;
        }
        enum nng_decision decision = nng_judge_estimate(entry, n.value, error_of(&n, entry), scale);
        entry->step = ladder->rungs[n.rung].step;
        if (decision == NNG_OPEN || !isfinite(entry->analytic) || n.still)
            return decision;
        if (entry->verdict == NNG_PASS && !thorough)
            return NNG_DECIDED;
        if (entry->verdict == NNG_FAIL && !thorough) { /* the first table may omit the third term, a FAIL may not */
            n = nng_ladder_best(ladder, NNG_CENTRAL_SIDE, from, false);
            if (n.rung < 0 || nng_judge_estimate(entry, n.value, n.error, scale) == NNG_OPEN)
                return NNG_OPEN;
            entry->step = ladder->rungs[n.rung].step;
        }
        if (nng_ladder_plateau(ladder, NNG_CENTRAL_SIDE, &n, thorough ? 0 : PLATEAU))
            return NNG_DECIDED;
        entry->verdict = NNG_INCONCLUSIVE;
    }
}

enum nng_decision nng_judge_slopes(struct nng_entry *entry, const struct nng_estimate *left,
                                   const struct nng_estimate *right, const struct nng_scale *scale)
{
    double left_error = error_of(left, entry), right_error = error_of(right, entry);
    if (!isfinite(left_error) || !isfinite(right_error) || !isfinite(entry->analytic))
        return NNG_OPEN;
    bool both_ways = isnan(left->value) || isnan(right->value); /* samples that jump up, and others that jump down */
    double l = both_ways ? -INFINITY : left->value, r = both_ways ? INFINITY : right->value;
    double low = fmin(l, r), high = fmax(l, r), g = entry->analytic;
    double error = fmax(left_error, right_error) + scale->rounding;
    double size = isinf(low) || isinf(high) ? fabs(g) : fmax(fabs(low), fabs(high));
    double tolerance = scale->tolerance * fmax(fmax(fabs(g), size), scale->floor);
    if (high - low <= left_error + right_error + tolerance) /* false when one of them is infinite */
        return nng_judge_estimate(entry, 0.5 * (low + high), 0.5 * (high - low) + error, scale);
    entry->left = l;
    entry->right = r;
    entry->numeric = isinf(low) || isinf(high) ? NAN : 0.5 * (low + high);
    entry->uncertainty = error;
    entry->tolerance = tolerance;
    entry->relative = scale->tolerance;
    bool both_infinite = isinf(low) && isinf(high);
    bool inside = both_infinite || (g >= low - error - tolerance && g <= high + error + tolerance);
    entry->verdict = inside ? NNG_KINK : NNG_FAIL;
    return NNG_DECIDED;
}

bool nng_judge_climbs(const struct nng_ladder *ladder)
{
    enum { FAR = 8 };
    if (ladder->count >= NNG_RUNGS)
        return false;
    struct nng_estimate best =
        nng_ladder_best(ladder, NNG_CENTRAL_SIDE, nng_ladder_clean(ladder, NNG_CENTRAL_SIDE), false);
    return best.rung < 0 || ladder->count - best.rung < FAR;
}
