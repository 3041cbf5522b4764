/* number.h - decimal numbers in text, whatever the locale. */
#ifndef NNG_BASE_NUMBER_H
#define NNG_BASE_NUMBER_H

#include <stddef.h>

enum nng_number {
    NNG_NUMBER_FINITE,
    NNG_NUMBER_NONFINITE, /* the words nan, inf, infinity, with or without a sign, in any case */
    NNG_NUMBER_OVERFLOW,  /* a number beyond DBL_MAX, such as 1e999 */
    NNG_NUMBER_NONE       /* anything else: hexadecimal, "1.5abc", "1,5", "", more than 500 characters */
};

/* Reads all of text[0 ... length-1] as [+-] digits [. digits] [e [+-] digits], rounded to the nearest double (to zero
 * when it is too small). *value is set for finite numbers and for the words. */
enum nng_number nng_number_parse(const char *text, size_t length, double *value);

/* Writes a value with so many significant digits (17: it reads back as the same bits); "nan", "inf", "-inf". */
enum { NNG_NUMBER_SIZE = 40 };
void nng_number_format(char text[NNG_NUMBER_SIZE], double value, int digits);

#endif
