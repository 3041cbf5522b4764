/* setting.h - typed reading of a model's settings: tables of known keys, and one diagnostic for whatever is wrong. */
#ifndef NNG_MODEL_SETTING_H
#define NNG_MODEL_SETTING_H

#include <libconfig.h>

#include "model/source.h"

/* What all the readers of one model share. */
struct nng_config {
    struct nng_host *host;
    struct nng_source *source;
    config_t tree; /* a setting that an override made has the override as its hook */
    struct nng_model *model;
    struct nng_arena *arena; /* the model's */
};

/* The override that made a setting, or what it stands in; NULL: a file did. */
const struct nng_override *nng_setting_override(const config_setting_t *setting);

/* Blames a setting: the place it was read from, or the override that made it. */
enum nng_status nng_setting_fail(const struct nng_config *config, const config_setting_t *setting,
                                 struct nng_error *error, const char *format, ...) NNG_PRINTF(4, 5);

/* The same with the text of another error, which stays as it is when it has a line of its own in some other file, or is
 * none of the setting's fault. */
enum nng_status nng_setting_pass_on(const struct nng_config *config, const config_setting_t *setting,
                                    const struct nng_error *inner, struct nng_error *error);

/* What messages call a setting: "train.epochs", "layer 2: weights". */
enum { NNG_SETTING_NAME = 160 };
const char *nng_setting_name(const config_setting_t *setting, char name[NNG_SETTING_NAME]);

/* "SETTING is VALUE, expected WHAT" */
enum nng_status nng_setting_expected(const struct nng_config *config, const config_setting_t *setting, const char *what,
                                     struct nng_error *error);

/* For the analyser, as in base/error.h. */
#if defined(__clang_analyzer__) && !defined(NNG_MODEL_SETTING_C)
#define nng_setting_fail(...) (nng_setting_fail(__VA_ARGS__), NNG_INPUT)
#define nng_setting_expected(...) (nng_setting_expected(__VA_ARGS__), NNG_INPUT)
#endif

/* ---- single values ------------------------------------------------------------------------------------------ */

enum nng_key_kind {
    NNG_KEY_OTHER,   /* read by hand */
    NNG_KEY_REAL,    /* double */
    NNG_KEY_WHOLE,   /* size_t; min and max hold */
    NNG_KEY_SEED,    /* uint64_t, from 0 */
    NNG_KEY_BOOLEAN, /* bool */
    NNG_KEY_TEXT,    /* const char *, of the tree */
    NNG_KEY_CHOICE   /* an enum that counts from 0 in the order of `choices` */
};

/* A key of a group, and the field of a structure that takes its value. Ranges: [min, max], for reals too. */
struct nng_key {
    const char *name;
    enum nng_key_kind kind;
    size_t field; /* offsetof */
    double min, max;
    const char *const *choices;
    size_t choice_count;
};

/* Reads every member of a group that the table knows into `fields`; refuses members that it does not know. */
NNG_MUST_USE enum nng_status nng_setting_group(const struct nng_config *config, const config_setting_t *group,
                                               const struct nng_key *keys, size_t count, void *fields,
                                               struct nng_error *error);

/* Reads one value as a key of a table would. */
NNG_MUST_USE enum nng_status nng_setting_value(const struct nng_config *config, const config_setting_t *setting,
                                               const struct nng_key *key, void *field, struct nng_error *error);

NNG_MUST_USE enum nng_status nng_setting_number(const struct nng_config *config, const config_setting_t *setting,
                                                double *value, struct nng_error *error);
NNG_MUST_USE enum nng_status nng_setting_text(const struct nng_config *config, const config_setting_t *setting,
                                              const char **text, struct nng_error *error);

/* ---- lists --------------------------------------------------------------------------------------------------- */

/* ("x1", "x2"): texts, at least one, into the model's arena. */
NNG_MUST_USE enum nng_status nng_setting_texts(const struct nng_config *config, const config_setting_t *setting,
                                               const char *const **texts, size_t *count, struct nng_error *error);

/* (0.1, 0.2): exactly `count` numbers into `values`. `of` says what there are so many of: "units". */
NNG_MUST_USE enum nng_status nng_setting_vector(const struct nng_config *config, const config_setting_t *setting,
                                                size_t count, const char *of, double *values, struct nng_error *error);

/* The shape of ((1, 2), (3, 4)): a list of rows that are equally long; a ragged row is named. */
NNG_MUST_USE enum nng_status nng_setting_shape(const struct nng_config *config, const config_setting_t *setting,
                                               size_t *rows, size_t *cols, struct nng_error *error);

/* Its numbers; entry (i, j) goes to values[i * row_step + j * col_step]. */
NNG_MUST_USE enum nng_status nng_setting_matrix(const struct nng_config *config, const config_setting_t *setting,
                                                double *values, size_t row_step, size_t col_step,
                                                struct nng_error *error);

/* ---- methods ------------------------------------------------------------------------------------------------- */

/* "name", or { plugin = "name"; PARAMETER = ...; } where the keys named in `others` (NULL-terminated) are not the
 * plugin's. A path of a shared object is refused. */
NNG_MUST_USE enum nng_status nng_setting_method(const struct nng_config *config, const config_setting_t *setting,
                                                enum nng_plugin_kind kind, const char *const *others,
                                                struct nng_method *method, struct nng_error *error);

#endif
