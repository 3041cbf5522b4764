/* test_command_train.c - nngrad train and compare: what they say, the run's directory, going on after any end. */
#include "run.h"

#include <math.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include <jansson.h>

#include "scratch.h"

#define BLOBS MODELS "blobs.cfg"
#define CHAPTERS SOURCE_DIR "/chapters/"

static json_t *parse(const char *text)
{
    json_error_t error;
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(json != NULL, "line %d: %s in %s", error.line, error.text, text);
    return json;
}

static double number(const json_t *json, const char *key)
{
    const json_t *value = json_object_get(json, key);
    ck_assert_msg(json_is_number(value), "%s is no number", key);
    return json_number_value(value);
}

static void check_text_of(const json_t *json, const char *key, const char *expected)
{
    const char *text = json_string_value(json_object_get(json, key));
    ck_assert_msg(text != NULL, "%s is no text", key);
    ck_assert_str_eq(text, expected);
}

static void check_same_file(const char *a, const char *b, const char *name)
{
    char command[1024];
    snprintf(command, sizeof command, "cmp -s '%s/%s' '%s/%s'", a, name, b, name);
    ck_assert_msg(system(command) == 0, "%s differs", name);
}

static void check_same_run(const char *a, const char *b)
{
    check_same_file(a, b, "history.csv");
    check_same_file(a, b, "final.safetensors");
    check_same_file(a, b, "state.safetensors");
}

/* In the scratch directory, where runs/ is made. */
#define TRAIN(...) run_program((struct run_setting){.directory = scratch}, ARGUMENTS("train", __VA_ARGS__))

/* ---- what is said -------------------------------------------------------------------------------------------- */

START_TEST(json_of_a_training)
{
    struct run run = TRAIN(BLOBS, "--format=json");
    ck_assert_status(run, 0);
    ck_assert(!have_gnuplot() || strcmp(run.err, "") == 0); /* without it a note says so */
    json_t *json = parse(run.out);
    check_text_of(json, "command", "train");
    check_text_of(json, "stopped", "epochs");
    check_text_of(json, "run", "runs/blobs");
    ck_assert(number(json, "epochs") == 100);
    ck_assert(fabs(number(json, "initial_loss") - 1.676670276) < 1e-9);
    ck_assert(fabs(number(json, "accuracy") - .7053) < 5e-5);
    ck_assert(fabs(number(json, "validation_accuracy") - .716) < 5e-5);
    ck_assert(number(json, "final_loss") < 0.73 && number(json, "validation_loss") < 0.73);
    json_decref(json);
    run_free(&run);
    run = TRAIN(MODELS "mazur.cfg", "--format=json", "--set=data.targets=((0.5, 2.5))");
    json = parse(run.out);
    ck_assert(json_is_null(json_object_get(json, "accuracy")));
    ck_assert(json_is_null(json_object_get(json, "validation_loss")));
    json_decref(json);
    run_free(&run);
}
END_TEST

START_TEST(json_of_a_divergence)
{
    struct run run = TRAIN(BLOBS, "--format=json", "--set=layers.2.activation=identity", "--loss=squared_error",
                           "--set=optimizer.learning_rate=1000", "--set=layers.1.activation=identity");
    ck_assert_status(run, 1);
    ck_assert_contains(run.err, "note: diverged: epoch ");
    json_t *json = parse(run.out);
    check_text_of(json, "stopped", "diverged");
    ck_assert(json_is_null(json_object_get(json, "final_loss")));
    ck_assert_ptr_nonnull(json_string_value(json_object_get(json, "final_loss_reason")));
    ck_assert_contains(json_string_value(json_object_get(json, "reason")), "learning rate");
    json_decref(json);
    run_free(&run);
    run = NNGRAD("inspect", in_scratch("runs/blobs/final.cfg"), "-q"); /* where it was last finite */
    ck_assert_status(run, 0);
    run_free(&run);
}
END_TEST

START_TEST(text_and_csv)
{
    struct run run = TRAIN("--color=never");
    ck_assert_status(run, 0);
    ck_assert_contains(run.out, "Training   lecture, 3-3-3-1, 28 parameters; 8 samples, one at a time;\n"
                                "           binary_cross_entropy; gd (learning_rate = 0.5)\n");
    ck_assert_contains(run.out, "\n      0  0.718008 ");
    ck_assert_contains(run.out, " epochs: the loss is below 0.01\n");
    ck_assert_contains(run.out, "\nnext: nngrad inspect runs/lecture/final.cfg\n");
    run_free(&run);
    run = TRAIN("--format=csv");
    char *history = read_whole(in_scratch("runs/lecture-2/history.csv"));
    ck_assert_str_eq(run.out, history);
    ck_assert_contains(history,
                       "epoch,loss,accuracy,validation_loss,validation_accuracy,gradient_norm,gradient_norm_1,"
                       "gradient_norm_2,gradient_norm_3,update_ratio_1,update_ratio_2,update_ratio_3\n0,0.718");
    free(history);
    run_free(&run);
    run = TRAIN("--format=markdown", "-q");
    ck_assert_contains(run.out, "| epoch | loss | accuracy |");
    run_free(&run);
}
END_TEST

/* The page's own update, with numbers. */
START_TEST(ledger)
{
    struct run run = TRAIN(MODELS "mazur.cfg", "--ledger=2");
    ck_assert_status(run, 0);
    ck_assert_contains(run.out, "Ledger     update 1 (epoch 1, the one sample): L = 0.298371\n");
    /* published: dE/dw5 = 0.082167041, w5+ = 0.35891648 */
    ck_assert_contains(run.out, "  w_211 = w_211 - eta * dw_211 = 0.4 - 0.5 * 0.082167 = 0.358916\n");
    ck_assert_contains(run.out, "Ledger     update 2 (epoch 2, the one sample): L = 0.291028\n");
    ck_assert_lacks(run.out, "b_11"); /* frozen */
    ck_assert_lacks(run.out, "update 3");
    run_free(&run);
    run = TRAIN(MODELS "mazur.cfg", "--ledger=1", "--optimizer=momentum:learning_rate=0.5:momentum=0.9");
    ck_assert_contains(run.out, "  w_211 = 0.4 - 0.0410835 = 0.358916   with dw_211 = 0.082167, v = 0.0410835\n");
    run_free(&run);
    run = TRAIN(MODELS "mazur.cfg", "--ledger=1", "--optimizer=bfgs");
    ck_assert_status(run, 0);
    ck_assert_contains(run.out, "\n  w_211 = 0.4 - ");
    run_free(&run);
    run = TRAIN(MODELS "mazur.cfg", "--ledger=1", "--format=json");
    json_t *json = parse(run.out);
    const json_t *entry =
        json_array_get(json_object_get(json_array_get(json_object_get(json, "ledger"), 0), "parameters"), 4);
    check_text_of(entry, "name", "w_211");
    ck_assert(fabs(number(entry, "gradient") - 0.082167041) < 5e-10);
    ck_assert(fabs(number(entry, "after") - 0.35891648) < 5e-9);
    json_decref(json);
    run_free(&run);
}
END_TEST

START_TEST(checks_while_training)
{
    struct run run = TRAIN(MODELS "xor.cfg", "--check-every=2", "--set=train.epochs=5", "--format=json");
    ck_assert_status(run, 0);
    json_t *json = parse(run.out);
    const json_t *checks = json_object_get(json, "checks");
    ck_assert_uint_eq(json_array_size(checks), 3); /* after 0, 2 and 4 epochs */
    ck_assert(number(json_array_get(checks, 2), "epoch") == 4);
    check_text_of(json_array_get(checks, 2), "verdict", "pass");
    json_decref(json);
    run_free(&run);
}
END_TEST

/* weights.csv, gradients.csv, state.csv: a row an epoch, a column a parameter. */
START_TEST(records)
{
    struct run run = TRAIN(MODELS "mazur.cfg", "--set=train.epochs=3", "--record=weights,gradients", "--record=state",
                           "--optimizer=momentum:learning_rate=0.5", "--run=r");
    ck_assert_status(run, 0);
    char *weights = read_whole(in_scratch("r/weights.csv")), *gradients = read_whole(in_scratch("r/gradients.csv"));
    char *state = read_whole(in_scratch("r/state.csv"));
    ck_assert_contains(weights, "epoch,w_111,w_112,w_121,w_122,w_211,w_212,w_221,w_222,b_11,b_12,b_21,b_22\n0,0.1499");
    ck_assert_contains(weights, "\n1,0.1497807161327");
    ck_assert_contains(weights, "\n3,");
    ck_assert_lacks(weights, "\n4,");
    ck_assert_contains(gradients, "\n0,0.00043856773447");
    ck_assert_contains(state, "epoch,v.w_111,");
    ck_assert_contains(state, "\n1,0.00021928386723"); /* eta g */
    free(weights);
    free(gradients);
    free(state);
    ck_assert_contains(run.out, "r: history.csv, final.cfg, final.safetensors, state.safetensors,\n"
                                "           weights.csv, gradients.csv, state.csv");
    run_free(&run);
    run = TRAIN("--record=weight");
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "option '--record': unknown value 'weight' (did you mean 'weights'?)");
    run_free(&run);
    run = TRAIN("--record=weights,,state");
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "unknown value '' (it is weights, gradients or state)");
    run_free(&run);
    run = TRAIN(MODELS "mazur.cfg", "--set=train.epochs=3", "--record=state");
    ck_assert_status(run, 0);
    ck_assert_contains(run.err, "note: optimizer 'gd' has no state to record");
    run_free(&run);
}
END_TEST

/* A run that recorded goes on recording. A record that begins later has the rows from there. */
START_TEST(records_resumed)
{
    struct run part = TRAIN(BLOBS, "--run=r", "--set=train.epochs=4", "--record=weights");
    struct run rest = TRAIN("--resume=r", "--set=train.epochs=6", "--record=gradients");
    struct run whole = TRAIN(BLOBS, "--run=w", "--set=train.epochs=6", "--record=weights");
    ck_assert_status(part, 0);
    ck_assert_status(rest, 0);
    ck_assert_status(whole, 0);
    check_same_file(in_scratch("r"), in_scratch("w"), "weights.csv");
    char *gradients = read_whole(in_scratch("r/gradients.csv"));
    ck_assert_contains(gradients, "\n5,");
    ck_assert_contains(gradients, "\n6,");
    ck_assert_lacks(gradients, "\n4,");
    free(gradients);
    run_free(&part);
    run_free(&rest);
    run_free(&whole);
    write_file(in_scratch("r/weights.csv"), "epoch,w\n0,1\n", 12);
    rest = TRAIN("--resume=r", "--set=train.epochs=7");
    ck_assert_status(rest, 2);
    ck_assert_contains(rest.err, "r/weights.csv:1: error: its columns are not those of this training");
    run_free(&rest);
    rest = TRAIN(BLOBS, "--run=r", "--force", "--set=train.epochs=0", "-q");
    ck_assert_status(rest, 0);
    ck_assert_int_eq(access(in_scratch("r/weights.csv"), F_OK), -1);
    run_free(&rest);
}
END_TEST

/* ---- the directory ------------------------------------------------------------------------------------------- */

START_TEST(directories)
{
    struct run first = TRAIN(BLOBS, "-q"), second = TRAIN(BLOBS, "-q");
    ck_assert_contains(first.out, "\nRun        runs/blobs: history.csv");
    ck_assert_contains(second.out, "\nRun        runs/blobs-2: history.csv");
    run_free(&first);
    run_free(&second);
    struct run named = TRAIN(BLOBS, "--run=a/b/c", "--set=train.epochs=3");
    ck_assert_status(named, 0);
    run_free(&named);
    char *before = read_whole(in_scratch("a/b/c/history.csv"));
    struct run again = TRAIN(BLOBS, "--run", "a/b/c");
    ck_assert_status(again, 2);
    ck_assert_contains(again.err, "a/b/c: error: the directory is not empty: --force overwrites the run in it");
    run_free(&again);
    char *after = read_whole(in_scratch("a/b/c/history.csv"));
    ck_assert_str_eq(before, after);
    free(before);
    free(after);
    write_file(in_scratch("a/b/c/notes.txt"), "mine", 4);
    struct run forced = TRAIN(BLOBS, "--run=a/b/c", "--force", "--set=train.epochs=0");
    ck_assert_status(forced, 0);
    run_free(&forced);
    after = read_whole(in_scratch("a/b/c/history.csv"));
    ck_assert_contains(after, "\n0,1.6766");
    ck_assert_lacks(after, "\n1,");
    free(after);
    char *notes = read_whole(in_scratch("a/b/c/notes.txt")); /* what is not ours stays */
    ck_assert_str_eq(notes, "mine");
    free(notes);
}
END_TEST

/* final.cfg is the model with its overrides and its new weights, wherever one stands. */
START_TEST(final_model)
{
    struct run run = TRAIN(BLOBS, "--run=r", "--loss=squared_error:scale=0.5", "--set=layers.1.activation=tanh",
                           "--optimizer=adam:learning_rate=0.1", "--seed=7", "--format=json");
    ck_assert_status(run, 0);
    json_t *trained = parse(run.out);
    run_free(&run);
    const char *const places[] = {"/", NULL};
    for (size_t i = 0; i < 2; i++) {
        run = run_program((struct run_setting){.directory = places[i]},
                          ARGUMENTS("inspect", in_scratch("r/final.cfg"), "--format=json"));
        ck_assert_status(run, 0);
        json_t *json = parse(run.out);
        const json_t *loss = json_object_get(json, "loss");
        ck_assert(number(loss, "value") == number(trained, "final_loss"));
        check_text_of(loss, "plugin", "squared_error");
        check_text_of(json_object_get(json, "model"), "name", "blobs");
        json_decref(json);
        run_free(&run);
    }
    json_decref(trained);
    char *text = read_whole(in_scratch("r/final.cfg"));
    ck_assert_contains(text, "  parameters = \"final.safetensors\";\n");
    ck_assert_lacks(text, "weights");
    free(text);
}
END_TEST

/* A run and its data that are moved together stay together: the path between them is relative. */
START_TEST(moved)
{
    char command[2048];
    make_directory("project");
    snprintf(command, sizeof command, "cp -r %s/tests/models %s/tests/data %s/project", SOURCE_DIR, SOURCE_DIR,
             scratch);
    ck_assert_int_eq(system(command), 0);
    struct run run = TRAIN("project/models/blobs.cfg", "--run=project/runs/r", "-q");
    ck_assert_status(run, 0);
    run_free(&run);
    ck_assert_int_eq(rename(in_scratch("project"), in_scratch("elsewhere")), 0);
    run = TRAIN("--resume=elsewhere/runs/r", "--set=train.epochs=101");
    ck_assert_status(run, 0);
    run_free(&run);
    char *text = read_whole(in_scratch("elsewhere/runs/r/final.cfg"));
    ck_assert_contains(text, "file = \"../../data/blobs_train.csv\";");
    free(text);
}
END_TEST

START_TEST(bad_directories)
{
    struct run file = TRAIN(BLOBS, "--run", "/dev/null");
    ck_assert_status(file, 2);
    run_free(&file);
    struct run nowhere = TRAIN(BLOBS, "--run", "/proc/nngrad/run");
    ck_assert_status(nowhere, 3);
    ck_assert_contains(nowhere.err, "/proc/nngrad/run: error: cannot make the directory: ");
    run_free(&nowhere);
    struct run none = TRAIN("--resume=none");
    ck_assert_status(none, 2);
    ck_assert_contains(none.err, "none/final.cfg: error: cannot read: no such file");
    run_free(&none);
    struct run both = TRAIN("--run=a", "--resume=b");
    ck_assert_status(both, 2);
    run_free(&both);
    struct run forced = TRAIN("--force");
    ck_assert_status(forced, 2);
    run_free(&forced);
    ck_assert_int_eq(access(in_scratch("runs"), F_OK), -1); /* what is refused leaves nothing behind */
}
END_TEST

/* ---- going on ------------------------------------------------------------------------------------------------ */

START_TEST(resumed)
{
    struct run part = TRAIN(BLOBS, "--run=r", "--set=train.epochs=7", "--set=train.batch=32", "--optimizer=adam");
    struct run rest = TRAIN("--resume=r", "--set=train.epochs=12", "--format=json");
    struct run whole = TRAIN(BLOBS, "--run=w", "--set=train.epochs=12", "--set=train.batch=32", "--optimizer=adam");
    ck_assert_status(part, 0);
    ck_assert_status(rest, 0);
    ck_assert_status(whole, 0);
    check_same_run(in_scratch("r"), in_scratch("w"));
    json_t *json = parse(rest.out);
    ck_assert(number(json, "epochs") == 12);
    ck_assert(fabs(number(json, "initial_loss") - 1.676670276) < 1e-9); /* where it all began */
    json_decref(json);
    run_free(&part);
    run_free(&rest);
    run_free(&whole);
    struct run nothing = TRAIN("--resume=r");
    ck_assert_status(nothing, 0);
    ck_assert_lacks(nothing.out, "accuracy");
    ck_assert_contains(nothing.out, "\nnext: nngrad train --resume r --set train.epochs=24\n");
    run_free(&nothing);
    struct run other = TRAIN(MODELS "442.cfg", "--resume=r");
    ck_assert_status(other, 2);
    ck_assert_contains(other.err, "r/state.safetensors: error: the state is of another network");
    run_free(&other);
    ck_assert_int_eq(truncate(in_scratch("r/state.safetensors"), 300), 0);
    struct run damaged = TRAIN("--resume=r");
    ck_assert_status(damaged, 2);
    ck_assert_contains(damaged.err, "r/state.safetensors: error: ");
    run_free(&damaged);
}
END_TEST

/* A state by another version of nngrad. */
START_TEST(other_version)
{
    struct run run = TRAIN(BLOBS, "--run=r", "--set=train.epochs=1");
    ck_assert_status(run, 0);
    run_free(&run);
    FILE *file = fopen(in_scratch("r/state.safetensors"), "r+b");
    char bytes[4096];
    ck_assert_ptr_nonnull(file);
    size_t length = fread(bytes, 1, sizeof bytes, file), at = 0;
    while (at < length && memcmp(bytes + at, "\"nngrad\":\"0", 11) != 0)
        at++;
    ck_assert_uint_lt(at, length);
    fseek(file, (long)at + 10, SEEK_SET);
    fputc('9', file);
    fclose(file);
    run = TRAIN("--resume=r", "--set=train.epochs=2");
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "r/state.safetensors: error: the state was saved by nngrad 9.");
    run_free(&run);
}
END_TEST

/* Data that does not fit the training. */
START_TEST(bad_data)
{
    struct run run = TRAIN(BLOBS, "--set=train.batch=751");
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "train.batch is 751, but there are only 750 samples to train on");
    run_free(&run);
    write_file(in_scratch("v.csv"), "x1,label\n1,2\n", 13);
    run = TRAIN(BLOBS, "--set=data.validation={ file = \"v.csv\"; }");
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "no column 'x2' in 'v.csv'");
    run_free(&run);
    ck_assert_int_eq(access(in_scratch("runs"), F_OK), -1);
}
END_TEST

/* Half-written files of processes that died are removed; those of living ones, and what is not ours, stay. */
START_TEST(temporaries)
{
    char alive[64];
    const char *const names[] = {
        "r/history.csv.999999999-0.tmp", "r/a.tmp", "r/.1-tmp", "r/x.12.tmp", "r/x.-1-1.tmp", alive};
    struct run run = TRAIN(BLOBS, "--run=r", "--set=train.epochs=1");
    ck_assert_status(run, 0);
    run_free(&run);
    snprintf(alive, sizeof alive, "r/history.csv.%ld-0.tmp", (long)getpid());
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        write_file(in_scratch(names[i]), "x", 1);
    run = TRAIN("--resume=r", "--set=train.epochs=2");
    ck_assert_status(run, 0);
    run_free(&run);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert_int_eq(access(in_scratch(names[i]), F_OK), i == 0 ? -1 : 0);
}
END_TEST

START_TEST(whole_problem_says_so)
{
    struct run part = TRAIN(BLOBS, "--run=r", "--set=train.epochs=7", "--optimizer=bfgs");
    struct run more = TRAIN("--resume=r", "--set=train.epochs=9");
    struct run rest = TRAIN("--resume=r", "--set=train.epochs=12", "--set=optimizer.step_size=0.5");
    ck_assert_status(part, 0);
    ck_assert_status(more, 0);
    ck_assert_status(rest, 0);
    ck_assert_str_eq(more.err, "");
    ck_assert_contains(rest.err, "the settings of optimizer 'bfgs' have changed: it began anew, from the weights of "
                                 "epoch 9");
    run_free(&part);
    run_free(&more);
    run_free(&rest);
}
END_TEST

static pid_t start(const char *const *arguments)
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct run_setting setting = {.directory = scratch, .together = true};
        run_child(&setting, arguments, open("/dev/null", O_WRONLY), 0);
    }
    return child;
}

static void wait_milliseconds(double milliseconds)
{
    struct timespec time = {.tv_sec = (time_t)(milliseconds / 1000), .tv_nsec = (long)(fmod(milliseconds, 1000) * 1e6)};
    nanosleep(&time, NULL);
}

static double milliseconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

/* Fifty times gone on with for ten epochs more, and killed at any moment: reading, training, saving. Whatever is left
 * is gone on with, and in the end nothing shows it. */
START_TEST(killed)
{
    char path[4096]; /* without plots, which would take most of the time */
    snprintf(path, sizeof path, "%s", getenv("PATH"));
    setenv("PATH", "/nonexistent", 1);
    struct run begun = TRAIN(BLOBS, "--run=r", "--set=train.epochs=0", "--set=train.batch=64", "--optimizer=nadam",
                             "--record=weights,state");
    ck_assert_status(begun, 0);
    run_free(&begun);
    double before = milliseconds_now();
    struct run once = TRAIN("--resume=r", "--set=train.epochs=10");
    double took = milliseconds_now() - before;
    ck_assert_status(once, 0);
    run_free(&once);
    unsigned long random = 1;
    size_t count = 0;
    for (size_t k = 0; k < 50; k++) {
        char epochs[64];
        int status;
        snprintf(epochs, sizeof epochs, "--set=train.epochs=%zu", 10 * (k + 2));
        pid_t child = start(ARGUMENTS("train", "--resume=r", epochs));
        random = (random * 1103515245 + 12345) % 2147483648;
        wait_milliseconds(1.2 * took * (double)random / 2147483648.0);
        kill(child, SIGKILL);
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        count += WIFSIGNALED(status);
    }
    ck_assert_uint_gt(count, 10);
    struct run rest = TRAIN("--resume=r", "--set=train.epochs=510");
    struct run whole = TRAIN(BLOBS, "--run=w", "--set=train.epochs=510", "--set=train.batch=64", "--optimizer=nadam",
                             "--record=weights,state");
    ck_assert_status(rest, 0);
    ck_assert_status(whole, 0);
    setenv("PATH", path, 1);
    check_same_run(in_scratch("r"), in_scratch("w"));
    check_same_file(in_scratch("r"), in_scratch("w"), "weights.csv");
    check_same_file(in_scratch("r"), in_scratch("w"), "state.csv");
    ck_assert_int_eq(access(in_scratch("r/weights.csv.part"), F_OK), -1);
    char command[1024];
    snprintf(command, sizeof command, "! ls '%s' | grep -q tmp", in_scratch("r"));
    ck_assert_int_eq(system(command), 0); /* what was half written is gone */
    run_free(&rest);
    run_free(&whole);
}
END_TEST

/* Ctrl-C finishes the update, saves, says how to go on, and ends with 130. */
START_TEST(interrupted)
{
    const char *const *arguments =
        ARGUMENTS("train", BLOBS, "--run=r", "--set=train.epochs=1000000", "--set=train.batch=50", "--format=json");
    FILE *out = tmpfile(), *err = tmpfile();
    int status;
    pid_t child = fork();
    ck_assert(out != NULL && err != NULL && child >= 0);
    if (child == 0) {
        struct run_setting setting = {.directory = scratch};
        run_child(&setting, arguments, fileno(out), fileno(err));
    }
    for (int i = 0; i < 1000 && access(in_scratch("r/state.safetensors"), F_OK) != 0; i++)
        wait_milliseconds(10);
    wait_milliseconds(100);
    kill(child, SIGINT);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 130);
    char *said = run_read_all(out), *noted = run_read_all(err), epochs[64];
    ck_assert_contains(noted, "interrupted; 'nngrad train --resume r' goes on from here");
    json_t *json = parse(said);
    check_text_of(json, "stopped", "interrupted");
    snprintf(epochs, sizeof epochs, "--set=train.epochs=%.0f", number(json, "epochs") + 3);
    struct run rest = TRAIN("--resume=r", epochs);
    struct run whole = TRAIN(BLOBS, "--run=w", "--set=train.batch=50", epochs);
    ck_assert_status(rest, 0);
    ck_assert_status(whole, 0);
    check_same_run(in_scratch("r"), in_scratch("w"));
    json_decref(json);
    free(said);
    free(noted);
    run_free(&rest);
    run_free(&whole);
}
END_TEST

/* A disk that fills up half way: status 3, and what was saved before is still whole. */
START_TEST(full_disk)
{
    const char *const *arguments = ARGUMENTS("train", BLOBS, "--run=r");
    FILE *err = tmpfile();
    int status;
    pid_t child = fork();
    ck_assert(err != NULL && child >= 0);
    if (child == 0) {
        struct rlimit limit = {.rlim_cur = 4096, .rlim_max = 4096};
        struct run_setting setting = {.directory = scratch};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);
        run_child(&setting, arguments, open("/dev/null", O_WRONLY), fileno(err));
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 3);
    char *said = run_read_all(err);
    ck_assert_contains(said, "r/history.csv: error: cannot write: ");
    free(said);
    struct run rest = TRAIN("--resume=r"), whole = TRAIN(BLOBS, "--run=w");
    ck_assert_status(rest, 0);
    check_same_run(in_scratch("r"), in_scratch("w"));
    run_free(&rest);
    run_free(&whole);
}
END_TEST

/* On a terminal a bar stands there while it takes long, with epoch, loss, accuracy, rate and time left; and is gone in
 * the end. */
START_TEST(progress)
{
    enum { MOST = 1 << 20 };
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    ck_assert(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    struct winsize size = {.ws_row = 24, .ws_col = 120};
    ck_assert(slave >= 0 && ioctl(slave, TIOCSWINSZ, &size) == 0);
    const char *const *arguments =
        ARGUMENTS("train", BLOBS, "--run=r", "--set=train.epochs=100000000", "--set=train.batch=50");
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct run_setting setting = {.directory = scratch, .terminal = slave, .together = true};
        run_child(&setting, arguments, slave, slave);
    }
    close(slave);
    char *text = calloc(MOST + 1, 1);
    size_t length = 0;
    bool asked = false;
    for (ssize_t n; length < MOST && (n = read(master, text + length, MOST - length)) > 0;) {
        length += (size_t)n;
        if (!asked && strstr(text, "samples/s") != NULL)
            asked = kill(child, SIGINT) == 0;
    }
    close(master);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    ck_assert_contains(text, "\rtraining [");
    ck_assert_contains(text, "] 0%");
    ck_assert_contains(text, "epoch ");
    ck_assert_contains(text, "/100000000  loss ");
    ck_assert_contains(text, "  accuracy 0.");
    ck_assert_contains(text, "\r\033[K");
    ck_assert_contains(text, "go on from here, bit for bit");
    free(text);
}
END_TEST

/* ---- compare ------------------------------------------------------------------------------------------------- */

START_TEST(comparison)
{
    struct run run =
        NNGRAD("compare", BLOBS, "--optimizers", "gd:learning_rate=1,momentum:learning_rate=1", "--optimizers",
               "adagrad:learning_rate=1", "--losses", "cross_entropy,squared_error", "--format", "json");
    ck_assert_status(run, 0);
    ck_assert_str_eq(run.err, "");
    json_t *json = parse(run.out);
    check_text_of(json, "command", "compare");
    const json_t *runs = json_object_get(json, "runs");
    static const char *const optimizers[] = {"gd", "momentum", "adagrad"};
    static const double accuracies[] = {.7053, .8947, .88}; /* course.md */
    ck_assert_uint_eq(json_array_size(runs), 6);
    for (size_t i = 0; i < 3; i++) {
        const json_t *one = json_array_get(runs, 2 * i);
        check_text_of(one, "optimizer", optimizers[i]);
        check_text_of(one, "loss", "cross_entropy");
        check_text_of(json_array_get(runs, 2 * i + 1), "loss", "squared_error");
        ck_assert(fabs(number(one, "accuracy") - accuracies[i]) < 5e-5);
        ck_assert(fabs(number(one, "initial_loss") - 1.676670276) < 1e-9);
        ck_assert(number(one, "epochs_to_level") <= 100);
    }
    ck_assert(number(json_array_get(runs, 0), "epochs_to_level") == 100); /* the slowest sets the level */
    ck_assert(number(json_array_get(runs, 0), "level") == number(json_array_get(runs, 0), "final_loss"));
    json_decref(json);
    run_free(&run);
}
END_TEST

START_TEST(comparison_of_settings)
{
    struct run run = NNGRAD("compare", "--over", "optimizer.learning_rate=0.1,1", "--over",
                            "layers.1.activation=sigmoid,{ plugin = \"leaky_relu\"; slope = 0.1; }", "--format=csv");
    ck_assert_status(run, 0);
    ck_assert_contains(run.out, "optimizer,loss,optimizer.learning_rate,layers.1.activation,epochs,stopped,");
    ck_assert_contains(run.out, "\ngd,binary_cross_entropy,0.1,sigmoid,");
    ck_assert_contains(run.out, "\ngd,binary_cross_entropy,1,\"{ plugin = \"\"leaky_relu\"\"; slope = 0.1; }\",");
    run_free(&run);
    run = NNGRAD("compare", "--over", "train.seed=1,2", "-q");
    ck_assert_contains(run.out, "train.seed");
    ck_assert_contains(run.out, "Compared   lecture, 2 trainings from the same start\n");
    run_free(&run);
    run = NNGRAD("compare", "--over", "init.seed=1,2", "-q");
    ck_assert_contains(run.out, "Compared   lecture, 2 trainings over the same batches\n");
    run_free(&run);
    run = NNGRAD("compare");
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "nothing to compare: --optimizers, --losses or --over says what");
    run_free(&run);
    run = NNGRAD_IN("SOURCE_DATE_EPOCH=0", "compare", "--optimizers", "gd,adam", "--set", "train.epochs=2");
    ck_assert_status(run, 0);
    ck_assert_lacks(run.out, "seconds");
    run_free(&run);
    run = NNGRAD("compare", "--optimizers", "gd,,adam");
    ck_assert_status(run, 2);
    run_free(&run);
    run = NNGRAD("compare", "--optimizers", "gd,adma");
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "did you mean 'adam'?");
    run_free(&run);
}
END_TEST

/* The same training, by `compare --units` and by `train`, whose final weights `inspect --units` then counts at. */
static void compare_units(const char *model, size_t least_dead, bool saturated)
{
    struct run run = NNGRAD("compare", model, "--over", "init.scheme=normal,zeros", "--units", "--format=json");
    ck_assert_status(run, 0);
    json_t *compared = parse(run.out);
    run_free(&run);
    const json_t *one = json_array_get(json_object_get(compared, "runs"), 0);
    run = TRAIN(model, "--set=init.scheme=normal", "--run=units", "--force", "--quiet");
    ck_assert_status(run, 0);
    run_free(&run);
    run = NNGRAD("inspect", in_scratch("units/final.cfg"), "--units", "--format=json");
    json_t *inspected = parse(run.out), *layer = NULL;
    run_free(&run);
    double units = 0, dead_units = 0, outputs = 0;
    size_t l = 0;
    json_array_foreach(json_object_get(inspected, "units"), l, layer)
    {
        units += number(layer, "units");
        dead_units += number(layer, "dead");
        outputs += number(layer, "units") * number(layer, "saturated");
    }
    ck_assert(number(one, "dead") == dead_units && number(one, "units") == units);
    ck_assert(fabs(number(one, "saturated") - outputs / units) < 1e-12);
    ck_assert(dead_units >= (double)least_dead && (outputs > 0) == saturated);
    json_decref(compared);
    json_decref(inspected);
}

START_TEST(comparison_of_units)
{
    compare_units(CHAPTERS "11-initialisation/relu.cfg", 32, false);
    compare_units(CHAPTERS "11-initialisation/tanh.cfg", 0, true);
    struct run run = NNGRAD("compare", CHAPTERS "11-initialisation/leaky_relu.cfg", "--over",
                            "init.scheme=zeros,normal", "--units", "--format=csv");
    ck_assert_status(run, 1);
    ck_assert_contains(run.out, ",seconds,dead,units,saturated\n");
    ck_assert_contains(run.out, ",0,84,0\n");
    ck_assert_contains(run.out, ",,,\n"); /* it diverged: there is nothing to count */
    run_free(&run);
    run = NNGRAD("compare", CHAPTERS "11-initialisation/relu.cfg", "--over", "init.scheme=normal,zeros", "--units");
    ck_assert_contains(run.out, "80 of 84");
    ck_assert_contains(run.out, "\nunits      when the training is over");
    run_free(&run);
}
END_TEST

RUN_SUITE_BETWEEN("command_train", setup_scratch, remove_scratch, json_of_a_training, json_of_a_divergence,
                  text_and_csv, ledger, checks_while_training, records, records_resumed, directories, final_model,
                  moved, bad_directories, bad_data, resumed, temporaries, other_version, whole_problem_says_so,
                  full_disk, progress, killed, interrupted, comparison, comparison_of_settings, comparison_of_units)
