/* crash.c - the last words of a process. The handler runs on a stack of its own, since the other one may be what has
 * overflowed, and does only what a signal handler may do; then the signal does what it would have done. */
#include "crash.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static const struct {
    int number;
    const char *text;
} faults[] = {{SIGSEGV, "nngrad: error: crashed (segmentation fault)"},
              {SIGBUS, "nngrad: error: crashed (bus error)"},
              {SIGFPE, "nngrad: error: crashed (arithmetic exception)"},
              {SIGILL, "nngrad: error: crashed (illegal instruction)"},
              {SIGABRT, "nngrad: error: aborted"}};
enum { FAULTS = sizeof faults / sizeof faults[0] };

static void say(const char *text)
{
    ssize_t written = write(STDERR_FILENO, text, strlen(text));
    (void)written; /* there is nobody left to tell */
}

static void on_crash(int number)
{
    for (size_t i = 0; i < FAULTS; i++)
        if (faults[i].number == number)
            say(faults[i].text);
    say(", in a plugin or in nngrad itself: 'nngrad plugin check NAME' tests a plugin\n");
    signal(number, SIG_DFL);
    raise(number);
}

void crash_explain(void)
{
    static char stack[65536];
    stack_t other = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action, old;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_crash;
    action.sa_flags = SA_ONSTACK | SA_NODEFER;
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < FAULTS; i++)
        if (sigaction(faults[i].number, NULL, &old) == 0 && old.sa_handler == SIG_DFL) {
            sigaltstack(&other, NULL);
            sigaction(faults[i].number, &action, NULL);
        }
}

void crash_be_silent(void)
{
    for (size_t i = 0; i < FAULTS; i++)
        signal(faults[i].number, SIG_DFL);
}
