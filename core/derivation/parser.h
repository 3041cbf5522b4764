/* parser.h - from tokens to a program: definitions and claims with their names resolved. */
#ifndef NNG_DERIVATION_PARSER_H
#define NNG_DERIVATION_PARSER_H

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

/* One expression at parser->at (expression.c). */
NNG_MUST_USE enum nng_status nng_parse_expression(struct nng_parser *parser, struct nng_node **node);

/* A derivative such as dL/dW2 at parser->at; *node is NULL when there is none. */
NNG_MUST_USE enum nng_status nng_parse_derivative(struct nng_parser *parser, struct nng_node **node);

/* The token at parser->at must be of that kind; goes past it. */
NNG_MUST_USE enum nng_status nng_parser_expect(struct nng_parser *parser, enum nng_token_kind kind, const char *what);

/* Words that cannot be names. */
bool nng_parser_keyword(const char *name);

#endif
