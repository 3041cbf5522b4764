/* test_data.c - core/model: generators, splits, standardising, targets against what a loss accepts. */
#include "support.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "base/random.h"
#include "model/data.h"

static struct nng_arena *arena;
static struct nng_data data;
static struct nng_error error;

static void generate(const char *name, size_t samples, double noise, size_t outputs)
{
    nng_arena_free(arena);
    arena = nng_arena_new();
    enum nng_status status = nng_data_generate(arena, name, samples, noise, 7, outputs, &data, &error);
    ck_assert_msg(status == NNG_OK, "%s", error.text);
    ck_assert_str_eq(data.source, name);
}

static void refuses(const char *name, size_t samples, double noise, size_t outputs, const char *text)
{
    memset(&error, 0, sizeof error);
    ck_assert_int_eq(nng_data_generate(arena, name, samples, noise, 7, outputs, &data, &error), NNG_INPUT);
    ck_assert_str_eq(error.text, text);
    ck_assert_str_eq(error.file, "");
}

/* ---- generators ---------------------------------------------------------------------------------------------- */

START_TEST(corners)
{
    static const struct {
        const char *name;
        size_t inputs;
        double y[8];
    } cases[] = {{"and", 2, {0, 0, 0, 1}},
                 {"or", 2, {0, 1, 1, 1}},
                 {"xor", 2, {0, 1, 1, 0}},
                 {"majority", 3, {0, 0, 0, 1, 0, 1, 1, 1}}};
    for (size_t c = 0; c < 4; c++) {
        size_t n = (size_t)1 << cases[c].inputs;
        generate(cases[c].name, 0, NAN, 1);
        ck_assert_uint_eq(data.samples, n);
        ck_assert_uint_eq(data.inputs, cases[c].inputs);
        for (size_t i = 0; i < n; i++) {
            double number = 0; /* the corner as a binary number */
            for (size_t j = 0; j < data.inputs; j++)
                number = number * 2 + data.x[i * data.inputs + j];
            ck_assert_double_eq(number, (double)i);
            ck_assert_double_eq(data.y[i], cases[c].y[i]);
        }
        generate(cases[c].name, 2 * n + 1, 0, 2); /* in turn, and as one-hot */
        for (size_t i = 0; i <= 2 * n; i++) {
            ck_assert_double_eq(data.y[2 * i + 1], cases[c].y[i % n]);
            ck_assert_double_eq(data.y[2 * i], 1 - cases[c].y[i % n]);
        }
        ck_assert_str_eq(data.classes[1], "1");
    }
}
END_TEST

/* Without noise every point lies on its curve; with it, off by about as much as was asked for. */
START_TEST(curves)
{
    generate("circles", 300, 0, 1);
    for (size_t n = 0; n < 300; n++)
        ck_assert_double_eq_tol(hypot(data.x[2 * n], data.x[2 * n + 1]), data.y[n] == 0 ? 1 : 0.5, 1e-15);
    generate("moons", 300, 0, 1);
    for (size_t n = 0; n < 300; n++) {
        double x = data.x[2 * n], y = data.x[2 * n + 1];
        bool upper = data.y[n] == 0;
        ck_assert_double_eq_tol(hypot(upper ? x : x - 1, upper ? y : y - 0.5), 1, 1e-15);
        ck_assert(upper ? y >= 0 : y <= 0.5);
    }
    generate("spirals", 300, 0, 1);
    for (size_t n = 0; n < 300; n++) {
        double r = hypot(data.x[2 * n], data.x[2 * n + 1]), t = 3.5 * 3.14159265358979323846 * r;
        double sign = data.y[n] == 0 ? 1 : -1;
        ck_assert_double_eq_tol(data.x[2 * n], sign * r * cos(t), 1e-13);
        ck_assert_double_eq_tol(data.x[2 * n + 1], sign * r * sin(t), 1e-13);
    }
    generate("sine", 101, 0, 1);
    ck_assert_uint_eq(data.inputs, 1);
    ck_assert_ptr_null(data.classes);
    ck_assert_double_eq_tol(data.x[0], -3.14159265358979323846, 1e-15);
    ck_assert_double_eq_tol(data.x[100], 3.14159265358979323846, 1e-15);
    for (size_t n = 0; n < 101; n++)
        ck_assert_double_eq(data.y[n], sin(data.x[n]));
    generate("sine", 1, 0, 0);
    ck_assert_double_eq_tol(data.x[0], -3.14159265358979323846, 1e-15);
}
END_TEST

START_TEST(blobs)
{
    generate("blobs", 0, 0, 0);
    ck_assert_uint_eq(data.samples, 200);
    ck_assert_uint_eq(data.outputs, 4);
    for (size_t n = 0; n < 4; n++) { /* centres 4 apart, one-hot targets */
        const double *x = data.x + 2 * n;
        ck_assert_double_eq_tol(hypot(x[2] - x[0], x[3] - x[1]), 4, 1e-14);
        for (size_t k = 0; k < 4; k++)
            ck_assert_double_eq(data.y[4 * n + k], k == n);
    }
    generate("blobs", 9, 0, 7);
    ck_assert_uint_eq(data.outputs, 7);
    ck_assert_str_eq(data.classes[6], "6");
    ck_assert_double_eq_tol(hypot(data.x[2] - data.x[0], data.x[3] - data.x[1]), 4, 1e-14);
    generate("blobs", 2, 0, 1);
    ck_assert_double_eq_tol(data.x[0], 2, 1e-15);
    ck_assert_double_eq_tol(data.x[2], -2, 1e-15);
    ck_assert_double_eq(data.y[1], 1);
    generate("blobs", 20000, 3, 2);
    double squares = 0;
    for (size_t n = 0; n < 20000; n++)
        squares += pow(data.x[2 * n] - (n % 2 == 0 ? 2 : -2), 2) / 9;
    ck_assert_double_eq_tol(squares / 20000, 1, 4.5 * sqrt(2.0 / 20000));
}
END_TEST

/* Sample by sample, input by input. */
START_TEST(noise_is_gsl_s)
{
    generate("xor", 9, 0.25, 1);
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, nng_random_seed(7, NNG_STREAM_GENERATE, 0));
    for (size_t n = 0; n < 9; n++) {
        ck_assert_double_eq(data.x[2 * n], (double)(n % 4 / 2) + gsl_ran_gaussian(random, 0.25));
        ck_assert_double_eq(data.x[2 * n + 1], (double)(n % 2) + gsl_ran_gaussian(random, 0.25));
    }
    gsl_rng_free(random);
    double first = data.x[0];
    generate("xor", 9, 0.25, 1);
    ck_assert_double_eq(data.x[0], first);
    ck_assert_int_eq(nng_data_generate(arena, "xor", 9, 0.25, 8, 1, &data, &error), NNG_OK);
    ck_assert_double_ne(data.x[0], first);
    generate("moons", 0, NAN, 1); /* its own noise and size */
    ck_assert_uint_eq(data.samples, 200);
    ck_assert_double_ne(hypot(data.x[0], data.x[1]), 1);
    generate("sine", 200, 0.1, 1);
    ck_assert_double_eq_tol(data.x[0], -3.14159265358979323846, 1e-15); /* noise is in y alone */
    ck_assert_double_ne(data.y[0], sin(data.x[0]));
}
END_TEST

START_TEST(bad_generators)
{
    refuses("xro", 0, 0, 1, "unknown generator 'xro' (did you mean 'xor'?)");
    refuses("checkerboard", 0, 0, 1, "unknown generator 'checkerboard'");
    refuses("xor", 0, 0, 3, "generator 'xor' has 2 classes, but the network has 3 outputs");
    refuses("sine", 0, 0, 2, "generator 'sine' has one target, but the network has 2 outputs");
    refuses("blobs", 0, 0, 1001, "generator 'blobs' has at most 1000 classes, but the network has 1001 outputs");
    refuses("xor", 0, -1, 1, "noise must be in [0, 1e100], not -1");
    refuses("xor", 0, INFINITY, 1, "noise must be in [0, 1e100], not inf");
    refuses("xor", 10000001, 0, 1, "samples must be at most 10000000, not 10000001");
    refuses("xor", SIZE_MAX, 0, 1, "samples must be at most 10000000, not 18446744073709551615");
    refuses("blobs", 10000000, 0, 1000, "samples must be at most 99800, not 10000000");
}
END_TEST

/* ---- split --------------------------------------------------------------------------------------------------- */

START_TEST(split)
{
    struct nng_data validation;
    generate("sine", 101, 0.1, 1);
    struct nng_data whole = data;
    ck_assert_int_eq(nng_data_split(arena, &data, 0.25, 3, &validation, &error), NNG_OK);
    ck_assert_uint_eq(validation.samples, 25);
    ck_assert_uint_eq(data.samples, 76);
    ck_assert_str_eq(validation.source, "sine");
    size_t a = 0, b = 0; /* each sample is in exactly one part, in its order, with its target */
    for (size_t n = 0; n < 101; n++) {
        bool held = b < 25 && validation.x[b] == whole.x[n];
        ck_assert_double_eq(held ? validation.x[b] : data.x[a], whole.x[n]);
        ck_assert_double_eq(held ? validation.y[b] : data.y[a], whole.y[n]);
        held ? b++ : a++;
    }
    ck_assert_uint_eq(a, 76);

    struct nng_data again = whole, other = whole, held_again, held_other;
    ck_assert_int_eq(nng_data_split(arena, &again, 0.25, 3, &held_again, &error), NNG_OK);
    ck_assert_mem_eq(held_again.x, validation.x, 25 * sizeof(double));
    ck_assert_int_eq(nng_data_split(arena, &other, 0.25, 4, &held_other, &error), NNG_OK);
    ck_assert_int_ne(memcmp(held_other.x, validation.x, 25 * sizeof(double)), 0);

    /* both parts keep a sample */
    generate("xor", 0, 0, 2);
    ck_assert_int_eq(nng_data_split(arena, &data, 1e-9, 3, &validation, &error), NNG_OK);
    ck_assert_uint_eq(validation.samples, 1);
    ck_assert_int_eq(nng_data_split(arena, &data, 0.999, 3, &validation, &error), NNG_OK);
    ck_assert_uint_eq(data.samples, 1);
    ck_assert_int_eq(nng_data_split(arena, &data, 0.5, 3, &validation, &error), NNG_INPUT);
    ck_assert_str_eq(error.text, "1 sample cannot be split into training and validation");
    static const double wrong[] = {0, 1, -0.5, NAN, 25};
    for (size_t i = 0; i < 5; i++)
        ck_assert_int_eq(nng_data_split(arena, &data, wrong[i], 3, &validation, &error), NNG_INPUT);
    ck_assert_str_eq(error.text, "the fraction for validation must be in (0, 1), not 25");
}
END_TEST

/* ---- standardise --------------------------------------------------------------------------------------------- */

/* The expected numbers are from exact rational arithmetic. */
START_TEST(standardise_blobs)
{
    struct nng_data validation;
    nng_arena_free(arena);
    arena = nng_arena_new();
    struct nng_csv_spec spec = {
        .path = SOURCE_DIR "/tests/data/blobs_train.csv", .header = true, .target = "label", .outputs = 4};
    ck_assert_int_eq(nng_data_csv(arena, &spec, &data, NULL, &error), NNG_OK);
    spec.path = SOURCE_DIR "/tests/data/blobs_validation.csv";
    ck_assert_int_eq(nng_data_csv(arena, &spec, &validation, NULL, &error), NNG_OK);
    ck_assert_int_eq(nng_data_standardize(&data, &validation, &error), NNG_OK);
    ck_assert_double_eq_tol(data.x[0], 1.2221728881713561821753699849609907952, 1e-14);
    ck_assert_double_eq_tol(data.x[1], 0.24204975497646054355876195783764187105, 1e-14);
    ck_assert_double_eq_tol(validation.x[0], 0.77313050671384201462647112183163414919, 1e-14);
    ck_assert_double_eq_tol(validation.x[1], -0.89136277825099177954918140911619150214, 1e-14);
}
END_TEST

START_TEST(standardise)
{
    double x[] = {1, 7.1, 1e8, 3, 7.1, 1e8 + 2}, v[] = {2, 8, 0}, y[2] = {0};
    struct nng_data training = {.samples = 2, .inputs = 3, .outputs = 1, .x = x, .y = y};
    struct nng_data validation = {.samples = 1, .inputs = 3, .outputs = 1, .x = v, .y = y};
    ck_assert_int_eq(nng_data_standardize(&training, &validation, &error), NNG_OK);
    static const double due[] = {-1, 0, -1, 1, 0, 1}; /* the constant column is only centred */
    for (size_t i = 0; i < 6; i++)
        ck_assert_double_eq(x[i], due[i]);
    ck_assert_double_eq(v[0], 0);
    ck_assert_double_eq_tol(v[1], 0.9, 1e-15);
    ck_assert_double_eq(v[2], -1e8 - 1);

    double far[] = {-1.7e308, 1.7e308};
    struct nng_data spread = {.samples = 2, .inputs = 1, .outputs = 1, .x = far, .y = y};
    ck_assert_int_eq(nng_data_standardize(&spread, NULL, &error), NNG_INPUT);
    ck_assert_str_eq(error.text, "input 1 cannot be standardised: it runs from -1.7e+308 to 1.7e+308");
}
END_TEST

/* ---- targets ------------------------------------------------------------------------------------------------- */

static void check_targets(uint32_t target, const double y[6], const char *text)
{
    struct nng_loss loss = {.size = sizeof loss, .target = target};
    struct nng_plugin plugin = {.kind = NNG_LOSS, .name = "my_loss", .loss = &loss};
    double values[6];
    static const size_t lines[] = {2, 3, 7};
    memcpy(values, y, sizeof values);
    struct nng_data some = {.samples = 3, .inputs = 1, .outputs = 2, .y = values};
    enum nng_status status = nng_data_check_targets(&some, lines, "d.csv", &plugin, &error);
    ck_assert_int_eq(status, text == NULL ? NNG_OK : NNG_INPUT);
    if (text == NULL)
        return;
    ck_assert_str_eq(error.text, text);
    ck_assert_str_eq(error.file, "d.csv");
    ck_assert_int_eq(error.line, error.text[7] == '3' ? 7 : 3);
    ck_assert_int_eq(nng_data_check_targets(&some, NULL, NULL, &plugin, &error), NNG_INPUT);
    ck_assert_str_eq(error.text, text);
    ck_assert_str_eq(error.file, "");
}

START_TEST(targets)
{
    static const double one_hot[] = {1, 0, 0, 1, 0.25, 0.75}, short_sum[] = {1, 0, 0, 1, 0.5, 0.4},
                        zero[] = {1, 1, -1, 0, 1, 1}, negative[] = {1, 0, -0.5, 1.5, 0, 1},
                        signs[] = {1, -1, -1, 1, 1, 1}, binary[] = {1, 0, 0, 1, 1, 1}, large[] = {0, 1, 1, 1.5, 0, 0},
                        thirds[] = {1, 0, 0, 1, 1.0 / 3, 2.0 / 3 + 1e-12}, off[] = {1, 0, 0, 1, 0.5, 0.500001};
    check_targets(NNG_TARGET_REAL, negative, NULL);
    check_targets(NNG_TARGET_NONNEGATIVE, large, NULL);
    check_targets(NNG_TARGET_UNIT, short_sum, NULL);
    check_targets(NNG_TARGET_BINARY, binary, NULL);
    check_targets(NNG_TARGET_SIGN, signs, NULL);
    check_targets(NNG_TARGET_DISTRIBUTION, one_hot, NULL);
    check_targets(NNG_TARGET_DISTRIBUTION, thirds, NULL);
    check_targets(NNG_TARGET_DISTRIBUTION, short_sum,
                  "sample 3: targets sum to 0.9, but loss 'my_loss' needs a distribution (nonnegative, sum 1)");
    check_targets(NNG_TARGET_DISTRIBUTION, off,
                  "sample 3: targets sum to 1.000001, but loss 'my_loss' needs a distribution (nonnegative, sum 1)");
    check_targets(NNG_TARGET_DISTRIBUTION, negative,
                  "sample 2: target 1 is -0.5, but loss 'my_loss' needs a distribution (nonnegative, sum 1)");
    check_targets(NNG_TARGET_NONNEGATIVE, negative,
                  "sample 2: target 1 is -0.5, but loss 'my_loss' needs targets that are not negative");
    check_targets(NNG_TARGET_UNIT, large, "sample 2: target 2 is 1.5, but loss 'my_loss' needs targets in [0, 1]");
    check_targets(NNG_TARGET_BINARY, short_sum,
                  "sample 3: target 1 is 0.5, but loss 'my_loss' needs targets that are 0 or 1");
    check_targets(NNG_TARGET_SIGN, zero, "sample 2: target 2 is 0, but loss 'my_loss' needs targets that are -1 or 1");
}
END_TEST

/* ---- memory -------------------------------------------------------------------------------------------------- */

static int deny(void *context)
{
    int *left = context;
    return (*left)-- > 0;
}

START_TEST(allocation_fails)
{
    int failures = 0;
    enum nng_status status = NNG_MEMORY;
    for (int n = 0; status != NNG_OK; n++) {
        struct nng_arena *own = nng_arena_new();
        struct nng_data validation;
        int left = n;
        nng_set_allocation_test(deny, &left);
        status = nng_data_generate(own, "blobs", 5000, 1, 7, 9, &data, &error);
        if (status == NNG_OK)
            status = nng_data_split(own, &data, 0.5, 1, &validation, &error);
        nng_set_allocation_test(NULL, NULL);
        ck_assert(status == NNG_OK || status == NNG_MEMORY);
        failures += status == NNG_MEMORY;
        nng_arena_free(own);
    }
    ck_assert_int_ge(failures, 8);
}
END_TEST

RUN_SUITE("data", corners, curves, blobs, noise_is_gsl_s, bad_generators, split, standardise_blobs, standardise,
          targets, allocation_fails)
