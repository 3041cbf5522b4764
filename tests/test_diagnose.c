/* test_diagnose.c - every mistake that people make in backpropagation, made on purpose by independent code
 * (mistakes.h), is named with its cause and its tensors. */
#include "support.h"

#include <stdio.h>

#include "mistakes.h"
#include "networks.h"

#define MODELS SOURCE_DIR "/tests/models/"

static struct nng_host *host;

static void set_up(void)
{
    ck_assert_int_eq(nng_host_new(NULL, 0, &host, NULL), NNG_OK);
}

static void tear_down(void)
{
    nng_host_free(host);
}

static struct nng_model *read_model(const char *file)
{
    struct nng_model *model = NULL;
    struct nng_error error = {0};
    ck_assert_msg(nng_model_read(host, file, NULL, 0, &model, &error) == NNG_OK, "%s", error.text);
    return model;
}

/* ---- the networks ---- */

enum { NETWORKS = 7 };

static struct nng_model *network(int k)
{
    static const struct recipe recipes[] = {
        {.inputs = 4,
         .depth = 3,
         .units = {4, 4, 3},
         .activations = {"sigmoid", "sigmoid", "softmax"},
         .loss = "cross_entropy",
         .samples = 7,
         .weights = 1.5,
         .data = 1.0,
         .seed = 11},
        {.inputs = 5,
         .depth = 3,
         .units = {4, 4, 4},
         .activations = {"tanh", "sigmoid", "sigmoid"},
         .loss = "squared_error",
         .samples = 5,
         .weights = 1.5,
         .data = 1.0,
         .seed = 12,
         .notation = NNG_IN_OUT},
        {.inputs = 3,
         .depth = 2,
         .units = {3, 3},
         .activations = {"tanh", "softmax"},
         .loss = "cross_entropy",
         .unfused = true,
         .samples = 4,
         .weights = 1.0,
         .data = 1.0,
         .seed = 13},
    };
    static const char *const files[] = {MODELS "442.cfg", MODELS "3332.cfg", MODELS "xor.cfg", MODELS "mazur.cfg"};
    if (k < 4)
        return read_model(files[k]);
    struct nng_model *model = network_new(host, &recipes[k - 4]);
    if (k == 4)
        model->l2 = 0.02;
    if (k == 5)
        model->l1 = 0.01;
    return model;
}

/* ---- what is to be said ---- */

static const char *const causes[MISTAKES] = {
    [NEGATED] = "sign",
    [NO_MEAN] = "convention",
    [TWICE_MEAN] = "convention",
    [TWICE] = "convention",
    [HALF] = "convention",
    [RATE] = "factor",
    [FIRST_SAMPLE] = "missing-path",
    [LAST_SAMPLE] = "missing-path",
    [NOT_SAMPLE_TWO] = "missing-path",
    [W_NEGATED] = "sign",
    [W_TWICE] = "factor",
    [W_NO_MEAN] = "factor",
    [W_TRANSPOSED] = "transpose",
    [W_BY_OWN_H] = "wrong-argument",
    [W_BY_X] = "wrong-argument",
    [W_BY_A] = "wrong-argument",
    [B_NEGATED] = "sign",
    [B_FIRST] = "bias-sum",
    [B_LAST] = "bias-sum",
    [B_MEAN] = "bias-sum",
    [B_NEIGHBOUR] = "bias-sum",
    [B_LAST_NEURON] = "bias-sum",
    [B_HALF] = "factor",
    [D_NEGATED] = "sign",
    [D_TWICE] = "factor",
    [D_NO_SLOPE] = "missing-factor",
    [D_SLOPE_AT_H] = "wrong-argument",
    [D_FORMULA_OF_A] = "wrong-argument",
    [D_DIAGONAL] = "missing-path",
    [D_ONE_SUCCESSOR] = "missing-path",
    [D_ONE_SUCCESSOR_OF_1] = "missing-path",
    [D_TRANSPOSED_WEIGHTS] = "transpose",
    [D_UPDATED] = "updated-weights",
    [D_UPDATED_FROM] = "updated-weights",
    [D_SOFTMAX_IN_LOSS] = "softmax-twice",
    [D_JACOBIAN_TWICE] = "softmax-twice",
    [D_SLOPE_TWICE] = "spurious-factor",
    [P_FORGOTTEN] = "penalty",
    [P_ON_BIASES] = "penalty",
    [P_BY_N] = "penalty",
    [P_TWICE] = "penalty",
};

/* A common factor is a matter of convention. */
static const char *cause_of(const struct nng_model *model, enum mistake kind, size_t l)
{
    return kind == D_TWICE && l == model->layer_count ? "convention" : causes[kind];
}

/* Can this mistake be made in this layer (0: in the whole) of this network? */
static bool applies(const struct nng_model *model, enum mistake kind, size_t l)
{
    size_t L = model->layer_count;
    if (kind < W_NEGATED || kind >= P_FORGOTTEN)
        return l == 0;
    if (l == 0)
        return false;
    const struct nng_layer *layer = &model->layers[l - 1];
    const char *f = layer->activation.plugin->name;
    bool softmax = strcmp(f, "softmax") == 0, square = layer->units == layer->inputs;
    bool square_above = l < L && model->layers[l].units == layer->units;
    switch (kind) {
    case W_TRANSPOSED:
    case W_BY_OWN_H:
        return square;
    case W_BY_X:
        return l > 1 && layer->inputs == model->inputs;
    case W_BY_A:
        return l > 1;
    case B_NEIGHBOUR:
    case B_LAST_NEURON:
        return layer->units > 1;
    case D_SLOPE_AT_H:
    case D_FORMULA_OF_A:
    case D_SLOPE_TWICE:
        return !softmax;
    case D_DIAGONAL:
    case D_JACOBIAN_TWICE:
        return softmax;
    case D_SOFTMAX_IN_LOSS:
        return softmax && strcmp(model->loss.plugin->name, "cross_entropy") == 0;
    case D_ONE_SUCCESSOR:
    case D_ONE_SUCCESSOR_OF_1:
        return l < L && model->layers[l].units > 1;
    case D_TRANSPOSED_WEIGHTS:
        return square_above;
    case D_UPDATED:
        return l < L;
    case D_UPDATED_FROM:
        return l == L - 1 && l > 1;
    default:
        return true;
    }
}

static void describe(const struct nng_report *report)
{
    for (size_t k = 0; k < report->diagnosis_count; k++)
        printf("    %s: %s: %s\n", report->diagnosis[k].tensor, report->diagnosis[k].cause,
               report->diagnosis[k].message);
}

static bool told_of(const struct nng_report *report, const char *tensor, const char *cause)
{
    for (size_t k = 0; k < report->diagnosis_count; k++)
        if (strcmp(report->diagnosis[k].tensor, tensor) == 0 &&
            (cause == NULL || strcmp(report->diagnosis[k].cause, cause) == 0))
            return true;
    return false;
}

/* Every tensor that failed is told of, and none that did not. */
static bool tensors_match(const struct nng_report *report)
{
    for (size_t t = 0; t < report->tensor_count; t++)
        if (told_of(report, report->tensors[t].tensor.name, NULL) != (report->tensors[t].fail != 0))
            return false;
    return true;
}

/* What is said names the cause, and, unless it says "or else", nothing else. */
static bool cause_is(const struct nng_report *report, const char *cause)
{
    bool named = false, others = false;
    for (size_t k = 0; k < report->diagnosis_count; k++) {
        bool this = strcmp(report->diagnosis[k].cause, cause) == 0;
        named = named || this;
        others = others || strstr(report->diagnosis[k].message, "or else") != NULL;
    }
    for (size_t k = 0; k < report->diagnosis_count && !others; k++)
        named = named && strcmp(report->diagnosis[k].cause, cause) == 0;
    return named;
}

START_TEST(independent_code_agrees)
{
    for (int k = 0; k < NETWORKS; k++) {
        struct nng_model *model = network(k);
        double *ours = gradient_of(model), *plain = malloc(model->parameter_count * sizeof *plain);
        plain_gradient(model, (struct blunder){NO_MISTAKE, 0, 0.0}, plain);
        for (size_t p = 0; p < model->parameter_count; p++)
            ck_assert_double_le(fabs(ours[p] - plain[p]), 1e-13 * fmax(1.0, fabs(ours[p])));
        struct nng_report *report = check_of(model, plain, false);
        ck_assert_int_eq(report->verdict, NNG_PASS);
        ck_assert_uint_eq(report->diagnosis_count, 0);
        nng_report_free(report);
        free(plain);
        nng_model_free(model);
    }
}
END_TEST

START_TEST(every_mistake_is_named)
{
    size_t made = 0, wrong = 0, of[MISTAKES] = {0};
    for (int k = 0; k < NETWORKS; k++) {
        struct nng_model *model = network(k);
        double *claimed = malloc(model->parameter_count * sizeof *claimed);
        for (enum mistake kind = NEGATED; kind < MISTAKES; kind++)
            for (size_t l = 0; l <= model->layer_count; l++) {
                if (!applies(model, kind, l))
                    continue;
                plain_gradient(model, (struct blunder){kind, l, 0.5}, claimed);
                struct nng_report *report = check_of(model, claimed, false);
                if (report->fail != 0) {
                    made++;
                    of[kind]++;
                    if (!cause_is(report, cause_of(model, kind, l)) || !tensors_match(report)) {
                        wrong++;
                        printf("network %d, mistake %d in layer %zu should be %s:\n", k, (int)kind, l,
                               cause_of(model, kind, l));
                        describe(report);
                    }
                }
                nng_report_free(report);
            }
        free(claimed);
        nng_model_free(model);
    }
    printf("%zu mistakes made, %zu named\n", made, made - wrong);
    fflush(stdout);
    for (enum mistake kind = NEGATED; kind < MISTAKES; kind++)
        ck_assert_msg(of[kind] > 0, "mistake %d was never made", (int)kind);
    ck_assert_uint_eq(wrong, 0);
}
END_TEST

RUN_SUITE_BETWEEN("diagnose", set_up, tear_down, independent_code_agrees, every_mistake_is_named)
