/* next.c - the last lines of a text: the command that one would want next. */
#include "render/next.h"

#include <string.h>

void next_text(struct nng_text *out, const struct style *style, struct nng_text *command, const char *reason)
{
    size_t column = strlen("next: ");
    nng_text_add(out, "\n");
    plain_add(out, style, INK_TITLE, "next:");
    nng_text_add(out, " ");
    plain_wrap_command(out, style, column, plain_part(out, command));
    plain_space(out, column);
    plain_wrap(out, style, column, column, reason);
    nng_text_free(command);
}
