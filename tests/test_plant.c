/* test_plant.c - core/derivation: what a planted mistake looks like. */
#include "support.h"

#include <string.h>

#include "base/memory.h"
#include "derivation/slip.h"
#include "nngrad/nngrad.h"

START_TEST(slips_of_a_pen)
{
    static const char *const slips[][2] = {
        {"(W2' * dL/da2)", "(W1' * dL/da2)"}, {"dL/dh1 .* x", "dL/da1 .* x"}, {"sigmoid'(a1)", "sigmoid'(h1)"},
        {"dL/dA2 * H1'", "dL/dA2 * A1'"},     {"yhat - t", "y - t"},          {"diag(y)", "diag(yhat)"},
        {"H1' * dL/dA2", "H1' * dL/dA1"},     {"h1[3] * x", "h1[2] * x"}};
    static const char *const others[][2] = {
        {"lambda * W2", "L * W2"},   {"W2' * dL/dA2", "L' * dL/dA2"}, {"exp(-x^2)", "exp(-p^2)"}, {"yhat - y", "y - y"},
        {"yhat - y", "yhat - yhat"}, {"dL/dh1 .* h1", "dL/dx .* h1"}, {"h1 .* x", "b2 .* x"}};
    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++)
        ck_assert_msg(nng_is_slip(slips[i][0], slips[i][1]), "%s for %s is a slip", slips[i][1], slips[i][0]);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        ck_assert_msg(!nng_is_slip(others[i][0], others[i][1]), "%s for %s is none", others[i][1], others[i][0]);
}
END_TEST

/* Where a derivation has room for a slip, no other wrong argument is planted: not the loss where a matrix was. */
START_TEST(slips_come_first)
{
    struct nng_host *host = NULL;
    ck_assert_int_eq(nng_host_new(NULL, 0, &host, NULL), NNG_OK);
    for (uint64_t seed = 1; seed <= 8; seed++) {
        struct nng_verify_options options = {.points = 5, .seed = seed};
        struct nng_planted *planted = NULL;
        struct nng_error error = {0};
        ck_assert_msg(nng_plant(host, SOURCE_DIR "/tests/derivations/right/batch_columns.deriv", &options,
                                "wrong-argument", &planted, &error) == NNG_OK,
                      "%s", error.text);
        ck_assert_ptr_null(strstr(planted->wrong, "= L'"));
        ck_assert_ptr_null(strstr(planted->wrong, " L "));
        ck_assert_ptr_null(strstr(planted->wrong, "Yhat)"));
        ck_assert_str_ne(planted->wrong, planted->right);
        nng_planted_free(planted);
    }
    nng_host_free(host);
}
END_TEST

RUN_SUITE("plant", slips_of_a_pen, slips_come_first)
