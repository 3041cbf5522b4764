/* probe.h - the loss after a change of one parameter, computed by what the change can reach.
 *
 * Changing W^l_ij by s changes one pre-activation of layer l, a_i by s h_j; one activation h_i; by a rank-1 update the
 * pre-activations of layer l+1; and only from there on whole layers. Many changes are stacked into one batch, so that
 * what is left is one matrix product and one plugin call for all of them.
 */
#ifndef NNG_CALCULUS_PROBE_H
#define NNG_CALCULUS_PROBE_H

#include "base/error.h"

/* The point that is probed: the model at theta on N samples, and everything of its forward pass. */
struct nng_prober {
    const struct nng_model *model;
    const double *theta;
    const double *x, *y; /* N x inputs, N x outputs */
    size_t samples;      /* N */
    struct nng_pass *pass;
    double **inputs;     /* inputs[l]: (inputs_l + 1) x N: h_{l-1}, input by input, and ones for the biases */
    int32_t **codes;     /* codes[l]: N x units_l, the smooth pieces; NULL where the activation has no kinks */
    int32_t *loss_codes; /* N x outputs, or NULL */
    bool kinks;          /* something has codes */
    bool complex;        /* every plugin in use has a complex form that is an independent witness */
    void *memory;
};

/* Runs the forward pass, and once more to see that it gives the same bits. Refuses a loss that is not finite, naming
 * the sample and the layer. */
enum nng_status nng_prober_new(const struct nng_model *model, const double *theta, const double *x, const double *y,
                               size_t samples, struct nng_prober **prober, struct nng_error *error);
void nng_prober_free(struct nng_prober *prober);

/* theta[index] + step. All probes of a call change the same tensor. */
struct nng_probe {
    size_t index;
    double step;
};

/* The arrays for up to `capacity` probes of one layer (from 1) at once: one for each thread. */
struct nng_bench;
enum nng_status nng_bench_new(const struct nng_prober *prober, size_t layer, size_t capacity, struct nng_bench **bench,
                              struct nng_error *error);
void nng_bench_free(struct nng_bench *bench);

/* Bytes that a bench for that layer takes for each probe. */
size_t nng_bench_bytes(const struct nng_prober *prober, size_t layer);

/* What probes leave behind, probe by probe: count x N. The arrays are the bench's. */
struct nng_probed {
    const double *values;     /* each sample's loss, unreduced; NaN where a plugin refuses what the step leads to */
    const uint64_t *branches; /* a digest of the smooth pieces that everything is on which the change can reach */
};

enum nng_status nng_probe(const struct nng_prober *prober, struct nng_bench *bench, const struct nng_probe *probes,
                          size_t count, struct nng_probed *probed, struct nng_error *error);

/* What a plugin says of a step that it refuses, in refusal->text; empty where none does. */
enum nng_status nng_probe_refusal(const struct nng_prober *prober, struct nng_bench *bench, struct nng_probe probe,
                                  struct nng_error *refusal);

/* As nng_probe, as far as the pre-activations of the output layer: outputs: count x N x outputs. */
enum nng_status nng_probe_outputs(const struct nng_prober *prober, struct nng_bench *bench,
                                  const struct nng_probe *probes, size_t count, const double **outputs,
                                  const uint64_t **branches, struct nng_error *error);

/* The losses that pre-activations of the output layer (copied from a: count x N x outputs) lead to. */
enum nng_status nng_probe_losses(const struct nng_prober *prober, struct nng_bench *bench, const double *a,
                                 size_t count, const double **values, struct nng_error *error);

/* The digests of the unchanged network for what a change of theta[index] can reach: branches: N. */
void nng_probe_centre(const struct nng_prober *prober, size_t index, uint64_t *branches);

/* The complex step: slopes[p] = Im(data loss at theta + i s e_index) / s with s = 1e-100, reduced. Only if
 * prober->complex. */
enum nng_status nng_probe_complex(const struct nng_prober *prober, struct nng_bench *bench, const size_t *indices,
                                  size_t count, double *slopes, struct nng_error *error);

#endif
