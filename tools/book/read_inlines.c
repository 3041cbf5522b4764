/* read_inlines.c - what stands within the lines of a passage: links, headings and formulas. */
#include "reading.h"

#include <string.h>

#include "anchor.h"
#include "base/error.h"
#include "words.h"

/* ---- links and headings -------------------------------------------------------------------------------------- */

/* cmark's places of links are believed only if the text there says the same. */
static bool is_link_at(const struct reading *reading, const struct link *link)
{
    const char *text = reading->passage->text;
    return link->begin < link->end && link->end <= reading->passage->length && link->end - link->begin >= 2 &&
           text[link->begin] == (link->image ? '!' : '[') && text[link->end - 1] == ')';
}

enum nng_status read_link(struct reading *reading, cmark_node *node, struct nng_error *error)
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
enum nng_status read_heading(struct reading *reading, cmark_node *node, struct nng_error *error)
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
enum nng_status check_formulas(const struct reading *reading, cmark_node *node, struct nng_error *error)
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
