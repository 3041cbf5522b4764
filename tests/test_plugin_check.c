/* test_plugin_check.c - nngrad plugin check: each bad plugin of tests/badplugins is found, and its fault is named; the
 * program survives them all; the plugins that ship with it pass. */
#include "run.h"

#include <dirent.h>
#include <signal.h>
#include <time.h>

#include <jansson.h>

#include "scratch.h"

#define MISBEHAVING BINARY_DIR "/tests/misbehaving/"

/* ---- faults and where they show ------------------------------------------------------------------------------ */

/* Which test must fail, and what it says. */
struct fault {
    const char *name, *test, *said;
};

static const struct fault faults[] = {
    {"loss_sign", "gradient", "grad of 'value' is wrong: sample 1, unit 1 at "},
    {"loss_sign", "gradient", ": everywhere the wrong sign"},
    {"loss_factor", "gradient", ": everywhere 2 times what is due"},
    {"loss_slightly", "gradient", ": everywhere 1.00001 times what is due"},
    {"loss_transposed", "gradient", ": it is written column by column, where a row is a sample"},
    {"loss_one_entry", "gradient", "grad of 'value' is wrong: sample 1, unit 3"},
    {"loss_at_maximum", "gradient", "grad of 'value' is wrong at scale = 4: sample 1, unit 1"},
    {"loss_fused", "fused", "'fused' disagrees with 'value' after 'sigmoid': sample 1"},
    {"loss_fused", "gradient", "grad of 'fused' is wrong"},
    {"loss_fused_slope", "fused", "the grad of 'fused' disagrees with that of 'value' through 'sigmoid'"},
    {"loss_fused_with_nothing", "fused", "its 'fused_with' cannot be used: unknown activation 'sigmiod'"},
    {"loss_complex", "complex", "the complex step by 'complex_value' contradicts the derivative of 'value'"},
    {"loss_complex_value", "complex", "the real part of 'complex_value' is not 'value': values of sample 1"},
    {"loss_first_order", "complex",
     "'complex_value' only restates the derivative: it must carry the flag NNG_COMPLEX_F"},
    {"loss_kink", "branch", "there is a kink at yhat = -1, y = -1 (slopes -1 and 1"},
    {"loss_kink", "branch", "and it has no 'branch' that would tell of it"},
    {"loss_false_branch", "branch",
     "'branch' tells of a kink at yhat = 0.3, y = -1, where value and slope are continuous"},
    {"loss_magnitude", "magnitude", "'magnitude' is less than the value: sample 1"},
    {"loss_writes_past", "memory", "'value' with 1 x 1: it writes past the end of 'values'"},
    {"loss_writes_before", "memory", "'value' with 1 x 1: it writes before the beginning of 'values'"},
    {"loss_reads_past", "memory", "'value' with 1 x 1: it reads past the end of 'yhat'"},
    {"loss_reads_before", "memory", "'value' with 1 x 1: it reads before the beginning of 'yhat'"},
    {"loss_reads_parameters", "memory", "'value' with 1 x 1: it reads past the end of 'parameters'"},
    {"loss_writes_input", "memory", "'value' with 1 x 1: it writes into what it may only read: 'yhat'"},
    {"loss_remembers", "determinism", "'value' gives two results for the same arguments: values of sample 1"},
    {"loss_first_call", "determinism", "'value' gives two results for the same arguments: values of sample 1"},
    {"loss_counts", "determinism", "'value' gives two results for the same arguments: values of sample 1"},
    {"loss_process", "hidden-state", "the same arguments give other results after other calls, or in another process"},
    {"loss_leaks", "leaks", "'value' leaks memory: "},
    {"loss_nan_at_zero", "gradient", "grad of 'value' cannot be judged: with f the sum of all the values, f(x) is nan"},
    {"loss_unwritten", "runs", "'value' leaves grad of sample 2, unit 1 unwritten"},
    {"loss_prints", "prints", "it prints: 'loss: 4 samples loss: 4 samples"},
    {"loss_complains", "prints", "it prints: 'warning: nan'"},
    {"loss_exits", "runs", "it ends the process, with status 3"},
    {"loss_exits_well", "runs", "it ends the process, with status 0"},
    {"loss_aborts", "runs", "it aborts the process"},
    {"loss_hangs", "runs", "it does not come back: no result in "},
    {"loss_sleeps", "runs", "it does not come back: no result in "},
    {"loss_crashes", "runs", "it crashes: Segmentation fault, at a pointer that is NULL"},
    {"loss_overflows", "runs", "it crashes: Segmentation fault"},
    {"loss_zero_rows", "zero-rows", "it crashes: Segmentation fault, at a pointer that is NULL"},
    {"loss_grad_always", "runs", "it crashes: Segmentation fault, at a pointer that is NULL"},
    {"loss_refuses", "runs", "'value' refuses legal arguments: not today"},
    {"loss_refuses_dumbly", "extremes", "'value' refuses yhat = -10.01 without a reason in the diagnostic"},
    {"loss_no_status", "runs", "'value' returns 7, which is no status"},
    {"loss_hides_nan", "nan", "'value' hides a NaN: values of its sample are numbers"},
    {"loss_spreads_nan", "nan", "'value' lets a NaN of sample 2 spread to sample 3"},
    {"loss_averages", "batch", "'value' gives something else for a batch of 5 x 1 than for its rows alone"},
    {"loss_takes_anything", "extremes",
     "'value' takes yhat = -10.01, outside of its own [yhat_min, yhat_max] = [-10, 10]"},
    {"loss_exports", "exports", "it exports 'offered_to_all' beside 'nng_plugin': make it static, or compile with"},
    {"loss_crashes_when_opened", "descriptor", "it crashes: Segmentation fault, at a pointer that is NULL"},
    {"loss_hangs_when_opened", "descriptor", "it does not come back: no result in "},
    {"activation_at_h", "gradient", ": it is f'(h) instead of f'(a)"},
    {"activation_handed_on", "gradient", ": it hands dh on unchanged, without f'(a)"},
    {"activation_jacobian", "gradient", ": it multiplies dh by the Jacobian, where its transpose is due"},
    {"activation_elementwise", "elementwise", "it says that it is elementwise, but a of unit 2 moves h of unit 1"},
    {"activation_range", "extremes", "'forward' gives 1 at a = 37, outside of its own [h_min, h_max] = [-0.5, 0.5]"},
    {"activation_noisy", "rounding", "'forward' is noisier than it declares: near a = "},
    {"activation_nan_far_out", "extremes", "'forward' gives nan at a = 745: h of sample 7, unit 1"},
    {"activation_kink", "branch",
     "there is a kink at a = 1.03 (slopes 0.401066 and 0.401066, values 0.773908 and 0.898908)"},
    {"activation_last_h", "batch", "'backward' gives something else for a batch of 5 x 1 than for its rows alone"},
    {"optimizer_uphill", "descent", "the first step goes uphill: it follows the gradient instead of going against it"},
    {"optimizer_stands_still", "descent", "the first step does not move w although the gradient is not zero"},
    {"optimizer_diverges", "descent", "300 steps with the default settings lead up, not down: a bowl's value was 4.77"},
    {"optimizer_static_state", "determinism", "'step' gives two results for the same arguments: w[0]"},
    {"optimizer_counts_steps", "determinism", "'step' gives two results for the same arguments: w[0]"},
    {"optimizer_slot_past", "memory", "'step' with 1 x 1: it writes past the end of 'v'"},
    {"optimizer_look_writes", "memory", "'look' with 1 x 1: it writes into what it may only read: 'v'"},
    {"optimizer_whole_leaks", "whole-problem", "'open', 'iterate' and 'close' leak memory: "},
    {"optimizer_whole_lies", "whole-problem", "'iterate' says that the value is "},
    {"optimizer_whole_shares", "whole-problem",
     "two problems that take turns meet: the state is not all behind the poin"},
    {"optimizer_whole_deaf", "whole-problem", "'iterate' does not tell that the loss could not be evaluated"},
    {"optimizer_whole_uphill", "whole-problem", "an iteration leads up: the value was 4.77"},
};

static json_t *check_file(const char *file, int status)
{
    struct run run = NNGRAD("plugin", "check", "--format", "json", file);
    ck_assert_status(run, status);
    ck_assert_str_eq(run.err, "");
    json_t *json = json_loads(run.out, 0, NULL);
    ck_assert_ptr_nonnull(json);
    ck_assert_str_eq(json_string_value(json_object_get(json, "verdict")), status == 0 ? "pass" : "fail");
    run_free(&run);
    return json;
}

static const json_t *find_test(const json_t *json, const char *name)
{
    const json_t *tests = json_object_get(json, "tests");
    for (size_t i = 0; i < json_array_size(tests); i++)
        if (strcmp(json_string_value(json_object_get(json_array_get(tests, i), "name")), name) == 0)
            return json_array_get(tests, i);
    ck_abort_msg("no test '%s'", name);
}

static const char *text_of(const json_t *test, const char *key)
{
    return json_string_value(json_object_get(test, key));
}

/* Those that wait for a time limit are a test of their own. */
static bool waits(const struct fault *fault)
{
    return strstr(fault->said, "does not come back") != NULL;
}

static void find_fault(const struct fault *fault)
{
    char file[512];
    snprintf(file, sizeof file, MISBEHAVING "%s.so", fault->name);
    json_t *json = check_file(file, 1);
    const json_t *test = find_test(json, fault->test);
    ck_assert_msg(strcmp(text_of(test, "verdict"), "fail") == 0, "%s: '%s' says %s: %s", fault->name, fault->test,
                  text_of(test, "verdict"), text_of(test, "message"));
    ck_assert_msg(strstr(text_of(test, "message"), fault->said) != NULL, "%s: '%s' is not in '%s'", fault->name,
                  fault->said, text_of(test, "message"));
    json_decref(json);
}

/* A sanitizer's or valgrind's allocator does not tell how much is in use. */
static bool leaks_can_be_found(void)
{
    json_t *json = check_file(MISBEHAVING "loss_none.so", 0);
    bool found = strcmp(text_of(find_test(json, "leaks"), "verdict"), "skip") != 0;
    json_decref(json);
    return found;
}

START_TEST(each_fault_is_named)
{
    bool leaks = leaks_can_be_found();
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        if (!waits(&faults[i]) && (leaks || strstr(faults[i].said, "leak") == NULL))
            find_fault(&faults[i]);
}
END_TEST

/* By the processor's time or by the clock's, whichever is up first. */
START_TEST(what_never_returns_is_ended)
{
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
        if (waits(&faults[i]))
            find_fault(&faults[i]);
}
END_TEST

/* No bad plugin stands there of which nobody says what is found. */
START_TEST(each_is_in_the_table)
{
    static const char *const right[] = {"loss_none.so", "activation_none.so", "optimizer_none.so",
                                        "optimizer_whole.so"};
    DIR *directory = opendir(MISBEHAVING);
    size_t count = 0;
    ck_assert_ptr_nonnull(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        const char *name = entry->d_name;
        bool known = name[0] == '.';
        for (size_t i = 0; i < sizeof right / sizeof right[0]; i++)
            known = known || strcmp(name, right[i]) == 0;
        for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++)
            known = known || (strncmp(name, faults[i].name, strlen(faults[i].name)) == 0 &&
                              strcmp(name + strlen(faults[i].name), ".so") == 0);
        ck_assert_msg(known, "%s", name);
        count += name[0] != '.';
    }
    closedir(directory);
    ck_assert_uint_ge(count, 20);
}
END_TEST

/* Descriptors that are refused: that is what the test "descriptor" says, and no other is tried. */
START_TEST(bad_descriptors)
{
    DIR *directory = opendir(BAD);
    size_t count = 0;
    ck_assert_ptr_nonnull(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        char file[512];
        if (strncmp(entry->d_name, "bad_", 4) != 0 || strstr(entry->d_name, ".so") == NULL)
            continue;
        snprintf(file, sizeof file, BAD "%s", entry->d_name);
        json_t *json = check_file(file, 1);
        ck_assert_uint_eq(json_array_size(json_object_get(json, "tests")), 1);
        ck_assert_msg(strncmp(text_of(find_test(json, "descriptor"), "message"), "not a usable plugin: ", 21) == 0,
                      "%s: %s", entry->d_name, text_of(find_test(json, "descriptor"), "message"));
        ck_assert(json_is_null(json_object_get(json, "kind")));
        json_decref(json);
        count++;
    }
    closedir(directory);
    ck_assert_uint_ge(count, 20);
}
END_TEST

/* ---- right plugins ------------------------------------------------------------------------------------------- */

static void must_pass(const char *file)
{
    struct run run = NNGRAD("plugin", "check", file);
    ck_assert_status(run, 0);
    ck_assert_contains(run.out, "\nVerdict    pass: all ");
    ck_assert_str_eq(run.err, "");
    run_free(&run);
}

/* All that ship with nngrad. */
START_TEST(our_own_pass)
{
    struct run list = NNGRAD("plugin", "list", "--format=json");
    json_t *json = json_loads(list.out, 0, NULL);
    const json_t *plugins = json_object_get(json, "plugins");
    ck_assert_uint_ge(json_array_size(plugins), 30);
    for (size_t i = 0; i < json_array_size(plugins); i++)
        must_pass(text_of(json_array_get(plugins, i), "file"));
    json_decref(json);
    run_free(&list);
}
END_TEST

START_TEST(right_ones_pass)
{
    must_pass(MISBEHAVING "loss_none.so");
    must_pass(MISBEHAVING "activation_none.so");
    must_pass(MISBEHAVING "optimizer_none.so");
    must_pass(MISBEHAVING "optimizer_whole.so");
    must_pass(BAD "good_loss.so");
    must_pass(BAD "good_activation.so");
    must_pass(BAD "good_optimizer.so");
}
END_TEST

/* ---- what is said -------------------------------------------------------------------------------------------- */

START_TEST(formats)
{
    const char *file = MISBEHAVING "loss_zero_rows.so";
    struct run text = NNGRAD("plugin", "check", file), page = NNGRAD("plugin", "check", "--format=markdown", file);
    struct run quiet = NNGRAD("plugin", "check", "-q", file);
    ck_assert_status(text, 1);
    ck_assert_contains(text.out,
                       "\n  zero-rows      fail  it crashes: Segmentation fault, at a pointer that is NULL\n");
    ck_assert_contains(text.out, "\nVerdict    fail: 2 of ");
    ck_assert_contains(text.out, "\n  pass          it did what plugin.h asks for");
    ck_assert_contains(text.out, "/misbehaving/loss_zero_rows.c\n");
    ck_assert_status(page, 1);
    ck_assert_contains(page.out, "# loss_zero_rows\n\n| test | verdict |");
    ck_assert_contains(page.out,
                       "\n| zero-rows | fail | it crashes: Segmentation fault, at a pointer that is NULL |\n");
    ck_assert_contains(page.out, "\nVerdict: **fail**, 2 of ");
    ck_assert_lacks(quiet.out, "next:");
    json_t *json = check_file(file, 1);
    ck_assert_str_eq(text_of(json, "plugin"), "loss_zero_rows");
    ck_assert_str_eq(text_of(json, "kind"), "loss");
    ck_assert_str_eq(text_of(json, "file"), file);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "tests")), 18);
    ck_assert_str_eq(text_of(find_test(json, "runs"), "verdict"), "pass");
    json_decref(json);
    run_free(&text);
    run_free(&page);
    run_free(&quiet);
}
END_TEST

/* The same, byte for byte. */
START_TEST(deterministic)
{
    struct run first = NNGRAD("plugin", "check", MISBEHAVING "loss_transposed.so");
    struct run again = NNGRAD("plugin", "check", MISBEHAVING "loss_transposed.so");
    ck_assert_str_eq(first.out, again.out);
    run_free(&first);
    run_free(&again);
}
END_TEST

/* ---- by name, and what is not there -------------------------------------------------------------------------- */

static void check_refusal(struct run run, const char *said)
{
    ck_assert_status(run, 2);
    ck_assert_str_eq(run.out, "");
    ck_assert_contains(run.err, said);
    run_free(&run);
}

START_TEST(names)
{
    struct run named = NNGRAD("plugin", "check", "sigmoid");
    ck_assert_status(named, 0);
    ck_assert_contains(named.out, "sigmoid: activation,"); /* and where it is, on this line or the next */
    ck_assert_contains(named.out, "\nnext: nngrad inspect --set layers.1.activation=sigmoid\n");
    run_free(&named);
    check_refusal(NNGRAD("plugin", "check"),
                  "nngrad: error: 'plugin check' needs the name of a plugin, or a shared object FILE.so\n");
    check_refusal(NNGRAD("plugin", "check", "sigmiod"),
                  "nngrad: error: unknown plugin 'sigmiod' (did you mean "
                  "'sigmoid'?): 'nngrad plugin list' names all that were found\n");
    check_refusal(NNGRAD("plugin", "check", "--kind=loss", "sigmoid"), "error: unknown loss 'sigmoid': ");
    check_refusal(NNGRAD("plugin", "check", "../sigmoid.so"), "../sigmoid.so: error: cannot be loaded: no such file\n");
    check_refusal(NNGRAD("plugin", "check", "mine.c"),
                  "nngrad: error: 'mine.c' is no plugin yet: 'nngrad plugin build' makes one of it\n");
    check_refusal(NNGRAD("plugin", "check", "Sigmoid"), "error: unknown plugin 'Sigmoid'");
}
END_TEST

/* One name, two kinds: it is not guessed which. */
START_TEST(one_name_of_two_kinds)
{
    make_directory("loss");
    make_directory("activation");
    ck_assert_int_eq(symlink(MISBEHAVING "loss_none.so", in_scratch("loss/twice.so")), 0);
    ck_assert_int_eq(symlink(MISBEHAVING "activation_none.so", in_scratch("activation/twice.so")), 0);
    check_refusal(NNGRAD("plugin", "check", "twice", "--plugin-path", scratch),
                  "error: there are two plugins 'twice', ");
    struct run run = NNGRAD("plugin", "check", "twice", "--kind=loss", "--plugin-path", scratch);
    ck_assert_status(run, 1); /* the file is called otherwise than the plugin */
    ck_assert_contains(run.out, "  descriptor     fail  not a usable plugin: its name is 'loss_none', its file is\n");
    run_free(&run);
}
END_TEST

/* A file that is no plugin is a finding; one that is not there, or a directory, is an error. */
START_TEST(no_plugins)
{
    make_directory("folder.so");
    write_file(in_scratch("rubbish.so"), "this is no shared object\n", 25);
    write_file(in_scratch("empty.so"), "", 0);
    check_refusal(NNGRAD("plugin", "check", in_scratch("folder.so")),
                  "folder.so: error: cannot be loaded: it is a directory\n");
    check_refusal(NNGRAD("plugin", "check", in_scratch("none.so")), "none.so: error: cannot be loaded: no such file\n");
    json_t *rubbish = check_file(in_scratch("rubbish.so"), 1), *empty = check_file(in_scratch("empty.so"), 1);
    ck_assert_str_eq(text_of(find_test(rubbish, "descriptor"), "message"),
                     "cannot be loaded: it is no ELF shared object");
    ck_assert_str_eq(text_of(find_test(empty, "descriptor"), "message"), "cannot be loaded: it is empty");
    json_decref(rubbish);
    json_decref(empty);
}
END_TEST

/* Ctrl-C ends the plugin under test too: what it holds open is closed. */
START_TEST(interrupted)
{
    int ends[2], status;
    char byte;
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        close(ends[0]); /* the other end is inherited by all that it starts */
        int null = open("/dev/null", O_WRONLY);
        run_child(&(struct run_setting){0}, ARGUMENTS("plugin", "check", MISBEHAVING "loss_sleeps.so"), null, null);
    }
    close(ends[1]);
    nanosleep(&(struct timespec){.tv_sec = 1}, NULL);
    ck_assert_int_eq(kill(child, SIGINT), 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 130);
    ck_assert_int_eq(read(ends[0], &byte, 1), 0);
    close(ends[0]);
}
END_TEST

RUN_SUITE_BETWEEN("plugin_check", setup_scratch, remove_scratch, each_fault_is_named, what_never_returns_is_ended,
                  each_is_in_the_table, bad_descriptors, our_own_pass, right_ones_pass, formats, deterministic, names,
                  one_name_of_two_kinds, no_plugins, interrupted)
