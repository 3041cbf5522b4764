/* folder.h - the files of a folder: listed, copied, removed. */
#ifndef NNGRAD_BOOK_FOLDER_H
#define NNGRAD_BOOK_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include <nngrad/nngrad.h>

#include "base/memory.h"
#include "sha256.h"

/* Bounds on what a chapter may hold and make. */
enum {
    FOLDER_FILES = 4000,
    FOLDER_DEPTH = 8,
    FOLDER_FILE_BYTES = 64 << 20,
};

struct folder_file {
    const char *path; /* relative to the folder */
    unsigned char digest[SHA256_BYTES];
};

/* What is in a folder, sorted by path. */
struct folder {
    struct folder_file *files;
    size_t count, room;
};

enum folder_kind {
    FOLDER_CHAPTER, /* "runs" at its top is left out: it is what somebody's own trainings left there */
    FOLDER_WORK,    /* where commands run */
    FOLDER_SYSTEM   /* of an installation: links are followed; in the others they are refused */
};

/* Lists all files with their digests. What begins with a point is left out. */
NNG_MUST_USE enum nng_status folder_list(struct nng_arena *arena, const char *path, enum folder_kind kind,
                                         struct folder *folder, struct nng_error *error);

/* Notes in the list that a file is new, or has changed; bytes NULL: that it is gone. */
NNG_MUST_USE enum nng_status folder_note(struct nng_arena *arena, struct folder *folder, const char *path,
                                         const char *bytes, size_t length, struct nng_error *error);

/* The file of that path, or NULL. */
const struct folder_file *folder_find(const struct folder *folder, const char *path);

/* Copies the listed files of `from` into `to`, which must exist. */
NNG_MUST_USE enum nng_status folder_copy(const struct folder *folder, const char *from, const char *to,
                                         struct nng_error *error);

/* Writes directory/path, and makes the directories on the way. Not for results: a half-written file may stay. */
NNG_MUST_USE enum nng_status folder_write(const char *directory, const char *path, const void *bytes, size_t length,
                                          struct nng_error *error);

/* mkdir -p of what stands before the last slash of directory/path. */
NNG_MUST_USE enum nng_status folder_make_parents(const char *directory, const char *path, struct nng_error *error);

/* Removes a directory with all that is in it; links are not followed. */
void folder_remove(const char *path);

#endif
