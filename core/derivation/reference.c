/* reference.c - what a name in an expression means: a value, an entry of it, a derivative, an index letter. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "derivation/callable.h"
#include "derivation/parser.h"

/* ---- names --------------------------------------------------------------------------------------------------- */

/* A value or an entry of it by its lecture name: W2, yhat, w212 (W2[1,2]), a21 (a2[1]), yhat1. */
bool nng_find_reference(const struct nng_program *program, const char *name, struct nng_reference *reference)
{
    *reference = (struct nng_reference){.symbol = nng_symbol_find(program, name)};
    if (reference->symbol >= 0)
        return true;
    size_t length = strlen(name), digits = length;
    while (digits > 0 && name[digits - 1] >= '0' && name[digits - 1] <= '9')
        digits--;
    char prefix[64];
    if (length >= sizeof prefix || length - digits > 15)
        return false;
    for (size_t n = length - 1; n >= digits && n > 0; n--) { /* the longest defined name that it begins with */
        snprintf(prefix, sizeof prefix, "%.*s", (int)n, name);
        int symbol = nng_symbol_find(program, prefix);
        if (symbol < 0 && prefix[0] == 'w') {
            prefix[0] = 'W';
            symbol = nng_symbol_find(program, prefix);
        }
        if (symbol < 0 || name[n] == '0')
            continue;
        reference->symbol = symbol;
        reference->subscripts = (struct nng_subscripts){
            .count = 1, .packed = true, .at = {{.letter = -1, .offset = strtol(name + n, NULL, 10)}}};
        return true;
    }
    return false;
}

static const char *symbol_name(const void *names, size_t i)
{
    return ((const struct nng_symbol *)names)[i].name;
}

enum nng_status nng_unknown_name(struct nng_parser *parser, const struct nng_token *token, const char *name)
{
    const struct nng_program *program = parser->program;
    const char *near = nng_nearest(name, program->symbols, (size_t)program->symbol_count, symbol_name);
    if (near == NULL)
        near = nng_callable_nearest(name);
    if (near == NULL)
        return nng_script_fail(&program->source, token->begin, parser->error, "unknown name '%s'", name);
    return nng_script_fail(&program->source, token->begin, parser->error, "unknown name '%s' (did you mean '%s'?)",
                           name, near);
}

int nng_letter_find(const struct nng_letters *letters, const char *name)
{
    for (int i = 0; i < letters->count; i++)
        if (letters->at[i].in_scope && strcmp(letters->at[i].name, name) == 0)
            return i;
    return -1;
}

enum nng_status nng_letter_add(struct nng_parser *parser, const struct nng_token *token, bool bound, int *letter)
{
    struct nng_letters *letters = parser->letters;
    if (letters->count == NNG_INDEX_LIMIT)
        return nng_script_fail(&parser->program->source, token->begin, parser->error,
                               "more than %d index letters in one statement", NNG_INDEX_LIMIT);
    *letter = letters->count++;
    letters->at[*letter] =
        (struct nng_letter){.name = token->text, .bound = bound, .in_scope = true, .offset = token->begin};
    return NNG_OK;
}

/* A letter becomes free by its first use; one that a sum binds is never free in the same statement. */
enum nng_status nng_letter_free(struct nng_parser *parser, const struct nng_token *token, int *letter)
{
    *letter = nng_letter_find(parser->letters, token->text);
    if (*letter >= 0)
        return NNG_OK;
    if (!parser->free_letters)
        return nng_unknown_name(parser, token, token->text);
    for (int i = 0; i < parser->letters->count; i++)
        if (strcmp(parser->letters->at[i].name, token->text) == 0)
            return nng_script_fail(&parser->program->source, token->begin, parser->error,
                                   "the index '%s' belongs to a sum that is closed", token->text);
    return nng_letter_add(parser, token, false, letter);
}

/* ---- subscripts ---------------------------------------------------------------------------------------------- */

static enum nng_status parse_subscript(struct nng_parser *parser, struct nng_subscript *subscript)
{
    enum nng_status status = NNG_OK;
    const struct nng_token *token = nng_parser_here(parser);
    *subscript = (struct nng_subscript){.letter = -1};
    if (token->kind == NNG_TOKEN_NUMBER) {
        if (token->unit > 0 || token->number < 1 || token->number > NNG_ENTRY_LIMIT)
            return nng_parser_fail(parser, "an index: a whole number from 1");
        subscript->offset = (long)token->number;
        parser->at++;
        return NNG_OK;
    }
    if (token->kind != NNG_TOKEN_NAME || token->partial)
        return nng_parser_fail(parser, "an index: a whole number, or a letter such as k");
    if (nng_symbol_find(parser->program, token->text) >= 0)
        return nng_script_fail(&parser->program->source, token->begin, parser->error,
                               "'%s' is a value: an index is a whole number or a letter of its own", token->text);
    NNG_TRY(nng_letter_free(parser, token, &subscript->letter));
    parser->at++;
    enum nng_token_kind sign = nng_parser_here(parser)->kind;
    if ((sign == NNG_TOKEN_PLUS || sign == NNG_TOKEN_MINUS) && nng_parser_kind(parser, 1) == NNG_TOKEN_NUMBER) {
        const struct nng_token *number = &parser->tokens[parser->at + 1];
        if (number->unit > 0 || number->number > NNG_ENTRY_LIMIT)
            return nng_parser_fail(parser, "a whole number");
        subscript->offset = sign == NNG_TOKEN_PLUS ? (long)number->number : -(long)number->number;
        parser->at += 2;
    }
fail:
    return status;
}

/* [i] or [i, j] */
enum nng_status nng_parse_subscripts(struct nng_parser *parser, struct nng_subscripts *subscripts)
{
    enum nng_status status = NNG_OK;
    *subscripts = (struct nng_subscripts){.count = 1};
    NNG_TRY(nng_parser_expect(parser, NNG_TOKEN_LEFT_BRACKET, "'['"));
    NNG_TRY(parse_subscript(parser, &subscripts->at[0]));
    if (nng_parser_here(parser)->kind == NNG_TOKEN_COMMA) {
        parser->at++;
        NNG_TRY(parse_subscript(parser, &subscripts->at[1]));
        subscripts->count = 2;
    }
    NNG_TRY(nng_parser_expect(parser, NNG_TOKEN_RIGHT_BRACKET, "',' or ']'"));
fail:
    return status;
}

/* ---- derivatives --------------------------------------------------------------------------------------------- */

/* Is the token d or the sign of a partial derivative before a defined name? If so, *rest is that name. */
static bool differential(const struct nng_program *program, const struct nng_token *token, const char **rest)
{
    struct nng_reference reference;
    if (token->kind != NNG_TOKEN_NAME)
        return false;
    *rest = token->partial ? token->text : token->text + 1;
    if (token->partial)
        return true;
    return token->text[0] == 'd' && token->text[1] != '\0' && nng_symbol_find(program, token->text) < 0 &&
           nng_find_reference(program, *rest, &reference);
}

/* One half of a derivative: the name after d, and an index that belongs to it. */
static enum nng_status parse_differential(struct nng_parser *parser, struct nng_reference *reference)
{
    enum nng_status status = NNG_OK;
    struct nng_token *token = nng_parser_here(parser);
    const char *name = token->partial ? token->text : token->text + 1;
    if (!nng_find_reference(parser->program, name, reference))
        return nng_unknown_name(parser, token, name);
    if (parser->program->symbols[reference->symbol].kind == NNG_SYMBOL_LET)
        return nng_script_fail(&parser->program->source, token->begin, parser->error,
                               "'%s' names a derivative: only a value has a differential", name);
    parser->at++;
    if (reference->subscripts.count == 0 && nng_parser_here(parser)->kind == NNG_TOKEN_LEFT_BRACKET)
        NNG_TRY(nng_parse_subscripts(parser, &reference->subscripts));
fail:
    return status;
}

enum nng_status nng_parse_derivative(struct nng_parser *parser, struct nng_node **node)
{
    enum nng_status status = NNG_OK;
    struct nng_token *token = nng_parser_here(parser);
    const char *rest;
    *node = NULL;
    if (!differential(parser->program, token, &rest))
        return NNG_OK;
    struct nng_node *made = nng_node_new(parser->program->arena, NNG_NODE_DERIVATIVE, token->begin, 0);
    if (made == NULL)
        return nng_fail_memory(parser->error);
    NNG_TRY(parse_differential(parser, &made->of));
    NNG_TRY(nng_parser_expect(parser, NNG_TOKEN_DIVIDE, "'/' and a second differential: a derivative is d.../d..."));
    struct nng_token *below = nng_parser_here(parser);
    if (below->kind != NNG_TOKEN_NAME || !(below->partial || (below->text[0] == 'd' && below->text[1] != '\0')))
        return nng_parser_fail(parser, "a differential such as 'da2'");
    NNG_TRY(parse_differential(parser, &made->by));
    made->spelling = nng_arena_text_n(parser->program->arena, parser->program->source.text + token->begin,
                                      parser->tokens[parser->at - 1].end - token->begin);
    if (made->spelling == NULL)
        return nng_fail_memory(parser->error);
    *node = made;
fail:
    return status;
}
