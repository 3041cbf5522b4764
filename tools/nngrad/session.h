/* session.h - the model that a command line names: its file or the embedded one, and every change of its settings. */
#ifndef NNGRAD_SESSION_H
#define NNGRAD_SESSION_H

#include <nngrad/nngrad.h>

#include "base/text.h"
#include "options.h"

/* Opens nothing yet: the plugins of the search path with --plugin-path first. */
NNG_MUST_USE enum nng_status session_host(const struct options *options, struct nng_host **host,
                                          struct nng_error *error);

/* Reads the model (file NULL: the lecture's) with --loss, --optimizer, --seed and then each --set applied. */
NNG_MUST_USE enum nng_status session_model(const struct options *options, struct nng_host *host, const char *file,
                                           struct nng_model **model, struct nng_error *error);

/* Overrides of a command's own: those that --set may change further, and those that have the last word. */
struct session_changes {
    const struct nng_override *before, *after;
    size_t before_count, after_count;
};

NNG_MUST_USE enum nng_status session_changed_model(const struct options *options, struct nng_host *host,
                                                   const char *file, const struct session_changes *changes,
                                                   struct nng_model **model, struct nng_error *error);

/* NAME[:KEY=VALUE...] of an option as a group of libconfig, in the options' memory. */
NNG_MUST_USE enum nng_status session_group(const struct options *options, enum option_id id, const char *text,
                                           const char **group, struct nng_error *error);

/* Adds a word of a shell's command line, quoted where it must be, after a space. */
void session_add_word(struct nng_text *command, const char *word);

/* Adds the model as the user named it (NULL: the lecture's), with every change of its settings. */
void session_add_model(const struct options *options, const char *file, struct nng_text *command);

#endif
