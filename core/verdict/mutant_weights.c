/* mutant_weights.c - mistakes in one outer product: dL/dW_l = (dL/da_l)' h_{l-1}, though dL/da_l is right. */
#include <stdio.h>

#include "calculus/forward.h"
#include "calculus/product.h"
#include "verdict/mutant.h"

/* Above this many multiplications only the first and the last sample are tried alone. */
static const double MANY = 2e8;

static struct nng_suspect suspect_of(const struct nng_scene *scene)
{
    return nng_suspect(scene->c, scene->l - 1);
}

static enum nng_variant negated(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    if (variant > 0)
        return NNG_VARIANT_END;
    for (size_t e = 0; e < scene->units * scene->inputs; e++)
        M[e] = -scene->W[e];
    snprintf(text, NNG_MUTANT_TEXT, "every entry has the wrong sign");
    return NNG_VARIANT_MADE;
}

static enum nng_variant scaled(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    struct nng_suspect suspect = suspect_of(scene);
    return nng_vary_factor(scene, &suspect, false, variant, scene->W, M, text);
}

static enum nng_variant scaled_by_samples(const struct nng_scene *scene, size_t variant, double *M,
                                          char text[NNG_MUTANT_TEXT])
{
    struct nng_suspect suspect = suspect_of(scene);
    return nng_vary_factor(scene, &suspect, true, variant, scene->W, M, text);
}

/* h' delta instead of delta' h */
static enum nng_variant transposed(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    size_t n = scene->units;
    if (variant > 0 || n != scene->inputs || n == 1)
        return NNG_VARIANT_END;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            M[i * n + j] = scene->W[j * n + i];
    snprintf(text, NNG_MUTANT_TEXT, "W%zu is the transpose of the correct gradient", scene->l);
    return NNG_VARIANT_MADE;
}

/* The right entries, written down column by column and read row by row. */
static enum nng_variant reshaped(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    size_t rows = scene->units, cols = scene->inputs;
    if (variant > 0 || rows == cols || rows == 1 || cols == 1)
        return NNG_VARIANT_END;
    for (size_t e = 0; e < rows * cols; e++)
        M[e] = scene->W[(e % rows) * cols + e / rows];
    snprintf(text, NNG_MUTANT_TEXT,
             "the right entries in the wrong order: W%zu was transposed, and then reshaped to %zu x %zu", scene->l,
             rows, cols);
    return NNG_VARIANT_MADE;
}

/* Another layer's h, or its a, where h_{l-1} belongs: first the h of all layers (x is h_0), then the a. */
static enum nng_variant wrong_input(const struct nng_scene *scene, size_t variant, double *M,
                                    char text[NNG_MUTANT_TEXT])
{
    const struct nng_case *c = scene->c;
    size_t L = c->model->layer_count, k = variant <= L ? variant : variant - L;
    bool h = variant <= L;
    char due[NNG_LETTER], used[NNG_LETTER];
    if (variant > 2 * L)
        return NNG_VARIANT_END;
    size_t width = k == 0 ? c->model->inputs : c->model->layers[k - 1].units;
    if (width != scene->inputs || (h && k == scene->l - 1))
        return NNG_VARIANT_SKIP;
    const double *v = k == 0 ? c->pass->x : h ? c->pass->h[k] : c->pass->a[k];
    nng_product_tn(nng_matrix(scene->delta, scene->N, scene->units), nng_matrix(v, scene->N, width), 0.0, M);
    snprintf(text, NNG_MUTANT_TEXT, "%s stands where %s belongs: dL/dW_%zu = (dL/da_%zu)' %s",
             nng_letter(used, h ? "h" : "a", k), nng_letter(due, "h", scene->l - 1), scene->l, scene->l, due);
    return NNG_VARIANT_MADE;
}

/* Another layer's delta where dL/da_l belongs. */
static enum nng_variant wrong_delta(const struct nng_scene *scene, size_t variant, double *M,
                                    char text[NNG_MUTANT_TEXT])
{
    const struct nng_case *c = scene->c;
    size_t k = variant + 1;
    if (k > c->model->layer_count)
        return NNG_VARIANT_END;
    if (k == scene->l || c->model->layers[k - 1].units != scene->units)
        return NNG_VARIANT_SKIP;
    nng_product_tn(nng_matrix(c->pass->da[k], scene->N, scene->units), nng_matrix(scene->h, scene->N, scene->inputs),
                   0.0, M);
    snprintf(text, NNG_MUTANT_TEXT, "dL/da_%zu stands where dL/da_%zu belongs", k, scene->l);
    return NNG_VARIANT_MADE;
}

/* (dL/dh_l)' h_{l-1} */
static enum nng_variant no_slope(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    if (variant > 0 || scene->dh == NULL)
        return NNG_VARIANT_END;
    nng_lead_to(scene->c, scene->l, scene->dh, M, NULL);
    snprintf(text, NNG_MUTANT_TEXT, "f'(a_%zu) is missing: dL/dW_%zu was built from dL/dh_%zu instead of dL/da_%zu",
             scene->l, scene->l, scene->l, scene->l);
    return NNG_VARIANT_MADE;
}

/* One sample's share of the sum, alone (as it stands, or unreduced), or the only one left out (N - 1 or N in the
 * mean): four ways for each sample, the first and the last sample first. */
static enum nng_variant few_samples(const struct nng_scene *scene, size_t variant, double *M,
                                    char text[NNG_MUTANT_TEXT])
{
    size_t N = scene->N, n = variant / 4, count = scene->units * scene->inputs;
    bool alone = variant % 4 < 2, rescaled = variant % 2 == 1;
    if (n >= N || N == 1 || (n >= 2 && (double)N * (double)count > MANY))
        return NNG_VARIANT_END;
    n = n == 1 ? N - 1 : n == N - 1 ? 1 : n;
    if (rescaled && scene->c->model->reduction == NNG_SUM)
        return NNG_VARIANT_SKIP;
    nng_product_tn(nng_matrix(scene->delta + n * scene->units, 1, scene->units),
                   nng_matrix(scene->h + n * scene->inputs, 1, scene->inputs), 0.0, M);
    double scale = !rescaled ? 1.0 : (double)N / (alone ? 1.0 : (double)(N - 1));
    for (size_t e = 0; e < count; e++)
        M[e] = scale * (alone ? M[e] : scene->W[e] - M[e]);
    if (alone)
        snprintf(text, NNG_MUTANT_TEXT, "only sample %zu of %zu is in it: the sum over the samples is missing", n + 1,
                 N);
    else
        snprintf(text, NNG_MUTANT_TEXT, "sample %zu of %zu is missing from the sum", n + 1, N);
    return NNG_VARIANT_MADE;
}

static enum nng_variant zeros(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    if (variant > 0)
        return NNG_VARIANT_END;
    struct nng_suspect suspect = suspect_of(scene);
    for (size_t e = 0; e < scene->units * scene->inputs; e++)
        M[e] = -suspect.penalty[e];
    snprintf(text, NNG_MUTANT_TEXT, "every entry is zero: the path from W%zu to the loss was left out", scene->l);
    return NNG_VARIANT_MADE;
}

static enum nng_variant penalty(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    return nng_vary_penalty(scene, NNG_WEIGHT, variant, scene->W, M, text);
}

static const struct nng_mutant mutants[] = {
    {"sign", negated},
    {"factor", scaled},
    {"factor", scaled_by_samples},
    {"transpose", transposed},
    {"penalty", penalty},
    {"wrong-argument", wrong_input},
    {"missing-factor", no_slope},
    {"wrong-argument", wrong_delta},
    {"missing-path", few_samples},
    {"missing-path", zeros},
    {"order", reshaped},
};

struct nng_mutants nng_weight_mutants(void)
{
    return (struct nng_mutants){mutants, sizeof mutants / sizeof mutants[0]};
}
