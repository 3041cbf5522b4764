/* mean_squared_error.c - L_n = (1/K) sum_j (yhat_nj - y_nj)^2 over the K outputs: PyTorch's MSELoss, once averaged
 * over the samples too. */
#include <nngrad/elementwise.h>

/* constants[0] = 1/K */
static inline double term(const double *constants, double yhat, double y)
{
    return constants[0] * ((yhat - y) * (yhat - y));
}

static inline double slope(const double *constants, double yhat, double y)
{
    return constants[0] * (2 * (yhat - y));
}

NNG_SUM_OF_TERMS(sums, term, slope)

static enum nng_plugin_status value(const double *parameters, size_t rows, size_t cols, const double *yhat,
                                    const double *y, double *values, double *grad, struct nng_diagnostic *diagnostic)
{
    (void)parameters;
    (void)diagnostic;
    sums((const double[]){1.0 / (double)cols}, rows, cols, yhat, y, values, grad);
    return NNG_PLUGIN_OK;
}

static enum nng_plugin_status complex_value(const double *parameters, size_t rows, size_t cols, const double *yhat_re,
                                            const double *yhat_im, const double *y, double *values_re,
                                            double *values_im, struct nng_diagnostic *diagnostic)
{
    (void)parameters;
    (void)diagnostic;
    for (size_t n = 0; n < rows; n++) {
        double complex sum = 0;
        for (size_t i = n * cols; i < (n + 1) * cols; i++) {
            double complex difference = yhat_re[i] - y[i] + yhat_im[i] * I;
            sum += difference * difference;
        }
        values_re[n] = creal(sum) / (double)cols;
        values_im[n] = cimag(sum) / (double)cols;
    }
    return NNG_PLUGIN_OK;
}

static const struct nng_loss loss = {.size = sizeof loss,
                                     .target = NNG_TARGET_REAL,
                                     .yhat_min = -INFINITY,
                                     .yhat_max = INFINITY,
                                     .ulps = 4,
                                     .value = value,
                                     .complex_value = complex_value};

NNG_PLUGIN(.kind = NNG_LOSS, .name = "mean_squared_error", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "squared differences, averaged over the outputs",
           .formula = "L = \\frac{1}{K} \\sum_j (\\hat{y}_j - y_j)^2", .loss = &loss);
