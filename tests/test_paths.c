/* test_paths.c - a derivative as the sum of its paths, against enumerating every path by brute force. */
#include "support.h"

#include "networks.h"

static struct nng_host *new_host(void)
{
    struct nng_host *host = NULL;
    ck_assert_int_eq(nng_host_new(NULL, 0, &host, NULL), NNG_OK);
    return host;
}

/* Every path, depth first. The Jacobians are written out here: sigmoid, tanh, softmax. */
struct brute {
    const struct nng_model *model;
    const struct nng_pass *pass;
    double *values;
    size_t count;
};

static double slope_of(const struct brute *brute, size_t l, size_t u, size_t v)
{
    const char *name = brute->model->layers[l - 1].activation.plugin->name;
    const double *h = brute->pass->h[l];
    if (strcmp(name, "softmax") == 0)
        return h[v] * ((u == v ? 1.0 : 0.0) - h[u]);
    if (u != v)
        return 0.0;
    return strcmp(name, "tanh") == 0 ? 1.0 - h[u] * h[u] : h[u] * (1.0 - h[u]);
}

static void follow(struct brute *brute, size_t l, size_t u, double product)
{
    const struct nng_model *model = brute->model;
    size_t L = model->layer_count, units = model->layers[l - 1].units;
    bool softmax = strcmp(model->layers[l - 1].activation.plugin->name, "softmax") == 0;
    for (size_t v = 0; v < units; v++) {
        if (!softmax && u != v)
            continue;
        double through = product * slope_of(brute, l, u, v);
        if (l == L)
            brute->values[brute->count++] = through * brute->pass->dh[L][v];
        for (size_t k = 0; l < L && k < model->layers[l].units; k++)
            follow(brute, l + 1, k, through * model->theta[model->layers[l].weights + k * units + v]);
    }
}

static int by_magnitude(const void *left, const void *right)
{
    double a = fabs(*(const double *)left), b = fabs(*(const double *)right);
    return a < b ? 1 : a > b ? -1 : 0;
}

static void compare(const struct nng_explanation *e, struct brute *brute, const double *gradient)
{
    double sum = 0.0, magnitude = 0.0, omitted = 0.0, shares = 0.0;
    for (size_t i = 0; i < brute->count; i++) {
        sum += brute->values[i];
        magnitude += fabs(brute->values[i]);
    }
    double accuracy = 1e-13 * magnitude + 1e-300;
    qsort(brute->values, brute->count, sizeof *brute->values, by_magnitude);
    ck_assert_double_eq(e->count, (double)brute->count);
    ck_assert_uint_eq(e->path_count, brute->count < 7 ? brute->count : 7);
    for (size_t i = 0; i < e->path_count; i++) {
        const struct nng_path *path = &e->paths[i];
        double product = 1.0;
        for (size_t k = 0; k + 1 < path->count; k++)
            product *= path->factors[k];
        ck_assert_double_eq_tol(product, path->value, accuracy);
        ck_assert_double_eq_tol(fabs(path->value), fabs(brute->values[i]), accuracy);
        shares += path->share;
    }
    for (size_t i = 0; i < e->path_count; i++)
        omitted += e->paths[i].value;
    ck_assert_double_eq(e->omitted_count, (double)(brute->count - e->path_count));
    ck_assert_double_eq_tol(e->omitted_sum, sum - omitted, accuracy);
    ck_assert_double_eq_tol(e->sum, sum, accuracy);
    ck_assert_double_eq_tol(e->sum, gradient[e->index], accuracy);
    ck_assert_double_eq_tol(e->analytic, gradient[e->index], accuracy);
    if (fabs(sum) > 1e-3 * magnitude && e->omitted_count == 0.0)
        ck_assert_double_eq_tol(shares, 1.0, 1e-9);
}

/* Every parameter of random networks, hidden softmax layers too, fused and apart. */
START_TEST(largest_and_sum_against_brute_force)
{
    static const char *const hidden[] = {"tanh", "sigmoid", "softmax"};
    static double values[100000];
    struct nng_host *host = new_host();
    size_t explained = 0, cut = 0;
    for (size_t trial = 0; trial < 12; trial++) {
        struct recipe recipe = {.inputs = 3,
                                .depth = 1 + trial % 3,
                                .units = {3, 4, 2},
                                .activations = {hidden[trial % 3], hidden[(trial / 3) % 3], "softmax"},
                                .loss = trial % 2 == 0 ? "cross_entropy" : "squared_error",
                                .unfused = trial % 4 == 0,
                                .samples = 2,
                                .weights = 1.5,
                                .data = 1.0,
                                .seed = 100 + trial};
        recipe.activations[recipe.depth - 1] = "softmax";
        struct nng_model *model = network_new(host, &recipe);
        struct nng_pass *pass = NULL;
        double loss, *gradient = calloc(model->parameter_count, sizeof *gradient);
        const double *x = model->data.x + model->data.inputs, *y = model->data.y + model->data.outputs;
        ck_assert_int_eq(nng_pass_new(model, 1, &pass, NULL), NNG_OK);
        pass->want_dyhat = true;
        ck_assert_int_eq(nng_loss(model, model->theta, x, y, 1, pass, &loss, gradient, NULL), NNG_OK);
        for (size_t p = 0; p < model->parameter_count; p++) {
            struct nng_place place = nng_place(model, p);
            const double *below = place.layer > 1 ? pass->h[place.layer - 1] : x;
            struct brute brute = {.model = model, .pass = pass, .values = values};
            struct nng_explanation *e = NULL;
            follow(&brute, place.layer, place.neuron - 1, place.kind == NNG_BIAS ? 1.0 : below[place.input - 1]);
            ck_assert_int_eq(nng_explain(model, model->theta, 1, p, 7, &e, NULL), NNG_OK);
            compare(e, &brute, gradient);
            explained++;
            cut += e->omitted_count > 0.0;
            nng_explanation_free(e);
        }
        free(gradient);
        nng_pass_free(pass);
        nng_model_free(model);
    }
    ck_assert_uint_gt(explained, 200);
    ck_assert_uint_gt(cut, 50);
    nng_host_free(host);
}
END_TEST

/* 30^4 paths are counted and summed, and the largest follow each other in order. */
START_TEST(many_paths)
{
    struct nng_host *host = new_host();
    struct recipe recipe = {.inputs = 2,
                            .depth = 6,
                            .units = {30, 30, 30, 30, 30, 1},
                            .activations = {"tanh", "tanh", "tanh", "tanh", "tanh", "identity"},
                            .loss = "squared_error",
                            .samples = 1,
                            .weights = 1.0,
                            .data = 1.0,
                            .seed = 5};
    struct nng_model *model = network_new(host, &recipe);
    struct nng_explanation *e = NULL;
    ck_assert_int_eq(nng_explain(model, model->theta, 0, 0, 16, &e, NULL), NNG_OK);
    ck_assert_double_eq(e->count, 810000.0);
    ck_assert_uint_eq(e->path_count, 16);
    for (size_t i = 1; i < e->path_count; i++)
        ck_assert_double_le(fabs(e->paths[i].value), fabs(e->paths[i - 1].value));
    ck_assert_double_eq_tol(e->sum, e->analytic, 1e-12 * fabs(e->analytic));
    nng_explanation_free(e);
    nng_model_free(model);
    nng_host_free(host);
}
END_TEST

/* The penalty is a path of its own, w -> R -> L; what is out of range is refused. */
START_TEST(penalty_and_refusals)
{
    struct nng_host *host = new_host();
    struct recipe recipe = {.inputs = 2,
                            .depth = 2,
                            .units = {2, 1},
                            .activations = {"tanh", "identity"},
                            .loss = "squared_error",
                            .samples = 1,
                            .weights = 1.0,
                            .data = 1.0,
                            .seed = 6};
    struct nng_model *model = network_new(host, &recipe);
    struct nng_explanation *e = NULL;
    char name[NNG_NAME_SIZE];
    model->l2 = 0.5;
    ck_assert_int_eq(nng_explain(model, model->theta, 0, 1, 16, &e, NULL), NNG_OK);
    ck_assert_uint_eq(e->path_count, 2);
    ck_assert_double_eq(e->count, 2.0);
    ck_assert_uint_eq(e->paths[1].count, 3);
    ck_assert_double_eq_tol(e->paths[1].value, 0.5 * model->theta[1], 1e-15);
    nng_path_node_name(model, &e->paths[1].nodes[1], name);
    ck_assert_str_eq(name, "R");
    ck_assert_double_eq_tol(e->sum, e->analytic, 1e-14);
    nng_explanation_free(e);
    ck_assert_int_eq(nng_explain(model, model->theta, 1, 0, 16, &e, NULL), NNG_INPUT);
    ck_assert_int_eq(nng_explain(model, model->theta, 0, model->parameter_count, 16, &e, NULL), NNG_INPUT);
    ck_assert_int_eq(nng_explain(model, model->theta, 0, 0, 0, &e, NULL), NNG_INPUT);
    nng_model_free(model);
    nng_host_free(host);
}
END_TEST

RUN_SUITE("paths", largest_and_sum_against_brute_force, many_paths, penalty_and_refusals)
