/* squared_error.c - L_n = scale * sum_j (yhat_nj - y_nj)^2: the lecture's loss.
 *
 * scale = 1 as the lecture has it; 0.5 makes the slope yhat - y. */
#include <nngrad/elementwise.h>

enum { SCALE };

static const struct nng_parameter parameters_table[] = {{.name = "scale",
                                                         .summary = "factor before the sum",
                                                         .kind = NNG_REAL,
                                                         .flags = NNG_OPEN_MIN,
                                                         .min = 0,
                                                         .max = 1e308,
                                                         .standard = 1}};

static inline double term(const double *parameters, double yhat, double y)
{
    return parameters[SCALE] * ((yhat - y) * (yhat - y));
}

static inline double slope(const double *parameters, double yhat, double y)
{
    return parameters[SCALE] * (2 * (yhat - y));
}

static inline double complex continuation(const double *parameters, double complex yhat, double y)
{
    return parameters[SCALE] * ((yhat - y) * (yhat - y));
}

NNG_VALUE(value, term, slope)
NNG_COMPLEX_VALUE(complex_value, continuation)

static const struct nng_loss loss = {.size = sizeof loss,
                                     .target = NNG_TARGET_REAL,
                                     .yhat_min = -INFINITY,
                                     .yhat_max = INFINITY,
                                     .ulps = 4,
                                     .value = value,
                                     .complex_value = complex_value};

NNG_PLUGIN(.kind = NNG_LOSS, .name = "squared_error", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "squared differences, summed over the outputs", .formula = "L = c \\sum_j (\\hat{y}_j - y_j)^2",
           NNG_PARAMETERS(parameters_table), .loss = &loss);
