/* mutant_deltas.c - mistakes in one link of the chain, which spoil dL/da_l and everything below:
 *
 *     dL/dh_l = dL/da_{l+1} W_{l+1}          over all successors, by the weights that the forward pass used
 *     dL/da_l = f_l'(a_l) applied to dL/dh_l
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "calculus/product.h"
#include "verdict/mutant.h"

/* So many successors are tried one by one; of wider layers the first and the last. */
enum { SUCCESSORS = 64 };

static const struct nng_layer *layer_of(const struct nng_scene *scene)
{
    return &scene->c->model->layers[scene->l - 1];
}

static bool is_output(const struct nng_scene *scene)
{
    return scene->l == scene->c->model->layer_count;
}

static size_t size_of(const struct nng_scene *scene)
{
    return scene->N * scene->units;
}

static const double *a_of(const struct nng_scene *scene)
{
    return scene->c->pass->a[scene->l];
}

static const double *h_of(const struct nng_scene *scene)
{
    return scene->c->pass->h[scene->l];
}

static bool is_elementwise(const struct nng_scene *scene)
{
    return (layer_of(scene)->activation.plugin->activation->flags & NNG_ACTIVATION_ELEMENTWISE) != 0;
}

/* h = f_l(a); false when the plugin refuses. */
static bool activate(const struct nng_scene *scene, const double *a, double *h)
{
    struct nng_diagnostic diagnostic = {.row = -1, .column = -1};
    const struct nng_method *f = &layer_of(scene)->activation;
    return f->plugin->activation->forward(f->values, scene->N, scene->units, a, h, &diagnostic) == NNG_PLUGIN_OK;
}

/* delta from a dL/dh that is not right. */
static enum nng_variant through(const struct nng_scene *scene, const double *dh, double *M)
{
    return nng_chain(scene->c, scene->l, a_of(scene), h_of(scene), dh, M) ? NNG_VARIANT_MADE : NNG_VARIANT_SKIP;
}

/* ---- f_l'(a_l) ---- */

/* dL/da_l := dL/dh_l */
static enum nng_variant no_slope(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    if (variant > 0 || scene->dh == NULL)
        return NNG_VARIANT_END;
    memcpy(M, scene->dh, size_of(scene) * sizeof *M);
    if (is_elementwise(scene))
        snprintf(text, NNG_MUTANT_TEXT, "f'(a_%zu), the slope of '%s', is missing: dL/da_%zu was taken to be dL/dh_%zu",
                 scene->l, layer_of(scene)->activation.plugin->name, scene->l, scene->l);
    else
        snprintf(text, NNG_MUTANT_TEXT, "the Jacobian of '%s' is missing: dL/da_%zu was taken to be dL/dh_%zu",
                 layer_of(scene)->activation.plugin->name, scene->l, scene->l);
    return NNG_VARIANT_MADE;
}

/* f'(h_l) instead of f'(a_l) */
static enum nng_variant slope_at_h(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    if (variant > 0 || scene->dh == NULL)
        return NNG_VARIANT_END;
    snprintf(text, NNG_MUTANT_TEXT, "the slope of '%s' is taken at h_%zu instead of a_%zu: f'(h) for f'(a)",
             layer_of(scene)->activation.plugin->name, scene->l, scene->l);
    if (!activate(scene, h_of(scene), scene->scratch) ||
        !nng_chain(scene->c, scene->l, h_of(scene), scene->scratch, scene->dh, M))
        return NNG_VARIANT_SKIP;
    return NNG_VARIANT_MADE;
}

/* The formula by h, h (1 - h) or 1 - h^2, given a. */
static enum nng_variant a_for_h(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    const char *name = layer_of(scene)->activation.plugin->name;
    bool sigmoid = strcmp(name, "sigmoid") == 0;
    if (variant > 0 || scene->dh == NULL || (!sigmoid && strcmp(name, "tanh") != 0))
        return NNG_VARIANT_END;
    const double *a = a_of(scene);
    for (size_t k = 0; k < size_of(scene); k++)
        M[k] = scene->dh[k] * (sigmoid ? a[k] * (1.0 - a[k]) : 1.0 - a[k] * a[k]);
    snprintf(text, NNG_MUTANT_TEXT,
             sigmoid ? "a_%zu (1 - a_%zu) stands where h_%zu (1 - h_%zu) belongs"
                     : "1 - a_%zu^2 stands where 1 - h_%zu^2 belongs",
             scene->l, scene->l, scene->l, scene->l);
    return NNG_VARIANT_MADE;
}

/* f_l' at another layer's a */
static enum nng_variant slope_of_other(const struct nng_scene *scene, size_t variant, double *M,
                                       char text[NNG_MUTANT_TEXT])
{
    const struct nng_case *c = scene->c;
    size_t k = variant + 1;
    if (k > c->model->layer_count || scene->dh == NULL)
        return NNG_VARIANT_END;
    if (k == scene->l || c->model->layers[k - 1].units != scene->units)
        return NNG_VARIANT_SKIP;
    snprintf(text, NNG_MUTANT_TEXT, "the slope of layer %zu is taken at a_%zu: f'(a_%zu) for f'(a_%zu)", scene->l, k, k,
             scene->l);
    if (!activate(scene, c->pass->a[k], scene->scratch) ||
        !nng_chain(c, scene->l, c->pass->a[k], scene->scratch, scene->dh, M))
        return NNG_VARIANT_SKIP;
    return NNG_VARIANT_MADE;
}

/* f_l' twice */
static enum nng_variant slope_twice(const struct nng_scene *scene, size_t variant, double *M,
                                    char text[NNG_MUTANT_TEXT])
{
    if (variant > 0 || !is_elementwise(scene))
        return NNG_VARIANT_END;
    snprintf(text, NNG_MUTANT_TEXT, "f'(a_%zu), the slope of '%s', is applied twice", scene->l,
             layer_of(scene)->activation.plugin->name);
    return through(scene, scene->delta, M);
}

/* The diagonal of a Jacobian alone: delta_j = dh_j/da_j dL/dh_j, without the paths through the other outputs. */
static enum nng_variant diagonal(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    size_t units = scene->units;
    if (variant > 0 || scene->dh == NULL || is_elementwise(scene) || units > SUCCESSORS || units == 1)
        return NNG_VARIANT_END;
    for (size_t j = 0; j < units; j++) {
        memset(scene->scratch, 0, size_of(scene) * sizeof *M);
        for (size_t n = 0; n < scene->N; n++)
            scene->scratch[n * units + j] = scene->dh[n * units + j];
        if (!nng_chain(scene->c, scene->l, a_of(scene), h_of(scene), scene->scratch, scene->room))
            return NNG_VARIANT_SKIP;
        for (size_t n = 0; n < scene->N; n++)
            M[n * units + j] = scene->room[n * units + j];
    }
    snprintf(text, NNG_MUTANT_TEXT,
             "the cross terms of '%s' are dropped: every output depends on every a_%zuj, and only dh_j/da_j is there",
             layer_of(scene)->activation.plugin->name, scene->l);
    return NNG_VARIANT_MADE;
}

/* ---- the output layer ---- */

static bool is_softmax(const struct nng_scene *scene)
{
    return strcmp(layer_of(scene)->activation.plugin->name, "softmax") == 0;
}

static double reduction(const struct nng_scene *scene)
{
    return scene->c->model->reduction == NNG_MEAN ? 1.0 / (double)scene->N : 1.0;
}

/* dL/da of the loss fused with this activation, given yhat where a belongs: f inside the loss as well. Then once more
 * through f. */
static enum nng_variant loss_of_f(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    const struct nng_model *model = scene->c->model;
    const struct nng_loss *loss = model->loss.plugin->loss;
    const char *name = layer_of(scene)->activation.plugin->name;
    struct nng_diagnostic diagnostic = {.row = -1, .column = -1};
    if (variant > 1 || !is_output(scene) || loss->fused == NULL || strcmp(loss->fused_with, name) != 0)
        return NNG_VARIANT_END;
    double *slope = variant == 0 ? scene->room : M;
    if (loss->fused(model->loss.values, scene->N, scene->units, h_of(scene), scene->c->prober->y, scene->scratch, slope,
                    &diagnostic) != NNG_PLUGIN_OK)
        return NNG_VARIANT_SKIP;
    for (size_t k = 0; k < size_of(scene); k++)
        slope[k] *= reduction(scene);
    snprintf(text, NNG_MUTANT_TEXT,
             "%s is applied twice: '%s' of the loss was given yhat, as if the loss had a %s inside, and %s(%s(a_%zu)) "
             "was differentiated%s",
             name, model->loss.plugin->name, name, name, name, scene->l, variant == 0 ? "" : " once");
    return variant == 0 ? through(scene, slope, M) : NNG_VARIANT_MADE;
}

static enum nng_variant softmax_in_loss(const struct nng_scene *scene, size_t variant, double *M,
                                        char text[NNG_MUTANT_TEXT])
{
    return is_softmax(scene) ? loss_of_f(scene, variant, M, text) : NNG_VARIANT_END;
}

static enum nng_variant f_in_loss(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    return is_softmax(scene) ? NNG_VARIANT_END : loss_of_f(scene, variant, M, text);
}

/* J' (J' dL/dyhat) */
static enum nng_variant softmax_twice(const struct nng_scene *scene, size_t variant, double *M,
                                      char text[NNG_MUTANT_TEXT])
{
    if (variant > 0 || is_elementwise(scene))
        return NNG_VARIANT_END;
    snprintf(text, NNG_MUTANT_TEXT, "the Jacobian of '%s' is applied twice: dL/da_%zu went through it again",
             layer_of(scene)->activation.plugin->name, scene->l);
    return through(scene, scene->delta, M);
}

/* yhat - y, and twice that: the delta of cross-entropy after softmax, whatever the loss is. */
static enum nng_variant residual(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    if (variant > 1 || !is_output(scene))
        return NNG_VARIANT_END;
    double scale = (variant == 0 ? 1.0 : 2.0) * reduction(scene);
    for (size_t k = 0; k < size_of(scene); k++)
        M[k] = scale * (h_of(scene)[k] - scene->c->prober->y[k]);
    snprintf(
        text, NNG_MUTANT_TEXT,
        "dL/da_%zu was taken to be %syhat - y%s: the slope of '%s' is missing (yhat - y is right for cross-entropy "
        "after softmax or sigmoid)",
        scene->l, variant == 0 ? "" : "2 (", variant == 0 ? "" : ")", layer_of(scene)->activation.plugin->name);
    return NNG_VARIANT_MADE;
}

/* ---- the path from layer l + 1 ---- */

static const struct nng_layer *layer_above(const struct nng_scene *scene)
{
    return &scene->c->model->layers[scene->l];
}

/* Only one successor k is followed, or all but one: dL/dh_j = dL/da_k W_kj. */
static enum nng_variant successor(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    if (is_output(scene))
        return NNG_VARIANT_END;
    size_t K = layer_above(scene)->units, k = variant / 2, units = scene->units;
    bool only = variant % 2 == 0;
    if (k >= (K > SUCCESSORS ? 2 : K) || K == 1)
        return NNG_VARIANT_END;
    if (!only && K == 2) /* that is the other one alone */
        return NNG_VARIANT_SKIP;
    k = k == 1 ? K - 1 : k == K - 1 ? 1 : k;
    const double *W_k = scene->c->prober->theta + layer_above(scene)->weights + k * units;
    for (size_t n = 0; n < scene->N; n++)
        for (size_t j = 0; j < units; j++) {
            double path = scene->above[n * K + k] * W_k[j];
            scene->scratch[n * units + j] = only ? path : scene->dh[n * units + j] - path;
        }
    snprintf(text, NNG_MUTANT_TEXT,
             only
                 ? "of the %zu paths up from h_%zu only the one through a_%zu%s%zu is followed: sum over all successors"
                 : "of the %zu paths up from h_%zu the one through a_%zu%s%zu is missing",
             K, scene->l, scene->l + 1, k < 9 ? "" : ",", k + 1);
    return through(scene, scene->scratch, M);
}

/* dL/da_{l+1} W_{l+1}' */
static enum nng_variant transposed_weights(const struct nng_scene *scene, size_t variant, double *M,
                                           char text[NNG_MUTANT_TEXT])
{
    if (variant > 0 || is_output(scene) || layer_above(scene)->units != scene->units || scene->units == 1)
        return NNG_VARIANT_END;
    size_t n = scene->units;
    nng_product_nt(nng_matrix(scene->above, scene->N, n),
                   nng_matrix(scene->c->prober->theta + layer_above(scene)->weights, n, n), 0.0, scene->scratch);
    snprintf(text, NNG_MUTANT_TEXT, "dL/da_%zu was carried down by W_%zu transposed the wrong way round", scene->l + 1,
             scene->l + 1);
    return through(scene, scene->scratch, M);
}

/* Another layer's W of the same shape. */
static enum nng_variant wrong_weights(const struct nng_scene *scene, size_t variant, double *M,
                                      char text[NNG_MUTANT_TEXT])
{
    const struct nng_model *model = scene->c->model;
    size_t k = variant + 1;
    if (k > model->layer_count || is_output(scene))
        return NNG_VARIANT_END;
    const struct nng_layer *other = &model->layers[k - 1], *above = layer_above(scene);
    if (k == scene->l + 1 || other->units != above->units || other->inputs != above->inputs)
        return NNG_VARIANT_SKIP;
    nng_product_nn(nng_matrix(scene->above, scene->N, above->units),
                   nng_matrix(scene->c->prober->theta + other->weights, above->units, above->inputs), 0.0,
                   scene->scratch);
    snprintf(text, NNG_MUTANT_TEXT, "W_%zu stands where W_%zu belongs: dL/dh_%zu = dL/da_%zu W_%zu", k, scene->l + 1,
             scene->l, scene->l + 1, scene->l + 1);
    return through(scene, scene->scratch, M);
}

/* dL/dh_{l+1} W_{l+1} */
static enum nng_variant slope_skipped(const struct nng_scene *scene, size_t variant, double *M,
                                      char text[NNG_MUTANT_TEXT])
{
    if (variant > 0 || is_output(scene) || scene->above_dh == NULL)
        return NNG_VARIANT_END;
    nng_step_down(scene->c, scene->l, scene->above_dh, scene->scratch);
    snprintf(text, NNG_MUTANT_TEXT,
             "f'(a_%zu) is missing on the way down: dL/dh_%zu = dL/da_%zu W_%zu, not dL/dh_%zu "
             "W_%zu",
             scene->l + 1, scene->l, scene->l + 1, scene->l + 1, scene->l + 1, scene->l + 1);
    return through(scene, scene->scratch, M);
}

/* dL/dh_l := dL/da_{l+1} */
static enum nng_variant no_weights(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    if (variant > 0 || is_output(scene) || layer_above(scene)->units != scene->units)
        return NNG_VARIANT_END;
    snprintf(text, NNG_MUTANT_TEXT, "W_%zu is missing: dL/dh_%zu was taken to be dL/da_%zu", scene->l + 1, scene->l,
             scene->l + 1);
    return through(scene, scene->above, M);
}

/* The optimizer's learning rate, or 0. */
static double learning_rate(const struct nng_model *model)
{
    const struct nng_plugin *plugin = model->optimizer.plugin;
    for (uint32_t p = 0; plugin != NULL && p < plugin->parameter_count; p++)
        if (strcmp(plugin->parameters[p].name, "learning_rate") == 0)
            return model->optimizer.values[p];
    return 0.0;
}

/* A rate that somebody chose, when the fitted one is as good as that. */
static double round_rate(const struct nng_model *model, double fitted)
{
    static const double common[] = {1.0, 0.5, 0.1, 0.05, 0.01, 0.3, 0.2, 0.25, 0.02, 0.005, 0.001, 2.0};
    double own = learning_rate(model);
    if (fabs(fitted - own) <= 0.01 * own)
        return own;
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++)
        if (fabs(fitted - common[i]) <= 0.01 * common[i])
            return common[i];
    return fitted;
}

/* The eta with which dL/dW_l - eta M' h_{l-1} comes nearest to what is claimed. */
static double fit_rate(const struct nng_scene *scene, const double *M)
{
    struct nng_suspect suspect = nng_suspect(scene->c, scene->l - 1);
    double both = 0.0, squares = 0.0;
    nng_lead_to(scene->c, scene->l, M, scene->product, NULL);
    for (size_t e = 0; e < scene->units * scene->inputs; e++) {
        both += (scene->W[e] - suspect.data[e]) * scene->product[e];
        squares += scene->product[e] * scene->product[e];
    }
    return both / squares;
}

/* dL/dh_l = dL/da_{l+1} (W_{l+1} - eta dL/dW_{l+1}): the layer above was updated first, by its claimed gradient, with
 * or without the penalty. The rate eta is the one that fits dL/dW_l best, or the round number next to it. */
static enum nng_variant updated_weights(const struct nng_scene *scene, size_t variant, double *M,
                                        char text[NNG_MUTANT_TEXT])
{
    const struct nng_case *c = scene->c;
    bool penalty = variant / 2 == 0, rounded = variant % 2 == 0;
    if (variant >= 4 || is_output(scene))
        return NNG_VARIANT_END;
    const struct nng_layer *above = layer_above(scene);
    const double *dW = (penalty ? c->claimed : c->data) + above->weights;
    nng_product_nn(nng_matrix(scene->above, scene->N, above->units), nng_matrix(dW, above->units, above->inputs), 0.0,
                   scene->scratch);
    if (through(scene, scene->scratch, M) != NNG_VARIANT_MADE)
        return NNG_VARIANT_SKIP;
    double fitted = fit_rate(scene, M), eta = rounded ? round_rate(c->model, fitted) : fitted;
    if (!isfinite(fitted) || eta <= 0.0)
        return NNG_VARIANT_SKIP;
    for (size_t k = 0; k < size_of(scene); k++)
        M[k] = scene->delta[k] - eta * M[k];
    snprintf(text, NNG_MUTANT_TEXT,
             "layer %zu was updated before dL/da_%zu was computed: dL/dh_%zu = dL/da_%zu (W_%zu - eta dL/dW_%zu) with "
             "eta = %.6g; compute all gradients first",
             scene->l + 1, scene->l, scene->l, scene->l + 1, scene->l + 1, scene->l + 1, eta);
    return NNG_VARIANT_MADE;
}

/* ---- a factor from here on ---- */

static enum nng_variant negated(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    if (variant > 0)
        return NNG_VARIANT_END;
    for (size_t k = 0; k < size_of(scene); k++)
        M[k] = -scene->delta[k];
    snprintf(text, NNG_MUTANT_TEXT, "dL/da_%zu has the wrong sign%s", scene->l,
             is_output(scene) ? ": y - yhat for yhat - y?" : "");
    return NNG_VARIANT_MADE;
}

static enum nng_variant scale(const struct nng_scene *scene, double c, double *M, char text[NNG_MUTANT_TEXT])
{
    double N = (double)scene->N;
    for (size_t k = 0; k < size_of(scene); k++)
        M[k] = c * scene->delta[k];
    snprintf(text, NNG_MUTANT_TEXT, "dL/da_%zu is %.9g times what is due%s", scene->l, c,
             c == N         ? ": 1/N is missing"
             : c * N == 1.0 ? ": 1/N was applied twice"
                            : "");
    return NNG_VARIANT_MADE;
}

static enum nng_variant scaled(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    double N = (double)scene->N, factors[] = {2.0, 0.5, N, 1.0 / N};
    if (variant >= (scene->N > 2 ? 4 : 2))
        return NNG_VARIANT_END;
    return scale(scene, factors[variant], M, text);
}

/* By any other number: the one that fits. */
static enum nng_variant oddly_scaled(const struct nng_scene *scene, size_t variant, double *M,
                                     char text[NNG_MUTANT_TEXT])
{
    struct nng_suspect suspect = nng_suspect(scene->c, scene->l - 1);
    size_t count = scene->units * scene->inputs;
    double c = nng_best_factor(suspect.data, scene->W, count);
    if (variant > 0 || count + scene->units < 3 || !nng_factor_is_odd(c, scene->N))
        return NNG_VARIANT_END;
    return scale(scene, c, M, text);
}

static const struct nng_mutant mutants[] = {
    {"missing-factor", no_slope},
    {"wrong-argument", slope_at_h},
    {"wrong-argument", a_for_h},
    {"missing-path", diagonal},
    {"softmax-twice", softmax_in_loss},
    {"softmax-twice", softmax_twice},
    {"missing-path", successor},
    {"sign", negated},
    {"factor", scaled},
    {"updated-weights", updated_weights},
    {"spurious-factor", slope_twice},
    {"spurious-factor", f_in_loss},
    {"missing-factor", residual},
    {"transpose", transposed_weights},
    {"missing-factor", slope_skipped},
    {"missing-factor", no_weights},
    {"wrong-argument", wrong_weights},
    {"wrong-argument", slope_of_other},
    {"factor", oddly_scaled},
};

struct nng_mutants nng_delta_mutants(void)
{
    return (struct nng_mutants){mutants, sizeof mutants / sizeof mutants[0]};
}
