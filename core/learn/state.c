/* state.c - where a training stands, as a file: theta, the optimizer's slots, the sums of the epoch under way, and how
 * many updates, steps, epochs and rows there were. The order of the samples follows from the seed and the epoch, so
 * there is no random generator to save.
 *
 * The file says what it belongs to: the version of nngrad, a digest of the network (shapes, methods, reduction,
 * penalty, what is trained) and one of the data. A third digest, of all its numbers, tells when it was damaged.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "learn/learn.h"
#include "model/safetensors.h"
#include "plugin/validate.h"

/* ---- digests: FNV-1a by eight bytes at a time --------------------------------------------------------------- */

static uint64_t add_word(uint64_t digest, uint64_t word)
{
    digest = (digest ^ word) * UINT64_C(0x100000001b3);
    return digest ^ (digest >> 29);
}

static uint64_t add_reals(uint64_t digest, const double *values, size_t count)
{
    digest = add_word(digest, count);
    for (size_t i = 0; i < count; i++) {
        uint64_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        digest = add_word(digest, bits);
    }
    return digest;
}

static uint64_t add_text(uint64_t digest, const char *text)
{
    for (; *text != '\0'; text++)
        digest = add_word(digest, (unsigned char)*text);
    return add_word(digest, 256);
}

static uint64_t add_method(uint64_t digest, const struct nng_method *method)
{
    return add_reals(add_text(digest, method->plugin->name), method->values, method->plugin->parameter_count);
}

#define EMPTY UINT64_C(0xcbf29ce484222325)

/* Everything that the loss as a function of theta depends on but the data; and which optimizer's slots these are. Its
 * settings may change from one resumption to the next. */
static uint64_t digest_network(const struct nng_model *model)
{
    uint64_t digest = add_word(add_word(EMPTY, model->inputs), model->layer_count);
    const double penalty[] = {model->l1, model->l2};
    for (size_t l = 0; l < model->layer_count; l++) {
        digest = add_word(add_word(digest, model->layers[l].units), model->layers[l].train_biases);
        digest = add_method(digest, &model->layers[l].activation);
    }
    digest = add_reals(add_method(digest, &model->loss), penalty, 2);
    digest = add_word(add_word(digest, (uint64_t)model->reduction), model->penalize_biases);
    return add_text(digest, model->optimizer.plugin->name);
}

static uint64_t digest_data(const struct nng_model *model)
{
    uint64_t digest = EMPTY;
    const struct nng_data *sets[] = {&model->data, &model->validation};
    for (size_t i = 0; i < 2; i++) {
        digest = add_reals(digest, sets[i]->x, sets[i]->samples * sets[i]->inputs);
        digest = add_reals(digest, sets[i]->y, sets[i]->samples * sets[i]->outputs);
    }
    return digest;
}

/* How the samples of an epoch fall into batches. */
static uint64_t digest_order(const struct nng_model *model)
{
    const struct nng_train_settings *train = &model->train;
    return add_word(add_word(add_word(EMPTY, train->batch), train->shuffle), train->seed);
}

/* ---- what the file holds ------------------------------------------------------------------------------------ */

enum { COUNTERS = 7, DIGITS = 24, NUMBERS = 2 };

/* The counters, in the order of their names. */
static const char *const counter_names[COUNTERS] = {"t", "epoch", "step", "rows", "best_epoch", "measured", "opened"};

static void get_counters(const struct nng_training *training, uint64_t counters[COUNTERS])
{
    const uint64_t values[COUNTERS] = {training->t,          training->epoch,    training->step,    training->rows,
                                       training->best_epoch, training->measured, training->opened_t};
    memcpy(counters, values, sizeof values);
}

/* theta, the sums, two numbers, the slots, and where an optimizer of the whole problem began. */
static size_t array_count(const struct nng_training *training)
{
    return 3 + training->slot_count + (training->opened != NULL);
}

/* The arrays, their values being the training's own. */
static enum nng_status list_arrays(const struct nng_training *training, struct nng_arena *arena, double *numbers,
                                   struct nng_safetensors *file, struct nng_error *error)
{
    const struct nng_model *model = training->model;
    const char *const *slots = model->optimizer.plugin->optimizer->slots;
    file->array_count = array_count(training);
    file->arrays = nng_arena_take(arena, file->array_count, sizeof *file->arrays);
    if (file->arrays == NULL)
        return nng_fail_memory(error);
    file->arrays[0] = (struct nng_array){.name = "theta", .count = model->parameter_count, .values = training->theta};
    file->arrays[1] = (struct nng_array){.name = "sums", .count = 1 + 2 * model->layer_count, .values = training->sums};
    file->arrays[2] = (struct nng_array){.name = "losses", .count = NUMBERS, .values = numbers};
    for (size_t k = 0; k < training->slot_count; k++) {
        char name[NNG_PLUGIN_NAME_SIZE + 8];
        snprintf(name, sizeof name, "slot.%s", slots[k]);
        file->arrays[3 + k] = (struct nng_array){
            .name = nng_arena_text(arena, name), .count = model->parameter_count, .values = training->slots[k]};
        if (file->arrays[3 + k].name == NULL)
            return nng_fail_memory(error);
    }
    if (training->opened != NULL)
        file->arrays[3 + training->slot_count] =
            (struct nng_array){.name = "opened", .count = model->parameter_count, .values = training->opened};
    for (size_t k = 0; k < file->array_count; k++) {
        file->arrays[k].rank = 1;
        file->arrays[k].shape[0] = file->arrays[k].count;
    }
    return NNG_OK;
}

static uint64_t digest_numbers(const struct nng_safetensors *arrays, const uint64_t counters[COUNTERS])
{
    uint64_t digest = EMPTY;
    for (size_t k = 0; k < COUNTERS; k++)
        digest = add_word(digest, counters[k]);
    for (size_t k = 0; k < arrays->array_count; k++)
        digest = add_reals(digest, arrays->arrays[k].values, arrays->arrays[k].count);
    return digest;
}

/* ---- saving ------------------------------------------------------------------------------------------------- */

enum nng_status nng_training_save(const struct nng_training *training, const char *file, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    enum { FACTS = 6, MOST = FACTS + COUNTERS };
    uint64_t counters[COUNTERS];
    double numbers[NUMBERS] = {training->initial_loss, training->best_validation};
    char texts[MOST][DIGITS];
    struct nng_safetensors content = {0};
    struct nng_arena *arena = nng_arena_new();
    if (arena == NULL)
        return nng_fail_memory(error);
    NNG_TRY(list_arrays(training, arena, numbers, &content, error));
    get_counters(training, counters);
    for (size_t k = 0; k < COUNTERS; k++)
        snprintf(texts[FACTS + k], DIGITS, "%" PRIu64, counters[k]);
    snprintf(texts[2], DIGITS, "%016" PRIx64, digest_network(training->model));
    snprintf(texts[3], DIGITS, "%016" PRIx64, digest_data(training->model));
    snprintf(texts[4], DIGITS, "%016" PRIx64, digest_order(training->model));
    snprintf(texts[5], DIGITS, "%016" PRIx64, digest_numbers(&content, counters));
    struct nng_metadata metadata[MOST] = {{"format", "nngrad training state"},
                                          {"nngrad", NNG_VERSION},
                                          {"network", texts[2]},
                                          {"data", texts[3]},
                                          {"order", texts[4]},
                                          {"numbers", texts[5]}};
    for (size_t k = 0; k < COUNTERS; k++)
        metadata[FACTS + k] = (struct nng_metadata){counter_names[k], texts[FACTS + k]};
    content.metadata = metadata;
    content.metadata_count = MOST;
    NNG_TRY(nng_safetensors_write(file, &content, error));
fail:
    nng_arena_free(arena);
    return status;
}

/* ---- loading ------------------------------------------------------------------------------------------------ */

static const char *text_of(const struct nng_safetensors *content, const char *key)
{
    const char *text = nng_safetensors_text(content, key);
    return text != NULL ? text : "";
}

static bool is_digest(const struct nng_safetensors *content, const char *key, uint64_t digest)
{
    char text[DIGITS];
    snprintf(text, sizeof text, "%016" PRIx64, digest);
    return strcmp(text_of(content, key), text) == 0;
}

static enum nng_status check_origin(const struct nng_model *model, const struct nng_safetensors *content,
                                    const char *file, struct nng_error *error)
{
    const char *version = text_of(content, "nngrad");
    char quote[NNG_QUOTE_SIZE];
    if (strcmp(text_of(content, "format"), "nngrad training state") != 0)
        return nng_fail_at(error, NNG_INPUT, file, 0, 0, NULL, "not the state of a training");
    if (strcmp(version, NNG_VERSION) != 0)
        return nng_fail_at(error, NNG_INPUT, file, 0, 0, NULL,
                           "the state was saved by nngrad %s, but this is nngrad " NNG_VERSION
                           ": only the same version goes on bit for bit",
                           nng_quote(quote, version, strlen(version)));
    if (!is_digest(content, "network", digest_network(model)))
        return nng_fail_at(error, NNG_INPUT, file, 0, 0, NULL,
                           "the state is of another network, loss, penalty or optimizer than the model's");
    if (!is_digest(content, "data", digest_data(model)))
        return nng_fail_at(error, NNG_INPUT, file, 0, 0, NULL,
                           "the data is not what the training saw so far: it has changed since");
    return NNG_OK;
}

static bool read_counter(const char *text, uint64_t *counter)
{
    size_t digits = strspn(text, "0123456789");
    *counter = 0;
    if (digits == 0 || digits > 19 || text[digits] != '\0')
        return false;
    for (; *text != '\0'; text++)
        *counter = *counter * 10 + (uint64_t)(*text - '0');
    return true;
}

/* Replaces the expected arrays' values by those of the file; false: there is another one, or one is missing. */
static bool match_arrays(struct nng_safetensors *expected, const struct nng_safetensors *content)
{
    if (content->array_count != expected->array_count)
        return false;
    for (size_t k = 0; k < expected->array_count; k++) {
        struct nng_array *due = &expected->arrays[k];
        const struct nng_array *found = nng_safetensors_find(content, due->name);
        if (found == NULL || found->single || found->count != due->count)
            return false;
        due->values = found->values;
    }
    return true;
}

static bool is_consistent(const struct nng_model *model, const struct nng_array *theta,
                          const uint64_t counters[COUNTERS])
{
    bool right = counters[2] < model->data.samples && counters[3] <= counters[1] + 1 && counters[6] <= counters[0];
    for (size_t i = 0; i < theta->count; i++)
        right = right && isfinite(theta->values[i]);
    return right;
}

static void take(struct nng_training *training, const struct nng_safetensors *content,
                 const uint64_t counters[COUNTERS])
{
    size_t bytes = training->model->parameter_count * sizeof *training->theta;
    memcpy(training->theta, content->arrays[0].values, bytes);
    memcpy(training->sums, content->arrays[1].values, content->arrays[1].count * sizeof *training->sums);
    training->initial_loss = content->arrays[2].values[0];
    training->best_validation = content->arrays[2].values[1];
    for (size_t k = 0; k < training->slot_count; k++)
        memcpy(training->slots[k], content->arrays[3 + k].values, bytes);
    if (training->opened != NULL)
        memcpy(training->opened, content->arrays[3 + training->slot_count].values, bytes);
    training->t = counters[0];
    training->epoch = (size_t)counters[1];
    training->step = (size_t)counters[2];
    training->rows = (size_t)counters[3];
    training->best_epoch = (size_t)counters[4];
    training->measured = (size_t)counters[5];
    training->opened_t = counters[6];
}

enum nng_status nng_training_load(struct nng_training *training, const char *file, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    enum { BYTES_AN_ARRAY = 1 << 12 };
    const struct nng_model *model = training->model;
    size_t arrays = array_count(training);
    size_t limit = arrays * (model->parameter_count + 2 * model->layer_count) * sizeof(double) +
                   arrays * BYTES_AN_ARRAY + NNG_SAFETENSORS_HEADER_MAX;
    uint64_t counters[COUNTERS];
    bool counted = true;
    struct nng_file bytes = {0};
    struct nng_safetensors content, expected = {0};
    struct nng_arena *arena = nng_arena_new();
    if (arena == NULL)
        return nng_fail_memory(error);
    NNG_TRY(nng_file_read(file, limit, &bytes, error));
    NNG_TRY(nng_safetensors_parse(arena, bytes.bytes, bytes.length, file, &content, error));
    NNG_TRY(check_origin(model, &content, file, error));
    NNG_TRY(list_arrays(training, arena, NULL, &expected, error));
    for (size_t k = 0; k < COUNTERS; k++)
        counted = read_counter(text_of(&content, counter_names[k]), &counters[k]) && counted;
    if (!counted || !match_arrays(&expected, &content) ||
        !is_digest(&content, "numbers", digest_numbers(&expected, counters)) ||
        !is_consistent(model, &expected.arrays[0], counters))
        NNG_TRY(nng_fail_at(error, NNG_INPUT, file, 0, 0, NULL, "the state is damaged: its numbers do not add up"));
    if (counters[2] > 0 && !is_digest(&content, "order", digest_order(model)))
        NNG_TRY(nng_fail_at(error, NNG_INPUT, file, 0, 0, NULL,
                            "the state stands within an epoch: train.batch, train.shuffle and train.seed cannot change "
                            "before its end"));
    take(training, &expected, counters);
fail:
    nng_arena_free(arena);
    nng_release(bytes.bytes);
    return status;
}
