/* test_adversarial.c - networks whose check has a known right answer that is easy to get wrong: nothing was tested, it
 * cannot be told, it hides under something larger. */
#include "support.h"

#include <stdio.h>

#include "calculus/probe.h"
#include "networks.h"

static struct nng_host *host;

static void set_up(void)
{
    const char *directory = BINARY_DIR "/tests/wrongplugins";
    ck_assert_int_eq(nng_host_new(&directory, 1, &host, NULL), NNG_OK);
}

static void tear_down(void)
{
    nng_host_free(host);
}

/* 3-4-2 on 5 samples. */
static struct nng_model *small_network(const char *hidden, const char *output, const char *loss)
{
    struct recipe recipe = {.inputs = 3,
                            .depth = 2,
                            .units = {4, 2},
                            .activations = {hidden, output},
                            .loss = loss,
                            .samples = 5,
                            .weights = 1.0,
                            .data = 1.0,
                            .seed = 31};
    return network_new(host, &recipe);
}

/* One layer without a bend, on one sample. */
static struct nng_model *one_layer(size_t inputs, size_t units, const char *activation)
{
    struct recipe recipe = {.inputs = inputs,
                            .depth = 1,
                            .units = {units},
                            .activations = {activation},
                            .loss = "squared_error",
                            .samples = 1,
                            .weights = 1.0,
                            .data = 1.0,
                            .seed = 32};
    return network_new(host, &recipe);
}

static bool noted(const struct nng_report *report, const char *within)
{
    for (size_t k = 0; k < report->note_count; k++)
        if (strstr(report->notes[k], within) != NULL)
            return true;
    return false;
}

/* ---- nothing was tested ---- */

START_TEST(dead_relu_layer)
{
    struct nng_model *model = small_network("relu", "softmax", "cross_entropy");
    for (size_t i = 0; i < 4; i++)
        model->theta[model->layers[0].biases + i] = -100.0;
    struct nng_report *report = check_of(model, gradient_of(model), true);
    ck_assert_int_eq(report->verdict, NNG_PASS);
    const bool vacuous[] = {true, true, true, false}; /* W1 b1 lie under it, W2 is fed zeros, b2 is alive */
    for (size_t t = 0; t < 4; t++) {
        ck_assert_int_eq(report->tensors[t].vacuous, vacuous[t]);
        ck_assert(!report->tensors[t].structural);
    }
    ck_assert(!report->vacuous);
    ck_assert(noted(report, "W1, b1 are zero because layer 1 is dead: all of its units ('relu')"));
    ck_assert(noted(report, "W2 is zero because h_1 is"));
    nng_report_free(report);
    nng_model_free(model);
}
END_TEST

/* The same under a penalty: the data loss's part of each derivative is zero but for rounding, the whole is not. */
START_TEST(dead_relu_layer_under_a_penalty)
{
    struct nng_model *model = small_network("relu", "softmax", "cross_entropy");
    for (size_t i = 0; i < 4; i++)
        model->theta[model->layers[0].biases + i] = -100.0;
    for (int k = 0; k < 3; k++) {
        model->l1 = k == 0 ? 0.0 : 0.1;
        model->l2 = k == 1 ? 0.0 : 10.0;
        model->penalize_biases = k == 2;
        double *gradient = gradient_of(model);
        struct nng_report *report = check_of(model, gradient, true);
        ck_assert_uint_eq(report->pass, model->parameter_count);
        nng_report_free(report);
        gradient[1] += 1e-4 * fabs(gradient[1]);
        report = check_of(model, gradient, true);
        ck_assert_uint_eq(report->fail, 1);
        nng_report_free(report);
    }
    nng_model_free(model);
}
END_TEST

START_TEST(saturated_layer)
{
    struct nng_model *model = small_network("sigmoid", "softmax", "cross_entropy");
    for (size_t i = 0; i < 4; i++)
        model->theta[model->layers[0].biases + i] = 1000.0;
    struct nng_report *report = check_of(model, gradient_of(model), true);
    ck_assert(report->tensors[0].vacuous && report->tensors[2].vacuous);
    ck_assert(!report->tensors[0].structural);
    ck_assert(!report->tensors[1].vacuous);
    ck_assert(noted(report, "W1, b1 are zero because layer 1 is dead"));
    nng_report_free(report);
    nng_model_free(model);
}
END_TEST

/* Each hidden unit's outgoing weights are equal, and the two deltas of softmax sum to zero. */
START_TEST(equal_outgoing_weights)
{
    struct nng_model *model = small_network("tanh", "softmax", "cross_entropy");
    double *W2 = model->theta + model->layers[1].weights;
    for (size_t j = 0; j < 4; j++)
        W2[4 + j] = W2[j] = 0.5 * (double)(j + 1);
    model->theta[model->layers[1].biases] = model->theta[model->layers[1].biases + 1] = 0.0;
    struct nng_report *report = check_of(model, gradient_of(model), true);
    ck_assert(report->tensors[0].vacuous && report->tensors[0].structural);
    ck_assert(report->tensors[2].vacuous && report->tensors[2].structural);
    ck_assert(!report->tensors[1].vacuous && !report->tensors[1].structural);
    ck_assert(noted(report, "W1, b1 are zero by structure: dL/da_2 W_2 = 0"));
    nng_report_free(report);
    nng_model_free(model);
}
END_TEST

/* The same with four outputs, whose deltas sum to zero but for rounding: what is left of dL/dh_1 is no derivative, and
 * the right gradient must not be accused of it. */
START_TEST(equal_outgoing_weights_leave_rounding)
{
    size_t remainders = 0;
    for (unsigned long seed = 1; seed <= 20; seed++) {
        struct recipe recipe = {.inputs = 2,
                                .depth = 2,
                                .units = {2, 4},
                                .activations = {"sigmoid", "softmax"},
                                .loss = "cross_entropy",
                                .samples = 50,
                                .weights = 1.0,
                                .data = 2.0,
                                .seed = seed};
        struct nng_model *model = network_new(host, &recipe);
        for (size_t k = 0; k < 8; k++)
            model->theta[model->layers[1].weights + k] = 0.3;
        double *gradient = gradient_of(model);
        struct nng_report *report = check_of(model, gradient, true);
        for (size_t p = 0; p < 4; p++)
            remainders += gradient[p] != 0.0;
        ck_assert_uint_eq(report->fail, 0);
        ck_assert_uint_eq(report->inconclusive, 0);
        ck_assert(report->tensors[0].vacuous && report->tensors[0].structural);
        ck_assert(noted(report, "W1, b1 are zero by structure: dL/da_2 W_2 = 0"));
        nng_report_free(report);
        gradient[0] = 1e-9; /* far above any rounding */
        report = check_of(model, gradient, true);
        ck_assert_uint_eq(report->fail, 1);
        nng_report_free(report);
        nng_model_free(model);
    }
    ck_assert_uint_gt(remainders, 0);
}
END_TEST

START_TEST(zero_weights_and_balanced_classes)
{
    struct nng_model *model = NULL;
    struct nng_override zeros = {"init.scheme", "zeros"};
    ck_assert_int_eq(nng_model_lecture(host, &zeros, 1, &model, NULL), NNG_OK);
    struct nng_report *report = check_of(model, gradient_of(model), true);
    ck_assert(report->vacuous);
    for (size_t t = 0; t < report->tensor_count; t++)
        ck_assert(report->tensors[t].structural);
    ck_assert(noted(report, "the shares of the samples cancel exactly"));
    nng_report_free(report);
    nng_model_free(model);
}
END_TEST

/* ---- it cannot be told ---- */

START_TEST(missing_mean_of_one_sample)
{
    struct nng_model *model = one_layer(3, 2, "tanh");
    double *mean = gradient_of(model);
    model->reduction = NNG_SUM;
    double *sum = gradient_of(model); /* 1/N is missing */
    model->reduction = NNG_MEAN;
    ck_assert_mem_eq(mean, sum, model->parameter_count * sizeof *sum);
    struct nng_report *report = check_of(model, sum, false);
    ck_assert_int_eq(report->verdict, NNG_PASS);
    ck_assert(noted(report, "with one sample (N = 1) a missing or doubled 1/N cannot be seen"));
    nng_report_free(report);
    nng_model_free(model);
}
END_TEST

/* y = W x + b - x/2 makes dL/da = x, and dL/dW = x x' symmetric. */
START_TEST(transposed_symmetric_gradient)
{
    struct nng_model *model = one_layer(3, 3, "identity");
    const double *x = model->data.x;
    for (size_t i = 0; i < 3; i++) {
        double a = model->theta[9 + i];
        for (size_t j = 0; j < 3; j++)
            a += model->theta[3 * i + j] * x[j];
        model->data.y[i] = a - x[i] / 2.0;
    }
    double *right = gradient_of(model), transposed[12];
    memcpy(transposed, right, sizeof transposed);
    for (size_t i = 0; i < 3; i++)
        for (size_t j = 0; j < 3; j++) {
            ck_assert_double_eq_tol(right[3 * i + j], x[i] * x[j], 1e-14);
            transposed[3 * i + j] = right[3 * j + i];
        }
    struct nng_report *report = check_of(model, transposed, false);
    ck_assert_int_eq(report->verdict, NNG_PASS);
    ck_assert(noted(report, "a transposed gradient of W1 could not be told from the right one"));
    nng_report_free(report);

    model->data.y[0] += 1.0; /* no longer symmetric: now it can be told, and nothing is said of it */
    double *other = gradient_of(model);
    report = check_of(model, other, false);
    ck_assert_int_eq(report->verdict, NNG_PASS);
    ck_assert(!noted(report, "transposed"));
    nng_report_free(report);
    nng_model_free(model);
}
END_TEST

/* ---- it hides ---- */

START_TEST(data_loss_under_a_huge_penalty)
{
    struct nng_model *model = small_network("tanh", "softmax", "cross_entropy");
    model->l2 = 1e6;
    double *gradient = gradient_of(model);
    struct nng_report *report = check_of(model, gradient, true);
    ck_assert_uint_eq(report->fail, 0);
    nng_report_free(report);
    model->l2 = 0.0;
    double *data = gradient_of(model);
    model->l2 = 1e6;
    for (size_t p = 0; p < 12; p++) /* the data's part of W1 is 1 % too large: 1e-8 of the whole */
        gradient[p] += 0.01 * data[p];
    report = check_of(model, gradient, true);
    ck_assert_int_eq(report->verdict, NNG_FAIL);
    ck_assert_uint_ge(report->fail, 10);
    for (size_t i = 0; i < report->entry_count; i++)
        if (report->entries[i].verdict == NNG_FAIL) {
            ck_assert_uint_lt(report->entries[i].index, 12);
            ck_assert(report->entries[i].data_failed);
            ck_assert(!report->entries[i].penalty_failed);
        }
    nng_report_free(report);
    nng_model_free(model);
}
END_TEST

START_TEST(one_small_error_in_many_entries)
{
    struct recipe recipe = {.inputs = 30,
                            .depth = 2,
                            .units = {40, 10},
                            .activations = {"tanh", "softmax"},
                            .loss = "cross_entropy",
                            .samples = 8,
                            .weights = 1.0,
                            .data = 1.0,
                            .seed = 33};
    struct nng_model *model = network_new(host, &recipe);
    double *gradient = gradient_of(model);
    gradient[16 * 30 + 2] *= 1.001;
    struct nng_report *report = check_of(model, gradient, false);
    ck_assert_uint_eq(report->fail, 1);
    ck_assert_uint_eq(report->entries[0].index, 16 * 30 + 2);
    ck_assert_uint_eq(report->diagnosis_count, 1);
    ck_assert_str_eq(report->diagnosis[0].tensor, "W1");
    ck_assert_ptr_nonnull(strstr(report->diagnosis[0].message, "1 of 1200 entries is wrong"));
    ck_assert_ptr_nonnull(strstr(report->diagnosis[0].message, "w_1,17,3 is "));
    nng_report_free(report);
    nng_model_free(model);
}
END_TEST

/* ---- numbers that are not quite numbers ---- */

START_TEST(nan_minus_zero_and_denormals)
{
    struct nng_model *model = small_network("relu", "identity", "squared_error");
    model->theta[model->layers[0].biases] = -100.0; /* the first unit is dead: its derivatives are zeros */
    double *gradient = gradient_of(model);
    ck_assert(gradient[0] == 0.0);
    gradient[0] = -0.0;
    gradient[1] = 5e-324;
    struct nng_report *report = check_of(model, gradient, true);
    ck_assert_int_eq(report->entries[0].verdict, NNG_PASS);
    ck_assert_int_ne(report->entries[1].verdict, NNG_FAIL);
    nng_report_free(report);
    gradient[20] = NAN;
    report = check_of(model, gradient, true);
    ck_assert_uint_eq(report->fail, 1);
    ck_assert_int_eq(report->entries[20].verdict, NNG_FAIL);
    ck_assert_uint_eq(report->diagnosis_count, 1);
    nng_report_free(report);
    nng_model_free(model);
}
END_TEST

/* ---- kinks, ties and jumps ---- */

/* relu(0) exactly: any slope between the two is a KINK, one outside of them a FAIL. */
START_TEST(relu_at_zero)
{
    struct nng_model *model = one_layer(1, 1, "relu");
    model->theta[0] = 1.0, model->theta[1] = -0.5, model->data.x[0] = 0.5, model->data.y[0] = -1.0;
    /* dL/db is 0 from the left and 2 (0 + 1) = 2 from the right */
    static const struct {
        double claimed;
        enum nng_verdict verdict;
    } cases[] = {{0.0, NNG_KINK}, {2.0, NNG_KINK}, {1.0, NNG_KINK}, {-0.5, NNG_FAIL}, {4.0, NNG_FAIL}};
    double *gradient = gradient_of(model);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        gradient[1] = cases[i].claimed;
        struct nng_report *report = check_of(model, gradient, true);
        ck_assert_int_eq(report->entries[1].verdict, cases[i].verdict);
        ck_assert_uint_eq(report->diagnosis_count, cases[i].verdict == NNG_FAIL);
        if (cases[i].verdict == NNG_FAIL) /* ours lies at the kink, and is not blamed */
            ck_assert_ptr_nonnull(strstr(report->diagnosis[0].message, "b_11 is "));
        nng_report_free(report);
    }
    nng_model_free(model);
}
END_TEST

/* Two rectifiers that start at the same point in opposite directions: relu(b) - relu(-b) = b has the derivative 1 at
 * b = 0, where the chain rule with relu'(0) = 0 says 0. That is no slope of the loss, and the corner is named. */
START_TEST(corners_that_cancel)
{
    struct recipe recipe = {.inputs = 1,
                            .depth = 3,
                            .units = {1, 2, 1},
                            .activations = {"identity", "relu", "identity"},
                            .loss = "squared_error",
                            .samples = 2,
                            .weights = 1.0,
                            .data = 1.0,
                            .seed = 34};
    struct nng_model *model = network_new(host, &recipe);
    const double theta[] = {0.5, 1.0, -1.0, 1.0, -1.0, 0.0, 0.0, 0.0, 0.25}; /* W1; W2; W3; b1; b2; b3 */
    memcpy(model->theta, theta, sizeof theta);
    ck_assert_uint_eq(model->parameter_count, 9);
    model->data.x[0] = 0.0, model->data.x[1] = 1.0; /* the first sample stands at both corners */
    model->data.y[0] = 1.0, model->data.y[1] = 1.0;
    double *gradient = gradient_of(model);
    /* dL/db_11 is the mean of 2 (0.25 - 1) and 2 (0.75 - 1); the chain rule has only the second */
    ck_assert_double_eq_tol(gradient[5], -0.25, 1e-15);
    struct nng_report *report = check_of(model, gradient, true);
    ck_assert_int_eq(report->entries[5].verdict, NNG_FAIL);
    ck_assert_double_eq_tol(report->entries[5].numeric, -1.0, 1e-9);
    ck_assert_uint_eq(report->diagnosis_count, 1);
    ck_assert_str_eq(report->diagnosis[0].cause, "kink");
    ck_assert_ptr_nonnull(strstr(report->diagnosis[0].message,
                                 "in sample 1 unit 1 of layer 2 stands exactly at the corner of 'relu'; the chain rule "
                                 "through such corners gives b_11 = -0.25, which is no slope of the loss: the "
                                 "differences give -1"));
    nng_report_free(report);
    gradient[5] = -1.0; /* the derivative itself is right, whatever the chain rule says */
    report = check_of(model, gradient, true);
    ck_assert_int_eq(report->entries[5].verdict, NNG_PASS);
    nng_report_free(report);
    nng_model_free(model);
}
END_TEST

/* Jumps up in one sample and down in another: a kink, and no error. */
START_TEST(jumps_both_ways)
{
    for (int l1 = 0; l1 < 2; l1++) {
        struct recipe recipe = {.inputs = 1,
                                .depth = 1,
                                .units = {1},
                                .activations = {"step"},
                                .loss = "squared_error",
                                .samples = 2,
                                .weights = 1.0,
                                .data = 1.0,
                                .seed = 35};
        struct nng_model *two = network_new(host, &recipe);
        two->theta[1] = 0.0;
        two->data.x[0] = two->data.x[1] = 0.0;
        two->data.y[0] = -1.0, two->data.y[1] = 2.0;
        two->l1 = l1 == 0 ? 0.0 : 0.1;
        two->penalize_biases = true;
        struct nng_report *report = check_of(two, gradient_of(two), true);
        ck_assert_uint_eq(report->fail, 0);
        ck_assert_int_eq(report->entries[1].verdict, NNG_KINK);
        nng_report_free(report);
        nng_model_free(two);
    }
}
END_TEST

START_TEST(tied_logits)
{
    struct nng_model *model = small_network("tanh", "softmax", "cross_entropy");
    for (size_t p = model->layers[1].weights; p < model->layers[0].biases; p++)
        model->theta[p] = 0.0;
    model->theta[model->layers[1].biases] = model->theta[model->layers[1].biases + 1] = 0.25;
    struct nng_report *report = check_of(model, gradient_of(model), true);
    ck_assert_int_eq(report->verdict, NNG_PASS);
    ck_assert_uint_eq(report->kink, 0);
    ck_assert(!report->tensors[1].vacuous);
    nng_report_free(report);
    nng_model_free(model);
}
END_TEST

/* The value stops at 1e-2, the slope goes on: never a pass of the unclipped formula. */
START_TEST(clipped_loss)
{
    struct nng_model *model = one_layer(2, 1, "identity");
    model->loss = method_named(host, NNG_LOSS, "clipped_loss");
    double a = model->theta[2] + model->theta[0] * model->data.x[0] + model->theta[1] * model->data.x[1];
    model->data.y[0] = a - 0.05;
    struct nng_report *report = check_of(model, gradient_of(model), true);
    ck_assert_int_eq(report->verdict, NNG_FAIL);
    ck_assert_ptr_nonnull(strstr(report->diagnosis[0].message, "loss 'clipped_loss' is wrong"));
    nng_report_free(report);
    model->data.y[0] = a - 0.5; /* not clipped: fine */
    report = check_of(model, gradient_of(model), true);
    ck_assert_int_eq(report->verdict, NNG_PASS);
    nng_report_free(report);
    nng_model_free(model);
}
END_TEST

START_TEST(loss_that_is_not_deterministic)
{
    struct nng_model *model = small_network("tanh", "identity", "squared_error");
    double *gradient = gradient_of(model);
    model->loss = method_named(host, NNG_LOSS, "random_loss");
    struct nng_check_options options = {.every_entry = true};
    struct nng_report *report = NULL;
    struct nng_error error = {0};
    ck_assert_int_eq(nng_check(model, model->theta, gradient, &options, &report, &error), NNG_NUMERIC);
    ck_assert_ptr_null(report);
    ck_assert_ptr_nonnull(strstr(error.text, "not deterministic: sample 1"));
    nng_model_free(model);
}
END_TEST

/* ---- steps that lead out of where a plugin is defined ---- */

/* Every verdict is a pass, whichever way it is found; and an error of 1e-3 in one entry is seen. */
static void check_near_the_edge(struct nng_model *model, size_t wrong)
{
    struct nng_check_options screened = {.screen = true};
    struct nng_error error = {0};
    double *gradient = gradient_of(model);
    struct nng_report *report = check_of(model, gradient, true);
    ck_assert_uint_eq(report->pass, model->parameter_count);
    nng_report_free(report);
    ck_assert_msg(nng_check(model, model->theta, gradient, &screened, &report, &error) == NNG_OK, "%s", error.text);
    ck_assert_int_eq(report->verdict, NNG_PASS);
    nng_report_free(report);
    gradient[wrong] *= 1.001;
    report = check_of(model, gradient, true);
    ck_assert_uint_eq(report->fail, 1);
    ck_assert_int_eq(report->entries[wrong].verdict, NNG_FAIL);
    nng_report_free(report);
}

/* A loss that is log yhat, and yhat so small that steps of the weights make it negative. W1, W2: what the random
 * weights are multiplied by; yhat is about `bias`. */
static void check_log_near_zero(const char *hidden, const char *loss, double W1, double W2, double bias)
{
    struct recipe recipe = {.inputs = 2,
                            .depth = 2,
                            .units = {3, 2},
                            .activations = {hidden, "identity"},
                            .loss = loss,
                            .samples = 6,
                            .weights = 1.0,
                            .data = 1.0,
                            .seed = 33};
    struct nng_model *model = network_new(host, &recipe);
    for (size_t k = 0; k < 6; k++) {
        model->theta[model->layers[0].weights + k] *= W1;
        model->theta[model->layers[1].weights + k] *= W2;
    }
    for (size_t i = 0; i < 3; i++)
        model->theta[model->layers[0].biases + i] *= W1;
    model->theta[model->layers[1].biases] = model->theta[model->layers[1].biases + 1] = bias;
    check_near_the_edge(model, model->layers[1].weights + 1);
    nng_model_free(model);
}

/* Two probes in one batch: the second one is refused, the first one is as if it were alone. */
START_TEST(refused_steps_have_no_values)
{
    struct nng_model *model = small_network("tanh", "identity", "binary_cross_entropy");
    size_t N = model->data.samples, K = model->outputs, index = model->layers[1].biases;
    for (size_t k = 0; k < 8; k++)
        model->theta[model->layers[1].weights + k] *= 1e-3;
    model->theta[index] = model->theta[index + 1] = 0.5;
    struct nng_prober *prober = NULL;
    struct nng_bench *bench = NULL;
    struct nng_probed probed;
    const struct nng_probe probes[] = {{index, 0.1}, {index, 0.7}}, others[] = {{index, 0.01}, {index, 0.02}};
    ck_assert_int_eq(nng_prober_new(model, model->theta, model->data.x, model->data.y, N, &prober, NULL), NNG_OK);
    ck_assert_int_eq(nng_bench_new(prober, 2, 2, &bench, NULL), NNG_OK);
    double alone[5], moved[2 * 5 * 2];
    ck_assert(N == 5 && K == 2);
    ck_assert_int_eq(nng_probe(prober, bench, probes, 1, &probed, NULL), NNG_OK);
    memcpy(alone, probed.values, sizeof alone);
    ck_assert_int_eq(nng_probe(prober, bench, probes, 2, &probed, NULL), NNG_OK);
    for (size_t n = 0; n < N; n++)
        ck_assert(probed.values[n] == alone[n] && isnan(probed.values[N + n]));

    ck_assert_int_eq(nng_probe(prober, bench, others, 2, &probed, NULL), NNG_OK);
    const double *values = NULL, *base = prober->pass->a[2];
    for (size_t k = 0; k < N * K; k++) {
        moved[k] = base[k] + (k % K == 0 ? 0.1 : 0.0);
        moved[N * K + k] = base[k] + 0.7;
    }
    ck_assert_int_eq(nng_probe_losses(prober, bench, moved, 2, &values, NULL), NNG_OK);
    for (size_t n = 0; n < N; n++)
        ck_assert(fabs(values[n] - alone[n]) <= 1e-15 * fabs(alone[n]) && isnan(values[N + n]));
    nng_bench_free(bench);
    nng_prober_free(prober);
    nng_model_free(model);

    model = small_network("root", "identity", "squared_error"); /* refused before it comes to outputs */
    const double *outputs = NULL;
    const uint64_t *branches = NULL;
    for (size_t i = 0; i < 4; i++)
        model->theta[model->layers[0].biases + i] = 10.0;
    const struct nng_probe below[] = {{model->layers[0].biases, 1.0}, {model->layers[0].biases, -20.0}};
    ck_assert_int_eq(nng_prober_new(model, model->theta, model->data.x, model->data.y, N, &prober, NULL), NNG_OK);
    ck_assert_int_eq(nng_bench_new(prober, 1, 2, &bench, NULL), NNG_OK);
    ck_assert_int_eq(nng_probe_outputs(prober, bench, below, 2, &outputs, &branches, NULL), NNG_OK);
    for (size_t k = 0; k < 2 * N * K; k++)
        ck_assert(isnan(outputs[k]));
    ck_assert_int_eq(nng_probe_outputs(prober, bench, below, 1, &outputs, &branches, NULL), NNG_OK);
    for (size_t k = 0; k < N * K; k++)
        ck_assert(isfinite(outputs[k]));
    nng_bench_free(bench);
    nng_prober_free(prober);
    nng_model_free(model);
}
END_TEST

/* A network of three layers at whose kinks samples are judged one by one, through outputs near the edge. */
START_TEST(kinks_near_the_edge)
{
    struct recipe recipe = {.inputs = 2,
                            .depth = 3,
                            .units = {8, 5, 1},
                            .activations = {"relu", "relu", "identity"},
                            .loss = "kl_divergence",
                            .samples = 30,
                            .weights = 1.0,
                            .data = 1.0,
                            .seed = 11};
    struct nng_model *model = network_new(host, &recipe);
    for (size_t k = 0; k < model->parameter_count; k++)
        model->theta[k] *= 0.03;
    model->theta[model->parameter_count - 1] = 0.015;
    struct nng_report *report = check_of(model, gradient_of(model), true);
    ck_assert_uint_eq(report->fail, 0);
    ck_assert_uint_le(report->inconclusive, 1);
    nng_report_free(report);
    nng_model_free(model);
}
END_TEST

START_TEST(outputs_near_the_edge)
{
    static const char *const losses[] = {"binary_cross_entropy", "kl_divergence", "cross_entropy"};
    for (size_t i = 0; i < 3; i++) {
        check_log_near_zero("tanh", losses[i], 1.0, 1e-4, 0.0015);
        check_log_near_zero("tanh", losses[i], 1.0, 1e-9, 2e-8); /* the shortest steps of the screen are too long */
        check_log_near_zero("relu", losses[i], 1.0, 1e-4, 0.0015);
        check_log_near_zero("relu", losses[i], 0.01, 1.0, 0.03); /* its kinks make samples be judged one by one */
    }
}
END_TEST

/* An activation that refuses what is below zero, in the first layer and above it. */
START_TEST(sums_near_the_edge)
{
    struct nng_model *model = small_network("root", "root", "squared_error");
    for (size_t k = 0; k < model->parameter_count; k++)
        model->theta[k] *= 1e-3;
    for (size_t i = 0; i < 4; i++)
        model->theta[model->layers[0].biases + i] = 0.01;
    for (size_t i = 0; i < 2; i++)
        model->theta[model->layers[1].biases + i] = 0.001;
    check_near_the_edge(model, model->layers[1].weights + 1);
    nng_model_free(model);
}
END_TEST

RUN_SUITE_BETWEEN("adversarial", set_up, tear_down, dead_relu_layer, dead_relu_layer_under_a_penalty, saturated_layer,
                  equal_outgoing_weights, equal_outgoing_weights_leave_rounding, zero_weights_and_balanced_classes,
                  missing_mean_of_one_sample, transposed_symmetric_gradient, data_loss_under_a_huge_penalty,
                  one_small_error_in_many_entries, nan_minus_zero_and_denormals, relu_at_zero, corners_that_cancel,
                  jumps_both_ways, tied_logits, clipped_loss, loss_that_is_not_deterministic,
                  refused_steps_have_no_values, kinks_near_the_edge, outputs_near_the_edge, sums_near_the_edge)
