/* help.h - what --help says. */
#ifndef NNGRAD_HELP_H
#define NNGRAD_HELP_H

#include "command.h"
#include "render/plain.h"

/* Of one command; NULL: of the program. */
void help_text(const struct command *command, const struct style *style, struct nng_text *out);

#endif
