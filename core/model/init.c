/* init.c - random starts.
 *
 * The lecture's first step is "initialise w_111, ..., b_1, ... randomly"; how widely they spread decides whether the
 * gradients survive their way back. With n_in = inputs and n_out = units of the layer:
 *
 *   xavier_uniform  w in [-r, r),  r = sqrt(6 / (n_in + n_out))      Glorot and Bengio 2010, eq. 16
 *   xavier_normal   w ~ N(0, s^2), s = sqrt(2 / (n_in + n_out))      the same variance
 *   he_uniform      w in [-r, r),  r = sqrt(6 / n_in)                He, Zhang, Ren and Sun 2015, eq. 10
 *   he_normal       w ~ N(0, s^2), s = sqrt(2 / n_in)
 *
 * A uniform variable on [-r, r) has the variance r^2 / 3, which is where the 6 comes from.
 */
#include "model/init.h"

#include <math.h>

#include <gsl/gsl_randist.h>

#include "base/error.h"
#include "base/random.h"

const char *const nng_scheme_names[NNG_SCHEME_COUNT] = {
    [NNG_ZEROS] = "zeros",
    [NNG_CONSTANT] = "constant",
    [NNG_UNIFORM] = "uniform",
    [NNG_NORMAL] = "normal",
    [NNG_XAVIER_UNIFORM] = "xavier_uniform",
    [NNG_XAVIER_NORMAL] = "xavier_normal",
    [NNG_HE_UNIFORM] = "he_uniform",
    [NNG_HE_NORMAL] = "he_normal",
};

/* Every scheme is one of: a constant (mean), uniform on [low, high), normal. */
struct spread {
    enum { CONSTANT, UNIFORM, NORMAL } shape;
    double low, high, mean, std;
};

static struct spread spread_of(const struct nng_layer *layer)
{
    const struct nng_init *init = &layer->init;
    double n_in = (double)layer->inputs, n_out = (double)layer->units, r, s;
    switch (init->scheme) {
    case NNG_ZEROS:
        break;
    case NNG_CONSTANT:
        return (struct spread){.shape = CONSTANT, .mean = init->value};
    case NNG_UNIFORM:
        return (struct spread){.shape = UNIFORM, .low = init->low, .high = init->high};
    case NNG_NORMAL:
        return (struct spread){.shape = NORMAL, .mean = init->mean, .std = init->std};
    case NNG_XAVIER_UNIFORM:
        r = sqrt(6 / (n_in + n_out));
        return (struct spread){.shape = UNIFORM, .low = -r, .high = r};
    case NNG_XAVIER_NORMAL:
        s = sqrt(2 / (n_in + n_out));
        return (struct spread){.shape = NORMAL, .std = s};
    case NNG_HE_UNIFORM:
        r = sqrt(6 / n_in);
        return (struct spread){.shape = UNIFORM, .low = -r, .high = r};
    case NNG_HE_NORMAL:
        s = sqrt(2 / n_in);
        return (struct spread){.shape = NORMAL, .std = s};
    }
    return (struct spread){.shape = CONSTANT};
}

static double draw(gsl_rng *random, const struct spread *spread)
{
    switch (spread->shape) {
    case UNIFORM: /* low (1 - u) + high u: high - low might overflow */
        return gsl_ran_flat(random, spread->low, spread->high);
    case NORMAL:
        return spread->mean + gsl_ran_gaussian(random, spread->std);
    case CONSTANT:
        break;
    }
    return spread->mean;
}

/* values: count, part of layer l's W_l or b_l */
static enum nng_status fill(gsl_rng *random, const struct nng_layer *layer, size_t l, double *values, size_t count,
                            struct nng_error *error)
{
    struct spread spread = spread_of(layer);
    for (size_t i = 0; i < count; i++) {
        values[i] = draw(random, &spread);
        if (!isfinite(values[i]))
            return nng_fail(error, NNG_INPUT, "layer %zu: init scheme '%s' gives a value that is not finite", l,
                            nng_scheme_names[layer->init.scheme]);
    }
    return NNG_OK;
}

enum nng_status nng_initialise(struct nng_model *model, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_arena *arena = nng_arena_new();
    if (arena == NULL)
        return nng_fail_memory(error);
    for (size_t l = 1; l <= model->layer_count; l++) {
        const struct nng_layer *layer = &model->layers[l - 1];
        double *W = model->theta + layer->weights; /* units x inputs */
        double *b = model->theta + layer->biases;  /* units */
        gsl_rng *random = nng_random_new(arena, model->seed, NNG_STREAM_INIT, l);
        if (random == NULL) {
            status = nng_fail_memory(error);
            goto fail;
        }
        NNG_TRY(fill(random, layer, l, W, layer->units * layer->inputs, error));
        if (layer->init.biases)
            NNG_TRY(fill(random, layer, l, b, layer->units, error));
        else
            for (size_t i = 0; i < layer->units; i++)
                b[i] = 0;
    }
fail:
    nng_arena_free(arena);
    return status;
}
