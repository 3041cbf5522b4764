/* comparison.c - several trainings side by side, as text, Markdown, CSV and JSON. */
#include "comparison.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/memory.h"
#include "render/json.h"
#include "render/number.h"
#include "render/table.h"
#include "render/verdicts.h"
#include "schooling.h"

static const struct column result_columns[] = {
    {"final loss", ALIGN_POINT, 0},   {"accuracy", ALIGN_POINT, 0}, {"validation loss", ALIGN_POINT, 1},
    {"and accuracy", ALIGN_POINT, 1}, {"dead", ALIGN_RIGHT, 0},     {"saturated", ALIGN_RIGHT, 0},
    {"epochs", ALIGN_RIGHT, 3},       {"to level", ALIGN_RIGHT, 2}, {"seconds", ALIGN_RIGHT, 4},
    {"stopped", ALIGN_LEFT, 5},
};
enum { RESULTS = sizeof result_columns / sizeof result_columns[0] };

static void add_number(struct table *table, double x, int digits)
{
    if (isnan(x))
        table_add(table, INK_PLAIN, "");
    else
        table_computed(table, isfinite(x) ? INK_PLAIN : INK_BAD, x, digits);
}

static bool has_units(const struct comparison *comparison)
{
    return option_given(comparison->options, OPTION_UNITS);
}

/* "6 of 84" and "12.0%"; empty where they were not counted */
static void add_units(struct table *table, const struct contest *contest)
{
    if (contest->units == 0) {
        table_add(table, INK_PLAIN, "");
        table_add(table, INK_PLAIN, "");
        return;
    }
    table_print(table, INK_PLAIN, "%zu of %zu", contest->dead, contest->units);
    table_print(table, INK_PLAIN, "%.1f%%", 100 * contest->saturated);
}

static void add_contest(struct table *table, const struct comparison *comparison, const struct contest *contest,
                        int digits)
{
    const struct nng_epoch *last = &contest->outcome.last;
    bool diverged = contest->outcome.stop == NNG_STOP_DIVERGED;
    for (size_t i = 0; i < comparison->axis_count; i++)
        table_add(table, INK_PLAIN, comparison->axes[i].texts[contest->choice[i]]);
    table_computed(table, diverged ? INK_BAD : INK_PLAIN, last->loss, digits);
    add_number(table, last->accuracy, 4);
    add_number(table, last->validation_loss, digits);
    add_number(table, last->validation_accuracy, 4);
    add_units(table, contest);
    table_print(table, INK_PLAIN, "%zu", last->epoch);
    if (contest->reached != SIZE_MAX)
        table_print(table, INK_PLAIN, "%zu", contest->reached);
    else
        table_add(table, INK_PLAIN, "-");
    if (isnan(contest->seconds))
        table_add(table, INK_PLAIN, "");
    else
        table_print(table, INK_PLAIN, "%.3f", contest->seconds);
    table_add(table, diverged ? INK_BAD : INK_PLAIN, nng_stop_name(contest->outcome.stop));
}

/* columns: room for the axes' and RESULTS more */
static struct table results_table(const struct comparison *comparison, struct column *columns, int digits)
{
    size_t axes = comparison->axis_count;
    for (size_t i = 0; i < axes; i++)
        columns[i] = (struct column){comparison->axes[i].title, ALIGN_LEFT, 0};
    memcpy(columns + axes, result_columns, sizeof result_columns);
    struct table table = table_new(columns, axes + RESULTS);
    for (size_t k = 0; k < comparison->contest_count; k++)
        add_contest(&table, comparison, &comparison->contests[k], digits);
    return table;
}

/* "to level: the first epoch with a loss of at most 0.27 (cross_entropy), 0.05 (squared_error)" */
static void add_levels(const struct comparison *comparison, int digits, struct nng_text *out)
{
    bool begun = false;
    for (size_t k = 0; k < comparison->contest_count; k++) {
        const struct contest *contest = &comparison->contests[k];
        const struct nng_plugin *loss = contest->model->loss.plugin;
        bool told = !isfinite(contest->level);
        for (size_t i = 0; i < k; i++)
            told = told || comparison->contests[i].model->loss.plugin == loss;
        if (told)
            continue;
        char level[NUMBER_SIZE];
        number_computed(contest->level, digits, level);
        nng_text_print(out, "%s%s (%s)", begun ? ", " : "the first epoch with a loss of at most ", level, loss->name);
        begun = true;
    }
}

static const char units_explanation[] =
    "when the training is over, over all layers and samples: dead units have f'(a) = 0 in every sample, saturated "
    "outputs lie within a twentieth of their range of one of its ends";

static bool same_start(const struct nng_model *a, const struct nng_model *b)
{
    return a->parameter_count == b->parameter_count &&
           memcmp(a->theta, b->theta, a->parameter_count * sizeof *a->theta) == 0;
}

static bool same_batches(const struct nng_model *a, const struct nng_model *b)
{
    return a->data.samples == b->data.samples && a->train.batch == b->train.batch && a->train.seed == b->train.seed &&
           a->train.shuffle == b->train.shuffle;
}

/* What is the same in all of them. */
static void describe(const struct comparison *comparison, struct nng_text *out)
{
    const struct nng_model *model = comparison->contests[0].model;
    bool start = true, batches = true;
    for (size_t k = 1; k < comparison->contest_count; k++) {
        start = start && same_start(model, comparison->contests[k].model);
        batches = batches && same_batches(model, comparison->contests[k].model);
    }
    nng_text_print(out, "%s, %zu training%s%s%s", model->name, comparison->contest_count,
                   comparison->contest_count == 1 ? "" : "s", start ? " from the same start" : "",
                   batches ? " over the same batches" : "");
}

static struct column *make_columns(const struct comparison *comparison, struct nng_text *out)
{
    struct column *columns =
        nng_arena_take(comparison->options->memory, comparison->axis_count + RESULTS, sizeof *columns);
    out->failed = out->failed || columns == NULL;
    return columns;
}

void comparison_text(const struct comparison *comparison, const struct style *style, struct nng_text *out)
{
    struct nng_text what = {0}, levels = {0};
    struct column *columns = make_columns(comparison, out);
    if (columns == NULL || comparison->contest_count == 0)
        return;
    describe(comparison, &what);
    heading_text(out, style, "Compared", plain_part(out, &what));
    nng_text_add(out, "\n");
    struct table table = results_table(comparison, columns, style->digits);
    table_text(&table, style, out);
    table_free(&table);
    add_levels(comparison, style->digits, &levels);
    if (levels.length > 0 && !style->quiet) {
        nng_text_add(out, "\n");
        heading_text(out, style, "to level", plain_part(out, &levels));
    }
    if (has_units(comparison) && !style->quiet)
        heading_text(out, style, "units", units_explanation);
    nng_text_free(&what);
    nng_text_free(&levels);
}

void comparison_markdown(const struct comparison *comparison, const struct style *style, struct nng_text *out)
{
    struct column *columns = make_columns(comparison, out);
    if (columns == NULL || comparison->contest_count == 0)
        return;
    nng_text_add(out, "# Comparison\n\n");
    describe(comparison, out);
    nng_text_add(out, "\n\n");
    struct table table = results_table(comparison, columns, style->digits);
    table_markdown(&table, out);
    table_free(&table);
    nng_text_add(out, "\nto level: ");
    add_levels(comparison, style->digits, out);
    nng_text_add(out, "\n");
    if (has_units(comparison))
        nng_text_print(out, "\nunits: %s\n", units_explanation);
}

/* ---- for programs -------------------------------------------------------------------------------------------- */

/* What was chosen on the axis of that title; otherwise NULL. */
static const char *chosen(const struct comparison *comparison, const struct contest *contest, const char *title)
{
    for (size_t i = 0; i < comparison->axis_count; i++)
        if (strcmp(comparison->axes[i].title, title) == 0)
            return comparison->axes[i].texts[contest->choice[i]];
    return NULL;
}

static void add_field(struct nng_text *out, const char *text)
{
    struct nng_text clean = {0};
    plain_add_clean(&clean, text);
    text = plain_part(out, &clean);
    bool quoted = strpbrk(text, ",\"\n") != NULL;
    nng_text_add(out, quoted ? "\"" : "");
    for (; *text != '\0'; text++)
        nng_text_add_n(out, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
    nng_text_add(out, quoted ? "\"" : "");
    nng_text_free(&clean);
}

/* Empty where there is none. */
static void add_field_number(struct nng_text *out, double x, bool is_loss)
{
    char text[NUMBER_SIZE] = "";
    if (is_loss || !isnan(x))
        number_exact(x, text);
    nng_text_print(out, ",%s", text);
}

static void add_line(const struct comparison *comparison, const struct contest *contest, struct nng_text *out)
{
    const struct nng_epoch *last = &contest->outcome.last;
    const char *optimizer = chosen(comparison, contest, "optimizer"), *loss = chosen(comparison, contest, "loss");
    add_field(out, optimizer != NULL ? optimizer : contest->model->optimizer.plugin->name);
    nng_text_add(out, ",");
    add_field(out, loss != NULL ? loss : contest->model->loss.plugin->name);
    for (size_t i = 0; i < comparison->axis_count; i++)
        if (comparison->axes[i].is_setting) {
            nng_text_add(out, ",");
            add_field(out, comparison->axes[i].texts[contest->choice[i]]);
        }
    nng_text_print(out, ",%zu,%s", last->epoch, nng_stop_name(contest->outcome.stop));
    add_field_number(out, contest->training->initial_loss, true);
    add_field_number(out, last->loss, true);
    add_field_number(out, last->accuracy, false);
    add_field_number(out, last->validation_loss, false);
    add_field_number(out, last->validation_accuracy, false);
    add_field_number(out, isfinite(contest->level) ? contest->level : NAN, false);
    nng_text_add(out, ",");
    if (contest->reached != SIZE_MAX)
        nng_text_print(out, "%zu", contest->reached);
    add_field_number(out, contest->seconds, false);
    if (contest->units > 0)
        nng_text_print(out, ",%zu,%zu,%.17g", contest->dead, contest->units, contest->saturated);
    else if (has_units(comparison))
        nng_text_add(out, ",,,");
    nng_text_add(out, "\n");
}

void comparison_csv(const struct comparison *comparison, struct nng_text *out)
{
    nng_text_add(out, "optimizer,loss");
    for (size_t i = 0; i < comparison->axis_count; i++)
        if (comparison->axes[i].is_setting) {
            nng_text_add(out, ",");
            add_field(out, comparison->axes[i].title);
        }
    nng_text_add(out, ",epochs,stopped,initial_loss,final_loss,accuracy,validation_loss,validation_accuracy,level,"
                      "epochs_to_level,seconds");
    nng_text_add(out, has_units(comparison) ? ",dead,units,saturated\n" : "\n");
    for (size_t k = 0; k < comparison->contest_count; k++)
        add_line(comparison, &comparison->contests[k], out);
}

static void add_contest_json(struct json *json, const struct comparison *comparison, const struct contest *contest)
{
    json_open(json, NULL, '{', JSON_LINES);
    json_text(json, "optimizer", contest->model->optimizer.plugin->name);
    json_text(json, "loss", contest->model->loss.plugin->name);
    json_open(json, "settings", '{', JSON_ONE_LINE);
    for (size_t i = 0; i < comparison->axis_count; i++)
        json_text(json, comparison->axes[i].title, comparison->axes[i].texts[contest->choice[i]]);
    json_close(json);
    outcome_json(json, contest->training, &contest->outcome);
    json_real(json, "level", contest->level);
    if (contest->reached != SIZE_MAX)
        json_count(json, "epochs_to_level", contest->reached);
    else
        json_text(json, "epochs_to_level", NULL);
    json_real(json, "seconds", contest->seconds);
    if (contest->units > 0) {
        json_count(json, "dead", contest->dead);
        json_count(json, "units", contest->units);
        json_real(json, "saturated", contest->saturated);
    }
    json_text(json, "run", NULL);
    json_close(json);
}

void comparison_json(const struct comparison *comparison, struct nng_text *out)
{
    struct json json = {.out = out};
    json_open(&json, NULL, '{', JSON_LINES);
    json_text(&json, "nngrad", NNG_VERSION);
    json_text(&json, "command", "compare");
    json_open(&json, "runs", '[', JSON_LINES);
    for (size_t k = 0; k < comparison->contest_count; k++)
        add_contest_json(&json, comparison, &comparison->contests[k]);
    json_close(&json);
    json_close(&json);
}
