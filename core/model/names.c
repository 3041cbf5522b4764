/* names.c - the names of parameters and tensors, as the lecture writes them and as they are printed.
 *
 *   out_in   w_lij: layer l, neuron i, input j        W_l: units x inputs     b_l: units x 1
 *   in_out   w_lij: layer l, input i, neuron j        W_l: inputs x units     b_l: 1 x units
 *
 * theta itself is the same in both: (W_1, ..., W_L, b_1, ..., b_L), each W_l units x inputs, row-major.
 */
#include <nngrad/nngrad.h>

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"

/* ---- tensors ------------------------------------------------------------------------------------------------- */

size_t nng_tensor_count(const struct nng_model *model)
{
    return 2 * model->layer_count;
}

struct nng_tensor nng_tensor(const struct nng_model *model, size_t k)
{
    bool weight = k < model->layer_count, in_out = model->notation == NNG_IN_OUT;
    size_t l = weight ? k + 1 : k - model->layer_count + 1;
    const struct nng_layer *layer = &model->layers[l - 1];
    size_t inputs = weight ? layer->inputs : 1; /* b_l is a W_l for the one input 1 */
    struct nng_tensor tensor = {.kind = weight ? NNG_WEIGHT : NNG_BIAS,
                                .layer = l,
                                .rows = in_out ? inputs : layer->units,
                                .cols = in_out ? layer->units : inputs,
                                .offset = weight ? layer->weights : layer->biases,
                                .count = layer->units * inputs};
    snprintf(tensor.name, sizeof tensor.name, "%c%zu", weight ? 'W' : 'b', l);
    return tensor;
}

size_t nng_tensor_index(const struct nng_model *model, const struct nng_tensor *tensor, size_t row, size_t col)
{
    bool in_out = model->notation == NNG_IN_OUT;
    size_t i = in_out ? col : row, j = in_out ? row : col, inputs = in_out ? tensor->rows : tensor->cols;
    return tensor->offset + i * inputs + j;
}

/* Where the k-th tensor begins in theta = (W_1, ..., W_L, b_1, ..., b_L). */
static size_t offset_of(const struct nng_model *model, size_t k)
{
    size_t L = model->layer_count;
    return k < L ? model->layers[k].weights : model->layers[k - L].biases;
}

size_t nng_tensor_of(const struct nng_model *model, size_t index)
{
    size_t low = 0, high = nng_tensor_count(model); /* the tensor is in [low, high): offsets rise with k */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (offset_of(model, middle) <= index)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* ---- parameters ---------------------------------------------------------------------------------------------- */

struct nng_place nng_place(const struct nng_model *model, size_t index)
{
    size_t t = nng_tensor_of(model, index), L = model->layer_count, k = index - offset_of(model, t);
    if (t >= L)
        return (struct nng_place){.kind = NNG_BIAS, .layer = t - L + 1, .neuron = k + 1};
    size_t inputs = model->layers[t].inputs;
    return (struct nng_place){.kind = NNG_WEIGHT, .layer = t + 1, .neuron = k / inputs + 1, .input = k % inputs + 1};
}

/* Does every index of the model have one digit? */
static bool is_small(const struct nng_model *model)
{
    bool small = model->layer_count <= 9 && model->inputs <= 9;
    for (size_t l = 1; l <= model->layer_count && small; l++)
        small = model->layers[l - 1].units <= 9;
    return small;
}

/* indices: the layer and then one (bias) or two (weight), in the model's notation */
static void print_name(const struct nng_model *model, enum nng_tensor_kind kind, const size_t indices[3], char *name,
                       size_t size)
{
    const char *comma = is_small(model) ? "" : ",";
    if (kind == NNG_BIAS)
        snprintf(name, size, "b_%zu%s%zu", indices[0], comma, indices[1]);
    else
        snprintf(name, size, "w_%zu%s%zu%s%zu", indices[0], comma, indices[1], comma, indices[2]);
}

void nng_parameter_name(const struct nng_model *model, size_t index, char name[NNG_NAME_SIZE])
{
    struct nng_place place = nng_place(model, index);
    bool in_out = model->notation == NNG_IN_OUT && place.kind == NNG_WEIGHT;
    const size_t indices[3] = {place.layer, in_out ? place.input : place.neuron, in_out ? place.neuron : place.input};
    print_name(model, place.kind, indices, name, NNG_NAME_SIZE);
}

void nng_path_node_name(const struct nng_model *model, const struct nng_path_node *node, char name[NNG_NAME_SIZE])
{
    bool output = node->layer == model->layer_count;
    switch (node->kind) {
    case NNG_PATH_PARAMETER:
        nng_parameter_name(model, node->index, name);
        break;
    case NNG_PATH_A:
    case NNG_PATH_H:
        if (node->kind == NNG_PATH_H && output)
            snprintf(name, NNG_NAME_SIZE, "yhat_%zu", node->unit);
        else
            snprintf(name, NNG_NAME_SIZE, "%c_%zu%s%zu", node->kind == NNG_PATH_A ? 'a' : 'h', node->layer,
                     is_small(model) ? "" : ",", node->unit);
        break;
    case NNG_PATH_PENALTY:
        snprintf(name, NNG_NAME_SIZE, "R");
        break;
    case NNG_PATH_LOSS:
        snprintf(name, NNG_NAME_SIZE, "L");
        break;
    }
}

/* ---- reading a name ------------------------------------------------------------------------------------------ */

enum { DIGITS_MAX = 18, RUN_MAX = 3 * DIGITS_MAX }; /* of an index, so that it fits in 64 bits; of all together */

/* What a name says: w_2,10,3 and W2[10,3] have their indices apart; w_2103 has one run of digits. */
struct spelling {
    enum nng_tensor_kind kind;
    size_t indices[3], count; /* the layer first */
    const char *run;          /* digits that stand together: run_length of them, NULL if apart */
    size_t run_length;
};

static bool read_index(const char **p, size_t *index)
{
    size_t digits = strspn(*p, "0123456789");
    if (digits == 0 || digits > DIGITS_MAX)
        return false;
    for (*index = 0; digits > 0; digits--)
        *index = *index * 10 + (size_t)(*(*p)++ - '0');
    return true;
}

/* [wWbB] _? then digits | digits {"," digits} | digits "[" digits {"," digits} "]" */
static bool read_spelling(const char *name, struct spelling *spelling)
{
    *spelling = (struct spelling){0};
    int letter = tolower((unsigned char)name[0]);
    if (letter != 'w' && letter != 'b')
        return false;
    spelling->kind = letter == 'w' ? NNG_WEIGHT : NNG_BIAS;
    const char *p = name + 1;
    p += *p == '_';
    size_t run = strspn(p, "0123456789");
    if (run > 0 && p[run] == '\0') {
        spelling->run = p;
        spelling->run_length = run;
        return true;
    }
    if (!read_index(&p, &spelling->indices[spelling->count++]))
        return false;
    bool bracket = *p == '[';
    while (*p == ',' || (*p == '[' && bracket && spelling->count == 1)) {
        p++;
        p += strspn(p, " ");
        if (spelling->count == 3 || !read_index(&p, &spelling->indices[spelling->count++]))
            return false;
        p += strspn(p, " ");
    }
    if (bracket && *p++ != ']')
        return false;
    return *p == '\0' && spelling->count > 1;
}

/* What is wrong with these indices, all of them given? false: nothing. */
static bool explain(const struct nng_model *model, const struct spelling *spelling, char *text, size_t size)
{
    size_t l = spelling->indices[0];
    if (l < 1 || l > model->layer_count) {
        snprintf(text, size, "the network has %zu layer%s", model->layer_count, model->layer_count == 1 ? "" : "s");
        return true;
    }
    const struct nng_layer *layer = &model->layers[l - 1];
    bool in_out = model->notation == NNG_IN_OUT && spelling->kind == NNG_WEIGHT;
    size_t neuron = spelling->indices[in_out ? 2 : 1], input = spelling->indices[in_out ? 1 : 2];
    if (neuron < 1 || neuron > layer->units) {
        snprintf(text, size, "layer %zu has %zu neuron%s", l, layer->units, layer->units == 1 ? "" : "s");
        return true;
    }
    if (spelling->kind == NNG_WEIGHT && (input < 1 || input > layer->inputs)) {
        snprintf(text, size, "layer %zu has %zu input%s", l, layer->inputs, layer->inputs == 1 ? "" : "s");
        return true;
    }
    return false;
}

static size_t number_of(const char *digits, size_t count)
{
    size_t value = 0;
    for (size_t i = 0; i < count; i++)
        value = value * 10 + (size_t)(digits[i] - '0');
    return value;
}

static size_t in_range(size_t index, size_t most)
{
    return index < 1 ? 1 : index > most ? most : index;
}

/* Cuts the run into `count` indices without leading zeros that name a parameter; returns in how many ways that can be
 * done, and the first two of them. */
static size_t cut_run(const struct nng_model *model, const struct spelling *whole, size_t count,
                      struct spelling found[2])
{
    size_t ways = 0, n = whole->run_length;
    char text[128];
    for (size_t a = 1; a + count - 1 <= n; a++)
        for (size_t b = count == 3 ? 1 : n - a; a + b + count - 2 <= n; b++) {
            size_t c = n - a - b, lengths[3] = {a, b, c};
            struct spelling cut = {.kind = whole->kind, .count = count};
            bool fits = true;
            const char *p = whole->run;
            for (size_t i = 0; i < count; p += lengths[i++]) {
                fits = fits && *p != '0' && lengths[i] <= DIGITS_MAX;
                cut.indices[i] = fits ? number_of(p, lengths[i]) : 0;
            }
            if (fits && !explain(model, &cut, text, sizeof text) && ways++ < 2)
                found[ways - 1] = cut;
        }
    return ways;
}

enum { NEAREST_SIZE = NNG_NAME_SIZE + 24 };

/* " (did you mean 'w_212'?)": the letter and the numbers of the name, whatever stands around them, each brought into
 * its range; "" where nothing is near. Numbers that are missing are only made up if `complete`. */
static const char *nearest(const struct nng_model *model, const char *name, bool complete, char text[NEAREST_SIZE])
{
    size_t at = strlen(name), count = 0, indices[3] = {1, 1, 1};
    while (at > 0 && strchr("wWbB", name[at - 1]) == NULL)
        at--;
    text[0] = '\0';
    if (at == 0)
        return text;
    enum nng_tensor_kind kind = tolower((unsigned char)name[at - 1]) == 'w' ? NNG_WEIGHT : NNG_BIAS;
    size_t wanted = kind == NNG_WEIGHT ? 3 : 2;
    const char *digits = "0123456789", *p = name + at + strcspn(name + at, digits);
    size_t first = strspn(p, digits);
    bool run = p[first] == '\0' && (first == wanted || is_small(model)); /* w_212 */
    for (; *p != '\0' && count < wanted; p += strcspn(p, digits)) {
        size_t length = run ? 1 : strspn(p, digits);
        indices[count++] = number_of(p, length < DIGITS_MAX ? length : DIGITS_MAX);
        p += length;
    }
    if (count == 0 || (count < wanted && !complete))
        return text;
    indices[0] = in_range(indices[0], model->layer_count);
    const struct nng_layer *layer = &model->layers[indices[0] - 1];
    bool in_out = model->notation == NNG_IN_OUT && kind == NNG_WEIGHT;
    indices[1] = in_range(indices[1], in_out ? layer->inputs : layer->units);
    indices[2] = in_range(indices[2], in_out ? layer->units : layer->inputs);
    char right[NNG_NAME_SIZE];
    print_name(model, kind, indices, right, sizeof right);
    snprintf(text, NEAREST_SIZE, " (did you mean '%s'?)", right);
    return text;
}

static size_t index_of(const struct nng_model *model, const struct spelling *spelling)
{
    const struct nng_layer *layer = &model->layers[spelling->indices[0] - 1];
    if (spelling->kind == NNG_BIAS)
        return layer->biases + spelling->indices[1] - 1;
    bool in_out = model->notation == NNG_IN_OUT;
    size_t neuron = spelling->indices[in_out ? 2 : 1], input = spelling->indices[in_out ? 1 : 2];
    return layer->weights + (neuron - 1) * layer->inputs + input - 1;
}

static enum nng_status fail_count(const struct nng_model *model, const struct spelling *spelling, const char *name,
                                  size_t given, struct nng_error *error)
{
    bool weight = spelling->kind == NNG_WEIGHT;
    const char *order = !weight                         ? "layer, neuron"
                        : model->notation == NNG_IN_OUT ? "layer, input, neuron"
                                                        : "layer, neuron, input";
    char near[NEAREST_SIZE];
    return nng_fail(error, NNG_INPUT, "'%s' has %zu ind%s, but a %s has %d: %s%s", name, given,
                    given == 1 ? "ex" : "ices", weight ? "weight" : "bias", weight ? 3 : 2, order,
                    nearest(model, name, true, near));
}

/* A run of digits: exactly one way to cut it is wanted. */
static enum nng_status find_run(const struct nng_model *model, const char *name, const struct spelling *whole,
                                size_t *index, struct nng_error *error)
{
    size_t count = whole->kind == NNG_WEIGHT ? 3 : 2;
    struct spelling found[2];
    char near[NEAREST_SIZE];
    if (whole->run_length < count || (whole->run_length != count && is_small(model)))
        return fail_count(model, whole, name, whole->run_length, error);
    size_t ways = whole->run_length <= RUN_MAX ? cut_run(model, whole, count, found) : 0;
    if (ways == 1) {
        *index = index_of(model, &found[0]);
        return NNG_OK;
    }
    if (ways > 1) {
        char first[NNG_NAME_SIZE], second[NNG_NAME_SIZE];
        print_name(model, whole->kind, found[0].indices, first, sizeof first);
        print_name(model, whole->kind, found[1].indices, second, sizeof second);
        return nng_fail(error, NNG_INPUT, "'%s' is ambiguous: write %s or %s", name, first, second);
    }
    if (whole->run_length == count) {
        struct spelling only = {.kind = whole->kind, .count = count};
        char text[128];
        for (size_t i = 0; i < count; i++)
            only.indices[i] = (size_t)(whole->run[i] - '0');
        explain(model, &only, text, sizeof text);
        return nng_fail(error, NNG_INPUT, "no parameter '%s': %s%s", name, text, nearest(model, name, false, near));
    }
    return nng_fail(error, NNG_INPUT, "no parameter '%s': with its indices apart, as in %s, it could be told why", name,
                    count == 3 ? "w_1,10,2" : "b_1,10");
}

enum nng_status nng_parameter_find(const struct nng_model *model, const char *name, size_t *index,
                                   struct nng_error *error)
{
    struct spelling spelling;
    char text[128], quote[NNG_QUOTE_SIZE], near[NEAREST_SIZE];
    const char *shown = nng_quote(quote, name, strlen(name));
    if (!read_spelling(name, &spelling))
        return nng_fail(error, NNG_INPUT,
                        "unknown parameter '%s'%s: names are as w_111, w_1,10,2, W1[1,1], b_11, b1[1]", shown,
                        nearest(model, name, false, near));
    if (spelling.run != NULL)
        return find_run(model, shown, &spelling, index, error);
    if (spelling.count != (spelling.kind == NNG_WEIGHT ? 3u : 2u))
        return fail_count(model, &spelling, shown, spelling.count, error);
    if (explain(model, &spelling, text, sizeof text))
        return nng_fail(error, NNG_INPUT, "no parameter '%s': %s%s", shown, text, nearest(model, name, false, near));
    *index = index_of(model, &spelling);
    return NNG_OK;
}
