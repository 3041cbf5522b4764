/* norm.c - Euclidean norms: how large gradients and updates are. Several sums are kept at once, which a processor adds
 * side by side; the order is the same for any number of threads. */
#include "learn/learn.h"

#include <math.h>
#include <string.h>

enum { LANES = 8 };

static double add_up(const double sums[LANES])
{
    double sum = 0;
    for (size_t k = 0; k < LANES; k++)
        sum += sums[k];
    return sum;
}

/* sum (scale v_i)^2 */
static double squares(const double *v, size_t count, double scale)
{
    double sums[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            sums[k] += (scale * v[i + k]) * (scale * v[i + k]);
    for (; i < count; i++)
        sums[0] += (scale * v[i]) * (scale * v[i]);
    return add_up(sums);
}

double nng_norm(const double *v, size_t count)
{
    double sum = squares(v, count, 1);
    if (isfinite(sum) && sum > 0x1p-900)
        return sqrt(sum);
    double largest = 0; /* squares beyond the range of a double */
    for (size_t i = 0; i < count; i++)
        largest = fabs(v[i]) > largest || isnan(v[i]) ? fabs(v[i]) : largest;
    if (largest == 0 || !isfinite(largest))
        return largest;
    int exponent;
    (void)frexp(largest, &exponent);
    exponent = exponent < -1000 ? -1000 : exponent;
    return ldexp(sqrt(squares(v, count, ldexp(1, -exponent))), exponent);
}

/* sum (scale (v_i - w_i))^2 */
static double squared_differences(const double *v, const double *w, size_t count, double scale)
{
    double sums[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= count; i += LANES)
        for (size_t k = 0; k < LANES; k++)
            sums[k] += (scale * (v[i + k] - w[i + k])) * (scale * (v[i + k] - w[i + k]));
    for (; i < count; i++)
        sums[0] += (scale * (v[i] - w[i])) * (scale * (v[i] - w[i]));
    return add_up(sums);
}

double nng_distance(const double *v, const double *w, size_t count)
{
    enum { HUGE_EXPONENT = 600 };
    double sum = squared_differences(v, w, count, 1);
    if (isfinite(sum))
        return sqrt(sum);
    return ldexp(sqrt(squared_differences(v, w, count, ldexp(1, -HUGE_EXPONENT))), HUGE_EXPONENT);
}

void nng_freeze(const struct nng_model *model, double *gradient)
{
    for (size_t l = 0; l < model->layer_count; l++)
        if (!model->layers[l].train_biases)
            memset(gradient + model->layers[l].biases, 0, model->layers[l].units * sizeof *gradient);
}

double nng_layer_norms(const struct nng_model *model, const double *gradient, double *norms)
{
    double sum = 0;
    for (size_t l = 0; l < model->layer_count; l++) {
        const struct nng_layer *layer = &model->layers[l];
        double of_weights = nng_norm(gradient + layer->weights, layer->units * layer->inputs);
        norms[l] = hypot(of_weights, nng_norm(gradient + layer->biases, layer->units));
        sum = hypot(sum, norms[l]);
    }
    return sum;
}
