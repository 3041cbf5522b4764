/* read_blocks.c - the blocks of a passage: fences that begin with a word which this book knows. */
#include "reading.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "info.h"
#include "words.h"

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

enum nng_status read_block(struct reading *reading, cmark_node *node, struct nng_error *error)
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
