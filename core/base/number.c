/* number.c - decimal numbers in text, whatever the locale.
 *
 * The grammar is checked here, since strtod also takes hexadecimal, "infinity" and whatever the locale adds; strtod
 * then does the correct rounding, with the locale's decimal point put in for ours.
 */
#include "base/number.h"

#include <locale.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static size_t digits_at(const char *text, size_t length, size_t from)
{
    size_t n = 0;
    while (from + n < length && text[from + n] >= '0' && text[from + n] <= '9')
        n++;
    return n;
}

/* [+-] digits [. digits] [e [+-] digits], digits on at least one side of the point */
static bool is_decimal(const char *text, size_t length)
{
    size_t i = length > 0 && (text[0] == '+' || text[0] == '-');
    size_t whole = digits_at(text, length, i), part = 0;
    i += whole;
    if (i < length && text[i] == '.') {
        part = digits_at(text, length, i + 1);
        i += 1 + part;
    }
    if (whole + part == 0)
        return false;
    if (i < length && (text[i] == 'e' || text[i] == 'E')) {
        i++;
        i += i < length && (text[i] == '+' || text[i] == '-');
        size_t exponent = digits_at(text, length, i);
        if (exponent == 0)
            return false;
        i += exponent;
    }
    return i == length;
}

static bool is_word(const char *text, size_t length, double *value)
{
    static const struct {
        const char *word;
        double value;
    } words[] = {{"nan", NAN}, {"inf", INFINITY}, {"infinity", INFINITY}};
    size_t sign = length > 0 && (text[0] == '+' || text[0] == '-');
    for (size_t k = 0; k < sizeof words / sizeof words[0]; k++)
        if (strlen(words[k].word) == length - sign && strncasecmp(text + sign, words[k].word, length - sign) == 0) {
            *value = text[0] == '-' ? -words[k].value : words[k].value;
            return true;
        }
    return false;
}

enum nng_number nng_number_parse(const char *text, size_t length, double *value)
{
    enum { LONGEST = 500, POINT = 8 };
    char copy[LONGEST + POINT + 1];
    if (length > LONGEST)
        return NNG_NUMBER_NONE;
    if (is_word(text, length, value))
        return NNG_NUMBER_NONFINITE;
    if (!is_decimal(text, length))
        return NNG_NUMBER_NONE;
    const char *point = localeconv()->decimal_point, *dot = memchr(text, '.', length);
    size_t before = dot != NULL ? (size_t)(dot - text) : length, width = 0;
    memcpy(copy, text, before);
    if (dot != NULL) {
        width = strnlen(point, POINT);
        memcpy(copy + before, point, width);
        memcpy(copy + before + width, dot + 1, length - before - 1);
        width--;
    }
    copy[length + width] = '\0';
    double parsed = strtod(copy, NULL);
    if (!isfinite(parsed))
        return NNG_NUMBER_OVERFLOW;
    *value = parsed;
    return NNG_NUMBER_FINITE;
}

void nng_number_format(char text[NNG_NUMBER_SIZE], double value, int digits)
{
    if (!isfinite(value)) {
        snprintf(text, NNG_NUMBER_SIZE, "%s", isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return;
    }
    snprintf(text, NNG_NUMBER_SIZE, "%.*g", digits, value);
    const char *point = localeconv()->decimal_point;
    char *at = strstr(text, point);
    if (at != NULL && strcmp(point, ".") != 0) {
        size_t width = strlen(point);
        *at = '.';
        memmove(at + 1, at + width, strlen(at + width) + 1);
    }
}
