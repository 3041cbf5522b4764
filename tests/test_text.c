/* test_text.c - core/base: text, nearest names, UTF-8, arenas, error records. */
#include "support.h"

#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

START_TEST(nearest_names)
{
    const char *const names[] = {"sigmoid", "softmax", "tanh", "relu"};
    ck_assert_str_eq(nng_nearest_of("sigmiod", names, 4), "sigmoid");
    ck_assert_str_eq(nng_nearest_of("TANH", names, 4), "tanh");
    ck_assert_str_eq(nng_nearest_of("rleu", names, 4), "relu");
    ck_assert_ptr_null(nng_nearest_of("swish", names, 4));
    ck_assert_ptr_null(nng_nearest_of("", names, 4));
    static const char *const words[] = {"mean_squared_error", "hinge", "cross_entropy", "x_", "ce_"};
    ck_assert_str_eq(nng_nearest_of("mse", words, 5), "mean_squared_error");
    ck_assert_str_eq(nng_nearest_of("ce", words, 5), "cross_entropy");
    ck_assert_ptr_null(nng_nearest_of("ms", words, 5));
    ck_assert_ptr_null(nng_nearest_of("msex", words, 5));
    ck_assert_ptr_null(nng_nearest_of("h", words, 2));
}
END_TEST

START_TEST(utf8)
{
    size_t bad = 99;
    ck_assert(nng_utf8_valid("\xc5\xb7 = W h", 8, &bad));
    ck_assert(!nng_utf8_valid("ab\xc0\x80", 4, &bad) && bad == 2);
    ck_assert(!nng_utf8_valid("\xed\xa0\x80", 3, &bad) && bad == 0);
    ck_assert(!nng_utf8_valid("a\0b", 3, &bad) && bad == 1);
    ck_assert(!nng_utf8_valid("x\xe2\x82", 3, &bad) && bad == 1);
}
END_TEST

START_TEST(text_grows)
{
    struct nng_text text = {0};
    for (int i = 0; i < 1000; i++)
        nng_text_print(&text, "%d,", i);
    ck_assert(!text.failed);
    ck_assert_uint_eq(text.length, strlen(text.data));
    ck_assert_ptr_nonnull(strstr(text.data, ",998,999,"));
    nng_text_free(&text);
}
END_TEST

static int deny(void *context)
{
    int *left = context;
    return (*left)-- > 0;
}

START_TEST(allocation_fails)
{
    int left = 0;
    nng_set_allocation_test(deny, &left);
    ck_assert_ptr_null(nng_arena_new());
    struct nng_text text = {0};
    nng_text_add(&text, "abc");
    nng_set_allocation_test(NULL, NULL);
    ck_assert(text.failed);
    ck_assert_ptr_null(nng_allocate(SIZE_MAX / 2, 8));
}
END_TEST

START_TEST(arena_is_zeroed_and_aligned)
{
    struct nng_arena *arena = nng_arena_new();
    for (size_t n = 1; n < 40000; n = n * 3 + 1) {
        unsigned char *p = nng_arena_take(arena, n, 1);
        ck_assert_uint_eq((uintptr_t)p % 64, 0);
        for (size_t i = 0; i < n; i++)
            ck_assert_uint_eq(p[i], 0);
        memset(p, 0xff, n);
    }
    ck_assert_ptr_null(nng_arena_take(arena, SIZE_MAX / 2, 3));
    nng_arena_free(arena);
    nng_arena_free(NULL);
}
END_TEST

START_TEST(error_records)
{
    struct nng_error error = {0};
    char big[5000];
    memset(big, 'x', sizeof big - 1);
    big[sizeof big - 1] = '\0';
    ck_assert_int_eq(nng_fail_at(&error, NNG_INPUT, "model.cfg", 12, 3, "abc\ndef", "bad '%s'", big), NNG_INPUT);
    ck_assert_uint_eq(strlen(error.text), sizeof error.text - 1);
    ck_assert_str_eq(error.source, "abc");
    ck_assert_int_eq(error.line, 12);
    ck_assert_int_eq(nng_fail(NULL, NNG_MEMORY, "x"), NNG_MEMORY);
    ck_assert_int_eq(nng_exit_status(NNG_INTERRUPTED), 130);
    nng_copy_text(big, 4, "ab\xc5\xb7z", 5);
    ck_assert_str_eq(big, "ab");
    nng_copy_text(big, sizeof big, "a\xff\x1b[\xc5\xb7\xe2\x82", 8);
    ck_assert_str_eq(big, "a??[\xc5\xb7??");
}
END_TEST

RUN_SUITE("text", nearest_names, utf8, text_grows, allocation_fails, arena_is_zeroed_and_aligned, error_records)
