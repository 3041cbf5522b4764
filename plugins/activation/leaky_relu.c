/* leaky_relu.c - h = a above 0, slope * a below (Maas, Hannun and Ng 2013): a unit that never dies.
 *
 * The kink at a = 0 takes the lower slope, as PyTorch does; with slope = 1 there is none. */
#include <nngrad/elementwise.h>

enum { SLOPE };

static const struct nng_parameter parameters_table[] = {
    {.name = "slope", .summary = "slope below 0", .kind = NNG_REAL, .min = -1e308, .max = 1e308, .standard = 0.01}};

static inline double leaky(const double *parameters, double a)
{
    double below = parameters[SLOPE] * a;
    return a <= 0 ? below : a;
}

static inline double leaky_slope(const double *parameters, double a)
{
    double below = parameters[SLOPE];
    return a <= 0 ? below : 1;
}

/* Linear pieces: this says no more than the slope does, hence the flag below. */
static inline double complex continuation(const double *parameters, double complex a)
{
    return creal(a) <= 0 ? parameters[SLOPE] * a : a;
}

static inline int32_t piece(const double *parameters, double a)
{
    if (parameters[SLOPE] == 1)
        return 0;
    return a == 0 ? NNG_BRANCH_TIE : a > 0;
}

NNG_FORWARD(forward, leaky)
NNG_BACKWARD(backward, leaky_slope)
NNG_COMPLEX_FORWARD(complex_forward, continuation)
NNG_BRANCH(branch, piece)

static const struct nng_activation activation = {.size = sizeof activation,
                                                 .flags =
                                                     NNG_ACTIVATION_ELEMENTWISE | NNG_ACTIVATION_COMPLEX_FIRST_ORDER,
                                                 .ulps = 0.5,
                                                 .h_min = -INFINITY,
                                                 .h_max = INFINITY,
                                                 .forward = forward,
                                                 .backward = backward,
                                                 .complex_forward = complex_forward,
                                                 .branch = branch};

NNG_PLUGIN(.kind = NNG_ACTIVATION, .name = "leaky_relu", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "the rectifier with a small slope below 0", .formula = "h = \\max(0, a) + s \\min(0, a)",
           NNG_PARAMETERS(parameters_table), .activation = &activation);
