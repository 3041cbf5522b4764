/* plain.c - text for a terminal. */
#include "render/plain.h"

#include <stdint.h>
#include <string.h>

/* One character of UTF-8: its code point and its length in bytes; U+FFFD and 1 for a byte that begins none. */
static uint32_t decode(const char *text, size_t *length)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t bad = 0;
    *length = s[0] < 0x80 ? 1 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
    if (*length == 1)
        return s[0];
    if (strnlen(text, *length) < *length || !nng_utf8_valid(text, *length, &bad)) {
        *length = 1;
        return 0xfffd;
    }
    uint32_t point = s[0] & (0x7fu >> *length);
    for (size_t i = 1; i < *length; i++)
        point = point << 6 | (s[i] & 0x3fu);
    return point;
}

struct range {
    uint32_t first, last;
};

static bool is_in(const struct range *ranges, size_t count, uint32_t point)
{
    for (size_t i = 0; i < count; i++)
        if (point >= ranges[i].first && point <= ranges[i].last)
            return true;
    return false;
}

static size_t point_width(uint32_t point)
{
    static const struct range none[] = {{0x300, 0x36f}, {0x200b, 0x200f}, {0x20d0, 0x20ff}, {0xfe00, 0xfe0f}};
    static const struct range wide[] = {{0x1100, 0x115f},   {0x2e80, 0xa4cf},  {0xac00, 0xd7a3}, {0xf900, 0xfaff},
                                        {0xfe30, 0xfe6f},   {0xff00, 0xff60},  {0xffe0, 0xffe6}, {0x1f300, 0x1f64f},
                                        {0x1f900, 0x1f9ff}, {0x20000, 0x3fffd}};
    if (point < 0x300)
        return 1;
    if (is_in(none, sizeof none / sizeof none[0], point))
        return 0;
    return is_in(wide, sizeof wide / sizeof wide[0], point) ? 2 : 1;
}

size_t plain_width(const char *text)
{
    size_t width = 0, length;
    for (; *text != '\0'; text += length)
        width += point_width(decode(text, &length));
    return width;
}

void plain_add_clean(struct nng_text *out, const char *text)
{
    for (size_t length; *text != '\0'; text += length) {
        uint32_t point = decode(text, &length);
        bool control = point < 0x20 || (point >= 0x7f && point < 0xa0) || point == 0xfffd;
        if (control)
            nng_text_add(out, "\xef\xbf\xbd");
        else
            nng_text_add_n(out, text, length);
    }
}

const char *plain_part(struct nng_text *out, const struct nng_text *part)
{
    out->failed = out->failed || part->failed;
    return part->data != NULL ? part->data : "";
}

/* ANSI SGR codes that read well on light and on dark backgrounds. */
static const char *const inks[] = {
    [INK_TITLE] = "\033[1m",  [INK_DIM] = "\033[2m",  [INK_GOOD] = "\033[32m",
    [INK_BAD] = "\033[1;31m", [INK_ODD] = "\033[33m",
};

void plain_add(struct nng_text *out, const struct style *style, enum ink ink, const char *text)
{
    bool coloured = style->colour && ink != INK_PLAIN && text[0] != '\0';
    if (coloured)
        nng_text_add(out, inks[ink]);
    nng_text_add(out, text);
    if (coloured)
        nng_text_add(out, "\033[0m");
}

void plain_space(struct nng_text *out, size_t count)
{
    static const char spaces[] = "                                ";
    for (size_t n; count > 0; count -= n) {
        n = count < sizeof spaces - 1 ? count : sizeof spaces - 1;
        nng_text_add_n(out, spaces, n);
    }
}

void plain_end_line(struct nng_text *out)
{
    while (out->length > 0 && out->data[out->length - 1] == ' ')
        out->data[--out->length] = '\0';
    nng_text_add(out, "\n");
}

/* Adds words until the text ends. A word that does not fit in its line begins the next one, after `broken`. */
static void wrap(struct nng_text *out, size_t most, size_t column, size_t indent, const char *broken, const char *text)
{
    bool begun = false; /* the line holds a word of ours */
    while (*(text += strspn(text, " ")) != '\0') {
        size_t length = strcspn(text, " "), width = 0, step;
        for (size_t i = 0; i < length; i += step)
            width += point_width(decode(text + i, &step));
        if (begun && column + 1 + width > most) {
            nng_text_add(out, broken);
            plain_end_line(out);
            plain_space(out, indent);
            column = indent;
            begun = false;
        }
        if (begun)
            nng_text_add(out, " ");
        nng_text_add_n(out, text, length);
        column += width + (begun ? 1 : 0);
        begun = true;
        text += length;
    }
    plain_end_line(out);
}

void plain_wrap(struct nng_text *out, const struct style *style, size_t column, size_t indent, const char *text)
{
    wrap(out, style->width, column, indent, "", text);
}

void plain_wrap_command(struct nng_text *out, const struct style *style, size_t column, const char *command)
{
    static const char broken[] = " \\";
    if (column + plain_width(command) <= style->width || strchr(command, '\'') != NULL) /* never inside quotes */
        wrap(out, SIZE_MAX, column, column, "", command);
    else
        wrap(out, style->width - strlen(broken), column, column, broken, command);
}
