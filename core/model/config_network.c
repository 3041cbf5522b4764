/* config_network.c - the groups network and init: layers, shapes, and where theta starts.
 *
 * Explicit weights follow the notation: out_in has a row a neuron (units x inputs), in_out a column a neuron
 * (inputs x units).  In theta W_l is units x inputs either way.
 */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "model/config.h"
#include "model/init.h"

/* ---- init ---------------------------------------------------------------------------------------------------- */

struct init_fields {
    struct nng_init init;
    uint64_t seed;
};

#define INIT(member) .name = #member, .field = offsetof(struct init_fields, init.member)
static const struct nng_key init_keys[] = {
    {INIT(scheme), .kind = NNG_KEY_CHOICE, .choices = nng_scheme_names, .choice_count = NNG_SCHEME_COUNT},
    {INIT(biases), .kind = NNG_KEY_BOOLEAN},
    {INIT(low), .kind = NNG_KEY_REAL, .min = -DBL_MAX, .max = DBL_MAX},
    {INIT(high), .kind = NNG_KEY_REAL, .min = -DBL_MAX, .max = DBL_MAX},
    {INIT(mean), .kind = NNG_KEY_REAL, .min = -DBL_MAX, .max = DBL_MAX},
    {INIT(std), .kind = NNG_KEY_REAL, .max = DBL_MAX},
    {INIT(value), .kind = NNG_KEY_REAL, .min = -DBL_MAX, .max = DBL_MAX},
    {.name = "seed", .kind = NNG_KEY_SEED, .field = offsetof(struct init_fields, seed)}, /* not a layer's */
};
#undef INIT
enum { INIT_KEYS = sizeof init_keys / sizeof init_keys[0] };

/* A spread that the scheme has no use for is a mistake about the scheme. */
static enum nng_status check_spread(const struct nng_config *config, const config_setting_t *setting,
                                    const struct nng_init *init, struct nng_error *error)
{
    static const struct {
        const char *key;
        enum nng_scheme scheme;
    } uses[] = {{"low", NNG_UNIFORM},
                {"high", NNG_UNIFORM},
                {"mean", NNG_NORMAL},
                {"std", NNG_NORMAL},
                {"value", NNG_CONSTANT}};
    char name[NNG_SETTING_NAME];
    for (size_t i = 0; i < sizeof uses / sizeof uses[0]; i++) {
        const config_setting_t *spread = config_setting_get_member(setting, uses[i].key);
        if (spread != NULL && init->scheme != uses[i].scheme)
            return nng_setting_fail(config, spread, error, "%s belongs to the scheme '%s', but this one is '%s'",
                                    nng_setting_name(spread, name), nng_scheme_names[uses[i].scheme],
                                    nng_scheme_names[init->scheme]);
    }
    if (init->scheme == NNG_CONSTANT && isnan(init->value))
        return nng_setting_fail(config, setting, error, "the scheme 'constant' needs a value: value = 0.1");
    if (init->scheme == NNG_UNIFORM && !(init->low <= init->high))
        return nng_setting_fail(config, setting, error, "low is %.15g, but high is %.15g", init->low, init->high);
    return NNG_OK;
}

/* "xavier_uniform", or { scheme = "normal"; std = 0.1; }. seed NULL: a layer's, which has none of its own. */
static enum nng_status read_init(const struct nng_config *config, const config_setting_t *setting,
                                 struct nng_init *init, uint64_t *seed, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct init_fields fields = {.init = *init, .seed = 1};
    if (setting->type == CONFIG_TYPE_STRING) {
        NNG_TRY(nng_setting_value(config, setting, &init_keys[0], &fields.init.scheme, error));
    } else {
        NNG_TRY(
            nng_setting_group(config, setting, init_keys, seed != NULL ? INIT_KEYS : INIT_KEYS - 1, &fields, error));
    }
    NNG_TRY(check_spread(config, setting, &fields.init, error));
    *init = fields.init;
    if (seed != NULL)
        *seed = fields.seed;
fail:
    return status;
}

/* ---- the layers' shapes -------------------------------------------------------------------------------------- */

struct layer_fields {
    size_t units;
    bool train_biases;
};

static enum nng_status read_layer(const struct nng_config *config, const config_setting_t *setting,
                                  const struct nng_init *init, struct nng_layer *layer, struct nng_error *error)
{
    static const struct nng_key keys[] = {
        {.name = "units", .kind = NNG_KEY_WHOLE, .field = offsetof(struct layer_fields, units), .min = 1, .max = 1e9},
        {.name = "activation"},
        {.name = "weights"},
        {.name = "biases"},
        {.name = "train_biases", .kind = NNG_KEY_BOOLEAN, .field = offsetof(struct layer_fields, train_biases)},
        {.name = "init"},
    };
    static const char *const others[] = {NULL};
    enum nng_status status = NNG_OK;
    char name[NNG_SETTING_NAME];
    struct layer_fields fields = {.train_biases = true};
    NNG_TRY(nng_setting_group(config, setting, keys, sizeof keys / sizeof keys[0], &fields, error));
    nng_setting_name(setting, name);
    const config_setting_t *activation = config_setting_get_member(setting, "activation");
    if (fields.units == 0)
        NNG_TRY(nng_setting_fail(config, setting, error, "%s: 'units' is missing", name));
    if (activation == NULL)
        NNG_TRY(nng_setting_fail(config, setting, error, "%s: 'activation' is missing", name));
    NNG_TRY(nng_setting_method(config, activation, NNG_ACTIVATION, others, &layer->activation, error));
    layer->units = fields.units;
    layer->train_biases = fields.train_biases;
    layer->init = *init;
    const config_setting_t *own = config_setting_get_member(setting, "init");
    if (own != NULL)
        NNG_TRY(read_init(config, own, &layer->init, NULL, error));
fail:
    return status;
}

/* theta = (W_1, ..., W_L, b_1, ..., b_L) */
static enum nng_status lay_out(const struct nng_config *config, const config_setting_t *layers, struct nng_error *error)
{
    struct nng_model *model = config->model;
    uint64_t weights = 0, biases = 0;
    size_t inputs = model->inputs;
    for (size_t l = 0; l < model->layer_count; l++) {
        struct nng_layer *layer = &model->layers[l];
        layer->inputs = inputs;
        inputs = layer->units;
        layer->weights = (size_t)weights;
        layer->biases = (size_t)biases;
        weights += (uint64_t)layer->units * layer->inputs; /* below 2^60 */
        biases += layer->units;
        if (weights + biases > NNG_PARAMETERS_LIMIT)
            return nng_setting_fail(
                config, config_setting_get_member(config_setting_get_elem(layers, (unsigned)l), "units"), error,
                "layer %zu: the network would have %" PRIu64 " parameters so far; the limit is %d", l + 1,
                weights + biases, NNG_PARAMETERS_LIMIT);
    }
    for (size_t l = 0; l < model->layer_count; l++)
        model->layers[l].biases += (size_t)weights;
    model->outputs = inputs;
    model->parameter_count = (size_t)(weights + biases);
    model->theta = nng_arena_take(config->arena, model->parameter_count, sizeof *model->theta);
    return model->theta != NULL ? NNG_OK : nng_fail_memory(error);
}

/* ---- where theta starts -------------------------------------------------------------------------------------- */

static enum nng_status read_weights(const struct nng_config *config, const config_setting_t *weights, size_t l,
                                    struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = config->model;
    const struct nng_layer *layer = &model->layers[l - 1];
    bool out_in = model->notation == NNG_OUT_IN;
    size_t rows = 0, cols = 0, due_rows = out_in ? layer->units : layer->inputs,
           due_cols = out_in ? layer->inputs : layer->units;
    NNG_TRY(nng_setting_shape(config, weights, &rows, &cols, error));
    if (rows != due_rows || cols != due_cols)
        NNG_TRY(nng_setting_fail(config, weights, error, "layer %zu: weights is %zu x %zu, expected %zu x %zu (%s)", l,
                                 rows, cols, due_rows, due_cols, out_in ? "units x inputs" : "inputs x units"));
    NNG_TRY(nng_setting_matrix(config, weights, model->theta + layer->weights, out_in ? layer->inputs : 1,
                               out_in ? 1 : layer->inputs, error));
fail:
    return status;
}

static enum nng_status read_start(const struct nng_config *config, const config_setting_t *network,
                                  const config_setting_t *layers, const config_setting_t *init, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_model *model = config->model;
    struct nng_error inner = {0};
    if (nng_initialise(model, &inner) != NNG_OK)
        NNG_TRY(nng_setting_pass_on(config, init != NULL ? init : network, &inner, error));
    for (size_t l = 1; l <= model->layer_count; l++) {
        const config_setting_t *layer = config_setting_get_elem(layers, (unsigned)l - 1);
        const config_setting_t *weights = config_setting_get_member(layer, "weights");
        const config_setting_t *biases = config_setting_get_member(layer, "biases");
        if (weights != NULL)
            NNG_TRY(read_weights(config, weights, l, error));
        if (biases != NULL)
            NNG_TRY(nng_setting_vector(config, biases, model->layers[l - 1].units, "one a unit",
                                       model->theta + model->layers[l - 1].biases, error));
    }
    const config_setting_t *parameters = config_setting_get_member(network, "parameters");
    if (parameters != NULL) {
        const char *path = NULL;
        bool single = false;
        NNG_TRY(nng_config_path(config, parameters, &path, error));
        if (nng_values_read(model, path, false, model->theta, &single, &inner) != NNG_OK)
            NNG_TRY(nng_setting_pass_on(config, parameters, &inner, error));
    }
fail:
    return status;
}

/* ---- the group network --------------------------------------------------------------------------------------- */

enum nng_status nng_config_network(const struct nng_config *config, const config_setting_t *network,
                                   const config_setting_t *init, struct nng_error *error)
{
    static const struct nng_key keys[] = {
        {.name = "inputs", .kind = NNG_KEY_WHOLE, .field = offsetof(struct nng_model, inputs), .min = 1, .max = 1e9},
        {.name = "layers"},
        {.name = "parameters"},
    };
    enum nng_status status = NNG_OK;
    struct nng_model *model = config->model;
    struct nng_init start = {.scheme = NNG_XAVIER_UNIFORM, .low = -1, .high = 1, .std = 1, .value = NAN};
    if (init != NULL)
        NNG_TRY(read_init(config, init, &start, &model->seed, error));
    NNG_TRY(nng_setting_group(config, network, keys, sizeof keys / sizeof keys[0], model, error));
    const config_setting_t *layers = config_setting_get_member(network, "layers");
    if (model->inputs == 0)
        NNG_TRY(nng_setting_fail(config, network, error, "network: 'inputs' is missing"));
    if (layers == NULL)
        NNG_TRY(nng_setting_fail(config, network, error, "network: 'layers' is missing"));
    else if (layers->type != CONFIG_TYPE_LIST || config_setting_length(layers) == 0)
        NNG_TRY(
            nng_setting_expected(config, layers, "a list of layers: ( { units = 4; activation = \"tanh\"; } )", error));
    model->layer_count = (size_t)config_setting_length(layers);
    model->layers = nng_arena_take(config->arena, model->layer_count, sizeof *model->layers);
    if (model->layers == NULL)
        NNG_TRY(nng_fail_memory(error));
    for (size_t l = 0; l < model->layer_count; l++)
        NNG_TRY(read_layer(config, config_setting_get_elem(layers, (unsigned)l), &start, &model->layers[l], error));
    NNG_TRY(lay_out(config, layers, error));
    NNG_TRY(read_start(config, network, layers, init, error));
fail:
    return status;
}
