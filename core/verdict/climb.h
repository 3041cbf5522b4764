/* climb.h - the numeric side of a check, block by block: ladders of many parameters of one tensor at once. */
#ifndef NNG_VERDICT_CLIMB_H
#define NNG_VERDICT_CLIMB_H

#include "verdict/judge.h"
#include "verdict/magnitude.h"

/* What every block of a check needs. */
struct nng_climb {
    const struct nng_prober *prober;
    struct nng_magnitude magnitude;
    const double *gradient; /* under judgement: the total with the penalty */
    const double *penalty;  /* the penalty's own gradient, for every parameter */
    const double *reach;    /* for each input of each layer, max_n |h_nj|: layers after each other */
    const size_t *reach_of; /* where a layer's begins in `reach` */
    const size_t *largest;  /* for each layer: the parameters of a block */
    double tolerance;
    bool claimed_single; /* the gradient is of single precision */
    enum nng_check_method method;
    bool small; /* there is time: sharper bounds than a PASS needs, and the second witness for every entry */
};

/* The arrays for a block of parameters: one for each thread. */
struct nng_climber;
enum nng_status nng_climber_new(const struct nng_climb *climb, struct nng_climber **climber, struct nng_error *error);
void nng_climber_free(struct nng_climber *climber);

/* Bytes that they take for each parameter of that layer (from 1). */
size_t nng_climber_bytes(const struct nng_prober *prober, size_t layer);

/* Judges entries[0 ... count-1], consecutive parameters of one tensor whose `index` and `analytic` are set. Adds the
 * number of evaluations. */
enum nng_status nng_climb_block(const struct nng_climb *climb, struct nng_climber *climber, struct nng_entry *entries,
                                size_t count, uint64_t *evaluations, struct nng_error *error);

/* The two probes of a rung, at the representable numbers nearest to w + h and w - h. */
void nng_climb_aim(const struct nng_climb *climb, size_t index, double h, struct nng_probe *pair);

/* What the data loss's part of an entry is measured by; floor: of its tensor. */
struct nng_scale nng_climb_scale(const struct nng_climb *climb, double floor, const struct nng_entry *entry);

/* Any method but the ladder (taught.c). */
enum nng_status nng_climb_taught(const struct nng_climb *climb, struct nng_bench *bench, double floor,
                                 struct nng_entry *entries, size_t count, uint64_t *evaluations,
                                 struct nng_error *error);

#endif
