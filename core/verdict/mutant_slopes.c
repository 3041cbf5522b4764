/* mutant_slopes.c - mistakes in one activation's slope, or in the loss's, which spoil dL/da_l and everything below:
 *
 *     dL/da_l = f_l'(a_l) applied to dL/dh_l
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verdict/mutant.h"

/* A Jacobian of so many units at most is taken apart. */
enum { UNITS = 64 };

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
    if (variant > 0 || scene->dh == NULL || is_elementwise(scene) || units > UNITS || units == 1)
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

/* Is yhat - y the delta of this loss after this activation? */
static bool is_residual_right(const struct nng_scene *scene)
{
    const char *with = scene->c->model->loss.plugin->loss->fused_with;
    return with != NULL && strcmp(with, layer_of(scene)->activation.plugin->name) == 0;
}

/* yhat - y, and twice that: the delta of cross-entropy after softmax, though the loss is another. */
static enum nng_variant residual(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    if (variant > 1 || !is_output(scene) || is_residual_right(scene))
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

static const struct nng_mutant mutants[] = {
    {"missing-factor", no_slope},       {"wrong-argument", slope_at_h},     {"wrong-argument", a_for_h},
    {"missing-path", diagonal},         {"softmax-twice", softmax_in_loss}, {"softmax-twice", softmax_twice},
    {"spurious-factor", slope_twice},   {"spurious-factor", f_in_loss},     {"missing-factor", residual},
    {"wrong-argument", slope_of_other},
};

struct nng_mutants nng_slope_mutants(void)
{
    return (struct nng_mutants){mutants, sizeof mutants / sizeof mutants[0]};
}
