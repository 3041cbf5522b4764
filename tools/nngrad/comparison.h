/* comparison.h - several trainings of one model, from the same start over the same batches, side by side. */
#ifndef NNGRAD_COMPARISON_H
#define NNGRAD_COMPARISON_H

#include <nngrad/nngrad.h>

#include "options.h"
#include "progress.h"
#include "render/plain.h"

/* What is varied: --optimizers, --losses, or one --over. */
struct axis {
    const char *title;   /* "optimizer", "loss", or the path of a setting */
    const char *path;    /* of the setting */
    const char **texts;  /* the values as typed; */
    const char **values; /* as settings */
    size_t count;
    bool is_setting; /* --over: it has the last word */
};

/* One training. */
struct contest {
    const size_t *choice; /* for each axis, which of its values */
    struct nng_model *model;
    struct nng_training *training;
    struct nng_outcome outcome;
    double *losses; /* losses[e]: of row e; a curve */
    size_t row_count, row_room;
    struct nng_text history; /* what its history.csv would hold, if there is to be a plot */
    double seconds;          /* NAN where output is to be reproducible */
    double level;            /* a loss that trainings with this loss plugin are compared at */
    size_t reached;          /* the first row that is as low; SIZE_MAX: none */
    size_t dead, units;      /* with --units, of all layers; units is 0 where they were not counted */
    double saturated;        /* the share of all outputs */
};

struct comparison {
    const struct options *options;
    struct nng_host *host;
    struct axis *axes;
    size_t axis_count;
    struct contest *contests;
    size_t contest_count; /* those that were begun */
    struct progress progress;
    size_t total; /* how many there are to be */
    bool plotted; /* there is to be a plot */
};

/* Fills axes and total from the options. Errors: NNG_INPUT. */
NNG_MUST_USE enum nng_status comparison_axes(struct comparison *comparison, struct nng_error *error);

/* A curve for each training, and a panel for each loss. */
struct figure;
NNG_MUST_USE enum nng_status comparison_draw(const struct comparison *comparison, struct figure *figure,
                                             struct nng_error *error);

void comparison_text(const struct comparison *comparison, const struct style *style, struct nng_text *out);
void comparison_markdown(const struct comparison *comparison, const struct style *style, struct nng_text *out);
void comparison_csv(const struct comparison *comparison, struct nng_text *out);
void comparison_json(const struct comparison *comparison, struct nng_text *out);

#endif
