/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * gsl.h - the check of a gradient that GSL's minimisers would use.
 */
#ifndef NNGRAD_GSL_H
#define NNGRAD_GSL_H

#include <gsl/gsl_multimin.h>

#include <nngrad/nngrad.h>

/* Judges f->df at x against f->f, as nng_check_function does. */
NNG_MUST_USE enum nng_status nng_check_gsl(gsl_multimin_function_fdf *f, const gsl_vector *x,
                                           const struct nng_function_options *options, struct nng_report **report,
                                           struct nng_error *error);

#endif
