/* witness.h - one plugin's derivative, judged by itself. */
#ifndef NNG_VERDICT_WITNESS_H
#define NNG_VERDICT_WITNESS_H

#include "verdict/mutant.h"

struct nng_witness {
    bool wrong; /* differences contradict the derivative */
    const char *cause;
    char text[512]; /* which function of which plugin is wrong, and where */
};

/* Layer l's activation, or the loss for l = 0. Leaves *witness alone when nothing is wrong. */
enum nng_status nng_witness(const struct nng_case *c, size_t l, struct nng_witness *witness, struct nng_error *error);

#endif
