/* process.h - running one command of a chapter: its words, an environment of its own, a time limit, what it said. */
#ifndef NNGRAD_BOOK_PROCESS_H
#define NNGRAD_BOOK_PROCESS_H

#include <stdbool.h>

#include <nngrad/nngrad.h>

#include "base/text.h"

enum { PROCESS_OUTPUT = 8 << 20 /* bytes that a command may say */ };

struct process {
    const char *program; /* an absolute path */
    const char *const *words;
    const char *directory;          /* where it runs */
    const char *const *environment; /* all of it: NAME=VALUE, NULL-terminated */
    int seconds;                    /* at most */
    bool apart;                     /* standard error is thrown away; otherwise it goes where standard output goes */
};

/* Runs it till it ends, or is made to: after too long (NNG_NUMERIC: it is the command that failed), when it says too
 * much, or on Ctrl-C. *status is its exit status, or 128 and the number of its signal; what it said is added to out. */
NNG_MUST_USE enum nng_status process_run(const struct process *process, int *status, struct nng_text *out,
                                         struct nng_error *error);

#endif
