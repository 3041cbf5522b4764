/* screen.h - the check of networks too large to judge every entry: random directions.
 *
 * For v with v_p = s_p N(0, 1), the directional derivative g.v is compared with differences along v. An error vector e
 * of our own gradient changes g.v by e.v, which is normal with deviation |s e|: it stays below the threshold tau by
 * chance with probability erf(tau / (sqrt(2) |s e|)) < sqrt(2/pi) tau / |s e|, in all of K directions with the K-th
 * power of it. A gradient of somebody else is then compared with ours entry by entry, and where they differ the ladder
 * decides.
 */
#ifndef NNG_VERDICT_SCREEN_H
#define NNG_VERDICT_SCREEN_H

#include "verdict/climb.h"

struct nng_screen {
    size_t *suspects; /* indices in theta that must be judged one by one, rising */
    size_t count;
    size_t left_out; /* suspects beyond those that fit */
    bool certified;  /* our own gradient agrees with the differences along every direction */
    size_t directions;
    double resolution;       /* an error of that part of |s g| ... */
    double miss_probability; /* ... stays unseen with this probability */
    uint64_t evaluations;
};

/* The arrays are the arena's. */
enum nng_status nng_screen(const struct nng_climb *climb, const struct nng_check_options *options,
                           struct nng_arena *arena, struct nng_screen *screen, struct nng_error *error);

#endif
