/* gradient.c - the gradient that a figure of a model shows. */
#include "plot/gradient.h"

#include "base/error.h"
#include "base/memory.h"

enum nng_status plot_gradient(const struct nng_model *model, double **gradient, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_data *data = &model->data;
    struct nng_pass *pass = NULL;
    double loss, *values = nng_allocate(model->parameter_count, sizeof *values);
    if (values == NULL)
        return nng_fail_memory(error);
    NNG_TRY(nng_pass_new(model, data->samples, &pass, error));
    NNG_TRY(nng_loss(model, model->theta, data->x, data->y, data->samples, pass, &loss, values, error));
    *gradient = values;
    values = NULL;
fail:
    nng_pass_free(pass);
    nng_release(values);
    return status;
}
