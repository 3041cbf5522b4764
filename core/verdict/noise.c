/* noise.c - ECnoise: differences of order k of a smooth function die out, those of noise grow like sqrt((2k)!) / k!. */
#include "verdict/noise.h"

#include <math.h>
#include <stdbool.h>

double nng_noise(const double values[NNG_NOISE_POINTS])
{
    double T[NNG_NOISE_POINTS], sigma[NNG_NOISE_POINTS] = {0}, gamma = 1.0;
    bool changes_sign[NNG_NOISE_POINTS] = {0};
    for (int i = 0; i < NNG_NOISE_POINTS; i++)
        T[i] = values[i];
    for (int k = 1; k < NNG_NOISE_POINTS; k++) {
        double sum = 0.0, least = INFINITY, most = -INFINITY;
        int count = NNG_NOISE_POINTS - k;
        for (int i = 0; i < count; i++) {
            T[i] = T[i + 1] - T[i];
            sum += T[i] * T[i];
            least = fmin(least, T[i]);
            most = fmax(most, T[i]);
        }
        gamma *= 0.5 * k / (2.0 * k - 1.0); /* (k!)^2 / (2k)! */
        sigma[k] = sqrt(gamma * sum / count);
        changes_sign[k] = least * most < 0.0;
    }
    for (int k = 1; k + 2 < NNG_NOISE_POINTS; k++) {
        double low = fmin(fmin(sigma[k], sigma[k + 1]), sigma[k + 2]);
        double high = fmax(fmax(sigma[k], sigma[k + 1]), sigma[k + 2]);
        if (high <= 4.0 * low && changes_sign[k])
            return sigma[k];
    }
    return 0.0;
}
