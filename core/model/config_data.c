/* config_data.c - the group data: inline rows, a CSV file or a generator; and data for validation. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "model/config.h"
#include "model/data.h"

/* What a group says; data.validation begins with what data says. */
struct part {
    const char *generator;
    size_t samples, classes;
    double noise;
    uint64_t seed;
    bool header, standardize;
    struct nng_csv_spec csv;
};

#define PART(member) .name = #member, .field = offsetof(struct part, member)
#define TRAINING_KEYS                                                                                                  \
    {PART(standardize), .kind = NNG_KEY_BOOLEAN},                                                                      \
    {                                                                                                                  \
        .name = "validation"                                                                                           \
    }
enum { TRAINING_KEY_COUNT = 2 }; /* last in each table: data.validation does not have them */

static const config_setting_t *member(const config_setting_t *group, const char *name)
{
    return config_setting_get_member(group, name);
}

/* ---- shapes -------------------------------------------------------------------------------------------------- */

static enum nng_status check_width(const struct nng_config *config, const config_setting_t *blame, const char *what,
                                   size_t width, size_t due, const char *due_name, struct nng_error *error)
{
    if (width == due)
        return NNG_OK;
    return nng_setting_fail(config, blame, error, "the data has %zu %s%s a sample, but %s %zu", width, what,
                            width == 1 ? "" : "s", due_name, due);
}

/* blame_x, blame_y: the settings that say what the inputs and the targets are */
static enum nng_status check_shape(const struct nng_config *config, const config_setting_t *blame_x,
                                   const config_setting_t *blame_y, const struct nng_data *data,
                                   struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_model *model = config->model;
    double width = (double)model->inputs;
    for (size_t l = 0; l < model->layer_count; l++)
        width += (double)model->layers[l].units;
    NNG_TRY(check_width(config, blame_x, "input", data->inputs, model->inputs, "network.inputs is", error));
    NNG_TRY(
        check_width(config, blame_y, "target", data->outputs, model->outputs, "the output layer's units are", error));
    if ((double)data->samples * width > NNG_VALUES_LIMIT)
        NNG_TRY(nng_setting_fail(config, blame_x, error,
                                 "%zu samples x %.0f inputs and units make %.3g values; the limit is %d", data->samples,
                                 width, (double)data->samples * width, NNG_VALUES_LIMIT));
fail:
    return status;
}

/* ---- inline -------------------------------------------------------------------------------------------------- */

/* Which row of targets is not what the loss accepts? Its index stands in for the line of a file. */
static enum nng_status check_rows(const struct nng_config *config, const config_setting_t *targets,
                                  const struct nng_data *data, struct nng_error *error)
{
    struct nng_error inner = {0};
    size_t *rows = nng_allocate(data->samples, sizeof *rows);
    if (rows == NULL)
        return nng_fail_memory(error);
    for (size_t n = 0; n < data->samples; n++)
        rows[n] = n + 1;
    enum nng_status status = nng_data_check_targets(data, rows, "targets", config->model->loss.plugin, &inner);
    nng_release(rows);
    if (status == NNG_INPUT && inner.line > 0)
        return nng_setting_fail(config, config_setting_get_elem(targets, (unsigned)inner.line - 1), error, "%s",
                                inner.text);
    return status == NNG_OK ? NNG_OK : nng_setting_pass_on(config, targets, &inner, error);
}

static enum nng_status read_inline(const struct nng_config *config, const config_setting_t *group, bool training,
                                   struct part *part, struct nng_data *data, struct nng_error *error)
{
    static const struct nng_key keys[] = {
        {.name = "inputs"}, {.name = "targets"}, {PART(seed), .kind = NNG_KEY_SEED}, TRAINING_KEYS};
    enum nng_status status = NNG_OK;
    const config_setting_t *inputs = member(group, "inputs"), *targets = member(group, "targets");
    char name[NNG_SETTING_NAME];
    size_t rows = 0;
    NNG_TRY(nng_setting_group(config, group, keys, sizeof keys / sizeof keys[0] - (training ? 0 : TRAINING_KEY_COUNT),
                              part, error));
    nng_setting_name(group, name);
    if (inputs == NULL && targets == NULL)
        NNG_TRY(nng_setting_fail(config, group, error,
                                 "%s is empty: it needs inputs and targets, a file, or a generator", name));
    if (inputs == NULL || targets == NULL)
        NNG_TRY(
            nng_setting_fail(config, group, error, "%s: '%s' is missing", name, inputs == NULL ? "inputs" : "targets"));
    NNG_TRY(nng_setting_shape(config, inputs, &data->samples, &data->inputs, error));
    NNG_TRY(nng_setting_shape(config, targets, &rows, &data->outputs, error));
    if (rows != data->samples)
        NNG_TRY(nng_setting_fail(config, targets, error, "%s.targets has %zu row%s, but %s.inputs has %zu", name, rows,
                                 rows == 1 ? "" : "s", name, data->samples));
    NNG_TRY(check_shape(config, inputs, targets, data, error));
    data->source = "inline";
    data->x = nng_arena_take(config->arena, rows * data->inputs, sizeof *data->x);
    data->y = nng_arena_take(config->arena, rows * data->outputs, sizeof *data->y);
    if (data->x == NULL || data->y == NULL)
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(nng_setting_matrix(config, inputs, data->x, data->inputs, 1, error));
    NNG_TRY(nng_setting_matrix(config, targets, data->y, data->outputs, 1, error));
    NNG_TRY(check_rows(config, targets, data, error));
fail:
    return status;
}

/* ---- a CSV file ---------------------------------------------------------------------------------------------- */

/* The setting that a message of the CSV reader is about: the one whose text it quotes, or else `file`. */
static const config_setting_t *quoted_by(const config_setting_t *group, const char *message)
{
    static const char *const names[] = {"target", "targets", "inputs"};
    char quoted[256];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const config_setting_t *setting = member(group, names[i]);
        int count = setting == NULL ? 0 : setting->type == CONFIG_TYPE_LIST ? config_setting_length(setting) : 1;
        for (int k = 0; k < count; k++) {
            const config_setting_t *text =
                setting->type == CONFIG_TYPE_LIST ? config_setting_get_elem(setting, (unsigned)k) : setting;
            snprintf(quoted, sizeof quoted, "column '%s'", text->value.sval);
            if (strstr(message, quoted) != NULL)
                return text;
        }
    }
    return member(group, "file");
}

static bool is_column_number(const char *name)
{
    return *name != '\0' && name[strspn(name, "0123456789")] == '\0';
}

/* A column named by text is only there if there is a header. */
static bool names_columns(const struct nng_csv_spec *csv)
{
    bool named = csv->target != NULL && !is_column_number(csv->target);
    for (size_t i = 0; i < csv->input_count; i++)
        named = named || !is_column_number(csv->inputs[i]);
    for (size_t i = 0; i < csv->target_count; i++)
        named = named || !is_column_number(csv->targets[i]);
    return named;
}

static enum nng_status read_columns(const struct nng_config *config, const config_setting_t *group, struct part *part,
                                    struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const config_setting_t *file = member(group, "file"), *inputs = member(group, "inputs"),
                           *target = member(group, "target"), *targets = member(group, "targets");
    NNG_TRY(nng_config_path(config, file, &part->csv.path, error));
    part->csv.shown = part->csv.path;
    if (inputs != NULL)
        NNG_TRY(nng_setting_texts(config, inputs, &part->csv.inputs, &part->csv.input_count, error));
    if (target != NULL || targets != NULL) {
        part->csv.target = NULL;
        part->csv.target_count = 0;
    }
    if (target != NULL)
        NNG_TRY(nng_setting_text(config, target, &part->csv.target, error));
    if (targets != NULL)
        NNG_TRY(nng_setting_texts(config, targets, &part->csv.targets, &part->csv.target_count, error));
    if (target != NULL && targets != NULL)
        NNG_TRY(nng_setting_fail(config, targets, error,
                                 "either 'target' (a column of labels) or 'targets' (columns of numbers), not both"));
    if (part->csv.target == NULL && part->csv.target_count == 0)
        NNG_TRY(nng_setting_fail(config, file, error,
                                 "which columns are the targets? target = \"a column of labels\", or targets = "
                                 "(\"columns of numbers\")"));
    part->csv.header = member(group, "header") != NULL ? part->header : part->csv.header || names_columns(&part->csv);
    part->csv.classes = part->classes;
    part->csv.outputs = config->model->outputs;
fail:
    return status;
}

static enum nng_status read_file(const struct nng_config *config, const config_setting_t *group, bool training,
                                 struct part *part, struct nng_data *data, struct nng_error *error)
{
    static const struct nng_key keys[] = {{.name = "file"},
                                          {PART(header), .kind = NNG_KEY_BOOLEAN},
                                          {.name = "inputs"},
                                          {.name = "target"},
                                          {.name = "targets"},
                                          {PART(classes), .kind = NNG_KEY_WHOLE, .min = 1, .max = 1e9},
                                          {PART(seed), .kind = NNG_KEY_SEED},
                                          TRAINING_KEYS};
    enum nng_status status = NNG_OK;
    const config_setting_t *inputs = member(group, "inputs"), *file = member(group, "file");
    struct nng_error inner = {0};
    size_t *lines = NULL;
    NNG_TRY(nng_setting_group(config, group, keys, sizeof keys / sizeof keys[0] - (training ? 0 : TRAINING_KEY_COUNT),
                              part, error));
    NNG_TRY(read_columns(config, group, part, error));
    part->csv.like = training ? NULL : &config->model->data;
    if (nng_data_csv(config->arena, &part->csv, data, &lines, &inner) != NNG_OK)
        NNG_TRY(nng_setting_pass_on(config, quoted_by(group, inner.text), &inner, error));
    NNG_TRY(check_shape(config, inputs != NULL ? inputs : file, file, data, error));
    if (nng_data_check_targets(data, lines, part->csv.shown, config->model->loss.plugin, &inner) != NNG_OK)
        NNG_TRY(nng_setting_pass_on(config, file, &inner, error));
fail:
    return status;
}

/* ---- a generator --------------------------------------------------------------------------------------------- */

static enum nng_status read_generator(const struct nng_config *config, const config_setting_t *group, bool training,
                                      struct part *part, struct nng_data *data, struct nng_error *error)
{
    static const struct nng_key keys[] = {
        {PART(generator), .kind = NNG_KEY_TEXT},
        {PART(samples), .kind = NNG_KEY_WHOLE, .min = 1, .max = (double)NNG_SAMPLES_MAX},
        {PART(noise), .kind = NNG_KEY_REAL, .max = 1e100},
        {PART(seed), .kind = NNG_KEY_SEED},
        TRAINING_KEYS};
    enum nng_status status = NNG_OK;
    const config_setting_t *generator = member(group, "generator");
    struct nng_error inner = {0};
    NNG_TRY(nng_setting_group(config, group, keys, sizeof keys / sizeof keys[0] - (training ? 0 : TRAINING_KEY_COUNT),
                              part, error));
    if (nng_data_generate(config->arena, part->generator, part->samples, part->noise, part->seed,
                          config->model->outputs, data, &inner) != NNG_OK)
        NNG_TRY(nng_setting_pass_on(config, generator, &inner, error));
    NNG_TRY(check_shape(config, generator, generator, data, error));
    if (nng_data_check_targets(data, NULL, NULL, config->model->loss.plugin, &inner) != NNG_OK)
        NNG_TRY(nng_setting_pass_on(config, generator, &inner, error));
fail:
    return status;
}

/* ---- the group data ------------------------------------------------------------------------------------------ */

static enum nng_status read_part(const struct nng_config *config, const config_setting_t *group, bool training,
                                 struct part *part, struct nng_data *data, struct nng_error *error)
{
    char name[NNG_SETTING_NAME];
    if (group->type != CONFIG_TYPE_GROUP)
        return nng_setting_expected(config, group, training ? "a group { ... }" : "a fraction, or a group { ... }",
                                    error);
    static const struct {
        const char *key, *needs;
    } belongs[] = {
        {"header", "file"}, {"target", "file"}, {"classes", "file"}, {"samples", "generator"}, {"noise", "generator"}};
    for (size_t i = 0; i < sizeof belongs / sizeof belongs[0]; i++) {
        const config_setting_t *setting = member(group, belongs[i].key);
        if (setting != NULL && member(group, belongs[i].needs) == NULL)
            return nng_setting_fail(config, setting, error, "%s needs a %s: %s = \"...\"",
                                    nng_setting_name(setting, name), belongs[i].needs, belongs[i].needs);
    }
    const config_setting_t *file = member(group, "file"), *generator = member(group, "generator");
    if (file != NULL && generator != NULL)
        return nng_setting_fail(config, generator, error, "either a file or a generator, not both");
    if (file != NULL)
        return read_file(config, group, training, part, data, error);
    if (generator != NULL)
        return read_generator(config, group, training, part, data, error);
    return read_inline(config, group, training, part, data, error);
}

enum nng_status nng_config_data(const struct nng_config *config, const config_setting_t *data, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_model *model = config->model;
    struct nng_error inner = {0};
    struct part part = {.seed = 1, .noise = NAN};
    NNG_TRY(read_part(config, data, true, &part, &model->data, error));
    const config_setting_t *validation = member(data, "validation"), *standardize = member(data, "standardize");
    double fraction = 0;
    if (validation != NULL && config_setting_is_number(validation)) {
        NNG_TRY(nng_setting_number(config, validation, &fraction, error));
        if (nng_data_split(config->arena, &model->data, fraction, part.seed, &model->validation, &inner) != NNG_OK)
            NNG_TRY(nng_setting_pass_on(config, validation, &inner, error));
    } else if (validation != NULL) {
        NNG_TRY(read_part(config, validation, false, &part, &model->validation, error));
    }
    if (part.standardize && nng_data_standardize(&model->data, &model->validation, &inner) != NNG_OK)
        NNG_TRY(nng_setting_pass_on(config, standardize, &inner, error));
fail:
    return status;
}
