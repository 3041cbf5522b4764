/* samples.h - a derivative sample by sample, where kinks are near.
 *
 * One sample next to a kink would force the steps of all the others to be as small as its own, into the noise. So every
 * sample gets the ladder that it can bear: central where both sides stay on its smooth piece, one-sided where only one
 * side does, and both slopes where it stands exactly at the kink.
 */
#ifndef NNG_VERDICT_SAMPLES_H
#define NNG_VERDICT_SAMPLES_H

#include "verdict/climb.h"

/* The values of every sample at every rung. */
struct nng_sample_ladders;
struct nng_arena;

/* Takes them from the arena, unless *ladders is there already. */
enum nng_status nng_sample_ladders_new(size_t samples, struct nng_arena *arena, struct nng_sample_ladders **ladders,
                                       struct nng_error *error);

/* Judges one entry (its data loss's part). Adds the number of evaluations. */
enum nng_status nng_climb_samples(const struct nng_climb *climb, struct nng_bench *bench,
                                  struct nng_sample_ladders *ladders, double first_step, struct nng_entry *entry,
                                  const struct nng_scale *scale, uint64_t *evaluations, struct nng_error *error);

#endif
