/* callable.h - the functions that a derivation may call: exp, sigmoid, softmax, sum, ..., and plugins by name. */
#ifndef NNG_DERIVATION_CALLABLE_H
#define NNG_DERIVATION_CALLABLE_H

#include <complex.h>
#include <stdbool.h>

#include <nngrad/nngrad.h>

struct nng_program;

enum nng_callable_kind {
    NNG_CALL_EACH,       /* one value in, one value out, entry by entry */
    NNG_CALL_SUM,        /* sum(A), sum(A, 1) over the rows, sum(A, 2) over the columns */
    NNG_CALL_MEAN,       /* likewise */
    NNG_CALL_PRODUCT,    /* likewise */
    NNG_CALL_MAX,        /* the largest entry; of two arguments the larger, entry by entry */
    NNG_CALL_MIN,        /* likewise */
    NNG_CALL_SOFTMAX,    /* per sample */
    NNG_CALL_LOGSUMEXP,  /* per sample */
    NNG_CALL_DIAG,       /* of a vector the matrix, of a matrix its diagonal */
    NNG_CALL_ONES,       /* ones(n) a column, ones(n, m) */
    NNG_CALL_ZEROS,      /* likewise */
    NNG_CALL_EYE,        /* eye(n) */
    NNG_CALL_ONEHOT,     /* onehot(k, n): a column of n with a 1 at k */
    NNG_CALL_DOT,        /* sum(u .* v) */
    NNG_CALL_OUTER,      /* u v' */
    NNG_CALL_NORM,       /* sqrt(sum(A .^ 2)) */
    NNG_CALL_ACTIVATION, /* a plugin */
    NNG_CALL_LOSS        /* a plugin: loss(yhat, y), one value a sample, or reduced where `reduced` is set */
};

struct nng_callable {
    const char *name;
    enum nng_callable_kind kind;
    int least, most; /* arguments */
    /* EACH: f, f', and both for complex arguments whose imaginary part is tiny */
    double (*value)(double);
    double (*slope)(double);
    double complex (*complex_value)(double complex);
    double complex (*complex_slope)(double complex);
    bool kinked; /* EACH: not smooth at 0; the piece is the sign of the argument */
    /* plugins */
    struct nng_method method;
    bool reduced;
    enum nng_reduction reduction;
    struct nng_callable *next; /* of the plugins that the program uses */
};

/* Does it work entry by entry, so that f' is one, too? */
bool nng_callable_each(const struct nng_callable *function);

/* A function by its name: one of ours, else an activation or loss plugin with the model's parameters where the model
 * uses it, else with its defaults. NULL in *function when there is none; an error is a plugin that was refused. */
NNG_MUST_USE enum nng_status nng_callable_find(struct nng_program *program, const char *name,
                                               const struct nng_callable **function, struct nng_error *error);

/* One of ours only; NULL: there is none. */
const struct nng_callable *nng_callable_builtin(const char *name);

/* The name of ours that is nearest to a wrong one; NULL: none is near. */
const char *nng_callable_nearest(const char *wrong);

/* The function that computes a layer's activation: ours where it is the same with default parameters. */
NNG_MUST_USE enum nng_status nng_callable_activation(struct nng_program *program, const struct nng_method *method,
                                                     const struct nng_callable **function, struct nng_error *error);

#endif
