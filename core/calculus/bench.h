/* bench.h - the arrays of stacked probes: R = probes x N rows, probe by probe, sample by sample. */
#ifndef NNG_CALCULUS_BENCH_H
#define NNG_CALCULUS_BENCH_H

#include "calculus/probe.h"

/* The digest of no codes at all. */
enum { NNG_NO_KINKS = 1 };

struct nng_bench {
    size_t layer;                              /* from 1: the one whose parameters are changed */
    size_t capacity;                           /* probes */
    double *y;                                 /* R x outputs: the targets again for each probe */
    double *unit_a, *unit_h;                   /* R: the one unit that was changed */
    double *column;                            /* N, then units_{l+1}: what belongs to that unit, gathered */
    double *a, *h;                             /* R x widest row */
    double *values;                            /* R */
    uint64_t *branches;                        /* R */
    int32_t *codes;                            /* R x widest row, NULL where nothing has kinks */
    double *re, *im, *h_re, *h_im, *values_im; /* the same for the complex step; NULL until it is first asked for */
    void *memory;
};

/* Can a change in layer l be followed through one unit? Yes below the output layer, for an elementwise activation. */
bool nng_probes_one_unit(const struct nng_model *model, size_t l);

/* What a_i of each sample grows by for each step of the parameter: N. It is h_j for W_ij, 1 for b_i. */
const double *nng_probe_input(const struct nng_prober *prober, struct nng_place place);

/* Makes room for the complex step. */
enum nng_status nng_bench_complex(const struct nng_prober *prober, struct nng_bench *bench, struct nng_error *error);

#endif
