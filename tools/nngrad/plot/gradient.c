/* gradient.c - the gradient that a figure of a model shows, and words about it. */
#include "plot/gradient.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

static void settle(double *values, size_t count)
{
    double most = 0;
    for (size_t i = 0; i < count; i++)
        most = isfinite(values[i]) ? fmax(most, fabs(values[i])) : most;
    for (size_t i = 0; i < count; i++)
        values[i] = fabs(values[i]) < 1e-13 * most ? 0 : values[i];
}

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
    settle(values, model->parameter_count);
    *gradient = values;
    values = NULL;
fail:
    nng_pass_free(pass);
    nng_release(values);
    return status;
}

void plot_add_loss(const struct nng_model *model, struct nng_text *text)
{
    size_t samples = model->data.samples;
    nng_text_print(text, "L: %s, ", model->loss.plugin->name);
    if (samples == 1)
        nng_text_add(text, "one sample");
    else
        nng_text_print(text, "the %s over %zu samples", model->reduction == NNG_MEAN ? "mean" : "sum", samples);
}

const char *plot_number(double value, int digits, char text[PLOT_NUMBER_SIZE])
{
    char number[PLOT_NUMBER_SIZE - 4];
    bool small = value != 0 && fabs(value) < 1e-3;
    snprintf(number, sizeof number, small ? "%.*e" : "%.*g", small ? digits - 1 : digits, fabs(value));
    char *exponent = strchr(number, 'e'), *end = exponent; /* 1.20e-05: zeros that say nothing go, 1.2e-5 */
    if (exponent != NULL) {
        while (strchr(number, '.') != NULL && end[-1] == '0')
            end--;
        end -= end[-1] == '.';
        memmove(end, exponent, strlen(exponent) + 1);
        if (end[2] == '0')
            memmove(end + 2, end + 3, strlen(end + 3) + 1);
    }
    snprintf(text, PLOT_NUMBER_SIZE, "%s%s", value < 0 ? "−" : "", number);
    return text;
}
