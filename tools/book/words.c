/* words.c - a command line as the words that a shell would make of it, without a shell.
 *
 * Who reads the chapter types the line into a shell: what this takes for a word must be a word there.
 */
#include "words.h"

#include <string.h>

#include "base/error.h"

/* One line that is being cut: the words are written over a copy of it, which they never outgrow. */
struct cut {
    const struct chapter *chapter;
    const struct step *step;
    const char *at;
    char *to;
};

static enum nng_status refuse(const struct cut *cut, char c, struct nng_error *error)
{
    return chapter_fail(cut->chapter, NNG_INPUT, cut->step->line, error,
                        "'%c' means something to a shell: it must stand in single quotes here", c);
}

/* What stands in quotes, after the opening one. In double ones a backslash takes the meaning of " \ $ and `. */
static enum nng_status take_quoted(struct cut *cut, char quote, struct nng_error *error)
{
    for (; *cut->at != quote; cut->at++) {
        if (*cut->at == '\0')
            return chapter_fail(cut->chapter, NNG_INPUT, cut->step->line, error, "a quote is not closed: %c", quote);
        if (quote == '"' && (*cut->at == '$' || *cut->at == '`'))
            return refuse(cut, *cut->at, error);
        if (quote == '"' && *cut->at == '\\' && cut->at[1] != '\0' && strchr("\"\\$`", cut->at[1]) != NULL)
            cut->at++;
        *cut->to++ = *cut->at;
    }
    cut->at++;
    return NNG_OK;
}

/* Goes past blanks; a backslash at the end of a line is one. */
static void skip_blanks(struct cut *cut)
{
    for (;; cut->at += 2) {
        cut->at += strspn(cut->at, " \t");
        if (cut->at[0] != '\\' || cut->at[1] != '\n')
            return;
    }
}

static enum nng_status take_word(struct cut *cut, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    if (*cut->at == '#' || *cut->at == '~')
        return refuse(cut, *cut->at, error);
    while (*cut->at != '\0' && *cut->at != ' ' && *cut->at != '\t' && strncmp(cut->at, "\\\n", 2) != 0) {
        char c = *cut->at++;
        if (strchr("|&;<>()$`*?!", c) != NULL)
            NNG_TRY(refuse(cut, c, error));
        if (c == '\'' || c == '"')
            NNG_TRY(take_quoted(cut, c, error));
        else if (c == '\\' && *cut->at != '\0')
            *cut->to++ = *cut->at++;
        else
            *cut->to++ = c;
    }
    *cut->to++ = '\0';
fail:
    return status;
}

enum nng_status words_split(const struct chapter *chapter, struct step *step, struct nng_error *error)
{
    size_t length = strlen(step->text);
    struct cut cut = {
        .chapter = chapter, .step = step, .at = step->text, .to = nng_arena_take(chapter->arena, length + 2, 1)};
    step->words = nng_arena_take(chapter->arena, length / 2 + 2, sizeof *step->words);
    if (cut.to == NULL || step->words == NULL)
        return nng_fail_memory(error);
    while (skip_blanks(&cut), *cut.at != '\0') {
        step->words[step->count++] = cut.to;
        enum nng_status status = take_word(&cut, error);
        if (status != NNG_OK)
            return status;
    }
    return NNG_OK;
}
