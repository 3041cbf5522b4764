/* test_hessian.c - second derivatives, against formulas that are written down here: least squares, the sigmoid neuron,
 * the penalty; and what must be noticed: a kink, a gradient that is not one.
 */
#include "support.h"

#include <math.h>

#include "networks.h"

static struct nng_host *host;

static void set_up(void)
{
    const char *wrong[] = {BINARY_DIR "/tests/wrongplugins"};
    struct nng_error error = {0};
    ck_assert_msg(nng_host_new(wrong, 1, &host, &error) == NNG_OK, "%s", error.text);
}

static void tear_down(void)
{
    nng_host_free(host);
}

static struct nng_hessian *hessian_of(const struct nng_model *model)
{
    struct nng_hessian *hessian = NULL;
    struct nng_error error = {0};
    enum nng_status status = nng_hessian(model, model->theta, NULL, NULL, &hessian, &error);
    ck_assert_msg(status == NNG_OK, "%s", error.text);
    return hessian;
}

/* A neuron's parameters are its weights and then its bias: z = (x, 1). */
static double z(const struct nng_model *model, size_t n, size_t i)
{
    return i < model->inputs ? model->data.x[n * model->inputs + i] : 1.0;
}

static double mean(const struct nng_model *model, double sum)
{
    return model->reduction == NNG_MEAN ? sum / (double)model->data.samples : sum;
}

/* One neuron: H = reduce_n curvature(a_n, y_n) z_n z_n', with the curvature d2L/da2 given as a formula. */
static void expect_neuron(const char *activation, double (*curvature)(double a, double y), enum nng_reduction reduction,
                          double l2)
{
    for (unsigned long seed = 1; seed <= 20; seed++) {
        struct recipe recipe = {.inputs = 3,
                                .depth = 1,
                                .units = {1},
                                .activations = {activation},
                                .loss = "squared_error",
                                .samples = 7,
                                .weights = 1.0,
                                .data = 1.5,
                                .reduction = reduction,
                                .seed = seed};
        struct nng_model *model = network_new(host, &recipe);
        model->l2 = l2;
        struct nng_hessian *hessian = hessian_of(model);
        double trace = 0.0;
        for (size_t i = 0; i < 4; i++)
            for (size_t j = 0; j < 4; j++) {
                double sum = 0.0;
                for (size_t n = 0; n < model->data.samples; n++) {
                    double a = 0.0;
                    for (size_t k = 0; k < 4; k++)
                        a += model->theta[k] * z(model, n, k);
                    sum += curvature(a, model->data.y[n]) * z(model, n, i) * z(model, n, j);
                }
                double true_value = mean(model, sum) + (i == j && i < 3 ? l2 : 0.0);
                double found = hessian->matrix[i * 4 + j], bound = hessian->uncertainty[i * 4 + j];
                ck_assert_msg(fabs(found - true_value) <= bound, "H_%zu%zu is %.17g +- %g, not %.17g", i, j, found,
                              bound, true_value);
                ck_assert_msg(bound <= 1e-9 * (1.0 + fabs(true_value)), "an uncertainty of %g tells little", bound);
                trace += i == j ? true_value : 0.0;
            }
        ck_assert(fabs(hessian->trace_by_loss - trace) <= hessian->trace_uncertainty);
        ck_assert_msg(hessian->trace_uncertainty <= 1e-5 * (1.0 + fabs(trace)), "%g", hessian->trace_uncertainty);
        ck_assert(hessian->symmetric && hessian->trace_agrees);
        nng_hessian_free(hessian);
        nng_model_free(model);
    }
}

/* L = (yhat - y)^2, yhat = a. */
static double linear_curvature(double a, double y)
{
    (void)a;
    (void)y;
    return 2.0;
}

/* yhat = s = sigma(a): L'' = 2 s'^2 + 2 (s - y) s'' with s' = s (1 - s), s'' = s' (1 - 2 s). */
static double sigmoid_curvature(double a, double y)
{
    double s = 1.0 / (1.0 + exp(-a)), slope = s * (1.0 - s);
    return 2.0 * slope * slope + 2.0 * (s - y) * slope * (1.0 - 2.0 * s);
}

START_TEST(test_neurons)
{
    expect_neuron("identity", linear_curvature, NNG_MEAN, 0.0);
    expect_neuron("sigmoid", sigmoid_curvature, NNG_SUM, 0.0);
    expect_neuron("sigmoid", sigmoid_curvature, NNG_MEAN, 0.25);
}
END_TEST

static struct recipe deep(const char *activation, const char *last, const char *loss, unsigned long seed)
{
    return (struct recipe){.inputs = 3,
                           .depth = 3,
                           .units = {4, 3, 2},
                           .activations = {activation, activation, last},
                           .loss = loss,
                           .samples = 5,
                           .weights = 1.0,
                           .data = 1.0,
                           .seed = seed};
}

/* The eigenvalues' sum and the sum of their squares are those of the matrix: tr H, |H|_F^2. */
START_TEST(test_spectrum)
{
    static const char *const hidden[] = {"tanh", "relu", "gelu"};
    for (unsigned long seed = 1; seed <= 12; seed++) {
        struct recipe recipe = deep(hidden[seed % 3], "softmax", "cross_entropy", seed);
        struct nng_model *model = network_new(host, &recipe);
        struct nng_hessian *hessian = hessian_of(model);
        double sum = 0.0, squares = 0.0, frobenius = 0.0;
        size_t n = hessian->count;
        for (size_t k = 0; k < n; k++) {
            ck_assert(k == 0 || hessian->eigenvalues[k] <= hessian->eigenvalues[k - 1]);
            sum += hessian->eigenvalues[k];
            squares += hessian->eigenvalues[k] * hessian->eigenvalues[k];
        }
        for (size_t i = 0; i < n * n; i++)
            frobenius += hessian->matrix[i] * hessian->matrix[i];
        ck_assert_double_eq_tol(sum, hessian->trace, 1e-12 * (double)n);
        ck_assert_double_eq_tol(squares, frobenius, 1e-12 * (1.0 + frobenius));
        ck_assert_msg(hessian->symmetric && hessian->trace_agrees, "%s, seed %lu: asymmetry %g, traces %.12g, %.12g",
                      hidden[seed % 3], seed, hessian->asymmetry, hessian->trace, hessian->trace_by_loss);
        /* softmax does not move when every logit does: as many zeros as the last layer has inputs, and its bias */
        ck_assert_uint_ge(n - hessian->positive - hessian->negative, 4);
        nng_hessian_free(hessian);
        nng_model_free(model);
    }
}
END_TEST

/* A backward pass that takes the slope at the wrong place is no gradient of anything: its Jacobian is not symmetric, or
 * its trace is not the loss's. */
START_TEST(test_wrong_gradient_is_noticed)
{
    static const char *const wrong[] = {"wrong_at_h", "wrong_identity", "wrong_sign"};
    for (size_t i = 0; i < 3; i++) {
        struct recipe recipe = deep(wrong[i], "identity", "squared_error", 3);
        struct nng_model *model = network_new(host, &recipe);
        struct nng_hessian *hessian = hessian_of(model);
        ck_assert_msg(!hessian->symmetric || !hessian->trace_agrees, "%s went unnoticed", wrong[i]);
        nng_hessian_free(hessian);
        nng_model_free(model);
    }
}
END_TEST

static void expect_refused(struct nng_model *model, enum nng_status expected, const char *text)
{
    struct nng_hessian *hessian = NULL;
    struct nng_error error = {0};
    ck_assert_int_eq(nng_hessian(model, model->theta, NULL, NULL, &hessian, &error), expected);
    ck_assert_str_eq(error.text, text);
    ck_assert_ptr_null(hessian);
    nng_model_free(model);
}

START_TEST(test_refused)
{
    struct recipe kink = {.inputs = 1,
                          .depth = 1,
                          .units = {1},
                          .activations = {"relu"},
                          .loss = "squared_error",
                          .samples = 1,
                          .weights = 1.0,
                          .data = 1.0,
                          .seed = 1};
    struct nng_model *model = network_new(host, &kink);
    model->data.x[0] = 1.0;
    model->data.y[0] = 1.0;
    model->theta[0] = model->theta[1] = 0.0; /* a = 0: relu's slope jumps here */
    expect_refused(model, NNG_NUMERIC,
                   "the second derivative by w_111 and w_111 does not exist, or differences cannot tell it: a kink is "
                   "there");
    struct recipe large = deep("tanh", "identity", "squared_error", 1);
    large.units[0] = 250;
    expect_refused(network_new(host, &large), NNG_INPUT,
                   "a Hessian of 1761 x 1761 is too large: at most 1000 parameters");
}
END_TEST

static bool stop(void *context, double fraction)
{
    *(double *)context = fraction;
    return fraction < 0.5;
}

START_TEST(test_stops)
{
    double fraction = 0.0;
    struct recipe recipe = deep("tanh", "identity", "squared_error", 1);
    struct nng_model *model = network_new(host, &recipe);
    struct nng_hessian *hessian = NULL;
    ck_assert_int_eq(nng_hessian(model, model->theta, stop, &fraction, &hessian, NULL), NNG_INTERRUPTED);
    ck_assert(fraction >= 0.5 && fraction < 0.6);
    ck_assert_ptr_null(hessian);
    nng_model_free(model);
}
END_TEST

RUN_SUITE_BETWEEN("hessian", set_up, tear_down, test_neurons, test_spectrum, test_wrong_gradient_is_noticed,
                  test_refused, test_stops)
