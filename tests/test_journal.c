/* test_journal.c - a table that grows on the disk: what stands there at every moment, and what is gone on with. */
#include "support.h"

#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "learn/journal.h"
#include "scratch.h"

static struct nng_arena *arena;
static struct nng_journal journal;

static void set_up(void)
{
    setup_scratch();
    arena = nng_arena_new();
    ck_assert_int_eq(nng_journal_open(&journal, arena, in_scratch("t.csv"), NULL), NNG_OK);
    nng_text_add(&journal.rows, "epoch,w\n");
}

static void tear_down(void)
{
    nng_journal_close(&journal);
    nng_arena_free(arena);
    remove_scratch();
}

static void check_file(const char *name, const char *expected)
{
    char text[256];
    FILE *file = fopen(in_scratch(name), "rb");
    ck_assert_msg(file != NULL, "%s is not there", name);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    ck_assert_str_eq(text, expected);
}

static void put(const char *name, const char *text)
{
    write_file(in_scratch(name), text, strlen(text));
}

static bool is_there(const char *name)
{
    return access(in_scratch(name), F_OK) == 0;
}

/* Under another name until it is whole. */
START_TEST(grows_and_finishes)
{
    put("t.csv", "old\n");
    ck_assert_int_eq(nng_journal_grow(&journal, NULL), NNG_OK);
    ck_assert(!is_there("t.csv.part")); /* a row alone is no reason to write */
    ck_assert_int_eq(nng_journal_save(&journal, NULL), NNG_OK);
    check_file("t.csv.part", "epoch,w\n");
    nng_text_add(&journal.rows, "0,0.5\n");
    ck_assert_int_eq(nng_journal_save(&journal, NULL), NNG_OK);
    check_file("t.csv.part", "epoch,w\n0,0.5\n");
    check_file("t.csv", "old\n");
    ck_assert_int_eq(nng_journal_finish(&journal, NULL), NNG_OK);
    check_file("t.csv", "epoch,w\n0,0.5\n");
    ck_assert(!is_there("t.csv.part"));
    ck_assert_int_eq(nng_journal_remove(&journal), 0);
    ck_assert(!is_there("t.csv"));
    ck_assert_int_eq(nng_journal_remove(&journal), 0);
}
END_TEST

/* Many rows leave the memory at once. */
START_TEST(grows_out_of_memory)
{
    struct stat about;
    for (size_t i = 0; i < 300000; i++) {
        nng_text_print(&journal.rows, "%zu,0.123456789\n", i);
        ck_assert_int_eq(nng_journal_grow(&journal, NULL), NNG_OK);
        ck_assert_uint_lt(journal.rows.length, (1 << 20) + 64);
    }
    ck_assert_int_eq(stat(in_scratch("t.csv.part"), &about), 0);
    ck_assert_int_gt(about.st_size, 4 << 20);
}
END_TEST

/* A journal of rows below 2 takes the others, and a row that was cut off, for what came after its state. */
START_TEST(resumes)
{
    static const char *const ends[] = {"", "2,7\n3,8\n", "2,7", "2", "x,y\n1,2\n", ",\n", "99999999999999999999,1\n"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++)
        for (size_t whole = 0; whole < 2; whole++) {
            char text[128];
            snprintf(text, sizeof text, "epoch,w\n0,5\n1,6\n%s", ends[i]);
            put(whole ? "t.csv" : "t.csv.part", text);
            nng_journal_close(&journal);
            ck_assert_int_eq(nng_journal_open(&journal, arena, in_scratch("t.csv"), NULL), NNG_OK);
            ck_assert(nng_journal_exists(&journal));
            nng_text_add(&journal.rows, "epoch,w\n");
            ck_assert_int_eq(nng_journal_resume(&journal, 2, NULL), NNG_OK);
            check_file(whole ? "t.csv" : "t.csv.part", text); /* not touched yet */
            nng_text_add(&journal.rows, "2,9\n");
            ck_assert_int_eq(nng_journal_save(&journal, NULL), NNG_OK);
            check_file("t.csv.part", "epoch,w\n0,5\n1,6\n2,9\n");
            ck_assert(!is_there("t.csv"));
            ck_assert_int_eq(nng_journal_remove(&journal), 0);
        }
}
END_TEST

/* What was under way goes before what is whole; and where there is nothing, or nothing yet, it begins. */
START_TEST(resumes_which)
{
    put("t.csv", "epoch,w\n0,5\n");
    put("t.csv.part", "epoch,w\n0,6\n");
    ck_assert_int_eq(nng_journal_resume(&journal, 1, NULL), NNG_OK);
    ck_assert_int_eq(nng_journal_save(&journal, NULL), NNG_OK);
    ck_assert_int_eq(nng_journal_finish(&journal, NULL), NNG_OK);
    check_file("t.csv", "epoch,w\n0,6\n");
    static const char *const nothing[] = {NULL, ""};
    for (size_t i = 0; i < 2; i++) {
        ck_assert_int_eq(nng_journal_remove(&journal), 0);
        if (nothing[i] != NULL)
            put("t.csv.part", nothing[i]);
        nng_journal_close(&journal);
        ck_assert_int_eq(nng_journal_open(&journal, arena, in_scratch("t.csv"), NULL), NNG_OK);
        nng_text_add(&journal.rows, "epoch,w\n");
        ck_assert_int_eq(nng_journal_resume(&journal, 1, NULL), NNG_OK);
        nng_text_add(&journal.rows, "1,7\n");
        ck_assert_int_eq(nng_journal_save(&journal, NULL), NNG_OK);
        check_file("t.csv.part", "epoch,w\n1,7\n");
    }
}
END_TEST

START_TEST(refuses)
{
    struct nng_error error = {0};
    put("t.csv", "epoch,v\n0,5\n");
    ck_assert_int_eq(nng_journal_resume(&journal, 1, &error), NNG_INPUT);
    ck_assert_str_eq(error.text, "its columns are not those of this training");
    put("t.csv", "epo");
    ck_assert_int_eq(nng_journal_resume(&journal, 1, &error), NNG_INPUT);
    ck_assert_int_eq(nng_journal_remove(&journal), 0);
    ck_assert_int_eq(mkfifo(in_scratch("t.csv"), 0600), 0);
    ck_assert_int_eq(nng_journal_resume(&journal, 1, &error), NNG_INPUT);
    ck_assert_str_eq(error.text, "cannot read: not a regular file");
    ck_assert_int_eq(mkdir(in_scratch("t.csv.part"), 0700), 0);
    ck_assert_int_eq(nng_journal_resume(&journal, 1, &error), NNG_INPUT);
    ck_assert_int_eq(nng_journal_save(&journal, &error), NNG_ENVIRONMENT);
    ck_assert_ptr_nonnull(strstr(error.file, "t.csv.part"));
    ck_assert_str_eq(error.text, "cannot write: Is a directory");
}
END_TEST

RUN_SUITE_BETWEEN("journal", set_up, tear_down, grows_and_finishes, grows_out_of_memory, resumes, resumes_which,
                  refuses)
