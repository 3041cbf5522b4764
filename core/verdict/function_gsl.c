/* function_gsl.c - gsl_multimin_function_fdf as a function to be checked. */
#include "base/error.h"
#include "base/memory.h"

#include <nngrad/gsl.h>

static double value(void *context, const double *x)
{
    gsl_multimin_function_fdf *f = context;
    gsl_vector_const_view view = gsl_vector_const_view_array(x, f->n);
    return f->f(&view.vector, f->params);
}

enum nng_status nng_check_gsl(gsl_multimin_function_fdf *f, const gsl_vector *x,
                              const struct nng_function_options *options, struct nng_report **report,
                              struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_function function = {.n = f->n, .context = f, .value = value};
    double *point = nng_allocate(f->n, sizeof *point), *gradient = nng_allocate(f->n, sizeof *gradient);
    if (point == NULL || gradient == NULL) {
        status = nng_fail_memory(error);
        goto fail;
    }
    gsl_vector_view at = gsl_vector_view_array(point, f->n), g = gsl_vector_view_array(gradient, f->n);
    for (size_t i = 0; i < f->n; i++)
        point[i] = gsl_vector_get(x, i);
    f->df(&at.vector, f->params, &g.vector);
    NNG_TRY(nng_check_function(&function, point, gradient, options, report, error));
fail:
    nng_release(point);
    nng_release(gradient);
    return status;
}
