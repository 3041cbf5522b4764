/* workshop.h - where a chapter's commands run: a private copy of its folder, and what they said and made there. */
#ifndef NNGRAD_BOOK_WORKSHOP_H
#define NNGRAD_BOOK_WORKSHOP_H

#include "chapter.h"
#include "folder.h"

struct workshop {
    struct nng_arena *arena; /* the chapter's */
    struct chapter *chapter;
    const char *source;  /* the chapter's folder */
    const char *name;    /* its own name */
    char *root;          /* a temporary directory; NULL: there is none */
    const char *folder;  /* the copy in it */
    const char *program; /* nngrad itself */
    const char *prefix;  /* where that is installed: what a page must not show */
    const char *cache;   /* NULL: nothing is kept */
    const char *const *environment;
    struct folder files;             /* in the copy, as the last block left them */
    unsigned char key[SHA256_BYTES]; /* of all that the next block's results depend on */
    bool tables;                     /* commands are asked for Markdown and CSV too */
};

/* Copies the chapter's folder. To be closed also when it fails. */
NNG_MUST_USE enum nng_status workshop_open(struct workshop *workshop, struct chapter *chapter, const char *folder,
                                           struct nng_error *error);

/* Runs every command of every block, or finds in the cache what it said and did. */
NNG_MUST_USE enum nng_status workshop_run(struct workshop *workshop, struct nng_error *error);

/* Removes the copy. */
void workshop_close(struct workshop *workshop);

#endif
