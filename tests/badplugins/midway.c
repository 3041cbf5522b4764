/* midway.c - a loss, an activation or an optimizer (KIND) that is right at first, and fails after so many calls: it
 * refuses, gives NaN, or crashes. test_midway.c says what becomes of the run. */
#include <math.h>

#include <nngrad/plugin.h>

enum { AFTER, HOW };
enum { REFUSES, NAN_RESULT, CRASHES };

static const struct nng_parameter parameters_table[] = {
    {.name = "after", .summary = "calls that go well", .kind = NNG_INT, .min = 0, .max = 1e9, .standard = 1e9},
    {.name = "how",
     .summary = "it fails",
     .kind = NNG_CHOICE,
     .max = 2,
     .choices = (const char *const[]){"refuses", "nan", "crashes", NULL}}};

/* What no plugin may have; the tests set it back. */
NNG_EXPORT extern double midway_calls;
double midway_calls;

static volatile double *volatile nowhere;

/* 0 as long as all is well, NaN or a refusal later. */
static enum nng_plugin_status go_on(const double *parameters, double *wrong, struct nng_diagnostic *diagnostic)
{
    *wrong = 0;
    if (midway_calls++ < parameters[AFTER])
        return NNG_PLUGIN_OK;
    if (parameters[HOW] == CRASHES)
        *nowhere = 1;
    *wrong = NAN;
    return parameters[HOW] == REFUSES ? nng_refuse(diagnostic, -1, -1, "it is tired") : NNG_PLUGIN_OK;
}

#if KIND == 1

/* L_n = sum_j r^2 / 2 */
static enum nng_plugin_status value(const double *parameters, size_t rows, size_t cols, const double *yhat,
                                    const double *y, double *values, double *grad, struct nng_diagnostic *diagnostic)
{
    double wrong;
    if (go_on(parameters, &wrong, diagnostic) != NNG_PLUGIN_OK)
        return NNG_PLUGIN_ERROR;
    for (size_t n = 0; n < rows; n++) {
        values[n] = wrong;
        for (size_t i = n * cols; i < (n + 1) * cols; i++) {
            values[n] += 0.5 * (yhat[i] - y[i]) * (yhat[i] - y[i]);
            if (grad != NULL)
                grad[i] = yhat[i] - y[i];
        }
    }
    return NNG_PLUGIN_OK;
}

static const struct nng_loss loss = {
    .size = sizeof loss, .yhat_min = -INFINITY, .yhat_max = INFINITY, .ulps = 4, .value = value};
#define METHOD .loss = &loss

#elif KIND == 2

/* h = a / sqrt(1 + a^2) */
static enum nng_plugin_status forward(const double *parameters, size_t rows, size_t cols, const double *a, double *h,
                                      struct nng_diagnostic *diagnostic)
{
    double wrong;
    if (go_on(parameters, &wrong, diagnostic) != NNG_PLUGIN_OK)
        return NNG_PLUGIN_ERROR;
    for (size_t i = 0; i < rows * cols; i++)
        h[i] = a[i] / sqrt(1 + a[i] * a[i]) + wrong;
    return NNG_PLUGIN_OK;
}

static enum nng_plugin_status backward(const double *parameters, size_t rows, size_t cols, const double *a,
                                       const double *h, const double *dh, double *da, struct nng_diagnostic *diagnostic)
{
    double wrong;
    (void)h;
    if (go_on(parameters, &wrong, diagnostic) != NNG_PLUGIN_OK)
        return NNG_PLUGIN_ERROR;
    for (size_t i = 0; i < rows * cols; i++)
        da[i] = dh[i] / ((1 + a[i] * a[i]) * sqrt(1 + a[i] * a[i]));
    return NNG_PLUGIN_OK;
}

static const struct nng_activation activation = {.size = sizeof activation,
                                                 .flags = NNG_ACTIVATION_ELEMENTWISE,
                                                 .ulps = 4,
                                                 .h_min = -1,
                                                 .h_max = 1,
                                                 .forward = forward,
                                                 .backward = backward};
#define METHOD .activation = &activation

#else

/* v = 0.5 v + g, w = w - 0.5 v. It fails when half of the tensor is done. */
static enum nng_plugin_status step(const double *parameters, const struct nng_step *tensor, const double *g, double *w,
                                   double *const *slots, struct nng_diagnostic *diagnostic)
{
    double wrong = 0;
    for (uint64_t i = 0; i < tensor->count; i++) {
        if (i == tensor->count / 2 && go_on(parameters, &wrong, diagnostic) != NNG_PLUGIN_OK)
            return NNG_PLUGIN_ERROR;
        slots[0][i] = 0.5 * slots[0][i] + g[i];
        w[i] -= 0.5 * slots[0][i] + wrong;
    }
    return NNG_PLUGIN_OK;
}

static const char *const slot_names[] = {"v", NULL};
static const struct nng_optimizer optimizer = {.size = sizeof optimizer, .slots = slot_names, .step = step};
#define METHOD .optimizer = &optimizer

#endif

NNG_PLUGIN(.kind = KIND, .name = NAME, .version = "1", .licence = "GPL-3.0-or-later", .summary = "fails midway",
           .formula = "?", NNG_PARAMETERS(parameters_table), METHOD);
