/* expression.c - expressions, by recursive descent.
 *
 * Precedence from the top: postfix (' and [i]), ^ .^ (right-associative), unary minus, * / .* ./, + -, comparisons.
 */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "derivation/callable.h"
#include "derivation/parser.h"

enum nng_status nng_parser_fail(struct nng_parser *parser, const char *expected)
{
    const struct nng_token *token = nng_parser_here(parser);
    const struct nng_script *source = &parser->program->source;
    if (token->kind == NNG_TOKEN_END || token->kind == NNG_TOKEN_NEWLINE)
        return nng_script_fail(source, token->begin, parser->error, "expected %s, not %s", expected,
                               nng_token_kind_name(token->kind));
    return nng_script_fail(source, token->begin, parser->error, "expected %s, not '%.*s'", expected,
                           (int)(token->end - token->begin), source->text + token->begin);
}

enum nng_status nng_parser_expect(struct nng_parser *parser, enum nng_token_kind kind, const char *what)
{
    if (nng_parser_here(parser)->kind != kind)
        return nng_parser_fail(parser, what);
    parser->at++;
    return NNG_OK;
}

/* Every new node passes here: bounds its depth, so that no walk over the tree can overflow the stack. */
static enum nng_status finish(struct nng_parser *parser, struct nng_node *made, struct nng_node **node)
{
    if (made == NULL)
        return nng_fail_memory(parser->error);
    nng_node_measure(made);
    if (made->depth > NNG_TREE_DEPTH)
        return nng_script_fail(&parser->program->source, made->offset, parser->error,
                               "an expression of more than %d levels: give a part of it a name", NNG_TREE_DEPTH);
    *node = made;
    return NNG_OK;
}

static enum nng_status deeper(struct nng_parser *parser)
{
    if (++parser->depth > 2 * NNG_SCRIPT_NESTING)
        return nng_script_fail(&parser->program->source, nng_parser_here(parser)->begin, parser->error,
                               "an expression is nested too deep");
    return NNG_OK;
}

/* ---- primaries ----------------------------------------------------------------------------------------------- */

static enum nng_status parse_sum(struct nng_parser *parser, struct nng_node **node)
{
    enum nng_status status = NNG_OK;
    size_t offset = nng_parser_here(parser)->begin;
    struct nng_token *name = &parser->tokens[parser->at + 2];
    struct nng_node *body, *made;
    int letter = -1;
    if (nng_symbol_find(parser->program, name->text) >= 0 || nng_letter_find(parser->letters, name->text) >= 0)
        return nng_script_fail(&parser->program->source, name->begin, parser->error,
                               "the index '%s' shadows another '%s'", name->text, name->text);
    NNG_TRY(nng_letter_add(parser, name, true, &letter));
    parser->at += 4; /* sum ( k : */
    NNG_TRY(nng_parse_expression(parser, &body));
    NNG_TRY(nng_parser_expect(parser, NNG_TOKEN_RIGHT_PAREN, "')'"));
    parser->letters->at[letter].in_scope = false;
    made = nng_node_unary(parser->program->arena, NNG_NODE_SUM, body);
    if (made != NULL) {
        made->letter = letter;
        made->offset = offset;
    }
    NNG_TRY(finish(parser, made, node));
fail:
    return status;
}

static enum nng_status parse_call(struct nng_parser *parser, bool prime, struct nng_node **node)
{
    enum nng_status status = NNG_OK;
    struct nng_token *name = nng_parser_here(parser);
    const struct nng_script *source = &parser->program->source;
    const struct nng_callable *function;
    struct nng_node *arguments[2], *made;
    int count = 0;
    NNG_TRY(nng_callable_find(parser->program, name->text, &function, parser->error));
    if (function == NULL) {
        const char *near = nng_callable_nearest(name->text);
        return near == NULL ? nng_script_fail(source, name->begin, parser->error, "unknown function '%s'", name->text)
                            : nng_script_fail(source, name->begin, parser->error,
                                              "unknown function '%s' (did you mean '%s'?)", name->text, near);
    }
    if (prime && !nng_callable_each(function))
        return nng_script_fail(source, name->begin, parser->error,
                               "'%s' does not work entry by entry, so that %s' is no function: write its Jacobian, "
                               "such as dyhat/da2",
                               name->text, name->text);
    parser->at += prime ? 3 : 2;
    do {
        if (count == function->most)
            return nng_script_fail(source, nng_parser_here(parser)->begin, parser->error, "'%s' takes %s%d argument%s",
                                   name->text, function->least == function->most ? "" : "at most ", function->most,
                                   function->most == 1 ? "" : "s");
        NNG_TRY(nng_parse_expression(parser, &arguments[count++]));
    } while (nng_parser_here(parser)->kind == NNG_TOKEN_COMMA && parser->at++ > 0);
    NNG_TRY(nng_parser_expect(parser, NNG_TOKEN_RIGHT_PAREN, "',' or ')'"));
    if (count < function->least)
        return nng_script_fail(source, name->begin, parser->error, "'%s' takes %d arguments", name->text,
                               function->least);
    made = nng_node_call(parser->program->arena, function, arguments[0], count > 1 ? arguments[1] : NULL);
    if (made != NULL) {
        made->offset = name->begin;
        made->prime = prime;
        made->spelling = nng_arena_text_n(parser->program->arena, source->text + name->begin, name->end - name->begin);
    }
    NNG_TRY(made != NULL && made->spelling == NULL ? nng_fail_memory(parser->error) : finish(parser, made, node));
fail:
    return status;
}

/* A value, an entry by its lecture name, a name for a derivative, or an index letter. */
static enum nng_status parse_name(struct nng_parser *parser, struct nng_node **node)
{
    struct nng_program *program = parser->program;
    struct nng_token *token = nng_parser_here(parser);
    struct nng_reference reference;
    struct nng_node *made = NULL;
    int letter = nng_letter_find(parser->letters, token->text);
    if (letter < 0 && !nng_find_reference(program, token->text, &reference)) {
        if (strlen(token->text) != 1)
            return nng_unknown_name(parser, token, token->text);
        enum nng_status status = nng_letter_free(parser, token, &letter);
        if (status != NNG_OK)
            return status;
    }
    if (letter >= 0) {
        made = nng_node_new(program->arena, NNG_NODE_INDEX, token->begin, 0);
        if (made != NULL)
            made->letter = letter;
    } else if (program->symbols[reference.symbol].kind == NNG_SYMBOL_LET) {
        const struct nng_node *derivative = program->symbols[reference.symbol].definition;
        if (derivative == NULL)
            return nng_script_fail(&program->source, token->begin, parser->error,
                                   "'%s' is named further below: put its 'let' first", token->text);
        made = nng_node_copy(program->arena, derivative);
        if (made != NULL)
            made->offset = token->begin;
    } else
        made = nng_node_symbol(program->arena, reference.symbol);
    if (made == NULL)
        return nng_fail_memory(parser->error);
    if (made->kind != NNG_NODE_INDEX)
        made->spelling =
            nng_arena_text_n(program->arena, program->source.text + token->begin, token->end - token->begin);
    made->offset = token->begin;
    if (letter < 0 && reference.subscripts.count > 0) { /* w212: the entry carries the spelling */
        struct nng_node *entry = nng_node_unary(program->arena, NNG_NODE_ENTRY, made);
        if (entry == NULL)
            return nng_fail_memory(parser->error);
        entry->subscripts = reference.subscripts;
        entry->spelling = made->spelling;
        made->spelling = NULL;
        made = entry;
    }
    parser->at++;
    return finish(parser, made, node);
}

/* [1, 0] is a flat list, a column unless the other side is a row; [a, b; c, d] a matrix. */
static enum nng_status parse_list(struct nng_parser *parser, struct nng_node **node)
{
    enum nng_status status = NNG_OK;
    size_t offset = nng_parser_here(parser)->begin, count = 0, room = 0, rows = 1, row_begins = 0, cols = 0;
    struct nng_node **items = NULL, *made = NULL;
    do {
        parser->at++;
        if (count == room) {
            room = room * 2 + 16;
            struct nng_node **more = nng_reallocate(items, room, sizeof *more);
            if (more == NULL) {
                status = nng_fail_memory(parser->error);
                goto fail;
            }
            items = more;
        }
        NNG_TRY(nng_parse_expression(parser, &items[count]));
        count++;
        enum nng_token_kind next = nng_parser_here(parser)->kind;
        if (next == NNG_TOKEN_SEMICOLON || next == NNG_TOKEN_RIGHT_BRACKET) {
            if (cols != 0 && count - row_begins != cols) {
                status = nng_script_fail(&parser->program->source, nng_parser_here(parser)->begin, parser->error,
                                         "this row has %zu entries, the first one %zu", count - row_begins, cols);
                goto fail;
            }
            cols = count - row_begins;
            row_begins = count;
            rows += next == NNG_TOKEN_SEMICOLON ? 1 : 0;
        }
    } while (nng_parser_here(parser)->kind == NNG_TOKEN_COMMA || nng_parser_here(parser)->kind == NNG_TOKEN_SEMICOLON);
    NNG_TRY(nng_parser_expect(parser, NNG_TOKEN_RIGHT_BRACKET, "',' or ';' or ']'"));
    made = nng_node_new(parser->program->arena, NNG_NODE_LIST, offset, count);
    if (made != NULL) {
        memcpy(made->children, items, count * sizeof *items);
        made->list_rows = rows;
    }
    NNG_TRY(finish(parser, made, node));
fail:
    nng_release(items);
    return status;
}

static enum nng_status parse_primary(struct nng_parser *parser, struct nng_node **node)
{
    enum nng_status status = NNG_OK;
    struct nng_token *token = nng_parser_here(parser);
    struct nng_node *made;
    if (token->kind == NNG_TOKEN_NUMBER) {
        made = nng_node_number(parser->program->arena, token->number);
        if (made == NULL)
            return nng_fail_memory(parser->error);
        made->unit = token->unit;
        made->offset = token->begin;
        made->spelling = nng_arena_text_n(parser->program->arena, parser->program->source.text + token->begin,
                                          token->end - token->begin);
        parser->at++;
        return made->spelling == NULL ? nng_fail_memory(parser->error) : finish(parser, made, node);
    }
    if (token->kind == NNG_TOKEN_LEFT_PAREN) {
        parser->at++;
        NNG_TRY(nng_parse_expression(parser, node));
        return nng_parser_expect(parser, NNG_TOKEN_RIGHT_PAREN, "an operator or ')'");
    }
    if (token->kind == NNG_TOKEN_LEFT_BRACKET)
        return parse_list(parser, node);
    if (token->kind != NNG_TOKEN_NAME)
        return nng_parser_fail(parser, "a value");
    if (nng_symbol_find(parser->program, token->text) < 0 && !token->partial) {
        bool call = nng_parser_kind(parser, 1) == NNG_TOKEN_LEFT_PAREN;
        bool prime =
            nng_parser_kind(parser, 1) == NNG_TOKEN_QUOTE && nng_parser_kind(parser, 2) == NNG_TOKEN_LEFT_PAREN;
        if (call && strcmp(token->text, "sum") == 0 && nng_parser_kind(parser, 2) == NNG_TOKEN_NAME &&
            nng_parser_kind(parser, 3) == NNG_TOKEN_COLON)
            return parse_sum(parser, node);
        if (call || prime)
            return parse_call(parser, prime, node);
    } else if (nng_parser_kind(parser, 1) == NNG_TOKEN_LEFT_PAREN && !token->partial)
        return nng_script_fail(&parser->program->source, token->begin, parser->error,
                               "'%s' is a value, no function: put '*' before the bracket", token->text);
    NNG_TRY(nng_parse_derivative(parser, node));
    if (*node == NULL)
        NNG_TRY(parse_name(parser, node));
fail:
    return status;
}

/* ---- operators ----------------------------------------------------------------------------------------------- */

static enum nng_status parse_postfix(struct nng_parser *parser, struct nng_node **node)
{
    enum nng_status status = NNG_OK;
    struct nng_node *made = NULL;
    NNG_TRY(deeper(parser));
    NNG_TRY(parse_primary(parser, &made));
    for (;;) {
        if (nng_parser_here(parser)->kind == NNG_TOKEN_QUOTE) {
            parser->at++;
            NNG_TRY(finish(parser, nng_node_unary(parser->program->arena, NNG_NODE_TRANSPOSE, made), &made));
        } else if (nng_parser_here(parser)->kind == NNG_TOKEN_LEFT_BRACKET) {
            struct nng_node *entry = nng_node_unary(parser->program->arena, NNG_NODE_ENTRY, made);
            if (entry == NULL)
                return nng_fail_memory(parser->error);
            NNG_TRY(nng_parse_subscripts(parser, &entry->subscripts));
            NNG_TRY(finish(parser, entry, &made));
        } else
            break;
    }
    parser->depth--;
    *node = made;
fail:
    return status;
}

/* The right side of ^ may have a sign: 2^-1. */
static enum nng_status parse_power(struct nng_parser *parser, bool exponent, struct nng_node **node)
{
    enum nng_status status = NNG_OK;
    struct nng_node *left = NULL, *right = NULL;
    NNG_TRY(deeper(parser));
    if (exponent && nng_parser_here(parser)->kind == NNG_TOKEN_MINUS) {
        parser->at++;
        NNG_TRY(parse_power(parser, true, &right));
        NNG_TRY(finish(parser, nng_node_unary(parser->program->arena, NNG_NODE_NEGATE, right), node));
    } else {
        NNG_TRY(parse_postfix(parser, &left));
        enum nng_token_kind kind = nng_parser_here(parser)->kind;
        if (kind == NNG_TOKEN_POWER || kind == NNG_TOKEN_DOT_POWER) {
            parser->at++;
            NNG_TRY(parse_power(parser, true, &right));
            enum nng_operator operation = kind == NNG_TOKEN_POWER ? NNG_POWER : NNG_POWER_EACH;
            NNG_TRY(finish(parser, nng_node_binary(parser->program->arena, operation, left, right), &left));
        }
        *node = left;
    }
    parser->depth--;
fail:
    return status;
}

static enum nng_status parse_unary(struct nng_parser *parser, struct nng_node **node)
{
    enum nng_status status = NNG_OK;
    if (nng_parser_here(parser)->kind != NNG_TOKEN_MINUS)
        return parse_power(parser, false, node);
    size_t offset = nng_parser_here(parser)->begin;
    struct nng_node *child = NULL, *made = NULL;
    NNG_TRY(deeper(parser));
    parser->at++;
    NNG_TRY(parse_unary(parser, &child));
    made = nng_node_unary(parser->program->arena, NNG_NODE_NEGATE, child);
    if (made != NULL)
        made->offset = offset;
    NNG_TRY(finish(parser, made, node));
    parser->depth--;
fail:
    return status;
}

/* The left-associative levels, loosest first. */
static const struct level {
    enum nng_token_kind token;
    enum nng_operator operation;
} levels[][4] = {
    {{NNG_TOKEN_EQUAL_TO, NNG_EQUAL}, {NNG_TOKEN_GREATER, NNG_GREATER}, {NNG_TOKEN_LESS, NNG_LESS}},
    {{NNG_TOKEN_PLUS, NNG_ADD}, {NNG_TOKEN_MINUS, NNG_SUBTRACT}},
    {{NNG_TOKEN_TIMES, NNG_MULTIPLY},
     {NNG_TOKEN_DIVIDE, NNG_DIVIDE},
     {NNG_TOKEN_DOT_TIMES, NNG_TIMES_EACH},
     {NNG_TOKEN_DOT_DIVIDE, NNG_DIVIDE_EACH}},
};
enum { LEVELS = sizeof levels / sizeof levels[0] };

static enum nng_status parse_level(struct nng_parser *parser, size_t level, struct nng_node **node)
{
    enum nng_status status = NNG_OK;
    struct nng_node *left = NULL, *right = NULL;
    NNG_TRY(level + 1 == LEVELS ? parse_unary(parser, &left) : parse_level(parser, level + 1, &left));
    for (;;) {
        const struct level *found = NULL;
        for (size_t i = 0; i < 4 && levels[level][i].token != NNG_TOKEN_END; i++)
            if (levels[level][i].token == nng_parser_here(parser)->kind)
                found = &levels[level][i];
        if (found == NULL)
            break;
        parser->at++;
        NNG_TRY(level + 1 == LEVELS ? parse_unary(parser, &right) : parse_level(parser, level + 1, &right));
        NNG_TRY(finish(parser, nng_node_binary(parser->program->arena, found->operation, left, right), &left));
    }
    *node = left;
fail:
    return status;
}

enum nng_status nng_parse_expression(struct nng_parser *parser, struct nng_node **node)
{
    enum nng_status status = NNG_OK;
    NNG_TRY(deeper(parser));
    NNG_TRY(parse_level(parser, 0, node));
    parser->depth--;
fail:
    return status;
}
