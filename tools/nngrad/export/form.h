/* form.h - a plugin as Python writes it: what `nngrad export` knows about the methods that nngrad ships.
 *
 * The tables (numpy_forms.c, pytorch_forms.c) hold templates, in which $name stands for a name or a value of the
 * script: $a, $h, $dh of an activation; $yhat, $y, $a, $h of a loss; $axis, along which the units of a sample lie; and
 * the plugin's own parameters, $slope.
 */
#ifndef NNGRAD_EXPORT_FORM_H
#define NNGRAD_EXPORT_FORM_H

#include <nngrad/nngrad.h>

#include "base/text.h"

struct form {
    const char *plugin;
    const char *parameters; /* what the plugin's parameters must be called, parted by spaces; NULL for none */
    bool standard;          /* only when all of them have their default values */
    const char *choice;     /* only when that is chosen; NULL: whatever is */
    bool fused;             /* a loss together with the output activation, from the last a */
    const char *forward;    /* h; of a loss, its value for each sample */
    const char *backward;   /* dL/da from dL/dh; of a loss, dL_n/dyhat, or fused dL_n/da; NULL: autograd does it */
    const char *definition; /* the functions that `forward` calls; NULL for none */
    const char *derivative; /* those that only `backward` calls */
};

/* Ends with an entry whose plugin is NULL. The first form that fits is taken. */
extern const struct form numpy_activations[], numpy_losses[], pytorch_activations[], pytorch_losses[];

/* The form of a method, or NULL. */
const struct form *form_find(const struct form *table, const struct nng_method *method, bool fused);

/* What a mark stands for. A list of them ends with {NULL, NULL}. */
struct mark {
    const char *name, *text;
};

/* Adds a template with its marks replaced; parameters are the method's. */
void form_expand(const char *text, const struct mark *marks, const struct nng_method *method, struct nng_text *out);

#endif
