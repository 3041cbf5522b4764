/* test_vectormath.c - the exponentials that activations are made of (vectormath.h), against long double. */
#include "support.h"
#include "plugins.h"

#include <nngrad/vectormath.h>

typedef double function(double x);
typedef long double reference(long double x);

static double exp_below(double x)
{
    return nng_exp_below(x);
}

static double expm1_below(double x)
{
    return nng_expm1_below(x);
}

static double log1p_unit(double x)
{
    return nng_log1p_unit(x);
}

static const struct {
    const char *name;
    function *f;
    reference *right;
    double ulps, low, high;
} functions[] = {{"exp", exp_below, expl, 1.2, -760, 0},
                 {"expm1", expm1_below, expm1l, 1.5, -760, 0},
                 {"log1p", log1p_unit, log1pl, 2, 0, 1}};
enum { FUNCTIONS = sizeof functions / sizeof functions[0], POINTS = 200000 };

/* Evenly spread ones, and ones whose exponent is. Results below the normal numbers are as good as theirs. */
START_TEST(within_their_bounds)
{
    if (!long_double_is_wider())
        return;
    for (size_t k = 0; k < FUNCTIONS; k++) {
        uint64_t seed = k;
        double worst = 0, at = 0;
        for (size_t i = 0; i < POINTS; i++) {
            double low = functions[k].low, high = functions[k].high;
            double x = i % 3 == 0   ? spread(&seed, low, high)
                       : i % 3 == 1 ? spread(&seed, low / 100, high / 2)
                                    : (low + high) / fabs(low + high) * exp2(spread(&seed, -1070, high == 1 ? 0 : 5));
            long double right = functions[k].right(x);
            double error = (double)(fabsl(functions[k].f(x) - right) / unit_of((double)right));
            if (error > worst) {
                worst = error;
                at = x;
            }
        }
        ck_assert_msg(worst <= functions[k].ulps, "%s: %.3g units at %.17g", functions[k].name, worst, at);
    }
}
END_TEST

START_TEST(at_the_ends)
{
    ck_assert(nng_exp_below(0) == 1 && nng_exp_below(-0.0) == 1);
    ck_assert(nng_exp_below(-1e4) == 0 && nng_exp_below(-INFINITY) == 0);
    ck_assert(nng_exp_below(-745) == 0x1p-1074);
    ck_assert(nng_expm1_below(0) == 0 && nng_expm1_below(-1e300) == -1 && nng_expm1_below(-INFINITY) == -1);
    ck_assert(nng_log1p_unit(0) == 0 && nng_log1p_unit(0x1p-1074) == 0x1p-1074);
    for (size_t k = 0; k < FUNCTIONS; k++)
        ck_assert(isnan(functions[k].f(NAN)));
}
END_TEST

RUN_SUITE("vectormath", within_their_bounds, at_the_ends)
