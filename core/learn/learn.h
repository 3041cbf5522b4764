/* learn.h - what the parts of the learning algorithm share while it runs. */
#ifndef NNG_LEARN_LEARN_H
#define NNG_LEARN_LEARN_H

#include "base/error.h"
#include "base/memory.h"

/* What accuracy means for these targets. */
enum nng_accuracy {
    NNG_ACCURACY_NONE,
    NNG_ACCURACY_LARGEST,   /* the largest output is where the largest target is */
    NNG_ACCURACY_THRESHOLD, /* one output: on the same side of 0.5 as the target 0 or 1 */
    NNG_ACCURACY_SIGN       /* one output: of the same sign as the target -1 or 1 */
};

/* A training as it stood, to go back to. */
struct nng_kept {
    struct nng_training at; /* its pointers are the training's own */
    double *theta, *slots, *sums;
};

/* One call of nng_train. */
struct nng_trainer {
    struct nng_training *training;
    const struct nng_model *model;
    const struct nng_train_options *options;
    struct nng_outcome *outcome;
    struct nng_arena *arena;
    struct nng_pass *pass;
    size_t batch, steps; /* samples of an update, updates of an epoch */
    bool all_at_once;    /* one update an epoch, of all the samples in their order */
    bool whole_problem;  /* the optimizer takes the whole problem */
    enum nng_accuracy accuracy;
    size_t *order;       /* N: the samples in this epoch's order; NULL: all at once */
    double *x, *y;       /* batch x inputs, batch x outputs: gathered by that order; NULL: it is the data's own */
    double *gradient;    /* parameter_count */
    bool gradient_known; /* it is that of the next update: the row's */
    double *before;      /* parameter_count: theta before an update */
    double *looked_from; /* parameter_count: theta while the optimizer looks elsewhere; NULL: it does not */
    double *values;      /* of the optimizer's parameters, with the learning rate in force */
    size_t rate;         /* which of them is the learning rate; SIZE_MAX: none */
    struct nng_epoch row;
    double *norms, *ratios; /* L: the row's */
    struct nng_kept kept;
    struct nng_problem problem; /* of the whole problem */
    struct nng_error problem_error;
    void *state;
};

/* ---- evaluate.c ---- */

enum nng_accuracy nng_accuracy_of(const struct nng_data *data);

/* How many of these rows are right; yhat, y: rows x cols. */
size_t nng_count_right(enum nng_accuracy kind, const double *yhat, const double *y, size_t rows, size_t cols);

/* Loss with the penalty, and accuracy (NAN: there is none), over all the samples, as many at a time as the pass holds.
 */
enum nng_status nng_evaluate_data(const struct nng_model *model, const double *theta, const struct nng_data *data,
                                  enum nng_accuracy kind, struct nng_pass *pass, double *loss, double *accuracy,
                                  struct nng_error *error);

/* Samples that a pass holds when it need not hold all of them. */
enum { NNG_CHUNK = 256 };

/* ---- norm.c ---- */

/* |v|, and |v - w| */
double nng_norm(const double *v, size_t count);
double nng_distance(const double *v, const double *w, size_t count);

/* The derivatives by what is never updated become zero. */
void nng_freeze(const struct nng_model *model, double *gradient);

/* norms[l - 1] = |dL/d(W_l, b_l)|; returns the norm of all. */
double nng_layer_norms(const struct nng_model *model, const double *gradient, double *norms);

/* ---- schedule.c ---- */

/* What the learning rate is multiplied by in the epoch after `epoch` whole ones. */
double nng_schedule_factor(const struct nng_train_settings *settings, size_t epoch);

/* ---- training.c ---- */

/* Which of a method's parameters has that name; SIZE_MAX if none has. */
size_t nng_parameter_index(const struct nng_plugin *plugin, const char *name);

/* ---- update.c, whole.c: one update ---- */

enum nng_status nng_update_step(struct nng_trainer *trainer, bool *diverged, struct nng_error *error);

/* Fills the row's gradient norms before the first update. */
enum nng_status nng_update_first_norms(struct nng_trainer *trainer, struct nng_error *error);

enum nng_status nng_whole_open(struct nng_trainer *trainer, struct nng_error *error);
enum nng_status nng_whole_iterate(struct nng_trainer *trainer, struct nng_error *error);
void nng_whole_close(struct nng_trainer *trainer);

/* ---- diverged.c ---- */

/* Fills outcome->layer and outcome->reason from the pass whose loss is not finite, while theta is still what led to it.
 */
enum nng_status nng_diverged_explain(const struct nng_trainer *trainer, struct nng_error *error);

#endif
