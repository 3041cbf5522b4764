/* script.h - the Python program that `nngrad export` writes: what NumPy's and PyTorch's have in common. */
#ifndef NNGRAD_EXPORT_SCRIPT_H
#define NNGRAD_EXPORT_SCRIPT_H

#include <nngrad/nngrad.h>

#include "base/text.h"
#include "export/form.h"

struct script;

/* What differs between the two. */
struct dialect {
    const char *word;   /* as the command line names it */
    const char *name;   /* as its authors spell it */
    const char *module; /* import lines */
    const char *array;  /* what makes an array of a list: "np.array" */
    const char *unit_matrix;
    const struct form *activations, *losses;
    bool
        columns; /* under out_in a sample is a column, and a bias too, as in W h + b; else a row, and biases are flat */
    bool autograd;       /* parameters ask for their gradients */
    const char *to_list; /* the gradient's tensors as lists */
    const char *number;  /* the loss as a number of Python's */
    void (*write_passes)(const struct script *script, struct nng_text *out);
};

extern const struct dialect numpy_dialect, pytorch_dialect;

struct script {
    const struct nng_model *model;
    const struct dialect *dialect;
    const struct form **activations; /* one a layer */
    const struct form *loss;
    const char *numbers_file; /* name of the file beside the script that holds the numbers; NULL: they stand inside */
    const char *gradient_file;
    const char *command; /* which judges the gradient */
    bool sample_columns; /* X, a_l and h_l have a column a sample */
};

/* Finds the form of every plugin: forms (layers of them) are filled. A plugin without one is an error that names it. */
NNG_MUST_USE enum nng_status script_find_forms(struct script *script, const struct form **forms,
                                               struct nng_error *error);

/* How many numbers the script needs: data and parameters. */
double script_number_count(const struct nng_model *model);

/* The program, and the file of numbers that it reads when numbers_file is set. */
void script_write(const struct script *script, struct nng_text *out);
void script_write_numbers(const struct script *script, struct nng_text *out);

/* ---- for the dialects ---------------------------------------------------------------------------------------- */

enum { SCRIPT_NAME_SIZE = 32, SCRIPT_SHAPE_SIZE = 64 };

/* h0, h1, ..., yhat */
const char *script_h(const struct script *script, size_t l, char name[SCRIPT_NAME_SIZE]);

/* "4 x N", or "N x 4" where samples are rows. */
const char *script_shape(const struct script *script, size_t units, char shape[SCRIPT_SHAPE_SIZE]);

void script_section(struct nng_text *out, const char *title);

/* "W1, W2", and the biases when they are penalised too */
void script_penalized(const struct script *script, struct nng_text *out);

#endif
