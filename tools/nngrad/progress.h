/* progress.h - long work: a bar on standard error, and a clean stop on Ctrl-C. */
#ifndef NNGRAD_PROGRESS_H
#define NNGRAD_PROGRESS_H

#include <stdbool.h>

#include "options.h"

struct progress {
    const char *what; /* "checking" */
    bool shown;       /* standard error is a terminal, and nobody asked for quiet */
    bool quiet;
    bool drawn;         /* a bar stands on the screen */
    double begun, last; /* seconds */
};

/* From now on the first SIGINT sets a flag; a second one ends the process. */
void progress_catch_interrupt(void);

bool progress_was_interrupted(void);

struct progress progress_begin(const struct options *options, const char *what);

/* To be called now and then, with a struct progress and the fraction done; false asks to stop. */
bool progress_step(void *progress, double fraction);

/* The same with what is to be said beside the bar: "epoch 7 of 100". Where there is no terminal it is said in a line of
 * its own, every ten seconds. */
bool progress_tell(struct progress *progress, double fraction, const char *format, ...) NNG_PRINTF(3, 4);

/* Seconds since it began. */
double progress_seconds(const struct progress *progress);

/* Takes the bar off the screen. */
void progress_end(struct progress *progress);

#endif
