/* cross_entropy.c - L_n = -sum_j t_nj log yhat_nj, the lecture's loss for softmax outputs.
 *
 * t = y, or with label smoothing s over K classes t = (1 - s) y + s / K (Szegedy et al. 2016). Nothing is clipped:
 * yhat = 0 where t > 0 costs infinity; where t = 0 it costs nothing, 0 log 0 = 0.
 *
 * Fused with softmax, from its a, with m the row's largest a, e_j = exp(a_j - m), and R the sum of all e_j but one that
 * is the largest, 1:
 *
 *     L = T log(1 + R) + sum_j t_j (m - a_j)          dL/da_j = ((T e_j - t_j) - t_j R) / (1 + R),   T = sum_j t_j (=
 * 1)
 *
 * where each term of L is nonnegative, and nothing cancels in the slope of a column that is nearly certain. */
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

/* ---- fused with softmax: up to eight samples at a time, a lane each ---------------------------------------- */

static inline double exponential(const double *constants, double gap)
{
    (void)constants;
    return exp(-gap);
}
NNG_MAP_1(exponentials, exponential)

static inline double log_of_one_plus(const double *constants, double x)
{
    (void)constants;
    return log1p(x);
}
NNG_MAP_1(logs_of_one_plus, log_of_one_plus)

typedef double lanes[NNG_LANES];

/* Columns that stand in the stack buffers at once: COLUMNS x samples. */
enum { COLUMNS = 128 };

/* m = max_j a_j */
static inline void row_maxima(size_t samples, size_t cols, const double *a, lanes m)
{
    for (size_t k = 0; k < samples; k++)
        m[k] = a[k * cols];
    for (size_t j = 1; j < cols; j++) {
        NNG_SIMD
        for (size_t k = 0; k < samples; k++)
            m[k] = a[k * cols + j] > m[k] ? a[k * cols + j] : m[k];
    }
}

/* gap = m - a_j;  T += sum_j t_j,  L += sum_j t_j (m - a_j) */
static inline void add_targets(const double *constants, size_t samples, size_t cols, size_t count, const double *a,
                               const double *y, const lanes m, double *gap, lanes T, lanes L)
{
    for (size_t j = 0; j < count; j++) {
        NNG_SIMD
        for (size_t k = 0; k < samples; k++) {
            double t = target(constants, y[k * cols + j]), below = m[k] - a[k * cols + j];
            gap[j * samples + k] = below;
            T[k] += t;
            L[k] += t * below;
        }
    }
}

/* R += sum of the e_j that are not the largest, ties += number of those that are */
static inline void add_exponentials(size_t samples, size_t count, const double *gap, const double *e, lanes R,
                                    lanes ties)
{
    for (size_t j = 0; j < count; j++) {
        NNG_SIMD
        for (size_t k = 0; k < samples; k++) {
            double tie = gap[j * samples + k] == 0 ? 1 : 0;
            R[k] += (1 - tie) * e[j * samples + k];
            ties[k] += tie;
        }
    }
}

/* dL/da_j = ((T e_j - t_j) - t_j R) / (1 + R) */
static inline void fused_slopes(const double *constants, size_t samples, size_t cols, size_t count, const double *e,
                                const double *y, const lanes R, const lanes T, double *grad)
{
    for (size_t j = 0; j < count; j++) {
        NNG_SIMD
        for (size_t k = 0; k < samples; k++) {
            double t = target(constants, y[k * cols + j]);
            grad[k * cols + j] = ((T[k] * e[j * samples + k] - t) - t * R[k]) / (1 + R[k]);
        }
    }
}

/* samples: at most NNG_LANES; grad may be NULL */
static inline void fused_samples(const double *constants, size_t samples, size_t cols, const double *a, const double *y,
                                 double *values, double *grad)
{
    double gap[COLUMNS * NNG_LANES], e[COLUMNS * NNG_LANES];
    lanes m, others = {0}, ties = {0}, T = {0}, L = {0}, R, log_R;
    row_maxima(samples, cols, a, m);
    for (size_t from = 0, count; from < cols; from += count) {
        count = cols - from < COLUMNS ? cols - from : COLUMNS;
        add_targets(constants, samples, cols, count, a + from, y + from, m, gap, T, L);
        exponentials(NULL, count * samples, gap, e);
        add_exponentials(samples, count, gap, e, others, ties);
    }
    for (size_t k = 0; k < samples; k++)
        R[k] = others[k] + (ties[k] - 1);
    logs_of_one_plus(NULL, samples, R, log_R);
    for (size_t k = 0; k < samples; k++)
        values[k] = L[k] + T[k] * log_R[k];
    for (size_t from = 0, count; grad != NULL && from < cols; from += count) {
        count = cols - from < COLUMNS ? cols - from : COLUMNS;
        if (cols > COLUMNS) { /* the buffers hold the last columns only */
            lanes unused = {0};
            add_targets(constants, samples, cols, count, a + from, y + from, m, gap, unused, unused);
            exponentials(NULL, count * samples, gap, e);
        }
        fused_slopes(constants, samples, cols, count, e, y + from, R, T, grad + from);
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
