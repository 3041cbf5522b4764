/* gsl_multimin.h - one of GSL's minimisers (gsl_multimin_fdfminimizer) as an optimizer of the whole problem.
 *
 * One iteration is one line search along a direction that the method chooses.  GSL's errors are its status codes: the
 * host has turned its error handler off. */
#ifndef NNG_OPTIMIZER_GSL_MULTIMIN_H
#define NNG_OPTIMIZER_GSL_MULTIMIN_H

#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_errno.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_multimin.h>

#include <nngrad/plugin.h>

/* What both plugins begin their parameters with. */
enum { STEP_SIZE, LINE_TOLERANCE };
#define NNG_LINE_SEARCH_PARAMETERS                                                                                     \
    {.name = "step_size",                                                                                              \
     .summary = "length of the first trial step",                                                                      \
     .kind = NNG_REAL,                                                                                                 \
     .flags = NNG_OPEN_MIN,                                                                                            \
     .min = 0,                                                                                                         \
     .max = 1e308,                                                                                                     \
     .standard = 0.01},                                                                                                \
    {                                                                                                                  \
        .name = "line_tolerance", .summary = "how exact a line search is: 0 is exact, 0.1 usual", .kind = NNG_REAL,    \
        .flags = NNG_OPEN_MIN | NNG_OPEN_MAX, .min = 0, .max = 1, .standard = 0.1                                      \
    }

struct minimiser {
    gsl_multimin_fdfminimizer *method;
    gsl_multimin_function_fdf function;
    struct nng_problem problem;
    double step_size, line_tolerance;
    double value; /* the loss where the last iteration ended */
    int failed;   /* the problem could not be evaluated */
};

/* value and gradient at x; df may be NULL */
static void evaluate(const gsl_vector *x, struct minimiser *minimiser, double *value, gsl_vector *df)
{
    const struct nng_problem *problem = &minimiser->problem;
    if (problem->evaluate(problem->context, x->data, value, df != NULL ? df->data : NULL) == NNG_PLUGIN_OK)
        return;
    minimiser->failed = 1;
    *value = GSL_NAN;
    if (df != NULL)
        gsl_vector_set_all(df, GSL_NAN);
}

static double value_at(const gsl_vector *x, void *minimiser)
{
    double value = GSL_NAN;
    evaluate(x, minimiser, &value, NULL);
    return value;
}

static void gradient_at(const gsl_vector *x, void *minimiser, gsl_vector *df)
{
    double value;
    evaluate(x, minimiser, &value, df);
}

static void both_at(const gsl_vector *x, void *minimiser, double *value, gsl_vector *df)
{
    evaluate(x, minimiser, value, df);
}

static void minimiser_close(void *state)
{
    struct minimiser *minimiser = state;
    if (minimiser != NULL && minimiser->method != NULL)
        gsl_multimin_fdfminimizer_free(minimiser->method);
    free(minimiser);
}

/* Starts at theta, with the gradient as the first direction. */
static int minimiser_start(struct minimiser *minimiser, const double *theta)
{
    gsl_vector_const_view start = gsl_vector_const_view_array(theta, minimiser->problem.n);
    return gsl_multimin_fdfminimizer_set(minimiser->method, &minimiser->function, &start.vector, minimiser->step_size,
                                         minimiser->line_tolerance);
}

static enum nng_plugin_status minimiser_open(const gsl_multimin_fdfminimizer_type *type, const double *parameters,
                                             const struct nng_problem *problem, const double *theta, void **state,
                                             struct nng_diagnostic *diagnostic)
{
    struct minimiser *minimiser = calloc(1, sizeof *minimiser);
    const char *reason = "out of memory";
    if (minimiser == NULL || (minimiser->method = gsl_multimin_fdfminimizer_alloc(type, problem->n)) == NULL)
        goto fail;
    minimiser->problem = *problem;
    minimiser->step_size = parameters[STEP_SIZE];
    minimiser->line_tolerance = parameters[LINE_TOLERANCE];
    minimiser->function = (gsl_multimin_function_fdf){value_at, gradient_at, both_at, problem->n, minimiser};
    int status = minimiser_start(minimiser, theta);
    reason = minimiser->failed ? "the loss cannot be evaluated" : gsl_strerror(status);
    if (status != GSL_SUCCESS || minimiser->failed)
        goto fail;
    minimiser->value = minimiser->method->f;
    *state = minimiser;
    return NNG_PLUGIN_OK;
fail:
    minimiser_close(minimiser);
    return nng_refuse(diagnostic, -1, -1, reason);
}

/* One iteration; GSL_ENOPROG when it found no lower value, or none that is a number. */
static int minimiser_advance(struct minimiser *minimiser)
{
    int status = gsl_multimin_fdfminimizer_iterate(minimiser->method);
    return status == GSL_SUCCESS && !gsl_finite(minimiser->method->f) ? GSL_ENOPROG : status;
}

/* Without progress the method is started afresh, with the gradient as its direction; if there is no progress either,
 * theta is a minimum as far as double precision can tell, and stays. */
static enum nng_plugin_status minimiser_iterate(void *state, double *theta, double *value,
                                                struct nng_diagnostic *diagnostic)
{
    struct minimiser *minimiser = state;
    int status = minimiser_advance(minimiser);
    if (status == GSL_ENOPROG && !minimiser->failed && (status = minimiser_start(minimiser, theta)) == GSL_SUCCESS)
        status = minimiser_advance(minimiser);
    if (minimiser->failed)
        return nng_refuse(diagnostic, -1, -1, "the loss cannot be evaluated");
    if (status != GSL_SUCCESS && status != GSL_ENOPROG)
        return nng_refuse(diagnostic, -1, -1, gsl_strerror(status));
    if (status == GSL_SUCCESS) {
        memcpy(theta, minimiser->method->x->data, minimiser->problem.n * sizeof *theta);
        minimiser->value = minimiser->method->f;
    }
    *value = minimiser->value;
    return NNG_PLUGIN_OK;
}

#endif
