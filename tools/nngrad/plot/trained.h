/* trained.h - the model that a picture is of: a run's as it ended, or one that is trained for it, in memory. */
#ifndef NNGRAD_TRAINED_H
#define NNGRAD_TRAINED_H

#include <nngrad/nngrad.h>

#include "plot/kinds.h"
#include "progress.h"

struct trained {
    const char *name;              /* of the run or of the model, for legends */
    const char *run;               /* the run's directory; NULL: it is a model */
    struct nng_model *model;       /* theta: where a model starts, or where a run ended */
    struct nng_training *training; /* NULL: a run, or a model without an optimizer, which stands as it is */
    const double *theta;           /* where it ended */
    struct nng_text history;       /* of a training in memory: what history.csv would hold */
    const size_t *watched;         /* two parameters whose path is kept; NULL: none */
    double *path;                  /* path_rows x 2: by epoch */
    size_t path_rows, path_room;
    struct progress progress;
};

struct nng_arena;

/* Is the argument a run's directory? */
bool is_run(const char *argument);

/* The last part of a path. NULL: out of memory */
const char *path_name(struct nng_arena *memory, const char *path);

/* That of a run's directory; the whole of it where another argument has the same. In the options' memory; NULL: out of
 * memory */
const char *run_name(const struct plot_request *request, const char *argument);

/* Reads the model of an argument, RUN or MODEL; NULL: the lecture's. To be freed also after a failure. */
NNG_MUST_USE enum nng_status trained_open(struct trained *trained, const struct plot_request *request,
                                          const char *argument, struct nng_error *error);

/* Trains it, unless it is a run's. */
NNG_MUST_USE enum nng_status trained_learn(struct trained *trained, const struct options *options,
                                           struct nng_error *error);
void trained_free(struct trained *trained);

#endif
