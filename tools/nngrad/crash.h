/* crash.h - a crash says which it was, and what to do. */
#ifndef NNGRAD_CRASH_H
#define NNGRAD_CRASH_H

/* From now on a signal that ends the process by a fault (of a plugin, most likely) says so on standard error first. A
 * sanitizer's own handlers stay. */
void crash_explain(void);

/* The system's own again, for a process that is watched by another. */
void crash_be_silent(void);

#endif
