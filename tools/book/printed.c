/* printed.c - a number as prose prints it, and which values round to it.
 *
 *     [+-−] digits [, digits] [. digits] [e EXPONENT | × 10^EXPONENT] [%]
 */
#include "printed.h"

#include <ctype.h>
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/text.h"

/* Goes past one of the words; 0 if none stands here, or else its number from 1. */
static int skip(const char **at, const char *const *words, int count)
{
    for (int i = 0; i < count; i++)
        if (strncmp(*at, words[i], strlen(words[i])) == 0) {
            *at += strlen(words[i]);
            return i + 1;
        }
    return 0;
}

static void skip_blanks(const char **at)
{
    static const char *const blanks[] = {" ", "\xc2\xa0", "\xe2\x80\xaf"}; /* the last two do not break a line */
    while (skip(at, blanks, 3) != 0) {
    }
}

/* -1 where a minus stands ('-', U+2212), 1 otherwise */
static int read_sign(const char **at)
{
    static const char *const signs[] = {"+", "-", "\xe2\x88\x92"};
    return skip(at, signs, 3) > 1 ? -1 : 1;
}

/* e-3, × 10^-3, · 10^{-3}, × 10⁻³; false when something of the kind is begun but not ended. */
static bool read_exponent(const char **at, int *exponent)
{
    static const char *const times[] = {"\xc3\x97", "\xc2\xb7", "*", "x"};
    static const char *const raised[] = {"\xe2\x81\xb0", "\xc2\xb9",     "\xc2\xb2",     "\xc2\xb3",
                                         "\xe2\x81\xb4", "\xe2\x81\xb5", "\xe2\x81\xb6", "\xe2\x81\xb7",
                                         "\xe2\x81\xb8", "\xe2\x81\xb9"};
    static const char *const minus[] = {"\xe2\x81\xbb"};
    const char *begin = *at;
    int sign = 1, value = 0, digits = 0, digit;
    bool letter = **at == 'e' || **at == 'E', brace = false;
    *exponent = 0;
    if (letter) {
        ++*at;
    } else {
        skip_blanks(at);
        if (skip(at, times, 4) == 0) {
            *at = begin;
            return true;
        }
        skip_blanks(at);
        if (strncmp(*at, "10", 2) != 0)
            return false;
        *at += 2;
        letter = **at == '^';
        *at += letter;
        brace = letter && **at == '{';
        *at += brace;
    }
    sign = letter ? read_sign(at) : skip(at, minus, 1) != 0 ? -1 : 1;
    while ((digit = letter ? (isdigit((unsigned char)**at) ? *(*at)++ - '0' + 1 : 0) : skip(at, raised, 10)) != 0 &&
           digits++ < 4)
        value = 10 * value + digit - 1;
    if (brace && *(*at)++ != '}')
        return false;
    *exponent = sign * value;
    return digits > 0 && digits <= 4;
}

/* Digits, with commas only where they part thousands. */
static bool read_digits(const char **at, struct nng_text *digits, int *decimals)
{
    size_t whole = strspn(*at, "0123456789,"), first = strcspn(*at, ",");
    bool grouped = first < whole;
    for (size_t i = 0; i < whole; i++)
        if ((*at)[i] != ',')
            nng_text_add_n(digits, *at + i, 1);
        else if (first == 0 || first > 3 || (i - first) % 4 != 0)
            return false;
    if (grouped && (whole - first) % 4 != 0)
        return false;
    *at += whole;
    *decimals = 0;
    if (**at == '.') {
        *decimals = (int)strspn(++*at, "0123456789");
        nng_text_add(digits, ".");
        nng_text_add_n(digits, *at, (size_t)*decimals);
        *at += *decimals;
        return *decimals > 0;
    }
    return whole > 0;
}

bool printed_read(const char *text, struct printed *printed)
{
    struct nng_text digits = {0};
    int decimals = 0, exponent = 0;
    double value = 0;
    bool negative = read_sign(&text) < 0,
         well = read_digits(&text, &digits, &decimals) && read_exponent(&text, &exponent);
    if (well) {
        skip_blanks(&text);
        if (*text == '%') {
            text++;
            exponent -= 2;
        }
        nng_text_print(&digits, "e%d", exponent);
        well = *text == '\0' && !digits.failed &&
               nng_number_parse(digits.data, digits.length, &value) == NNG_NUMBER_FINITE;
    }
    *printed = (struct printed){negative ? -value : value, 0.5 * pow(10, exponent - decimals)};
    nng_text_free(&digits);
    return well;
}

bool printed_fits(const struct printed *printed, double value)
{
    double rounding = 4 * DBL_EPSILON * (fabs(value) + printed->half); /* of the subtraction, and of half a unit */
    return fabs(value - printed->value) <= printed->half + rounding;
}
