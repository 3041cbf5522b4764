/* config.c - nng_model_read: from the text of model.cfg to a model.
 *
 *     bytes --source.c, scan.c--> tokens --libconfig--> settings --override.c--> settings --here--> struct nng_model
 */
#include "model/config.h"

#include <float.h>
#include <string.h>

#include "base/error.h"

enum nng_status nng_config_path(const struct nng_config *config, const config_setting_t *setting, const char **path,
                                struct nng_error *error)
{
    const char *text = NULL;
    enum nng_status status = nng_setting_text(config, setting, &text, error);
    if (status != NNG_OK)
        return status;
    if (*text == '\0')
        return nng_setting_expected(config, setting, "the name of a file", error);
    const char *from = ""; /* the command line */
    if (nng_setting_override(setting) == NULL)
        from = config->source->files[config->source->tokens[setting->line - 1].file].name;
    *path = nng_source_relative(config->arena, from, text);
    return *path != NULL ? NNG_OK : nng_fail_memory(error);
}

/* ---- loss, regularization, optimizer ------------------------------------------------------------------------ */

/* Loss and output activation have a common form, an exact rewriting, only at the activation's default parameters. */
static bool can_fuse(const struct nng_method *loss, const struct nng_method *activation)
{
    const struct nng_loss *form = loss->plugin->loss;
    if (form->fused == NULL || form->fused_with == NULL || strcmp(form->fused_with, activation->plugin->name) != 0)
        return false;
    for (size_t i = 0; i < activation->plugin->parameter_count; i++)
        if (activation->values[i] != activation->plugin->parameters[i].standard)
            return false;
    return true;
}

static enum nng_status read_loss(const struct nng_config *config, const config_setting_t *loss, struct nng_error *error)
{
    static const char *const others[] = {"reduction", NULL}, *const reductions[] = {"mean", "sum"};
    static const struct nng_key reduction = {"reduction", NNG_KEY_CHOICE, 0, 0, 0, reductions, 2};
    enum nng_status status = NNG_OK;
    struct nng_model *model = config->model;
    NNG_TRY(nng_setting_method(config, loss, NNG_LOSS, others, &model->loss, error));
    if (loss->type == CONFIG_TYPE_GROUP && config_setting_get_member(loss, "reduction") != NULL)
        NNG_TRY(nng_setting_value(config, config_setting_get_member(loss, "reduction"), &reduction, &model->reduction,
                                  error));
    model->fused = can_fuse(&model->loss, &model->layers[model->layer_count - 1].activation);
fail:
    return status;
}

static enum nng_status read_regularization(const struct nng_config *config, const config_setting_t *group,
                                           struct nng_error *error)
{
    static const struct nng_key keys[] = {
        {.name = "l1", .kind = NNG_KEY_REAL, .field = offsetof(struct nng_model, l1), .max = DBL_MAX},
        {.name = "l2", .kind = NNG_KEY_REAL, .field = offsetof(struct nng_model, l2), .max = DBL_MAX},
        {.name = "biases", .kind = NNG_KEY_BOOLEAN, .field = offsetof(struct nng_model, penalize_biases)},
    };
    return nng_setting_group(config, group, keys, sizeof keys / sizeof keys[0], config->model, error);
}

static enum nng_status read_optimizer(const struct nng_config *config, const config_setting_t *optimizer,
                                      struct nng_error *error)
{
    static const char *const others[] = {NULL};
    return nng_setting_method(config, optimizer, NNG_OPTIMIZER, others, &config->model->optimizer, error);
}

/* ---- train, check ------------------------------------------------------------------------------------------- */

/* Without a group train: 100 passes over all the data at once, whatever the loss. */
static const struct nng_train_settings train_standard = {
    .epochs = 100, .loss_below = -1e308, .shuffle = true, .seed = 1};

static enum nng_status read_train(const struct nng_config *config, const config_setting_t *group,
                                  struct nng_error *error)
{
    static const char *const schedules[] = {"constant", "step", "exponential", "cosine"};
#define TRAIN(member) .name = #member, .field = offsetof(struct nng_train_settings, member)
    static const struct nng_key keys[] = {
        {TRAIN(epochs), .kind = NNG_KEY_WHOLE, .max = 1e9},
        {TRAIN(loss_below), .kind = NNG_KEY_REAL, .min = -1e308, .max = DBL_MAX},
        {TRAIN(batch), .kind = NNG_KEY_WHOLE, .max = 1e9},
        {TRAIN(shuffle), .kind = NNG_KEY_BOOLEAN},
        {TRAIN(seed), .kind = NNG_KEY_SEED},
        {TRAIN(schedule), .kind = NNG_KEY_CHOICE, .choices = schedules, .choice_count = 4},
        {TRAIN(warmup), .kind = NNG_KEY_WHOLE, .max = 1e9},
        {TRAIN(clip), .kind = NNG_KEY_REAL, .max = DBL_MAX},
        {TRAIN(patience), .kind = NNG_KEY_WHOLE, .max = 1e9},
    };
#undef TRAIN
    enum nng_status status = NNG_OK;
    const struct nng_model *model = config->model;
    NNG_TRY(nng_setting_group(config, group, keys, sizeof keys / sizeof keys[0], &config->model->train, error));
    if (model->train.batch > model->data.samples)
        NNG_TRY(nng_setting_fail(config, config_setting_get_member(group, "batch"), error,
                                 "train.batch is %zu, but there %s only %zu sample%s to train on", model->train.batch,
                                 model->data.samples == 1 ? "is" : "are", model->data.samples,
                                 model->data.samples == 1 ? "" : "s"));
    if (model->train.patience > 0 && model->validation.samples == 0)
        NNG_TRY(nng_setting_fail(config, config_setting_get_member(group, "patience"), error,
                                 "train.patience waits for the validation loss, but there is no data.validation"));
fail:
    return status;
}

static enum nng_status read_check(const struct nng_config *config, const config_setting_t *group,
                                  struct nng_error *error)
{
    static const char *const methods[] = {"ladder", "central", "forward", "gsl", "complex"};
    static const struct nng_key keys[] = {
        {.name = "tolerance",
         .kind = NNG_KEY_REAL,
         .field = offsetof(struct nng_model, tolerance),
         .min = DBL_EPSILON,
         .max = 1},
        {.name = "method",
         .kind = NNG_KEY_CHOICE,
         .field = offsetof(struct nng_model, method),
         .choices = methods,
         .choice_count = 5},
    };
    return nng_setting_group(config, group, keys, sizeof keys / sizeof keys[0], config->model, error);
}

/* ---- the whole ---------------------------------------------------------------------------------------------- */

static bool is_name_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
}

/* A name becomes the name of a directory, runs/NAME: it never begins with a dot or a dash. */
static bool is_name(const char *name)
{
    size_t length = 0;
    while (is_name_character(name[length]))
        length++;
    return name[length] == '\0' && length > 0 && length <= 100 && name[0] != '.' && name[0] != '-';
}

/* The file's name without folder and ending; what a name may not have becomes '_'. */
static char *name_of_file(struct nng_arena *arena, const char *file)
{
    const char *base = strrchr(file, '/') != NULL ? strrchr(file, '/') + 1 : file, *dot = strrchr(base, '.');
    size_t length = dot != NULL && dot != base ? (size_t)(dot - base) : strlen(base);
    char *name = nng_arena_text_n(arena, base, length > 100 ? 100 : length);
    for (char *c = name; c != NULL && *c != '\0'; c++)
        if (!is_name_character(*c) || (c == name && (*c == '.' || *c == '-')))
            *c = '_';
    return name;
}

static enum nng_status read_name(const struct nng_config *config, const config_setting_t *setting,
                                 struct nng_error *error)
{
    struct nng_model *model = config->model;
    const char *text = NULL;
    enum nng_status status = NNG_OK;
    if (setting == NULL) {
        model->name = name_of_file(config->arena, config->source->files[0].name);
    } else {
        NNG_TRY(nng_setting_text(config, setting, &text, error));
        if (!is_name(text))
            NNG_TRY(nng_setting_expected(
                config, setting, "letters, digits, '.', '_' and '-', at most 100, beginning with none of '.-'", error));
        model->name = nng_arena_text(config->arena, text);
    }
    if (model->name == NULL)
        NNG_TRY(nng_fail_memory(error));
fail:
    return status;
}

static enum nng_status read_groups(const struct nng_config *config, struct nng_error *error)
{
    static const char *const notations[] = {"out_in", "in_out"};
    static const struct nng_key keys[] = {{.name = "name"},
                                          {.name = "notation",
                                           .kind = NNG_KEY_CHOICE,
                                           .field = offsetof(struct nng_model, notation),
                                           .choices = notations,
                                           .choice_count = 2},
                                          {.name = "network"},
                                          {.name = "init"},
                                          {.name = "loss"},
                                          {.name = "regularization"},
                                          {.name = "data"},
                                          {.name = "optimizer"},
                                          {.name = "train"},
                                          {.name = "check"}};
    static const char *const required[] = {"network", "data", "loss"};
    const config_setting_t *root = config_root_setting(&config->tree), *group = NULL;
    enum nng_status status = NNG_OK;
    NNG_TRY(nng_setting_group(config, root, keys, sizeof keys / sizeof keys[0], config->model, error));
    for (size_t i = 0; i < sizeof required / sizeof required[0]; i++)
        if (config_setting_get_member(root, required[i]) == NULL)
            NNG_TRY(nng_setting_fail(config, root, error, "'%s' is missing: a model needs network, data and loss",
                                     required[i]));
    NNG_TRY(read_name(config, config_setting_get_member(root, "name"), error));
    NNG_TRY(nng_config_network(config, config_setting_get_member(root, "network"),
                               config_setting_get_member(root, "init"), error));
    NNG_TRY(read_loss(config, config_setting_get_member(root, "loss"), error));
    if ((group = config_setting_get_member(root, "regularization")) != NULL)
        NNG_TRY(read_regularization(config, group, error));
    NNG_TRY(nng_config_data(config, config_setting_get_member(root, "data"), error));
    if ((group = config_setting_get_member(root, "optimizer")) != NULL)
        NNG_TRY(read_optimizer(config, group, error));
    if ((group = config_setting_get_member(root, "train")) != NULL)
        NNG_TRY(read_train(config, group, error));
    if ((group = config_setting_get_member(root, "check")) != NULL)
        NNG_TRY(read_check(config, group, error));
fail:
    return status;
}

/* scan.c has checked the grammar: what libconfig still refuses is a name given twice. */
static enum nng_status parse(struct nng_config *config, struct nng_error *error)
{
    const struct nng_source *source = config->source;
    if (config_read_string(&config->tree, source->text.data) == CONFIG_TRUE)
        return NNG_OK;
    size_t token = (size_t)config_error_line(&config->tree) - 1;
    if (token >= source->token_count)
        return nng_fail_at(error, NNG_INPUT, source->files[0].name, 1, 0, NULL, "%s", config_error_text(&config->tree));
    const struct nng_token *name = &source->tokens[token];
    if (name->kind != 'n')
        return nng_source_fail(source, token, error, "%s", config_error_text(&config->tree));
    return nng_source_fail(source, token, error, "'%.*s' is set twice in the same group",
                           name->length > 60 ? 60 : (int)name->length, source->files[name->file].text + name->offset);
}

static enum nng_status build(struct nng_host *host, struct nng_source *source, const char *file,
                             const struct nng_override *overrides, size_t count, struct nng_model **result,
                             struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_config config = {.host = host, .source = source, .arena = nng_arena_new()};
    config_init(&config.tree);
    struct nng_model *model = config.arena != NULL ? nng_arena_take(config.arena, 1, sizeof *model) : NULL;
    if (model == NULL)
        NNG_TRY(nng_fail_memory(error));
    *model = (struct nng_model){.file = nng_arena_text(config.arena, file),
                                .train = train_standard,
                                .tolerance = 1e-6,
                                .seed = 1,
                                .memory = config.arena};
    if (model->file == NULL)
        NNG_TRY(nng_fail_memory(error));
    config.model = model;
    NNG_TRY(parse(&config, error));
    NNG_TRY(nng_config_override(&config, overrides, count, error));
    NNG_TRY(read_groups(&config, error));
    NNG_TRY(nng_config_describe(&config, error));
    *result = model;
fail:
    config_destroy(&config.tree);
    nng_source_free(source);
    if (status != NNG_OK)
        nng_arena_free(config.arena);
    return status;
}

enum nng_status nng_model_read(struct nng_host *host, const char *file, const struct nng_override *overrides,
                               size_t count, struct nng_model **model, struct nng_error *error)
{
    struct nng_source *source = NULL;
    *model = NULL;
    enum nng_status status = nng_source_read(file, &source, error);
    return status != NNG_OK ? status : build(host, source, file, overrides, count, model, error);
}

enum nng_status nng_model_of_text(struct nng_host *host, const char *name, const char *text, size_t length,
                                  const struct nng_override *overrides, size_t count, struct nng_model **model,
                                  struct nng_error *error)
{
    struct nng_source *source = NULL;
    *model = NULL;
    enum nng_status status = nng_source_of_text(name, text, length, &source, error);
    return status != NNG_OK ? status : build(host, source, "", overrides, count, model, error);
}

void nng_model_free(struct nng_model *model)
{
    if (model != NULL)
        nng_arena_free(model->memory); /* the model itself is in it */
}
