/* blame.c - backpropagation, differences and the complex step are three witnesses. Where the first two do not agree on
 * our own gradient, a plugin is wrong: each link of the chain is judged by itself, from the loss down, and the failed
 * tensors below a false link are told of it. */
#include "verdict/witness.h"

/* Every failed tensor of layers l down to `end`; the highest is told why. */
static enum nng_status tell_layers(const struct nng_case *c, size_t l, size_t end, const struct nng_witness *witness,
                                   bool *told, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t L = c->model->layer_count, first = SIZE_MAX;
    for (size_t k = l; k >= end; k--)
        for (size_t side = 0; side < 2; side++) {
            size_t t = side * L + k - 1;
            if (c->fails[t] == 0)
                continue;
            told[t] = true;
            if (first == SIZE_MAX)
                NNG_TRY(nng_tell(c, first = t, witness->cause, error, "%s", witness->text));
            else
                NNG_TRY(nng_tell(c, t, witness->cause, error, "follows from the mistake in %s",
                                 nng_tensor(c->model, first).name));
        }
fail:
    return status;
}

static enum nng_status tell_rest(const struct nng_case *c, const bool *told, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    for (size_t t = 0; t < nng_tensor_count(c->model); t++)
        if (c->fails[t] != 0 && !told[t])
            NNG_TRY(nng_explain_entries(c, t, "", error));
fail:
    return status;
}

/* A false link spoils the layers from its own down to the next false link. */
enum nng_status nng_blame_plugins(const struct nng_case *c, bool *found, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t L = c->model->layer_count;
    bool *told = nng_arena_take(c->arena, nng_tensor_count(c->model), sizeof *told);
    struct nng_witness *witnesses = nng_arena_take(c->arena, L + 2, sizeof *witnesses); /* L + 1 is the loss */
    if (told == NULL || witnesses == NULL)
        return nng_fail_memory(error);
    for (size_t l = 1; l <= L + 1; l++) {
        if (l != L || !c->model->fused)
            NNG_TRY(nng_witness(c, l <= L ? l : 0, &witnesses[l], error));
        *found = *found || witnesses[l].wrong;
    }
    for (size_t l = L + 1; l >= 1; l--) {
        size_t end = l;
        while (end > 1 && !witnesses[end - 1].wrong)
            end--;
        if (witnesses[l].wrong)
            NNG_TRY(tell_layers(c, l < L ? l : L, end < L ? end : L, &witnesses[l], told, error));
    }
    if (*found)
        NNG_TRY(tell_rest(c, told, error));
fail:
    return status;
}
