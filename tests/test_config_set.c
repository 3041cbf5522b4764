/* test_config_set.c - settings from the command line; and running out of memory at every allocation. */
#include "config_support.h"

#include <sys/stat.h>

#include "base/memory.h"

/* ---- overrides ----------------------------------------------------------------------------------------------- */

static struct nng_model *override_good(const struct nng_override *overrides, size_t count)
{
    struct nng_model *model = NULL;
    struct nng_error error = {0};
    char message[2048];
    write_text("m.cfg", light_math);
    enum nng_status status = nng_model_read(host, "m.cfg", overrides, count, &model, &error);
    ck_assert_msg(status == NNG_OK, "%s", shown(&error, message));
    return model;
}

START_TEST(overrides)
{
    static const struct nng_override all[] = {
        {"name", "other"},
        {"layers.1.activation.plugin", "leaky_relu"},
        {"layers.1.activation.slope", "0.2"},
        {"network.layers.2.activation", "{ plugin = \"sigmoid\"; }"},
        {"layers.1.weights.2.3", "7"},
        {"layers.2.biases", "[1, 2]"},
        {"loss", "mean_squared_error"},
        {"loss.reduction", "sum"},
        {"optimizer.plugin", "momentum"},
        {"optimizer.learning_rate", "0.25"},
        {"init.seed", "12L"},
        {"init.scheme", "he_uniform"},
        {"train.shuffle", "False"},
        {"train.epochs", "3"},
        {"train.epochs", "4"}, /* the later wins */
        {"train.loss_below", "-5e-1"},
        {"regularization.l2", ".5"},
        {"data.targets.1", "(0, 1)"},
        {"data.inputs.1.4", "+9"},
    };
    struct nng_model *m = override_good(all, LENGTH(all));
    double theta[30];
    memcpy(theta, light_math_theta, sizeof theta);
    theta[6] = 7;
    theta[28] = 1;
    theta[29] = 2;
    expect_values(m->theta, theta, 30);
    ck_assert_str_eq(m->name, "other");
    ck_assert_str_eq(m->layers[0].activation.plugin->name, "leaky_relu");
    ck_assert_double_eq(m->layers[0].activation.values[0], 0.2);
    ck_assert_str_eq(m->layers[1].activation.plugin->name, "sigmoid");
    ck_assert_str_eq(m->loss.plugin->name, "mean_squared_error");
    ck_assert_int_eq(m->reduction, NNG_SUM);
    ck_assert_str_eq(m->optimizer.plugin->name, "momentum");
    ck_assert_double_eq(m->optimizer.values[0], 0.25);
    ck_assert_uint_eq(m->seed, 12);
    ck_assert_int_eq(m->layers[0].init.scheme, NNG_HE_UNIFORM);
    ck_assert(!m->train.shuffle);
    ck_assert_uint_eq(m->train.epochs, 4);
    ck_assert_double_eq(m->train.loss_below, -0.5);
    ck_assert_double_eq(m->l2, 0.5);
    expect_values(m->data.x, (double[]){2, 5, 3, 9}, 4);
    expect_values(m->data.y, (double[]){0, 1}, 2);
    nng_model_free(m);

    ck_assert_int_eq(mkdir("sub", 0777), 0); /* a file named on the command line is relative to where we are */
    write_text("here.csv", "1,2,3,4,0,1\n");
    write_text("sub/m.cfg", light_math);
    struct nng_override data = {"data", "{ file = \"here.csv\"; targets = (\"5\", \"6\"); }"};
    ck_assert_int_eq(nng_model_read(host, "sub/m.cfg", &data, 1, &m, NULL), NNG_OK);
    expect_values(m->data.x, (double[]){1, 2, 3, 4}, 4);
    nng_model_free(m);
}
END_TEST

START_TEST(deep_overrides)
{
    char *path = malloc(200001);
    ck_assert_ptr_nonnull(path);
    for (size_t i = 0; i < 199999; i++)
        path[i] = i % 2 == 0 ? 'a' : '.';
    path[199999] = '\0';
    struct nng_override deep = {path, "1"};
    struct nng_model *model = NULL;
    struct nng_error error = {0};
    ck_assert_int_eq(nng_model_lecture(host, &deep, 1, &model, &error), NNG_INPUT);
    ck_assert_str_eq(error.text, "the path is deeper than 64 names");
    free(path);
}
END_TEST

START_TEST(bad_overrides)
{
    static const struct {
        const char *path, *value, *expected;
    } cases[] = {
        {"layers.9.units", "3", "'9' is not one of the 2 elements of network.layers (they count from 1)"},
        {"layers.0.units", "3", "'0' is not one of the 2 elements of network.layers (they count from 1)"},
        {"layers.units", "3", "'units' is not one of the 2 elements of network.layers (they count from 1)"},
        {"layers.99999999999999999999", "3",
         "'99999999999999999999' is not one of the 2 elements of network.layers (they count from 1)"},
        {"layers.1.weights.5", "(1)", "'5' is not one of the 4 elements of layer 1: weights (they count from 1)"},
        {"layers.1.activation.slope", "0.2", "unknown parameter 'slope': activation 'sigmoid' has none"},
        {"layers.1.units.x", "3", "layer 1: units is a single value, with nothing below it"},
        {"train.epochs.x", "3", "train.epochs is a single value, with nothing below it"},
        {"train.1", "3", "'1' is not the name of a setting"},
        {"3", "3", "'3' is not the name of a setting"},
        {"", "3", "expected PATH=VALUE, with names and dots, such as layers.2.activation=tanh"},
        {"train..epochs", "3", "expected PATH=VALUE, with names and dots, such as layers.2.activation=tanh"},
        {"train.", "3", "expected PATH=VALUE, with names and dots, such as layers.2.activation=tanh"},
        {"layers[1].units", "3", "expected PATH=VALUE, with names and dots, such as layers.2.activation=tanh"},
        {"optimzer.x", "1", "unknown setting 'optimzer' in the model (did you mean 'optimizer'?)"},
        {"optimizer.lerning_rate", "1",
         "unknown parameter 'lerning_rate' (did you mean 'learning_rate'?): optimizer 'gd' has 'learning_rate'"},
        {"train.epochs", "", "the value is missing"},
        {"train.epochs", "ten", "train.epochs is the text 'ten', expected a whole number between 0 and 1000000000"},
        {"train.epochs", "3000000000", "the integer '3000000000' does not fit 32 bits: write '3000000000L'"},
        {"train.epochs", "1;", "train.epochs is the text '1;', expected a whole number between 0 and 1000000000"},
        {"train.loss_below", "1e999", "the number '1e999' is too large"},
        {"train.loss_below", "nan", "train.loss_below is the text 'nan', expected a number"},
        {"name", "\"a\"; train = 3", "expected a single value"},
        {"name", "\"a", "'\"' is never closed on its line"},
        {"name", "a/b",
         "name is the text 'a/b', expected letters, digits, '.', '_' and '-', at most 100, beginning with none "
         "of '.-'"},
        {"name", "\xff", "the value is not UTF-8"},
        {"loss", "{ plugin = \"squared_error\"; plugin = \"x\"; }", "duplicate setting name"},
        {"loss", "{ plugin = \"squared_error\"", "'{' is never closed"},
        {"loss", "{ @include \"m.cfg\" }", "@include is not allowed here"},
        {"loss", "x.so", "'x.so': a config file may name plugins, never paths of shared objects"},
        {"data.inputs", "((1, 2, 3))", "the data has 3 inputs a sample, but network.inputs is 4"},
        {"data.inputs.1.2", "x", "data.inputs.1.2 is the text 'x', expected a number"},
        {"layers.1.weights.3", "(1, 2)", "layer 1: weights: row 3 has 2 values, but row 1 has 4"},
        {"layers.2.units", "50000000",
         "layer 2: the network would have 250000020 parameters so far; the limit is 100000000"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct nng_override override = {cases[i].path, cases[i].value};
        struct nng_model *model = NULL;
        struct nng_error error = {0};
        char expected[2048];
        write_text("m.cfg", light_math);
        const char *value = strcmp(override.value, "\xff") == 0 ? "?" : override.value; /* as it is shown */
        snprintf(expected, sizeof expected, "--set %s=%s: %s", override.path, value, cases[i].expected);
        expect(nng_model_read(host, "m.cfg", &override, 1, &model, &error), model, &error, expected);
        ck_assert_str_eq(error.source, "");
    }
    static const struct nng_override two[] = {{"loss", "squared_error.so"}, {"loss.reduction", "sum"}};
    struct nng_model *model = NULL;
    struct nng_error error = {0};
    expect(nng_model_read(host, "m.cfg", two, 2, &model, &error), model, &error,
           "--set loss=squared_error.so: 'squared_error.so': a config file may name plugins, never paths of shared "
           "objects");

    struct nng_override override = {"layers.2.units", "3"}; /* what does not fit any more is the file's */
    write_text("m.cfg", light_math);
    expect(nng_model_read(host, "m.cfg", &override, 1, &model, &error), model, &error,
           "m.cfg:9:52: layer 2: weights is 2 x 4, expected 3 x 4 (units x inputs)");
}
END_TEST

/* ---- out of memory ------------------------------------------------------------------------------------------- */

static int allow_until(void *context)
{
    size_t *left = context;
    return *left > 0 ? (*left)-- > 0 : 0;
}

/* Whichever allocation fails, the reader says so, and nothing is lost (the sanitizers and valgrind look). */
START_TEST(allocations_fail)
{
    write_text("part.cfg", "optimizer = { plugin = \"gd\"; learning_rate = 1.0; };");
    write_text("t.csv", "x1,x2,label\n1,2,a\n3,4,b\n5,6,b\n7,8,a\n");
    write_text(
        "m.cfg",
        "network = { inputs = 2; layers = ({ units = 2; activation = \"softmax\"; weights = ((1, 2), (3, 4)); }); };\n"
        "loss = \"cross_entropy\"; @include \"part.cfg\"\n"
        "data = { file = \"t.csv\"; inputs = (\"x1\", \"x2\"); target = \"label\"; validation = 0.5; };");
    static const struct nng_override settings[] = {{"loss.reduction", "sum"}, {"init", "{ seed = 3; }"}};
    size_t n = 0;
    for (enum nng_status status = NNG_MEMORY; status != NNG_OK; n++) {
        struct nng_model *model = NULL;
        struct nng_error error = {0};
        struct nng_host *fresh = NULL;
        ck_assert_int_eq(nng_host_new(NULL, 0, &fresh, NULL), NNG_OK);
        size_t left = n;
        nng_set_allocation_test(allow_until, &left);
        status = nng_model_read(fresh, "m.cfg", settings, LENGTH(settings), &model, &error);
        nng_set_allocation_test(NULL, NULL);
        if (status != NNG_OK) {
            ck_assert_msg(status == NNG_MEMORY, "allocation %zu: %d, %s", n, (int)status, error.text);
            ck_assert_str_eq(error.text, "out of memory");
            ck_assert_ptr_null(model);
        }
        nng_model_free(model);
        nng_host_free(fresh);
        ck_assert_uint_lt(n, 2000);
    }
    ck_assert_uint_gt(n, 30);
}
END_TEST

RUN_SUITE_BETWEEN("config_set", set_up, tear_down, overrides, deep_overrides, bad_overrides, allocations_fail)
