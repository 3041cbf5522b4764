/* verify.h - the check of a derivation that stands in memory. */
#ifndef NNG_DERIVATION_VERIFY_H
#define NNG_DERIVATION_VERIFY_H

#include <nngrad/nngrad.h>

/* As nng_verify; `file` is what messages call it, and where a model is looked for. */
NNG_MUST_USE enum nng_status nng_verify_text(struct nng_host *host, const char *file, const char *text, size_t length,
                                             const struct nng_verify_options *options,
                                             struct nng_verification **verification, struct nng_error *error);

#endif
