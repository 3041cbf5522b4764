/* guard.c - arrays at the edge of pages that may not be touched.
 *
 *     | guard page |  filler  data | guard page |          | guard page | data  filler  | guard page |
 *
 * A signal does not say whether the access that faulted was reading or writing. So the first fault at a guard page lets
 * reading through: the same instruction runs again, and faults again if it writes. */
#define _GNU_SOURCE
#define _DARWIN_C_SOURCE

#include "verdict/guard.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { FILLER = 0xa5 };

void nng_guards_begin(struct nng_guards *guards)
{
    long page = sysconf(_SC_PAGESIZE);
    memset(guards, 0, sizeof *guards);
    guards->page = page > 0 ? (size_t)page : 4096;
}

void *nng_guards_take(struct nng_guards *guards, const char *name, enum nng_guard_end end, const void *contents,
                      size_t count, size_t size)
{
    size_t page = guards->page, bytes = count * size, length = (bytes / page + 1) * page;
    if (guards->count == NNG_GUARDED_MOST)
        return NULL;
    unsigned char *all = mmap(NULL, length + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (all == MAP_FAILED)
        return NULL;
    if (mprotect(all + page, length, PROT_READ | PROT_WRITE) != 0) {
        munmap(all, length + 2 * page);
        return NULL;
    }
    struct nng_guarded *new = &guards->guarded[guards->count++];
    *new = (struct nng_guarded){.name = name, .pages = all + page, .length = length, .bytes = bytes};
    new->data = end == NNG_GUARD_LAST ? new->pages + length - bytes : new->pages;
    memset(new->pages, FILLER, length);
    memset(new->data, 0, bytes);
    if (contents != NULL && bytes > 0)
        memcpy(new->data, contents, bytes);
    return new->data;
}

bool nng_guards_seal(struct nng_guards *guards, void *data)
{
    for (size_t i = 0; i < guards->count; i++)
        if (guards->guarded[i].data == data && !guards->guarded[i].sealed) {
            guards->guarded[i].sealed = true;
            return mprotect(guards->guarded[i].pages, guards->guarded[i].length, PROT_READ) == 0;
        }
    return false;
}

/* ---- what was done wrong: composed without the library, since a signal handler calls it ---------------------- */

static void add(struct nng_guards *guards, size_t *length, const char *text)
{
    while (*text != '\0' && *length + 1 < sizeof guards->problem)
        guards->problem[(*length)++] = *text++;
    guards->problem[*length] = '\0';
}

static void tell(struct nng_guards *guards, const char *what, const char *name)
{
    size_t length = 0;
    if (guards->problem[0] != '\0')
        return; /* the first one counts */
    add(guards, &length, what);
    add(guards, &length, " '");
    add(guards, &length, name);
    add(guards, &length, "'");
}

static bool is_filler(const unsigned char *from, const unsigned char *to)
{
    while (from < to && *from == FILLER)
        from++;
    return from == to;
}

void nng_guards_end(struct nng_guards *guards)
{
    for (size_t i = 0; i < guards->count; i++) {
        struct nng_guarded *g = &guards->guarded[i];
        if (!is_filler(g->pages, g->data))
            tell(guards, "it writes before the beginning of", g->name);
        if (!is_filler(g->data + g->bytes, g->pages + g->length))
            tell(guards, "it writes past the end of", g->name);
        munmap(g->pages - guards->page, g->length + 2 * guards->page);
    }
    guards->count = 0;
    guards->opened = NULL;
    guards->caller[0] = '\0';
}

/* Fault at a guard page before (or behind) the array. */
static bool fault_at(struct nng_guards *guards, const struct nng_guarded *g, unsigned char *guard, bool before)
{
    if (guards->opened == guard) {
        guards->problem[0] = '\0'; /* it was taken for reading */
        tell(guards, before ? "it writes before the beginning of" : "it writes past the end of", g->name);
        return false;
    }
    tell(guards, before ? "it reads before the beginning of" : "it reads past the end of", g->name);
    guards->opened = guard;
    return mprotect(guard, guards->page, PROT_READ) == 0;
}

bool nng_guards_fault(struct nng_guards *guards, const void *address)
{
    uintptr_t at = (uintptr_t)address;
    for (size_t i = 0; i < guards->count; i++) {
        const struct nng_guarded *g = &guards->guarded[i];
        uintptr_t begin = (uintptr_t)g->pages, end = begin + g->length;
        if (at >= begin && at < end) {
            tell(guards, "it writes into what it may only read:", g->name);
            return false;
        }
        if (at >= begin - guards->page && at < begin)
            return fault_at(guards, g, g->pages - guards->page, true);
        if (at >= end && at < end + guards->page)
            return fault_at(guards, g, g->pages + g->length, false);
    }
    return false;
}
