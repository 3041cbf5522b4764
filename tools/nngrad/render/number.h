/* number.h - numbers as people read them. */
#ifndef NNGRAD_NUMBER_H
#define NNGRAD_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

enum { NUMBER_SIZE = 48 };

/* A computed number with exactly that many significant digits, so that a column of them lines up: 0.00315936,
 * -12.3457; beyond 1e-4 ... 10^digits in scientific form, 1.23457e-09; exactly zero is 0. */
void number_computed(double x, int digits, char text[NUMBER_SIZE]);

/* A number that somebody gave (data, settings): no more digits than it needs, up to that many. */
void number_given(double x, int digits, char text[NUMBER_SIZE]);

/* A number whose size alone matters, such as an uncertainty: one digit after the first, 1.4e-15. */
void number_rough(double x, char text[NUMBER_SIZE]);

/* Every digit that a double has: what programs read. */
void number_exact(double x, char text[NUMBER_SIZE]);

/* Where the decimal point stands, or would stand: columns to its left. */
size_t number_point(const char *text);

#endif
