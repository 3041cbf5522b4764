/* help_man.c - the manual page nngrad.1: roff in the macros of man(7), from the command table and the option table. */
#include <string.h>

#include "help.h"

/* Text as roff prints it. A hyphen that somebody would type is "\-": one that begins a word. */
static void add_escaped(struct nng_text *out, const char *text)
{
    static const struct {
        char character;
        const char *escape;
    } escapes[] = {{'\\', "\\e"}, {'\'', "\\(aq"}, {'`', "\\(ga"}, {'^', "\\(ha"}, {'~', "\\(ti"}};
    for (const char *s = text; *s != '\0'; s++) {
        const char *escape = *s == '-' && (s == text || strchr(" '-|[", s[-1]) != NULL) ? "\\-" : NULL;
        if (*s == '.' && s == text)
            escape = "\\&.";
        for (size_t i = 0; i < sizeof escapes / sizeof escapes[0] && escape == NULL; i++)
            if (escapes[i].character == *s)
                escape = escapes[i].escape;
        nng_text_add_n(out, escape != NULL ? escape : s, escape != NULL ? strlen(escape) : 1);
    }
}

/* A paragraph for each line. */
static void add_paragraphs(struct nng_text *out, const char *text)
{
    for (const char *line = text; *line != '\0';) {
        struct nng_text paragraph = {0};
        size_t length = strcspn(line, "\n");
        nng_text_add_n(&paragraph, line, length);
        nng_text_add(out, ".PP\n");
        add_escaped(out, plain_part(out, &paragraph));
        nng_text_add(out, "\n");
        nng_text_free(&paragraph);
        line += length + (line[length] != '\0');
    }
}

static void add_options(struct nng_text *out, const struct command *command, bool own)
{
    enum option_id ids[OPTION_COUNT];
    size_t count = help_options(command, own, ids);
    for (size_t i = 0; i < count; i++) {
        const struct option *option = &option_table[ids[i]];
        struct nng_text argument = {0};
        nng_text_add(out, ".TP\n");
        if (option->letter != '\0')
            nng_text_print(out, "\\fB\\-%c\\fR, ", option->letter);
        nng_text_add(out, "\\fB\\-\\-");
        for (const char *s = option->name; *s != '\0'; s++) /* every hyphen of a name is typed */
            nng_text_add_n(out, *s == '-' ? "\\-" : s, *s == '-' ? 2 : 1);
        nng_text_add(out, "\\fR");
        help_argument(&argument, command, ids[i]);
        const char *taken = plain_part(out, &argument);
        if (taken[0] != '\0') {
            nng_text_add(out, " \\fI");
            add_escaped(out, taken);
            nng_text_add(out, "\\fR");
        }
        nng_text_add(out, "\n");
        add_escaped(out, option->summary);
        nng_text_add(out, "\n");
        nng_text_free(&argument);
    }
}

static void add_command(struct nng_text *out, const struct command *command)
{
    nng_text_print(out, ".SS nngrad %s [OPTIONS] ", command->name);
    add_escaped(out, command->arguments);
    nng_text_add(out, "\n");
    add_escaped(out, command->summary);
    nng_text_add(out, ".\n");
    add_paragraphs(out, command->description);
    add_options(out, command, true);
}

static void add_definition(struct nng_text *out, const char *name, const char *meaning)
{
    nng_text_add(out, ".TP\n.B ");
    add_escaped(out, name);
    nng_text_add(out, "\n");
    add_escaped(out, meaning);
    nng_text_add(out, "\n");
}

void help_man(struct nng_text *out)
{
    nng_text_print(out,
                   ".TH NNGRAD 1 \"\" \"nngrad " NNG_VERSION "\" \"User Commands\"\n"
                   ".SH NAME\nnngrad \\- %s\n"
                   ".SH SYNOPSIS\n.B nngrad\n[OPTIONS] COMMAND [OPTIONS] [ARGUMENTS]\n"
                   ".SH DESCRIPTION\n",
                   help_summary);
    add_escaped(out, "Reads a network, its data and its loss from MODEL, a file in the syntax of libconfig; without "
                     "one it is the lecture's own 3-3-3-1 network. Begin with 'nngrad inspect'. Results go to standard "
                     "output, everything else to standard error.");
    nng_text_add(out, "\n.SH COMMANDS\n");
    for (size_t i = 0; i < command_count; i++)
        add_command(out, &commands[i]);
    nng_text_add(out, ".SH OPTIONS OF EVERY COMMAND\n");
    add_options(out, NULL, false);
    nng_text_add(out, ".SH EXIT STATUS\n");
    for (const struct help_status *s = help_statuses; s->meaning != NULL; s++) {
        nng_text_print(out, ".TP\n.B %d\n", s->number);
        add_escaped(out, s->meaning);
        nng_text_add(out, "\n");
    }
    nng_text_add(out, ".SH ENVIRONMENT\n");
    add_definition(out, "NNGRAD_PLUGIN_PATH",
                   "directories, parted by colons, where plugins are looked for after those of --plugin-path");
    add_definition(out, "XDG_DATA_HOME",
                   "plugins of one's own stand in nngrad/plugins below it (default: ~/.local/share)");
    add_definition(out, "NO_COLOR", "text has no colours if it is set and not empty");
    add_definition(out, "COLUMNS", "the width of text (default: the terminal's)");
    add_definition(out, "SOURCE_DATE_EPOCH", "if it is set, nothing is said that depends on how long something took");
    add_definition(out, "CC", "the compiler of 'nngrad plugin build' (default: cc)");
}
