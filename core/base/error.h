/* error.h - filling the caller's error record, and passing it on. */
#ifndef NNG_BASE_ERROR_H
#define NNG_BASE_ERROR_H

#include <stdarg.h>

#include <nngrad/nngrad.h>

/* The one way to pass an error on. The function has `enum nng_status status = NNG_OK;` and a label `fail:` (where it
 * also ends when all went well). */
#define NNG_TRY(expression)                                                                                            \
    do {                                                                                                               \
        if ((status = (expression)) != NNG_OK)                                                                         \
            goto fail;                                                                                                 \
    } while (0)

/* Fills the record (which may be NULL) and returns the status: return nng_fail(error, NNG_INPUT, "...", ...). */
enum nng_status nng_fail(struct nng_error *error, enum nng_status status, const char *format, ...) NNG_PRINTF(3, 4);

/* The same with a place: file:line:column (0: none) and the offending line (NULL: none). */
enum nng_status nng_fail_at(struct nng_error *error, enum nng_status status, const char *file, int line, int column,
                            const char *source, const char *format, ...) NNG_PRINTF(7, 8);

enum nng_status nng_fail_memory(struct nng_error *error);

/* The analyser behind clang-tidy sees one file at a time. This tells it that a failure never returns NNG_OK. */
#if defined(__clang_analyzer__) && !defined(NNG_BASE_ERROR_C)
#define nng_fail(error, status, ...) (nng_fail(error, status, __VA_ARGS__), status)
#define nng_fail_at(error, status, ...) (nng_fail_at(error, status, __VA_ARGS__), status)
#define nng_fail_memory(error) (nng_fail_memory(error), NNG_MEMORY)
#endif

#endif
