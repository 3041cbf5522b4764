/* functions.h - which activations or losses are drawn: those of a model, or those that are named. */
#ifndef NNGRAD_FUNCTIONS_H
#define NNGRAD_FUNCTIONS_H

#include "plot/kinds.h"

enum { MOST_FUNCTIONS = 16 };

struct function {
    struct nng_method method;
    double y; /* of a loss: the target */
};

/* All are activations, or all are losses. */
struct functions {
    struct function list[MOST_FUNCTIONS];
    size_t count;
    struct nng_model *model; /* whose they are; NULL: they were named */
};

/* Reads arguments that are models or NAME[:KEY=VALUE...]; without any, the functions are those of the embedded model.
 * To be freed also when it fails. */
NNG_MUST_USE enum nng_status functions_read(const struct plot_request *request, struct functions *functions,
                                            struct nng_error *error);
void functions_free(struct functions *functions);

/* Adds one, a loss once for each of the targets that it is made for. */
NNG_MUST_USE enum nng_status functions_add(struct functions *functions, const struct nng_method *method,
                                           struct nng_error *error);

#endif
