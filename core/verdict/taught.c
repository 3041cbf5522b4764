/* taught.c - the numeric derivatives that courses teach, with the bounds that go with them, to be compared with the
 * ladder: one forward difference, one central difference, GSL's five-point rule, the complex step alone. */
#include <float.h>
#include <gsl/gsl_deriv.h>
#include <math.h>

#include "calculus/forward.h"
#include "verdict/climb.h"

/* f(theta + s e_index) - f(theta), reduced, for the steps of one derivative. */
struct line {
    const struct nng_climb *climb;
    struct nng_bench *bench;
    size_t index;
    uint64_t evaluations;
    enum nng_status status;
    struct nng_error *error;
};

static double change(struct line *line, double step)
{
    const struct nng_prober *prober = line->climb->prober;
    struct nng_probe probe = {line->index, step};
    struct nng_probed probed;
    if (line->status != NNG_OK)
        return NAN;
    line->evaluations++;
    line->status = nng_probe(prober, line->bench, &probe, 1, &probed, line->error);
    if (line->status != NNG_OK)
        return NAN;
    double sum = 0.0;
    for (size_t n = 0; n < prober->samples; n++)
        sum += probed.values[n] - prober->pass->values[n];
    return sum * nng_reduction_factor(prober->model, prober->samples);
}

static double representable(double w, double h)
{
    return (w + h) - w;
}

/* (f(w + h) - f(w)) / h, h = sqrt(epsilon) max(|w|, 1): error by halving the step, plus the noise. */
static double forward_difference(struct line *line, double w, double noise, double *error)
{
    double h = representable(w, sqrt(DBL_EPSILON) * fmax(fabs(w), 1.0)), half = representable(w, h / 2.0);
    double D = change(line, h) / h, finer = change(line, half) / half;
    *error = 2.0 * fabs(D - finer) + 2.0 * noise / half;
    return D;
}

/* (f(w + h) - f(w - h)) / 2h, h = cbrt(epsilon) max(|w|, 1) */
static double central_difference(struct line *line, double w, double noise, double *error)
{
    double h = representable(w, cbrt(DBL_EPSILON) * fmax(fabs(w), 1.0)), half = representable(w, h / 2.0);
    double D = (change(line, h) - change(line, -h)) / (2.0 * h);
    double finer = (change(line, half) - change(line, -half)) / (2.0 * half);
    *error = 2.0 * fabs(D - finer) + noise / half;
    return D;
}

static double at(double step, void *context)
{
    return change(context, step);
}

static double gsl_rule(struct line *line, double w, double *error)
{
    gsl_function f = {.function = at, .params = line};
    double D = NAN;
    *error = INFINITY;
    gsl_deriv_central(&f, 0.0, 1e-2 * fmax(fabs(w), 1.0), &D, error);
    return D;
}

enum nng_status nng_climb_taught(const struct nng_climb *climb, struct nng_bench *bench, double floor,
                                 struct nng_entry *entries, size_t count, uint64_t *evaluations,
                                 struct nng_error *error)
{
    for (size_t e = 0; e < count; e++) {
        struct line line = {.climb = climb, .bench = bench, .index = entries[e].index, .error = error};
        struct nng_scale scale = nng_climb_scale(climb, floor, &entries[e]);
        double w = climb->prober->theta[line.index], noise = climb->magnitude.noise, bound = 0.0, D = NAN;
        switch (climb->method) {
        case NNG_FORWARD:
            D = forward_difference(&line, w, noise, &bound);
            break;
        case NNG_CENTRAL:
            D = central_difference(&line, w, noise, &bound);
            break;
        case NNG_GSL:
            D = gsl_rule(&line, w, &bound);
            break;
        case NNG_COMPLEX:
            line.status = nng_probe_complex(climb->prober, bench, &line.index, 1, &D, error);
            bound = scale.rounding;
            line.evaluations++;
            break;
        case NNG_LADDER:
            break;
        }
        if (line.status != NNG_OK)
            return line.status;
        *evaluations += line.evaluations;
        nng_judge_estimate(&entries[e], D, bound, &scale);
    }
    return NNG_OK;
}
