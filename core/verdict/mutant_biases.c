/* mutant_biases.c - mistakes in one bias gradient: dL/db_l = sum over the samples of dL/da_l, though dL/da_l is right.
 */
#include <stdio.h>
#include <string.h>

#include "verdict/mutant.h"

static struct nng_suspect suspect_of(const struct nng_scene *scene)
{
    return nng_suspect(scene->c, scene->c->model->layer_count + scene->l - 1);
}

static enum nng_variant negated(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    if (variant > 0)
        return NNG_VARIANT_END;
    for (size_t i = 0; i < scene->units; i++)
        M[i] = -scene->b[i];
    snprintf(text, NNG_MUTANT_TEXT, "every entry has the wrong sign: b_%zu - eta db_%zu became b_%zu + eta db_%zu?",
             scene->l, scene->l, scene->l, scene->l);
    return NNG_VARIANT_MADE;
}

static enum nng_variant scaled(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    struct nng_suspect suspect = suspect_of(scene);
    return nng_vary_factor(scene, &suspect, false, variant, scene->b, M, text);
}

/* A mean where a sum is due, or the reverse. */
static enum nng_variant averaged(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    double N = (double)scene->N, factors[] = {N, 1.0 / N};
    if (variant >= 2 || scene->N == 1)
        return NNG_VARIANT_END;
    for (size_t i = 0; i < scene->units; i++)
        M[i] = factors[variant] * scene->b[i];
    bool mean = scene->c->model->reduction == NNG_MEAN;
    snprintf(text, NNG_MUTANT_TEXT, "every entry is N = %zu times too %s: %s", scene->N,
             variant == 0 ? "large" : "small",
             variant == 0 ? (mean ? "dL/da was summed over the samples without 1/N" : "a factor N is too many")
             : mean       ? "dL/da holds 1/N already: it must be summed over the samples, not averaged"
                          : "dL/da must be summed over the samples, not averaged");
    return NNG_VARIANT_MADE;
}

/* One sample alone (its share as it stands, or unreduced), or one sample missing: four ways for each. */
static enum nng_variant few_samples(const struct nng_scene *scene, size_t variant, double *M,
                                    char text[NNG_MUTANT_TEXT])
{
    size_t N = scene->N, n = variant / 4;
    bool alone = variant % 4 < 2, rescaled = variant % 2 == 1;
    if (n >= N || N == 1)
        return NNG_VARIANT_END;
    n = n == 1 ? N - 1 : n == N - 1 ? 1 : n;
    if (rescaled && scene->c->model->reduction == NNG_SUM)
        return NNG_VARIANT_SKIP;
    double scale = !rescaled ? 1.0 : (double)N / (alone ? 1.0 : (double)(N - 1));
    for (size_t i = 0; i < scene->units; i++) {
        double share = scene->delta[n * scene->units + i];
        M[i] = scale * (alone ? share : scene->b[i] - share);
    }
    if (alone)
        snprintf(text, NNG_MUTANT_TEXT, "it is dL/da_%zu of sample %zu of %zu alone, not summed over the batch",
                 scene->l, n + 1, N);
    else
        snprintf(text, NNG_MUTANT_TEXT, "sample %zu of %zu is missing from the sum over the batch", n + 1, N);
    return NNG_VARIANT_MADE;
}

/* db_i is that of neuron i + 1 or i - 1, going round at the ends or staying there. */
static enum nng_variant shifted(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    size_t units = scene->units;
    bool down = variant % 2 == 0, round = variant / 2 == 0;
    if (variant >= 4 || units == 1)
        return NNG_VARIANT_END;
    for (size_t i = 0; i < units; i++) {
        size_t from = down ? (i + 1 < units ? i + 1 : round ? 0 : i) : (i > 0 ? i - 1 : round ? units - 1 : 0);
        M[i] = scene->b[from];
    }
    snprintf(text, NNG_MUTANT_TEXT, "each entry is its neighbour's: db_%zui = dL/da_%zu,i%s1", scene->l, scene->l,
             down ? "+" : "-");
    return NNG_VARIANT_MADE;
}

/* db of another layer that is as wide. */
static enum nng_variant other_layer(const struct nng_scene *scene, size_t variant, double *M,
                                    char text[NNG_MUTANT_TEXT])
{
    const struct nng_case *c = scene->c;
    size_t k = variant + 1;
    if (k > c->model->layer_count)
        return NNG_VARIANT_END;
    if (k == scene->l || c->model->layers[k - 1].units != scene->units)
        return NNG_VARIANT_SKIP;
    memcpy(M, c->ours + c->model->layers[k - 1].biases, scene->units * sizeof *M);
    snprintf(text, NNG_MUTANT_TEXT, "it is the gradient of b%zu", k);
    return NNG_VARIANT_MADE;
}

/* One number in every entry: the first, the last, or the sum of all. */
static enum nng_variant overwritten(const struct nng_scene *scene, size_t variant, double *M,
                                    char text[NNG_MUTANT_TEXT])
{
    static const char *const what[] = {"the last neuron's", "the first neuron's",
                                       "the sum over the layer's neurons, as if they shared one bias"};
    size_t units = scene->units;
    double sum = 0.0;
    if (variant >= 3 || units == 1)
        return NNG_VARIANT_END;
    for (size_t i = 0; i < units; i++)
        sum += scene->b[i];
    for (size_t i = 0; i < units; i++)
        M[i] = variant == 0 ? scene->b[units - 1] : variant == 1 ? scene->b[0] : sum;
    snprintf(text, NNG_MUTANT_TEXT, "every entry is overwritten by %s", what[variant]);
    return NNG_VARIANT_MADE;
}

static enum nng_variant no_slope(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    if (variant > 0 || scene->dh == NULL)
        return NNG_VARIANT_END;
    nng_lead_to(scene->c, scene->l, scene->dh, NULL, M);
    snprintf(text, NNG_MUTANT_TEXT, "f'(a_%zu) is missing: dL/dh_%zu was summed instead of dL/da_%zu", scene->l,
             scene->l, scene->l);
    return NNG_VARIANT_MADE;
}

/* da/db = 1, not b. */
static enum nng_variant times_bias(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    const double *b = scene->c->prober->theta + scene->c->model->layers[scene->l - 1].biases;
    if (variant > 0)
        return NNG_VARIANT_END;
    for (size_t i = 0; i < scene->units; i++)
        M[i] = b[i] * scene->b[i];
    snprintf(text, NNG_MUTANT_TEXT, "every entry is multiplied by its bias: da_%zu/db_%zu is 1", scene->l, scene->l);
    return NNG_VARIANT_MADE;
}

static enum nng_variant zeros(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    if (variant > 0)
        return NNG_VARIANT_END;
    struct nng_suspect suspect = suspect_of(scene);
    for (size_t i = 0; i < scene->units; i++)
        M[i] = -suspect.penalty[i];
    bool frozen = !scene->c->model->layers[scene->l - 1].train_biases;
    snprintf(text, NNG_MUTANT_TEXT, "every entry is zero: the path from b%zu to the loss was left out%s", scene->l,
             frozen ? " (a frozen bias is not updated, but it has a derivative)" : "");
    return NNG_VARIANT_MADE;
}

static enum nng_variant penalty(const struct nng_scene *scene, size_t variant, double *M, char text[NNG_MUTANT_TEXT])
{
    return nng_vary_penalty(scene, NNG_BIAS, variant, scene->b, M, text);
}

static const struct nng_mutant mutants[] = {
    {"sign", negated},     {"bias-sum", averaged},          {"factor", scaled},        {"bias-sum", few_samples},
    {"bias-sum", shifted}, {"bias-sum", overwritten},       {"bias-sum", other_layer}, {"missing-factor", no_slope},
    {"penalty", penalty},  {"spurious-factor", times_bias}, {"missing-path", zeros},
};

struct nng_mutants nng_bias_mutants(void)
{
    return (struct nng_mutants){mutants, sizeof mutants / sizeof mutants[0]};
}
