/* paths.h - the paths that a derivative is the sum of, and whether a value is the sum of some of them only. */
#ifndef NNG_DERIVATION_PATHS_H
#define NNG_DERIVATION_PATHS_H

#include "derivation/check.h"

enum { NNG_PATH_LIMIT = 10 }; /* paths that are told apart */

/* The paths from an entry of D to a scalar N through the entries of one or two values between them. */
struct nng_paths {
    int through[2]; /* symbols; the second is -1 when there is one only */
    size_t count;
    double value[NNG_PATH_LIMIT];
    size_t at[NNG_PATH_LIMIT][2];
};

/* Looks for a value between N and D, or two of them, and a proper part of the paths through their entries whose sum is
 * within `allowed` of `claimed` at the own values. *taken has a bit for each path that was summed; 0: none found. */
NNG_MUST_USE enum nng_status nng_paths_partial(struct nng_checker *checker, const struct nng_reference *of,
                                               const struct nng_reference *by, double claimed, double allowed,
                                               struct nng_paths *paths, unsigned *taken);

/* "through yhat[1], without those through yhat[2]". */
NNG_MUST_USE enum nng_status nng_paths_describe(const struct nng_checker *checker, const struct nng_paths *paths,
                                                unsigned taken, const char **text);

/* Numbers in a product, read as the local derivatives along one path  dN/dV_v * dV_v/dW_w * dW_w/dD  (two or three of
 * them): the path on which most of them are right. */
struct nng_reading {
    struct nng_reference node[4]; /* N, V, W, D */
    double factor[3];             /* the true local derivatives */
    size_t count;                 /* of factors; 0: no path on which at least all but one are right */
};

NNG_MUST_USE enum nng_status nng_paths_read(struct nng_checker *checker, const struct nng_reference *of,
                                            const struct nng_reference *by, const double *printed, const double *unit,
                                            size_t count, struct nng_reading *reading);

/* A value V between dN/dD's N and D such that the claimed formula is the part of the sum over V's entries with the
 * same index as D's (V[i] for D[i]), or with one fixed index, at every point. -1: none. */
NNG_MUST_USE enum nng_status nng_paths_missing(struct nng_checker *checker, const struct nng_letters *letters,
                                               const struct nng_node *left, const struct nng_node *right, int *through);

#endif
