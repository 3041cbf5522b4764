/* values.h - a value for every parameter, from a file and to a file: what the three formats share. */
#ifndef NNG_MODEL_VALUES_H
#define NNG_MODEL_VALUES_H

#include <nngrad/nngrad.h>

#include "base/memory.h"
#include "base/text.h"

/* A file being read into values (parameter_count, theta's order). */
struct nng_values {
    const struct nng_model *model;
    const char *shown;    /* the file's name in messages */
    bool allow_nonfinite; /* a gradient may hold NaN: that is for the checker to judge */
    double *values;
    bool single;                /* single precision was found */
    struct nng_tensor *tensors; /* of the model */
    bool *seen;                 /* tensors that have been read */
    size_t tensor_count;
    struct nng_arena *arena; /* lives as long as the reading */
};

/* As nng_values_read, from bytes in memory. */
NNG_MUST_USE enum nng_status nng_values_parse(const struct nng_model *model, const char *bytes, size_t length,
                                              const char *shown, bool allow_nonfinite, double *values, bool *single,
                                              struct nng_error *error);

/* The formats. */
NNG_MUST_USE enum nng_status nng_values_parse_safetensors(struct nng_values *values, const char *bytes, size_t length,
                                                          struct nng_error *error);
NNG_MUST_USE enum nng_status nng_values_parse_json(struct nng_values *values, const char *bytes, size_t length,
                                                   struct nng_error *error);
NNG_MUST_USE enum nng_status nng_values_parse_csv(struct nng_values *values, const char *bytes, size_t length,
                                                  struct nng_error *error);

/* The model's tensor of that name, marked as seen; an unknown one is refused. */
NNG_MUST_USE enum nng_status nng_values_find(struct nng_values *values, const char *name,
                                             const struct nng_tensor **tensor, struct nng_error *error);

/* Refuses a tensor's shape ("3 x 4") by saying what is due. */
enum nng_status nng_values_fail_shape(const struct nng_values *values, const struct nng_tensor *tensor,
                                      const char *shape, struct nng_error *error);

/* Stores entry (row, col) as printed, from 0, unless it is not finite where it must be. */
NNG_MUST_USE enum nng_status nng_values_store(struct nng_values *values, const struct nng_tensor *tensor, size_t row,
                                              size_t col, double value, struct nng_error *error);

/* Refuses a file in which a tensor is missing. */
NNG_MUST_USE enum nng_status nng_values_check_complete(const struct nng_values *values, struct nng_error *error);

#endif
