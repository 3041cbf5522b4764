/* options.h - one table of options: it feeds the parsing, every --help, the manual page, and completion. */
#ifndef NNGRAD_OPTIONS_H
#define NNGRAD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nngrad/nngrad.h>

struct command;
struct nng_arena;

enum format { FORMAT_TEXT, FORMAT_CSV, FORMAT_JSON, FORMAT_MARKDOWN, FORMAT_LATEX };

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* The first ones are accepted by every command, before its name and after it: see GLOBAL_OPTIONS. */
enum option_id {
    OPTION_FORMAT,
    OPTION_OUTPUT,
    OPTION_SET,
    OPTION_LOSS,
    OPTION_OPTIMIZER,
    OPTION_SEED,
    OPTION_PLUGIN_PATH,
    OPTION_THREADS,
    OPTION_COLOR,
    OPTION_QUIET,
    OPTION_STRICT,
    OPTION_HELP,
    OPTION_VERSION,
    GLOBAL_OPTIONS,
    OPTION_MATRIX = GLOBAL_OPTIONS,
    OPTION_SYMBOLS,
    OPTION_HESSIAN,
    OPTION_PER_SAMPLE,
    OPTION_UNITS,
    OPTION_FULL,
    OPTION_SAMPLE,
    OPTION_DIGITS,
    OPTION_AGAINST,
    OPTION_PARAMETERS,
    OPTION_SAVE_GRADIENT,
    OPTION_SAVE_PARAMETERS,
    OPTION_TOLERANCE,
    OPTION_METHOD,
    OPTION_ALL,
    OPTION_SCREEN,
    OPTION_MEMORY,
    OPTION_KIND,
    OPTION_RUN,
    OPTION_RESUME,
    OPTION_FORCE,
    OPTION_CHECK_EVERY,
    OPTION_LEDGER,
    OPTION_RECORD,
    OPTION_OPTIMIZERS,
    OPTION_LOSSES,
    OPTION_OVER,
    OPTION_PLOT,
    OPTION_SHOW,
    OPTION_PARAM,
    OPTION_X,
    OPTION_Y,
    OPTION_LAYER,
    OPTION_POINTS,
    OPTION_CARRY,
    OPTION_EXPLAIN_LINE,
    OPTION_MODEL,
    OPTION_REQUIRE,
    OPTION_REVEAL,
    OPTION_PLANT,
    OPTION_FOR,
    OPTION_COUNT
};

enum option_type {
    SWITCH, /* takes no value */
    TEXT,   /* any text that is not empty */
    LIST,   /* the same, and may be given several times */
    CHOICE, /* one of the words of `argument`, which are parted by '|' */
    WHOLE,  /* low <= a whole number <= high */
    REAL    /* low < a number < high */
};

struct option {
    const char *name; /* without the two dashes */
    char letter;      /* its short form, or '\0' */
    enum option_type type;
    const char *argument; /* as help shows it; NULL for a switch */
    double low, high;
    const char *summary;
};

extern const struct option option_table[OPTION_COUNT];

struct option_value {
    bool given;
    size_t count;       /* LIST: of texts */
    const char **texts; /* as typed; the last one given is texts[count - 1] */
    size_t choice;      /* CHOICE: index of the word */
    uint64_t whole;     /* WHOLE */
    double real;        /* REAL */
};

struct options {
    const struct command *command; /* NULL: none was named */
    const char **arguments;
    size_t argument_count;
    struct option_value values[OPTION_COUNT];
    struct nng_arena *memory;
};

/* Reads a command line. Strings are those of argv. */
NNG_MUST_USE enum nng_status options_parse(int argc, char *const *argv, struct options *options,
                                           struct nng_error *error);
void options_free(struct options *options);

bool option_given(const struct options *options, enum option_id id);
const char *option_text(const struct options *options, enum option_id id); /* NULL when it was not given */

/* The format in force, text if none was named. */
enum format option_format(const struct options *options);

/* Words "a|b|c" one by one: the length of the k-th, and where it begins; 0 after the last. */
size_t choice_word(const char *words, size_t k, const char **word);

#endif
