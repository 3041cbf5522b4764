/* progress.c - a bar on standard error when the work takes over a second, and a clean stop on Ctrl-C. */
#include "progress.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "output.h"

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

/* "  12 s left", "  1 h 05 min left"; nothing before it can be told */
static void time_left(char *text, size_t size, double fraction, double spent)
{
    double left = fraction > 0 ? spent * (1 / fraction - 1) : 0;
    text[0] = '\0';
    if (fraction <= 0 || (fraction < 0.01 && spent < 3) || left >= 100 * 3600.0)
        return;
    if (left < 100)
        snprintf(text, size, "  %.0f s left", left);
    else if (left < 100 * 60)
        snprintf(text, size, "  %.0f min left", left / 60);
    else
        snprintf(text, size, "  %.0f h left", left / 3600);
}

/* Cuts a line between words that two spaces part, where it may not be longer. */
static void shorten(char *line, size_t most)
{
    while (strlen(line) > most) {
        char *last = line;
        for (char *gap = line; (gap = strstr(gap, "  ")) != NULL; gap += 2)
            last = gap;
        *last = '\0';
    }
}

/* said: what stands beside the bar, or "". The bar takes the room that is left. A line that wrapped could not be drawn
 * over: what does not fit is left out, the bar first. */
static void draw(struct progress *progress, double fraction, double now, const char *said)
{
    enum { WIDTH = 30, LEAST = 4 };
    char bar[WIDTH + 1], left[48], rest[320];
    size_t columns = terminal_columns();
    time_left(left, sizeof left, fraction, now - progress->begun);
    snprintf(rest, sizeof rest, "%.0f%%%s%s%s", 100 * fraction, left, said[0] != '\0' ? "  " : "", said);
    shorten(rest, columns - 1);
    size_t taken = strlen(progress->what) + strlen(rest) + sizeof " [] ";
    size_t width = columns < taken ? 0 : columns - taken < WIDTH ? columns - taken : WIDTH;
    size_t done = fraction <= 0 ? 0 : fraction >= 1 ? width : (size_t)(fraction * (double)width);
    memset(bar, '-', width);
    memset(bar, '#', done);
    bar[width] = '\0';
    if (width >= LEAST)
        fprintf(stderr, "\r%s [%s] %s\033[K", progress->what, bar, rest);
    else
        fprintf(stderr, "\r%s\033[K", rest);
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
    bool line =
        !progress->shown && !progress->quiet && !output_is_reproducible() && now - progress->last > LINE_SECONDS;
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
