/* memory.h - one allocation hook, and arenas on top of it. */
#ifndef NNG_BASE_MEMORY_H
#define NNG_BASE_MEMORY_H

#include <stddef.h>

#include <nngrad/nngrad.h>

/* Every allocation of the library goes through here. The test hook, when set, is asked first: false makes the
 * allocation fail, so that tests can make the n-th one fail. It is the library's only mutable static. */
void nng_set_allocation_test(int (*allow)(void *context), void *context);

/* As malloc, realloc and free; sizes are count * size, refused (NULL) when that overflows. */
void *nng_allocate(size_t count, size_t size);
void *nng_reallocate(void *memory, size_t count, size_t size);
void nng_release(void *memory);

/* An arena: what is taken from it lives until all of it is freed. Memory is zeroed and aligned to 64 bytes. */
struct nng_arena;
struct nng_arena *nng_arena_new(void);
void nng_arena_free(struct nng_arena *arena);
void *nng_arena_take(struct nng_arena *arena, size_t count, size_t size);
char *nng_arena_text(struct nng_arena *arena, const char *text);
char *nng_arena_text_n(struct nng_arena *arena, const char *text, size_t length);

/* Text as by printf, in the arena; NULL when out of memory. */
char *nng_arena_print(struct nng_arena *arena, const char *format, ...) NNG_PRINTF(2, 3);

#endif
