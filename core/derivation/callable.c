/* callable.c - the table of functions; each elementwise one with its derivative, for real and complex arguments. */
#include "derivation/callable.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "derivation/ast.h"

/* 1/(1 + exp(-a)), from the side on which exp does not overflow. */
static double sigmoid(double a)
{
    double e = exp(-fabs(a));
    return a >= 0 ? 1 / (1 + e) : e / (1 + e);
}

static double sigmoid_slope(double a)
{
    double e = exp(-fabs(a));
    return e / ((1 + e) * (1 + e));
}

static double complex complex_sigmoid(double complex a)
{
    double complex e = cexp(creal(a) >= 0 ? -a : a);
    return creal(a) >= 0 ? 1 / (1 + e) : e / (1 + e);
}

static double complex complex_sigmoid_slope(double complex a)
{
    double complex e = cexp(creal(a) >= 0 ? -a : a);
    return e / ((1 + e) * (1 + e));
}

static double softplus(double a)
{
    return (a > 0 ? a : 0) + log1p(exp(-fabs(a)));
}

static double complex complex_softplus(double complex a)
{
    return creal(a) > 0 ? a + clog(1 + cexp(-a)) : clog(1 + cexp(a));
}

static double inverse(double a)
{
    return 1 / a;
}

static double complex complex_inverse(double complex a)
{
    return 1 / a;
}

static double sqrt_slope(double a)
{
    return 1 / (2 * sqrt(a));
}

static double minus_sin(double a)
{
    return -sin(a);
}

static double tanh_slope(double a)
{
    double c = cosh(a);
    return 1 / (c * c);
}

/* The logarithm and the root of a negative number are refused, as they are for real arguments. */
static double complex complex_log(double complex a)
{
    return creal(a) < 0 ? (double complex)NAN : clog(a);
}

static double complex complex_sqrt(double complex a)
{
    return creal(a) < 0 ? (double complex)NAN : csqrt(a);
}

static double complex complex_sqrt_slope(double complex a)
{
    return 1 / (2 * complex_sqrt(a));
}

static double complex complex_minus_sin(double complex a)
{
    return -csin(a);
}

static double complex complex_tanh_slope(double complex a)
{
    double complex c = ccosh(a);
    return 1 / (c * c);
}

static double sign(double a)
{
    return a > 0 ? 1 : a < 0 ? -1 : 0 * a;
}

static double step(double a)
{
    return a > 0 ? 1 : 0 * a;
}

static double relu(double a)
{
    return a > 0 ? a : 0 * a;
}

static double zero(double a)
{
    return 0 * a;
}

/* Piecewise: the real part chooses the piece, on which they are analytic. */
static double complex complex_abs(double complex a)
{
    return creal(a) < 0 ? -a : a;
}

static double complex complex_relu(double complex a)
{
    return creal(a) > 0 ? a : 0;
}

static double complex complex_sign(double complex a)
{
    return sign(creal(a));
}

static double complex complex_step(double complex a)
{
    return step(creal(a));
}

static double complex complex_zero(double complex a)
{
    return 0 * creal(a);
}

#define EACH(text, f, df, cf, cdf, kink)                                                                               \
    {                                                                                                                  \
        .name = (text), .kind = NNG_CALL_EACH, .least = 1, .most = 1, .value = (f), .slope = (df),                     \
        .complex_value = (cf), .complex_slope = (cdf), .kinked = (kink)                                                \
    }

static const struct nng_callable builtin[] = {
    EACH("exp", exp, exp, cexp, cexp, false),
    EACH("log", log, inverse, complex_log, complex_inverse, false),
    EACH("sqrt", sqrt, sqrt_slope, complex_sqrt, complex_sqrt_slope, false),
    EACH("abs", fabs, sign, complex_abs, complex_sign, true),
    EACH("sign", sign, zero, complex_sign, complex_zero, true),
    EACH("sin", sin, cos, csin, ccos, false),
    EACH("cos", cos, minus_sin, ccos, complex_minus_sin, false),
    EACH("tanh", tanh, tanh_slope, ctanh, complex_tanh_slope, false),
    EACH("sigmoid", sigmoid, sigmoid_slope, complex_sigmoid, complex_sigmoid_slope, false),
    EACH("relu", relu, step, complex_relu, complex_step, true),
    EACH("softplus", softplus, sigmoid, complex_softplus, complex_sigmoid, false),
    {.name = "softmax", .kind = NNG_CALL_SOFTMAX, .least = 1, .most = 1},
    {.name = "logsumexp", .kind = NNG_CALL_LOGSUMEXP, .least = 1, .most = 1},
    {.name = "sum", .kind = NNG_CALL_SUM, .least = 1, .most = 2},
    {.name = "prod", .kind = NNG_CALL_PRODUCT, .least = 1, .most = 2},
    {.name = "mean", .kind = NNG_CALL_MEAN, .least = 1, .most = 2},
    {.name = "max", .kind = NNG_CALL_MAX, .least = 1, .most = 2},
    {.name = "min", .kind = NNG_CALL_MIN, .least = 1, .most = 2},
    {.name = "diag", .kind = NNG_CALL_DIAG, .least = 1, .most = 1},
    {.name = "ones", .kind = NNG_CALL_ONES, .least = 1, .most = 2},
    {.name = "zeros", .kind = NNG_CALL_ZEROS, .least = 1, .most = 2},
    {.name = "eye", .kind = NNG_CALL_EYE, .least = 1, .most = 1},
    {.name = "onehot", .kind = NNG_CALL_ONEHOT, .least = 2, .most = 2},
    {.name = "dot", .kind = NNG_CALL_DOT, .least = 2, .most = 2},
    {.name = "outer", .kind = NNG_CALL_OUTER, .least = 2, .most = 2},
    {.name = "norm", .kind = NNG_CALL_NORM, .least = 1, .most = 1},
};
enum { BUILTIN_COUNT = sizeof builtin / sizeof builtin[0] };

const struct nng_callable *nng_callable_builtin(const char *name)
{
    for (size_t i = 0; i < BUILTIN_COUNT; i++)
        if (strcmp(builtin[i].name, name) == 0)
            return &builtin[i];
    return NULL;
}

static const char *builtin_name(const void *names, size_t i)
{
    return ((const struct nng_callable *)names)[i].name;
}

const char *nng_callable_nearest(const char *wrong)
{
    return nng_nearest(wrong, builtin, BUILTIN_COUNT, builtin_name);
}

bool nng_callable_each(const struct nng_callable *function)
{
    return function->kind == NNG_CALL_EACH ||
           (function->kind == NNG_CALL_ACTIVATION &&
            (function->method.plugin->activation->flags & NNG_ACTIVATION_ELEMENTWISE) != 0);
}

/* One function for one plugin with one set of parameters, so that equal calls are known to be equal. */
static enum nng_status plugin_function(struct nng_program *program, const struct nng_method *method,
                                       const struct nng_callable **function, struct nng_error *error)
{
    for (*function = program->callables; *function != NULL; *function = (*function)->next)
        if ((*function)->method.plugin == method->plugin &&
            (method->plugin->parameter_count == 0 ||
             memcmp((*function)->method.values, method->values,
                    method->plugin->parameter_count * sizeof *method->values) == 0))
            return NNG_OK;
    struct nng_callable *made = nng_arena_take(program->arena, 1, sizeof *made);
    if (made == NULL)
        return nng_fail_memory(error);
    bool loss = method->plugin->kind == NNG_LOSS;
    *made = (struct nng_callable){.name = method->plugin->name,
                                  .kind = loss ? NNG_CALL_LOSS : NNG_CALL_ACTIVATION,
                                  .least = loss ? 2 : 1,
                                  .most = loss ? 2 : 1,
                                  .method = *method,
                                  .next = program->callables};
    *function = program->callables = made;
    return NNG_OK;
}

/* The model's own use of that plugin, with the model's parameters; NULL: it does not use it. */
static const struct nng_method *method_of_model(const struct nng_model *model, const char *name)
{
    if (model == NULL)
        return NULL;
    if (strcmp(model->loss.plugin->name, name) == 0)
        return &model->loss;
    for (size_t l = 0; l < model->layer_count; l++)
        if (strcmp(model->layers[l].activation.plugin->name, name) == 0)
            return &model->layers[l].activation;
    return NULL;
}

enum nng_status nng_callable_find(struct nng_program *program, const char *name, const struct nng_callable **function,
                                  struct nng_error *error)
{
    *function = nng_callable_builtin(name);
    if (*function != NULL)
        return NNG_OK;
    const struct nng_method *known = method_of_model(program->model, name);
    if (known != NULL)
        return plugin_function(program, known, function, error);
    if (program->host == NULL)
        return NNG_OK;
    static const enum nng_plugin_kind kinds[] = {NNG_ACTIVATION, NNG_LOSS};
    for (size_t i = 0; i < 2; i++) {
        struct nng_method method;
        enum nng_status status = nng_method_new(program->host, kinds[i], name, &method, NULL);
        if (status == NNG_OK)
            return plugin_function(program, &method, function, error);
        if (status == NNG_MEMORY)
            return nng_fail_memory(error);
    }
    return NNG_OK;
}

enum nng_status nng_callable_activation(struct nng_program *program, const struct nng_method *method,
                                        const struct nng_callable **function, struct nng_error *error)
{
    bool standard = true;
    for (uint32_t i = 0; i < method->plugin->parameter_count; i++) {
        double value = method->values[i], usual = method->plugin->parameters[i].standard;
        standard = standard && !(value < usual) && !(value > usual);
    }
    *function = nng_callable_builtin(method->plugin->name);
    bool ours = *function != NULL && ((*function)->kind == NNG_CALL_EACH || (*function)->kind == NNG_CALL_SOFTMAX);
    return ours && standard ? NNG_OK : plugin_function(program, method, function, error);
}
