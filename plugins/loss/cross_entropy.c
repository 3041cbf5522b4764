/* cross_entropy.c - L_n = -sum_j t_nj log yhat_nj, the lecture's loss for softmax outputs.
 *
 * t = y, or with label smoothing s over K classes t = (1 - s) y + s / K (Szegedy et al. 2016). Nothing is clipped:
 * yhat = 0 where t > 0 costs infinity; where t = 0 it costs nothing, 0 log 0 = 0.
 *
 * Fused with softmax, from its a, with m the row's largest a, at column i, and R = sum_{j != i} exp(a_j - m):
 *
 *     L = sum_j t_j (log(1 + R) + (m - a_j))          dL/da_j = T exp(a_j - m) / (1 + R) - t_j,   T = sum_j t_j (= 1)
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
    return 0 - t * log(((t == 0) & (yhat == 0)) ? 1 : yhat);
}

static inline double slope(const double *constants, double yhat, double y)
{
    double t = target(constants, y);
    return 0 - t / (((t == 0) & (yhat == 0)) ? 1 : yhat);
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

/* ---- fused with softmax ------------------------------------------------------------------------------------ */

static inline double exponential(const double *constants, double x)
{
    (void)constants;
    return exp(x);
}
NNG_MAP_1(exponentials, exponential)

static inline double log_of_one_plus(const double *constants, double x)
{
    (void)constants;
    return log1p(x);
}
NNG_MAP_1(logs_of_one_plus, log_of_one_plus)

static size_t column_of_largest(const double *a, size_t cols)
{
    size_t i = 0;
    for (size_t j = 1; j < cols; j++)
        i = a[j] > a[i] ? j : i;
    return i;
}

/* Rows are taken in tiles that fit a buffer, so that exp runs over many short rows at once. */
enum { TILE_ROWS = 64, TILE = 1024 };

/* R and, in e (rows x cols, or NULL), exp(a_j - m) with 0 in column i, for one tile. */
static void rests(size_t rows, size_t cols, const double *a, const size_t *largest, double *R, double *e)
{
    double buffer[TILE];
    for (size_t n = 0; n < rows; n++)
        R[n] = 0;
    for (size_t left = 0; left < cols; left += TILE) { /* once, unless a single row is longer than the buffer */
        size_t width = cols - left < TILE ? cols - left : TILE;
        double *x = e != NULL ? e + left : buffer; /* rows x width */
        for (size_t n = 0; n < rows; n++)
            for (size_t j = 0; j < width; j++)
                x[n * width + j] = a[n * cols + left + j] - a[n * cols + largest[n]];
        exponentials(NULL, rows * width, x, x);
        for (size_t n = 0; n < rows; n++) {
            if (largest[n] >= left && largest[n] < left + width)
                x[n * width + largest[n] - left] = 0;
            for (size_t j = 0; j < width; j++)
                R[n] += x[n * width + j];
        }
    }
}

static void fused_tile(const double *constants, size_t rows, size_t cols, const double *a, const double *y,
                       double *values, double *grad)
{
    size_t largest[TILE_ROWS];
    double R[TILE_ROWS], log_sum[TILE_ROWS]; /* log_sum = log(1 + R) */
    for (size_t n = 0; n < rows; n++)
        largest[n] = column_of_largest(a + n * cols, cols);
    rests(rows, cols, a, largest, R, grad);
    logs_of_one_plus(NULL, rows, R, log_sum);
    for (size_t n = 0; n < rows; n++) {
        const double *a_n = a + n * cols, *y_n = y + n * cols;
        size_t i = largest[n];
        double T = 0;
        values[n] = 0;
        for (size_t j = 0; j < cols; j++) {
            double t = target(constants, y_n[j]);
            values[n] += t * (log_sum[n] + (a_n[i] - a_n[j]));
            T += t;
        }
        if (grad == NULL)
            continue;
        double *grad_n = grad + n * cols;
        for (size_t j = 0; j < cols; j++)
            grad_n[j] = T * grad_n[j] / (1 + R[n]) - target(constants, y_n[j]);
        grad_n[i] = ((T - target(constants, y_n[i])) - target(constants, y_n[i]) * R[n]) / (1 + R[n]);
    }
}

static enum nng_plugin_status fused(const double *parameters, size_t rows, size_t cols, const double *a,
                                    const double *y, double *values, double *grad, struct nng_diagnostic *diagnostic)
{
    (void)diagnostic;
    struct smoothing smooth = smoothing(parameters, cols);
    size_t height = cols * TILE_ROWS <= TILE ? TILE_ROWS : cols < TILE ? TILE / cols : 1;
    for (size_t n = 0; n < rows; n += height)
        fused_tile(smooth.constants, rows - n < height ? rows - n : height, cols, a + n * cols, y + n * cols,
                   values + n, grad != NULL ? grad + n * cols : NULL);
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
        size_t i = column_of_largest(re, cols);
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
