/* samples.h - a derivative sample by sample, and through the outputs, where a whole ladder is not sharp enough.
 *
 * One sample next to a kink would force the steps of all the others to be as small as its own, into the noise. So every
 * sample gets the ladder that it can bear: central where both sides stay on its smooth piece, one-sided where only one
 * side does, and both slopes where it stands exactly at the kink.
 *
 * A loss near log 3 that moves by 1e-12 cannot show the derivative either, though the outputs a_L do move by a fair
 * part of themselves. Where loss and output activation are smooth, the chain rule is taken apart once, with differences
 * on both sides of it:  dL_n/dw = the slope of L_n along d at a_L,  d = da_L/dw.
 */
#ifndef NNG_VERDICT_SAMPLES_H
#define NNG_VERDICT_SAMPLES_H

#include "verdict/climb.h"

/* A ladder for each sample. */
struct nng_sample_ladders;
struct nng_arena;

/* Takes them from the arena, unless *ladders is there already. */
enum nng_status nng_sample_ladders_new(const struct nng_prober *prober, struct nng_arena *arena,
                                       struct nng_sample_ladders **ladders, struct nng_error *error);

/* Bytes that they take. */
size_t nng_sample_ladders_bytes(const struct nng_prober *prober);

/* Judges one entry (its data loss's part). Adds the number of evaluations. */
enum nng_status nng_climb_samples(const struct nng_climb *climb, struct nng_bench *bench,
                                  struct nng_sample_ladders *ladders, struct nng_entry *entry,
                                  const struct nng_scale *scale, uint64_t *evaluations, struct nng_error *error);

#endif
