/* mutant.c - what mistakes in weights, biases and deltas have in common: the passes themselves, wrong factors, wrong
 * penalties. */
#include "verdict/mutant.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "calculus/forward.h"
#include "calculus/product.h"

bool nng_chain(const struct nng_case *c, size_t l, const double *a, const double *h, const double *dh, double *delta)
{
    struct nng_diagnostic diagnostic = {.row = -1, .column = -1};
    const struct nng_layer *layer = &c->model->layers[l - 1];
    return layer->activation.plugin->activation->backward(layer->activation.values, c->prober->samples, layer->units, a,
                                                          h, dh, delta, &diagnostic) == NNG_PLUGIN_OK;
}

void nng_lead_to(const struct nng_case *c, size_t l, const double *delta, double *W, double *b)
{
    const struct nng_layer *layer = &c->model->layers[l - 1];
    size_t N = c->prober->samples, units = layer->units;
    if (W != NULL)
        nng_product_tn(nng_matrix(delta, N, units), nng_matrix(nng_below(c->pass, l), N, layer->inputs), 0.0, W);
    if (b == NULL)
        return;
    memset(b, 0, units * sizeof *b);
    for (size_t n = 0; n < N; n++)
        for (size_t i = 0; i < units; i++)
            b[i] += delta[n * units + i];
}

void nng_step_down(const struct nng_case *c, size_t l, const double *above, double *dh)
{
    const struct nng_layer *up = &c->model->layers[l];
    struct nng_matrix W = nng_matrix(c->prober->theta + up->weights, up->units, up->inputs);
    nng_product_nn(nng_matrix(above, c->prober->samples, up->units), W, 0.0, dh);
}

const char *nng_letter(char name[NNG_LETTER], const char *letter, size_t l)
{
    if (l == 0)
        snprintf(name, NNG_LETTER, "x");
    else
        snprintf(name, NNG_LETTER, "%s_%zu", letter, l);
    return name;
}

/* ---- a wrong factor ---- */

/* Fewer entries than this are fitted by some factor anyway. */
enum { ENOUGH = 3 };

static size_t nonzero(const double *v, size_t count)
{
    size_t found = 0;
    for (size_t e = 0; e < count; e++)
        found += v[e] != 0.0;
    return found;
}

bool nng_factor_is_odd(double c, size_t N)
{
    double known[] = {1.0, -1.0, 2.0, 0.5, (double)N, 1.0 / (double)N};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (fabs(c - known[i]) <= 1e-6 * fabs(known[i]))
            return false;
    return c != 0.0 && isfinite(c);
}

static void say_factor(double c, size_t N, char text[NNG_MUTANT_TEXT])
{
    if (N == 2 && c == 2.0)
        snprintf(text, NNG_MUTANT_TEXT, "every entry is twice what is due: 1/N is missing (N = 2), or a 1/2");
    else if (N == 2 && c == 0.5)
        snprintf(text, NNG_MUTANT_TEXT, "every entry is half of what is due: 1/N was applied twice (N = 2), or a 1/2");
    else if (c == (double)N)
        snprintf(text, NNG_MUTANT_TEXT, "every entry is N = %zu times too large: 1/N is missing", N);
    else if (c * (double)N == 1.0)
        snprintf(text, NNG_MUTANT_TEXT, "every entry is N = %zu times too small: 1/N was applied twice", N);
    else if (c == 2.0)
        snprintf(text, NNG_MUTANT_TEXT, "every entry is twice what is due");
    else if (c == 0.5)
        snprintf(text, NNG_MUTANT_TEXT, "every entry is half of what is due");
    else
        snprintf(text, NNG_MUTANT_TEXT, "every entry is %.9g times what is due", c);
}

enum nng_variant nng_vary_factor(const struct nng_scene *scene, const struct nng_suspect *suspect, bool samples,
                                 size_t variant, const double *P, double *M, char text[NNG_MUTANT_TEXT])
{
    size_t N = scene->N, count = suspect->rows * suspect->cols;
    double by_samples[] = {(double)N, 1.0 / (double)N}, others[] = {2.0, 0.5, 0.0}, c;
    if (variant >= (samples ? 2 : 3))
        return NNG_VARIANT_END;
    c = samples ? by_samples[variant] : others[variant];
    if (c == 0.0) {
        c = nng_best_factor(suspect->data, P, count);
        if (nonzero(P, count) < ENOUGH || !nng_factor_is_odd(c, N))
            return NNG_VARIANT_SKIP;
    }
    if (c == 1.0 || (samples && N == 2))
        return samples ? NNG_VARIANT_END : NNG_VARIANT_SKIP;
    for (size_t e = 0; e < count; e++)
        M[e] = c * P[e];
    say_factor(c, N, text);
    return NNG_VARIANT_MADE;
}

/* ---- a wrong penalty: l1 |w| + (l2/2) w^2 ---- */

/* What the penalty's two parts, l1 sign(w) and l2 w, are multiplied by instead of 1; N counts as 1/N. */
struct slip {
    double l1, l2;
    bool by_samples;
    const char *text;
};

static const struct slip slips[] = {
    {0.0, 0.0, false, "the penalty is forgotten: its part of the derivative is missing"},
    {1.0, 0.0, false, "the l2 penalty is forgotten: l2 w is missing"},
    {0.0, 1.0, false, "the l1 penalty is forgotten: l1 sign(w) is missing"},
    {1.0, 2.0, false, "2 l2 w instead of l2 w: the penalty is (l2/2) w^2, with the 1/2"},
    {1.0, 0.5, false, "l2 w / 2 instead of l2 w: the derivative of (l2/2) w^2 has no 1/2"},
    {1.0, 1.0, true, "the penalty's derivative is divided by N, which the penalty is not"},
    {-1.0, -1.0, false, "the penalty's derivative is subtracted instead of added"},
};

/* The same for a bias that has no penalty. */
static const struct slip intrusions[] = {
    {1.0, 1.0, false, "the penalty is applied to the biases, which have none here (regularization.biases = true)"},
    {0.0, 1.0, false, "the l2 penalty is applied to the biases, which have none here (regularization.biases = true)"},
    {1.0, 1.0, true, "the penalty, divided by N, is applied to the biases, which have none here"},
};

enum nng_variant nng_vary_penalty(const struct nng_scene *scene, enum nng_tensor_kind kind, size_t variant,
                                  const double *P, double *M, char text[NNG_MUTANT_TEXT])
{
    const struct nng_model *model = scene->c->model;
    const struct nng_layer *layer = &model->layers[scene->l - 1];
    bool penalized = kind == NNG_WEIGHT || model->penalize_biases;
    const struct slip *list = penalized ? slips : intrusions;
    size_t slip_count = penalized ? sizeof slips / sizeof slips[0] : sizeof intrusions / sizeof intrusions[0];
    if (variant >= slip_count || (model->l1 == 0.0 && model->l2 == 0.0))
        return NNG_VARIANT_END;
    const struct slip *slip = &list[variant];
    if ((slip->l1 != slip->l2 && (slip->l1 == 0.0 || slip->l2 == 0.0) && (model->l1 == 0.0 || model->l2 == 0.0)) ||
        (slip->l1 != slip->l2 && model->l2 == 0.0) || (slip->by_samples && scene->N == 1))
        return NNG_VARIANT_SKIP;
    const double *w = scene->c->prober->theta + (kind == NNG_WEIGHT ? layer->weights : layer->biases);
    size_t count = kind == NNG_WEIGHT ? layer->units * layer->inputs : layer->units;
    double share = slip->by_samples ? 1.0 / (double)scene->N : 1.0, due = penalized ? 1.0 : 0.0;
    for (size_t e = 0; e < count; e++) {
        double sign = (double)((w[e] > 0.0) - (w[e] < 0.0));
        M[e] = P[e] + model->l1 * sign * (slip->l1 * share - due) + model->l2 * w[e] * (slip->l2 * share - due);
    }
    snprintf(text, NNG_MUTANT_TEXT, "%s", slip->text);
    return NNG_VARIANT_MADE;
}
