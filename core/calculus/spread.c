/* spread.c - how far the samples' own gradients lie apart.
 *
 *     g_n = dL_n/dtheta,    m = (1/N) sum_n g_n,    v = 1/(N-1) sum_n (g_n - m)^2    for each parameter,
 *
 * by Welford's recursion, which cancels nothing. A batch of B samples sees m with a variance of v / B: where B is much
 * below sum v / |m|^2, what it sees is mostly noise (McCandlish et al. 2018, eq. 2.9: the simple noise scale).
 */
#include <math.h>

#include "base/error.h"
#include "base/memory.h"

/* The loss of one sample alone, without the penalty, which is no sample's. */
static struct nng_model of_one_sample(const struct nng_model *model)
{
    struct nng_model one = *model;
    one.l1 = one.l2 = 0.0;
    return one;
}

/* Sample n (from 0) joins those before it. */
static void join(struct nng_spread *spread, const double *gradient, size_t n)
{
    for (size_t p = 0; p < spread->count; p++) {
        double g = gradient[p], from_mean = g - spread->mean[p];
        spread->mean[p] += from_mean / (double)(n + 1);
        spread->deviation[p] += from_mean * (g - spread->mean[p]);
        if (n == 0 || g < spread->lowest[p]) {
            spread->lowest[p] = g;
            spread->lowest_sample[p] = n;
        }
        if (n == 0 || g > spread->highest[p]) {
            spread->highest[p] = g;
            spread->highest_sample[p] = n;
        }
    }
}

static struct nng_spread *take(struct nng_arena *arena, size_t count, size_t samples)
{
    struct nng_spread *spread = nng_arena_take(arena, 1, sizeof *spread);
    if (spread == NULL)
        return NULL;
    *spread = (struct nng_spread){.count = count, .samples = samples, .memory = arena};
    double **arrays[] = {&spread->mean, &spread->deviation, &spread->lowest, &spread->highest};
    for (size_t i = 0; i < 4; i++)
        if ((*arrays[i] = nng_arena_take(arena, count, sizeof **arrays[i])) == NULL)
            return NULL;
    spread->lowest_sample = nng_arena_take(arena, count, sizeof *spread->lowest_sample);
    spread->highest_sample = nng_arena_take(arena, count, sizeof *spread->highest_sample);
    return spread->lowest_sample != NULL && spread->highest_sample != NULL ? spread : NULL;
}

enum nng_status nng_spread(const struct nng_model *model, const double *theta, struct nng_spread **made,
                           struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_data *data = &model->data;
    const struct nng_model one = of_one_sample(model);
    struct nng_pass *pass = NULL;
    struct nng_arena *arena = NULL;
    if (data->samples < 2)
        return nng_fail(error, NNG_INPUT, "one sample has no spread: its gradient is the gradient");
    if ((arena = nng_arena_new()) == NULL)
        return nng_fail_memory(error);
    struct nng_spread *spread = take(arena, model->parameter_count, data->samples);
    double *gradient = nng_arena_take(arena, model->parameter_count, sizeof *gradient), loss;
    if (spread == NULL || gradient == NULL) {
        status = nng_fail_memory(error);
        goto fail;
    }
    NNG_TRY(nng_pass_new(&one, 1, &pass, error));
    for (size_t n = 0; n < data->samples; n++) {
        NNG_TRY(nng_loss(&one, theta, data->x + n * data->inputs, data->y + n * data->outputs, 1, pass, &loss, gradient,
                         error));
        join(spread, gradient, n);
    }
    for (size_t p = 0; p < spread->count; p++)
        spread->deviation[p] = sqrt(spread->deviation[p] / (double)(data->samples - 1));
    *made = spread;
    arena = NULL;
fail:
    nng_pass_free(pass);
    nng_arena_free(arena);
    return status;
}

void nng_spread_free(struct nng_spread *spread)
{
    if (spread != NULL)
        nng_arena_free(spread->memory);
}
