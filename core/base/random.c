/* random.c - streams of random numbers. */
#include "base/random.h"

/* splitmix64 (Steele, Lea and Flood 2014): neighbouring numbers end far apart. */
static uint64_t mix(uint64_t z)
{
    z += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

unsigned long nng_random_seed(uint64_t seed, enum nng_stream stream, uint64_t number)
{
    return (unsigned long)(mix(mix(mix(seed) + (uint64_t)stream) + number) >> 32);
}

/* gsl_rng_alloc would take its memory from malloc, and abort the process when there is none. */
gsl_rng *nng_random_new(struct nng_arena *arena, uint64_t seed, enum nng_stream stream, uint64_t number)
{
    gsl_rng *random = nng_arena_take(arena, 1, sizeof *random);
    if (random == NULL)
        return NULL;
    random->type = gsl_rng_mt19937;
    random->state = nng_arena_take(arena, 1, random->type->size);
    if (random->state == NULL)
        return NULL;
    gsl_rng_set(random, nng_random_seed(seed, stream, number));
    return random;
}

void nng_random_permutation(gsl_rng *random, size_t *order, size_t n)
{
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    for (size_t i = n; i > 1; i--) {
        size_t j = gsl_rng_uniform_int(random, (unsigned long)i), last = order[i - 1];
        order[i - 1] = order[j];
        order[j] = last;
    }
}
