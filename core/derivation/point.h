/* point.h - points at which a derivation is tried: the model's own values, and random ones of the same kind. */
#ifndef NNG_DERIVATION_POINT_H
#define NNG_DERIVATION_POINT_H

#include <stdint.h>

#include "derivation/evaluate.h"

struct nng_jacobian;

struct nng_point {
    struct nng_value *values;       /* of every symbol, by number */
    struct nng_jacobian *jacobians; /* derivatives known here (truth.c) */
};

/* Evaluates what `given` lines put in, and checks it against shape and domain. */
NNG_MUST_USE enum nng_status nng_point_prepare(struct nng_program *program, struct nng_machine *machine,
                                               struct nng_error *error);

/* The program's own point; a given without a value is drawn. The point lives in the program's arena. */
NNG_MUST_USE enum nng_status nng_point_own(struct nng_machine *machine, uint64_t seed, struct nng_point *point,
                                           struct nng_error *error);

/* Random point number 1, 2, ...: drawn again up to 20 times where something is not finite. */
NNG_MUST_USE enum nng_status nng_point_random(struct nng_machine *machine, uint64_t seed, uint64_t number,
                                              struct nng_point *point, struct nng_error *error);

#endif
