/* value.h - scalars and matrices of the evaluator, and the memory that they live in while it runs. */
#ifndef NNG_DERIVATION_VALUE_H
#define NNG_DERIVATION_VALUE_H

#include <stdbool.h>
#include <stddef.h>

/* What an evaluation carries beside the value. */
enum nng_mode {
    NNG_MODE_PLAIN,   /* nothing */
    NNG_MODE_COMPLEX, /* an imaginary part: the complex step */
    NNG_MODE_BOUND    /* a bound on the error, carried to first order through every operation */
};

struct nng_scalar {
    double re;
    double im;  /* COMPLEX */
    double err; /* BOUND: |re - exact| <= err */
};

struct nng_value {
    size_t rows, cols;
    struct nng_scalar *at; /* rows x cols, row-major */
};

/* A stack of memory: what was taken after a mark is given back by releasing to it. */
struct nng_scratch {
    struct nng_scratch_block *newest;
};

struct nng_scratch_mark {
    struct nng_scratch_block *block;
    size_t used;
};

void *nng_scratch_take(struct nng_scratch *scratch, size_t count, size_t size);
struct nng_scratch_mark nng_scratch_mark(const struct nng_scratch *scratch);
void nng_scratch_release(struct nng_scratch *scratch, struct nng_scratch_mark mark);
void nng_scratch_free(struct nng_scratch *scratch);

/* a + b, a - b, a b, a / b, with what the mode carries. */
struct nng_scalar nng_scalar_add(enum nng_mode mode, struct nng_scalar a, struct nng_scalar b);
struct nng_scalar nng_scalar_subtract(enum nng_mode mode, struct nng_scalar a, struct nng_scalar b);
struct nng_scalar nng_scalar_multiply(enum nng_mode mode, struct nng_scalar a, struct nng_scalar b);
struct nng_scalar nng_scalar_divide(enum nng_mode mode, struct nng_scalar a, struct nng_scalar b);
struct nng_scalar nng_scalar_power(enum nng_mode mode, struct nng_scalar a, struct nng_scalar b);

#endif
