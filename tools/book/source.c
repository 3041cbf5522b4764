/* source.c - the functions of a C file, found by name.
 *
 * At the top level, outside of all braces, a name that is followed by ( ... ) and then { begins a function. Comments,
 * strings and preprocessor lines are no code. A declaration reaches from the end of what came before it to its last
 * brace; the comment right above it, with no empty line between, belongs to it.
 */
#include "source.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define NOWHERE ((size_t)-1)

static bool is_letter(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static char look(const struct scan *scan, size_t ahead)
{
    return scan->at + ahead < scan->length ? scan->text[scan->at + ahead] : '\0';
}

/* To the end of a line that a backslash does not continue. */
static void skip_line(struct scan *scan)
{
    while (scan->at < scan->length && scan->text[scan->at] != '\n')
        scan->at += scan->text[scan->at] == '\\' && scan->at + 1 < scan->length ? 2 : 1;
}

static void skip_comment(struct scan *scan)
{
    if (look(scan, 1) == '/') {
        skip_line(scan);
        return;
    }
    scan->at += 2;
    while (scan->at < scan->length && !(look(scan, 0) == '*' && look(scan, 1) == '/'))
        scan->at++;
    scan->at += scan->at < scan->length ? 2 : 0;
}

static void skip_quoted(struct scan *scan)
{
    char quote = scan->text[scan->at++];
    while (scan->at < scan->length && scan->text[scan->at] != quote && scan->text[scan->at] != '\n')
        scan->at += scan->text[scan->at] == '\\' && scan->at + 1 < scan->length ? 2 : 1;
    scan->at += scan->at < scan->length;
}

static bool at_comment(const struct scan *scan)
{
    return look(scan, 0) == '/' && (look(scan, 1) == '/' || look(scan, 1) == '*');
}

/* Is what stands before this in its line blank? */
static bool begins_line(const struct scan *scan)
{
    size_t i = scan->at;
    while (i > 0 && (scan->text[i - 1] == ' ' || scan->text[i - 1] == '\t'))
        i--;
    return i == 0 || scan->text[i - 1] == '\n';
}

/* Goes past one piece that is no code; false if code stands here. */
static bool skip_other(struct scan *scan)
{
    char c = look(scan, 0);
    if (at_comment(scan))
        skip_comment(scan);
    else if (c == '"' || c == '\'')
        skip_quoted(scan);
    else if (c == '#' && begins_line(scan))
        skip_line(scan);
    else if (isspace((unsigned char)c))
        scan->at++;
    else
        return false;
    return true;
}

/* From an opening bracket past the one that closes it. */
static void skip_brackets(struct scan *scan, char opening, char closing)
{
    size_t depth = 0;
    do {
        if (scan->at >= scan->length)
            return;
        if (skip_other(scan))
            continue;
        depth += scan->text[scan->at] == opening;
        depth -= scan->text[scan->at] == closing;
        scan->at++;
    } while (depth > 0);
}

/* Are the bytes between an end and a beginning blank, with no empty line in them? */
static bool touches(const struct scan *scan, size_t end, size_t begin)
{
    size_t newlines = 0;
    for (; end < begin; end++) {
        if (!isspace((unsigned char)scan->text[end]))
            return false;
        newlines += scan->text[end] == '\n';
    }
    return newlines <= 1;
}

/* Goes to where the next declaration begins, and notes the comment that stands right above it. */
static void find_declaration(struct scan *scan)
{
    size_t ended = NOWHERE; /* the last comment */
    scan->comment = NOWHERE;
    while (scan->at < scan->length) {
        size_t begin = scan->at;
        if (at_comment(scan) && begins_line(scan)) {
            skip_comment(scan);
            if (ended == NOWHERE || !touches(scan, ended, begin))
                scan->comment = begin;
            ended = scan->at;
        } else if (!isspace((unsigned char)look(scan, 0)) && look(scan, 0) != ';') {
            if (!skip_other(scan)) /* code */
                break;
            scan->comment = ended = NOWHERE;
        } else {
            scan->at++;
        }
    }
    if (ended == NOWHERE || !touches(scan, ended, scan->at))
        scan->comment = NOWHERE;
}

/* Goes past a word; if a bracket follows, it is the name of a function, or of a macro. */
static void read_name(struct scan *scan, struct definition *definition)
{
    const char *name = scan->text + scan->at;
    size_t length = 0;
    for (; is_letter(look(scan, 0)); scan->at++)
        length++;
    while (skip_other(scan)) {
    }
    if (look(scan, 0) != '(')
        return;
    definition->name = name;
    definition->name_length = length;
}

/* Reads one declaration; true if it defines a function. A brace after brackets begins a function's body, any other one
 * those of a type or of an initialiser. */
static bool read_declaration(struct scan *scan, struct definition *definition)
{
    bool assigned = false;
    *definition = (struct definition){.begin = scan->comment != NOWHERE ? scan->comment : scan->at};
    while (scan->at < scan->length) {
        char c = look(scan, 0);
        if (skip_other(scan))
            continue;
        if (is_letter(c)) {
            read_name(scan, definition);
        } else if (c == '(') {
            skip_brackets(scan, '(', ')');
        } else if (c == '{') {
            skip_brackets(scan, '{', '}');
            definition->end = scan->at;
            if (definition->name != NULL && !assigned)
                return true;
        } else {
            scan->at++;
            assigned = assigned || c == '=';
            if (c == ';')
                return false;
        }
    }
    return false;
}

bool source_next(struct scan *scan, struct definition *definition)
{
    while (find_declaration(scan), scan->at < scan->length)
        if (read_declaration(scan, definition))
            return true;
    return false;
}
