/* plugin_build.c - `nngrad plugin build NAME.c`: from one source file to the shared object NAME.so beside it.
 *
 * The compiler writes a temporary file, which takes the place of NAME.so when all went well: whoever looks, and whoever
 * has the old one open, sees a whole object.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/save.h"
#include "command.h"
#include "output.h"
#include "plugin/installed.h"
#include "plugin/search.h"
#include "plugin/validate.h"
#include "plugin_actions.h"
#include "program.h"
#include "progress.h"
#include "render/json.h"
#include "render/next.h"

#ifndef PATH_MAX
#define PATH_MAX 4096
#endif

/* One compilation. */
struct build {
    const char *source;     /* NAME.c, as it was typed */
    const char *object;     /* NAME.so */
    char *temporary;        /* what the compiler writes */
    char headers[PATH_MAX]; /* the directory of nngrad/plugin.h */
    const char **words;     /* the compiler's command line, NULL-terminated */
    size_t target;          /* which of them is the temporary file */
};

/* NAME.c, with a NAME that a plugin may have: its shared object must bear it. */
static enum nng_status check_name(const char *source, struct nng_error *error)
{
    char name[NNG_PLUGIN_NAME_SIZE] = "";
    const char *slash = strrchr(source, '/'), *base = slash != NULL ? slash + 1 : source;
    size_t length = strlen(base);
    if (length > 2 && length - 2 < sizeof name && strcmp(base + length - 2, ".c") == 0)
        memcpy(name, base, length - 2);
    if (nng_plugin_name_valid(name))
        return NNG_OK;
    return nng_fail(error, NNG_INPUT,
                    "'plugin build' takes a C source file NAME.c, with a NAME of the form [a-z][a-z0-9_]* and shorter "
                    "than %d bytes, not '%s'",
                    NNG_PLUGIN_NAME_SIZE, source);
}

/* Neither the source nor the object may look like an option, or like gcc's @FILE. */
static const char *as_path(struct nng_arena *arena, const char *path)
{
    return path[0] == '-' || path[0] == '@' ? nng_arena_print(arena, "./%s", path) : path;
}

/* The blank-separated words of the compiler's name ("ccache gcc"), which is cut up; returns how many. */
static size_t split(char *text, const char **words)
{
    size_t count = 0;
    for (char *word = strtok(text, " \t"); word != NULL; word = strtok(NULL, " \t"))
        words[count++] = word;
    return count;
}

static enum nng_status compose(struct build *build, struct nng_arena *arena, struct nng_error *error)
{
    const char *chosen = getenv("CC");
    if (chosen == NULL || chosen[strspn(chosen, " \t")] == '\0')
        chosen = "cc";
    char *compiler = nng_arena_text(arena, chosen);
    const char *source = as_path(arena, build->source), *object = as_path(arena, build->object);
    const char *const rest[] = {
        "-std=c11", "-O2",          "-Wall", "-Wextra", "-fPIC", "-shared", "-fvisibility=hidden",
        "-I",       build->headers, source,  "-o",      object,  "-lm",     NULL};
    enum { REST = sizeof rest / sizeof rest[0] };
    build->words = nng_arena_take(arena, strlen(chosen) + REST, sizeof *build->words);
    if (compiler == NULL || build->words == NULL || source == NULL || object == NULL)
        return nng_fail_memory(error);
    size_t count = split(compiler, build->words);
    memcpy(build->words + count, rest, sizeof rest);
    build->object = object;
    build->target = count + REST - 3;
    return NNG_OK;
}

static enum nng_status prepare(struct build *build, struct nng_arena *arena, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    bool exists;
    NNG_TRY(check_name(build->source, error));
    const char *problem = nng_path_problem(build->source, &exists);
    if (problem != NULL)
        return nng_fail_at(error, NNG_INPUT, build->source, 0, 0, NULL, "cannot be compiled: %s", problem);
    if (!nng_installed_headers(build->headers, sizeof build->headers))
        return nng_fail(error, NNG_ENVIRONMENT,
                        "the header nngrad/plugin.h is not found: the system does not say "
                        "where this program stands");
    char *object = nng_arena_print(arena, "%.*sso", (int)strlen(build->source) - 1, build->source);
    if (object == NULL)
        return nng_fail_memory(error);
    build->object = object;
    size_t size = strlen(object) + 64;
    NNG_TRY(compose(build, arena, error));
    build->temporary = nng_arena_take(arena, size, 1);
    if (build->temporary == NULL)
        return nng_fail_memory(error);
fail:
    return status;
}

/* A compiler that is not there is named, and how to get one. */
static enum nng_status run_compiler(const struct build *build, int *ended, struct nng_error *error)
{
    struct nng_error problem = {0};
    enum nng_status status = program_run(build->words, NULL, ended, &problem);
    if (status == NNG_OK)
        return NNG_OK;
    return nng_fail(error, status,
                    "%s; a C compiler is needed: install gcc or clang (Debian, Ubuntu: apt install gcc; Fedora: dnf "
                    "install gcc; macOS: xcode-select --install), or name yours in CC",
                    problem.text);
}

/* The temporary file exists, and is empty. */
static enum nng_status compile(const struct build *build, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct stat made;
    int ended = 0;
    const char *shown = build->words[build->target];
    build->words[build->target] = build->temporary;
    NNG_TRY(run_compiler(build, &ended, error));
    build->words[build->target] = shown;
    if (progress_was_interrupted())
        return nng_fail(error, NNG_INTERRUPTED, "interrupted");
    if (ended != 0)
        return nng_fail_at(error, NNG_INPUT, build->source, 0, 0, NULL, "does not compile: '%s' ended with status %d",
                           build->words[0], ended);
    if (stat(build->temporary, &made) != 0 || made.st_size == 0)
        return nng_fail(error, NNG_ENVIRONMENT, "'%s' is no compiler: it wrote nothing", build->words[0]);
    if (rename(build->temporary, build->object) != 0)
        return nng_fail_at(error, NNG_ENVIRONMENT, build->object, 0, 0, NULL, "cannot write: %s", strerror(errno));
fail:
    return status;
}

static enum nng_status make_object(const struct build *build, size_t size, struct nng_error *error)
{
    int descriptor = nng_temporary_open(build->object, build->temporary, size);
    if (descriptor < 0)
        return nng_fail_at(error, NNG_ENVIRONMENT, build->object, 0, 0, NULL, "cannot write: %s", strerror(errno));
    close(descriptor);
    enum nng_status status = compile(build, error);
    if (status != NNG_OK)
        unlink(build->temporary);
    return status;
}

/* ---- what is said of it -------------------------------------------------------------------------------------- */

static void add_json(const struct build *build, struct nng_text *out)
{
    struct json json = {.out = out};
    json_open(&json, NULL, '{', JSON_LINES);
    json_text(&json, "file", build->object);
    json_open(&json, "command", '[', JSON_ONE_LINE);
    for (const char *const *word = build->words; *word != NULL; word++)
        json_text(&json, NULL, *word);
    json_close(&json);
    json_close(&json);
}

static void add_text(const struct build *build, const struct style *style, struct nng_text *out)
{
    struct nng_text line = {0}, file = {0};
    for (const char *const *word = build->words; *word != NULL; word++) {
        nng_text_add(&line, word == build->words ? "" : " ");
        plain_add_clean(&line, *word);
    }
    plain_add_clean(&file, build->object);
    plain_wrap_command(out, style, 0, plain_part(out, &line));
    nng_text_print(out, "wrote %s\n", plain_part(out, &file));
    nng_text_free(&line);
    if (!style->quiet) {
        nng_text_print(&line, "nngrad plugin check %s", plain_part(out, &file));
        next_text(out, style, &line, "finds what is wrong with it");
    }
    nng_text_free(&file);
}

enum nng_status plugin_build(const struct options *options, struct nng_host *host, struct nng_text *out,
                             int *exit_status, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct style style = output_style(options);
    struct build build = {0};
    (void)host, (void)exit_status;
    if (options->argument_count < 2)
        return nng_fail(error, NNG_INPUT, "'plugin build' takes one C source file NAME.c");
    build.source = options->arguments[1];
    NNG_TRY(prepare(&build, options->memory, error));
    NNG_TRY(make_object(&build, strlen(build.object) + 64, error));
    if (option_format(options) == FORMAT_JSON)
        add_json(&build, out);
    else if (option_format(options) == FORMAT_MARKDOWN)
        nng_text_print(out, "- wrote `%s`\n", build.object);
    else
        add_text(&build, &style, out);
fail:
    return status;
}
