/* progress.c - a bar on standard error when the work takes over a second, and a clean stop on Ctrl-C. */
#include "progress.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

void progress_catch_interrupt(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_interrupt;
    action.sa_flags = (int)SA_RESETHAND | SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
}

bool progress_was_interrupted(void)
{
    return interrupted != 0;
}

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

struct progress progress_begin(const struct options *options, const char *what)
{
    double now = seconds_now();
    bool shown = isatty(STDERR_FILENO) && !option_given(options, OPTION_QUIET);
    return (struct progress){.what = what, .shown = shown, .begun = now, .last = now};
}

static void draw(const struct progress *progress, double fraction, double elapsed)
{
    enum { WIDTH = 30 };
    size_t done = fraction <= 0 ? 0 : fraction >= 1 ? WIDTH : (size_t)(fraction * WIDTH);
    char bar[WIDTH + 1];
    memset(bar, '-', WIDTH);
    memset(bar, '#', done);
    bar[WIDTH] = '\0';
    fprintf(stderr, "\r%s [%s] %3.0f%%", progress->what, bar, 100 * fraction);
    if (fraction > 0.02)
        fprintf(stderr, "  %.0f s left ", elapsed / fraction - elapsed);
    fflush(stderr);
}

bool progress_step(void *context, double fraction)
{
    struct progress *progress = context;
    if (interrupted)
        return false;
    double now = seconds_now();
    if (progress->shown && now - progress->begun > 1 && now - progress->last > 0.1) {
        draw(progress, fraction, now - progress->begun);
        progress->drawn = true;
        progress->last = now;
    }
    return true;
}

void progress_end(struct progress *progress)
{
    if (progress->drawn)
        fputs("\r\033[K", stderr);
    progress->drawn = false;
}
