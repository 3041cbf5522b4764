/* bench.c - memory for stacked probes. */
#include "calculus/bench.h"

#include <string.h>

#include "base/memory.h"

/* The widest layer from l on. */
static size_t widest_from(const struct nng_model *model, size_t l)
{
    size_t width = model->outputs;
    for (; l <= model->layer_count; l++)
        width = model->layers[l - 1].units > width ? model->layers[l - 1].units : width;
    return width;
}

/* The widest rows of whole layers that a change in layer l needs. */
static size_t row_width(const struct nng_model *model, size_t l)
{
    return widest_from(model, nng_probes_one_unit(model, l) ? l + 1 : l);
}

size_t nng_bench_bytes(const struct nng_prober *prober, size_t layer)
{
    size_t width = row_width(prober->model, layer), row = prober->model->outputs + 2 * width + 4;
    return prober->samples * (row * sizeof(double) + (prober->kinks ? width * sizeof(int32_t) : 0));
}

enum nng_status nng_bench_new(const struct nng_prober *prober, size_t layer, size_t capacity, struct nng_bench **made,
                              struct nng_error *error)
{
    const struct nng_model *model = prober->model;
    struct nng_arena *arena = nng_arena_new();
    struct nng_bench *bench = arena != NULL ? nng_arena_take(arena, 1, sizeof *bench) : NULL;
    if (bench == NULL)
        goto fail;
    *bench = (struct nng_bench){.layer = layer, .capacity = capacity, .memory = arena};
    size_t rows = capacity * prober->samples, width = row_width(model, layer);
    bench->y = nng_arena_take(arena, rows, model->outputs * sizeof(double));
    bench->unit_a = nng_arena_take(arena, rows, sizeof(double));
    bench->unit_h = nng_arena_take(arena, rows, sizeof(double));
    bench->column = nng_arena_take(arena, prober->samples + width, sizeof(double));
    bench->a = nng_arena_take(arena, rows, width * sizeof(double));
    bench->h = nng_arena_take(arena, rows, width * sizeof(double));
    bench->values = nng_arena_take(arena, rows, sizeof(double));
    bench->branches = nng_arena_take(arena, rows, sizeof(uint64_t));
    if (bench->branches == NULL || bench->y == NULL || bench->unit_a == NULL || bench->unit_h == NULL ||
        bench->column == NULL || bench->a == NULL || bench->h == NULL || bench->values == NULL)
        goto fail;
    if (prober->kinks && (bench->codes = nng_arena_take(arena, rows, width * sizeof(int32_t))) == NULL)
        goto fail;
    for (size_t r = 0; r < rows; r++)
        bench->branches[r] = NNG_NO_KINKS;
    for (size_t p = 0; p < capacity; p++)
        memcpy(bench->y + p * prober->samples * model->outputs, prober->y,
               prober->samples * model->outputs * sizeof(double));
    *made = bench;
    return NNG_OK;
fail:
    nng_arena_free(arena);
    return nng_fail_memory(error);
}

enum nng_status nng_bench_complex(const struct nng_prober *prober, struct nng_bench *bench, struct nng_error *error)
{
    if (bench->values_im != NULL)
        return NNG_OK;
    size_t rows = bench->capacity * prober->samples, width = row_width(prober->model, bench->layer);
    double **arrays[] = {&bench->re, &bench->im, &bench->h_re, &bench->h_im};
    for (size_t i = 0; i < 4; i++)
        if ((*arrays[i] = nng_arena_take(bench->memory, rows, width * sizeof(double))) == NULL)
            return nng_fail_memory(error);
    bench->values_im = nng_arena_take(bench->memory, rows, sizeof(double));
    return bench->values_im != NULL ? NNG_OK : nng_fail_memory(error);
}

void nng_bench_free(struct nng_bench *bench)
{
    if (bench != NULL)
        nng_arena_free(bench->memory);
}
