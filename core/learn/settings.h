/* settings.h - a model's settings as a file that stands somewhere else. */
#ifndef NNG_LEARN_SETTINGS_H
#define NNG_LEARN_SETTINGS_H

#include <nngrad/nngrad.h>

#include "base/text.h"

/* model->settings for a file in `directory`: the paths of data are relative to it where both have a folder in common,
 * else absolute; network.parameters is `parameters`. */
NNG_MUST_USE enum nng_status nng_settings_for(const struct nng_model *model, const char *directory,
                                              const char *parameters, struct nng_text *text, struct nng_error *error);

#endif
