/* test_command_chapter.c - `nngrad chapter`: every mistake has its one message, right chapters become pages, results
 * are kept for as long as they hold. The chapters are those of tests/chapters. */
#include "run.h"
#include "base/text.h"
#include "scratch.h"

#include <dirent.h>
#include <signal.h>
#include <time.h>

#define CHAPTERS SOURCE_DIR "/tests/chapters/"

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s is not there", path);
    return run_read_all(file);
}

static char *read_made(const char *relative)
{
    return read_file(in_scratch(relative));
}

/* Runs it in the scratch directory. */
#define IN_SCRATCH(...) run_program((struct run_setting){.directory = scratch}, ARGUMENTS(__VA_ARGS__))

static void weave(const char *folder, const char *to)
{
    struct run run = IN_SCRATCH("chapter", "weave", folder, "-o", to);
    ck_assert_status(run, 0);
    ck_assert_str_eq(run.err, "");
    ck_assert_str_eq(run.out, "");
    run_free(&run);
}

static void weave_wrong(const char *folder, int status, const char *message)
{
    struct run run = IN_SCRATCH("chapter", "weave", folder, "-o", "none");
    ck_assert_status(run, status);
    ck_assert_str_eq(run.err, message);
    ck_assert_int_ne(access(in_scratch("none"), F_OK), 0); /* nothing was written */
    run_free(&run);
}

/* Makes a chapter of one's own in the scratch directory. */
static void write_chapter(const char *folder, const char *text, size_t length)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", scratch, folder);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    strcat(path, "/chapter.md");
    write_file(path, text, length);
}

/* ---- mistakes: tests/chapters/wrong/NAME, and what is said of it in NAME.txt --------------------------------- */

static void check_mistake(const char *name)
{
    char path[512], expected[4096];
    snprintf(path, sizeof path, CHAPTERS "wrong/%s.txt", name);
    char *text = read_file(path);
    const struct run_setting setting = {.directory = CHAPTERS "wrong"};
    struct run run = run_program(setting, ARGUMENTS("chapter", "weave", name, "-o", in_scratch("none")));
    snprintf(expected, sizeof expected, "status %d\n%s", run.status, run.err);
    ck_assert_msg(strcmp(expected, text) == 0, "%s: it says\n%snot\n%s", name, expected, text);
    ck_assert_str_eq(run.out, "");
    ck_assert_int_ne(access(in_scratch("none"), F_OK), 0);
    run_free(&run);
    free(text);
}

/* Those whose names begin with a letter from `first` to `last`; returns how many there are. */
static size_t check_mistakes(char first, char last)
{
    size_t count = 0;
    DIR *directory = opendir(CHAPTERS "wrong");
    ck_assert_ptr_nonnull(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        if (entry->d_name[0] >= first && entry->d_name[0] <= last && strchr(entry->d_name, '.') == NULL) {
            check_mistake(entry->d_name);
            count++;
        }
    closedir(directory);
    return count;
}

START_TEST(mistakes_a_to_c)
{
    ck_assert_uint_gt(check_mistakes('a', 'c'), 25);
}
END_TEST

START_TEST(mistakes_d_to_k)
{
    ck_assert_uint_gt(check_mistakes('d', 'k'), 20);
}
END_TEST

START_TEST(mistakes_l_to_z)
{
    ck_assert_uint_gt(check_mistakes('l', 'z'), 20);
}
END_TEST

START_TEST(hostile_files)
{
    enum { LONG = 10 << 20 };
    char *line = malloc(LONG);
    memset(line, 'x', LONG);
    memcpy(line, "# T\n\n> Q\n\n", 10);
    write_chapter("long", line, LONG);
    free(line);
    weave_wrong("long", 2, "long/chapter.md: error: cannot read: larger than 1048576 bytes\n");
    write_chapter("latin", "# T\n\n> Q\n\ncaf\xe9\n", 15);
    weave_wrong("latin", 2, "latin/chapter.md:5: error: this line is not UTF-8 text\n    caf?\n");
    write_chapter("nul", "# T\n\n> \0\n", 9);
    weave_wrong("nul", 2, "nul/chapter.md:3: error: a NUL byte: this is no text\n    > ?\n");
    write_chapter("link", "# T\n\n> Q\n", 9);
    ck_assert_int_eq(symlink("/etc/passwd", in_scratch("link/data.csv")), 0);
    weave_wrong("link", 2, "link/data.csv: error: a symbolic link: a chapter's folder holds all its files itself\n");
    make_directory("pipe");
    ck_assert_int_eq(mkfifo(in_scratch("pipe/chapter.md"), 0600), 0);
    weave_wrong("pipe", 2, "pipe/chapter.md: error: cannot read: not a regular file\n");
    make_directory("empty");
    weave_wrong("empty", 2,
                "nngrad: error: the folder 'empty' holds no chapter.md ('nngrad chapter new' begins one)\n");
    weave_wrong("77", 2, "nngrad: error: there is no chapter 77 in '" BINARY_DIR "/share/nngrad/chapters'\n");
}
END_TEST

START_TEST(usage)
{
    struct run run = NNGRAD("chapter", "weeve");
    ck_assert_status(run, 2);
    ck_assert_str_eq(run.err, "nngrad: error: 'chapter' does not know 'weeve' (did you mean 'weave'?)\n");
    run_free(&run);
    run = NNGRAD("chapter", "weave", "5");
    ck_assert_status(run, 2);
    ck_assert_str_eq(run.err, "nngrad: error: 'chapter weave' needs -o DIR: where it leaves what it makes\n");
    run_free(&run);
    run = NNGRAD("chapter", "run", "-o", "x");
    ck_assert_status(run, 2);
    ck_assert_str_eq(run.err, "nngrad: error: 'chapter run' needs a chapter: its number, or its folder\n");
    run_free(&run);
    weave(CHAPTERS "right/02-again", "page");
    run = IN_SCRATCH("chapter", "weave", CHAPTERS "right/02-again", "-o", "page/chapter.md");
    ck_assert_status(run, 3);
    ck_assert_contains(run.err, "page/chapter.md/chapter.md: error: cannot write");
    run_free(&run);
}
END_TEST

/* ---- pages --------------------------------------------------------------------------------------------------- */

START_TEST(page)
{
    weave(CHAPTERS "right/01-neuron", "01-neuron");
    char *text = read_made("01-neuron/chapter.md");
    static const char *const parts[] = {
        "<div class=\"number\">\n\n[All chapters](../index.md) · Chapter 01\n\n</div>\n\n# One neuron: ",
        "\n> How does $L$ change with $w$,\n> and *how* do we know?\n",
        "value is <span class=\"claim\" title=\"nngrad inspect model.cfg: gradient.w_111.analytic\">0.0333</span> "
        "(that",
        " `[1](claim:nothing)` is code.\n",
        "| a | <span class=\"claim\" title=\"nngrad inspect model.cfg: forward.1.a.1.1\">0.6</span> |\n",
        "[`model.cfg`](model.cfg)\n\n```cfg\nnetwork = {",
        "```console\n$ nngrad inspect model.cfg\n...\nLoss       L = 0.0106079: squared_error, one sample\n...\n```\n",
        "   ```console\n   $ nngrad inspect model.cfg \\\n       --format csv -o table.csv\n   ```\n\n   "
        "[table.csv](table.csv)\n",
        "  `plugins/double.c`\n\n  ```c\n  /* The comment right above. */\n  int twice(int x)\n  {\n",
        "```text\n$ as it is\n```\n\n    indented code ```nngrad\n",
        "[`neuron.deriv`](neuron.deriv)\n\n```deriv\nuse \"model.cfg\"\ndL/dyhat = yhat - y\n```\n\n```console\n$ "
        "nngrad "
        "verify neuron.deriv\nneuron.deriv\nok        2  dL/dyhat = yhat - y\n",
        "[the next chapter](../02-again/chapter.md#more)",
        "<div class=\"exercise break\">\n\n**Exercise 1, break: A sign**\n\nWhich line is false?\n",
        "<details class=\"solution\">\n<summary>Solution</summary>\n\nLine <span class=\"claim\" ",
        "$ nngrad check model.cfg --format markdown\n```\n\n**model**\n\n| tensor |",
        "Files of this chapter: [`exercises/wrong.deriv`](<exercises/wrong.deriv>),\n",
        "<div class=\"neighbours\">\n\nNext: [02 Again](../02-again/chapter.md)\n\n</div>\n"};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        ck_assert_contains(text, parts[i]);
    ck_assert_lacks(text, "\n```nngrad");
    ck_assert_lacks(text, scratch);
    free(text);
    static const char *const files[] = {"model.cfg", "table.csv", "neuron.deriv", "exercises/wrong.deriv",
                                        "plugins/double.c"};
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        char path[64];
        snprintf(path, sizeof path, "01-neuron/%s", files[i]);
        free(read_made(path));
    }
    weave(CHAPTERS "right/front", "book");
    text = read_made("book/index.md");
    ck_assert_contains(text,
                       "- [01 One neuron: $\\sigma(w x + b)$](01-neuron/chapter.md)\\\n  How does $L$ change with ");
    ck_assert_contains(text, "- [02 Again](02-again/chapter.md)\\\n  And again?\n");
    free(text);
}
END_TEST

START_TEST(new_chapter)
{
    struct run blank = IN_SCRATCH("chapter", "new", "my own");
    ck_assert_contains(blank.out, "\nnext: nngrad chapter weave 'my own' -o 'my own-woven'\n");
    run_free(&blank);
    struct run begun = IN_SCRATCH("chapter", "new", "mine");
    ck_assert_status(begun, 0);
    run_free(&begun);
    weave("mine", "page");
    char *text = read_made("page/chapter.md");
    ck_assert_contains(text, "# A chapter of your own\n");
    ck_assert_lacks(text, "claim:");
    free(text);
    struct run again = IN_SCRATCH("chapter", "new", "mine");
    ck_assert_status(again, 2);
    ck_assert_str_eq(again.err, "mine: error: there is one already: a chapter begins in a new folder\n");
    run_free(&again);
    struct run run = IN_SCRATCH("chapter", "run", "mine", "-o", "results");
    ck_assert_status(run, 0);
    ck_assert_str_eq(run.out, "results/01-inspect.md\nresults/01-inspect.csv\nresults/neuron.md\nresults/neuron.csv\n"
                              "results/03-inspect.md\nresults/03-inspect.csv\n");
    run_free(&run);
    text = read_made("results/01-inspect.csv");
    ck_assert_contains(text, "w_111,weight,1,1,1,");
    free(text);
    text = read_made("results/neuron.md");
    ck_assert_contains(text, "line 5, **pass**");
    free(text);
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

/* ---- results that are kept ----------------------------------------------------------------------------------- */

/* How many results are kept in the scratch directory. */
static size_t count_kept(void)
{
    size_t count = 0;
    DIR *directory = opendir(in_scratch("cache/nngrad/chapters"));
    for (struct dirent *entry; directory != NULL && (entry = readdir(directory)) != NULL;)
        count += entry->d_name[0] != '.';
    if (directory != NULL)
        closedir(directory);
    return count;
}

/* Weaves it with a cache of its own; how many results were computed anew. */
static size_t weave_kept(const char *folder, const char *to)
{
    char entry[600];
    size_t before = count_kept();
    snprintf(entry, sizeof entry, "XDG_CACHE_HOME=%s/cache", scratch);
    const char *const environment[] = {entry, NULL};
    struct run run = run_program((struct run_setting){.directory = scratch, .environment = environment},
                                 ARGUMENTS("chapter", "weave", folder, "-o", to));
    ck_assert_status(run, 0);
    run_free(&run);
    return count_kept() - before;
}

static void copy_chapter(void)
{
    struct run run =
        run_program((struct run_setting){.program = "cp"},
                    (const char *const[]){"cp", "-r", CHAPTERS "right/01-neuron", in_scratch("01-neuron"), NULL});
    ck_assert_status(run, 0);
    run_free(&run);
    run = run_program((struct run_setting){.program = "cp"},
                      (const char *const[]){"cp", "-r", CHAPTERS "right/02-again", in_scratch("02-again"), NULL});
    ck_assert_status(run, 0);
    run_free(&run);
}

/* Replaces the first `from` in a file of the chapter by `to`. */
static void edit(const char *relative, const char *from, const char *to)
{
    struct nng_text edited = {0};
    char *text = read_made(relative), *found = strstr(text, from);
    ck_assert_ptr_nonnull(found);
    nng_text_add_n(&edited, text, (size_t)(found - text));
    nng_text_print(&edited, "%s%s", to, found + strlen(from));
    write_file(in_scratch(relative), edited.data, edited.length);
    nng_text_free(&edited);
    free(text);
}

START_TEST(kept)
{
    copy_chapter();
    size_t all = weave_kept("01-neuron", "first");
    ck_assert_uint_eq(all, 5 + 3); /* blocks with commands, and the JSON of three */
    ck_assert_uint_eq(weave_kept("01-neuron", "second"), 0);
    char *one = read_made("first/chapter.md"), *two = read_made("second/chapter.md");
    ck_assert_str_eq(one, two);
    free(one);
    free(two);
    free(read_made("second/table.csv")); /* files too */

    edit("01-neuron/chapter.md", "In a list:", "In *this* list:"); /* prose */
    ck_assert_uint_eq(weave_kept("01-neuron", "second"), 0);
    edit("01-neuron/chapter.md", "nngrad check model.cfg", "nngrad check model.cfg --all"); /* the last command */
    ck_assert_uint_eq(weave_kept("01-neuron", "second"), 1);
    edit("01-neuron/exercises/wrong.deriv", "y - yhat", "y  -  yhat"); /* any file */
    ck_assert_uint_eq(weave_kept("01-neuron", "second"), all);
    edit("01-neuron/model.cfg", "(0.1)", "(0.10)");
    ck_assert_uint_eq(weave_kept("01-neuron", "second"), all);
    edit("01-neuron/chapter.md", "```nngrad name=inspected from=\"Loss\" to=\"Backward\"\n",
         "```nngrad name=inspected\nnngrad check -q\n"); /* what comes before another */
    ck_assert_uint_eq(weave_kept("01-neuron", "second"), all);
}
END_TEST

/* A value that changed is found, although all that did not is kept. */
START_TEST(changed)
{
    copy_chapter();
    weave_kept("01-neuron", "first");
    edit("01-neuron/model.cfg", "(0.1)", "(0.2)");
    char entry[600];
    snprintf(entry, sizeof entry, "XDG_CACHE_HOME=%s/cache", scratch);
    const char *const environment[] = {entry, NULL};
    struct run run = run_program((struct run_setting){.directory = scratch, .environment = environment},
                                 ARGUMENTS("chapter", "weave", "01-neuron", "-o", "none"));
    ck_assert_status(run, 1);
    ck_assert_contains(run.err, "01-neuron/chapter.md:6: error: 'inspected:gradient.w_111.analytic' is ");
    ck_assert_int_ne(access(in_scratch("none"), F_OK), 0);
    run_free(&run);
}
END_TEST

/* ---- Ctrl-C -------------------------------------------------------------------------------------------------- */

static size_t count_entries(const char *path)
{
    size_t count = 0;
    DIR *directory = opendir(path);
    ck_assert_ptr_nonnull(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}

START_TEST(interrupted)
{
    static const char text[] =
        "# T\n\n> Q\n\n```nngrad\nnngrad train --set train.epochs=1000000000 --set train.loss_below=0 "
        "--run runs/long\n```\n";
    write_chapter("slow", text, sizeof text - 1);
    make_directory("temporary");
    setenv("TMPDIR", in_scratch("temporary"), 1);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        ck_assert_int_eq(chdir(scratch), 0);
        alarm(RUN_SECONDS);
        freopen("errors", "w", stderr);
        execl(NNGRAD_PROGRAM, "nngrad", "chapter", "weave", "slow", "-o", "none", (char *)NULL);
        _exit(127);
    }
    struct timespec tick = {.tv_nsec = 20000000};
    while (count_entries(in_scratch("temporary")) == 0)
        nanosleep(&tick, NULL);
    nanosleep(&(struct timespec){.tv_nsec = 500000000}, NULL);
    ck_assert_int_eq(kill(child, SIGINT), 0);
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 130);
    ck_assert_uint_eq(count_entries(in_scratch("temporary")), 0);
    ck_assert_int_ne(access(in_scratch("none"), F_OK), 0);
    char *said = read_made("errors");
    ck_assert_str_eq(said, "nngrad: error: interrupted\n");
    free(said);
}
END_TEST

RUN_SUITE_BETWEEN("command_chapter", setup_scratch, remove_scratch, mistakes_a_to_c, mistakes_d_to_k, mistakes_l_to_z,
                  hostile_files, usage, page, new_chapter, list, kept, changed, interrupted)
