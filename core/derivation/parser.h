/* parser.h - from tokens to a program: definitions and claims with their names resolved. */
#ifndef NNG_DERIVATION_PARSER_H
#define NNG_DERIVATION_PARSER_H

#include <string.h>

#include "derivation/ast.h"
#include "derivation/lexer.h"

struct nng_parser {
    struct nng_program *program;
    struct nng_token *tokens;
    size_t token_count;
    size_t at;
    int depth;                   /* of the recursion */
    struct nng_letters *letters; /* of the statement */
    bool free_letters;           /* a claim: letters that no sum binds are free */
    struct nng_error *error;
};

/* Parses a whole source. `model` (may be NULL) overrides `use`, and fixes the model's own definitions: a line that
 * defines one of them anew is judged as a claim. A model that the file reads is left in *read, which the caller frees
 * after the program. Shapes are not yet inferred. */
NNG_MUST_USE enum nng_status nng_program_parse(struct nng_arena *arena, struct nng_host *host,
                                               const struct nng_script *source, const struct nng_model *model,
                                               struct nng_program **program, struct nng_model **read,
                                               struct nng_error *error);

/* What `use` says, before any name is known (statement.c); `model` overrides the one that it names. */
NNG_MUST_USE enum nng_status nng_parse_use(struct nng_parser *parser, const struct nng_statement *statement,
                                           const struct nng_model *model);

/* What any other statement says, once all names are known (statement.c). */
NNG_MUST_USE enum nng_status nng_parse_statement(struct nng_parser *parser, struct nng_statement *statement);

/* One expression at parser->at (expression.c). */
NNG_MUST_USE enum nng_status nng_parse_expression(struct nng_parser *parser, struct nng_node **node);

/* A derivative such as dL/dW2 at parser->at; *node is NULL when there is none (reference.c). */
NNG_MUST_USE enum nng_status nng_parse_derivative(struct nng_parser *parser, struct nng_node **node);

static inline struct nng_token *nng_parser_here(const struct nng_parser *parser)
{
    return &parser->tokens[parser->at];
}

static inline enum nng_token_kind nng_parser_kind(const struct nng_parser *parser, size_t ahead)
{
    size_t i = parser->at + ahead;
    return i < parser->token_count ? parser->tokens[i].kind : NNG_TOKEN_END;
}

/* "expected %s, not ..." at parser->at. */
enum nng_status nng_parser_fail(struct nng_parser *parser, const char *expected);

/* The token at parser->at must be of that kind; goes past it. */
NNG_MUST_USE enum nng_status nng_parser_expect(struct nng_parser *parser, enum nng_token_kind kind, const char *what);

/* Words that cannot be names; and the one that was meant, NULL: none. */
bool nng_parser_keyword(const char *name);
const char *nng_parser_nearest_keyword(const char *name);

/* Is the token this very word? */
static inline bool nng_token_is(const struct nng_token *token, const char *word)
{
    return token->kind == NNG_TOKEN_NAME && !token->partial && strcmp(token->text, word) == 0;
}

/* ---- names in an expression: reference.c --------------------------------------------------------------------- */

/* A value or an entry of it by its lecture name: W2, yhat, w212 (W2[1,2]), a21 (a2[1]), yhat1. */
bool nng_find_reference(const struct nng_program *program, const char *name, struct nng_reference *reference);

/* [i] or [i, j] at parser->at. */
NNG_MUST_USE enum nng_status nng_parse_subscripts(struct nng_parser *parser, struct nng_subscripts *subscripts);

/* The index letter of that name that is in scope, -1: none; a new one; one that becomes free by its first use. */
int nng_letter_find(const struct nng_letters *letters, const char *name);
NNG_MUST_USE enum nng_status nng_letter_add(struct nng_parser *parser, const struct nng_token *token, bool bound,
                                            int *letter);
NNG_MUST_USE enum nng_status nng_letter_free(struct nng_parser *parser, const struct nng_token *token, int *letter);

/* "unknown name 'yhta' (did you mean 'yhat'?)" */
enum nng_status nng_unknown_name(struct nng_parser *parser, const struct nng_token *token, const char *name);

#endif
