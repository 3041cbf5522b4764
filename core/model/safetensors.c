/* safetensors.c - reading and writing safetensors. Nothing in the header is believed before it was compared with the
 * bytes that are there.
 */
#include "model/safetensors.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/error.h"
#include "base/save.h"
#include "base/text.h"
#include "model/json.h"

enum { LENGTH_BYTES = 8 };

/* A file being read. */
struct source {
    struct nng_arena *arena;
    const char *shown;
    const unsigned char *data; /* the arrays' bytes */
    size_t length;
};

/* Which of its bytes an array has: [begin, end). */
struct extent {
    size_t begin, end;
    const struct nng_array *array;
};

static enum nng_status fail(const struct source *source, struct nng_error *error, const char *name, const char *text)
{
    char quote[NNG_QUOTE_SIZE];
    return nng_fail_at(error, NNG_INPUT, source->shown, 0, 0, NULL, "tensor '%s': %s",
                       nng_quote(quote, name, strlen(name)), text);
}

static uint64_t little_endian(const unsigned char *bytes, size_t count)
{
    uint64_t value = 0;
    for (size_t i = count; i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

/* ---- reading ------------------------------------------------------------------------------------------------- */

static enum nng_status read_shape(const struct source *source, const json_t *shape, struct nng_array *array,
                                  struct nng_error *error)
{
    if (!json_is_array(shape))
        return fail(source, error, array->name, "'shape' is not a list");
    array->rank = json_array_size(shape);
    array->count = 1;
    if (array->rank > NNG_RANK_MAX)
        return fail(source, error, array->name, "more than 8 dimensions");
    for (size_t i = 0; i < array->rank; i++) {
        json_int_t n = json_integer_value(json_array_get(shape, i));
        if (!json_is_integer(json_array_get(shape, i)) || n < 0)
            return fail(source, error, array->name, "a dimension that is not a whole number");
        array->shape[i] = (size_t)n;
        if (n != 0 && array->count > SIZE_MAX / sizeof(double) / (size_t)n)
            return fail(source, error, array->name, "its shape is too large");
        array->count *= (size_t)n;
    }
    return NNG_OK;
}

/* Where its bytes are, compared with its shape and with the file. */
static enum nng_status read_extent(const struct source *source, const json_t *offsets, const struct nng_array *array,
                                   struct extent *extent, struct nng_error *error)
{
    const json_t *first = json_array_get(offsets, 0), *last = json_array_get(offsets, 1);
    if (json_array_size(offsets) != 2 || !json_is_integer(first) || !json_is_integer(last))
        return fail(source, error, array->name, "'data_offsets' are not two whole numbers");
    json_int_t begin = json_integer_value(first), end = json_integer_value(last);
    if (begin < 0 || end < begin || (uint64_t)end > source->length)
        return fail(source, error, array->name, "its data_offsets are outside of the file: is it cut off?");
    if ((uint64_t)(end - begin) != (uint64_t)array->count * (array->single ? 4 : 8))
        return fail(source, error, array->name, "its data_offsets do not fit its shape");
    *extent = (struct extent){.begin = (size_t)begin, .end = (size_t)end, .array = array};
    return NNG_OK;
}

/* One entry of the header: all but the values. */
static enum nng_status read_entry(const struct source *source, const char *name, const json_t *entry,
                                  struct nng_array *array, struct extent *extent, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    array->name = nng_arena_text(source->arena, name);
    if (array->name == NULL)
        return nng_fail_memory(error);
    const char *dtype = json_string_value(json_object_get(entry, "dtype"));
    if (dtype == NULL)
        return fail(source, error, name, "no 'dtype'");
    array->single = strcmp(dtype, "F32") == 0;
    if (!array->single && strcmp(dtype, "F64") != 0) {
        char quote[NNG_QUOTE_SIZE], quoted_type[NNG_QUOTE_SIZE];
        return nng_fail_at(error, NNG_INPUT, source->shown, 0, 0, NULL,
                           "tensor '%s': dtype '%s' is neither F64 nor F32", nng_quote(quote, name, strlen(name)),
                           nng_quote(quoted_type, dtype, strlen(dtype)));
    }
    NNG_TRY(read_shape(source, json_object_get(entry, "shape"), array, error));
    NNG_TRY(read_extent(source, json_object_get(entry, "data_offsets"), array, extent, error));
fail:
    return status;
}

static enum nng_status read_metadata(const struct source *source, json_t *object, struct nng_safetensors *tensors,
                                     struct nng_error *error)
{
    const char *key;
    json_t *value;
    if (!json_is_object(object))
        return nng_fail_at(error, NNG_INPUT, source->shown, 0, 0, NULL, "'__metadata__' is not an object");
    tensors->metadata = nng_arena_take(source->arena, json_object_size(object), sizeof *tensors->metadata);
    if (tensors->metadata == NULL)
        return nng_fail_memory(error);
    json_object_foreach(object, key, value)
    {
        struct nng_metadata *metadata = &tensors->metadata[tensors->metadata_count++];
        if (!json_is_string(value))
            return nng_fail_at(error, NNG_INPUT, source->shown, 0, 0, NULL,
                               "'__metadata__' has a value that is no text");
        metadata->key = nng_arena_text(source->arena, key);
        metadata->text = nng_arena_text(source->arena, json_string_value(value));
        if (metadata->key == NULL || metadata->text == NULL)
            return nng_fail_memory(error);
    }
    return NNG_OK;
}

static int compare_extents(const void *a, const void *b)
{
    const struct extent *left = a, *right = b;
    if (left->begin != right->begin)
        return left->begin < right->begin ? -1 : 1;
    return (left->end > right->end) - (left->end < right->end);
}

/* Every byte belongs to exactly one array. Checked before anything of their sizes is allocated: a header could name the
 * same bytes ten thousand times. */
static enum nng_status check_cover(const struct source *source, struct extent *extents, size_t count,
                                   struct nng_error *error)
{
    size_t covered = 0;
    qsort(extents, count, sizeof *extents, compare_extents);
    for (size_t i = 0; i < count; covered = extents[i++].end)
        if (extents[i].begin != covered)
            return fail(source, error, extents[i].array->name,
                        extents[i].begin < covered ? "its bytes overlap those of another" : "a gap before its bytes");
    if (covered != source->length)
        return nng_fail_at(error, NNG_INPUT, source->shown, 0, 0, NULL, "%zu bytes behind the last tensor",
                           source->length - covered);
    return NNG_OK;
}

static enum nng_status copy_values(const struct source *source, const struct extent *extent, struct nng_array *array,
                                   struct nng_error *error)
{
    const unsigned char *bytes = source->data + extent->begin;
    array->values = nng_arena_take(source->arena, array->count, sizeof *array->values);
    if (array->values == NULL)
        return nng_fail_memory(error);
    for (size_t i = 0; i < array->count; i++)
        if (array->single) {
            uint32_t bits = (uint32_t)little_endian(bytes + 4 * i, 4);
            float value;
            memcpy(&value, &bits, sizeof value);
            array->values[i] = (double)value;
        } else {
            uint64_t bits = little_endian(bytes + 8 * i, 8);
            memcpy(&array->values[i], &bits, sizeof array->values[i]);
        }
    return NNG_OK;
}

static enum nng_status read_header(const struct source *source, json_t *header, struct nng_safetensors *tensors,
                                   struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t most = json_object_size(header);
    const char *name;
    json_t *entry;
    struct extent *extents = nng_arena_take(source->arena, most, sizeof *extents);
    tensors->arrays = nng_arena_take(source->arena, most, sizeof *tensors->arrays);
    if (extents == NULL || tensors->arrays == NULL)
        return nng_fail_memory(error);
    json_object_foreach(header, name, entry)
    {
        if (strcmp(name, "__metadata__") == 0) {
            NNG_TRY(read_metadata(source, entry, tensors, error));
            continue;
        }
        size_t k = tensors->array_count++;
        NNG_TRY(read_entry(source, name, entry, &tensors->arrays[k], &extents[k], error));
    }
    NNG_TRY(check_cover(source, extents, tensors->array_count, error));
    for (size_t i = 0; i < tensors->array_count; i++)
        NNG_TRY(copy_values(source, &extents[i], &tensors->arrays[extents[i].array - tensors->arrays], error));
fail:
    return status;
}

enum nng_status nng_safetensors_parse(struct nng_arena *arena, const char *bytes, size_t length, const char *shown,
                                      struct nng_safetensors *tensors, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    json_t *header = NULL;
    *tensors = (struct nng_safetensors){0};
    if (length < LENGTH_BYTES)
        return nng_fail_at(error, NNG_INPUT, shown, 0, 0, NULL, "a safetensors file of %zu bytes: it is cut off",
                           length);
    uint64_t size = little_endian((const unsigned char *)bytes, LENGTH_BYTES);
    if (size > length - LENGTH_BYTES)
        return nng_fail_at(error, NNG_INPUT, shown, 0, 0, NULL,
                           "its header is to have %" PRIu64 " bytes, but the file ends after %zu", size,
                           length - LENGTH_BYTES);
    if (size > NNG_SAFETENSORS_HEADER_MAX)
        return nng_fail_at(error, NNG_INPUT, shown, 0, 0, NULL,
                           "its header has %" PRIu64 " bytes: at most %zu are read", size, NNG_SAFETENSORS_HEADER_MAX);
    struct source source = {.arena = arena,
                            .shown = shown,
                            .data = (const unsigned char *)bytes + LENGTH_BYTES + size,
                            .length = length - LENGTH_BYTES - (size_t)size};
    NNG_TRY(nng_json_parse(bytes + LENGTH_BYTES, (size_t)size, 0, shown, &header, error));
    NNG_TRY(read_header(&source, header, tensors, error));
fail:
    json_decref(header);
    return status;
}

/* ---- looking up ---------------------------------------------------------------------------------------------- */

const struct nng_array *nng_safetensors_find(const struct nng_safetensors *tensors, const char *name)
{
    for (size_t i = 0; i < tensors->array_count; i++)
        if (strcmp(tensors->arrays[i].name, name) == 0)
            return &tensors->arrays[i];
    return NULL;
}

const char *nng_safetensors_text(const struct nng_safetensors *tensors, const char *key)
{
    for (size_t i = 0; i < tensors->metadata_count; i++)
        if (strcmp(tensors->metadata[i].key, key) == 0)
            return tensors->metadata[i].text;
    return NULL;
}

/* ---- writing ------------------------------------------------------------------------------------------------- */

static void add_little_endian(struct nng_text *text, uint64_t value)
{
    char bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)(unsigned char)(value >> 8 * i & 0xff);
    nng_text_add_n(text, bytes, sizeof bytes);
}

static void add_header(struct nng_text *header, const struct nng_safetensors *tensors)
{
    size_t offset = 0;
    nng_text_add(header, "{\"__metadata__\":{");
    for (size_t i = 0; i < tensors->metadata_count; i++) {
        nng_text_add(header, i > 0 ? "," : "");
        nng_json_add_text(header, tensors->metadata[i].key);
        nng_text_add(header, ":");
        nng_json_add_text(header, tensors->metadata[i].text);
    }
    nng_text_add(header, "}");
    for (size_t i = 0; i < tensors->array_count; i++) {
        const struct nng_array *array = &tensors->arrays[i];
        size_t bytes = array->count * sizeof *array->values;
        nng_text_add(header, ",");
        nng_json_add_text(header, array->name);
        nng_text_add(header, ":{\"dtype\":\"F64\",\"shape\":[");
        for (size_t k = 0; k < array->rank; k++)
            nng_text_print(header, "%s%zu", k > 0 ? "," : "", array->shape[k]);
        nng_text_print(header, "],\"data_offsets\":[%zu,%zu]}", offset, offset + bytes);
        offset += bytes;
    }
    nng_text_add(header, "}");
    while (header->length % 8 != 0 && !header->failed) /* so that the arrays are aligned in the file */
        nng_text_add(header, " ");
}

enum nng_status nng_safetensors_write(const char *path, const struct nng_safetensors *tensors, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_text header = {0}, file = {0};
    add_header(&header, tensors);
    add_little_endian(&file, header.length);
    nng_text_add_n(&file, header.data != NULL ? header.data : "", header.length);
    for (size_t k = 0; k < tensors->array_count; k++)
        for (size_t i = 0; i < tensors->arrays[k].count; i++) {
            uint64_t bits;
            memcpy(&bits, &tensors->arrays[k].values[i], sizeof bits);
            add_little_endian(&file, bits);
        }
    if (header.failed || file.failed)
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(nng_file_write(path, file.data, file.length, error));
fail:
    nng_text_free(&header);
    nng_text_free(&file);
    return status;
}
