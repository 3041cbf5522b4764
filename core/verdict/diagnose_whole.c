/* diagnose_whole.c - one mistake that explains every tensor at once: a common factor, which may be no mistake but
 * another convention; or samples that do not count. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "calculus/forward.h"
#include "calculus/product.h"
#include "verdict/mutant.h"

/* Is this the claimed gradient, in every tensor? */
static bool explains(const struct nng_case *c, const double *M)
{
    double evidence = 0.0;
    for (size_t t = 0; t < nng_tensor_count(c->model); t++) {
        struct nng_suspect suspect = nng_suspect(c, t);
        size_t offset = nng_tensor(c->model, t).offset;
        double misfit = nng_suspect_misfit(&suspect, c->ours + offset, M + offset, &evidence);
        if (!(misfit == 0.0 || (misfit == 0.5 && c->fails[t] != 0)))
            return false;
    }
    return evidence >= NNG_EVIDENCE;
}

/* ---- a common factor ---- */

/* The loss's parameter `scale` now, 0 if it has none. */
static double scale_of(const struct nng_model *model)
{
    const struct nng_plugin *plugin = model->loss.plugin;
    for (uint32_t p = 0; p < plugin->parameter_count; p++)
        if (strcmp(plugin->parameters[p].name, "scale") == 0)
            return model->loss.values[p];
    return 0.0;
}

/* Which setting would reconcile the two: appended to the text. */
static void say_samples(const struct nng_case *c, bool large, char text[NNG_MUTANT_TEXT])
{
    bool mean = c->model->reduction == NNG_MEAN;
    const char *why = large  ? (mean ? "1/N is missing, or your loss is a sum: loss.reduction = \"sum\""
                                     : "N was multiplied in, which a sum does not need")
                      : mean ? "1/N was applied twice"
                             : "1/N is applied, so your loss is a mean: loss.reduction = \"mean\"";
    snprintf(text, NNG_MUTANT_TEXT, "every entry is N = %zu times too %s: %s", c->prober->samples,
             large ? "large" : "small", why);
}

static void say_two(const struct nng_case *c, double factor, char text[NNG_MUTANT_TEXT])
{
    double scale = scale_of(c->model);
    int length =
        snprintf(text, NNG_MUTANT_TEXT, "every entry is %s what is due: ", factor == 2.0 ? "twice" : "half of");
    if (scale != 0.0)
        snprintf(text + length, NNG_MUTANT_TEXT - (size_t)length, "your loss is %s this one's: loss.scale = %g",
                 factor == 2.0 ? "twice" : "half of", factor * scale);
    else
        snprintf(text + length, NNG_MUTANT_TEXT - (size_t)length, "%s",
                 factor == 2.0 ? "a 1/2 is missing, or your loss is twice this one"
                               : "a 2 is missing, or your loss is half of this one");
}

static void say_outputs(const struct nng_case *c, double factor, char text[NNG_MUTANT_TEXT])
{
    snprintf(text, NNG_MUTANT_TEXT,
             "every entry is %zu times too %s, which is the number of outputs: your loss %s over them: loss = \"%s\"",
             c->model->outputs, factor > 1.0 ? "large" : "small", factor > 1.0 ? "sums" : "takes the mean",
             factor > 1.0 ? "squared_error" : "mean_squared_error");
}

static bool is_squared(const struct nng_model *model, double factor)
{
    const char *due = factor > 1.0 ? "mean_squared_error" : "squared_error";
    return strcmp(model->loss.plugin->name, due) == 0;
}

/* The factor of the whole gradient: the text, and whether it is a matter of convention. */
static const char *say_factor(const struct nng_case *c, double factor, double rate, char text[NNG_MUTANT_TEXT])
{
    double N = (double)c->prober->samples, K = (double)c->model->outputs;
    bool samples = c->prober->samples > 1 && (factor == N || factor * N == 1.0);
    bool two = factor == 2.0 || factor == 0.5;
    if (samples && two) {
        size_t length;
        say_two(c, factor, text);
        length = strlen(text);
        snprintf(text + length, NNG_MUTANT_TEXT - length, "; or, N being 2, %s",
                 factor == 2.0 ? "1/N is missing (loss.reduction = \"sum\")"
                               : "1/N was applied twice, or loss.reduction = \"mean\" is meant");
    } else if (samples)
        say_samples(c, factor > 1.0, text);
    else if (two)
        say_two(c, factor, text);
    else if ((factor == K || factor * K == 1.0) && is_squared(c->model, factor))
        say_outputs(c, factor, text);
    else if (factor == -1.0) {
        snprintf(text, NNG_MUTANT_TEXT, "every entry has the wrong sign: y - yhat for yhat - y?");
        return "sign";
    } else {
        snprintf(text, NNG_MUTANT_TEXT, "every entry is %.9g times what is due%s", factor,
                 fabs(factor) == rate ? ": it was multiplied by the learning rate" : "");
        return "factor";
    }
    return "convention";
}

/* The simple number that the factor is next to, 0 if there is none. */
static double simple_factor(const struct nng_case *c, double fitted, double rate)
{
    double N = (double)c->prober->samples, K = (double)c->model->outputs;
    double simple[] = {-1.0, 2.0, 0.5, N, 1.0 / N, K, 1.0 / K, rate, -rate};
    for (size_t i = 0; i < sizeof simple / sizeof simple[0]; i++)
        if (fabs(fitted - simple[i]) <= 1e-4 * fabs(simple[i]))
            return simple[i];
    return 0.0;
}

static double learning_rate(const struct nng_model *model)
{
    const struct nng_plugin *plugin = model->optimizer.plugin;
    for (uint32_t p = 0; plugin != NULL && p < plugin->parameter_count; p++)
        if (strcmp(plugin->parameters[p].name, "learning_rate") == 0)
            return model->optimizer.values[p];
    return 0.0;
}

/* claimed = c (ours + penalty), or c ours + penalty. Without a penalty an odd c is left to the search by layers, where
 * there may be a better reason for it. */
static const char *try_factor(const struct nng_case *c, double *M, char text[NNG_MUTANT_TEXT])
{
    size_t P = c->model->parameter_count;
    double rate = learning_rate(c->model);
    bool penalized = c->model->l1 != 0.0 || c->model->l2 != 0.0;
    for (int with = 1; with >= 0; with--) {
        for (size_t p = 0; p < P; p++)
            M[p] = c->ours[p] + with * c->penalty[p];
        double fitted = nng_best_factor(with == 1 ? c->claimed : c->data, M, P);
        double factor = simple_factor(c, fitted, rate);
        if (factor == 0.0 && penalized && with == 1)
            factor = fitted;
        if (factor == 0.0 || factor == 1.0 || !isfinite(factor))
            continue;
        for (size_t p = 0; p < P; p++)
            M[p] = factor * M[p] - with * c->penalty[p];
        if (explains(c, M))
            return say_factor(c, factor, rate, text);
    }
    return NULL;
}

/* ---- samples that do not count ---- */

/* Sample n's share of the gradient. */
static void share_of(const struct nng_case *c, size_t n, double *M)
{
    for (size_t l = 1; l <= c->model->layer_count; l++) {
        const struct nng_layer *layer = &c->model->layers[l - 1];
        const double *delta = c->pass->da[l] + n * layer->units;
        memcpy(M + layer->biases, delta, layer->units * sizeof *M);
        nng_product_tn(nng_matrix(delta, 1, layer->units),
                       nng_matrix(nng_below(c->pass, l) + n * layer->inputs, 1, layer->inputs), 0.0,
                       M + layer->weights);
    }
}

/* Sample n alone, or all but sample n; `scale` for a mean over as many samples as are left. Looks at the last biases
 * before the whole gradient is computed. */
static bool samples_explain(const struct nng_case *c, size_t n, bool alone, double scale, double *M)
{
    size_t L = c->model->layer_count, K = c->model->outputs, offset = c->model->layers[L - 1].biases;
    struct nng_suspect suspect = nng_suspect(c, 2 * L - 1);
    for (size_t i = 0; i < K; i++) {
        double share = c->pass->da[L][n * K + i];
        M[i] = scale * (alone ? share : c->ours[offset + i] - share);
    }
    double evidence = 0.0;
    if (!isfinite(nng_suspect_misfit(&suspect, c->ours + offset, M, &evidence)))
        return false;
    share_of(c, n, M);
    for (size_t p = 0; p < c->model->parameter_count; p++)
        M[p] = scale * (alone ? M[p] : c->ours[p] - M[p]);
    return explains(c, M);
}

static const char *try_samples(const struct nng_case *c, double *M, char text[NNG_MUTANT_TEXT])
{
    size_t N = c->prober->samples;
    for (size_t n = 0; N > 1 && n < N; n++)
        for (int way = 0; way < 4; way++) {
            bool alone = way < 2;
            double scale = way % 2 == 0 ? 1.0 : (double)N / (alone ? 1.0 : (double)(N - 1));
            if (!samples_explain(c, n, alone, scale, M))
                continue;
            snprintf(text, NNG_MUTANT_TEXT,
                     alone ? "it is the gradient of sample %zu of %zu alone: the sum over the samples is missing"
                           : "sample %zu of %zu is missing from the sum",
                     n + 1, N);
            return "missing-path";
        }
    return NULL;
}

enum nng_status nng_explain_whole(const struct nng_case *c, const char **cause, char text[NNG_MUTANT_TEXT],
                                  struct nng_error *error)
{
    double *M = nng_allocate(c->model->parameter_count, sizeof *M);
    if (M == NULL)
        return nng_fail_memory(error);
    *cause = try_factor(c, M, text);
    if (*cause == NULL)
        *cause = try_samples(c, M, text);
    nng_release(M);
    return NNG_OK;
}
