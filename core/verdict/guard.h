/* guard.h - memory between two pages that nobody may touch: whoever reads or writes past either end is caught in the
 * act, and named.
 *
 * A fault reaches the process as a signal. Its handler (which belongs to the program, not to the library) hands the
 * address to nng_guards_fault, which only does what a signal handler may do. */
#ifndef NNG_VERDICT_GUARD_H
#define NNG_VERDICT_GUARD_H

#include <stdbool.h>
#include <stddef.h>

/* Pages are larger than arrays: only one end of an array can lie next to a page that may not be touched. */
enum nng_guard_end { NNG_GUARD_LAST, NNG_GUARD_FIRST };

enum { NNG_GUARDED_MOST = 32, NNG_GUARD_TEXT_SIZE = 160 };

struct nng_guarded {
    const char *name; /* as messages have it: "grad" */
    unsigned char *pages, *data;
    size_t length, bytes; /* of the pages between the guards, and of the data */
    bool sealed;
};

struct nng_guards {
    size_t page, count;
    struct nng_guarded guarded[NNG_GUARDED_MOST];
    const unsigned char *opened;       /* the guard page that a read was let through to */
    char caller[NNG_GUARD_TEXT_SIZE];  /* who is at work: "'value' with 3 x 5" */
    char problem[NNG_GUARD_TEXT_SIZE]; /* "it reads past the end of 'yhat'"; "": none so far */
};

/* Begin with this. */
void nng_guards_begin(struct nng_guards *guards);

/* A copy of count things of `size` bytes with that end at a guard page; contents may be NULL: then it is zeros. NULL
 * when out of memory. */
void *nng_guards_take(struct nng_guards *guards, const char *name, enum nng_guard_end end, const void *contents,
                      size_t count, size_t size);

/* From now on it may only be read. False when the system refuses. */
bool nng_guards_seal(struct nng_guards *guards, void *data);

/* Looks whether the bytes around the data, in the same pages, are still what they were, and gives all memory back. */
void nng_guards_end(struct nng_guards *guards);

/* For the signal handler. True: the access was noted and let through, go on. False: it is one that cannot be, for which
 * `problem` says what it was where it was by a guarded array ("" if not). */
bool nng_guards_fault(struct nng_guards *guards, const void *address);

#endif
