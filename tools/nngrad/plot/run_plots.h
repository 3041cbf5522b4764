/* run_plots.h - the plots that `nngrad train` leaves in the run's directory: loss, gradients, ratios, and, of a network
 * of two inputs with more than one sample, boundary; each an SVG and its script. */
#ifndef NNGRAD_RUN_PLOTS_H
#define NNGRAD_RUN_PLOTS_H

#include "base/text.h"
#include "options.h"

/* history: the text of history.csv. *drawn gets the pictures' names, each after ", ". Without gnuplot, and where it
 * fails, the scripts stay, a note says so, and the training is no worse for it: NNG_OK. */
NNG_MUST_USE enum nng_status run_plots_draw(const struct options *options, const struct nng_training *training,
                                            const char *directory, const char *history, struct nng_text *drawn,
                                            struct nng_error *error);

/* Removes those of a run that is overwritten. */
NNG_MUST_USE enum nng_status run_plots_remove(const char *directory, struct nng_error *error);

#endif
