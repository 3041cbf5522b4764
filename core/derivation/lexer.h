/* lexer.h - cuts a derivation into tokens, and brings the many spellings of a page to one. */
#ifndef NNG_DERIVATION_LEXER_H
#define NNG_DERIVATION_LEXER_H

#include <stdbool.h>
#include <stddef.h>

#include "derivation/script.h"

enum nng_token_kind {
    NNG_TOKEN_END,
    NNG_TOKEN_NEWLINE, /* outside brackets only; never before a line that begins with `=` */
    NNG_TOKEN_NUMBER,
    NNG_TOKEN_NAME,
    NNG_TOKEN_STRING,
    NNG_TOKEN_PLUS,
    NNG_TOKEN_MINUS,
    NNG_TOKEN_TIMES,
    NNG_TOKEN_DIVIDE,
    NNG_TOKEN_POWER,
    NNG_TOKEN_DOT_TIMES,
    NNG_TOKEN_DOT_DIVIDE,
    NNG_TOKEN_DOT_POWER,
    NNG_TOKEN_QUOTE, /* ' : transpose, or the mark of a derivative f'(a) */
    NNG_TOKEN_LEFT_PAREN,
    NNG_TOKEN_RIGHT_PAREN,
    NNG_TOKEN_LEFT_BRACKET,
    NNG_TOKEN_RIGHT_BRACKET,
    NNG_TOKEN_COMMA,
    NNG_TOKEN_SEMICOLON,
    NNG_TOKEN_COLON,
    NNG_TOKEN_EQUALS,   /* =  */
    NNG_TOKEN_APPROX,   /* the sign "about" */
    NNG_TOKEN_EQUAL_TO, /* == */
    NNG_TOKEN_GREATER,
    NNG_TOKEN_LESS
};

struct nng_token {
    enum nng_token_kind kind;
    size_t begin, end; /* bytes of the source */
    /* NAME: in its one spelling (W_1 is W1, y_hat is yhat, a Greek letter is its name); STRING: what stands between
     * the quotes. */
    const char *text;
    bool partial;  /* NAME: it began with the sign of a partial derivative; text is what follows that */
    double number; /* NUMBER */
    double unit;   /* NUMBER: one unit of its last printed digit; 0 for a whole number */
};

/* The tokens of the whole source, ended by one of kind END. They live in the arena. */
NNG_MUST_USE enum nng_status nng_lex(struct nng_arena *arena, const struct nng_script *source,
                                     struct nng_token **tokens, size_t *count, struct nng_error *error);

/* "a name", "')'": for messages about what was expected, and what was found. */
const char *nng_token_kind_name(enum nng_token_kind kind);

#endif
