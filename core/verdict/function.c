/* function.c - the check of any function: each entry by a whole ladder; or, for very many entries, random directions
 * and bisection down to those that are wrong. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "base/random.h"
#include "verdict/judge.h"
#include "verdict/noise.h"
#include "verdict/report.h"

/* Random directions, and how many suspicious entries are followed up before it is clear that the gradient is wrong. */
enum { DIRECTIONS = 8, SUSPECTS = 64, EXHAUSTIVE = 2000 };

struct task {
    const struct nng_function *f;
    const double *x, *gradient;
    double *point;    /* n: x with some entries moved */
    double *believed; /* n: the gradient, and the differences where they were found to differ */
    double *v;        /* n: a direction, v_i = +-2^floor(log2 max(|x_i|, 1/16)) */
    double f0, sigma; /* f(x), and its noise if it was found */
    double tolerance;
    size_t suspects; /* entries of the report so far */
    uint64_t evaluations;
    struct nng_report *report;
};

static double evaluate(struct task *task)
{
    task->evaluations++;
    return task->f->value(task->f->context, task->point);
}

/* eps_f = max(4 sigma, 2 DBL_EPSILON S): S as the caller has it, else the largest value in sight. */
static double noise_of(const struct task *task, double up, double down)
{
    double S = task->f->magnitude != NULL ? task->f->magnitude(task->f->context, task->x)
                                          : fmax(fabs(task->f0), fmax(fabs(up), fabs(down)));
    return fmax(4.0 * task->sigma, 2.0 * DBL_EPSILON * S);
}

/* ---- moving along an entry or along a part of the direction ---- */

/* x + t v on the entries [from, to), where v is e_i when there is one entry. Returns the representable t of that one.
 */
static double move(struct task *task, size_t from, size_t to, double t)
{
    if (to - from == 1) {
        task->point[from] = task->x[from] + t;
        return task->point[from] - task->x[from];
    }
    for (size_t i = from; i < to; i++)
        task->point[i] = task->x[i] + t * task->v[i];
    return t;
}

static struct nng_rung rung_at(struct task *task, size_t from, size_t to, double h)
{
    double above = move(task, from, to, h), up = evaluate(task);
    double below = -move(task, from, to, -h), down = evaluate(task);
    memcpy(task->point + from, task->x + from, (to - from) * sizeof *task->x);
    return (struct nng_rung){.step = 0.5 * (above + below),
                             .central = (up - down) / (above + below),
                             .right = (up - task->f0) / above,
                             .left = (task->f0 - down) / below,
                             .noise = noise_of(task, up, down),
                             .finite = isfinite(up) && isfinite(down)};
}

static double entry_step(const struct task *task, size_t i)
{
    return ldexp(1.0, ilogb(fmax(fabs(task->x[i]), 0.0625) / 8.0));
}

/* A difference that is exactly zero at some rung and not at a coarser one shows the grain of f's values: that is noise,
 * even when |f| is small (a naive -log(1/(1 + exp(-40)))). */
static void find_grain(struct nng_ladder *ladder)
{
    double grain = 0.0, smallest = INFINITY;
    for (int k = 0; k < ladder->count; k++) {
        if (!ladder->rungs[k].finite)
            continue;
        double rise = fabs(ladder->rungs[k].central) * 2.0 * ladder->rungs[k].step;
        if (rise == 0.0 && isfinite(smallest))
            grain = smallest;
        if (rise > 0.0)
            smallest = fmin(smallest, rise);
    }
    for (int k = 0; k < ladder->count; k++)
        ladder->rungs[k].noise = fmax(ladder->rungs[k].noise, grain);
}

/* ---- one entry, thoroughly ---- */

static struct nng_scale scale_of(const struct task *task, double g, double floor)
{
    return (struct nng_scale){.tolerance = task->tolerance, .floor = floor, .rounding = 64.0 * DBL_EPSILON * fabs(g)};
}

/* Do the one-sided slopes differ by more than their uncertainty? */
static bool is_kink(const struct nng_estimate *left, const struct nng_estimate *right, const struct nng_scale *scale)
{
    if (!isfinite(right->error) || !isfinite(left->error))
        return false;
    if (isinf(right->value) || isinf(left->value))
        return true;
    double size = fmax(fmax(fabs(left->value), fabs(right->value)), scale->floor);
    return fabs(right->value - left->value) > left->error + right->error + scale->tolerance * size;
}

static void judge_entry(struct task *task, size_t i, double floor, struct nng_entry *entry)
{
    struct nng_ladder ladder = {.count = 0};
    double h = entry_step(task, i), g = task->gradient[i];
    struct nng_scale scale = scale_of(task, g, floor);
    *entry =
        (struct nng_entry){.index = i, .analytic = g, .complex_step = NAN, .left = NAN, .right = NAN, .numeric = NAN};
    for (int k = 0; k < NNG_RUNGS && task->x[i] + ldexp(h, -k) != task->x[i]; k++)
        ladder.rungs[ladder.count++] = rung_at(task, i, i + 1, ldexp(h, -k));
    find_grain(&ladder);
    /* a flat f is compatible with any slope that an internal sum of size 1 would have swallowed */
    for (int k = 0; k < ladder.count; k++)
        if (ladder.rungs[k].central == 0.0)
            ladder.rungs[k].noise = fmax(ladder.rungs[k].noise, DBL_EPSILON);
    struct nng_estimate left = nng_ladder_slope(&ladder, NNG_LEFT_SIDE);
    struct nng_estimate right = nng_ladder_slope(&ladder, NNG_RIGHT_SIDE);
    if (isfinite(g) && is_kink(&left, &right, &scale))
        nng_judge_slopes(entry, &left, &right, &scale);
    else
        nng_judge_ladder(entry, &ladder, &scale, true);
}

/* ---- many entries: directions and bisection ---- */

/* g.v and the directional difference over [from, to): do they differ by more than their uncertainty? The whole range
 * climbs from the coarsest rung and leaves the best in *rung; a part of it looks only around there. */
static bool suspicious(struct task *task, size_t from, size_t to, int *rung)
{
    long double dot = 0.0L, squares = 0.0L;
    for (size_t i = from; i < to; i++) {
        long double term = (long double)task->believed[i] * (long double)task->v[i];
        dot += term;
        squares += term * term;
    }
    double g = (double)dot, rounding = 64.0 * DBL_EPSILON * sqrt((double)squares);
    struct nng_ladder ladder = {.count = 0};
    int first = *rung < 0 ? 0 : *rung < 3 ? 0 : *rung - 3, least = *rung < 0 ? 6 : 5;
    do
        ladder.rungs[ladder.count] = rung_at(task, from, to, ldexp(0.125, -first - ladder.count));
    while (++ladder.count < least || (*rung < 0 && nng_judge_climbs(&ladder)));
    struct nng_estimate n =
        nng_ladder_best(&ladder, NNG_CENTRAL_SIDE, nng_ladder_clean(&ladder, NNG_CENTRAL_SIDE), false);
    if (*rung < 0)
        *rung = n.rung < 0 ? 0 : n.rung;
    return !(fabs(g - n.value) <= n.error + rounding);
}

/* Judges the entry that a bisection ended at. From now on the differences are believed: the same entry is not found
 * again. */
static void follow_up(struct task *task, size_t i, double floor)
{
    struct nng_entry *entry = &task->report->entries[task->suspects++];
    judge_entry(task, i, floor, entry);
    task->believed[i] = isfinite(entry->numeric) ? entry->numeric : 0.0;
}

/* Bisects [0, n) down to single entries. When a range is suspicious and its left half is not, its right half is. */
static void bisect(struct task *task, double floor)
{
    struct range {
        size_t from, to;
    } stack[128]; /* two a level; ranges halve */
    size_t depth = 0;
    int rung = -1;
    if (suspicious(task, 0, task->f->n, &rung))
        stack[depth++] = (struct range){0, task->f->n};
    while (depth > 0 && task->suspects < SUSPECTS) {
        struct range range = stack[--depth];
        if (range.to - range.from == 1) {
            follow_up(task, range.from, floor);
            continue;
        }
        size_t middle = range.from + (range.to - range.from) / 2;
        bool left = suspicious(task, range.from, middle, &rung);
        if (!left || suspicious(task, middle, range.to, &rung))
            stack[depth++] = (struct range){middle, range.to};
        if (left)
            stack[depth++] = (struct range){range.from, middle};
    }
}

static void draw_direction(struct task *task, gsl_rng *random)
{
    for (size_t i = 0; i < task->f->n; i++) {
        double size = ldexp(1.0, ilogb(fmax(fabs(task->x[i]), 0.0625)));
        task->v[i] = gsl_rng_uniform(random) < 0.5 ? -size : size;
    }
}

static int by_index(const void *a, const void *b)
{
    size_t i = ((const struct nng_entry *)a)->index, j = ((const struct nng_entry *)b)->index;
    return (i > j) - (i < j);
}

static enum nng_status screen(struct task *task, uint64_t seed, double floor, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_report *report = task->report;
    gsl_rng *random = nng_random_new(report->memory, seed, NNG_STREAM_CHECK, 0);
    task->believed = nng_arena_take(report->memory, task->f->n, sizeof(double));
    if (task->believed == NULL || random == NULL) {
        status = nng_fail_memory(error);
        goto fail;
    }
    memcpy(task->believed, task->gradient, task->f->n * sizeof(double));
    for (size_t i = 0; i < task->f->n && task->suspects < SUSPECTS; i++)
        if (!isfinite(task->gradient[i]))
            follow_up(task, i, floor);
    for (int d = 0; d < DIRECTIONS && task->suspects < SUSPECTS; d++) {
        draw_direction(task, random);
        bisect(task, floor);
    }
    report->entry_count = task->suspects;
    report->screened = true;
    report->miss_probability = ldexp(1.0, -DIRECTIONS);
    qsort(report->entries, report->entry_count, sizeof *report->entries, by_index);
    if (task->suspects >= SUSPECTS)
        NNG_TRY(nng_report_note(report, error, "%d entries were suspicious: the search stopped there", SUSPECTS));
fail:
    return status;
}

/* ---- the whole ---- */

/* Values next to x, a few units in the last place apart, show the noise. Both sides are asked: a jump at x would look
 * like noise to a table that straddles it. */
static double estimate_noise(struct task *task)
{
    double sigma[2];
    for (int side = 0; side < 2; side++) {
        double values[NNG_NOISE_POINTS], direction = side == 0 ? 1e-13 : -1e-13;
        for (int k = 0; k < NNG_NOISE_POINTS; k++) {
            for (size_t i = 0; i < task->f->n; i++)
                task->point[i] = task->x[i] + (k + 1) * direction * fmax(fabs(task->x[i]), 1e-3);
            values[k] = evaluate(task);
        }
        sigma[side] = nng_noise(values);
    }
    memcpy(task->point, task->x, task->f->n * sizeof *task->x);
    double least = fmin(sigma[0], sigma[1]);
    return isfinite(least) ? least : 0.0;
}

static double floor_of(const double *gradient, size_t n)
{
    double largest = 0.0, sum = 0.0;
    for (size_t i = 0; i < n; i++)
        if (isfinite(gradient[i]))
            largest = fmax(largest, fabs(gradient[i]));
    for (size_t i = 0; i < n && largest > 0.0; i++)
        if (isfinite(gradient[i]))
            sum += (gradient[i] / largest) * (gradient[i] / largest);
    return n > 1 ? 1e-3 * largest * sqrt(sum / (double)n) : 0.0;
}

static enum nng_status open_task(struct task *task, struct nng_error *error)
{
    memcpy(task->point, task->x, task->f->n * sizeof *task->x);
    task->f0 = evaluate(task);
    if (!isfinite(task->f0))
        return nng_fail(error, NNG_NUMERIC, "f(x) is %g", task->f0);
    double again = evaluate(task);
    if (memcmp(&again, &task->f0, sizeof again) != 0)
        return nng_fail(error, NNG_NUMERIC, "f is not deterministic: f(x) is %.17g, and again %.17g", task->f0, again);
    if (task->f->magnitude == NULL)
        task->sigma = estimate_noise(task);
    return NNG_OK;
}

enum nng_status nng_check_function(const struct nng_function *f, const double *x, const double *gradient,
                                   const struct nng_function_options *options, struct nng_report **made,
                                   struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    clock_t started = clock();
    bool exhaustive = f->n <= (options->exhaustive != 0 ? options->exhaustive : EXHAUSTIVE);
    struct nng_tensor tensor = {.name = "gradient", .kind = NNG_WEIGHT, .rows = f->n, .cols = 1, .count = f->n};
    struct task task = {.f = f, .x = x, .gradient = gradient};
    task.tolerance = options->tolerance > 0.0 ? options->tolerance : 1e-6;
    if (f->n == 0)
        return nng_fail(error, NNG_INPUT, "a function of no variables has no gradient");
    NNG_TRY(nng_report_new(&tensor, 1, exhaustive ? f->n : SUSPECTS, &task.report, error));
    task.point = nng_arena_take(task.report->memory, f->n, sizeof(double));
    task.v = nng_arena_take(task.report->memory, f->n, sizeof(double));
    if (task.point == NULL || task.v == NULL) {
        status = nng_fail_memory(error);
        goto fail;
    }
    NNG_TRY(open_task(&task, error));
    double floor = floor_of(gradient, f->n);
    if (exhaustive)
        for (size_t i = 0; i < f->n; i++)
            judge_entry(&task, i, floor, &task.report->entries[i]);
    else
        NNG_TRY(screen(&task, options->seed, floor, error));
    NNG_TRY(nng_report_close(task.report, options->every_entry, error));
    task.report->evaluations = task.evaluations;
    task.report->seconds = (double)(clock() - started) / CLOCKS_PER_SEC;
    *made = task.report;
    return NNG_OK;
fail:
    nng_report_free(task.report);
    return status;
}
