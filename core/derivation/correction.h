/* correction.h - which of several true corrections of a line are shown, and in which order. */
#ifndef NNG_DERIVATION_CORRECTION_H
#define NNG_DERIVATION_CORRECTION_H

#include "derivation/ast.h"

struct nng_correction {
    const struct nng_node *node; /* the right side */
    const char *line, *latex;    /* the whole corrected line; its right side typeset */
    const char *cause, *what;
};

/* Those with the first one's cause come first, the shorter before the longer. Left out are those that take a detour
 * where others do not, A + x - x, and those that are an earlier one in another order. Returns how many are left. */
size_t nng_corrections_arrange(struct nng_correction *corrections, size_t count);

#endif
