/* test_train.c - the learning algorithm: trajectories whose numbers were published or computed by another program,
 * stopping, schedules, clipping, divergence. */
#include "training.h"

#include "base/memory.h"
#include "learn/learn.h"

#define ck_assert_near(x, expected, tolerance)                                                                         \
    ck_assert_msg(fabs((x) - (expected)) <= (tolerance), "%s is %.15g, not %.15g", #x, (double)(x), (double)(expected))

/* ---- trajectories ------------------------------------------------------------------------------------------- */

/* course.md; further digits by a program in plain Python. */
START_TEST(blobs_losses)
{
    struct lesson *lesson = TAUGHT("blobs.cfg", "train.epochs", "2");
    ck_assert_uint_eq(lesson->row_count, 3);
    ck_assert_near(lesson->rows[0].loss, 1.676670276, 1e-9);
    ck_assert_near(lesson->rows[1].loss, 1.538555619, 1e-9);
    ck_assert_near(lesson->rows[0].loss, 1.67667027684302, 1e-13);
    ck_assert_near(lesson->rows[1].loss, 1.53855561977571, 1e-13);
    ck_assert_near(lesson->rows[2].loss, 1.46886833464972, 1e-13);
    ck_assert_near(lesson->training->initial_loss, lesson->rows[0].loss, 0);
    ck_assert_int_eq(lesson->outcome.stop, NNG_STOP_EPOCHS);
    ck_assert_uint_eq(lesson->training->epoch, 2);
    ck_assert_uint_eq(lesson->training->t, 2);
    lesson_free(lesson);
}
END_TEST

/* course.md: accuracies after 100 epochs of all the data at once. */
START_TEST(blobs_accuracies)
{
    static const struct {
        const char *optimizer;
        double training, validation;
    } known[] = {
        {"{ plugin = \"gd\"; learning_rate = 1; }", .7053, .716},
        {"{ plugin = \"momentum\"; learning_rate = 1; momentum = .9; }", .8947, .916},
        {"{ plugin = \"adagrad\"; learning_rate = 1; }", .88, .904},
        {"{ plugin = \"rmsprop\"; learning_rate = .1; beta = .9; epsilon_inside_root = true; }", .8827, .908},
        {"{ plugin = \"nesterov\"; learning_rate = 1; momentum = .9; }", .884, .896},
        {"{ plugin = \"adam\"; learning_rate = .1; beta1 = .9; beta2 = .9; }", .908, .936},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct lesson *lesson = TAUGHT("blobs.cfg", "optimizer", known[i].optimizer);
        const struct nng_epoch *last = &lesson->outcome.last;
        ck_assert_uint_eq(last->epoch, 100);
        ck_assert_near(round(last->accuracy * 10000) / 10000, known[i].training, 1e-12);
        ck_assert_near(round(last->validation_accuracy * 1000) / 1000, known[i].validation, 1e-12);
        lesson_free(lesson);
    }
}
END_TEST

/* Batches of 64, the last one of 46, in the file's order: by a program in plain Python. */
START_TEST(blobs_minibatches)
{
    struct lesson *lesson = TAUGHT("blobs.cfg", "train.epochs", "3", "train.batch", "64", "train.shuffle", "false",
                                   "optimizer.learning_rate", "0.5");
    static const double known[] = {1.67667027684302, 1.41085465331135, 1.38608245346732, 1.37264058712323};
    for (size_t e = 0; e < 4; e++)
        ck_assert_near(lesson->rows[e].loss, known[e], 1e-12);
    ck_assert_uint_eq(lesson->training->t, 36);
    lesson_free(lesson);
}
END_TEST

/* The same with momentum, a penalty on the weights and gradients clipped to 0.2. */
START_TEST(blobs_momentum_penalty_clip)
{
    struct lesson *lesson = TAUGHT("blobs.cfg", "train.epochs", "3", "train.batch", "64", "train.shuffle", "false",
                                   "train.clip", "0.2", "regularization", "{ l2 = 0.01; }", "optimizer",
                                   "{ plugin = \"momentum\"; learning_rate = .5; momentum = .9; }");
    static const double known[] = {1.76134459692446, 1.43103950775453, 1.3688425891313, 0.995549485285969};
    for (size_t e = 0; e < 4; e++)
        ck_assert_near(lesson->rows[e].loss, known[e], 1e-11);
    lesson_free(lesson);
}
END_TEST

/* Published: E before, and w5 and w1 after one step; E after it with the gradients taken first and the biases frozen.
 * After 10,000 steps: by a program in plain Python. */
START_TEST(mazur)
{
    struct lesson *lesson = TAUGHT("mazur.cfg", "train.epochs", "1");
    ck_assert_near(lesson->rows[0].loss, 0.298371109, 5e-10);
    ck_assert_near(lesson->rows[1].loss, 0.29102777369, 5e-12);
    ck_assert_near(lesson->training->theta[0], 0.149780716, 5e-10);
    ck_assert_near(lesson->training->theta[4], 0.35891648, 5e-9);
    for (size_t i = 8; i < 12; i++) /* the biases, frozen */
        ck_assert(lesson->training->theta[i] == (i < 10 ? 0.35 : 0.60));
    lesson_free(lesson);
    lesson = TAUGHT("mazur.cfg", "train.epochs", "10000");
    ck_assert_near(lesson->outcome.last.loss, 3.51018778297886e-05, 1e-15);
    lesson_free(lesson);
}
END_TEST

/* The sigmoid neuron sigma(w x + b) from w = b = -2, eta 1: by a program in plain Python. */
START_TEST(sigmoid_neuron)
{
    struct lesson *lesson = TAUGHT(
        "mazur.cfg", "network",
        "{ inputs = 1; layers = ( { units = 1; activation = \"sigmoid\"; weights = ((-2)); biases = (-2); } ); }",
        "data", "{ inputs = ((.5), (2.5)); targets = ((.2), (.9)); }", "loss",
        "{ plugin = \"squared_error\"; scale = 0.5; reduction = \"sum\"; }", "optimizer.learning_rate", "1",
        "train.epochs", "1000");
    ck_assert_near(lesson->rows[0].loss, 0.415819901019993, 1e-14);
    ck_assert_near(lesson->rows[1].loss, 0.415729855102202, 1e-14);
    ck_assert_near(lesson->rows[10].loss, 0.414836778065579, 1e-14);
    ck_assert_near(lesson->rows[1000].loss, 2.42918657135468e-11, 1e-17);
    ck_assert_near(lesson->training->theta[0], 1.79171983010224, 1e-9);
    ck_assert_near(lesson->training->theta[1], -2.28211807291667, 1e-9);
    ck_assert(isnan(lesson->rows[0].accuracy)); /* targets that are no classes */
    lesson_free(lesson);
}
END_TEST

/* Chapter 09's data from the same start: by a program in plain Python. */
START_TEST(sigmoid_neuron_optimizers)
{
    static const struct {
        const char *optimizer;
        double losses[4]; /* after 0, 1, 10 and 100 steps */
    } known[] = {
        {"gd", {0.42266070795515703, 0.41467993128192954, 0.34282464942248, 0.06974393370518012}},
        {"momentum", {0.42266070795515703, 0.41467993128192954, 0.21160702667424175, 0.06974856018065564}},
        {"nesterov", {0.42266070795515703, 0.41467993128192954, 0.07180140392380761, 0.08059853053232727}},
    };
    static const size_t steps[] = {0, 1, 10, 100};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        struct lesson *lesson = TAUGHT(
            "mazur.cfg", "network",
            "{ inputs = 1; layers = ( { units = 1; activation = \"sigmoid\"; weights = ((-2)); biases = (-2); } ); }",
            "data",
            "{ inputs = ((3.5), (.35), (3.2), (-2), (1.5), (-.5)); targets = ((.5), (.5), (.5), (.5), (.1), (.3)); }",
            "loss", "{ plugin = \"squared_error\"; scale = 0.5; reduction = \"sum\"; }", "optimizer",
            known[i].optimizer, "optimizer.learning_rate", "1", "train.epochs", "100");
        for (size_t k = 0; k < 4; k++)
            ck_assert_near(lesson->rows[steps[k]].loss, known[i].losses[k], 1e-10); /* nesterov swings: errors grow */
        lesson_free(lesson);
    }
}
END_TEST

/* The page's own loop: a sample at a time, till the loss is below epsilon. */
START_TEST(lecture)
{
    struct lesson *lesson = lesson_new(NULL, SETTINGS("train.epochs", "20000"));
    lesson_go_on(lesson);
    ck_assert_int_eq(lesson->outcome.stop, NNG_STOP_LOSS_BELOW);
    ck_assert_double_lt(lesson->outcome.last.loss, 0.01);
    ck_assert_double_ge(lesson->rows[lesson->row_count - 2].loss, 0.01);
    ck_assert_near(lesson->outcome.last.accuracy, 1, 0);
    ck_assert_uint_eq(lesson->training->t, 8 * lesson->training->epoch);
    lesson_free(lesson);
}
END_TEST

/* ---- the order of the samples ------------------------------------------------------------------------------- */

enum { ORDERED = 40, ORDERED_EPOCHS = 200 };

/* order[e][k]: the k-th sample of epoch e. */
struct orders {
    size_t order[ORDERED_EPOCHS][ORDERED], count;
};

static enum nng_status note_samples(void *context, const struct nng_update *update, struct nng_error *error)
{
    struct orders *orders = context;
    (void)error;
    for (size_t n = 0; n < update->count; n++, orders->count++) {
        ck_assert_uint_eq(update->epoch, orders->count / ORDERED + 1);
        orders->order[orders->count / ORDERED][orders->count % ORDERED] = update->samples[n];
    }
    return NNG_OK;
}

static void learn_orders(struct orders *orders, const char *batch, const char *shuffle, const char *seed,
                         const char *optimizer)
{
    struct lesson *lesson = LESSON("xor.cfg", "data", "{ generator = \"moons\"; samples = 40; noise = 0.1; seed = 1; }",
                                   "train.epochs", "200", "train.loss_below", "-1", "train.batch", batch,
                                   "train.shuffle", shuffle, "train.seed", seed, "optimizer", optimizer);
    orders->count = 0;
    lesson->options = (struct nng_train_options){
        .threads = 1, .context = orders, .updates = ORDERED * ORDERED_EPOCHS, .update = note_samples};
    lesson_go_on(lesson);
    ck_assert_uint_eq(orders->count, ORDERED * ORDERED_EPOCHS);
    lesson_free(lesson);
}

/* Every epoch takes each sample once, in an order of its own that follows from the seed and the epoch alone; and every
 * sample comes at every place equally often. */
START_TEST(order_of_samples)
{
    static struct orders orders, again;
    size_t at[ORDERED][ORDERED] = {{0}};
    double chi_squared = 0, expected = (double)ORDERED_EPOCHS / ORDERED;
    learn_orders(&orders, "1", "true", "1", "gd");
    for (size_t e = 0; e < ORDERED_EPOCHS; e++) {
        bool seen[ORDERED] = {false};
        for (size_t k = 0; k < ORDERED; k++) {
            ck_assert(!seen[orders.order[e][k]]);
            seen[orders.order[e][k]] = true;
            at[orders.order[e][k]][k]++;
        }
        for (size_t earlier = 0; earlier < e; earlier++)
            ck_assert_int_ne(memcmp(orders.order[e], orders.order[earlier], sizeof orders.order[e]), 0);
    }
    for (size_t n = 0; n < ORDERED; n++)
        for (size_t k = 0; k < ORDERED; k++)
            chi_squared += pow((double)at[n][k] - expected, 2) / expected;
    ck_assert_double_lt(fabs(chi_squared - 39 * 39), 5 * sqrt(2 * 39 * 39)); /* 39^2 degrees of freedom */
    learn_orders(&again, "16", "true", "1", "adam");
    ck_assert_int_eq(memcmp(&again, &orders, sizeof orders), 0);
    learn_orders(&again, "1", "true", "2", "gd");
    for (size_t e = 0; e < ORDERED_EPOCHS; e++)
        ck_assert_int_ne(memcmp(again.order[e], orders.order[e], sizeof orders.order[e]), 0);
    learn_orders(&again, "16", "false", "1", "gd");
    for (size_t i = 0; i < again.count; i++)
        ck_assert_uint_eq(again.order[i / ORDERED][i % ORDERED], i % ORDERED);
}
END_TEST

/* ---- stopping ----------------------------------------------------------------------------------------------- */

START_TEST(no_epochs)
{
    struct lesson *lesson = TAUGHT("blobs.cfg", "train.epochs", "0");
    ck_assert_uint_eq(lesson->row_count, 1);
    ck_assert_int_eq(lesson->outcome.stop, NNG_STOP_EPOCHS);
    ck_assert(memcmp(lesson->training->theta, lesson->model->theta, lesson->model->parameter_count * sizeof(double)) ==
              0);
    lesson_free(lesson);
}
END_TEST

/* Without a better validation loss for so many epochs it stops: the weights stand still. */
START_TEST(patience)
{
    struct lesson *lesson =
        TAUGHT("blobs.cfg", "train.patience", "7", "optimizer.learning_rate", "0", "train.epochs", "50");
    ck_assert_int_eq(lesson->outcome.stop, NNG_STOP_PATIENCE);
    ck_assert_uint_eq(lesson->training->epoch, 7);
    ck_assert_uint_eq(lesson->training->best_epoch, 0);
    lesson_free(lesson);
}
END_TEST

START_TEST(stop_names)
{
    ck_assert_str_eq(nng_stop_name(NNG_STOP_EPOCHS), "epochs");
    ck_assert_str_eq(nng_stop_name(NNG_STOP_LOSS_BELOW), "loss_below");
    ck_assert_str_eq(nng_stop_name(NNG_STOP_PATIENCE), "patience");
    ck_assert_str_eq(nng_stop_name(NNG_STOP_DIVERGED), "diverged");
    ck_assert_str_eq(nng_stop_name(NNG_STOP_INTERRUPTED), "interrupted");
}
END_TEST

/* ---- divergence --------------------------------------------------------------------------------------------- */

static void check_diverged(struct lesson *lesson, const char *reason, size_t layer)
{
    ck_assert_int_eq(lesson->outcome.stop, NNG_STOP_DIVERGED);
    ck_assert_msg(strstr(lesson->outcome.reason, reason) != NULL, "%s", lesson->outcome.reason);
    ck_assert_uint_eq(lesson->outcome.layer, layer);
    char begin[64];
    snprintf(begin, sizeof begin, "epoch %zu, layer %zu: ", lesson->outcome.last.epoch, layer);
    ck_assert_msg(strncmp(lesson->outcome.reason, begin, strlen(begin)) == 0, "%s", lesson->outcome.reason);
    ck_assert(!isfinite(lesson->outcome.last.loss));
    ck_assert_uint_eq(lesson->training->rows, lesson->row_count - 1); /* the state is that of the row before */
    ck_assert_uint_eq(lesson->training->epoch + 1, lesson->outcome.last.epoch);
    for (size_t i = 0; i < lesson->model->parameter_count; i++)
        ck_assert(isfinite(lesson->training->theta[i]));
    lesson_free(lesson);
}

START_TEST(diverges_by_learning_rate)
{
    check_diverged(TAUGHT("blobs.cfg", "layers.1.activation", "identity", "layers.2.activation", "identity", "loss",
                          "squared_error", "optimizer.learning_rate", "100", "train.epochs", "1000"),
                   "learning rate", 2);
    check_diverged(TAUGHT("blobs.cfg", "layers.1.activation", "identity", "layers.2.activation", "identity", "loss",
                          "squared_error", "optimizer.learning_rate", "100", "train.epochs", "1000", "train.batch",
                          "32"),
                   "learning rate", 2);
}
END_TEST

/* A start a thousand times too large: every layer on the way down multiplies the gradient. */
START_TEST(diverges_by_explosion)
{
    check_diverged(TAUGHT("xor.cfg", "network",
                          "{ inputs = 2; layers = ( { units = 8; activation = \"identity\"; }, { units = 8; activation "
                          "= \"identity\"; }, { units = 8; activation = \"identity\"; }, { units = 1; activation = "
                          "\"identity\"; } ); }",
                          "init", "{ scheme = \"normal\"; std = 1000; seed = 1; }", "loss", "squared_error",
                          "optimizer.learning_rate", "1"),
                   "exploding gradient", 2);
}
END_TEST

/* tanh is exactly 1 from 20 on: 1 - yhat has no logarithm. */
START_TEST(diverges_by_saturation)
{
    check_diverged(TAUGHT("xor.cfg", "layers.2.activation", "softmax", "layers.2.units", "2", "data.targets",
                          "((1, 0), (0, 1), (0, 1), (1, 0))", "loss", "cross_entropy", "layers.2.activation",
                          "{ plugin = \"softmax\"; temperature = 0.001; }", "optimizer.learning_rate", "50"),
                   "saturated units", 2);
}
END_TEST

/* ---- settings ----------------------------------------------------------------------------------------------- */

START_TEST(schedules)
{
    struct nng_train_settings settings = {.epochs = 108, .warmup = 8};
    ck_assert_near(nng_schedule_factor(&settings, 0), 1.0 / 8, 1e-15);
    ck_assert_near(nng_schedule_factor(&settings, 7), 1, 0);
    ck_assert_near(nng_schedule_factor(&settings, 107), 1, 0);
    settings.schedule = NNG_SCHEDULE_STEP;
    ck_assert_near(nng_schedule_factor(&settings, 3), 0.5, 0);
    ck_assert_near(nng_schedule_factor(&settings, 57), 1, 0);
    ck_assert_near(nng_schedule_factor(&settings, 58), 0.1, 0);
    ck_assert_near(nng_schedule_factor(&settings, 83), 0.01, 0);
    settings.schedule = NNG_SCHEDULE_EXPONENTIAL;
    ck_assert_near(nng_schedule_factor(&settings, 8), 1, 0);
    ck_assert_near(nng_schedule_factor(&settings, 58), 0.1, 1e-15);
    settings.schedule = NNG_SCHEDULE_COSINE;
    ck_assert_near(nng_schedule_factor(&settings, 8), 1, 0);
    ck_assert_near(nng_schedule_factor(&settings, 58), 0.5, 1e-15);
    ck_assert_near(nng_schedule_factor(&settings, 33), 0.8535533905932737, 1e-15); /* (1 + cos(pi/4)) / 2 */
}
END_TEST

struct told {
    double rates[8], largest_gradient;
    size_t count;
};

static enum nng_status note_update(void *context, const struct nng_update *update, struct nng_error *error)
{
    struct told *told = context;
    double sum = 0;
    (void)error;
    for (size_t i = 0; i < 18; i++) { /* gradient descent, by its own numbers */
        ck_assert_near(update->theta[i], update->before[i] - update->learning_rate * update->gradient[i], 1e-15);
        sum += update->gradient[i] * update->gradient[i];
    }
    told->largest_gradient = fmax(told->largest_gradient, sqrt(sum));
    told->rates[told->count++] = update->learning_rate;
    ck_assert_uint_eq(update->t, told->count);
    ck_assert_uint_eq(update->count, 750);
    return NNG_OK;
}

/* The learning rate in force reaches the optimizer, and only the first updates are told. */
START_TEST(updates_are_told)
{
    struct told told = {0};
    struct lesson *lesson =
        LESSON("blobs.cfg", "train.epochs", "8", "train.schedule", "step", "train.clip", "0.1", "train.warmup", "2");
    lesson->options = (struct nng_train_options){.threads = 1, .context = &told, .updates = 6, .update = note_update};
    lesson_go_on(lesson);
    ck_assert_uint_eq(told.count, 6);
    static const double rates[] = {0.5, 1, 1, 1, 1, 0.1};
    for (size_t i = 0; i < 6; i++)
        ck_assert_near(told.rates[i], rates[i], 1e-15);
    ck_assert_near(told.largest_gradient, 0.1, 1e-15);
    lesson_free(lesson);
}
END_TEST

START_TEST(refusals)
{
    static const struct {
        const char *path, *value, *path2, *value2, *text;
    } cases[] = {
        {"optimizer", "bfgs", "train.schedule", "cosine",
         "train.schedule changes the learning rate, but optimizer 'bfgs' has no parameter 'learning_rate'"},
        {"optimizer", "bfgs", "train.warmup", "3",
         "train.warmup changes the learning rate, but optimizer 'bfgs' has no parameter 'learning_rate'"},
        {"optimizer", "bfgs", "train.batch", "10",
         "train.batch is 10, but optimizer 'bfgs' takes all the data at once: batch = 0"},
        {"optimizer", "bfgs", "train.clip", "1",
         "train.clip shortens gradients, but optimizer 'bfgs' searches along lines by the true ones"},
    };
    struct nng_host *host = NULL;
    ck_assert_int_eq(nng_host_new(NULL, 0, &host, NULL), NNG_OK);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct nng_override overrides[] = {{cases[i].path, cases[i].value}, {cases[i].path2, cases[i].value2}};
        struct nng_model *model = NULL;
        struct nng_training *training = NULL;
        struct nng_error error = {0};
        ck_assert_int_eq(nng_model_read(host, MODEL("blobs.cfg"), overrides, 2, &model, &error), NNG_OK);
        ck_assert_int_eq(nng_training_new(model, &training, &error), NNG_INPUT);
        ck_assert_str_eq(error.text, cases[i].text);
        model->optimizer.plugin = NULL;
        ck_assert_int_eq(nng_training_new(model, &training, &error), NNG_INPUT);
        ck_assert_msg(strncmp(error.text, "the model names no optimizer", 28) == 0, "%s", error.text);
        nng_model_free(model);
    }
    nng_host_free(host);
}
END_TEST

/* ---- accuracy and norms ------------------------------------------------------------------------------------- */

START_TEST(accuracy)
{
    double y[] = {0, 1, 1, 0}, sign[] = {-1, 1, 1, -1}, real[] = {0.2, 0.9, 1, 0};
    struct nng_data data = {.samples = 4, .outputs = 1, .y = y};
    ck_assert_int_eq(nng_accuracy_of(&data), NNG_ACCURACY_THRESHOLD);
    data.y = sign;
    ck_assert_int_eq(nng_accuracy_of(&data), NNG_ACCURACY_SIGN);
    data.y = real;
    ck_assert_int_eq(nng_accuracy_of(&data), NNG_ACCURACY_NONE);
    data.samples = data.outputs = 2;
    ck_assert_int_eq(nng_accuracy_of(&data), NNG_ACCURACY_LARGEST);
    real[0] = 2.5;
    ck_assert_int_eq(nng_accuracy_of(&data), NNG_ACCURACY_NONE);
    const double yhat[] = {0.5, 0.50001, 0.9, 0.1};
    ck_assert_uint_eq(nng_count_right(NNG_ACCURACY_THRESHOLD, yhat, y, 4, 1), 4);
    ck_assert_uint_eq(nng_count_right(NNG_ACCURACY_SIGN, yhat, sign, 4, 1), 2);
    ck_assert_uint_eq(nng_count_right(NNG_ACCURACY_LARGEST, yhat, y, 2, 2), 2);
    ck_assert_uint_eq(nng_count_right(NNG_ACCURACY_LARGEST, y, yhat, 2, 2), 2);
    ck_assert_uint_eq(nng_count_right(NNG_ACCURACY_LARGEST, yhat + 1, y + 1, 1, 2), 0);
}
END_TEST

START_TEST(norms)
{
    const double v[] = {3, 4, 0, 0, 0, 0, 0, 0, 12}, huge[] = {3e200, -4e200}, tiny[] = {3e-310, 4e-310},
                 bad[] = {1, NAN, 2};
    ck_assert_near(nng_norm(v, 9), 13, 1e-15);
    ck_assert_near(nng_norm(huge, 2) / 1e200, 5, 1e-14);
    ck_assert_near(nng_norm(tiny, 2) * 1e300, 5e-10, 1e-22);
    ck_assert_near(nng_norm(v, 0), 0, 0);
    ck_assert(isnan(nng_norm(bad, 3)));
    ck_assert_near(nng_distance(v, v + 1, 2), sqrt(1 + 16), 1e-15);
    ck_assert_near(nng_distance(huge, v + 2, 2) / 1e200, 5, 1e-14);
}
END_TEST

/* The gradient over all the data in parts is that of nng_loss over all of it; the penalty is in it once. */
START_TEST(gradient_in_parts)
{
    static const char *const reductions[] = {"mean", "sum"};
    for (size_t k = 0; k < 2; k++) {
        char loss[64];
        snprintf(loss, sizeof loss, "{ plugin = \"cross_entropy\"; reduction = \"%s\"; }", reductions[k]);
        struct lesson *lesson = LESSON("blobs.cfg", "loss", loss, "regularization", "{ l2 = 5; }");
        const struct nng_model *model = lesson->model;
        struct nng_pass *pass = NULL;
        double whole[18], parts[18], value;
        ck_assert_int_eq(nng_pass_new(model, 750, &pass, NULL), NNG_OK);
        ck_assert_int_eq(nng_loss(model, model->theta, model->data.x, model->data.y, 750, pass, &value, whole, NULL),
                         NNG_OK);
        ck_assert_int_eq(nng_training_gradient(lesson->training, parts, NULL), NNG_OK);
        for (size_t i = 0; i < 18; i++)
            ck_assert_near(parts[i], whole[i], 1e-12 * fabs(whole[i]) + 1e-13);
        nng_pass_free(pass);
        lesson_free(lesson);
    }
}
END_TEST

/* With one sample at a time and no movement, each row's norm is the mean of the samples' own; row 0 is no exception. */
START_TEST(norms_of_minibatches)
{
    struct lesson *lesson = TAUGHT("xor.cfg", "train.epochs", "2", "train.batch", "1", "optimizer.learning_rate", "0");
    const struct nng_model *model = lesson->model;
    struct nng_pass *pass = NULL;
    double sum = 0, gradient[9], value;
    ck_assert_int_eq(nng_pass_new(model, 1, &pass, NULL), NNG_OK);
    for (size_t n = 0; n < 4; n++) {
        ck_assert_int_eq(
            nng_loss(model, model->theta, model->data.x + 2 * n, model->data.y + n, 1, pass, &value, gradient, NULL),
            NNG_OK);
        double squares = 0;
        for (size_t i = 0; i < 9; i++)
            squares += gradient[i] * gradient[i];
        sum += sqrt(squares) / 4;
    }
    for (size_t e = 0; e < 3; e++)
        ck_assert_near(lesson->rows[e].gradient_norm, sum, 1e-14);
    nng_pass_free(pass);
    lesson_free(lesson);
}
END_TEST

/* ---- errors ------------------------------------------------------------------------------------------------- */

static enum nng_status fail_at_third(void *context, const struct nng_update *update, struct nng_error *error)
{
    struct lesson *lesson = context;
    (void)lesson;
    return update->t == 3 ? nng_fail(error, NNG_ENVIRONMENT, "third") : NNG_OK;
}

/* An error puts weights and state back where the last row told them. */
START_TEST(errors_restore)
{
    struct lesson *two = TAUGHT("blobs.cfg", "train.epochs", "2", "optimizer", "adam");
    struct lesson *failing = LESSON("blobs.cfg", "train.epochs", "5", "optimizer", "adam");
    struct nng_error error = {0};
    failing->options.updates = 5;
    failing->options.update = fail_at_third;
    ck_assert_int_eq(nng_train(failing->training, &failing->options, &failing->outcome, &error), NNG_ENVIRONMENT);
    ck_assert_str_eq(error.text, "third");
    size_t bytes = two->model->parameter_count * sizeof(double);
    ck_assert_int_eq(memcmp(failing->training->theta, two->training->theta, bytes), 0);
    for (size_t k = 0; k < 2; k++)
        ck_assert_int_eq(memcmp(failing->training->slots[k], two->training->slots[k], bytes), 0);
    ck_assert_uint_eq(failing->training->t, 2);
    failing->options.update = NULL;
    lesson_go_on(failing);
    struct lesson *five = TAUGHT("blobs.cfg", "train.epochs", "5", "optimizer", "adam");
    ck_assert_int_eq(memcmp(failing->training->theta, five->training->theta, bytes), 0);
    ck_assert_uint_eq(failing->row_count, 6);
    lesson_free(two);
    lesson_free(failing);
    lesson_free(five);
}
END_TEST

RUN_SUITE("train", blobs_losses, blobs_accuracies, blobs_minibatches, blobs_momentum_penalty_clip, mazur,
          sigmoid_neuron, sigmoid_neuron_optimizers, lecture, order_of_samples, no_epochs, patience, stop_names,
          diverges_by_learning_rate, diverges_by_explosion, diverges_by_saturation, schedules, updates_are_told,
          refusals, accuracy, norms, gradient_in_parts, norms_of_minibatches, errors_restore)
