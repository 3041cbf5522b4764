/* SPDX-License-Identifier: MIT
 *
 * vectormath.h - loops over exp, log, tanh ... that run in vector registers.
 *
 * A formula for one number becomes a function over arrays:
 *
 *     static inline double gauss(const double *constants, double x)
 *     {
 *         return exp(-constants[0] * x * x);
 *     }
 *     NNG_MAP_1(gausses, gauss)          // gausses(constants, n, x, out): out[i] = gauss(constants, x[i])
 *
 * With gcc and the GNU C library on x86-64 the calls of exp and its like become calls of libmvec, which computes two,
 * four or eight at a time with errors below 4 units in the last place; the widest form that the processor has is chosen
 * when the object is loaded.  Elsewhere the very same loop calls the plain functions of <math.h>.
 *
 * A loop is vectorised if it has no branches.  So formulas select values with ?: instead, and where a result would not
 * be wanted for some argument they select the argument, log(y == 0 ? 1 : x), and not the result, y == 0 ? 0 : log(x):
 * the compiler would put the call back behind a branch.
 *
 * nng_exp_below, nng_expm1_below and nng_log1p_unit are no calls at all, and faster still: see below.
 *
 * Vector functions and plain ones may differ in the last bits.  So that a result depends on the element alone, never on
 * its place in the array, every element goes through whole blocks of NNG_LANES: the last block is filled up with copies
 * of the last element.  Whole batch, single rows and any cut in between then agree bit for bit.
 */
#ifndef NNG_VECTORMATH_H
#define NNG_VECTORMATH_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* NNG_SIMD stands before a loop to vectorise; NNG_CLONES before a function with such loops: it is compiled once for
 * each kind of processor, together with all that it calls (flatten).
 *
 * Only with -fno-math-errno can a loop over exp be vectorised at all, so that flag is the switch; a plugin built with
 * plain `cc -O2 -shared` then needs no libmvec.  clang has neither the simd attribute nor (at 14) target_clones. */
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 12 &&         \
    defined(__NO_MATH_ERRNO__) && defined(__OPTIMIZE__)
#define NNG_SIMD _Pragma("omp simd")
#define NNG_CLONES __attribute__((flatten, target_clones("default", "arch=x86-64-v3", "arch=x86-64-v4")))
#define NNG_VECTOR_FUNCTION __attribute__((simd("notinbranch")))
double exp(double) NNG_VECTOR_FUNCTION;
double log(double) NNG_VECTOR_FUNCTION;
#if __GLIBC__ > 2 || __GLIBC_MINOR__ >= 35
double expm1(double) NNG_VECTOR_FUNCTION;
double log1p(double) NNG_VECTOR_FUNCTION;
double tanh(double) NNG_VECTOR_FUNCTION;
double erfc(double) NNG_VECTOR_FUNCTION;
#endif
#undef NNG_VECTOR_FUNCTION
#else
#define NNG_SIMD
#define NNG_CLONES
#endif

/* A multiple of every vector's length: eight doubles are one register of AVX-512, two of AVX2, four of SSE2. */
enum { NNG_LANES = 8 };

/* Copies up to NNG_LANES elements, and fills the rest with the last of them. count >= 1. */
static inline void nng_pad(size_t count, const double *from, double to[NNG_LANES])
{
    for (size_t k = 0; k < NNG_LANES; k++)
        to[k] = from[k < count ? k : count - 1];
}

/* ---- exponentials of numbers below 0 -----------------------------------------------------------------------------
 *
 * The functions that activations are made of, as plain arithmetic: inlined into a loop they cost no call, share what
 * they compute, and need no vector library.  With n = round(x / log 2) and r = x - n log 2, |r| <= log 2 / 2:
 *
 *     exp(x) = 2^n exp(r),    exp(r) = 1 + r + r^2 P(r)
 *
 * P is the polynomial of degree 9 that is nearest to (exp(r) - 1 - r) / r^2 on that interval (Chebyshev; its error is
 * 1e-16, which counts r^2 <= 0.12 times).  log 2 is taken in two parts, of which the first has so few bits that n times
 * it is exact. */

/* x + NNG_ROUND - NNG_ROUND is x rounded to a whole number, which stands in the last bits of x + NNG_ROUND. */
#define NNG_ROUND 0x1.8p52

struct nng_reduced {
    double shifted; /* n + NNG_ROUND */
    double r;
};

static inline struct nng_reduced nng_reduce(double x)
{
    double shifted = x * 1.4426950408889634 + NNG_ROUND, n = shifted - NNG_ROUND;
    double r = x - n * 6.93147180369123816490e-01;
    return (struct nng_reduced){shifted, r - n * 1.90821492927058770002e-10};
}

/* P(r) */
static inline double nng_exp_polynomial(double r)
{
    double p = 2.510038549551032e-08;
    p = p * r + 2.7620088445409746e-07;
    p = p * r + 2.7557268459997064e-06;
    p = p * r + 2.4801521295954376e-05;
    p = p * r + 0.00019841269863053618;
    p = p * r + 0.0013888888917213717;
    p = p * r + 0.008333333333330062;
    p = p * r + 0.04166666666662413;
    p = p * r + 0.16666666666666669;
    return p * r + 0.5;
}

/* 2^(n + more), which must be a normal number */
static inline double nng_power_of_two(double shifted, uint64_t more)
{
    uint64_t bits;
    double power;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (bits + 1023 + more) << 52;
    memcpy(&power, &bits, sizeof power);
    return power;
}

/* exp(x) for x <= 0, within 1.2 units in the last place; results that are less than normal are rounded as they should,
 * by the last product. */
static inline double nng_exp_below(double x)
{
    struct nng_reduced t = nng_reduce(x < -750 ? -750 : x);
    double power = nng_power_of_two(t.shifted, 60);
    return (power + power * (nng_exp_polynomial(t.r) * (t.r * t.r) + t.r)) * 0x1p-60;
}

/* exp(x) - 1 for x <= 0, within 1.5 units: 2^n (exp(r) - 1) + (2^n - 1). */
static inline double nng_expm1_below(double x)
{
    struct nng_reduced t = nng_reduce(x < -60 ? -60 : x);
    double power = nng_power_of_two(t.shifted, 0);
    return power * (nng_exp_polynomial(t.r) * (t.r * t.r) + t.r) + (power - 1);
}

/* log(1 + x) for 0 <= x <= 1, within 2 units: 2 artanh(u / 2) with u = x / (1 + x / 2) <= 2/3 and
 * 2 artanh(u / 2) = u + u z Q(z), z = u^2 / 4, Q the nearest polynomial of degree 9 (its error counts z <= 1/9 times:
 * 5e-18). */
static inline double nng_log1p_unit(double x)
{
    double u = x / (1 + 0.5 * x), z = 0.25 * (u * u);
    double q = 0.08082022805971766;
    q = q * z + 0.04400369243072337;
    q = q * z + 0.06000536404795356;
    q = q * z + 0.06657072104827468;
    q = q * z + 0.07692785032479312;
    q = q * z + 0.09090894718066429;
    q = q * z + 0.11111111358713932;
    q = q * z + 0.1428571428355438;
    q = q * z + 0.20000000000007292;
    q = q * z + 0.3333333333333333;
    return u + u * (z * q);
}

/* ---- loops --------------------------------------------------------------------------------------------------- */

/* static void name(const double *constants, size_t n, const double *x, double *out): out[i] = f(constants, x[i]).
 * out may be x itself. A block is computed before any of it is written, so that its registers can take turns. */
#define NNG_MAP_1(name, f)                                                                                             \
    NNG_CLONES static void name(const double *constants, size_t n, const double *x, double *out)                       \
    {                                                                                                                  \
        size_t i = 0;                                                                                                  \
        for (; i + NNG_LANES <= n; i += NNG_LANES) {                                                                   \
            double block[NNG_LANES];                                                                                   \
            NNG_SIMD                                                                                                   \
            for (size_t k = 0; k < NNG_LANES; k++)                                                                     \
                block[k] = f(constants, x[i + k]);                                                                     \
            for (size_t k = 0; k < NNG_LANES; k++)                                                                     \
                out[i + k] = block[k];                                                                                 \
        }                                                                                                              \
        if (i < n) {                                                                                                   \
            double x_end[NNG_LANES], out_end[NNG_LANES];                                                               \
            nng_pad(n - i, x + i, x_end);                                                                              \
            NNG_SIMD                                                                                                   \
            for (size_t k = 0; k < NNG_LANES; k++)                                                                     \
                out_end[k] = f(constants, x_end[k]);                                                                   \
            for (size_t k = 0; i + k < n; k++)                                                                         \
                out[i + k] = out_end[k];                                                                               \
        }                                                                                                              \
    }

/* The same for f(constants, x[i], y[i]). */
#define NNG_MAP_2(name, f)                                                                                             \
    NNG_CLONES static void name(const double *constants, size_t n, const double *x, const double *y, double *out)      \
    {                                                                                                                  \
        size_t i = 0;                                                                                                  \
        for (; i + NNG_LANES <= n; i += NNG_LANES) {                                                                   \
            double block[NNG_LANES];                                                                                   \
            NNG_SIMD                                                                                                   \
            for (size_t k = 0; k < NNG_LANES; k++)                                                                     \
                block[k] = f(constants, x[i + k], y[i + k]);                                                           \
            for (size_t k = 0; k < NNG_LANES; k++)                                                                     \
                out[i + k] = block[k];                                                                                 \
        }                                                                                                              \
        if (i < n) {                                                                                                   \
            double x_end[NNG_LANES], y_end[NNG_LANES], out_end[NNG_LANES];                                             \
            nng_pad(n - i, x + i, x_end);                                                                              \
            nng_pad(n - i, y + i, y_end);                                                                              \
            NNG_SIMD                                                                                                   \
            for (size_t k = 0; k < NNG_LANES; k++)                                                                     \
                out_end[k] = f(constants, x_end[k], y_end[k]);                                                         \
            for (size_t k = 0; i + k < n; k++)                                                                         \
                out[i + k] = out_end[k];                                                                               \
        }                                                                                                              \
    }

#endif
