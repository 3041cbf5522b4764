/* check.h - claims against the numeric truth: what the checker, the search for causes and the planting share. */
#ifndef NNG_DERIVATION_CHECK_H
#define NNG_DERIVATION_CHECK_H

#include "derivation/truth.h"

/* One side of a claim at one point, over all values of the free letters. */
struct nng_side {
    size_t rows, cols, count; /* count = rows * cols */
    double *value;
    double *error;     /* bound on |value - exact| */
    double *magnitude; /* size of what was added up: below a thousandth of it no relative error is asked for */
    bool kink;         /* a derivative in it does not exist here */
    bool open;         /* a derivative in it could not be settled */
};

struct nng_checker {
    struct nng_program *program;
    struct nng_machine machine; /* for the sides of claims */
    struct nng_truth truth;
    struct nng_point *points; /* points[0]: the program's own values */
    size_t point_count;
    bool own_values; /* every given has a value of its own */
    bool carry;
    size_t statement; /* the one in question: carried claims stand before it */
    struct nng_point *point;
    bool kink, open;
    int carrying; /* depth of claims that use claims */
    struct nng_error *error;
};

/* How two sides compare at one point. */
struct nng_comparison {
    enum nng_verdict verdict;
    size_t worst; /* the entry that is off most */
};

NNG_MUST_USE enum nng_status nng_checker_new(struct nng_arena *arena, struct nng_program *program,
                                             const struct nng_verify_options *options, struct nng_checker **checker,
                                             struct nng_error *error);
void nng_checker_free(struct nng_checker *checker);

/* Evaluates an expression of a claim at a point. printed: the error of a printed number in units of its last digit; 0
 * takes them as exact. The arrays live in the machine's scratch. */
NNG_MUST_USE enum nng_status nng_side_evaluate(struct nng_checker *checker, const struct nng_letters *letters,
                                               const struct nng_node *node, struct nng_point *point, double printed,
                                               struct nng_side *side);

/* The same as plain values only: for candidates of a correction. */
NNG_MUST_USE enum nng_status nng_side_values(struct nng_checker *checker, const struct nng_letters *letters,
                                             const struct nng_node *node, struct nng_point *point,
                                             struct nng_side *side);

/* The decision rule, entry by entry; the shapes must be the same. */
struct nng_comparison nng_sides_compare(const struct nng_side *left, const struct nng_side *right);

/* Compares two expressions at the own values and at the random points; for those the gravest verdict. */
NNG_MUST_USE enum nng_status nng_sides_hold(struct nng_checker *checker, const struct nng_letters *letters,
                                            const struct nng_node *left, const struct nng_node *right,
                                            enum nng_verdict *own, enum nng_verdict *random);

/* Only numbers in it? And is one of them printed with a point? */
bool nng_node_numeric(const struct nng_node *node);
bool nng_node_printed(const struct nng_node *node);

/* Does the expression depend on a given without a value of its own? Its name, or NULL. */
NNG_MUST_USE enum nng_status nng_node_undetermined(struct nng_checker *checker, const struct nng_node *node,
                                                   const char **name);

/* The side that side k is compared with: the one before it, or the first where that one has another shape. */
size_t nng_link_reference(const struct nng_claim_tree *claim, size_t k);

/* Judges side k of a claim (judge.c): fills verdict, values, warnings, and for a printed number that passes the cause
 * "truncated" or "rounding". */
NNG_MUST_USE enum nng_status nng_link_judge(struct nng_checker *checker, const struct nng_statement *statement,
                                            size_t k, struct nng_link *link);

#endif
