/* penalty.c - l1 sum|w| + (l2/2) sum w^2, over the weights, and over the biases when the model says so. It is added
 * after the reduction and never divided by N. */
#include <math.h>

#include <nngrad/nngrad.h>

double nng_penalty(const struct nng_model *model, const double *theta, double *gradient)
{
    double l1 = model->l1, l2 = model->l2, absolute = 0.0, squares = 0.0;
    if (l1 == 0.0 && l2 == 0.0)
        return 0.0;
    size_t weights = model->layers[0].biases; /* where the biases begin */
    size_t count = model->penalize_biases ? model->parameter_count : weights;
    for (size_t p = 0; p < count; p++) {
        double w = theta[p];
        absolute += fabs(w);
        squares += w * w;
        if (gradient != NULL)
            gradient[p] += l1 * (double)((w > 0.0) - (w < 0.0)) + l2 * w;
    }
    return l1 * absolute + 0.5 * l2 * squares;
}
