/* test_rates.c - how often the check is wrong, over random networks of several activations, losses, depths, and scales
 * of weights and data from 1e-3 to 1e3: no FAIL of a correct gradient, no PASS of an error above the resolution that
 * the report states, and few INCONCLUSIVE. Prints the rates. */
#include "support.h"

#include <stdio.h>

#include "networks.h"

/* The last of them are too large for what a small network gets: sharper bounds, and the complex step at every entry. */
enum { NETWORKS = 294 + 14, LARGE = 294 };

static struct nng_model *random_network(struct nng_host *host, unsigned long number)
{
    static const char *const hidden[] = {"tanh", "relu", "sigmoid", "leaky_relu", "softmax"};
    static const char *const pairs[][2] = {{"softmax", "cross_entropy"},
                                           {"sigmoid", "binary_cross_entropy"},
                                           {"identity", "squared_error"},
                                           {"tanh", "mean_squared_error"}};
    static const double scales[] = {1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1e3};
    bool large = number > LARGE;
    unsigned long seed = large ? 23 * (number - LARGE) : number; /* all scales of both, a few of each */
    const char *h = hidden[seed % 5];
    size_t pair = seed / 5 % 4, more = large ? 8 : 0;
    struct recipe recipe = {.inputs = 2 + seed % 7 + more,
                            .depth = 1 + seed / 3 % 4,
                            .units = {3 + seed % 6 + more, 4 + seed % 5 + more, 3 + seed % 4, 3},
                            .activations = {h, h, h, h},
                            .loss = pairs[pair][1],
                            .unfused = seed % 11 == 0,
                            .samples = (1 + seed * 7 % 32) * (large ? 24 : 1),
                            .weights = scales[seed % 7],
                            .data = scales[seed / 7 % 7],
                            .reduction = seed % 2 == 0 ? NNG_MEAN : NNG_SUM,
                            .seed = seed};
    recipe.activations[recipe.depth - 1] = pairs[pair][0];
    return network_new(host, &recipe);
}

/* Networks without a kink, but with second derivatives that jump near where the sums are: no branch tells of that. */
static struct nng_model *bent_network(struct nng_host *host, unsigned long seed)
{
    static const char *const activations[] = {"elu", "elu", "tanh", "gelu"};
    static const char *const losses[] = {"huber", "squared_hinge", "squared_error"};
    static const double scales[] = {1e-3, 1e-2, 0.1, 1.0, 10.0};
    struct recipe recipe = {
        .inputs = 1 + seed % 4,
        .depth = 1 + seed / 4 % 3,
        .units = {1 + seed / 2 % 6, 1 + seed / 3 % 6, 1 + seed / 5 % 6},
        .activations = {activations[seed / 3 % 4], activations[seed / 7 % 4], activations[seed / 11 % 4]},
        .loss = losses[seed % 3],
        .samples = 1 + seed * 7 % 30,
        .weights = 1.0,
        .data = scales[seed / 3 % 5],
        .reduction = NNG_MEAN,
        .seed = seed};
    struct nng_model *model = network_new(host, &recipe);
    for (size_t p = model->layers[0].biases; seed % 2 == 0 && p < model->parameter_count; p++)
        model->theta[p] = 0.0;
    return model;
}

/* nng_check, or NULL where the loss itself is not finite (saturated and unfused). */
static struct nng_report *try_check(struct nng_model *model, const double *gradient)
{
    struct nng_check_options options = {.every_entry = true};
    struct nng_report *report = NULL;
    struct nng_error error = {0};
    enum nng_status status = nng_check(model, model->theta, gradient, &options, &report, &error);
    require(status == NNG_OK || status == NNG_NUMERIC, error.text);
    return report;
}

static void check_correct_gradients(struct nng_model *network(struct nng_host *host, unsigned long number),
                                    const char *name, unsigned long count)
{
    struct nng_host *host = NULL;
    size_t entries = 0, fails = 0, open = 0, kinks = 0, networks = 0, infinite = 0;
    ck_assert_int_eq(nng_host_new(NULL, 0, &host, NULL), NNG_OK);
    for (unsigned long seed = 1; seed <= count; seed++) {
        struct nng_model *model = network(host, seed);
        struct nng_report *report = try_check(model, gradient_of(model));
        if (report == NULL)
            infinite++;
        else {
            networks++;
            entries += report->entry_count;
            fails += report->fail;
            open += report->inconclusive;
            kinks += report->kink;
            for (size_t i = 0; i < report->entry_count; i++)
                if (report->entries[i].verdict == NNG_FAIL)
                    printf("seed %lu: entry %zu: %.17g against %.17g +- %g, complex %g\n", seed,
                           report->entries[i].index, report->entries[i].analytic, report->entries[i].numeric,
                           report->entries[i].uncertainty, report->entries[i].complex_step);
        }
        nng_report_free(report);
        nng_model_free(model);
    }
    printf("%zu %s networks (%zu more have an infinite loss), %zu entries: %zu false FAIL, %.2f %% INCONCLUSIVE, %zu "
           "KINK\n",
           networks, name, infinite, entries, fails, 100.0 * (double)open / (double)entries, kinks);
    fflush(stdout);
    ck_assert_uint_ge(networks, 200);
    ck_assert_uint_eq(fails, 0);
    ck_assert_double_le((double)open, 0.02 * (double)entries);
    nng_host_free(host);
}

START_TEST(correct_gradients_are_not_accused)
{
    check_correct_gradients(random_network, "random", NETWORKS);
}
END_TEST

START_TEST(jumps_of_second_derivatives_accuse_nobody)
{
    check_correct_gradients(bent_network, "bent", 600);
}
END_TEST

START_TEST(errors_above_the_resolution_never_pass)
{
    struct nng_host *host = NULL;
    size_t planted = 0, caught = 0, missed = 0;
    ck_assert_int_eq(nng_host_new(NULL, 0, &host, NULL), NNG_OK);
    for (unsigned long seed = 1; seed <= NETWORKS; seed++) {
        struct nng_model *model = random_network(host, seed);
        double *gradient = gradient_of(model);
        struct nng_report *before = try_check(model, gradient);
        if (before == NULL) {
            nng_model_free(model);
            continue;
        }
        double *resolution = calloc(model->parameter_count, sizeof *resolution);
        double *wrong = malloc(model->parameter_count * sizeof *wrong);
        for (size_t p = 0; p < model->parameter_count; p++) {
            const struct nng_entry *e = &before->entries[p];
            resolution[p] = before->tensors[nng_tensor_of(model, p)].resolution * e->tolerance / e->relative;
            wrong[p] = gradient[p];
            if (p % 3 == seed % 3 && e->verdict == NNG_PASS && gradient[p] != 0.0)
                wrong[p] += (seed % 2 == 0 ? 1.01 : -1.01) * resolution[p];
        }
        struct nng_report *after = try_check(model, wrong);
        for (size_t p = 0; p < model->parameter_count; p++)
            if (wrong[p] != gradient[p]) {
                planted++;
                caught += after->entries[p].verdict == NNG_FAIL;
                missed += after->entries[p].verdict == NNG_PASS;
            }
        free(resolution);
        free(wrong);
        nng_report_free(before);
        nng_report_free(after);
        nng_model_free(model);
    }
    printf("%zu errors just above the stated resolution: %zu FAIL, %zu PASS\n", planted, caught, missed);
    fflush(stdout);
    ck_assert_uint_gt(planted, 2000);
    ck_assert_uint_eq(missed, 0);
    ck_assert_uint_ge(caught * 100, planted * 95);
    nng_host_free(host);
}
END_TEST

RUN_SUITE("rates", correct_gradients_are_not_accused, jumps_of_second_derivatives_accuse_nobody,
          errors_above_the_resolution_never_pass)
