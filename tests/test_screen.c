/* test_screen.c - screening by random directions: a right gradient is certified; a wrong entry of somebody else's is
 * found by its index; a wrong backward function of our own is seen. */
#include "support.h"

#include <stdio.h>

#include "networks.h"

static struct nng_model *new_network(struct nng_host *host, const char *hidden)
{
    struct recipe recipe = {.inputs = 30,
                            .depth = 3,
                            .units = {40, 25, 6},
                            .activations = {hidden, hidden, "softmax"},
                            .loss = "cross_entropy",
                            .samples = 20,
                            .weights = 1.0,
                            .data = 1.0,
                            .seed = 11};
    struct nng_model *model = network_new(host, &recipe);
    model->l2 = 0.01;
    return model;
}

static struct nng_report *screen(struct nng_model *model, const double *gradient)
{
    struct nng_check_options options = {.screen = true};
    struct nng_report *report = NULL;
    struct nng_error error = {0};
    ck_assert_msg(nng_check(model, model->theta, gradient, &options, &report, &error) == NNG_OK, "%s", error.text);
    ck_assert(report->screened);
    ck_assert_uint_eq(report->pass + report->fail + report->kink + report->inconclusive, model->parameter_count);
    return report;
}

START_TEST(right_gradients_are_certified)
{
    static const char *const hidden[] = {"tanh", "relu", "sigmoid", "leaky_relu"};
    struct nng_host *host = NULL;
    ck_assert_int_eq(nng_host_new(NULL, 0, &host, NULL), NNG_OK);
    for (size_t i = 0; i < 4; i++) {
        struct nng_model *model = new_network(host, hidden[i]);
        struct nng_report *report = screen(model, gradient_of(model));
        ck_assert_msg(report->verdict == NNG_PASS, "%s: %s", hidden[i], nng_verdict_name(report->verdict));
        ck_assert_uint_eq(report->entry_count, 0);
        ck_assert_double_gt(report->tensors[0].resolution, 1e-6);
        ck_assert_double_lt(report->tensors[0].resolution, 1e-2);
        nng_report_free(report);
        nng_model_free(model);
    }
    nng_host_free(host);
}
END_TEST

START_TEST(one_wrong_entry_is_named)
{
    struct nng_host *host = NULL;
    ck_assert_int_eq(nng_host_new(NULL, 0, &host, NULL), NNG_OK);
    struct nng_model *model = new_network(host, "tanh");
    double *gradient = gradient_of(model), right = 0.0;
    static const size_t planted[] = {0, 777, 1999, 2300};
    for (size_t i = 0; i < 4; i++) {
        size_t p = planted[i];
        right = gradient[p];
        gradient[p] = i == 3 ? NAN : right * 1.001 + 1e-5;
        struct nng_report *report = screen(model, gradient);
        ck_assert_int_eq(report->verdict, NNG_FAIL);
        ck_assert_uint_eq(report->fail, 1);
        ck_assert_uint_eq(report->entries[0].index, p);
        ck_assert_double_eq_tol(report->entries[0].numeric, right, 1e-8);
        nng_report_free(report);
        gradient[p] = right;
    }
    nng_model_free(model);
    nng_host_free(host);
}
END_TEST

START_TEST(a_gradient_that_is_wrong_everywhere_fails)
{
    struct nng_host *host = NULL;
    ck_assert_int_eq(nng_host_new(NULL, 0, &host, NULL), NNG_OK);
    struct nng_model *model = new_network(host, "tanh");
    double *gradient = gradient_of(model);
    for (size_t p = 0; p < model->parameter_count; p++)
        gradient[p] *= 2.0;
    struct nng_report *report = screen(model, gradient);
    ck_assert_int_eq(report->verdict, NNG_FAIL);
    ck_assert_uint_ge(report->fail, 1900);
    nng_report_free(report);
    nng_model_free(model);
    nng_host_free(host);
}
END_TEST

/* tanh whose backward function forgets the square: 1 - h for 1 - h^2 */
static enum nng_plugin_status wrong_backward(const double *parameters, size_t rows, size_t cols, const double *a,
                                             const double *h, const double *dh, double *da,
                                             struct nng_diagnostic *diagnostic)
{
    (void)parameters;
    (void)a;
    (void)diagnostic;
    for (size_t i = 0; i < rows * cols; i++)
        da[i] = dh[i] * (1.0 - h[i]);
    return NNG_PLUGIN_OK;
}

START_TEST(a_wrong_backward_function_is_seen)
{
    struct nng_host *host = NULL;
    ck_assert_int_eq(nng_host_new(NULL, 0, &host, NULL), NNG_OK);
    struct nng_model *model = new_network(host, "tanh");
    struct nng_activation activation = *model->layers[0].activation.plugin->activation;
    struct nng_plugin plugin = *model->layers[0].activation.plugin;
    activation.backward = wrong_backward;
    plugin.activation = &activation;
    model->layers[0].activation.plugin = &plugin;
    struct nng_report *report = screen(model, gradient_of(model));
    ck_assert_int_eq(report->verdict, NNG_FAIL);
    ck_assert_uint_ge(report->tensors[0].fail, 100); /* W1, b1 are spoiled; W2, W3, b2, b3 are right */
    ck_assert_uint_eq(report->tensors[1].fail, 0);
    ck_assert_uint_eq(report->tensors[2].fail, 0);
    nng_report_free(report);
    nng_model_free(model);
    nng_host_free(host);
}
END_TEST

RUN_SUITE("screen", right_gradients_are_certified, one_wrong_entry_is_named, a_gradient_that_is_wrong_everywhere_fails,
          a_wrong_backward_function_is_seen)
