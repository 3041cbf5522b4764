/* text.c - text that grows; the nearest right name. */
#include "base/text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

static bool make_room(struct nng_text *text, size_t more)
{
    if (text->failed)
        return false;
    if (text->room - text->length > more)
        return true;
    size_t room = (text->length + more + 1) * 2;
    char *data = nng_reallocate(text->data, room, 1);
    if (data == NULL) {
        text->failed = true;
        return false;
    }
    text->data = data;
    text->room = room;
    return true;
}

void nng_text_add_n(struct nng_text *text, const char *string, size_t length)
{
    if (!make_room(text, length))
        return;
    memcpy(text->data + text->length, string, length);
    text->length += length;
    text->data[text->length] = '\0';
}

void nng_text_add(struct nng_text *text, const char *string)
{
    nng_text_add_n(text, string, strlen(string));
}

void nng_text_print(struct nng_text *text, const char *format, ...)
{
    va_list arguments, again;
    va_start(arguments, format);
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length >= 0 && make_room(text, (size_t)length + 1)) {
        vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
    va_end(arguments);
}

void nng_text_free(struct nng_text *text)
{
    nng_release(text->data);
    *text = (struct nng_text){0};
}

/* Restricted Damerau-Levenshtein distance (insert, delete, replace, swap neighbours), ignoring case; names longer than
 * the table count as far away. */
static size_t distance(const char *a, const char *b)
{
    enum { LONGEST = 63 };
    size_t la = strlen(a), lb = strlen(b);
    if (la > LONGEST || lb > LONGEST)
        return LONGEST;
    size_t row[3][LONGEST + 1];
    size_t *before = row[0], *above = row[1], *here = row[2];
    for (size_t j = 0; j <= lb; j++)
        above[j] = j;
    for (size_t i = 1; i <= la; i++) {
        here[0] = i;
        for (size_t j = 1; j <= lb; j++) {
            int ca = tolower((unsigned char)a[i - 1]), cb = tolower((unsigned char)b[j - 1]);
            size_t best = above[j - 1] + (ca != cb);
            if (above[j] + 1 < best)
                best = above[j] + 1;
            if (here[j - 1] + 1 < best)
                best = here[j - 1] + 1;
            if (i > 1 && j > 1 && ca == tolower((unsigned char)b[j - 2]) && cb == tolower((unsigned char)a[i - 2]) &&
                before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            here[j] = best;
        }
        size_t *spare = before;
        before = above;
        above = here;
        here = spare;
    }
    return above[lb];
}

/* mse for mean_squared_error? */
static bool is_initials(const char *text, const char *name)
{
    size_t words = 0;
    for (const char *word = name; word != NULL; words++) {
        if (word[0] == '\0' || text[words] != word[0])
            return false;
        word = strchr(word, '_');
        word = word != NULL ? word + 1 : NULL;
    }
    return words > 1 && text[words] == '\0';
}

const char *nng_nearest(const char *wrong, const void *names, size_t count,
                        const char *(*name)(const void *names, size_t i))
{
    const char *nearest = NULL;
    size_t least = (size_t)-1, length = strlen(wrong);
    for (size_t i = 0; i < count; i++) {
        const char *candidate = name(names, i);
        if (is_initials(wrong, candidate))
            return candidate;
        size_t longer = strlen(candidate) > length ? strlen(candidate) : length;
        size_t d = distance(wrong, candidate);
        if (d * 3 <= longer + 1 && d < least) {
            least = d;
            nearest = candidate;
        }
    }
    return nearest;
}

static const char *string_at(const void *names, size_t i)
{
    return ((const char *const *)names)[i];
}

const char *nng_nearest_of(const char *wrong, const char *const *names, size_t count)
{
    return nng_nearest(wrong, names, count, string_at);
}

const char *nng_hint(char hint[NNG_HINT_SIZE], const char *nearest)
{
    hint[0] = '\0';
    if (nearest != NULL)
        snprintf(hint, NNG_HINT_SIZE, " (did you mean '%s'?)", nearest);
    return hint;
}

const char *nng_quote(char quote[NNG_QUOTE_SIZE], const char *text, size_t length)
{
    enum { SHOWN = NNG_QUOTE_SIZE - 4 };
    nng_copy_text(quote, SHOWN + 1, text, length);
    if (length > SHOWN)
        strcat(quote, "...");
    return quote;
}

/* RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. */
bool nng_utf8_valid(const char *bytes, size_t length, size_t *bad)
{
    const unsigned char *s = (const unsigned char *)bytes;
    for (size_t i = 0; i < length;) {
        size_t more = 0;
        unsigned char low = 0x80, high = 0xbf; /* the range of the second byte */
        if (s[i] >= 0x01 && s[i] <= 0x7f)
            more = 0;
        else if (s[i] >= 0xc2 && s[i] <= 0xdf)
            more = 1;
        else if (s[i] >= 0xe0 && s[i] <= 0xef) {
            more = 2;
            low = s[i] == 0xe0 ? 0xa0 : 0x80;
            high = s[i] == 0xed ? 0x9f : 0xbf;
        } else if (s[i] >= 0xf0 && s[i] <= 0xf4) {
            more = 3;
            low = s[i] == 0xf0 ? 0x90 : 0x80;
            high = s[i] == 0xf4 ? 0x8f : 0xbf;
        } else {
            *bad = i;
            return false;
        }
        for (size_t k = 1; k <= more; k++) {
            if (i + k >= length || s[i + k] < low || s[i + k] > high) {
                *bad = i;
                return false;
            }
            low = 0x80;
            high = 0xbf;
        }
        i += more + 1;
    }
    return true;
}

void nng_copy_text(char *to, size_t size, const char *text, size_t length)
{
    size_t n = length < size - 1 ? length : size - 1;
    if (n < length) /* never end inside a character: 10xxxxxx continues one */
        while (n > 0 && ((unsigned char)text[n] & 0xc0u) == 0x80u)
            n--;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        to[i] = (char)((c < 0x20 && c != '\t') || c == 0x7f ? '?' : c);
    }
    to[n] = '\0';
    for (size_t i = 0, bad = 0; !nng_utf8_valid(to + i, n - i, &bad);) {
        i += bad;
        to[i] = '?';
    }
}
