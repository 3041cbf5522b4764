/* script.c - reads a derivation; finds line and column of a byte. */
#include "derivation/script.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/memory.h"

enum nng_status nng_script_read(struct nng_arena *arena, const char *file, struct nng_script *source,
                                struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct stat about;
    FILE *stream = NULL;
    if (stat(file, &about) != 0)
        return nng_fail_at(error, NNG_INPUT, file, 0, 0, NULL, "cannot be read: %s", strerror(errno));
    if (!S_ISREG(about.st_mode))
        return nng_fail_at(error, NNG_INPUT, file, 0, 0, NULL, "not a regular file");
    stream = fopen(file, "rb");
    if (stream == NULL)
        return nng_fail_at(error, NNG_INPUT, file, 0, 0, NULL, "cannot be read: %s", strerror(errno));
    char *text = nng_arena_take(arena, NNG_SCRIPT_BYTES + 2, 1);
    source->file = nng_arena_text(arena, file);
    if (text == NULL || source->file == NULL) {
        status = nng_fail_memory(error);
        goto fail;
    }
    source->length = fread(text, 1, NNG_SCRIPT_BYTES + 1, stream);
    source->text = text;
    text[source->length] = '\0';
    if (ferror(stream))
        status = nng_fail_at(error, NNG_INPUT, file, 0, 0, NULL, "cannot be read: %s", strerror(errno));
    else if (source->length > NNG_SCRIPT_BYTES)
        status = nng_fail_at(error, NNG_INPUT, file, 0, 0, NULL, "longer than %d bytes", NNG_SCRIPT_BYTES);
fail:
    fclose(stream);
    return status;
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
