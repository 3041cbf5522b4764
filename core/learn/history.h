/* history.h - tables by epoch: history.csv, and the weights, gradients and optimizer's state that were asked for.
 *
 * A row an epoch, 17 significant digits; a field is empty where there is none. */
#ifndef NNG_LEARN_HISTORY_H
#define NNG_LEARN_HISTORY_H

#include <nngrad/nngrad.h>

#include "base/text.h"

/* epoch,loss,accuracy,validation_loss,validation_accuracy,gradient_norm,gradient_norm_1,...,update_ratio_1,... */
void nng_history_begin(struct nng_text *history, size_t layers);
void nng_history_add(struct nng_text *history, size_t layers, const struct nng_epoch *row);

/* Adds the file's rows of epochs below `rows` to a table that holds the header alone, which must be the file's too.
 * *found: how many there are. */
NNG_MUST_USE enum nng_status nng_history_read(const char *file, size_t rows, struct nng_text *table, size_t *found,
                                              struct nng_error *error);

/* A value for each parameter: epoch,w_111,...,b_31. For several of them (an optimizer's slots) each name has the
 * slot's before it: m.w_111. names NULL: one, without. */
void nng_record_begin(struct nng_text *record, const struct nng_model *model, const char *const *names);
void nng_record_add(struct nng_text *record, const struct nng_model *model, size_t epoch, double *const *values,
                    size_t count);

#endif
