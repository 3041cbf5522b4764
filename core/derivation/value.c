/* value.c - arithmetic with an imaginary part or an error bound, and the stack of temporary memory.
 *
 * Error bounds: err(a + b) = err a + err b + eps |a + b|,  err(a b) = |a| err b + |b| err a + eps |a b|, and so on: the
 * running error analysis of Wilkinson, to first order. Products of two imaginary parts are kept: the complex step takes
 * them as small as 1e-100, where they vanish by themselves.
 */
#include "derivation/value.h"

#include <complex.h>
#include <float.h>
#include <math.h>
#include <stdint.h>

#include "base/memory.h"

struct nng_scratch_block {
    struct nng_scratch_block *older;
    size_t used, room;
    max_align_t data[];
};

void *nng_scratch_take(struct nng_scratch *scratch, size_t count, size_t size)
{
    enum { BLOCK = 1 << 16, ALIGN = sizeof(max_align_t) };
    if (size != 0 && count > SIZE_MAX / 4 / size)
        return NULL;
    size_t bytes = (count * size + ALIGN - 1) / ALIGN * ALIGN;
    struct nng_scratch_block *block = scratch->newest;
    if (block == NULL || block->room - block->used < bytes) {
        size_t room = bytes > BLOCK ? bytes : BLOCK;
        block = nng_allocate(1, sizeof *block + room);
        if (block == NULL)
            return NULL;
        *block = (struct nng_scratch_block){.older = scratch->newest, .room = room};
        scratch->newest = block;
    }
    void *taken = (char *)block->data + block->used;
    block->used += bytes;
    return taken;
}

struct nng_scratch_mark nng_scratch_mark(const struct nng_scratch *scratch)
{
    return (struct nng_scratch_mark){scratch->newest, scratch->newest == NULL ? 0 : scratch->newest->used};
}

void nng_scratch_release(struct nng_scratch *scratch, struct nng_scratch_mark mark)
{
    while (scratch->newest != NULL && scratch->newest != mark.block) {
        struct nng_scratch_block *older = scratch->newest->older;
        if (older == NULL && mark.block == NULL) { /* the first block is kept: most evaluations need no other */
            scratch->newest->used = 0;
            return;
        }
        nng_release(scratch->newest);
        scratch->newest = older;
    }
    if (scratch->newest != NULL)
        scratch->newest->used = mark.used;
}

void nng_scratch_free(struct nng_scratch *scratch)
{
    while (scratch->newest != NULL) {
        struct nng_scratch_block *older = scratch->newest->older;
        nng_release(scratch->newest);
        scratch->newest = older;
    }
}

struct nng_scalar nng_scalar_add(enum nng_mode mode, struct nng_scalar a, struct nng_scalar b)
{
    struct nng_scalar c = {.re = a.re + b.re};
    if (mode == NNG_MODE_COMPLEX)
        c.im = a.im + b.im;
    else if (mode == NNG_MODE_BOUND) /* by the operands, so that a difference knows what was cancelled */
        c.err = a.err + b.err + DBL_EPSILON * fabs(c.re);
    return c;
}

struct nng_scalar nng_scalar_subtract(enum nng_mode mode, struct nng_scalar a, struct nng_scalar b)
{
    b.re = -b.re;
    b.im = -b.im;
    return nng_scalar_add(mode, a, b);
}

struct nng_scalar nng_scalar_multiply(enum nng_mode mode, struct nng_scalar a, struct nng_scalar b)
{
    struct nng_scalar c = {.re = a.re * b.re};
    if (mode == NNG_MODE_COMPLEX) {
        c.re -= a.im * b.im;
        c.im = a.re * b.im + a.im * b.re;
    } else if (mode == NNG_MODE_BOUND)
        c.err = fabs(a.re) * b.err + fabs(b.re) * a.err + a.err * b.err + DBL_EPSILON * fabs(c.re);
    return c;
}

struct nng_scalar nng_scalar_divide(enum nng_mode mode, struct nng_scalar a, struct nng_scalar b)
{
    struct nng_scalar c = {.re = a.re / b.re};
    if (mode == NNG_MODE_COMPLEX) /* (a b* ) / |b|^2 without forming |b|^2, which could overflow */
        c.im = (a.im - c.re * b.im) / b.re;
    else if (mode == NNG_MODE_BOUND)
        c.err = (a.err + fabs(c.re) * b.err) / fabs(b.re) + DBL_EPSILON * fabs(c.re);
    return c;
}

/* A whole exponent is repeated multiplication, exact in the complex plane for every base; else exp(b log a), a > 0. */
struct nng_scalar nng_scalar_power(enum nng_mode mode, struct nng_scalar a, struct nng_scalar b)
{
    struct nng_scalar c = {.re = pow(a.re, b.re)};
    bool small = b.re >= -64 && b.re <= 64;
    int n = small ? (int)b.re : 0;
    bool whole = small && !(b.re < n) && !(b.re > n) && !(b.im < 0) && !(b.im > 0);
    if (mode == NNG_MODE_COMPLEX && whole) {
        struct nng_scalar product = {.re = 1};
        for (int i = 0; i < (n < 0 ? -n : n); i++)
            product = nng_scalar_multiply(mode, product, a);
        return n < 0 ? nng_scalar_divide(mode, (struct nng_scalar){.re = 1}, product) : product;
    }
    if (mode == NNG_MODE_COMPLEX && a.re > 0)
        c.im = cimag(cexp((b.re + b.im * (double complex)I) * clog(a.re + a.im * (double complex)I)));
    if (mode == NNG_MODE_BOUND) {
        c.err = 4 * DBL_EPSILON * fabs(c.re);
        if (a.err > 0)
            c.err += fabs(b.re * pow(a.re, b.re - 1)) * a.err;
        if (b.err > 0 && a.re > 0)
            c.err += fabs(c.re * log(a.re)) * b.err;
    }
    return c;
}
