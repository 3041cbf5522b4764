/* info.c - what stands behind the fence of a block.
 *
 *     nngrad name=first status=1 caption="the loss by epoch"
 *
 * The first word says what the block is, and so which keys may follow; a value with blanks stands in double quotes.
 */
#include "info.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"

static const char *const kind_words[BLOCK_KINDS] = {
#define BLOCK_KIND_WORD(identifier, word) [BLOCK_##identifier] = (word),
    BLOCK_KIND_LIST(BLOCK_KIND_WORD)
#undef BLOCK_KIND_WORD
};

static const char *const key_words[BLOCK_KEYS] = {
#define BLOCK_KEY_WORD(identifier, word) [KEY_##identifier] = (word),
    BLOCK_KEY_LIST(BLOCK_KEY_WORD)
#undef BLOCK_KEY_WORD
};

/* Which keys a kind of block may have, and which it must. */
#define BIT(key) (1u << KEY_##key)
static const struct {
    unsigned allowed, needed;
} kind_keys[BLOCK_KINDS] = {
    [BLOCK_NNGRAD] = {BIT(NAME) | BIT(STATUS) | BIT(FROM) | BIT(TO) | BIT(CAPTION) | BIT(SHOW), 0},
    [BLOCK_FILE] = {BIT(NAME), BIT(NAME)},
    [BLOCK_DERIV] = {BIT(NAME) | BIT(STATUS) | BIT(FILE), 0},
    [BLOCK_EXERCISE] = {BIT(KIND) | BIT(TITLE), BIT(KIND) | BIT(TITLE)},
};

static enum nng_status find_kind(const struct chapter *chapter, const char *word, struct block *block,
                                 struct nng_error *error)
{
    char quote[NNG_QUOTE_SIZE], hint[NNG_HINT_SIZE];
    for (int kind = 0; kind < BLOCK_KINDS; kind++)
        if (strcmp(kind_words[kind], word) == 0) {
            block->kind = (enum block_kind)kind;
            return NNG_OK;
        }
    return chapter_fail(chapter, NNG_INPUT, block->line, error, "unknown block '%s'%s",
                        nng_quote(quote, word, strlen(word)),
                        nng_hint(hint, nng_nearest_of(word, kind_words, BLOCK_KINDS)));
}

static enum nng_status find_key(const struct chapter *chapter, const struct block *block, const char *word,
                                enum block_key *found, struct nng_error *error)
{
    char quote[NNG_QUOTE_SIZE], hint[NNG_HINT_SIZE];
    const char *names[BLOCK_KEYS];
    size_t count = 0;
    for (int key = 0; key < BLOCK_KEYS; key++) {
        if ((kind_keys[block->kind].allowed & 1u << key) == 0)
            continue;
        names[count++] = key_words[key];
        if (strcmp(key_words[key], word) == 0) {
            *found = (enum block_key)key;
            return NNG_OK;
        }
    }
    if (count == 0)
        return chapter_fail(chapter, NNG_INPUT, block->line, error, "'%s' stands alone: it has no key '%s'",
                            kind_words[block->kind], nng_quote(quote, word, strlen(word)));
    return chapter_fail(chapter, NNG_INPUT, block->line, error, "'%s' has no key '%s'%s", kind_words[block->kind],
                        nng_quote(quote, word, strlen(word)), nng_hint(hint, nng_nearest_of(word, names, count)));
}

/* ---- values -------------------------------------------------------------------------------------------------- */

/* [A-Za-z][A-Za-z0-9_-]*: what a claim may name */
static bool is_identifier(const char *text)
{
    if (!isalpha((unsigned char)text[0]))
        return false;
    for (; *text != '\0'; text++)
        if (!isalnum((unsigned char)*text) && *text != '_' && *text != '-')
            return false;
    return true;
}

static enum nng_status check_choice(const struct chapter *chapter, const struct block *block, enum block_key key,
                                    const char *const *words, size_t count, struct nng_error *error)
{
    const char *value = block->values[key];
    struct nng_text known = {0};
    char quote[NNG_QUOTE_SIZE];
    for (size_t i = 0; i < count; i++) {
        if (value == NULL || strcmp(value, words[i]) == 0)
            return NNG_OK;
    }
    for (size_t i = 0; i < count; i++)
        nng_text_print(&known, "%s%s", i > 0 ? ", " : "", words[i]);
    enum nng_status status =
        chapter_fail(chapter, NNG_INPUT, block->line, error, "%s=%s: it is one of %s", key_words[key],
                     nng_quote(quote, value, strlen(value)), known.data != NULL ? known.data : "");
    nng_text_free(&known);
    return status;
}

static enum nng_status check_values(const struct chapter *chapter, struct block *block, struct nng_error *error)
{
    static const char *const shows[] = {"no", "yes"}, *const exercises[] = {"predict", "derive", "break"};
    enum nng_status status = NNG_OK;
    char quote[NNG_QUOTE_SIZE];
    for (int key = 0; key < BLOCK_KEYS; key++)
        if ((kind_keys[block->kind].needed & 1u << key) != 0 && block->values[key] == NULL)
            NNG_TRY(chapter_fail(chapter, NNG_INPUT, block->line, error, "'%s' needs %s=...", kind_words[block->kind],
                                 key_words[key]));
    const char *name = block->values[KEY_NAME], *ends = block->values[KEY_STATUS];
    if (name != NULL && block->kind != BLOCK_FILE && !is_identifier(name))
        NNG_TRY(chapter_fail(chapter, NNG_INPUT, block->line, error,
                             "name=%s: a name is a letter, and then letters, digits, '_' and '-'",
                             nng_quote(quote, name, strlen(name))));
    if (ends != NULL) {
        char *end = NULL;
        long value = isdigit((unsigned char)ends[0]) ? strtol(ends, &end, 10) : -1;
        if (value < 0 || value > 255 || *end != '\0')
            NNG_TRY(chapter_fail(chapter, NNG_INPUT, block->line, error, "status=%s: it is a number from 0 to 255",
                                 nng_quote(quote, ends, strlen(ends))));
        block->status = (int)value;
    }
    NNG_TRY(check_choice(chapter, block, KEY_SHOW, shows, sizeof shows / sizeof shows[0], error));
    NNG_TRY(check_choice(chapter, block, KEY_KIND, exercises, sizeof exercises / sizeof exercises[0], error));
fail:
    return status;
}

/* ---- words --------------------------------------------------------------------------------------------------- */

/* The value that begins at *at, and where the next word may begin. */
static enum nng_status read_value(const struct chapter *chapter, const struct block *block, const char *key,
                                  const char **at, const char **value, struct nng_error *error)
{
    bool quoted = **at == '"';
    const char *begin = *at + quoted, *end = begin + strcspn(begin, quoted ? "\"" : " \t");
    if (quoted && *end == '\0')
        return chapter_fail(chapter, NNG_INPUT, block->line, error, "%s=\"... has no closing quote", key);
    *at = end + quoted;
    if (quoted && **at != '\0' && **at != ' ' && **at != '\t')
        return chapter_fail(chapter, NNG_INPUT, block->line, error, "%s=\"...\" is followed by '%c', not by a blank",
                            key, **at);
    if (end == begin)
        return chapter_fail(chapter, NNG_INPUT, block->line, error, "%s= has no value", key);
    *value = nng_arena_text_n(chapter->arena, begin, (size_t)(end - begin));
    return *value != NULL ? NNG_OK : nng_fail_memory(error);
}

static enum nng_status read_pair(const struct chapter *chapter, struct block *block, const char **at,
                                 struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t length = strcspn(*at, "= \t");
    enum block_key key = KEY_NAME;
    char quote[NNG_QUOTE_SIZE];
    const char *word = nng_arena_text_n(chapter->arena, *at, length);
    if (word == NULL)
        return nng_fail_memory(error);
    if ((*at)[length] != '=')
        return chapter_fail(chapter, NNG_INPUT, block->line, error, "'%s' is not KEY=VALUE",
                            nng_quote(quote, word, length));
    NNG_TRY(find_key(chapter, block, word, &key, error));
    if (block->values[key] != NULL)
        NNG_TRY(chapter_fail(chapter, NNG_INPUT, block->line, error, "%s= is given twice", word));
    *at += length + 1;
    NNG_TRY(read_value(chapter, block, word, at, &block->values[key], error));
fail:
    return status;
}

enum nng_status info_read(const struct chapter *chapter, const char *info, struct block *block, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t length = strcspn(info, " \t");
    const char *word = nng_arena_text_n(chapter->arena, info, length);
    if (word == NULL)
        return nng_fail_memory(error);
    NNG_TRY(find_kind(chapter, word, block, error));
    const char *at = info + length;
    while (*(at += strspn(at, " \t")) != '\0')
        NNG_TRY(read_pair(chapter, block, &at, error));
    NNG_TRY(check_values(chapter, block, error));
fail:
    return status;
}
