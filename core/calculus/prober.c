/* prober.c - the point that is probed: its forward pass, its smooth pieces, and whether it can be judged at all. */
#include "calculus/probe.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "calculus/call.h"
#include "calculus/forward.h"

static bool all_finite(const double *v, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(v[i]))
            return false;
    return true;
}

/* A loss that is not finite: names the sample, and the first layer where something is not. */
static enum nng_status refuse_nonfinite(const struct nng_prober *prober, struct nng_error *error)
{
    const struct nng_model *model = prober->model;
    const struct nng_pass *pass = prober->pass;
    size_t n = 0;
    while (isfinite(pass->values[n]))
        n++;
    for (size_t l = 1; l <= model->layer_count; l++) {
        size_t units = model->layers[l - 1].units;
        const char *what = !all_finite(pass->a[l] + n * units, units)   ? "pre-activations"
                           : !all_finite(pass->h[l] + n * units, units) ? "activations"
                                                                        : NULL;
        if (what != NULL)
            return nng_fail(error, NNG_NUMERIC, "the loss of sample %zu is %g: the %s of layer %zu are not finite",
                            n + 1, pass->values[n], what, l);
    }
    return nng_fail(error, NNG_NUMERIC, "the loss of sample %zu is %g, though every layer is finite (loss '%s')", n + 1,
                    pass->values[n], model->loss.plugin->name);
}

/* The same point again must give the same bits, or differences mean nothing. */
static enum nng_status check_determinism(struct nng_prober *prober, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_pass *again = NULL;
    const struct nng_model *model = prober->model;
    NNG_TRY(nng_pass_new(model, prober->samples, &again, error));
    NNG_TRY(nng_forward(model, prober->theta, prober->x, prober->y, prober->samples, again, error));
    for (size_t n = 0; n < prober->samples; n++)
        if (memcmp(&again->values[n], &prober->pass->values[n], sizeof(double)) != 0) {
            status =
                nng_fail(error, NNG_NUMERIC, "the loss is not deterministic: sample %zu gave %.17g, and again %.17g",
                         n + 1, prober->pass->values[n], again->values[n]);
            goto fail;
        }
fail:
    nng_pass_free(again);
    return status;
}

/* The inputs of each layer column by column: a probe needs one input of every sample, and finds them side by side. */
static enum nng_status turn_inputs(struct nng_prober *prober, struct nng_error *error)
{
    const struct nng_model *model = prober->model;
    size_t N = prober->samples;
    if ((prober->inputs = nng_arena_take(prober->memory, model->layer_count + 1, sizeof *prober->inputs)) == NULL)
        return nng_fail_memory(error);
    for (size_t l = 1; l <= model->layer_count; l++) {
        size_t inputs = model->layers[l - 1].inputs;
        const double *h = nng_below(prober->pass, l);
        double *turned = nng_arena_take(prober->memory, inputs + 1, N * sizeof *turned);
        if (turned == NULL)
            return nng_fail_memory(error);
        for (size_t n = 0; n < N; n++) {
            for (size_t j = 0; j < inputs; j++)
                turned[j * N + n] = h[n * inputs + j];
            turned[inputs * N + n] = 1.0;
        }
        prober->inputs[l] = turned;
    }
    return NNG_OK;
}

static enum nng_status find_branches(struct nng_prober *prober, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = prober->model;
    struct nng_arena *arena = prober->memory;
    size_t L = model->layer_count, N = prober->samples;
    if ((prober->codes = nng_arena_take(arena, L + 1, sizeof *prober->codes)) == NULL)
        return nng_fail_memory(error);
    for (size_t l = 1; l <= L; l++) {
        const struct nng_method *f = &model->layers[l - 1].activation;
        size_t units = model->layers[l - 1].units;
        if (f->plugin->activation->branch == NULL || (l == L && model->fused))
            continue;
        if ((prober->codes[l] = nng_arena_take(arena, N * units, sizeof(int32_t))) == NULL)
            return nng_fail_memory(error);
        prober->kinks = true;
        NNG_CALL(f, l,
                 f->plugin->activation->branch(f->values, N, units, prober->pass->a[l], prober->codes[l], &diagnostic));
    }
    const struct nng_loss *loss = model->loss.plugin->loss;
    if (loss->branch != NULL && !model->fused) {
        if ((prober->loss_codes = nng_arena_take(arena, N * model->outputs, sizeof(int32_t))) == NULL)
            return nng_fail_memory(error);
        prober->kinks = true;
        NNG_CALL(&model->loss, 0,
                 loss->branch(model->loss.values, N, model->outputs, prober->pass->h[L], prober->y, prober->loss_codes,
                              &diagnostic));
    }
fail:
    return status;
}

/* Has everything a complex form that does not merely restate the derivative? */
static bool complex_forms(const struct nng_model *model)
{
    const struct nng_loss *loss = model->loss.plugin->loss;
    if ((loss->flags & NNG_COMPLEX_FIRST_ORDER) != 0 ||
        (model->fused ? loss->complex_fused == NULL : loss->complex_value == NULL))
        return false;
    for (size_t l = 1; l <= model->layer_count; l++) {
        const struct nng_activation *f = model->layers[l - 1].activation.plugin->activation;
        if (l == model->layer_count && model->fused)
            break;
        if (f->complex_forward == NULL || (f->flags & NNG_ACTIVATION_COMPLEX_FIRST_ORDER) != 0)
            return false;
    }
    return true;
}

enum nng_status nng_prober_new(const struct nng_model *model, const double *theta, const double *x, const double *y,
                               size_t samples, struct nng_prober **made, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_arena *arena = nng_arena_new();
    struct nng_prober *prober = arena != NULL ? nng_arena_take(arena, 1, sizeof *prober) : NULL;
    if (prober == NULL) {
        nng_arena_free(arena);
        return nng_fail_memory(error);
    }
    *prober = (struct nng_prober){.model = model, .theta = theta, .x = x, .y = y, .samples = samples, .memory = arena};
    NNG_TRY(nng_pass_new(model, samples, &prober->pass, error));
    NNG_TRY(nng_forward(model, theta, x, y, samples, prober->pass, error));
    if (!all_finite(prober->pass->values, samples))
        NNG_TRY(refuse_nonfinite(prober, error));
    NNG_TRY(check_determinism(prober, error));
    NNG_TRY(turn_inputs(prober, error));
    NNG_TRY(find_branches(prober, error));
    prober->complex = complex_forms(model);
    *made = prober;
    return NNG_OK;
fail:
    nng_prober_free(prober);
    return status;
}

void nng_prober_free(struct nng_prober *prober)
{
    if (prober == NULL)
        return;
    nng_pass_free(prober->pass);
    nng_arena_free(prober->memory);
}
