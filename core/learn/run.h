/* run.h - the directory that a training leaves behind.
 *
 *     history.csv         a row an epoch
 *     final.cfg           the model with its settings, and with the weights below
 *     final.safetensors   the weights and biases
 *     state.safetensors   where the training stands
 *     weights.csv, gradients.csv, state.csv   by epoch, if they were asked for (journal.h)
 *
 * Each file is replaced whole. The state, which says how many rows of the tables are its own, comes last: whenever the
 * process dies, the training goes on from the last state as if nothing had come after it. */
#ifndef NNG_LEARN_RUN_H
#define NNG_LEARN_RUN_H

#include <nngrad/nngrad.h>

#include "base/text.h"

enum nng_record { NNG_RECORD_WEIGHTS, NNG_RECORD_GRADIENTS, NNG_RECORD_STATE, NNG_RECORDS };
extern const char *const nng_record_names[NNG_RECORDS]; /* "weights", "gradients", "state" */

struct nng_run;

/* Makes the directory, and its parents; NULL: runs/NAME, or runs/NAME-2, ... Refuses one in which something stands,
 * unless `force` allows to overwrite the files above. Saves the training as it stands. */
NNG_MUST_USE enum nng_status nng_run_new(struct nng_training *training, const char *directory, bool force,
                                         const bool records[NNG_RECORDS], struct nng_run **run,
                                         struct nng_error *error);

/* Goes on: loads the state into the training, which must be new. */
NNG_MUST_USE enum nng_status nng_run_resume(struct nng_training *training, const char *directory,
                                            const bool records[NNG_RECORDS], struct nng_run **run,
                                            struct nng_error *error);
void nng_run_free(struct nng_run *run);

const char *nng_run_directory(const struct nng_run *run);
const char *nng_run_history(const struct nng_run *run); /* the text of history.csv */
bool nng_run_records(const struct nng_run *run, enum nng_record record);

/* One more row, at the training's present theta. */
NNG_MUST_USE enum nng_status nng_run_add(struct nng_run *run, const struct nng_epoch *row, struct nng_error *error);

NNG_MUST_USE enum nng_status nng_run_save(struct nng_run *run, struct nng_error *error);

/* Saves it for the last time. */
NNG_MUST_USE enum nng_status nng_run_finish(struct nng_run *run, struct nng_error *error);

/* Saves when the last time is some seconds ago: long enough that no more than a twentieth of the time goes there. */
NNG_MUST_USE enum nng_status nng_run_save_now_and_then(struct nng_run *run, struct nng_error *error);

#endif
