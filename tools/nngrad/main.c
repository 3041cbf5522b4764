/* main.c - nngrad: the command table, and what every command needs before it runs. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <gsl/gsl_errno.h>

#include "base/error.h"
#include "base/text.h"
#include "command.h"
#include "crash.h"
#include "diagnostic.h"
#include "help.h"
#include "output.h"
#include "progress.h"

static const enum option_id inspect_options[] = {OPTION_MATRIX,     OPTION_SYMBOLS, OPTION_HESSIAN,
                                                 OPTION_PER_SAMPLE, OPTION_UNITS,   OPTION_FULL,
                                                 OPTION_SAMPLE,     OPTION_DIGITS,  OPTION_COUNT};
static const enum option_id check_options[] = {
    OPTION_AGAINST, OPTION_PARAMETERS, OPTION_SAVE_GRADIENT, OPTION_SAVE_PARAMETERS, OPTION_TOLERANCE,
    OPTION_METHOD,  OPTION_ALL,        OPTION_SCREEN,        OPTION_MEMORY,          OPTION_COUNT};
static const enum option_id train_options[] = {OPTION_RUN,    OPTION_RESUME, OPTION_FORCE, OPTION_CHECK_EVERY,
                                               OPTION_LEDGER, OPTION_RECORD, OPTION_COUNT};
static const enum option_id compare_options[] = {OPTION_OPTIMIZERS, OPTION_LOSSES, OPTION_OVER,
                                                 OPTION_UNITS,      OPTION_PLOT,   OPTION_COUNT};
static const enum option_id verify_options[] = {OPTION_POINTS,  OPTION_CARRY,  OPTION_EXPLAIN_LINE, OPTION_MODEL,
                                                OPTION_REQUIRE, OPTION_REVEAL, OPTION_PLANT,        OPTION_COUNT};
static const enum option_id explain_options[] = {OPTION_SAMPLE, OPTION_DIGITS, OPTION_TOLERANCE,
                                                 OPTION_METHOD, OPTION_PLOT,   OPTION_COUNT};
static const enum option_id plot_options[] = {OPTION_SHOW, OPTION_PARAM, OPTION_X,
                                              OPTION_Y,    OPTION_LAYER, OPTION_COUNT};
static const enum option_id plugin_options[] = {OPTION_KIND, OPTION_PLOT, OPTION_COUNT};
static const enum option_id help_only[] = {OPTION_FOR, OPTION_COUNT};

enum {
    TEXT_AND_MARKDOWN = 1u << FORMAT_TEXT | 1u << FORMAT_MARKDOWN,
    AND_PROGRAMS = 1u << FORMAT_CSV | 1u << FORMAT_JSON
};

/* One line a command. */
const struct command commands[] = {
    {"inspect", inspect_run, "[MODEL]", 0, 1, TEXT_AND_MARKDOWN | AND_PROGRAMS | 1u << FORMAT_LATEX, inspect_options,
     "forward values, loss, deltas, and the full matrix of derivatives, each proved",
     "Runs the network forward and backward on its data, computes the derivative of the loss by every weight and bias "
     "twice, by backpropagation and by differences, and prints the two beside each other with a verdict."},
    {"check", check_run, "[MODEL]", 0, 1, TEXT_AND_MARKDOWN | AND_PROGRAMS, check_options,
     "verdicts alone: is every derivative right? Ours, or those of a program of your own",
     "Prints a line a tensor, and every entry that is not a pass. With --against it judges somebody else's gradient, "
     "and names the mistake where it knows it."},
    {"train", train_run, "[MODEL]", 0, 1, TEXT_AND_MARKDOWN | AND_PROGRAMS, train_options,
     "the learning algorithm, till satisfied",
     "Iterates over the data: computes yhat, computes L(w, b), updates every w and every b; till the number of epochs "
     "is reached, the loss is below train.loss_below, or the validation loss has not been better for train.patience "
     "epochs. Leaves a directory with the history, the model as it ended, and a state to go on from."},
    {"compare", compare_run, "[MODEL]", 0, 1, TEXT_AND_MARKDOWN | AND_PROGRAMS, compare_options,
     "one training for each combination of optimizers, losses and settings, from the same start",
     "Trains the model once for each combination of what --optimizers, --losses and --over name, from the same start "
     "over the same batches, prints a line for each, and draws their losses (--plot FILE; on a terminal as text)."},
    {"plot", plot_run, "KIND [MODEL|RUN...]", 1, 64, 1u << FORMAT_TEXT, plot_options,
     "a picture of a network or of its training, and the gnuplot script that draws it",
     "Draws with gnuplot. The ending of --output FILE decides what the picture is: .svg, .png or .pdf. Beside it "
     "stands "
     "the script FILE.gp with all its data, to be changed and drawn again by 'gnuplot FILE.gp'. Without --output the "
     "picture is text, as large as the terminal."},
    {"verify", verify_run, "FILE...", 1, 1000000, TEXT_AND_MARKDOWN | AND_PROGRAMS | 1u << FORMAT_LATEX, verify_options,
     "a derivation by hand, line by line: which is the first false one, why, and what is right",
     "Reads derivations as they stand in a notebook (.deriv), and compares every line with the numeric truth, at the "
     "model's own values and at random ones. A false line gets its cause and, where a small edit makes it hold, the "
     "correction."},
    {"export", export_run, "pytorch|numpy [MODEL]", 1, 2, 1u << FORMAT_TEXT, NULL,
     "the same network as a Python program, whose gradient 'check --against' judges",
     "Writes a program for PyTorch or NumPy that needs nothing of nngrad: it holds the weights, biases and data, "
     "computes the same loss and its gradient, and saves the gradient as JSON. Above 20,000 numbers they stand in a "
     "file beside it."},
    {"explain", explain_run, "[MODEL] PARAM", 1, 2, TEXT_AND_MARKDOWN | 1u << FORMAT_JSON | 1u << FORMAT_LATEX,
     explain_options, "one derivative as the sum over its paths to the loss: symbols, numbers, shares",
     "Writes dL/dPARAM of one sample's own loss as the chain rule has it: a product of local derivatives for each path "
     "from the parameter through single units to the loss, with its value and its share; then their sum beside "
     "backpropagation and the differences. PARAM is w_131, W1[3,1] or b_12. Of many paths the 16 largest are shown; "
     "the others are counted and summed."},
    {"plugin", plugin_run, "list|info|new|build|check [ARGUMENTS]", 1, 4, TEXT_AND_MARKDOWN | 1u << FORMAT_JSON,
     plugin_options, "losses, activations and optimizers: which there are, what each does, and one of your own",
     "'plugin list' names them all; 'plugin info NAME' (or FILE.so) tells all about one: its formula, its parameters "
     "with their ranges and defaults, where it comes from, and what it can do.\n'plugin new KIND NAME [DIR]' writes "
     "NAME.c, a loss, activation or optimizer of your own to begin with: it works, and says what to change. 'plugin "
     "build NAME.c' compiles it into the shared object NAME.so beside it, with the compiler that CC names, else cc. "
     "'plugin check NAME' (or FILE.so) tests it, each test in a process of its own: derivatives against differences, "
     "what it reads and writes, what it keeps, and whether it comes back at all."},
    {"chapter", chapter_run, "list|run|weave|new [ARGUMENT]", 1, 2, 1u << FORMAT_TEXT, NULL,
     "the course: a chapter's plots and tables, its page, and a chapter of your own",
     "'chapter list' names the chapters. 'chapter run NN|DIR -o DIR' runs all commands of a chapter (its number, or a "
     "folder with a chapter.md) and leaves its plots and tables in a folder, as svg, csv and md. 'chapter weave NN|DIR "
     "-o DIR' writes its page as Markdown, with what its commands say, and fails where a number of the prose does not "
     "follow from them; without a chapter it weaves all. 'chapter new DIR' begins a chapter of your own."},
    {"help", help_run, "[COMMAND]", 0, 1, TEXT_AND_MARKDOWN, help_only, "explain nngrad, or one of its commands",
     "The same as 'nngrad COMMAND --help'."},
};
const size_t command_count = sizeof commands / sizeof commands[0];

const struct command *command_find(const char *name)
{
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

bool command_topic(const struct command *command, size_t k, struct topic *topic)
{
    return command->run == plot_run && plot_topic(k, topic);
}

static const char *name_at(const void *table, size_t i)
{
    return ((const struct command *)table)[i].name;
}

enum nng_status command_refuse(const char *name, struct nng_error *error)
{
    const char *nearest = nng_nearest(name, commands, command_count, name_at);
    size_t length = strlen(name);
    if (nearest != NULL)
        return nng_fail(error, NNG_INPUT, "unknown command '%s' (did you mean '%s'?)", name, nearest);
    if (length > 4 && strcmp(name + length - 4, ".cfg") == 0)
        return nng_fail(error, NNG_INPUT, "unknown command '%s' (did you mean 'inspect %s'?)", name, name);
    return nng_fail(error, NNG_INPUT, "unknown command '%s'", name);
}

/* A closed standard descriptor is replaced by one that fails when it is used, so that no file takes its number. */
static void keep_standard_descriptors(void)
{
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++)
        if (fcntl(descriptor, F_GETFD) == -1 && open("/dev/null", O_RDONLY) != descriptor)
            _exit(nng_exit_status(NNG_ENVIRONMENT));
}

/* --help and --version stand for commands of their own. */
static enum nng_status run(const struct options *options, int *exit_status, struct nng_error *error)
{
    struct nng_text out = {0};
    struct style style = output_style(options);
    if (option_given(options, OPTION_HELP)) {
        help_text(options->command, &style, &out);
        return output_write(options, &out, error);
    }
    if (option_given(options, OPTION_VERSION)) {
        nng_text_add(&out, "nngrad " NNG_VERSION "\n");
        return output_write(options, &out, error);
    }
    if (options->command == NULL)
        return nng_fail(error, NNG_INPUT, "a command is missing");
    return options->command->run(options, exit_status, error);
}

int main(int argc, char **argv)
{
    keep_standard_descriptors();
    progress_catch_interrupt();
    crash_explain();
    gsl_set_error_handler_off();
    struct options options;
    struct nng_error error = {0};
    int exit_status = 0;
    bool understood = false;
    enum nng_status status = options_parse(argc, argv, &options, &error);
    if (status == NNG_OK) {
        understood = options.command != NULL;
        status = run(&options, &exit_status, &error);
    }
    if (status != NNG_OK) {
        diagnostic_print(&options, &error);
        if (!understood)
            diagnostic_note(&options, "'nngrad%s%s --help' explains", options.command != NULL ? " " : "",
                            options.command != NULL ? options.command->name : "");
        exit_status = nng_exit_status(status);
    }
    if (progress_was_interrupted())
        exit_status = nng_exit_status(NNG_INTERRUPTED);
    options_free(&options);
    return exit_status;
}
