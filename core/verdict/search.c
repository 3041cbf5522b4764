/* search.c - which mistakes explain what was claimed at one layer, given what is believed of the layers above. */
#include "verdict/search.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "calculus/forward.h"

const double NNG_MISTAKE = 1.0, NNG_UNEXPLAINED = 3.0;

/* Above so many multiplications a mutant must explain the biases before its weights are computed. */
static const double LARGE = 1e6;

enum nng_status nng_search_open(struct nng_search *search, struct nng_error *error)
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

bool nng_search_holds(const struct nng_case *c, size_t t, const double *P)
{
    struct nng_suspect suspect = nng_suspect(c, t);
    double evidence = 0.0,
           misfit = nng_suspect_misfit(&suspect, c->ours + nng_tensor(c->model, t).offset, P, &evidence);
    return misfit == 0.0 || (misfit == 0.5 && c->fails[t] != 0);
}

void nng_search_enter(struct nng_search *search, size_t l)
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
    search->W_tensor = l - 1;
    search->b_tensor = L + l - 1;
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

double nng_search_below(struct nng_search *search, const double *delta)
{
    const struct nng_case *c = search->c;
    double count = 0.0;
    const double *above = delta;
    for (size_t l = search->l - 1; l >= 1; l--) {
        nng_step_down(c, l, above, search->down_dh);
        if (!nng_chain(c, l, c->pass->a[l], c->pass->h[l], search->down_dh, search->down))
            return count + 2.0 * (double)l;
        nng_lead_to(c, l, search->down, search->low_W, search->low_b);
        count += !nng_search_holds(c, l - 1, search->low_W);
        count += !nng_search_holds(c, c->model->layer_count + l - 1, search->low_b);
        above = search->down;
    }
    return count;
}

/* ---- candidates ---- */

void nng_finding_begin(struct nng_finding *finding)
{
    *finding = (struct nng_finding){.cost = INFINITY};
}

/* Variants of one mistake are not told apart. */
static void consider(struct nng_finding *finding, double cost, const char *cause, const char *text, size_t row)
{
    if (cost < finding->cost)
        *finding = (struct nng_finding){.cost = cost};
    else if (cost > finding->cost || finding->count == NNG_EQUALLY_GOOD || finding->of[finding->count - 1].row == row)
        return;
    finding->of[finding->count].cause = cause;
    finding->of[finding->count].row = row;
    snprintf(finding->of[finding->count++].text, NNG_MUTANT_TEXT, "%s", text);
}

void nng_search_tensor(struct nng_search *search, size_t t, const double *P, struct nng_mutants mutants, double *M,
                       struct nng_finding *finding)
{
    struct nng_suspect suspect = nng_suspect(search->c, t);
    char text[NNG_MUTANT_TEXT] = "";
    enum nng_variant made;
    nng_finding_begin(finding);
    for (size_t row = 0; row < mutants.count; row++)
        for (size_t v = 0; (made = mutants.list[row].make(&search->scene, v, M, text)) != NNG_VARIANT_END; v++) {
            double evidence = 0.0;
            double misfit = made == NNG_VARIANT_MADE ? nng_suspect_misfit(&suspect, P, M, &evidence) : INFINITY;
            if (misfit <= 0.5 && evidence >= NNG_EVIDENCE)
                consider(finding, misfit, mutants.list[row].cause, text, row);
        }
}

/* Where the claimed rows agree with what is believed, delta is believed too. Says in which neurons they do not. */
static void keep_rows(struct nng_search *search, const struct nng_suspect *W, const struct nng_suspect *b,
                      double *delta, char text[NNG_MUTANT_TEXT])
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
static double cost_of(bool fine, double misfit, const struct nng_finding *local)
{
    if (misfit <= 0.5)
        return misfit;
    return fine || isfinite(local->cost) ? NNG_MISTAKE : NNG_UNEXPLAINED;
}

/* What a mutant of dL/da_l, in search->made, leaves unexplained; INFINITY when it explains nothing. */
static double cost_of_link(struct nng_search *search, const struct nng_finding *W_local,
                           const struct nng_finding *b_local, bool W_fine, bool b_fine, double least,
                           char text[NNG_MUTANT_TEXT])
{
    const struct nng_scene *scene = &search->scene;
    const struct nng_suspect W = nng_suspect(search->c, search->W_tensor);
    const struct nng_suspect b = nng_suspect(search->c, search->b_tensor);
    bool large = (double)scene->N * (double)(scene->units * scene->inputs) > LARGE;
    double evidence = 0.0;
    nng_lead_to(search->c, scene->l, search->made, NULL, search->made_b);
    double by_b = nng_suspect_misfit(&b, search->b, search->made_b, &evidence);
    if (large && !b_fine && by_b > 0.5 && !isfinite(b_local->cost))
        return INFINITY;
    nng_lead_to(search->c, scene->l, search->made, search->made_W, NULL);
    double by_W = nng_suspect_misfit(&W, search->W, search->made_W, &evidence);
    if (evidence < NNG_EVIDENCE || ((W_fine || by_W > 0.5) && (b_fine || by_b > 0.5)))
        return INFINITY;
    double cost = NNG_MISTAKE + cost_of(W_fine, by_W, W_local) + cost_of(b_fine, by_b, b_local);
    if (by_W == 0.25 || by_b == 0.25)
        keep_rows(search, &W, &b, search->made, text);
    return cost > least ? INFINITY : cost + nng_search_below(search, search->made);
}

void nng_search_link(struct nng_search *search, bool W_fine, bool b_fine, const struct nng_finding *W_local,
                     const struct nng_finding *b_local, struct nng_finding *link)
{
    const struct nng_scene *scene = &search->scene;
    struct nng_mutants tables[] = {nng_slope_mutants(), nng_path_mutants()};
    char text[NNG_MUTANT_TEXT] = "";
    enum nng_variant made;
    nng_finding_begin(link);
    for (size_t row = 0; row < tables[0].count + tables[1].count; row++) {
        const struct nng_mutant *mutant =
            row < tables[0].count ? &tables[0].list[row] : &tables[1].list[row - tables[0].count];
        for (size_t v = 0; (made = mutant->make(scene, v, search->made, text)) != NNG_VARIANT_END; v++) {
            if (made != NNG_VARIANT_MADE)
                continue;
            double cost = cost_of_link(search, W_local, b_local, W_fine, b_fine, link->cost, text);
            if (cost < link->cost)
                memcpy(search->best, search->made, scene->N * scene->units * sizeof *search->best);
            if (isfinite(cost))
                consider(link, cost, mutant->cause, text, row);
        }
    }
}
