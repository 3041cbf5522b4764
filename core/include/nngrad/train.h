/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * train.h - the learning algorithm, part of nngrad.h.
 *
 * Initialise; iterate over the data: compute yhat, compute L(w, b), update every w and every b; till satisfied.
 */
#ifndef NNGRAD_TRAIN_H
#define NNGRAD_TRAIN_H

#include <nngrad/nngrad.h>

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
    double *opened;         /* parameter_count: theta where an optimizer of the whole problem began; NULL: it is none */
    uint64_t opened_t;      /* updates made before that */
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
 * (over eight of them, evenly spread, where there are more), and row 0 has the norms of the first epoch's batches
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

#endif
