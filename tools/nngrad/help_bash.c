/* help_bash.c - completion of command lines in bash, from the command table and the option table. Where it knows no
 * words it leaves bash to complete file names. */
#include <ctype.h>
#include <string.h>

#include "help.h"

/* The words of "a|b|c [FILE]" up to its end or a blank, parted by blanks. */
static void add_words(struct nng_text *out, const char *choices)
{
    for (const char *s = choices; *s != '\0' && *s != ' '; s++)
        nng_text_add_n(out, *s == '|' ? " " : s, 1);
}

static void add_commands(struct nng_text *out, const char *between)
{
    for (size_t i = 0; i < command_count; i++)
        nng_text_print(out, "%s%s", i > 0 ? between : "", commands[i].name);
}

static void add_options(struct nng_text *out, const struct command *command, bool own)
{
    enum option_id ids[OPTION_COUNT];
    size_t count = help_options(command, own, ids);
    for (size_t i = 0; i < count; i++)
        nng_text_print(out, "%s--%s", i > 0 ? " " : "", option_table[ids[i]].name);
}

/* case $command in: the words that may stand first after it, or its own options */
static void add_by_command(struct nng_text *out, const char *variable, bool options)
{
    nng_text_add(out, "    case $command in\n");
    for (size_t i = 0; i < command_count; i++) {
        const struct command *command = &commands[i];
        bool named = islower((unsigned char)command->arguments[0]) != 0;
        bool of_commands = strcmp(command->arguments, "[COMMAND]") == 0;
        if (options ? command->options == NULL : !named && !of_commands)
            continue;
        nng_text_print(out, "    %s) %s=\"", command->name, variable);
        if (options)
            add_options(out, command, true);
        else if (named)
            add_words(out, command->arguments);
        else
            add_commands(out, " ");
        nng_text_add(out, "\" ;;\n");
    }
    nng_text_add(out, "    esac\n");
}

/* What an option takes: its words, or nothing that bash would not know better. */
static void add_values(struct nng_text *out)
{
    struct nng_text others = {0};
    for (size_t id = 0; id < OPTION_COUNT; id++) {
        const struct option *option = &option_table[id];
        if (option->type == CHOICE) {
            nng_text_print(out, "    --%s) words=\"", option->name);
            add_words(out, option->argument);
            nng_text_add(out, "\" ;;\n");
        } else if (option->type != SWITCH) {
            nng_text_print(&others, "%s--%s", others.length > 0 ? "|" : "", option->name);
            if (option->letter != '\0')
                nng_text_print(&others, "|-%c", option->letter);
        }
    }
    nng_text_print(out, "    %s) ;;\n", plain_part(out, &others));
    nng_text_free(&others);
}

void help_bash(struct nng_text *out)
{
    nng_text_add(out, "# Completion for bash, as `nngrad help --for bash` writes it (nngrad " NNG_VERSION ").\n"
                      "_nngrad()\n{\n"
                      "    local word=${COMP_WORDS[COMP_CWORD]} at=$((COMP_CWORD - 1)) command='' first='' own='' "
                      "words='' i\n"
                      "    [ \"$word\" != = ] || word=''\n"
                      "    [ \"${COMP_WORDS[at]}\" != = ] || at=$((at - 1)) # --format=json is three words\n"
                      "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                      "        case ${COMP_WORDS[i]} in\n"
                      "        ");
    add_commands(out, "|");
    nng_text_add(out, ")\n            command=${COMP_WORDS[i]}\n            break\n            ;;\n"
                      "        esac\n    done\n");
    add_by_command(out, "first", false);
    add_by_command(out, "own", true);
    nng_text_add(out, "    case ${COMP_WORDS[at]} in\n");
    add_values(out);
    nng_text_add(out, "    *)\n"
                      "        if [[ $word == -* ]]; then\n"
                      "            words=\"$own ");
    add_options(out, NULL, false);
    nng_text_add(out, "\"\n"
                      "        elif [ -z \"$command\" ]; then\n"
                      "            words=\"");
    add_commands(out, " ");
    nng_text_add(out, "\"\n"
                      "        elif [ \"${COMP_WORDS[at]}\" = \"$command\" ]; then\n"
                      "            words=$first\n"
                      "        fi\n"
                      "        ;;\n"
                      "    esac\n"
                      "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n}\n"
                      "complete -o default -F _nngrad nngrad\n");
}
