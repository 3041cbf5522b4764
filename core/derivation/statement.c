/* statement.c - what one statement says: a model that is used, a value that is declared, named, defined or claimed. */
#include "derivation/parser.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "derivation/bind.h"

static enum nng_status end_of_statement(struct nng_parser *parser, const struct nng_statement *statement)
{
    const struct nng_token *token = &parser->tokens[parser->at];
    if (parser->at == statement->token_end)
        return NNG_OK;
    return nng_script_fail(&parser->program->source, token->begin, parser->error,
                           "expected an operator or the end of the line, not '%.*s'", (int)(token->end - token->begin),
                           parser->program->source.text + token->begin);
}

/* A whole number from 1; `what` is expected. */
static enum nng_status parse_size(struct nng_parser *parser, const char *what, size_t *size)
{
    const struct nng_token *token = &parser->tokens[parser->at];
    if (token->kind != NNG_TOKEN_NUMBER || token->unit > 0 || token->number < 1 || token->number > NNG_ENTRY_LIMIT)
        return nng_script_fail(&parser->program->source, token->begin, parser->error,
                               "expected %s: a whole number from 1 to %d", what, NNG_ENTRY_LIMIT);
    *size = (size_t)token->number;
    parser->at++;
    return NNG_OK;
}

/* shape := scalar | rows [x cols] */
static enum nng_status parse_shape(struct nng_parser *parser, struct nng_symbol *symbol)
{
    enum nng_status status = NNG_OK;
    struct nng_token *token = &parser->tokens[parser->at];
    symbol->rows = symbol->cols = 1;
    if (nng_token_is(token, "scalar")) {
        parser->at++;
        return NNG_OK;
    }
    NNG_TRY(parse_size(parser, "a size, or 'scalar'", &symbol->rows));
    token = &parser->tokens[parser->at];
    if (nng_token_is(token, "x") || token->kind == NNG_TOKEN_TIMES) {
        parser->at++;
        NNG_TRY(parse_size(parser, "a size", &symbol->cols));
    } else if (token->kind == NNG_TOKEN_NAME && token->text[0] == 'x' && token->text[1] >= '1' &&
               token->text[1] <= '9') { /* 3x4 */
        char *rest;
        unsigned long cols = strtoul(token->text + 1, &rest, 10);
        if (*rest == '\0' && cols <= NNG_ENTRY_LIMIT) {
            symbol->cols = cols;
            parser->at++;
        }
    }
    if (symbol->rows > NNG_ENTRY_LIMIT / symbol->cols)
        return nng_script_fail(&parser->program->source, token->begin, parser->error, "more than %d entries",
                               NNG_ENTRY_LIMIT);
fail:
    return status;
}

static enum nng_status parse_bound(struct nng_parser *parser, double *bound)
{
    enum nng_status status = NNG_OK;
    double sign = parser->tokens[parser->at].kind == NNG_TOKEN_MINUS ? -1 : 1;
    parser->at += sign < 0 ? 1 : 0;
    *bound = sign * parser->tokens[parser->at].number;
    NNG_TRY(nng_parser_expect(parser, NNG_TOKEN_NUMBER, "a number"));
fail:
    return status;
}

/* domain := one-hot | distribution | positive | in (low, high) */
static enum nng_status parse_domain(struct nng_parser *parser, struct nng_symbol *symbol)
{
    enum nng_status status = NNG_OK;
    struct nng_token *token = &parser->tokens[parser->at];
    symbol->domain = NNG_DOMAIN_REAL;
    if (nng_token_is(token, "one") && token[1].kind == NNG_TOKEN_MINUS && nng_token_is(&token[2], "hot")) {
        symbol->domain = NNG_DOMAIN_ONE_HOT;
        parser->at += 3;
    } else if (nng_token_is(token, "distribution") || nng_token_is(token, "positive")) {
        symbol->domain = nng_token_is(token, "positive") ? NNG_DOMAIN_POSITIVE : NNG_DOMAIN_DISTRIBUTION;
        parser->at++;
    } else if (nng_token_is(token, "in")) {
        parser->at++;
        symbol->domain = NNG_DOMAIN_RANGE;
        NNG_TRY(nng_parser_expect(parser, NNG_TOKEN_LEFT_PAREN, "'(' of an interval (low, high)"));
        NNG_TRY(parse_bound(parser, &symbol->low));
        NNG_TRY(nng_parser_expect(parser, NNG_TOKEN_COMMA, "','"));
        NNG_TRY(parse_bound(parser, &symbol->high));
        NNG_TRY(nng_parser_expect(parser, NNG_TOKEN_RIGHT_PAREN, "')'"));
        if (!(symbol->low < symbol->high))
            return nng_script_fail(&parser->program->source, token->begin, parser->error,
                                   "an empty interval: %g is not below %g", symbol->low, symbol->high);
    } else if (token->kind == NNG_TOKEN_NAME) {
        static const char *const domains[] = {"one-hot", "distribution", "positive", "in"};
        const char *near = nng_nearest_of(token->text, domains, 4);
        return nng_script_fail(&parser->program->source, token->begin, parser->error, "unknown domain '%s' (%s%s%s)",
                               token->text, near == NULL ? "" : "did you mean '",
                               near == NULL ? "one-hot, distribution, positive, in (low, high)" : near,
                               near == NULL ? "" : "'?");
    }
fail:
    return status;
}

/* given NAME ":" shape [domain] ["=" expr] */
static enum nng_status parse_given(struct nng_parser *parser, struct nng_statement *statement)
{
    enum nng_status status = NNG_OK;
    struct nng_symbol *symbol = &parser->program->symbols[statement->symbol];
    struct nng_node *value;
    parser->at += 2;
    NNG_TRY(nng_parser_expect(parser, NNG_TOKEN_COLON, "':' and a shape, as in 'given t : 3'"));
    NNG_TRY(parse_shape(parser, symbol));
    NNG_TRY(parse_domain(parser, symbol));
    if (parser->at < statement->token_end) {
        NNG_TRY(nng_parser_expect(parser, NNG_TOKEN_EQUALS, "'=' or the end of the line"));
        NNG_TRY(nng_parse_expression(parser, &value));
        parser->program->symbols[statement->symbol].definition = value;
    }
    NNG_TRY(end_of_statement(parser, statement));
fail:
    return status;
}

/* let NAME "=" derivative */
static enum nng_status parse_let(struct nng_parser *parser, struct nng_statement *statement)
{
    enum nng_status status = NNG_OK;
    struct nng_node *derivative;
    parser->at += 2;
    NNG_TRY(nng_parser_expect(parser, NNG_TOKEN_EQUALS, "'='"));
    NNG_TRY(nng_parse_derivative(parser, &derivative));
    if (derivative == NULL)
        return nng_script_fail(&parser->program->source, parser->tokens[parser->at].begin, parser->error,
                               "'let' names a derivative such as dL/da2; a value is defined without 'let'");
    NNG_TRY(end_of_statement(parser, statement));
    parser->program->symbols[statement->symbol].definition = derivative;
fail:
    return status;
}

/* The source between two bytes on one line: runs of blanks and comments become one space. */
static const char *one_line(struct nng_arena *arena, const char *text, size_t begin, size_t end)
{
    char *line = nng_arena_take(arena, end - begin + 1, 1), *to = line;
    for (size_t i = begin; line != NULL && i < end; i++) {
        if (text[i] == '#')
            while (i + 1 < end && text[i + 1] != '\n')
                i++;
        else if (text[i] == ' ' || text[i] == '\t' || text[i] == '\r' || text[i] == '\n') {
            if (to > line && to[-1] != ' ')
                *to++ = ' ';
        } else
            *to++ = text[i];
    }
    while (line != NULL && to > line && to[-1] == ' ')
        *--to = '\0';
    return line;
}

/* After the sign "about" even a whole number is a rounded one. */
static void round_whole_numbers(struct nng_node *node)
{
    bool list = node->kind == NNG_NODE_LIST || node->kind == NNG_NODE_NEGATE;
    if (node->kind == NNG_NODE_NUMBER && !(node->unit > 0))
        node->unit = 1;
    for (size_t i = 0; list && i < node->child_count; i++)
        round_whole_numbers(node->children[i]);
}

static enum nng_status parse_side(struct nng_parser *parser, struct nng_claim_tree *claim, bool approximately)
{
    enum nng_status status = NNG_OK;
    size_t begin = parser->tokens[parser->at].begin, k = claim->count;
    if (k == NNG_LINK_LIMIT)
        return nng_script_fail(&parser->program->source, begin, parser->error, "more than %d sides in one claim",
                               NNG_LINK_LIMIT);
    NNG_TRY(nng_parse_expression(parser, &claim->side[k]));
    if (approximately)
        round_whole_numbers(claim->side[k]);
    claim->offset[k] = begin;
    claim->end[k] = parser->tokens[parser->at - 1].end;
    claim->approximately[k] = approximately;
    claim->text[k] =
        one_line(parser->program->arena, parser->program->source.text, begin, parser->tokens[parser->at - 1].end);
    claim->count++;
    if (claim->text[k] == NULL)
        status = nng_fail_memory(parser->error);
fail:
    return status;
}

/* expr {"=" expr}: the rest of a claim from parser->at on, one side or more. */
static enum nng_status parse_chain(struct nng_parser *parser, struct nng_statement *statement, bool approximately)
{
    enum nng_status status = NNG_OK;
    struct nng_claim_tree *claim = statement->claim;
    for (;;) {
        NNG_TRY(parse_side(parser, claim, approximately));
        enum nng_token_kind kind = parser->tokens[parser->at].kind;
        if (kind != NNG_TOKEN_EQUALS && kind != NNG_TOKEN_APPROX)
            break;
        approximately = kind == NNG_TOKEN_APPROX;
        parser->at++;
    }
    if (claim->count == 1) {
        const struct nng_token *first = &parser->tokens[statement->first_token];
        const char *near = first->kind == NNG_TOKEN_NAME ? nng_parser_nearest_keyword(first->text) : NULL;
        if (near != NULL && parser->tokens[parser->at].kind == NNG_TOKEN_NAME)
            return nng_script_fail(&parser->program->source, first->begin, parser->error,
                                   "unknown word '%s' (did you mean '%s'?)", first->text, near);
        if (parser->at == statement->token_end)
            return nng_script_fail(&parser->program->source, parser->tokens[parser->at].begin, parser->error,
                                   "expected '=': a claim has two sides");
    }
    NNG_TRY(end_of_statement(parser, statement));
fail:
    return status;
}

static enum nng_status parse_claim(struct nng_parser *parser, struct nng_statement *statement)
{
    enum nng_status status = NNG_OK;
    const struct nng_token *first = &parser->tokens[parser->at];
    const char *near = first->kind == NNG_TOKEN_NAME &&
                               (first[1].kind == NNG_TOKEN_NAME || first[1].kind == NNG_TOKEN_NUMBER) &&
                               !nng_token_is(first, "claim")
                           ? nng_parser_nearest_keyword(first->text)
                           : NULL;
    if (near != NULL)
        return nng_script_fail(&parser->program->source, first->begin, parser->error,
                               strcmp(near, "use") == 0         ? "'%s' needs the name of a model file in quotes"
                               : strcmp(near, first->text) == 0 ? "'%s' needs a name and more"
                                                                : "unknown word '%s' (did you mean '%s'?)",
                               first->text, near);
    statement->claim = nng_arena_take(parser->program->arena, 1, sizeof *statement->claim);
    if (statement->claim == NULL)
        return nng_fail_memory(parser->error);
    parser->letters = &statement->claim->letters;
    parser->free_letters = true;
    if (nng_token_is(first, "claim"))
        parser->at++;
    NNG_TRY(parse_chain(parser, statement, false));
    for (int i = 0; i < parser->letters->count; i++)
        for (int j = 0; j < i; j++)
            if (parser->letters->at[i].bound != parser->letters->at[j].bound &&
                strcmp(parser->letters->at[i].name, parser->letters->at[j].name) == 0)
                return nng_script_fail(&parser->program->source, parser->letters->at[i].offset, parser->error,
                                       "the index '%s' is free in this claim and bound by a sum",
                                       parser->letters->at[i].name);
fail:
    return status;
}

/* NAME "=" expr; if it goes on as a chain, the rest is a claim about the name. */
static enum nng_status parse_define(struct nng_parser *parser, struct nng_statement *statement)
{
    enum nng_status status = NNG_OK;
    struct nng_program *program = parser->program;
    struct nng_letters *letters = nng_arena_take(program->arena, 1, sizeof *letters);
    struct nng_node *value;
    if (letters == NULL)
        return nng_fail_memory(parser->error);
    parser->letters = letters;
    parser->free_letters = false;
    const struct nng_token *name = &parser->tokens[parser->at];
    parser->at += 2;
    NNG_TRY(nng_parse_expression(parser, &value));
    program->symbols[statement->symbol].definition = value;
    program->symbols[statement->symbol].letters = letters;
    enum nng_token_kind kind = parser->tokens[parser->at].kind;
    if (kind != NNG_TOKEN_EQUALS && kind != NNG_TOKEN_APPROX)
        return end_of_statement(parser, statement);
    struct nng_claim_tree *claim = statement->claim = nng_arena_take(program->arena, 1, sizeof *claim);
    struct nng_node *left = nng_node_symbol(program->arena, statement->symbol);
    if (claim == NULL || left == NULL)
        return nng_fail_memory(parser->error);
    left->offset = name->begin;
    claim->side[0] = left;
    claim->offset[0] = name->begin;
    claim->text[0] = left->spelling =
        nng_arena_text_n(program->arena, program->source.text + name->begin, name->end - name->begin);
    claim->count = 1;
    parser->letters = &claim->letters;
    parser->at++;
    if (claim->text[0] == NULL)
        return nng_fail_memory(parser->error);
    NNG_TRY(parse_chain(parser, statement, kind == NNG_TOKEN_APPROX));
fail:
    return status;
}

/* use STRING [batch [K] | sample K] */
enum nng_status nng_parse_use(struct nng_parser *parser, const struct nng_statement *statement,
                              const struct nng_model *model)
{
    enum nng_status status = NNG_OK;
    struct nng_program *program = parser->program;
    const struct nng_token *string = &parser->tokens[statement->first_token + 1];
    parser->at = statement->first_token + 2;
    if (nng_token_is(&parser->tokens[parser->at], "batch")) {
        program->batch = true;
        parser->at++;
        if (parser->at < statement->token_end)
            NNG_TRY(parse_size(parser, "how many samples", &program->samples));
    } else if (nng_token_is(&parser->tokens[parser->at], "sample")) {
        parser->at++;
        NNG_TRY(parse_size(parser, "which sample", &program->sample));
        program->sample--;
    }
    NNG_TRY(end_of_statement(parser, statement));
    program->model = model;
    if (model == NULL)
        NNG_TRY(nng_bind_read(program, string->text, string->begin, parser->error));
fail:
    return status;
}

enum nng_status nng_parse_statement(struct nng_parser *parser, struct nng_statement *statement)
{
    struct nng_letters none = {0};
    enum nng_status status = NNG_OK;
    parser->at = statement->first_token;
    parser->depth = 0;
    parser->letters = &none;
    parser->free_letters = false;
    if (statement->kind == NNG_STATEMENT_GIVEN)
        status = parse_given(parser, statement);
    else if (statement->kind == NNG_STATEMENT_LET)
        status = parse_let(parser, statement);
    else if (statement->kind == NNG_STATEMENT_DEFINE)
        status = parse_define(parser, statement);
    else if (statement->kind == NNG_STATEMENT_CLAIM)
        status = parse_claim(parser, statement);
    parser->letters = NULL;
    return status;
}
