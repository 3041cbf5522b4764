/* match.c - is this the claimed gradient? To its last digit, in some of its rows, or much better than what was there.
 */
#include "verdict/mutant.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* A mutant that does not hold to the last digit must explain this much of what is wrong, and leave no more than that of
 * the whole. */
static const double BETTER = 0.01, REST = 1e-3;

/* So few entries are met by chance, or by a factor that was fitted. */
enum { FEW = 4 };

const double NNG_EVIDENCE = 5.0;

struct nng_suspect nng_suspect(const struct nng_case *c, size_t t)
{
    struct nng_tensor tensor = nng_tensor(c->model, t);
    const struct nng_layer *layer = &c->model->layers[tensor.layer - 1];
    return (struct nng_suspect){.data = c->data + tensor.offset,
                                .digit = c->digit + tensor.offset,
                                .claimed = c->claimed + tensor.offset,
                                .penalty = c->penalty + tensor.offset,
                                .rows = layer->units,
                                .cols = tensor.kind == NNG_BIAS ? 1 : layer->inputs,
                                .floor = c->floors[t],
                                .tolerance = c->tolerance};
}

/* The difference from m that still counts as equal. */
static double allowed(const struct nng_suspect *suspect, size_t e, double m)
{
    double size = fmax(fmax(fabs(suspect->data[e]), fabs(m)), suspect->floor);
    double subtraction = 4.0 * DBL_EPSILON * (fabs(suspect->claimed[e]) + 2.0 * fabs(suspect->penalty[e]));
    return suspect->tolerance * size + suspect->digit[e] + subtraction;
}

bool nng_suspect_near(const struct nng_suspect *suspect, size_t e, double m)
{
    return fabs(suspect->data[e] - m) <= allowed(suspect, e, m);
}

static bool row_near(const struct nng_suspect *suspect, size_t i, const double *M)
{
    for (size_t e = i * suspect->cols; e < (i + 1) * suspect->cols; e++)
        if (!nng_suspect_near(suspect, e, M[e]))
            return false;
    return true;
}

bool nng_suspect_equal(const struct nng_suspect *suspect, const double *P)
{
    for (size_t i = 0; i < suspect->rows; i++)
        if (!row_near(suspect, i, P))
            return false;
    return true;
}

static double distance(const double *u, const double *v, size_t count)
{
    double sum = 0.0;
    for (size_t e = 0; e < count; e++)
        sum += (u[e] - v[e]) * (u[e] - v[e]);
    return sqrt(sum);
}

static double length(const double *u, size_t count)
{
    double sum = 0.0;
    for (size_t e = 0; e < count; e++)
        sum += u[e] * u[e];
    return sqrt(sum);
}

/* How many digits of row i the believed P has wrong. */
static double digits_of(const struct nng_suspect *suspect, size_t i, const double *P)
{
    double digits = 0.0;
    for (size_t e = i * suspect->cols; e < (i + 1) * suspect->cols; e++)
        digits += log10(1.0 + fabs(suspect->data[e] - P[e]) / allowed(suspect, e, P[e]));
    return digits;
}

double nng_suspect_misfit(const struct nng_suspect *suspect, const double *P, const double *M, double *evidence)
{
    size_t whole = 0, mended = 0, count = suspect->rows * suspect->cols;
    double digits = 0.0;
    bool rows = true;
    for (size_t i = 0; i < suspect->rows; i++) {
        bool by_M = row_near(suspect, i, M), by_P = row_near(suspect, i, P);
        whole += by_M;
        mended += by_M && !by_P;
        digits += by_M && !by_P ? digits_of(suspect, i, P) : 0.0;
        rows = rows && (by_M || by_P);
    }
    if (whole == suspect->rows || (rows && mended > 0)) {
        *evidence += digits;
        return whole == suspect->rows ? 0.0 : 0.25;
    }
    double rest = distance(suspect->data, M, count);
    bool better = rest <= BETTER * distance(suspect->data, P, count) && rest <= REST * length(suspect->data, count);
    if (!better || count < FEW)
        return INFINITY;
    *evidence += NNG_EVIDENCE;
    return 0.5;
}

double nng_printed_digit(double x)
{
    if (x == 0.0 || !isfinite(x))
        return 0.0;
    for (int digits = 2; digits <= 10; digits++) {
        char text[40];
        snprintf(text, sizeof text, "%.*e", digits - 1, x);
        if (strtod(text, NULL) == x)
            return pow(10.0, floor(log10(fabs(x))) - (digits - 1));
    }
    return 0.0;
}

double nng_best_factor(const double *u, const double *v, size_t count)
{
    double both = 0.0, squares = 0.0;
    for (size_t e = 0; e < count; e++) {
        both += u[e] * v[e];
        squares += v[e] * v[e];
    }
    return squares > 0.0 ? both / squares : 0.0;
}
