/* python.c - numbers, texts and arrays as Python literals, in lines that people can read. */
#include "export/python.h"

#include <stdio.h>
#include <string.h>

#include "base/number.h"

enum { WIDTH = 100, COMMENT_COLUMN = 56, INDENT = 4 };

static void format_number(char text[NNG_NUMBER_SIZE], double value)
{
    enum { LEAST = 15, MOST = 17 };
    double back = 0.0;
    for (int digits = LEAST; digits <= MOST; digits++) {
        nng_number_format(text, value, digits);
        if (nng_number_parse(text, strlen(text), &back) == NNG_NUMBER_FINITE && back == value)
            break;
    }
    if (strpbrk(text, ".en") == NULL)
        strcat(text, ".0");
}

void python_add_number(struct nng_text *out, double value)
{
    char text[NNG_NUMBER_SIZE];
    format_number(text, value);
    nng_text_add(out, text);
}

void python_add_string(struct nng_text *out, const char *text)
{
    size_t bad;
    bool valid = nng_utf8_valid(text, strlen(text), &bad);
    nng_text_add(out, "\"");
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte == '"' || byte == '\\')
            nng_text_print(out, "\\%c", byte);
        else if (byte < 0x20 || byte == 0x7f)
            nng_text_print(out, "\\x%02x", byte);
        else if (byte >= 0x80 && !valid)
            nng_text_print(out, "\\udc%02x", byte); /* what Python's own surrogateescape makes of it */
        else
            nng_text_add_n(out, text, 1);
    }
    nng_text_add(out, "\"");
}

static size_t column_of(const struct nng_text *out)
{
    size_t column = 0;
    while (column < out->length && out->data[out->length - column - 1] != '\n')
        column++;
    return column;
}

void python_end_line(struct nng_text *out, const char *comment)
{
    if (comment[0] != '\0') {
        size_t column = column_of(out);
        nng_text_print(out, "%*s# %s", (int)(column + 2 > COMMENT_COLUMN ? 2 : COMMENT_COLUMN - column), "", comment);
    }
    nng_text_add(out, "\n");
}

/* ---- lists --------------------------------------------------------------------------------------------------- */

/* Tokens in lines of WIDTH; `column` is where the next one goes. */
struct fill {
    struct nng_text *out;
    size_t column;
    bool one_line;
};

static void begin_line(struct fill *fill, size_t indent)
{
    nng_text_print(fill->out, "\n%*s", (int)indent, "");
    fill->column = indent;
}

/* Adds a token after a space, or on a line of its own where that is full. */
static void add_token(struct fill *fill, const char *token, size_t length, bool first)
{
    if (!fill->one_line && fill->column > INDENT && fill->column + 1 + length > WIDTH) {
        begin_line(fill, INDENT);
    } else if (!first) {
        nng_text_add(fill->out, " ");
        fill->column++;
    }
    nng_text_add_n(fill->out, token, length);
    fill->column += length;
}

/* One row with its brackets, unless the block is flat. */
static void add_row(struct fill *fill, const struct block *block, size_t i, bool first, bool last)
{
    char token[NNG_NUMBER_SIZE + 8];
    for (size_t j = 0; j < block->cols; j++) {
        char number[NNG_NUMBER_SIZE];
        format_number(number, block->data[i * block->row_step + j * block->col_step]);
        bool ends = j + 1 == block->cols;
        int length = snprintf(token, sizeof token, "%s%s%s%s", j == 0 && !block->flat ? "[" : "", number,
                              ends && !block->flat ? "]" : "", ends && last ? "" : ",");
        add_token(fill, token, (size_t)length, first && j == 0);
    }
}

/* How long a row is on a line of its own. */
static size_t row_length(const struct block *block, size_t i)
{
    size_t length = 0;
    for (size_t j = 0; j < block->cols; j++) {
        char number[NNG_NUMBER_SIZE];
        format_number(number, block->data[i * block->row_step + j * block->col_step]);
        length += strlen(number) + 2; /* a comma, a space */
    }
    return length + 1;
}

static bool fits_one_line(const struct block *block, size_t around, size_t width)
{
    size_t length = around + 2;
    for (size_t i = 0; i < block->rows && length <= width; i++)
        length += row_length(block, i);
    return length <= width;
}

void python_add_block(struct nng_text *out, const struct block *block, const char *opening, const char *closing,
                      const char *comment)
{
    bool matrix = block->rows > 1 && !block->packed; /* which is easier to read a row a line */
    bool one_line =
        fits_one_line(block, strlen(opening) + strlen(closing), matrix ? (size_t)COMMENT_COLUMN : (size_t)WIDTH);
    struct fill fill = {.out = out, .one_line = one_line};
    nng_text_print(out, "%s[", opening);
    if (!one_line) {
        python_end_line(out, comment);
        nng_text_print(out, "%*s", INDENT, "");
        fill.column = INDENT;
    }
    for (size_t i = 0; i < block->rows; i++) {
        bool starts_line = i == 0 || (!one_line && (!block->packed || fill.column + row_length(block, i) > WIDTH));
        if (i > 0 && starts_line)
            begin_line(&fill, INDENT);
        add_row(&fill, block, i, starts_line, i + 1 == block->rows);
    }
    if (!one_line)
        nng_text_add(out, "\n");
    nng_text_print(out, "]%s", closing);
    python_end_line(out, one_line ? comment : "");
}

void python_add_indices(struct nng_text *out, const size_t *indices, size_t count, const char *opening,
                        const char *closing, const char *comment)
{
    struct fill fill = {.out = out, .column = INDENT};
    nng_text_print(out, "%s[", opening);
    python_end_line(out, comment);
    nng_text_print(out, "%*s", INDENT, "");
    for (size_t k = 0; k < count; k++) {
        char token[32];
        int length = snprintf(token, sizeof token, "%zu%s", indices[k], k + 1 < count ? "," : "");
        add_token(&fill, token, (size_t)length, k == 0);
    }
    nng_text_print(out, "\n]%s\n", closing);
}
