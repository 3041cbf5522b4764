/* chapter.h - a chapter as it stands in chapter.md: its prose, and what is computed in it.
 *
 * A passage is a piece of Markdown: the whole chapter, or the body of an exercise or of a solution, which may hold
 * blocks itself. Its text is kept as it is; blocks and links are parts of it that the woven page replaces.
 */
#ifndef NNGRAD_BOOK_CHAPTER_H
#define NNGRAD_BOOK_CHAPTER_H

#include <stdbool.h>
#include <stddef.h>

#include <nngrad/nngrad.h>

#include "base/memory.h"
#include "base/text.h"

/* Bounds on what a hostile file can make us do. */
enum {
    CHAPTER_BYTES = 1 << 20,
    CHAPTER_DEPTH = 4,     /* of blocks in blocks */
    CHAPTER_BLOCKS = 1000, /* of one chapter */
    CHAPTER_LINKS = 10000,
    CHAPTER_HEADINGS = 1000
};

/* X(identifier, the word that it is in a chapter) */
#define BLOCK_KIND_LIST(X)                                                                                             \
    X(NNGRAD, "nngrad")                                                                                                \
    X(FILE, "file")                                                                                                    \
    X(EXCERPT, "excerpt")                                                                                              \
    X(DERIV, "deriv")                                                                                                  \
    X(EXERCISE, "exercise")                                                                                            \
    X(SOLUTION, "solution")                                                                                            \
    X(CONTENTS, "contents")                                                                                            \
    X(TEXT, "text")

enum block_kind {
#define BLOCK_KIND_ENUM(identifier, word) BLOCK_##identifier,
    BLOCK_KIND_LIST(BLOCK_KIND_ENUM)
#undef BLOCK_KIND_ENUM
        BLOCK_KINDS
};

#define BLOCK_KEY_LIST(X)                                                                                              \
    X(NAME, "name")                                                                                                    \
    X(STATUS, "status")                                                                                                \
    X(FROM, "from")                                                                                                    \
    X(TO, "to")                                                                                                        \
    X(CAPTION, "caption")                                                                                              \
    X(SHOW, "show")                                                                                                    \
    X(FILE, "file")                                                                                                    \
    X(KIND, "kind")                                                                                                    \
    X(TITLE, "title")

enum block_key {
#define BLOCK_KEY_ENUM(identifier, word) KEY_##identifier,
    BLOCK_KEY_LIST(BLOCK_KEY_ENUM)
#undef BLOCK_KEY_ENUM
        BLOCK_KEYS
};

/* A command of a block, and what became of it. */
struct step {
    int line;
    const char *text;   /* as it was typed */
    const char **words; /* NULL-terminated */
    size_t count;
    const char *command;        /* "inspect" */
    unsigned formats;           /* bits 1u << enum format that the command can write */
    const char *made[2];        /* the files of -o and --plot, or NULL */
    const char *output;         /* what it said, once it ran */
    const char *markdown, *csv; /* the same in these formats, where somebody asked for them */
};

struct passage;

struct block {
    enum block_kind kind;
    int line;                       /* of its opening fence */
    size_t begin, end;              /* the whole lines that it takes of its passage's text */
    int indent;                     /* blanks before its fence: it stands in a list */
    const char *values[BLOCK_KEYS]; /* NULL: not given */
    int status;                     /* the exit status that is due */
    const char *body;
    int body_line;
    struct passage *inner; /* exercise, solution */
    struct step *steps;    /* nngrad, deriv */
    size_t step_count;
    const char *file; /* deriv: what is verified, in the chapter's folder */
    bool claimed;     /* somebody wants its JSON */
    const char *json; /* what its last command writes as JSON */
};

/* A number in the prose that is a result: claim:PATH, claim:BLOCK:PATH, claim:FILE.csv:ROW.COLUMN */
struct claim {
    const char *file;    /* the CSV file, or NULL */
    struct block *block; /* otherwise the block in whose JSON it is */
    const char *path;
};

struct link {
    int line;
    size_t begin, end; /* of its passage's text: from '[' (or "![") to ')' */
    const char *url;
    const char *text; /* without its marks */
    bool image;
    size_t above; /* how many of the chapter's blocks begin above it */
    struct claim *claim;
};

struct passage {
    const char *text;
    size_t length;
    int line; /* of the chapter's file, where it begins */
    struct block **blocks;
    size_t block_count, block_room;
    struct link *links;
    size_t link_count, link_room;
};

struct chapter {
    struct nng_arena *arena;
    const char *file;     /* FOLDER/chapter.md, as messages call it */
    const char *title;    /* without "# "; Markdown */
    const char *question; /* Markdown, in one line */
    char *text;           /* the file's, with LF alone at the end of a line */
    size_t length;
    struct passage *whole;
    struct block **blocks; /* all, in the order in which they begin */
    size_t block_count, block_room;
    const char **anchors; /* of the headings */
    size_t anchor_count, anchor_room;
    size_t link_count;
};

/* Reads and checks a chapter's file. Nothing is run. */
NNG_MUST_USE enum nng_status chapter_read(const char *file, struct chapter **chapter, struct nng_error *error);

/* The same from a text; file is what messages call it. */
NNG_MUST_USE enum nng_status chapter_of_text(const char *file, const char *bytes, size_t length,
                                             struct chapter **chapter, struct nng_error *error);
void chapter_free(struct chapter *chapter);

/* Blames a line: fills the record with the file, the line and its text. Returns the status. */
enum nng_status chapter_fail(const struct chapter *chapter, enum nng_status status, int line, struct nng_error *error,
                             const char *format, ...) NNG_PRINTF(5, 6);

/* For the analyser, as in base/error.h. */
#if defined(__clang_analyzer__) && !defined(NNGRAD_BOOK_READING_C)
#define chapter_fail(chapter, status, ...) (chapter_fail(chapter, status, __VA_ARGS__), status)
#endif

#endif
