/* child.h - work that may crash, hang or end the process, done in a process of its own. */
#ifndef NNGRAD_CHILD_H
#define NNGRAD_CHILD_H

#include <nngrad/nngrad.h>

enum child_end {
    CHILD_RETURNED, /* the work came back */
    CHILD_EXITED,   /* it ended its process; number: the exit status */
    CHILD_KILLED,   /* a signal ended it; number: which */
    CHILD_LATE      /* it took too long, and was ended; number: the seconds that it had */
};

struct child {
    void (*work)(void *context); /* what it leaves for its parent stands in memory of child_share */
    /* On a fault (SIGSEGV, SIGBUS) at that address: true to go on. It may only do what a signal handler may. */
    bool (*fault)(void *context, const void *address);
    void *context;
    enum child_end end;
    int number;
    size_t printed;  /* bytes that it wrote to standard output and standard error */
    char first[120]; /* the beginning of them, on one line, without control characters */
};

/* Zeroed memory that children share with their parent; NULL when there is none. */
void *child_share(size_t size);
void child_unshare(void *memory, size_t size);

/* Runs it and waits. NNG_INTERRUPTED after Ctrl-C. */
NNG_MUST_USE enum nng_status child_run(struct child *child, struct nng_error *error);

#endif
