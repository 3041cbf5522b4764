/* number.c - numbers as people read them. */
#include "render/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* NaN and the infinities, whatever the C library calls them. */
static bool write_special(double x, char text[NUMBER_SIZE])
{
    if (isfinite(x))
        return false;
    strcpy(text, isnan(x) ? "nan" : x > 0 ? "inf" : "-inf");
    return true;
}

void number_computed(double x, int digits, char text[NUMBER_SIZE])
{
    if (write_special(x, text))
        return;
    if (x == 0) {
        strcpy(text, "0");
        return;
    }
    snprintf(text, NUMBER_SIZE, "%.*e", digits - 1, x);
    long exponent = strtol(strchr(text, 'e') + 1, NULL, 10); /* after rounding: 9.9999999 is 1.00000e+01 */
    if (exponent >= -4 && exponent < digits)
        snprintf(text, NUMBER_SIZE, "%.*f", digits - 1 - (int)exponent, x);
}

void number_given(double x, int digits, char text[NUMBER_SIZE])
{
    if (!write_special(x, text))
        snprintf(text, NUMBER_SIZE, "%.*g", digits, x == 0 ? 0 : x);
}

void number_rough(double x, char text[NUMBER_SIZE])
{
    if (!write_special(x, text))
        snprintf(text, NUMBER_SIZE, x == 0 ? "%.0f" : "%.1e", x);
}

void number_exact(double x, char text[NUMBER_SIZE])
{
    if (!write_special(x, text))
        snprintf(text, NUMBER_SIZE, "%.17g", x);
}

size_t number_point(const char *text)
{
    return strcspn(text, ".e");
}
