/* mutant_paths.c - mistakes on the way down from layer l + 1, and factors that come in there:
 *
 *     dL/dh_l = dL/da_{l+1} W_{l+1}          over all successors, by the weights that the forward pass used
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "calculus/product.h"
#include "verdict/mutant.h"

/* So many successors are tried one by one; of wider layers the first and the last. */
enum { SUCCESSORS = 64 };

static bool is_output(const struct nng_scene *scene)
{
    return scene->l == scene->c->model->layer_count;
}

static size_t size_of(const struct nng_scene *scene)
{
    return scene->N * scene->units;
}

/* delta from a dL/dh that is not right. */
static enum nng_variant through(const struct nng_scene *scene, const double *dh, double *M)
{
    const struct nng_pass *pass = scene->c->pass;
    return nng_chain(scene->c, scene->l, pass->a[scene->l], pass->h[scene->l], dh, M) ? NNG_VARIANT_MADE
                                                                                      : NNG_VARIANT_SKIP;
}

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
    {"missing-path", successor},
    {"sign", negated},
    {"factor", scaled},
    {"updated-weights", updated_weights},
    {"transpose", transposed_weights},
    {"missing-factor", slope_skipped},
    {"missing-factor", no_weights},
    {"wrong-argument", wrong_weights},
    {"factor", oddly_scaled},
};

struct nng_mutants nng_path_mutants(void)
{
    return (struct nng_mutants){mutants, sizeof mutants / sizeof mutants[0]};
}
