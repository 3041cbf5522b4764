/* test_train_state.c - a training that is saved and gone on with: bit for bit as if it had never stopped; and what is
 * not such a state. */
#include "training.h"

#include <unistd.h>

#include "scratch.h"

static char state[512];

static void set_up(void)
{
    setup_scratch();
    snprintf(state, sizeof state, "%s/state.safetensors", scratch);
}

/* The two stand at the same point, to the last bit. */
static void check_same(const struct nng_training *a, const struct nng_training *b)
{
    size_t bytes = a->model->parameter_count * sizeof(double);
    ck_assert_int_eq(memcmp(a->theta, b->theta, bytes), 0);
    ck_assert_uint_eq(a->slot_count, b->slot_count);
    for (size_t k = 0; k < a->slot_count; k++)
        ck_assert_int_eq(memcmp(a->slots[k], b->slots[k], bytes), 0);
    ck_assert_int_eq(memcmp(a->sums, b->sums, (1 + 2 * a->model->layer_count) * sizeof(double)), 0);
    ck_assert_uint_eq(a->t, b->t);
    ck_assert_uint_eq(a->epoch, b->epoch);
    ck_assert_uint_eq(a->step, b->step);
    ck_assert_uint_eq(a->rows, b->rows);
    ck_assert_uint_eq(a->measured, b->measured);
    ck_assert_uint_eq(a->best_epoch, b->best_epoch);
    ck_assert(a->initial_loss == b->initial_loss && a->best_validation == b->best_validation);
}

/* Interrupted after so many updates, saved, loaded into a new training, gone on with. */
static void check_resumed(const char *const *settings, uint64_t stop_at)
{
    struct nng_error error = {0};
    struct lesson *whole = lesson_taught(lesson_new(MODEL("blobs.cfg"), settings));
    struct lesson *first = lesson_new(MODEL("blobs.cfg"), settings), *second = lesson_new(MODEL("blobs.cfg"), settings);
    first->stop_at = stop_at;
    lesson_go_on(first);
    ck_assert_int_eq(first->outcome.stop, NNG_STOP_INTERRUPTED);
    ck_assert_uint_eq(first->training->t, stop_at);
    ck_assert_int_eq(nng_training_save(first->training, state, &error), NNG_OK);
    ck_assert_msg(nng_training_load(second->training, state, &error) == NNG_OK, "%s", error.text);
    check_same(first->training, second->training);
    lesson_go_on(second);
    check_same(whole->training, second->training);
    ck_assert_uint_eq(first->row_count + second->row_count, whole->row_count);
    for (size_t e = 0; e < second->row_count; e++)
        ck_assert_int_eq(memcmp(&second->rows[e], &whole->rows[first->row_count + e], sizeof whole->rows[0]), 0);
    lesson_free(whole);
    lesson_free(first);
    lesson_free(second);
}

/* Every optimizer that steps tensor by tensor, with all the data at once and with shuffled minibatches, stopped at the
 * end of an epoch and within one. */
START_TEST(resumed_bit_for_bit)
{
    struct nng_host *host = NULL;
    struct nng_listing *listing = NULL;
    size_t count = 0;
    ck_assert_int_eq(nng_host_new(NULL, 0, &host, NULL), NNG_OK);
    ck_assert_int_eq(nng_host_list(host, NNG_OPTIMIZER, &listing, &count, NULL), NNG_OK);
    for (size_t i = 0; i < count; i++) {
        const struct nng_plugin *plugin = listing[i].method.plugin;
        if (plugin->optimizer->flags & NNG_OPTIMIZER_WHOLE_PROBLEM)
            continue;
        check_resumed(SETTINGS("optimizer", plugin->name, "train.epochs", "6"), 4);
        check_resumed(SETTINGS("optimizer", plugin->name, "train.epochs", "4", "train.batch", "64", "train.schedule",
                               "cosine", "train.warmup", "2", "train.clip", "0.5"),
                      12 + 7);
        check_resumed(
            SETTINGS("optimizer", plugin->name, "train.epochs", "4", "train.batch", "64", "train.shuffle", "false"),
            24);
    }
    nng_host_free(host);
}
END_TEST

/* Those of the whole problem keep their state to themselves: their iterations are repeated. Twice, as a run may be
 * interrupted twice. */
START_TEST(whole_problem_goes_on)
{
    struct nng_error error = {0};
    check_resumed(SETTINGS("optimizer", "bfgs", "train.epochs", "40"), 20);
    check_resumed(SETTINGS("optimizer", "conjugate_gradient", "train.epochs", "25"), 1);
    const char *const *settings = SETTINGS("optimizer", "bfgs", "train.epochs", "30");
    struct lesson *whole = lesson_taught(lesson_new(MODEL("blobs.cfg"), settings));
    struct lesson *part = lesson_new(MODEL("blobs.cfg"), settings), *last = lesson_new(MODEL("blobs.cfg"), settings);
    part->stop_at = 7;
    lesson_go_on(part);
    part->stop_at = 18;
    lesson_go_on(part);
    ck_assert_uint_eq(part->training->t, 18);
    ck_assert_int_eq(nng_training_save(part->training, state, &error), NNG_OK);
    ck_assert_int_eq(nng_training_load(last->training, state, &error), NNG_OK);
    lesson_go_on(last);
    check_same(whole->training, last->training);
    lesson_free(whole);
    lesson_free(part);
    lesson_free(last);
}
END_TEST

/* With other settings the same iterations would not lead there: the optimizer begins anew where the weights stand. */
START_TEST(whole_problem_begins_anew)
{
    struct nng_error error = {0};
    struct lesson *first = lesson_new(MODEL("blobs.cfg"), SETTINGS("optimizer", "bfgs", "train.epochs", "40"));
    struct lesson *second = lesson_new(
        MODEL("blobs.cfg"), SETTINGS("optimizer", "{ plugin = \"bfgs\"; step_size = 0.5; }", "train.epochs", "40"));
    first->stop_at = 20;
    lesson_go_on(first);
    ck_assert_uint_eq(first->training->opened_t, 0);
    ck_assert_int_eq(nng_training_save(first->training, state, &error), NNG_OK);
    ck_assert_int_eq(nng_training_load(second->training, state, &error), NNG_OK);
    lesson_go_on(second);
    ck_assert_uint_eq(second->training->opened_t, 20);
    ck_assert_int_eq(
        memcmp(second->training->opened, first->training->theta, first->model->parameter_count * sizeof(double)), 0);
    ck_assert_uint_eq(second->training->epoch, 40);
    ck_assert_uint_eq(second->rows[0].epoch, 20);
    ck_assert_double_lt(second->outcome.last.loss, first->outcome.last.loss);
    lesson_free(first);
    lesson_free(second);
}
END_TEST

/* The same bits for any number of threads, also where the products are large enough to be cut. */
START_TEST(threads)
{
    const char *const *settings =
        SETTINGS("train.epochs", "2", "train.batch", "300", "optimizer", "adam", "network",
                 "{ inputs = 2; layers = ( { units = 200; activation = \"tanh\"; }, { units = 200; activation = "
                 "\"tanh\"; }, { units = 4; activation = \"softmax\"; } ); }");
    struct lesson *one = lesson_new(MODEL("blobs.cfg"), settings), *two = lesson_new(MODEL("blobs.cfg"), settings);
    two->options.threads = 2;
    lesson_go_on(one);
    lesson_go_on(two);
    check_same(one->training, two->training);
    ck_assert_int_eq(memcmp(one->rows, two->rows, sizeof one->rows), 0);
    lesson_free(one);
    lesson_free(two);
}
END_TEST

/* ---- what is refused ---------------------------------------------------------------------------------------- */

static void save_a_state(void)
{
    struct lesson *lesson = LESSON("blobs.cfg", "train.epochs", "2", "optimizer", "adam", "train.batch", "100");
    lesson->stop_at = 11;
    lesson_go_on(lesson);
    ck_assert_int_eq(nng_training_save(lesson->training, state, NULL), NNG_OK);
    lesson_free(lesson);
}

static void check_refused(const char *const *settings, const char *text)
{
    struct lesson *lesson = lesson_new(MODEL("blobs.cfg"), settings);
    struct nng_error error = {0};
    struct nng_training before = *lesson->training;
    ck_assert_int_eq(nng_training_load(lesson->training, state, &error), NNG_INPUT);
    ck_assert_msg(strstr(error.text, text) != NULL, "'%s' is not in '%s'", text, error.text);
    ck_assert_str_eq(error.file, state);
    ck_assert_int_eq(memcmp(&before, lesson->training, sizeof before), 0); /* nothing was taken */
    lesson_free(lesson);
}

#define ADAM "optimizer", "adam", "train.batch", "100"

START_TEST(other_models)
{
    save_a_state();
    check_refused(SETTINGS(ADAM, "layers.1.activation", "tanh"), "another network");
    check_refused(SETTINGS(ADAM, "regularization", "{ l2 = 1; }"), "another network");
    check_refused(SETTINGS(ADAM, "loss", "squared_error"), "another network");
    check_refused(SETTINGS("optimizer", "nadam", "train.batch", "100"), "another network");
    check_refused(SETTINGS(ADAM, "data.standardize", "true"), "the data is not what the training saw");
    check_refused(SETTINGS("optimizer", "adam", "train.batch", "50"), "within an epoch");
    check_refused(SETTINGS(ADAM, "train.seed", "2"), "within an epoch");
}
END_TEST

static char *read_state(size_t *length)
{
    FILE *file = fopen(state, "rb");
    char *bytes = malloc(100000);
    ck_assert(file != NULL && bytes != NULL);
    *length = fread(bytes, 1, 100000, file);
    fclose(file);
    return bytes;
}

static void replace(char *bytes, size_t length, const char *from, const char *to)
{
    for (size_t i = 0; i + strlen(from) <= length; i++)
        if (memcmp(bytes + i, from, strlen(from)) == 0) {
            memcpy(bytes + i, to, strlen(to));
            return;
        }
    ck_abort_msg("'%s' is not there", from);
}

START_TEST(other_versions)
{
    size_t length;
    save_a_state();
    char *bytes = read_state(&length);
    replace(bytes, length, "\"nngrad\":\"0.1.0\"", "\"nngrad\":\"0.9.7\"");
    write_file(state, bytes, length);
    check_refused(SETTINGS(ADAM), "the state was saved by nngrad 0.9.7, but this is nngrad " NNG_VERSION);
    replace(bytes, length, "nngrad training state", "nngrad training skate");
    write_file(state, bytes, length);
    check_refused(SETTINGS(ADAM), "not the state of a training");
    free(bytes);
}
END_TEST

/* Cut off anywhere, or one bit wrong anywhere in it: refused, whatever that makes of it. */
START_TEST(damaged)
{
    size_t length;
    save_a_state();
    char *bytes = read_state(&length);
    struct lesson *lesson = LESSON("blobs.cfg", ADAM);
    struct nng_error error = {0};
    for (size_t cut = 0; cut < length; cut += 7) {
        write_file(state, bytes, cut);
        ck_assert_int_eq(nng_training_load(lesson->training, state, &error), NNG_INPUT);
    }
    for (size_t i = 0; i < length; i++) {
        bytes[i] = (char)(bytes[i] ^ 1 << i % 7);
        write_file(state, bytes, length);
        enum nng_status status = nng_training_load(lesson->training, state, &error);
        ck_assert_msg(status == NNG_INPUT, "byte %zu", i);
        bytes[i] = (char)(bytes[i] ^ 1 << i % 7);
    }
    write_file(state, bytes, length);
    ck_assert_int_eq(nng_training_load(lesson->training, state, &error), NNG_OK);
    ck_assert_int_eq(nng_training_load(lesson->training, "/nonexistent/state.safetensors", &error), NNG_INPUT);
    ck_assert_str_eq(error.text, "cannot read: no such file");
    ck_assert_int_eq(nng_training_save(lesson->training, "/nonexistent/state.safetensors", &error), NNG_ENVIRONMENT);
    lesson_free(lesson);
    free(bytes);
}
END_TEST

RUN_SUITE_BETWEEN("train_state", set_up, remove_scratch, resumed_bit_for_bit, whole_problem_goes_on,
                  whole_problem_begins_anew, threads, other_models, other_versions, damaged)
