/* call.c - functions of the derivation language at a point: entry by entry, over entries, per sample, plugins. */
#include <float.h>
#include <math.h>

#include "base/error.h"
#include "derivation/evaluate.h"
#include "derivation/callable.h"

/* f(a) or f'(a), with the complex form, or with the error that err(a) makes plus the function's own rounding. */
static struct nng_scalar each(struct nng_machine *machine, const struct nng_callable *f, bool prime,
                              struct nng_scalar a)
{
    double (*g)(double) = prime ? f->slope : f->value;
    struct nng_scalar h = {.re = g(a.re)};
    int side = a.re > 0 ? 1 : a.re < 0 ? -1 : 0;
    bool jump = f->kinked && side == 0 && fabs(g(DBL_MIN) - g(-DBL_MIN)) > 0.5; /* a slope, or a sign */
    if (f->kinked)
        nng_machine_branch(machine, side);
    machine->tie = machine->tie || jump;
    if (machine->mode == NNG_MODE_COMPLEX) {
        double complex z = (prime ? f->complex_slope : f->complex_value)(a.re + a.im * (double complex)I);
        h.im = cimag(z);
    } else if (machine->mode == NNG_MODE_BOUND) {
        double reach = jump ? fmax(a.err, DBL_MIN) : a.err; /* at a jump it may be either */
        h.err = 4 * DBL_EPSILON * fabs(h.re);
        if (reach > 0)
            h.err += fmax(fabs(g(a.re + reach) - h.re), fabs(g(a.re - reach) - h.re));
    }
    return h;
}

static enum nng_status call_each(struct nng_machine *machine, const struct nng_node *node, const struct nng_value *a,
                                 struct nng_value *value)
{
    enum nng_status status = NNG_OK;
    size_t n = a->rows * a->cols;
    NNG_TRY(nng_machine_work(machine, node, 4 * n));
    NNG_TRY(nng_value_new(machine, a->rows, a->cols, value));
    for (size_t i = 0; i < n; i++)
        value->at[i] = each(machine, node->function, node->prime, a->at[i]);
fail:
    return status;
}

/* sum, mean or product of `count` entries that stand `stride` apart. */
static struct nng_scalar reduce(struct nng_machine *machine, enum nng_callable_kind kind, const struct nng_scalar *at,
                                size_t count, size_t stride)
{
    struct nng_scalar total = at[0];
    for (size_t i = 1; i < count; i++)
        total = kind == NNG_CALL_PRODUCT ? nng_scalar_multiply(machine->mode, total, at[i * stride])
                                         : nng_scalar_add(machine->mode, total, at[i * stride]);
    if (kind == NNG_CALL_MEAN)
        total = nng_scalar_divide(machine->mode, total, (struct nng_scalar){.re = (double)count});
    return total;
}

static enum nng_status call_reduction(struct nng_machine *machine, const struct nng_node *node,
                                      const struct nng_value *a, struct nng_value *value)
{
    enum nng_status status = NNG_OK;
    enum nng_callable_kind kind = node->function->kind;
    NNG_TRY(nng_value_new(machine, node->rows, node->cols, value));
    if (node->child_count == 1)
        value->at[0] = reduce(machine, kind, a->at, a->rows * a->cols, 1);
    else if (node->children[1]->number < 2)
        for (size_t j = 0; j < a->cols; j++)
            value->at[j] = reduce(machine, kind, a->at + j, a->rows, a->cols);
    else
        for (size_t i = 0; i < a->rows; i++)
            value->at[i] = reduce(machine, kind, a->at + i * a->cols, a->cols, 1);
fail:
    return status;
}

static struct nng_scalar larger(struct nng_machine *machine, bool max, struct nng_scalar a, struct nng_scalar b,
                                bool *second)
{
    int order = a.re > b.re ? 1 : a.re < b.re ? -1 : 0;
    nng_machine_branch(machine, order);
    *second = max ? order < 0 : order > 0;
    return *second ? b : a;
}

static enum nng_status call_extreme(struct nng_machine *machine, const struct nng_node *node,
                                    const struct nng_value *arguments, struct nng_value *value)
{
    enum nng_status status = NNG_OK;
    const struct nng_value *a = &arguments[0], *b = &arguments[1];
    bool max = node->function->kind == NNG_CALL_MAX, second;
    NNG_TRY(nng_value_new(machine, node->rows, node->cols, value));
    if (node->child_count == 1) {
        value->at[0] = a->at[0];
        for (size_t i = 1; i < a->rows * a->cols; i++)
            value->at[0] = larger(machine, max, value->at[0], a->at[i], &second);
        return NNG_OK;
    }
    for (size_t i = 0; i < value->rows; i++)
        for (size_t j = 0; j < value->cols; j++) {
            struct nng_scalar x = a->at[(a->rows == 1 ? 0 : i) * a->cols + (a->cols == 1 ? 0 : j)];
            struct nng_scalar y = b->at[(b->rows == 1 ? 0 : i) * b->cols + (b->cols == 1 ? 0 : j)];
            value->at[i * value->cols + j] = larger(machine, max, x, y, &second);
        }
fail:
    return status;
}

/* ---- per sample ---------------------------------------------------------------------------------------------- */

/* How the samples lie in a value: entry j of sample n is at[n * sample + j * unit]. */
struct samples {
    size_t count, units, sample, unit;
};

static struct samples samples_of(const struct nng_machine *machine, const struct nng_value *a)
{
    if (!machine->program->batch)
        return (struct samples){1, a->rows * a->cols, 0, 1};
    if (machine->program->notation == NNG_OUT_IN)
        return (struct samples){a->cols, a->rows, 1, a->cols};
    return (struct samples){a->rows, a->cols, a->cols, 1};
}

static struct nng_scalar exponential(struct nng_machine *machine, struct nng_scalar a)
{
    return each(machine, nng_callable_builtin("exp"), false, a);
}

/* softmax_j = exp(a_j - m) / sum_k exp(a_k - m),  logsumexp = m + log sum_k exp(a_k - m), m the largest entry. The
 * shift by m cancels, so its own derivative need not be followed. */
static enum nng_status call_softmax(struct nng_machine *machine, const struct nng_node *node, const struct nng_value *a,
                                    struct nng_value *value)
{
    enum nng_status status = NNG_OK;
    struct samples s = samples_of(machine, a);
    bool logarithm = node->function->kind == NNG_CALL_LOGSUMEXP;
    struct nng_value e;
    NNG_TRY(nng_machine_work(machine, node, 8 * s.count * s.units));
    NNG_TRY(nng_value_new(machine, node->rows, node->cols, value));
    NNG_TRY(nng_value_new(machine, s.units, 1, &e));
    for (size_t n = 0; n < s.count; n++) {
        const struct nng_scalar *row = a->at + n * s.sample;
        struct nng_scalar m = {.re = row[0].re}, sum = {0};
        for (size_t j = 1; j < s.units; j++)
            m.re = fmax(m.re, row[j * s.unit].re);
        for (size_t j = 0; j < s.units; j++) {
            e.at[j] = exponential(machine, nng_scalar_subtract(machine->mode, row[j * s.unit], m));
            sum = nng_scalar_add(machine->mode, sum, e.at[j]);
        }
        if (logarithm)
            value->at[n] = nng_scalar_add(machine->mode, m, each(machine, nng_callable_builtin("log"), false, sum));
        else
            for (size_t j = 0; j < s.units; j++)
                value->at[n * s.sample + j * s.unit] = nng_scalar_divide(machine->mode, e.at[j], sum);
    }
fail:
    return status;
}

/* ---- shapes -------------------------------------------------------------------------------------------------- */

static enum nng_status call_diag(struct nng_machine *machine, const struct nng_node *node, const struct nng_value *a,
                                 struct nng_value *value)
{
    enum nng_status status = NNG_OK;
    bool vector = a->rows == 1 || a->cols == 1;
    size_t n = vector ? a->rows * a->cols : a->rows;
    NNG_TRY(nng_machine_work(machine, node, n * n));
    NNG_TRY(nng_value_new(machine, node->rows, node->cols, value));
    for (size_t i = 0; i < (vector ? n * n : n); i++)
        value->at[i] = !vector ? a->at[i * n + i] : i / n == i % n ? a->at[i / n] : (struct nng_scalar){0};
fail:
    return status;
}

static enum nng_status call_constant(struct nng_machine *machine, const struct nng_node *node,
                                     const struct nng_value *arguments, struct nng_value *value)
{
    enum nng_status status = NNG_OK;
    enum nng_callable_kind kind = node->function->kind;
    size_t n = node->rows * node->cols, one_at = kind == NNG_CALL_ONEHOT ? (size_t)arguments[0].at[0].re - 1 : 0;
    NNG_TRY(nng_machine_work(machine, node, n));
    NNG_TRY(nng_value_new(machine, node->rows, node->cols, value));
    for (size_t i = 0; i < n; i++) {
        bool one = kind == NNG_CALL_ONES || (kind == NNG_CALL_EYE && i / node->cols == i % node->cols) ||
                   (kind == NNG_CALL_ONEHOT && i == one_at);
        value->at[i] = (struct nng_scalar){.re = one ? 1 : 0};
    }
fail:
    return status;
}

static enum nng_status call_vectors(struct nng_machine *machine, const struct nng_node *node,
                                    const struct nng_value *arguments, struct nng_value *value)
{
    enum nng_status status = NNG_OK;
    const struct nng_value *a = &arguments[0], *b = &arguments[1];
    size_t m = a->rows * a->cols, n = b->rows * b->cols;
    NNG_TRY(nng_machine_work(machine, node, node->rows * node->cols + m));
    NNG_TRY(nng_value_new(machine, node->rows, node->cols, value));
    if (node->function->kind == NNG_CALL_OUTER)
        for (size_t i = 0; i < m * n; i++)
            value->at[i] = nng_scalar_multiply(machine->mode, a->at[i / n], b->at[i % n]);
    else
        for (size_t i = 0; i < m; i++) {
            struct nng_scalar term = nng_scalar_multiply(machine->mode, a->at[i], b->at[i]);
            value->at[0] = i == 0 ? term : nng_scalar_add(machine->mode, value->at[0], term);
        }
fail:
    return status;
}

static enum nng_status call_norm(struct nng_machine *machine, const struct nng_value *a, struct nng_value *value)
{
    enum nng_status status = NNG_OK;
    struct nng_scalar sum = {0};
    for (size_t i = 0; i < a->rows * a->cols; i++)
        sum = nng_scalar_add(machine->mode, sum, nng_scalar_multiply(machine->mode, a->at[i], a->at[i]));
    NNG_TRY(nng_value_new(machine, 1, 1, value));
    value->at[0] = each(machine, nng_callable_builtin("sqrt"), false, sum);
fail:
    return status;
}

/* ---- plugins ------------------------------------------------------------------------------------------------- */

/* A plugin takes split arrays, a row a sample. */
struct split {
    struct samples s;
    double *re, *im;
};

static enum nng_status split_new(struct nng_machine *machine, const struct nng_value *a, struct split *split)
{
    split->s = samples_of(machine, a);
    size_t n = split->s.count * split->s.units;
    split->re = nng_scratch_take(&machine->scratch, 2 * n, sizeof(double));
    if (split->re == NULL)
        return nng_fail_memory(machine->error);
    split->im = split->re + n;
    for (size_t i = 0; i < n; i++) {
        const struct nng_scalar *z = &a->at[i / split->s.units * split->s.sample + i % split->s.units * split->s.unit];
        split->re[i] = z->re;
        split->im[i] = z->im;
    }
    return NNG_OK;
}

static enum nng_status refused(struct nng_machine *machine, const struct nng_node *node,
                               const struct nng_diagnostic *diagnostic)
{
    return nng_script_fail(&machine->program->source, node->offset, machine->error, "'%s' refuses its argument: %s",
                           node->function->name, diagnostic->text);
}

static void note_branches(struct nng_machine *machine, const int32_t *codes, size_t count, bool slopes)
{
    for (size_t i = 0; i < count; i++) {
        nng_machine_branch(machine, codes[i]);
        machine->tie = machine->tie || (slopes && codes[i] == NNG_BRANCH_TIE);
    }
}

/* The error of h = f(a): sum_j |dh_i/da_j| err a_j, a row of the Jacobian at a time, and the plugin's own rounding. */
static enum nng_status activation_bound(struct nng_machine *machine, const struct nng_node *node,
                                        const struct nng_value *a, const struct split *in, const double *h,
                                        struct nng_value *value)
{
    const struct nng_method *f = &node->function->method;
    const struct nng_activation *activation = f->plugin->activation;
    size_t units = in->s.units;
    double *dh = nng_scratch_take(&machine->scratch, 2 * units, sizeof *dh), *da = dh + units;
    struct nng_diagnostic diagnostic = {{0}, -1, -1};
    if (dh == NULL)
        return nng_fail_memory(machine->error);
    for (size_t i = 0; i < in->s.count * units; i++) {
        size_t n = i / units;
        for (size_t j = 0; j < units; j++)
            dh[j] = j == i % units ? 1 : 0;
        if (activation->backward(f->values, 1, units, in->re + n * units, h + n * units, dh, da, &diagnostic) !=
            NNG_PLUGIN_OK)
            return refused(machine, node, &diagnostic);
        struct nng_scalar *out = &value->at[n * in->s.sample + i % units * in->s.unit];
        out->err = (activation->ulps + 1) * DBL_EPSILON * fabs(out->re);
        for (size_t j = 0; j < units; j++)
            out->err += fabs(da[j]) * a->at[n * in->s.sample + j * in->s.unit].err;
    }
    return NNG_OK;
}

/* h = f(a), or f'(a) as the vector-Jacobian product with ones, which is right for what works entry by entry. */
static enum nng_status call_activation(struct nng_machine *machine, const struct nng_node *node,
                                       const struct nng_value *a, struct nng_value *value)
{
    enum nng_status status = NNG_OK;
    const struct nng_method *f = &node->function->method;
    const struct nng_activation *activation = f->plugin->activation;
    struct nng_diagnostic diagnostic = {{0}, -1, -1};
    enum nng_plugin_status done;
    struct split in;
    NNG_TRY(split_new(machine, a, &in));
    size_t n = in.s.count * in.s.units;
    double *h = nng_scratch_take(&machine->scratch, 4 * n, sizeof *h), *h_im = h + n, *one = h + 2 * n, *da = h + 3 * n;
    int32_t *codes = nng_scratch_take(&machine->scratch, n, sizeof *codes);
    if (h == NULL || codes == NULL)
        return nng_fail_memory(machine->error);
    NNG_TRY(nng_machine_work(machine, node, 8 * n));
    NNG_TRY(nng_value_new(machine, a->rows, a->cols, value));
    bool complex_form = machine->mode == NNG_MODE_COMPLEX && !node->prime && activation->complex_forward != NULL;
    if (machine->mode == NNG_MODE_COMPLEX &&
        (!complex_form || (activation->flags & NNG_ACTIVATION_COMPLEX_FIRST_ORDER) != 0))
        machine->no_witness = true;
    for (size_t i = 0; i < n; i++) {
        h_im[i] = 0;
        one[i] = 1;
    }
    done = complex_form
               ? activation->complex_forward(f->values, in.s.count, in.s.units, in.re, in.im, h, h_im, &diagnostic)
               : activation->forward(f->values, in.s.count, in.s.units, in.re, h, &diagnostic);
    if (done == NNG_PLUGIN_OK && activation->branch != NULL) {
        done = activation->branch(f->values, in.s.count, in.s.units, in.re, codes, &diagnostic);
        note_branches(machine, codes, n, node->prime);
    }
    if (done == NNG_PLUGIN_OK && node->prime)
        done = activation->backward(f->values, in.s.count, in.s.units, in.re, h, one, da, &diagnostic);
    if (done != NNG_PLUGIN_OK)
        return refused(machine, node, &diagnostic);
    for (size_t i = 0; i < n; i++) {
        size_t to = i / in.s.units * in.s.sample + i % in.s.units * in.s.unit;
        double re = node->prime ? da[i] : h[i];
        value->at[to] = (struct nng_scalar){.re = re, .im = h_im[i], .err = 8 * DBL_EPSILON * fabs(re)};
    }
    if (machine->mode == NNG_MODE_BOUND && !node->prime)
        NNG_TRY(activation_bound(machine, node, a, &in, h, value));
fail:
    return status;
}

/* The loss of each sample, and in BOUND mode its error sum_j |dL/dyhat_j| err yhat_j + rounding. */
static enum nng_status sample_losses(struct nng_machine *machine, const struct nng_node *node,
                                     const struct nng_value *yhat, const struct split *in, const struct split *y,
                                     struct nng_scalar *losses)
{
    const struct nng_method *f = &node->function->method;
    const struct nng_loss *loss = f->plugin->loss;
    size_t rows = in->s.count, n = rows * in->s.units;
    struct nng_diagnostic diagnostic = {{0}, -1, -1};
    enum nng_plugin_status done = NNG_PLUGIN_OK;
    double *values = nng_scratch_take(&machine->scratch, 2 * rows + n, sizeof *values);
    int32_t *codes = nng_scratch_take(&machine->scratch, n, sizeof *codes);
    if (values == NULL || codes == NULL)
        return nng_fail_memory(machine->error);
    double *values_im = values + rows, *grad = values + 2 * rows;
    for (size_t i = 0; i < rows; i++)
        values_im[i] = 0;
    for (size_t i = 0; i < n; i++)
        machine->no_witness = machine->no_witness || y->im[i] < 0 || y->im[i] > 0; /* no complex form in y */
    bool complex_form = machine->mode == NNG_MODE_COMPLEX && loss->complex_value != NULL;
    if (machine->mode == NNG_MODE_COMPLEX && (!complex_form || (loss->flags & NNG_COMPLEX_FIRST_ORDER) != 0))
        machine->no_witness = true;
    done = complex_form ? loss->complex_value(f->values, rows, in->s.units, in->re, in->im, y->re, values, values_im,
                                              &diagnostic)
                        : loss->value(f->values, rows, in->s.units, in->re, y->re, values,
                                      machine->mode == NNG_MODE_BOUND ? grad : NULL, &diagnostic);
    if (done == NNG_PLUGIN_OK && loss->branch != NULL) {
        done = loss->branch(f->values, rows, in->s.units, in->re, y->re, codes, &diagnostic);
        note_branches(machine, codes, n, false);
    }
    if (done != NNG_PLUGIN_OK)
        return refused(machine, node, &diagnostic);
    for (size_t i = 0; i < rows; i++) {
        losses[i] = (struct nng_scalar){.re = values[i], .im = values_im[i]};
        if (machine->mode != NNG_MODE_BOUND)
            continue;
        losses[i].err = (loss->ulps + 1) * DBL_EPSILON * fabs(values[i]);
        for (size_t j = 0; j < in->s.units; j++) {
            const struct nng_scalar *p = &yhat->at[i * in->s.sample + j * in->s.unit];
            double g = fabs(grad[i * in->s.units + j]);
            losses[i].err += g * (p->err + DBL_EPSILON * fabs(p->re));
        }
    }
    return NNG_OK;
}

static enum nng_status call_loss(struct nng_machine *machine, const struct nng_node *node,
                                 const struct nng_value *arguments, struct nng_value *value)
{
    enum nng_status status = NNG_OK;
    struct split in, y;
    struct nng_value losses;
    NNG_TRY(split_new(machine, &arguments[0], &in));
    NNG_TRY(split_new(machine, &arguments[1], &y));
    NNG_TRY(nng_machine_work(machine, node, 8 * in.s.count * in.s.units));
    NNG_TRY(nng_value_new(machine, in.s.count, 1, &losses));
    NNG_TRY(sample_losses(machine, node, &arguments[0], &in, &y, losses.at));
    NNG_TRY(nng_value_new(machine, node->rows, node->cols, value));
    if (node->function->reduced || !machine->program->batch)
        value->at[0] = reduce(machine, node->function->reduction == NNG_MEAN ? NNG_CALL_MEAN : NNG_CALL_SUM, losses.at,
                              in.s.count, 1);
    else
        for (size_t i = 0; i < in.s.count; i++)
            value->at[i] = losses.at[i];
fail:
    return status;
}

enum nng_status nng_evaluate_call(struct nng_machine *machine, const struct nng_node *node,
                                  const struct nng_value *arguments, struct nng_value *value)
{
    switch (node->function->kind) {
    case NNG_CALL_EACH:
        return call_each(machine, node, &arguments[0], value);
    case NNG_CALL_SUM:
    case NNG_CALL_MEAN:
    case NNG_CALL_PRODUCT:
        return call_reduction(machine, node, &arguments[0], value);
    case NNG_CALL_MAX:
    case NNG_CALL_MIN:
        return call_extreme(machine, node, arguments, value);
    case NNG_CALL_SOFTMAX:
    case NNG_CALL_LOGSUMEXP:
        return call_softmax(machine, node, &arguments[0], value);
    case NNG_CALL_DIAG:
        return call_diag(machine, node, &arguments[0], value);
    case NNG_CALL_ONES:
    case NNG_CALL_ZEROS:
    case NNG_CALL_EYE:
    case NNG_CALL_ONEHOT:
        return call_constant(machine, node, arguments, value);
    case NNG_CALL_DOT:
    case NNG_CALL_OUTER:
        return call_vectors(machine, node, arguments, value);
    case NNG_CALL_NORM:
        return call_norm(machine, &arguments[0], value);
    case NNG_CALL_ACTIVATION:
        return call_activation(machine, node, &arguments[0], value);
    case NNG_CALL_LOSS:
        break;
    }
    return call_loss(machine, node, arguments, value);
}
