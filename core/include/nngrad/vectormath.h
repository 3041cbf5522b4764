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
 * Vector functions and plain ones may differ in the last bits.  So that a result depends on the element alone, never on
 * its place in the array, every element goes through whole blocks of NNG_LANES: the last block is filled up with copies
 * of the last element.  Whole batch, single rows and any cut in between then agree bit for bit.
 */
#ifndef NNG_VECTORMATH_H
#define NNG_VECTORMATH_H

#include <math.h>
#include <stddef.h>

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

/* static void name(const double *constants, size_t n, const double *x, double *out): out[i] = f(constants, x[i]).
 * out may be x itself. */
#define NNG_MAP_1(name, f)                                                                                             \
    NNG_CLONES static void name(const double *constants, size_t n, const double *x, double *out)                       \
    {                                                                                                                  \
        size_t i = 0;                                                                                                  \
        for (; i + NNG_LANES <= n; i += NNG_LANES) {                                                                   \
            NNG_SIMD                                                                                                   \
            for (size_t k = 0; k < NNG_LANES; k++)                                                                     \
                out[i + k] = f(constants, x[i + k]);                                                                   \
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
            NNG_SIMD                                                                                                   \
            for (size_t k = 0; k < NNG_LANES; k++)                                                                     \
                out[i + k] = f(constants, x[i + k], y[i + k]);                                                         \
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
