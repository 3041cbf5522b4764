/* diagnose_layers.c - the first false link. Of all the mistakes that explain something at a layer, the one with which
 * the fewest tensors stay unexplained is taken; from there on the spoiled dL/da_l is believed, since the claimed
 * gradient was computed from it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verdict/search.h"

/* Explanations with one cause share a message, others follow. */
static enum nng_status tell(struct nng_search *search, size_t t, const struct nng_finding *finding,
                            struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    for (size_t k = 0; k < finding->count; k++) {
        const char *cause = finding->of[k].cause, *text = finding->of[k].text, *or_else = k > 0 ? "or else " : "";
        if (k + 1 < finding->count && strcmp(cause, finding->of[k + 1].cause) == 0) {
            NNG_TRY(nng_tell(search->c, t, cause, error, "%seither %s; or %s", or_else, text, finding->of[k + 1].text));
            k++;
        } else
            NNG_TRY(nng_tell(search->c, t, cause, error, "%s%s", or_else, text));
    }
fail:
    return status;
}

/* Tensor t under what is believed: nothing to say, a consequence of what was said, a mistake of its own, or unknown. */
static enum nng_status tell_tensor(struct nng_search *search, size_t t, const double *P,
                                   const struct nng_finding *local, const char *more, struct nng_error *error)
{
    const struct nng_case *c = search->c;
    if (c->fails[t] == 0)
        return NNG_OK;
    if (search->spoiled && nng_search_holds(c, t, P))
        return nng_tell(c, t, search->cause, error, "follows from the mistake in %s", search->origin);
    if (isfinite(local->cost))
        return tell(search, t, local, error);
    return nng_explain_entries(c, t, more, error);
}

/* With one sample dL/db_l is dL/da_l: if W_l agrees with it, the link above is false, though no known mistake explains
 * it, and what is below can still be judged. */
static bool believe_biases(struct nng_search *search)
{
    const struct nng_scene *scene = &search->scene;
    struct nng_suspect W = nng_suspect(search->c, search->W_tensor), b = nng_suspect(search->c, search->b_tensor);
    if (scene->N != 1)
        return false;
    memcpy(search->best, b.data, scene->units * sizeof *search->best);
    nng_lead_to(search->c, scene->l, search->best, search->made_W, NULL);
    double evidence = 0.0;
    return nng_suspect_misfit(&W, search->W, search->made_W, &evidence) <= 0.5;
}

/* From here on `best` is believed. */
static void believe(struct nng_search *search, const char *cause, const char *origin)
{
    const struct nng_scene *scene = &search->scene;
    memcpy(search->delta, search->best, scene->N * scene->units * sizeof *search->delta);
    nng_lead_to(search->c, scene->l, search->delta, search->W, search->b);
    search->spoiled = true;
    search->cause = cause;
    snprintf(search->origin, sizeof search->origin, "%s", origin);
}

/* Both tensors are unexplained: says that the link itself is false, where all above is right. */
static const char *say_false_link(struct nng_search *search, char text[NNG_MUTANT_TEXT])
{
    text[0] = '\0';
    if (search->lost)
        return text;
    search->lost = true;
    if (search->l == search->c->model->layer_count)
        snprintf(text, NNG_MUTANT_TEXT, "; no known mistake explains it, which is made at dL/da_%zu or before",
                 search->l);
    else
        snprintf(text, NNG_MUTANT_TEXT, "; the first false link is dL/da_%zu -> dL/da_%zu, by no known mistake",
                 search->l + 1, search->l);
    return text;
}

static enum nng_status explain_layer(struct nng_search *search, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_case *c = search->c;
    size_t W = search->W_tensor, b = search->b_tensor;
    struct nng_finding W_local, b_local, link;
    char more[NNG_MUTANT_TEXT] = "";
    nng_finding_begin(&W_local);
    nng_finding_begin(&b_local);
    bool W_fine = c->fails[W] == 0 || nng_search_holds(c, W, search->W),
         b_fine = c->fails[b] == 0 || nng_search_holds(c, b, search->b);
    if (!W_fine)
        nng_search_tensor(search, W, search->W, nng_weight_mutants(), search->made_W, &W_local);
    if (!b_fine)
        nng_search_tensor(search, b, search->b, nng_bias_mutants(), search->made_b, &b_local);
    if (!W_fine || !b_fine) {
        double alone = nng_search_below(search, search->delta) +
                       (W_fine                   ? 0.0
                        : isfinite(W_local.cost) ? NNG_MISTAKE + W_local.cost
                                                 : NNG_UNEXPLAINED) +
                       (b_fine                   ? 0.0
                        : isfinite(b_local.cost) ? NNG_MISTAKE + b_local.cost
                                                 : NNG_UNEXPLAINED);
        nng_search_link(search, W_fine, b_fine, &W_local, &b_local, &link);
        if (link.cost < alone) {
            size_t first = c->fails[W] != 0 ? W : b;
            believe(search, link.of[0].cause, nng_tensor(c->model, first).name);
            NNG_TRY(tell(search, first, &link, error));
            if (first == b)
                return NNG_OK;
        } else if (!W_fine && !b_fine && !isfinite(W_local.cost) && !isfinite(b_local.cost)) {
            say_false_link(search, more);
            if (believe_biases(search)) {
                NNG_TRY(nng_explain_entries(c, W, more, error));
                believe(search, "unknown", nng_tensor(c->model, W).name);
                return tell_tensor(search, b, search->b, &b_local, "", error);
            }
        }
    }
    if (search->origin[0] == '\0' || strcmp(search->origin, nng_tensor(c->model, W).name) != 0)
        NNG_TRY(tell_tensor(search, W, search->W, &W_local, more, error));
    NNG_TRY(tell_tensor(search, b, search->b, &b_local, "", error));
fail:
    return status;
}

enum nng_status nng_explain_layers(const struct nng_case *c, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t L = c->model->layer_count;
    struct nng_search search = {.c = c};
    NNG_TRY(nng_search_open(&search, error));
    for (size_t l = L; l >= 1; l--) {
        bool right = c->fails[l - 1] == 0 && c->fails[L + l - 1] == 0;
        search.spoiled = search.spoiled && !right;
        nng_search_enter(&search, l);
        if (!right)
            NNG_TRY(explain_layer(&search, error));
    }
fail:
    return status;
}

enum nng_status nng_explain_otherwise(const struct nng_case *c, const char *cause, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t L = c->model->layer_count;
    struct nng_search search = {.c = c};
    struct nng_finding none, link;
    NNG_TRY(nng_search_open(&search, error));
    nng_finding_begin(&none);
    nng_search_enter(&search, L);
    nng_search_link(&search, c->fails[L - 1] == 0, c->fails[2 * L - 1] == 0, &none, &none, &link);
    if (link.cost != NNG_MISTAKE)
        return NNG_OK;
    for (size_t k = 0; k < link.count; k++) {
        const char *other = link.of[k].cause;
        if (strcmp(other, cause) != 0 && strcmp(other, "factor") != 0 && strcmp(other, "sign") != 0)
            NNG_TRY(nng_tell(c, c->fails[L - 1] != 0 ? L - 1 : 2 * L - 1, other, error, "or else %s", link.of[k].text));
    }
fail:
    return status;
}
