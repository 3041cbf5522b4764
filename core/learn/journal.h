/* journal.h - a table by epoch that grows on the disk, since it may not fit in memory.
 *
 * Its rows go to the end of FILE.part, which becomes FILE when the training ends; whoever looks at FILE sees a whole
 * table. What a process that died left in FILE.part is gone on with. */
#ifndef NNG_LEARN_JOURNAL_H
#define NNG_LEARN_JOURNAL_H

#include <nngrad/nngrad.h>

#include "base/text.h"

struct nng_journal {
    char *path, *part;    /* FILE and FILE.part */
    struct nng_text rows; /* those that are not written yet: add to it */
    size_t kept;          /* bytes of FILE.part, or else of FILE, that stand before them */
    int descriptor;       /* of FILE.part; -1: nothing is written yet */
};

struct nng_arena;

/* An empty table; paths are in the arena. */
NNG_MUST_USE enum nng_status nng_journal_open(struct nng_journal *journal, struct nng_arena *arena, const char *path,
                                              struct nng_error *error);
void nng_journal_close(struct nng_journal *journal);

/* Is there one already, whole or in part? */
bool nng_journal_exists(const struct nng_journal *journal);

/* Goes on behind its rows of epochs below `rows`. `rows` of the journal must hold the header alone, and it must be that
 * of the file too. Nothing is written here. */
NNG_MUST_USE enum nng_status nng_journal_resume(struct nng_journal *journal, size_t rows, struct nng_error *error);

/* Writes the rows when they are many. */
NNG_MUST_USE enum nng_status nng_journal_grow(struct nng_journal *journal, struct nng_error *error);

/* Writes the rows, and has them on the disk. */
NNG_MUST_USE enum nng_status nng_journal_save(struct nng_journal *journal, struct nng_error *error);

/* After a save: FILE.part becomes FILE. */
NNG_MUST_USE enum nng_status nng_journal_finish(struct nng_journal *journal, struct nng_error *error);

/* Removes both. 0 or errno */
int nng_journal_remove(const struct nng_journal *journal);

#endif
