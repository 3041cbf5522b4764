/* read.c - chapter.md, read with cmark: where its blocks, links and headings stand.
 *
 * cmark says what is a block and what is a link; the text itself is kept, so that everything else reaches the page as
 * it was written.
 */
#define NNGRAD_BOOK_READ_C
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmark.h>

#include "anchor.h"
#include "base/error.h"
#include "base/file.h"
#include "chapter.h"
#include "info.h"
#include "words.h"

/* ---- lines ------------------------------------------------------------------------------------------------------ */

/* Where a line of a text begins, counted from 1; its end if there are not so many. */
static size_t line_begin(const char *text, size_t length, int line)
{
    size_t at = 0;
    for (int i = 1; i < line && at < length; i++) {
        const char *end = memchr(text + at, '\n', length - at);
        at = end != NULL ? (size_t)(end - text) + 1 : length;
    }
    return at;
}

static size_t line_length(const char *text, size_t length, size_t begin)
{
    const char *end = memchr(text + begin, '\n', length - begin);
    return (end != NULL ? (size_t)(end - text) : length) - begin;
}

enum nng_status chapter_fail(const struct chapter *chapter, enum nng_status status, int line, struct nng_error *error,
                             const char *format, ...)
{
    char text[sizeof error->text], source[sizeof error->source];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    size_t begin = line_begin(chapter->text, chapter->length, line);
    size_t length = line > 0 ? line_length(chapter->text, chapter->length, begin) : 0;
    nng_copy_text(source, sizeof source, chapter->text + begin, length);
    return nng_fail_at(error, status, chapter->file, line, 0, source, "%s", text);
}

/* ---- a passage being read --------------------------------------------------------------------------------------- */

struct reading {
    struct chapter *chapter;
    struct passage *passage;
    int depth;
    size_t *lines; /* where each line begins, and after the last one the length */
    int line_count;
};

static int line_of(const struct reading *reading, cmark_node *node)
{
    return reading->passage->line + cmark_node_get_start_line(node) - 1;
}

/* Where cmark says that a node begins (columns count bytes from 1), held within the text. */
static size_t offset_of(const struct reading *reading, int line, int column)
{
    if (line < 1 || line > reading->line_count || column < 1)
        return reading->passage->length;
    size_t at = reading->lines[line - 1] + (size_t)column - 1;
    return at < reading->passage->length ? at : reading->passage->length;
}

static enum nng_status find_lines(struct reading *reading, struct nng_error *error)
{
    const struct passage *passage = reading->passage;
    size_t count = 0, room = 1;
    for (size_t i = 0; i < passage->length; i++)
        room += passage->text[i] == '\n';
    reading->lines = nng_arena_take(reading->chapter->arena, room + 1, sizeof *reading->lines);
    if (reading->lines == NULL)
        return nng_fail_memory(error);
    for (size_t at = 0; at < passage->length; at += line_length(passage->text, passage->length, at) + 1)
        reading->lines[count++] = at;
    reading->lines[count] = passage->length;
    reading->line_count = (int)count;
    return NNG_OK;
}

/* Makes room for one more of an arena's array. */
static void *grown(struct nng_arena *arena, void *array, size_t count, size_t *room, size_t size)
{
    if (count < *room)
        return array;
    size_t more = *room == 0 ? 16 : 2 * *room;
    void *bigger = nng_arena_take(arena, more, size);
    if (bigger == NULL)
        return NULL;
    if (count > 0)
        memcpy(bigger, array, count * size);
    *room = more;
    return bigger;
}

/* The texts in a node and all that is in it, without their marks. */
static void add_words(struct nng_text *out, cmark_node *node)
{
    const char *literal = cmark_node_get_literal(node);
    cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_SOFTBREAK || type == CMARK_NODE_LINEBREAK)
        nng_text_add(out, " ");
    else if (literal != NULL && type != CMARK_NODE_HTML_INLINE)
        nng_text_add(out, literal);
    for (cmark_node *child = cmark_node_first_child(node); child != NULL; child = cmark_node_next(child))
        add_words(out, child);
}

static enum nng_status keep_words(const struct reading *reading, cmark_node *node, const char **words,
                                  struct nng_error *error)
{
    struct nng_text text = {0};
    add_words(&text, node);
    *words = text.failed ? NULL : nng_arena_text(reading->chapter->arena, text.data != NULL ? text.data : "");
    nng_text_free(&text);
    return *words != NULL ? NNG_OK : nng_fail_memory(error);
}

/* ---- links and headings ------------------------------------------------------------------------------------------ */

/* cmark's places of links are believed only if the text there says the same. */
static bool is_link_at(const struct reading *reading, const struct link *link)
{
    const char *text = reading->passage->text;
    return link->begin < link->end && link->end <= reading->passage->length && link->end - link->begin >= 2 &&
           text[link->begin] == (link->image ? '!' : '[') && text[link->end - 1] == ')';
}

static enum nng_status read_link(struct reading *reading, cmark_node *node, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct chapter *chapter = reading->chapter;
    struct passage *passage = reading->passage;
    struct link link = {.line = line_of(reading, node),
                        .image = cmark_node_get_type(node) == CMARK_NODE_IMAGE,
                        .above = chapter->block_count};
    link.begin = offset_of(reading, cmark_node_get_start_line(node), cmark_node_get_start_column(node));
    link.end = offset_of(reading, cmark_node_get_end_line(node), cmark_node_get_end_column(node)) + 1;
    const char *url = cmark_node_get_url(node);
    if (!is_link_at(reading, &link)) {
        if (strncmp(url, "claim:", 6) == 0)
            NNG_TRY(chapter_fail(chapter, NNG_INPUT, link.line, error,
                                 "a claim is written as [NUMBER](claim:PATH), in one line"));
        link.begin = link.end = 0; /* <https://...> or [text][reference]: looked after, but left as it is */
    }
    if (chapter->link_count++ == CHAPTER_LINKS)
        NNG_TRY(chapter_fail(chapter, NNG_INPUT, link.line, error, "more than %d links", CHAPTER_LINKS));
    NNG_TRY(keep_words(reading, node, &link.text, error));
    link.url = nng_arena_text(chapter->arena, url);
    passage->links = grown(chapter->arena, passage->links, passage->link_count, &passage->link_room, sizeof link);
    if (link.url == NULL || passage->links == NULL)
        NNG_TRY(nng_fail_memory(error));
    passage->links[passage->link_count++] = link;
fail:
    return status;
}

/* A heading whose identifier there is already gets "-1", "-2", ... */
static enum nng_status read_heading(struct reading *reading, cmark_node *node, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct chapter *chapter = reading->chapter;
    struct nng_text anchor = {0};
    const char *words = NULL;
    size_t same = 0;
    if (chapter->anchor_count == CHAPTER_HEADINGS)
        NNG_TRY(
            chapter_fail(chapter, NNG_INPUT, line_of(reading, node), error, "more than %d headings", CHAPTER_HEADINGS));
    NNG_TRY(keep_words(reading, node, &words, error));
    anchor_add(&anchor, words);
    const char *base = anchor.data != NULL ? anchor.data : "";
    for (size_t i = 0, length = strlen(base); i < chapter->anchor_count; i++) {
        const char *other = chapter->anchors[i];
        if (strncmp(other, base, length) == 0 && strspn(other + length, "-0123456789") == strlen(other + length))
            same++;
    }
    if (same > 0)
        nng_text_print(&anchor, "-%zu", same);
    chapter->anchors =
        grown(chapter->arena, chapter->anchors, chapter->anchor_count, &chapter->anchor_room, sizeof *chapter->anchors);
    const char *kept = anchor.failed ? NULL : nng_arena_text(chapter->arena, anchor.data != NULL ? anchor.data : "");
    if (kept == NULL || chapter->anchors == NULL)
        NNG_TRY(nng_fail_memory(error));
    chapter->anchors[chapter->anchor_count++] = kept;
fail:
    nng_text_free(&anchor);
    return status;
}

/* Formulas are pandoc's business. But one that is not closed would be shown as it is, and nobody would be told. */
static enum nng_status check_formulas(const struct reading *reading, cmark_node *node, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t marks = 0;
    for (cmark_node *child = cmark_node_first_child(node); child != NULL; child = cmark_node_next(child)) {
        const char *at = cmark_node_get_type(child) == CMARK_NODE_TEXT ? cmark_node_get_literal(child) : "";
        while ((at = strstr(at, "$$")) != NULL) {
            marks++;
            at += 2;
        }
    }
    if (marks % 2 != 0)
        NNG_TRY(
            chapter_fail(reading->chapter, NNG_INPUT, line_of(reading, node), error,
                         "a formula is not closed in this paragraph: $$ (where one of its lines begins with '+', '-' "
                         "or '>', Markdown sees a list or a quote)"));
fail:
    return status;
}

/* ---- blocks --------------------------------------------------------------------------------------------------------
 */

static enum nng_status read_passage(struct chapter *chapter, const char *text, size_t length, int line, int depth,
                                    struct passage **passage, struct nng_error *error);

/* A fence that is never closed takes the rest of the page with it. */
static bool is_closed(const struct reading *reading, cmark_node *node, size_t fence)
{
    const char *text = reading->passage->text + fence;
    int last = cmark_node_get_end_line(node);
    if (last <= cmark_node_get_start_line(node) || last > reading->line_count)
        return false;
    char mark[2] = {text[0], '\0'};
    size_t opening = strspn(text, mark), begin = reading->lines[last - 1];
    size_t left = line_length(reading->passage->text, reading->passage->length, begin);
    const char *closing = reading->passage->text + begin;
    for (; left > 0 && (*closing == ' ' || *closing == '>' || *closing == '\t'); left--)
        closing++;
    size_t closed = 0;
    while (closed < left && closing[closed] == mark[0])
        closed++;
    while (closed < left && (closing[left - 1] == ' ' || closing[left - 1] == '\t'))
        left--;
    return closed >= opening && closed == left;
}

/* One command a line; a backslash at the end of a line joins it with the next. */
static enum nng_status read_steps(struct chapter *chapter, struct block *block, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t room = 1;
    for (const char *s = block->body; *s != '\0'; s++)
        room += *s == '\n';
    block->steps = nng_arena_take(chapter->arena, room, sizeof *block->steps);
    if (block->steps == NULL)
        return nng_fail_memory(error);
    int line = block->body_line;
    for (const char *at = block->body; *at != '\0';) {
        size_t length = strcspn(at, "\n");
        int begin = line++;
        while (length > 0 && at[length - 1] == '\\' && at[length] == '\n') {
            length += 1 + strcspn(at + length + 1, "\n");
            line++;
        }
        if (strspn(at, " \t") < length) {
            struct step *step = &block->steps[block->step_count++];
            step->line = begin;
            step->text = nng_arena_text_n(chapter->arena, at, length);
            if (step->text == NULL)
                return nng_fail_memory(error);
            NNG_TRY(words_split(chapter, step, error));
        }
        at += length + (at[length] == '\n');
    }
    if (block->step_count == 0)
        return chapter_fail(chapter, NNG_INPUT, block->line, error, "'nngrad' holds no command");
fail:
    return status;
}

/* `excerpt` names a function in one line: FUNCTION, or PATH FUNCTION. */
static enum nng_status check_excerpt(const struct chapter *chapter, const struct block *block, struct nng_error *error)
{
    size_t words = 0;
    for (const char *at = block->body; *(at += strspn(at, " \t\n")) != '\0'; at += strcspn(at, " \t\n"))
        words++;
    if (words == 1 || words == 2)
        return NNG_OK;
    return chapter_fail(chapter, NNG_INPUT, block->line, error,
                        "'excerpt' names one function, as FUNCTION or as PATH FUNCTION");
}

static bool is_blank(const char *text)
{
    return text[strspn(text, " \t\n")] == '\0';
}

static enum nng_status read_body(struct reading *reading, struct block *block, struct nng_error *error)
{
    struct chapter *chapter = reading->chapter;
    switch (block->kind) {
    case BLOCK_NNGRAD:
        return read_steps(chapter, block, error);
    case BLOCK_EXCERPT:
        return check_excerpt(chapter, block, error);
    case BLOCK_FILE:
    case BLOCK_CONTENTS:
        if (is_blank(block->body))
            return NNG_OK;
        return chapter_fail(chapter, NNG_INPUT, block->body_line, error, "this block is empty: what it shows is made");
    case BLOCK_DERIV:
        if (is_blank(block->body) == (block->values[KEY_FILE] != NULL))
            return NNG_OK;
        return chapter_fail(chapter, NNG_INPUT, block->line, error,
                            "'deriv' holds a derivation, or names one by file=PATH: one of the two");
    case BLOCK_EXERCISE:
    case BLOCK_SOLUTION:
        if (reading->depth == CHAPTER_DEPTH)
            return chapter_fail(chapter, NNG_INPUT, block->line, error, "blocks are nested more than %d deep",
                                CHAPTER_DEPTH);
        return read_passage(chapter, block->body, strlen(block->body), block->body_line, reading->depth + 1,
                            &block->inner, error);
    default:
        return NNG_OK;
    }
}

/* Adds it to its passage, and to all that the chapter has. */
static enum nng_status keep_block(struct reading *reading, struct block *block, struct nng_error *error)
{
    struct chapter *chapter = reading->chapter;
    struct passage *passage = reading->passage;
    if (chapter->block_count == CHAPTER_BLOCKS)
        return chapter_fail(chapter, NNG_INPUT, block->line, error, "more than %d blocks", CHAPTER_BLOCKS);
    passage->blocks = grown(chapter->arena, passage->blocks, passage->block_count, &passage->block_room, sizeof block);
    chapter->blocks = grown(chapter->arena, chapter->blocks, chapter->block_count, &chapter->block_room, sizeof block);
    if (passage->blocks == NULL || chapter->blocks == NULL)
        return nng_fail_memory(error);
    passage->blocks[passage->block_count++] = block;
    chapter->blocks[chapter->block_count++] = block;
    return NNG_OK;
}

/* Is it alone in its lines, but for blanks before it? In a quote it is not. */
static bool stands_free(const struct reading *reading, cmark_node *node, size_t fence)
{
    size_t begin = reading->lines[cmark_node_get_start_line(node) - 1];
    for (cmark_node *parent = cmark_node_parent(node); parent != NULL; parent = cmark_node_parent(parent))
        if (cmark_node_get_type(parent) == CMARK_NODE_BLOCK_QUOTE)
            return false;
    for (; begin < fence; begin++)
        if (reading->passage->text[begin] != ' ')
            return false;
    return true;
}

static enum nng_status read_block(struct reading *reading, cmark_node *node, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct chapter *chapter = reading->chapter;
    const struct passage *passage = reading->passage;
    int first = cmark_node_get_start_line(node), last = cmark_node_get_end_line(node);
    size_t fence = offset_of(reading, first, cmark_node_get_start_column(node));
    const char *info = cmark_node_get_fence_info(node);
    bool fenced = fence < passage->length && (passage->text[fence] == '`' || passage->text[fence] == '~');
    struct block *block = nng_arena_take(chapter->arena, 1, sizeof *block);
    if (block == NULL)
        return nng_fail_memory(error);
    block->line = line_of(reading, node);
    block->body_line = block->line + 1;
    if (!fenced)
        return NNG_OK; /* indented code */
    if (!is_closed(reading, node, fence))
        NNG_TRY(chapter_fail(chapter, NNG_INPUT, block->line, error,
                             "this fence is never closed (around other blocks, a fence must be longer than theirs)"));
    if (info == NULL || info[0] == '\0')
        return NNG_OK;
    NNG_TRY(info_read(chapter, info, block, error));
    if (block->kind == BLOCK_TEXT)
        return NNG_OK;
    if (!stands_free(reading, node, fence))
        NNG_TRY(chapter_fail(chapter, NNG_INPUT, block->line, error,
                             "this block must begin a line of its own, outside of quotes"));
    block->begin = reading->lines[first - 1];
    block->end = reading->lines[last];
    block->indent = (int)(fence - block->begin);
    block->body = nng_arena_text(chapter->arena, cmark_node_get_literal(node));
    if (block->body == NULL)
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(keep_block(reading, block, error));
    NNG_TRY(read_body(reading, block, error));
fail:
    return status;
}

/* ---- passages ------------------------------------------------------------------------------------------------------
 */

static enum nng_status read_node(struct reading *reading, cmark_node *node, struct nng_error *error)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_CODE_BLOCK:
        return read_block(reading, node, error);
    case CMARK_NODE_LINK:
    case CMARK_NODE_IMAGE:
        return read_link(reading, node, error);
    case CMARK_NODE_HEADING:
        return read_heading(reading, node, error);
    case CMARK_NODE_PARAGRAPH:
        return check_formulas(reading, node, error);
    default:
        return NNG_OK;
    }
}

static enum nng_status walk(struct reading *reading, cmark_node *document, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    cmark_iter *nodes = cmark_iter_new(document);
    for (cmark_event_type event; status == NNG_OK && (event = cmark_iter_next(nodes)) != CMARK_EVENT_DONE;)
        if (event == CMARK_EVENT_ENTER)
            status = read_node(reading, cmark_iter_get_node(nodes), error);
    cmark_iter_free(nodes);
    return status;
}

static enum nng_status read_question(struct reading *reading, cmark_node *document, struct nng_error *error)
{
    struct chapter *chapter = reading->chapter;
    cmark_node *title = cmark_node_first_child(document);
    if (title == NULL || cmark_node_get_type(title) != CMARK_NODE_HEADING || cmark_node_get_heading_level(title) != 1 ||
        cmark_node_get_start_line(title) != 1 || strncmp(chapter->text, "# ", 2) != 0)
        return chapter_fail(chapter, NNG_INPUT, 1, error, "a chapter begins with its title: # TITLE");
    chapter->title = nng_arena_text_n(chapter->arena, chapter->text + 2, strcspn(chapter->text, "\n") - 2);
    cmark_node *quote = cmark_node_next(title);
    if (quote == NULL || cmark_node_get_type(quote) != CMARK_NODE_BLOCK_QUOTE)
        return chapter_fail(chapter, NNG_INPUT, quote != NULL ? cmark_node_get_start_line(quote) : 1, error,
                            "below the title stands the question that the chapter answers: > QUESTION");
    struct nng_text question = {0};
    for (int line = cmark_node_get_start_line(quote);
         line <= cmark_node_get_end_line(quote) && line <= reading->line_count; line++) {
        size_t begin = reading->lines[line - 1], length = line_length(chapter->text, chapter->length, begin);
        size_t marks = 0;
        while (marks < length && (chapter->text[begin + marks] == ' ' || chapter->text[begin + marks] == '>'))
            marks++;
        nng_text_add(&question, question.length > 0 && marks < length ? " " : "");
        nng_text_add_n(&question, chapter->text + begin + marks, length - marks);
    }
    chapter->question =
        question.failed ? NULL : nng_arena_text(chapter->arena, question.data != NULL ? question.data : "");
    nng_text_free(&question);
    return chapter->title != NULL && chapter->question != NULL ? NNG_OK : nng_fail_memory(error);
}

static enum nng_status read_passage(struct chapter *chapter, const char *text, size_t length, int line, int depth,
                                    struct passage **passage, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    cmark_node *document = NULL;
    struct reading reading = {.chapter = chapter, .depth = depth};
    reading.passage = nng_arena_take(chapter->arena, 1, sizeof *reading.passage);
    if (reading.passage == NULL)
        return nng_fail_memory(error);
    *reading.passage = (struct passage){.text = text, .length = length, .line = line};
    *passage = reading.passage;
    NNG_TRY(find_lines(&reading, error));
    document = cmark_parse_document(text, length, CMARK_OPT_DEFAULT);
    if (depth == 0)
        NNG_TRY(read_question(&reading, document, error));
    NNG_TRY(walk(&reading, document, error));
fail:
    if (document != NULL)
        cmark_node_free(document);
    return status;
}

/* ---- the file
 * -------------------------------------------------------------------------------------------------------- */

/* Two blocks of one name would leave open which one a claim means. */
static enum nng_status check_names(const struct chapter *chapter, struct nng_error *error)
{
    for (size_t i = 0; i < chapter->block_count; i++)
        for (size_t k = 0; k < i; k++) {
            const struct block *one = chapter->blocks[k], *other = chapter->blocks[i];
            const char *a = one->kind != BLOCK_FILE ? one->values[KEY_NAME] : NULL;
            const char *b = other->kind != BLOCK_FILE ? other->values[KEY_NAME] : NULL;
            if (a != NULL && b != NULL && strcmp(a, b) == 0)
                return chapter_fail(chapter, NNG_INPUT, other->line, error, "the block of line %d is called '%s' too",
                                    one->line, a);
        }
    return NNG_OK;
}

/* Copies the text with LF at the end of each line, where CR LF or CR may have stood, and without a BOM. */
static enum nng_status take_text(struct chapter *chapter, const char *bytes, size_t length, struct nng_error *error)
{
    static const char bom[] = "\xef\xbb\xbf";
    size_t from = length >= 3 && memcmp(bytes, bom, 3) == 0 ? 3 : 0, bad = 0;
    chapter->text = nng_arena_take(chapter->arena, length + 1, 1);
    if (chapter->text == NULL)
        return nng_fail_memory(error);
    for (; from < length; from++)
        if (bytes[from] != '\r')
            chapter->text[chapter->length++] = bytes[from];
        else if (from + 1 == length || bytes[from + 1] != '\n')
            chapter->text[chapter->length++] = '\n';
    if (nng_utf8_valid(chapter->text, chapter->length, &bad))
        return NNG_OK;
    int line = 1;
    for (size_t i = 0; i < bad; i++)
        line += chapter->text[i] == '\n';
    return chapter_fail(chapter, NNG_INPUT, line, error, "%s",
                        chapter->text[bad] == '\0' ? "a NUL byte: this is no text" : "this line is not UTF-8 text");
}

enum nng_status chapter_of_text(const char *file, const char *bytes, size_t length, struct chapter **chapter,
                                struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_arena *arena = nng_arena_new();
    struct chapter *read = arena != NULL ? nng_arena_take(arena, 1, sizeof *read) : NULL;
    if (read == NULL)
        NNG_TRY(nng_fail_memory(error));
    read->arena = arena;
    read->file = nng_arena_text(arena, file);
    if (read->file == NULL)
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(take_text(read, bytes, length, error));
    NNG_TRY(read_passage(read, read->text, read->length, 1, 0, &read->whole, error));
    NNG_TRY(check_names(read, error));
fail:
    if (status != NNG_OK)
        nng_arena_free(arena);
    *chapter = status == NNG_OK ? read : NULL;
    return status;
}

enum nng_status chapter_read(const char *file, struct chapter **chapter, struct nng_error *error)
{
    struct nng_file bytes;
    *chapter = NULL;
    enum nng_status status = nng_file_read(file, CHAPTER_BYTES, &bytes, error);
    if (status != NNG_OK)
        return status;
    status = chapter_of_text(file, bytes.bytes, bytes.length, chapter, error);
    nng_release(bytes.bytes);
    return status;
}

void chapter_free(struct chapter *chapter)
{
    if (chapter != NULL)
        nng_arena_free(chapter->arena);
}
