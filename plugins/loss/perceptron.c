/* perceptron.c - L_n = sum_j max(0, -(2 y_nj - 1) yhat_nj), targets 0 and 1 (Rosenblatt 1958): by how much yhat, a
 * pre-activation, has the wrong sign.  Gradient descent on it, a sample at a time, is the perceptron's learning rule.
 *
 * Its kink is at yhat = 0, where the slope of the wrong side is taken: the rule corrects an undecided neuron too, or
 * it could never leave weights that are all zero. */
#include <nngrad/elementwise.h>

static inline double term(const double *parameters, double yhat, double y)
{
    (void)parameters;
    double wrong = (1 - 2 * y) * yhat;
    return wrong <= 0 ? 0 : wrong;
}

static inline double slope(const double *parameters, double yhat, double y)
{
    (void)parameters;
    return (1 - 2 * y) * yhat < 0 ? 0 : 1 - 2 * y;
}

/* Linear pieces: this says no more than the slope does, hence the flag below. */
static inline double complex continuation(const double *parameters, double complex yhat, double y)
{
    (void)parameters;
    return (1 - 2 * y) * creal(yhat) < 0 ? 0 : (1 - 2 * y) * yhat;
}

static inline int32_t piece(const double *parameters, double yhat, double y)
{
    (void)parameters;
    return yhat == 0 ? NNG_BRANCH_TIE : (1 - 2 * y) * yhat > 0;
}

NNG_VALUE(value, term, slope)
NNG_COMPLEX_VALUE(complex_value, continuation)
NNG_LOSS_BRANCH(branch, piece)

static const struct nng_loss loss = {.size = sizeof loss,
                                     .target = NNG_TARGET_BINARY,
                                     .flags = NNG_COMPLEX_FIRST_ORDER,
                                     .yhat_min = -INFINITY,
                                     .yhat_max = INFINITY,
                                     .ulps = 4,
                                     .value = value,
                                     .complex_value = complex_value,
                                     .branch = branch};

NNG_PLUGIN(.kind = NNG_LOSS, .name = "perceptron", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "by how much a pre-activation has the wrong sign, targets 0 and 1",
           .formula = "L = \\sum_j \\max(0, -(2 y_j - 1) \\hat{y}_j)", .loss = &loss);
