/* config.h - from the settings of model.cfg to a model: one function a group. */
#ifndef NNG_MODEL_CONFIG_H
#define NNG_MODEL_CONFIG_H

#include "model/setting.h"

enum {
    NNG_PARAMETERS_LIMIT = 100000000, /* of theta: 0.8 GB */
    NNG_VALUES_LIMIT = 1000000000     /* samples x units of all layers */
};

/* The same from memory, where @include is refused. name is what messages call it. */
NNG_MUST_USE enum nng_status nng_model_of_text(struct nng_host *host, const char *name, const char *text, size_t length,
                                               const struct nng_override *overrides, size_t count,
                                               struct nng_model **model, struct nng_error *error);

/* Replaces or adds the settings that the overrides name, in the tree. */
NNG_MUST_USE enum nng_status nng_config_override(struct nng_config *config, const struct nng_override *overrides,
                                                 size_t count, struct nng_error *error);

/* `path` as it is opened: relative to the file that the setting stands in; one from the command line as it is. */
NNG_MUST_USE enum nng_status nng_config_path(const struct nng_config *config, const config_setting_t *setting,
                                             const char **path, struct nng_error *error);

/* network and init (NULL: none given): the layers, theta. Then network.parameters. */
NNG_MUST_USE enum nng_status nng_config_network(const struct nng_config *config, const config_setting_t *network,
                                                const config_setting_t *init, struct nng_error *error);

/* data, after network and loss: training and validation samples. */
NNG_MUST_USE enum nng_status nng_config_data(const struct nng_config *config, const config_setting_t *data,
                                             struct nng_error *error);

/* What stands before and behind a path in model->settings. */
enum { NNG_PATH_MARK = 1 };

/* model->settings, once everything was read and found right. */
NNG_MUST_USE enum nng_status nng_config_describe(const struct nng_config *config, struct nng_error *error);

/* A text in quotes, as a model file holds it. */
void nng_config_quote(struct nng_text *text, const char *string);

#endif
