/* ladder.h - from differences at shrinking steps to a derivative with an error bound.
 *
 * Steps h_k = h_0 2^-k. At each rung stand the central difference and the two one-sided ones. A Romberg table turns
 * them into estimates D_kj, and the entry with the smallest bound is the derivative:
 *
 *     D_kj = (q^j D_k,j-1 - D_k-1,j-1) / (q^j - 1),    q = 4 (central) or 2 (one-sided)
 *     E_kj = 2 max(|D_kj - D_k,j-1|, |D_kj - D_k-1,j-1|, q^-j |D_k0 - D_k-1,0|) + e_kj
 *     e_k0 = noise_k,  e_kj = (q^j e_k,j-1 + e_k-1,j-1) / (q^j - 1)
 *
 * The first two terms of the bound are Ridders' (1982); the third keeps accidental agreement of two columns from
 * passing as accuracy; e_kj carries the rounding noise of the differences through the table.
 */
#ifndef NNG_VERDICT_LADDER_H
#define NNG_VERDICT_LADDER_H

#include <stdbool.h>
#include <stdint.h>

enum { NNG_RUNGS = 30 };

/* One rung: differences between the function at x + h, x and x - h, divided by the representable steps. */
struct nng_rung {
    double step;                        /* h: half the true distance between the two points */
    double central, right, left;        /* (f+ - f-)/(2h), (f+ - f0)/h, (f0 - f-)/h */
    double noise;                       /* eps_f: the rounding error of each of the three values */
    uint64_t branch_right, branch_left; /* which smooth piece f+ and f- are on */
    bool finite;
};

struct nng_ladder {
    struct nng_rung rungs[NNG_RUNGS];
    int count;
    uint64_t branch; /* which smooth piece f0 is on */
};

enum nng_side { NNG_CENTRAL_SIDE, NNG_RIGHT_SIDE, NNG_LEFT_SIDE };

struct nng_estimate {
    double value, error; /* error is INFINITY when there is no estimate */
    int rung;            /* the finest rung that it uses */
    bool still;          /* every difference is exactly zero: error is then what the noise could hide */
};

/* The first rung from which on all are clean: finite, and on the side's own smooth piece (that of the centre for the
 * central difference, that of the finest rung for a one-sided one). `count` if there is none. */
int nng_ladder_clean(const struct nng_ladder *ladder, enum nng_side side);

/* The best estimate from rungs `from` ... count-1: at least two, three for a bound with the third term. `early` leaves
 * the third term out. */
struct nng_estimate nng_ladder_best(const struct nng_ladder *ladder, enum nng_side side, int from, bool early);

/* Do the finer rungs agree with the estimate n, which uses rungs up to k? What is left of the step's error must shrink
 * as that of a smooth function does, for every m > k, and there are at least `finer` of them:
 *
 *     |D_m0 - n| <= E + 2 noise/h_m + 2 q^(k-m) d,    d = max(|D_k0 - n|, |D_k-1,0 - n| / q)
 *
 * A FAIL needs that: a coarse step that straddled structure is no evidence, and neither are steps at which a second
 * derivative jumps (huber, elu with alpha = 1: no kink, hence no branch), whose differences approach by halves. */
bool nng_ladder_plateau(const struct nng_ladder *ladder, enum nng_side side, const struct nng_estimate *estimate,
                        int finer);

/* The best estimate that all the finer rungs agree with: coarse rungs are dropped until they do. */
struct nng_estimate nng_ladder_steady(const struct nng_ladder *ladder, enum nng_side side);

/* One-sided slopes, with jumps: a difference that grows like 1/h is an infinite slope. */
struct nng_estimate nng_ladder_slope(const struct nng_ladder *ladder, enum nng_side side);

#endif
