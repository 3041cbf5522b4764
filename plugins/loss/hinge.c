/* hinge.c - L_n = sum_j max(0, 1 - y_nj yhat_nj), targets -1 and +1: the loss of support vector machines.
 *
 * Its kink is at the margin, y yhat = 1, where 0 is taken of the slopes from -y to 0. NaN stays NaN. */
#include <nngrad/elementwise.h>

static inline double term(const double *parameters, double yhat, double y)
{
    (void)parameters;
    double short_of = 1 - y * yhat;
    return short_of <= 0 ? 0 : short_of;
}

static inline double slope(const double *parameters, double yhat, double y)
{
    (void)parameters;
    return 1 - y * yhat <= 0 ? 0 : -y;
}

/* Linear pieces: this says no more than the slope does, hence the flag below. */
static inline double complex continuation(const double *parameters, double complex yhat, double y)
{
    (void)parameters;
    return 1 - y * creal(yhat) <= 0 ? 0 : 1 - y * yhat;
}

static inline int32_t piece(const double *parameters, double yhat, double y)
{
    (void)parameters;
    double short_of = 1 - y * yhat;
    return short_of == 0 ? NNG_BRANCH_TIE : short_of > 0;
}

NNG_VALUE(value, term, slope)
NNG_COMPLEX_VALUE(complex_value, continuation)
NNG_LOSS_BRANCH(branch, piece)

static const struct nng_loss loss = {.size = sizeof loss,
                                     .target = NNG_TARGET_SIGN,
                                     .flags = NNG_COMPLEX_FIRST_ORDER,
                                     .yhat_min = -INFINITY,
                                     .yhat_max = INFINITY,
                                     .ulps = 4,
                                     .value = value,
                                     .complex_value = complex_value,
                                     .branch = branch};

NNG_PLUGIN(.kind = NNG_LOSS, .name = "hinge", .version = "1.0", .licence = "GPL-3.0-or-later",
           .summary = "how far short of the margin, targets -1 and +1",
           .formula = "L = \\sum_j \\max(0, 1 - y_j \\hat{y}_j)", .loss = &loss);
