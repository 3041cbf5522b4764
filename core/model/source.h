/* source.h - the pass before libconfig: files, includes, and a map from every token back to where it stands.
 *
 * libconfig 1.5 wraps integers beyond 32 bits, refuses [0, 0.5], ends the process on an @include of a directory, and
 * says "syntax error" for everything else. So this pass reads the files itself, expands @include, checks the grammar,
 * and hands libconfig a text with one token a line: a line number of libconfig's is then the number of a token, and the
 * map of tokens gives file, line and column.
 */
#ifndef NNG_MODEL_SOURCE_H
#define NNG_MODEL_SOURCE_H

#include <nngrad/nngrad.h>

#include "base/memory.h"
#include "base/text.h"

/* Bounds on what a hostile file can make us do. */
enum {
    NNG_SOURCE_BYTES = 64 << 20, /* of all files together */
    NNG_SOURCE_TOKENS = 4 << 20, /* 784-128-10 with explicit weights has 0.2 million */
    NNG_SOURCE_FILES = 256,      /* includes, counted as often as they happen */
    NNG_SOURCE_INCLUDE_DEPTH = 16,
    NNG_SOURCE_DEPTH = 64, /* of nested brackets */
    NNG_SOURCE_KEYS = 1000 /* of one group: libconfig looks for duplicates one by one */
};

struct nng_token {
    uint32_t file, offset, length; /* in files[file].text */
    char kind;                     /* n name, s string, 0 number, b boolean, or itself: = , ; ( ) { } */
};

struct nng_source_file {
    const char *name; /* as messages and further includes call it */
    char *text;
    size_t length;
    uint64_t device, inode;
};

struct nng_source {
    struct nng_arena *arena;
    struct nng_source_file files[NNG_SOURCE_FILES];
    size_t file_count, bytes;
    bool includes; /* false: @include is refused */
    struct nng_token *tokens;
    size_t token_count, token_room;
    struct nng_text text; /* for config_read_string: token k on line k + 1 */
};

/* Reads a file with all that it includes, or a text (whose includes are refused; name is for messages). */
NNG_MUST_USE enum nng_status nng_source_read(const char *file, struct nng_source **source, struct nng_error *error);
NNG_MUST_USE enum nng_status nng_source_of_text(const char *name, const char *text, size_t length,
                                                struct nng_source **source, struct nng_error *error);
void nng_source_free(struct nng_source *source);

/* The line, from 1, that a token stands on in its own file. */
int nng_source_line(const struct nng_source *source, size_t token);

/* Blames a token, or a byte of a file: fills the record with file, line, column and the line's text. */
enum nng_status nng_source_fail(const struct nng_source *source, size_t token, struct nng_error *error,
                                const char *format, ...) NNG_PRINTF(4, 5);
enum nng_status nng_source_fail_at(const struct nng_source *source, size_t file, size_t offset, struct nng_error *error,
                                   const char *format, ...) NNG_PRINTF(5, 6);

/* For the analyser, as in base/error.h. */
#if defined(__clang_analyzer__) && !defined(NNG_MODEL_SOURCE_C)
#define nng_source_fail(...) (nng_source_fail(__VA_ARGS__), NNG_INPUT)
#define nng_source_fail_at(...) (nng_source_fail_at(__VA_ARGS__), NNG_INPUT)
#endif

/* `path` as it is opened when `file` names it: relative to the folder that `file` is in. NULL: out of memory. */
char *nng_source_relative(struct nng_arena *arena, const char *file, const char *path);

/* Opens one more file; its index is file_count - 1 afterwards. The parts of source.c that scan.c needs, and back. */
NNG_MUST_USE enum nng_status nng_source_open(struct nng_source *source, const char *name, struct nng_error *error);
NNG_MUST_USE enum nng_status nng_source_scan(struct nng_source *source, struct nng_error *error);

#endif
