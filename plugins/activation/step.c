/* step.c - the McCulloch-Pitts neuron: h = 1 for a >= 0, else 0.
 *
 * Its derivative is 0 wherever it has one, and it has none at the jump: backward says 0, so a network behind a step
 * learns nothing.  The perceptron loss, on a itself, is the way round that. */
#include <nngrad/elementwise.h>

static inline double fire(const double *parameters, double a)
{
    (void)parameters;
    return a >= 0 ? 1 : a < 0 ? 0 : a; /* NaN stays NaN */
}

static inline double slope(const double *parameters, double a)
{
    (void)parameters;
    (void)a;
    return 0;
}

/* Constant pieces: this says no more than the slope does, hence the flag below. */
static inline double complex continuation(const double *parameters, double complex a)
{
    return fire(parameters, creal(a));
}

static inline int32_t piece(const double *parameters, double a)
{
    (void)parameters;
    return a == 0 ? NNG_BRANCH_TIE : a > 0;
}

NNG_FORWARD(forward, fire)
NNG_BACKWARD(backward, slope)
NNG_COMPLEX_FORWARD(complex_forward, continuation)
NNG_BRANCH(branch, piece)

static const struct nng_activation activation = {.size = sizeof activation,
                                                 .flags =
                                                     NNG_ACTIVATION_ELEMENTWISE | NNG_ACTIVATION_COMPLEX_FIRST_ORDER,
                                                 .ulps = 0.5,
                                                 .h_min = 0,
                                                 .h_max = 1,
                                                 .forward = forward,
                                                 .backward = backward,
                                                 .complex_forward = complex_forward,
                                                 .branch = branch};

NNG_PLUGIN(.kind = NNG_ACTIVATION, .name = "step", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "a neuron with a threshold: 1 from 0 on", .formula = "h = [a \\ge 0]", .activation = &activation);
