/* check.c - every derivative of a network judged: blocks of parameters, one thread a block, cut by shape alone. */
#include <math.h>
#include <time.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "base/memory.h"
#include "calculus/forward.h"
#include "calculus/product.h"
#include "verdict/climb.h"
#include "verdict/diagnose.h"
#include "verdict/report.h"
#include "verdict/samples.h"
#include "verdict/screen.h"

/* A block's arrays should stay in a core's own cache. */
enum { CACHE = 384 * 1024, LARGEST_BLOCK = 256 };

/* A network with no more multiplications than this, over all parameters, gets sharper bounds, and the complex step at
 * every entry. */
static const double SMALL = 2e7;

/* Bytes of all the climbers together, unless the caller says otherwise. */
static const size_t MEMORY = (size_t)256 << 20;

/* Seconds of one processor; beyond that the network is screened. */
static const double BUDGET = 60.0;

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* max_n |h_nj| for each input j of each layer. */
static enum nng_status find_reach(const struct nng_prober *prober, struct nng_arena *arena, struct nng_climb *climb,
                                  struct nng_error *error)
{
    const struct nng_model *model = prober->model;
    size_t total = 0;
    for (size_t l = 0; l < model->layer_count; l++)
        total += model->layers[l].inputs;
    double *reach = nng_arena_take(arena, total, sizeof *reach);
    size_t *from = nng_arena_take(arena, model->layer_count, sizeof *from);
    if (reach == NULL || from == NULL)
        return nng_fail_memory(error);
    size_t at = 0;
    for (size_t l = 1; l <= model->layer_count; l++) {
        size_t inputs = model->layers[l - 1].inputs;
        const double *h = nng_below(prober->pass, l);
        from[l - 1] = at;
        for (size_t n = 0; n < prober->samples; n++)
            for (size_t j = 0; j < inputs; j++)
                reach[at + j] = fmax(reach[at + j], fabs(h[n * inputs + j]));
        at += inputs;
    }
    climb->reach = reach;
    climb->reach_of = from;
    return NNG_OK;
}

/* A run of entries of one tensor. */
struct block {
    size_t from, count;
};

/* Cuts the report's entries (in theta's order) into blocks of at most largest_of[layer - 1] of the same tensor. */
static struct block *cut(const struct nng_model *model, const struct nng_report *report, struct nng_arena *arena,
                         const size_t *largest_of, size_t *count)
{
    struct block *cuts = nng_arena_take(arena, report->entry_count, sizeof *cuts);
    *count = 0;
    for (size_t from = 0, end; cuts != NULL && from < report->entry_count; from = end) {
        size_t t = nng_tensor_of(model, report->entries[from].index);
        struct nng_tensor tensor = report->tensors[t].tensor;
        size_t largest = largest_of[tensor.layer - 1], after = tensor.offset + tensor.count;
        for (end = from; end < report->entry_count && end - from < largest && report->entries[end].index < after;)
            end++;
        cuts[(*count)++] = (struct block){from, end - from};
    }
    return cuts;
}

static int thread_count(int wanted)
{
#ifdef _OPENMP
    return wanted > 0 ? wanted : omp_get_max_threads();
#else
    (void)wanted;
    return 1;
#endif
}

static int thread_number(void)
{
#ifdef _OPENMP
    return omp_get_thread_num();
#else
    return 0;
#endif
}

/* What the threads share while they take block after block. */
struct work {
    const struct nng_climb *climb;
    const struct nng_check_options *options;
    struct nng_report *report;
    const struct block *blocks;
    size_t block_count;
    struct nng_climber **climbers; /* one a thread */
    size_t failed_block;           /* the first block in order that failed, block_count if none */
    struct nng_error failure;
    enum nng_status status;
};

static void do_block(struct work *work, size_t b, uint64_t *evaluations)
{
    struct nng_error error = {0};
    struct nng_entry *entries = work->report->entries + work->blocks[b].from;
    for (size_t e = 0; e < work->blocks[b].count; e++)
        entries[e].analytic = work->climb->gradient[entries[e].index];
    enum nng_status status = nng_climb_block(work->climb, work->climbers[thread_number()], entries,
                                             work->blocks[b].count, evaluations, &error);
    if (status != NNG_OK) {
#pragma omp critical(nng_check)
        if (b < work->failed_block) {
            work->failed_block = b;
            work->failure = error;
            work->status = status;
        }
    }
}

static enum nng_status do_blocks(struct work *work, int threads, struct nng_error *error)
{
    uint64_t evaluations = 0;
    size_t done = 0;
    bool stop = false;
    long count = (long)work->block_count;
    (void)threads;
#pragma omp parallel for schedule(dynamic) num_threads(threads) reduction(+ : evaluations)
    for (long b = 0; b < count; b++) {
        bool stopped;
        size_t finished;
#pragma omp atomic read
        stopped = stop;
        if (stopped)
            continue;
        do_block(work, (size_t)b, &evaluations);
#pragma omp atomic capture
        finished = ++done;
        if (thread_number() == 0 && work->options->progress != NULL &&
            !work->options->progress(work->options->context, (double)finished / (double)work->block_count)) {
#pragma omp atomic write
            stop = true;
        }
    }
    if (stop)
        return nng_fail(error, NNG_INTERRUPTED, "interrupted");
    if (work->status != NNG_OK && error != NULL)
        *error = work->failure;
    work->report->evaluations = evaluations;
    return work->status;
}

/* How many parameters of each layer make a block: by shape alone. Lowers *threads until they fit the memory; one always
 * works, on one parameter at a time if need be. */
static size_t *size_blocks(const struct nng_prober *prober, struct nng_arena *arena, size_t memory, int *threads)
{
    size_t layers = prober->model->layer_count, most = 0;
    size_t *largest = nng_arena_take(arena, layers, sizeof *largest);
    for (size_t l = 0; largest != NULL && l < layers; l++) {
        size_t bytes = nng_climber_bytes(prober, l + 1), fits = (CACHE < memory ? CACHE : memory) / bytes;
        largest[l] = fits < 1 ? 1 : fits > LARGEST_BLOCK ? LARGEST_BLOCK : fits;
        most = largest[l] * bytes > most ? largest[l] * bytes : most;
    }
    most += nng_sample_ladders_bytes(prober);
    if ((size_t)*threads > memory / most)
        *threads = memory / most > 1 ? (int)(memory / most) : 1;
    return largest;
}

/* Judges the entries that the report lists by their index. */
static enum nng_status judge_entries(struct nng_climb *climb, const struct nng_check_options *options,
                                     struct nng_report *report, struct nng_arena *arena, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    int threads = climb->small ? 1 : thread_count(options->threads);
    size_t memory = options->memory != 0 ? options->memory : MEMORY;
    climb->largest = size_blocks(climb->prober, arena, memory, &threads);
    if (climb->largest == NULL)
        return nng_fail_memory(error);

    struct work work = {.climb = climb, .options = options, .report = report};
    work.blocks = cut(climb->prober->model, report, arena, climb->largest, &work.block_count);
    work.failed_block = work.block_count;
    work.climbers = nng_arena_take(arena, (size_t)threads, sizeof *work.climbers);
    if (work.blocks == NULL || work.climbers == NULL)
        return nng_fail_memory(error);
    for (int t = 0; t < threads; t++)
        NNG_TRY(nng_climber_new(climb, &work.climbers[t], error));
    NNG_TRY(do_blocks(&work, threads, error));
fail:
    for (int t = 0; work.climbers != NULL && t < threads; t++)
        nng_climber_free(work.climbers[t]);
    return status;
}

/* Seconds that judging every entry would take, from the sizes alone: about 2 ns for each output of each sample, and 0.1
 * ns for each multiplication above the layer after the changed one, six times. */
static double estimate(const struct nng_model *model)
{
    double seconds = 0.0, above = 0.0;
    for (size_t l = model->layer_count; l >= 1; l--) {
        const struct nng_layer *layer = &model->layers[l - 1];
        double next = l < model->layer_count ? (double)model->layers[l].units : 0.0;
        double sample = 2e-9 * ((double)model->outputs + next) + 1e-10 * above;
        seconds += 6.0 * sample * (double)(layer->units * (layer->inputs + 1));
        above += next * (double)layer->units;
    }
    return seconds * (double)model->data.samples;
}

static enum nng_status judge_every_entry(struct nng_climb *climb, const struct nng_check_options *options,
                                         struct nng_report **report, struct nng_arena *arena, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = climb->prober->model;
    NNG_TRY(nng_report_of_model(model, model->parameter_count, report, error));
    for (size_t p = 0; p < model->parameter_count; p++)
        (*report)->entries[p].index = p;
    NNG_TRY(judge_entries(climb, options, *report, arena, error));
    NNG_TRY(nng_report_close(*report, options->every_entry, error));
fail:
    return status;
}

static enum nng_status judge_one_entry(struct nng_climb *climb, const struct nng_check_options *options,
                                       struct nng_report **report, struct nng_arena *arena, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    NNG_TRY(nng_report_of_model(climb->prober->model, 1, report, error));
    (*report)->entries[0].index = options->index;
    NNG_TRY(judge_entries(climb, options, *report, arena, error));
    NNG_TRY(nng_report_close(*report, true, error));
fail:
    return status;
}

static enum nng_status screen(struct nng_climb *climb, const struct nng_check_options *options,
                              struct nng_report **report, struct nng_arena *arena, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_screen screen = {0};
    NNG_TRY(nng_screen(climb, options, arena, &screen, error));
    NNG_TRY(nng_report_of_model(climb->prober->model, screen.count, report, error));
    for (size_t i = 0; i < screen.count; i++)
        (*report)->entries[i].index = screen.suspects[i];
    NNG_TRY(judge_entries(climb, options, *report, arena, error));
    NNG_TRY(nng_report_close(*report, true, error));
    nng_report_screened(*report, screen.resolution);
    (*report)->screened = true;
    (*report)->directions = screen.directions;
    (*report)->miss_probability = screen.miss_probability;
    (*report)->evaluations += screen.evaluations;
    if (screen.left_out != 0)
        NNG_TRY(nng_report_note(*report, error,
                                "%zu more entries differ from our gradient: only the %zu that differ most "
                                "were judged one by one",
                                screen.left_out, screen.count));
    if (screen.left_out != 0 || !screen.certified)
        (*report)->verdict = (*report)->fail != 0 ? NNG_FAIL : NNG_INCONCLUSIVE;
    if (!screen.certified)
        NNG_TRY(nng_report_note(*report, error,
                                "along a random direction our own gradient and the differences do not agree: %s",
                                (*report)->kink != 0 ? "at a kink they need not" : "a plugin may be wrong"));
fail:
    return status;
}

/* Single precision carries seven digits into sums that lose some of them. */
static const double SINGLE_TOLERANCE = 1e-3;

static enum nng_status open_climb(struct nng_climb *climb, const struct nng_check_options *options,
                                  struct nng_arena *arena, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = climb->prober->model;
    double *penalty = nng_arena_take(arena, model->parameter_count, sizeof *penalty);
    if (penalty == NULL)
        return nng_fail_memory(error);
    nng_penalty(model, climb->prober->theta, penalty);
    climb->penalty = penalty;
    climb->tolerance = options->tolerance > 0.0 ? options->tolerance : model->tolerance;
    climb->claimed_single = options->claimed_single;
    if (climb->claimed_single)
        climb->tolerance = fmax(climb->tolerance, SINGLE_TOLERANCE);
    climb->method = options->method;
    if (climb->method == NNG_COMPLEX && !climb->prober->complex)
        return nng_fail(error, NNG_INPUT,
                        "method 'complex' needs a complex form of every plugin: '%s' and its layers do not all have an "
                        "independent one",
                        model->loss.plugin->name);
    NNG_TRY(nng_magnitude(climb->prober, arena, &climb->magnitude, error));
    NNG_TRY(find_reach(climb->prober, arena, climb, error));
    double multiplications = (double)model->parameter_count * (double)model->parameter_count;
    climb->small = multiplications * (double)climb->prober->samples <= SMALL;
fail:
    return status;
}

enum nng_status nng_check(const struct nng_model *model, const double *theta, const double *gradient,
                          const struct nng_check_options *options, struct nng_report **made, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    double started = now(), budget = options->budget > 0.0 ? options->budget : BUDGET;
    struct nng_prober *prober = NULL;
    struct nng_report *report = NULL;
    struct nng_climb climb = {.gradient = gradient};
    struct nng_arena *arena = nng_arena_new();
    if (arena == NULL)
        return nng_fail_memory(error);
    int threads = nng_product_threads(options->threads);
    NNG_TRY(nng_prober_new(model, theta, model->data.x, model->data.y, model->data.samples, &prober, error));
    climb.prober = prober;
    NNG_TRY(open_climb(&climb, options, arena, error));
    if (options->one_entry)
        NNG_TRY(judge_one_entry(&climb, options, &report, arena, error));
    else if (options->screen || estimate(model) > budget)
        NNG_TRY(screen(&climb, options, &report, arena, error));
    else
        NNG_TRY(judge_every_entry(&climb, options, &report, arena, error));
    NNG_TRY(nng_diagnose(prober, gradient, climb.tolerance, report, error));
    NNG_TRY(nng_note_limits(prober, gradient, report, error));
    if (options->claimed_single)
        NNG_TRY(nng_report_note(report, error, "the gradient is of single precision: it is judged at a tolerance of %g",
                                climb.tolerance));
    report->seconds = now() - started;
    *made = report;
    report = NULL;
fail:
    nng_report_free(report);
    nng_prober_free(prober);
    nng_arena_free(arena);
    nng_product_threads(threads);
    return status;
}
