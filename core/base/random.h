/* random.h - streams of random numbers: GSL's mt19937, one for each purpose. */
#ifndef NNG_BASE_RANDOM_H
#define NNG_BASE_RANDOM_H

#include <stdint.h>

#include <gsl/gsl_rng.h>

#include "base/memory.h"

/* Streams of different purposes share nothing, whatever the seed. */
enum nng_stream {
    NNG_STREAM_INIT = 1,     /* number: the layer, from 1 */
    NNG_STREAM_GENERATE = 2, /* a generator's data */
    NNG_STREAM_SPLIT = 3,    /* training and validation */
    NNG_STREAM_SHUFFLE = 4,  /* the order of samples; number: the epoch */
    NNG_STREAM_CHECK = 5     /* directions and points of the checker */
};

/* The seed of a stream: 32 bits (as many as mt19937 takes) of a hash of all three. */
unsigned long nng_random_seed(uint64_t seed, enum nng_stream stream, uint64_t number);

/* A gsl_rng_mt19937 in the arena (so: no gsl_rng_free), seeded with that; NULL when out of memory. */
gsl_rng *nng_random_new(struct nng_arena *arena, uint64_t seed, enum nng_stream stream, uint64_t number);

/* A permutation of 0 ... n-1 (Fisher and Yates). */
void nng_random_permutation(gsl_rng *random, size_t *order, size_t n);

#endif
