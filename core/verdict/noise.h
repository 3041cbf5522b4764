/* noise.h - the noise of a function whose inside is unknown. */
#ifndef NNG_VERDICT_NOISE_H
#define NNG_VERDICT_NOISE_H

enum { NNG_NOISE_POINTS = 9 };

/* sigma, the standard deviation of the rounding noise, from values at equally spaced points very near each other; 0
 * when the difference table shows none (Moré and Wild, Estimating computational noise, 2011: ECnoise). */
double nng_noise(const double values[NNG_NOISE_POINTS]);

#endif
