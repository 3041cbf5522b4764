/* read.c - chapter.md, read with cmark: where its blocks, links and headings stand.
 *
 * cmark says what is a block and what is a link; the text itself is kept, so that everything else reaches the page as
 * it was written.
 */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "reading.h"

/* ---- passages ------------------------------------------------------------------------------------------------ */

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

enum nng_status read_passage(struct chapter *chapter, const char *text, size_t length, int line, int depth,
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

/* ---- the file ------------------------------------------------------------------------------------------------ */

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
