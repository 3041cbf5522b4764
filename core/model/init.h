/* init.h - random starts: theta by each layer's scheme. */
#ifndef NNG_MODEL_INIT_H
#define NNG_MODEL_INIT_H

#include <nngrad/nngrad.h>

/* "zeros", "constant", ..., indexed by enum nng_scheme: what is typed as init.scheme. */
enum { NNG_SCHEME_COUNT = NNG_HE_NORMAL + 1 };
extern const char *const nng_scheme_names[NNG_SCHEME_COUNT];

/* Fills model->theta from model->seed and each layer's init; explicit weights and files are written over it
 * afterwards. Layer l draws from a stream of its own (NNG_STREAM_INIT, l), so that the scheme of one layer does not
 * move the draws of another: first W_l in storage order (units x inputs, whatever the notation), then b_l if
 * init.biases; otherwise b_l = 0. A value that is not finite (bounds too large) is refused. */
NNG_MUST_USE enum nng_status nng_initialise(struct nng_model *model, struct nng_error *error);

#endif
