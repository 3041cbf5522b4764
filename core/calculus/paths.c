/* paths.c - a derivative as the sum of its paths.  With L_n the loss of one sample,
 *
 *     dL_n/dw_lij = sum over i = u_0, u_1, ..., u_T of  da_li/dw_lij  dh_{l,u_1}/da_{l,u_0}  da_{l+1,u_2}/dh_{l,u_1}
 *                                                       ...  dyhat_{u_T}/da_{L,u_T-1}  dL_n/dyhat_{u_T}
 *
 * The units form stages a_l, h_l, a_{l+1}, ..., yhat. From the last stage back every unit u learns, of the paths from
 * it to L: how many there are, the sum of their values, the sum of their magnitudes, and the k that are largest,
 *
 *     S(u) = sum over v of  dv/du S(v),        the k largest of  |dv/du| |value of v's r-th path|  over v and r,
 *
 * so that 10^30 paths cost no more than a backward pass per k. Rounding keeps order, so the k largest are exact.
 */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "calculus/call.h"
#include "calculus/forward.h"

enum { MOST_PATHS = 1000 };

/* A sum this far below the paths' magnitudes is what rounding left of their cancelling. */
static const double CANCELLED = 1e-13;

/* One of a unit's largest paths: it goes on with the rank-th path of unit `next` of the following stage. */
struct tail {
    double value;
    size_t next, rank;
};

/* What every unit of a stage knows of its paths to L. */
struct stage {
    size_t layer; /* from 1 */
    bool is_h;
    size_t units;
    const double *jacobian; /* of a stage a: dh_v/da_u at v * units + u, or only its diagonal */
    bool diagonal;
    const double *weights; /* of a stage h that is not the last: W_{layer + 1}, units_above x units */
    const double *slope;   /* of the last stage: dL_n/dyhat */
    double *count, *sum, *magnitude;
    size_t *tail_count;
    struct tail *tails; /* units x most */
};

struct walk {
    const struct nng_model *model;
    const double *theta;
    const struct nng_pass *pass; /* of the one sample */
    struct nng_place place;      /* of the parameter */
    size_t most;
    struct stage *stages;
    size_t stage_count;
    struct nng_arena *memory; /* all of this */
};

/* What is not a number is put before everything: it must be seen. */
static double size_of(double value)
{
    return isnan(value) ? INFINITY : fabs(value);
}

/* ---- local derivatives --------------------------------------------------------------------------------------- */

/* dh_v/da_u by vector-Jacobian products: those of (1, ..., 1) when unit u feeds h_u alone, else of every unit vector.
 */
static enum nng_status find_jacobian(struct walk *walk, struct stage *stage, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_method *method = &walk->model->layers[stage->layer - 1].activation;
    const struct nng_activation *f = method->plugin->activation;
    const double *a = walk->pass->a[stage->layer], *h = walk->pass->h[stage->layer];
    stage->diagonal = (f->flags & NNG_ACTIVATION_ELEMENTWISE) != 0;
    size_t units = stage->units, rows = stage->diagonal ? 1 : units;
    double *jacobian = nng_arena_take(walk->memory, rows, units * sizeof *jacobian);
    double *unit = nng_arena_take(walk->memory, units, sizeof *unit);
    if (jacobian == NULL || unit == NULL)
        return nng_fail_memory(error);
    for (size_t v = 0; v < rows; v++) {
        for (size_t u = 0; u < units; u++)
            unit[u] = stage->diagonal || u == v ? 1.0 : 0.0;
        NNG_CALL(method, stage->layer,
                 f->backward(method->values, 1, units, a, h, unit, jacobian + v * units, &diagnostic));
    }
    stage->jacobian = jacobian;
fail:
    return status;
}

/* The derivative of the following stage's unit v by this one's unit u. */
static double local(const struct stage *stage, size_t u, size_t v)
{
    if (!stage->is_h)
        return stage->jacobian[stage->diagonal ? u : v * stage->units + u];
    return stage->weights[v * stage->units + u];
}

/* da_li/dw_lij = h_{l-1,j}, da_li/db_li = 1. */
static double first_factor(const struct walk *walk)
{
    const struct nng_place *place = &walk->place;
    return place->kind == NNG_BIAS ? 1.0 : nng_below(walk->pass, place->layer)[place->input - 1];
}

/* ---- the recursion ------------------------------------------------------------------------------------------- */

static enum nng_status build_stages(struct walk *walk, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = walk->model;
    size_t L = model->layer_count;
    walk->stage_count = 2 * (L - walk->place.layer + 1);
    walk->stages = nng_arena_take(walk->memory, walk->stage_count, sizeof *walk->stages);
    if (walk->stages == NULL)
        return nng_fail_memory(error);
    for (size_t s = 0; s < walk->stage_count; s++) {
        struct stage *stage = &walk->stages[s];
        stage->layer = walk->place.layer + s / 2;
        stage->is_h = s % 2 == 1;
        stage->units = model->layers[stage->layer - 1].units;
        stage->count = nng_arena_take(walk->memory, stage->units, sizeof *stage->count);
        stage->sum = nng_arena_take(walk->memory, stage->units, sizeof *stage->sum);
        stage->magnitude = nng_arena_take(walk->memory, stage->units, sizeof *stage->magnitude);
        stage->tail_count = nng_arena_take(walk->memory, stage->units, sizeof *stage->tail_count);
        stage->tails = nng_arena_take(walk->memory, stage->units, walk->most * sizeof *stage->tails);
        if (stage->count == NULL || stage->sum == NULL || stage->magnitude == NULL || stage->tail_count == NULL ||
            stage->tails == NULL)
            return nng_fail_memory(error);
        if (!stage->is_h)
            NNG_TRY(find_jacobian(walk, stage, error));
        else if (stage->layer < L)
            stage->weights = walk->theta + model->layers[stage->layer].weights;
        else
            stage->slope = walk->pass->dh[L];
    }
fail:
    return status;
}

/* Puts a tail in its place among u's `most` largest; equal ones keep the order in which they came. */
static bool insert(const struct walk *walk, struct stage *stage, size_t u, struct tail tail)
{
    struct tail *tails = stage->tails + u * walk->most;
    size_t *count = &stage->tail_count[u];
    double size = size_of(tail.value);
    if (*count == walk->most && size <= size_of(tails[*count - 1].value))
        return false;
    size_t at = *count < walk->most ? (*count)++ : *count - 1;
    for (; at > 0 && size > size_of(tails[at - 1].value); at--)
        tails[at] = tails[at - 1];
    tails[at] = tail;
    return true;
}

/* Takes u's paths that go on through v. */
static void extend(const struct walk *walk, struct stage *stage, const struct stage *after, size_t u, size_t v)
{
    double factor = local(stage, u, v);
    const struct tail *tails = after->tails + v * walk->most;
    stage->count[u] += after->count[v];
    stage->sum[u] += factor * after->sum[v];
    stage->magnitude[u] += fabs(factor) * after->magnitude[v];
    for (size_t r = 0; r < after->tail_count[v]; r++)
        if (!insert(walk, stage, u, (struct tail){factor * tails[r].value, v, r}))
            break;
}

static void end_at_loss(const struct walk *walk, struct stage *last)
{
    for (size_t u = 0; u < last->units; u++) {
        last->count[u] = 1.0;
        last->sum[u] = last->slope[u];
        last->magnitude[u] = fabs(last->slope[u]);
        insert(walk, last, u, (struct tail){.value = last->slope[u]});
    }
}

static void walk_back(struct walk *walk)
{
    end_at_loss(walk, &walk->stages[walk->stage_count - 1]);
    for (size_t s = walk->stage_count - 1; s-- > 0;) {
        struct stage *stage = &walk->stages[s], *after = stage + 1;
        for (size_t u = 0; u < stage->units; u++) {
            bool single = !stage->is_h && stage->diagonal;
            if (s == 0 && u + 1 != walk->place.neuron) /* the parameter feeds one unit only */
                continue;
            for (size_t v = single ? u : 0; v < (single ? u + 1 : after->units); v++)
                extend(walk, stage, after, u, v);
        }
    }
}

/* ---- the explanation ----------------------------------------------------------------------------------------- */

static bool new_path(struct nng_arena *memory, size_t count, size_t index, struct nng_path *path)
{
    path->count = count;
    path->nodes = nng_arena_take(memory, count, sizeof *path->nodes);
    path->factors = nng_arena_take(memory, count - 1, sizeof *path->factors);
    if (path->nodes == NULL || path->factors == NULL)
        return false;
    path->nodes[0] = (struct nng_path_node){.kind = NNG_PATH_PARAMETER, .index = index};
    path->nodes[count - 1] = (struct nng_path_node){.kind = NNG_PATH_LOSS};
    return true;
}

/* Follows the rank-th path of the parameter's unit from stage to stage. */
static enum nng_status trace(const struct walk *walk, size_t rank, struct nng_explanation *explanation,
                             struct nng_path *path, struct nng_error *error)
{
    size_t u = walk->place.neuron - 1, last = walk->stage_count - 1;
    if (!new_path(explanation->memory, walk->stage_count + 2, explanation->index, path))
        return nng_fail_memory(error);
    path->factors[0] = first_factor(walk);
    path->value = path->factors[0] * walk->stages[0].tails[u * walk->most + rank].value;
    for (size_t s = 0; s <= last; s++) {
        const struct stage *stage = &walk->stages[s];
        struct tail tail = stage->tails[u * walk->most + rank];
        path->nodes[s + 1] =
            (struct nng_path_node){.kind = stage->is_h ? NNG_PATH_H : NNG_PATH_A, .layer = stage->layer, .unit = u + 1};
        path->factors[s + 1] = s < last ? local(stage, u, tail.next) : stage->slope[u];
        u = tail.next;
        rank = tail.rank;
    }
    return NNG_OK;
}

/* w -> R -> L, where the penalty R = l1 sum|w| + (l2/2) sum w^2 has a slope. */
static enum nng_status add_penalty(struct nng_explanation *explanation, double slope, struct nng_error *error)
{
    struct nng_path *path = &explanation->paths[explanation->path_count];
    if (!new_path(explanation->memory, 3, explanation->index, path))
        return nng_fail_memory(error);
    path->nodes[1] = (struct nng_path_node){.kind = NNG_PATH_PENALTY};
    path->factors[0] = path->value = slope;
    path->factors[1] = 1.0;
    explanation->path_count++;
    explanation->count += 1.0;
    explanation->sum += slope;
    return NNG_OK;
}

static enum nng_status collect(const struct walk *walk, double penalty, struct nng_explanation *explanation,
                               struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct stage *stage = &walk->stages[0];
    size_t u = walk->place.neuron - 1;
    double first = first_factor(walk), magnitude = fabs(first) * stage->magnitude[u] + fabs(penalty), listed = 0.0;
    explanation->count = stage->count[u];
    explanation->sum = first * stage->sum[u];
    explanation->paths = nng_arena_take(explanation->memory, walk->most + 1, sizeof *explanation->paths);
    if (explanation->paths == NULL)
        return nng_fail_memory(error);
    for (size_t r = 0; r < stage->tail_count[u]; r++) {
        NNG_TRY(trace(walk, r, explanation, &explanation->paths[r], error));
        explanation->path_count++;
        listed += explanation->paths[r].value;
    }
    explanation->omitted_count = explanation->count - (double)explanation->path_count;
    explanation->omitted_sum = explanation->omitted_count > 0.0 ? explanation->sum - listed : 0.0;
    if (penalty != 0.0)
        NNG_TRY(add_penalty(explanation, penalty, error));
    bool cancels = fabs(explanation->sum) <= CANCELLED * magnitude;
    for (size_t r = 0; r < explanation->path_count; r++)
        explanation->paths[r].share = cancels ? NAN : explanation->paths[r].value / explanation->sum;
fail:
    return status;
}

/* Both passes of the one sample, as if it were all the data. */
static enum nng_status run_sample(const struct nng_model *model, const double *theta, size_t sample,
                                  struct nng_pass *pass, double *gradient, struct nng_error *error)
{
    const struct nng_data *data = &model->data;
    double loss;
    pass->want_dyhat = true;
    return nng_loss(model, theta, data->x + sample * data->inputs, data->y + sample * data->outputs, 1, pass, &loss,
                    gradient, error);
}

static enum nng_status explain(struct walk *walk, const struct nng_pass *pass, double penalty,
                               struct nng_explanation *explanation, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    walk->pass = pass;
    walk->place = nng_place(walk->model, explanation->index);
    NNG_TRY(build_stages(walk, error));
    walk_back(walk);
    NNG_TRY(collect(walk, penalty, explanation, error));
fail:
    return status;
}

/* An explanation that lives in an arena of its own. */
static struct nng_explanation *new_explanation(size_t sample, size_t index)
{
    struct nng_arena *memory = nng_arena_new();
    struct nng_explanation *made = memory != NULL ? nng_arena_take(memory, 1, sizeof *made) : NULL;
    if (made == NULL) {
        nng_arena_free(memory);
        return NULL;
    }
    *made = (struct nng_explanation){.index = index, .sample = sample, .memory = memory};
    return made;
}

enum nng_status nng_explain(const struct nng_model *model, const double *theta, size_t sample, size_t index,
                            size_t most, struct nng_explanation **explanation, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_pass *pass = NULL;
    if (sample >= model->data.samples || index >= model->parameter_count || most < 1 || most > MOST_PATHS)
        return nng_fail(error, NNG_INPUT, "sample %zu, parameter %zu, %zu paths: there are %zu, %zu, and 1 to %d paths",
                        sample, index, most, model->data.samples, model->parameter_count, MOST_PATHS);
    struct walk walk = {.model = model, .theta = theta, .most = most, .memory = nng_arena_new()};
    struct nng_explanation *made = new_explanation(sample, index);
    double *gradient = nng_allocate(model->parameter_count, sizeof *gradient);
    double *penalty = nng_allocate(model->parameter_count, sizeof *penalty);
    if (walk.memory == NULL || made == NULL || gradient == NULL || penalty == NULL) {
        status = nng_fail_memory(error);
        goto fail;
    }
    NNG_TRY(nng_pass_new(model, 1, &pass, error));
    NNG_TRY(run_sample(model, theta, sample, pass, gradient, error));
    memset(penalty, 0, model->parameter_count * sizeof *penalty);
    nng_penalty(model, theta, penalty);
    made->analytic = gradient[index];
    NNG_TRY(explain(&walk, pass, penalty[index], made, error));
    *explanation = made;
    made = NULL;
fail:
    nng_explanation_free(made);
    nng_pass_free(pass);
    nng_arena_free(walk.memory);
    nng_release(gradient);
    nng_release(penalty);
    return status;
}

void nng_explanation_free(struct nng_explanation *explanation)
{
    if (explanation != NULL)
        nng_arena_free(explanation->memory);
}
