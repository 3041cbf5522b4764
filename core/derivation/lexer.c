/* lexer.c - cuts a derivation into tokens.
 *
 * A page writes W_1, w_131, y-hat with its hat, sigma and delta in Greek; all of them come out in one spelling, so that
 * the parser knows a single name for a single thing.
 */
#include "derivation/lexer.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

/* Characters beyond ASCII that a name may contain, and how they are spelled in it. */
static const struct spelling {
    const char *utf8, *ascii;
} letters[] = {
    {"\xc5\xb7", "yhat"},    {"\xcc\x82", "hat"}, /* y with its hat; the hat alone, as a combining accent */
    {"\xce\xb1", "alpha"},   {"\xce\xb2", "beta"},   {"\xce\xb3", "gamma"}, {"\xce\xb4", "delta"},
    {"\xce\xb5", "epsilon"}, {"\xce\xb6", "zeta"},   {"\xce\xb7", "eta"},   {"\xce\xb8", "theta"},
    {"\xce\xba", "kappa"},   {"\xce\xbb", "lambda"}, {"\xce\xbc", "mu"},    {"\xce\xbd", "nu"},
    {"\xce\xbe", "xi"},      {"\xcf\x80", "pi"},     {"\xcf\x81", "rho"},   {"\xcf\x83", "sigma"},
    {"\xcf\x84", "tau"},     {"\xcf\x86", "phi"},    {"\xcf\x88", "psi"},   {"\xcf\x89", "omega"},
    {"\xce\x94", "Delta"},   {"\xce\x98", "Theta"},  {"\xce\xa3", "Sigma"}, {"\xe2\x88\x91", "Sigma"},
    {"\xe2\x82\x80", "0"},   {"\xe2\x82\x81", "1"},  {"\xe2\x82\x82", "2"}, {"\xe2\x82\x83", "3"},
    {"\xe2\x82\x84", "4"},   {"\xe2\x82\x85", "5"},  {"\xe2\x82\x86", "6"}, {"\xe2\x82\x87", "7"},
    {"\xe2\x82\x88", "8"},   {"\xe2\x82\x89", "9"},
};

/* Longest first where one begins another. */
static const struct operation {
    const char *text;
    enum nng_token_kind kind;
} operators[] = {
    {".*", NNG_TOKEN_DOT_TIMES},
    {"./", NNG_TOKEN_DOT_DIVIDE},
    {".^", NNG_TOKEN_DOT_POWER},
    {"==", NNG_TOKEN_EQUAL_TO},
    {"=", NNG_TOKEN_EQUALS},
    {"+", NNG_TOKEN_PLUS},
    {"-", NNG_TOKEN_MINUS},
    {"*", NNG_TOKEN_TIMES},
    {"/", NNG_TOKEN_DIVIDE},
    {"^", NNG_TOKEN_POWER},
    {"'", NNG_TOKEN_QUOTE},
    {"(", NNG_TOKEN_LEFT_PAREN},
    {")", NNG_TOKEN_RIGHT_PAREN},
    {"[", NNG_TOKEN_LEFT_BRACKET},
    {"]", NNG_TOKEN_RIGHT_BRACKET},
    {",", NNG_TOKEN_COMMA},
    {";", NNG_TOKEN_SEMICOLON},
    {":", NNG_TOKEN_COLON},
    {">", NNG_TOKEN_GREATER},
    {"<", NNG_TOKEN_LESS},
    {"\xe2\x89\x88", NNG_TOKEN_APPROX},
    {"\xe2\x88\x92", NNG_TOKEN_MINUS},     /* minus sign */
    {"\xc2\xb7", NNG_TOKEN_TIMES},         /* middle dot */
    {"\xe2\x8b\x85", NNG_TOKEN_TIMES},     /* dot operator */
    {"\xc3\x97", NNG_TOKEN_TIMES},         /* multiplication sign */
    {"\xe2\x8a\x99", NNG_TOKEN_DOT_TIMES}, /* circled dot */
    {"\xe2\x88\x98", NNG_TOKEN_DOT_TIMES}, /* ring operator */
    {"\xe1\xb5\x80", NNG_TOKEN_QUOTE},     /* raised T */
    {"\xe2\x8a\xa4", NNG_TOKEN_QUOTE},     /* down tack, as a transpose */
    {"\xe2\x80\xb2", NNG_TOKEN_QUOTE},     /* prime */
    {"\xe2\x80\x99", NNG_TOKEN_QUOTE},     /* right single quotation mark */
};

#define PARTIAL "\xe2\x88\x82"

struct lexer {
    struct nng_arena *arena;
    const struct nng_script *source;
    size_t at;
    char open[NNG_SCRIPT_NESTING]; /* the brackets that are open */
    size_t depth;
    struct nng_token *tokens;
    size_t count, room;
    struct nng_error *error;
};

static bool begins(const struct lexer *lexer, const char *text)
{
    return strncmp(lexer->source->text + lexer->at, text, strlen(text)) == 0;
}

/* The letter beyond ASCII that stands here, or NULL. */
static const struct spelling *letter_at(const char *text)
{
    for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
        if (strncmp(text, letters[i].utf8, strlen(letters[i].utf8)) == 0)
            return &letters[i];
    return NULL;
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool name_begins(const char *text)
{
    return isalpha((unsigned char)*text) || *text == '_' || letter_at(text) != NULL;
}

/* W_1 is W1, w_212 is w212, y_hat is yhat: an underscore before a digit or before "hat" is only typography. */
static void drop_underscores(char *name)
{
    char *to = name;
    for (const char *from = name; *from != '\0'; from++) {
        bool hat = from[0] == '_' && strncmp(from + 1, "hat", 3) == 0 && !isalpha((unsigned char)from[4]);
        if (!(from > name && from[0] == '_' && (digit(from[1]) || hat)))
            *to++ = *from;
    }
    *to = '\0';
}

static enum nng_status push(struct lexer *lexer, struct nng_token token)
{
    if (lexer->count == lexer->room) {
        size_t room = lexer->room * 2 + 64;
        struct nng_token *tokens = nng_arena_take(lexer->arena, room, sizeof *tokens);
        if (tokens == NULL)
            return nng_fail_memory(lexer->error);
        if (lexer->count > 0)
            memcpy(tokens, lexer->tokens, lexer->count * sizeof *tokens);
        lexer->tokens = tokens;
        lexer->room = room;
    }
    lexer->tokens[lexer->count++] = token;
    lexer->at = token.end;
    return NNG_OK;
}

static enum nng_status lex_name(struct lexer *lexer)
{
    struct nng_token token = {.kind = NNG_TOKEN_NAME, .begin = lexer->at};
    const char *text = lexer->source->text;
    if (begins(lexer, PARTIAL)) {
        token.partial = true;
        lexer->at += strlen(PARTIAL);
        if (!name_begins(text + lexer->at))
            return nng_script_fail(lexer->source, lexer->at, lexer->error, "expected a name directly after '%s'",
                                   PARTIAL);
    }
    struct nng_text name = {0};
    for (size_t i = lexer->at;; token.end = i) {
        const struct spelling *letter = letter_at(text + i);
        if (letter != NULL) {
            nng_text_add(&name, letter->ascii);
            i += strlen(letter->utf8);
        } else if (isalnum((unsigned char)text[i]) || text[i] == '_')
            nng_text_add_n(&name, text + i++, 1);
        else
            break;
    }
    if (!name.failed && name.data != NULL) {
        drop_underscores(name.data);
        bool sum = strcmp(name.data, "Sigma") == 0, sigmoid = strcmp(name.data, "sigma") == 0;
        token.text = nng_arena_text(lexer->arena, sum ? "sum" : sigmoid ? "sigmoid" : name.data);
    }
    nng_text_free(&name);
    return token.text == NULL ? nng_fail_memory(lexer->error) : push(lexer, token);
}

/* Digits, at most one point that is followed by a digit, and an exponent. The unit of its last digit says how
 * precisely a number was printed: 0.80 to 0.01, 6.4e-3 to 1e-4. */
static enum nng_status lex_number(struct lexer *lexer)
{
    const char *text = lexer->source->text;
    size_t i = lexer->at;
    int places = 0, exponent = 0;
    bool whole = true;
    while (digit(text[i]))
        i++;
    if (text[i] == '.' && digit(text[i + 1])) {
        whole = false;
        for (i++; digit(text[i]); i++)
            places++;
    }
    if (text[i] == 'e' || text[i] == 'E') {
        size_t sign = text[i + 1] == '+' || text[i + 1] == '-' ? 1 : 0;
        if (digit(text[i + 1 + sign])) {
            whole = false;
            for (i += 1 + sign; digit(text[i]); i++)
                exponent = exponent < 10000 ? exponent * 10 + (text[i] - '0') : exponent;
            const char *e = text + i;
            while (digit(e[-1]))
                e--;
            exponent = e[-1] == '-' ? -exponent : exponent;
        }
    }
    struct nng_token token = {.kind = NNG_TOKEN_NUMBER, .begin = lexer->at, .end = i};
    token.number = strtod(text + lexer->at, NULL);
    token.unit = whole ? 0 : pow(10, exponent - places);
    if (!isfinite(token.number))
        return nng_script_fail(lexer->source, lexer->at, lexer->error, "a number beyond the range of doubles");
    if (name_begins(text + i) && !(text[i] == 'x' && (digit(text[i + 1]) || text[i + 1] == ' ')))
        return nng_script_fail(lexer->source, i, lexer->error, "a number runs into a name: put '*' between them");
    return push(lexer, token);
}

static enum nng_status lex_string(struct lexer *lexer)
{
    const char *text = lexer->source->text;
    size_t i = lexer->at + 1;
    while (text[i] != '"' && text[i] != '\n' && text[i] != '\0')
        i++;
    if (text[i] != '"')
        return nng_script_fail(lexer->source, lexer->at, lexer->error, "a string that is never closed");
    struct nng_token token = {.kind = NNG_TOKEN_STRING, .begin = lexer->at, .end = i + 1};
    token.text = nng_arena_text_n(lexer->arena, text + lexer->at + 1, i - lexer->at - 1);
    return token.text == NULL ? nng_fail_memory(lexer->error) : push(lexer, token);
}

static enum nng_status follow_brackets(struct lexer *lexer, const struct nng_token *token)
{
    char open = token->kind == NNG_TOKEN_LEFT_PAREN ? '(' : token->kind == NNG_TOKEN_LEFT_BRACKET ? '[' : '\0';
    char close = token->kind == NNG_TOKEN_RIGHT_PAREN ? '(' : token->kind == NNG_TOKEN_RIGHT_BRACKET ? '[' : '\0';
    if (open != '\0') {
        if (lexer->depth == NNG_SCRIPT_NESTING)
            return nng_script_fail(lexer->source, token->begin, lexer->error, "brackets are nested more than %d deep",
                                   NNG_SCRIPT_NESTING);
        lexer->open[lexer->depth++] = open;
    } else if (close != '\0') {
        if (lexer->depth == 0)
            return nng_script_fail(lexer->source, token->begin, lexer->error, "'%c' closes nothing",
                                   close == '(' ? ')' : ']');
        if (lexer->open[--lexer->depth] != close)
            return nng_script_fail(lexer->source, token->begin, lexer->error, "expected '%c' before '%c'",
                                   close == '(' ? ']' : ')', close == '(' ? ')' : ']');
    }
    return NNG_OK;
}

static enum nng_status lex_operator(struct lexer *lexer)
{
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++)
        if (begins(lexer, operators[i].text)) {
            struct nng_token token = {
                .kind = operators[i].kind, .begin = lexer->at, .end = lexer->at + strlen(operators[i].text)};
            enum nng_status status = follow_brackets(lexer, &token);
            return status != NNG_OK ? status : push(lexer, token);
        }
    unsigned char c = (unsigned char)lexer->source->text[lexer->at];
    if (c < 0x20 || c == 0x7f)
        return nng_script_fail(lexer->source, lexer->at, lexer->error, "unexpected control character 0x%02x", c);
    int length = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    return nng_script_fail(lexer->source, lexer->at, lexer->error, "unexpected character '%.*s'", length,
                           lexer->source->text + lexer->at);
}

/* Spaces and comments; at the end of a line also every line that follows and is empty. Sets *newline when the line
 * ended here and the next one does not go on with `=` or the sign "about". */
static void skip_blank(struct lexer *lexer, bool *newline)
{
    const char *text = lexer->source->text;
    *newline = false;
    for (;; lexer->at++) {
        char c = text[lexer->at];
        if (c == '#')
            while (text[lexer->at + 1] != '\n' && text[lexer->at + 1] != '\0')
                lexer->at++;
        else if (c == '\n')
            *newline = true;
        else if (begins(lexer, "\xc2\xa0")) /* a no-break space */
            lexer->at++;
        else if (c != ' ' && c != '\t' && c != '\r')
            break;
    }
    bool goes_on = (begins(lexer, "=") && !begins(lexer, "==")) || begins(lexer, "\xe2\x89\x88");
    if (goes_on || lexer->depth > 0)
        *newline = false;
}

enum nng_status nng_lex(struct nng_arena *arena, const struct nng_script *source, struct nng_token **tokens,
                        size_t *count, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct lexer lexer = {.arena = arena, .source = source, .error = error};
    size_t bad;
    if (!nng_utf8_valid(source->text, source->length, &bad))
        return nng_script_fail(source, bad, error,
                               source->text[bad] == '\0' ? "a NUL byte" : "not valid UTF-8: byte 0x%02x",
                               (unsigned)(unsigned char)source->text[bad]);
    if (begins(&lexer, "\xef\xbb\xbf"))
        lexer.at = 3;
    for (;;) {
        size_t line_end = lexer.at;
        bool newline;
        skip_blank(&lexer, &newline);
        if (newline && lexer.count > 0)
            NNG_TRY(push(&lexer, (struct nng_token){.kind = NNG_TOKEN_NEWLINE, .begin = line_end, .end = lexer.at}));
        const char *here = source->text + lexer.at;
        if (*here == '\0')
            break;
        else if (begins(&lexer, PARTIAL) || name_begins(here))
            NNG_TRY(lex_name(&lexer));
        else if (digit(*here) || (*here == '.' && digit(here[1])))
            NNG_TRY(lex_number(&lexer));
        else if (*here == '"')
            NNG_TRY(lex_string(&lexer));
        else
            NNG_TRY(lex_operator(&lexer));
    }
    if (lexer.depth > 0) {
        size_t k = lexer.count, depth = 0; /* the innermost bracket that was never closed */
        while (k-- > 0) {
            enum nng_token_kind kind = lexer.tokens[k].kind;
            if (kind == NNG_TOKEN_RIGHT_PAREN || kind == NNG_TOKEN_RIGHT_BRACKET)
                depth++;
            else if ((kind == NNG_TOKEN_LEFT_PAREN || kind == NNG_TOKEN_LEFT_BRACKET) && depth-- == 0)
                break;
        }
        return nng_script_fail(source, lexer.tokens[k].begin, error, "'%c' is never closed",
                               lexer.open[lexer.depth - 1]);
    }
    NNG_TRY(push(&lexer, (struct nng_token){.kind = NNG_TOKEN_END, .begin = source->length, .end = source->length}));
    *tokens = lexer.tokens;
    *count = lexer.count;
fail:
    return status;
}

const char *nng_token_kind_name(enum nng_token_kind kind)
{
    switch (kind) {
    case NNG_TOKEN_END:
        return "the end of the file";
    case NNG_TOKEN_NEWLINE:
        return "the end of the line";
    case NNG_TOKEN_NUMBER:
        return "a number";
    case NNG_TOKEN_NAME:
        return "a name";
    case NNG_TOKEN_STRING:
        return "a string";
    default:
        for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++)
            if (operators[i].kind == kind)
                return operators[i].text;
        return "a token";
    }
}
