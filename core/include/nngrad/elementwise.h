/* SPDX-License-Identifier: MIT
 *
 * elementwise.h - from a formula for one number to a plugin's functions for a whole batch.
 *
 * Most activations are h_nj = f(a_nj), and most losses L_n = sum_j t(yhat_nj, y_nj).  Such a plugin writes down
 *
 *     f and its slope f',  or  the term t and its slope dt/dyhat,       as functions of one double,
 *     its analytic continuation,                                        as a function of one double complex,
 *     the number of the smooth piece that an argument is on,            as a function that returns int32_t,
 *
 * and the macros below write the loops, vectorised as vectormath.h says.  Every formula gets the plugin's parameters
 * (or other constants) as its first argument.
 */
#ifndef NNG_ELEMENTWISE_H
#define NNG_ELEMENTWISE_H

#include <complex.h>

#include <nngrad/plugin.h>
#include <nngrad/vectormath.h>

/* ---- activations ------------------------------------------------------------------------------------------- */

/* h = f(a):  double f(const double *parameters, double a) */
#define NNG_FORWARD(name, f)                                                                                           \
    NNG_MAP_1(name##_map, f)                                                                                           \
    static enum nng_plugin_status name(const double *parameters, size_t rows, size_t cols, const double *a, double *h, \
                                       struct nng_diagnostic *diagnostic)                                              \
    {                                                                                                                  \
        (void)diagnostic;                                                                                              \
        name##_map(parameters, rows *cols, a, h);                                                                      \
        return NNG_PLUGIN_OK;                                                                                          \
    }

/* da = dh f'(a):  double slope(const double *parameters, double a) */
#define NNG_BACKWARD(name, slope)                                                                                      \
    static inline double name##_chain(const double *parameters, double a, double dh)                                   \
    {                                                                                                                  \
        return dh * slope(parameters, a);                                                                              \
    }                                                                                                                  \
    NNG_MAP_2(name##_map, name##_chain)                                                                                \
    static enum nng_plugin_status name(const double *parameters, size_t rows, size_t cols, const double *a,            \
                                       const double *h, const double *dh, double *da,                                  \
                                       struct nng_diagnostic *diagnostic)                                              \
    {                                                                                                                  \
        (void)h;                                                                                                       \
        (void)diagnostic;                                                                                              \
        name##_map(parameters, rows *cols, a, dh, da);                                                                 \
        return NNG_PLUGIN_OK;                                                                                          \
    }

/* h = f(a) for complex a:  double complex f(const double *parameters, double complex a) */
#define NNG_COMPLEX_FORWARD(name, f)                                                                                   \
    static enum nng_plugin_status name(const double *parameters, size_t rows, size_t cols, const double *a_re,         \
                                       const double *a_im, double *h_re, double *h_im,                                 \
                                       struct nng_diagnostic *diagnostic)                                              \
    {                                                                                                                  \
        (void)diagnostic;                                                                                              \
        for (size_t i = 0; i < rows * cols; i++) {                                                                     \
            double complex h = f(parameters, a_re[i] + a_im[i] * I);                                                   \
            h_re[i] = creal(h);                                                                                        \
            h_im[i] = cimag(h);                                                                                        \
        }                                                                                                              \
        return NNG_PLUGIN_OK;                                                                                          \
    }

/* Which piece:  int32_t piece(const double *parameters, double a) */
#define NNG_BRANCH(name, piece)                                                                                        \
    static enum nng_plugin_status name(const double *parameters, size_t rows, size_t cols, const double *a,            \
                                       int32_t *codes, struct nng_diagnostic *diagnostic)                              \
    {                                                                                                                  \
        (void)diagnostic;                                                                                              \
        for (size_t i = 0; i < rows * cols; i++)                                                                       \
            codes[i] = piece(parameters, a[i]);                                                                        \
        return NNG_PLUGIN_OK;                                                                                          \
    }

/* ---- losses ------------------------------------------------------------------------------------------------ */

/* How many terms stand in the stack buffer between being computed and being added up. */
enum { NNG_PIECE = 512 };

typedef void nng_map_2(const double *constants, size_t n, const double *x, const double *y, double *out);

/* values_n = sum_j terms(yhat_nj, y_nj), added up from the left */
static inline void nng_row_sums(nng_map_2 *terms, const double *constants, size_t rows, size_t cols, const double *yhat,
                                const double *y, double *values)
{
    double piece[NNG_PIECE];
    for (size_t n = 0; n < rows; n++)
        values[n] = 0;
    size_t n = 0, j = 0;
    for (size_t i = 0; i < rows * cols; i += NNG_PIECE) {
        size_t count = rows * cols - i < NNG_PIECE ? rows * cols - i : NNG_PIECE;
        terms(constants, count, yhat + i, y + i, piece);
        for (size_t k = 0; k < count; k++) {
            values[n] += piece[k];
            if (++j == cols) {
                j = 0;
                n++;
            }
        }
    }
}

/* Refuses the first yhat outside of [min, max]. NaN passes: it shows in the loss. */
static inline enum nng_plugin_status nng_refuse_outside(double min, double max, size_t rows, size_t cols,
                                                        const double *yhat, const char *reason,
                                                        struct nng_diagnostic *diagnostic)
{
    size_t outside = 0;
    for (size_t i = 0; i < rows * cols; i++)
        outside += yhat[i] < min || yhat[i] > max;
    for (size_t i = 0; outside > 0 && i < rows * cols; i++)
        if (yhat[i] < min || yhat[i] > max)
            return nng_refuse(diagnostic, (int64_t)(i / cols), (int64_t)(i % cols), reason);
    return NNG_PLUGIN_OK;
}

/* static void name(constants, rows, cols, yhat, y, values, grad): values_n = sum_j term, grad = slope unless NULL.
 * double term(const double *constants, double yhat, double y), and slope likewise. */
#define NNG_SUM_OF_TERMS(name, term, slope)                                                                            \
    NNG_MAP_2(name##_terms, term)                                                                                      \
    NNG_MAP_2(name##_slopes, slope)                                                                                    \
    static void name(const double *constants, size_t rows, size_t cols, const double *yhat, const double *y,           \
                     double *values, double *grad)                                                                     \
    {                                                                                                                  \
        nng_row_sums(name##_terms, constants, rows, cols, yhat, y, values);                                            \
        if (grad != NULL)                                                                                              \
            name##_slopes(constants, rows *cols, yhat, y, grad);                                                       \
    }

/* A loss's `value` when yhat may be anything. */
#define NNG_VALUE(name, term, slope)                                                                                   \
    NNG_SUM_OF_TERMS(name##_sums, term, slope)                                                                         \
    static enum nng_plugin_status name(const double *parameters, size_t rows, size_t cols, const double *yhat,         \
                                       const double *y, double *values, double *grad,                                  \
                                       struct nng_diagnostic *diagnostic)                                              \
    {                                                                                                                  \
        (void)diagnostic;                                                                                              \
        name##_sums(parameters, rows, cols, yhat, y, values, grad);                                                    \
        return NNG_PLUGIN_OK;                                                                                          \
    }

/* L_n = sum_j term for complex yhat:  double complex term(const double *parameters, double complex yhat, double y) */
#define NNG_COMPLEX_VALUE(name, term)                                                                                  \
    static enum nng_plugin_status name(const double *parameters, size_t rows, size_t cols, const double *yhat_re,      \
                                       const double *yhat_im, const double *y, double *values_re, double *values_im,   \
                                       struct nng_diagnostic *diagnostic)                                              \
    {                                                                                                                  \
        (void)diagnostic;                                                                                              \
        for (size_t n = 0; n < rows; n++) {                                                                            \
            double complex sum = 0;                                                                                    \
            for (size_t i = n * cols; i < (n + 1) * cols; i++)                                                         \
                sum += term(parameters, yhat_re[i] + yhat_im[i] * I, y[i]);                                            \
            values_re[n] = creal(sum);                                                                                 \
            values_im[n] = cimag(sum);                                                                                 \
        }                                                                                                              \
        return NNG_PLUGIN_OK;                                                                                          \
    }

/* Which piece:  int32_t piece(const double *parameters, double yhat, double y) */
#define NNG_LOSS_BRANCH(name, piece)                                                                                   \
    static enum nng_plugin_status name(const double *parameters, size_t rows, size_t cols, const double *yhat,         \
                                       const double *y, int32_t *codes, struct nng_diagnostic *diagnostic)             \
    {                                                                                                                  \
        (void)diagnostic;                                                                                              \
        for (size_t i = 0; i < rows * cols; i++)                                                                       \
            codes[i] = piece(parameters, yhat[i], y[i]);                                                               \
        return NNG_PLUGIN_OK;                                                                                          \
    }

#endif
