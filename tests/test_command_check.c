/* test_command_check.c - nngrad check: verdicts, other people's gradients, files of values. */
#include "run.h"

#include <jansson.h>

/* The gradient of a model as our program saves it, with one entry of a tensor changed. Returns the file's name. */
static void write_wrong(const char *directory, char *file, size_t size, const char *tensor, size_t row, size_t col,
                        double value)
{
    snprintf(file, size, "%s/g.json", directory);
    struct run run = NNGRAD("check", MODELS "442.cfg", "--save-gradient", file);
    ck_assert_status(run, 0);
    run_free(&run);
    json_t *json = json_load_file(file, 0, NULL);
    ck_assert_ptr_nonnull(json);
    json_array_set_new(json_array_get(json_object_get(json, tensor), row), col, json_real(value));
    ck_assert_int_eq(json_dump_file(json, file, JSON_REAL_PRECISION(17)), 0);
    json_decref(json);
}

START_TEST(right_models)
{
    static const char *const models[] = {"442.cfg", "3332.cfg", "mazur.cfg", "blobs.cfg", "xor.cfg"};
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        char file[512];
        snprintf(file, sizeof file, MODELS "%s", models[i]);
        struct run run = NNGRAD("check", file, "--strict");
        ck_assert_status(run, 0);
        ck_assert_str_eq(run.err, "");
        ck_assert_contains(run.out, "\nVerdict    pass: ");
        ck_assert_contains(run.out, "\n  pass  ");
        ck_assert_contains(run.out, "\nnext: ");
        ck_assert_lacks(run.out, "\n  fail  "); /* words that were not used are not explained */
        run_free(&run);
    }
}
END_TEST

/* The three numbers that the course's notes print: wrong, and said to be. */
START_TEST(somebody_elses_gradient)
{
    char directory[] = "/tmp/nngrad-check-XXXXXX", file[64];
    ck_assert_ptr_nonnull(mkdtemp(directory));
    write_wrong(directory, file, sizeof file, "W2", 0, 1, -0.029);
    struct run run = NNGRAD("check", MODELS "442.cfg", "--against", file);
    ck_assert_status(run, 1);
    ck_assert_contains(run.out, "\nVerdict    fail: 29 of 30 derivatives agree, 1 does not\n");
    ck_assert_contains(run.out, "\n  w_212  -0.0290000  -0.130377  -0.130377 ");
    ck_assert_contains(run.out, "  0.2224  fail\n"); /* -0.029 / -0.13037670618 */
    ck_assert_contains(run.out, "\n  fail  ");
    ck_assert_lacks(run.out, "w_211"); /* only what is not a pass is listed */
    run_free(&run);
    run = NNGRAD("check", MODELS "442.cfg", "--against", file, "--all", "--format=csv");
    ck_assert_status(run, 1);
    ck_assert_contains(run.out, "\nw_212,weight,2,1,2,0.80000000000000004,-0.029000000000000001,-0.130376706");
    ck_assert_contains(run.out, "\nw_211,weight,2,1,1,");
    run_free(&run);
    run = NNGRAD("check", MODELS "442.cfg", "--against", file, "--format=json");
    json_t *json = json_loads(run.out, 0, NULL);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "gradient")), 1);
    const json_t *entry = json_array_get(json_object_get(json, "gradient"), 0);
    ck_assert_str_eq(json_string_value(json_object_get(entry, "name")), "w_212");
    ck_assert_str_eq(json_string_value(json_object_get(entry, "verdict")), "fail");
    ck_assert(json_number_value(json_object_get(entry, "analytic")) == -0.029);
    ck_assert_str_eq(json_string_value(json_object_get(json, "command")), "check");
    ck_assert_str_eq(json_string_value(json_object_get(json, "verdict")), "fail");
    ck_assert_ptr_null(json_object_get(json, "forward"));
    json_decref(json);
    run_free(&run);
    run = NNGRAD("check", MODELS "442.cfg", "--against", file, "--format=markdown");
    ck_assert_contains(run.out, "| w\\_212 | -0.0290000 | -0.130377 | -0.130377 |");
    run_free(&run);
    unlink(file);
    rmdir(directory);
}
END_TEST

/* Parameters saved and read back give the same gradient, bit for bit, in each of the three kinds of file. */
START_TEST(files_of_values)
{
    static const char *const endings[] = {"json", "csv", "safetensors"};
    char directory[] = "/tmp/nngrad-check-XXXXXX", parameters[64], gradient[64];
    ck_assert_ptr_nonnull(mkdtemp(directory));
    struct run all = NNGRAD("check", "--seed=5", "--all", "--format=csv");
    for (size_t i = 0; i < 3; i++) {
        snprintf(parameters, sizeof parameters, "%s/p.%s", directory, endings[i]);
        snprintf(gradient, sizeof gradient, "%s/g.%s", directory, endings[i]);
        struct run saved = NNGRAD("check", "--seed=5", "--save-parameters", parameters, "--save-gradient", gradient);
        ck_assert_status(saved, 0);
        struct run again = NNGRAD("check", "--parameters", parameters, "--against", gradient, "--all", "--format=csv");
        ck_assert_status(again, 0);
        ck_assert_str_eq(again.out, all.out);
        struct run other = NNGRAD("check", "--against", gradient); /* at other weights it is wrong */
        ck_assert_status(other, 1);
        run_free(&saved);
        run_free(&again);
        run_free(&other);
        unlink(parameters);
        unlink(gradient);
    }
    run_free(&all);
    rmdir(directory);
}
END_TEST

START_TEST(bad_files)
{
    struct run missing = NNGRAD("check", "--against", "/nonexistent/g.json");
    ck_assert_status(missing, 2);
    ck_assert_contains(missing.err, "/nonexistent/g.json: error: ");
    struct run model = NNGRAD("check", "--against", MODELS "442.cfg");
    ck_assert_status(model, 2);
    struct run nowhere = NNGRAD("check", "--save-gradient", "/nonexistent/g.json");
    ck_assert_status(nowhere, 3);
    ck_assert_str_eq(nowhere.out, "");
    run_free(&missing);
    run_free(&model);
    run_free(&nowhere);
}
END_TEST

START_TEST(methods)
{
    static const char *const names[] = {"ladder", "central", "forward", "gsl", "complex"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct run run = NNGRAD("check", MODELS "442.cfg", "--method", names[i], "--tolerance", "1e-3");
        ck_assert_status(run, 0);
        run_free(&run);
    }
}
END_TEST

/* Zero weights and balanced classes: every derivative is zero, and nothing was tested; only --strict minds. */
START_TEST(vacuous)
{
    struct run run = NNGRAD("check", "--set", "init.scheme=zeros", "--format=json");
    ck_assert_status(run, 0);
    json_t *json = json_loads(run.out, 0, NULL);
    const json_t *W1 = json_array_get(json_object_get(json, "tensors"), 0);
    ck_assert(json_is_true(json_object_get(W1, "vacuous")));
    json_decref(json);
    run_free(&run);
    run = NNGRAD("check", "--set", "init.scheme=zeros");
    ck_assert_status(run, 0);
    ck_assert_contains(run.out, "\nVerdict    vacuous: all 28 derivatives are zero");
    ck_assert_contains(run.out, "\n  vacuous       every entry of the tensor is zero");
    run_free(&run);
    run = NNGRAD("check", "--set", "init.scheme=zeros", "--strict");
    ck_assert_status(run, 1);
    run_free(&run);
}
END_TEST

/* The same bytes for any number of threads. */
START_TEST(threads)
{
    struct run one = NNGRAD("inspect", MODELS "blobs.cfg", "--threads", "1", "--format", "csv");
    struct run three = NNGRAD("inspect", MODELS "blobs.cfg", "--threads", "3", "--format", "csv");
    ck_assert_status(one, 0);
    ck_assert_str_eq(one.out, three.out);
    run_free(&one);
    run_free(&three);
}
END_TEST

/* The command that is advised goes further than the one that was typed. */
START_TEST(next_command)
{
    struct run run = NNGRAD("check", "--method", "forward");
    ck_assert_contains(run.out, "\nnext: nngrad check\n      judge it by the whole rule, not by one step\n");
    run_free(&run);
    run = NNGRAD("check");
    ck_assert_contains(run.out, "\nnext: nngrad check --against your_gradient.json\n");
    run_free(&run);
}
END_TEST

RUN_SUITE("command_check", right_models, somebody_elses_gradient, files_of_values, bad_files, methods, vacuous, threads,
          next_command)
