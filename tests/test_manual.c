/* test_manual.c - the examples of the README and of the manual: each `$ nngrad ...` of a ```console block is run, and
 * what it says must be what stands below it. A block ```cfg FILE, ```json FILE or ```c FILE is written to that file,
 * for those that follow; ```diff FILE changes that file: its lines without the added ones must stand there, once.
 *
 * They run in a scratch directory that holds the models of tests/models, 80 columns wide. A line "..." stands for any
 * lines, "..." in a line for any text. An exit status other than 0 is a last line "(status 2)". With NNGRAD_RECORD set,
 * what does not follow is recorded anew in the pages instead, except where they elide.
 */
#include "run.h"

#include <dirent.h>

#include "base/text.h"

#define README SOURCE_DIR "/README.md"
#define PAGES SOURCE_DIR "/tools/manual"
#define QUICKSTART "tools/quickstart.sh " /* ends by running nngrad with its own arguments; .ci/run calls it itself */

static char scratch[] = "/tmp/nngrad-manual-XXXXXX";

/* What the command says, with its status. The words are parted by spaces; 'quoted ones' keep theirs. */
static void run_command(const char *line, struct nng_text *said)
{
    enum { MOST = 32 };
    char words[1024];
    const char *arguments[MOST] = {NNGRAD_PROGRAM};
    size_t count = 0;
    snprintf(words, sizeof words, "%s", line);
    for (char *word = words; *(word += strspn(word, " ")) != '\0' && count < MOST - 1; count++) {
        bool quoted = *word == '\'';
        char *end = word + quoted + strcspn(word + quoted, quoted ? "'" : " ");
        arguments[count] = count == 0 ? NNGRAD_PROGRAM : word + quoted;
        word = *end != '\0' ? end + 1 : end;
        *end = '\0';
    }
    arguments[count] = NULL;
    ck_assert_msg(strncmp(line, "nngrad ", 7) == 0 || strncmp(line, QUICKSTART, strlen(QUICKSTART)) == 0,
                  "no command of ours: %s", line);
    char directory[64];
    snprintf(directory, sizeof directory, "%s/models", scratch);
    struct run run = run_program((struct run_setting){.directory = directory, .together = true}, arguments);
    nng_text_add(said, run.out);
    if (run.status != 0)
        nng_text_print(said, "(status %d)\n", run.status);
    run_free(&run);
}

/* Does a line follow the pattern's? "..." in it stands for any text. */
static bool line_follows(const char *said, size_t length, const char *pattern, size_t pattern_length)
{
    const char *dots = pattern;
    while (dots < pattern + pattern_length && strncmp(dots, "...", 3) != 0)
        dots++;
    size_t before = (size_t)(dots - pattern), after = pattern_length - before;
    if (after < 3)
        return length == pattern_length && strncmp(said, pattern, length) == 0;
    after -= 3;
    return length >= before + after && strncmp(said, pattern, before) == 0 &&
           strncmp(said + length - after, dots + 3, after) == 0;
}

/* Does `said` follow the pattern? A line "..." matches any number of lines. */
static bool follows(const char *said, const char *pattern)
{
    if (strncmp(pattern, "...\n", 4) == 0) {
        for (pattern += 4;; said += strcspn(said, "\n") + 1) {
            if (follows(said, pattern))
                return true;
            if (*said == '\0')
                return false;
        }
    }
    if (*pattern == '\0' || *said == '\0')
        return *pattern == *said;
    size_t length = strcspn(said, "\n"), pattern_length = strcspn(pattern, "\n");
    return line_follows(said, length, pattern, pattern_length) &&
           follows(said + length + 1, pattern + pattern_length + 1);
}

/* Runs one command of a page; page stands behind it. Adds to `recorded` what the page should say. */
static const char *check_example(const char *name, const char *command, const char *page, struct nng_text *recorded)
{
    struct nng_text said = {0}, expected = {0};
    while (*page != '\0' && strncmp(page, "```", 3) != 0 && strncmp(page, "$ ", 2) != 0) {
        size_t length = strcspn(page, "\n") + 1;
        nng_text_add_n(&expected, page, length);
        page += length;
    }
    bool draws = strncmp(command, "nngrad plot ", 12) == 0 || strncmp(command, "nngrad train", 12) == 0 ||
                 strstr(command, " --plot ") != NULL;
    run_command(command, &said);
    if (draws && !have_gnuplot()) {
        nng_text_free(&said);
        nng_text_add(&said, expected.data != NULL ? expected.data : "");
    }
    const char *was = expected.data != NULL ? expected.data : "", *is = said.data != NULL ? said.data : "";
    bool elided = strstr(was, "...") != NULL && strstr(is, "...") == NULL; /* the program says "..." itself at times */
    bool same = follows(is, was);
    if ((getenv("NNGRAD_RECORD") == NULL || elided) && !same) {
        fprintf(stderr, "---- the page says\n%s---- the program says\n%s", was, is);
        ck_abort_msg("%s: '%s' says something else", name, command);
    }
    nng_text_add(recorded, same ? was : is);
    nng_text_free(&said);
    nng_text_free(&expected);
    return page;
}

/* Writes the block that begins here to a file of that name, beside the models. */
static void write_block(const char *name, const char *block)
{
    char path[2048];
    ck_assert_ptr_null(strchr(name, '/'));
    snprintf(path, sizeof path, "%s/models/%s", scratch, name);
    const char *end = strstr(block, "```");
    FILE *file = fopen(path, "w");
    ck_assert_msg(file != NULL && end != NULL, "%s", path);
    fwrite(block, 1, (size_t)(end - block), file);
    fclose(file);
}

/* The lines of a diff block, without those that begin with `left_out`, and without their first characters. */
static void take_side(const char *block, char left_out, struct nng_text *side)
{
    for (const char *line = block; strncmp(line, "```", 3) != 0; line += strcspn(line, "\n") + 1)
        if (line[0] != left_out)
            nng_text_add_n(side, line + 1, strcspn(line, "\n"));
}

/* Makes the change of the diff block that begins here. */
static void edit_file(const char *name, const char *block)
{
    char path[2048];
    struct nng_text before = {0}, after = {0};
    snprintf(path, sizeof path, "%s/models/%s", scratch, name);
    take_side(block, '+', &before);
    take_side(block, '-', &after);
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s", path);
    char *text = run_read_all(file), *at = strstr(text, before.data);
    ck_assert_msg(at != NULL && strstr(at + 1, before.data) == NULL, "%s has not once:\n%s", name, before.data);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fwrite(text, 1, (size_t)(at - text), file);
    fputs(after.data, file);
    fputs(at + before.length, file);
    fclose(file);
    free(text);
    nng_text_free(&before);
    nng_text_free(&after);
}

static size_t check_page(const char *path)
{
    const char *name = strrchr(path, '/') + 1;
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s", path);
    char *text = run_read_all(file);
    struct nng_text recorded = {0};
    size_t examples = 0;
    bool inside = false;
    for (const char *line = text; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        char first[1024];
        snprintf(first, sizeof first, "%.*s", (int)length, line);
        nng_text_add_n(&recorded, line, length + (line[length] == '\n'));
        line += length + (line[length] == '\n');
        if (strncmp(first, "```", 3) == 0)
            inside = strcmp(first, "```console") == 0;
        if (strncmp(first, "```cfg ", 7) == 0 || strncmp(first, "```json ", 8) == 0 || strncmp(first, "```c ", 5) == 0)
            write_block(strchr(first, ' ') + 1, line);
        if (strncmp(first, "```diff ", 8) == 0)
            edit_file(first + 8, line);
        if (!inside || strncmp(first, "$ ", 2) != 0)
            continue;
        line = check_example(name, first + 2, line, &recorded);
        examples++;
    }
    if (getenv("NNGRAD_RECORD") != NULL && strcmp(text, recorded.data) != 0) {
        file = fopen(path, "w");
        ck_assert_ptr_nonnull(file);
        fputs(recorded.data, file);
        fclose(file);
    }
    nng_text_free(&recorded);
    free(text);
    return examples;
}

/* The scratch directory: copies of the models, and the data beside them. */
static void make_scratch(void)
{
    char command[1024];
    ck_assert_ptr_nonnull(mkdtemp(scratch));
    snprintf(command, sizeof command, "mkdir %s/models && cp %s* %s/models && cp -r %s/tests/data %s/data", scratch,
             MODELS, scratch, SOURCE_DIR, scratch);
    ck_assert_int_eq(system(command), 0);
}

START_TEST(examples)
{
    size_t pages = 0;
    make_scratch();
    ck_assert_uint_gt(check_page(README), 0);
    DIR *directory = opendir(PAGES);
    ck_assert_ptr_nonnull(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        size_t length = strlen(entry->d_name);
        if (length < 4 || strcmp(entry->d_name + length - 3, ".md") != 0)
            continue;
#ifndef NNGRAD_HAVE_CMARK
        if (strcmp(entry->d_name, "chapter.md") == 0)
            continue;
#endif
        char path[512];
        snprintf(path, sizeof path, "%s/%s", PAGES, entry->d_name);
        ck_assert_uint_gt(check_page(path), 0);
        pages++;
    }
    closedir(directory);
    ck_assert_uint_ge(pages, 3);
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", scratch);
    ck_assert_int_eq(system(command), 0);
}
END_TEST

START_TEST(patterns)
{
    ck_assert(follows("a\nb\nc\n", "a\nb\nc\n"));
    ck_assert(follows("a\nb\nc\n", "a\n...\nc\n"));
    ck_assert(follows("a\nb\nc\n", "...\n"));
    ck_assert(follows("", "...\n"));
    ck_assert(!follows("a\nb\nc\n", "a\nc\n"));
    ck_assert(!follows("a\nb\nc\n", "a\n...\nd\n"));
    ck_assert(!follows("a\n", "a\nb\n"));
    ck_assert(!follows("a\nb\n", "a\n"));
    ck_assert(!follows("ab\n", "a\n"));
    ck_assert(follows("x 1.2e-9 y\n", "x ... y\n"));
    ck_assert(follows("x y\n", "x...y\n"));
    ck_assert(!follows("x 1 z\n", "x ... y\n"));
    ck_assert(!follows("xy\n", "xy...yz\n"));
}
END_TEST

RUN_SUITE("manual", patterns, examples)
