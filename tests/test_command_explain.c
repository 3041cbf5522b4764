/* test_command_explain.c - nngrad explain: the paths of the course's own derivatives, the formats, the refusals. */
#include "run.h"

#include <math.h>

#include <jansson.h>

static json_t *explain_json(const char *model, const char *name, const char *loss)
{
    struct run run = NNGRAD("explain", model, name, "--loss", loss, "--format", "json");
    json_error_t error;
    ck_assert_status(run, 0);
    ck_assert_str_eq(run.err, "");
    json_t *json = json_loads(run.out, JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(json != NULL, "line %d: %s", error.line, error.text);
    run_free(&run);
    return json;
}

static double real_of(const json_t *json, const char *key)
{
    const json_t *value = json_object_get(json, key);
    ck_assert_msg(json_is_real(value), "%s", key);
    return json_real_value(value);
}

/* The path that goes through these two nodes, one after the other. */
static const json_t *path_through(const json_t *json, const char *first, const char *second)
{
    size_t i, k;
    json_t *path;
    json_array_foreach(json_object_get(json, "paths"), i, path)
    {
        const json_t *nodes = json_object_get(path, "nodes");
        for (k = 0; k + 1 < json_array_size(nodes); k++)
            if (strcmp(json_string_value(json_array_get(nodes, k)), first) == 0 &&
                strcmp(json_string_value(json_array_get(nodes, k + 1)), second) == 0)
                return path;
    }
    ck_abort_msg("no path through %s and %s", first, second);
    return NULL;
}

/* Known from an independent program: see test_command_inspect.c. */
static const struct {
    const char *loss, *name;
    size_t paths, nodes;
    double derivative;
} known[] = {{"squared_error", "w_131", 4, 6, +0.003159356764},
             {"cross_entropy", "w_131", 4, 6, +0.004464425149},
             {"squared_error", "w_212", 2, 4, -0.130376706180},
             {"cross_entropy", "w_212", 2, 4, -0.184232769341}};

START_TEST(known_derivatives)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        json_t *json = explain_json(MODELS "442.cfg", known[i].name, known[i].loss), *path;
        double values = 0, shares = 0;
        size_t k;
        ck_assert_str_eq(json_string_value(json_object_get(json, "command")), "explain");
        ck_assert_str_eq(json_string_value(json_object_get(json, "name")), known[i].name);
        ck_assert_uint_eq(json_array_size(json_object_get(json, "paths")), known[i].paths);
        json_array_foreach(json_object_get(json, "paths"), k, path)
        {
            double product = 1;
            size_t j;
            json_t *factor;
            ck_assert_uint_eq(json_array_size(json_object_get(path, "nodes")), known[i].nodes);
            ck_assert_uint_eq(json_array_size(json_object_get(path, "factors")), known[i].nodes - 1);
            json_array_foreach(json_object_get(path, "factors"), j, factor)
            {
                product *= json_number_value(factor);
            }
            ck_assert_double_eq_tol(product, real_of(path, "value"), 1e-15);
            values += real_of(path, "value");
            shares += real_of(path, "share");
        }
        ck_assert_double_eq_tol(values, known[i].derivative, 1e-12);
        ck_assert_double_eq_tol(shares, 1.0, 1e-12);
        ck_assert_double_eq_tol(real_of(json, "sum"), known[i].derivative, 1e-12);
        ck_assert_double_eq_tol(real_of(json, "analytic"), known[i].derivative, 1e-12);
        ck_assert_double_eq_tol(real_of(json, "numeric"), known[i].derivative, 1e-11);
        ck_assert_double_lt(real_of(json, "uncertainty"), 1e-10);
        ck_assert_str_eq(json_string_value(json_object_get(json, "verdict")), "pass");
        ck_assert_int_eq(json_integer_value(json_object_get(json_object_get(json, "omitted"), "count")), 0);
        json_decref(json);
    }
}
END_TEST

/* dL/dw_212 = -0.130: the published -0.0652 is one of its two paths, each through an output of the softmax. */
START_TEST(softmax_is_two_paths)
{
    json_t *json = explain_json(MODELS "442.cfg", "w212", "squared_error");
    ck_assert_double_eq_tol(real_of(path_through(json, "a_21", "yhat_1"), "value"), -0.06518835309, 1e-11);
    ck_assert_double_eq_tol(real_of(path_through(json, "a_21", "yhat_2"), "value"), -0.06518835309, 1e-11);
    json_decref(json);
    json = explain_json(MODELS "442.cfg", "w_212", "cross_entropy"); /* y_2 = 0: nothing comes through yhat_2 */
    ck_assert_double_eq_tol(real_of(path_through(json, "a_21", "yhat_2"), "value"), 0.0, 1e-15);
    json_decref(json);
}
END_TEST

START_TEST(formats)
{
    struct run text = NNGRAD("explain", MODELS "442.cfg", "w_212");
    ck_assert_status(text, 0);
    ck_assert_contains(text.out, "w_212 → a_21 → ŷ_1 → L");
    ck_assert_contains(text.out, "= h_12 · ∂ŷ_1/∂a_21 · ∂L/∂ŷ_1\n");
    ck_assert_contains(text.out, "= 0.802184 · 0.176918 · (-0.459328)\n");
    ck_assert_contains(text.out, "= -0.0651884, share 50.0%\n");
    ck_assert_contains(text.out, "Sum        -0.130377\n");
    run_free(&text);
    struct run markdown = NNGRAD("explain", MODELS "442.cfg", "w_212", "--format", "markdown");
    ck_assert_status(markdown, 0);
    ck_assert_contains(markdown.out, "$w_{212} \\to a_{21} \\to \\hat{y}_{1} \\to L$, share 50.0%");
    run_free(&markdown);
    struct run latex = NNGRAD("explain", MODELS "442.cfg", "b_11", "--format", "latex");
    ck_assert_status(latex, 0);
    ck_assert_contains(latex.out, "\\frac{\\partial L}{\\partial b_{11}} = 0,");
    ck_assert_contains(latex.out, "\\operatorname{sigmoid}'(a_{11})");
    ck_assert_contains(latex.out, "\\end{document}\n");
    ck_assert_lacks(latex.out, "share"); /* these paths cancel */
    run_free(&latex);
}
END_TEST

/* The embedded model has 8 samples: one is explained, and the others are spoken of. */
START_TEST(samples)
{
    struct run first = NNGRAD("explain", "w_111"), third = NNGRAD("explain", "--sample", "3", "w_111");
    ck_assert_status(first, 0);
    ck_assert_contains(first.out, "L is the loss of sample 1 of 8 alone");
    ck_assert_contains(third.out, "L is the loss of sample 3 of 8 alone");
    run_free(&first);
    run_free(&third);
    struct run none = NNGRAD("explain", "w_111", "--sample", "9");
    ck_assert_status(none, 2);
    ck_assert_contains(none.err, "there is no sample 9: the data has 8");
    run_free(&none);
}
END_TEST

START_TEST(many_paths)
{
    struct run run =
        NNGRAD("explain", "w_1,1,1", "--set", "layers.1.units=1000", "--set", "layers.2.units=1000", "--sample", "8");
    ck_assert_status(run, 0);
    ck_assert_contains(run.out, "is the sum of 1000 paths\n");
    ck_assert_contains(run.out, "Path 16 ");
    ck_assert_lacks(run.out, "Path 17 ");
    ck_assert_contains(run.out, "984 smaller paths sum to ");
    run_free(&run);
}
END_TEST

START_TEST(refusals)
{
    struct run name = NNGRAD("explain", MODELS "442.cfg", "w_999");
    ck_assert_status(name, 2);
    ck_assert_contains(name.err, "w_999");
    run_free(&name);
    struct run alone = NNGRAD("explain", MODELS "442.cfg"), turned = NNGRAD("explain", "w_131", MODELS "442.cfg");
    ck_assert_status(alone, 2);
    ck_assert_str_eq(alone.err, "nngrad: error: '" MODELS "442.cfg' is a file: which parameter of it? Write it last, "
                                "as in w_111\n");
    ck_assert_status(turned, 2);
    ck_assert_str_eq(turned.err,
                     "nngrad: error: '" MODELS "442.cfg' is a file: it stands before the parameter 'w_131'\n");
    run_free(&alone);
    run_free(&turned);
    struct run csv = NNGRAD("explain", "w_111", "--format", "csv");
    ck_assert_status(csv, 2);
    run_free(&csv);
    struct run wrong = NNGRAD("explain", "w_121", "--set", "layers.1.activation=wrong_slope", "--plugin-path",
                              BINARY_DIR "/tests/wrongplugins", "--sample", "8");
    ck_assert_status(wrong, 1);
    ck_assert_contains(wrong.out, "Verdict    fail\n");
    run_free(&wrong);
}
END_TEST

RUN_SUITE("command_explain", known_derivatives, softmax_is_two_paths, formats, samples, many_paths, refusals)
