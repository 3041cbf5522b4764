/* magnitude.h - how large the sums inside a loss are, and what their rounding can do to it and to its derivatives. */
#ifndef NNG_VERDICT_MAGNITUDE_H
#define NNG_VERDICT_MAGNITUDE_H

#include "calculus/probe.h"

struct nng_magnitude {
    double noise;          /* eps_f = 2 DBL_EPSILON S: of one evaluation of the reduced data loss */
    double *noises;        /* N: the same of each sample's own loss */
    double *output_noises; /* N: of L_n as a function of the outputs' pre-activations a_L */
    double *path_noises;   /* N: sum_k |dL_n/da_k| e_k, where e bounds the rounding error of a_L itself */
    double *absolute; /* A_p = (1/N) sum_n |g_n|, for every parameter: what cancels in a derivative (sum for NNG_SUM) */
    double
        *paths;  /* B_p >= A_p: the same with every sum of the backward pass over magnitudes, which rounding acts on */
    double *own; /* the gradient by backpropagation, penalty included */
    double *floor; /* for each tensor: 1e-3 of the root mean square of A, below which no relative error is asked for */
    double rounding; /* of the analytic derivative, as a multiple of A: (64 + N + the widest fan-in) DBL_EPSILON */
};

/* S_n = |terms of L_n| + sum_i |dL_n/da_i| (|W||h| + |b|)_i + ulps/2 |dL_n/dh_i| |h_i|, over all layers: the magnitudes
 * of the internal sums, not |f|: -log sigmoid(40) is flat, and a floor by |f| would fail a correct gradient.
 * Runs the backward pass on prober->pass. The arrays are taken from `arena`. */
struct nng_arena;
enum nng_status nng_magnitude(const struct nng_prober *prober, struct nng_arena *arena, struct nng_magnitude *magnitude,
                              struct nng_error *error);

/* What rounding can do to the analytic derivative by a parameter: the samples' sum, and the sums on the way back. */
double nng_rounding(const struct nng_magnitude *magnitude, size_t index);

#endif
