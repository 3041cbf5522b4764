/* my_loss.c - a loss for nngrad: L_n = weight sum_j (yhat_nj - y_nj)^2, until you write your own formula.
 *
 *     nngrad plugin build my_loss.c                            compiles it to my_loss.so
 *     nngrad plugin check my_loss.so                           finds what is wrong with it
 *     nngrad inspect --plugin-path . --loss my_loss model.cfg  uses it; or in model.cfg:  loss = "my_loss";
 *
 * The tiny test at the end is a program of its own:
 *
 *     cc -std=c11 -DTEST -I HEADERS my_loss.c -o my_loss_test -lm && ./my_loss_test
 *
 * What every field and function means, and what else there is (fused, complex_value, branch, magnitude), stands in
 * HEADERS/nngrad/plugin.h */
#include <math.h>

#include <nngrad/plugin.h>

/* ---- parameters: what may be set in model.cfg, loss = { plugin = "my_loss"; weight = 2; } -------------------- */

enum { WEIGHT }; /* in the order of the table */

static const struct nng_parameter parameters_table[] = {{.name = "weight",
                                                         .summary = "how much the error counts",
                                                         .kind = NNG_REAL,
                                                         .flags = NNG_OPEN_MIN, /* the range is (0, 1000] */
                                                         .min = 0,
                                                         .max = 1000,
                                                         .standard = 1}};

/* ---- the formula --------------------------------------------------------------------------------------------- */

/* yhat, y, grad: rows x cols, a row a sample n, a column an output j; values: rows.
 *
 *     values_n = weight sum_j (yhat_nj - y_nj)^2            grad_nj = dL_n/dyhat_nj = 2 weight (yhat_nj - y_nj)
 *
 * grad is NULL when nobody wants it. Neither is averaged over the samples: that is nngrad's business. */
static enum nng_plugin_status value(const double *parameters, size_t rows, size_t cols, const double *yhat,
                                    const double *y, double *values, double *grad, struct nng_diagnostic *diagnostic)
{
    double weight = parameters[WEIGHT];
    (void)diagnostic; /* a refusal: return nng_refuse(diagnostic, n, j, "yhat must be positive"); */
    for (size_t n = 0; n < rows; n++) {
        values[n] = 0;
        for (size_t j = 0; j < cols; j++) {
            double r = yhat[n * cols + j] - y[n * cols + j];
            values[n] += weight * r * r;
            if (grad != NULL)
                grad[n * cols + j] = 2 * weight * r;
        }
    }
    return NNG_PLUGIN_OK;
}

/* ---- what nngrad reads --------------------------------------------------------------------------------------- */

static const struct nng_loss loss = {.size = sizeof loss,
                                     .target = NNG_TARGET_REAL, /* what y may be: see enum nng_target */
                                     .yhat_min = -INFINITY,     /* what yhat may be; outside of it, refuse */
                                     .yhat_max = INFINITY,
                                     .ulps = 4, /* bound on the rounding error of a value */
                                     .value = value};

NNG_PLUGIN(.kind = NNG_LOSS, .name = "my_loss", .version = "1.0", .licence = "MIT",
           .summary = "squared error, weighted", .formula = "L = w \\sum_j (\\hat{y}_j - y_j)^2",
           NNG_PARAMETERS(parameters_table), .loss = &loss);

/* ---- a tiny test: numbers computed by hand ------------------------------------------------------------------- */

#ifdef TEST
#include <stdio.h>

int main(void)
{
    const double parameters[] = {1}, yhat[] = {0.5, 2}, y[] = {1, 1};
    double L, grad[2];
    struct nng_diagnostic diagnostic;
    /* (0.5 - 1)^2 + (2 - 1)^2 = 1.25, and twice the errors -0.5 and 1 */
    if (value(parameters, 1, 2, yhat, y, &L, grad, &diagnostic) != NNG_PLUGIN_OK || fabs(L - 1.25) > 1e-12 ||
        fabs(grad[0] + 1) > 1e-12 || fabs(grad[1] - 2) > 1e-12) {
        printf("wrong: L = %.17g, grad = (%.17g, %.17g)\n", L, grad[0], grad[1]);
        return 1;
    }
    puts("well");
    return 0;
}
#endif
