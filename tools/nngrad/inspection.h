/* inspection.h - what inspect and check found out about a model: what every renderer is given. */
#ifndef NNGRAD_INSPECTION_H
#define NNGRAD_INSPECTION_H

#include <nngrad/nngrad.h>

#include "base/text.h"
#include "options.h"
#include "render/matrix.h"
#include "render/plain.h"

struct inspection {
    const char *command; /* "inspect" or "check" */
    struct nng_host *host;
    struct nng_model *model;
    struct nng_pass *pass;           /* all samples */
    double *theta;                   /* where everything is computed */
    double *backpropagated;          /* our own gradient */
    double *theirs;                  /* somebody else's; NULL: our own is judged */
    const double *judged;            /* the gradient under judgement: one of these two */
    const char *against;             /* the file that somebody else's came from, or NULL */
    bool single;                     /* it held single precision */
    struct nng_report *report;       /* inspect: of every entry */
    struct nng_activity *activities; /* one a layer; NULL: not wanted */
    struct nng_spread *spread;       /* of the samples' own gradients; NULL: not wanted */
    struct nng_hessian *hessian;     /* NULL: not wanted */
    struct matrix matrix;
    size_t sample;              /* whose values are shown, from 0 */
    bool one_sample;            /* programs are given that sample's values only */
    bool full;                  /* elide nothing */
    bool all;                   /* list passing entries too */
    const char *model_argument; /* as typed; NULL for the embedded model */
    const struct options *options;
};

/* Reads the model, and the files of values that the options name. To be freed also when it fails. */
NNG_MUST_USE enum nng_status inspection_read(const struct options *options, struct inspection *inspection,
                                             struct nng_error *error);

/* Runs both passes and judges the gradient. */
NNG_MUST_USE enum nng_status inspection_compute(const struct options *options, struct inspection *inspection,
                                                struct nng_error *error);
void inspection_free(struct inspection *inspection);

/* The entry of theta's index; NULL where the report holds none. */
const struct nng_entry *inspection_entry(const struct inspection *inspection, size_t index);

/* Is the Hessian symmetric, and its trace that of the loss alone? */
bool inspection_hessian_agrees(const struct inspection *inspection);

/* The exit status that the verdict asks for: 1 after a fail; when strict also after anything not fully proved. */
int inspection_exit_status(const struct inspection *inspection, bool strict);

/* Writes it in one format. */
void inspect_text(const struct inspection *inspection, const struct style *style, struct nng_text *out);
void check_text(const struct inspection *inspection, const struct style *style, struct nng_text *out);
void symbols_text(const struct inspection *inspection, const struct style *style, struct nng_text *out);
void report_json(const struct inspection *inspection, bool symbols, struct nng_text *out);
void report_csv(const struct inspection *inspection, struct nng_text *out);
void symbols_csv(const struct inspection *inspection, struct nng_text *out);
void inspect_markdown(const struct inspection *inspection, const struct style *style, struct nng_text *out);
void check_markdown(const struct inspection *inspection, const struct style *style, struct nng_text *out);
void symbols_markdown(const struct inspection *inspection, struct nng_text *out);
void spread_csv(const struct inspection *inspection, struct nng_text *out);
void hessian_csv(const struct inspection *inspection, struct nng_text *out);
void inspect_latex(const struct inspection *inspection, const struct style *style, bool symbols, struct nng_text *out);

#endif
