/* test_command_verify.c - nngrad verify: its formats, its options, its exit statuses. */
#include "run.h"
#include "scratch.h"

#include <math.h>

#include <jansson.h>

#define RIGHT SOURCE_DIR "/tests/derivations/right/"
#define WRONG SOURCE_DIR "/tests/derivations/wrong/"
#define PUBLISHED WRONG "light_math_published_chain.deriv"

static json_t *parse(const char *text)
{
    json_error_t error;
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(json != NULL, "line %d: %s", error.line, error.text);
    return json;
}

static const char *string_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    ck_assert_msg(json_is_string(value), "no text '%s'", key);
    return json_string_value(value);
}

static json_t *claim_of(const json_t *json, int line)
{
    size_t i;
    json_t *claim;
    json_array_foreach(json_object_get(json, "claims"), i, claim)
    {
        if (json_integer_value(json_object_get(claim, "line")) == line)
            return claim;
    }
    ck_abort_msg("no claim in line %d", line);
    return NULL;
}

START_TEST(one_object)
{
    struct run run = NNGRAD("verify", PUBLISHED, "--format", "json");
    ck_assert_status(run, 1);
    ck_assert_str_eq(run.err, "");
    json_t *json = parse(run.out);
    ck_assert_str_eq(string_of(json, "command"), "verify");
    ck_assert_str_eq(string_of(json, "file"), PUBLISHED);
    ck_assert_str_eq(string_of(json, "verdict"), "fail");
    ck_assert_int_eq(json_integer_value(json_object_get(json, "first_false_line")), 12);
    ck_assert(json_is_array(json_object_get(json, "missing")));
    ck_assert_uint_ge(json_array_size(json_object_get(json, "assumed")), 1);
    json_t *claim = claim_of(json, 12);
    ck_assert_str_eq(string_of(claim, "verdict"), "fail");
    ck_assert_str_eq(string_of(claim, "cause"), "missing-path");
    ck_assert_ptr_nonnull(strstr(string_of(claim, "correction"), "sum("));
    ck_assert(json_is_false(json_object_get(claim, "trivial")));
    double numeric = json_real_value(json_array_get(json_array_get(json_object_get(claim, "numeric"), 0), 0));
    double claimed = json_real_value(json_array_get(json_array_get(json_object_get(claim, "claimed"), 0), 0));
    ck_assert(fabs(numeric - -0.130376706180) < 1e-12);
    ck_assert(fabs(claimed - -0.029) < 1e-15);
    json_t *links = json_object_get(claim, "links");
    ck_assert_uint_eq(json_array_size(links), 3);
    ck_assert_str_eq(string_of(json_array_get(links, 1), "text"), "-0.46 * -0.079 * 0.80");
    ck_assert(fabs(json_real_value(json_object_get(json_array_get(links, 1), "value")) - 0.029072) < 1e-15);
    ck_assert_str_eq(string_of(json_array_get(links, 2), "cause"), "sign");
    json_t *right = claim_of(json, 4);
    ck_assert_str_eq(string_of(right, "verdict"), "pass");
    ck_assert(json_is_null(json_object_get(right, "cause")));
    json_decref(json);
    run_free(&run);
}
END_TEST

START_TEST(several_files_are_an_array)
{
    struct run run = NNGRAD("verify", RIGHT "batch.deriv", PUBLISHED, "--format", "json");
    ck_assert_status(run, 1);
    json_t *json = parse(run.out);
    ck_assert_uint_eq(json_array_size(json), 2);
    ck_assert_str_eq(string_of(json_array_get(json, 0), "verdict"), "pass");
    ck_assert(json_is_null(json_object_get(json_array_get(json, 0), "first_false_line")));
    json_decref(json);
    run_free(&run);
}
END_TEST

START_TEST(statuses)
{
    struct run run = NNGRAD("verify", RIGHT "full_math.deriv");
    ck_assert_status(run, 0);
    ck_assert_contains(run.out, "none is false");
    ck_assert_contains(run.out, " entries, largest difference 0, uncertain by ");
    ck_assert_ptr_null(strstr(run.out, "e-16, uncertain"));
    run_free(&run);
    run = NNGRAD("verify", "/nonexistent.deriv");
    ck_assert_status(run, 2);
    ck_assert_str_eq(run.err, "/nonexistent.deriv: error: cannot read: no such file\n");
    run_free(&run);
    run = NNGRAD("verify", RIGHT "full_math.deriv", "--require", "dL/dW1,dL/dW2");
    ck_assert_status(run, 0);
    run_free(&run);
    run = NNGRAD("verify", RIGHT "light_math.deriv", "--require", "dL/dW1,dL/dw131");
    ck_assert_status(run, 1);
    ck_assert_contains(run.out, "missing (required, but not claimed): dL/dW1\n");
    run_free(&run);
    run = NNGRAD("verify");
    ck_assert_status(run, 2);
    run_free(&run);
}
END_TEST

START_TEST(diagnostics_show_the_place)
{
    char file[40];
    snprintf(file, sizeof file, "place_%d.deriv", (int)getpid());
    FILE *out = fopen(file, "w");
    ck_assert_ptr_nonnull(out);
    fputs("given t : 3\nclaim t = sigmoyd(t)\n", out);
    fclose(out);
    struct run run = NNGRAD("verify", file);
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, ":2:11: error: unknown function 'sigmoyd' (did you mean 'sigmoid'?)\n");
    ck_assert_contains(run.err, "    claim t = sigmoyd(t)\n              ^\n");
    run_free(&run);
    write_file(file, "# a model\nuse \"absent.cfg\"\n", 27);
    run = NNGRAD("verify", file);
    ck_assert_status(run, 2);
    ck_assert_contains(run.err,
                       ":2:5: error: absent.cfg: cannot read: no such file\n    use \"absent.cfg\"\n        ^\n");
    run_free(&run);
    remove(file);
}
END_TEST

/* A folder of hand-ins: one line each, and nothing of the solution. */
/* A derivation as it comes from a mailbox: each is refused in one line, or with the line and its caret. */
START_TEST(bad_files)
{
    static const struct {
        const char *bytes; /* NULL: a directory */
        size_t length;
        const char *answer; /* after the file's name */
    } bad[] = {
        {NULL, 0, ": error: cannot read: it is a directory\n"},
        {"", 0, ":1:1: error: empty: nothing is claimed\n"},
        {"# only\n", 7, ":1:1: error: empty: nothing is claimed\n    # only\n    ^\n"},
        {"claim 1 = \xff\n", 12, ":1:11: error: not valid UTF-8: byte 0xff\n    claim 1 = ?\n              ^\n"},
        {"claim 1 = \0\n", 12, ":1:11: error: a NUL byte\n    claim 1 =\n              ^\n"},
        {"a = b\nb = a\nclaim a = 1\n", 24, ":1:1: error: the definition of 'a' goes in a circle\n    a = b\n    ^\n"},
    };
    setup_scratch();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char *file = in_scratch("bad.deriv"), expected[1024];
        if (bad[i].bytes == NULL)
            make_directory("bad.deriv");
        else
            write_file(file, bad[i].bytes, bad[i].length);
        struct run run = NNGRAD("verify", file);
        snprintf(expected, sizeof expected, "%s%s", file, bad[i].answer);
        ck_assert_status(run, 2);
        ck_assert_str_eq(run.out, "");
        ck_assert_str_eq(run.err, expected);
        run_free(&run);
        ck_assert_int_eq(remove(file), 0);
    }
    char *large = in_scratch("large.deriv");
    write_file(large, "", 0);
    ck_assert_int_eq(truncate(large, 2000000), 0);
    struct run run = NNGRAD("verify", large);
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "large.deriv: error: cannot read: larger than 1048576 bytes\n");
    run_free(&run);
    remove_scratch();
}
END_TEST

START_TEST(marking)
{
    struct run run = NNGRAD("verify", RIGHT "light_math.deriv", PUBLISHED, "/nonexistent.deriv", "--model",
                            MODELS "442.cfg", "--require", "dL/dw212", "--reveal", "cause", "--format", "csv");
    ck_assert_status(run, 2);
    ck_assert_contains(run.out, "file,verdict,claims,false,first_false_line,cause,correction,missing,assumed,error\n");
    ck_assert_contains(run.out, "right/light_math.deriv,pass,14,0,,,,,");
    ck_assert_contains(run.out, "light_math_published_chain.deriv,fail,14,1,12,missing-path,,,");
    ck_assert_contains(run.out, "/nonexistent.deriv,error,");
    ck_assert_lacks(run.out, "sum(");
    run_free(&run);
    static const char *const formats[] = {"text", "json", "markdown", "latex", "csv"};
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        run = NNGRAD("verify", PUBLISHED, "--reveal", "line", "--format", formats[i]);
        ck_assert_status(run, 1);
        ck_assert_contains(run.out, "12");
        ck_assert_lacks(run.out, "missing-path");
        ck_assert_lacks(run.out, "sum(k");
        ck_assert_lacks(run.out, "0.13037");
        run_free(&run);
    }
}
END_TEST

START_TEST(text)
{
    struct run run = NNGRAD("verify", PUBLISHED);
    ck_assert_status(run, 1);
    ck_assert_contains(run.out, "FALSE    12  dL/dw212 = ");
    ck_assert_contains(run.out, "cause: missing-path\n");
    ck_assert_contains(run.out, "cause: spurious-factor\n");
    ck_assert_contains(run.out, "cause: sign\n");
    ck_assert_contains(run.out, "right: dL/dw212 = sum(k: dL/dyhat[k] * dyhat[k]/da2[1]) *");
    ck_assert_contains(run.out, "1 of 14 claims is false; the first one is line 12\n");
    ck_assert_contains(run.out, "--explain-line 12");
    run_free(&run);
    run = NNGRAD("verify", PUBLISHED, "--explain-line", "4");
    ck_assert_contains(run.out, "[4]");
    ck_assert_contains(run.out, "0.910");
    run_free(&run);
    run = NNGRAD("verify", PUBLISHED, "--explain-line", "1");
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "no claim stands in line 1");
    run_free(&run);
}
END_TEST

START_TEST(typeset)
{
    struct run run = NNGRAD("verify", WRONG "full_math_sign.deriv", "--format", "markdown");
    ck_assert_contains(run.out, "\\cancel{y - \\hat{y}}");
    ck_assert_contains(run.out, "right: `delta2 = yhat - y`");
    run_free(&run);
    run = NNGRAD("verify", WRONG "full_math_sign.deriv", "--format", "latex");
    ck_assert_contains(run.out, "\\frac{\\partial L}{\\partial W_{2}} = \\frac{\\partial L}{\\partial a_{2}} \\cdot "
                                "h_{1}^{\\top}");
    ck_assert_contains(run.out, "\\cancel{y - \\hat{y}}");
    ck_assert_contains(run.out, "right: $\\displaystyle \\frac{\\partial L}{\\partial a_{2}} = \\hat{y} - y$");
    ck_assert_contains(run.out, "\\end{document}\n");
    run_free(&run);
}
END_TEST

/* An exercise has the one mistake that was asked for, and its key says which. */
START_TEST(planting)
{
    static const char *const causes[] = {"sign",         "factor",          "transpose",      "order",
                                         "missing-path", "spurious-factor", "wrong-argument", "missing-factor"};
    char exercise[64], key[80];
    for (size_t i = 0; i < sizeof causes / sizeof causes[0]; i++) {
        snprintf(exercise, sizeof exercise, "exercise_%d.deriv", (int)getpid());
        snprintf(key, sizeof key, "%s.key", exercise);
        struct run run =
            NNGRAD("verify", RIGHT "softmax_index.deriv", "--plant", causes[i], "--seed", "5", "-o", exercise);
        ck_assert_status(run, 0);
        ck_assert_str_eq(run.out, "");
        run_free(&run);
        run = NNGRAD("verify", exercise, "--format", "json");
        ck_assert_status(run, 1);
        json_t *json = parse(run.out);
        int line = (int)json_integer_value(json_object_get(json, "first_false_line"));
        ck_assert_str_eq(string_of(claim_of(json, line), "cause"), causes[i]);
        char expected[64], said[64] = "";
        snprintf(expected, sizeof expected, "line: %d\n", line);
        FILE *in = fopen(key, "r");
        ck_assert_ptr_nonnull(in);
        ck_assert_ptr_nonnull(fgets(said, sizeof said, in));
        ck_assert_str_eq(said, expected);
        fclose(in);
        json_decref(json);
        run_free(&run);
        remove(exercise);
        remove(key);
    }
    struct run run = NNGRAD("verify", RIGHT "softmax_index.deriv", "--plant", "sing");
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "did you mean 'sign'?");
    run_free(&run);
    run = NNGRAD("verify", PUBLISHED, "--plant", "sign");
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "not right itself");
    run_free(&run);
}
END_TEST

/* Where a mistake of that kind can be made in fitting shapes, it is: the others are found without thinking. */
START_TEST(planted_shapes_fit)
{
    static const char *const seeds[] = {"1", "2", "3", "4", "5", "6"};
    char exercise[64], key[80];
    snprintf(exercise, sizeof exercise, "exercise_%d.deriv", (int)getpid());
    snprintf(key, sizeof key, "%s.key", exercise);
    for (size_t i = 0; i < sizeof seeds / sizeof seeds[0]; i++) {
        struct run run =
            NNGRAD("verify", RIGHT "full_math_rows.deriv", "--plant", "transpose", "--seed", seeds[i], "-o", exercise);
        ck_assert_status(run, 0);
        run_free(&run);
        run = NNGRAD("verify", exercise, "--model", SOURCE_DIR "/tests/models/3332.cfg", "--format", "json");
        ck_assert_status(run, 1);
        json_t *json = parse(run.out);
        int line = (int)json_integer_value(json_object_get(json, "first_false_line"));
        ck_assert(json_is_array(json_object_get(claim_of(json, line), "claimed")));
        json_decref(json);
        run_free(&run);
    }
    remove(exercise);
    remove(key);
}
END_TEST

RUN_SUITE("command_verify", one_object, several_files_are_an_array, statuses, diagnostics_show_the_place, bad_files,
          marking, text, typeset, planting, planted_shapes_fit)
