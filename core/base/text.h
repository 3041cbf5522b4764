/* text.h - text that grows, and the nearest right name for a wrong one. */
#ifndef NNG_BASE_TEXT_H
#define NNG_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include <nngrad/nngrad.h>

/* Begin with {0}. `failed` stays set after an allocation failed: check it once at the end. */
struct nng_text {
    char *data; /* always ends in '\0'; NULL while empty */
    size_t length, room;
    bool failed;
};

void nng_text_add(struct nng_text *text, const char *string);
void nng_text_add_n(struct nng_text *text, const char *string, size_t length);
void nng_text_print(struct nng_text *text, const char *format, ...) NNG_PRINTF(2, 3);
void nng_text_free(struct nng_text *text);

/* The nearest of `count` names to a wrong one (restricted Damerau-Levenshtein distance, at most a third of the longer
 * one's length), or the one whose words it gives the first letters of, mse; or NULL. name(names, i) gives the i-th. */
const char *nng_nearest(const char *wrong, const void *names, size_t count,
                        const char *(*name)(const void *names, size_t i));

/* The same over an array of strings. */
const char *nng_nearest_of(const char *wrong, const char *const *names, size_t count);

/* " (did you mean 'sigmoid'?)", which follows the wrong name in a message; "" where nearest is NULL. */
enum { NNG_HINT_SIZE = 96 };
const char *nng_hint(char hint[NNG_HINT_SIZE], const char *nearest);

/* The beginning of a text that may be long, for messages; returns `quote`. */
enum { NNG_QUOTE_SIZE = 68 };
const char *nng_quote(char quote[NNG_QUOTE_SIZE], const char *text, size_t length);

/* Copies text into a buffer of that size, cut at a whole UTF-8 character; control characters and
 * bytes that are no UTF-8 are shown as '?'. */
void nng_copy_text(char *to, size_t size, const char *text, size_t length);

/* Is this valid UTF-8 without NUL? If not, *bad is the offset of the first bad byte. */
bool nng_utf8_valid(const char *bytes, size_t length, size_t *bad);

#endif
