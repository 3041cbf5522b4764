/* bench_train.c - how fast it learns.
 *
 *     784-128-10 (tanh, softmax with cross-entropy), batches of 64 out of 6400 shuffled samples, gradient descent:
 * samples a second, beside what the matrix products alone would allow; and an update beside the same code without
 * plugins 2-2-4 (sigmoid, softmax with cross-entropy), 750 rows at once: microseconds an epoch
 */
#include <stdio.h>
#include <time.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include "calculus/forward.h"
#include "calculus/product.h"
#include "networks.h"

#include "direct.h"

enum { SAMPLES = 6400, BATCH = 64, EPOCHS = 4, ROUNDS = 5 };

/* One thread is timed by its own clock, which other programs do not move; two by the wall's. */
static double now(int threads)
{
    struct timespec t;
    clock_gettime(threads == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* As nng_train does it, for the products alone. */
static void use_one_thread(void)
{
#ifdef _OPENMP
    omp_set_num_threads(1);
#endif
}

static struct nng_model *make_model(struct nng_host *host, bool large)
{
    struct recipe recipe = {.inputs = large ? 784 : 2,
                            .depth = 2,
                            .units = {large ? 128 : 2, large ? 10 : 4},
                            .activations = {large ? "tanh" : "sigmoid", "softmax"},
                            .loss = "cross_entropy",
                            .samples = large ? SAMPLES : 750,
                            .weights = 1.0,
                            .data = 1.0,
                            .seed = 1};
    struct nng_model *model = network_new(host, &recipe);
    model->optimizer = method_named(host, NNG_OPTIMIZER, "gd");
    model->train = (struct nng_train_settings){
        .epochs = large ? EPOCHS : 2000, .loss_below = -1e308, .batch = large ? BATCH : 0, .shuffle = true, .seed = 1};
    return model;
}

/* Seconds that nng_train takes. */
static double train(const struct nng_model *model, int threads)
{
    struct nng_training *training = NULL;
    struct nng_train_options options = {.threads = threads};
    struct nng_outcome outcome;
    struct nng_error error = {0};
    require(nng_training_new(model, &training, &error) == NNG_OK, error.text);
    double begun = now(threads);
    require(nng_train(training, &options, &outcome, &error) == NNG_OK, error.text);
    double took = now(threads) - begun;
    nng_training_free(training);
    return took;
}

/* ---- the products alone, and an update without plugins ---------------------------------------------------------- */

/* Room for one update: the same arrays as a pass. */
struct room {
    const struct nng_model *model;
    struct nng_pass *pass;
    double *theta, *gradient;
};

static void products_of_update(const struct room *room)
{
    const struct nng_model *model = room->model;
    const struct nng_layer *first = &model->layers[0], *last = &model->layers[1];
    const double *x = model->data.x, *W1 = room->theta + first->weights, *W2 = room->theta + last->weights;
    double **a = room->pass->a, **h = room->pass->h, **da = room->pass->da, **dh = room->pass->dh;
    nng_product_nt(nng_matrix(x, BATCH, 784), nng_matrix(W1, 128, 784), 1, a[1]);
    nng_product_nt(nng_matrix(h[1], BATCH, 128), nng_matrix(W2, 10, 128), 1, a[2]);
    nng_product_tn(nng_matrix(da[2], BATCH, 10), nng_matrix(h[1], BATCH, 128), 0, room->gradient + last->weights);
    nng_product_nn(nng_matrix(da[2], BATCH, 10), nng_matrix(W2, 10, 128), 0, dh[1]);
    nng_product_tn(nng_matrix(da[1], BATCH, 128), nng_matrix(x, BATCH, 784), 0, room->gradient + first->weights);
}

static void column_sums(const double *da, size_t units, double *db)
{
    memset(db, 0, units * sizeof *db);
    for (size_t n = 0; n < BATCH; n++)
        for (size_t i = 0; i < units; i++)
            db[i] += da[n * units + i];
}

static void step_directly(const struct room *room, uint64_t count, size_t offset)
{
    struct nng_step tensor = {.size = sizeof tensor, .count = count, .t = 1};
    struct nng_diagnostic diagnostic;
    direct_gd.optimizer->step(room->model->optimizer.values, &tensor, room->gradient + offset, room->theta + offset,
                              NULL, &diagnostic);
}

static void update_directly(const struct room *room)
{
    const struct nng_model *model = room->model;
    const struct nng_layer *first = &model->layers[0], *last = &model->layers[1];
    const double *x = model->data.x, *W2 = room->theta + last->weights;
    double **a = room->pass->a, **h = room->pass->h, **da = room->pass->da, **dh = room->pass->dh;
    static const double none[1];
    struct nng_diagnostic diagnostic;
    nng_forward_sum(model, 1, room->theta, x, BATCH, a[1]);
    direct_tanh.activation->forward(none, BATCH, 128, a[1], h[1], &diagnostic);
    nng_forward_sum(model, 2, room->theta, h[1], BATCH, a[2]);
    last->activation.plugin->activation->forward(last->activation.values, BATCH, 10, a[2], h[2], &diagnostic);
    direct_cross_entropy.loss->fused(model->loss.values, BATCH, 10, a[2], model->data.y, room->pass->values, da[2],
                                     &diagnostic);
    for (size_t i = 0; i < BATCH * 10; i++)
        da[2][i] *= 1.0 / BATCH;
    nng_product_tn(nng_matrix(da[2], BATCH, 10), nng_matrix(h[1], BATCH, 128), 0, room->gradient + last->weights);
    column_sums(da[2], 10, room->gradient + last->biases);
    nng_product_nn(nng_matrix(da[2], BATCH, 10), nng_matrix(W2, 10, 128), 0, dh[1]);
    direct_tanh.activation->backward(none, BATCH, 128, a[1], h[1], dh[1], da[1], &diagnostic);
    nng_product_tn(nng_matrix(da[1], BATCH, 128), nng_matrix(x, BATCH, 784), 0, room->gradient + first->weights);
    column_sums(da[1], 128, room->gradient + first->biases);
    step_directly(room, 128 * 784, first->weights);
    step_directly(room, 10 * 128, last->weights);
    step_directly(room, 128, first->biases);
    step_directly(room, 10, last->biases);
}

static void update_by_plugins(const struct room *room)
{
    const struct nng_model *model = room->model;
    struct nng_diagnostic diagnostic;
    double L;
    if (nng_loss(model, room->theta, model->data.x, model->data.y, BATCH, room->pass, &L, room->gradient, NULL) !=
        NNG_OK)
        return;
    for (size_t k = 0; k < nng_tensor_count(model); k++) {
        struct nng_tensor tensor = nng_tensor(model, k);
        struct nng_step about = {.size = sizeof about, .count = tensor.count, .t = 1};
        model->optimizer.plugin->optimizer->step(model->optimizer.values, &about, room->gradient + tensor.offset,
                                                 room->theta + tensor.offset, NULL, &diagnostic);
    }
}

/* Seconds for one call of each, the least of many rounds in which they take turns. */
static void time_each(const struct room *room, size_t count, void (*const *works)(const struct room *), double *times)
{
    enum { CALLS = 20, TURNS = 50 };
    for (size_t k = 0; k < count; k++)
        times[k] = 1e9;
    for (int turn = 0; turn < TURNS; turn++)
        for (size_t k = 0; k < count; k++) {
            double begun = now(1);
            for (int i = 0; i < CALLS; i++)
                works[k](room);
            double took = (now(1) - begun) / CALLS;
            times[k] = took < times[k] ? took : times[k];
        }
}

/* The forward pass over all the samples that each row of the history takes, as products. */
static double time_of_evaluation(const struct nng_model *model)
{
    enum { CHUNK = 256 };
    struct nng_pass *pass = NULL;
    double least = 1e9;
    require(nng_pass_new(model, CHUNK, &pass, NULL) == NNG_OK, "out of memory");
    for (int round = 0; round < ROUNDS; round++) {
        double begun = now(1);
        for (size_t n = 0; n < SAMPLES; n += CHUNK) {
            nng_product_nt(nng_matrix(model->data.x + n * 784, CHUNK, 784),
                           nng_matrix(model->theta + model->layers[0].weights, 128, 784), 1, pass->a[1]);
            nng_product_nt(nng_matrix(pass->h[1], CHUNK, 128),
                           nng_matrix(model->theta + model->layers[1].weights, 10, 128), 1, pass->a[2]);
        }
        double took = now(1) - begun;
        least = took < least ? took : least;
    }
    nng_pass_free(pass);
    return least;
}

static void bench_large(struct nng_host *host)
{
    struct nng_model *model = make_model(host, true);
    struct nng_error error = {0};
    struct room room = {.model = model};
    require(nng_pass_new(model, BATCH, &room.pass, &error) == NNG_OK, error.text);
    room.theta = nng_arena_take(model->memory, model->parameter_count, sizeof(double));
    room.gradient = nng_arena_take(model->memory, model->parameter_count, sizeof(double));
    memcpy(room.theta, model->theta, model->parameter_count * sizeof(double));
    void (*const works[])(const struct room *) = {products_of_update, update_directly, update_by_plugins};
    double times[3];
    use_one_thread();
    time_each(&room, 3, works, times);
    double products = times[0], direct = times[1], plugins = times[2], evaluation = time_of_evaluation(model);
    double one = 1e9, two = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        double took = train(model, 1);
        one = took < one ? took : one;
        took = train(model, 2);
        two = took < two ? took : two;
    }
    double least = EPOCHS * SAMPLES / BATCH * products + (EPOCHS + 1) * evaluation;
    printf(
        "784-128-10, batches of %d: an update %.0f us by plugins, %.0f us directly (%+.1f%%), its products %.0f us\n",
        BATCH, 1e6 * plugins, 1e6 * direct, 100 * (plugins / direct - 1), 1e6 * products);
    printf("784-128-10: %.0f samples/s by one thread, %.0f by two; %.2f of what the products alone allow\n",
           EPOCHS * SAMPLES / one, EPOCHS * SAMPLES / two, least / one);
    nng_pass_free(room.pass);
    nng_model_free(model);
}

static void bench_small(struct nng_host *host)
{
    struct nng_model *model = make_model(host, false);
    double one = 1e9, two = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        double took = train(model, 1);
        one = took < one ? took : one;
        took = train(model, 2);
        two = took < two ? took : two;
    }
    double epochs = (double)model->train.epochs;
    printf("2-2-4, 750 rows at once: %.1f us an epoch by one thread, %.1f by two\n", 1e6 * one / epochs,
           1e6 * two / epochs);
    nng_model_free(model);
}

int main(void)
{
    struct nng_host *host = NULL;
    if (nng_host_new(NULL, 0, &host, NULL) != NNG_OK)
        return 1;
    bench_large(host);
    bench_small(host);
    nng_host_free(host);
    return 0;
}
