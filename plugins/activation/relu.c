/* relu.c - the rectifier h = max(0, a).
 *
 * Its kink is at a = 0, where any slope from 0 to 1 is a subgradient; 0 is taken, as everybody does. NaN stays NaN. */
#include <nngrad/elementwise.h>

static inline double rectify(const double *parameters, double a)
{
    (void)parameters;
    return a <= 0 ? 0 : a;
}

static inline double slope(const double *parameters, double a)
{
    (void)parameters;
    return a <= 0 ? 0 : 1;
}

/* Linear pieces: this says no more than the slope does, hence the flag below. */
static inline double complex continuation(const double *parameters, double complex a)
{
    (void)parameters;
    return creal(a) <= 0 ? 0 : a;
}

static inline int32_t piece(const double *parameters, double a)
{
    (void)parameters;
    return a == 0 ? NNG_BRANCH_TIE : a > 0;
}

NNG_FORWARD(forward, rectify)
NNG_BACKWARD(backward, slope)
NNG_COMPLEX_FORWARD(complex_forward, continuation)
NNG_BRANCH(branch, piece)

static const struct nng_activation activation = {.size = sizeof activation,
                                                 .flags =
                                                     NNG_ACTIVATION_ELEMENTWISE | NNG_ACTIVATION_COMPLEX_FIRST_ORDER,
                                                 .ulps = 0.5,
                                                 .h_min = 0,
                                                 .h_max = INFINITY,
                                                 .forward = forward,
                                                 .backward = backward,
                                                 .complex_forward = complex_forward,
                                                 .branch = branch};

NNG_PLUGIN(.kind = NNG_ACTIVATION, .name = "relu", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "the rectifier: 0 below 0, a above", .formula = "h = \\max(0, a)", .activation = &activation);
