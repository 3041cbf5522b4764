/* run.h - running the nngrad program as a user does: no shell, standard output and standard error captured, a time
 * limit, an environment that does not depend on whose machine it is. */
#ifndef NNG_TESTS_RUN_H
#define NNG_TESTS_RUN_H

#include "support.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define NNGRAD_PROGRAM BINARY_DIR "/bin/nngrad"
#define MODELS SOURCE_DIR "/tests/models/"

enum { RUN_SECONDS = 60 };

struct run {
    int status; /* exit status; 128 + signal when it was killed */
    char *out, *err;
};

/* How it is run; begin with {0}. */
struct run_setting {
    const char *const *environment; /* NAME=VALUE, or NAME to unset; NULL-terminated; NULL for none */
    const char *directory;          /* working directory; NULL: this one */
    const char *out_file;           /* standard output is this file; NULL: captured */
    bool closed_out;                /* standard output is closed */
    bool together;                  /* standard error goes where standard output goes */
    int terminal;                   /* the slave of a pseudo-terminal for standard output; 0: none */
    const char *program;            /* searched along PATH; NULL: nngrad */
};

static inline char *run_read_all(FILE *file)
{
    fseek(file, 0, SEEK_END);
    long length = ftell(file);
    rewind(file);
    char *text = calloc((size_t)length + 1, 1);
    ck_assert_ptr_nonnull(text);
    ck_assert_uint_eq(fread(text, 1, (size_t)length, file), (size_t)length);
    fclose(file);
    return text;
}

/* A file's text, to be freed. */
static inline char *read_whole(const char *path)
{
    FILE *file = fopen(path, "rb");
    ck_assert_msg(file != NULL, "%s", path);
    return run_read_all(file);
}

static inline void run_set_environment(const struct run_setting *setting)
{
    const char *const standard[] = {"COLUMNS=80",
                                    "NO_COLOR",
                                    "NNGRAD_PLUGIN_PATH",
                                    "XDG_DATA_HOME=/nonexistent",
                                    "XDG_CACHE_HOME=" BINARY_DIR "/cache",
                                    "CC",
                                    "TERM=xterm",
                                    NULL};
    const char *const *lists[] = {standard, setting->environment};
    for (size_t k = 0; k < 2; k++)
        for (const char *const *entry = lists[k]; entry != NULL && *entry != NULL; entry++) {
            char name[64];
            const char *equals = strchr(*entry, '=');
            snprintf(name, sizeof name, "%.*s", (int)strcspn(*entry, "="), *entry);
            if (equals != NULL)
                setenv(name, equals + 1, 1);
            else
                unsetenv(name);
        }
}

/* In the child: never returns. */
static inline void run_child(const struct run_setting *setting, const char *const *arguments, int out, int err)
{
    run_set_environment(setting);
    if (setting->directory != NULL && chdir(setting->directory) != 0)
        _exit(126);
    if (setting->out_file != NULL)
        out = open(setting->out_file, O_WRONLY);
    if (setting->terminal != 0)
        out = setting->terminal;
    dup2(out, STDOUT_FILENO);
    dup2(setting->together ? out : err, STDERR_FILENO);
    if (setting->closed_out)
        close(STDOUT_FILENO);
    alarm(RUN_SECONDS);
    execvp(setting->program != NULL ? setting->program : NNGRAD_PROGRAM, (char *const *)arguments);
    _exit(127);
}

static inline struct run run_program(struct run_setting setting, const char *const *arguments)
{
    FILE *out = tmpfile(), *err = tmpfile();
    int wait_status;
    ck_assert(out != NULL && err != NULL);
    fflush(stdout);
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0)
        run_child(&setting, arguments, fileno(out), fileno(err));
    ck_assert_int_eq(waitpid(child, &wait_status, 0), child);
    int status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
    return (struct run){.status = status, .out = run_read_all(out), .err = run_read_all(err)};
}

static inline void run_free(struct run *run)
{
    free(run->out);
    free(run->err);
}

/* Runs it with standard output on a pseudo-terminal of that size, and gives what stands on the screen. */
static inline char *run_on_terminal(unsigned short rows, unsigned short width, const char *const *environment,
                                    const char *const *arguments)
{
    enum { MOST = 65536 };
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    ck_assert(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
    int slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    struct winsize size = {.ws_row = rows, .ws_col = width};
    ck_assert(slave >= 0 && ioctl(slave, TIOCSWINSZ, &size) == 0);
    pid_t child = fork();
    if (child == 0) {
        struct run_setting setting = {.environment = environment, .terminal = slave, .together = true};
        run_child(&setting, arguments, slave, slave);
    }
    close(slave);
    char *text = calloc(MOST + 1, 1);
    size_t length = 0;
    for (ssize_t n; length < MOST && (n = read(master, text + length, MOST - length)) > 0;)
        length += (size_t)n;
    close(master);
    waitpid(child, NULL, 0);
    return text;
}

#define ARGUMENTS(...) ((const char *const[]){NNGRAD_PROGRAM, __VA_ARGS__, NULL})

/* Where there is none, a notice says so. */
static inline bool have_gnuplot(void)
{
    struct run run =
        run_program((struct run_setting){.program = "gnuplot"}, (const char *const[]){"gnuplot", "--version", NULL});
    int status = run.status;
    run_free(&run);
    if (status != 0)
        fprintf(stderr, "notice: there is no gnuplot: pictures are not drawn\n");
    return status == 0;
}

/* struct run run = NNGRAD("inspect", "--format", "json"); */
#define NNGRAD(...) run_program((struct run_setting){0}, ARGUMENTS(__VA_ARGS__))

/* The same in an environment: NNGRAD_IN(("COLUMNS=40"), "inspect") */
#define NNGRAD_IN(entry, ...)                                                                                          \
    run_program((struct run_setting){.environment = (const char *const[]){entry, NULL}}, ARGUMENTS(__VA_ARGS__))

/* It ended with that status; the message shows what it said. */
#define ck_assert_status(run, expected)                                                                                \
    ck_assert_msg((run).status == (expected), "status %d, not %d; it said: %.2000s%.2000s", (run).status, (expected),  \
                  (run).err, (run).out)

#define ck_assert_contains(text, part) ck_assert_msg(strstr(text, part) != NULL, "'%s' is not in:\n%.3000s", part, text)
#define ck_assert_lacks(text, part) ck_assert_msg(strstr(text, part) == NULL, "'%s' is in:\n%.3000s", part, text)

#endif
