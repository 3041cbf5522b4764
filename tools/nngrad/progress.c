/* progress.c - a bar on standard error when the work takes over a second, and a clean stop on Ctrl-C. */
#include "progress.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
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
    bool quiet = option_given(options, OPTION_QUIET), shown = isatty(STDERR_FILENO) && !quiet;
    return (struct progress){.what = what, .shown = shown, .quiet = quiet, .begun = now, .last = now};
}

double progress_seconds(const struct progress *progress)
{
    return seconds_now() - progress->begun;
}

/* Columns of the terminal that standard error is. */
static size_t terminal_columns(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : 80;
}

/* said: what stands beside the bar, or "". A line that wrapped could not be drawn over: it is cut. */
static void draw(struct progress *progress, double fraction, double now, const char *said)
{
    enum { WIDTH = 30, NARROW = 10 };
    int width = said[0] != '\0' ? NARROW : WIDTH;
    int done = fraction <= 0 ? 0 : fraction >= 1 ? width : (int)(fraction * width);
    char bar[WIDTH + 1], left[48] = "", line[512];
    memset(bar, '-', WIDTH);
    memset(bar, '#', (size_t)done);
    bar[width] = '\0';
    if (fraction > 0.02)
        snprintf(left, sizeof left, "  %.0f s left", (now - progress->begun) * (1 / fraction - 1));
    snprintf(line, sizeof line, "%s [%s] %3.0f%%%s%s%s", progress->what, bar, 100 * fraction, left,
             said[0] != '\0' ? "  " : "", said);
    size_t columns = terminal_columns();
    if (columns <= sizeof line)
        line[columns - 1] = '\0';
    fprintf(stderr, "\r%s\033[K", line);
    fflush(stderr);
    progress->drawn = true;
    progress->last = now;
}

bool progress_step(void *context, double fraction)
{
    struct progress *progress = context;
    double now = seconds_now();
    if (progress->shown && now - progress->begun > 1 && now - progress->last > 0.1)
        draw(progress, fraction, now, "");
    return interrupted == 0;
}

bool progress_tell(struct progress *progress, double fraction, const char *format, ...)
{
    enum { LINE_SECONDS = 10 };
    char said[256];
    double now = seconds_now();
    bool bar = progress->shown && now - progress->begun > 0.5 && now - progress->last > 0.1;
    bool line = !progress->shown && !progress->quiet && now - progress->last > LINE_SECONDS;
    if (bar || line) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(said, sizeof said, format, arguments);
        va_end(arguments);
    }
    if (bar)
        draw(progress, fraction, now, said);
    if (line) {
        fprintf(stderr, "nngrad: %s: %s\n", progress->what, said);
        progress->last = now;
    }
    return interrupted == 0;
}

void progress_end(struct progress *progress)
{
    if (progress->drawn)
        fputs("\r\033[K", stderr);
    progress->drawn = false;
}
