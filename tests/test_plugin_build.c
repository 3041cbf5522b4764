/* test_plugin_build.c - nngrad plugin new, and plugin build: one source file to one shared object, all of it or
 * nothing.
 */
#include "run.h"

#include <dirent.h>
#include <signal.h>
#include <time.h>

#include <jansson.h>

#include "scratch.h"

#define SOURCE SOURCE_DIR "/tests/install/quartic_error.c"

/* nngrad plugin build ARGUMENTS... in the scratch directory, with that entry of the environment. */
#define BUILD_IN(entry, ...)                                                                                           \
    run_program((struct run_setting){.environment = (const char *const[]){entry, NULL}, .directory = scratch},         \
                (const char *const[]){NNGRAD_PROGRAM, "plugin", "build", __VA_ARGS__, NULL})
#define BUILD(...) BUILD_IN("CC", __VA_ARGS__)

static void write_text(const char *relative, const char *text)
{
    write_file(in_scratch(relative), text, strlen(text));
}

static char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    return run_read_all(file);
}

static void copy_source(const char *relative)
{
    char *text = read_text(SOURCE);
    write_text(relative, text);
    free(text);
}

static size_t files_in_scratch(void)
{
    size_t count = 0;
    DIR *directory = opendir(scratch);
    ck_assert_ptr_nonnull(directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(directory);
    return count;
}

/* It must fail with that status, say that on standard error alone, and leave that many files. */
static void check_failure(struct run run, int status, const char *said, size_t files)
{
    ck_assert_status(run, status);
    ck_assert_contains(run.err, said);
    ck_assert_str_eq(run.out, "");
    ck_assert_uint_eq(files_in_scratch(), files);
    run_free(&run);
}

START_TEST(built)
{
    copy_source("quartic_error.c");
    struct run run = BUILD("quartic_error.c");
    ck_assert_status(run, 0);
    ck_assert_str_eq(run.err, "");
    ck_assert_contains(run.out, "-o quartic_error.so");
    ck_assert_contains(run.out, "\nwrote quartic_error.so\n");
    ck_assert_uint_eq(files_in_scratch(), 2);
    struct run info = NNGRAD("plugin", "info", in_scratch("quartic_error.so"));
    ck_assert_status(info, 0);
    ck_assert_contains(info.out, "quartic_error: the fourth power of the error\n");
    struct run inspect = NNGRAD("inspect", "--plugin-path", scratch, "--loss", "quartic_error");
    ck_assert_status(inspect, 0);
    run_free(&run);
    run_free(&info);
    run_free(&inspect);
}
END_TEST

/* Results alone on standard output: what the compiler says is elsewhere, whichever way it says it. */
START_TEST(messages)
{
    copy_source("quartic_error.c");
    write_text("compiler", "#!/bin/sh\necho said on standard output\nexec cc -include unused.h \"$@\"\n");
    write_text("unused.h", "static int unused;\n");
    ck_assert_int_eq(chmod(in_scratch("compiler"), 0700), 0);
    char entry[512];
    snprintf(entry, sizeof entry, "CC=%s", in_scratch("compiler"));
    struct run run = BUILD_IN(entry, "--format=json", "quartic_error.c");
    ck_assert_status(run, 0);
    ck_assert_contains(run.err, "said on standard output");
    ck_assert_contains(run.err, "defined but not used");
    json_t *json = json_loads(run.out, 0, NULL);
    ck_assert_ptr_nonnull(json);
    ck_assert_str_eq(json_string_value(json_object_get(json, "file")), "quartic_error.so");
    ck_assert_str_eq(json_string_value(json_array_get(json_object_get(json, "command"), 0)), entry + 3);
    json_decref(json);
    run_free(&run);
}
END_TEST

START_TEST(compiler_of_several_words)
{
    copy_source("quartic_error.c");
    struct run run = BUILD_IN("CC=  env  LC_ALL=C cc -g ", "quartic_error.c");
    ck_assert_status(run, 0);
    ck_assert_contains(run.out, "env LC_ALL=C cc -g -std=c11 ");
    run_free(&run);
    check_failure(BUILD_IN("CC=cc;touch evil", "quartic_error.c"), 3, "cannot run 'cc;touch': no such program", 2);
    check_failure(BUILD_IN("CC=$(touch evil)", "quartic_error.c"), 3, "cannot run '$(touch'", 2);
}
END_TEST

START_TEST(no_compiler)
{
    copy_source("quartic_error.c");
    const char *const advice = "a C compiler is needed: install gcc or clang (Debian, Ubuntu: apt install gcc; Fedora: "
                               "dnf install gcc; macOS: xcode-select --install), or name yours in CC\n";
    char expected[512];
    snprintf(expected, sizeof expected, "nngrad: error: cannot run 'no_such_cc': no such program; %s", advice);
    struct run named = BUILD_IN("CC=no_such_cc", "quartic_error.c");
    ck_assert_status(named, 3);
    ck_assert_str_eq(named.err, expected);
    snprintf(expected, sizeof expected, "nngrad: error: cannot run 'cc': no such program; %s", advice);
    struct run standard = run_program(
        (struct run_setting){.environment = (const char *const[]){"CC", "PATH=/none", NULL}, .directory = scratch},
        ARGUMENTS("plugin", "build", "quartic_error.c"));
    ck_assert_status(standard, 3);
    ck_assert_str_eq(standard.err, expected);
    ck_assert_uint_eq(files_in_scratch(), 1);
    run_free(&named);
    run_free(&standard);
    check_failure(BUILD_IN("CC=true", "quartic_error.c"), 3, "'true' is no compiler: it wrote nothing\n", 1);
}
END_TEST

/* A failed one leaves what was there. */
START_TEST(does_not_compile)
{
    write_text("my_loss.c", "#include <nngrad/plugin.h>\nint f(void) { return oops; }\n");
    write_text("my_loss.so", "the old one");
    struct run run = BUILD("my_loss.c");
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "my_loss.c:2:");
    ck_assert_contains(run.err, "oops");
    ck_assert_contains(run.err, "\nmy_loss.c: error: does not compile: 'cc' ended with status 1\n");
    char *old = read_text(in_scratch("my_loss.so"));
    ck_assert_str_eq(old, "the old one");
    ck_assert_uint_eq(files_in_scratch(), 2);
    free(old);
    run_free(&run);
}
END_TEST

START_TEST(bad_sources)
{
    const char *const form = "'plugin build' takes a C source file NAME.c, with a NAME of the form [a-z][a-z0-9_]* and "
                             "shorter than 64 bytes, not '";
    make_directory("folder.c");
    check_failure(BUILD("-q"), 2, "nngrad: error: 'plugin build' takes one C source file NAME.c\n", 1);
    check_failure(BUILD("quartic_error.so"), 2, form, 1);
    check_failure(BUILD("Quartic.c"), 2, form, 1);
    check_failure(BUILD(".c"), 2, form, 1);
    check_failure(BUILD("a_name_of_sixty_four_bytes_which_is_one_more_than_there_may_be__.c"), 2, form, 1);
    check_failure(BUILD("--", "-o.c"), 2, form, 1);
    check_failure(BUILD("@file.c"), 2, form, 1);
    check_failure(BUILD("folder.c"), 2, "folder.c: error: cannot be compiled: it is a directory\n", 1);
    check_failure(BUILD("missing.c"), 2, "missing.c: error: cannot be compiled: no such file\n", 1);
    copy_source("quartic_error.c");
    make_directory("quartic_error.so");
    check_failure(BUILD("quartic_error.c"), 3, "quartic_error.so: error: cannot write: ", 3);
}
END_TEST

/* No path is taken for an option of the compiler, or for a file of options. */
START_TEST(odd_directories)
{
    static const char *const odd[] = {"-o", "@options", "with blanks; and more"};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        char source[64];
        make_directory(odd[i]);
        snprintf(source, sizeof source, "%s/quartic_error.c", odd[i]);
        copy_source(source);
        struct run run = BUILD("--", source);
        ck_assert_status(run, 0);
        snprintf(source, sizeof source, "%s/quartic_error.so", odd[i]);
        ck_assert_int_eq(access(in_scratch(source), R_OK), 0);
        run_free(&run);
    }
}
END_TEST

/* Ctrl-C reaches the compiler too; nothing is left of it. */
START_TEST(interrupted)
{
    char entry[512];
    int status;
    copy_source("quartic_error.c");
    write_text("slow", "#!/bin/sh\n: >begun\nexec sleep 30\n");
    ck_assert_int_eq(chmod(in_scratch("slow"), 0700), 0);
    snprintf(entry, sizeof entry, "CC=%s", in_scratch("slow"));
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        struct run_setting setting = {.environment = (const char *const[]){entry, NULL}, .directory = scratch};
        int null = open("/dev/null", O_WRONLY);
        setpgid(0, 0);
        run_child(&setting, ARGUMENTS("plugin", "build", "quartic_error.c"), null, null);
    }
    while (access(in_scratch("begun"), F_OK) != 0)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    ck_assert_int_eq(kill(-child, SIGINT), 0);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status) && WEXITSTATUS(status) == 130);
    ck_assert_uint_eq(files_in_scratch(), 3);
}
END_TEST

/* ---- plugin new ---------------------------------------------------------------------------------------------- */

#define NEW(...)                                                                                                       \
    run_program((struct run_setting){.directory = scratch},                                                            \
                (const char *const[]){NNGRAD_PROGRAM, "plugin", "new", __VA_ARGS__, NULL})

/* The command of its tiny test, as the new file gives it: "cc ... && ./NAME_test". */
static struct run run_tiny_test(const char *source, const char *directory)
{
    char *text = read_text(source), *command = strstr(text, " cc -std=c11");
    ck_assert_ptr_nonnull(command);
    *strchr(command, '\n') = '\0';
    const char *const arguments[] = {"sh", "-c", command, NULL};
    struct run run = run_program((struct run_setting){.program = "sh", .directory = directory}, arguments);
    free(text);
    return run;
}

/* What it writes compiles without a warning, passes its own test, and is what was asked for. */
START_TEST(starters)
{
    static const char *const kinds[] = {"loss", "activation", "optimizer"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        char source[64], said[256], directory[512];
        snprintf(directory, sizeof directory, "%s%s", scratch, i == 0 ? "" : "/sub");
        if (i == 1)
            make_directory("sub");
        struct run run = i == 0 ? NEW(kinds[i], "cauchy_error") : NEW(kinds[i], "cauchy_error", "sub");
        ck_assert_status(run, 0);
        snprintf(source, sizeof source, "%scauchy_error.c", i == 0 ? "" : "sub/");
        snprintf(said, sizeof said, "wrote %s\n\nnext: nngrad plugin build %s\n", source, source);
        ck_assert_contains(run.out, said);
        struct run build = BUILD_IN("CC=cc -Wpedantic -Wshadow -Wconversion -Werror", source);
        ck_assert_status(build, 0);
        struct run test = run_tiny_test(in_scratch(source), directory);
        ck_assert_str_eq(test.out, "well\n");
        ck_assert_status(test, 0);
        source[strlen(source) - 1] = '\0';
        strcat(source, "so");
        struct run info = NNGRAD("plugin", "info", in_scratch(source));
        ck_assert_status(info, 0);
        snprintf(said, sizeof said, "  kind          %s\n", kinds[i]);
        ck_assert_contains(info.out, said);
        run_free(&run);
        run_free(&build);
        run_free(&test);
        run_free(&info);
        if (i > 0)
            ck_assert_int_eq(remove(in_scratch("sub/cauchy_error.c")), 0);
    }
}
END_TEST

/* The tiny test notices a wrong sign. */
START_TEST(tiny_test_can_fail)
{
    struct run run = NEW("loss", "cauchy_error");
    ck_assert_status(run, 0);
    run_free(&run);
    char *text = read_text(in_scratch("cauchy_error.c")), *factor = strstr(text, "= 2 * weight * r;");
    ck_assert_ptr_nonnull(factor);
    factor[2] = '3';
    write_text("cauchy_error.c", text);
    run = run_tiny_test(in_scratch("cauchy_error.c"), scratch);
    ck_assert_status(run, 1);
    ck_assert_contains(run.out, "wrong: L = 1.25, grad = (-1.5, 3)\n");
    run_free(&run);
    free(text);
}
END_TEST

START_TEST(never_overwrites)
{
    write_text("mine.c", "work of an evening");
    check_failure(NEW("loss", "mine"), 2, "mine.c: error: it exists already, and is not overwritten\n", 1);
    char *text = read_text(in_scratch("mine.c"));
    ck_assert_str_eq(text, "work of an evening");
    free(text);
}
END_TEST

START_TEST(bad_new)
{
    const char *const needs = "'plugin new' needs a kind (loss, activation or optimizer) and a NAME\n";
    check_failure(NEW("-q"), 2, needs, 0);
    check_failure(NEW("loss"), 2, needs, 0);
    check_failure(NEW("activaton", "mine"), 2,
                  "unknown kind 'activaton' (did you mean 'activation'?): it is loss, activation or optimizer\n", 0);
    check_failure(NEW("mine", "loss"), 2, "unknown kind 'mine': it is loss, activation or optimizer\n", 0);
    check_failure(
        NEW("loss", "../mine"), 2,
        "'../mine' is no name for a plugin: it must be of the form [a-z][a-z0-9_]* and shorter than 64 bytes\n", 0);
    check_failure(NEW("loss", "mine", "nowhere"), 3, "nowhere/mine.c: error: cannot write: no such directory\n", 0);
    check_failure(NEW("loss", "mine", ".", "more"), 2, "'plugin' does not take the argument 'more'\n", 0);
    check_failure(BUILD("mine.c", "more"), 2, "'plugin build' does not take the argument 'more'\n", 0);
}
END_TEST

RUN_SUITE_BETWEEN("plugin_build", setup_scratch, remove_scratch, built, messages, compiler_of_several_words,
                  no_compiler, does_not_compile, bad_sources, odd_directories, interrupted, starters,
                  tiny_test_can_fail, never_overwrites, bad_new)
