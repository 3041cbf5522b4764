/* evaluate.c - loss and accuracy over a data set, and the gradient over all of it, a part of the samples at a time. */
#include "learn/learn.h"

#include <math.h>

#include "calculus/forward.h"

/* ---- accuracy ----------------------------------------------------------------------------------------------- */

/* Is every target one of these two? */
static bool all_are(const struct nng_data *data, double low, double high)
{
    for (size_t n = 0; n < data->samples; n++)
        if (data->y[n] != low && data->y[n] != high)
            return false;
    return true;
}

/* Shares of a whole, or something like them; numbers of any other kind are to be met, not compared. */
static bool all_within_one(const struct nng_data *data)
{
    for (size_t i = 0; i < data->samples * data->outputs; i++)
        if (!(data->y[i] >= 0 && data->y[i] <= 1))
            return false;
    return true;
}

enum nng_accuracy nng_accuracy_of(const struct nng_data *data)
{
    if (data->outputs > 1)
        return all_within_one(data) ? NNG_ACCURACY_LARGEST : NNG_ACCURACY_NONE;
    if (all_are(data, 0, 1))
        return NNG_ACCURACY_THRESHOLD;
    return all_are(data, -1, 1) ? NNG_ACCURACY_SIGN : NNG_ACCURACY_NONE;
}

/* The column of the largest; of equals the first. */
static size_t largest(const double *v, size_t count)
{
    size_t best = 0;
    double most = v[0];
    for (size_t j = 1; j < count; j++) {
        best = v[j] > most ? j : best;
        most = v[j] > most ? v[j] : most;
    }
    return best;
}

size_t nng_count_right(enum nng_accuracy kind, const double *yhat, const double *y, size_t rows, size_t cols)
{
    double threshold = kind == NNG_ACCURACY_SIGN ? 0 : 0.5;
    size_t right = 0;
    if (kind == NNG_ACCURACY_LARGEST)
        for (size_t n = 0; n < rows; n++)
            right += largest(yhat + n * cols, cols) == largest(y + n * cols, cols);
    else if (kind != NNG_ACCURACY_NONE)
        for (size_t n = 0; n < rows; n++)
            right += (yhat[n] > threshold) == (y[n] > threshold);
    return right;
}

/* ---- all the samples ---------------------------------------------------------------------------------------- */

/* The samples [from, from + *count) that the pass takes next. */
static size_t next_chunk(const struct nng_data *data, const struct nng_pass *pass, size_t from)
{
    size_t rest = data->samples - from;
    return rest < pass->capacity ? rest : pass->capacity;
}

enum nng_status nng_evaluate_data(const struct nng_model *model, const double *theta, const struct nng_data *data,
                                  enum nng_accuracy kind, struct nng_pass *pass, double *loss, double *accuracy,
                                  struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    double sum = 0;
    size_t right = 0;
    for (size_t from = 0, count; from < data->samples; from += count) {
        count = next_chunk(data, pass, from);
        const double *x = data->x + from * data->inputs, *y = data->y + from * data->outputs;
        NNG_TRY(nng_forward(model, theta, x, y, count, pass, error));
        for (size_t n = 0; n < count; n++)
            sum += pass->values[n];
        if (!isfinite(sum)) /* the pass shows where */
            break;
        right += nng_count_right(kind, pass->h[model->layer_count], y, count, data->outputs);
    }
    *loss = sum * nng_reduction_factor(model, data->samples) + nng_penalty(model, theta, NULL);
    *accuracy = kind == NNG_ACCURACY_NONE ? NAN : (double)right / (double)data->samples;
fail:
    return status;
}

/* A part's gradient is that of the mean over the part: its share of the whole mean is by its size. The penalty stands
 * outside of the mean and is added once. */
enum nng_status nng_training_gradient(const struct nng_training *training, double *gradient, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_model model = *training->model;
    const struct nng_data *data = &model.data;
    size_t n = model.parameter_count;
    struct nng_pass *pass = NULL;
    double loss, *part = nng_allocate(n, sizeof *part);
    if (part == NULL)
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(nng_pass_new(&model, data->samples < NNG_CHUNK ? data->samples : NNG_CHUNK, &pass, error));
    model.l1 = model.l2 = 0;
    for (size_t i = 0; i < n; i++)
        gradient[i] = 0;
    for (size_t from = 0, count; from < data->samples; from += count) {
        count = next_chunk(data, pass, from);
        NNG_TRY(nng_loss(&model, training->theta, data->x + from * data->inputs, data->y + from * data->outputs, count,
                         pass, &loss, part, error));
        double share = model.reduction == NNG_MEAN ? (double)count / (double)data->samples : 1;
        for (size_t i = 0; i < n; i++)
            gradient[i] += share * part[i];
    }
    nng_penalty(training->model, training->theta, gradient);
fail:
    nng_release(part);
    nng_pass_free(pass);
    return status;
}
