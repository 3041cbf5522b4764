/* explanation.h - one derivative as the sum of its paths, written. */
#ifndef NNGRAD_EXPLANATION_H
#define NNGRAD_EXPLANATION_H

#include <nngrad/nngrad.h>

#include "render/plain.h"

/* What explain found out. */
struct explained {
    struct nng_model *model;
    const struct nng_explanation *explanation;
    const struct nng_entry *entry; /* the derivative of that sample's loss, judged */
    bool chosen;                   /* the sample was named on the command line */
    double all;                    /* the derivative of the loss of all samples */
};

/* How a node's or a local derivative's symbol is spelled. */
enum spelling { SPELL_TEXT, SPELL_TEX };

/* yhat_1 as ŷ_1 or \hat{y}_{1}. */
void explained_node(const struct explained *explained, const struct nng_path_node *node, enum spelling spelling,
                    struct nng_text *out);

/* What the k-th local derivative of a path is: x_1, sigmoid'(a_13), w_213; where it has no shorter name it stays
 * ∂ŷ_1/∂a_21. */
void explained_factor(const struct explained *explained, const struct nng_path *path, size_t k, enum spelling spelling,
                      struct nng_text *out);

/* The same as it stands in the chain rule: ∂a_13/∂w_131. */
void explained_link(const struct explained *explained, const struct nng_path *path, size_t k, enum spelling spelling,
                    struct nng_text *out);

void explained_text(const struct explained *explained, const struct style *style, struct nng_text *out);
void explained_json(const struct explained *explained, struct nng_text *out);
void explained_markdown(const struct explained *explained, const struct style *style, struct nng_text *out);
void explained_latex(const struct explained *explained, const struct style *style, struct nng_text *out);

#endif
