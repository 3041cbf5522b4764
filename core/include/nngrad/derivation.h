/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * derivation.h - derivatives as one works them out by hand, part of nngrad.h: a derivative as the sum of its paths, and
 * a whole derivation checked line by line.
 */
#ifndef NNGRAD_DERIVATION_H
#define NNGRAD_DERIVATION_H

#include <nngrad/nngrad.h>

/* ---- a derivative, path by path -----------------------------------------------------------------------------------
 *
 * The chain rule written out: dL/dw is the sum, over the paths w -> a -> h -> a -> ... -> yhat -> L through single
 * units, of the product of the local derivatives along the path. A softmax is where paths part: a_21 -> yhat_1 and
 * a_21 -> yhat_2. A penalty is a path of its own, w -> R -> L. */

enum nng_path_node_kind { NNG_PATH_PARAMETER, NNG_PATH_A, NNG_PATH_H, NNG_PATH_PENALTY, NNG_PATH_LOSS };

struct nng_path_node {
    enum nng_path_node_kind kind;
    size_t layer; /* from 1; h of the last layer is yhat */
    size_t unit;  /* from 1 */
    size_t index; /* of a parameter, in theta */
};

struct nng_path {
    size_t count;                /* of nodes: from the parameter to L */
    struct nng_path_node *nodes; /* count */
    double *factors;             /* count - 1: d nodes[k + 1] / d nodes[k] */
    double value;                /* their product, multiplied from L back */
    double share;                /* value / sum; NAN where the paths cancel */
};

/* The derivative of one sample's own loss L_n (with the penalty, if there is one) by one parameter. */
struct nng_explanation {
    size_t index, sample;
    struct nng_path *paths; /* the largest magnitudes, largest first; a path of the penalty stands last */
    size_t path_count;
    double count;         /* of all paths, rounded beyond 2^53 */
    double omitted_count; /* of those that are not listed */
    double omitted_sum;
    double sum;      /* of all paths: a recursion of its own over local derivatives, not backpropagation */
    double analytic; /* by backpropagation */
    void *memory;
};

/* Explains dL_n/dtheta_index at theta; sample and index count from 0. The `most` largest paths (1 to 1000) are found
 * exactly, without enumerating the others. Errors: NNG_INPUT where dL/dyhat alone does not exist, such as the cross
 * entropy's at yhat = 0. */
NNG_MUST_USE enum nng_status nng_explain(const struct nng_model *model, const double *theta, size_t sample,
                                         size_t index, size_t most, struct nng_explanation **explanation,
                                         struct nng_error *error);
void nng_explanation_free(struct nng_explanation *explanation);

/* w_131, a_13, h_13, yhat_1, R, L; a_1,13 where an index of the model has more than one digit. */
void nng_path_node_name(const struct nng_model *model, const struct nng_path_node *node, char name[NNG_NAME_SIZE]);

/* ---- derivations ---------------------------------------------------------------------------------------------------
 *
 * A .deriv file is a program for the loss, and claims about its derivatives: the lines of a hand derivation. Every
 * claim is compared with the numeric truth at the model's own values and at random ones. */

/* One equals sign of a claim. */
struct nng_link {
    const char *text; /* its right side, as it stands in the file */
    int line;
    size_t rows, cols;
    double *values; /* of the right side, at the model's own values */
    enum nng_verdict verdict;
    bool values_only;               /* holds at the model's own values, not at random ones */
    const char *cause;              /* of a false one: "sign", "factor", ..., "unknown"; of a printed number that passes
                                       "truncated" or "rounding"; else NULL */
    const char *message;            /* what is wrong, or a warning; NULL: nothing to say */
    const char *const *corrections; /* lines that hold instead; all are equally good */
    size_t correction_count;
    const char *latex;                    /* the right side, typeset */
    const char *const *latex_corrections; /* and those of the corrections; NULL where they are numbers */
};

struct nng_claim {
    int line;
    const char *text; /* the whole claim on one line */
    const char *left; /* its left side */
    const char *latex_left;
    enum nng_verdict verdict;
    size_t rows, cols;
    double *claimed, *numeric; /* rows x cols, at the model's own values: the last side, and the truth of the first */
    double uncertainty;        /* of the numeric side, the largest of its entries */
    const char *cause;         /* of its first false link */
    const char *correction;
    const char *message;
    bool trivial; /* its right side contains its own left side: counts for nothing */
    struct nng_link *links;
    size_t link_count;
};

struct nng_verification {
    const char *file;
    struct nng_claim *claims;
    size_t claim_count;
    const char *const *assumed; /* derivatives used but not claimed before */
    size_t assumed_count;
    const char *const *missing; /* derivatives that were required but not claimed */
    size_t missing_count;
    int first_false_line; /* 0: none */
    enum nng_verdict verdict;
    void *memory;
};

struct nng_verify_options {
    const struct nng_model *model; /* overrides `use`, and fixes the loss; NULL: the file's own */
    size_t points;                 /* random points beside the model's own values */
    uint64_t seed;
    bool carry;  /* derivatives on right sides take the values that were claimed for them, not the true ones */
    bool causes; /* search causes and corrections of what is false */
    const char *const *require; /* derivatives that must be claimed: "dL/dW1" */
    size_t require_count;
    uint64_t work; /* largest number of operations; 0: 4e9 */
};

/* Checks one file. Bad syntax, an unknown name, a definition that does not fit or is not finite: an error. */
NNG_MUST_USE enum nng_status nng_verify(struct nng_host *host, const char *file,
                                        const struct nng_verify_options *options,
                                        struct nng_verification **verification, struct nng_error *error);
void nng_verification_free(struct nng_verification *verification);

/* A right derivation with one mistake in it: an exercise, and its key. */
struct nng_planted {
    const char *text; /* the file's text with the mistake */
    int line;         /* where it stands */
    const char *cause;
    const char *right, *wrong; /* the claim before and after */
    void *memory;
};

/* Plants one mistake of that cause ("sign", "missing-path", ...) by options->seed. The check names its line and its
 * cause, and finds nothing else. A derivation that is not right itself, or where no such mistake fits, is an error. */
NNG_MUST_USE enum nng_status nng_plant(struct nng_host *host, const char *file,
                                       const struct nng_verify_options *options, const char *cause,
                                       struct nng_planted **planted, struct nng_error *error);
void nng_planted_free(struct nng_planted *planted);

#endif
