/* schooling.h - a training as train runs it and every renderer is given it: the run, and what is to be said of it. */
#ifndef NNGRAD_SCHOOLING_H
#define NNGRAD_SCHOOLING_H

#include <nngrad/nngrad.h>

#include "learn/run.h"
#include "options.h"
#include "progress.h"
#include "render/plain.h"

/* A row of the history that people are shown: after 0, 1, 2, 5, 10, 20, 50, ... epochs, and the last. */
struct milestone {
    size_t epoch;
    double loss, accuracy, validation_loss, validation_accuracy, gradient_norm;
};

/* What --check-every found after an epoch. */
struct inspection_day {
    size_t epoch, pass, fail, kink, inconclusive;
    enum nng_verdict verdict;
};

/* An update of --ledger. */
struct ledger_step {
    uint64_t t;
    size_t epoch;
    double loss, learning_rate;
    size_t samples, *sample; /* which ones, from 0; NULL: all */
    size_t entries;          /* as many parameters as are shown, in theta's order, frozen ones left out */
    struct ledger_entry {
        size_t index;
        double before, gradient, after;
        double *slots; /* the optimizer's state after it */
    } * entry;
};

struct schooling {
    const struct options *options;
    struct nng_host *host;
    struct nng_model *model;
    struct nng_training *training;
    struct nng_run *run;
    struct nng_arena *memory;
    struct progress progress;
    struct nng_outcome outcome;
    size_t begun;          /* epochs that there were already */
    struct nng_text plots; /* ", loss.svg, ..." */
    struct milestone *milestones;
    size_t milestone_count, milestone_room;
    struct inspection_day *days;
    size_t day_count, day_room;
    struct ledger_step *ledger;
    size_t ledger_count, ledger_room;
};

/* "gd (learning_rate = 0.5)": the learning rate, and what is not at its default. */
void method_text(const struct nng_method *method, struct nng_text *out);

/* "lecture, 3-3-3-1, 28 parameters; 8 samples, one at a time; binary_cross_entropy; gd (learning_rate = 0.5)" */
void schooling_describe(const struct nng_model *model, struct nng_text *out);

/* Why it stopped: "the loss is below 0.01". */
void schooling_reason(const struct nng_model *model, const struct nng_training *training,
                      const struct nng_outcome *outcome, struct nng_text *out);

/* Is an update gradient descent's own, w = w - eta * dw, for all that is known of the optimizer? */
bool ledger_is_plain(const struct nng_model *model);

/* "w_111 = w_111 - eta * dw_111 = 0.35 - 0.5 * 0.012 = 0.344", or what another optimizer did. */
void ledger_line(const struct nng_model *model, const struct ledger_step *step, const struct ledger_entry *entry,
                 struct nng_text *out);

/* "update 1 (epoch 1, sample 3): L = 0.69" */
void ledger_title(const struct nng_model *model, const struct ledger_step *step, struct nng_text *out);

/* "epochs" ... "validation_accuracy": what train and compare say alike. */
struct json;
void outcome_json(struct json *json, const struct nng_training *training, const struct nng_outcome *outcome);

void schooling_text(const struct schooling *schooling, const struct style *style, struct nng_text *out);
void schooling_markdown(const struct schooling *schooling, const struct style *style, struct nng_text *out);
void schooling_json(const struct schooling *schooling, struct nng_text *out);

#endif
