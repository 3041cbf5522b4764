/* derivation.h - a verified derivation as text, JSON, CSV, Markdown and LaTeX. */
#ifndef NNGRAD_RENDER_DERIVATION_H
#define NNGRAD_RENDER_DERIVATION_H

#include <nngrad/nngrad.h>

#include "base/text.h"
#include "render/plain.h"

/* How much is told of a mistake. */
enum reveal { REVEAL_LINE, REVEAL_CAUSE, REVEAL_FIX };

/* One hand-in: what its check found, or why it could not be checked. */
struct hand_in {
    const char *file;
    struct nng_verification *verification; /* NULL: see error */
    struct nng_error error;
};

void derivation_text(const struct hand_in *hand_in, enum reveal reveal, const struct style *style,
                     struct nng_text *out);

/* What the words of the text mean, and the next command. */
void derivation_text_end(const struct hand_in *hand_ins, size_t count, enum reveal reveal, const struct style *style,
                         struct nng_text *out);

/* Both sides of the claim in that line, entry by entry; false when no claim stands there. */
bool derivation_text_line(const struct hand_in *hand_in, int line, const struct style *style, struct nng_text *out);

/* One object; of several hand-ins an array. */
void derivation_json(const struct hand_in *hand_ins, size_t count, enum reveal reveal, struct nng_text *out);

/* A line each: file, verdict, claims, false, first_false_line, cause, correction, missing, assumed, error. */
void derivation_csv(const struct hand_in *hand_ins, size_t count, enum reveal reveal, struct nng_text *out);

/* Typeset: false lines struck through, the correction beside them. */
void derivation_markdown(const struct hand_in *hand_in, enum reveal reveal, struct nng_text *out);
void derivation_latex(const struct hand_in *hand_ins, size_t count, enum reveal reveal, struct nng_text *out);

#endif
