/* shown.c - the commands of a block, and the part of what they said that the page shows: from="..." to="...". */
#include "shown.h"

#include <string.h>

#include "markup.h"
#include "names.h"

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

static enum nng_status check_window(const struct chapter *chapter, const struct block *block,
                                    const struct window *window, struct nng_error *error)
{
    if (window->from != NULL && !window->open && !window->closed)
        return chapter_fail(chapter, NNG_INPUT, block->line, error, "no line of the output begins with from=\"%s\"",
                            window->from);
    if (window->to != NULL && !window->closed)
        return chapter_fail(chapter, NNG_INPUT, block->line, error, "no line of the output below begins with to=\"%s\"",
                            window->to);
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

enum nng_status shown_commands(const struct chapter *chapter, struct nng_text *out, const struct block *block,
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
    enum nng_status status = shown ? check_window(chapter, block, &window, error) : NNG_OK;
    markup_code(out, "console", code.data != NULL ? code.data : "");
    if (page.data != NULL)
        nng_text_print(out, "\n%s", page.data);
    for (size_t k = 0; k < block->step_count; k++)
        add_made(out, block, &block->steps[k]);
    out->failed = out->failed || code.failed || page.failed;
    nng_text_free(&code);
    nng_text_free(&page);
    return status;
}
