/* search.h - the search for mistakes, layer by layer from the output down:
 *
 *     dL/dh_l -> dL/da_l -> (dL/dW_l, dL/db_l)
 *
 * A mistake in dL/da_l spoils W_l, b_l and everything below; a mistake in one tensor spoils that alone.
 */
#ifndef NNG_VERDICT_SEARCH_H
#define NNG_VERDICT_SEARCH_H

#include "verdict/mutant.h"

/* What a tensor costs: one more mistake, or no explanation. */
extern const double NNG_MISTAKE, NNG_UNEXPLAINED;

/* The best explanation, and others that are as good. */
enum { NNG_EQUALLY_GOOD = 3 };

struct nng_finding {
    double cost; /* INFINITY: none */
    size_t count;
    struct {
        const char *cause;
        char text[NNG_MUTANT_TEXT];
        size_t row; /* of the table of mistakes */
    } of[NNG_EQUALLY_GOOD];
};

struct nng_search {
    const struct nng_case *c;
    size_t l, W_tensor, b_tensor;
    struct nng_scene scene;
    double *dh, *delta, *above, *above_dh; /* N x widest layer */
    double *W, *b;                         /* what is believed: largest W, widest layer */
    double *made, *best;                   /* deltas of mutants: N x widest layer */
    double *made_W, *made_b;
    double *down_dh, *down; /* for a look at the layers below: N x widest */
    double *low_W, *low_b;
    double *scratch, *room, *product; /* the mutants' */
    bool spoiled;                     /* what is believed is not right: a mistake was found above */
    bool lost;                        /* a false link was met that no known mistake explains */
    char origin[24];                  /* the tensor where the last mistake was told of */
    const char *cause;                /* and its cause */
};

enum nng_status nng_search_open(struct nng_search *search, struct nng_error *error);

/* Moves to layer l: dL/dh_l, dL/da_l and what they lead to, from what is believed above. */
void nng_search_enter(struct nng_search *search, size_t l);

/* Does P explain tensor t as well as anything could? */
bool nng_search_holds(const struct nng_case *c, size_t t, const double *P);

/* How many tensors below layer l stay unexplained when delta is believed. */
double nng_search_below(struct nng_search *search, const double *delta);

void nng_finding_begin(struct nng_finding *finding);

/* The mistake in tensor t alone that explains it, where P is believed; M is room for it. */
void nng_search_tensor(struct nng_search *search, size_t t, const double *P, struct nng_mutants mutants, double *M,
                       struct nng_finding *finding);

/* The mistake in dL/da_l with which the least stays unexplained; its delta is left in search->best. W_fine, b_fine:
 * that tensor needs no explanation; W_local, b_local: the mistake in it alone. */
void nng_search_link(struct nng_search *search, bool W_fine, bool b_fine, const struct nng_finding *W_local,
                     const struct nng_finding *b_local, struct nng_finding *link);

#endif
