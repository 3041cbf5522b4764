/* data.h - datasets: samples x with their targets y, from CSV files and from generators; splits and standardising.
 *
 * Everything is taken from the caller's arena. An error in a file says its name (and line); one about a setting (a
 * column that does not exist, an unknown generator) leaves error->file empty, and the caller says where it stands.
 */
#ifndef NNG_MODEL_DATA_H
#define NNG_MODEL_DATA_H

#include <nngrad/nngrad.h>

#include "base/memory.h"

/* A column is named by the header's text, or by its number from 1 ("2") when there is no header or no such name. */
struct nng_csv_spec {
    const char *path;  /* what is opened */
    const char *shown; /* what messages and data->source call it; NULL: path */
    bool header;       /* the first row names the columns */
    const char *const *inputs;
    size_t input_count; /* 0: all columns that are no targets */
    const char *target; /* one column of class labels, or NULL */
    const char *const *targets;
    size_t target_count;         /* columns of numbers; exactly one of target and targets is given */
    size_t outputs;              /* the network's outputs; 0: as many as there are classes */
    size_t classes;              /* how many classes there are; 0: as many as outputs */
    const struct nng_data *like; /* the training data, whose classes this file must use; NULL: this is it */
};

/* Reads a CSV file (RFC 4180: quotes, CRLF; a BOM and blank lines are skipped). Every number must be finite.
 *
 * Class labels are whole numbers from 0 (class k is output k), or texts (output k is the k-th class in sorted order:
 * strcmp), never a mixture. y is one-hot; for outputs = 1 it is the single column of 0 and 1.
 * lines (may be NULL): the line of the file that each sample begins on. */
NNG_MUST_USE enum nng_status nng_data_csv(struct nng_arena *arena, const struct nng_csv_spec *spec,
                                          struct nng_data *data, size_t **lines, struct nng_error *error);

/* The same from bytes in memory; spec->path is only shown. */
NNG_MUST_USE enum nng_status nng_data_csv_parse(struct nng_arena *arena, const struct nng_csv_spec *spec,
                                                const char *bytes, size_t length, struct nng_data *data, size_t **lines,
                                                struct nng_error *error);

/* The largest CSV file. */
#define NNG_CSV_FILE_MAX ((size_t)1 << 31)

/* The largest dataset that a generator makes. */
#define NNG_SAMPLES_MAX ((size_t)10000000)

/* A dataset by its formula (generate.c has them), the same for the same seed:
 *
 *   and or xor majority    the corners of {0,1}^2 (majority: ^3) in turn, and their 0/1 label
 *   circles moons spirals  two classes in the plane
 *   blobs                  as many Gaussian clusters as outputs (2 for a single output, 4 for outputs = 0)
 *   sine                   y = sin x, a real target
 *
 * samples 0: the corners once each, else 200. noise: the standard deviation of what is added to the inputs (sine: to
 * the target), NAN: the generator's own. outputs 0 or 1 gives two classes as one 0/1 column, 2 as one-hot. */
NNG_MUST_USE enum nng_status nng_data_generate(struct nng_arena *arena, const char *generator, size_t samples,
                                               double noise, uint64_t seed, size_t outputs, struct nng_data *data,
                                               struct nng_error *error);

/* Moves round(fraction * samples) samples, drawn by the seed, from data to validation; both keep their order and at
 * least one sample. 0 < fraction < 1. Check the targets before: line numbers do not survive this. */
NNG_MUST_USE enum nng_status nng_data_split(struct nng_arena *arena, struct nng_data *data, double fraction,
                                            uint64_t seed, struct nng_data *validation, struct nng_error *error);

/* x = (x - mean) / std, column by column, by the mean and standard deviation (divided by N) of `data`, in data and in
 * validation (NULL or no samples: none). A column that is constant in data is only centred. */
NNG_MUST_USE enum nng_status nng_data_standardize(struct nng_data *data, struct nng_data *validation,
                                                  struct nng_error *error);

/* Refuses targets that the loss does not accept (loss->loss->target): "sample 3: targets sum to 0.9, but loss
 * 'cross_entropy' needs a distribution (nonnegative, sum 1)". lines and file (may be NULL) give the place. */
NNG_MUST_USE enum nng_status nng_data_check_targets(const struct nng_data *data, const size_t *lines, const char *file,
                                                    const struct nng_plugin *loss, struct nng_error *error);

#endif
