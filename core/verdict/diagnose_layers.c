/* diagnose_layers.c - the first false link. From the output layer down, with what is believed of the layers above:
 *
 *     dL/dh_l -> dL/da_l -> (dL/dW_l, dL/db_l)
 *
 * A mistake in dL/da_l spoils W_l, b_l and everything below; a mistake in one tensor spoils that alone. Of all the
 * mistakes that explain something at layer l, the one with which the fewest tensors stay unexplained is taken; from
 * there on the spoiled dL/da_l is believed, since the claimed gradient was computed from it. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "calculus/forward.h"
#include "verdict/mutant.h"

/* What a tensor costs: one more mistake, or no explanation. */
static const double MISTAKE = 1.0, UNEXPLAINED = 3.0;

/* Above so many multiplications a mutant must explain the biases before its weights are computed. */
static const double LARGE = 1e6;

/* The best explanation, and others that are as good. */
enum { EQUALLY_GOOD = 3 };

struct finding {
    double cost; /* INFINITY: none */
    size_t count;
    struct {
        const char *cause;
        char text[NNG_MUTANT_TEXT];
        size_t row; /* of the table of mistakes */
    } of[EQUALLY_GOOD];
};

struct search {
    const struct nng_case *c;
    size_t l;
    struct nng_scene scene;
    double *dh, *delta, *above, *above_dh; /* N x widest layer */
    double *W, *b;                         /* what is believed: largest W, widest layer */
    double *made, *best;                   /* deltas of mutants: N x widest layer */
    double *made_W, *made_b;
    double *down_dh, *down; /* for a look at the layers below: N x widest */
    double *low_W, *low_b;
    double *scratch, *room, *product; /* the mutants' */
    bool spoiled;                     /* what is believed is not right: a mistake was found above */
    bool lost;                        /* a false link was met that no known mistake explains */
    char origin[24];                  /* the tensor where the last mistake was told of */
    const char *cause;                /* and its cause */
};

static enum nng_status open_search(struct search *search, struct nng_error *error)
{
    const struct nng_model *model = search->c->model;
    size_t width = model->outputs, largest = 1, N = search->c->prober->samples;
    for (size_t l = 0; l < model->layer_count; l++) {
        const struct nng_layer *layer = &model->layers[l];
        width = layer->units > width ? layer->units : width;
        largest = layer->units * layer->inputs > largest ? layer->units * layer->inputs : largest;
    }
    double **rows[] = {&search->dh,   &search->delta, &search->above,   &search->above_dh, &search->made,
                       &search->best, &search->down,  &search->down_dh, &search->scratch,  &search->room};
    double **matrices[] = {&search->W, &search->made_W, &search->low_W, &search->product};
    double **vectors[] = {&search->b, &search->made_b, &search->low_b};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if ((*rows[i] = nng_arena_take(search->c->arena, N, width * sizeof(double))) == NULL)
            return nng_fail_memory(error);
    for (size_t i = 0; i < sizeof matrices / sizeof matrices[0]; i++)
        if ((*matrices[i] = nng_arena_take(search->c->arena, largest, sizeof(double))) == NULL)
            return nng_fail_memory(error);
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++)
        if ((*vectors[i] = nng_arena_take(search->c->arena, width, sizeof(double))) == NULL)
            return nng_fail_memory(error);
    return NNG_OK;
}

/* ---- what is believed at layer l ---- */

static size_t tensor_W(const struct search *search)
{
    return search->l - 1;
}

static size_t tensor_b(const struct search *search)
{
    return search->c->model->layer_count + search->l - 1;
}

/* Does P explain tensor t as well as anything could? */
static bool holds(const struct nng_case *c, size_t t, const double *P)
{
    struct nng_suspect suspect = nng_suspect(c, t);
    double evidence = 0.0,
           misfit = nng_suspect_misfit(&suspect, c->ours + nng_tensor(c->model, t).offset, P, &evidence);
    return misfit == 0.0 || (misfit == 0.5 && c->fails[t] != 0);
}

/* Moves to layer l: dL/dh_l, dL/da_l and what they lead to, from what is believed above. */
static void enter_layer(struct search *search, size_t l)
{
    const struct nng_case *c = search->c;
    const struct nng_model *model = c->model;
    const struct nng_layer *layer = &model->layers[l - 1];
    size_t N = c->prober->samples, L = model->layer_count;
    double *above = search->above, *above_dh = search->above_dh;
    search->above = search->delta, search->delta = above;
    search->above_dh = search->dh, search->dh = above_dh;
    bool has_dh = l < L || c->dyhat != NULL;
    if (l < L)
        nng_step_down(c, l, search->above, search->dh);
    else if (has_dh)
        memcpy(search->dh, c->dyhat, N * layer->units * sizeof(double));
    search->spoiled = search->spoiled && nng_chain(c, l, c->pass->a[l], c->pass->h[l], search->dh, search->delta);
    if (!search->spoiled) {
        memcpy(search->delta, c->pass->da[l], N * layer->units * sizeof(double));
        if (l < L)
            memcpy(search->dh, c->pass->dh[l], N * layer->units * sizeof(double));
    }
    nng_lead_to(c, l, search->delta, search->W, search->b);
    search->l = l;
    search->scene = (struct nng_scene){.c = c,
                                       .l = l,
                                       .N = N,
                                       .units = layer->units,
                                       .inputs = layer->inputs,
                                       .h = nng_below(c->pass, l),
                                       .above = l < L ? search->above : NULL,
                                       .above_dh = l + 1 < L || c->dyhat != NULL ? search->above_dh : NULL,
                                       .dh = has_dh ? search->dh : NULL,
                                       .delta = search->delta,
                                       .W = search->W,
                                       .b = search->b,
                                       .scratch = search->scratch,
                                       .room = search->room,
                                       .product = search->product};
}

/* How many tensors below layer l stay unexplained when delta is believed. */
static double unexplained_below(struct search *search, const double *delta)
{
    const struct nng_case *c = search->c;
    double count = 0.0;
    const double *above = delta;
    for (size_t l = search->l - 1; l >= 1; l--) {
        nng_step_down(c, l, above, search->down_dh);
        if (!nng_chain(c, l, c->pass->a[l], c->pass->h[l], search->down_dh, search->down))
            return count + 2.0 * (double)l;
        nng_lead_to(c, l, search->down, search->low_W, search->low_b);
        count += !holds(c, l - 1, search->low_W);
        count += !holds(c, c->model->layer_count + l - 1, search->low_b);
        above = search->down;
    }
    return count;
}

/* ---- candidates ---- */

static void begin(struct finding *finding)
{
    *finding = (struct finding){.cost = INFINITY};
}

/* Variants of one mistake are not told apart. */
static void consider(struct finding *finding, double cost, const char *cause, const char *text, size_t row)
{
    if (cost < finding->cost)
        *finding = (struct finding){.cost = cost};
    else if (cost > finding->cost || finding->count == EQUALLY_GOOD || finding->of[finding->count - 1].row == row)
        return;
    finding->of[finding->count].cause = cause;
    finding->of[finding->count].row = row;
    snprintf(finding->of[finding->count++].text, NNG_MUTANT_TEXT, "%s", text);
}

/* The mistake in one tensor alone that explains it. */
static void find_local(struct search *search, size_t t, const double *P, struct nng_mutants mutants, double *M,
                       struct finding *finding)
{
    struct nng_suspect suspect = nng_suspect(search->c, t);
    char text[NNG_MUTANT_TEXT] = "";
    enum nng_variant made;
    begin(finding);
    for (size_t row = 0; row < mutants.count; row++)
        for (size_t v = 0; (made = mutants.list[row].make(&search->scene, v, M, text)) != NNG_VARIANT_END; v++) {
            double evidence = 0.0;
            double misfit = made == NNG_VARIANT_MADE ? nng_suspect_misfit(&suspect, P, M, &evidence) : INFINITY;
            if (misfit <= 0.5 && evidence >= NNG_EVIDENCE)
                consider(finding, misfit, mutants.list[row].cause, text, row);
        }
}

/* Where the claimed rows agree with what is believed, delta is believed too. Says in which neurons they do not. */
static void keep_rows(struct search *search, const struct nng_suspect *W, const struct nng_suspect *b, double *delta,
                      char text[NNG_MUTANT_TEXT])
{
    const struct nng_scene *scene = &search->scene;
    size_t changed = 0, last = 0;
    for (size_t i = 0; i < scene->units; i++) {
        bool same = nng_suspect_near(b, i, search->b[i]);
        for (size_t e = i * scene->inputs; same && e < (i + 1) * scene->inputs; e++)
            same = nng_suspect_near(W, e, search->W[e]);
        for (size_t n = 0; same && n < scene->N; n++)
            delta[n * scene->units + i] = scene->delta[n * scene->units + i];
        changed += !same;
        last = same ? last : i;
    }
    size_t length = strlen(text);
    if (changed == 1)
        snprintf(text + length, NNG_MUTANT_TEXT - length, " (in neuron %zu of layer %zu alone)", last + 1, scene->l);
    else
        snprintf(text + length, NNG_MUTANT_TEXT - length, " (in %zu of the %zu neurons of layer %zu)", changed,
                 scene->units, scene->l);
}

/* What is left of a tensor's cost when `misfit` is how well the mutant of delta explains it. */
static double cost_of(bool fine, double misfit, const struct finding *local)
{
    if (misfit <= 0.5)
        return misfit;
    return fine || isfinite(local->cost) ? MISTAKE : UNEXPLAINED;
}

/* The mistake in dL/da_l with which the least stays unexplained; its delta is left in search->best. */
static void find_link(struct search *search, bool W_fine, bool b_fine, const struct finding *W_local,
                      const struct finding *b_local, struct finding *link)
{
    const struct nng_scene *scene = &search->scene;
    struct nng_suspect W = nng_suspect(search->c, tensor_W(search)), b = nng_suspect(search->c, tensor_b(search));
    struct nng_mutants mutants = nng_delta_mutants();
    char text[NNG_MUTANT_TEXT] = "";
    enum nng_variant made;
    bool large = (double)scene->N * (double)(scene->units * scene->inputs) > LARGE;
    begin(link);
    for (size_t row = 0; row < mutants.count; row++)
        for (size_t v = 0; (made = mutants.list[row].make(scene, v, search->made, text)) != NNG_VARIANT_END; v++) {
            if (made != NNG_VARIANT_MADE)
                continue;
            nng_lead_to(search->c, scene->l, search->made, NULL, search->made_b);
            double evidence = 0.0, by_b = nng_suspect_misfit(&b, search->b, search->made_b, &evidence);
            if (large && !b_fine && by_b > 0.5 && !isfinite(b_local->cost))
                continue;
            nng_lead_to(search->c, scene->l, search->made, search->made_W, NULL);
            double by_W = nng_suspect_misfit(&W, search->W, search->made_W, &evidence);
            if (evidence < NNG_EVIDENCE || ((W_fine || by_W > 0.5) && (b_fine || by_b > 0.5)))
                continue;
            double cost = MISTAKE + cost_of(W_fine, by_W, W_local) + cost_of(b_fine, by_b, b_local);
            if (by_W == 0.25 || by_b == 0.25)
                keep_rows(search, &W, &b, search->made, text);
            if (cost > link->cost)
                continue;
            cost += unexplained_below(search, search->made);
            if (cost < link->cost)
                memcpy(search->best, search->made, scene->N * scene->units * sizeof *search->best);
            consider(link, cost, mutants.list[row].cause, text, row);
        }
}

/* ---- telling ---- */

/* Explanations with one cause share a message, others follow. */
static enum nng_status tell(struct search *search, size_t t, const struct finding *finding, struct nng_error *error)
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
static enum nng_status tell_tensor(struct search *search, size_t t, const double *P, const struct finding *local,
                                   const char *more, struct nng_error *error)
{
    const struct nng_case *c = search->c;
    if (c->fails[t] == 0)
        return NNG_OK;
    if (search->spoiled && holds(c, t, P))
        return nng_tell(c, t, search->cause, error, "follows from the mistake in %s", search->origin);
    if (isfinite(local->cost))
        return tell(search, t, local, error);
    return nng_explain_entries(c, t, more, error);
}

/* With one sample dL/db_l is dL/da_l: if W_l agrees with it, the link above is false, though no known mistake explains
 * it, and what is below can still be judged. */
static bool believe_biases(struct search *search)
{
    const struct nng_scene *scene = &search->scene;
    struct nng_suspect W = nng_suspect(search->c, tensor_W(search)), b = nng_suspect(search->c, tensor_b(search));
    if (scene->N != 1)
        return false;
    memcpy(search->best, b.data, scene->units * sizeof *search->best);
    nng_lead_to(search->c, scene->l, search->best, search->made_W, NULL);
    double evidence = 0.0;
    return nng_suspect_misfit(&W, search->W, search->made_W, &evidence) <= 0.5;
}

/* From here on `best` is believed. */
static void believe(struct search *search, const char *cause, const char *origin)
{
    const struct nng_scene *scene = &search->scene;
    memcpy(search->delta, search->best, scene->N * scene->units * sizeof *search->delta);
    nng_lead_to(search->c, scene->l, search->delta, search->W, search->b);
    search->spoiled = true;
    search->cause = cause;
    snprintf(search->origin, sizeof search->origin, "%s", origin);
}

/* Both tensors are unexplained: says that the link itself is false, where all above is right. */
static const char *say_false_link(struct search *search, char text[NNG_MUTANT_TEXT])
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

static enum nng_status explain_layer(struct search *search, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_case *c = search->c;
    size_t W = tensor_W(search), b = tensor_b(search);
    struct finding W_local, b_local, link;
    char more[NNG_MUTANT_TEXT] = "";
    begin(&W_local);
    begin(&b_local);
    bool W_fine = c->fails[W] == 0 || holds(c, W, search->W), b_fine = c->fails[b] == 0 || holds(c, b, search->b);
    if (!W_fine)
        find_local(search, W, search->W, nng_weight_mutants(), search->made_W, &W_local);
    if (!b_fine)
        find_local(search, b, search->b, nng_bias_mutants(), search->made_b, &b_local);
    if (!W_fine || !b_fine) {
        double alone = unexplained_below(search, search->delta) +
                       (W_fine                   ? 0.0
                        : isfinite(W_local.cost) ? MISTAKE + W_local.cost
                                                 : UNEXPLAINED) +
                       (b_fine                   ? 0.0
                        : isfinite(b_local.cost) ? MISTAKE + b_local.cost
                                                 : UNEXPLAINED);
        find_link(search, W_fine, b_fine, &W_local, &b_local, &link);
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
    struct search search = {.c = c};
    NNG_TRY(open_search(&search, error));
    for (size_t l = L; l >= 1; l--) {
        bool right = c->fails[l - 1] == 0 && c->fails[L + l - 1] == 0;
        search.spoiled = search.spoiled && !right;
        enter_layer(&search, l);
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
    struct search search = {.c = c};
    struct finding none, link;
    NNG_TRY(open_search(&search, error));
    begin(&none);
    enter_layer(&search, L);
    find_link(&search, c->fails[L - 1] == 0, c->fails[2 * L - 1] == 0, &none, &none, &link);
    if (link.cost != MISTAKE)
        return NNG_OK;
    for (size_t k = 0; k < link.count; k++) {
        const char *other = link.of[k].cause;
        if (strcmp(other, cause) != 0 && strcmp(other, "factor") != 0 && strcmp(other, "sign") != 0)
            NNG_TRY(nng_tell(c, c->fails[L - 1] != 0 ? L - 1 : 2 * L - 1, other, error, "or else %s", link.of[k].text));
    }
fail:
    return status;
}
