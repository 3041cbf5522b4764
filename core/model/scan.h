/* scan.h - what the tokens (scan.c) and their grammar (grammar.c) share. */
#ifndef NNG_MODEL_SCAN_H
#define NNG_MODEL_SCAN_H

#include "model/source.h"

struct nng_scanner {
    struct nng_source *source;
    enum { NNG_EXPECT_SETTING, NNG_EXPECT_EQUALS, NNG_EXPECT_VALUE, NNG_AFTER_VALUE } expect;
    size_t depth;
    struct {
        char bracket; /* as written: { ( [ */
        size_t token, keys;
    } open[NNG_SOURCE_DEPTH + 1];           /* open[0] is the file itself, a group */
    size_t chain[NNG_SOURCE_INCLUDE_DEPTH]; /* the files being read, each included by the one before */
    size_t chain_length;
};

/* May this token follow those before it? Takes back the comma of (1, 2,). */
NNG_MUST_USE enum nng_status nng_grammar_check(struct nng_scanner *s, const struct nng_token *token,
                                               struct nng_error *error);
/* May the text end here? */
NNG_MUST_USE enum nng_status nng_grammar_end(const struct nng_scanner *s, struct nng_error *error);

/* A token's text, and how much of it a message shows. */
const char *nng_token_text(const struct nng_source *source, const struct nng_token *token);
int nng_token_shown(const struct nng_source *source, const struct nng_token *token);

#endif
