/* help.h - what --help says. */
#ifndef NNGRAD_HELP_H
#define NNGRAD_HELP_H

#include "command.h"
#include "render/plain.h"

/* What the program is, in a line. */
extern const char help_summary[];

/* What each exit status means; the last one has no meaning. */
extern const struct help_status {
    int number;
    const char *meaning;
} help_statuses[];

/* Of one command; NULL: of the program. */
void help_text(const struct command *command, const struct style *style, struct nng_text *out);

/* All of it as the manual page nngrad.1, and as what makes bash complete command lines. */
void help_man(struct nng_text *out);
void help_bash(struct nng_text *out);

/* The options of a command's own, or those of every command: fills ids (OPTION_COUNT), returns how many. */
size_t help_options(const struct command *command, bool own, enum option_id *ids);

/* What an option takes, "" for a switch; for --format of a command only what that command writes. */
void help_argument(struct nng_text *out, const struct command *command, enum option_id id);

#endif
