/* options.c - the option table, and the reading of a command line by it.
 *
 * `--name VALUE`, `--name=VALUE`, `-o VALUE`, `-oVALUE`; `--` ends the options. An option of every command may stand
 * before the command or after it; one of a command's own stands after it.
 */
#include "options.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/number.h"
#include "base/text.h"
#include "command.h"

const struct option option_table[OPTION_COUNT] = {
    [OPTION_FORMAT] = {"format", '\0', CHOICE, "text|csv|json|markdown|latex", 0, 0, "how the results are written"},
    [OPTION_OUTPUT] = {"output", 'o', TEXT, "FILE", 0, 0,
                       "write the results there, whole or not at all, instead of to standard output"},
    [OPTION_SET] = {"set", '\0', LIST, "PATH=VALUE", 0, 0,
                    "change one setting of the model, such as layers.2.activation=tanh; may be repeated"},
    [OPTION_LOSS] = {"loss", '\0', TEXT, "NAME[:KEY=VALUE...]", 0, 0,
                     "use that loss, with these parameters, instead of the model's"},
    [OPTION_OPTIMIZER] = {"optimizer", '\0', TEXT, "NAME[:KEY=VALUE...]", 0, 0,
                          "use that optimizer, with these parameters, instead of the model's"},
    [OPTION_SEED] = {"seed", '\0', WHOLE, "N", 0, 2147483647, "seed of the random start and of the training"},
    [OPTION_PLUGIN_PATH] = {"plugin-path", '\0', LIST, "DIR", 0, 0,
                            "look for plugins in DIR/KIND and in DIR first; may be repeated"},
    [OPTION_THREADS] = {"threads", '\0', WHOLE, "N", 1, 1024, "work on N processors (default: all)"},
    [OPTION_COLOR] = {"color", '\0', CHOICE, "auto|always|never", 0, 0,
                      "colours in text (auto: on a terminal, unless NO_COLOR is set)"},
    [OPTION_QUIET] = {"quiet", 'q', SWITCH, NULL, 0, 0, "results alone: no progress, no explanations, no advice"},
    [OPTION_STRICT] = {"strict", '\0', SWITCH, NULL, 0, 0,
                       "end with status 1 also when a verdict is inconclusive, or nothing was tested"},
    [OPTION_HELP] = {"help", 'h', SWITCH, NULL, 0, 0, "explain the command"},
    [OPTION_VERSION] = {"version", '\0', SWITCH, NULL, 0, 0, "print the version"},
    [OPTION_MATRIX] = {"matrix", '\0', CHOICE, "notation|lecture", 0, 0,
                       "the output block as the model's notation has it, or n x k as the lecture prints it"},
    [OPTION_SYMBOLS] = {"symbols", '\0', SWITCH, NULL, 0, 0, "the matrix in symbols, dL/dw_111 ..., not in numbers"},
    [OPTION_HESSIAN] = {"hessian", '\0', SWITCH, NULL, 0, 0,
                        "the second derivatives, their eigenvalues and their trace, not the first ones"},
    [OPTION_PER_SAMPLE] = {"per-sample", '\0', SWITCH, NULL, 0, 0,
                           "the gradients of single samples, how far they lie apart, and how much of them is noise"},
    [OPTION_UNITS] =
        {"units", '\0', SWITCH, NULL, 0, 0,
         "what the units do: dead and saturated ones (inspect: layer by layer, with the size of outputs and "
         "derivatives; compare: at the end of each training)"},
    [OPTION_FULL] = {"full", '\0', SWITCH, NULL, 0, 0, "elide nothing"},
    [OPTION_SAMPLE] = {"sample", '\0', WHOLE, "K", 1, 4503599627370496,
                       "show the values of the K-th sample, or explain its loss (default: the first)"},
    [OPTION_DIGITS] = {"digits", '\0', WHOLE, "N", 1, 17,
                       "significant digits of computed numbers (default: 6; on latex slides 4)"},
    [OPTION_AGAINST] = {"against", '\0', TEXT, "FILE", 0, 0,
                        "judge the gradient in FILE (safetensors, JSON or CSV), not our own"},
    [OPTION_PARAMETERS] = {"parameters", '\0', TEXT, "FILE", 0, 0,
                           "take all weights and biases from FILE (safetensors, JSON or CSV)"},
    [OPTION_SAVE_GRADIENT] = {"save-gradient", '\0', TEXT, "FILE", 0, 0,
                              "save our own gradient as FILE.safetensors, .json or .csv"},
    [OPTION_SAVE_PARAMETERS] = {"save-parameters", '\0', TEXT, "FILE", 0, 0,
                                "save the weights and biases as FILE.safetensors, .json or .csv"},
    [OPTION_TOLERANCE] = {"tolerance", '\0', REAL, "T", 0, 1,
                          "the relative difference that still counts as equal (default: the model's, or 1e-6)"},
    [OPTION_METHOD] = {"method", '\0', CHOICE, "ladder|central|forward|gsl|complex", 0, 0,
                       "how the numeric side is computed (default: the model's, or ladder)"},
    [OPTION_ALL] = {"all", '\0', SWITCH, NULL, 0, 0, "list every entry, not only those that are not a pass"},
    [OPTION_SCREEN] = {"screen", '\0', SWITCH, NULL, 0, 0,
                       "by random directions, and one by one only what looks wrong: for networks so large that judging "
                       "every entry would take over a minute, this is chosen by itself"},
    [OPTION_MEMORY] = {"memory", '\0', WHOLE, "MIB", 1, 1048576,
                       "MiB that the arrays of all processors together may take (default: 256); where they would take "
                       "more, fewer processors work"},
    [OPTION_KIND] = {"kind", '\0', CHOICE, "loss|activation|optimizer", 0, 0, "plugins of that kind alone"},
    [OPTION_RUN] = {"run", '\0', TEXT, "DIR", 0, 0,
                    "leave the results in DIR (default: runs/NAME, or runs/NAME-2, ...)"},
    [OPTION_RESUME] = {"resume", '\0', TEXT, "DIR", 0, 0, "go on with the run in DIR from where it stopped"},
    [OPTION_FORCE] = {"force", '\0', SWITCH, NULL, 0, 0, "overwrite the run that stands in the directory of --run"},
    [OPTION_CHECK_EVERY] = {"check-every", '\0', WHOLE, "N", 1, 1e9, "judge the gradient after every N-th epoch"},
    [OPTION_LEDGER] = {"ledger", '\0', WHOLE, "K", 1, 1000000,
                       "print the first K updates with their numbers, w = w - eta * dw"},
    [OPTION_RECORD] = {"record", '\0', LIST, "weights,gradients,state", 0, 0,
                       "write these by epoch, as CSV, into the run's directory"},
    [OPTION_OPTIMIZERS] = {"optimizers", '\0', LIST, "NAME[:KEY=VALUE...],...", 0, 0,
                           "compare these optimizers, each with its own parameters"},
    [OPTION_LOSSES] = {"losses", '\0', LIST, "NAME[:KEY=VALUE...],...", 0, 0, "compare these losses"},
    [OPTION_OVER] = {"over", '\0', LIST, "PATH=VALUE,VALUE...", 0, 0,
                     "compare these values of a setting, such as optimizer.learning_rate=0.1,1; may be repeated"},
    [OPTION_PLOT] = {"plot", '\0', TEXT, "FILE", 0, 0, "draw it as well: FILE.svg, .png or .pdf"},
    [OPTION_SHOW] = {"show", '\0', CHOICE, "weights|gradients", 0, 0, "what is drawn (default: weights)"},
    [OPTION_PARAM] = {"param", '\0', TEXT, "PARAM", 0, 0, "the parameter whose derivative is looked at, such as w_131"},
    [OPTION_X] = {"x", '\0', TEXT, "PARAM", 0, 0, "the parameter along the first axis"},
    [OPTION_Y] = {"y", '\0', TEXT, "PARAM", 0, 0, "the parameter along the second axis"},
    [OPTION_LAYER] = {"layer", '\0', WHOLE, "L", 1, 1000000, "the layer whose units are drawn (default: 1)"},
    [OPTION_POINTS] = {"points", '\0', WHOLE, "K", 0, 1000,
                       "try formulas at K random points beside the model's own values (default: 5)"},
    [OPTION_CARRY] = {"carry", '\0', SWITCH, NULL, 0, 0,
                      "derivatives on the right take the values that were claimed for them, not the true ones"},
    [OPTION_EXPLAIN_LINE] = {"explain-line", '\0', WHOLE, "N", 1, 1000000, "print both sides of line N entry by entry"},
    [OPTION_MODEL] = {"model", '\0', TEXT, "CFG", 0, 0,
                      "use that model, whatever the file says; its loss cannot be redefined"},
    [OPTION_REQUIRE] = {"require", '\0', LIST, "dL/dW1,...", 0, 0, "these derivatives must be claimed, not assumed"},
    [OPTION_REVEAL] = {"reveal", '\0', CHOICE, "line|cause|fix", 0, 0,
                       "how much to tell of a mistake: where, why, or what is right too (default: fix)"},
    [OPTION_PLANT] = {"plant", '\0', TEXT, "CAUSE", 0, 0,
                      "write the derivation with one mistake of that kind (by --seed), and its key beside it"},
    [OPTION_FOR] = {"for", '\0', CHOICE, "man|bash", 0, 0,
                    "all of it as the manual page nngrad.1, or as what makes bash complete command lines"},
};

/* ---- looking options up ------------------------------------------------------------------------------------ */

size_t choice_word(const char *words, size_t k, const char **word)
{
    for (; k > 0; k--) {
        words = strchr(words, '|');
        if (words == NULL)
            return 0;
        words++;
    }
    *word = words;
    return strcspn(words, "|");
}

/* May this option stand here? Before the command is known, only those of every command may. */
static bool is_admitted(const struct command *command, size_t id)
{
    if (id < GLOBAL_OPTIONS)
        return true;
    if (command != NULL && command->options != NULL)
        for (const enum option_id *own = command->options; *own != OPTION_COUNT; own++)
            if ((size_t)*own == id)
                return true;
    return false;
}

static enum nng_status refuse_misplaced(const struct command *command, size_t id, struct nng_error *error)
{
    struct nng_text owners = {0};
    for (size_t i = 0; i < command_count; i++)
        if (is_admitted(&commands[i], id))
            nng_text_print(&owners, "%s'%s'", owners.length > 0 ? ", " : "", commands[i].name);
    const char *who = owners.data != NULL ? owners.data : "another command";
    if (command == NULL)
        nng_fail(error, NNG_INPUT, "option '--%s' belongs to %s, and stands after it", option_table[id].name, who);
    else
        nng_fail(error, NNG_INPUT, "'%s' has no option '--%s': it belongs to %s", command->name, option_table[id].name,
                 who);
    nng_text_free(&owners);
    return NNG_INPUT;
}

static enum nng_status refuse_unknown(const struct command *command, const char *name, struct nng_error *error)
{
    const char *names[OPTION_COUNT];
    size_t count = 0;
    for (size_t id = 0; id < OPTION_COUNT; id++)
        if (is_admitted(command, id))
            names[count++] = option_table[id].name;
    const char *nearest = nng_nearest_of(name, names, count);
    if (nearest != NULL)
        return nng_fail(error, NNG_INPUT, "unknown option '--%s' (did you mean '--%s'?)", name, nearest);
    return nng_fail(error, NNG_INPUT, "unknown option '--%s'", name);
}

static enum nng_status find_option(const struct command *command, const char *name, size_t length, size_t *id,
                                   struct nng_error *error)
{
    for (*id = 0; *id < OPTION_COUNT; ++*id)
        if (strncmp(option_table[*id].name, name, length) == 0 && option_table[*id].name[length] == '\0')
            return is_admitted(command, *id) ? NNG_OK : refuse_misplaced(command, *id, error);
    char wrong[64];
    nng_copy_text(wrong, sizeof wrong, name, length);
    return refuse_unknown(command, wrong, error);
}

static enum nng_status find_letter(const struct command *command, char letter, size_t *id, struct nng_error *error)
{
    for (*id = 0; *id < OPTION_COUNT; ++*id)
        if (option_table[*id].letter == letter)
            return is_admitted(command, *id) ? NNG_OK : refuse_misplaced(command, *id, error);
    if (isprint((unsigned char)letter))
        return nng_fail(error, NNG_INPUT, "unknown option '-%c'", letter);
    return nng_fail(error, NNG_INPUT, "unknown option: byte 0x%02x after '-'", (unsigned)(unsigned char)letter);
}

/* ---- values -------------------------------------------------------------------------------------------------- */

static enum nng_status read_choice(const struct option *option, const char *text, size_t *choice,
                                   struct nng_error *error)
{
    enum { MOST = 8, LONGEST = 16 };
    char words[MOST][LONGEST];
    const char *names[MOST], *word;
    size_t count = 0;
    for (size_t length; count < MOST && (length = choice_word(option->argument, count, &word)) > 0; count++) {
        nng_copy_text(words[count], LONGEST, word, length);
        names[count] = words[count];
        if (strcmp(words[count], text) == 0) {
            *choice = count;
            return NNG_OK;
        }
    }
    const char *nearest = nng_nearest_of(text, names, count);
    if (nearest != NULL)
        return nng_fail(error, NNG_INPUT, "option '--%s': unknown value '%s' (did you mean '%s'?)", option->name, text,
                        nearest);
    return nng_fail(error, NNG_INPUT, "option '--%s': unknown value '%s' (it is one of %s)", option->name, text,
                    option->argument);
}

static enum nng_status read_whole(const struct option *option, const char *text, uint64_t *value,
                                  struct nng_error *error)
{
    char *end = NULL;
    errno = 0;
    unsigned long long n = isdigit((unsigned char)text[0]) ? strtoull(text, &end, 10) : 0;
    if (end == NULL || *end != '\0')
        return nng_fail(error, NNG_INPUT, "option '--%s': '%s' is not a whole number", option->name, text);
    if (errno == ERANGE || (double)n < option->low || (double)n > option->high)
        return nng_fail(error, NNG_INPUT, "option '--%s': %s is not between %.0f and %.0f", option->name, text,
                        option->low, option->high);
    *value = n;
    return NNG_OK;
}

static enum nng_status read_real(const struct option *option, const char *text, double *value, struct nng_error *error)
{
    double x;
    if (nng_number_parse(text, strlen(text), &x) != NNG_NUMBER_FINITE)
        return nng_fail(error, NNG_INPUT, "option '--%s': '%s' is not a number", option->name, text);
    if (!(x > option->low && x < option->high))
        return nng_fail(error, NNG_INPUT, "option '--%s': %s is not greater than %g and less than %g", option->name,
                        text, option->low, option->high);
    *value = x;
    return NNG_OK;
}

/* Takes one option with its text (NULL for a switch). */
static enum nng_status take_value(struct options *options, size_t id, const char *text, size_t most,
                                  struct nng_error *error)
{
    const struct option *option = &option_table[id];
    struct option_value *value = &options->values[id];
    value->given = true;
    if (option->type == SWITCH)
        return NNG_OK;
    if (text[0] == '\0')
        return nng_fail(error, NNG_INPUT, "option '--%s' needs a value: %s", option->name, option->argument);
    if (value->texts == NULL && (value->texts = nng_arena_take(options->memory, most, sizeof *value->texts)) == NULL)
        return nng_fail_memory(error);
    value->texts[value->count++] = text;
    switch (option->type) {
    case CHOICE:
        return read_choice(option, text, &value->choice, error);
    case WHOLE:
        return read_whole(option, text, &value->whole, error);
    case REAL:
        return read_real(option, text, &value->real, error);
    default:
        return NNG_OK;
    }
}

/* ---- the command line ---------------------------------------------------------------------------------------- */

struct line {
    int count, next; /* of argv, and the word to read next */
    char *const *words;
};

static enum nng_status take_long(struct options *options, struct line *line, const char *word, struct nng_error *error)
{
    size_t id, length = strcspn(word, "=");
    enum nng_status status = find_option(options->command, word, length, &id, error);
    if (status != NNG_OK)
        return status;
    const struct option *option = &option_table[id];
    const char *text = word[length] == '=' ? word + length + 1 : NULL;
    if (option->type == SWITCH && text != NULL)
        return nng_fail(error, NNG_INPUT, "option '--%s' takes no value", option->name);
    if (option->type != SWITCH && text == NULL)
        text = line->next < line->count ? line->words[line->next++] : "";
    return take_value(options, id, text, (size_t)line->count, error);
}

/* -q, -o FILE, -oFILE, -qo FILE */
static enum nng_status take_letters(struct options *options, struct line *line, const char *letters,
                                    struct nng_error *error)
{
    for (; *letters != '\0'; letters++) {
        size_t id;
        enum nng_status status = find_letter(options->command, *letters, &id, error);
        if (status != NNG_OK)
            return status;
        bool is_switch = option_table[id].type == SWITCH;
        const char *text = NULL;
        if (!is_switch && letters[1] != '\0')
            text = letters + 1;
        else if (!is_switch)
            text = line->next < line->count ? line->words[line->next++] : "";
        status = take_value(options, id, text, (size_t)line->count, error);
        if (status != NNG_OK || !is_switch)
            return status;
    }
    return NNG_OK;
}

static enum nng_status take_word(struct options *options, const char *word, struct nng_error *error)
{
    if (options->command != NULL) {
        options->arguments[options->argument_count++] = word;
        return NNG_OK;
    }
    options->command = command_find(word);
    return options->command != NULL ? NNG_OK : command_refuse(word, error);
}

/* What can only be judged once the whole line is read. */
static enum nng_status check_line(const struct options *options, struct nng_error *error)
{
    const struct command *command = options->command;
    if (command == NULL || option_given(options, OPTION_HELP) || option_given(options, OPTION_VERSION))
        return NNG_OK;
    if (options->argument_count > command->most)
        return nng_fail(error, NNG_INPUT, "'%s' does not take the argument '%s'", command->name,
                        options->arguments[command->most]);
    if (options->argument_count < command->least)
        return nng_fail(error, NNG_INPUT, "'%s' needs more arguments: %s", command->name, command->arguments);
    if ((command->formats & 1u << option_format(options)) == 0)
        return nng_fail(error, NNG_INPUT, "'%s' does not write the format '%s'", command->name,
                        option_text(options, OPTION_FORMAT));
    return NNG_OK;
}

enum nng_status options_parse(int argc, char *const *argv, struct options *options, struct nng_error *error)
{
    *options = (struct options){.memory = nng_arena_new()};
    size_t most = argc > 0 ? (size_t)argc : 1;
    if (options->memory == NULL ||
        (options->arguments = nng_arena_take(options->memory, most, sizeof *options->arguments)) == NULL)
        return nng_fail_memory(error);
    struct line line = {.count = argc, .next = 1, .words = argv};
    bool ended = false;
    while (line.next < line.count) {
        const char *word = line.words[line.next++];
        enum nng_status status = NNG_OK;
        if (!ended && strcmp(word, "--") == 0)
            ended = true;
        else if (!ended && word[0] == '-' && word[1] == '-')
            status = take_long(options, &line, word + 2, error);
        else if (!ended && word[0] == '-' && word[1] != '\0')
            status = take_letters(options, &line, word + 1, error);
        else
            status = take_word(options, word, error);
        if (status != NNG_OK)
            return status;
    }
    return check_line(options, error);
}

void options_free(struct options *options)
{
    nng_arena_free(options->memory);
}

bool option_given(const struct options *options, enum option_id id)
{
    return options->values[id].given;
}

const char *option_text(const struct options *options, enum option_id id)
{
    const struct option_value *value = &options->values[id];
    return value->count > 0 ? value->texts[value->count - 1] : NULL;
}

enum format option_format(const struct options *options)
{
    return (enum format)options->values[OPTION_FORMAT].choice;
}
