/* judge.h - the decision rule: an equivalence test in which PASS and FAIL are both claims that survive the whole
 * uncertainty.  With d = |g - n|, the uncertainty U of both sides and the tolerance T:
 *
 *     d + U  <= T   PASS          the two are equal, whatever the error was
 *     d - 3U >  T   FAIL          they differ, whatever the error was (and the finer rungs agree)
 *     otherwise     open: a finer ladder, then the complex step; still open: INCONCLUSIVE
 *
 * U is a bound for a smooth function. Where a second derivative jumps within the coarse steps it was found to be up to
 * 2.7 times too small, hence the 3: who accuses needs more than who agrees. */
#ifndef NNG_VERDICT_JUDGE_H
#define NNG_VERDICT_JUDGE_H

#include <nngrad/nngrad.h>

#include "verdict/ladder.h"

/* The factor of U in a FAIL. */
extern const double NNG_ACCUSES;

/* What the claimed derivative is measured by. */
struct nng_scale {
    double tolerance; /* relative */
    double floor;     /* no relative error is asked for below it */
    double rounding;  /* absolute rounding error of the claimed value */
};

enum nng_decision { NNG_OPEN, NNG_DECIDED };

/* Fills numeric, uncertainty, tolerance, verdict of the entry from its `analytic` and an estimate; step is 0. NNG_OPEN
 * when neither PASS nor FAIL can be claimed; the verdict is then INCONCLUSIVE. */
enum nng_decision nng_judge_estimate(struct nng_entry *entry, double numeric, double error,
                                     const struct nng_scale *scale);

/* The same from a ladder, with its step and the plateau that a FAIL needs. `thorough`: nothing is known of the
 * function's inside, so a PASS needs the plateau too, and one-sided slopes are compared at every entry. */
enum nng_decision nng_judge_ladder(struct nng_entry *entry, const struct nng_ladder *ladder,
                                   const struct nng_scale *scale, bool thorough);

/* By the left and the right slope: where they differ there is a kink, and g must lie within them, widened by their
 * uncertainty; where they agree there is none, and the entry is judged by them. */
enum nng_decision nng_judge_slopes(struct nng_entry *entry, const struct nng_estimate *left,
                                   const struct nng_estimate *right, const struct nng_scale *scale);

/* Is there any use in climbing on? No once the ladder has 30 rungs, or its best estimate lies far above the last. */
bool nng_judge_climbs(const struct nng_ladder *ladder);

#endif
