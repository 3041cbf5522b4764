/* test_plugin_host.c - core/plugin: finding, refusing and setting plugins. */
#include "support.h"

#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nngrad/nngrad.h>

#define BAD BINARY_DIR "/tests/badplugins/"

/* ---- a directory of our own, removed at the end -------------------------------------------------------------------
 */

static char scratch[256];

static void setup_scratch(void)
{
    unsetenv("NNGRAD_PLUGIN_PATH");
    unsetenv("XDG_DATA_HOME");
    snprintf(scratch, sizeof scratch, "%s", BINARY_DIR "/tests/scratch-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(scratch));
    setenv("HOME", scratch, 1);
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info, (void)kind, (void)walk;
    return remove(path);
}

static void remove_scratch(void)
{
    ck_assert_int_eq(nftw(scratch, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
}

/* SCRATCH/relative; the buffer is used in turn with three others. */
static char *in_scratch(const char *relative)
{
    static char paths[4][512];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", scratch, relative);
    return path;
}

static void make_directory(const char *relative)
{
    ck_assert_int_eq(mkdir(in_scratch(relative), 0700), 0);
}

/* SCRATCH/to is the fixture NAME.so. */
static void place(const char *fixture, const char *to)
{
    char from[512];
    snprintf(from, sizeof from, "%s%s.so", BAD, fixture);
    ck_assert_int_eq(symlink(from, in_scratch(to)), 0);
}

static struct nng_host *new_host(const char *directory)
{
    struct nng_host *host = NULL;
    struct nng_error error = {0};
    ck_assert_msg(nng_host_new(&directory, directory != NULL, &host, &error) == NNG_OK, "%s", error.text);
    return host;
}

/* ---- loading
 * ---------------------------------------------------------------------------------------------------------- */

START_TEST(opens_the_right_ones)
{
    setup_scratch();
    struct nng_host *host = new_host(NULL);
    struct nng_error error = {0};
    const struct {
        const char *file;
        uint32_t kind;
    } cases[] = {{BAD "good_loss.so", NNG_LOSS},
                 {BAD "good_activation.so", NNG_ACTIVATION},
                 {BAD "good_optimizer.so", NNG_OPTIMIZER},
                 {BAD "newer_minor.so", NNG_LOSS}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct nng_method method;
        ck_assert_msg(nng_method_open(host, cases[i].file, &method, &error) == NNG_OK, "%s", error.text);
        ck_assert_uint_eq(method.plugin->kind, cases[i].kind);
        ck_assert_str_eq(method.file, cases[i].file);
        ck_assert_double_eq(method.values[0], 0.5);
        ck_assert_double_eq(method.values[1], 3);
        ck_assert_double_eq(method.values[2], 0);
        ck_assert_double_eq(method.values[3], 1);
    }
    nng_host_free(host);
    nng_host_free(NULL);
    remove_scratch();
}
END_TEST

START_TEST(refuses_each_fault)
{
    setup_scratch();
    struct nng_host *host = new_host(NULL);
    const struct {
        const char *name, *reason;
    } cases[] = {
        {"bad_magic", "its 'nng_plugin' does not begin with the magic number of a descriptor"},
        {"bad_major", "it has ABI 2, this nngrad takes ABI 1: rebuild it with this nngrad's plugin.h"},
        {"bad_size", "its descriptor is 96 bytes long, where ABI 1.0 has 104: rebuild it with this nngrad's plugin.h"},
        {"bad_larger",
         "its descriptor is 112 bytes long, where ABI 1.0 has 104: rebuild it with this nngrad's plugin.h"},
        {"bad_real", "its reals are 4 bytes long, not 8"},
        {"bad_parameter_size", "its parameters are 48 bytes long each, not 56"},
        {"bad_kind", "its kind is 9, which is no loss, activation or optimizer"},
        {"bad_method", "it says that it is a loss, but its 'loss' is NULL"},
        {"bad_method_size",
         "its struct nng_loss is 88 bytes long, where ABI 1.0 has 96: rebuild it with this nngrad's plugin.h"},
        {"bad_two_methods", "it says that it is an activation, but its 'loss' is not NULL"},
        {"bad_summary", "its summary is NULL"},
        {"bad_escape", "its summary has a control character at byte 1"},
        {"bad_doubled", "it has two parameters 'rate'"},
        {"bad_reserved", "its parameter may not be called 'plugin', which has a meaning in model.cfg"},
        {"bad_default", "parameter 'rate' has its default 3 outside (0, 1]"},
        {"bad_open_end", "parameter 'rate' has its default 0 outside (0, 1]"},
        {"bad_ulps", "its ulps 0 are not a positive number"},
        {"bad_flags", "its flags 0x40 have bits that ABI 1.0 does not know"},
        {"bad_value", "its function 'value' is NULL"},
        {"bad_backward", "its function 'backward' is NULL"},
        {"bad_step", "its function 'step' is NULL"},
        {"bad_open", "its function 'open' is NULL"},
        {"bad_symbol", "it has no symbol 'nng_plugin'"},
        {"bad_name", "its name is 'other', its file is 'bad_name.so': they must be the same"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char file[512], expected[1024];
        struct nng_method method;
        struct nng_error error = {0};
        snprintf(file, sizeof file, "%s%s.so", BAD, cases[i].name);
        snprintf(expected, sizeof expected, "not a usable plugin: %s", cases[i].reason);
        ck_assert_int_eq(nng_method_open(host, file, &method, &error), NNG_INPUT);
        ck_assert_str_eq(error.text, expected);
        ck_assert_str_eq(error.file, file);
    }
    nng_host_free(host);
    remove_scratch();
}
END_TEST

/* ---- values ---------------------------------------------------------------------------------------------------------
 */

START_TEST(values_are_checked)
{
    setup_scratch();
    struct nng_host *host = new_host(NULL);
    struct nng_method method;
    ck_assert_int_eq(nng_method_open(host, BAD "good_loss.so", &method, NULL), NNG_OK);
    const struct {
        const char *name;
        double value;
        const char *text;
    } cases[] = {
        {"rate", 1, NULL},
        {"rate", 0, "rate = 0 is outside (0, 1]"},
        {"rate", 1.1, "rate = 1.1 is outside (0, 1]"},
        {"rate", (double)NAN, "rate = nan is not finite"},
        {"rate", -(double)INFINITY, "rate = -inf is not finite"},
        {"steps", 1e15, NULL},
        {"steps", 0, "steps = 0 is outside [1, inf)"},
        {"steps", 2.5, "steps = 2.5 is not a whole number"},
        {"steps", 1e300, "steps = 1e+300 is larger than 2^53"},
        {"nesterov", 1, NULL},
        {"nesterov", 0.5, "nesterov = 0.5 is not true or false"},
        {"form", 1, "form = 1 is not one of 'exact', 'tanh'"},
        {"rat", 1,
         "unknown parameter 'rat' (did you mean 'rate'?): loss 'good_loss' has 'rate', 'steps', 'nesterov', "
         "'form'"},
        {"momentum", 1, "unknown parameter 'momentum': loss 'good_loss' has 'rate', 'steps', 'nesterov', 'form'"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct nng_error error = {0};
        enum nng_status status = nng_method_set(&method, cases[i].name, cases[i].value, &error);
        ck_assert_int_eq(status, cases[i].text == NULL ? NNG_OK : NNG_INPUT);
        ck_assert_str_eq(error.text, cases[i].text == NULL ? "" : cases[i].text);
    }
    ck_assert_double_eq(method.values[0], 1);
    ck_assert_double_eq(method.values[1], 1e15);
    ck_assert_double_eq(method.values[2], 1);
    nng_host_free(host);
    remove_scratch();
}
END_TEST

START_TEST(choices_are_checked)
{
    setup_scratch();
    struct nng_host *host = new_host(NULL);
    struct nng_method method;
    ck_assert_int_eq(nng_method_open(host, BAD "good_loss.so", &method, NULL), NNG_OK);
    const struct {
        const char *name, *choice, *text;
    } cases[] = {{"form", "exact", NULL},
                 {"form", "exakt", "form = 'exakt' (did you mean 'exact'?) is not one of 'exact', 'tanh'"},
                 {"form", "", "form = '' is not one of 'exact', 'tanh'"},
                 {"rate", "high", "rate = 'high' is not a number"},
                 {"nesterov", "yes", "nesterov = 'yes' is not true or false"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct nng_error error = {0};
        enum nng_status status = nng_method_choose(&method, cases[i].name, cases[i].choice, &error);
        ck_assert_int_eq(status, cases[i].text == NULL ? NNG_OK : NNG_INPUT);
        ck_assert_str_eq(error.text, cases[i].text == NULL ? "" : cases[i].text);
    }
    ck_assert_double_eq(method.values[3], 0);
    nng_host_free(host);
    remove_scratch();
}
END_TEST

/* ---- searching ------------------------------------------------------------------------------------------------------
 */

START_TEST(finds_by_kind_and_name)
{
    setup_scratch();
    make_directory("loss");
    place("good_loss", "loss/good_loss.so");
    place("good_activation", "good_activation.so");
    struct nng_host *host = new_host(scratch);
    struct nng_method method;
    struct nng_error error = {0};
    ck_assert_msg(nng_method_new(host, NNG_LOSS, "good_loss", &method, &error) == NNG_OK, "%s", error.text);
    ck_assert_str_eq(method.file, in_scratch("loss/good_loss.so"));
    ck_assert_int_eq(nng_method_new(host, NNG_ACTIVATION, "good_activation", &method, &error), NNG_OK);
    ck_assert_str_eq(method.file, in_scratch("good_activation.so"));
    ck_assert_int_eq(nng_method_new(host, NNG_LOSS, "good_los", &method, &error), NNG_INPUT);
    ck_assert_ptr_nonnull(strstr(error.text, "unknown loss 'good_los' (did you mean 'good_loss'?); tried '"));
    nng_host_free(host);
    remove_scratch();
}
END_TEST

RUN_SUITE("plugin_host", opens_the_right_ones, refuses_each_fault, values_are_checked, choices_are_checked,
          finds_by_kind_and_name)
