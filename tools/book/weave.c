/* weave.c - the finished page, as Markdown: the chapter's text, with each block in its place replaced by what came out.
 *
 * It is read by people as it is, and by pandoc: HTML stands in it only where Markdown has no word, as for a folded
 * solution.
 */
#include "weave.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "claim.h"
#include "excerpt.h"
#include "markup.h"
#include "shown.h"

struct weaving {
    const struct workshop *workshop;
    const struct chapter *chapter;
    const struct shelf *shelf;
    size_t exercises;
};

/* ---- the other blocks ---------------------------------------------------------------------------------------- */

static enum nng_status add_file(const struct weaving *weaving, struct nng_text *out, const char *name,
                                struct nng_error *error)
{
    struct nng_file file;
    size_t bad;
    const char *path = nng_arena_print(weaving->chapter->arena, "%s/%s", weaving->workshop->folder, name);
    if (path == NULL)
        return nng_fail_memory(error);
    enum nng_status status = nng_file_read(path, CHAPTER_BYTES, &file, error);
    if (status != NNG_OK)
        return status;
    nng_text_print(out, "[`%s`](%s)\n\n", name, name);
    if (nng_utf8_valid(file.bytes, file.length, &bad))
        markup_code(out, markup_language(name), file.bytes);
    else
        status = nng_fail_at(error, NNG_INPUT, path, 0, 0, NULL, "not text: it cannot be shown");
    nng_release(file.bytes);
    return status;
}

static enum nng_status add_derivation(struct weaving *weaving, struct nng_text *out, const struct block *block,
                                      struct nng_error *error)
{
    enum nng_status status = add_file(weaving, out, block->file, error);
    nng_text_add(out, "\n");
    return status == NNG_OK ? shown_commands(weaving->chapter, out, block, error) : status;
}

static enum nng_status add_excerpt(const struct weaving *weaving, struct nng_text *out, const struct block *block,
                                   struct nng_error *error)
{
    struct excerpt excerpt;
    enum nng_status status = excerpt_find(weaving->chapter, block, weaving->workshop->folder, &excerpt, error);
    if (status != NNG_OK)
        return status;
    nng_text_print(out, "`%s`\n\n", excerpt.path);
    markup_code(out, "c", excerpt.text);
    return NNG_OK;
}

/* A list of the chapters: number, title, question. */
static enum nng_status add_contents(const struct weaving *weaving, struct nng_text *out, struct nng_error *error)
{
    const struct shelf *shelf = weaving->shelf;
    nng_text_add(out, "<div class=\"contents\">\n\n");
    for (size_t i = 0; i < shelf->count; i++) {
        struct chapter *chapter = NULL;
        enum nng_status status = shelf_chapter(weaving->chapter->arena, shelf, shelf->names[i], &chapter, error);
        if (status != NNG_OK)
            return status;
        nng_text_print(out, "- [%.2s %s](%s/chapter.md)\\\n  %s\n", shelf->names[i], chapter->title, shelf->names[i],
                       chapter->question);
        chapter_free(chapter);
    }
    nng_text_add(out, "\n</div>\n");
    return NNG_OK;
}

static enum nng_status add_passage(struct weaving *weaving, struct nng_text *out, const struct passage *passage,
                                   struct nng_error *error);

static enum nng_status add_exercise(struct weaving *weaving, struct nng_text *out, const struct block *block,
                                    struct nng_error *error)
{
    const char *kind = block->values[KEY_KIND];
    nng_text_print(out, "<div class=\"exercise %s\">\n\n**Exercise %zu, %s: %s**\n\n", kind, ++weaving->exercises, kind,
                   block->values[KEY_TITLE]);
    enum nng_status status = add_passage(weaving, out, block->inner, error);
    nng_text_add(out, "\n</div>\n");
    return status;
}

static enum nng_status add_solution(struct weaving *weaving, struct nng_text *out, const struct block *block,
                                    struct nng_error *error)
{
    nng_text_add(out, "<details class=\"solution\">\n<summary>Solution</summary>\n\n");
    enum nng_status status = add_passage(weaving, out, block->inner, error);
    nng_text_add(out, "\n</details>\n");
    return status;
}

static enum nng_status add_bare_block(struct weaving *weaving, struct nng_text *out, const struct block *block,
                                      struct nng_error *error)
{
    switch (block->kind) {
    case BLOCK_NNGRAD:
        return shown_commands(weaving->chapter, out, block, error);
    case BLOCK_FILE:
        return add_file(weaving, out, block->values[KEY_NAME], error);
    case BLOCK_EXCERPT:
        return add_excerpt(weaving, out, block, error);
    case BLOCK_DERIV:
        return add_derivation(weaving, out, block, error);
    case BLOCK_EXERCISE:
        return add_exercise(weaving, out, block, error);
    case BLOCK_SOLUTION:
        return add_solution(weaving, out, block, error);
    case BLOCK_CONTENTS:
        return add_contents(weaving, out, error);
    default:
        return NNG_OK;
    }
}

/* In a list all of its lines are indented as its fence was. */
static enum nng_status add_block(struct weaving *weaving, struct nng_text *out, const struct block *block,
                                 struct nng_error *error)
{
    struct nng_text bare = {0};
    enum nng_status status = add_bare_block(weaving, &bare, block, error);
    for (const char *line = bare.data != NULL ? bare.data : ""; *line != '\0';) {
        size_t length = strcspn(line, "\n");
        if (length > 0)
            nng_text_print(out, "%*s", block->indent, "");
        length += line[length] == '\n';
        nng_text_add_n(out, line, length);
        line += length;
    }
    out->failed = out->failed || bare.failed;
    nng_text_free(&bare);
    return status;
}

/* ---- passages ------------------------------------------------------------------------------------------------ */

/* The number, and where it comes from. */
static void add_claim(struct nng_text *out, const struct passage *passage, const struct link *link)
{
    const char *text = passage->text + link->begin + 1;
    size_t length = link->end - link->begin - 2;
    while (length > 0 && strncmp(text + length, "](", 2) != 0)
        length--;
    nng_text_add(out, "<span class=\"claim\" title=\"");
    if (link->claim->block != NULL)
        markup_html(out, link->claim->block->steps[link->claim->block->step_count - 1].text);
    else
        markup_html(out, link->claim->file);
    nng_text_add(out, ": ");
    markup_html(out, link->claim->path);
    nng_text_add(out, "\">");
    nng_text_add_n(out, text, length);
    nng_text_add(out, "</span>");
}

/* Blocks and claims take turns, in the order in which they stand in the text. */
static enum nng_status add_passage(struct weaving *weaving, struct nng_text *out, const struct passage *passage,
                                   struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t at = 0, b = 0, l = 0;
    for (;;) {
        while (l < passage->link_count && !link_is_claim(&passage->links[l]))
            l++;
        const struct block *block = b < passage->block_count ? passage->blocks[b] : NULL;
        const struct link *link = l < passage->link_count ? &passage->links[l] : NULL;
        if (block == NULL && link == NULL)
            break;
        bool is_claim = link != NULL && (block == NULL || link->begin < block->begin);
        nng_text_add_n(out, passage->text + at, (is_claim ? link->begin : block->begin) - at);
        at = is_claim ? link->end : block->end;
        if (is_claim)
            add_claim(out, passage, link);
        else
            NNG_TRY(add_block(weaving, out, block, error));
        l += is_claim;
        b += !is_claim;
    }
    nng_text_add_n(out, passage->text + at, passage->length - at);
fail:
    return status;
}

/* ---- the page ------------------------------------------------------------------------------------------------ */

bool weave_is_front(const struct chapter *chapter)
{
    for (size_t i = 0; i < chapter->block_count; i++)
        if (chapter->blocks[i]->kind == BLOCK_CONTENTS)
            return true;
    return false;
}

/* Above a numbered chapter: where it stands. */
static void add_number(const struct weaving *weaving, struct nng_text *out)
{
    if (!shelf_is_name(weaving->workshop->name))
        return;
    nng_text_add(out, "<div class=\"number\">\n\n");
    if (weaving->shelf->front)
        nng_text_add(out, "[All chapters](../index.md) · ");
    nng_text_print(out, "Chapter %.2s\n\n</div>\n\n", weaving->workshop->name);
}

/* Who only has the page finds the chapter's files here. */
static enum nng_status add_files(const struct weaving *weaving, struct nng_text *out, struct nng_error *error)
{
    struct folder files;
    size_t count = 0;
    enum nng_status status =
        folder_list(weaving->chapter->arena, weaving->workshop->source, FOLDER_CHAPTER, &files, error);
    for (size_t i = 0; status == NNG_OK && i < files.count; i++)
        if (strcmp(files.files[i].path, "chapter.md") != 0)
            nng_text_print(out, "%s[`%s`](<%s>)",
                           count++ > 0 ? ",\n" : "\n<div class=\"files\">\n\nFiles of this chapter: ",
                           files.files[i].path, files.files[i].path);
    nng_text_add(out, count > 0 ? "\n\n</div>\n" : "");
    return status;
}

/* Below it: the chapters before and after. */
static enum nng_status add_neighbour(const struct weaving *weaving, struct nng_text *out, size_t i, const char *way,
                                     struct nng_error *error)
{
    struct chapter *chapter = NULL;
    const char *name = weaving->shelf->names[i];
    enum nng_status status = shelf_chapter(weaving->chapter->arena, weaving->shelf, name, &chapter, error);
    if (status == NNG_OK)
        nng_text_print(out, "%s: [%.2s %s](../%s/chapter.md)\n\n", way, name, chapter->title, name);
    chapter_free(chapter);
    return status;
}

static enum nng_status add_neighbours(const struct weaving *weaving, struct nng_text *out, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct shelf *shelf = weaving->shelf;
    size_t i = shelf_index(shelf, weaving->workshop->name);
    if (i == shelf->count || shelf->count < 2)
        return NNG_OK;
    nng_text_add(out, "\n<div class=\"neighbours\">\n\n");
    if (i > 0)
        NNG_TRY(add_neighbour(weaving, out, i - 1, "Previous", error));
    if (i + 1 < shelf->count)
        NNG_TRY(add_neighbour(weaving, out, i + 1, "Next", error));
    nng_text_add(out, "</div>\n");
fail:
    return status;
}

enum nng_status weave_page(const struct workshop *workshop, const struct shelf *shelf, struct nng_text *out,
                           struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct weaving weaving = {.workshop = workshop, .chapter = workshop->chapter, .shelf = shelf};
    add_number(&weaving, out);
    NNG_TRY(add_passage(&weaving, out, workshop->chapter->whole, error));
    NNG_TRY(add_files(&weaving, out, error));
    NNG_TRY(add_neighbours(&weaving, out, error));
    if (out->failed)
        NNG_TRY(nng_fail_memory(error));
fail:
    return status;
}
