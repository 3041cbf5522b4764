/* schedule.c - how the learning rate changes from epoch to epoch.
 *
 * In epoch e (from 0) of E, after W epochs of warm-up, with p = (e - W) / (E - W) of the rest done, eta is multiplied
 * by
 *
 *     warm-up       (e + 1) / W  while e < W
 *     constant      1
 *     step          1, then 1/10 from p = 1/2, then 1/100 from p = 3/4
 *     exponential   100^-p: evenly down to a hundredth
 *     cosine        (1 + cos(pi p)) / 2
 */
#include "learn/learn.h"

#include <math.h>

double nng_schedule_factor(const struct nng_train_settings *settings, size_t epoch)
{
    static const double pi = 3.14159265358979323846;
    if (epoch < settings->warmup)
        return (double)(epoch + 1) / (double)settings->warmup;
    double rest = (double)settings->epochs - (double)settings->warmup;
    double p = rest > 0 ? (double)(epoch - settings->warmup) / rest : 1;
    switch (settings->schedule) {
    case NNG_SCHEDULE_STEP:
        return p < 0.5 ? 1 : p < 0.75 ? 0.1 : 0.01;
    case NNG_SCHEDULE_EXPONENTIAL:
        return pow(100, -p);
    case NNG_SCHEDULE_COSINE:
        return 0.5 * (1 + cos(pi * p));
    case NNG_SCHEDULE_CONSTANT:
        break;
    }
    return 1;
}
