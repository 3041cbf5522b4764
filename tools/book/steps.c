/* steps.c - what a chapter's commands are, before they run. */
#include "steps.h"

#include <string.h>

#include "base/error.h"
#include "claim.h"
#include "command.h"
#include "names.h"
#include "options.h"
#include "base/memory.h"

/* ---- commands ------------------------------------------------------------------------------------------------ */

/* The value of an option in a command line: --name VALUE, --name=VALUE, -l VALUE, -lVALUE. The words that it takes are
 * *first ... *first + *taken - 1. */
static const char *find_option(const struct step *step, const char *name, char letter, size_t *first, size_t *taken)
{
    size_t length = strlen(name);
    for (size_t i = 1; step->words[i] != NULL; i++) {
        const char *word = step->words[i], *next = step->words[i + 1];
        *first = i;
        *taken = 1;
        if (strcmp(word, "--") == 0)
            break;
        if (word[0] == '-' && letter != '\0' && word[1] == letter && word[2] != '\0')
            return word + 2;
        if (strncmp(word, "--", 2) == 0 && strncmp(word + 2, name, length) == 0 && word[2 + length] == '=')
            return word + 2 + length + 1;
        *taken = 2;
        if (next != NULL && ((word[0] == '-' && letter != '\0' && word[1] == letter && word[2] == '\0') ||
                             (strncmp(word, "--", 2) == 0 && strcmp(word + 2, name) == 0)))
            return next;
    }
    return NULL;
}

static enum nng_status check_paths(const struct chapter *chapter, const struct step *step, struct nng_error *error)
{
    char quote[NNG_QUOTE_SIZE];
    for (size_t i = 1; i < step->count; i++)
        if (word_leads_out(step->words[i]))
            return chapter_fail(chapter, NNG_INPUT, step->line, error, "'%s' leads out of the chapter's folder",
                                nng_quote(quote, step->words[i], strlen(step->words[i])));
    return NNG_OK;
}

/* Parses it as nngrad will. Where the block says that it ends with status 2, that it is wrong is the point. */
static enum nng_status parse(const struct chapter *chapter, const struct block *block, struct step *step,
                             struct nng_error *error)
{
    struct options options;
    struct nng_error problem = {0};
    enum nng_status status = options_parse((int)step->count, (char *const *)step->words, &options, &problem);
    if (status == NNG_OK && options.command == NULL && !option_given(&options, OPTION_HELP) &&
        !option_given(&options, OPTION_VERSION))
        status = nng_fail(&problem, NNG_INPUT, "a command is missing");
    if (options.command != NULL) {
        step->command = options.command->name;
        step->formats = options.command->formats;
    }
    options_free(&options);
    if (status != NNG_OK && block->status != nng_exit_status(status))
        return chapter_fail(chapter, status, step->line, error, "%s", problem.text);
    return NNG_OK;
}

static enum nng_status check_step(const struct chapter *chapter, const struct block *block, struct step *step,
                                  struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t first, taken;
    char quote[NNG_QUOTE_SIZE];
    if (strcmp(step->words[0], "nngrad") != 0)
        NNG_TRY(chapter_fail(chapter, NNG_INPUT, step->line, error, "'%s' is not run here: only nngrad is",
                             nng_quote(quote, step->words[0], strlen(step->words[0]))));
    NNG_TRY(check_paths(chapter, step, error));
    NNG_TRY(parse(chapter, block, step, error));
    if (step->command != NULL && strcmp(step->command, "chapter") == 0)
        NNG_TRY(chapter_fail(chapter, NNG_INPUT, step->line, error, "a chapter does not run 'nngrad chapter'"));
    step->made[0] = find_option(step, "output", 'o', &first, &taken);
    step->made[1] = find_option(step, "plot", '\0', &first, &taken);
    if (step->made[0] != NULL && strcmp(step->made[0], "-") == 0)
        step->made[0] = NULL;
fail:
    return status;
}

/* A file that a later command writes anew would be shown in both places. */
static enum nng_status check_made(const struct chapter *chapter, const struct block *block, size_t k,
                                  struct nng_error *error)
{
    for (size_t b = 0; b < chapter->block_count; b++) {
        const struct block *other = chapter->blocks[b];
        for (size_t s = 0; s < (other == block ? k : other->step_count); s++)
            for (int i = 0; i < 4; i++) {
                const char *one = block->steps[k].made[i / 2], *two = other->steps[s].made[i % 2];
                if (one != NULL && two != NULL && strcmp(one, two) == 0)
                    return chapter_fail(chapter, NNG_INPUT, block->steps[k].line, error,
                                        "'%s' is written by line %d too", one, other->steps[s].line);
            }
        if (other == block)
            break;
    }
    return NNG_OK;
}

/* ---- derivations --------------------------------------------------------------------------------------------- */

/* A derivation is a file, and `nngrad verify FILE`: what a reader types too. */
static enum nng_status make_verify(struct chapter *chapter, struct block *block, size_t number, struct nng_error *error)
{
    char quote[NNG_QUOTE_SIZE];
    const char *file = block->values[KEY_FILE], *name = block->values[KEY_NAME];
    if (file != NULL && !name_is_inside(file))
        return chapter_fail(chapter, NNG_INPUT, block->line, error, "'%s' leads out of the chapter's folder",
                            nng_quote(quote, file, strlen(file)));
    if (file == NULL && name != NULL)
        file = nng_arena_print(chapter->arena, "%s.deriv", name);
    else if (file == NULL)
        file = nng_arena_print(chapter->arena, "derivation-%zu.deriv", number);
    block->file = file;
    block->steps = nng_arena_take(chapter->arena, 1, sizeof *block->steps);
    const char **words = nng_arena_take(chapter->arena, 4, sizeof *words);
    if (file == NULL || block->steps == NULL || words == NULL)
        return nng_fail_memory(error);
    words[0] = "nngrad";
    words[1] = "verify";
    words[2] = file[0] == '-' ? nng_arena_print(chapter->arena, "./%s", file) : file;
    const char *text = nng_arena_print(chapter->arena, "nngrad verify %s", words[2] != NULL ? words[2] : "");
    if (words[2] == NULL || text == NULL)
        return nng_fail_memory(error);
    block->step_count = 1;
    block->steps[0] = (struct step){.line = block->line, .text = text, .words = words, .count = 3};
    return NNG_OK;
}

/* ---- claims -------------------------------------------------------------------------------------------------- */

static bool writes_json(const struct block *block)
{
    return block->step_count > 0 && (block->steps[block->step_count - 1].formats & 1u << FORMAT_JSON) != 0;
}

static enum nng_status bind_passage(struct chapter *chapter, struct passage *passage, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    for (size_t i = 0; i < passage->link_count; i++) {
        struct link *link = &passage->links[i];
        if (!link_is_claim(link))
            continue;
        NNG_TRY(claim_read(chapter, link, error));
        if (link->claim->file != NULL)
            continue;
        for (size_t k = link->above; link->claim->block == NULL && k > 0; k--)
            if (writes_json(chapter->blocks[k - 1]))
                link->claim->block = chapter->blocks[k - 1];
        if (link->claim->block == NULL)
            NNG_TRY(chapter_fail(chapter, NNG_INPUT, link->line, error,
                                 "the claim '%s' stands below no command that writes JSON", link->url));
        if (!writes_json(link->claim->block))
            NNG_TRY(chapter_fail(chapter, NNG_INPUT, link->line, error,
                                 "the claim '%s': the last command of line %d writes no JSON", link->url,
                                 link->claim->block->line));
        link->claim->block->claimed = true;
    }
    for (size_t i = 0; i < passage->block_count; i++)
        if (passage->blocks[i]->inner != NULL)
            NNG_TRY(bind_passage(chapter, passage->blocks[i]->inner, error));
fail:
    return status;
}

/* ---- all of them --------------------------------------------------------------------------------------------- */

enum nng_status steps_check(struct chapter *chapter, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t derivations = 0;
    for (size_t i = 0; i < chapter->block_count; i++) {
        struct block *block = chapter->blocks[i];
        if (block->kind == BLOCK_DERIV)
            NNG_TRY(make_verify(chapter, block, ++derivations, error));
        for (size_t k = 0; k < block->step_count; k++) {
            NNG_TRY(check_step(chapter, block, &block->steps[k], error));
            NNG_TRY(check_made(chapter, block, k, error));
        }
    }
    NNG_TRY(bind_passage(chapter, chapter->whole, error));
fail:
    return status;
}

enum nng_status step_reformat(const struct chapter *chapter, const struct step *step, const char *format,
                              const char *const **words, struct nng_error *error)
{
    size_t count = 0, first = 0, taken = 0, end = 1;
    const char **changed = nng_arena_take(chapter->arena, step->count + 3, sizeof *changed);
    if (changed == NULL)
        return nng_fail_memory(error);
    if (find_option(step, "output", 'o', &first, &taken) == NULL)
        taken = 0;
    while (end < step->count && strcmp(step->words[end], "--") != 0)
        end++;
    for (size_t i = 0; i <= step->count; i++) {
        if (i == end) {
            changed[count++] = "--format";
            changed[count++] = format;
        }
        if (i < step->count && (taken == 0 || i < first || i >= first + taken))
            changed[count++] = step->words[i];
    }
    *words = changed;
    return NNG_OK;
}
