/* help.c - `nngrad help`, `nngrad help COMMAND`, `--help`: from the command table and the option table alone.
 * In Markdown the same is the reference part of the manual; the manual page is written by help_man.c. */
#include "help.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "command.h"
#include "output.h"
#include "render/plain.h"

const char help_summary[] = "gradients of neural networks, shown and proved";

const struct help_status help_statuses[] = {
    {0, "all well"},      {1, "a check failed"},
    {2, "bad input"},     {3, "the environment (output not writable, out of memory)"},
    {130, "interrupted"}, {0, NULL}};

size_t help_options(const struct command *command, bool own, enum option_id *ids)
{
    size_t count = 0;
    if (own)
        for (const enum option_id *id = command->options; id != NULL && *id != OPTION_COUNT; id++)
            ids[count++] = *id;
    else
        for (size_t id = 0; id < GLOBAL_OPTIONS; id++)
            ids[count++] = (enum option_id)id;
    return count;
}

void help_argument(struct nng_text *out, const struct command *command, enum option_id id)
{
    const char *argument = option_table[id].argument, *word;
    if (argument == NULL)
        return;
    if (command == NULL || id != OPTION_FORMAT) {
        nng_text_add(out, argument);
        return;
    }
    bool begun = false;
    for (size_t f = 0, length; (length = choice_word(argument, f, &word)) > 0; f++)
        if ((command->formats & 1u << f) != 0) {
            nng_text_print(out, "%s%.*s", begun ? "|" : "", (int)length, word);
            begun = true;
        }
}

/* -o, --output FILE */
static void option_left(struct nng_text *left, const struct command *command, enum option_id id)
{
    if (option_table[id].letter != '\0')
        nng_text_print(left, "-%c, ", option_table[id].letter);
    nng_text_print(left, "--%s", option_table[id].name);
    if (option_table[id].argument != NULL)
        nng_text_add(left, " ");
    help_argument(left, command, id);
}

/* ---- text ---------------------------------------------------------------------------------------------------- */

/* left   what it means, in a column of its own, or below when `left` is long */
static void add_definition(struct nng_text *out, const struct style *style, struct nng_text *left, const char *right)
{
    enum { INDENT = 2, COLUMN = 30, NARROW_COLUMN = 6 };
    size_t column = style->width < 60 ? NARROW_COLUMN : COLUMN;
    const char *name = plain_part(out, left);
    size_t width = INDENT + plain_width(name);
    plain_space(out, INDENT);
    nng_text_add(out, name);
    if (width + 2 > column) {
        nng_text_add(out, "\n");
        width = 0;
    }
    plain_space(out, column - width);
    plain_wrap(out, style, column, column, right);
    nng_text_free(left);
}

static void add_options(struct nng_text *out, const struct style *style, const struct command *command, bool own)
{
    enum option_id ids[OPTION_COUNT];
    size_t count = help_options(command, own, ids);
    for (size_t i = 0; i < count; i++) {
        struct nng_text left = {0};
        option_left(&left, command, ids[i]);
        add_definition(out, style, &left, option_table[ids[i]].summary);
    }
}

static void add_program(struct nng_text *out, const struct style *style)
{
    nng_text_print(out, "nngrad " NNG_VERSION ": %s\n\n", help_summary);
    nng_text_add(out, "usage: nngrad [OPTIONS] COMMAND [OPTIONS] [ARGUMENTS]\n\n");
    plain_add(out, style, INK_TITLE, "commands\n");
    for (size_t i = 0; i < command_count; i++) {
        struct nng_text left = {0};
        nng_text_print(&left, "%s %s", commands[i].name, commands[i].arguments);
        add_definition(out, style, &left, commands[i].summary);
    }
    nng_text_add(out, "\n");
    plain_add(out, style, INK_TITLE, "options of every command\n");
    add_options(out, style, NULL, false);
    nng_text_add(out, "\n");
    plain_wrap(out, style, 0, 0,
               "status: 0 all well; 1 a check failed; 2 bad input; 3 the environment (output not writable, no "
               "compiler, out of memory); 130 interrupted");
    nng_text_add(out, "\n");
    plain_wrap(out, style, 0, 0, "Without MODEL it is the lecture's own 3-3-3-1 network. Begin with: nngrad inspect");
}

/* What the first argument may be. */
static void add_topics(struct nng_text *out, const struct style *style, const struct command *command)
{
    struct topic topic;
    for (size_t k = 0; command_topic(command, k, &topic); k++) {
        struct nng_text left = {0};
        nng_text_add(out, k == 0 ? "\n" : "");
        plain_add(out, style, INK_TITLE, k == 0 ? "kinds\n" : "");
        nng_text_print(&left, "%s %s", topic.name, topic.arguments);
        add_definition(out, style, &left, topic.summary);
    }
}

static void add_command(struct nng_text *out, const struct style *style, const struct command *command)
{
    nng_text_print(out, "nngrad %s: ", command->name);
    size_t column = strlen("nngrad : ") + strlen(command->name);
    plain_wrap(out, style, column, 4, command->summary);
    nng_text_print(out, "\nusage: nngrad %s [OPTIONS] %s\n\n", command->name, command->arguments);
    for (const char *line = command->description; *line != '\0';) {
        char paragraph[1024];
        size_t length = strcspn(line, "\n");
        snprintf(paragraph, sizeof paragraph, "%.*s", (int)length, line);
        plain_wrap(out, style, 0, 0, paragraph);
        line += length + (line[length] != '\0');
    }
    add_topics(out, style, command);
    if (command->options != NULL) {
        nng_text_add(out, "\n");
        plain_add(out, style, INK_TITLE, "options\n");
        add_options(out, style, command, true);
    }
    nng_text_add(out, "\n");
    plain_add(out, style, INK_TITLE, "options of every command\n");
    add_options(out, style, command, false);
}

/* ---- Markdown ------------------------------------------------------------------------------------------------ */

static void add_markdown_options(struct nng_text *out, const struct command *command, bool own)
{
    enum option_id ids[OPTION_COUNT];
    size_t count = help_options(command, own, ids);
    for (size_t i = 0; i < count; i++) {
        struct nng_text left = {0};
        option_left(&left, command, ids[i]);
        nng_text_print(out, "- `%s`: %s\n", plain_part(out, &left), option_table[ids[i]].summary);
        nng_text_free(&left);
    }
}

static void add_markdown_topics(struct nng_text *out, const struct command *command)
{
    struct topic topic;
    for (size_t k = 0; command_topic(command, k, &topic); k++)
        nng_text_print(out, "%s- `%s %s`: %s\n", k == 0 ? "\n" : "", topic.name, topic.arguments, topic.summary);
}

static void add_markdown_command(struct nng_text *out, const struct command *command)
{
    nng_text_print(out, "## nngrad %s\n\n`nngrad %s [OPTIONS] %s`: %s\n\n", command->name, command->name,
                   command->arguments, command->summary);
    for (const char *s = command->description; *s != '\0'; s++)
        nng_text_add_n(out, *s == '\n' ? "\n\n" : s, *s == '\n' ? 2 : 1);
    nng_text_add(out, "\n");
    add_markdown_topics(out, command);
    if (command->options != NULL) {
        nng_text_add(out, "\n");
        add_markdown_options(out, command, true);
    }
}

static void add_markdown_program(struct nng_text *out)
{
    nng_text_add(out, "# nngrad " NNG_VERSION "\n\n`nngrad [OPTIONS] COMMAND [OPTIONS] [ARGUMENTS]`\n");
    for (size_t i = 0; i < command_count; i++) {
        nng_text_add(out, "\n");
        add_markdown_command(out, &commands[i]);
    }
    nng_text_add(out, "\n## Options of every command\n\n");
    add_markdown_options(out, NULL, false);
}

/* ---- the command --------------------------------------------------------------------------------------------- */

void help_text(const struct command *command, const struct style *style, struct nng_text *out)
{
    if (command == NULL)
        add_program(out, style);
    else
        add_command(out, style, command);
}

enum nng_status help_run(const struct options *options, int *exit_status, struct nng_error *error)
{
    const struct command *command = NULL;
    const char *name = options->argument_count > 0 ? options->arguments[0] : NULL;
    struct nng_text out = {0};
    (void)exit_status;
    if (name != NULL && (command = command_find(name)) == NULL)
        return command_refuse(name, error);
    if (name != NULL && option_given(options, OPTION_FOR))
        return nng_fail(error, NNG_INPUT, "option '--for' is for all commands, not for '%s' alone", name);
    if (option_given(options, OPTION_FOR)) {
        if (options->values[OPTION_FOR].choice == 0)
            help_man(&out);
        else
            help_bash(&out);
    } else if (option_format(options) == FORMAT_TEXT) {
        struct style style = output_style(options);
        help_text(command, &style, &out);
    } else if (command != NULL) {
        add_markdown_command(&out, command);
    } else {
        add_markdown_program(&out);
    }
    return output_write(options, &out, error);
}
