/* scan.c - the tokens of a model file, and its includes.
 *
 * Numbers are read in the C locale: nothing here or in libconfig calls setlocale.
 */
#include "model/scan.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static enum nng_status add_token(struct nng_scanner *s, char kind, size_t file, size_t offset, size_t length,
                                 struct nng_error *error)
{
    struct nng_source *source = s->source;
    struct nng_token token = {(uint32_t)file, (uint32_t)offset, (uint32_t)length, kind};
    enum nng_status status = nng_grammar_check(s, &token, error);
    if (status != NNG_OK)
        return status;
    if (source->token_count == NNG_SOURCE_TOKENS)
        return nng_source_fail_at(source, file, offset, error,
                                  "more than %d words: data belongs in a CSV file, weights in a parameters file",
                                  NNG_SOURCE_TOKENS);
    if (source->token_count == source->token_room) {
        size_t room = source->token_room * 2 + 256;
        struct nng_token *tokens = nng_reallocate(source->tokens, room, sizeof *tokens);
        if (tokens == NULL)
            return nng_fail_memory(error);
        source->tokens = tokens;
        source->token_room = room;
    }
    source->tokens[source->token_count++] = token;
    if (strchr("ns0b", kind) != NULL)
        nng_text_add_n(&source->text, nng_token_text(s->source, &token), length);
    else
        nng_text_add_n(&source->text, &kind, 1);
    nng_text_add_n(&source->text, "\n", 1);
    return source->text.failed ? nng_fail_memory(error) : NNG_OK;
}

/* ---- the tokens --------------------------------------------------------------------------------------------- */

/* The length of the space and comments at p. */
static enum nng_status skip_space(const struct nng_scanner *s, size_t file, size_t *offset, struct nng_error *error)
{
    const char *text = s->source->files[file].text, *p = text + *offset;
    for (;;) {
        if (is_space(*p)) {
            p++;
        } else if (*p == '#' || (p[0] == '/' && p[1] == '/')) {
            p += strcspn(p, "\n");
        } else if (p[0] == '/' && p[1] == '*') {
            const char *end = strstr(p + 2, "*/");
            if (end == NULL)
                return nng_source_fail_at(s->source, file, (size_t)(p - text), error, "'/*' is never closed");
            p = end + 2;
        } else {
            *offset = (size_t)(p - text);
            return NNG_OK;
        }
    }
}

/* "...", without the quotes' neighbours: its length with both quotes. */
static enum nng_status string_length(const struct nng_scanner *s, size_t file, size_t offset, size_t *length,
                                     struct nng_error *error)
{
    const char *begin = s->source->files[file].text + offset, *p = begin + 1;
    while (*p != '"') {
        if (*p == '\0' || *p == '\n')
            return nng_source_fail_at(s->source, file, offset, error, "'\"' is never closed on its line");
        if (p[0] == '\\' && (p[1] == 'x' || p[1] == 'X') && is_hex(p[2]) && is_hex(p[3]) &&
            (p[2] >= '8' || (p[2] == '0' && p[3] == '0')))
            return nng_source_fail_at(s->source, file, (size_t)(p - begin) + offset, error,
                                      "'%.4s' is not an ASCII character: write the character itself", p);
        p += p[0] == '\\' && (p[1] == '\\' || p[1] == '"') ? 2 : 1;
    }
    *length = (size_t)(p - begin) + 1;
    return NNG_OK;
}

/* Is this one of libconfig's numbers: 12, -3L, 0x1f, 1.5, .5e-3? *whole says whether it is an integer. */
static bool is_number(const char *text, size_t length, bool *whole)
{
    const char *p = text, *end = text + length;
    *whole = true;
    if (length > 2 && p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
        for (p += 2; p < end && is_hex(*p); p++)
            ;
        if (p == text + 2)
            return false;
    } else {
        p += *p == '+' || *p == '-';
        const char *digits = p;
        for (; p < end && is_digit(*p); p++)
            ;
        size_t mantissa = (size_t)(p - digits);
        if (p < end && *p == '.') {
            *whole = false;
            for (p++; p < end && is_digit(*p); p++)
                mantissa++;
        }
        if (mantissa == 0)
            return false;
        if (p < end && (*p == 'e' || *p == 'E')) {
            *whole = false;
            p++;
            p += p < end && (*p == '+' || *p == '-');
            const char *exponent = p;
            for (; p < end && is_digit(*p); p++)
                ;
            if (p == exponent)
                return false;
        }
    }
    if (*whole)
        for (int i = 0; i < 2 && p < end && *p == 'L'; i++)
            p++;
    return p == end;
}

static enum nng_status check_number(const struct nng_scanner *s, size_t file, size_t offset, size_t length,
                                    struct nng_error *error)
{
    const char *text = s->source->files[file].text + offset;
    int n = length > 32 ? 32 : (int)length;
    bool whole = false;
    if (!is_number(text, length, &whole))
        return nng_source_fail_at(s->source, file, offset, error, "'%.*s' is not a number", n, text);
    if (!whole) {
        if (isfinite(strtod(text, NULL)))
            return NNG_OK;
        return nng_source_fail_at(s->source, file, offset, error, "the number '%.*s' is too large", n, text);
    }
    errno = 0;
    long long value = strtoll(text, NULL, text[1] == 'x' || text[1] == 'X' ? 16 : 10);
    if (errno == ERANGE)
        return nng_source_fail_at(s->source, file, offset, error, "the integer '%.*s' does not fit 64 bits", n, text);
    if ((value > INT32_MAX || value < INT32_MIN) && text[length - 1] != 'L')
        return nng_source_fail_at(s->source, file, offset, error,
                                  "the integer '%.*s' does not fit 32 bits: write '%.*sL'", n, text, n, text);
    return NNG_OK;
}

static size_t number_length(const char *text)
{
    size_t n = 1;
    bool hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    while (is_digit(text[n]) || is_letter(text[n]) || text[n] == '.' || text[n] == '_' ||
           (!hex && (text[n] == '+' || text[n] == '-') && (text[n - 1] == 'e' || text[n - 1] == 'E')))
        n++;
    return n;
}

static size_t name_length(const char *text)
{
    size_t n = 1;
    while (is_letter(text[n]) || is_digit(text[n]) || text[n] == '-' || text[n] == '_' || text[n] == '*')
        n++;
    return n;
}

static bool is_boolean(const char *text, size_t length)
{
    const char *word = length == 4 ? "true" : length == 5 ? "false" : "";
    for (size_t i = 0; i < length; i++)
        if (word[i] == '\0' || (text[i] | 0x20) != word[i])
            return false;
    return true;
}

static enum nng_status fail_character(const struct nng_scanner *s, size_t file, size_t offset, struct nng_error *error)
{
    const char *text = s->source->files[file].text + offset;
    int length = 1;
    while (((unsigned char)text[length] & 0xc0u) == 0x80u)
        length++;
    if (strncmp(text, "\xe2\x80\x9c", 3) == 0 || strncmp(text, "\xe2\x80\x9d", 3) == 0 || *text == '\'')
        return nng_source_fail_at(s->source, file, offset, error, "a text stands in straight double quotes: \"...\"");
    if ((unsigned char)*text < 0x20 || *text == 0x7f)
        return nng_source_fail_at(s->source, file, offset, error, "unexpected byte 0x%02x", (unsigned char)*text);
    return nng_source_fail_at(s->source, file, offset, error, "unexpected character '%.*s'", length, text);
}

static enum nng_status scan_file(struct nng_scanner *s, size_t file, struct nng_error *error);

/* ---- includes ----------------------------------------------------------------------------------------------- */

/* "a.cfg includes b.cfg includes a.cfg" */
static enum nng_status fail_cycle(const struct nng_scanner *s, size_t first, size_t file, size_t offset,
                                  const char *again, struct nng_error *error)
{
    struct nng_text path = {0};
    for (size_t i = first; i < s->chain_length; i++)
        nng_text_print(&path, "%s includes ", s->source->files[s->chain[i]].name);
    nng_text_add(&path, again);
    enum nng_status status =
        path.failed ? nng_fail_memory(error) : nng_source_fail_at(s->source, file, offset, error, "%s", path.data);
    nng_text_free(&path);
    return status;
}

static enum nng_status open_include(struct nng_scanner *s, size_t file, size_t offset, const char *path,
                                    struct nng_error *error)
{
    struct nng_source *source = s->source;
    if (!source->includes)
        return nng_source_fail_at(source, file, offset, error, "@include is not allowed here");
    if (s->chain_length == NNG_SOURCE_INCLUDE_DEPTH)
        return nng_source_fail_at(source, file, offset, error, "includes are nested deeper than %d files",
                                  NNG_SOURCE_INCLUDE_DEPTH);
    if (source->file_count == NNG_SOURCE_FILES)
        return nng_source_fail_at(source, file, offset, error, "more than %d files are included", NNG_SOURCE_FILES);
    const char *name = nng_source_relative(source->arena, source->files[file].name, path);
    if (name == NULL)
        return nng_fail_memory(error);
    struct nng_error inner = {0};
    size_t count = source->file_count;
    enum nng_status status = nng_source_open(source, name, &inner);
    if (status == NNG_INPUT && source->file_count == count) /* not even opened: blame the include */
        return nng_source_fail_at(source, file, offset, error, "cannot include '%s': %s", path,
                                  inner.text + strlen("cannot read: "));
    if (status != NNG_OK) {
        if (error != NULL)
            *error = inner;
        return status;
    }
    const struct nng_source_file *opened = &source->files[count];
    for (size_t i = 0; i < s->chain_length; i++) {
        const struct nng_source_file *above = &source->files[s->chain[i]];
        if (above->device == opened->device && above->inode == opened->inode)
            return fail_cycle(s, i, file, offset, name, error);
    }
    return scan_file(s, count, error);
}

/* @include "path" at *offset, which moves behind it. */
static enum nng_status scan_include(struct nng_scanner *s, size_t file, size_t *offset, struct nng_error *error)
{
    static const char word[] = "@include";
    const char *text = s->source->files[file].text;
    size_t begin = *offset, length = 0;
    if (strncmp(text + begin, word, strlen(word)) != 0)
        return nng_source_fail_at(s->source, file, begin, error, "expected '@include \"file\"' after '@'");
    enum nng_status status = NNG_OK;
    *offset += strlen(word);
    NNG_TRY(skip_space(s, file, offset, error));
    if (text[*offset] != '"')
        NNG_TRY(nng_source_fail_at(s->source, file, begin, error, "expected a file name in quotes after '@include'"));
    NNG_TRY(string_length(s, file, *offset, &length, error));
    char *path = nng_arena_text_n(s->source->arena, text + *offset + 1, length - 2);
    if (path == NULL)
        NNG_TRY(nng_fail_memory(error));
    *offset += length;
    NNG_TRY(open_include(s, file, begin, path, error));
fail:
    return status;
}

/* ---- a file, from its first token to its last ---------------------------------------------------------------- */

static enum nng_status scan_token(struct nng_scanner *s, size_t file, size_t *offset, struct nng_error *error)
{
    const char *text = s->source->files[file].text + *offset;
    enum nng_status status = NNG_OK;
    size_t length = 1;
    char kind = *text;
    if (kind == '@')
        return scan_include(s, file, offset, error);
    if (kind == '"') {
        kind = 's';
        NNG_TRY(string_length(s, file, *offset, &length, error));
    } else if (is_digit(kind) || kind == '.' || kind == '+' || kind == '-') {
        kind = '0';
        length = number_length(text);
        NNG_TRY(check_number(s, file, *offset, length, error));
    } else if (is_letter(kind) || kind == '*') {
        length = name_length(text);
        kind = is_boolean(text, length) ? 'b' : 'n';
    } else if (strchr("=:,;(){}[]", kind) != NULL) {
        kind = kind == ':' ? '=' : kind == '[' ? '(' : kind == ']' ? ')' : kind;
    } else {
        NNG_TRY(fail_character(s, file, *offset, error));
    }
    NNG_TRY(add_token(s, kind, file, *offset, length, error));
    *offset += length;
fail:
    return status;
}

static enum nng_status scan_file(struct nng_scanner *s, size_t file, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t offset = 0;
    s->chain[s->chain_length++] = file;
    if (strncmp(s->source->files[file].text, "\xef\xbb\xbf", 3) == 0)
        offset = 3;
    NNG_TRY(skip_space(s, file, &offset, error));
    while (offset < s->source->files[file].length) {
        NNG_TRY(scan_token(s, file, &offset, error));
        NNG_TRY(skip_space(s, file, &offset, error));
    }
fail:
    s->chain_length--;
    return status;
}

enum nng_status nng_source_scan(struct nng_source *source, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_scanner s = {.source = source, .expect = NNG_EXPECT_SETTING, .open[0].bracket = '{'};
    NNG_TRY(scan_file(&s, 0, error));
    NNG_TRY(nng_grammar_end(&s, error));
    nng_text_add(&source->text, ""); /* an empty file has an empty text, not none */
    if (source->text.failed)
        NNG_TRY(nng_fail_memory(error));
fail:
    return status;
}
