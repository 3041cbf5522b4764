/* shelf.h - the chapters that stand beside each other in one folder: NN-NAME/chapter.md. */
#ifndef NNGRAD_BOOK_SHELF_H
#define NNGRAD_BOOK_SHELF_H

#include "chapter.h"

struct shelf {
    const char *folder;
    const char **names; /* of the numbered chapters, sorted: "05-light-math" */
    size_t count;
    bool front; /* there is a front page: front/chapter.md */
};

#define SHELF_FRONT "front"

/* Is it a chapter's own name: two digits, '-', and more? */
bool shelf_is_name(const char *name);

/* Lists the chapters in a folder. */
NNG_MUST_USE enum nng_status shelf_read(struct nng_arena *arena, const char *folder, struct shelf *shelf,
                                        struct nng_error *error);

/* The course that came with nngrad. */
NNG_MUST_USE enum nng_status shelf_of_course(struct nng_arena *arena, struct shelf *shelf, struct nng_error *error);

/* The folder of a chapter as a user names it: a number of the course (5, 05), or a folder that holds chapter.md. */
NNG_MUST_USE enum nng_status shelf_find(struct nng_arena *arena, const char *named, const char **folder,
                                        struct nng_error *error);

/* Where a chapter of that name stands on the shelf; the count if it does not. */
size_t shelf_index(const struct shelf *shelf, const char *name);

/* Reads the chapter of that name. */
NNG_MUST_USE enum nng_status shelf_chapter(struct nng_arena *arena, const struct shelf *shelf, const char *name,
                                           struct chapter **chapter, struct nng_error *error);

#endif
