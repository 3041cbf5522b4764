/* truth.h - the true value of a derivative at a point: a ladder of differences, and the complex step beside it. */
#ifndef NNG_DERIVATION_TRUTH_H
#define NNG_DERIVATION_TRUTH_H

#include "derivation/point.h"

/* dN_i/dD_j at a point. */
struct nng_slope {
    double value;
    double error; /* |value - truth| <= error */
    bool kink;    /* no derivative: left and right slopes */
    bool open;    /* the witnesses do not agree, or the ladder does not settle */
    double left, right;
};

/* The derivatives of one value by another at one point, a column for each entry of the denominator, made when asked. */
struct nng_jacobian {
    struct nng_jacobian *next;
    int of, by;
    size_t rows, cols; /* entries of the numerator, of the denominator */
    struct nng_slope **columns;
    double *noise; /* of each entry of the numerator: the rounding error of one evaluation */
    uint64_t work; /* of one evaluation */
    uint64_t branch;
};

/* The definitions between a denominator and a numerator: what is evaluated again when the denominator moves. */
struct nng_cut {
    struct nng_cut *next;
    int of, by;
    int *between; /* in the order of evaluation, the numerator last */
    int count;    /* 0: the numerator does not depend on it */
};

struct nng_truth {
    const struct nng_program *program;
    struct nng_machine machine;
    struct nng_cut *cuts;
    struct nng_value *values; /* the point's, with what was evaluated again */
    struct nng_error *error;
};

/* The j-th column (from 0) of d of / d by. */
NNG_MUST_USE enum nng_status nng_truth_column(struct nng_truth *truth, struct nng_point *point, int of, int by,
                                              size_t j, const struct nng_slope **column);

/* Refuses so many columns, at so many points, if already their number says that they would be too much work. The node
 * is the one to blame. */
NNG_MUST_USE enum nng_status nng_truth_afford(struct nng_truth *truth, struct nng_point *point,
                                              const struct nng_node *node, size_t columns, size_t points);

/* Does the value depend on the other one at all? */
NNG_MUST_USE enum nng_status nng_truth_depends(struct nng_truth *truth, int of, int by, bool *depends);

/* What lies between them. */
NNG_MUST_USE enum nng_status nng_truth_cut(struct nng_truth *truth, int of, int by, struct nng_cut **cut);

#endif
