/* generate.c - datasets by their formulas. u runs evenly over [0, 1) within a class, e ~ N(0, noise^2).
 *
 *   and or xor majority  x = corner n mod 2^d of {0,1}^d + e,  counted (0,0), (0,1), (1,0), (1,1);  y by the corner
 *   circles   x = r (cos 2 pi u, sin 2 pi u) + e,  r = 1 for class 0, 1/2 for class 1
 *   moons     x = (cos pi u, sin pi u) + e  and  x = (1 - cos pi u, 1/2 - sin pi u) + e
 *   spirals   x = u (cos t, sin t) + e,  t = 3.5 pi u + pi k for class k
 *   blobs     x = r (cos 2 pi k/K, sin 2 pi k/K) + e,  r such that neighbouring centres are 4 apart
 *   sine      x even in [-pi, pi],  y = sin x + e
 *
 * Sample n belongs to class n mod K (corners: to its corner's), so that any first few samples have every class.
 */
#include "model/data.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>

#include "base/error.h"
#include "base/random.h"
#include "base/text.h"

/* What a formula is told about one sample. */
struct point {
    size_t n, samples;
    size_t k, classes; /* its class */
    double u;          /* its place within the class */
};

struct generator {
    const char *name;
    size_t inputs;
    size_t corners; /* 0 for those that have none */
    double noise;   /* unless told */
    /* x: inputs; returns y, which is the class except for sine */
    double (*at)(const struct point *point, double *x);
};

/* x: bits of n, the first input the highest; returns how many are 1 */
static size_t corner(size_t n, size_t inputs, double *x)
{
    size_t ones = 0;
    for (size_t j = 0; j < inputs; j++) {
        size_t bit = n >> (inputs - 1 - j) & 1;
        x[j] = (double)bit;
        ones += bit;
    }
    return ones;
}

static double and_at(const struct point *point, double *x)
{
    return corner(point->n, 2, x) == 2;
}

static double or_at(const struct point *point, double *x)
{
    return corner(point->n, 2, x) >= 1;
}

static double xor_at(const struct point *point, double *x)
{
    return corner(point->n, 2, x) == 1;
}

static double majority_at(const struct point *point, double *x)
{
    return corner(point->n, 3, x) >= 2;
}

static double circles_at(const struct point *point, double *x)
{
    double r = point->k == 0 ? 1 : 0.5;
    x[0] = r * cos(2 * M_PI * point->u);
    x[1] = r * sin(2 * M_PI * point->u);
    return (double)point->k;
}

static double moons_at(const struct point *point, double *x)
{
    double c = cos(M_PI * point->u), s = sin(M_PI * point->u);
    x[0] = point->k == 0 ? c : 1 - c;
    x[1] = point->k == 0 ? s : 0.5 - s;
    return (double)point->k;
}

static double spirals_at(const struct point *point, double *x)
{
    double t = 3.5 * M_PI * point->u + M_PI * (double)point->k;
    x[0] = point->u * cos(t);
    x[1] = point->u * sin(t);
    return (double)point->k;
}

static double blobs_at(const struct point *point, double *x)
{
    double r = 2 / sin(M_PI / (double)point->classes), t = 2 * M_PI * (double)point->k / (double)point->classes;
    x[0] = r * cos(t);
    x[1] = r * sin(t);
    return (double)point->k;
}

static double sine_at(const struct point *point, double *x)
{
    x[0] = M_PI * (2 * (double)point->n / (double)GSL_MAX(point->samples - 1, 1) - 1);
    return sin(x[0]);
}

static const struct generator generators[] = {
    {"and", 2, 4, 0, and_at},
    {"or", 2, 4, 0, or_at},
    {"xor", 2, 4, 0, xor_at},
    {"majority", 3, 8, 0, majority_at},
    {"circles", 2, 0, 0.1, circles_at},
    {"moons", 2, 0, 0.1, moons_at},
    {"spirals", 2, 0, 0.02, spirals_at},
    {"blobs", 2, 0, 1, blobs_at},
    {"sine", 1, 0, 0.1, sine_at},
};
enum { GENERATORS = sizeof generators / sizeof generators[0], BLOBS_MAX = 1000, SAMPLES = 200 };

static const char *name_at(const void *names, size_t i)
{
    return ((const struct generator *)names)[i].name;
}

static enum nng_status find(const char *name, const struct generator **generator, struct nng_error *error)
{
    for (size_t i = 0; i < GENERATORS; i++)
        if (strcmp(generators[i].name, name) == 0) {
            *generator = &generators[i];
            return NNG_OK;
        }
    char hint[NNG_HINT_SIZE];
    const char *near = nng_nearest(name, generators, GENERATORS, name_at);
    return nng_fail(error, NNG_INPUT, "unknown generator '%s'%s", name, nng_hint(hint, near));
}

/* classes: 0 for a real target; columns: of y */
static enum nng_status count_classes(const struct generator *generator, size_t outputs, size_t *classes,
                                     size_t *columns, struct nng_error *error)
{
    bool sine = generator->at == sine_at, blobs = generator->at == blobs_at;
    size_t most = sine ? 1 : blobs ? BLOBS_MAX : 2;
    if (outputs > most && sine)
        return nng_fail(error, NNG_INPUT, "generator 'sine' has one target, but the network has %zu outputs", outputs);
    if (outputs > most)
        return nng_fail(error, NNG_INPUT, "generator '%s' has %s%zu classes, but the network has %zu outputs",
                        generator->name, blobs ? "at most " : "", most, outputs);
    *classes = sine ? 0 : blobs && outputs == 0 ? 4 : blobs && outputs > 2 ? outputs : 2;
    *columns = outputs != 0 ? outputs : blobs ? 4 : 1;
    return NNG_OK;
}

static enum nng_status check_settings(const struct generator *generator, size_t samples, double noise, size_t columns,
                                      struct nng_error *error)
{
    if (!(noise >= 0 && noise <= 1e100))
        return nng_fail(error, NNG_INPUT, "noise must be in [0, 1e100], not %g", noise);
    if (samples > NNG_SAMPLES_MAX || samples * (generator->inputs + columns) > 10 * NNG_SAMPLES_MAX)
        return nng_fail(error, NNG_INPUT, "samples must be at most %zu, not %zu",
                        GSL_MIN(NNG_SAMPLES_MAX, 10 * NNG_SAMPLES_MAX / (generator->inputs + columns)), samples);
    return NNG_OK;
}

/* The texts "0", "1", ... of the classes. */
static enum nng_status name_classes(struct nng_arena *arena, size_t classes, struct nng_data *data,
                                    struct nng_error *error)
{
    const char **names = nng_arena_take(arena, classes, sizeof *names);
    if (names == NULL)
        return nng_fail_memory(error);
    for (size_t k = 0; k < classes; k++) {
        char text[24];
        snprintf(text, sizeof text, "%zu", k);
        names[k] = nng_arena_text(arena, text);
        if (names[k] == NULL)
            return nng_fail_memory(error);
    }
    data->classes = names;
    return NNG_OK;
}

/* Sample by sample: the formula, then the noise, input by input (sine: on the target). */
static void fill(const struct generator *generator, size_t classes, double noise, gsl_rng *random,
                 struct nng_data *data)
{
    for (size_t n = 0; n < data->samples; n++) {
        struct point point = {.n = n, .samples = data->samples, .classes = classes};
        if (classes > 0) {
            size_t rank = n / classes, inside = (data->samples - n % classes - 1) / classes + 1; /* in its class */
            point.k = n % classes;
            point.u = ((double)rank + 0.5) / (double)inside;
        }
        double *x = data->x + n * data->inputs, *y = data->y + n * data->outputs;
        double value = generator->at(&point, x);
        for (size_t j = 0; j < data->inputs && classes > 0 && noise > 0; j++)
            x[j] += gsl_ran_gaussian(random, noise);
        if (classes == 0 && noise > 0)
            value += gsl_ran_gaussian(random, noise);
        if (data->outputs == 1)
            y[0] = value;
        else
            y[(size_t)value] = 1;
    }
}

enum nng_status nng_data_generate(struct nng_arena *arena, const char *name, size_t samples, double noise,
                                  uint64_t seed, size_t outputs, struct nng_data *data, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct generator *generator = NULL;
    size_t classes = 0, columns = 0;
    NNG_TRY(find(name, &generator, error));
    NNG_TRY(count_classes(generator, outputs, &classes, &columns, error));
    samples = samples != 0 ? samples : generator->corners != 0 ? generator->corners : SAMPLES;
    noise = isnan(noise) ? generator->noise : noise;
    NNG_TRY(check_settings(generator, samples, noise, columns, error));

    *data = (struct nng_data){
        .samples = samples, .inputs = generator->inputs, .outputs = columns, .source = generator->name};
    data->x = nng_arena_take(arena, samples * data->inputs, sizeof *data->x);
    data->y = nng_arena_take(arena, samples * data->outputs, sizeof *data->y);
    gsl_rng *random = nng_random_new(arena, seed, NNG_STREAM_GENERATE, 0);
    if (data->x == NULL || data->y == NULL || random == NULL)
        NNG_TRY(nng_fail_memory(error));
    if (classes > 0)
        NNG_TRY(name_classes(arena, classes, data, error));
    fill(generator, classes, noise, random, data);
fail:
    return status;
}
