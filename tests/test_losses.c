/* test_losses.c - every loss that was built: properties that all share, tested in one loop over them, and known values
 * in tables, computed in long double from the textbook's formula. */
#include "support.h"
#include "plugins.h"

#include <float.h>

enum { ROWS = 6, COLS = 5, N = ROWS * COLS };

static struct plugins all, activations;

static void load(void)
{
    if (all.count == 0)
        all = load_plugins(NNG_LOSS);
    if (activations.count == 0)
        activations = load_plugins(NNG_ACTIVATION);
}

/* A property of one loss at one setting of its parameters, tested for all. */
typedef void property(const struct nng_plugin *plugin, const struct nng_loss *f, const double *parameters);

static void for_all(property *check)
{
    double parameters[VALUES];
    load();
    for (size_t i = 0; i < all.count; i++)
        for (size_t k = 0; settings(all.plugin[i], k, parameters); k++)
            check(all.plugin[i], all.plugin[i]->loss, parameters);
}

#define PROPERTY(name)                                                                                                 \
    START_TEST(name)                                                                                                   \
    {                                                                                                                  \
        for_all(check_##name);                                                                                         \
    }                                                                                                                  \
    END_TEST

/* Targets of the kind that the loss wants; in a distribution every other row is one-hot. */
static void fill_targets(const struct nng_loss *f, uint64_t seed, size_t rows, size_t cols, double *y)
{
    for (size_t n = 0; n < rows; n++) {
        double sum = 0;
        for (size_t i = n * cols; i < (n + 1) * cols; i++) {
            double u = spread(&seed, 0, 1);
            switch (f->target) {
            case NNG_TARGET_REAL:
                y[i] = 4 * u - 2;
                break;
            case NNG_TARGET_BINARY:
                y[i] = u < 0.5 ? 0 : 1;
                break;
            case NNG_TARGET_SIGN:
                y[i] = u < 0.5 ? -1 : 1;
                break;
            case NNG_TARGET_UNIT:
                y[i] = u < 0.25 ? 0 : u > 0.75 ? 1 : u;
                break;
            default:
                y[i] = n % 2 == 0 ? u : i == n * cols + n % cols;
            }
            sum += y[i];
        }
        for (size_t i = n * cols; i < (n + 1) * cols && f->target == NNG_TARGET_DISTRIBUTION; i++)
            y[i] /= sum;
    }
}

/* Inside the range of yhat, away from its ends. */
static void fill_yhat(const struct nng_loss *f, uint64_t seed, size_t n, double *yhat)
{
    double low = fmax(f->yhat_min, -3), high = fmin(f->yhat_max, 3);
    for (size_t i = 0; i < n; i++)
        yhat[i] = spread(&seed, low + 0.05 * (high - low), high - 0.05 * (high - low));
}

static void value(const struct nng_loss *f, const double *parameters, size_t rows, size_t cols, const double *yhat,
                  const double *y, double *values, double *grad)
{
    struct nng_diagnostic diagnostic = {0};
    ck_assert_msg(f->value(parameters, rows, cols, yhat, y, values, grad, &diagnostic) == NNG_PLUGIN_OK, "%s",
                  diagnostic.text);
}

static void branch(const struct nng_loss *f, const double *parameters, size_t rows, size_t cols, const double *yhat,
                   const double *y, int32_t *codes)
{
    struct nng_diagnostic diagnostic = {0};
    for (size_t i = 0; i < rows * cols; i++)
        codes[i] = 0;
    if (f->branch != NULL)
        ck_assert_int_eq(f->branch(parameters, rows, cols, yhat, y, codes, &diagnostic), NNG_PLUGIN_OK);
}

static void check_descriptors(const struct nng_plugin *plugin, const struct nng_loss *f, const double *parameters)
{
    (void)parameters;
    ck_assert_int_eq(plugin->kind, NNG_LOSS);
    ck_assert_uint_eq(f->size, sizeof *f);
    ck_assert_msg(f->ulps > 0 && f->ulps <= 4, "%s: %g ulps", plugin->name, f->ulps);
    ck_assert(f->yhat_min < f->yhat_max);
    ck_assert_msg((f->fused == NULL) == (f->fused_with == NULL), "%s", plugin->name);
    ck_assert(f->complex_value != NULL && (f->fused == NULL || f->complex_fused != NULL));
}
PROPERTY(descriptors)

/* Central differences of order 6 of sum_n c_n L_n; stencils that straddle a kink are left out. */
static void check_grad_is_the_derivative_of_value(const struct nng_plugin *plugin, const struct nng_loss *f,
                                                  const double *parameters)
{
    static const double weight[] = {-1, 9, -45, 0, 45, -9, 1};
    const double step = 0x1p-10;
    double yhat[N], y[N], grad[N], values[ROWS], moved[N];
    int32_t codes[N], moved_codes[N];
    fill_yhat(f, 1, N, yhat);
    fill_targets(f, 2, ROWS, COLS, y);
    value(f, parameters, ROWS, COLS, yhat, y, values, grad);
    branch(f, parameters, ROWS, COLS, yhat, y, codes);
    for (size_t j = 0; j < N; j++) {
        long double difference = 0;
        int clean = 1;
        for (int s = -3; s <= 3; s++) {
            memcpy(moved, yhat, sizeof moved);
            moved[j] += s * step;
            value(f, parameters, ROWS, COLS, moved, y, values, NULL);
            branch(f, parameters, ROWS, COLS, moved, y, moved_codes);
            clean = clean && moved_codes[j] == codes[j];
            difference += (long double)weight[s + 3] * values[j / COLS];
        }
        double slope = (double)(difference / (60 * (long double)step));
        if (clean)
            ck_assert_msg(fabs(slope - grad[j]) <= 1e-9 * (1 + fabs(slope)),
                          "%s at yhat %g, y %g: %.17g, differences %.17g", plugin->name, yhat[j], y[j], grad[j], slope);
    }
}
PROPERTY(grad_is_the_derivative_of_value)

/* A complex form and what it continues; compared along a direction v, per sample. */
typedef enum nng_plugin_status complex_form(const double *, size_t, size_t, const double *, const double *,
                                            const double *, double *, double *, struct nng_diagnostic *);
typedef enum nng_plugin_status real_form(const double *, size_t, size_t, const double *, const double *, double *,
                                         double *, struct nng_diagnostic *);

static void compare_complex(const char *name, complex_form *complex_of, real_form *real, const double *parameters,
                            const double *x, const double *y, int continuation)
{
    struct nng_diagnostic diagnostic = {0};
    uint64_t seed = 3;
    double v[N], im[N], plus[N], minus[N], values[ROWS], grad[N], re_plus[ROWS], re_minus[ROWS], re[ROWS], im_of[ROWS];
    for (size_t i = 0; i < N; i++) {
        v[i] = spread(&seed, -1, 1);
        im[i] = 1e-100 * v[i];
        plus[i] = x[i] + 0x1p-12 * v[i];
        minus[i] = x[i] - 0x1p-12 * v[i];
    }
    ck_assert_int_eq(real(parameters, ROWS, COLS, x, y, values, grad, &diagnostic), NNG_PLUGIN_OK);
    ck_assert_int_eq(complex_of(parameters, ROWS, COLS, x, im, y, re, im_of, &diagnostic), NNG_PLUGIN_OK);
    for (size_t n = 0; n < ROWS; n++) {
        double right = 0, size = 0;
        for (size_t i = n * COLS; i < (n + 1) * COLS; i++) {
            right += grad[i] * v[i];
            size += fabs(grad[i] * v[i]);
        }
        ck_assert_msg(fabs(im_of[n] / 1e-100 - right) <= 2e-14 * size + 1e-200, "%s: complex %.17g, gradient %.17g",
                      name, im_of[n] / 1e-100, right);
        ck_assert_msg(fabs(re[n] - values[n]) <= 1e-14 * fmax(1, fabs(values[n])), "%s: complex %.17g, value %.17g",
                      name, re[n], values[n]);
    }
    if (!continuation)
        return;
    /* L(x + hv) + L(x - hv) + 2 Re L(x + ihv) = 4 L(x) + O(h^4) */
    for (size_t i = 0; i < N; i++)
        im[i] = 0x1p-12 * v[i];
    ck_assert_int_eq(real(parameters, ROWS, COLS, plus, y, re_plus, NULL, &diagnostic), NNG_PLUGIN_OK);
    ck_assert_int_eq(real(parameters, ROWS, COLS, minus, y, re_minus, NULL, &diagnostic), NNG_PLUGIN_OK);
    ck_assert_int_eq(complex_of(parameters, ROWS, COLS, x, im, y, re, im_of, &diagnostic), NNG_PLUGIN_OK);
    for (size_t n = 0; n < ROWS; n++)
        ck_assert_msg(fabs(re_plus[n] + re_minus[n] + 2 * re[n] - 4 * values[n]) <= 2e-9 * fmax(1, fabs(values[n])),
                      "%s: %g", name, re_plus[n] + re_minus[n] + 2 * re[n] - 4 * values[n]);
}

static void check_complex_form_agrees_with_grad(const struct nng_plugin *plugin, const struct nng_loss *f,
                                                const double *parameters)
{
    double yhat[N], y[N];
    fill_yhat(f, 4, N, yhat);
    fill_targets(f, 5, ROWS, COLS, y);
    int continuation = (f->flags & NNG_COMPLEX_FIRST_ORDER) == 0;
    compare_complex(plugin->name, f->complex_value, f->value, parameters, yhat, y, continuation);
    if (f->fused == NULL)
        return;
    uint64_t seed = 6;
    static const double sizes[] = {2, 30, 700};
    for (size_t s = 0; s < 3; s++) {
        double a[N];
        for (size_t i = 0; i < N; i++)
            a[i] = spread(&seed, -sizes[s], sizes[s]);
        compare_complex(plugin->name, f->complex_fused, f->fused, parameters, a, y, continuation && sizes[s] < 3);
    }
}
PROPERTY(complex_form_agrees_with_grad)

/* A linear piece continues itself, which says nothing: such forms are no witnesses, and must say so. */
START_TEST(linear_pieces_are_no_witnesses)
{
    static const char *const names[] = {"absolute_error", "hinge", "perceptron"};
    load();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert(find_plugin(&all, names[i])->loss->flags & NNG_COMPLEX_FIRST_ORDER);
}
END_TEST

/* Batch against single rows, and grad against NULL grad: bit for bit. */
static void compare_rows(const char *name, real_form *form, const double *parameters, size_t rows, size_t cols,
                         const double *x, const double *y)
{
    struct nng_diagnostic diagnostic = {0};
    double *values = malloc(2 * rows * sizeof *values), *grad = malloc(2 * rows * cols * sizeof *grad);
    double *row_values = values + rows, *row_grad = grad + rows * cols;
    ck_assert_int_eq(form(parameters, rows, cols, x, y, values, grad, &diagnostic), NNG_PLUGIN_OK);
    for (size_t n = 0; n < rows; n++)
        ck_assert_int_eq(
            form(parameters, 1, cols, x + n * cols, y + n * cols, row_values + n, row_grad + n * cols, &diagnostic),
            NNG_PLUGIN_OK);
    ck_assert_msg(memcmp(values, row_values, rows * sizeof *values) == 0, "%s: %zu columns", name, cols);
    ck_assert_msg(memcmp(grad, row_grad, rows * cols * sizeof *grad) == 0, "%s: %zu columns", name, cols);
    ck_assert_int_eq(form(parameters, rows, cols, x, y, row_values, NULL, &diagnostic), NNG_PLUGIN_OK);
    ck_assert_msg(memcmp(values, row_values, rows * sizeof *values) == 0, "%s: %zu columns, NULL grad", name, cols);
    free(values);
    free(grad);
}

static void check_batch_equals_row_by_row(const struct nng_plugin *plugin, const struct nng_loss *f,
                                          const double *parameters)
{
    static const size_t shapes[][2] = {{1, 1}, {9, 1}, {5, 3}, {70, 10}, {200, 4}, {3, 512}, {3, 1025}, {2, 2500}};
    for (size_t s = 0; s < sizeof shapes / sizeof shapes[0]; s++) {
        size_t rows = shapes[s][0], cols = shapes[s][1];
        double *x = malloc(rows * cols * sizeof *x), *y = malloc(rows * cols * sizeof *y);
        fill_yhat(f, 7, rows * cols, x);
        fill_targets(f, 8, rows, cols, y);
        compare_rows(plugin->name, f->value, parameters, rows, cols, x, y);
        if (f->fused != NULL)
            compare_rows(plugin->name, f->fused, parameters, rows, cols, x, y);
        free(x);
        free(y);
    }
}
PROPERTY(batch_equals_row_by_row)

static void check_zero_rows_touch_nothing(const struct nng_plugin *plugin, const struct nng_loss *f,
                                          const double *parameters)
{
    double none[1] = {0}, values[1] = {42}, grad[1] = {43};
    struct nng_diagnostic diagnostic = {0};
    value(f, parameters, 0, COLS, none, none, values, grad);
    if (f->fused != NULL)
        ck_assert_int_eq(f->fused(parameters, 0, COLS, none, none, values, grad, &diagnostic), NNG_PLUGIN_OK);
    ck_assert_msg(values[0] == 42 && grad[0] == 43, "%s", plugin->name);
}
PROPERTY(zero_rows_touch_nothing)

/* Outside of its range the loss refuses, and says where; NaN is let through. */
static void check_yhat_outside_is_refused(const struct nng_plugin *plugin, const struct nng_loss *f,
                                          const double *parameters)
{
    double yhat[N], y[N], values[ROWS], grad[N];
    fill_yhat(f, 9, N, yhat);
    fill_targets(f, 10, ROWS, COLS, y);
    const size_t at = 3 * COLS + 1; /* one that a one-hot target asks nothing of */
    double inside = yhat[at], ends[] = {f->yhat_min - 1e-3, f->yhat_max + 1e-3};
    for (size_t e = 0; e < 2; e++) {
        if (!isfinite(ends[e]))
            continue;
        struct nng_diagnostic diagnostic = {.row = -1, .column = -1};
        yhat[at] = ends[e];
        ck_assert_int_eq(f->value(parameters, ROWS, COLS, yhat, y, values, grad, &diagnostic), NNG_PLUGIN_ERROR);
        ck_assert_msg(diagnostic.row == 3 && diagnostic.column == 1 && diagnostic.text[0] != '\0', "%s", plugin->name);
    }
    yhat[at] = NAN;
    value(f, parameters, ROWS, COLS, yhat, y, values, grad);
    ck_assert_msg(isnan(values[3]) && !isnan(values[2]) && !isnan(values[4]), "%s", plugin->name);
    yhat[at] = inside;
    value(f, parameters, ROWS, COLS, yhat, y, values, grad);
    ck_assert(!isnan(values[3]));
}
PROPERTY(yhat_outside_is_refused)

/* From a: fused and through the activation give the same value and the same slope. */
static void check_fused_equals_unfused(const struct nng_plugin *plugin, const struct nng_loss *f,
                                       const double *parameters)
{
    if (f->fused == NULL)
        return;
    struct nng_diagnostic diagnostic = {0};
    const struct nng_plugin *output = find_plugin(&activations, f->fused_with);
    double standard[VALUES], a[N], y[N], h[N], dh[N], da[N], values[ROWS], fused_values[ROWS], fused_da[N];
    ck_assert(settings(output, 0, standard));
    uint64_t seed = 11;
    for (size_t i = 0; i < N; i++)
        a[i] = spread(&seed, -8, 8);
    fill_targets(f, 12, ROWS, COLS, y);
    ck_assert_int_eq(output->activation->forward(standard, ROWS, COLS, a, h, &diagnostic), NNG_PLUGIN_OK);
    value(f, parameters, ROWS, COLS, h, y, values, dh);
    ck_assert_int_eq(output->activation->backward(standard, ROWS, COLS, a, h, dh, da, &diagnostic), NNG_PLUGIN_OK);
    ck_assert_int_eq(f->fused(parameters, ROWS, COLS, a, y, fused_values, fused_da, &diagnostic), NNG_PLUGIN_OK);
    for (size_t i = 0; i < N; i++) {
        ck_assert_msg(fabs(values[i / COLS] - fused_values[i / COLS]) <= 1e-12 * values[i / COLS],
                      "%s: %.17g, fused %.17g", plugin->name, values[i / COLS], fused_values[i / COLS]);
        ck_assert_msg(fabs(da[i] - fused_da[i]) <= 1e-12, "%s: slope %.17g, fused %.17g", plugin->name, da[i],
                      fused_da[i]);
    }
}
PROPERTY(fused_equals_unfused)

static void check_fused_is_finite_at_extremes(const struct nng_plugin *plugin, const struct nng_loss *f,
                                              const double *parameters)
{
    if (f->fused == NULL)
        return;
    struct nng_diagnostic diagnostic = {0};
    static const double extremes[] = {-1000, 1000, 0, -745, 745, 1e4, -1e4, 1e15, 37, -1e15};
    double y[10], values[2], grad[10];
    for (uint64_t seed = 13; seed < 20; seed++) {
        fill_targets(f, seed, 2, 5, y);
        ck_assert_int_eq(f->fused(parameters, 2, 5, extremes, y, values, grad, &diagnostic), NNG_PLUGIN_OK);
        ck_assert_msg(isfinite(values[0]) && isfinite(values[1]), "%s", plugin->name);
        for (size_t j = 0; j < 10; j++)
            ck_assert_msg(fabs(grad[j]) <= 1 + 1e-15, "%s: slope %g", plugin->name, grad[j]);
    }
}
PROPERTY(fused_is_finite_at_extremes)

/* Only a kink may change the slope in no distance; wherever one does, branch must know it, and nowhere else. */
static void check_kinks_are_known(const struct nng_plugin *plugin, const struct nng_loss *f, const double *parameters)
{
    static const double targets[][4] = {
        [NNG_TARGET_REAL] = {0, 1, -1, 0.5},   [NNG_TARGET_NONNEGATIVE] = {0, 1, 2, 0.5},
        [NNG_TARGET_UNIT] = {0, 1, 0.5, 0.25}, [NNG_TARGET_BINARY] = {0, 1, 0, 1},
        [NNG_TARGET_SIGN] = {-1, 1, -1, 1},    [NNG_TARGET_DISTRIBUTION] = {1, 1, 1, 1}};
    for (int q = -40; q <= 40; q++) {
        double at = q / 8.0;
        for (size_t t = 0; t < 4; t++) {
            double y[3] = {targets[f->target][t], targets[f->target][t], targets[f->target][t]};
            double yhat[3] = {at - 1e-12, at, at + 1e-12}, values[3], grad[3];
            int32_t codes[3];
            if (yhat[0] < f->yhat_min + 0.1 || yhat[2] > f->yhat_max - 0.1)
                continue;
            value(f, parameters, 3, 1, yhat, y, values, grad);
            branch(f, parameters, 3, 1, yhat, y, codes);
            int kink = fabs(grad[2] - grad[0]) > 1e-9 * (1 + fabs(grad[1]));
            ck_assert_msg(kink == (codes[1] == NNG_BRANCH_TIE), "%s at %g, y %g", plugin->name, at, y[0]);
            ck_assert_msg(kink == (codes[0] != codes[2]), "%s around %g, y %g", plugin->name, at, y[0]);
            ck_assert(grad[1] >= fmin(grad[0], grad[2]) - 1e-9 && grad[1] <= fmax(grad[0], grad[2]) + 1e-9);
        }
    }
}
PROPERTY(kinks_are_known)

/* ---- known values ------------------------------------------------------------------------------------------- */

/* One term of the sum over the outputs, for K outputs. */
typedef long double reference(const double *parameters, size_t K, long double yhat, long double y);

static long double known_squared_error(const double *parameters, size_t K, long double yhat, long double y)
{
    (void)K;
    return parameters[0] * (yhat - y) * (yhat - y);
}

static long double known_mean_squared_error(const double *parameters, size_t K, long double yhat, long double y)
{
    (void)parameters;
    return (yhat - y) * (yhat - y) / (long double)K;
}

static long double known_cross_entropy(const double *parameters, size_t K, long double yhat, long double y)
{
    long double s = parameters[0], t = (1 - s) * y + s / (long double)K;
    return t > 0 ? -t * logl(yhat) : 0;
}

static long double known_binary_cross_entropy(const double *parameters, size_t K, long double yhat, long double y)
{
    (void)parameters;
    (void)K;
    return -((y > 0 ? y * logl(yhat) : 0) + (y < 1 ? (1 - y) * log1pl(-yhat) : 0));
}

static long double known_absolute_error(const double *parameters, size_t K, long double yhat, long double y)
{
    (void)parameters;
    (void)K;
    return fabsl(yhat - y);
}

static long double known_huber(const double *parameters, size_t K, long double yhat, long double y)
{
    (void)K;
    long double delta = parameters[0], r = fabsl(yhat - y);
    return r <= delta ? r * r / 2 : delta * (r - delta / 2);
}

static long double known_log_cosh(const double *parameters, size_t K, long double yhat, long double y)
{
    (void)parameters;
    (void)K;
    long double s = sinhl((yhat - y) / 2);
    return log1pl(2 * s * s);
}

static long double known_kl_divergence(const double *parameters, size_t K, long double yhat, long double y)
{
    (void)parameters;
    (void)K;
    return y > 0 ? y * (logl(y) - logl(yhat)) : 0;
}

static long double known_hinge(const double *parameters, size_t K, long double yhat, long double y)
{
    (void)parameters;
    (void)K;
    return fmaxl(0, 1 - y * yhat);
}

static long double known_squared_hinge(const double *parameters, size_t K, long double yhat, long double y)
{
    (void)parameters;
    (void)K;
    return fmaxl(0, 1 - y * yhat) * fmaxl(0, 1 - y * yhat);
}

static long double known_perceptron(const double *parameters, size_t K, long double yhat, long double y)
{
    (void)parameters;
    (void)K;
    return y == 1 ? fmaxl(0, -yhat) : fmaxl(0, yhat);
}

static const struct {
    const char *name;
    reference *term;
} known[] = {
    {"squared_error", known_squared_error},
    {"mean_squared_error", known_mean_squared_error},
    {"cross_entropy", known_cross_entropy},
    {"binary_cross_entropy", known_binary_cross_entropy},
    {"absolute_error", known_absolute_error},
    {"huber", known_huber},
    {"log_cosh", known_log_cosh},
    {"kl_divergence", known_kl_divergence},
    {"hinge", known_hinge},
    {"squared_hinge", known_squared_hinge},
    {"perceptron", known_perceptron},
};

enum { POINTS = 5000 };

/* The error of L_n, in units of DBL_EPSILON times its terms' magnitude, over many samples of K outputs. */
static void compare_known(const struct nng_plugin *plugin, reference *term, const double *parameters, size_t K)
{
    const struct nng_loss *f = plugin->loss;
    struct nng_diagnostic diagnostic = {0};
    double *yhat = malloc(POINTS * K * sizeof *yhat), *y = malloc(POINTS * K * sizeof *y);
    double *values = malloc(POINTS * sizeof *values), *magnitudes = malloc(POINTS * sizeof *magnitudes);
    uint64_t seed = 21;
    fill_targets(f, 22, POINTS, K, y);
    double low = fmax(f->yhat_min, -30), high = fmin(f->yhat_max, 30), worst = 0;
    for (size_t i = 0; i < POINTS * K; i++) /* evenly, and near y, and near the ends */
        yhat[i] = i % 3 == 0   ? spread(&seed, low, high)
                  : i % 3 == 1 ? fmin(high, fmax(low, y[i] + exp2(spread(&seed, -40, 0))))
                               : fmin(high, fmax(low, low + exp2(spread(&seed, -300, 0))));
    value(f, parameters, POINTS, K, yhat, y, values, NULL);
    if (f->magnitude != NULL)
        ck_assert_int_eq(f->magnitude(parameters, POINTS, K, yhat, y, magnitudes, &diagnostic), NNG_PLUGIN_OK);
    for (size_t n = 0; n < POINTS; n++) {
        long double sum = 0, size = 0;
        for (size_t i = n * K; i < (n + 1) * K; i++) {
            sum += term(parameters, K, yhat[i], y[i]);
            size += fabsl(term(parameters, K, yhat[i], y[i]));
        }
        if (f->magnitude != NULL) {
            ck_assert_msg(magnitudes[n] >= (double)size * (1 - 1e-14), "%s: magnitude", plugin->name);
            size = magnitudes[n];
        }
        if (size > DBL_MIN)
            worst = fmax(worst, (double)(fabsl(values[n] - sum) / (DBL_EPSILON * size)));
    }
    ck_assert_msg(worst <= f->ulps, "%s, %zu outputs: %g ulps, declared %g", plugin->name, K, worst, f->ulps);
    free(yhat);
    free(y);
    free(values);
    free(magnitudes);
}

START_TEST(values_are_within_the_declared_ulps)
{
    load();
    if (!long_double_is_wider())
        return;
    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++) {
        const struct nng_plugin *plugin = find_plugin(&all, known[k].name);
        double parameters[VALUES];
        for (size_t s = 0; settings(plugin, s, parameters); s++) {
            compare_known(plugin, known[k].term, parameters, 1);
            compare_known(plugin, known[k].term, parameters, 10);
        }
    }
}
END_TEST

/* Fused forms against long double, with a up to +-40 and targets hard and soft. a_j - a_m up to 80 is rounded before
 * exp sees it: 80 / 2 units more. */
START_TEST(fused_values_and_slopes)
{
    load();
    if (!long_double_is_wider())
        return;
    enum { K = 4 };
    struct nng_diagnostic diagnostic = {0};
    const struct nng_loss *ce = find_plugin(&all, "cross_entropy")->loss;
    const struct nng_loss *bce = find_plugin(&all, "binary_cross_entropy")->loss;
    uint64_t seed = 31;
    for (int trial = 0; trial < 3000; trial++) {
        double smoothing = trial % 3 == 0 ? 0.1 : 0, a[K], y[K], L, grad[K];
        for (size_t j = 0; j < K; j++)
            a[j] = spread(&seed, -40, 40);
        long double sum = 0, right = 0, size = 0;
        for (size_t j = 0; j < K; j++) {
            y[j] = j == (size_t)trial % K;
            sum += expl(a[j]);
        }
        ck_assert_int_eq(ce->fused(&smoothing, 1, K, a, y, &L, grad, &diagnostic), NNG_PLUGIN_OK);
        for (size_t j = 0; j < K; j++) {
            long double t = (1 - (long double)smoothing) * y[j] + (long double)smoothing / K, others = 0;
            for (size_t i = 0; i < K; i++)
                others += i == j ? 0 : expl(a[i]);
            /* log(sum / exp(a_j)), and exp(a_j) / sum - t, each without cancellation where t is 0 or 1 */
            right += t * log1pl(others / expl(a[j]));
            long double slope = ((1 - t) * expl(a[j]) - t * others) / sum;
            size = fabsl((1 - t) * expl(a[j]) / sum) + fabsl(t * others / sum);
            ck_assert_msg(fabsl(grad[j] - slope) <= (16 + 40) * DBL_EPSILON * size, "cross_entropy: %.17g, %.17Lg",
                          grad[j], slope);
        }
        ck_assert_msg(fabsl(L - right) <= (4 + 40) * DBL_EPSILON * right, "cross_entropy: %.17g, %.17Lg", L, right);

        double y_soft = trial % 3 == 0 ? spread(&seed, 0, 1) : trial % 3 - 1;
        ck_assert_int_eq(bce->fused(NULL, 1, 1, a, &y_soft, &L, grad, &diagnostic), NNG_PLUGIN_OK);
        long double yes = 1 / (1 + expl(-a[0])), no = 1 / (1 + expl(a[0]));
        right = y_soft * log1pl(expl(-a[0])) + (1 - (long double)y_soft) * log1pl(expl(a[0]));
        ck_assert_msg(fabsl(L - right) <= 4 * DBL_EPSILON * right, "binary: %.17g, %.17Lg", L, right);
        size = (1 - (long double)y_soft) * yes + y_soft * no;
        ck_assert_msg(fabsl(grad[0] - ((1 - (long double)y_soft) * yes - y_soft * no)) <= 16 * DBL_EPSILON * size,
                      "binary: slope %.17g", grad[0]);
    }
}
END_TEST

/* The course's 4-4-2 network: yhat = softmax(1.66, 0.45), y = (1, 0); and log 2 for the undecided. */
START_TEST(printed_values)
{
    load();
    double parameters[VALUES], L, grad[2];
    const double yhat[] = {0.25, 0.75}, y[] = {1, 0}, half = 0.5, zero = 0, one = 1;
    const struct nng_plugin *plugin = find_plugin(&all, "squared_error");
    ck_assert(settings(plugin, 0, parameters));
    value(plugin->loss, parameters, 1, 2, yhat, y, &L, grad);
    ck_assert(L == 1.125 && grad[0] == -1.5 && grad[1] == 1.5);
    plugin = find_plugin(&all, "mean_squared_error");
    value(plugin->loss, parameters, 1, 2, yhat, y, &L, grad);
    ck_assert(L == 0.5625 && grad[0] == -0.75 && grad[1] == 0.75);
    plugin = find_plugin(&all, "cross_entropy");
    ck_assert(settings(plugin, 0, parameters));
    value(plugin->loss, parameters, 1, 2, yhat, y, &L, grad);
    ck_assert_double_eq_tol(L, 1.3862943611198906, 4e-16);
    ck_assert(grad[0] == -4 && grad[1] == 0);
    plugin = find_plugin(&all, "binary_cross_entropy");
    value(plugin->loss, parameters, 1, 1, &half, &one, &L, grad);
    ck_assert_double_eq_tol(L, 0.69314718055994531, 2e-16);
    ck_assert(grad[0] == -2);
    value(plugin->loss, parameters, 1, 1, &half, &zero, &L, grad);
    ck_assert(grad[0] == 2);
}
END_TEST

/* Nothing is clipped: sure and wrong costs infinity, sure and right costs nothing. */
START_TEST(entropies_at_the_ends)
{
    load();
    double smoothing = 0, L, grad[2];
    const double sure[] = {0, 1}, y_wrong[] = {1, 0}, y_right[] = {0, 1}, zero = 0, one = 1;
    const struct nng_loss *ce = find_plugin(&all, "cross_entropy")->loss;
    value(ce, &smoothing, 1, 2, sure, y_wrong, &L, grad);
    ck_assert(isinf(L) && L > 0 && isinf(grad[0]) && grad[0] < 0 && grad[1] == 0);
    value(ce, &smoothing, 1, 2, sure, y_right, &L, grad);
    ck_assert(L == 0 && grad[0] == 0 && grad[1] == -1);
    const struct nng_loss *bce = find_plugin(&all, "binary_cross_entropy")->loss;
    value(bce, NULL, 1, 1, &zero, &one, &L, grad);
    ck_assert(isinf(L) && L > 0 && isinf(grad[0]) && grad[0] < 0);
    value(bce, NULL, 1, 1, &one, &zero, &L, grad);
    ck_assert(isinf(L) && L > 0 && isinf(grad[0]) && grad[0] > 0);
    value(bce, NULL, 1, 1, &zero, &zero, &L, grad);
    ck_assert(L == 0 && grad[0] == 1);
    value(bce, NULL, 1, 1, &one, &one, &L, grad);
    ck_assert(L == 0 && grad[0] == -1);
}
END_TEST

RUN_SUITE("losses", descriptors, grad_is_the_derivative_of_value, complex_form_agrees_with_grad,
          linear_pieces_are_no_witnesses, batch_equals_row_by_row, zero_rows_touch_nothing, yhat_outside_is_refused,
          fused_equals_unfused, fused_is_finite_at_extremes, kinks_are_known, values_are_within_the_declared_ulps,
          fused_values_and_slopes, printed_values, entropies_at_the_ends)
