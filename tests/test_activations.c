/* test_activations.c - every activation that was built: properties that all share, tested in one loop over them, and
 * known values in tables, computed in long double from the textbook's formula. */
#include "support.h"
#include "plugins.h"

#include <float.h>

enum { ROWS = 5, COLS = 7, N = ROWS * COLS };

static struct plugins all;

static void load(void)
{
    if (all.count == 0)
        all = load_plugins(NNG_ACTIVATION);
}

/* A property of one activation at one setting of its parameters, tested for all. */
typedef void property(const struct nng_plugin *plugin, const struct nng_activation *f, const double *parameters);

static void for_all(property *check)
{
    double parameters[VALUES];
    load();
    for (size_t i = 0; i < all.count; i++)
        for (size_t k = 0; settings(all.plugin[i], k, parameters); k++)
            check(all.plugin[i], all.plugin[i]->activation, parameters);
}

#define PROPERTY(name)                                                                                                 \
    START_TEST(name)                                                                                                   \
    {                                                                                                                  \
        for_all(check_##name);                                                                                         \
    }                                                                                                                  \
    END_TEST

static void fill(uint64_t seed, double *x, size_t n, double size)
{
    for (size_t i = 0; i < n; i++)
        x[i] = spread(&seed, -size, size);
}

static void forward(const struct nng_activation *f, const double *parameters, size_t rows, size_t cols, const double *a,
                    double *h)
{
    struct nng_diagnostic diagnostic = {0};
    ck_assert_int_eq(f->forward(parameters, rows, cols, a, h, &diagnostic), NNG_PLUGIN_OK);
}

static void backward(const struct nng_activation *f, const double *parameters, size_t rows, size_t cols,
                     const double *a, const double *dh, double *da)
{
    struct nng_diagnostic diagnostic = {0};
    double *h = malloc((rows * cols + 1) * sizeof *h);
    forward(f, parameters, rows, cols, a, h);
    ck_assert_int_eq(f->backward(parameters, rows, cols, a, h, dh, da, &diagnostic), NNG_PLUGIN_OK);
    free(h);
}

/* Are a and b on the same smooth pieces? */
static int same_piece(const struct nng_activation *f, const double *parameters, const double *a, const double *b)
{
    struct nng_diagnostic diagnostic = {0};
    int32_t codes_a[N], codes_b[N];
    if (f->branch == NULL)
        return 1;
    ck_assert_int_eq(f->branch(parameters, ROWS, COLS, a, codes_a, &diagnostic), NNG_PLUGIN_OK);
    ck_assert_int_eq(f->branch(parameters, ROWS, COLS, b, codes_b, &diagnostic), NNG_PLUGIN_OK);
    return memcmp(codes_a, codes_b, sizeof codes_a) == 0;
}

static void check_descriptors(const struct nng_plugin *plugin, const struct nng_activation *f, const double *parameters)
{
    ck_assert_int_eq(plugin->kind, NNG_ACTIVATION);
    ck_assert_uint_eq(f->size, sizeof *f);
    ck_assert_msg(f->ulps > 0 && f->ulps <= 4, "%s: %g ulps", plugin->name, f->ulps);
    ck_assert(f->complex_forward != NULL);
    (void)parameters;
}
PROPERTY(descriptors)

/* sum_i c_i h_i moved along each a_j against backward(c), by central differences of order 6. */
static void check_backward_is_the_derivative_of_forward(const struct nng_plugin *plugin, const struct nng_activation *f,
                                                        const double *parameters)
{
    double a[N], c[N], da[N], moved[N], h[N];
    fill(1, a, N, 4);
    fill(2, c, N, 1);
    backward(f, parameters, ROWS, COLS, a, c, da);
    for (size_t j = 0; j < N; j++) {
        static const double weight[] = {-1, 9, -45, 0, 45, -9, 1};
        const double step = 0x1p-7;
        long double difference = 0;
        int clean = 1;
        for (int s = -3; s <= 3; s++) {
            memcpy(moved, a, sizeof moved);
            moved[j] += s * step;
            clean = clean && same_piece(f, parameters, a, moved);
            forward(f, parameters, ROWS, COLS, moved, h);
            for (size_t i = 0; i < N; i++)
                difference += (long double)weight[s + 3] * c[i] * h[i];
        }
        double slope = (double)(difference / (60 * (long double)step));
        if (clean)
            ck_assert_msg(fabs(slope - da[j]) <= 1e-9 * (1 + fabs(slope)), "%s at %g: %.17g, differences %.17g",
                          plugin->name, a[j], da[j], slope);
    }
}
PROPERTY(backward_is_the_derivative_of_forward)

/* Im h(a + i 1e-100 v) / 1e-100 is the Jacobian times v: c' J v must be the same as (J' c)' v from backward. */
static void check_complex_form_agrees_with_backward(const struct nng_plugin *plugin, const struct nng_activation *f,
                                                    const double *parameters)
{
    static const double sizes[] = {1, 4, 30, 700};
    for (size_t s = 0; s < 4; s++) {
        struct nng_diagnostic diagnostic = {0};
        double a[N], v[N], c[N], da[N], im[N], h_re[N], h_im[N], h[N];
        fill(3 + s, a, N, sizes[s]);
        fill(4, v, N, 1);
        fill(5, c, N, 1);
        for (size_t i = 0; i < N; i++)
            im[i] = 1e-100 * v[i];
        forward(f, parameters, ROWS, COLS, a, h);
        backward(f, parameters, ROWS, COLS, a, c, da);
        ck_assert_int_eq(f->complex_forward(parameters, ROWS, COLS, a, im, h_re, h_im, &diagnostic), NNG_PLUGIN_OK);
        for (size_t n = 0; n < ROWS; n++) {
            double left = 0;
            double right = 0;
            double size = 0;
            for (size_t i = n * COLS; i < (n + 1) * COLS; i++) {
                left += c[i] * (h_im[i] / 1e-100);
                right += da[i] * v[i];
                size += fabs(da[i] * v[i]) + fabs(c[i] * (h_im[i] / 1e-100));
                ck_assert_msg(fabs(h_re[i] - h[i]) <= 1e-14 * fmax(1, fabs(h[i])), "%s at %g: %g, complex %g",
                              plugin->name, a[i], h[i], h_re[i]);
            }
            ck_assert_msg(fabs(left - right) <= 1e-13 * size + 1e-200, "%s, size %g: %.17g, backward %.17g",
                          plugin->name, sizes[s], left, right);
        }
    }
}
PROPERTY(complex_form_agrees_with_backward)

/* An analytic f obeys f(x + h) + f(x - h) + 2 Re f(x + ih) = 4 f(x) + O(h^4); a form that is true to first order
 * only misses by h^2 f''. So each form either continues f honestly or carries its flag. */
static void check_complex_form_is_a_continuation_or_flagged(const struct nng_plugin *plugin,
                                                            const struct nng_activation *f, const double *parameters)
{
    if ((f->flags & NNG_ACTIVATION_COMPLEX_FIRST_ORDER) != 0)
        return;
    struct nng_diagnostic diagnostic = {0};
    double a[N], v[N], plus[N], minus[N], im[N], h[N], h_plus[N], h_minus[N], h_re[N], h_im[N];
    fill(6, a, N, 2);
    fill(7, v, N, 0x1p-8);
    for (size_t i = 0; i < N; i++) {
        plus[i] = a[i] + v[i];
        minus[i] = a[i] - v[i];
        im[i] = v[i];
    }
    if (!same_piece(f, parameters, a, plus) || !same_piece(f, parameters, a, minus))
        return;
    forward(f, parameters, ROWS, COLS, a, h);
    forward(f, parameters, ROWS, COLS, plus, h_plus);
    forward(f, parameters, ROWS, COLS, minus, h_minus);
    ck_assert_int_eq(f->complex_forward(parameters, ROWS, COLS, a, im, h_re, h_im, &diagnostic), NNG_PLUGIN_OK);
    for (size_t i = 0; i < N; i++) {
        double residue = h_plus[i] + h_minus[i] + 2 * h_re[i] - 4 * h[i];
        ck_assert_msg(fabs(residue) <= 2e-8 * fmax(1, fabs(h[i])), "%s at %g: %g", plugin->name, a[i], residue);
    }
}
PROPERTY(complex_form_is_a_continuation_or_flagged)

static void check_batch_equals_row_by_row(const struct nng_plugin *plugin, const struct nng_activation *f,
                                          const double *parameters)
{
    for (size_t cols = 1; cols <= 11; cols++) {
        double a[ROWS * 11], dh[ROWS * 11], h[ROWS * 11], da[ROWS * 11], h_row[11], da_row[11];
        fill(8, a, ROWS * cols, 20);
        fill(9, dh, ROWS * cols, 1);
        forward(f, parameters, ROWS, cols, a, h);
        backward(f, parameters, ROWS, cols, a, dh, da);
        for (size_t n = 0; n < ROWS; n++) {
            forward(f, parameters, 1, cols, a + n * cols, h_row);
            backward(f, parameters, 1, cols, a + n * cols, dh + n * cols, da_row);
            ck_assert_msg(memcmp(h_row, h + n * cols, cols * sizeof *h) == 0, "%s: forward", plugin->name);
            ck_assert_msg(memcmp(da_row, da + n * cols, cols * sizeof *da) == 0, "%s: backward", plugin->name);
        }
    }
}
PROPERTY(batch_equals_row_by_row)

static void check_zero_rows_touch_nothing(const struct nng_plugin *plugin, const struct nng_activation *f,
                                          const double *parameters)
{
    double none[1] = {0};
    double h[1] = {42};
    forward(f, parameters, 0, COLS, none, h);
    backward(f, parameters, 0, COLS, none, none, h);
    ck_assert_msg(h[0] == 42, "%s", plugin->name);
}
PROPERTY(zero_rows_touch_nothing)

static void check_finite_and_in_range_at_extremes(const struct nng_plugin *plugin, const struct nng_activation *f,
                                                  const double *parameters)
{
    static const double extremes[COLS] = {-1e4, -1000, -745, -0.0, 1000, 710, 37};
    double h[COLS], da[COLS], ones[COLS] = {1, 1, 1, 1, 1, 1, 1};
    forward(f, parameters, 1, COLS, extremes, h);
    backward(f, parameters, 1, COLS, extremes, ones, da);
    for (size_t j = 0; j < COLS; j++) {
        ck_assert_msg(isfinite(h[j]) && isfinite(da[j]), "%s at %g: %g, slope %g", plugin->name, extremes[j], h[j],
                      da[j]);
        ck_assert_msg(h[j] >= f->h_min && h[j] <= f->h_max, "%s at %g: %g", plugin->name, extremes[j], h[j]);
    }
}
PROPERTY(finite_and_in_range_at_extremes)

static void check_nan_stays_nan(const struct nng_plugin *plugin, const struct nng_activation *f,
                                const double *parameters)
{
    double a[COLS], h[COLS];
    fill(10, a, COLS, 1);
    a[4] = NAN;
    forward(f, parameters, 1, COLS, a, h);
    ck_assert_msg(isnan(h[4]), "%s(NaN) = %g", plugin->name, h[4]);
    ck_assert_msg((f->flags & NNG_ACTIVATION_ELEMENTWISE) == 0 || !isnan(h[3]), "%s: NaN spread", plugin->name);
}
PROPERTY(nan_stays_nan)

/* A linear piece continues itself, which says nothing: such forms are no witnesses, and must say so. */
START_TEST(linear_pieces_are_no_witnesses)
{
    static const char *const names[] = {"relu", "leaky_relu", "step"};
    load();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert(find_plugin(&all, names[i])->activation->flags & NNG_ACTIVATION_COMPLEX_FIRST_ORDER);
}
END_TEST

/* Only a kink may change the slope in no distance; wherever one does, branch must know it. */
static void check_kinks_are_known(const struct nng_plugin *plugin, const struct nng_activation *f,
                                  const double *parameters)
{
    if ((f->flags & NNG_ACTIVATION_ELEMENTWISE) == 0)
        return;
    for (int q = -40; q <= 40; q++) {
        struct nng_diagnostic diagnostic = {0};
        double at = q / 8.0;
        double a[3] = {at - 1e-12, at, at + 1e-12};
        double ones[3] = {1, 1, 1};
        double h[3], da[3];
        int32_t codes[3] = {0};
        forward(f, parameters, 1, 3, a, h);
        backward(f, parameters, 1, 3, a, ones, da);
        if (f->branch != NULL)
            ck_assert_int_eq(f->branch(parameters, 1, 3, a, codes, &diagnostic), NNG_PLUGIN_OK);
        int kink = fabs(da[2] - da[0]) > 1e-9 || fabs(h[2] - h[0]) > 1e-9;
        ck_assert_msg(kink == (codes[1] == NNG_BRANCH_TIE), "%s at %g", plugin->name, at);
        ck_assert_msg(kink == (codes[0] != codes[2]), "%s around %g", plugin->name, at);
        ck_assert(da[1] >= fmin(da[0], da[2]) - 1e-9 && da[1] <= fmax(da[0], da[2]) + 1e-9);
    }
}
PROPERTY(kinks_are_known)

/* ---- known values ------------------------------------------------------------------------------------------- */

typedef long double reference(const double *parameters, long double a);

static long double known_identity(const double *parameters, long double a)
{
    (void)parameters;
    return a;
}

static long double known_sigmoid(const double *parameters, long double a)
{
    (void)parameters;
    return 1 / (1 + expl(-a));
}

static long double known_sigmoid_slope(const double *parameters, long double a)
{
    (void)parameters;
    return 1 / (2 + expl(a) + expl(-a));
}

static long double known_tanh(const double *parameters, long double a)
{
    (void)parameters;
    return tanhl(a);
}

static long double known_tanh_slope(const double *parameters, long double a)
{
    (void)parameters;
    return 1 / (coshl(a) * coshl(a));
}

static long double known_relu(const double *parameters, long double a)
{
    (void)parameters;
    return a > 0 ? a : 0;
}

static long double known_leaky_relu(const double *parameters, long double a)
{
    return a > 0 ? a : parameters[0] * a;
}

static long double known_elu(const double *parameters, long double a)
{
    return a > 0 ? a : parameters[0] * expm1l(a);
}

static long double known_elu_slope(const double *parameters, long double a)
{
    return a > 0 ? 1 : parameters[0] * expl(a);
}

static long double known_softplus(const double *parameters, long double a)
{
    (void)parameters;
    return a > 0 ? a + log1pl(expl(-a)) : log1pl(expl(a));
}

static long double known_gelu(const double *parameters, long double a)
{
    if (parameters[0] == 0)
        return a * erfcl(-a / sqrtl(2)) / 2;
    return a / (1 + expl(-2 * sqrtl(2 / acosl(-1)) * (a + 0.044715L * a * a * a)));
}

static long double known_silu(const double *parameters, long double a)
{
    (void)parameters;
    return a / (1 + expl(-a));
}

/* slope may be NULL: backward is then tested against differences alone */
static const struct {
    const char *name;
    reference *value, *slope;
} known[] = {
    {"identity", known_identity, NULL},
    {"sigmoid", known_sigmoid, known_sigmoid_slope},
    {"tanh", known_tanh, known_tanh_slope},
    {"relu", known_relu, NULL},
    {"leaky_relu", known_leaky_relu, NULL},
    {"elu", known_elu, known_elu_slope},
    {"softplus", known_softplus, known_sigmoid},
    {"gelu", known_gelu, NULL},
    {"silu", known_silu, NULL},
};

enum { POINTS = 20000 };

/* Points of every size: evenly spread ones, and ones whose exponent is. */
static void points(double *a)
{
    uint64_t seed = 11;
    for (size_t i = 0; i < POINTS; i++) {
        double size = i % 4 == 0 ? 700 : i % 4 == 1 ? 40 : 3;
        a[i] = i % 4 == 3 ? copysign(exp2(spread(&seed, -200, 9)), spread(&seed, -1, 1)) : spread(&seed, -size, size);
    }
}

START_TEST(values_are_within_the_declared_ulps)
{
    load();
    if (!long_double_is_wider())
        return;
    static double a[POINTS], h[POINTS], ones[POINTS], da[POINTS];
    points(a);
    for (size_t i = 0; i < POINTS; i++)
        ones[i] = 1;
    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
        const struct nng_plugin *plugin = find_plugin(&all, known[k].name);
        const struct nng_activation *f = plugin->activation;
        double parameters[VALUES];
        for (size_t s = 0; settings(plugin, s, parameters); s++) {
            double worst = 0, worst_slope = 0;
            forward(f, parameters, POINTS / 10, 10, a, h);
            backward(f, parameters, POINTS / 10, 10, a, ones, da);
            for (size_t i = 0; i < POINTS; i++) {
                long double right = known[k].value(parameters, a[i]);
                if (fabsl(right) > 1e-300) /* nearer to 0 a factor of it may have underflowed */
                    worst = fmax(worst, (double)(fabsl(h[i] - right) / unit_of((double)right)));
                else
                    ck_assert_msg(fabsl(h[i] - right) < 1e-300 * DBL_EPSILON, "%s at %g", plugin->name, a[i]);
                if (known[k].slope == NULL)
                    continue;
                right = known[k].slope(parameters, a[i]);
                if (fabsl(right) > DBL_MIN)
                    worst_slope = fmax(worst_slope, (double)(fabsl(da[i] - right) / unit_of((double)right)));
            }
            ck_assert_msg(worst <= f->ulps, "%s: %g ulps, declared %g", plugin->name, worst, f->ulps);
            ck_assert_msg(worst_slope <= 12, "%s: slope wrong by %g ulps", plugin->name, worst_slope);
        }
    }
}
END_TEST

/* softmax(1, 2, 3) as in every textbook, and what adding 1000 to all changes: nothing. */
START_TEST(softmax_values)
{
    load();
    const struct nng_plugin *softmax = find_plugin(&all, "softmax");
    static const double right[] = {0.09003057317038045798, 0.24472847105479765247, 0.66524095577482189};
    double a[] = {1, 2, 3, 1001, 1002, 1003, -1000, 0, 1000}, h[9];
    double parameters[VALUES] = {1};
    forward(softmax->activation, parameters, 3, 3, a, h);
    for (size_t j = 0; j < 3; j++) {
        ck_assert_double_eq_tol(h[j], right[j], 4e-16);
        ck_assert_double_eq(h[j], h[3 + j]);
    }
    ck_assert(h[6] == 0 && h[7] == 0 && h[8] == 1);
    parameters[0] = 0.5; /* temperature: softmax(2, 4, 6) */
    double sharp[3];
    forward(softmax->activation, parameters, 1, 3, a, sharp);
    for (size_t j = 0; j < 3; j++) {
        long double sum = expl(2) + expl(4) + expl(6);
        ck_assert_double_eq_tol(sharp[j], (double)(expl(2 * (long double)(j + 1)) / sum), 4e-16);
    }
}
END_TEST

RUN_SUITE("activations", descriptors, backward_is_the_derivative_of_forward, complex_form_agrees_with_backward,
          complex_form_is_a_continuation_or_flagged, linear_pieces_are_no_witnesses, batch_equals_row_by_row,
          zero_rows_touch_nothing, finite_and_in_range_at_extremes, nan_stays_nan, kinks_are_known,
          values_are_within_the_declared_ulps, softmax_values)
