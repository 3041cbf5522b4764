/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * nngrad.h - the library: read a network, compute the full matrix of derivatives of its loss, check it.
 *
 * Reading order is the lecture's: the network with its weights w_111 ... w_L,ij and biases; the data; yhat and the
 * loss L(w, b); the derivative by every weight and bias; the check that it is right. It goes on in two headers that
 * this one includes: train.h, the learning algorithm, and derivation.h, derivations by hand.
 *
 * Fallible functions return a status and fill the caller's error record (which may be NULL) as their last argument.
 * The library prints nothing, never exits, and installs no GSL error handler.  Whatever is made by x_new or x_read is
 * freed by x_free, which accepts NULL.  Strings that are returned belong to the object that they came from.
 */
#ifndef NNGRAD_H
#define NNGRAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nngrad/plugin.h>

#define NNG_VERSION "0.1.0"

#if defined(__GNUC__)
#define NNG_MUST_USE __attribute__((warn_unused_result))
#define NNG_PRINTF(string, first) __attribute__((format(printf, string, first)))
#else
#define NNG_MUST_USE
#define NNG_PRINTF(string, first)
#include <nngrad/derivation.h>
#include <nngrad/train.h>

#endif

/* ---- errors ------------------------------------------------------------------------------------------------ */

/* code, exit status of a program that ends by it, what it means */
#define NNG_STATUS_LIST(X)                                                                                             \
    X(NNG_OK, 0, "all well")                                                                                           \
    X(NNG_NUMERIC, 1, "a loss that is not finite, or not deterministic")                                               \
    X(NNG_INPUT, 2, "bad input: usage, config, data, plugin or derivation")                                            \
    X(NNG_ENVIRONMENT, 3, "the environment: a missing program, an output that cannot be written")                      \
    X(NNG_MEMORY, 3, "out of memory")                                                                                  \
    X(NNG_INTERRUPTED, 130, "interrupted")

enum nng_status {
#define NNG_STATUS_ENUM(code, exit_status, meaning) code,
    NNG_STATUS_LIST(NNG_STATUS_ENUM)
#undef NNG_STATUS_ENUM
};

/* What went wrong, and where. Texts are cut, never overrun. Lines and columns (in bytes) count from 1; 0 is none. */
struct nng_error {
    enum nng_status status;
    int line, column;
    char file[512];   /* "" when no file is to blame */
    char text[1024];  /* lower case, the cause first, the operand quoted, no full stop */
    char source[256]; /* the offending line, "" if none */
};

/* The exit status of a program that ends by this status (shell convention: 0, 1, 2, 3, 130). */
int nng_exit_status(enum nng_status status);

/* ---- plugins ----------------------------------------------------------------------------------------------- */

/* Finds, validates and holds plugins. Objects stay open until the process ends (dlclose is never called). */
struct nng_host;

/* A method as model.cfg names it: a plugin and the values of its parameters. */
struct nng_method {
    const struct nng_plugin *plugin; /* NULL when none is named */
    const char *file;                /* the shared object it came from */
    double *values;                  /* plugin->parameter_count values, validated */
};

/* search: the directories of --plugin-path, in order (NULL with count 0 for none). After them come
 * NNGRAD_PLUGIN_PATH (colon-separated), the user's data directory, and the directory found relative to the running
 * executable. In each, KIND/NAME.so and then NAME.so; the first file that exists decides. A directory of `search` must
 * exist; empty and relative entries of the environment are passed over. Nothing is opened here. One thread at a time
 * may use a host. */
NNG_MUST_USE enum nng_status nng_host_new(const char *const *search, size_t count, struct nng_host **host,
                                          struct nng_error *error);
void nng_host_free(struct nng_host *host);

/* Finds and validates the plugin of that kind and name, and gives the method its default values. A miss says the
 * nearest right name, and each path tried and why. The method's memory is the host's. */
NNG_MUST_USE enum nng_status nng_method_new(struct nng_host *host, enum nng_plugin_kind kind, const char *name,
                                            struct nng_method *method, struct nng_error *error);

/* Opens one shared object by its path (from a command line only, never from a config file). */
NNG_MUST_USE enum nng_status nng_method_open(struct nng_host *host, const char *file, struct nng_method *method,
                                             struct nng_error *error);

/* Sets a parameter after checking name, kind and range. A choice is set by nng_method_choose. */
NNG_MUST_USE enum nng_status nng_method_set(struct nng_method *method, const char *name, double value,
                                            struct nng_error *error);
NNG_MUST_USE enum nng_status nng_method_choose(struct nng_method *method, const char *name, const char *choice,
                                               struct nng_error *error);

/* One plugin in a listing: exactly one of method.plugin and problem says what it is. */
struct nng_listing {
    struct nng_method method; /* plugin is NULL when the object was refused */
    const char *file;
    struct nng_error problem; /* why it was refused */
};

/* Every plugin on the search path (kind 0: of any kind), sorted by kind and name; one that is shadowed by an earlier
 * directory is left out. Opens them all. The listing's memory is the host's. */
NNG_MUST_USE enum nng_status nng_host_list(struct nng_host *host, int kind, struct nng_listing **listing, size_t *count,
                                           struct nng_error *error);

/* "loss", "activation", "optimizer", and back; NULL and 0 for anything else. */
const char *nng_kind_name(enum nng_plugin_kind kind);
int nng_kind_of(const char *name);

/* ---- the model: a network, its data, its loss ---------------------------------------------------------------- */

enum nng_notation {
    NNG_OUT_IN, /* w_lij: layer l, neuron i, input j; a = W h + b: the lecture's */
    NNG_IN_OUT  /* w_lij: layer l, input i, neuron j; a = h W + b: columns are neurons */
};

enum nng_reduction { NNG_MEAN, NNG_SUM };

enum nng_scheme {
    NNG_ZEROS,
    NNG_CONSTANT,       /* value */
    NNG_UNIFORM,        /* [low, high) */
    NNG_NORMAL,         /* mean, std */
    NNG_XAVIER_UNIFORM, /* +-sqrt(6 / (inputs + units)): Glorot and Bengio 2010, eq. 16 */
    NNG_XAVIER_NORMAL,  /* std sqrt(2 / (inputs + units)) */
    NNG_HE_UNIFORM,     /* +-sqrt(6 / inputs): He et al. 2015, eq. 10 */
    NNG_HE_NORMAL       /* std sqrt(2 / inputs) */
};

struct nng_init {
    enum nng_scheme scheme;
    double low, high, mean, std, value;
    bool biases; /* draw the biases too; otherwise they are zeros */
};

/* a_l = W_l h_{l-1} + b_l,  h_l = f_l(a_l).  W_l stands in theta as units x inputs, row-major, whatever the notation:
 * the notation is a matter of reading and of printing. */
struct nng_layer {
    size_t inputs, units;
    struct nng_method activation;
    size_t weights;    /* where W_l begins in theta */
    size_t biases;     /* where b_l begins in theta */
    bool train_biases; /* false: b_l is inspected but never updated */
    struct nng_init init;
};

struct nng_data {
    size_t samples, inputs, outputs;
    double *x;                  /* samples x inputs */
    double *y;                  /* samples x outputs */
    const char *source;         /* "inline", "blobs.csv", "xor", ...: for people */
    const char *const *classes; /* the labels' texts, outputs of them (2 for a single output: 0 and 1); NULL where
                                   targets are numbers */
};

enum nng_schedule { NNG_SCHEDULE_CONSTANT, NNG_SCHEDULE_STEP, NNG_SCHEDULE_EXPONENTIAL, NNG_SCHEDULE_COSINE };

struct nng_train_settings {
    size_t epochs;
    double loss_below; /* -1e308: never */
    size_t batch;      /* samples a step; 0: all of them */
    bool shuffle;
    uint64_t seed;
    enum nng_schedule schedule;
    size_t warmup;   /* epochs; 0: none */
    double clip;     /* largest norm of the gradient; 0: none */
    size_t patience; /* epochs without a better validation loss; 0: no stop */
};

enum nng_check_method { NNG_LADDER, NNG_CENTRAL, NNG_FORWARD, NNG_GSL, NNG_COMPLEX };

/* theta = (W_1, ..., W_L, b_1, ..., b_L): the page's order, layers 1...L and then the biases. */
struct nng_model {
    const char *name;
    const char *file; /* "" for the embedded model */
    enum nng_notation notation;
    size_t inputs, outputs;
    size_t layer_count;
    struct nng_layer *layers; /* layers[0] is the lecture's layer 1 */
    size_t parameter_count;
    double *theta; /* parameter_count values: where the model starts */
    uint64_t seed; /* of the initialisers */

    struct nng_method loss;
    enum nng_reduction reduction;
    bool fused; /* loss and output activation are computed together from the last a (an exact rewriting) */
    double l1, l2;
    bool penalize_biases;

    struct nng_data data;
    struct nng_data validation; /* samples is 0 when there is none */

    struct nng_method optimizer; /* plugin is NULL when none is named */
    struct nng_train_settings train;
    double tolerance;
    enum nng_check_method method;

    /* The settings in force, as a model file would say them, without where theta starts; NULL for a model that came
     * from none. The path of a file, as it is opened, stands between two bytes 1; nothing between them: the file of
     * theta (network.parameters). */
    const char *settings;

    void *memory; /* the arena that all of this lives in */
};

/* One --set PATH=VALUE: a libconfig value or a bare word. Layers count from 1: "layers.2.activation". */
struct nng_override {
    const char *path, *value;
};

/* Reads model.cfg (contract.md, section 1), then the overrides, which win. Anything wrong is one diagnostic. */
NNG_MUST_USE enum nng_status nng_model_read(struct nng_host *host, const char *file,
                                            const struct nng_override *overrides, size_t count,
                                            struct nng_model **model, struct nng_error *error);

/* The lecture's own 3-3-3-1 network and data, embedded. */
NNG_MUST_USE enum nng_status nng_model_lecture(struct nng_host *host, const struct nng_override *overrides,
                                               size_t count, struct nng_model **model, struct nng_error *error);
void nng_model_free(struct nng_model *model);

/* ---- names of parameters and tensors ------------------------------------------------------------------------- */

/* Where one parameter of theta stands: all count from 1; input is 0 for a bias. The same in both notations. */
struct nng_place {
    enum nng_tensor_kind kind;
    size_t layer, neuron, input;
};

/* One tensor as it is printed, in the model's notation: W1 ... WL, b1 ... bL, in theta's order. */
struct nng_tensor {
    char name[24];
    enum nng_tensor_kind kind;
    size_t layer;      /* from 1 */
    size_t rows, cols; /* as printed: W is units x inputs, transposed under in_out; b is units x 1, or 1 x units */
    size_t offset, count;
};

enum { NNG_NAME_SIZE = 72 };

size_t nng_tensor_count(const struct nng_model *model);
struct nng_tensor nng_tensor(const struct nng_model *model, size_t k);

/* Index in theta of entry (row, col) of a tensor as printed, from 0; and the tensor that holds an index. */
size_t nng_tensor_index(const struct nng_model *model, const struct nng_tensor *tensor, size_t row, size_t col);
size_t nng_tensor_of(const struct nng_model *model, size_t index);

struct nng_place nng_place(const struct nng_model *model, size_t index);

/* w_212 while every index of the model has one digit, else w_2,10,3; b_31 likewise. */
void nng_parameter_name(const struct nng_model *model, size_t index, char name[NNG_NAME_SIZE]);

/* Takes w212, w_212, w_2,10,3, W2[1,2], b31, b_31, b3[1]; refuses with the nearest right name. */
NNG_MUST_USE enum nng_status nng_parameter_find(const struct nng_model *model, const char *name, size_t *index,
                                                struct nng_error *error);

/* ---- the gradient -------------------------------------------------------------------------------------------- */

/* Everything one forward and one backward pass leave behind, for N samples. */
struct nng_pass {
    size_t capacity, samples; /* N */
    const double *x;          /* h_0: N x inputs */
    double **a, **h;          /* a[l], h[l]: N x units_l, l = 1...L */
    double **dh, **da;        /* dL/dh_l, dL/da_l of the reduced loss: N x units_l */
    bool want_dyhat;          /* set it for dh[L] = dL/dyhat, which a fused loss has no need of and otherwise leaves */
    double *values;           /* N: the loss of each sample, unreduced */
    double data_loss;         /* reduced */
    double penalty;           /* l1 sum|w| + (l2/2) sum w^2 */
    double loss;              /* data_loss + penalty */
    void *memory;
};

/* Room for up to `capacity` samples. OpenBLAS splits sums by its number of threads, which changes their last bits: it
 * is asked here, for the whole process, to use one, since nngrad cuts the work itself. */
NNG_MUST_USE enum nng_status nng_pass_new(const struct nng_model *model, size_t capacity, struct nng_pass **pass,
                                          struct nng_error *error);
void nng_pass_free(struct nng_pass *pass);

/* Computes a_l, h_l, yhat and the loss for the samples of x (samples x inputs) and y (samples x outputs), at theta.
 * A loss that is not finite is not an error here; a plugin that refuses is. */
NNG_MUST_USE enum nng_status nng_forward(const struct nng_model *model, const double *theta, const double *x,
                                         const double *y, size_t samples, struct nng_pass *pass,
                                         struct nng_error *error);

/* After nng_forward with the same theta and y: fills dh, da and gradient = dL/dtheta (parameter_count; penalty
 * included):  dL/dW_l = (dL/da_l)' h_{l-1},  dL/db_l = column sums of dL/da_l,  dL/dh_{l-1} = dL/da_l W_l. */
NNG_MUST_USE enum nng_status nng_backward(const struct nng_model *model, const double *theta, const double *y,
                                          struct nng_pass *pass, double *gradient, struct nng_error *error);

/* Both passes. gradient may be NULL: not wanted. */
NNG_MUST_USE enum nng_status nng_loss(const struct nng_model *model, const double *theta, const double *x,
                                      const double *y, size_t samples, struct nng_pass *pass, double *loss,
                                      double *gradient, struct nng_error *error);

/* Adds the penalty's gradient l1 sign(w) + l2 w to gradient (may be NULL) and returns the penalty. */
double nng_penalty(const struct nng_model *model, const double *theta, double *gradient);

/* What the units of one layer do, over all samples. */
struct nng_activity {
    size_t units, samples;
    size_t dead;      /* units with f'(a) = 0 in every sample; none are counted where units are coupled (softmax) */
    size_t saturated; /* outputs, of units x samples, within a twentieth of their range of one of its ends */
    double h_mean, h_deviation; /* over units and samples */
    double da_size;             /* root mean square of dL/da over units and samples */
};

/* activities: one for each layer, from a pass that has been through nng_backward. */
NNG_MUST_USE enum nng_status nng_activities(const struct nng_model *model, const struct nng_pass *pass,
                                            struct nng_activity *activities, struct nng_error *error);

/* How far the gradients of single samples lie apart: of each sample's own loss L_n, the penalty left out. */
struct nng_spread {
    size_t count, samples;                  /* parameters; N, at least 2 */
    double *mean;                           /* count: (1/N) sum_n dL_n/dtheta */
    double *deviation;                      /* count: the standard deviation over the samples, by N - 1 */
    double *lowest, *highest;               /* count */
    size_t *lowest_sample, *highest_sample; /* count: whose they are, from 0 */
    void *memory;
};

/* Runs one backward pass a sample at theta. Errors: NNG_INPUT with a single sample. */
NNG_MUST_USE enum nng_status nng_spread(const struct nng_model *model, const double *theta, struct nng_spread **spread,
                                        struct nng_error *error);
void nng_spread_free(struct nng_spread *spread);

/* ---- files of parameters and gradients ----------------------------------------------------------------------- */

/* Reads a value for every parameter (theta's order) from safetensors, JSON or CSV, told apart by content. Refuses
 * wrong shapes, missing and extra tensors, values that are not finite unless `allow_nonfinite`. *single is set when
 * the file held single precision. JSON may hold "delta1", ...: they are checked for shape and skipped. */
NNG_MUST_USE enum nng_status nng_values_read(const struct nng_model *model, const char *file, bool allow_nonfinite,
                                             double *values, bool *single, struct nng_error *error);

/* Writes them, by the name's ending: .safetensors, .json, .csv. Atomically: a temporary file, fsync, rename. */
NNG_MUST_USE enum nng_status nng_values_write(const struct nng_model *model, const char *file, const double *values,
                                              const char *what, struct nng_error *error);

/* ---- the check ----------------------------------------------------------------------------------------------- */

enum nng_verdict { NNG_PASS, NNG_FAIL, NNG_KINK, NNG_INCONCLUSIVE };
const char *nng_verdict_name(enum nng_verdict verdict); /* "pass", "fail", "kink", "inconclusive" */

/* One parameter's derivative, judged. Data loss and penalty together. */
struct nng_entry {
    size_t index;        /* in theta */
    double analytic;     /* the gradient under judgement */
    double numeric;      /* the differences' estimate */
    double uncertainty;  /* U: |numeric - truth| and the analytic value's own rounding */
    double tolerance;    /* T: the difference that is still called equal */
    double relative;     /* what T is relative to its scale: 1e-6, or what the numbers could meet */
    double complex_step; /* the second witness, NAN where there is none */
    double penalty;      /* the penalty's part of the derivative */
    double left, right;  /* one-sided slopes at a kink, else NAN */
    double step;         /* the finest one that `numeric` is made of; 0 where it is not made of one ladder */
    enum nng_verdict verdict;
    bool penalty_failed; /* the penalty's part, judged apart, is wrong */
    bool data_failed;    /* the data loss's part, judged apart, is wrong */
};

struct nng_tensor_report {
    struct nng_tensor tensor;
    size_t pass, fail, kink, inconclusive;
    bool vacuous;      /* every entry is zero, as far as rounding shows: nothing was tested */
    bool structural;   /* vacuous because of equal outgoing weights or frozen symmetry, not because of dead units */
    double resolution; /* the largest, over the tensor, smallest relative error that would certainly have been caught */
    size_t worst;      /* index in theta of the entry with the largest |analytic - numeric| / T */
};

struct nng_diagnosis {
    char tensor[24];
    const char *cause; /* contract.md, sections 3 and 4 */
    char message[512];
};

struct nng_check_options {
    double tolerance;             /* 0: the model's */
    enum nng_check_method method; /* of the numeric side */
    size_t memory;                /* bytes that the arrays of all threads may take, 0: 256 MiB; where they would take
                                     more, fewer threads work. One always does: it needs 4000 + 100 M bytes a sample at
                                     the most, M the units of the largest layer */
    int threads;                  /* 0: as many as there are processors */
    bool every_entry;             /* keep passing entries too (inspect) */
    bool screen;                  /* by random directions, and one by one only what looks wrong */
    double budget;                /* seconds that judging every entry may take by estimate, or it is screened; 0: 60 */
    bool claimed_single;          /* the claimed gradient was computed in single precision */
    bool one_entry;               /* judge the entry `index` of theta alone, and keep it */
    size_t index;
    /* Called now and then with the fraction done; false stops with NNG_INTERRUPTED. May be NULL. */
    bool (*progress)(void *context, double fraction);
    void *context;
};

struct nng_report {
    struct nng_entry *entries; /* in theta's order; those that are not "pass" unless every_entry */
    size_t entry_count;
    struct nng_tensor_report *tensors; /* nng_tensor_count(model) of them */
    size_t tensor_count;
    struct nng_diagnosis *diagnosis;
    size_t diagnosis_count;
    const char **notes; /* what the verdict cannot tell: "N = 1: a missing 1/N cannot be seen" */
    size_t note_count;
    size_t pass, fail, kink, inconclusive;
    bool vacuous; /* every tensor is */
    enum nng_verdict verdict;
    bool screened;           /* by random directions: only entries that looked wrong were judged one by one */
    size_t directions;       /* then: how many */
    double miss_probability; /* then: of not seeing an error that is `resolution` of the gradient's norm */
    uint64_t evaluations;    /* of the loss over all the samples */
    double seconds;
    void *memory;
};

/* Judges `gradient` (parameter_count; the total with the penalty) at theta against differences of the loss on the
 * model's data by the decision rule. theta is restored bit for bit. */
NNG_MUST_USE enum nng_status nng_check(const struct nng_model *model, const double *theta, const double *gradient,
                                       const struct nng_check_options *options, struct nng_report **report,
                                       struct nng_error *error);
void nng_report_free(struct nng_report *report);

/* ---- the second derivatives ---------------------------------------------------------------------------------- */

enum { NNG_HESSIAN_MOST = 1000 };

/* H = d2L/dtheta dtheta' of the loss on the model's data, the penalty included. */
struct nng_hessian {
    size_t count;                  /* n, the parameters, in theta's order */
    double *matrix;                /* n x n, symmetric */
    double *uncertainty;           /* n x n: of each entry */
    double *eigenvalues;           /* n, the largest first */
    double eigenvalue_uncertainty; /* of each of them: the uncertainties' Frobenius norm (Weyl) */
    size_t positive, negative;     /* eigenvalues that are so, all uncertainty counted */
    double asymmetry;              /* max |H_ij - H_ji| before the matrix was made symmetric */
    bool symmetric;                /* no larger than the uncertainties allow, at every entry */
    double trace;                  /* the sum of the diagonal */
    double trace_by_loss;          /* the same by second differences of L alone, which backpropagation has no part in */
    double trace_uncertainty;      /* of their difference */
    bool trace_agrees;
    void *memory;
};

/* Computes it at theta, column by column: a product H e_j is a ladder of differences of the gradient. 36 gradients and
 * losses a column. progress is called after each and stops it when it returns false; it may be NULL.
 * Errors: NNG_INPUT above NNG_HESSIAN_MOST parameters; NNG_NUMERIC where a second derivative does not exist. */
NNG_MUST_USE enum nng_status nng_hessian(const struct nng_model *model, const double *theta,
                                         bool (*progress)(void *context, double fraction), void *context,
                                         struct nng_hessian **hessian, struct nng_error *error);
void nng_hessian_free(struct nng_hessian *hessian);

/* ---- the check of any function ------------------------------------------------------------------------------- */

/* f: R^n -> R, by callbacks. `value` may return NAN or INFINITY outside of f's domain. */
struct nng_function {
    size_t n;
    void *context;
    double (*value)(void *context, const double *x);
    /* Optional: the magnitude of the sums inside f at x, whose rounding is its noise. Without it the noise is estimated
     * from the values. */
    double (*magnitude)(void *context, const double *x);
};

struct nng_function_options {
    double tolerance;  /* 0: 1e-6 */
    size_t exhaustive; /* up to this many entries each one is judged; above, random directions, and bisection to the
                          entries that are wrong. 0: 2000 */
    uint64_t seed;     /* of the directions */
    bool every_entry;  /* keep passing entries too */
};

/* Judges `gradient` (n) of f at x (n) by the decision rule: nothing is known of f's inside, so a PASS needs the finer
 * steps to agree as well, and both one-sided slopes are looked at everywhere. About 60 evaluations an entry when
 * exhaustive, about 12 log2(n) a wrong entry otherwise. The report has one tensor, "gradient".
 * Errors: NNG_NUMERIC when f(x) is not finite, or not the same twice. */
NNG_MUST_USE enum nng_status nng_check_function(const struct nng_function *f, const double *x, const double *gradient,
                                                const struct nng_function_options *options, struct nng_report **report,
                                                struct nng_error *error);

#include <nngrad/derivation.h>
#include <nngrad/train.h>

#endif
