/* cross_entropy.c - L_n = -sum_j t_nj log yhat_nj, the lecture's loss for softmax outputs.
 *
 * t = y, or with label smoothing s over K classes t = (1 - s) y + s / K (Szegedy et al. 2016). Nothing is clipped:
 * yhat = 0 where t > 0 costs infinity; where t = 0 it costs nothing, 0 log 0 = 0.
 *
 * Fused with softmax, from its a, with m the row's largest a, at column i, and R = sum_{j != i} exp(a_j - m):
 *
 *     L = T log(1 + R) + sum_j t_j (m - a_j)          dL/da_j = T exp(a_j - m) / (1 + R) - t_j,   T = sum_j t_j (= 1)
 *
 * where each term of L is nonnegative; the slope of column i, ((T - t_i) - t_i R) / (1 + R), does not cancel either. */
#include <nngrad/elementwise.h>

enum { LABEL_SMOOTHING };

static const struct nng_parameter parameters_table[] = {
    {.name = "label_smoothing",
     .summary = "share of the target spread evenly over all classes",
     .kind = NNG_REAL,
     .min = 0,
     .max = 1,
     .standard = 0}};

/* t = constants[0] y + constants[1] */
struct smoothing {
    double constants[2];
};

static inline struct smoothing smoothing(const double *parameters, size_t cols)
{
    double s = parameters[LABEL_SMOOTHING];
    return (struct smoothing){{1 - s, s / (double)cols}};
}

static inline double target(const double *constants, double y)
{
    return constants[0] * y + constants[1];
}

static inline double term(const double *constants, double yhat, double y)
{
    double t = target(constants, y);
    return 0 - t * log((t == 0 && yhat == 0) ? 1 : yhat);
}

static inline double slope(const double *constants, double yhat, double y)
{
    double t = target(constants, y);
    return 0 - t / ((t == 0 && yhat == 0) ? 1 : yhat);
}
NNG_SUM_OF_TERMS(sums, term, slope)

static enum nng_plugin_status value(const double *parameters, size_t rows, size_t cols, const double *yhat,
                                    const double *y, double *values, double *grad, struct nng_diagnostic *diagnostic)
{
    if (nng_refuse_outside(0, INFINITY, rows, cols, yhat, "yhat must not be negative", diagnostic) != NNG_PLUGIN_OK)
        return NNG_PLUGIN_ERROR;
    sums(smoothing(parameters, cols).constants, rows, cols, yhat, y, values, grad);
    return NNG_PLUGIN_OK;
}

/* ---- fused with softmax: eight samples at a time, a lane each ---------------------------------------------- */

static inline double log_of_one_plus(const double *constants, double x)
{
    (void)constants;
    return log1p(x);
}
NNG_MAP_1(logs_of_one_plus, log_of_one_plus)

typedef double lanes[NNG_LANES];

/* Where column j of lane k stands; lanes beyond the last sample repeat it. */
static inline size_t entry(size_t k, size_t j, size_t samples, size_t cols)
{
    return (samples == NNG_LANES || k < samples ? k : samples - 1) * cols + j;
}

/* m = max_j a_j, and i, its column */
static inline void row_maxima(size_t samples, size_t cols, const double *a, lanes m, lanes i)
{
    for (size_t k = 0; k < NNG_LANES; k++) {
        m[k] = a[entry(k, 0, samples, cols)];
        i[k] = 0;
    }
    for (size_t j = 1; j < cols; j++) {
        lanes x;
        for (size_t k = 0; k < NNG_LANES; k++)
            x[k] = a[entry(k, j, samples, cols)];
        NNG_SIMD
        for (size_t k = 0; k < NNG_LANES; k++) {
            double before = i[k], most = m[k];
            i[k] = x[k] > most ? (double)j : before;
            m[k] = x[k] > most ? x[k] : most;
        }
    }
}

/* The slopes of one sample, whose exp(a_j - m), with 0 in column i, stand in grad. */
static inline void slopes(const double *constants, size_t cols, size_t i, double R, double T, const double *y,
                          double *grad)
{
    double t_i = target(constants, y[i]);
    for (size_t j = 0; j < cols; j++)
        grad[j] = T * grad[j] / (1 + R) - target(constants, y[j]);
    grad[i] = ((T - t_i) - t_i * R) / (1 + R);
}

/* samples: at most NNG_LANES; grad may be NULL */
static inline void fused_samples(const double *constants, size_t samples, size_t cols, const double *a, const double *y,
                                 double *values, double *grad)
{
    lanes m, i, x, t, e, R = {0}, T = {0}, L = {0};
    row_maxima(samples, cols, a, m, i);
    for (size_t j = 0; j < cols; j++) {
        for (size_t k = 0; k < NNG_LANES; k++) {
            x[k] = a[entry(k, j, samples, cols)];
            t[k] = y[entry(k, j, samples, cols)];
        }
        NNG_SIMD
        for (size_t k = 0; k < NNG_LANES; k++) {
            x[k] -= m[k];
            t[k] = target(constants, t[k]);
            e[k] = ((double)j == i[k] ? 0 : 1) * exp(x[k]);
            R[k] += e[k];
            T[k] += t[k];
            L[k] -= t[k] * x[k];
        }
        for (size_t k = 0; grad != NULL && k < samples; k++)
            grad[k * cols + j] = e[k];
    }
    logs_of_one_plus(NULL, NNG_LANES, R, x);
    for (size_t k = 0; k < samples; k++) {
        values[k] = L[k] + T[k] * x[k];
        if (grad != NULL)
            slopes(constants, cols, (size_t)i[k], R[k], T[k], y + k * cols, grad + k * cols);
    }
}

NNG_CLONES static void fused_batch(const double *constants, size_t rows, size_t cols, const double *a, const double *y,
                                   double *values, double *grad)
{
    size_t n = 0;
    for (; n + NNG_LANES <= rows; n += NNG_LANES)
        fused_samples(constants, NNG_LANES, cols, a + n * cols, y + n * cols, values + n,
                      grad != NULL ? grad + n * cols : NULL);
    if (n < rows)
        fused_samples(constants, rows - n, cols, a + n * cols, y + n * cols, values + n,
                      grad != NULL ? grad + n * cols : NULL);
}

static enum nng_plugin_status fused(const double *parameters, size_t rows, size_t cols, const double *a,
                                    const double *y, double *values, double *grad, struct nng_diagnostic *diagnostic)
{
    (void)diagnostic;
    fused_batch(smoothing(parameters, cols).constants, rows, cols, a, y, values, grad);
    return NNG_PLUGIN_OK;
}

/* ---- analytic continuations ---------------------------------------------------------------------------------- */

static inline double complex continuation(const double *constants, double complex yhat, double y)
{
    double t = target(constants, y);
    return t == 0 ? 0 : -t * clog(yhat);
}
NNG_COMPLEX_VALUE(complex_sums, continuation)

static enum nng_plugin_status complex_value(const double *parameters, size_t rows, size_t cols, const double *yhat_re,
                                            const double *yhat_im, const double *y, double *values_re,
                                            double *values_im, struct nng_diagnostic *diagnostic)
{
    return complex_sums(smoothing(parameters, cols).constants, rows, cols, yhat_re, yhat_im, y, values_re, values_im,
                        diagnostic);
}

static enum nng_plugin_status complex_fused(const double *parameters, size_t rows, size_t cols, const double *a_re,
                                            const double *a_im, const double *y, double *values_re, double *values_im,
                                            struct nng_diagnostic *diagnostic)
{
    (void)diagnostic;
    struct smoothing smooth = smoothing(parameters, cols);
    for (size_t n = 0; n < rows; n++) {
        const double *re = a_re + n * cols, *im = a_im + n * cols, *y_n = y + n * cols;
        size_t i = 0;
        for (size_t j = 1; j < cols; j++)
            i = re[j] > re[i] ? j : i;
        double complex sum = 0, L = 0;
        for (size_t j = 0; j < cols; j++)
            sum += cexp(re[j] - re[i] + (im[j] - im[i]) * I);
        double complex log_sum = clog(sum);
        for (size_t j = 0; j < cols; j++)
            L += target(smooth.constants, y_n[j]) * (log_sum + (re[i] - re[j] + (im[i] - im[j]) * I));
        values_re[n] = creal(L);
        values_im[n] = cimag(L);
    }
    return NNG_PLUGIN_OK;
}

static const struct nng_loss loss = {.size = sizeof loss,
                                     .target = NNG_TARGET_DISTRIBUTION,
                                     .yhat_min = 0,
                                     .yhat_max = INFINITY,
                                     .ulps = 4,
                                     .fused_with = "softmax",
                                     .value = value,
                                     .fused = fused,
                                     .complex_value = complex_value,
                                     .complex_fused = complex_fused};

NNG_PLUGIN(.kind = NNG_LOSS, .name = "cross_entropy", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "surprise at the true class", .formula = "L = -\\sum_j y_j \\log \\hat{y}_j",
           NNG_PARAMETERS(parameters_table), .loss = &loss);
