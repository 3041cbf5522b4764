/* test_check.c - the check of networks at the edges: dead units, the kink of an l1 penalty, a loss that is infinite;
 * and that its memory is bounded. */
#include "support.h"

#include <stdio.h>
#include <unistd.h>

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
    return network_new(host, &recipe);
}

static void open_host(void)
{
    ck_assert_int_eq(nng_host_new(NULL, 0, &host, NULL), NNG_OK);
}

static void close_host(void)
{
    nng_host_free(host);
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

/* ---- memory ---- */

static long resident_bytes(void)
{
    long pages = 0, resident = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file != NULL && fscanf(file, "%ld %ld", &pages, &resident) != 2)
        resident = 0;
    if (file != NULL)
        fclose(file);
    return resident * sysconf(_SC_PAGESIZE);
}

static bool note_most(void *context, double fraction)
{
    long *most = context, now = resident_bytes();
    (void)fraction;
    *most = now > *most ? now : *most;
    return true;
}

/* Thousands of samples on eight threads: each would take 4 kB a sample for the ladders of its own. */
START_TEST(memory_is_bounded)
{
    struct recipe recipe = {.inputs = 2,
                            .depth = 2,
                            .units = {16, 1},
                            .activations = {"relu", "identity"},
                            .loss = "squared_error",
                            .samples = 6000,
                            .weights = 1.0,
                            .data = 1.0,
                            .seed = 1};
    struct nng_model *model = network_new(host, &recipe);
    double *gradient = gradient_of(model);
    long before = resident_bytes(), most = before;
    struct nng_check_options options = {
        .threads = 8, .memory = (size_t)32 << 20, .every_entry = true, .progress = note_most, .context = &most};
    struct nng_report *report = NULL;
    ck_assert_int_eq(nng_check(model, model->theta, gradient, &options, &report, NULL), NNG_OK);
#ifndef __SANITIZE_ADDRESS__
    ck_assert_int_lt(most - before, 80L << 20); /* all eight: 200 MiB */
#endif
    ck_assert_int_eq(report->verdict, NNG_PASS);
    nng_report_free(report);
    nng_model_free(model);
}
END_TEST

RUN_SUITE_BETWEEN("check", open_host, close_host, memory_is_bounded, dead_layer_with_a_live_gradient_fails, l1_at_zero,
                  infinite_loss_names_its_place)
