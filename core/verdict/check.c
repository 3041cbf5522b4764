/* check.c - every derivative of a network judged: blocks of parameters, one thread a block, cut by shape alone. */
#include <float.h>
#include <math.h>
#include <time.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include "base/memory.h"
#include "calculus/forward.h"
#include "verdict/climb.h"
#include "verdict/report.h"

/* A block's arrays should stay in a core's own cache. */
enum { CACHE = 384 * 1024, LARGEST_BLOCK = 256 };

/* A network with no more multiplications than this, over all parameters, gets sharper bounds, and the complex step at
 * every entry. */
static const double SMALL = 2e7;

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

/* One block of consecutive parameters of one tensor. */
struct block {
    size_t from, count;
};

static struct block *cut(const struct nng_model *model, struct nng_arena *arena, const size_t *largest_of,
                         size_t *count)
{
    size_t blocks = 0;
    for (size_t t = 0; t < nng_tensor_count(model); t++) {
        struct nng_tensor tensor = nng_tensor(model, t);
        blocks += (tensor.count + largest_of[tensor.layer - 1] - 1) / largest_of[tensor.layer - 1];
    }
    struct block *cuts = nng_arena_take(arena, blocks, sizeof *cuts), *next = cuts;
    for (size_t t = 0; cuts != NULL && t < nng_tensor_count(model); t++) {
        struct nng_tensor tensor = nng_tensor(model, t);
        size_t largest = largest_of[tensor.layer - 1];
        for (size_t from = 0; from < tensor.count; from += largest) {
            size_t left = tensor.count - from;
            *next++ = (struct block){tensor.offset + from, left < largest ? left : largest};
        }
    }
    *count = blocks;
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
    for (size_t e = 0; e < work->blocks[b].count; e++) {
        entries[e].index = work->blocks[b].from + e;
        entries[e].analytic = work->climb->gradient[entries[e].index];
    }
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

/* How many parameters of each layer make a block: by shape alone. Lowers *threads until they fit the memory. */
static size_t *size_blocks(const struct nng_prober *prober, struct nng_arena *arena, size_t memory, int *threads)
{
    size_t layers = prober->model->layer_count, most = 0;
    size_t *largest = nng_arena_take(arena, layers, sizeof *largest);
    for (size_t l = 0; largest != NULL && l < layers; l++) {
        size_t bytes = nng_climber_bytes(prober, l + 1), fits = (CACHE < memory ? CACHE : memory) / bytes;
        largest[l] = fits < 1 ? 1 : fits > LARGEST_BLOCK ? LARGEST_BLOCK : fits;
        most = largest[l] * bytes > most ? largest[l] * bytes : most;
    }
    while (*threads > 1 && (size_t)*threads * most > memory)
        --*threads;
    return largest;
}

static enum nng_status check_entries(struct nng_climb *climb, const struct nng_check_options *options,
                                     struct nng_report *report, struct nng_arena *arena, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    int threads = thread_count(options->threads);
    size_t memory = options->memory != 0 ? options->memory : (size_t)64 << 20;
    climb->largest = size_blocks(climb->prober, arena, memory, &threads);
    if (climb->largest == NULL)
        return nng_fail_memory(error);

    struct work work = {.climb = climb, .options = options, .report = report};
    work.blocks = cut(climb->prober->model, arena, climb->largest, &work.block_count);
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

/* What equal verdicts cannot tell apart. */
static enum nng_status note_limits(const struct nng_prober *prober, struct nng_report *report, struct nng_error *error)
{
    if (prober->samples == 1 && prober->model->reduction == NNG_MEAN)
        return nng_report_note(report, error,
                               "with one sample (N = 1) a missing or doubled 1/N cannot be seen: check with more");
    return NNG_OK;
}

enum nng_status nng_check(const struct nng_model *model, const double *theta, const double *gradient,
                          const struct nng_check_options *options, struct nng_report **made, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    double started = now();
    struct nng_prober *prober = NULL;
    struct nng_report *report = NULL;
    struct nng_climb climb = {.gradient = gradient};
    double *penalty = NULL;
    struct nng_arena *arena = nng_arena_new();
    if (arena == NULL || (penalty = nng_arena_take(arena, model->parameter_count, sizeof *penalty)) == NULL) {
        status = nng_fail_memory(error);
        goto fail;
    }
    NNG_TRY(nng_report_of_model(model, model->parameter_count, &report, error));
    NNG_TRY(nng_prober_new(model, theta, model->data.x, model->data.y, model->data.samples, &prober, error));
    nng_penalty(model, theta, penalty);
    climb.prober = prober;
    climb.penalty = penalty;
    climb.tolerance = options->tolerance > 0.0 ? options->tolerance : model->tolerance;
    climb.claimed_epsilon = options->claimed_single ? FLT_EPSILON : DBL_EPSILON;
    climb.method = options->method;
    NNG_TRY(nng_magnitude(prober, arena, &climb.magnitude, error));
    NNG_TRY(find_reach(prober, arena, &climb, error));
    double multiplications = (double)model->parameter_count * (double)model->parameter_count;
    climb.small = options->every_entry && multiplications * (double)prober->samples <= SMALL;
    if (climb.method == NNG_COMPLEX && !prober->complex) {
        status = nng_fail(error, NNG_INPUT,
                          "method 'complex' needs a complex form of every plugin: '%s' and its layers "
                          "do not all have an independent one",
                          model->loss.plugin->name);
        goto fail;
    }
    NNG_TRY(check_entries(&climb, options, report, arena, error));
    NNG_TRY(nng_report_close(report, options->every_entry, error));
    NNG_TRY(note_limits(prober, report, error));
    report->seconds = now() - started;
    *made = report;
    report = NULL;
fail:
    nng_report_free(report);
    nng_prober_free(prober);
    nng_arena_free(arena);
    return status;
}
