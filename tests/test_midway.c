/* test_midway.c - a plugin that is right at first and fails midway: it refuses, gives NaN, or crashes. Weights and
 * state are then those of the last row of the history, files are whole, and the run can be gone on with. */
#include "run.h"
#include "training.h"

#include <dirent.h>
#include <dlfcn.h>
#include <signal.h>
#include <sys/resource.h>

#include "scratch.h"

#define MIDWAY BINARY_DIR "/tests/midway"

static const struct {
    enum nng_plugin_kind kind;
    const char *name, *setting; /* what it is set by */
} midway[] = {{NNG_LOSS, "midway_loss", "loss"},
              {NNG_ACTIVATION, "midway_activation", "layers.1.activation"},
              {NNG_OPTIMIZER, "midway_optimizer", "optimizer"}};
enum { KINDS = sizeof midway / sizeof midway[0] };

/* Its calls so far. The object stays open, and is the same that the host opens. */
static double *calls_of(const char *name)
{
    char file[512];
    snprintf(file, sizeof file, MIDWAY "/%s.so", name);
    void *object = dlopen(file, RTLD_NOW | RTLD_LOCAL);
    ck_assert_msg(object != NULL, "%s", dlerror());
    double *calls = dlsym(object, "midway_calls");
    ck_assert_ptr_nonnull(calls);
    return calls;
}

static const double never = -1e18; /* calls: as many as one likes go well */

/* A training on xor with that plugin. how: "refuses" or "nan". */
static struct lesson *lesson_with(size_t k, const char *how, unsigned after, const char *epochs, const char *batch)
{
    char value[128];
    setenv("NNGRAD_PLUGIN_PATH", MIDWAY, 1);
    snprintf(value, sizeof value, "{ plugin = \"%s\"; after = %u; how = \"%s\"; }", midway[k].name, after, how);
    return LESSON("xor.cfg", midway[k].setting, value, "train.epochs", epochs, "train.batch", batch, "train.loss_below",
                  "-1");
}

static void check_stands_alike(const struct lesson *a, const struct lesson *b)
{
    size_t bytes = a->model->parameter_count * sizeof(double);
    ck_assert_int_eq(memcmp(a->training->theta, b->training->theta, bytes), 0);
    ck_assert_uint_eq(a->training->slot_count, b->training->slot_count);
    for (size_t s = 0; s < a->training->slot_count; s++)
        ck_assert_int_eq(memcmp(a->training->slots[s], b->training->slots[s], bytes), 0);
    ck_assert_uint_eq(a->training->t, b->training->t);
    ck_assert_uint_eq(a->training->epoch, b->training->epoch);
    ck_assert_uint_eq(a->training->step, 0);
}

/* Stands where a training of as many epochs would, that never failed. */
static void check_stands_at_row(const struct lesson *lesson, size_t k, const char *batch)
{
    char epochs[32];
    snprintf(epochs, sizeof epochs, "%zu", lesson->training->epoch);
    *calls_of(midway[k].name) = never;
    struct lesson *healthy = lesson_taught(lesson_with(k, "refuses", 1, epochs, batch));
    ck_assert_uint_eq(lesson->row_count, lesson->training->epoch + 1);
    check_stands_alike(lesson, healthy);
    lesson_free(healthy);
}

/* A refusal at any call, with all the data at once and in the middle of an epoch: weights and state are those of the
 * last row; from there it goes on as if nothing had been. */
START_TEST(refusals_restore)
{
    static const char *const batches[] = {"0", "1"};
    for (size_t k = 0; k < KINDS; k++)
        for (unsigned after = 0; after < 40; after++) {
            const char *batch = batches[after % 2];
            double *calls = calls_of(midway[k].name);
            struct nng_error error = {0};
            *calls = 0;
            struct lesson *lesson = lesson_with(k, "refuses", after, "40", batch);
            ck_assert_int_eq(nng_train(lesson->training, &lesson->options, &lesson->outcome, &error), NNG_INPUT);
            ck_assert_msg(strstr(error.text, "' failed: it is tired") != NULL, "%s", error.text);
            ck_assert_msg(strncmp(error.text, "epoch ", 6) == 0, "%s", error.text);
            if (lesson->row_count > 0)
                check_stands_at_row(lesson, k, batch);
            *calls = never;
            lesson_go_on(lesson);
            struct lesson *healthy = lesson_taught(lesson_with(k, "refuses", 1, "40", batch));
            check_stands_alike(lesson, healthy);
            ck_assert_uint_eq(lesson->training->epoch, 40);
            lesson_free(healthy);
            lesson_free(lesson);
        }
}
END_TEST

/* NaN at any call of forward, value or step ends the training as diverged, where it was last known to be finite. NaN
 * from backward is not made here: the gradient would carry it into the weights, and the optimizer be blamed. */
START_TEST(nan_stops)
{
    static const char *const blames[] = {
        "loss 'midway_loss' gives nan at yhat_1 = ", "layer 1: activation 'midway_activation' gives nan at a = ",
        "optimizer 'midway_optimizer' made "};
    for (size_t k = 0; k < KINDS; k++)
        for (unsigned after = 0; after < 40; after++) {
            *calls_of(midway[k].name) = 0;
            struct lesson *lesson = lesson_with(k, "nan", after, "60", "0");
            lesson_go_on(lesson);
            ck_assert_int_eq(lesson->outcome.stop, NNG_STOP_DIVERGED);
            ck_assert_msg(strstr(lesson->outcome.reason, blames[k]) != NULL, "after %u: %s", after,
                          lesson->outcome.reason);
            lesson->row_count--; /* the last one tells the loss that is not finite */
            if (lesson->row_count > 0)
                check_stands_at_row(lesson, k, "0");
            lesson_free(lesson);
        }
}
END_TEST

/* ---- the commands -------------------------------------------------------------------------------------------- */

#define IN_SCRATCH(...)                                                                                                \
    run_program((struct run_setting){.directory = scratch},                                                            \
                ARGUMENTS(__VA_ARGS__, "--plugin-path", MIDWAY, "--threads=1"))

static void check_same_file(const char *a, const char *b)
{
    char command[2 * 512 + 16];
    snprintf(command, sizeof command, "cmp '%s' '%s'", in_scratch(a), in_scratch(b));
    ck_assert_msg(system(command) == 0, "%s differs", a);
}

/* Nothing that was begun and not finished. */
static void check_no_fragments(const char *relative)
{
    DIR *directory = opendir(in_scratch(relative));
    ck_assert_ptr_nonnull(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        ck_assert_msg(strstr(entry->d_name, ".tmp") == NULL, "%s", entry->d_name);
    closedir(directory);
}

/* The message says when and what, and how to go on; and so it does, bit for bit. */
START_TEST(train_refused)
{
    struct run run = IN_SCRATCH("train", MODELS "xor.cfg", "--run=r", "--set=train.epochs=20", "-o", "out",
                                "--optimizer=midway_optimizer:after=30");
    ck_assert_status(run, 2);
    ck_assert_str_eq(run.out, "");
    ck_assert_str_eq(run.err, "nngrad: error: epoch 8, update 8: layer 1: optimizer 'midway_optimizer' failed: it is "
                              "tired; 'nngrad train --resume r --plugin-path " MIDWAY "' goes on from the end of epoch "
                              "7\n");
    ck_assert_int_ne(access(in_scratch("out"), F_OK), 0);
    check_no_fragments("r");
    struct run rest = IN_SCRATCH("train", "--resume=r", "--set=optimizer.after=1000000", "--set=train.epochs=20");
    struct run once =
        IN_SCRATCH("train", MODELS "xor.cfg", "--run=once", "--set=train.epochs=20", "--optimizer=midway_optimizer");
    ck_assert_status(rest, 0);
    ck_assert_status(once, 0);
    check_same_file("r/final.safetensors", "once/final.safetensors");
    check_same_file("r/history.csv", "once/history.csv");
    run_free(&run);
    run_free(&rest);
    run_free(&once);
}
END_TEST

START_TEST(train_nan)
{
    struct run run =
        IN_SCRATCH("train", MODELS "xor.cfg", "--run=r", "--set=train.epochs=20", "--loss=midway_loss:after=7:how=nan");
    ck_assert_status(run, 1);
    ck_assert_contains(run.out, "\nStopped    diverged: epoch 7, layer 2: loss 'midway_loss' gives nan at yhat_1 =\n");
    ck_assert_contains(run.out, "'nngrad plugin check midway_loss' tests it\n");
    check_no_fragments("r");
    run_free(&run);
}
END_TEST

/* The process ends by the signal, and says so first; the run goes on from its last save. */
static void check_crash(const struct run *run)
{
#ifndef __SANITIZE_ADDRESS__ /* which has its own way of ending */
    ck_assert_status(*run, 128 + SIGSEGV);
    ck_assert_contains(run->err,
                       "nngrad: error: crashed (segmentation fault), in a plugin or in nngrad itself: 'nngrad "
                       "plugin check NAME' tests a plugin\n");
#endif
    ck_assert_int_ne(run->status, 0);
    ck_assert_str_eq(run->out, "");
}

START_TEST(train_crashes)
{
    struct run run = IN_SCRATCH("train", MODELS "xor.cfg", "--run=r", "--set=train.epochs=20", "-o", "out",
                                "--optimizer=midway_optimizer:after=30:how=crashes");
    check_crash(&run);
    ck_assert_int_ne(access(in_scratch("out"), F_OK), 0);
    check_no_fragments("r");
    struct run rest = IN_SCRATCH("train", "--resume=r", "--set=optimizer.after=1000000");
    struct run once =
        IN_SCRATCH("train", MODELS "xor.cfg", "--run=once", "--set=train.epochs=20", "--optimizer=midway_optimizer");
    ck_assert_status(rest, 0);
    ck_assert_status(once, 0);
    check_same_file("r/final.safetensors", "once/final.safetensors");
    run_free(&run);
    run_free(&rest);
    run_free(&once);
}
END_TEST

static void check_judging(const char *command)
{
    static const char *const hows[] = {"refuses", "nan", "crashes"};
    for (unsigned i = 0; i < 3; i++)
        for (unsigned after = 0; after < 12; after += 3) {
            char loss[64];
            snprintf(loss, sizeof loss, "--loss=midway_loss:after=%u:how=%s", after, hows[i]);
            struct run run = IN_SCRATCH(command, MODELS "xor.cfg", loss, "-o", "out", "--strict");
            ck_assert_str_eq(run.out, "");
            bool judged = i != 2 && access(in_scratch("out"), F_OK) == 0;
            if (i == 2)
                check_crash(&run);
            else
                ck_assert_status(run, i == 0 && !judged ? 2 : 1);
            ck_assert(after > 0 || !judged); /* from the first call on there is nothing to judge */
            if (judged) {
                char *out = read_whole(in_scratch("out"));
                ck_assert_contains(out, "Verdict    inconclusive: ");
                ck_assert_contains(out, "no difference by w_");
                ck_assert_contains(out, i == 0 ? "can be taken: loss 'midway_loss' failed:" : " is finite");
                free(out);
                ck_assert_int_eq(remove(in_scratch("out")), 0);
            } else if (i == 0) {
                ck_assert_str_eq(run.err, "nngrad: error: loss 'midway_loss' failed: it is tired\n");
            } else if (i == 1) {
                ck_assert_str_eq(run.err,
                                 "nngrad: error: the loss of sample 1 is nan, though every layer is finite (loss "
                                 "'midway_loss')\n");
            }
            run_free(&run);
        }
}

/* A crash leaves no results. A refusal and NaN are errors from the first call on; later on, in the differences, no
 * claim is made, and why is said. */
START_TEST(inspect_and_check)
{
    check_judging("inspect");
    check_judging("check");
}
END_TEST

RUN_SUITE_BETWEEN("midway", setup_scratch, remove_scratch, refusals_restore, nan_stops, train_refused, train_nan,
                  train_crashes, inspect_and_check)
