/* test_book_claim.c - printed numbers, and where their values are in JSON and CSV. */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "claim.h"
#include "printed.h"

/* Which values round to what is printed: the last that do, and the first that do not. */
START_TEST(printed_numbers)
{
    static const struct {
        const char *text;
        double value, half;
    } numbers[] = {{"-0.130", -0.130, 0.0005},
                   {"−0.13", -0.13, 0.005}, /* U+2212 */
                   {"+7", 7, 0.5},
                   {"30", 30, 0.5},
                   {".5", 0.5, 0.05},
                   {"1,024", 1024, 0.5},
                   {"12,345,678.9", 12345678.9, 0.05},
                   {"89.5%", 0.895, 0.0005},
                   {"89 %", 0.89, 0.005},
                   {"1.2e-3", 0.0012, 0.00005},
                   {"1.2E+3", 1200, 50},
                   {"1.2 × 10^-3", 0.0012, 0.00005},
                   {"-1.2×10^{−3}", -0.0012, 0.00005},
                   {"3 · 10⁻¹²", 3e-12, 0.5e-12},
                   {"2 x 10³", 2000, 500}};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        struct printed printed;
        ck_assert_msg(printed_read(numbers[i].text, &printed), "%s", numbers[i].text);
        ck_assert_msg(fabs(printed.value - numbers[i].value) <= 1e-15 * fabs(numbers[i].value), "%s: %.17g",
                      numbers[i].text, printed.value);
        ck_assert_msg(fabs(printed.half - numbers[i].half) <= 1e-14 * numbers[i].half, "%s: %.17g", numbers[i].text,
                      printed.half);
        ck_assert(printed_fits(&printed, numbers[i].value));
        ck_assert(printed_fits(&printed, numbers[i].value + numbers[i].half)); /* a tie */
        ck_assert(printed_fits(&printed, numbers[i].value - numbers[i].half));
        ck_assert(!printed_fits(&printed, numbers[i].value + 1.001 * numbers[i].half));
        ck_assert(!printed_fits(&printed, numbers[i].value - 1.001 * numbers[i].half));
        ck_assert(!printed_fits(&printed, -numbers[i].value));
        ck_assert(!printed_fits(&printed, NAN));
    }
}
END_TEST

START_TEST(no_numbers)
{
    static const char *const texts[] = {
        "",     "-",   "0.1.2", "1,02", "1,0245",  ",024", "about 1", "1 m",     "1e", "1.e3x",     "1 × 3",   "1 × 10",
        "0x10", "nan", "inf",   "1%%",  "1e99999", "1.",   "--1",     "1 × 10^", "1,", "1 × 10^{3", "1,024,5", "pass"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct printed printed;
        ck_assert_msg(!printed_read(texts[i], &printed), "'%s' is read as %g", texts[i], printed.value);
    }
}
END_TEST

/* A claim in a chapter of its own; "" when it holds, or else the message. */
static const char *judge(const char *claim, const char *json, const char *csv, enum nng_status *status)
{
    static struct nng_error error;
    char text[512];
    struct chapter *chapter = NULL;
    error = (struct nng_error){0};
    snprintf(text, sizeof text, "# T\n\n> Q\n\n%s\n", claim);
    ck_assert_int_eq(chapter_of_text("chapter.md", text, strlen(text), &chapter, &error), NNG_OK);
    struct link *link = &chapter->whole->links[0];
    ck_assert_int_eq(claim_read(chapter, link, &error), NNG_OK);
    if (csv != NULL) {
        ck_assert_ptr_nonnull(link->claim->file);
        *status = claim_check_csv(chapter, link, csv, &error);
    } else {
        json_t *root = json_loads(json, 0, NULL);
        ck_assert_ptr_nonnull(root);
        *status = claim_check_json(chapter, link, root, &error);
        json_decref(root);
    }
    chapter_free(chapter);
    return error.text;
}

static const char json[] =
    "{ \"verdict\": \"pass\", \"n\": 3, \"none\": null, \"yes\": true,"
    "  \"gradient\": [ { \"name\": \"w_111\", \"layer\": 1, \"analytic\": -0.1304 },"
    "                  { \"name\": \"w_2,10,3\", \"layer\": 2, \"analytic\": 2.5 } ],"
    "  \"forward\": [ { \"layer\": 1, \"h\": [[7, 8]] }, { \"layer\": 2, \"h\": [[0.25, 0.75], [5, 6]] } ],"
    "  \"claims\": [ { \"line\": 14, \"numeric\": [[1.5]] }, { \"line\": 16, \"numeric\": [[2.5]] } ],"
    "  \"runs\": [ { \"optimizer\": \"gd\", \"accuracy\": 0.7053 }, { \"optimizer\": \"adam\", \"accuracy\": 1 },"
    "              { \"optimizer\": \"adam\", \"accuracy\": 0.5 } ],"
    "  \"tensors\": [ { \"tensor\": \"W1\", \"worst\": \"w_111\" } ] }";

START_TEST(paths)
{
    static const char *const right[] = {"[-0.13](claim:gradient.w_111.analytic)",
                                        "[2.5](claim:gradient.w_2,10,3.analytic)",
                                        "[2.5](claim:gradient.2.analytic)",
                                        "[pass](claim:verdict)",
                                        "[0.25](claim:forward.2.h.1.1)",
                                        "[6](claim:forward.2.h.2.2)",
                                        "[2.5](claim:claims.16.numeric.1.1)",
                                        "[1.5](claim:claims.1.numeric.1.1)",
                                        "[70.5%](claim:runs.gd.accuracy)",
                                        "[0.5](claim:runs.3.accuracy)",
                                        "[w_111](claim:tensors.W1.worst)",
                                        "[**3**](claim:n)",
                                        "[null](claim:none)",
                                        "[true](claim:yes)",
                                        "[`pass`](claim:verdict)"};
    enum nng_status status;
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        const char *said = judge(right[i], json, NULL, &status);
        ck_assert_msg(status == NNG_OK, "%s: %s", right[i], said);
    }
    static const struct {
        const char *claim;
        enum nng_status status;
        const char *said;
    } wrong[] = {{"[-0.14](claim:gradient.w_111.analytic)", NNG_NUMERIC, "is -0.1304, not -0.14"},
                 {"[fail](claim:verdict)", NNG_NUMERIC, "is pass, not fail"},
                 {"[one](claim:n)", NNG_INPUT, "is a number, and 'one' is none"},
                 {"[1](claim:runs.adam.accuracy)", NNG_INPUT, "2 elements are called 'adam'"},
                 {"[1](claim:gradient.w_112.analytic)", NNG_INPUT, "no 'w_112' in 'gradient' (did you mean 'w_111'?)"},
                 {"[1](claim:claims.3.numeric)", NNG_INPUT, "no '3' in 'claims'"},
                 {"[1](claim:gradient.0.analytic)", NNG_INPUT, "no '0' in 'gradient'"},
                 {"[1](claim:n.x)", NNG_INPUT, "no 'x' in 'n'"},
                 {"[1](claim:forward)", NNG_INPUT, "no single value, but an array"},
                 {"[1](claim:forward.1)", NNG_INPUT, "no single value, but an object"},
                 {"[1](claim:forward..1)", NNG_INPUT, "no '' in 'forward'"}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        const char *said = judge(wrong[i].claim, json, NULL, &status);
        ck_assert_msg(status == wrong[i].status && strstr(said, wrong[i].said) != NULL, "%s: %d, %s", wrong[i].claim,
                      (int)status, said);
    }
}
END_TEST

START_TEST(tables)
{
    static const char csv[] =
        "epoch,loss,\"a, b\",word,v.b_11\n0,0.718,\"1,5\",yes,1\r\n10,0.25,-3,\"no, no\",0.3\n0.5,7,,,\n";
    enum nng_status status;
    static const char *const right[] = {"[0.72](claim:h.csv:0.loss)",    "[0.250](claim:runs/gd/h.csv:10.loss)",
                                        "[-3](<claim:h.csv:10.a, b>)",   "[yes](claim:h.csv:0.word)",
                                        "[no, no](claim:h.csv:10.word)", "[10](claim:h.csv:10.epoch)",
                                        "[0.3](claim:h.csv:10.v.b_11)",  "[7](claim:h.csv:0.5.loss)"};
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        const char *said = judge(right[i], NULL, csv, &status);
        ck_assert_msg(status == NNG_OK, "%s: %s", right[i], said);
    }
    ck_assert_str_eq(judge("[0.4](claim:h.csv:10.loss)", NULL, csv, &status), "'h.csv:10.loss' is 0.25, not 0.4");
    ck_assert_int_eq(status, NNG_NUMERIC);
    judge("[0.3](claim:h.csv:1.loss)", NULL, csv, &status);
    ck_assert_int_eq(status, NNG_INPUT);
    judge("[0.3](claim:h.csv:1.loss)", NULL, "", &status);
    ck_assert_int_eq(status, NNG_INPUT);
}
END_TEST

RUN_SUITE("book_claim", printed_numbers, no_numbers, paths, tables)
