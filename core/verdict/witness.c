/* witness.c - the derivative that a plugin gives, against differences and the complex step of its own values.
 *
 * The backward function of an activation is the derivative of v(a) = sum_nj dL/dh_nj f(a)_nj, whatever dL/dh is; that
 * of a loss is the derivative of sum_n L_n. Both are looked at where the network uses them. */
#include "verdict/witness.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "verdict/judge.h"

/* So many arguments of a plugin are looked at, by so many steps each. */
enum { ARGUMENTS = 256, RUNGS = 20 };

/* One plugin at work: rows of arguments v, the slope that it gives, and how its values are computed. */
struct link {
    const struct nng_case *c;
    size_t l; /* the layer of an activation; 0: the loss */
    bool fused;
    size_t rows, cols;
    const double *v, *y, *dh; /* rows x cols; dh only for an activation, y only for the loss */
    double *slope;            /* rows x cols: what backward, or the loss, gives */
    double *out, *other;      /* rows x cols */
};

static const struct nng_method *method_of(const struct link *link)
{
    return link->l != 0 ? &link->c->model->layers[link->l - 1].activation : &link->c->model->loss;
}

/* The scalar that the link is the derivative of. */
static double value_at(struct link *link, const double *v)
{
    const struct nng_method *method = method_of(link);
    struct nng_diagnostic diagnostic = {.row = -1, .column = -1};
    enum nng_plugin_status status;
    double sum = 0.0;
    if (link->l != 0)
        status = method->plugin->activation->forward(method->values, link->rows, link->cols, v, link->out, &diagnostic);
    else if (link->fused)
        status = method->plugin->loss->fused(method->values, link->rows, link->cols, v, link->y, link->out, NULL,
                                             &diagnostic);
    else
        status = method->plugin->loss->value(method->values, link->rows, link->cols, v, link->y, link->out, NULL,
                                             &diagnostic);
    if (status != NNG_PLUGIN_OK)
        return NAN;
    for (size_t k = 0; k < (link->dh != NULL ? link->rows * link->cols : link->rows); k++)
        sum += (link->dh != NULL ? link->dh[k] : 1.0) * link->out[k];
    return sum;
}

/* What the plugin says that the derivative is. */
static bool slope_of(struct link *link)
{
    const struct nng_method *method = method_of(link);
    struct nng_diagnostic diagnostic = {.row = -1, .column = -1};
    const struct nng_plugin *plugin = method->plugin;
    if (link->l == 0)
        return (link->fused ? plugin->loss->fused : plugin->loss->value)(method->values, link->rows, link->cols,
                                                                         link->v, link->y, link->out, link->slope,
                                                                         &diagnostic) == NNG_PLUGIN_OK;
    return plugin->activation->forward(method->values, link->rows, link->cols, link->v, link->out, &diagnostic) ==
               NNG_PLUGIN_OK &&
           plugin->activation->backward(method->values, link->rows, link->cols, link->v, link->out, link->dh,
                                        link->slope, &diagnostic) == NNG_PLUGIN_OK;
}

/* The complex step's derivative by argument k; NAN where there is no independent form. */
static double complex_slope(struct link *link, size_t k)
{
    const struct nng_method *method = method_of(link);
    struct nng_diagnostic diagnostic = {.row = -1, .column = -1};
    const struct nng_activation *f = method->plugin->activation;
    const struct nng_loss *loss = method->plugin->loss;
    size_t count = link->rows * link->cols;
    double slope = NAN, step = 1e-100;
    double *im = nng_allocate(3 * count, sizeof *im);
    if (im == NULL)
        return NAN;
    memset(im, 0, 3 * count * sizeof *im);
    im[k] = step;
    double *re_out = im + count, *im_out = im + 2 * count;
    enum nng_plugin_status status = NNG_PLUGIN_ERROR;
    if (f != NULL && f->complex_forward != NULL && (f->flags & NNG_ACTIVATION_COMPLEX_FIRST_ORDER) == 0)
        status = f->complex_forward(method->values, link->rows, link->cols, link->v, im, re_out, im_out, &diagnostic);
    else if (loss != NULL && (loss->flags & NNG_COMPLEX_FIRST_ORDER) == 0 &&
             (link->fused ? loss->complex_fused : loss->complex_value) != NULL)
        status = (link->fused ? loss->complex_fused : loss->complex_value)(
            method->values, link->rows, link->cols, link->v, im, link->y, re_out, im_out, &diagnostic);
    if (status == NNG_PLUGIN_OK) {
        slope = 0.0;
        for (size_t i = 0; i < (f != NULL ? count : link->rows); i++)
            slope += (f != NULL ? link->dh[i] : 1.0) * im_out[i] / step;
    }
    nng_release(im);
    return slope;
}

/* ---- differences ---- */

/* The sum of |terms| at v, whose rounding is the noise of a value. */
static double magnitude_at(struct link *link)
{
    double sum = 0.0;
    (void)value_at(link, link->v);
    for (size_t k = 0; k < (link->dh != NULL ? link->rows * link->cols : link->rows); k++)
        sum += fabs((link->dh != NULL ? link->dh[k] : 1.0) * link->out[k]);
    return sum;
}

/* The derivative by argument k: by one-sided slopes where they differ. */
static void judge_argument(struct link *link, size_t k, double noise, struct nng_entry *entry)
{
    struct nng_ladder ladder = {.count = 0};
    double v = link->v[k], f0 = value_at(link, link->v), h0 = fmax(fabs(v), 0.0625) / 8.0;
    struct nng_scale scale = {
        .tolerance = 1e-6, .floor = 1e-6 * fabs(link->dh != NULL ? link->dh[k] : 1.0), .rounding = noise};
    *entry = (struct nng_entry){.index = k, .analytic = link->slope[k], .left = NAN, .right = NAN};
    memcpy(link->other, link->v, link->rows * link->cols * sizeof *link->other);
    for (int r = 0; r < RUNGS; r++) {
        double up = v + ldexp(h0, -r), down = v - ldexp(h0, -r);
        link->other[k] = up;
        double above = value_at(link, link->other);
        link->other[k] = down;
        double below = value_at(link, link->other);
        ladder.rungs[ladder.count++] = (struct nng_rung){.step = 0.5 * (up - down),
                                                         .central = (above - below) / (up - down),
                                                         .right = (above - f0) / (up - v),
                                                         .left = (f0 - below) / (v - down),
                                                         .noise = noise,
                                                         .finite = isfinite(above) && isfinite(below)};
    }
    struct nng_estimate left = nng_ladder_steady(&ladder, NNG_LEFT_SIDE);
    struct nng_estimate right = nng_ladder_steady(&ladder, NNG_RIGHT_SIDE);
    if (left.rung >= 0 && right.rung >= 0 &&
        fabs(right.value - left.value) > left.error + right.error + 1e-6 * fmax(fabs(left.value), fabs(right.value)))
        nng_judge_slopes(entry, &left, &right, &scale);
    else
        nng_judge_ladder(entry, &ladder, &scale, false);
}

/* ---- which formula is wrong ---- */

static bool near(double u, double v)
{
    return fabs(u - v) <= 1e-6 * fmax(fabs(u), fabs(v));
}

/* A central difference by argument k, with the arguments of v replaced by `at`. */
static double difference(struct link *link, double *at, size_t k)
{
    double kept = at[k], h = cbrt(DBL_EPSILON) * fmax(fabs(kept), 1.0), up = kept + h, down = kept - h;
    at[k] = up;
    double above = value_at(link, at);
    at[k] = down;
    double below = value_at(link, at);
    at[k] = kept;
    return (above - below) / (up - down);
}

/* The cause that explains every slope that failed, from the mistakes that people make in a derivative. */
static const char *cause_of(struct link *link, const struct nng_entry *failed, size_t count, char *text, size_t size)
{
    bool twice = true, half = true, negative = true, missing = link->l != 0, at_h = link->l != 0;
    const struct nng_activation *f = method_of(link)->plugin->activation;
    at_h = at_h && (f->flags & NNG_ACTIVATION_ELEMENTWISE) != 0;
    for (size_t i = 0; i < count; i++) {
        const struct nng_entry *e = &failed[i];
        negative = negative && near(e->analytic, -e->numeric);
        twice = twice && near(e->analytic, 2.0 * e->numeric);
        half = half && near(e->analytic, 0.5 * e->numeric);
        missing = missing && near(e->analytic, link->dh[e->index]);
        if (at_h) {
            memcpy(link->other, link->v, link->rows * link->cols * sizeof *link->other);
            (void)value_at(link, link->other);
            link->other[e->index] = link->out[e->index];
            at_h = near(e->analytic, difference(link, link->other, e->index));
        }
    }
    const char *cause = negative  ? "sign"
                        : twice   ? "factor"
                        : half    ? "factor"
                        : missing ? "missing-factor"
                        : at_h    ? "wrong-argument"
                                  : "unknown";
    const char *what = strcmp(cause, "unknown") == 0 ? ""
                       : negative                    ? ": it has the wrong sign"
                       : twice                       ? ": it is twice what is due"
                       : half                        ? ": it is half of what is due"
                       : missing                     ? ": it hands dL/dh on unchanged"
                                                     : ": it is f'(h) instead of f'(a)";
    snprintf(text, size, "%s", what);
    return cause;
}

/* "the backward function of activation 'x' is wrong: layer 1, sample 2, unit 3: it gives 0.3, and differences of its
 * forward function give 0.25"; which of the functions is contradicted by both others. */
static void say_link(struct link *link, const struct nng_entry *e, const size_t *samples, const char *what, char *text,
                     size_t size)
{
    const struct nng_method *method = method_of(link);
    double step = complex_slope(link, e->index);
    bool with_backward = isfinite(step) && near(step, e->analytic),
         with_forward = isfinite(step) && near(step, e->numeric);
    const char *derivative = link->l != 0 ? "backward function" : link->fused ? "fused gradient" : "gradient";
    const char *values = link->l != 0 ? "forward function" : "values";
    char place[80], third[80] = "";
    if (link->l != 0)
        snprintf(place, sizeof place, "layer %zu, sample %zu, unit %zu", link->l, samples[e->index / link->cols] + 1,
                 e->index % link->cols + 1);
    else
        snprintf(place, sizeof place, "sample %zu, output %zu", samples[e->index / link->cols] + 1,
                 e->index % link->cols + 1);
    if (isfinite(step))
        snprintf(third, sizeof third, ", the complex step %.6g", step);
    if (with_backward)
        snprintf(text, size,
                 "the %s of %s '%s' contradict%s its %s and its complex form, which agree%s: %s: they say "
                 "%.6g, and differences give %.6g",
                 values, nng_kind_name(method->plugin->kind), method->plugin->name, link->l != 0 ? "s" : "", derivative,
                 what, place, e->analytic, e->numeric);
    else
        snprintf(text, size, "the %s of %s '%s' is wrong%s: %s: it gives %.6g, and differences of its %s give %.6g%s%s",
                 derivative, nng_kind_name(method->plugin->kind), method->plugin->name, what, place, e->analytic,
                 values, e->numeric, with_forward ? ", as does the complex step" : "", with_forward ? "" : third);
}

/* ---- one link ---- */

/* Copies some rows, spread evenly over the samples. */
static void pick_rows(const double *from, const size_t *samples, size_t rows, size_t cols, double *to)
{
    for (size_t r = 0; r < rows; r++)
        memcpy(to + r * cols, from + samples[r] * cols, cols * sizeof *to);
}

/* Arguments and upstream derivatives of some samples, and the plugin's slopes there. false: the plugin refuses. */
static bool open_link(struct link *link, const size_t *samples, double **arrays)
{
    const struct nng_case *c = link->c;
    size_t l = link->l, L = c->model->layer_count;
    const double *v = l != 0 ? c->pass->a[l] : link->fused ? c->pass->a[L] : c->pass->h[L];
    pick_rows(v, samples, link->rows, link->cols, arrays[0]);
    pick_rows(l != 0 ? c->pass->dh[l] : c->prober->y, samples, link->rows, link->cols, arrays[1]);
    link->v = arrays[0];
    link->dh = l != 0 ? arrays[1] : NULL;
    link->y = l != 0 ? NULL : arrays[1];
    link->slope = arrays[2], link->out = arrays[3], link->other = arrays[4];
    return slope_of(link) && isfinite(value_at(link, link->v));
}

enum nng_status nng_witness(const struct nng_case *c, size_t l, struct nng_witness *witness, struct nng_error *error)
{
    const struct nng_model *model = c->model;
    size_t N = c->prober->samples, cols = l != 0 ? model->layers[l - 1].units : model->outputs;
    size_t rows = ARGUMENTS / cols < 1 ? 1 : ARGUMENTS / cols, count = 0;
    rows = rows < N ? rows : N;
    struct link link = {.c = c, .l = l, .fused = l == 0 && model->fused, .rows = rows, .cols = cols};
    size_t *samples = nng_arena_take(c->arena, rows, sizeof *samples);
    struct nng_entry *failed = nng_arena_take(c->arena, rows * cols, sizeof *failed);
    double *arrays[5];
    for (size_t i = 0; i < sizeof arrays / sizeof arrays[0]; i++)
        if ((arrays[i] = nng_arena_take(c->arena, rows * cols, sizeof(double))) == NULL)
            return nng_fail_memory(error);
    if (samples == NULL || failed == NULL)
        return nng_fail_memory(error);
    for (size_t r = 0; r < rows; r++)
        samples[r] = r * N / rows;
    if (!open_link(&link, samples, arrays))
        return NNG_OK;
    double noise = 2.0 * DBL_EPSILON * magnitude_at(&link);
    for (size_t k = 0; k < rows * cols; k++) {
        judge_argument(&link, k, noise, &failed[count]);
        count += failed[count].verdict == NNG_FAIL && isfinite(failed[count].numeric);
    }
    if (count == 0)
        return NNG_OK;
    char what[64];
    witness->wrong = true;
    witness->cause = cause_of(&link, failed, count, what, sizeof what);
    say_link(&link, failed, samples, what, witness->text, sizeof witness->text);
    return NNG_OK;
}
