/* memory.c - the allocation hook and the arenas. */
#include "base/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct {
    int (*allow)(void *context);
    void *context;
} test;

void nng_set_allocation_test(int (*allow)(void *context), void *context)
{
    test.allow = allow;
    test.context = context;
}

void *nng_reallocate(void *memory, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / 2 / size)
        return NULL;
    if (test.allow != NULL && !test.allow(test.context))
        return NULL;
    size_t bytes = count * size;
    return realloc(memory, bytes != 0 ? bytes : 1);
}

void *nng_allocate(size_t count, size_t size)
{
    return nng_reallocate(NULL, count, size);
}

void nng_release(void *memory)
{
    free(memory);
}

/* Blocks in a chain, newest first. A big request gets a block of its own. */
enum { ALIGNMENT = 64, BLOCK = 16384 };

struct block {
    struct block *older;
    char *free, *end;
};

struct nng_arena {
    struct block *newest;
};

struct nng_arena *nng_arena_new(void)
{
    struct nng_arena *arena = nng_allocate(1, sizeof *arena);
    if (arena != NULL)
        arena->newest = NULL;
    return arena;
}

void nng_arena_free(struct nng_arena *arena)
{
    if (arena == NULL)
        return;
    for (struct block *block = arena->newest, *older; block != NULL; block = older) {
        older = block->older;
        nng_release(block);
    }
    nng_release(arena);
}

static char *aligned(char *p)
{
    return p + (ALIGNMENT - (uintptr_t)p % ALIGNMENT) % ALIGNMENT;
}

void *nng_arena_take(struct nng_arena *arena, size_t count, size_t size)
{
    if (size != 0 && count > SIZE_MAX / 4 / size)
        return NULL;
    size_t bytes = count * size;
    struct block *block = arena->newest;
    if (block == NULL || (size_t)(block->end - block->free) < bytes + ALIGNMENT) {
        size_t room = bytes + (size_t)2 * ALIGNMENT + sizeof *block;
        room = room < BLOCK ? BLOCK : room;
        block = nng_allocate(room, 1);
        if (block == NULL)
            return NULL;
        block->older = arena->newest;
        block->free = (char *)(block + 1);
        block->end = (char *)block + room;
        arena->newest = block;
    }
    char *taken = aligned(block->free);
    block->free = taken + bytes;
    return memset(taken, 0, bytes);
}

char *nng_arena_text_n(struct nng_arena *arena, const char *text, size_t length)
{
    char *copy = nng_arena_take(arena, length + 1, 1);
    if (copy != NULL)
        memcpy(copy, text, length);
    return copy;
}

char *nng_arena_text(struct nng_arena *arena, const char *text)
{
    return nng_arena_text_n(arena, text, strlen(text));
}

char *nng_arena_print(struct nng_arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *text = length < 0 ? NULL : nng_arena_take(arena, (size_t)length + 1, 1);
    if (text == NULL)
        return NULL;
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}
