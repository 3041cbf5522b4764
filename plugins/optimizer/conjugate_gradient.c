/* conjugate_gradient.c - nonlinear conjugate gradients, from GSL: each line search goes along
 *
 *     p = -g + beta p_before,   beta = g'g / g_before'g_before                 (Fletcher and Reeves 1964)
 *                               beta = g'(g - g_before) / g_before'g_before    (Polak and Ribiere 1969)
 *
 * It wants the whole data set at once: one iteration is one epoch. */
#include <gsl/gsl_multimin.h>

#include "gsl_multimin.h"

enum { METHOD = LINE_TOLERANCE + 1 };
enum { FLETCHER_REEVES, POLAK_RIBIERE };

static const char *const methods[] = {"fletcher_reeves", "polak_ribiere", NULL};
static const struct nng_parameter parameters_table[] = {NNG_LINE_SEARCH_PARAMETERS,
                                                        {.name = "method",
                                                         .summary = "how beta is computed",
                                                         .kind = NNG_CHOICE,
                                                         .min = FLETCHER_REEVES,
                                                         .max = POLAK_RIBIERE,
                                                         .standard = FLETCHER_REEVES,
                                                         .choices = methods}};

static enum nng_plugin_status open_conjugate(const double *parameters, const struct nng_problem *problem,
                                             const double *theta, void **state, struct nng_diagnostic *diagnostic)
{
    const gsl_multimin_fdfminimizer_type *type = parameters[METHOD] == POLAK_RIBIERE
                                                     ? gsl_multimin_fdfminimizer_conjugate_pr
                                                     : gsl_multimin_fdfminimizer_conjugate_fr;
    return minimiser_open(type, parameters, problem, theta, state, diagnostic);
}

static const struct nng_optimizer optimizer = {.size = sizeof optimizer,
                                               .flags = NNG_OPTIMIZER_WHOLE_PROBLEM,
                                               .open = open_conjugate,
                                               .iterate = minimiser_iterate,
                                               .close = minimiser_close};

NNG_PLUGIN(.kind = NNG_OPTIMIZER, .name = "conjugate_gradient", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "line searches along conjugate directions",
           .formula = "p \\leftarrow -\\nabla L + \\beta p, \\quad \\theta \\leftarrow \\theta + \\alpha p",
           NNG_PARAMETERS(parameters_table), .optimizer = &optimizer);
