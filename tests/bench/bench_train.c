/* bench_train.c - how fast it learns, by gradient descent with softmax and cross-entropy.
 *
 *     784-128-10 (tanh), batches of 64 out of 6400 shuffled samples: samples a second, with the loss of all samples
 * after each epoch and without it, beside what the matrix products alone would allow; and an update beside the same
 *         code without plugins
 *     64-32-10 (tanh), batches of 64 out of 1500, and
 *     2-2-4 (sigmoid), 750 rows at once: microseconds an epoch by one thread and by two
 */
#include <math.h>
#include <stdio.h>
#include <time.h>

#include "calculus/forward.h"
#include "calculus/product.h"
#include "learn/learn.h"
#include "networks.h"

#include "direct.h"

enum { SAMPLES = 6400, BATCH = 64, EPOCHS = 20, ROUNDS = 5 };

/* One thread is timed by its own clock, which other programs do not move; two by the wall's. */
static double now(int threads)
{
    struct timespec t;
    clock_gettime(threads == 1 ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static struct nng_model *make_model(struct nng_host *host, const size_t units[3], const char *hidden, size_t samples,
                                    size_t batch, size_t epochs)
{
    struct recipe recipe = {.inputs = units[0],
                            .depth = 2,
                            .units = {units[1], units[2]},
                            .activations = {hidden, "softmax"},
                            .loss = "cross_entropy",
                            .samples = samples,
                            .weights = 1.0,
                            .data = 1.0,
                            .seed = 1};
    struct nng_model *model = network_new(host, &recipe);
    model->optimizer = method_named(host, NNG_OPTIMIZER, "gd");
    model->train =
        (struct nng_train_settings){.epochs = epochs, .loss_below = -1e308, .batch = batch, .shuffle = true, .seed = 1};
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

/* The least of the rounds, by one thread and by two. */
static void train_in_turns(const struct nng_model *model, double *one, double *two)
{
    *one = *two = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        *one = fmin(*one, train(model, 1));
        *two = fmin(*two, train(model, 2));
    }
}

/* ---- the products alone, and an update without plugins ------------------------------------------------------- */

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

/* The loss and the accuracy over all the samples, which each row of the history takes. */
static double time_of_row(const struct nng_model *model, struct nng_pass *pass)
{
    double least = 1e9, L, accuracy;
    for (int round = 0; round < ROUNDS; round++) {
        double begun = now(1);
        require(nng_evaluate_data(model, model->theta, &model->data, NNG_ACCURACY_LARGEST, pass, &L, &accuracy, NULL) ==
                    NNG_OK,
                "not evaluated");
        least = fmin(least, now(1) - begun);
    }
    return least;
}

static void bench_large(struct nng_host *host)
{
    struct nng_model *model = make_model(host, (const size_t[]){784, 128, 10}, "tanh", SAMPLES, BATCH, EPOCHS);
    struct nng_error error = {0};
    struct room room = {.model = model};
    require(nng_pass_new(model, NNG_CHUNK, &room.pass, &error) == NNG_OK, error.text);
    room.theta = nng_arena_take(model->memory, model->parameter_count, sizeof(double));
    room.gradient = nng_arena_take(model->memory, model->parameter_count, sizeof(double));
    memcpy(room.theta, model->theta, model->parameter_count * sizeof(double));
    void (*const works[])(const struct room *) = {products_of_update, update_directly, update_by_plugins};
    double times[3], one, two;
    nng_product_threads(1);
    time_each(&room, 3, works, times);
    double products = times[0], direct = times[1], plugins = times[2];
    double evaluation = time_of_evaluation(model), row = time_of_row(model, room.pass);
    train_in_turns(model, &one, &two);
    double least = EPOCHS * SAMPLES / BATCH * products + (EPOCHS + 1) * evaluation;
    printf(
        "784-128-10, batches of %d: an update %.0f us by plugins, %.0f us directly (%+.1f%%), its products %.0f us\n",
        BATCH, 1e6 * plugins, 1e6 * direct, 100 * (plugins / direct - 1), 1e6 * products);
    printf("784-128-10: %.0f samples/s by one thread (%.0f without the rows of the history), %.0f by two (%.2f); %.2f "
           "of what the products alone allow\n",
           EPOCHS * SAMPLES / one, EPOCHS * SAMPLES / (one - (EPOCHS + 1) * row), EPOCHS * SAMPLES / two, one / two,
           least / one);
    nng_pass_free(room.pass);
    nng_model_free(model);
}

static void bench_small(struct nng_model *model, const char *what)
{
    double one, two, epochs = (double)model->train.epochs;
    train_in_turns(model, &one, &two);
    printf("%s: %.1f us an epoch by one thread, %.1f by two (%.2f)\n", what, 1e6 * one / epochs, 1e6 * two / epochs,
           one / two);
    nng_model_free(model);
}

int main(void)
{
    struct nng_host *host = NULL;
    if (nng_host_new(NULL, 0, &host, NULL) != NNG_OK)
        return 1;
    bench_large(host);
    bench_small(make_model(host, (const size_t[]){64, 32, 10}, "tanh", 1500, BATCH, 50), "64-32-10, batches of 64");
    bench_small(make_model(host, (const size_t[]){2, 2, 4}, "sigmoid", 750, 0, 2000), "2-2-4, 750 rows at once");
    nng_host_free(host);
    return 0;
}
