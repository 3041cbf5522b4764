/* forward.h - the pieces of a forward pass, for those who recompute only a part of it. */
#ifndef NNG_CALCULUS_FORWARD_H
#define NNG_CALCULUS_FORWARD_H

#include "base/error.h"

/* h_{l-1}: what layer l (from 1) is fed. */
static inline const double *nng_below(const struct nng_pass *pass, size_t l)
{
    return l > 1 ? pass->h[l - 1] : pass->x;
}

/* Layer l (from 1): a = h_below W_l' + b_l; h_below: rows x inputs_l; a: rows x units_l. */
void nng_forward_sum(const struct nng_model *model, size_t l, const double *theta, const double *h_below, size_t rows,
                     double *a);

/* values_n = L_n, unreduced; slope (rows x outputs, may be NULL) = dL_n/da_L when the model is fused, else dL_n/dyhat.
 */
enum nng_status nng_sample_losses(const struct nng_model *model, const double *a, const double *yhat, const double *y,
                                  size_t rows, double *values, double *slope, struct nng_error *error);

/* 1/N for the mean, 1 for the sum. */
double nng_reduction_factor(const struct nng_model *model, size_t samples);

#endif
