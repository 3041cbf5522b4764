/* error.c - error records: a status, a text, and where it happened. */
#define NNG_BASE_ERROR_C
#include "base/error.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

int nng_exit_status(enum nng_status status)
{
    switch (status) {
#define NNG_STATUS_CASE(code, exit_status, meaning)                                                                    \
    case code:                                                                                                         \
        return exit_status;
        NNG_STATUS_LIST(NNG_STATUS_CASE)
#undef NNG_STATUS_CASE
    }
    return 2;
}

static enum nng_status fill(struct nng_error *error, enum nng_status status, const char *file, int line, int column,
                            const char *source, const char *format, va_list arguments)
{
    if (error == NULL)
        return status;
    char text[sizeof error->text * 2]; /* the arguments may point into the record itself */
    int length = vsnprintf(text, sizeof text, format, arguments);
    size_t n = length < 0 ? 0 : (size_t)length;
    char source_copy[sizeof error->source] = "", file_copy[sizeof error->file] = "";
    if (source != NULL)
        nng_copy_text(source_copy, sizeof source_copy, source, strcspn(source, "\r\n"));
    if (file != NULL)
        nng_copy_text(file_copy, sizeof file_copy, file, strlen(file));
    error->status = status;
    error->line = line;
    error->column = column;
    nng_copy_text(error->text, sizeof error->text, text, n < sizeof text ? n : sizeof text - 1);
    memcpy(error->source, source_copy, sizeof source_copy);
    memcpy(error->file, file_copy, sizeof file_copy);
    return status;
}

enum nng_status nng_fail(struct nng_error *error, enum nng_status status, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(error, status, NULL, 0, 0, NULL, format, arguments);
    va_end(arguments);
    return status;
}

enum nng_status nng_fail_at(struct nng_error *error, enum nng_status status, const char *file, int line, int column,
                            const char *source, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    fill(error, status, file, line, column, source, format, arguments);
    va_end(arguments);
    return status;
}

enum nng_status nng_fail_memory(struct nng_error *error)
{
    return nng_fail(error, NNG_MEMORY, "out of memory");
}
