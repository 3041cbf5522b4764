/* printed.h - a number as prose prints it: -0.130, 1,024, 89.5%, 1.2e-3, 1.2 × 10^-3. */
#ifndef NNGRAD_BOOK_PRINTED_H
#define NNGRAD_BOOK_PRINTED_H

#include <stdbool.h>

/* What was printed stands for every value within half a unit of its last digit. */
struct printed {
    double value; /* percent sign and power of ten counted */
    double half;
};

/* False if the text is not such a number, and nothing else. */
bool printed_read(const char *text, struct printed *printed);

/* Does the value round to what was printed? A tie rounds both ways. */
bool printed_fits(const struct printed *printed, double value);

#endif
