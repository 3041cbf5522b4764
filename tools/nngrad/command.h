/* command.h - the command table: what `nngrad NAME` runs, and what its help says.
 *
 * A command is one file in commands/ and one line in the table of main.c. (The library's names begin with nng_; the
 * tool's own do not.)
 */
#ifndef NNGRAD_COMMAND_H
#define NNGRAD_COMMAND_H

#include <nngrad/nngrad.h>

#include "options.h"

struct command {
    const char *name;
    /* Runs the command. *exit_status stays 0 when all is well and is 1 after a check that failed. */
    enum nng_status (*run)(const struct options *options, int *exit_status, struct nng_error *error);
    const char *arguments;         /* as help shows them: "[MODEL]" */
    size_t least, most;            /* how many arguments it takes */
    unsigned formats;              /* bits 1u << enum format that --format may name */
    const enum option_id *options; /* its own, ended by OPTION_COUNT; NULL for none */
    const char *summary;           /* one line, lower case */
    const char *description;       /* what `nngrad NAME --help` says; paragraphs parted by '\n' */
};

extern const struct command commands[];
extern const size_t command_count;

const struct command *command_find(const char *name); /* NULL if there is none */

/* "unknown command 'inspcet' (did you mean 'inspect'?)" */
NNG_MUST_USE enum nng_status command_refuse(const char *name, struct nng_error *error);

/* What the first argument of a command may be, for its help: the k-th; false after the last. */
struct topic {
    const char *name, *arguments, *summary;
};
bool command_topic(const struct command *command, size_t k, struct topic *topic);
bool plot_topic(size_t k, struct topic *topic);

enum nng_status inspect_run(const struct options *options, int *exit_status, struct nng_error *error);
enum nng_status check_run(const struct options *options, int *exit_status, struct nng_error *error);
enum nng_status explain_run(const struct options *options, int *exit_status, struct nng_error *error);
enum nng_status train_run(const struct options *options, int *exit_status, struct nng_error *error);
enum nng_status compare_run(const struct options *options, int *exit_status, struct nng_error *error);
enum nng_status plugin_run(const struct options *options, int *exit_status, struct nng_error *error);
enum nng_status plot_run(const struct options *options, int *exit_status, struct nng_error *error);
enum nng_status verify_run(const struct options *options, int *exit_status, struct nng_error *error);
enum nng_status export_run(const struct options *options, int *exit_status, struct nng_error *error);
enum nng_status chapter_run(const struct options *options, int *exit_status, struct nng_error *error);
enum nng_status help_run(const struct options *options, int *exit_status, struct nng_error *error);

#endif
