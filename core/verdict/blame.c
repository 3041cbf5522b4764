/* blame.c - backpropagation, differences and the complex step are three witnesses; where the first two do not agree on
 * our own gradient, one plugin is wrong. Each link is checked by itself, from the loss down: the backward function of
 * an activation is the derivative of v(a) = sum_nj dL/dh_nj f(a)_nj, whatever dL/dh is; that of the loss is the
 * derivative of sum_n L_n. The first link that fails is named, and which of its functions the others contradict. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "calculus/forward.h"
#include "verdict/mutant.h"

/* So many arguments of a plugin are looked at. */
enum { ARGUMENTS = 256 };

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
static double value_at(void *context, const double *v)
{
    struct link *link = context;
    const struct nng_method *method = method_of(link);
    struct nng_diagnostic diagnostic = {.row = -1, .column = -1};
    enum nng_plugin_status status;
    double sum = 0.0;
    size_t count = link->rows * link->cols;
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
    if (link->l == 0)
        for (size_t n = 0; n < link->rows; n++)
            sum += link->out[n];
    for (size_t k = 0; link->l != 0 && k < count; k++)
        sum += link->dh[k] * link->out[k];
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
static const char *cause_of(struct link *link, const struct nng_report *report, char *text, size_t size)
{
    bool none = true, twice = true, half = true, negative = true, missing = link->l != 0, at_h = link->l != 0;
    const struct nng_activation *f = method_of(link)->plugin->activation;
    at_h = at_h && (f->flags & NNG_ACTIVATION_ELEMENTWISE) != 0;
    for (size_t i = 0; i < report->entry_count; i++) {
        const struct nng_entry *e = &report->entries[i];
        if (e->verdict != NNG_FAIL)
            continue;
        none = false;
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
    const char *cause = none       ? "unknown"
                        : negative ? "sign"
                        : twice    ? "factor"
                        : half     ? "factor"
                        : missing  ? "missing-factor"
                        : at_h     ? "wrong-argument"
                                   : "unknown";
    const char *what = none || strcmp(cause, "unknown") == 0 ? ""
                       : negative                            ? ": it has the wrong sign"
                       : twice                               ? ": it is twice what is due"
                       : half                                ? ": it is half of what is due"
                       : missing                             ? ": it hands dL/dh on unchanged"
                                                             : ": it is f'(h) instead of f'(a)";
    snprintf(text, size, "%s", what);
    return cause;
}

/* "the backward function of activation 'x' is wrong: layer 1, sample 2, unit 3: it gives 0.3, and differences of its
 * forward function give 0.25"; which of the functions is contradicted by both others. */
static void say_link(struct link *link, const struct nng_report *report, const size_t *samples, const char *what,
                     char *text, size_t size)
{
    const struct nng_entry *e = &report->entries[0];
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

struct judged {
    bool wrong;
    const char *cause;
    char text[512];
};

/* Judges layer l's activation, or the loss for l = 0. */
static enum nng_status judge_link(const struct nng_case *c, size_t l, struct judged *judged, struct nng_error *error)
{
    const struct nng_model *model = c->model;
    size_t L = model->layer_count, N = c->prober->samples, cols = l != 0 ? model->layers[l - 1].units : model->outputs;
    size_t rows = ARGUMENTS / cols < 1 ? 1 : ARGUMENTS / cols;
    rows = rows < N ? rows : N;
    struct link link = {.c = c, .l = l, .fused = l == 0 && model->fused, .rows = rows, .cols = cols};
    struct nng_report *report = NULL;
    size_t *samples = nng_arena_take(c->arena, rows, sizeof *samples);
    double *arrays[6];
    for (size_t i = 0; i < 6; i++)
        if ((arrays[i] = nng_arena_take(c->arena, rows * cols, sizeof(double))) == NULL || samples == NULL)
            return nng_fail_memory(error);
    for (size_t r = 0; r < rows; r++)
        samples[r] = r * N / rows;
    pick_rows(l != 0 ? c->pass->a[l] : link.fused ? c->pass->a[L] : c->pass->h[L], samples, rows, cols, arrays[0]);
    pick_rows(l != 0 ? c->pass->dh[l] : c->prober->y, samples, rows, cols, arrays[1]);
    link.v = arrays[0];
    link.dh = link.y = arrays[1];
    link.slope = arrays[2], link.out = arrays[3], link.other = arrays[4];
    struct nng_function f = {.n = rows * cols, .context = &link, .value = value_at};
    struct nng_function_options options = {.exhaustive = ARGUMENTS, .seed = 1};
    if (!slope_of(&link) || !isfinite(value_at(&link, link.v)))
        return NNG_OK;
    if (nng_check_function(&f, link.v, link.slope, &options, &report, NULL) == NNG_MEMORY)
        return nng_fail_memory(error);
    if (report != NULL && report->fail != 0) {
        char what[64];
        size_t first = 0; /* say_link speaks of the first entry that failed */
        while (report->entries[first].verdict != NNG_FAIL)
            first++;
        judged->wrong = true;
        judged->cause = cause_of(&link, report, what, sizeof what);
        report->entries[0] = report->entries[first];
        say_link(&link, report, samples, what, judged->text, sizeof judged->text);
    }
    nng_report_free(report);
    return NNG_OK;
}

/* ---- who is told ---- */

/* Every failed tensor that lies at or below layer l, once; the highest first. */
static enum nng_status tell_below(const struct nng_case *c, size_t l, const struct judged *judged, bool *told,
                                  struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t L = c->model->layer_count, first = SIZE_MAX;
    for (size_t k = l; k >= 1; k--)
        for (size_t side = 0; side < 2; side++) {
            size_t t = side * L + k - 1;
            if (c->fails[t] == 0 || told[t])
                continue;
            told[t] = true;
            if (first == SIZE_MAX)
                NNG_TRY(nng_tell(c, first = t, judged->cause, error, "%s", judged->text));
            else
                NNG_TRY(nng_tell(c, t, judged->cause, error, "follows from the mistake in %s",
                                 nng_tensor(c->model, first).name));
        }
fail:
    return status;
}

/* Does the claimed gradient of tensor t come from our own, which is to be explained? */
static bool is_ours(const struct nng_case *c, size_t t)
{
    struct nng_suspect suspect = nng_suspect(c, t);
    return nng_suspect_equal(&suspect, c->ours + nng_tensor(c->model, t).offset);
}

static enum nng_status tell_rest(const struct nng_case *c, const bool *told, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    for (size_t t = 0; t < nng_tensor_count(c->model); t++)
        if (c->fails[t] != 0 && !told[t])
            NNG_TRY(nng_explain_entries(c, t,
                                        is_ours(c, t) ? "; every plugin's backward function agrees with its forward "
                                                        "function where the network uses it"
                                                      : "",
                                        error));
fail:
    return status;
}

enum nng_status nng_blame_plugins(const struct nng_case *c, bool *found, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t L = c->model->layer_count;
    bool *told = nng_arena_take(c->arena, nng_tensor_count(c->model), sizeof *told);
    if (told == NULL)
        return nng_fail_memory(error);
    for (size_t l = L + 1; l >= 1; l--) { /* the loss counts as layer L + 1 */
        struct judged judged = {0};
        if (l == L && c->model->fused)
            continue;
        NNG_TRY(judge_link(c, l == L + 1 ? 0 : l, &judged, error));
        if (!judged.wrong)
            continue;
        *found = true;
        NNG_TRY(tell_below(c, l == L + 1 ? L : l, &judged, told, error));
    }
    if (*found)
        NNG_TRY(tell_rest(c, told, error));
fail:
    return status;
}
