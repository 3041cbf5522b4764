/* source.c - the files behind a model: reading them, and finding the place of a token again. */
#define NNG_MODEL_SOURCE_C
#include "model/source.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"

static enum nng_status source_new(struct nng_source **source, struct nng_error *error)
{
    struct nng_arena *arena = nng_arena_new();
    *source = arena != NULL ? nng_arena_take(arena, 1, sizeof **source) : NULL;
    if (*source == NULL) {
        nng_arena_free(arena);
        return nng_fail_memory(error);
    }
    (*source)->arena = arena;
    return NNG_OK;
}

void nng_source_free(struct nng_source *source)
{
    if (source == NULL)
        return;
    for (size_t i = 0; i < source->file_count; i++)
        nng_release(source->files[i].text);
    nng_release(source->tokens);
    nng_text_free(&source->text);
    nng_arena_free(source->arena);
}

/* UTF-8 without NUL, or the place of the first byte that is not. */
static enum nng_status check_encoding(const struct nng_source *source, size_t file, struct nng_error *error)
{
    const struct nng_source_file *f = &source->files[file];
    const unsigned char *bytes = (const unsigned char *)f->text;
    if (f->length >= 2 && ((bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff)))
        return nng_source_fail_at(source, file, 0, error, "this is UTF-16: save the file as UTF-8");
    size_t bad = 0;
    if (nng_utf8_valid(f->text, f->length, &bad))
        return NNG_OK;
    if (bytes[bad] == 0)
        return nng_source_fail_at(source, file, bad, error, "a NUL byte: this is not a text file");
    return nng_source_fail_at(source, file, bad, error, "byte 0x%02x is not UTF-8", bytes[bad]);
}

static enum nng_status add_file(struct nng_source *source, struct nng_source_file file, struct nng_error *error)
{
    source->files[source->file_count++] = file; /* owns the text from here */
    source->bytes += file.length;
    return check_encoding(source, source->file_count - 1, error);
}

enum nng_status nng_source_open(struct nng_source *source, const char *name, struct nng_error *error)
{
    struct nng_file file = {0};
    const char *copy = nng_arena_text(source->arena, name);
    if (copy == NULL)
        return nng_fail_memory(error);
    enum nng_status status = nng_file_read(name, NNG_SOURCE_BYTES - source->bytes, &file, error);
    if (status != NNG_OK)
        return status;
    struct nng_source_file opened = {copy, file.bytes, file.length, file.device, file.inode};
    return add_file(source, opened, error);
}

enum nng_status nng_source_read(const char *file, struct nng_source **source, struct nng_error *error)
{
    enum nng_status status = source_new(source, error);
    if (status != NNG_OK)
        return status;
    (*source)->includes = true;
    NNG_TRY(nng_source_open(*source, file, error));
    NNG_TRY(nng_source_scan(*source, error));
fail:
    if (status != NNG_OK) {
        nng_source_free(*source);
        *source = NULL;
    }
    return status;
}

enum nng_status nng_source_of_text(const char *name, const char *text, size_t length, struct nng_source **source,
                                   struct nng_error *error)
{
    enum nng_status status = source_new(source, error);
    if (status != NNG_OK)
        return status;
    struct nng_source_file file = {.name = name, .text = nng_allocate(length + 1, 1), .length = length};
    if (file.text == NULL)
        NNG_TRY(nng_fail_memory(error));
    memcpy(file.text, text, length);
    file.text[length] = '\0';
    NNG_TRY(add_file(*source, file, error));
    NNG_TRY(nng_source_scan(*source, error));
fail:
    if (status != NNG_OK) {
        nng_source_free(*source);
        *source = NULL;
    }
    return status;
}

char *nng_source_relative(struct nng_arena *arena, const char *file, const char *path)
{
    const char *slash = strrchr(file, '/');
    if (slash == NULL || path[0] == '/')
        return nng_arena_text(arena, path);
    size_t folder = (size_t)(slash - file) + 1, length = strlen(path);
    char *joined = nng_arena_take(arena, folder + length + 1, 1);
    if (joined == NULL)
        return NULL;
    snprintf(joined, folder + length + 1, "%.*s%s", (int)folder, file, path);
    return joined;
}

/* ---- places ------------------------------------------------------------------------------------------------ */

struct place {
    int line, column;  /* from 1; columns count characters */
    const char *begin; /* of the line */
};

static struct place place_of(const struct nng_source_file *file, size_t offset)
{
    struct place place = {1, 1, file->text};
    if (file->length >= 3 && memcmp(file->text, "\xef\xbb\xbf", 3) == 0)
        place.begin += 3; /* a byte order mark takes no column */
    for (const char *p = place.begin; p < file->text + offset; p++) {
        bool continues = ((unsigned char)*p & 0xc0u) == 0x80u;
        place.column += !continues;
        if (*p == '\n') {
            place.line++;
            place.column = 1;
            place.begin = p + 1;
        }
    }
    return place;
}

static enum nng_status fail_at(const struct nng_source *source, size_t file, size_t offset, struct nng_error *error,
                               const char *format, va_list arguments)
{
    const struct nng_source_file *f = &source->files[file];
    struct place place = place_of(f, offset);
    char text[2 * sizeof error->text]; /* cut at a whole character later */
    vsnprintf(text, sizeof text, format, arguments);
    return nng_fail_at(error, NNG_INPUT, f->name, place.line, place.column, place.begin, "%s", text);
}

enum nng_status nng_source_fail_at(const struct nng_source *source, size_t file, size_t offset, struct nng_error *error,
                                   const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    enum nng_status status = fail_at(source, file, offset, error, format, arguments);
    va_end(arguments);
    return status;
}

enum nng_status nng_source_fail(const struct nng_source *source, size_t token, struct nng_error *error,
                                const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const struct nng_token *t = &source->tokens[token];
    enum nng_status status = fail_at(source, t->file, t->offset, error, format, arguments);
    va_end(arguments);
    return status;
}

int nng_source_line(const struct nng_source *source, size_t token)
{
    const struct nng_token *t = &source->tokens[token];
    return place_of(&source->files[t->file], t->offset).line;
}
