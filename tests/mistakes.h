/* mistakes.h - backpropagation in plain loops, a sample at a time, with a switch for each mistake that people make. It
 * shares nothing with the library but the model's numbers. */
#ifndef NNG_TESTS_MISTAKES_H
#define NNG_TESTS_MISTAKES_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <nngrad/nngrad.h>

enum mistake {
    NO_MISTAKE,
    /* of the whole gradient */
    NEGATED,
    NO_MEAN,    /* 1/N missing */
    TWICE_MEAN, /* 1/N applied twice */
    TWICE,
    HALF,
    RATE, /* multiplied by 0.3 */
    FIRST_SAMPLE,
    LAST_SAMPLE,
    NOT_SAMPLE_TWO,
    /* of W_l */
    W_NEGATED,
    W_TWICE,
    W_NO_MEAN,
    W_TRANSPOSED,
    W_BY_OWN_H, /* h_l for h_{l-1} */
    W_BY_X,     /* x for h_{l-1} */
    W_BY_A,     /* a_{l-1} for h_{l-1} */
    /* of b_l */
    B_NEGATED,
    B_FIRST,
    B_LAST,
    B_MEAN,
    B_NEIGHBOUR,
    B_LAST_NEURON,
    B_HALF,
    /* of dL/da_l, and so of all below */
    D_NEGATED,
    D_TWICE,
    D_NO_SLOPE,
    D_SLOPE_AT_H,
    D_FORMULA_OF_A, /* a (1 - a) for h (1 - h) */
    D_DIAGONAL,
    D_ONE_SUCCESSOR,      /* the last */
    D_ONE_SUCCESSOR_OF_1, /* the first unit follows its last successor only */
    D_TRANSPOSED_WEIGHTS,
    D_UPDATED,         /* by W_{l+1} after its update */
    D_UPDATED_FROM,    /* and in all layers below */
    D_SOFTMAX_IN_LOSS, /* cross-entropy of softmax(softmax(a)) */
    D_JACOBIAN_TWICE,  /* softmax's */
    D_SLOPE_TWICE,     /* an elementwise one's */
    /* of the penalty */
    P_FORGOTTEN,
    P_ON_BIASES,
    P_BY_N,
    P_TWICE,
    MISTAKES
};

struct blunder {
    enum mistake kind;
    size_t layer; /* from 1; or EVERY_HIDDEN_LAYER */
    double rate;  /* of D_UPDATED */
};

enum { EVERY_HIDDEN_LAYER = 1000 };

enum { PLAIN_LAYERS = 8, PLAIN_UNITS = 32 };

static inline const char *plain_name(const struct nng_model *model, size_t l)
{
    return model->layers[l - 1].activation.plugin->name;
}

/* h = f(a) */
static inline void plain_activate(const char *f, size_t units, const double *a, double *h)
{
    double sum = 0.0, top = a[0];
    for (size_t i = 0; i < units; i++)
        top = fmax(top, a[i]);
    for (size_t i = 0; i < units; i++) {
        h[i] = strcmp(f, "sigmoid") == 0   ? 1.0 / (1.0 + exp(-a[i]))
               : strcmp(f, "tanh") == 0    ? tanh(a[i])
               : strcmp(f, "relu") == 0    ? fmax(a[i], 0.0)
               : strcmp(f, "softmax") == 0 ? exp(a[i] - top)
                                           : a[i];
        sum += h[i];
    }
    for (size_t i = 0; strcmp(f, "softmax") == 0 && i < units; i++)
        h[i] /= sum;
}

/* f'(a) */
static inline double plain_slope(const char *f, double a)
{
    double s = 1.0 / (1.0 + exp(-a)), t = tanh(a);
    return strcmp(f, "sigmoid") == 0 ? s * (1.0 - s)
           : strcmp(f, "tanh") == 0  ? 1.0 - t * t
           : strcmp(f, "relu") == 0  ? a > 0.0
                                     : 1.0;
}

/* da from dh, with the mistakes of a link. */
static inline void plain_chain(const char *f, size_t units, const double *a, const double *h, const double *dh,
                               enum mistake kind, double *da)
{
    for (size_t i = 0; i < units; i++) {
        if (kind == D_NO_SLOPE)
            da[i] = dh[i];
        else if (strcmp(f, "softmax") == 0) {
            da[i] = 0.0;
            for (size_t j = 0; j < units; j++)
                if (kind != D_DIAGONAL || i == j)
                    da[i] += dh[j] * h[j] * ((i == j) - h[i]);
        } else if (kind == D_FORMULA_OF_A)
            da[i] = dh[i] * (strcmp(f, "sigmoid") == 0 ? a[i] * (1.0 - a[i]) : 1.0 - a[i] * a[i]);
        else
            da[i] = dh[i] * plain_slope(f, kind == D_SLOPE_AT_H ? h[i] : a[i]);
        if (kind == D_SLOPE_TWICE)
            da[i] *= plain_slope(f, a[i]);
        if (kind == D_TWICE)
            da[i] *= 2.0;
        if (kind == D_NEGATED)
            da[i] = -da[i];
    }
    if (kind == D_JACOBIAN_TWICE) {
        double once[PLAIN_UNITS];
        memcpy(once, da, units * sizeof *once);
        plain_chain(f, units, a, h, once, NO_MISTAKE, da);
    }
}

/* dL_n/dyhat */
static inline void plain_loss_slope(const struct nng_model *model, const double *yhat, const double *y, double *dyhat)
{
    const char *name = model->loss.plugin->name;
    for (size_t j = 0; j < model->outputs; j++)
        dyhat[j] = strcmp(name, "cross_entropy") == 0          ? -y[j] / yhat[j]
                   : strcmp(name, "binary_cross_entropy") == 0 ? (yhat[j] - y[j]) / (yhat[j] * (1.0 - yhat[j]))
                   : strcmp(name, "mean_squared_error") == 0   ? 2.0 * (yhat[j] - y[j]) / (double)model->outputs
                                                               : 2.0 * model->loss.values[0] * (yhat[j] - y[j]);
}

/* dh_l of one sample from da_{l+1}; W is layer l + 1's. */
static inline void plain_down(size_t above, size_t units, const double *W, const double *da, enum mistake kind,
                              double *dh)
{
    for (size_t j = 0; j < units; j++) {
        bool last_only = kind == D_ONE_SUCCESSOR || (kind == D_ONE_SUCCESSOR_OF_1 && j == 0);
        dh[j] = 0.0;
        for (size_t i = last_only ? above - 1 : 0; i < above; i++)
            dh[j] += da[i] * (kind == D_TRANSPOSED_WEIGHTS ? W[j * units + i] : W[i * units + j]);
    }
}

static inline void plain_forward(const struct nng_model *model, const double *theta, const double *x,
                                 double a[][PLAIN_UNITS], double h[][PLAIN_UNITS])
{
    memcpy(h[0], x, model->inputs * sizeof *x);
    for (size_t l = 1; l <= model->layer_count; l++) {
        const struct nng_layer *layer = &model->layers[l - 1];
        for (size_t i = 0; i < layer->units; i++) {
            a[l][i] = theta[layer->biases + i];
            for (size_t j = 0; j < layer->inputs; j++)
                a[l][i] += theta[layer->weights + i * layer->inputs + j] * h[l - 1][j];
        }
        plain_activate(plain_name(model, l), layer->units, a[l], h[l]);
    }
}

/* One sample's part of dW_l and db_l. */
static inline void plain_add(const struct nng_model *model, const struct blunder *blunder, size_t l, size_t n,
                             double share, double a[][PLAIN_UNITS], double h[][PLAIN_UNITS], const double *da,
                             double *g)
{
    const struct nng_layer *layer = &model->layers[l - 1];
    size_t N = model->data.samples;
    enum mistake kind = blunder->layer == l ? blunder->kind : NO_MISTAKE;
    const double *below = kind == W_BY_OWN_H ? h[l] : kind == W_BY_X ? h[0] : kind == W_BY_A ? a[l - 1] : h[l - 1];
    for (size_t i = 0; i < layer->units; i++)
        for (size_t j = 0; j < layer->inputs; j++) {
            size_t at = kind == W_TRANSPOSED ? j * layer->units + i : i * layer->inputs + j;
            g[layer->weights + at] += share * da[i] * below[j];
        }
    for (size_t i = 0; i < layer->units; i++)
        if ((kind != B_FIRST || n == 0) && (kind != B_LAST || n == N - 1))
            g[layer->biases + i] += share * da[i];
}

static inline bool plain_counts(const struct blunder *blunder, size_t n, size_t N)
{
    return !(blunder->kind == FIRST_SAMPLE && n != 0) && !(blunder->kind == LAST_SAMPLE && n != N - 1) &&
           !(blunder->kind == NOT_SAMPLE_TWO && n == 1);
}

/* Mistakes that change finished tensors of layer l. */
static inline void plain_spoil(const struct nng_model *model, const struct blunder *blunder, double *g)
{
    const struct nng_layer *layer = &model->layers[blunder->layer - 1];
    double *b = g + layer->biases, *W = g + layer->weights, N = (double)model->data.samples, first = b[0];
    enum mistake kind = blunder->kind;
    double by_W = kind == W_NEGATED ? -1.0 : kind == W_TWICE ? 2.0 : kind == W_NO_MEAN ? N : 1.0;
    double by_b = kind == B_NEGATED ? -1.0 : kind == B_MEAN ? 1.0 / N : kind == B_HALF ? 0.5 : 1.0;
    for (size_t e = 0; e < layer->units * layer->inputs; e++)
        W[e] *= by_W;
    for (size_t i = 0; i < layer->units; i++) {
        if (kind == B_NEIGHBOUR)
            b[i] = i + 1 < layer->units ? b[i + 1] : first;
        b[i] = by_b * (kind == B_LAST_NEURON ? b[layer->units - 1] : b[i]);
    }
}

static inline double plain_penalty_of(const struct nng_model *model, size_t p)
{
    double w = model->theta[p];
    return model->l1 * (double)((w > 0.0) - (w < 0.0)) + model->l2 * w;
}

static inline void plain_penalty(const struct nng_model *model, enum mistake kind, double *g)
{
    size_t weights = model->layers[0].biases;
    size_t count = model->penalize_biases || kind == P_ON_BIASES ? model->parameter_count : weights;
    double factor = kind == P_FORGOTTEN ? 0.0 : kind == P_BY_N ? 1.0 / (double)model->data.samples : 1.0;
    for (size_t p = 0; p < count; p++) {
        double w = model->theta[p], sign = (double)((w > 0.0) - (w < 0.0));
        g[p] += factor * (model->l1 * sign + (kind == P_TWICE ? 2.0 : 1.0) * model->l2 * w);
    }
}

/* dL/da_L of one sample. */
static inline void plain_output(const struct nng_model *model, enum mistake kind, const double *a, const double *h,
                                const double *y, double *da)
{
    size_t L = model->layer_count, K = model->outputs;
    double dyhat[PLAIN_UNITS], inner[PLAIN_UNITS];
    if (kind == D_SOFTMAX_IN_LOSS) { /* the loss sees softmax(yhat) */
        plain_activate("softmax", K, h, inner);
        for (size_t j = 0; j < K; j++)
            dyhat[j] = inner[j] - y[j];
        kind = NO_MISTAKE;
    } else
        plain_loss_slope(model, h, y, dyhat);
    plain_chain(plain_name(model, L), K, a, h, dyhat, kind, da);
}

/* dL/dtheta (parameter_count), or what it becomes by the blunder. Layers above are finished first, for all samples. */
static inline void plain_gradient(const struct nng_model *model, struct blunder blunder, double *g)
{
    size_t L = model->layer_count, N = model->data.samples;
    double(*a)[PLAIN_LAYERS][PLAIN_UNITS] = calloc(N, sizeof *a),
    (*h)[PLAIN_LAYERS][PLAIN_UNITS] = calloc(N, sizeof *h);
    double(*da)[PLAIN_UNITS] = calloc(N, sizeof *da), *theta = malloc(model->parameter_count * sizeof *theta);
    double share = model->reduction == NNG_MEAN ? 1.0 / (double)N : 1.0;
    share *= blunder.kind == NO_MEAN ? (double)N : blunder.kind == TWICE_MEAN ? 1.0 / (double)N : 1.0;
    memcpy(theta, model->theta, model->parameter_count * sizeof *theta);
    memset(g, 0, model->parameter_count * sizeof *g);
    for (size_t n = 0; n < N; n++)
        plain_forward(model, theta, model->data.x + n * model->inputs, a[n], h[n]);
    for (size_t l = L; l >= 1; l--) {
        size_t units = model->layers[l - 1].units;
        bool here = blunder.layer == l || (blunder.layer == EVERY_HIDDEN_LAYER && l < L);
        enum mistake kind = here ? blunder.kind : NO_MISTAKE;
        for (size_t n = 0; n < N; n++) {
            double dh[PLAIN_UNITS], out[PLAIN_UNITS] = {0};
            if (l == L)
                plain_output(model, kind, a[n][l], h[n][l], model->data.y + n * model->outputs, out);
            else {
                const struct nng_layer *up = &model->layers[l];
                plain_down(up->units, units, theta + up->weights, da[n], kind, dh);
                plain_chain(plain_name(model, l), units, a[n][l], h[n][l], dh, kind, out);
            }
            memcpy(da[n], out, sizeof out);
            if (plain_counts(&blunder, n, N))
                plain_add(model, &blunder, l, n, share, a[n], h[n], da[n], g);
        }
        bool update = (blunder.kind == D_UPDATED && l == blunder.layer + 1) ||
                      (blunder.kind == D_UPDATED_FROM && l <= blunder.layer + 1);
        const struct nng_layer *layer = &model->layers[l - 1];
        for (size_t e = 0; update && e < layer->units * layer->inputs; e++)
            theta[layer->weights + e] -=
                blunder.rate * (g[layer->weights + e] + plain_penalty_of(model, layer->weights + e));
    }
    if (blunder.layer != 0 && blunder.layer != EVERY_HIDDEN_LAYER)
        plain_spoil(model, &blunder, g);
    plain_penalty(model, blunder.kind, g);
    double all = blunder.kind == NEGATED ? -1.0
                 : blunder.kind == TWICE ? 2.0
                 : blunder.kind == HALF  ? 0.5
                 : blunder.kind == RATE  ? 0.3
                                         : 1.0;
    for (size_t p = 0; p < model->parameter_count; p++)
        g[p] *= all;
    free(a);
    free(h);
    free(da);
    free(theta);
}

#endif
