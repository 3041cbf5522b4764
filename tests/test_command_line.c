/* test_command_line.c - tools/nngrad: options, help, diagnostics, exit statuses, where results go. */
#include "run.h"

#include <signal.h>
#include <sys/stat.h>

/* Bad input: what is typed, and the whole first line of the answer. */
static const struct {
    const char *arguments[6];
    const char *answer;
} refusals[] = {
    {{"inspcet"}, "nngrad: error: unknown command 'inspcet' (did you mean 'inspect'?)\n"},
    {{"zzz"}, "nngrad: error: unknown command 'zzz'\n"},
    {{"my.cfg"}, "nngrad: error: unknown command 'my.cfg' (did you mean 'inspect my.cfg'?)\n"},
    {{"help", "inspct"}, "nngrad: error: unknown command 'inspct' (did you mean 'inspect'?)\n"},
    {{"--quiet"}, "nngrad: error: a command is missing\n"},
    {{"--fromat", "json", "inspect"}, "nngrad: error: unknown option '--fromat' (did you mean '--format'?)\n"},
    {{"inspect", "--simbols"}, "nngrad: error: unknown option '--simbols' (did you mean '--symbols'?)\n"},
    {{"inspect", "-z"}, "nngrad: error: unknown option '-z'\n"},
    {{"inspect", "-\033"}, "nngrad: error: unknown option: byte 0x1b after '-'\n"},
    {{"inspect", "--matrix"}, "nngrad: error: option '--matrix' needs a value: notation|lecture\n"},
    {{"inspect", "--output="}, "nngrad: error: option '--output' needs a value: FILE\n"},
    {{"inspect", "--matrix", "lectur"},
     "nngrad: error: option '--matrix': unknown value 'lectur' (did you mean 'lecture'?)\n"},
    {{"inspect", "--format", "?"},
     "nngrad: error: option '--format': unknown value '?' (it is one of text|csv|json|markdown|latex)\n"},
    {{"inspect", "--full=yes"}, "nngrad: error: option '--full' takes no value\n"},
    {{"check", "--matrix", "lecture"}, "nngrad: error: 'check' has no option '--matrix': it belongs to 'inspect'\n"},
    {{"--all", "check"}, "nngrad: error: option '--all' belongs to 'check', and stands after it\n"},
    {{"inspect", "--digits", "18"}, "nngrad: error: option '--digits': 18 is not between 1 and 17\n"},
    {{"inspect", "--digits", "-1"}, "nngrad: error: option '--digits': '-1' is not a whole number\n"},
    {{"inspect", "--digits", "6x"}, "nngrad: error: option '--digits': '6x' is not a whole number\n"},
    {{"inspect", "--seed", "99999999999999999999"},
     "nngrad: error: option '--seed': 99999999999999999999 is not between 0 and 2147483647\n"},
    {{"check", "--tolerance", "0"}, "nngrad: error: option '--tolerance': 0 is not greater than 0 and less than 1\n"},
    {{"check", "--tolerance", "nan"}, "nngrad: error: option '--tolerance': 'nan' is not a number\n"},
    {{"check", "--tolerance", "0x1p-3"}, "nngrad: error: option '--tolerance': '0x1p-3' is not a number\n"},
    {{"check", "--format", "latex"}, "nngrad: error: 'check' does not write the format 'latex'\n"},
    {{"inspect", "a.cfg", "b.cfg"}, "nngrad: error: 'inspect' does not take the argument 'b.cfg'\n"},
    {{"plugin"}, "nngrad: error: 'plugin' needs more arguments: list|info|new|build|check [ARGUMENTS]\n"},
    {{"inspect", "--sample", "9"}, "nngrad: error: option '--sample': there is no sample 9: the data has 8\n"},
    {{"inspect", "--set", "foo"}, "nngrad: error: option '--set': 'foo' is not PATH=VALUE\n"},
    {{"inspect", "--set", "=1"}, "nngrad: error: option '--set': '=1' is not PATH=VALUE\n"},
    {{"inspect", "--loss", "a\"; b"}, "nngrad: error: option '--loss': 'a\"; b' is not a name of a plugin\n"},
    {{"inspect", "--loss", "squared_error:scale"}, "nngrad: error: option '--loss': 'scale' is not KEY=VALUE\n"},
    {{"inspect", "--loss", "squared_error:sc ale=1"},
     "nngrad: error: option '--loss': 'sc ale' is not a name of a parameter\n"},
    {{"inspect", "--loss", "squared_error:scale=1; x = 2"},
     "nngrad: error: option '--loss': the value of 'scale' is no number, word, true or false: '1; x = 2'\n"},
    {{"inspect", "--loss", "squared_error:scale=\"1\""},
     "nngrad: error: option '--loss': the value of 'scale' is no number, word, true or false: '\"1\"'\n"},
};

START_TEST(bad_command_lines)
{
    for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
        const char *arguments[8] = {NNGRAD_PROGRAM};
        for (size_t k = 0; k < 6 && refusals[i].arguments[k] != NULL; k++)
            arguments[k + 1] = refusals[i].arguments[k];
        struct run run = run_program((struct run_setting){0}, arguments);
        ck_assert_status(run, 2);
        ck_assert_str_eq(run.out, "");
        ck_assert_msg(strncmp(run.err, refusals[i].answer, strlen(refusals[i].answer)) == 0, "not '%s' but '%s'",
                      refusals[i].answer, run.err);
        run_free(&run);
    }
}
END_TEST

START_TEST(global_options_stand_anywhere)
{
    struct run a = NNGRAD("--format", "csv", "inspect");
    struct run b = NNGRAD("inspect", "--format=csv");
    struct run c = NNGRAD("-q", "inspect", "--format", "text", "--format", "csv", "--");
    ck_assert_status(a, 0);
    ck_assert_str_eq(a.out, b.out);
    ck_assert_str_eq(a.out, c.out);
    struct run d = NNGRAD("inspect", "--", "--format"); /* a model of that name */
    ck_assert_status(d, 2);
    ck_assert_contains(d.err, "--format: error: ");
    run_free(&a);
    run_free(&b);
    run_free(&c);
    run_free(&d);
}
END_TEST

START_TEST(help_and_version)
{
    struct run version = NNGRAD("--version");
    ck_assert_status(version, 0);
    ck_assert_str_eq(version.out, "nngrad 0.1.0\n");
    run_free(&version);
    const char *const commands[] = {"inspect", "check", "plugin", "help"};
    struct run whole = NNGRAD("--help"), same = NNGRAD("help");
    ck_assert_status(whole, 0);
    ck_assert_str_eq(whole.out, same.out);
    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        struct run a = NNGRAD(commands[i], "--help"), b = NNGRAD("help", commands[i]);
        struct run page = NNGRAD("help", commands[i], "--format", "markdown");
        ck_assert_status(a, 0);
        ck_assert_str_eq(a.out, b.out);
        ck_assert_contains(whole.out, commands[i]);
        ck_assert_contains(page.out, "## nngrad ");
        run_free(&a);
        run_free(&b);
        run_free(&page);
    }
    struct run check = NNGRAD("check", "--help");
    ck_assert_contains(check.out, "--format text|csv|json|markdown\n"); /* no latex here */
    ck_assert_contains(check.out, "--against FILE");
    ck_assert_lacks(check.out, "--symbols");
    run_free(&check);
    run_free(&whole);
    run_free(&same);
}
END_TEST

START_TEST(settings_of_the_model)
{
    struct run given = NNGRAD("inspect", MODELS "442.cfg", "--loss", "cross_entropy", "-q");
    struct run set = NNGRAD("inspect", MODELS "442.cfg", "--set", "loss=cross_entropy", "-q");
    ck_assert_status(given, 0);
    ck_assert_contains(given.out, "cross_entropy");
    ck_assert_str_eq(given.out, set.out);
    run_free(&given);
    run_free(&set);
    struct run doubled = NNGRAD("inspect", MODELS "442.cfg", "--loss", "squared_error:scale=2", "-q");
    ck_assert_contains(doubled.out, "L = 0.210982: squared_error"); /* 2 x 0.10549111582 */
    run_free(&doubled);
    struct run summed = NNGRAD("inspect", "--set=loss.reduction=sum", "--loss=squared_error:scale=.5", "-q");
    ck_assert_contains(summed.out, "the sum over 8 samples"); /* --set has the last word, wherever it stands */
    run_free(&summed);
    struct run one = NNGRAD("inspect", "--seed", "1", "-q"), two = NNGRAD("inspect", "--seed", "2", "-q");
    struct run none = NNGRAD("inspect", "-q");
    ck_assert_str_eq(one.out, none.out);
    ck_assert_str_ne(one.out, two.out);
    run_free(&one);
    run_free(&two);
    run_free(&none);
    struct run short_name = NNGRAD("inspect", "--loss", "mse");
    ck_assert_status(short_name, 2);
    ck_assert_contains(short_name.err, "--loss mse: error: unknown loss 'mse' (did you mean 'mean_squared_error'?)");
    run_free(&short_name);
}
END_TEST

START_TEST(diagnostics_show_the_line)
{
    char name[] = "/tmp/nngrad-cli-XXXXXX";
    int descriptor = mkstemp(name);
    const char text[] = "network = { inputs = 1; layers = (\n\t{ units = 1; activation = \"sigmiod\"; }); };\n"
                        "loss = \"squared_error\";\ndata = { inputs = ((1)); targets = ((1)); };\n";
    ck_assert_int_eq(write(descriptor, text, sizeof text - 1), (ssize_t)(sizeof text - 1));
    close(descriptor);
    struct run run = NNGRAD("inspect", name);
    char first[256];
    snprintf(first, sizeof first, "%s:2: error: unknown activation 'sigmiod' (did you mean 'sigmoid'?)", name);
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, first);
    ck_assert_contains(run.err, "\n    \t{ units = 1; activation = \"sigmiod\"; }); };\n");
    ck_assert_str_eq(run.out, "");
    run_free(&run);
    unlink(name);
}
END_TEST

/* Text from outside never steers the terminal: ESC (C0), the C1 form of CSI, and bytes that are no UTF-8. */
START_TEST(control_characters_are_shown)
{
    struct run run = NNGRAD("inspect", "a\033[31mb\xc2\x9b"
                                       "c\xff.cfg");
    ck_assert_status(run, 2);
    ck_assert_ptr_null(strchr(run.err, '\033'));
    ck_assert_lacks(run.err, "\xc2\x9b");
    ck_assert_ptr_null(strchr(run.err, '\xff'));
    run_free(&run);
}
END_TEST

START_TEST(output_to_a_file)
{
    char directory[] = "/tmp/nngrad-cli-XXXXXX", file[64], link[64];
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(file, sizeof file, "%s/out.txt", directory);
    snprintf(link, sizeof link, "%s/link.txt", directory);
    struct run plain = NNGRAD("inspect");
    struct run written = NNGRAD("inspect", "--output", file);
    ck_assert_status(written, 0);
    ck_assert_str_eq(written.out, "");
    ck_assert_str_eq(written.err, "");
    char *text = run_read_all(fopen(file, "r"));
    ck_assert_str_eq(text, plain.out);
    free(text);
    run_free(&written);
    ck_assert_int_eq(symlink(file, link), 0); /* a link is followed, and stays one */
    written = NNGRAD("inspect", "-qo", link, "--format=csv");
    ck_assert_status(written, 0);
    struct stat about;
    ck_assert(lstat(link, &about) == 0 && S_ISLNK(about.st_mode));
    text = run_read_all(fopen(file, "r"));
    ck_assert_int_eq(strncmp(text, "name,kind", 9), 0);
    free(text);
    run_free(&written);
    written = NNGRAD("inspect", "nosuch.cfg", "-o", file); /* a failure leaves the old file as it was */
    ck_assert_status(written, 2);
    text = run_read_all(fopen(file, "r"));
    ck_assert_int_eq(strncmp(text, "name,kind", 9), 0);
    free(text);
    run_free(&written);
    run_free(&plain);
    unlink(file);
    unlink(link);
    ck_assert_int_eq(rmdir(directory), 0); /* nothing else was left behind */
}
END_TEST

START_TEST(output_that_cannot_be_written)
{
    struct run full = NNGRAD("inspect", "-o", "/dev/full");
    ck_assert_status(full, 3);
    ck_assert_contains(full.err, "/dev/full: error: cannot write");
    struct run nowhere = NNGRAD("inspect", "-o", "/nonexistent/x.txt");
    ck_assert_status(nowhere, 3);
    struct run directory = NNGRAD("inspect", "-o", "/tmp");
    ck_assert_status(directory, 3);
    struct run out_full = run_program((struct run_setting){.out_file = "/dev/full"}, ARGUMENTS("inspect"));
    ck_assert_status(out_full, 3);
    ck_assert_contains(out_full.err, "nngrad: error: cannot write to standard output");
    struct run out_closed = run_program((struct run_setting){.closed_out = true}, ARGUMENTS("--version"));
    ck_assert_status(out_closed, 3);
    run_free(&full);
    run_free(&nowhere);
    run_free(&directory);
    run_free(&out_full);
    run_free(&out_closed);
}
END_TEST

/* ---- terminals ---------------------------------------------------------------------------------------------- */

START_TEST(colour_and_width_of_a_terminal)
{
    const char *const unset[] = {"COLUMNS", NULL}, *const no_color[] = {"COLUMNS", "NO_COLOR=1", NULL};
    const char *const empty[] = {"COLUMNS", "NO_COLOR=", NULL}, *const dumb[] = {"COLUMNS", "TERM=dumb", NULL};
    char *text = run_on_terminal(24, 200, unset, ARGUMENTS("inspect"));
    ck_assert_contains(text, "\033[1mNetwork\033[0m");
    ck_assert_contains(text, "Layer 2\033[0m"); /* 200 columns: all groups side by side, */
    char *bands = strstr(text, "Layer 1");
    ck_assert(strstr(bands, "Biases") < strchr(bands, '\n')); /* in one line */
    free(text);
    text = run_on_terminal(24, 80, no_color, ARGUMENTS("inspect"));
    ck_assert_ptr_null(strchr(text, '\033'));
    free(text);
    text = run_on_terminal(24, 80, no_color, ARGUMENTS("inspect", "--color", "always"));
    ck_assert_ptr_nonnull(strchr(text, '\033'));
    free(text);
    text = run_on_terminal(24, 80, empty, ARGUMENTS("inspect"));
    ck_assert_ptr_nonnull(strchr(text, '\033'));
    free(text);
    text = run_on_terminal(24, 80, dumb, ARGUMENTS("inspect"));
    ck_assert_ptr_null(strchr(text, '\033'));
    free(text);
    struct run piped = NNGRAD("inspect"), never = NNGRAD("inspect", "--color=never");
    ck_assert_ptr_null(strchr(piped.out, '\033'));
    ck_assert_str_eq(piped.out, never.out);
    run_free(&piped);
    run_free(&never);
}
END_TEST

/* A network that takes half a minute, and is not yet so large that it would be screened: an interrupt ends it soon,
 * with its status, and nothing is written. */
START_TEST(interrupted)
{
    char directory[] = "/tmp/nngrad-cli-XXXXXX", file[64];
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(file, sizeof file, "%s/out.txt", directory);
    const char *const arguments[] = {NNGRAD_PROGRAM,
                                     "check",
                                     "-o",
                                     file,
                                     "--set",
                                     "layers.1.units=400",
                                     "--set",
                                     "layers.2.units=400",
                                     "--threads",
                                     "1",
                                     "--set",
                                     "data={ generator = \"majority\"; samples = 3000; };",
                                     NULL};
    pid_t child = fork();
    if (child == 0) {
        struct run_setting setting = {0};
        int null = open("/dev/null", O_RDWR);
        run_child(&setting, arguments, null, null);
    }
    int status;
    sleep(2);
    ck_assert_int_eq(kill(child, SIGINT), 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 130, "wait status 0x%x", (unsigned)status);
    ck_assert_int_eq(rmdir(directory), 0);
}
END_TEST

RUN_SUITE("command_line", bad_command_lines, global_options_stand_anywhere, help_and_version, settings_of_the_model,
          diagnostics_show_the_line, control_characters_are_shown, output_to_a_file, output_that_cannot_be_written,
          colour_and_width_of_a_terminal, interrupted)
