/* activation.h - one activation or loss drawn: its function and its derivative. */
#ifndef NNGRAD_ACTIVATION_H
#define NNGRAD_ACTIVATION_H

#include "plot/figure.h"

/* Adds both, side by side. Of an optimizer there is no such picture: NNG_INPUT. */
NNG_MUST_USE enum nng_status activation_draw(const struct nng_method *method, struct figure *figure,
                                             struct nng_error *error);

#endif
