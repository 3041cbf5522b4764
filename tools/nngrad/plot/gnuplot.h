/* gnuplot.h - speaking to gnuplot: its string literals; running it, by argv, never through a shell. */
#ifndef NNGRAD_GNUPLOT_H
#define NNGRAD_GNUPLOT_H

#include <nngrad/nngrad.h>

#include "base/text.h"

/* Adds a string literal of this text, which has no control characters, with a backslash before each character that is
 * in `marked`. */
void gnuplot_quote(struct nng_text *out, const char *text, const char *marked);

/* Runs `gnuplot -d -c FILE -`, or `gnuplot -d -` with the script as its input where file is NULL. *drawn is what it
 * wrote to standard output, said what it wrote to standard error, in one line. Errors (NNG_ENVIRONMENT): there is no
 * gnuplot; it failed, and what it said. */
enum { GNUPLOT_SAID = 600 };
NNG_MUST_USE enum nng_status gnuplot_run(const char *file, const struct nng_text *script, struct nng_text *drawn,
                                         char said[GNUPLOT_SAID], struct nng_error *error);

#endif
