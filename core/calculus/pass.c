/* pass.c - the arrays that a forward and a backward pass fill. */
#include "base/error.h"
#include "base/memory.h"
#include "calculus/product.h"

enum nng_status nng_pass_new(const struct nng_model *model, size_t capacity, struct nng_pass **made,
                             struct nng_error *error)
{
    size_t L = model->layer_count;
    nng_product_single_thread();
    struct nng_arena *arena = nng_arena_new();
    struct nng_pass *pass = arena != NULL ? nng_arena_take(arena, 1, sizeof *pass) : NULL;
    if (pass == NULL)
        goto fail;
    *pass = (struct nng_pass){.capacity = capacity, .memory = arena};
    double ***arrays[] = {&pass->a, &pass->h, &pass->dh, &pass->da};
    for (size_t i = 0; i < 4; i++)
        if ((*arrays[i] = nng_arena_take(arena, L + 1, sizeof **arrays[i])) == NULL)
            goto fail;
    for (size_t l = 1; l <= L; l++)
        for (size_t i = 0; i < 4; i++)
            if (((*arrays[i])[l] = nng_arena_take(arena, capacity, model->layers[l - 1].units * sizeof(double))) ==
                NULL)
                goto fail;
    if ((pass->values = nng_arena_take(arena, capacity, sizeof(double))) == NULL)
        goto fail;
    *made = pass;
    return NNG_OK;
fail:
    nng_arena_free(arena);
    return nng_fail_memory(error);
}

void nng_pass_free(struct nng_pass *pass)
{
    if (pass != NULL)
        nng_arena_free(pass->memory);
}
