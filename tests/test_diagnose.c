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

/* ---- particular cases ---- */

static const struct nng_diagnosis *first(const struct nng_report *report)
{
    ck_assert_uint_gt(report->diagnosis_count, 0);
    return &report->diagnosis[0];
}

#define ck_assert_says(diagnosis, tensor_, cause_, within)                                                             \
    do {                                                                                                               \
        ck_assert_str_eq((diagnosis)->tensor, tensor_);                                                                \
        ck_assert_str_eq((diagnosis)->cause, cause_);                                                                  \
        ck_assert_msg(strstr((diagnosis)->message, within) != NULL, "'%s' is not in '%s'", within,                     \
                      (diagnosis)->message);                                                                           \
    } while (0)

/* The weights after Mazur's first step, to nine digits, by (w - w+) / eta. By the gradient at the old weights w1+ is
 * .149780716, as he prints; by the updated w5 ... w8, which his last error follows from, it is .149817639. */
START_TEST(mazur_after_the_first_step)
{
    static const double w[8] = {.15, .20, .25, .30, .40, .45, .50, .55};
    static const double printed[8] = {.149780716, .19956143,  .24975114,  .29950229,
                                      .35891648,  .408666186, .511301270, .561370121};
    static const double updated[4] = {.149817639, .199635277, .249788185, .299576370};
    struct nng_model *model = read_model(MODELS "mazur.cfg");
    double *claimed = gradient_of(model);
    for (int k = 0; k < 8; k++)
        claimed[k] = (w[k] - (k < 4 ? updated[k] : printed[k])) / 0.5;
    struct nng_report *report = check_of(model, claimed, false);
    ck_assert(told_of(report, "W1", "updated-weights"));
    ck_assert(!told_of(report, "W2", "updated-weights"));
    nng_report_free(report);
    for (int k = 0; k < 4; k++)
        claimed[k] = (w[k] - printed[k]) / 0.5;
    report = check_of(model, claimed, false);
    ck_assert(!told_of(report, "W1", "updated-weights"));
    nng_report_free(report);

    /* the gradient itself, printed at nine digits behind the point; and with biases that were never computed */
    plain_gradient(model, (struct blunder){D_UPDATED, 1, 0.5}, claimed);
    for (size_t p = 0; p < model->parameter_count; p++)
        claimed[p] = round(claimed[p] * 1e9) / 1e9;
    report = check_of(model, claimed, false);
    ck_assert_says(first(report), "W1", "updated-weights", "eta = 0.5;");
    ck_assert(told_of(report, "b1", "updated-weights"));
    nng_report_free(report);
    for (size_t p = 8; p < 12; p++)
        claimed[p] = 0.0;
    report = check_of(model, claimed, false);
    ck_assert(told_of(report, "W1", "updated-weights"));
    ck_assert(told_of(report, "b1", "missing-path"));
    ck_assert(told_of(report, "b2", "missing-path"));
    nng_report_free(report);
    nng_model_free(model);
}
END_TEST

/* What the settings would have to be. */
START_TEST(conventions)
{
    struct nng_model *model = network(4), *half = network(3);
    double *claimed = malloc(model->parameter_count * sizeof *claimed);
    plain_gradient(model, (struct blunder){NO_MEAN, 0, 0.0}, claimed);
    struct nng_report *report = check_of(model, claimed, false);
    ck_assert_says(first(report), "W1", "convention", "N = 7 times too large: 1/N is missing");
    ck_assert_says(first(report), "W1", "convention", "loss.reduction = \"sum\"");
    ck_assert_uint_eq(report->diagnosis_count, report->tensor_count);
    nng_report_free(report);
    model->reduction = NNG_SUM;
    plain_gradient(model, (struct blunder){TWICE_MEAN, 0, 0.0}, claimed);
    report = check_of(model, claimed, false);
    ck_assert_says(first(report), "W1", "convention", "loss.reduction = \"mean\"");
    nng_report_free(report);
    plain_gradient(half, (struct blunder){TWICE, 0, 0.0}, claimed);
    report = check_of(half, claimed, false);
    ck_assert_says(first(report), "W1", "convention", "loss.scale = 1");
    ck_assert_int_eq(report->verdict, NNG_FAIL);
    nng_report_free(report);
    free(claimed);
    nng_model_free(model);
    nng_model_free(half);
}
END_TEST

START_TEST(equal_explanations_are_all_named)
{
    struct nng_model *model = network(0); /* 4-4-2: the diagonal of softmax alone halves everything */
    double *claimed = malloc(model->parameter_count * sizeof *claimed);
    plain_gradient(model, (struct blunder){D_DIAGONAL, 2, 0.0}, claimed);
    struct nng_report *report = check_of(model, claimed, false);
    ck_assert_says(first(report), "W1", "convention", "half");
    ck_assert(told_of(report, "W2", "missing-path"));
    nng_report_free(report);
    free(claimed);
    nng_model_free(model);
}
END_TEST

/* One entry of many: its name, what it is and what it should be. */
START_TEST(single_entries)
{
    struct nng_model *model = network(4);
    double *claimed = gradient_of(model), right = claimed[6];
    claimed[6] = 0.1;
    struct nng_report *report = check_of(model, claimed, false);
    char expected[80];
    snprintf(expected, sizeof expected, "1 of 16 entries is wrong: w_123 is 0.1 where %.6g is due", right);
    ck_assert_uint_eq(report->diagnosis_count, 1);
    ck_assert_says(first(report), "W1", "unknown", expected);
    nng_report_free(report);
    claimed[6] = -right;
    report = check_of(model, claimed, false);
    ck_assert_says(first(report), "W1", "sign", "wrong sign");
    nng_report_free(report);
    claimed[6] = right * (1.0 + 1e-5);
    report = check_of(model, claimed, false);
    ck_assert_says(first(report), "W1", "arithmetic", "agree to about");
    nng_report_free(report);
    claimed[6] = NAN;
    claimed[7] = INFINITY;
    report = check_of(model, claimed, false);
    ck_assert_says(first(report), "W1", "arithmetic", "2 of 16 entries are wrong, not numbers: w_123 is nan");
    nng_report_free(report);
    nng_model_free(model);
}
END_TEST

/* The right numbers with few digits are no mistake but their digits. */
START_TEST(rounded_numbers)
{
    struct nng_model *model = network(0);
    double *claimed = gradient_of(model);
    for (size_t p = 0; p < model->parameter_count; p++) {
        char text[40];
        snprintf(text, sizeof text, "%.3e", claimed[p]);
        claimed[p] = strtod(text, NULL);
    }
    struct nng_report *report = check_of(model, claimed, false);
    ck_assert(cause_is(report, "arithmetic"));
    ck_assert_says(first(report), "W2", "arithmetic", "more digits are needed");
    nng_report_free(report);

    /* six digits of the one are six digits of the other: more are shown, to tell the two apart */
    double *six = gradient_of(model), due, was;
    for (size_t p = 0; p < model->parameter_count; p++) {
        char text[40];
        snprintf(text, sizeof text, "%.5e", six[p]);
        six[p] = strtod(text, NULL);
    }
    report = check_of(model, six, false);
    ck_assert(cause_is(report, "arithmetic"));
    ck_assert_int_eq(sscanf(strstr(first(report)->message, ": w_") + 2, "%*s is %lf where %lf is due", &was, &due), 2);
    ck_assert(was != due);
    nng_report_free(report);

    /* and a mistake is recognised through such numbers */
    plain_gradient(model, (struct blunder){D_NO_SLOPE, 1, 0.0}, claimed);
    for (size_t p = 0; p < model->parameter_count; p++) {
        char text[40];
        snprintf(text, sizeof text, "%.2e", claimed[p]);
        claimed[p] = strtod(text, NULL);
    }
    report = check_of(model, claimed, false);
    ck_assert(told_of(report, "W1", "missing-factor"));
    nng_report_free(report);
    nng_model_free(model);
}
END_TEST

/* The same mistake in every hidden layer. */
START_TEST(mistakes_in_every_layer)
{
    static const enum mistake kinds[] = {D_NO_SLOPE, D_SLOPE_AT_H, D_FORMULA_OF_A, D_ONE_SUCCESSOR};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        for (int k = 4; k < 6; k++) {
            struct nng_model *model = network(k);
            double *claimed = malloc(model->parameter_count * sizeof *claimed);
            plain_gradient(model, (struct blunder){kinds[i], EVERY_HIDDEN_LAYER, 0.0}, claimed);
            struct nng_report *report = check_of(model, claimed, false);
            ck_assert(cause_is(report, causes[kinds[i]]));
            ck_assert_uint_eq(report->diagnosis_count, 4); /* W2, b2, W1, b1 */
            nng_report_free(report);
            free(claimed);
            nng_model_free(model);
        }
}
END_TEST

static bool is_cause(const char *cause)
{
    static const char *const all[] = {
        "sign",    "factor",    "transpose",  "missing-factor", "spurious-factor", "missing-path",    "wrong-argument",
        "order",   "shape",     "arithmetic", "unknown",        "bias-sum",        "updated-weights", "softmax-twice",
        "penalty", "convention"};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (strcmp(cause, all[i]) == 0)
            return true;
    return false;
}

/* Whatever it is that is wrong, every failed tensor is told of, by one of the causes; nothing is accused that is right.
 */
static void must_be_told(struct nng_model *model, const double *claimed)
{
    struct nng_report *report = check_of(model, claimed, false);
    ck_assert(tensors_match(report));
    for (size_t k = 0; k < report->diagnosis_count; k++) {
        ck_assert(is_cause(report->diagnosis[k].cause));
        ck_assert_uint_gt(strlen(report->diagnosis[k].message), 5);
    }
    nng_report_free(report);
}

START_TEST(two_mistakes_at_once)
{
    for (int k = 0; k < NETWORKS; k++) {
        struct nng_model *model = network(k);
        size_t P = model->parameter_count;
        double *right = gradient_of(model), *one = malloc(P * sizeof *one), *two = malloc(P * sizeof *two);
        unsigned state = 1u + (unsigned)k;
        for (int pair = 0; pair < 12; pair++) {
            struct blunder blunders[2];
            for (int i = 0; i < 2; i++)
                do {
                    state = state * 1664525u + 1013904223u;
                    blunders[i].kind = (enum mistake)((state >> 8) % MISTAKES);
                    blunders[i].layer = (state >> 20) % (model->layer_count + 1);
                    blunders[i].rate = 0.1;
                } while (!applies(model, blunders[i].kind, blunders[i].layer));
            plain_gradient(model, blunders[0], one);
            plain_gradient(model, blunders[1], two);
            for (size_t p = 0; p < P; p++)
                one[p] += two[p] - right[p];
            must_be_told(model, one);
        }
        for (size_t p = 0; p < P; p++)
            one[p] = sin(1.0 + (double)p); /* nothing but numbers */
        must_be_told(model, one);
        for (size_t p = 0; p < P; p++)
            one[p] = p % 3 == 0 ? 1e300 : 0.0;
        must_be_told(model, one);
        free(one);
        free(two);
        nng_model_free(model);
    }
}
END_TEST

/* Mistakes in two places that do not touch each other are both named. */
START_TEST(independent_mistakes)
{
    struct nng_model *model = network(4);
    double *right = gradient_of(model), *one = malloc(model->parameter_count * sizeof *one),
           *two = malloc(model->parameter_count * sizeof *two);
    plain_gradient(model, (struct blunder){D_NO_SLOPE, 1, 0.0}, one);
    plain_gradient(model, (struct blunder){B_FIRST, 3, 0.0}, two);
    for (size_t p = 0; p < model->parameter_count; p++)
        one[p] += two[p] - right[p];
    struct nng_report *report = check_of(model, one, false);
    ck_assert(told_of(report, "b3", "bias-sum"));
    ck_assert(told_of(report, "W1", "missing-factor"));
    ck_assert(told_of(report, "b1", "missing-factor"));
    ck_assert_uint_eq(report->diagnosis_count, 3);
    nng_report_free(report);
    free(one);
    free(two);
    nng_model_free(model);
}
END_TEST

/* A slip of a name in scalar code: db_1 += db_4. Both places are told of; a number that is nobody's is no slip. */
START_TEST(misplaced_biases)
{
    struct nng_model *model = network(4);
    const struct nng_layer *first = &model->layers[0], *last = &model->layers[model->layer_count - 1];
    double *wrong = gradient_of(model);
    wrong[first->biases] += wrong[last->biases + 1];
    wrong[last->biases + 1] = 0.0;
    struct nng_report *report = check_of(model, wrong, false);
    ck_assert_uint_eq(report->diagnosis_count, 2);
    ck_assert(told_of(report, "b1", "bias-sum"));
    ck_assert_str_eq(report->diagnosis[0].message, "b_11 holds its own derivative and that of b_32");
    ck_assert_str_eq(report->diagnosis[1].message, "b_32 holds nothing");
    nng_report_free(report);
    wrong[first->biases] *= 1.1;
    report = check_of(model, wrong, false);
    ck_assert(!told_of(report, "b1", "bias-sum"));
    nng_report_free(report);
    nng_model_free(model);
}
END_TEST

/* Where only the suspicious entries are judged, the others are compared with ours. */
START_TEST(screened)
{
    struct nng_model *model = network(4);
    double *claimed = malloc(model->parameter_count * sizeof *claimed);
    struct nng_check_options options = {.screen = true};
    struct nng_report *report = NULL;
    struct nng_error error = {0};
    plain_gradient(model, (struct blunder){D_NO_SLOPE, 2, 0.0}, claimed);
    ck_assert_msg(nng_check(model, model->theta, claimed, &options, &report, &error) == NNG_OK, "%s", error.text);
    ck_assert(report->screened);
    ck_assert_says(first(report), "W2", "missing-factor", "f'(a_2)");
    ck_assert_uint_eq(report->diagnosis_count, 4);
    nng_report_free(report);
    free(claimed);
    nng_model_free(model);
}
END_TEST

/* ---- plugins that are wrong ---- */

static struct nng_report *check_plugins(const char *activation, const char *loss, struct nng_model **model)
{
    const char *directory = BINARY_DIR "/tests/wrongplugins";
    struct recipe recipe = {.inputs = 3,
                            .depth = 3,
                            .units = {4, 3, 2},
                            .activations = {activation, "tanh", "identity"},
                            .loss = loss,
                            .samples = 5,
                            .weights = 1.0,
                            .data = 1.0,
                            .seed = 21};
    nng_host_free(host);
    ck_assert_int_eq(nng_host_new(&directory, 1, &host, NULL), NNG_OK);
    *model = network_new(host, &recipe);
    return check_of(*model, gradient_of(*model), true);
}

START_TEST(wrong_plugins_are_blamed)
{
    static const struct {
        const char *activation, *loss, *cause, *says;
    } cases[] = {
        {"wrong_slope", "squared_error", "factor",
         "the backward function of activation 'wrong_slope' is wrong: it is twice"},
        {"wrong_at_h", "squared_error", "wrong-argument",
         "the backward function of activation 'wrong_at_h' is wrong: it is f'(h)"},
        {"wrong_identity", "squared_error", "missing-factor",
         "'wrong_identity' is wrong: it hands dL/dh on unchanged: layer 1, sample"},
        {"wrong_sign", "squared_error", "sign", ", as does the complex step"},
        {"wrong_forward", "squared_error", "unknown",
         "the forward function of activation 'wrong_forward' contradicts its backward function and its complex form"},
        {"tanh", "wrong_loss", "factor",
         "the gradient of loss 'wrong_loss' is wrong: it is half of what is due: sample 1, output"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct nng_model *model = NULL;
        struct nng_report *report = check_plugins(cases[i].activation, cases[i].loss, &model);
        bool loss = strcmp(cases[i].loss, "wrong_loss") == 0;
        ck_assert_int_eq(report->verdict, NNG_FAIL);
        ck_assert_says(first(report), loss ? "W3" : "W1", cases[i].cause, cases[i].says);
        ck_assert(tensors_match(report));
        nng_report_free(report);
        nng_model_free(model);
    }
}
END_TEST

/* Each false link is named, with the layers down to the next. */
START_TEST(two_wrong_plugins)
{
    struct nng_model *model = NULL;
    nng_report_free(check_plugins("wrong_sign", "squared_error", &model));
    model->layers[1].activation = method_named(host, NNG_ACTIVATION, "wrong_at_h");
    model->loss = method_named(host, NNG_LOSS, "wrong_loss");
    struct nng_report *report = check_of(model, gradient_of(model), false);
    ck_assert_says(first(report), "W3", "factor", "loss 'wrong_loss'");
    ck_assert(told_of(report, "W2", "wrong-argument"));
    ck_assert(told_of(report, "W1", "sign"));
    ck_assert(told_of(report, "b1", "sign"));
    ck_assert_uint_eq(report->diagnosis_count, 6);
    nng_report_free(report);
    nng_model_free(model);
}
END_TEST

START_TEST(wrong_complex_form)
{
    struct nng_model *model = NULL;
    struct nng_report *report = check_plugins("wrong_complex", "squared_error", &model);
    bool noted = false;
    ck_assert_int_eq(report->verdict, NNG_PASS);
    for (size_t k = 0; k < report->note_count; k++)
        noted = noted || strstr(report->notes[k], "a plugin's complex form is wrong") != NULL;
    ck_assert(noted);
    nng_report_free(report);
    nng_model_free(model);
}
END_TEST

/* ---- memory ---- */

struct failing {
    int left;
};

static int allow(void *context)
{
    struct failing *failing = context;
    return failing->left-- != 0;
}

START_TEST(every_allocation_may_fail)
{
    struct nng_model *model = NULL;
    struct nng_report *report = check_plugins("wrong_at_h", "squared_error", &model);
    nng_report_free(report);
    double *wrong = gradient_of(model), *other = NULL;
    struct nng_model *right = network(6);
    other = gradient_of(right);
    other[0] *= 2.0;
    for (int side = 0; side < 2; side++) {
        enum nng_status status = NNG_MEMORY;
        for (int n = 0; status != NNG_OK; n++) {
            struct failing failing = {n};
            struct nng_check_options options = {.threads = 1};
            struct nng_error error = {0};
            const struct nng_model *checked = side == 0 ? model : right;
            report = NULL;
            nng_set_allocation_test(allow, &failing);
            status = nng_check(checked, checked->theta, side == 0 ? wrong : other, &options, &report, &error);
            nng_set_allocation_test(NULL, NULL);
            ck_assert_msg(status == NNG_OK || status == NNG_MEMORY, "%s", error.text);
            ck_assert(status == NNG_OK || report == NULL);
        }
        ck_assert_uint_gt(report->diagnosis_count, 0);
        nng_report_free(report);
    }
    nng_model_free(model);
    nng_model_free(right);
}
END_TEST

RUN_SUITE_BETWEEN("diagnose", set_up, tear_down, independent_code_agrees, every_mistake_is_named,
                  mazur_after_the_first_step, conventions, equal_explanations_are_all_named, single_entries,
                  rounded_numbers, mistakes_in_every_layer, two_mistakes_at_once, independent_mistakes,
                  misplaced_biases, screened, wrong_plugins_are_blamed, two_wrong_plugins, wrong_complex_form,
                  every_allocation_may_fail)
