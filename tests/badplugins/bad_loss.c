/* bad_loss.c - a loss that is wrong in one way: FAULT says in which. The right one is L_n = scale sum_j r^2 with
 * r = yhat - y, for yhat in [-10, 10], fused with the sigmoid. `nngrad plugin check` names each fault
 * (test_plugin_check.c says how). */
#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <nngrad/plugin.h>

enum fault {
    NONE,
    SIGN,
    FACTOR,
    SLIGHTLY, /* by 1e-5 of itself */
    TRANSPOSED,
    ONE_ENTRY,  /* the last output of each sample only */
    AT_MAXIMUM, /* at scale = 4 only */
    FUSED,
    FUSED_SLOPE,
    FUSED_WITH_NOTHING,
    COMPLEX,
    COMPLEX_VALUE,
    FIRST_ORDER,
    KINK,         /* without a branch function */
    FALSE_BRANCH, /* tells of a kink where there is none */
    MAGNITUDE,
    WRITES_PAST,
    WRITES_BEFORE,
    READS_PAST,
    READS_BEFORE,
    READS_PARAMETERS,
    WRITES_INPUT,
    REMEMBERS,  /* the largest yhat so far */
    FIRST_CALL, /* what it was first called with */
    COUNTS,     /* its calls */
    PROCESS,    /* results that depend on which process it is */
    LEAKS,
    NAN_AT_ZERO,
    UNWRITTEN,
    PRINTS,
    COMPLAINS, /* on standard error, and only when it is given NaN */
    EXITS,
    EXITS_WELL, /* exit(0) */
    ABORTS,
    HANGS,
    SLEEPS,
    CRASHES,
    OVERFLOWS,   /* the stack */
    ZERO_ROWS,   /* crashes when there are none */
    GRAD_ALWAYS, /* writes grad although it is NULL */
    REFUSES,
    REFUSES_DUMBLY, /* without a reason, outside of its range */
    NO_STATUS,
    HIDES_NAN,
    SPREADS_NAN,
    AVERAGES,       /* over the samples, which is the host's business */
    TAKES_ANYTHING, /* outside of its own range */
    EXPORTS,
    CRASHES_WHEN_OPENED,
    HANGS_WHEN_OPENED
};

enum { SCALE };
static const struct nng_parameter parameters_table[] = {
    {.name = "scale", .summary = "of the error", .kind = NNG_REAL, .min = 0.5, .max = 4, .standard = 1}};

/* What must never be zero, and what must never be known, so that no compiler thinks ahead. */
static volatile double one = 1;
static double largest = -INFINITY, first_call;
static unsigned calls;
static volatile double kept; /* what was read, so that it is */

static int overflow(volatile const char *above)
{
    volatile char here[4096] = {0};
    here[0] = above != NULL ? above[0] : 0;
    return one == 0 ? 0 : overflow(here) + here[0];
}

static void misbehave(const double *parameters, size_t rows, size_t cols, const double *yhat, double *values)
{
    size_t count = rows * cols;
    calls++;
    if (FAULT == WRITES_PAST)
        values[rows] = 0;
    if (FAULT == WRITES_BEFORE)
        values[-1] = 0;
    if (FAULT == READS_PAST)
        kept = yhat[count];
    if (FAULT == READS_BEFORE)
        kept = yhat[-1];
    if (FAULT == READS_PARAMETERS)
        kept = parameters[1];
    if (FAULT == WRITES_INPUT && count > 0)
        ((double *)(size_t)yhat)[0] = one * yhat[0];
    if (FAULT == LEAKS && malloc(24) == NULL)
        abort();
    if (FAULT == PRINTS)
        printf("loss: %zu samples\n", rows);
    if (FAULT == COMPLAINS && count > 0 && isnan(yhat[cols + 1 < count ? cols + 1 : 0]))
        fprintf(stderr, "warning: nan\n");
    if (FAULT == EXITS)
        exit(3);
    if (FAULT == EXITS_WELL)
        exit(0);
    if (FAULT == ABORTS)
        abort();
    if (FAULT == HANGS)
        while (one != 0)
            kept += one;
    if (FAULT == SLEEPS)
        pause();
    if (FAULT == CRASHES || (FAULT == ZERO_ROWS && rows == 0))
        *(volatile double *)(size_t)(one - 1) = 1;
    if (FAULT == OVERFLOWS)
        kept = overflow(NULL);
    if (FAULT == FIRST_CALL && first_call == 0 && count > 0)
        first_call = yhat[0];
    for (size_t i = 0; FAULT == REMEMBERS && i < count; i++)
        largest = fmax(largest, yhat[i]);
}

/* What a result is wrong by. */
static double error_of(double r)
{
    if (FAULT == REMEMBERS)
        return 1e-9 * largest;
    if (FAULT == FIRST_CALL)
        return 1e-9 * first_call;
    if (FAULT == COUNTS)
        return 1e-9 * calls;
    if (FAULT == PROCESS)
        return 1e-9 * (double)getpid();
    if (FAULT == KINK)
        return fabs(r);
    return FAULT == NAN_AT_ZERO && r == 0 ? NAN : 0;
}

static double slope_error(double r)
{
    return FAULT == KINK ? (r > 0 ? 1 : -1) : 0;
}

/* Where grad of sample n, output j is written, and by what it is wrong. */
static void write_grad(const double *parameters, size_t rows, size_t cols, size_t n, size_t j, double slope,
                       double *grad)
{
    static const double factors[] = {[SIGN] = -1, [FACTOR] = 2, [SLIGHTLY] = 1 + 1e-5};
    enum { FACTORS = sizeof factors / sizeof factors[0] };
    double factor = FAULT > NONE && (size_t)FAULT < FACTORS ? factors[FAULT] : 1;
    if (FAULT == ONE_ENTRY && j + 1 == cols)
        factor = 1.5;
    if (FAULT == AT_MAXIMUM && parameters[SCALE] == 4)
        factor = 0.25;
    if (FAULT == UNWRITTEN && n == 1)
        return;
    grad[FAULT == TRANSPOSED ? j * rows + n : n * cols + j] = factor * slope;
}

static enum nng_plugin_status value(const double *parameters, size_t rows, size_t cols, const double *yhat,
                                    const double *y, double *values, double *grad, struct nng_diagnostic *diagnostic)
{
    if (FAULT == REFUSES)
        return nng_refuse(diagnostic, -1, -1, "not today");
    if (FAULT == NO_STATUS)
        return (enum nng_plugin_status)7;
    for (size_t i = 0; FAULT != TAKES_ANYTHING && i < rows * cols; i++)
        if (yhat[i] < -10 || yhat[i] > 10)
            return nng_refuse(diagnostic, (int64_t)(i / cols), (int64_t)(i % cols),
                              FAULT == REFUSES_DUMBLY ? "" : "yhat must lie in [-10, 10]");
    double scale = parameters[SCALE] / (FAULT == AVERAGES && rows > 0 ? (double)rows : 1);
    for (size_t n = 0; n < rows; n++) {
        values[n] = 0;
        for (size_t j = 0; j < cols; j++) {
            double r = yhat[n * cols + j] - y[n * cols + j];
            values[n] += scale * r * r + error_of(r);
            if (grad != NULL || FAULT == GRAD_ALWAYS)
                write_grad(parameters, rows, cols, n, j, 2 * scale * r + slope_error(r), grad);
        }
        if (FAULT == HIDES_NAN && isnan(values[n]))
            values[n] = 0;
    }
    for (size_t n = 1; FAULT == SPREADS_NAN && n < rows; n++)
        if (isnan(values[n - 1]))
            values[n] = NAN;
    misbehave(parameters, rows, cols, yhat, values);
    return NNG_PLUGIN_OK;
}

/* ---- fused with the sigmoid ---------------------------------------------------------------------------------- */

static double sigmoid(double a)
{
    return 1 / (1 + exp(-a));
}

static enum nng_plugin_status fused(const double *parameters, size_t rows, size_t cols, const double *a,
                                    const double *y, double *values, double *grad, struct nng_diagnostic *diagnostic)
{
    (void)diagnostic;
    for (size_t n = 0; n < rows; n++) {
        values[n] = 0;
        for (size_t i = n * cols; i < (n + 1) * cols; i++) {
            double h = sigmoid(a[i]), r = h - y[i];
            values[n] += parameters[SCALE] * r * r * (FAULT == FUSED ? 1.5 : 1);
            if (grad != NULL)
                grad[i] = 2 * parameters[SCALE] * r * (FAULT == FUSED_SLOPE ? 1 : h * (1 - h));
        }
    }
    return NNG_PLUGIN_OK;
}

/* ---- the complex form, branch, magnitude --------------------------------------------------------------------- */

static enum nng_plugin_status complex_value(const double *parameters, size_t rows, size_t cols, const double *yhat_re,
                                            const double *yhat_im, const double *y, double *values_re,
                                            double *values_im, struct nng_diagnostic *diagnostic)
{
    (void)diagnostic;
    for (size_t n = 0; n < rows; n++) {
        double complex sum = 0;
        for (size_t i = n * cols; i < (n + 1) * cols; i++) {
            double complex r = yhat_re[i] + yhat_im[i] * I - y[i];
            sum += FAULT == FIRST_ORDER ? creal(r) * creal(r) + 2 * creal(r) * cimag(r) * I : r * r;
        }
        values_re[n] = parameters[SCALE] * creal(sum) + (FAULT == COMPLEX_VALUE ? 1 : 0);
        values_im[n] = parameters[SCALE] * cimag(sum) * (FAULT == COMPLEX ? 1.5 : 1);
    }
    return NNG_PLUGIN_OK;
}

static enum nng_plugin_status branch(const double *parameters, size_t rows, size_t cols, const double *yhat,
                                     const double *y, int32_t *codes, struct nng_diagnostic *diagnostic)
{
    (void)parameters, (void)y, (void)diagnostic;
    for (size_t i = 0; i < rows * cols; i++)
        codes[i] = yhat[i] > 0.3;
    return NNG_PLUGIN_OK;
}

static enum nng_plugin_status magnitude(const double *parameters, size_t rows, size_t cols, const double *yhat,
                                        const double *y, double *magnitudes, struct nng_diagnostic *diagnostic)
{
    (void)diagnostic;
    for (size_t n = 0; n < rows; n++) {
        magnitudes[n] = 0;
        for (size_t i = n * cols; i < (n + 1) * cols; i++)
            magnitudes[n] += parameters[SCALE] * (yhat[i] - y[i]) * (yhat[i] - y[i]) * (FAULT == MAGNITUDE ? 0.5 : 1);
    }
    return NNG_PLUGIN_OK;
}

/* ---- when it is opened --------------------------------------------------------------------------------------- */

#if defined(FAULT_CRASHES_WHEN_OPENED) || defined(FAULT_HANGS_WHEN_OPENED)
__attribute__((constructor)) static void opened(void)
{
    if (FAULT == CRASHES_WHEN_OPENED)
        *(volatile double *)(size_t)(one - 1) = 1;
    while (FAULT == HANGS_WHEN_OPENED && one != 0)
        ;
}
#endif

#ifdef FAULT_EXPORTS
NNG_EXPORT int offered_to_all(void);
int offered_to_all(void)
{
    return 1;
}
#endif

static const struct nng_loss loss = {.size = sizeof loss,
                                     .yhat_min = -10,
                                     .yhat_max = 10,
                                     .ulps = 4,
                                     .fused_with = FAULT == FUSED_WITH_NOTHING ? "sigmiod" : "sigmoid",
                                     .value = value,
                                     .fused = fused,
                                     .complex_value = FAULT == KINK ? NULL : complex_value,
                                     .branch = FAULT == FALSE_BRANCH ? branch : NULL,
                                     .magnitude = FAULT == KINK ? NULL : magnitude};

NNG_PLUGIN(.kind = NNG_LOSS, .name = NAME, .version = "1", .licence = "GPL-3.0-or-later",
           .summary = "squared error with something wrong", .formula = "L = s \\sum_j (\\hat{y}_j - y_j)^2",
           NNG_PARAMETERS(parameters_table), .loss = &loss);
