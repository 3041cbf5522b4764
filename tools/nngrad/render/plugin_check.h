/* plugin_check.h - what the tests of a plugin found. */
#ifndef NNGRAD_PLUGIN_CHECK_H
#define NNGRAD_PLUGIN_CHECK_H

#include "options.h"
#include "render/plain.h"
#include "verdict/behaviour.h"

struct plugin_finding {
    const char *test;
    enum nng_behaviour_verdict verdict;
    char message[sizeof((struct nng_behaviour *)0)->message];
};

struct plugin_findings {
    const char *name;                  /* the plugin's */
    const char *file;                  /* the shared object */
    const char *kind;                  /* "loss", ...; NULL for one that was refused */
    const struct plugin_finding *list; /* in the order of the tests */
    size_t count;
    bool failed;                   /* one of them */
    bool named;                    /* it was found by its name, not given by its path */
    const struct options *options; /* of the command line */
};

void plugin_check_text(const struct plugin_findings *findings, const struct style *style, struct nng_text *out);
void plugin_check_markdown(const struct plugin_findings *findings, struct nng_text *out);
void plugin_check_json(const struct plugin_findings *findings, struct nng_text *out);

#endif
