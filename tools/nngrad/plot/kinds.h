/* kinds.h - the table of what `nngrad plot KIND` can draw. A kind is one file in this folder and one line in kinds.c.
 */
#ifndef NNGRAD_KINDS_H
#define NNGRAD_KINDS_H

#include <nngrad/nngrad.h>

#include "options.h"
#include "plot/figure.h"

/* What a kind is asked for. */
struct plot_request {
    const struct options *options;
    struct nng_host *host;
    const char *const *arguments; /* those after KIND: `least` to `most` of them */
    size_t argument_count;
};

struct plot_kind {
    const char *name;
    /* Adds what is to be seen to a figure that was opened; the caller has it drawn. */
    enum nng_status (*draw)(const struct plot_request *request, struct figure *figure, struct nng_error *error);
    const char *arguments;         /* as help shows them: "[MODEL]" */
    size_t least, most;            /* how many arguments it takes */
    const enum option_id *options; /* of the command's own, those that it heeds, ended by OPTION_COUNT; NULL for none */
    const char *summary;           /* one line, lower case */
};

/* NULL after the last. */
const struct plot_kind *plot_kind(size_t k);

enum nng_status plot_network(const struct plot_request *request, struct figure *figure, struct nng_error *error);
enum nng_status plot_matrix(const struct plot_request *request, struct figure *figure, struct nng_error *error);
enum nng_status plot_steps(const struct plot_request *request, struct figure *figure, struct nng_error *error);
enum nng_status plot_activation(const struct plot_request *request, struct figure *figure, struct nng_error *error);
enum nng_status plot_loss(const struct plot_request *request, struct figure *figure, struct nng_error *error);
enum nng_status plot_gradients(const struct plot_request *request, struct figure *figure, struct nng_error *error);
enum nng_status plot_ratios(const struct plot_request *request, struct figure *figure, struct nng_error *error);
enum nng_status plot_surface(const struct plot_request *request, struct figure *figure, struct nng_error *error);
enum nng_status plot_trajectory(const struct plot_request *request, struct figure *figure, struct nng_error *error);
enum nng_status plot_boundary(const struct plot_request *request, struct figure *figure, struct nng_error *error);
enum nng_status plot_units(const struct plot_request *request, struct figure *figure, struct nng_error *error);
enum nng_status plot_histogram(const struct plot_request *request, struct figure *figure, struct nng_error *error);

#endif
