/* plugin_actions.h - what `nngrad plugin` can be asked for beside list and info: a file each in commands/. */
#ifndef NNGRAD_PLUGIN_ACTIONS_H
#define NNGRAD_PLUGIN_ACTIONS_H

#include <nngrad/nngrad.h>

#include "base/text.h"
#include "options.h"

/* Adds the results to `out`. *exit_status is as in struct command. */
typedef enum nng_status plugin_action(const struct options *options, struct nng_host *host, struct nng_text *out,
                                      int *exit_status, struct nng_error *error);

plugin_action plugin_new;
plugin_action plugin_build;
plugin_action plugin_check;

#endif
