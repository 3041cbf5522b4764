/* test_command_help.c - `nngrad help --for man` and `--for bash`: everything that the tables hold, in a form that groff
 * and bash take. */
#include "run.h"
#include "scratch.h"

static const char *const commands[] = {"inspect", "check", "train", "verify", "explain", "plugin", "help"};
enum { COMMANDS = sizeof commands / sizeof commands[0] };

static struct run run_other(const char *const *arguments)
{
    return run_program((struct run_setting){.program = arguments[0]}, arguments);
}

/* Every option that `nngrad COMMAND --help` lists stands in the page, its hyphens as one types them. */
static void page_has_options(const char *page, const char *help)
{
    for (const char *at = help; (at = strstr(at, "--")) != NULL; at += 2) {
        size_t length = strspn(at + 2, "abcdefghijklmnopqrstuvwxyz-");
        char name[128] = "\\-\\-";
        if (at[-1] != ' ' || length == 0)
            continue;
        for (size_t i = 0, end = strlen(name); i < length; i++, end = strlen(name))
            snprintf(name + end, sizeof name - end, at[2 + i] == '-' ? "\\-" : "%c", at[2 + i]);
        ck_assert_contains(page, name);
    }
}

START_TEST(manual_page)
{
    char *file = in_scratch("nngrad.1");
    struct run written = NNGRAD("help", "--for", "man", "-o", file), page = NNGRAD("help", "--for", "man");
    ck_assert_status(written, 0);
    ck_assert_contains(page.out, "\n.SH NAME\nnngrad \\- ");
    ck_assert_contains(page.out, "\n.SH EXIT STATUS\n.TP\n.B 0\n");
    for (int i = 0; i < COMMANDS; i++) {
        char section[64];
        snprintf(section, sizeof section, "\n.SS nngrad %s [OPTIONS] ", commands[i]);
        ck_assert_contains(page.out, section);
        struct run help = NNGRAD(commands[i], "--help");
        page_has_options(page.out, help.out);
        run_free(&help);
    }
    struct run groff = run_other((const char *const[]){"groff", "-ww", "-man", "-Tascii", "-P-c", file, NULL});
    if (groff.status != 127) { /* it is installed */
        ck_assert_status(groff, 0);
        ck_assert_str_eq(groff.err, "");
        ck_assert_contains(groff.out, "nngrad - gradients of neural networks");
    }
    run_free(&groff);
    run_free(&page);
    run_free(&written);
}
END_TEST

/* What bash offers for a line that ends in its last word. */
static void completes(const char *script, const char *line, const char *expected)
{
    static const char program[] = ". \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _nngrad; "
                                  "echo \"${COMPREPLY[*]}\"";
    const char *arguments[16] = {"bash", "-c", program, "bash", script};
    char words[128], *word = words;
    size_t count = 5;
    snprintf(words, sizeof words, "%s", line);
    while (word != NULL && count < 15) {
        char *blank = strchr(word, ' ');
        if (blank != NULL)
            *blank++ = '\0';
        arguments[count++] = word;
        word = blank;
    }
    struct run bash = run_other(arguments);
    if (bash.status != 127) {
        ck_assert_status(bash, 0);
        ck_assert_str_eq(bash.err, "");
        ck_assert_msg(strcmp(bash.out, expected) == 0, "'%s' is completed by '%s'", line, bash.out);
    }
    run_free(&bash);
}

START_TEST(completion)
{
    char *file = in_scratch("nngrad.bash");
    struct run written = NNGRAD("help", "--for=bash", "-o", file);
    ck_assert_status(written, 0);
    run_free(&written);
    completes(file, "nngrad insp", "inspect\n");
    completes(file, "./nngrad -q --threads 2 insp", "inspect\n");
    completes(file, "nngrad inspect --mat", "--matrix\n");
    completes(file, "nngrad check --mat", "\n");
    completes(file, "nngrad check --form", "--format\n");
    completes(file, "nngrad inspect --matrix ", "notation lecture\n");
    completes(file, "nngrad inspect --format = js", "json\n");
    completes(file, "nngrad help insp", "inspect\n");
    completes(file, "nngrad export num", "numpy\n");
    completes(file, "nngrad inspect mod", "\n"); /* a file's name: bash's own */
    completes(file, "nngrad check --against insp", "\n");
}
END_TEST

START_TEST(of_all_commands)
{
    struct run one = NNGRAD("help", "check", "--for", "man");
    ck_assert_status(one, 2);
    ck_assert_str_eq(one.err, "nngrad: error: option '--for' is for all commands, not for 'check' alone\n");
    run_free(&one);
}
END_TEST

RUN_SUITE_BETWEEN("command_help", setup_scratch, remove_scratch, manual_page, completion, of_all_commands)
