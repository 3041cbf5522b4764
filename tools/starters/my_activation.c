/* my_activation.c - an activation for nngrad: h = s a / (1 + s |a|), until you write your own formula.
 *
 *     nngrad plugin build my_activation.c                           compiles it to my_activation.so
 *     nngrad plugin check my_activation.so                          finds what is wrong with it
 *     nngrad inspect --plugin-path . --set layers.1.activation=my_activation model.cfg
 *                                                                   uses it; or in model.cfg:
 *     { units = 4; activation = "my_activation"; }                  or { plugin = "my_activation"; steepness = 2; }
 *
 * The tiny test at the end is a program of its own:
 *
 *     cc -std=c11 -DTEST -I HEADERS my_activation.c -o my_activation_test -lm && ./my_activation_test
 *
 * What every field and function means, and what else there is (complex_forward, branch), stands in
 * HEADERS/nngrad/plugin.h */
#include <math.h>

#include <nngrad/plugin.h>

/* ---- parameters: what may be set in model.cfg ---------------------------------------------------------------- */

enum { STEEPNESS }; /* in the order of the table */

static const struct nng_parameter parameters_table[] = {{.name = "steepness",
                                                         .summary = "s, the slope at 0",
                                                         .kind = NNG_REAL,
                                                         .flags = NNG_OPEN_MIN, /* the range is (0, 1000] */
                                                         .min = 0,
                                                         .max = 1000,
                                                         .standard = 1}};

/* ---- the formula --------------------------------------------------------------------------------------------- */

/* h_nj = f(a_nj), for a whole batch. a, h: rows x cols, a row a sample n, a column a unit j. */
static enum nng_plugin_status forward(const double *parameters, size_t rows, size_t cols, const double *a, double *h,
                                      struct nng_diagnostic *diagnostic)
{
    double s = parameters[STEEPNESS];
    (void)diagnostic; /* a refusal: return nng_refuse(diagnostic, n, j, "a must be positive"); */
    for (size_t i = 0; i < rows * cols; i++)
        h[i] = s * a[i] / (1 + s * fabs(a[i]));
    return NNG_PLUGIN_OK;
}

/* The chain rule: da = dL/da = dL/dh f'(a), from dh = dL/dh; here f'(a) = s / (1 + s |a|)^2. */
static enum nng_plugin_status backward(const double *parameters, size_t rows, size_t cols, const double *a,
                                       const double *h, const double *dh, double *da, struct nng_diagnostic *diagnostic)
{
    double s = parameters[STEEPNESS];
    (void)h; /* = f(a), for slopes that are simpler in h */
    (void)diagnostic;
    for (size_t i = 0; i < rows * cols; i++) {
        double d = 1 + s * fabs(a[i]);
        da[i] = dh[i] * s / (d * d);
    }
    return NNG_PLUGIN_OK;
}

/* ---- what nngrad reads --------------------------------------------------------------------------------------- */

static const struct nng_activation activation = {.size = sizeof activation,
                                                 .flags = NNG_ACTIVATION_ELEMENTWISE, /* h_nj depends on a_nj alone */
                                                 .ulps = 4, /* bound on the rounding error of h */
                                                 .h_min = -1,
                                                 .h_max = 1,
                                                 .forward = forward,
                                                 .backward = backward};

NNG_PLUGIN(.kind = NNG_ACTIVATION, .name = "my_activation", .version = "1.0", .licence = "MIT",
           .summary = "a sigmoid without an exponential, from -1 to 1", .formula = "h = \\frac{s a}{1 + s |a|}",
           NNG_PARAMETERS(parameters_table), .activation = &activation);

/* ---- a tiny test: numbers computed by hand ------------------------------------------------------------------- */

#ifdef TEST
#include <stdio.h>

int main(void)
{
    const double parameters[] = {1}, a[] = {-3, 1}, dh[] = {1, 2};
    double h[2], da[2];
    struct nng_diagnostic diagnostic;
    /* -3 / 4 and 1 / 2; 1 / 4^2 and 2 / 2^2 */
    if (forward(parameters, 1, 2, a, h, &diagnostic) != NNG_PLUGIN_OK || fabs(h[0] + 0.75) > 1e-12 ||
        fabs(h[1] - 0.5) > 1e-12 || backward(parameters, 1, 2, a, h, dh, da, &diagnostic) != NNG_PLUGIN_OK ||
        fabs(da[0] - 0.0625) > 1e-12 || fabs(da[1] - 0.5) > 1e-12) {
        printf("wrong: h = (%.17g, %.17g), da = (%.17g, %.17g)\n", h[0], h[1], da[0], da[1]);
        return 1;
    }
    puts("well");
    return 0;
}
#endif
