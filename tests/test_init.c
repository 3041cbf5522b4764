/* test_init.c - core/model: random starts. Draws are compared with GSL called here, moments with the formulas. */
#include "support.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "base/memory.h"
#include "base/random.h"
#include "model/init.h"
#include "shapes.h"

static struct nng_model *initialised(struct nng_init init, uint64_t seed, enum nng_notation notation)
{
    struct nng_error error = {0};
    struct nng_model *model = SHAPE(notation, 300, 200, 40);
    model->seed = seed;
    for (size_t l = 0; l < 2; l++)
        model->layers[l].init = init;
    for (size_t i = 0; i < model->parameter_count; i++)
        model->theta[i] = NAN; /* whatever stood there */
    ck_assert_msg(nng_initialise(model, &error) == NNG_OK, "%s", error.text);
    return model;
}

/* The variance of each scheme for a layer of n_in inputs and n_out units, and the bound (0: none). */
START_TEST(moments)
{
    const struct {
        struct nng_init init;
        double mean, variance[2], bound[2];
    } cases[] = {
        {{.scheme = NNG_ZEROS}, 0, {0, 0}, {0, 0}},
        {{.scheme = NNG_CONSTANT, .value = -1.5}, -1.5, {0, 0}, {0, 0}},
        {{.scheme = NNG_UNIFORM, .low = -1, .high = 3}, 1, {16.0 / 12, 16.0 / 12}, {2, 2}},
        {{.scheme = NNG_NORMAL, .mean = 2, .std = 0.5}, 2, {0.25, 0.25}, {0, 0}},
        {{.scheme = NNG_XAVIER_UNIFORM}, 0, {2.0 / 500, 2.0 / 240}, {0.10954451150103322, 0.15811388300841897}},
        {{.scheme = NNG_XAVIER_NORMAL}, 0, {2.0 / 500, 2.0 / 240}, {0, 0}},
        {{.scheme = NNG_HE_UNIFORM}, 0, {2.0 / 300, 2.0 / 200}, {0.1414213562373095, 0.17320508075688773}},
        {{.scheme = NNG_HE_NORMAL}, 0, {2.0 / 300, 2.0 / 200}, {0, 0}},
    };
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        struct nng_model *model = initialised(cases[c].init, 7, NNG_OUT_IN);
        for (size_t l = 0; l < 2; l++) {
            const struct nng_layer *layer = &model->layers[l];
            const double *W = model->theta + layer->weights;
            double n = (double)(layer->inputs * layer->units), sum = 0, squares = 0, far = 0, v = cases[c].variance[l];
            for (size_t i = 0; i < layer->inputs * layer->units; i++) {
                double d = W[i] - cases[c].mean;
                sum += d;
                squares += d * d;
                far = fmax(far, fabs(d));
            }
            /* standard errors: sqrt(v/n) of the mean, at most v sqrt(2/n) (the normal's) of the variance */
            ck_assert_double_le(fabs(sum / n), 4.5 * sqrt(v / n));
            ck_assert_double_le(fabs(squares / n - v), 4.5 * v * sqrt(2 / n));
            if (cases[c].bound[l] > 0) {
                ck_assert_double_le(far, cases[c].bound[l]);
                ck_assert_double_ge(far, 0.999 * cases[c].bound[l]);
            }
            for (size_t i = 0; i < layer->units; i++)
                ck_assert_double_eq(model->theta[layer->biases + i], 0);
        }
        shape_free(model);
    }
}
END_TEST

/* Layer by layer, W_l in storage order, then b_l. */
START_TEST(draws_are_gsl_s)
{
    struct nng_model *model =
        initialised((struct nng_init){.scheme = NNG_NORMAL, .std = 2, .biases = true}, 3, NNG_OUT_IN);
    for (size_t l = 1; l <= 2; l++) {
        const struct nng_layer *layer = &model->layers[l - 1];
        gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
        gsl_rng_set(random, nng_random_seed(3, NNG_STREAM_INIT, l));
        for (size_t i = 0; i < layer->inputs * layer->units; i++)
            ck_assert_double_eq(model->theta[layer->weights + i], gsl_ran_gaussian(random, 2));
        for (size_t i = 0; i < layer->units; i++)
            ck_assert_double_eq(model->theta[layer->biases + i], gsl_ran_gaussian(random, 2));
        gsl_rng_free(random);
    }
    shape_free(model);

    model = initialised((struct nng_init){.scheme = NNG_UNIFORM, .low = 1, .high = 2}, 3, NNG_OUT_IN);
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(random, nng_random_seed(3, NNG_STREAM_INIT, 1));
    for (size_t i = 0; i < 60000; i++)
        ck_assert_double_eq(model->theta[i], gsl_ran_flat(random, 1, 2));
    gsl_rng_free(random);
    shape_free(model);
}
END_TEST

/* The same seed is the same start, in both notations; another seed, or another layer, is another. */
START_TEST(seeds)
{
    struct nng_init init = {.scheme = NNG_XAVIER_UNIFORM};
    struct nng_model *a = initialised(init, 1, NNG_OUT_IN), *b = initialised(init, 1, NNG_IN_OUT),
                     *c = initialised(init, 2, NNG_OUT_IN),
                     *d = initialised(init, UINT64_C(1) + (UINT64_C(1) << 32), NNG_OUT_IN);
    ck_assert_mem_eq(a->theta, b->theta, a->parameter_count * sizeof(double));
    ck_assert_double_ne(a->theta[0], c->theta[0]);
    ck_assert_double_ne(a->theta[0], d->theta[0]); /* all 64 bits count */
    shape_free(b);
    shape_free(c);
    shape_free(d);

    /* the scheme of layer 1 does not move layer 2 */
    struct nng_error error;
    b = SHAPE(NNG_OUT_IN, 300, 200, 40);
    b->seed = 1;
    b->layers[0].init = (struct nng_init){.scheme = NNG_HE_NORMAL, .biases = true};
    b->layers[1].init = init;
    ck_assert_int_eq(nng_initialise(b, &error), NNG_OK);
    ck_assert_double_ne(a->theta[0], b->theta[0]);
    ck_assert_mem_eq(a->theta + 60000, b->theta + 60000, 8000 * sizeof(double));
    shape_free(a);
    shape_free(b);
}
END_TEST

START_TEST(streams_differ)
{
    unsigned long found[5 * 20];
    size_t n = 0;
    for (int stream = NNG_STREAM_INIT; stream <= NNG_STREAM_CHECK; stream++)
        for (uint64_t number = 0; number < 20; number++, n++) {
            found[n] = nng_random_seed(1, (enum nng_stream)stream, number);
            for (size_t i = 0; i < n; i++)
                ck_assert_uint_ne(found[i], found[n]);
        }
}
END_TEST

/* Every order of 4 things comes equally often: chi-squared with 23 degrees of freedom, below its 0.9999 quantile. */
START_TEST(permutations)
{
    enum { DRAWS = 24000 };
    struct nng_arena *arena = nng_arena_new();
    gsl_rng *random = nng_random_new(arena, 5, NNG_STREAM_SHUFFLE, 0);
    int counts[4][4][4] = {{{0}}};
    for (int i = 0; i < DRAWS; i++) {
        size_t order[4];
        nng_random_permutation(random, order, 4);
        ck_assert_uint_eq(1u << order[0] | 1u << order[1] | 1u << order[2] | 1u << order[3], 15);
        counts[order[0]][order[1]][order[2]]++;
    }
    double chi = 0;
    for (size_t a = 0; a < 4; a++)
        for (size_t b = 0; b < 4; b++)
            for (size_t c = 0; c < 4; c++)
                if (a != b && b != c && a != c)
                    chi += pow(counts[a][b][c] - DRAWS / 24.0, 2) / (DRAWS / 24.0);
    ck_assert_double_lt(chi, 57);
    nng_arena_free(arena);
}
END_TEST

START_TEST(names_of_schemes)
{
    static const char *const due[] = {"zeros",          "constant",      "uniform",    "normal",
                                      "xavier_uniform", "xavier_normal", "he_uniform", "he_normal"};
    for (size_t i = 0; i < NNG_SCHEME_COUNT; i++)
        ck_assert_str_eq(nng_scheme_names[i], due[i]);
}
END_TEST

static int deny(void *context)
{
    int *left = context;
    return (*left)-- > 0;
}

START_TEST(refusals)
{
    struct nng_error error = {0};
    struct nng_model *model = SHAPE(NNG_OUT_IN, 2, 2);
    model->layers[0].init = (struct nng_init){.scheme = NNG_NORMAL, .std = INFINITY};
    ck_assert_int_eq(nng_initialise(model, &error), NNG_INPUT);
    ck_assert_str_eq(error.text, "layer 1: init scheme 'normal' gives a value that is not finite");
    model->layers[0].init = (struct nng_init){.scheme = NNG_UNIFORM, .low = -1.7e308, .high = 1.7e308};
    ck_assert_int_eq(nng_initialise(model, &error), NNG_OK); /* the range overflows, the values do not */
    for (int n = 0; n < 2; n++) {
        int left = n;
        nng_set_allocation_test(deny, &left);
        enum nng_status status = nng_initialise(model, &error);
        nng_set_allocation_test(NULL, NULL);
        ck_assert_int_eq(status, NNG_MEMORY);
    }
    shape_free(model);
}
END_TEST

RUN_SUITE("init", moments, draws_are_gsl_s, seeds, streams_differ, permutations, names_of_schemes, refusals)
