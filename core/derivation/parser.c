/* parser.c - statements: what a file uses, declares, names, defines and claims.
 *
 * Names are collected before any expression is read, since dL/da2 is one token only where L and a2 are defined; so
 * definitions may stand in any order.
 */
#include "derivation/parser.h"

#include <stdio.h>
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

const char *nng_parser_nearest_keyword(const char *name)
{
    return nng_nearest_of(name, keywords, sizeof keywords / sizeof keywords[0]);
}

/* ---- first pass: where statements begin and end, and what they name ------------------------------------------ */

static enum nng_statement_kind statement_kind(const struct nng_token *token)
{
    bool before_name = token[1].kind == NNG_TOKEN_NAME;
    if (nng_token_is(token, "use") && token[1].kind == NNG_TOKEN_STRING)
        return NNG_STATEMENT_USE;
    if (nng_token_is(token, "given") && before_name)
        return NNG_STATEMENT_GIVEN;
    if (nng_token_is(token, "let") && before_name)
        return NNG_STATEMENT_LET;
    if (token->kind == NNG_TOKEN_NAME && !token->partial && token[1].kind == NNG_TOKEN_EQUALS)
        return NNG_STATEMENT_DEFINE;
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
        *statement = (struct nng_statement){.kind = statement_kind(&parser->tokens[i]),
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

/* ---- the whole ----------------------------------------------------------------------------------------------- */

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
        NNG_TRY(nng_parse_use(parser, use, model));
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

static enum nng_status second_pass(struct nng_parser *parser, bool lets)
{
    enum nng_status status = NNG_OK;
    for (size_t i = 0; i < parser->program->statement_count; i++)
        if ((parser->program->statements[i].kind == NNG_STATEMENT_LET) == lets)
            NNG_TRY(nng_parse_statement(parser, &parser->program->statements[i]));
fail:
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
    NNG_TRY(second_pass(&parser, true));
    NNG_TRY(second_pass(&parser, false));
    *program = made;
fail:
    return status;
}
