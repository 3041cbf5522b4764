/* program.h - running another program: by its words, never through a shell. */
#ifndef NNGRAD_PROGRAM_H
#define NNGRAD_PROGRAM_H

#include <nngrad/nngrad.h>

/* Runs words[0], which is searched along PATH unless it holds a slash, till it ends. `streams` are the descriptors of
 * its standard input, output and error; where it is NULL they are ours, and what it says, on standard output too, goes
 * to standard error: standard output is for results. *ended is its exit status, or 128 and the number of the signal
 * that ended it. A program that cannot be run is NNG_ENVIRONMENT. */
NNG_MUST_USE enum nng_status program_run(const char *const *words, const int streams[3], int *ended,
                                         struct nng_error *error);

#endif
