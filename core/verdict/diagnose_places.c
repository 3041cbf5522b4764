/* diagnose_places.c - derivatives by biases that were added up in other biases' places.
 *
 * A program in scalar code keeps a variable for each bias, and a slip of one name (db1 += db4) leaves one of them with
 * its own derivative and another's, and the other with nothing. Seen from outside: the weights are right, several
 * biases in more than one layer are wrong, and each of those holds zero, another's derivative, or its own and
 * another's.
 */
#include <math.h>

#include "base/text.h"
#include "verdict/mutant.h"

enum { MOST_BIASES = 256 };

/* One wrong bias, and what stands in its place. */
struct place {
    size_t index; /* in theta */
    bool own;     /* its own derivative */
    size_t other; /* and that of this place of the list; SIZE_MAX: none */
};

struct places {
    struct place list[MOST_BIASES];
    size_t count;
};

/* Is the claimed entry equal to m? */
static bool holds(const struct nng_case *c, size_t index, double m)
{
    size_t t = nng_tensor_of(c->model, index);
    struct nng_suspect suspect = nng_suspect(c, t);
    return nng_suspect_near(&suspect, index - nng_tensor(c->model, t).offset, m);
}

/* The biases that are wrong; false if they are too few or too many, in one layer only, or if a weight is wrong. */
static bool find_places(const struct nng_case *c, struct places *places)
{
    size_t tensors = 0;
    for (size_t t = 0; t < nng_tensor_count(c->model); t++) {
        struct nng_tensor tensor = nng_tensor(c->model, t);
        size_t before = places->count;
        if (c->fails[t] == 0)
            continue;
        if (tensor.kind == NNG_WEIGHT)
            return false;
        for (size_t p = tensor.offset; p < tensor.offset + tensor.count; p++) {
            if (holds(c, p, c->ours[p]))
                continue;
            if (places->count == MOST_BIASES)
                return false;
            places->list[places->count++] = (struct place){.index = p, .other = SIZE_MAX};
        }
        tensors += places->count > before;
    }
    return tensors > 1;
}

/* What stands in place i: zero, or a sum of another's derivative and perhaps its own. */
static bool explain_place(const struct nng_case *c, struct places *places, size_t i)
{
    struct place *place = &places->list[i];
    if (holds(c, place->index, 0.0))
        return true;
    for (int own = 1; own >= 0; own--)
        for (size_t j = 0; j < places->count; j++) {
            double other = c->ours[places->list[j].index];
            if (j != i && holds(c, place->index, other + (own ? c->ours[place->index] : 0.0))) {
                place->own = own;
                place->other = j;
                return true;
            }
        }
    return false;
}

/* "b_11 holds its own derivative and that of b_22" */
static void add_place(const struct nng_case *c, const struct places *places, const struct place *place,
                      struct nng_text *text)
{
    char name[NNG_NAME_SIZE], other[NNG_NAME_SIZE];
    nng_parameter_name(c->model, place->index, name);
    nng_text_print(text, "%s%s holds ", text->length > 0 ? ", " : "", name);
    if (place->other == SIZE_MAX) {
        nng_text_add(text, "nothing");
        return;
    }
    nng_parameter_name(c->model, places->list[place->other].index, other);
    nng_text_print(text, "%s%s", place->own ? "its own derivative and that of " : "the derivative of ", other);
}

/* What is said of one tensor: each of its wrong entries. */
static enum nng_status tell_tensor(const struct nng_case *c, const struct places *places, size_t t,
                                   struct nng_error *error)
{
    struct nng_tensor tensor = nng_tensor(c->model, t);
    struct nng_text text = {0};
    for (size_t i = 0; i < places->count; i++)
        if (places->list[i].index - tensor.offset < tensor.count)
            add_place(c, places, &places->list[i], &text);
    enum nng_status status = text.failed ? nng_fail_memory(error) : nng_tell(c, t, "bias-sum", error, "%s", text.data);
    nng_text_free(&text);
    return status;
}

enum nng_status nng_explain_places(const struct nng_case *c, bool *found, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct places places = {.count = 0};
    bool moved = false;
    if (!find_places(c, &places))
        return NNG_OK;
    for (size_t i = 0; i < places.count; i++) {
        if (!explain_place(c, &places, i))
            return NNG_OK;
        moved = moved || places.list[i].other != SIZE_MAX;
    }
    *found = moved;
    for (size_t t = 0; moved && t < nng_tensor_count(c->model); t++)
        if (c->fails[t] != 0)
            NNG_TRY(tell_tensor(c, &places, t, error));
fail:
    return status;
}
