/* grammar.c - libconfig's grammar, checked a token at a time.
 *
 *     settings = { name ("=" | ":") value [";" | ","] }
 *     value    = number | boolean | string { string } | "(" [value {"," value} [","]] ")" | "{" settings "}"
 *
 * "[" and "]" are read as "(" and ")".  What passes here passes libconfig's own parser too, but for a name that is
 * given twice; and here we know enough to say what is wrong.
 */
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "model/scan.h"

enum { SHOWN = 32 }; /* bytes */

const char *nng_token_text(const struct nng_source *source, const struct nng_token *token)
{
    return source->files[token->file].text + token->offset;
}

int nng_token_shown(const struct nng_source *source, const struct nng_token *token)
{
    const char *text = nng_token_text(source, token);
    int length = token->length > SHOWN ? SHOWN : (int)token->length;
    while (((unsigned char)text[length] & 0xc0u) == 0x80u) /* never end inside a character */
        length--;
    return length;
}

static enum nng_status fail_token(const struct nng_scanner *s, const struct nng_token *token, struct nng_error *error,
                                  const char *expected)
{
    return nng_source_fail_at(s->source, token->file, token->offset, error, "expected %s, found '%.*s'", expected,
                              nng_token_shown(s->source, token), nng_token_text(s->source, token));
}

/* After a value: most often the line before lacks its comma. */
static enum nng_status fail_separator(const struct nng_scanner *s, const struct nng_token *token,
                                      struct nng_error *error, const char *expected, char missing)
{
    const struct nng_source *source = s->source;
    const struct nng_token *before = &source->tokens[source->token_count - 1];
    const char *text = nng_token_text(s->source, token);
    if (before->file == token->file &&
        memchr(nng_token_text(s->source, before), '\n', token->offset - before->offset) != NULL)
        return nng_source_fail_at(source, token->file, token->offset, error,
                                  "expected %s before '%.*s' (is a '%c' missing at the end of line %d?)", expected,
                                  nng_token_shown(s->source, token), text, missing,
                                  nng_source_line(source, source->token_count - 1));
    return nng_source_fail_at(source, token->file, token->offset, error, "expected %s before '%.*s'", expected,
                              nng_token_shown(s->source, token), text);
}

static enum nng_status open_bracket(struct nng_scanner *s, const struct nng_token *token, struct nng_error *error)
{
    if (s->depth == NNG_SOURCE_DEPTH)
        return nng_source_fail_at(s->source, token->file, token->offset, error,
                                  "brackets are nested deeper than %d levels", NNG_SOURCE_DEPTH);
    s->depth++;
    s->open[s->depth].bracket = *nng_token_text(s->source, token);
    s->open[s->depth].token = s->source->token_count;
    s->open[s->depth].keys = 0;
    s->expect = token->kind == '{' ? NNG_EXPECT_SETTING : NNG_EXPECT_VALUE;
    return NNG_OK;
}

static enum nng_status close_bracket(struct nng_scanner *s, const struct nng_token *token, struct nng_error *error)
{
    static const char pairs[] = "{}()[]";
    char closer = *nng_token_text(s->source, token), opener = s->open[s->depth].bracket;
    if (s->depth == 0)
        return nng_source_fail_at(s->source, token->file, token->offset, error, "'%c' closes nothing", closer);
    if (strchr(pairs, opener)[1] != closer)
        return nng_source_fail_at(s->source, token->file, token->offset, error,
                                  "'%c' found, but the '%c' of line %d is still open", closer, opener,
                                  nng_source_line(s->source, s->open[s->depth].token));
    struct nng_source *source = s->source;
    char before = source->tokens[source->token_count - 1].kind;
    if (s->expect == NNG_EXPECT_EQUALS || (s->expect == NNG_EXPECT_VALUE && before != '(' && before != ','))
        return fail_token(s, token, error, s->expect == NNG_EXPECT_EQUALS ? "'='" : "a value");
    if (s->expect == NNG_EXPECT_VALUE && before == ',') { /* (1, 2,): libconfig 1.5 does not take the last comma */
        source->token_count--;
        source->text.length -= strlen(",\n");
    }
    s->depth--;
    s->expect = NNG_AFTER_VALUE;
    return NNG_OK;
}

static enum nng_status begin_setting(struct nng_scanner *s, const struct nng_token *token, struct nng_error *error)
{
    if (token->kind != 'n')
        return fail_token(s, token, error, "a setting such as 'units = 4'");
    if (++s->open[s->depth].keys > NNG_SOURCE_KEYS)
        return nng_source_fail_at(s->source, token->file, token->offset, error, "more than %d settings in one group",
                                  NNG_SOURCE_KEYS);
    s->expect = NNG_EXPECT_EQUALS;
    return NNG_OK;
}

static bool is_not_finite(const struct nng_source *source, const struct nng_token *token)
{
    static const char *const words[] = {"nan", "inf", "infinity"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (token->length == strlen(words[i]) &&
            strncasecmp(nng_token_text(source, token), words[i], token->length) == 0)
            return true;
    return false;
}

static enum nng_status begin_value(struct nng_scanner *s, const struct nng_token *token, struct nng_error *error)
{
    if (token->kind == '(' || token->kind == '{')
        return open_bracket(s, token, error);
    if (is_not_finite(s->source, token))
        return nng_source_fail_at(s->source, token->file, token->offset, error, "'%.*s': numbers must be finite",
                                  nng_token_shown(s->source, token), nng_token_text(s->source, token));
    if (token->kind == 'n')
        return nng_source_fail_at(s->source, token->file, token->offset, error,
                                  "expected a value, found the bare word '%.*s': a text stands in quotes",
                                  nng_token_shown(s->source, token), nng_token_text(s->source, token));
    if (strchr("s0b", token->kind) == NULL)
        return fail_token(s, token, error, "a value");
    s->expect = NNG_AFTER_VALUE;
    return NNG_OK;
}

static enum nng_status after_value(struct nng_scanner *s, const struct nng_token *token, struct nng_error *error)
{
    const struct nng_source *source = s->source;
    if (token->kind == 's' && source->tokens[source->token_count - 1].kind == 's')
        return NNG_OK; /* "a" "b" is one string */
    if (s->open[s->depth].bracket == '{') {
        if (token->kind == ';' || token->kind == ',')
            s->expect = NNG_EXPECT_SETTING;
        else if (token->kind == 'n')
            return begin_setting(s, token, error);
        else
            return fail_separator(s, token, error, "';'", ';');
        return NNG_OK;
    }
    if (token->kind != ',')
        return fail_separator(s, token, error, s->open[s->depth].bracket == '[' ? "',' or ']'" : "',' or ')'", ',');
    s->expect = NNG_EXPECT_VALUE;
    return NNG_OK;
}

enum nng_status nng_grammar_check(struct nng_scanner *s, const struct nng_token *token, struct nng_error *error)
{
    if (token->kind == ')' || token->kind == '}')
        return close_bracket(s, token, error);
    switch (s->expect) {
    case NNG_EXPECT_SETTING:
        return begin_setting(s, token, error);
    case NNG_EXPECT_EQUALS:
        if (token->kind != '=')
            return fail_token(s, token, error, "'='");
        s->expect = NNG_EXPECT_VALUE;
        return NNG_OK;
    case NNG_EXPECT_VALUE:
        return begin_value(s, token, error);
    case NNG_AFTER_VALUE:
        return after_value(s, token, error);
    }
    return NNG_OK;
}

enum nng_status nng_grammar_end(const struct nng_scanner *s, struct nng_error *error)
{
    const struct nng_source *source = s->source;
    if (s->depth > 0)
        return nng_source_fail(source, s->open[s->depth].token, error, "'%c' is never closed",
                               s->open[s->depth].bracket);
    if (s->expect == NNG_EXPECT_EQUALS || s->expect == NNG_EXPECT_VALUE)
        return nng_source_fail(source, source->token_count - 1, error, "the file ends in the middle of a setting");
    return NNG_OK;
}
