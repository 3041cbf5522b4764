/* parser.c - statements: what a file uses, declares, names, defines and claims.
 *
 * Names are collected before any expression is read, since dL/da2 is one token only where L and a2 are defined; so
 * definitions may stand in any order.
 */
#include "derivation/parser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "derivation/bind.h"
#include "derivation/callable.h"

static const char *const keywords[] = {"use", "given", "let", "claim"};

bool nng_parser_keyword(const char *name)
{
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
        if (strcmp(name, keywords[i]) == 0)
            return true;
    return false;
}

static bool name_is(const struct nng_token *token, const char *text)
{
    return token->kind == NNG_TOKEN_NAME && !token->partial && strcmp(token->text, text) == 0;
}

/* ---- first pass: where statements begin and end, and what they name --------------------------------------------- */

static enum nng_statement_kind statement_kind(const struct nng_parser *parser, const struct nng_token *token)
{
    bool before_name = token[1].kind == NNG_TOKEN_NAME;
    if (name_is(token, "use") && token[1].kind == NNG_TOKEN_STRING)
        return NNG_STATEMENT_USE;
    if (name_is(token, "given") && before_name)
        return NNG_STATEMENT_GIVEN;
    if (name_is(token, "let") && before_name)
        return NNG_STATEMENT_LET;
    if (token->kind == NNG_TOKEN_NAME && !token->partial && token[1].kind == NNG_TOKEN_EQUALS)
        return NNG_STATEMENT_DEFINE;
    (void)parser;
    return NNG_STATEMENT_CLAIM;
}

static enum nng_status split_statements(struct nng_parser *parser)
{
    struct nng_program *program = parser->program;
    size_t room = 1;
    for (size_t i = 0; i < parser->token_count; i++)
        room += parser->tokens[i].kind == NNG_TOKEN_NEWLINE ? 1 : 0;
    if (room > NNG_SCRIPT_STATEMENTS)
        return nng_script_fail(&program->source, program->source.length, parser->error, "more than %d statements",
                               NNG_SCRIPT_STATEMENTS);
    program->statements = nng_arena_take(program->arena, room, sizeof *program->statements);
    if (program->statements == NULL)
        return nng_fail_memory(parser->error);
    for (size_t i = 0; parser->tokens[i].kind != NNG_TOKEN_END;) {
        if (parser->tokens[i].kind == NNG_TOKEN_NEWLINE) {
            i++;
            continue;
        }
        struct nng_statement *statement = &program->statements[program->statement_count++];
        int column;
        *statement = (struct nng_statement){.kind = statement_kind(parser, &parser->tokens[i]),
                                            .begin = parser->tokens[i].begin,
                                            .first_token = i,
                                            .symbol = -1};
        nng_script_place(&program->source, statement->begin, &statement->line, &column);
        while (parser->tokens[i].kind != NNG_TOKEN_NEWLINE && parser->tokens[i].kind != NNG_TOKEN_END)
            i++;
        statement->token_end = i;
        statement->end = parser->tokens[i - 1].end;
    }
    if (program->statement_count == 0)
        return nng_script_fail(&program->source, 0, parser->error, "empty: nothing is claimed");
    return NNG_OK;
}

/* A new name must not be a keyword, a function, d and another name, an entry of another value, or taken. */
static enum nng_status check_name(struct nng_parser *parser, const struct nng_token *token)
{
    const struct nng_script *source = &parser->program->source;
    const char *name = token->text;
    if (nng_parser_keyword(name))
        return nng_script_fail(source, token->begin, parser->error, "'%s' is a keyword, it cannot be a name", name);
    if (nng_callable_builtin(name) != NULL)
        return nng_script_fail(source, token->begin, parser->error, "'%s' is a function, it cannot be a name", name);
    for (int i = 0; i < parser->program->symbol_count; i++) {
        const struct nng_symbol *other = &parser->program->symbols[i];
        if (strcmp(other->name, name) != 0)
            continue;
        if (other->of_model)
            return nng_script_fail(source, token->begin, parser->error,
                                   "'%s' comes from the model, it cannot be defined again", name);
        return nng_script_fail(source, token->begin, parser->error, "'%s' is already defined in line %d", name,
                               other->line);
    }
    return NNG_OK;
}

static enum nng_status register_name(struct nng_parser *parser, struct nng_statement *statement)
{
    enum nng_status status = NNG_OK;
    struct nng_program *program = parser->program;
    size_t at = statement->first_token + (statement->kind == NNG_STATEMENT_DEFINE ? 0 : 1);
    const struct nng_token *token = &parser->tokens[at];
    struct nng_symbol symbol = {.name = token->text, .line = statement->line, .offset = token->begin, .alias = -1};
    int known = statement->kind == NNG_STATEMENT_DEFINE ? nng_symbol_find(program, token->text) : -1;
    bool of_model = known >= 0 && program->fixed && program->symbols[known].of_model; /* judged, not obeyed */
    if (of_model || (known >= 0 && program->symbols[known].kind == NNG_SYMBOL_LET)) {
        statement->kind = NNG_STATEMENT_CLAIM; /* delta2 = ... after let delta2 = dL/da2 */
        return NNG_OK;
    }
    NNG_TRY(check_name(parser, token));
    symbol.kind = statement->kind == NNG_STATEMENT_GIVEN ? NNG_SYMBOL_GIVEN
                  : statement->kind == NNG_STATEMENT_LET ? NNG_SYMBOL_LET
                                                         : NNG_SYMBOL_DEFINED;
    statement->symbol = nng_symbol_add(program, symbol);
    if (statement->symbol < 0)
        status = nng_fail_memory(parser->error);
fail:
    return status;
}

/* After all names are known: da1 beside a1 would make da1/db1 mean two things; w212 would hide an entry of W2. */
static enum nng_status check_shadows(struct nng_parser *parser)
{
    const struct nng_program *program = parser->program;
    for (int i = 0; i < program->symbol_count; i++) {
        const struct nng_symbol *symbol = &program->symbols[i];
        if (symbol->of_model || symbol->kind == NNG_SYMBOL_ALIAS)
            continue;
        const char *name = symbol->name;
        if (name[0] == 'd' && name[1] != '\0' && nng_symbol_find(program, name + 1) >= 0)
            return nng_script_fail(&program->source, symbol->offset, parser->error,
                                   "'%s' cannot be a name: it is the differential of '%s'", name, name + 1);
        size_t length = strlen(name), digits = length;
        while (digits > 0 && name[digits - 1] >= '0' && name[digits - 1] <= '9')
            digits--;
        for (size_t n = digits > 0 ? digits : 1; n < length && n < 64 && name[0] == 'w'; n++) {
            char prefix[64];
            snprintf(prefix, sizeof prefix, "W%.*s", (int)n - 1, name + 1);
            if (length - n == 2 && nng_symbol_find(program, prefix) >= 0)
                return nng_script_fail(&program->source, symbol->offset, parser->error,
                                       "'%s' is an entry of %s: to state its value, write 'claim %s = ...'", name,
                                       prefix, name);
        }
    }
    return NNG_OK;
}

/* ---- second pass: the statements' contents ---------------------------------------------------------------------- */

static enum nng_status end_of_statement(struct nng_parser *parser, const struct nng_statement *statement)
{
    const struct nng_token *token = &parser->tokens[parser->at];
    if (parser->at == statement->token_end)
        return NNG_OK;
    return nng_script_fail(&parser->program->source, token->begin, parser->error,
                           "expected an operator or the end of the line, not '%.*s'", (int)(token->end - token->begin),
                           parser->program->source.text + token->begin);
}

static enum nng_status parse_size(struct nng_parser *parser, size_t *size)
{
    const struct nng_token *token = &parser->tokens[parser->at];
    if (token->kind != NNG_TOKEN_NUMBER || token->unit > 0 || token->number < 1 || token->number > NNG_ENTRY_LIMIT)
        return nng_script_fail(&parser->program->source, token->begin, parser->error,
                               "expected a size: a whole number from 1 to %d, or 'scalar'", NNG_ENTRY_LIMIT);
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
    if (name_is(token, "scalar")) {
        parser->at++;
        return NNG_OK;
    }
    NNG_TRY(parse_size(parser, &symbol->rows));
    token = &parser->tokens[parser->at];
    if (name_is(token, "x") || token->kind == NNG_TOKEN_TIMES) {
        parser->at++;
        NNG_TRY(parse_size(parser, &symbol->cols));
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
    if (name_is(token, "one") && token[1].kind == NNG_TOKEN_MINUS && name_is(&token[2], "hot")) {
        symbol->domain = NNG_DOMAIN_ONE_HOT;
        parser->at += 3;
    } else if (name_is(token, "distribution") || name_is(token, "positive")) {
        symbol->domain = name_is(token, "positive") ? NNG_DOMAIN_POSITIVE : NNG_DOMAIN_DISTRIBUTION;
        parser->at++;
    } else if (name_is(token, "in")) {
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
        const char *near = first->kind == NNG_TOKEN_NAME ? nng_nearest_of(first->text, keywords, 4) : NULL;
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
                               !name_is(first, "claim")
                           ? nng_nearest_of(first->text, keywords, 4)
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
    if (name_is(first, "claim"))
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

/* use STRING [batch | sample K] */
static enum nng_status parse_use(struct nng_parser *parser, const struct nng_statement *statement,
                                 const struct nng_model *model)
{
    enum nng_status status = NNG_OK;
    struct nng_program *program = parser->program;
    const struct nng_token *string = &parser->tokens[statement->first_token + 1];
    parser->at = statement->first_token + 2;
    if (name_is(&parser->tokens[parser->at], "batch")) {
        program->batch = true;
        parser->at++;
    } else if (name_is(&parser->tokens[parser->at], "sample")) {
        parser->at++;
        NNG_TRY(parse_size(parser, &program->sample));
        program->sample--;
    }
    NNG_TRY(end_of_statement(parser, statement));
    program->model = model;
    if (model == NULL)
        NNG_TRY(nng_bind_read(program, string->text, string->begin, parser->error));
fail:
    return status;
}

/* ---- the whole -------------------------------------------------------------------------------------------------- */

static enum nng_status first_pass(struct nng_parser *parser, const struct nng_model *model)
{
    enum nng_status status = NNG_OK;
    struct nng_program *program = parser->program;
    const struct nng_statement *use = NULL;
    NNG_TRY(split_statements(parser));
    program->fixed = model != NULL;
    for (size_t i = 0; i < program->statement_count; i++) {
        if (program->statements[i].kind != NNG_STATEMENT_USE)
            continue;
        if (use != NULL)
            return nng_script_fail(&program->source, program->statements[i].begin, parser->error,
                                   "a second 'use': a derivation is about one model");
        use = &program->statements[i];
        NNG_TRY(parse_use(parser, use, model));
    }
    if (use == NULL)
        program->model = model;
    NNG_TRY(nng_bind_values(program, use == NULL ? 0 : use->begin, parser->error));
    if (program->fixed)
        NNG_TRY(nng_bind_definitions(program, parser->error));
    for (int defined = 0; defined < 2; defined++) /* what is given or named first, then what is defined */
        for (size_t i = 0; i < program->statement_count; i++) {
            enum nng_statement_kind kind = program->statements[i].kind;
            if (defined ? kind == NNG_STATEMENT_DEFINE : kind == NNG_STATEMENT_GIVEN || kind == NNG_STATEMENT_LET)
                NNG_TRY(register_name(parser, &program->statements[i]));
        }
    if (!program->fixed)
        NNG_TRY(nng_bind_definitions(program, parser->error));
    NNG_TRY(check_shadows(parser));
fail:
    return status;
}

static enum nng_status second_pass(struct nng_parser *parser, enum nng_statement_kind kind)
{
    enum nng_status status = NNG_OK;
    struct nng_letters none = {0};
    for (size_t i = 0; i < parser->program->statement_count; i++) {
        struct nng_statement *statement = &parser->program->statements[i];
        if ((statement->kind == NNG_STATEMENT_LET) != (kind == NNG_STATEMENT_LET))
            continue;
        parser->at = statement->first_token;
        parser->depth = 0;
        parser->letters = &none;
        parser->free_letters = false;
        if (statement->kind == NNG_STATEMENT_GIVEN)
            NNG_TRY(parse_given(parser, statement));
        else if (statement->kind == NNG_STATEMENT_LET)
            NNG_TRY(parse_let(parser, statement));
        else if (statement->kind == NNG_STATEMENT_DEFINE)
            NNG_TRY(parse_define(parser, statement));
        else if (statement->kind == NNG_STATEMENT_CLAIM)
            NNG_TRY(parse_claim(parser, statement));
    }
fail:
    parser->letters = NULL;
    return status;
}

enum nng_status nng_program_parse(struct nng_arena *arena, struct nng_host *host, const struct nng_script *source,
                                  const struct nng_model *model, struct nng_program **program, struct nng_model **read,
                                  struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_parser parser = {.error = error};
    struct nng_program *made = nng_arena_take(arena, 1, sizeof *made);
    if (made == NULL)
        return nng_fail_memory(error);
    made->arena = arena;
    made->host = host;
    made->source = *source;
    made->read = read;
    *read = NULL;
    parser.program = made;
    NNG_TRY(nng_lex(arena, source, &parser.tokens, &parser.token_count, error));
    NNG_TRY(first_pass(&parser, model));
    NNG_TRY(second_pass(&parser, NNG_STATEMENT_LET));
    NNG_TRY(second_pass(&parser, NNG_STATEMENT_CLAIM));
    *program = made;
fail:
    return status;
}
