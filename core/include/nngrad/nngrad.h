/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * nngrad.h - the library: read a network, compute the full matrix of derivatives of its loss, check it.
 *
 * Reading order is the lecture's: the network with its weights w_111 ... w_L,ij and biases; the data; yhat and the
 * loss L(w, b); the derivative by every weight and bias; the check that it is right.
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

/* ---- the model: a network, its data, its loss ----------------------------------------------------------------- */

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

/* ---- names of parameters and tensors ----------------------------------------------------------------------------- */

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

/* ---- the gradient ------------------------------------------------------------------------------------------------ */

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

/* ---- the check -----------------------------------------------------------------------------------------------------
 */

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
    enum nng_verdict verdict;
    bool penalty_failed; /* the penalty's part, judged apart, is wrong */
    bool data_failed;    /* the data loss's part, judged apart, is wrong */
};

struct nng_tensor_report {
    struct nng_tensor tensor;
    size_t pass, fail, kink, inconclusive;
    bool vacuous;      /* every entry is exactly zero: nothing was tested */
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

/* ---- the second derivatives ----------------------------------------------------------------------------------------
 */

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

/* ---- the check of any function --------------------------------------------------------------------------------- */

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

/* ---- the learning algorithm --------------------------------------------------------------------------------------
 *
 * Initialise; iterate over the data: compute yhat, compute L(w, b), update every w and every b; till satisfied. */

/* What satisfied it. */
enum nng_stop {
    NNG_STOP_EPOCHS,     /* that many passes over the data were made */
    NNG_STOP_LOSS_BELOW, /* loss < epsilon */
    NNG_STOP_PATIENCE,   /* the validation loss was not lower than ever for that many epochs */
    NNG_STOP_DIVERGED,   /* the loss is not finite */
    NNG_STOP_INTERRUPTED /* a callback asked for it */
};
const char *nng_stop_name(enum nng_stop stop); /* "epochs", "loss_below", "patience", "diverged", "interrupted" */

/* Where a training stands: all that is needed to go on from there, bit for bit. */
struct nng_training {
    const struct nng_model *model;
    double *theta;          /* parameter_count: the weights and biases now */
    double **slots;         /* slot_count x parameter_count, in theta's order: the optimizer's state */
    size_t slot_count;      /* as many as its descriptor names */
    uint64_t t;             /* updates made */
    size_t epoch;           /* whole passes made */
    size_t step;            /* updates made in the pass after them */
    size_t rows;            /* rows of the history that were told */
    double initial_loss;    /* of row 0; NAN before it */
    double best_validation; /* the lowest validation loss of all rows */
    size_t best_epoch;      /* the row it is from */
    size_t measured;        /* updates of the pass after `epoch` whose norms are summed up: */
    double *sums;           /* 1 + 2 L: |dL/dtheta|; |dL/d(W_l, b_l)|; |change of W_l| / |W_l| */
    void *memory;
};

/* Starts at model->theta, which it does not change. Refuses a model without an optimizer, or with settings that its
 * optimizer cannot follow. The model must outlive it. */
NNG_MUST_USE enum nng_status nng_training_new(const struct nng_model *model, struct nng_training **training,
                                              struct nng_error *error);
void nng_training_free(struct nng_training *training);

/* One row of the history: after that many epochs. NAN: there is none. Losses hold the penalty, and are those of all the
 * samples at this row's theta. With all the data at once the norms are those of the gradient at this theta, and the
 * ratios of the update that led here; with minibatches both are means over the updates of the epoch that ended here
 * (over sixteen of them, evenly spread, where there are more), and row 0 has the norms of the first epoch's batches
 * before any update. Frozen biases count as if their derivatives were zero. */
struct nng_epoch {
    size_t epoch;
    double loss, accuracy; /* accuracy: by argmax; for one output by the threshold 0.5 */
    double validation_loss, validation_accuracy;
    double gradient_norm;         /* |dL/dtheta|, before it is clipped */
    const double *gradient_norms; /* L: |dL/d(W_l, b_l)| */
    const double *update_ratios;  /* L: |change of W_l by an update| / |W_l| */
};

/* One update, with its numbers. */
struct nng_update {
    uint64_t t;            /* its number, from 1 */
    size_t epoch;          /* the pass that it is in, from 1 */
    const size_t *samples; /* which ones it is made of; NULL: the first `count` */
    size_t count;
    double loss;                  /* over them, before it */
    double learning_rate;         /* in force; NAN when the optimizer has none */
    const double *before, *theta; /* parameter_count: what it changed, and into what */
    const double *gradient;       /* dL/dtheta as the optimizer got it: clipped, zero for frozen biases; NULL when the
                                     optimizer takes the whole problem */
};

/* How to train, and who is told. A callback may be NULL. NNG_INTERRUPTED from one stops the training, any other status
 * but NNG_OK ends it as an error. */
struct nng_train_options {
    int threads; /* 0: as many as there are processors */
    void *context;
    enum nng_status (*epoch)(void *context, const struct nng_epoch *row, struct nng_error *error);
    enum nng_status (*step)(void *context, struct nng_error *error); /* after each update */
    uint64_t updates;                                                /* `update` is told of that many, from the first */
    enum nng_status (*update)(void *context, const struct nng_update *update, struct nng_error *error);
};

struct nng_outcome {
    enum nng_stop stop;
    struct nng_epoch last; /* the last row; its arrays are NULL */
    size_t layer;          /* NNG_STOP_DIVERGED: where it showed first */
    char reason[512];      /* then: which epoch, which layer, and why, most likely */
};

/* Goes on from where the training stands till the model's settings are satisfied. After NNG_STOP_DIVERGED the training
 * stands where the loss was last known to be finite, and the last row tells the one that is not. On an error, a
 * plugin's for example, weights and state are again those of the last row. */
NNG_MUST_USE enum nng_status nng_train(struct nng_training *training, const struct nng_train_options *options,
                                       struct nng_outcome *outcome, struct nng_error *error);

/* dL/dtheta (parameter_count) over all the training data at training->theta, the penalty included. */
NNG_MUST_USE enum nng_status nng_training_gradient(const struct nng_training *training, double *gradient,
                                                   struct nng_error *error);

/* Saves it as safetensors, atomically; and goes on from such a file. Refuses a file of another version of nngrad, of
 * another network, of other data, or one that was damaged. */
NNG_MUST_USE enum nng_status nng_training_save(const struct nng_training *training, const char *file,
                                               struct nng_error *error);
NNG_MUST_USE enum nng_status nng_training_load(struct nng_training *training, const char *file,
                                               struct nng_error *error);

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

/* ---- files of parameters and gradients
 * --------------------------------------------------------------------------------- */

/* Reads a value for every parameter (theta's order) from safetensors, JSON or CSV, told apart by content. Refuses
 * wrong shapes, missing and extra tensors, values that are not finite unless `allow_nonfinite`. *single is set when
 * the file held single precision. JSON may hold "delta1", ...: they are checked for shape and skipped. */
NNG_MUST_USE enum nng_status nng_values_read(const struct nng_model *model, const char *file, bool allow_nonfinite,
                                             double *values, bool *single, struct nng_error *error);

/* Writes them, by the name's ending: .safetensors, .json, .csv. Atomically: a temporary file, fsync, rename. */
NNG_MUST_USE enum nng_status nng_values_write(const struct nng_model *model, const char *file, const double *values,
                                              const char *what, struct nng_error *error);

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
    const char *latex, *latex_correction; /* the right side, and the first correction's; typeset */
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
