/* evaluate.h - computes expressions at a point: plain, with an imaginary part, or with an error bound. */
#ifndef NNG_DERIVATION_EVALUATE_H
#define NNG_DERIVATION_EVALUATE_H

#include <stdint.h>

#include "derivation/ast.h"
#include "derivation/value.h"

struct nng_machine {
    const struct nng_program *program;
    enum nng_mode mode;
    struct nng_value *values;          /* of every symbol, at the point in question */
    const struct nng_letters *letters; /* of the statement in question */
    size_t letter[NNG_INDEX_LIMIT];    /* what each stands for now, from 1 */
    struct nng_scratch scratch;        /* results live here until the caller releases */
    double printed;                    /* BOUND: the error of a printed number, in units of its last digit */

    /* What the evaluation came across. */
    uint64_t branch;                  /* which smooth pieces, hashed */
    bool tie;                         /* a slope or a sign was taken exactly at its jump */
    bool no_witness;                  /* a complex form was missing, or only restates the derivative */
    const struct nng_node *nonfinite; /* with `trace`: the first node that is not finite although its operands are */
    bool trace;
    uint64_t work, work_limit; /* multiplications and calls so far; more is an error */

    /* The value of a derivative inside an expression. */
    enum nng_status (*derivative)(void *context, struct nng_machine *machine, const struct nng_node *node,
                                  struct nng_value *value);
    void *context;
    struct nng_error *error;
};

/* Allocates `value` in the scratch. */
NNG_MUST_USE enum nng_status nng_value_new(struct nng_machine *machine, size_t rows, size_t cols,
                                           struct nng_value *value);

/* Evaluates an expression whose shapes are inferred. The result lives in the scratch, or is a symbol's own value. */
NNG_MUST_USE enum nng_status nng_evaluate(struct nng_machine *machine, const struct nng_node *node,
                                          struct nng_value *value);

/* A call whose arguments are evaluated (call.c). */
NNG_MUST_USE enum nng_status nng_evaluate_call(struct nng_machine *machine, const struct nng_node *node,
                                               const struct nng_value *arguments, struct nng_value *value);

/* Notes which smooth piece an operation was on. */
void nng_machine_branch(struct nng_machine *machine, int64_t code);

/* The entry that a subscript list chooses, row-major from 0. */
size_t nng_machine_entry(const struct nng_machine *machine, const struct nng_subscripts *subscripts, size_t cols);

/* Counts work; an error once it is too much. */
NNG_MUST_USE enum nng_status nng_machine_work(struct nng_machine *machine, const struct nng_node *node, size_t amount);

#endif
