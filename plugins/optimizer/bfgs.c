/* bfgs.c - the quasi-Newton method of Broyden, Fletcher, Goldfarb and Shanno, from GSL (vector_bfgs2).
 *
 * It learns the curvature from the gradients it meets, searches along -H^-1 grad L, and wants the whole data set at
 * once: one iteration is one epoch. */
#include <gsl/gsl_multimin.h>

#include "gsl_multimin.h"

static const struct nng_parameter parameters_table[] = {NNG_LINE_SEARCH_PARAMETERS};

static enum nng_plugin_status open_bfgs(const double *parameters, const struct nng_problem *problem,
                                        const double *theta, void **state, struct nng_diagnostic *diagnostic)
{
    return minimiser_open(gsl_multimin_fdfminimizer_vector_bfgs2, parameters, problem, theta, state, diagnostic);
}

static const struct nng_optimizer optimizer = {.size = sizeof optimizer,
                                               .flags = NNG_OPTIMIZER_WHOLE_PROBLEM,
                                               .open = open_bfgs,
                                               .iterate = minimiser_iterate,
                                               .close = minimiser_close};

NNG_PLUGIN(.kind = NNG_OPTIMIZER, .name = "bfgs", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "quasi-Newton: line searches along directions that know the curvature",
           .formula = "\\theta \\leftarrow \\theta - \\alpha H^{-1} \\nabla L", NNG_PARAMETERS(parameters_table),
           .optimizer = &optimizer);
