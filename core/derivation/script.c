/* script.c - reads a derivation; finds line and column of a byte. */
#include "derivation/script.h"

#include <stdio.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"

enum nng_status nng_script_read(struct nng_arena *arena, const char *file, struct nng_script *source,
                                struct nng_error *error)
{
    struct nng_file read;
    enum nng_status status = nng_file_read(file, NNG_SCRIPT_BYTES, &read, error);
    if (status != NNG_OK)
        return status;
    source->file = nng_arena_text(arena, file);
    source->text = nng_arena_text_n(arena, read.bytes, read.length);
    source->length = read.length;
    nng_release(read.bytes);
    return source->file == NULL || source->text == NULL ? nng_fail_memory(error) : NNG_OK;
}

void nng_script_place(const struct nng_script *source, size_t offset, int *line, int *column)
{
    *line = 1;
    *column = 1;
    for (size_t i = 0; i < offset && i < source->length; i++) {
        if (source->text[i] == '\n') {
            ++*line;
            *column = 1;
        } else
            ++*column;
    }
}

enum nng_status nng_script_fail(const struct nng_script *source, size_t offset, struct nng_error *error,
                                const char *format, ...)
{
    if (error == NULL) /* a candidate that does not fit: nobody reads why */
        return NNG_INPUT;
    char message[sizeof error->text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    int line, column;
    nng_script_place(source, offset, &line, &column);
    size_t begin = offset < source->length ? offset : source->length;
    while (begin > 0 && source->text[begin - 1] != '\n')
        begin--;
    return nng_fail_at(error, NNG_INPUT, source->file, line, column, source->text + begin, "%s", message);
}
