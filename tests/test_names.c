/* test_names.c - core/model: names of parameters and tensors, in both notations. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include <gsl/gsl_rng.h>

#include "shapes.h"

static struct nng_error error;

static size_t find(const struct nng_model *model, const char *name)
{
    size_t index = 999999;
    enum nng_status status = nng_parameter_find(model, name, &index, &error);
    ck_assert_msg(status == NNG_OK, "%s: %s", name, error.text);
    return index;
}

static void refuses(const struct nng_model *model, const char *name, const char *text)
{
    size_t index;
    ck_assert_int_eq(nng_parameter_find(model, name, &index, &error), NNG_INPUT);
    ck_assert_str_eq(error.text, text);
}

/* The lecture's 3-3-3-1: theta's order is w_111, w_112, ..., w_313, b_11, ..., b_31. */
START_TEST(lecture)
{
    struct nng_model *model = SHAPE(NNG_OUT_IN, 3, 3, 3, 1);
    static const char *const due[] = {"w_111", "w_112", "w_113", "w_121", "w_122", "w_123", "w_131",
                                      "w_132", "w_133", "w_211", "w_212", "w_213", "w_221", "w_222",
                                      "w_223", "w_231", "w_232", "w_233", "w_311", "w_312", "w_313",
                                      "b_11",  "b_12",  "b_13",  "b_21",  "b_22",  "b_23",  "b_31"};
    ck_assert_uint_eq(model->parameter_count, 28);
    for (size_t i = 0; i < 28; i++) {
        char name[NNG_NAME_SIZE];
        nng_parameter_name(model, i, name);
        ck_assert_str_eq(name, due[i]);
        ck_assert_uint_eq(find(model, due[i]), i);
    }
    struct nng_place place = nng_place(model, 20);
    ck_assert(place.kind == NNG_WEIGHT && place.layer == 3 && place.neuron == 1 && place.input == 3);
    place = nng_place(model, 25);
    ck_assert(place.kind == NNG_BIAS && place.layer == 2 && place.neuron == 2 && place.input == 0);
    shape_free(model);
}
END_TEST

/* 4-3 in both notations: the third neuron's weight for the second input is one and the same number of theta. */
START_TEST(notations)
{
    struct nng_model *out_in = SHAPE(NNG_OUT_IN, 4, 3), *in_out = SHAPE(NNG_IN_OUT, 4, 3);
    size_t index = 2 * 4 + 1;
    char name[NNG_NAME_SIZE];
    nng_parameter_name(out_in, index, name);
    ck_assert_str_eq(name, "w_132");
    nng_parameter_name(in_out, index, name);
    ck_assert_str_eq(name, "w_123");
    ck_assert_uint_eq(find(out_in, "W1[3,2]"), index);
    ck_assert_uint_eq(find(in_out, "W1[2,3]"), index);
    struct nng_place place = nng_place(in_out, index);
    ck_assert(place.neuron == 3 && place.input == 2);

    struct nng_tensor W = nng_tensor(out_in, 0), b = nng_tensor(out_in, 1);
    ck_assert(W.rows == 3 && W.cols == 4 && W.count == 12 && W.offset == 0 && b.rows == 3 && b.cols == 1 &&
              b.offset == 12);
    ck_assert_uint_eq(nng_tensor_index(out_in, &W, 2, 1), index);
    ck_assert_uint_eq(nng_tensor_index(out_in, &b, 2, 0), 14);
    W = nng_tensor(in_out, 0);
    b = nng_tensor(in_out, 1);
    ck_assert(W.rows == 4 && W.cols == 3 && b.rows == 1 && b.cols == 3);
    ck_assert_uint_eq(nng_tensor_index(in_out, &W, 1, 2), index);
    ck_assert_uint_eq(nng_tensor_index(in_out, &b, 0, 2), 14);
    ck_assert_str_eq(W.name, "W1");
    ck_assert_str_eq(b.name, "b1");
    shape_free(out_in);
    shape_free(in_out);
}
END_TEST

START_TEST(spellings)
{
    struct nng_model *model = SHAPE(NNG_OUT_IN, 4, 4, 2);
    static const char *const w_212[] = {"w212",   "w_212",    "W212",    "W_212",    "w_2,1,2",
                                        "w2,1,2", "w2, 1 ,2", "W2[1,2]", "w_2[1, 2]"};
    static const char *const b_21[] = {"b21", "b_21", "B_21", "b_2,1", "b2[1]", "b_2[ 1 ]"};
    for (size_t i = 0; i < sizeof w_212 / sizeof w_212[0]; i++)
        ck_assert_uint_eq(find(model, w_212[i]), 16 + 1);
    for (size_t i = 0; i < sizeof b_21 / sizeof b_21[0]; i++)
        ck_assert_uint_eq(find(model, b_21[i]), 16 + 8 + 4);
    shape_free(model);
}
END_TEST

START_TEST(refusals)
{
    struct nng_model *model = SHAPE(NNG_OUT_IN, 4, 4, 2), *single = SHAPE(NNG_IN_OUT, 1, 1);
    refuses(model, "w_512", "no parameter 'w_512': the network has 2 layers (did you mean 'w_212'?)");
    refuses(model, "w_012", "no parameter 'w_012': the network has 2 layers (did you mean 'w_112'?)");
    refuses(model, "w_231", "no parameter 'w_231': layer 2 has 2 neurons (did you mean 'w_221'?)");
    refuses(model, "W2[0,1]", "no parameter 'W2[0,1]': layer 2 has 2 neurons (did you mean 'w_211'?)");
    refuses(model, "w_2,1,5", "no parameter 'w_2,1,5': layer 2 has 4 inputs (did you mean 'w_214'?)");
    refuses(model, "b_23", "no parameter 'b_23': layer 2 has 2 neurons (did you mean 'b_22'?)");
    refuses(single, "w_121", "no parameter 'w_121': layer 1 has 1 input (did you mean 'w_111'?)");
    refuses(single, "w_112", "no parameter 'w_112': layer 1 has 1 neuron (did you mean 'w_111'?)");
    refuses(single, "b_21", "no parameter 'b_21': the network has 1 layer (did you mean 'b_11'?)");
    refuses(model, "w_21", "'w_21' has 2 indices, but a weight has 3: layer, neuron, input (did you mean 'w_211'?)");
    refuses(single, "w_1,1", "'w_1,1' has 2 indices, but a weight has 3: layer, input, neuron (did you mean 'w_111'?)");
    refuses(model, "w_2103",
            "'w_2103' has 4 indices, but a weight has 3: layer, neuron, input (did you mean 'w_211'?)");
    refuses(model, "b_2", "'b_2' has 1 index, but a bias has 2: layer, neuron (did you mean 'b_21'?)");
    refuses(model, "b_2,1,1", "'b_2,1,1' has 3 indices, but a bias has 2: layer, neuron (did you mean 'b_21'?)");
    static const struct {
        const char *name, *near;
    } odd[] = {{"", NULL},
               {"w", NULL},
               {"w_", NULL},
               {"x_11", NULL},
               {"W2[]", NULL},
               {"w_1,", NULL},
               {"w_1,,1", NULL},
               {"w_1a1", NULL},
               {"w[1,2]", NULL}, /* of which layer? */
               {"W2[1,2", "w_212"},
               {"W2[1;2]", "w_212"},
               {"W2(1,2)", "w_212"},
               {"W2[1,2]x", "w_212"},
               {"w_-111", "w_111"},
               {"dL/dw_212", "w_212"},
               {"dL/db_23", "b_22"},
               {"w_1,2,1,1", "w_121"},
               {"W2[1[2]]", "w_212"},
               {"w_1.1.1", "w_111"},
               {"w_1,99999999999999999999999999,1", "w_141"}};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        char text[200], near[64] = "";
        if (odd[i].near != NULL)
            snprintf(near, sizeof near, " (did you mean '%s'?)", odd[i].near);
        snprintf(text, sizeof text, "unknown parameter '%s'%s: names are as w_111, w_1,10,2, W1[1,1], b_11, b1[1]",
                 odd[i].name, near);
        refuses(model, odd[i].name, text);
    }
    char endless[5000];
    memset(endless, '1', sizeof endless);
    endless[0] = 'w';
    endless[sizeof endless - 1] = '\0';
    size_t index;
    ck_assert_int_eq(nng_parameter_find(model, endless, &index, NULL), NNG_INPUT);
    ck_assert_int_eq(nng_parameter_find(single, endless, &index, &error), NNG_INPUT);
    shape_free(model);
    shape_free(single);
}
END_TEST

START_TEST(two_digits)
{
    struct nng_model *model = SHAPE(NNG_OUT_IN, 12, 11, 2);
    char name[NNG_NAME_SIZE];
    nng_parameter_name(model, 0, name);
    ck_assert_str_eq(name, "w_1,1,1");
    nng_parameter_name(model, 11 * 12 - 1, name);
    ck_assert_str_eq(name, "w_1,11,12");
    nng_parameter_name(model, model->parameter_count - 1, name);
    ck_assert_str_eq(name, "b_2,2");
    ck_assert_uint_eq(find(model, "w_1,11,12"), 131);
    ck_assert_uint_eq(find(model, "w_11112"),
                      131); /* w_1,11,12 is the only one: w_1,1,112 and w_11,1,12 do not exist */
    ck_assert_uint_eq(find(model, "w_212"), 132 + 1);
    ck_assert_uint_eq(find(model, "b_110"), 132 + 22 + 9);
    refuses(model, "w1111", "'w1111' is ambiguous: write w_1,1,11 or w_1,11,1");
    refuses(model, "w_312", "no parameter 'w_312': the network has 2 layers (did you mean 'w_2,1,2'?)");
    refuses(model, "w_9999", "no parameter 'w_9999': with its indices apart, as in w_1,10,2, it could be told why");
    refuses(model, "b_1100", "no parameter 'b_1100': with its indices apart, as in b_1,10, it could be told why");
    refuses(model, "w_1,12,1", "no parameter 'w_1,12,1': layer 1 has 11 neurons (did you mean 'w_1,11,1'?)");
    shape_free(model);
}
END_TEST

/* Every name leads back to its parameter, every (row, col) of a tensor to another one, on random networks. */
START_TEST(round_trip)
{
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    for (int trial = 0; trial < 60; trial++) {
        size_t units[12], layers = 1 + gsl_rng_uniform_int(random, 11);
        for (size_t l = 0; l <= layers; l++)
            units[l] = 1 + gsl_rng_uniform_int(random, trial % 3 == 0 ? 9 : 14);
        struct nng_model *model = shape_new(trial % 2 == 0 ? NNG_OUT_IN : NNG_IN_OUT, units, layers);
        char *seen = calloc(model->parameter_count, 1);
        for (size_t k = 0; k < nng_tensor_count(model); k++) {
            struct nng_tensor tensor = nng_tensor(model, k);
            ck_assert_uint_eq(tensor.rows * tensor.cols, tensor.count);
            for (size_t row = 0; row < tensor.rows; row++)
                for (size_t col = 0; col < tensor.cols; col++) {
                    size_t index = nng_tensor_index(model, &tensor, row, col);
                    char name[NNG_NAME_SIZE], entry[80];
                    nng_parameter_name(model, index, name);
                    if (tensor.kind == NNG_WEIGHT)
                        snprintf(entry, sizeof entry, "%s[%zu,%zu]", tensor.name, row + 1, col + 1);
                    else
                        snprintf(entry, sizeof entry, "%s[%zu]", tensor.name, row + col + 1);
                    ck_assert_uint_eq(find(model, name), index);
                    ck_assert_uint_eq(find(model, entry), index);
                    ck_assert_uint_eq(nng_tensor_of(model, index), k);
                    ck_assert_int_eq(seen[index]++, 0);
                }
        }
        for (size_t i = 0; i < model->parameter_count; i++)
            ck_assert_int_eq(seen[i], 1);
        free(seen);
        shape_free(model);
    }
    gsl_rng_free(random);
}
END_TEST

RUN_SUITE("names", lecture, notations, spellings, refusals, two_digits, round_trip)
