/* descriptor.c - a correct plugin of each kind, of which CMake spoils one field at a time: -DMAGIC=1, -DSTEP_GIVEN=0,
 * ... FILE_NAME is the name of the file without .so; KIND one of NNG_LOSS, NNG_ACTIVATION, NNG_OPTIMIZER. */
#include <nngrad/plugin.h>

#ifndef NAME
#define NAME FILE_NAME
#endif
#ifndef KIND
#define KIND NNG_LOSS
#endif
#ifndef MAGIC
#define MAGIC NNG_PLUGIN_MAGIC
#endif
#ifndef MAJOR
#define MAJOR NNG_ABI_MAJOR
#endif
#ifndef MINOR
#define MINOR NNG_ABI_MINOR
#endif
#ifndef SIZE
#define SIZE sizeof(struct nng_plugin)
#endif
#ifndef REAL_SIZE
#define REAL_SIZE sizeof(double)
#endif
#ifndef PARAMETER_SIZE
#define PARAMETER_SIZE sizeof(struct nng_parameter)
#endif
#ifndef SHORTER
#define SHORTER 0
#endif
#ifndef SUMMARY
#define SUMMARY "the sum of (yhat - y)^2"
#endif
#ifndef SECOND
#define SECOND "steps"
#endif
#ifndef STANDARD
#define STANDARD 0.5
#endif
#ifndef ULPS
#define ULPS 4
#endif
#ifndef VALUE_GIVEN
#define VALUE_GIVEN 1
#endif
#ifndef BACKWARD_GIVEN
#define BACKWARD_GIVEN 1
#endif
#ifndef STEP_GIVEN
#define STEP_GIVEN 1
#endif
#ifndef FLAGS
#define FLAGS 0
#endif
#ifndef LOSS_GIVEN
#define LOSS_GIVEN (KIND == NNG_LOSS)
#endif
#ifndef SYMBOL
#define SYMBOL nng_plugin
#endif

#define UNUSED(x) ((void)(x))

static enum nng_plugin_status value(const double *parameters, size_t rows, size_t cols, const double *yhat,
                                    const double *y, double *values, double *grad, struct nng_diagnostic *diagnostic)
{
    UNUSED(parameters), UNUSED(diagnostic);
    for (size_t n = 0; n < rows; n++) {
        values[n] = 0;
        for (size_t j = n * cols; j < (n + 1) * cols; j++) {
            values[n] += (yhat[j] - y[j]) * (yhat[j] - y[j]);
            if (grad != NULL)
                grad[j] = 2 * (yhat[j] - y[j]);
        }
    }
    return NNG_PLUGIN_OK;
}

static enum nng_plugin_status forward(const double *parameters, size_t rows, size_t cols, const double *a, double *h,
                                      struct nng_diagnostic *diagnostic)
{
    UNUSED(parameters), UNUSED(diagnostic);
    for (size_t i = 0; i < rows * cols; i++)
        h[i] = a[i];
    return NNG_PLUGIN_OK;
}

static enum nng_plugin_status backward(const double *parameters, size_t rows, size_t cols, const double *a,
                                       const double *h, const double *dh, double *da, struct nng_diagnostic *diagnostic)
{
    UNUSED(parameters), UNUSED(a), UNUSED(h), UNUSED(diagnostic);
    for (size_t i = 0; i < rows * cols; i++)
        da[i] = dh[i];
    return NNG_PLUGIN_OK;
}

static enum nng_plugin_status step(const double *parameters, const struct nng_step *step, const double *g, double *w,
                                   double *const *slots, struct nng_diagnostic *diagnostic)
{
    UNUSED(slots), UNUSED(diagnostic);
    for (uint64_t i = 0; i < step->count; i++)
        w[i] -= parameters[0] * g[i];
    return NNG_PLUGIN_OK;
}

static const struct nng_parameter parameters[] = {
    {.name = "rate", .summary = "of learning", .kind = NNG_REAL, .flags = NNG_OPEN_MIN, .max = 1, .standard = STANDARD},
    {.name = SECOND, .summary = "how many", .kind = NNG_INT, .min = 1, .max = 1e308, .standard = 3},
    {.name = "nesterov", .summary = "look ahead", .kind = NNG_BOOL, .max = 1},
    {.name = "form",
     .summary = "which",
     .kind = NNG_CHOICE,
     .choices = (const char *const[]){"exact", "tanh", NULL},
     .standard = 1}};

static const struct nng_loss loss = {.size = sizeof loss - SHORTER,
                                     .flags = FLAGS,
                                     .yhat_min = -1e308,
                                     .yhat_max = 1e308,
                                     .ulps = ULPS,
                                     .value = VALUE_GIVEN ? value : NULL};

static const struct nng_activation activation = {.size = sizeof activation - SHORTER,
                                                 .flags = FLAGS,
                                                 .h_min = -1e308,
                                                 .h_max = 1e308,
                                                 .ulps = ULPS,
                                                 .forward = forward,
                                                 .backward = BACKWARD_GIVEN ? backward : NULL};

static const struct nng_optimizer optimizer = {
    .size = sizeof optimizer - SHORTER, .flags = FLAGS, .step = STEP_GIVEN ? step : NULL};

NNG_EXPORT extern const struct nng_plugin SYMBOL;
const struct nng_plugin SYMBOL = {.magic = MAGIC,
                                  .abi_major = MAJOR,
                                  .abi_minor = MINOR,
                                  .size = SIZE,
                                  .real_size = REAL_SIZE,
                                  .parameter_size = PARAMETER_SIZE,
                                  .kind = KIND,
                                  .name = NAME,
                                  .version = "1",
                                  .licence = "MIT",
                                  .summary = SUMMARY,
                                  .formula = "(\\hat y - y)^2",
                                  NNG_PARAMETERS(parameters),
                                  .loss = LOSS_GIVEN ? &loss : NULL,
                                  .activation = KIND == NNG_ACTIVATION ? &activation : NULL,
                                  .optimizer = KIND == NNG_OPTIMIZER ? &optimizer : NULL};
