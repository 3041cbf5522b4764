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
#include "claim.h"
#include "excerpt.h"
#include "names.h"
#include "options.h"
#include "plugin/search.h"

struct weaving {
    const struct workshop *workshop;
    const struct chapter *chapter;
    const struct shelf *shelf;
    size_t exercises;
};

/* ---- text -------------------------------------------------------------------------------------------------------- */

/* Text of HTML, or of an attribute in double quotes. */
static void add_html(struct nng_text *out, const char *text)
{
    for (; *text != '\0'; text++) {
        const char *entity = *text == '&'   ? "&amp;"
                             : *text == '<' ? "&lt;"
                             : *text == '>' ? "&gt;"
                             : *text == '"' ? "&quot;"
                             : *text == '|' ? "&#124;" /* would part the cells of a table */
                                            : NULL;
        if (entity != NULL)
            nng_text_add(out, entity);
        else
            nng_text_add_n(out, text, 1);
    }
}

/* Code between fences that are longer than any in it. */
static void add_code(struct nng_text *out, const char *language, const char *code)
{
    size_t longest = 2;
    for (const char *s = code; *s != '\0';) {
        size_t run = strspn(s, "`");
        longest = run > longest ? run : longest;
        s += run > 0 ? run : 1;
    }
    for (size_t i = 0; i <= longest; i++)
        nng_text_add(out, "`");
    nng_text_print(out, "%s\n%s", language, code);
    size_t length = strlen(code);
    nng_text_add(out, length > 0 && code[length - 1] != '\n' ? "\n" : "");
    for (size_t i = 0; i <= longest; i++)
        nng_text_add(out, "`");
    nng_text_add(out, "\n");
}

/* How a file's code is called behind a fence, by its ending. */
static const char *language_of(const char *name)
{
    static const struct {
        const char *ending, *language;
    } known[] = {{".c", "c"},     {".h", "c"},     {".py", "python"},  {".json", "json"},
                 {".cfg", "cfg"}, {".csv", "csv"}, {".deriv", "deriv"}};
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (name_ends(name, known[i].ending))
            return known[i].language;
    return "text";
}

/* ---- commands ------------------------------------------------------------------------------------------------------
 */

/* Does a line begin with the text, after its blanks? */
static bool begins(const char *line, const char *text)
{
    if (strncmp(line, text, strlen(text)) == 0)
        return true;
    line += strspn(line, " ");
    return strncmp(line, text, strlen(text)) == 0;
}

/* Which lines of all that a block's commands said are shown. */
struct window {
    const char *from, *to;
    bool open, closed;
    bool elided;   /* the last line that was written is "..." */
    bool markdown; /* what is written is the page's own text */
};

/* A command's headings are none of the page's: "## Verdict" becomes bold. */
static void add_heading(struct nng_text *out, const char *line, size_t length)
{
    size_t marks = strspn(line, "# "), end = line[length - 1] == '\n' ? length - 1 : length;
    nng_text_print(out, "**%.*s**%s", (int)(end - marks), line + marks, end < length ? "\n" : "");
}

/* Where lines are left out; empty lines before it go too. */
static void add_dots(struct nng_text *out)
{
    while (out->length >= 2 && strncmp(out->data + out->length - 2, "\n\n", 2) == 0)
        out->data[--out->length] = '\0';
    nng_text_add(out, "...\n");
}

static void add_line(struct nng_text *out, struct window *window, const char *line, size_t length)
{
    if (!window->open && !window->closed && window->from != NULL)
        window->open = begins(line, window->from);
    else if (window->open && window->to != NULL && begins(line, window->to)) {
        window->open = false;
        window->closed = true;
    }
    if (window->open && window->markdown && line[0] == '#')
        add_heading(out, line, length);
    else if (window->open)
        nng_text_add_n(out, line, length);
    else if (!window->elided)
        add_dots(out);
    window->elided = !window->open;
}

static void add_output(struct nng_text *out, struct window *window, const char *said)
{
    window->elided = false;
    while (*said != '\0') {
        size_t length = strcspn(said, "\n");
        length += said[length] == '\n';
        add_line(out, window, said, length);
        said += length;
    }
}

static enum nng_status check_window(const struct weaving *weaving, const struct block *block,
                                    const struct window *window, struct nng_error *error)
{
    if (window->from != NULL && !window->open && !window->closed)
        return chapter_fail(weaving->chapter, NNG_INPUT, block->line, error,
                            "no line of the output begins with from=\"%s\"", window->from);
    if (window->to != NULL && !window->closed)
        return chapter_fail(weaving->chapter, NNG_INPUT, block->line, error,
                            "no line of the output below begins with to=\"%s\"", window->to);
    return NNG_OK;
}

static bool is_picture(const char *name)
{
    return name_ends(name, ".svg") || name_ends(name, ".png");
}

/* The picture that a command wrote, or a link to another file. */
static void add_made(struct nng_text *out, const struct block *block, const struct step *step)
{
    const char *caption = block->values[KEY_CAPTION];
    for (size_t i = 0; i < 2; i++) {
        const char *made = step->made[i];
        if (made == NULL || block->status != 0)
            continue;
        if (is_picture(made))
            nng_text_print(out, "\n![%s](%s)\n", caption != NULL ? caption : step->text, made);
        else
            nng_text_print(out, "\n[%s](%s)\n", made, made);
    }
}

/* Does its output come as Markdown, to be read as the page's own? */
static bool is_markdown(const struct step *step)
{
    bool markdown = false;
    for (size_t i = 1; i < step->count; i++) {
        const char *next = i + 1 < step->count ? step->words[i + 1] : "";
        if (strncmp(step->words[i], "--format=", 9) == 0)
            markdown = strcmp(step->words[i] + 9, "markdown") == 0;
        else if (strcmp(step->words[i], "--format") == 0)
            markdown = strcmp(next, "markdown") == 0;
    }
    return markdown;
}

static enum nng_status add_commands(struct weaving *weaving, struct nng_text *out, const struct block *block,
                                    struct nng_error *error)
{
    const char *show = block->values[KEY_SHOW];
    bool shown = show == NULL || strcmp(show, "no") != 0;
    struct window window = {.from = block->values[KEY_FROM], .to = block->values[KEY_TO]};
    struct nng_text code = {0}, page = {0};
    window.open = window.from == NULL;
    for (size_t k = 0; k < block->step_count; k++) {
        const struct step *step = &block->steps[k];
        nng_text_print(&code, "$ %s\n", step->text);
        window.markdown = is_markdown(step);
        if (shown && step->output != NULL)
            add_output(window.markdown ? &page : &code, &window, step->output);
    }
    enum nng_status status = shown ? check_window(weaving, block, &window, error) : NNG_OK;
    add_code(out, "console", code.data != NULL ? code.data : "");
    if (page.data != NULL)
        nng_text_print(out, "\n%s", page.data);
    for (size_t k = 0; k < block->step_count; k++)
        add_made(out, block, &block->steps[k]);
    out->failed = out->failed || code.failed || page.failed;
    nng_text_free(&code);
    nng_text_free(&page);
    return status;
}

/* ---- the other blocks
 * ------------------------------------------------------------------------------------------------- */

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
        add_code(out, language_of(name), file.bytes);
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
    return status == NNG_OK ? add_commands(weaving, out, block, error) : status;
}

static enum nng_status add_excerpt(const struct weaving *weaving, struct nng_text *out, const struct block *block,
                                   struct nng_error *error)
{
    struct excerpt excerpt;
    enum nng_status status = excerpt_find(weaving->chapter, block, weaving->workshop->folder, &excerpt, error);
    if (status != NNG_OK)
        return status;
    nng_text_print(out, "`%s`\n\n", excerpt.path);
    add_code(out, "c", excerpt.text);
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
        return add_commands(weaving, out, block, error);
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

/* ---- passages
 * ------------------------------------------------------------------------------------------------------------ */

/* The number, and where it comes from. */
static void add_claim(struct nng_text *out, const struct passage *passage, const struct link *link)
{
    const char *text = passage->text + link->begin + 1;
    size_t length = link->end - link->begin - 2;
    while (length > 0 && strncmp(text + length, "](", 2) != 0)
        length--;
    nng_text_add(out, "<span class=\"claim\" title=\"");
    if (link->claim->block != NULL)
        add_html(out, link->claim->block->steps[link->claim->block->step_count - 1].text);
    else
        add_html(out, link->claim->file);
    nng_text_add(out, ": ");
    add_html(out, link->claim->path);
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

/* ---- the page
 * -------------------------------------------------------------------------------------------------------------- */

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
