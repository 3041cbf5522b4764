/* test_calculus.c - forward, backward, probes and complex step: every activation with every loss, depths 1 to 4, fused
 * and apart, against differences and the complex step; stacked probes against whole passes. */
#include "support.h"

#include <float.h>
#include <stdio.h>

#include "calculus/forward.h"
#include "calculus/probe.h"
#include "networks.h"

static struct nng_host *new_host(void)
{
    struct nng_host *host = NULL;
    ck_assert_int_eq(nng_host_new(NULL, 0, &host, NULL), NNG_OK);
    return host;
}

/* Can this output activation feed this loss at random points? Its range must lie within the loss's domain, and a loss
 * of probabilities is infinite where a ReLU is 0. */
static bool fits(const struct nng_plugin *activation, const struct nng_plugin *loss)
{
    bool probabilities = loss->loss->target == NNG_TARGET_DISTRIBUTION || loss->loss->target == NNG_TARGET_UNIT;
    return activation->activation->h_min >= loss->loss->yhat_min &&
           activation->activation->h_max <= loss->loss->yhat_max &&
           !(probabilities && activation->activation->branch != NULL);
}

START_TEST(every_activation_with_every_loss)
{
    struct nng_host *host = new_host();
    struct nng_listing *activations = NULL, *losses = NULL;
    size_t activation_count = 0, loss_count = 0, networks = 0, entries = 0, witnesses = 0, open = 0;
    ck_assert_int_eq(nng_host_list(host, NNG_ACTIVATION, &activations, &activation_count, NULL), NNG_OK);
    ck_assert_int_eq(nng_host_list(host, NNG_LOSS, &losses, &loss_count, NULL), NNG_OK);
    ck_assert_uint_ge(activation_count, 6);
    ck_assert_uint_ge(loss_count, 4);
    for (size_t a = 0; a < activation_count; a++)
        ck_assert_msg(activations[a].method.plugin != NULL, "%s", activations[a].problem.text);
    for (size_t f = 0; f < loss_count; f++)
        ck_assert_msg(losses[f].method.plugin != NULL, "%s", losses[f].problem.text);
    for (size_t a = 0; a < activation_count; a++)
        for (size_t f = 0; f < loss_count; f++)
            for (size_t depth = 1; depth <= 4; depth++)
                for (int variant = 0; variant < 4; variant++) {
                    const struct nng_plugin *hidden = activations[a].method.plugin, *loss = losses[f].method.plugin;
                    const char *output = fits(hidden, loss) && variant < 2               ? hidden->name
                                         : loss->loss->target == NNG_TARGET_DISTRIBUTION ? "softmax"
                                                                                         : "sigmoid";
                    struct recipe recipe = {.inputs = 3,
                                            .depth = depth,
                                            .units = {4, 3, 5, 2},
                                            .loss = loss->name,
                                            .unfused = variant % 2 == 1,
                                            .samples = 5,
                                            .weights = 1.0,
                                            .data = 1.0,
                                            .notation = variant / 2 == 0 ? NNG_OUT_IN : NNG_IN_OUT,
                                            .reduction = variant % 2 == 0 ? NNG_MEAN : NNG_SUM,
                                            .seed = 1 + a + 10 * f + 100 * depth};
                    for (size_t l = 0; l < depth; l++)
                        recipe.activations[l] = l + 1 < depth ? hidden->name : output;
                    struct nng_model *model = network_new(host, &recipe);
                    struct nng_report *report = check_of(model, gradient_of(model), true);
                    for (size_t i = 0; i < report->entry_count; i++) {
                        const struct nng_entry *e = &report->entries[i];
                        open += e->verdict == NNG_INCONCLUSIVE;
                        ck_assert_msg(e->verdict != NNG_FAIL,
                                      "%s, %s, %s, depth %zu, variant %d: entry %zu is %s: %.17g and %.17g +- %g",
                                      hidden->name, output, loss->name, depth, variant, e->index,
                                      nng_verdict_name(e->verdict), e->analytic, e->numeric, e->uncertainty);
                        if (!isnan(e->complex_step)) {
                            double size = fmax(fabs(e->analytic), fabs(e->complex_step));
                            ck_assert_double_le(fabs(e->analytic - e->complex_step), 1e-12 * size + 1e-14);
                            witnesses++;
                        }
                    }
                    networks++;
                    entries += report->entry_count;
                    nng_report_free(report);
                    nng_model_free(model);
                }
    printf("%zu networks, %zu entries, %zu with the complex step\n", networks, entries, witnesses);
    ck_assert_uint_gt(witnesses, entries / 4);
    ck_assert_uint_le(open, entries / 1000); /* tiny derivatives beside kinks, with no complex form to decide */
    nng_host_free(host);
}
END_TEST

/* A loss per sample by a whole pass at theta + step: what stacked probes must agree with. */
static void naive(struct nng_model *model, struct nng_pass *pass, size_t index, double step, double *values)
{
    double kept = model->theta[index];
    model->theta[index] = kept + step;
    ck_assert_int_eq(nng_forward(model, model->theta, model->data.x, model->data.y, model->data.samples, pass, NULL),
                     NNG_OK);
    memcpy(values, pass->values, model->data.samples * sizeof *values);
    model->theta[index] = kept;
}

START_TEST(probes_equal_whole_passes)
{
    struct nng_host *host = new_host();
    static const char *const hidden[] = {"tanh", "relu", "softmax", "sigmoid", "identity"};
    for (unsigned long seed = 1; seed <= 40; seed++) {
        const char *h = hidden[seed % 5];
        struct recipe recipe = {.inputs = 1 + seed % 6,
                                .depth = 1 + seed % 4,
                                .units = {2 + seed % 5, 3, 4, 2 + seed % 3},
                                .activations = {h, h, h, h},
                                .loss = seed % 2 == 0 ? "squared_error" : "cross_entropy",
                                .samples = 1 + seed % 7,
                                .weights = 1.5,
                                .data = 1.0,
                                .seed = seed};
        recipe.activations[recipe.depth - 1] = seed % 2 == 0 ? "identity" : "softmax";
        struct nng_model *model = network_new(host, &recipe);
        struct nng_prober *prober = NULL;
        struct nng_bench *bench = NULL;
        struct nng_pass *pass = NULL;
        size_t N = recipe.samples;
        ck_assert_int_eq(nng_prober_new(model, model->theta, model->data.x, model->data.y, N, &prober, NULL), NNG_OK);
        ck_assert_int_eq(nng_pass_new(model, N, &pass, NULL), NNG_OK);
        double *expected = malloc(N * sizeof *expected);
        for (size_t t = 0; t < nng_tensor_count(model); t++) {
            struct nng_tensor tensor = nng_tensor(model, t);
            ck_assert_int_eq(nng_bench_new(prober, tensor.layer, 8, &bench, NULL), NNG_OK);
            for (size_t from = 0; from < tensor.count; from += 4) {
                struct nng_probe probes[8];
                size_t count = 0;
                struct nng_probed probed;
                for (size_t i = from; i < tensor.count && i < from + 4; i++) {
                    probes[count++] = (struct nng_probe){tensor.offset + i, 0.125};
                    probes[count++] = (struct nng_probe){tensor.offset + i, -0.03125};
                }
                ck_assert_int_eq(nng_probe(prober, bench, probes, count, &probed, NULL), NNG_OK);
                for (size_t p = 0; p < count; p++) {
                    naive(model, pass, probes[p].index, probes[p].step, expected);
                    for (size_t n = 0; n < N; n++)
                        ck_assert_double_le(fabs(probed.values[p * N + n] - expected[n]),
                                            1e-13 * fmax(1.0, fabs(expected[n])));
                }
            }
            nng_bench_free(bench);
        }
        free(expected);
        nng_pass_free(pass);
        nng_prober_free(prober);
        nng_model_free(model);
    }
    nng_host_free(host);
}
END_TEST

START_TEST(same_bits_for_any_number_of_threads)
{
    struct nng_host *host = new_host();
    struct recipe recipe = {.inputs = 20,
                            .depth = 3,
                            .units = {17, 9, 4},
                            .activations = {"tanh", "relu", "softmax"},
                            .loss = "cross_entropy",
                            .samples = 13,
                            .weights = 1.0,
                            .data = 1.0,
                            .seed = 3};
    struct nng_model *model = network_new(host, &recipe);
    double *gradient = gradient_of(model);
    struct nng_report *reports[3] = {NULL};
    for (int i = 0; i < 3; i++) {
        struct nng_check_options options = {.every_entry = true, .threads = 1 + 2 * i, .memory = (size_t)8 << 20};
        ck_assert_int_eq(nng_check(model, model->theta, gradient, &options, &reports[i], NULL), NNG_OK);
        ck_assert_uint_eq(reports[i]->evaluations, reports[0]->evaluations);
        for (size_t k = 0; k < reports[0]->entry_count; k++) {
            ck_assert_mem_eq(&reports[i]->entries[k].numeric, &reports[0]->entries[k].numeric, sizeof(double));
            ck_assert_mem_eq(&reports[i]->entries[k].uncertainty, &reports[0]->entries[k].uncertainty, sizeof(double));
        }
    }
    for (int i = 0; i < 3; i++)
        nng_report_free(reports[i]);
    nng_model_free(model);
    nng_host_free(host);
}
END_TEST

START_TEST(penalty_of_weights_and_biases)
{
    struct nng_host *host = new_host();
    struct recipe recipe = {.inputs = 2,
                            .depth = 2,
                            .units = {3, 1},
                            .activations = {"tanh", "identity"},
                            .loss = "squared_error",
                            .samples = 4,
                            .weights = 1.0,
                            .data = 1.0,
                            .seed = 5};
    struct nng_model *model = network_new(host, &recipe);
    struct nng_pass *pass = NULL;
    double plain = 0.0, penalized = 0.0, expected = 0.0;
    ck_assert_int_eq(nng_pass_new(model, 4, &pass, NULL), NNG_OK);
    double *without = gradient_of(model);
    ck_assert_int_eq(nng_loss(model, model->theta, model->data.x, model->data.y, 4, pass, &plain, NULL, NULL), NNG_OK);
    model->l1 = 0.25;
    model->l2 = 0.5;
    double *with = gradient_of(model);
    ck_assert_int_eq(nng_loss(model, model->theta, model->data.x, model->data.y, 4, pass, &penalized, NULL, NULL),
                     NNG_OK);
    for (size_t p = 0; p < model->parameter_count; p++) {
        double w = model->theta[p];
        bool weight = nng_place(model, p).kind == NNG_WEIGHT;
        expected += weight ? 0.25 * fabs(w) + 0.25 * w * w : 0.0;
        double by = weight ? 0.25 * (w > 0 ? 1 : -1) + 0.5 * w : 0.0;
        ck_assert_double_eq_tol(with[p] - without[p], by, 1e-14);
    }
    ck_assert_double_eq_tol(penalized - plain, expected, 1e-14);
    nng_pass_free(pass);
    nng_model_free(model);
    nng_host_free(host);
}
END_TEST

RUN_SUITE("calculus", every_activation_with_every_loss, probes_equal_whole_passes, same_bits_for_any_number_of_threads,
          penalty_of_weights_and_biases)
