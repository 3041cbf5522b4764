/* output.h - where results go: standard output, or a file that is written whole or not at all. */
#ifndef NNGRAD_OUTPUT_H
#define NNGRAD_OUTPUT_H

#include <nngrad/nngrad.h>

#include "base/text.h"
#include "options.h"
#include "render/plain.h"

/* The width, colour and digits that the options, the environment and the terminal ask for. */
struct style output_style(const struct options *options);

/* The same for diagnostics: colour by what standard error is. */
struct style output_error_style(const struct options *options);

/* How many lines the terminal shows; 24 where there is none. */
size_t output_height(void);

/* Writes the text to standard output. */
NNG_MUST_USE enum nng_status output_write_standard(const struct nng_text *text, struct nng_error *error);

/* Is the same output wanted every time? Where SOURCE_DATE_EPOCH is set (reproducible-builds.org), nothing is said that
 * depends on how long something took. */
bool output_is_reproducible(void);

/* Writes the text to --output or standard output, and frees it. A text that failed is out of memory. */
NNG_MUST_USE enum nng_status output_write(const struct options *options, struct nng_text *text,
                                          struct nng_error *error);

#endif
