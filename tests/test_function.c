/* test_function.c - the check of any function: cases whose right answers are known. Each wrong gradient must be
 * refused, each right one must not be. */
#include "support.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <nngrad/gsl.h>
#include <nngrad/nngrad.h>

static double sine(void *c, const double *x)
{
    (void)c;
    return sin(x[0]);
}

static double relu(void *c, const double *x)
{
    (void)c;
    return x[0] > 0.0 ? x[0] : 0.0;
}

/* relu(x - 1 - delta) + x^2 */
static double near_kink(void *c, const double *x)
{
    double a = x[0] - 1.0 - *(const double *)c;
    return (a > 0.0 ? a : 0.0) + x[0] * x[0];
}

static double jump(void *c, const double *x)
{
    (void)c;
    return x[0] >= 1.0 ? 1.0 : 0.0;
}

static double softplus(void *c, const double *x)
{
    (void)c;
    return log1p(exp(x[0]));
}

static double naive(void *c, const double *x)
{
    (void)c;
    return -log(1.0 / (1.0 + exp(-x[0])));
}

static double offset(void *c, const double *x)
{
    (void)c;
    return 1e8 + sin(x[0]);
}

static double square(void *c, const double *x)
{
    (void)c;
    return 3.0 * x[0] * x[0];
}

static double logarithm(void *c, const double *x)
{
    (void)c;
    return log(x[0]);
}

static double structured(void *c, const double *x)
{
    (void)c;
    return sin(x[0]) + 1e-9 * sin(1e9 * x[0] * x[0]);
}

static double absolute(void *c, const double *x)
{
    (void)c;
    return fabs(x[0]);
}

static double dead(void *c, const double *x)
{
    (void)c;
    (void)x;
    return 3.0;
}

static double clipped_log(void *c, const double *x)
{
    (void)c;
    return -log(fmax(x[0], 1e-12));
}

static double largest(void *c, const double *x)
{
    (void)c;
    return fmax(x[0], 1.0);
}

static double offset_near = 1e-3, offset_very_near = 1e-9;

static const struct {
    const char *name;
    double (*f)(void *, const double *);
    void *context;
    double x, g;
    enum nng_verdict verdict, or_verdict;
} cases[] = {
    {"sin, exact", sine, NULL, 1.0, 0.54030230586813971740, NNG_PASS, NNG_PASS},
    {"sin, one part in 500000 off", sine, NULL, 1.0, 0.54030230586813971740 * (1 + 2e-6), NNG_FAIL, NNG_FAIL},
    {"sin, the wrong sign", sine, NULL, 1.0, -0.54030230586813971740, NNG_FAIL, NNG_FAIL},
    {"sin, nan", sine, NULL, 1.0, NAN, NNG_FAIL, NNG_FAIL},
    {"sin, infinite", sine, NULL, 1.0, INFINITY, NNG_FAIL, NNG_FAIL},
    {"relu at 0, g = 0", relu, NULL, 0.0, 0.0, NNG_KINK, NNG_KINK},
    {"relu at 0, g = -0", relu, NULL, 0.0, -0.0, NNG_KINK, NNG_KINK},
    {"relu at 0, g = 1", relu, NULL, 0.0, 1.0, NNG_KINK, NNG_KINK},
    {"relu at 0, g = -0.5", relu, NULL, 0.0, -0.5, NNG_FAIL, NNG_FAIL},
    {"relu at 0, g = 2", relu, NULL, 0.0, 2.0, NNG_FAIL, NNG_FAIL},
    {"relu(x - 1.001) + x^2 at 1, g = 2", near_kink, &offset_near, 1.0, 2.0, NNG_PASS, NNG_PASS},
    {"relu(x - 1.001) + x^2 at 1, g = 3", near_kink, &offset_near, 1.0, 3.0, NNG_FAIL, NNG_FAIL},
    {"relu(x - 1 - 1e-9) + x^2 at 1, g = 2", near_kink, &offset_very_near, 1.0, 2.0, NNG_KINK, NNG_KINK},
    {"relu(x - 1 - 1e-9) + x^2 at 1, g = -2", near_kink, &offset_very_near, 1.0, -2.0, NNG_FAIL, NNG_FAIL},
    {"a step at 1, g = 0", jump, NULL, 1.0, 0.0, NNG_KINK, NNG_KINK},
    {"log1p(exp(-40))", softplus, NULL, -40.0, 4.248354255291589e-18, NNG_PASS, NNG_PASS},
    {"log1p(exp(-40)), doubled", softplus, NULL, -40.0, 8.496708510583178e-18, NNG_FAIL, NNG_FAIL},
    {"-log(1/(1 + exp(-40))) naively", naive, NULL, 40.0, -4.248354255291589e-18, NNG_INCONCLUSIVE, NNG_INCONCLUSIVE},
    {"1e8 + sin x", offset, NULL, 1.0, 0.54030230586813971740, NNG_INCONCLUSIVE, NNG_INCONCLUSIVE},
    {"1e8 + sin x, one part in 1000 off", offset, NULL, 1.0, 0.54030230586813971740 * 1.001, NNG_FAIL, NNG_FAIL},
    {"3x^2 at 1e12", square, NULL, 1e12, 6e12, NNG_PASS, NNG_PASS},
    {"3x^2 at 1e12, 3e-6 off", square, NULL, 1e12, 6e12 * (1 + 3e-6), NNG_FAIL, NNG_FAIL},
    {"3x^2 at 1e-12", square, NULL, 1e-12, 6e-12, NNG_PASS, NNG_PASS},
    {"3x^2 at 1e-12, 3e-6 off", square, NULL, 1e-12, 6e-12 * (1 + 3e-6), NNG_FAIL, NNG_FAIL},
    {"log at 1e-6", logarithm, NULL, 1e-6, 1e6, NNG_PASS, NNG_PASS},
    {"log at 1e-6, 3e-6 off", logarithm, NULL, 1e-6, 1e6 * (1 - 3e-6), NNG_FAIL, NNG_FAIL},
    {"structure below the step", structured, NULL, 1.0, 0.54030230586813971740, NNG_INCONCLUSIVE, NNG_FAIL},
    {"|x| at 0, g = 0", absolute, NULL, 0.0, 0.0, NNG_KINK, NNG_KINK},
    {"|x| at 0, g = 1.5", absolute, NULL, 0.0, 1.5, NNG_FAIL, NNG_FAIL},
    {"a constant, g = 0", dead, NULL, 1.0, 0.0, NNG_PASS, NNG_PASS},
    {"a constant, g = 1e-3", dead, NULL, 1.0, 1e-3, NNG_FAIL, NNG_FAIL},
    {"a constant, a denormal g", dead, NULL, 1.0, 5e-324, NNG_PASS, NNG_INCONCLUSIVE},
    {"log clipped at 1e-12, below the clip, g of the unclipped formula", clipped_log, NULL, 1e-14, -1e14, NNG_FAIL,
     NNG_KINK},
    {"max(x, 1) at the tie, g = 0.5", largest, NULL, 1.0, 0.5, NNG_KINK, NNG_KINK},
};

START_TEST(known_answers)
{
    int wrong = 0;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct nng_function f = {.n = 1, .value = cases[i].f, .context = cases[i].context};
        struct nng_function_options options = {.every_entry = true};
        struct nng_report *report = NULL;
        struct nng_error error = {0};
        ck_assert_msg(nng_check_function(&f, &cases[i].x, &cases[i].g, &options, &report, &error) == NNG_OK, "%s: %s",
                      cases[i].name, error.text);
        const struct nng_entry *e = &report->entries[0];
        if (e->verdict != cases[i].verdict && e->verdict != cases[i].or_verdict) {
            printf("%s: %s (n = %.17g, g = %.17g, U = %g, T = %g, left %g, right %g)\n", cases[i].name,
                   nng_verdict_name(e->verdict), e->numeric, e->analytic, e->uncertainty, e->tolerance, e->left,
                   e->right);
            wrong++;
        }
        nng_report_free(report);
    }
    ck_assert_int_eq(wrong, 0);
}
END_TEST

/* A value that changes from call to call is no function. */
static double restless(void *c, const double *x)
{
    return x[0] + 1e-9 * (double)(*(int *)c)++;
}

START_TEST(refusals)
{
    int calls = 0;
    double x = 1.0, g = 1.0;
    struct nng_function f = {.n = 1, .value = restless, .context = &calls};
    struct nng_function_options options = {0};
    struct nng_report *report = NULL;
    struct nng_error error = {0};
    ck_assert_int_eq(nng_check_function(&f, &x, &g, &options, &report, &error), NNG_NUMERIC);
    ck_assert_ptr_nonnull(strstr(error.text, "not deterministic"));
    struct nng_function logarithm_at_minus_one = {.n = 1, .value = logarithm};
    x = -1.0;
    ck_assert_int_eq(nng_check_function(&logarithm_at_minus_one, &x, &g, &options, &report, &error), NNG_NUMERIC);
    ck_assert_ptr_nonnull(strstr(error.text, "f(x) is"));
}
END_TEST

/* f(x) = sum_i c_i sin(x_i): a million entries, one of which is claimed wrongly. */
static double many(void *c, const double *x)
{
    size_t n = *(const size_t *)c;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += x[i] * (1.0 + 0.1 * x[i]) + 0.05 * x[i] * x[(i * 7 + 1) % n];
    return sum;
}

START_TEST(one_in_a_million)
{
    size_t n = 1000000, planted = 765432;
    double *x = malloc(n * sizeof *x), *g = calloc(n, sizeof *g);
    for (size_t i = 0; i < n; i++)
        x[i] = sin((double)i) * 0.5;
    for (size_t i = 0; i < n; i++) {
        size_t j = (i * 7 + 1) % n;
        g[i] += 1.0 + 0.2 * x[i] + 0.05 * x[j];
        g[j] += 0.05 * x[i];
    }
    struct nng_function f = {.n = n, .value = many, .context = &n};
    struct nng_function_options options = {.seed = 1};
    struct nng_report *report = NULL;
    struct nng_error error = {0};
    ck_assert_int_eq(nng_check_function(&f, x, g, &options, &report, &error), NNG_OK);
    ck_assert_int_eq(report->verdict, NNG_PASS);
    ck_assert(report->screened);
    nng_report_free(report);
    g[planted] *= 1.001;
    ck_assert_int_eq(nng_check_function(&f, x, g, &options, &report, &error), NNG_OK);
    ck_assert_int_eq(report->verdict, NNG_FAIL);
    ck_assert_uint_eq(report->entry_count, 1);
    ck_assert_uint_eq(report->entries[0].index, planted);
    printf("one wrong entry of %zu found with %llu evaluations\n", n, (unsigned long long)report->evaluations);
    nng_report_free(report);
    free(x);
    free(g);
}
END_TEST

/* Rosenbrock's function with GSL's callbacks. */
static double rosenbrock(const gsl_vector *v, void *p)
{
    double x = gsl_vector_get(v, 0), y = gsl_vector_get(v, 1);
    (void)p;
    return (1 - x) * (1 - x) + 100 * (y - x * x) * (y - x * x);
}

static void rosenbrock_df(const gsl_vector *v, void *p, gsl_vector *g)
{
    double x = gsl_vector_get(v, 0), y = gsl_vector_get(v, 1);
    double slip = *(const double *)p;
    gsl_vector_set(g, 0, -2 * (1 - x) - slip * x * (y - x * x));
    gsl_vector_set(g, 1, 200 * (y - x * x));
}

static void rosenbrock_fdf(const gsl_vector *v, void *p, double *f, gsl_vector *g)
{
    *f = rosenbrock(v, p);
    rosenbrock_df(v, p, g);
}

START_TEST(gsl_functions)
{
    double slip = 400;
    gsl_multimin_function_fdf f = {rosenbrock, rosenbrock_df, rosenbrock_fdf, 2, &slip};
    double at[2] = {-1.2, 1.0};
    gsl_vector_view x = gsl_vector_view_array(at, 2);
    struct nng_function_options options = {.every_entry = true};
    struct nng_report *report = NULL;
    ck_assert_int_eq(nng_check_gsl(&f, &x.vector, &options, &report, NULL), NNG_OK);
    ck_assert_int_eq(report->verdict, NNG_PASS);
    ck_assert_double_eq_tol(report->entries[0].numeric, -215.6, 1e-7);
    nng_report_free(report);
    slip = 200;
    ck_assert_int_eq(nng_check_gsl(&f, &x.vector, &options, &report, NULL), NNG_OK);
    ck_assert_uint_eq(report->fail, 1);
    ck_assert_int_eq(report->entries[0].verdict, NNG_FAIL);
    ck_assert_int_eq(report->entries[1].verdict, NNG_PASS);
    nng_report_free(report);
}
END_TEST

RUN_SUITE("function", known_answers, refusals, one_in_a_million, gsl_functions)
