/* test_check.c - the check of networks at the edges: dead units, the kink of an l1 penalty, a loss that is infinite. */
#include "support.h"

#include <stdio.h>

#include "networks.h"

static struct nng_host *host;

static struct nng_model *small_network(const char *hidden, const char *output, const char *loss, size_t samples)
{
    struct recipe recipe = {.inputs = 3,
                            .depth = 2,
                            .units = {3, 2},
                            .activations = {hidden, output},
                            .loss = loss,
                            .samples = samples,
                            .weights = 1.0,
                            .data = 1.0,
                            .seed = 4};
    if (host == NULL)
        ck_assert_int_eq(nng_host_new(NULL, 0, &host, NULL), NNG_OK);
    return network_new(host, &recipe);
}

static enum nng_verdict verdict_of(struct nng_model *model, const double *gradient, size_t index)
{
    struct nng_report *report = check_of(model, gradient, true);
    enum nng_verdict verdict = report->entries[index].verdict;
    nng_report_free(report);
    return verdict;
}

/* A derivative of 1e-3 where everything is dead is not "too small to tell". */
START_TEST(dead_layer_with_a_live_gradient_fails)
{
    struct nng_model *model = small_network("relu", "softmax", "cross_entropy", 5);
    for (size_t i = 0; i < 3; i++)
        model->theta[model->layers[0].biases + i] = -100.0;
    double *gradient = gradient_of(model);
    gradient[2] = 1e-3;
    ck_assert_int_eq(verdict_of(model, gradient, 2), NNG_FAIL);
    nng_model_free(model);
}
END_TEST

/* The l1 penalty has its kink at w = 0. */
START_TEST(l1_at_zero)
{
    struct nng_model *model = small_network("tanh", "identity", "squared_error", 3);
    model->l1 = 0.5;
    model->theta[0] = 0.0;
    double *gradient = gradient_of(model), right = gradient[0];
    ck_assert_int_eq(verdict_of(model, gradient, 0), NNG_KINK);
    gradient[0] = right + 0.4;
    ck_assert_int_eq(verdict_of(model, gradient, 0), NNG_KINK);
    gradient[0] = right + 0.6;
    ck_assert_int_eq(verdict_of(model, gradient, 0), NNG_FAIL);
    nng_model_free(model);
}
END_TEST

START_TEST(infinite_loss_names_its_place)
{
    struct nng_model *model = small_network("tanh", "identity", "squared_error", 3);
    double *gradient = gradient_of(model);
    struct nng_check_options options = {0};
    struct nng_report *report = NULL;
    struct nng_error error = {0};
    model->theta[model->layers[1].biases] = 1e200;
    ck_assert_int_eq(nng_check(model, model->theta, gradient, &options, &report, &error), NNG_NUMERIC);
    ck_assert_ptr_nonnull(strstr(error.text, "sample 1"));
    model->theta[model->layers[0].biases] = INFINITY;
    model->theta[model->layers[1].biases] = -INFINITY;
    ck_assert_int_eq(nng_check(model, model->theta, gradient, &options, &report, &error), NNG_NUMERIC);
    ck_assert_ptr_nonnull(strstr(error.text, "layer 1"));
    nng_model_free(model);
}
END_TEST

RUN_SUITE("check", dead_layer_with_a_live_gradient_fails, l1_at_zero, infinite_loss_names_its_place)
