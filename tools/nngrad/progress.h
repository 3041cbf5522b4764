/* progress.h - long work: a bar on standard error, and a clean stop on Ctrl-C. */
#ifndef NNGRAD_PROGRESS_H
#define NNGRAD_PROGRESS_H

#include <stdbool.h>

#include "options.h"

struct progress {
    const char *what;   /* "checking" */
    bool shown;         /* standard error is a terminal, and nobody asked for quiet */
    bool drawn;         /* a bar stands on the screen */
    double begun, last; /* seconds */
};

/* From now on the first SIGINT sets a flag; a second one ends the process. */
void progress_catch_interrupt(void);

bool progress_was_interrupted(void);

struct progress progress_begin(const struct options *options, const char *what);

/* To be called now and then, with a struct progress and the fraction done; false asks to stop. */
bool progress_step(void *progress, double fraction);

/* Takes the bar off the screen. */
void progress_end(struct progress *progress);

#endif
