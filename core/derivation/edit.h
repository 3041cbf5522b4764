/* edit.h - small edits of an expression: the mistakes that people make, and their repairs. */
#ifndef NNG_DERIVATION_EDIT_H
#define NNG_DERIVATION_EDIT_H

#include "derivation/ast.h"

/* Kinds of edits, in the order in which repairs are tried. The comment says what was wrong when the edit repairs it. */
enum nng_edit_kind {
    NNG_EDIT_SUM,       /* missing-path: one fixed entry stands where all of them must be summed; a batch's sum */
    NNG_EDIT_SIGN,      /* sign */
    NNG_EDIT_FACTOR,    /* factor: 2, 1/2, N, 1/N */
    NNG_EDIT_TRANSPOSE, /* transpose */
    NNG_EDIT_ORDER,     /* order of the operands */
    NNG_EDIT_DROP,      /* spurious-factor */
    NNG_EDIT_REPLACE,   /* wrong-argument */
    NNG_EDIT_MULTIPLY,  /* missing-factor */
    NNG_EDIT_ADD,       /* missing-path: a term is missing */
    NNG_EDIT_OPERATOR,  /* shape: a matrix product for one entry by entry, or the reverse */
    NNG_EDIT_SLOPE,     /* wrong-argument: another function's slope, h (1 - h) for 1 - h^2 */
    NNG_EDIT_ONE_PATH,  /* spurious-factor: a sum stands where one of its terms belongs */
    NNG_EDIT_KINDS
};

/* The cause that a repair by this kind of edit names. */
const char *nng_edit_cause(enum nng_edit_kind kind);

struct nng_editor {
    struct nng_arena *arena; /* of the edited trees */
    const struct nng_program *program;
    struct nng_letters *letters; /* of the statement; one more is made for new sums */
    int spare;                   /* that letter's index, -1: no room */
    struct nng_node **factors;   /* what may be missing or spurious, from the symbols in scope */
    size_t factor_count;
    struct nng_node **terms; /* likewise, as terms */
    size_t term_count;

    /* Gets every edited expression. NNG_INTERRUPTED ends the enumeration. */
    enum nng_status (*sink)(void *context, struct nng_node *edited, enum nng_edit_kind kind, const char *what);
    void *context;
    struct nng_error *error;
};

/* Collects the factors and terms in scope for a claim; the editor's arena and program are set. */
NNG_MUST_USE enum nng_status nng_editor_prepare(struct nng_editor *editor, const struct nng_claim_tree *claim);

/* Enumerates the edits of one kind, always in the same order. */
NNG_MUST_USE enum nng_status nng_edits(struct nng_editor *editor, const struct nng_node *root, enum nng_edit_kind kind);

#endif
