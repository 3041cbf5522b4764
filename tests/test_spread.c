/* test_spread.c - the samples' own gradients, against the formula of a single neuron and two-pass sums. */
#include "support.h"

#include <math.h>

#include "networks.h"

static struct nng_host *host;

static void set_up(void)
{
    ck_assert_int_eq(nng_host_new(NULL, 0, &host, NULL), NNG_OK);
}

static void tear_down(void)
{
    nng_host_free(host);
}

static struct recipe neuron(unsigned long seed, size_t samples)
{
    return (struct recipe){.inputs = 3,
                           .depth = 1,
                           .units = {1},
                           .activations = {"identity"},
                           .loss = "squared_error",
                           .samples = samples,
                           .weights = 1.0,
                           .data = 2.0,
                           .seed = seed};
}

/* L_n = (a_n - y_n)^2: dL_n/dw_p = 2 (a_n - y_n) z_p with z = (x, 1), whatever the reduction and the penalty. */
static double slope(const struct nng_model *model, size_t n, size_t p)
{
    const double *x = model->data.x + n * 3, z[4] = {x[0], x[1], x[2], 1.0};
    double a = 0.0;
    for (size_t k = 0; k < 4; k++)
        a += model->theta[k] * z[k];
    return 2.0 * (a - model->data.y[n]) * z[p];
}

START_TEST(test_neuron)
{
    for (unsigned long seed = 1; seed <= 20; seed++) {
        struct recipe recipe = neuron(seed, 9);
        recipe.reduction = seed % 2 == 0 ? NNG_SUM : NNG_MEAN;
        struct nng_model *model = network_new(host, &recipe);
        model->l2 = 0.5;
        struct nng_spread *spread = NULL;
        ck_assert_int_eq(nng_spread(model, model->theta, &spread, NULL), NNG_OK);
        ck_assert_uint_eq(spread->samples, 9);
        for (size_t p = 0; p < 4; p++) {
            double mean = 0.0, squares = 0.0;
            size_t lowest = 0, highest = 0;
            for (size_t n = 0; n < 9; n++) {
                mean += slope(model, n, p) / 9.0;
                lowest = slope(model, n, p) < slope(model, lowest, p) ? n : lowest;
                highest = slope(model, n, p) > slope(model, highest, p) ? n : highest;
            }
            for (size_t n = 0; n < 9; n++)
                squares += (slope(model, n, p) - mean) * (slope(model, n, p) - mean);
            ck_assert_double_eq_tol(spread->mean[p], mean, 1e-12);
            ck_assert_double_eq_tol(spread->deviation[p], sqrt(squares / 8.0), 1e-11);
            ck_assert_uint_eq(spread->lowest_sample[p], lowest);
            ck_assert_uint_eq(spread->highest_sample[p], highest);
            ck_assert_double_eq_tol(spread->lowest[p], slope(model, lowest, p), 1e-12);
            ck_assert_double_eq_tol(spread->highest[p], slope(model, highest, p), 1e-12);
        }
        nng_spread_free(spread);
        nng_model_free(model);
    }
}
END_TEST

START_TEST(test_one_sample)
{
    struct recipe recipe = neuron(1, 1);
    struct nng_model *model = network_new(host, &recipe);
    struct nng_spread *spread = NULL;
    struct nng_error error = {0};
    ck_assert_int_eq(nng_spread(model, model->theta, &spread, &error), NNG_INPUT);
    ck_assert_str_eq(error.text, "one sample has no spread: its gradient is the gradient");
    ck_assert_ptr_null(spread);
    nng_model_free(model);
}
END_TEST

RUN_SUITE_BETWEEN("spread", set_up, tear_down, test_neuron, test_one_sample)
