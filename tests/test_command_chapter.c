/* test_command_chapter.c - `nngrad chapter`: from a new chapter to its page, its plots and tables. */
#include "run.h"
#include "scratch.h"

static char *read_file(const char *relative)
{
    FILE *file = fopen(in_scratch(relative), "r");
    ck_assert_msg(file != NULL, "%s is not there", relative);
    return run_read_all(file);
}

#define IN_SCRATCH(...) run_program((struct run_setting){.directory = scratch}, ARGUMENTS(__VA_ARGS__))

START_TEST(new_chapter_weaves)
{
    struct run begun = IN_SCRATCH("chapter", "new", "mine");
    ck_assert_status(begun, 0);
    run_free(&begun);
    struct run woven = IN_SCRATCH("chapter", "weave", "mine", "-o", "page");
    ck_assert_status(woven, 0);
    ck_assert_str_eq(woven.err, "");
    run_free(&woven);
    char *page = read_file("page/chapter.md");
    ck_assert_contains(page, "# A chapter of your own\n");
    ck_assert_contains(page, "```console\n$ nngrad inspect model.cfg\nNetwork ");
    ck_assert_contains(page, ": gradient.w_111.analytic\">0.0333</span>");
    ck_assert_contains(page, "static inline double slope(");
    ck_assert_contains(page, "<summary>Solution</summary>");
    ck_assert_lacks(page, "claim:");
    ck_assert_lacks(page, "```nngrad");
    free(page);
    free(read_file("page/model.cfg"));
    free(read_file("page/neuron.deriv"));

    struct run again = IN_SCRATCH("chapter", "new", "mine");
    ck_assert_status(again, 2);
    ck_assert_str_eq(again.err, "mine: error: there is one already: a chapter begins in a new folder\n");
    run_free(&again);
    struct run run = IN_SCRATCH("chapter", "run", "mine", "-o", "results");
    ck_assert_status(run, 0);
    ck_assert_contains(run.out, "results/01-inspect.md\n");
    run_free(&run);
    char *table = read_file("results/01-inspect.csv");
    ck_assert_contains(table, "w_111,weight,1,1,1,");
    free(table);
}
END_TEST

START_TEST(list)
{
    struct run run = NNGRAD("chapter", "list");
    ck_assert_status(run, 0);
    ck_assert_contains(run.out, "next: nngrad chapter run ");
    run_free(&run);
}
END_TEST

RUN_SUITE_BETWEEN("command_chapter", setup_scratch, remove_scratch, new_chapter_weaves, list)
