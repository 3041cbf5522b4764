/* chapter.c - `nngrad chapter list|run|weave|new`: the course, and chapters of one's own. The work is done in
 * tools/book. */
#include <string.h>

#include "base/error.h"
#include "command.h"

#ifdef NNGRAD_HAVE_CMARK

#include "base/memory.h"
#include "book.h"
#include "diagnostic.h"
#include "output.h"
#include "plugin/search.h"
#include "render/next.h"
#include "render/plain.h"
#include "session.h"
#include "shelf.h"

static enum nng_status need_directory(const struct options *options, const char **directory, struct nng_error *error)
{
    *directory = option_text(options, OPTION_OUTPUT);
    if (*directory != NULL && strcmp(*directory, "-") != 0)
        return NNG_OK;
    return nng_fail(error, NNG_INPUT, "'chapter %s' needs -o DIR: where it leaves what it makes",
                    options->arguments[0]);
}

static enum nng_status need_name(const struct options *options, const char *what, struct nng_error *error)
{
    if (options->argument_count > 1)
        return NNG_OK;
    return nng_fail(error, NNG_INPUT, "'chapter %s' needs %s", options->arguments[0], what);
}

static void complain(void *context, const struct nng_error *error)
{
    diagnostic_print(context, error);
}

/* Prints what was said to standard output: -o is a directory here. */
static enum nng_status say(const struct options *options, struct nng_text *out, struct nng_error *error)
{
    struct options standard = *options;
    standard.values[OPTION_OUTPUT] = (struct option_value){0};
    return output_write(&standard, out, error);
}

/* ---- list ---------------------------------------------------------------------------------------------------- */

static enum nng_status add_chapter(const struct options *options, const struct shelf *shelf, size_t i,
                                   struct nng_text *out, struct nng_error *error)
{
    enum { COLUMN = 4 };
    struct style style = output_style(options);
    struct chapter *chapter = NULL;
    enum nng_status status = shelf_chapter(options->memory, shelf, shelf->names[i], &chapter, error);
    if (status != NNG_OK)
        return status;
    nng_text_print(out, "%.2s  ", shelf->names[i]);
    plain_wrap(out, &style, COLUMN, COLUMN, chapter->title);
    plain_space(out, COLUMN);
    plain_wrap(out, &style, COLUMN, COLUMN, chapter->question);
    chapter_free(chapter);
    return NNG_OK;
}

static enum nng_status run_list(const struct options *options, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct style style = output_style(options);
    struct nng_text out = {0}, command = {0};
    struct shelf shelf;
    NNG_TRY(shelf_of_course(options->memory, &shelf, error));
    for (size_t i = 0; i < shelf.count; i++)
        NNG_TRY(add_chapter(options, &shelf, i, &out, error));
    if (shelf.count == 0)
        nng_text_print(&out, "no chapters in '%s'\n", shelf.folder);
    nng_text_print(&command, "nngrad chapter run %.2s -o DIR", shelf.count > 0 ? shelf.names[0] : "NN");
    next_text(&out, &style, &command, "leave a chapter's plots and tables in a folder");
    NNG_TRY(output_write(options, &out, error));
fail:
    nng_text_free(&out);
    nng_text_free(&command);
    return status;
}

/* ---- run and weave ------------------------------------------------------------------------------------------- */

static enum nng_status run_run(const struct options *options, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const char *folder, *to;
    struct nng_text out = {0};
    NNG_TRY(need_name(options, "a chapter: its number, or its folder", error));
    NNG_TRY(need_directory(options, &to, error));
    NNG_TRY(shelf_find(options->memory, options->arguments[1], &folder, error));
    NNG_TRY(book_run(folder, to, &out, error));
    NNG_TRY(say(options, &out, error));
fail:
    nng_text_free(&out);
    return status;
}

/* Every chapter of the course into a folder of its own, and the front page. */
static enum nng_status weave_course(const struct options *options, const char *to, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct shelf shelf;
    NNG_TRY(shelf_of_course(options->memory, &shelf, error));
    for (size_t i = 0; i < shelf.count + shelf.front; i++) {
        bool front = i == shelf.count;
        const char *name = front ? SHELF_FRONT : shelf.names[i];
        const char *from = nng_arena_print(options->memory, "%s/%s", shelf.folder, name);
        const char *into = front ? to : nng_arena_print(options->memory, "%s/%s", to, name);
        if (from == NULL || into == NULL)
            NNG_TRY(nng_fail_memory(error));
        NNG_TRY(book_weave(from, into, complain, (void *)options, error));
    }
fail:
    return status;
}

static enum nng_status run_weave(const struct options *options, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const char *folder, *to;
    NNG_TRY(need_directory(options, &to, error));
    if (options->argument_count < 2)
        return weave_course(options, to, error);
    NNG_TRY(shelf_find(options->memory, options->arguments[1], &folder, error));
    NNG_TRY(book_weave(folder, to, complain, (void *)options, error));
fail:
    return status;
}

/* ---- new ----------------------------------------------------------------------------------------------------- */

static enum nng_status run_new(const struct options *options, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct style style = output_style(options);
    struct nng_text out = {0}, command = {0}, woven = {0};
    NNG_TRY(need_name(options, "the name of a new folder", error));
    const char *folder = options->arguments[1];
    NNG_TRY(book_new(folder, error));
    nng_text_print(&out, "%s/chapter.md\n%s/model.cfg\n", folder, folder);
    nng_text_print(&woven, "%s-woven", folder);
    if (woven.failed)
        NNG_TRY(nng_fail_memory(error));
    nng_text_add(&command, "nngrad chapter weave");
    session_add_word(&command, folder);
    nng_text_add(&command, " -o");
    session_add_word(&command, woven.data);
    next_text(&out, &style, &command, "make the page");
    NNG_TRY(say(options, &out, error));
fail:
    nng_text_free(&out);
    nng_text_free(&command);
    nng_text_free(&woven);
    return status;
}

/* What `nngrad chapter` can be asked for. */
static const struct {
    const char *name;
    enum nng_status (*run)(const struct options *options, struct nng_error *error);
} actions[] = {{"list", run_list}, {"run", run_run}, {"weave", run_weave}, {"new", run_new}};

enum { ACTIONS = sizeof actions / sizeof actions[0] };

static const char *action_name(const void *table, size_t i)
{
    (void)table;
    return actions[i].name;
}

enum nng_status chapter_run(const struct options *options, int *exit_status, struct nng_error *error)
{
    char hint[NNG_HINT_SIZE];
    const char *name = options->arguments[0];
    (void)exit_status;
    for (size_t i = 0; i < ACTIONS; i++)
        if (strcmp(actions[i].name, name) == 0)
            return actions[i].run(options, error);
    return nng_fail(error, NNG_INPUT, "'chapter' does not know '%s'%s", name,
                    nng_hint(hint, nng_nearest(name, actions, ACTIONS, action_name)));
}

#else

enum nng_status chapter_run(const struct options *options, int *exit_status, struct nng_error *error)
{
    (void)options, (void)exit_status;
    return nng_fail(error, NNG_ENVIRONMENT,
                    "this nngrad was built without cmark, which reads chapters: install libcmark-dev (Debian, Ubuntu), "
                    "cmark-devel (Fedora) or cmark (Homebrew), and build it again");
}

#endif
