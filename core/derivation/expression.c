/* expression.c - expressions, by recursive descent.
 *
 * Precedence from the top: postfix (' and [i]), ^ .^ (right-associative), unary minus, * / .* ./, + -, comparisons.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "derivation/callable.h"
#include "derivation/parser.h"

static struct nng_token *here(const struct nng_parser *parser)
{
    return &parser->tokens[parser->at];
}

static enum nng_token_kind kind_at(const struct nng_parser *parser, size_t ahead)
{
    size_t i = parser->at + ahead;
    return i < parser->token_count ? parser->tokens[i].kind : NNG_TOKEN_END;
}

static enum nng_status fail_here(struct nng_parser *parser, const char *expected)
{
    const struct nng_token *token = here(parser);
    const struct nng_script *source = &parser->program->source;
    if (token->kind == NNG_TOKEN_END || token->kind == NNG_TOKEN_NEWLINE)
        return nng_script_fail(source, token->begin, parser->error, "expected %s, not %s", expected,
                               nng_token_kind_name(token->kind));
    return nng_script_fail(source, token->begin, parser->error, "expected %s, not '%.*s'", expected,
                           (int)(token->end - token->begin), source->text + token->begin);
}

enum nng_status nng_parser_expect(struct nng_parser *parser, enum nng_token_kind kind, const char *what)
{
    if (here(parser)->kind != kind)
        return fail_here(parser, what);
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
        return nng_script_fail(&parser->program->source, here(parser)->begin, parser->error,
                               "an expression is nested too deep");
    return NNG_OK;
}

/* ---- names ------------------------------------------------------------------------------------------------------ */

/* A value or an entry of it by its lecture name: W2, yhat, w212 (W2[1,2]), a21 (a2[1]), yhat1. */
static bool find_reference(const struct nng_program *program, const char *name, struct nng_reference *reference)
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

static enum nng_status unknown_name(struct nng_parser *parser, const struct nng_token *token, const char *name)
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

static int letter_find(const struct nng_letters *letters, const char *name)
{
    for (int i = 0; i < letters->count; i++)
        if (letters->at[i].in_scope && strcmp(letters->at[i].name, name) == 0)
            return i;
    return -1;
}

static enum nng_status letter_add(struct nng_parser *parser, const struct nng_token *token, bool bound, int *letter)
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
static enum nng_status free_letter(struct nng_parser *parser, const struct nng_token *token, int *letter)
{
    *letter = letter_find(parser->letters, token->text);
    if (*letter >= 0)
        return NNG_OK;
    if (!parser->free_letters)
        return unknown_name(parser, token, token->text);
    for (int i = 0; i < parser->letters->count; i++)
        if (strcmp(parser->letters->at[i].name, token->text) == 0)
            return nng_script_fail(&parser->program->source, token->begin, parser->error,
                                   "the index '%s' belongs to a sum that is closed", token->text);
    return letter_add(parser, token, false, letter);
}

/* ---- subscripts ------------------------------------------------------------------------------------------------- */

static enum nng_status parse_subscript(struct nng_parser *parser, struct nng_subscript *subscript)
{
    enum nng_status status = NNG_OK;
    const struct nng_token *token = here(parser);
    *subscript = (struct nng_subscript){.letter = -1};
    if (token->kind == NNG_TOKEN_NUMBER) {
        if (token->unit > 0 || token->number < 1 || token->number > NNG_ENTRY_LIMIT)
            return fail_here(parser, "an index: a whole number from 1");
        subscript->offset = (long)token->number;
        parser->at++;
        return NNG_OK;
    }
    if (token->kind != NNG_TOKEN_NAME || token->partial)
        return fail_here(parser, "an index: a whole number, or a letter such as k");
    if (nng_symbol_find(parser->program, token->text) >= 0)
        return nng_script_fail(&parser->program->source, token->begin, parser->error,
                               "'%s' is a value: an index is a whole number or a letter of its own", token->text);
    NNG_TRY(free_letter(parser, token, &subscript->letter));
    parser->at++;
    enum nng_token_kind sign = here(parser)->kind;
    if ((sign == NNG_TOKEN_PLUS || sign == NNG_TOKEN_MINUS) && kind_at(parser, 1) == NNG_TOKEN_NUMBER) {
        const struct nng_token *number = &parser->tokens[parser->at + 1];
        if (number->unit > 0 || number->number > NNG_ENTRY_LIMIT)
            return fail_here(parser, "a whole number");
        subscript->offset = sign == NNG_TOKEN_PLUS ? (long)number->number : -(long)number->number;
        parser->at += 2;
    }
fail:
    return status;
}

/* [i] or [i, j] */
static enum nng_status parse_subscripts(struct nng_parser *parser, struct nng_subscripts *subscripts)
{
    enum nng_status status = NNG_OK;
    *subscripts = (struct nng_subscripts){.count = 1};
    NNG_TRY(nng_parser_expect(parser, NNG_TOKEN_LEFT_BRACKET, "'['"));
    NNG_TRY(parse_subscript(parser, &subscripts->at[0]));
    if (here(parser)->kind == NNG_TOKEN_COMMA) {
        parser->at++;
        NNG_TRY(parse_subscript(parser, &subscripts->at[1]));
        subscripts->count = 2;
    }
    NNG_TRY(nng_parser_expect(parser, NNG_TOKEN_RIGHT_BRACKET, "',' or ']'"));
fail:
    return status;
}

/* ---- derivatives ------------------------------------------------------------------------------------------------ */

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
           find_reference(program, *rest, &reference);
}

/* One half of a derivative: the name after d, and an index that belongs to it. */
static enum nng_status parse_differential(struct nng_parser *parser, struct nng_reference *reference)
{
    enum nng_status status = NNG_OK;
    struct nng_token *token = here(parser);
    const char *name = token->partial ? token->text : token->text + 1;
    if (!find_reference(parser->program, name, reference))
        return unknown_name(parser, token, name);
    if (parser->program->symbols[reference->symbol].kind == NNG_SYMBOL_LET)
        return nng_script_fail(&parser->program->source, token->begin, parser->error,
                               "'%s' names a derivative: only a value has a differential", name);
    parser->at++;
    if (reference->subscripts.count == 0 && here(parser)->kind == NNG_TOKEN_LEFT_BRACKET)
        NNG_TRY(parse_subscripts(parser, &reference->subscripts));
fail:
    return status;
}

enum nng_status nng_parse_derivative(struct nng_parser *parser, struct nng_node **node)
{
    enum nng_status status = NNG_OK;
    struct nng_token *token = here(parser);
    const char *rest;
    *node = NULL;
    if (!differential(parser->program, token, &rest))
        return NNG_OK;
    struct nng_node *made = nng_node_new(parser->program->arena, NNG_NODE_DERIVATIVE, token->begin, 0);
    if (made == NULL)
        return nng_fail_memory(parser->error);
    NNG_TRY(parse_differential(parser, &made->of));
    NNG_TRY(nng_parser_expect(parser, NNG_TOKEN_DIVIDE, "'/' and a second differential: a derivative is d.../d..."));
    struct nng_token *below = here(parser);
    if (below->kind != NNG_TOKEN_NAME || !(below->partial || (below->text[0] == 'd' && below->text[1] != '\0')))
        return fail_here(parser, "a differential such as 'da2'");
    NNG_TRY(parse_differential(parser, &made->by));
    made->spelling = nng_arena_text_n(parser->program->arena, parser->program->source.text + token->begin,
                                      parser->tokens[parser->at - 1].end - token->begin);
    if (made->spelling == NULL)
        return nng_fail_memory(parser->error);
    *node = made;
fail:
    return status;
}

/* ---- primaries -------------------------------------------------------------------------------------------------- */

static enum nng_status parse_sum(struct nng_parser *parser, struct nng_node **node)
{
    enum nng_status status = NNG_OK;
    size_t offset = here(parser)->begin;
    struct nng_token *name = &parser->tokens[parser->at + 2];
    struct nng_node *body, *made;
    int letter = -1;
    if (nng_symbol_find(parser->program, name->text) >= 0 || letter_find(parser->letters, name->text) >= 0)
        return nng_script_fail(&parser->program->source, name->begin, parser->error,
                               "the index '%s' shadows another '%s'", name->text, name->text);
    NNG_TRY(letter_add(parser, name, true, &letter));
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
    struct nng_token *name = here(parser);
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
            return nng_script_fail(source, here(parser)->begin, parser->error, "'%s' takes %s%d argument%s", name->text,
                                   function->least == function->most ? "" : "at most ", function->most,
                                   function->most == 1 ? "" : "s");
        NNG_TRY(nng_parse_expression(parser, &arguments[count++]));
    } while (here(parser)->kind == NNG_TOKEN_COMMA && parser->at++ > 0);
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
    struct nng_token *token = here(parser);
    struct nng_reference reference;
    struct nng_node *made = NULL;
    int letter = letter_find(parser->letters, token->text);
    if (letter < 0 && !find_reference(program, token->text, &reference)) {
        if (strlen(token->text) != 1)
            return unknown_name(parser, token, token->text);
        enum nng_status status = free_letter(parser, token, &letter);
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
    size_t offset = here(parser)->begin, count = 0, room = 0, rows = 1, row_begins = 0, cols = 0;
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
        enum nng_token_kind next = here(parser)->kind;
        if (next == NNG_TOKEN_SEMICOLON || next == NNG_TOKEN_RIGHT_BRACKET) {
            if (cols != 0 && count - row_begins != cols) {
                status = nng_script_fail(&parser->program->source, here(parser)->begin, parser->error,
                                         "this row has %zu entries, the first one %zu", count - row_begins, cols);
                goto fail;
            }
            cols = count - row_begins;
            row_begins = count;
            rows += next == NNG_TOKEN_SEMICOLON ? 1 : 0;
        }
    } while (here(parser)->kind == NNG_TOKEN_COMMA || here(parser)->kind == NNG_TOKEN_SEMICOLON);
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
    struct nng_token *token = here(parser);
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
        return fail_here(parser, "a value");
    if (nng_symbol_find(parser->program, token->text) < 0 && !token->partial) {
        bool call = kind_at(parser, 1) == NNG_TOKEN_LEFT_PAREN;
        bool prime = kind_at(parser, 1) == NNG_TOKEN_QUOTE && kind_at(parser, 2) == NNG_TOKEN_LEFT_PAREN;
        if (call && strcmp(token->text, "sum") == 0 && kind_at(parser, 2) == NNG_TOKEN_NAME &&
            kind_at(parser, 3) == NNG_TOKEN_COLON)
            return parse_sum(parser, node);
        if (call || prime)
            return parse_call(parser, prime, node);
    } else if (kind_at(parser, 1) == NNG_TOKEN_LEFT_PAREN && !token->partial)
        return nng_script_fail(&parser->program->source, token->begin, parser->error,
                               "'%s' is a value, no function: put '*' before the bracket", token->text);
    NNG_TRY(nng_parse_derivative(parser, node));
    if (*node == NULL)
        NNG_TRY(parse_name(parser, node));
fail:
    return status;
}

/* ---- operators -------------------------------------------------------------------------------------------------- */

static enum nng_status parse_postfix(struct nng_parser *parser, struct nng_node **node)
{
    enum nng_status status = NNG_OK;
    struct nng_node *made = NULL;
    NNG_TRY(deeper(parser));
    NNG_TRY(parse_primary(parser, &made));
    for (;;) {
        if (here(parser)->kind == NNG_TOKEN_QUOTE) {
            parser->at++;
            NNG_TRY(finish(parser, nng_node_unary(parser->program->arena, NNG_NODE_TRANSPOSE, made), &made));
        } else if (here(parser)->kind == NNG_TOKEN_LEFT_BRACKET) {
            struct nng_node *entry = nng_node_unary(parser->program->arena, NNG_NODE_ENTRY, made);
            if (entry == NULL)
                return nng_fail_memory(parser->error);
            NNG_TRY(parse_subscripts(parser, &entry->subscripts));
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
    if (exponent && here(parser)->kind == NNG_TOKEN_MINUS) {
        parser->at++;
        NNG_TRY(parse_power(parser, true, &right));
        NNG_TRY(finish(parser, nng_node_unary(parser->program->arena, NNG_NODE_NEGATE, right), node));
    } else {
        NNG_TRY(parse_postfix(parser, &left));
        enum nng_token_kind kind = here(parser)->kind;
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
    if (here(parser)->kind != NNG_TOKEN_MINUS)
        return parse_power(parser, false, node);
    size_t offset = here(parser)->begin;
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
            if (levels[level][i].token == here(parser)->kind)
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
