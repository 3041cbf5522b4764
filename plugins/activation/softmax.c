/* softmax.c - h_nj = exp(a_nj / T) / sum_i exp(a_ni / T): each row a distribution.
 *
 * The same number may be taken from all of a row's a: with the largest, at column m, the largest exp is 1 and none
 * overflows.  Backward, from dh_i/da_j = h_i ((i == j) - h_j) / T, the same number may be taken from all dh:
 *
 *     da_j = h_j (d_j - sum_i h_i d_i) / T,   d_i = dh_i - dh_m
 *
 * so that a row that is nearly sure of m adds up small numbers instead of subtracting large ones. */
#include <complex.h>

#include <nngrad/plugin.h>
#include <nngrad/vectormath.h>

enum { TEMPERATURE };

static const struct nng_parameter parameters_table[] = {{.name = "temperature",
                                                         .summary = "T: high is even, low is sharp",
                                                         .kind = NNG_REAL,
                                                         .flags = NNG_OPEN_MIN,
                                                         .min = 0,
                                                         .max = 1e308,
                                                         .standard = 1}};

static inline double exponential(const double *constants, double x)
{
    (void)constants;
    return nng_exp_below(x);
}
NNG_MAP_1(exponentials, exponential)

static size_t column_of_largest(const double *a, size_t cols)
{
    size_t m = 0;
    for (size_t j = 1; j < cols; j++)
        m = a[j] > a[m] ? j : m;
    return m;
}

static enum nng_plugin_status forward(const double *parameters, size_t rows, size_t cols, const double *a, double *h,
                                      struct nng_diagnostic *diagnostic)
{
    (void)diagnostic;
    for (size_t n = 0; n < rows; n++) {
        double largest = a[n * cols + column_of_largest(a + n * cols, cols)];
        for (size_t i = n * cols; i < (n + 1) * cols; i++)
            h[i] = (a[i] - largest) / parameters[TEMPERATURE];
    }
    exponentials(NULL, rows * cols, h, h);
    for (size_t n = 0; n < rows; n++) {
        double sum = 0;
        for (size_t i = n * cols; i < (n + 1) * cols; i++)
            sum += h[i];
        for (size_t i = n * cols; i < (n + 1) * cols; i++)
            h[i] /= sum;
    }
    return NNG_PLUGIN_OK;
}

static enum nng_plugin_status backward(const double *parameters, size_t rows, size_t cols, const double *a,
                                       const double *h, const double *dh, double *da, struct nng_diagnostic *diagnostic)
{
    (void)a;
    (void)diagnostic;
    for (size_t n = 0; n < rows; n++) {
        double dh_m = dh[n * cols + column_of_largest(h + n * cols, cols)];
        double mean = 0; /* sum_i h_i d_i */
        for (size_t i = n * cols; i < (n + 1) * cols; i++)
            mean += h[i] * (dh[i] - dh_m);
        for (size_t i = n * cols; i < (n + 1) * cols; i++)
            da[i] = h[i] * (dh[i] - dh_m - mean) / parameters[TEMPERATURE];
    }
    return NNG_PLUGIN_OK;
}

static enum nng_plugin_status complex_forward(const double *parameters, size_t rows, size_t cols, const double *a_re,
                                              const double *a_im, double *h_re, double *h_im,
                                              struct nng_diagnostic *diagnostic)
{
    (void)diagnostic;
    for (size_t n = 0; n < rows; n++) {
        size_t m = n * cols + column_of_largest(a_re + n * cols, cols);
        double complex sum = 0;
        for (size_t i = n * cols; i < (n + 1) * cols; i++) {
            double complex e = cexp((a_re[i] - a_re[m] + (a_im[i] - a_im[m]) * I) / parameters[TEMPERATURE]);
            sum += e;
            h_re[i] = creal(e);
            h_im[i] = cimag(e);
        }
        for (size_t i = n * cols; i < (n + 1) * cols; i++) {
            double complex h = (h_re[i] + h_im[i] * I) / sum;
            h_re[i] = creal(h);
            h_im[i] = cimag(h);
        }
    }
    return NNG_PLUGIN_OK;
}

static const struct nng_activation activation = {.size = sizeof activation,
                                                 .ulps = 4,
                                                 .h_min = 0,
                                                 .h_max = 1,
                                                 .forward = forward,
                                                 .backward = backward,
                                                 .complex_forward = complex_forward};

NNG_PLUGIN(.kind = NNG_ACTIVATION, .name = "softmax", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "exponentials shared out to sum to 1 in each row",
           .formula = "h_j = \\frac{e^{a_j / T}}{\\sum_i e^{a_i / T}}", NNG_PARAMETERS(parameters_table),
           .activation = &activation);
