/* claim.c - a number in the prose, held against what was computed.
 *
 *     claim:gradient.w_212.analytic              in the JSON of the nearest block above that has one
 *     claim:light:claims.14.numeric.1.1          in that of the block called light
 *     claim:runs/gd/history.csv:10.loss          the row that begins with 10, the column loss
 *
 * Keys are parted by points. An element of an array is named by its member name, optimizer, tensor, layer or line, or
 * by its position from 1 where none is called so.
 */
#include "claim.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "names.h"
#include "printed.h"

#define SCHEME "claim:"

bool link_is_claim(const struct link *link)
{
    return strncmp(link->url, SCHEME, sizeof SCHEME - 1) == 0;
}

/* ---- the address --------------------------------------------------------------------------------------------- */

static enum nng_status find_block(const struct chapter *chapter, const struct link *link, const char *name,
                                  struct nng_error *error)
{
    const char *names[CHAPTER_BLOCKS];
    char hint[NNG_HINT_SIZE], quote[NNG_QUOTE_SIZE];
    size_t count = 0;
    for (size_t i = 0; i < chapter->block_count; i++) {
        struct block *block = chapter->blocks[i];
        if (block->step_count == 0 || block->values[KEY_NAME] == NULL)
            continue;
        if (strcmp(block->values[KEY_NAME], name) == 0)
            link->claim->block = block;
        names[count++] = block->values[KEY_NAME];
    }
    if (link->claim->block != NULL)
        return NNG_OK;
    return chapter_fail(chapter, NNG_INPUT, link->line, error, "the claim '%s': no block is called '%s'%s", link->url,
                        nng_quote(quote, name, strlen(name)), nng_hint(hint, nng_nearest_of(name, names, count)));
}

enum nng_status claim_read(const struct chapter *chapter, struct link *link, struct nng_error *error)
{
    const char *address = link->url + sizeof SCHEME - 1, *colon = strchr(address, ':');
    link->claim = nng_arena_take(chapter->arena, 1, sizeof *link->claim);
    if (link->claim == NULL)
        return nng_fail_memory(error);
    link->claim->path = colon != NULL ? colon + 1 : address;
    if (link->claim->path[0] == '\0')
        return chapter_fail(chapter, NNG_INPUT, link->line, error, "the claim '%s' names nothing", link->url);
    if (colon == NULL)
        return NNG_OK;
    const char *name = nng_arena_text_n(chapter->arena, address, (size_t)(colon - address));
    if (name == NULL)
        return nng_fail_memory(error);
    if (!name_ends(name, ".csv"))
        return find_block(chapter, link, name, error);
    if (!name_is_inside(name))
        return chapter_fail(chapter, NNG_INPUT, link->line, error, "'%s' leads out of the chapter's folder", name);
    link->claim->file = name;
    return NNG_OK;
}

/* ---- the value ----------------------------------------------------------------------------------------------- */

static enum nng_status fail_drifted(const struct chapter *chapter, const struct link *link, const char *is,
                                    struct nng_error *error)
{
    char quote[NNG_QUOTE_SIZE];
    return chapter_fail(chapter, NNG_NUMERIC, link->line, error, "'%s' is %s, not %s", link->url + sizeof SCHEME - 1,
                        is, nng_quote(quote, link->text, strlen(link->text)));
}

static enum nng_status check_number(const struct chapter *chapter, const struct link *link, double value,
                                    struct nng_error *error)
{
    struct printed printed;
    char quote[NNG_QUOTE_SIZE], is[NNG_NUMBER_SIZE];
    if (!printed_read(link->text, &printed))
        return chapter_fail(chapter, NNG_INPUT, link->line, error, "'%s' is a number, and '%s' is none",
                            link->url + sizeof SCHEME - 1, nng_quote(quote, link->text, strlen(link->text)));
    if (printed_fits(&printed, value))
        return NNG_OK;
    nng_number_format(is, value, 12);
    return fail_drifted(chapter, link, is, error);
}

static enum nng_status check_text(const struct chapter *chapter, const struct link *link, const char *value,
                                  struct nng_error *error)
{
    char quote[NNG_QUOTE_SIZE];
    if (strcmp(value, link->text) == 0)
        return NNG_OK;
    return fail_drifted(chapter, link, nng_quote(quote, value, strlen(value)), error);
}

/* ---- the path through JSON ----------------------------------------------------------------------------------- */

/* Where a path has come to. */
struct walk {
    const struct chapter *chapter;
    const struct link *link;
    const char *rest; /* of the path */
    size_t done;      /* bytes of it that were found */
};

/* "'w_222' in 'gradient'" is not there. */
static enum nng_status fail_key(const struct walk *walk, const char *key, const char *nearest, struct nng_error *error)
{
    char hint[NNG_HINT_SIZE], quote[NNG_QUOTE_SIZE], found[NNG_QUOTE_SIZE];
    return chapter_fail(walk->chapter, NNG_INPUT, walk->link->line, error,
                        "the claim '%s': there is no '%s' in %s%s%s%s", walk->link->url,
                        nng_quote(quote, key, strlen(key)), walk->done > 0 ? "'" : "the JSON",
                        walk->done > 0 ? nng_quote(found, walk->link->claim->path, walk->done) : "",
                        walk->done > 0 ? "'" : "", nng_hint(hint, nearest));
}

static enum nng_status step_object(const struct walk *walk, const json_t *object, const char *key, const json_t **found,
                                   struct nng_error *error)
{
    enum { MOST = 256 };
    const char *names[MOST];
    size_t count = 0;
    *found = json_object_get(object, key);
    if (*found != NULL)
        return NNG_OK;
    for (void *at = json_object_iter((json_t *)object); at != NULL && count < MOST;
         at = json_object_iter_next((json_t *)object, at))
        names[count++] = json_object_iter_key(at);
    return fail_key(walk, key, nng_nearest_of(key, names, count), error);
}

/* The member that names an element: "w_212", 2 as "2"; NULL if it has none. */
static const char *name_of(const json_t *element, char text[32])
{
    static const char *const members[] = {"name", "optimizer", "tensor", "layer", "line"};
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        const json_t *member = json_object_get(element, members[i]);
        if (json_is_string(member))
            return json_string_value(member);
        if (json_is_integer(member)) {
            snprintf(text, 32, "%lld", (long long)json_integer_value(member));
            return text;
        }
    }
    return NULL;
}

static const char *name_at(const void *array, size_t i)
{
    static const char none[] = "";
    const json_t *element = json_array_get(array, i);
    const json_t *name = json_object_get(element, "name");
    return json_is_string(name) ? json_string_value(name) : none;
}

static enum nng_status step_array(const struct walk *walk, const json_t *array, const char *key, const json_t **found,
                                  struct nng_error *error)
{
    size_t count = json_array_size(array), named = 0;
    char number[32];
    *found = NULL;
    for (size_t i = 0; i < count; i++) {
        const json_t *element = json_array_get(array, i);
        const char *name = name_of(element, number);
        if (name == NULL || strcmp(name, key) != 0)
            continue;
        *found = element;
        named++;
    }
    if (named > 1)
        return chapter_fail(walk->chapter, NNG_INPUT, walk->link->line, error,
                            "the claim '%s': %zu elements are called '%s'; name one by its position, from 1",
                            walk->link->url, named, key);
    if (named == 0 && key[0] != '\0' && key[strspn(key, "0123456789")] == '\0' && strlen(key) < 10) {
        size_t position = strtoul(key, NULL, 10);
        *found = position > 0 ? json_array_get(array, position - 1) : NULL;
    }
    return *found != NULL ? NNG_OK : fail_key(walk, key, nng_nearest(key, array, count, name_at), error);
}

enum nng_status claim_check_json(const struct chapter *chapter, const struct link *link, const json_t *root,
                                 struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct walk walk = {.chapter = chapter, .link = link, .rest = link->claim->path};
    const json_t *at = root;
    while (*walk.rest != '\0') {
        size_t length = strcspn(walk.rest, ".");
        const char *key = nng_arena_text_n(chapter->arena, walk.rest, length);
        if (key == NULL)
            return nng_fail_memory(error);
        if (json_is_object(at))
            NNG_TRY(step_object(&walk, at, key, &at, error));
        else if (json_is_array(at))
            NNG_TRY(step_array(&walk, at, key, &at, error));
        else
            NNG_TRY(fail_key(&walk, key, NULL, error));
        walk.rest += length + (walk.rest[length] == '.');
        walk.done = (size_t)(walk.rest - link->claim->path) - (*walk.rest != '\0');
    }
    if (json_is_number(at))
        return check_number(chapter, link, json_number_value(at), error);
    if (json_is_string(at))
        return check_text(chapter, link, json_string_value(at), error);
    if (json_is_true(at) || json_is_false(at) || json_is_null(at))
        return check_text(chapter, link, json_is_true(at) ? "true" : json_is_false(at) ? "false" : "null", error);
    return chapter_fail(chapter, NNG_INPUT, link->line, error, "the claim '%s' names no single value, but %s",
                        link->url, json_is_array(at) ? "an array" : "an object");
fail:
    return status;
}

/* ---- CSV ----------------------------------------------------------------------------------------------------- */

/* The k-th field of a line, from 0; its length, or -1 when there are not so many. Quotes around it are left out. */
static int field(const char *line, size_t k, const char **begin)
{
    for (;; k--) {
        bool quoted = *line == '"';
        const char *end = line + quoted;
        end += strcspn(end, quoted ? "\"\r\n" : ",\r\n");
        if (k == 0) {
            *begin = line + quoted;
            return (int)(end - *begin);
        }
        end += quoted && *end == '"';
        if (*end != ',')
            return -1;
        line = end + 1;
    }
}

static bool is_field(const char *line, size_t k, const char *text, size_t length)
{
    const char *begin;
    int n = field(line, k, &begin);
    return n >= 0 && (size_t)n == length && strncmp(begin, text, length) == 0;
}

static enum nng_status fail_column(const struct chapter *chapter, const struct link *link, const char *csv,
                                   const char *column, struct nng_error *error)
{
    enum { MOST = 256 };
    const char *names[MOST], *begin;
    char hint[NNG_HINT_SIZE];
    size_t count = 0;
    for (int n; count < MOST && (n = field(csv, count, &begin)) >= 0; count++)
        if ((names[count] = nng_arena_text_n(chapter->arena, begin, (size_t)n)) == NULL)
            return nng_fail_memory(error);
    return chapter_fail(chapter, NNG_INPUT, link->line, error, "the claim '%s': '%s' has no column '%s'%s", link->url,
                        link->claim->file, column, nng_hint(hint, nng_nearest_of(column, names, count)));
}

/* Where the column of that name stands; false if there is none. */
static bool find_column(const char *csv, const char *name, size_t *column)
{
    const char *begin;
    for (*column = 0; field(csv, *column, &begin) >= 0; ++*column)
        if (is_field(csv, *column, name, strlen(name)))
            return true;
    return false;
}

enum nng_status claim_check_csv(const struct chapter *chapter, const struct link *link, const char *csv,
                                struct nng_error *error)
{
    const char *path = link->claim->path, *first = strchr(path, '.'), *point = first, *begin, *row = csv;
    size_t column = 0;
    double value;
    if (first == NULL)
        return chapter_fail(chapter, NNG_INPUT, link->line, error, "the claim '%s': after the file stands ROW.COLUMN",
                            link->url);
    while (point != NULL && !find_column(csv, point + 1, &column)) /* both may have points of their own */
        point = strchr(point + 1, '.');
    if (point == NULL)
        return fail_column(chapter, link, csv, first + 1, error);
    do {
        row += strcspn(row, "\n");
        row += *row == '\n';
    } while (*row != '\0' && !is_field(row, 0, path, (size_t)(point - path)));
    int length = *row != '\0' ? field(row, column, &begin) : -1;
    if (length < 0)
        return chapter_fail(chapter, NNG_INPUT, link->line, error, "the claim '%s': '%s' has no row '%.*s'", link->url,
                            link->claim->file, (int)(point - path), path);
    if (nng_number_parse(begin, (size_t)length, &value) == NNG_NUMBER_FINITE)
        return check_number(chapter, link, value, error);
    const char *text = nng_arena_text_n(chapter->arena, begin, (size_t)length);
    return text != NULL ? check_text(chapter, link, text, error) : nng_fail_memory(error);
}
