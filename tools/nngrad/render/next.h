/* next.h - the last lines of a text: the command that one would want next. */
#ifndef NNGRAD_NEXT_H
#define NNGRAD_NEXT_H

#include "render/plain.h"

/* next: COMMAND, and below it the reason. Frees the command. */
void next_text(struct nng_text *out, const struct style *style, struct nng_text *command, const char *reason);

#endif
