/* diagnose.h - what is wrong with a gradient that failed, and what a gradient that passed could not show. */
#ifndef NNG_VERDICT_DIAGNOSE_H
#define NNG_VERDICT_DIAGNOSE_H

#include "calculus/probe.h"

/* Names the causes of the failed entries of a closed report: fills report->diagnosis. The prober's pass has been
 * through nng_backward. `tolerance` is relative: what counts as equal to a mutant of the correct gradient. */
enum nng_status nng_diagnose(const struct nng_prober *prober, const double *claimed, double tolerance,
                             struct nng_report *report, struct nng_error *error);

/* Notes on what the verdict cannot tell: N = 1, symmetric gradients, tensors that are zero and why (sets `structural`),
 * a complex step that contradicts both other witnesses. */
enum nng_status nng_note_limits(const struct nng_prober *prober, const double *claimed, struct nng_report *report,
                                struct nng_error *error);

#endif
