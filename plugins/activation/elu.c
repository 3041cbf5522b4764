/* elu.c - h = a above 0, alpha (exp(a) - 1) below (Clevert, Unterthiner and Hochreiter 2016).
 *
 * The slopes at 0 are alpha and 1: a kink, unless alpha = 1. */
#include <nngrad/elementwise.h>

enum { ALPHA };

static const struct nng_parameter parameters_table[] = {
    {.name = "alpha", .summary = "how far below 0 it can go", .kind = NNG_REAL, .min = 0, .max = 1e308, .standard = 1}};

static inline double elu(const double *parameters, double a)
{
    double below = parameters[ALPHA] * nng_expm1_below(a);
    return a > 0 ? a : below;
}

static inline double slope(const double *parameters, double a)
{
    double below = parameters[ALPHA] * nng_exp_below(a);
    return a > 0 ? 1 : below;
}

static inline double complex continuation(const double *parameters, double complex a)
{
    return creal(a) > 0 ? a : parameters[ALPHA] * (cexp(a) - 1);
}

static inline int32_t piece(const double *parameters, double a)
{
    if (parameters[ALPHA] == 1)
        return 0;
    return a == 0 ? NNG_BRANCH_TIE : a > 0;
}

NNG_FORWARD(forward, elu)
NNG_BACKWARD(backward, slope)
NNG_COMPLEX_FORWARD(complex_forward, continuation)
NNG_BRANCH(branch, piece)

static const struct nng_activation activation = {.size = sizeof activation,
                                                 .flags = NNG_ACTIVATION_ELEMENTWISE,
                                                 .ulps = 4,
                                                 .h_min = -INFINITY,
                                                 .h_max = INFINITY,
                                                 .forward = forward,
                                                 .backward = backward,
                                                 .complex_forward = complex_forward,
                                                 .branch = branch};

NNG_PLUGIN(.kind = NNG_ACTIVATION, .name = "elu", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "linear above 0, an exponential that levels off below",
           .formula = "h = \\max(0, a) + \\alpha (e^{\\min(0, a)} - 1)", NNG_PARAMETERS(parameters_table),
           .activation = &activation);
