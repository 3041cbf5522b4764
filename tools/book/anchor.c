/* anchor.c - the identifiers that headings get, as GitHub and pandoc (gfm_auto_identifiers) make them. */
#include "anchor.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

/* The character that begins at valid UTF-8, and how many bytes it has. */
static uint32_t character_at(const char *text, size_t *length)
{
    const unsigned char *s = (const unsigned char *)text;
    *length = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
    uint32_t c = *length == 1 ? s[0] : s[0] & (0x7fu >> *length);
    for (size_t i = 1; i < *length; i++)
        c = c << 6 | (s[i] & 0x3fu);
    return c;
}

/* Neither letter, digit nor mark: Latin-1's signs, general punctuation, arrows, mathematical and other symbols. */
static bool is_sign(uint32_t c)
{
    bool digit = c == 0xb2 || c == 0xb3 || c == 0xb9 || (c >= 0xbc && c <= 0xbe) || (c >= 0x2070 && c <= 0x209c);
    bool letter = c == 0xaa || c == 0xb5 || c == 0xba || (c >= 0x2100 && c <= 0x218b);
    bool latin = (c >= 0x80 && c <= 0xbf) || c == 0xd7 || c == 0xf7;
    return !digit && !letter && (latin || (c >= 0x2000 && c <= 0x2bff) || (c >= 0x3000 && c <= 0x303f));
}

/* Latin-1's and Greek capitals have their small letters 32 further on. */
static void add_small(struct nng_text *out, const char *bytes, size_t length, uint32_t c)
{
    if ((c >= 0xc0 && c <= 0xde) || (c >= 0x391 && c <= 0x3a9)) {
        c += 32;
        nng_text_print(out, "%c%c", (int)(0xc0u | c >> 6), (int)(0x80u | (c & 0x3fu)));
    } else {
        nng_text_add_n(out, bytes, length);
    }
}

void anchor_add(struct nng_text *out, const char *text)
{
    for (size_t length; *text != '\0'; text += length) {
        uint32_t c = character_at(text, &length);
        if (c < 0x80 && (isalnum((int)c) || c == '_' || c == '-'))
            nng_text_print(out, "%c", tolower((int)c));
        else if (c == ' ')
            nng_text_add(out, "-");
        else if (c >= 0x80 && !is_sign(c))
            add_small(out, text, length, c);
    }
}
