/* slip.c - slips of a pen: one name for another that is like it. */
#include "derivation/slip.h"

#include <ctype.h>
#include <string.h>

/* One name of a formula. */
struct word {
    const char *text;
    size_t length, stem; /* characters, and those before the first digit */
};

/* The name that stands at text[at]. */
static struct word word_at(const char *text, size_t at)
{
    size_t begin = at, end = at;
    while (begin > 0 && isalnum((unsigned char)text[begin - 1]))
        begin--;
    while (isalnum((unsigned char)text[end]))
        end++;
    size_t stem = begin;
    while (stem < end && !isdigit((unsigned char)text[stem]))
        stem++;
    return (struct word){text + begin, end - begin, stem - begin};
}

static bool same_text(const char *a, const char *b, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (tolower((unsigned char)a[i]) != tolower((unsigned char)b[i]))
            return false;
    return true;
}

/* a1 for h1, dA2 for dH2: what a neuron adds up for what it gives. */
static bool before_and_after(struct word u, struct word v)
{
    if (u.length != v.length || u.stem != v.stem || u.stem == 0)
        return false;
    int last_u = tolower((unsigned char)u.text[u.stem - 1]), last_v = tolower((unsigned char)v.text[v.stem - 1]);
    return ((last_u == 'a' && last_v == 'h') || (last_u == 'h' && last_v == 'a')) &&
           same_text(u.text, v.text, u.stem - 1) && same_text(u.text + u.stem, v.text + v.stem, u.length - u.stem);
}

/* yhat for y */
static bool with_and_without_hat(struct word u, struct word v)
{
    struct word shorter = u.length < v.length ? u : v, longer = u.length < v.length ? v : u;
    return longer.length == shorter.length + 3 && same_text(longer.text, shorter.text, shorter.length) &&
           same_text(longer.text + shorter.length, "hat", 3);
}

/* y - y: nobody writes that. */
static bool takes_from_itself(const char *text)
{
    for (const char *minus = strstr(text, " - "); minus != NULL; minus = strstr(minus + 1, " - ")) {
        struct word u = word_at(text, (size_t)(minus - text)), v = word_at(text, (size_t)(minus - text) + 3);
        if (u.length > 0 && u.length == v.length && memcmp(u.text, v.text, u.length) == 0)
            return true;
    }
    return false;
}

bool nng_is_slip(const char *right, const char *edited)
{
    size_t at = 0;
    while (right[at] != '\0' && right[at] == edited[at])
        at++;
    struct word u = word_at(right, at), v = word_at(edited, at);
    bool index = u.length > 0 && v.length > 0 && u.stem == 0 && v.stem == 0; /* h1[2] for h1[3] */
    bool like = index || (u.stem > 0 && u.stem == v.stem && same_text(u.text, v.text, u.stem)) ||
                before_and_after(u, v) || with_and_without_hat(u, v);
    return like && !takes_from_itself(edited);
}
