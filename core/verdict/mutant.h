/* mutant.h - the mistakes people make, each one as the gradient that it leads to, and how a claimed gradient is
 * recognised in one of them. */
#ifndef NNG_VERDICT_MUTANT_H
#define NNG_VERDICT_MUTANT_H

#include "base/memory.h"
#include "calculus/probe.h"

/* A claimed gradient of which some entries failed. Everything is in theta's order. */
struct nng_case {
    const struct nng_prober *prober;
    const struct nng_model *model;
    const struct nng_pass *pass; /* a, h, dL/dh, dL/da: ours */
    const double *claimed;       /* P */
    double *penalty;             /* P: the penalty's gradient */
    double *data;                /* P: claimed - penalty: what the claimed gradient of the data loss was */
    double *ours;                /* P: our own, of the data loss */
    double *digit;               /* P: the unit of the last digit that was printed, 0 where all digits are there */
    double *floors;              /* for each tensor: below it no relative error is asked for */
    size_t *fails;               /* for each tensor: entries that failed */
    double *dyhat;               /* dL/dyhat: N x outputs; NULL where the loss refuses */
    double tolerance;
    bool trusted; /* ours is what the differences say */
    struct nng_report *report;
    struct nng_arena *arena;
};

/* One tensor's claimed values, in theta's order: W as units x inputs, b as units x 1. */
struct nng_suspect {
    const double *data, *digit, *claimed, *penalty;
    size_t rows, cols;
    double floor, tolerance;
};

/* Tensor t of theta: W_l is l - 1, b_l is L + l - 1. */
struct nng_suspect nng_suspect(const struct nng_case *c, size_t t);

/* Is the claimed entry e equal to m, as far as its digits go? */
bool nng_suspect_near(const struct nng_suspect *suspect, size_t e, double m);

/* How badly M explains the suspect tensor, where P is what is believed so far: 0 it does; 0.25 in the rows that P does
 * not explain; 0.5 not to its last digits, but 100 times better than P; INFINITY not at all. *evidence grows by the
 * digits of all that P does not explain and M does: without NNG_EVIDENCE of them it may be chance. */
double nng_suspect_misfit(const struct nng_suspect *suspect, const double *P, const double *M, double *evidence);
extern const double NNG_EVIDENCE;

/* Is every entry equal to P? */
bool nng_suspect_equal(const struct nng_suspect *suspect, const double *P);

/* The last printed digit's unit of a number with 2 to 10 digits, else 0. */
double nng_printed_digit(double x);

/* Layer l as far as the search has come: what is believed of dL/da_l, and what that leads to. */
struct nng_scene {
    const struct nng_case *c;
    size_t l, N, units, inputs;
    const double *h;        /* h_{l-1}: N x inputs */
    const double *above;    /* dL/da_{l+1}: N x units_{l+1}; NULL at the output layer */
    const double *above_dh; /* dL/dh_{l+1}: likewise */
    const double *dh;       /* dL/dh_l: N x units; NULL where there is none */
    const double *delta;    /* dL/da_l: N x units */
    const double *W, *b;    /* what delta leads to: units x inputs, units */
    double *scratch, *room; /* N x widest layer each */
    double *product;        /* as large as the largest W */
};

enum { NNG_MUTANT_TEXT = 320 };

enum nng_variant { NNG_VARIANT_END, NNG_VARIANT_SKIP, NNG_VARIANT_MADE };

/* One mistake. make() writes what it leads to (W: units x inputs; b: units; delta: N x units) and says it in words;
 * variants count from 0 until NNG_VARIANT_END. */
struct nng_mutant {
    const char *cause;
    enum nng_variant (*make)(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT]);
};

struct nng_mutants {
    const struct nng_mutant *list;
    size_t count;
};

struct nng_mutants nng_weight_mutants(void); /* mistakes in dL/dW_l alone */
struct nng_mutants nng_bias_mutants(void);   /* mistakes in dL/db_l alone */
struct nng_mutants nng_slope_mutants(void);  /* in dL/da_l, which spoil all layers below: in f_l'(a_l) */
struct nng_mutants nng_path_mutants(void);   /* and on the way down from layer l + 1 */

/* ---- what the mistakes have in common ---- */

/* delta = the activation's backward function of layer l; false when it refuses. Arrays: N x units_l. */
bool nng_chain(const struct nng_case *c, size_t l, const double *a, const double *h, const double *dh, double *delta);

/* W = delta' h, b = the column sums of delta, of layer l. W or b may be NULL. */
void nng_lead_to(const struct nng_case *c, size_t l, const double *delta, double *W, double *b);

/* dL/dh_l = dL/da_{l+1} W_{l+1} */
void nng_step_down(const struct nng_case *c, size_t l, const double *above, double *dh);

/* M = c P for the c of a list: 2, 1/2, N, 1/N. `samples`: only the N's; else only the others, and any other
 * c that fits. */
enum nng_variant nng_vary_factor(const struct nng_scene *scene, const struct nng_suspect *suspect, bool samples,
                                 size_t variant, const double *P, double *M, char text[NNG_MUTANT_TEXT]);

/* M = P and a penalty that is wrong in one way; theta: the tensor's own entries. */
enum nng_variant nng_vary_penalty(const struct nng_scene *scene, enum nng_tensor_kind kind, size_t variant,
                                  const double *P, double *M, char text[NNG_MUTANT_TEXT]);

/* The c that brings c v nearest to u; 0 for v = 0. */
double nng_best_factor(const double *u, const double *v, size_t count);

/* Is c none of 1, -1, 2, 1/2, N, 1/N, which are tried by themselves? */
bool nng_factor_is_odd(double c, size_t N);

/* "h_2", "x" for layer 0; "a_2" likewise. */
enum { NNG_LETTER = 32 };
const char *nng_letter(char name[NNG_LETTER], const char *letter, size_t l);

/* ---- the search ---- */

/* Adds a diagnosis of tensor t. */
enum nng_status nng_tell(const struct nng_case *c, size_t t, const char *cause, struct nng_error *error,
                         const char *format, ...) NNG_PRINTF(5, 6);

/* Differences against the derivatives of single plugins, where our own gradient is not confirmed. *found: one is to
 * blame, and the failed tensors were told of. */
enum nng_status nng_blame_plugins(const struct nng_case *c, bool *found, struct nng_error *error);

/* One mistake in the gradient as a whole: a common factor, a sample that is missing. *cause is NULL if there is none.
 */
enum nng_status nng_explain_whole(const struct nng_case *c, const char **cause, char text[NNG_MUTANT_TEXT],
                                  struct nng_error *error);

/* A mistake in dL/da_L that explains the whole gradient, too, by another cause. */
enum nng_status nng_explain_otherwise(const struct nng_case *c, const char *cause, struct nng_error *error);

/* Derivatives by biases that were added up in the places of other layers' biases. *found: that explains everything, and
 * the tensors were told of. */
enum nng_status nng_explain_places(const struct nng_case *c, bool *found, struct nng_error *error);

/* From the output layer down: the first false link, and what is wrong in single tensors. */
enum nng_status nng_explain_layers(const struct nng_case *c, struct nng_error *error);

/* A tensor for which there is no better word: which entries are wrong. */
enum nng_status nng_explain_entries(const struct nng_case *c, size_t t, const char *more, struct nng_error *error);

#endif
