/* schooling_text.c - a training as text and as Markdown: its updates, its milestones, why it stopped, what it left. */
#include <math.h>
#include <string.h>

#include "render/next.h"
#include "render/number.h"
#include "render/table.h"
#include "render/verdicts.h"
#include "schooling.h"
#include "session.h"

/* ---- words -------------------------------------------------------------------------------------------------- */

void method_text(const struct nng_method *method, struct nng_text *out)
{
    size_t shown = 0;
    nng_text_add(out, method->plugin->name);
    for (size_t p = 0; p < method->plugin->parameter_count; p++) {
        const struct nng_parameter *parameter = &method->plugin->parameters[p];
        double x = method->values[p];
        char value[NUMBER_SIZE];
        if (strcmp(parameter->name, "learning_rate") != 0 && x == parameter->standard)
            continue;
        number_given(x, 6, value);
        nng_text_print(out, "%s%s = %s", shown++ > 0 ? ", " : " (", parameter->name,
                       parameter->kind == NNG_CHOICE ? parameter->choices[(size_t)x]
                       : parameter->kind != NNG_BOOL ? value
                       : x != 0                      ? "true"
                                                     : "false");
    }
    nng_text_add(out, shown > 0 ? ")" : "");
}

void schooling_describe(const struct nng_model *model, struct nng_text *out)
{
    size_t N = model->data.samples, batch = model->train.batch;
    nng_text_print(out, "%s, ", model->name);
    for (size_t l = 0; l < model->layer_count && model->layer_count <= 12; l++)
        nng_text_print(out, "%zu-", model->layers[l].inputs);
    nng_text_print(out, "%s%zu, %zu parameters; %zu sample%s, ", model->layer_count <= 12 ? "" : "... ", model->outputs,
                   model->parameter_count, N, N == 1 ? "" : "s");
    if (batch == 0 || batch >= N)
        nng_text_add(out, "all at once; ");
    else if (batch == 1)
        nng_text_add(out, "one at a time; ");
    else
        nng_text_print(out, "%zu at a time; ", batch);
    nng_text_print(out, "%s; ", model->loss.plugin->name);
    method_text(&model->optimizer, out);
}

void schooling_reason(const struct nng_model *model, const struct nng_training *training,
                      const struct nng_outcome *outcome, struct nng_text *out)
{
    char text[NUMBER_SIZE];
    size_t epochs = outcome->last.epoch;
    const char *s = epochs == 1 ? "" : "s";
    switch (outcome->stop) {
    case NNG_STOP_EPOCHS:
        nng_text_print(out, "after %zu epoch%s: as many as train.epochs says", epochs, s);
        break;
    case NNG_STOP_LOSS_BELOW:
        number_given(model->train.loss_below, 6, text);
        nng_text_print(out, "after %zu epoch%s: the loss is below %s", epochs, s, text);
        break;
    case NNG_STOP_PATIENCE:
        number_computed(training->best_validation, 6, text);
        nng_text_print(out, "after %zu epoch%s: the validation loss was never again as low as after epoch %zu: %s",
                       epochs, s, training->best_epoch, text);
        break;
    case NNG_STOP_DIVERGED:
        nng_text_print(out, "diverged: %s", outcome->reason);
        break;
    case NNG_STOP_INTERRUPTED:
        nng_text_print(out, "interrupted after %llu update%s", (unsigned long long)training->t,
                       training->t == 1 ? "" : "s");
        break;
    }
}

/* ---- parts -------------------------------------------------------------------------------------------------- */

static const struct column milestone_columns[] = {
    {"epoch", ALIGN_RIGHT, 0},
    {"loss", ALIGN_POINT, 0},
    {"accuracy", ALIGN_POINT, 0},
    {"validation loss", ALIGN_POINT, 1},
    {"validation accuracy", ALIGN_POINT, 2},
    {"|dL/dtheta|", ALIGN_POINT, 3},
};

static void add_number(struct table *table, double x, int digits)
{
    if (isnan(x))
        table_add(table, INK_PLAIN, "");
    else
        table_computed(table, isfinite(x) ? INK_PLAIN : INK_BAD, x, digits);
}

static struct table milestones_table(const struct schooling *schooling, int digits)
{
    struct table table = table_new(milestone_columns, sizeof milestone_columns / sizeof milestone_columns[0]);
    for (size_t i = 0; i < schooling->milestone_count; i++) {
        const struct milestone *row = &schooling->milestones[i];
        table_print(&table, INK_PLAIN, "%zu", row->epoch);
        table_computed(&table, isfinite(row->loss) ? INK_PLAIN : INK_BAD, row->loss, digits);
        add_number(&table, row->accuracy, 4);
        add_number(&table, row->validation_loss, digits);
        add_number(&table, row->validation_accuracy, 4);
        add_number(&table, row->gradient_norm, 3);
    }
    return table;
}

static const struct column day_columns[] = {{"after epoch", ALIGN_RIGHT, 0}, {"gradient", ALIGN_LEFT, 0},
                                            {"pass", ALIGN_RIGHT, 0},        {"fail", ALIGN_RIGHT, 0},
                                            {"kink", ALIGN_RIGHT, 1},        {"inconclusive", ALIGN_RIGHT, 1}};

static struct table days_table(const struct schooling *schooling)
{
    struct table table = table_new(day_columns, sizeof day_columns / sizeof day_columns[0]);
    for (size_t i = 0; i < schooling->day_count; i++) {
        const struct inspection_day *day = &schooling->days[i];
        table_print(&table, INK_PLAIN, "%zu", day->epoch);
        table_add(&table, verdict_ink(day->verdict), nng_verdict_name(day->verdict));
        table_print(&table, INK_PLAIN, "%zu", day->pass);
        table_print(&table, INK_PLAIN, "%zu", day->fail);
        table_print(&table, INK_PLAIN, "%zu", day->kink);
        table_print(&table, INK_PLAIN, "%zu", day->inconclusive);
    }
    return table;
}

static size_t trained_count(const struct nng_model *model)
{
    size_t count = model->parameter_count;
    for (size_t l = 0; l < model->layer_count; l++)
        count -= model->layers[l].train_biases ? 0 : model->layers[l].units;
    return count;
}

/* One step's lines, each after `before`. */
static void add_step(const struct nng_model *model, const struct ledger_step *step, const char *before,
                     struct nng_text *out)
{
    for (size_t i = 0; i < step->entries; i++) {
        nng_text_add(out, before);
        ledger_line(model, step, &step->entry[i], out);
        nng_text_add(out, "\n");
    }
    if (step->entries < trained_count(model))
        nng_text_print(out, "%s(and %zu more)\n", before, trained_count(model) - step->entries);
}

static void add_ledger_text(const struct schooling *schooling, const struct style *style, struct nng_text *out)
{
    for (size_t k = 0; k < schooling->ledger_count; k++) {
        struct nng_text title = {0};
        ledger_title(schooling->model, &schooling->ledger[k], &title);
        heading_text(out, style, "Ledger", plain_part(out, &title));
        nng_text_free(&title);
        add_step(schooling->model, &schooling->ledger[k], "  ", out);
        nng_text_add(out, "\n");
    }
}

/* ---- next --------------------------------------------------------------------------------------------------- */

static const char *next(const struct schooling *schooling, struct nng_text *command)
{
    struct nng_text file = {0};
    const char *directory = nng_run_directory(schooling->run);
    size_t epochs = schooling->training->epoch > 0 ? 2 * schooling->training->epoch : 100;
    if (schooling->milestone_count == 0 && schooling->outcome.stop == NNG_STOP_EPOCHS) {
        nng_text_add(command, "nngrad train --resume");
        session_add_word(command, directory);
        nng_text_print(command, " --set train.epochs=%zu", epochs);
        return "go on for longer: there was nothing left to do";
    }
    if (schooling->outcome.stop == NNG_STOP_INTERRUPTED) {
        nng_text_add(command, "nngrad train --resume");
        session_add_word(command, directory);
        return "go on from here, bit for bit";
    }
    nng_text_print(&file, "%s/final.cfg", directory);
    nng_text_add(command, "nngrad inspect");
    session_add_word(command, plain_part(command, &file));
    nng_text_free(&file);
    return schooling->outcome.stop == NNG_STOP_DIVERGED ? "see the derivatives where the loss was last finite"
                                                        : "see the derivatives where it ended";
}

/* ---- the whole ---------------------------------------------------------------------------------------------- */

void schooling_text(const struct schooling *schooling, const struct style *style, struct nng_text *out)
{
    struct nng_text what = {0}, why = {0}, where = {0}, command = {0};
    schooling_describe(schooling->model, &what);
    heading_text(out, style, "Training", plain_part(out, &what));
    nng_text_add(out, "\n");
    add_ledger_text(schooling, style, out);
    if (schooling->milestone_count > 0) {
        struct table milestones = milestones_table(schooling, style->digits);
        table_text(&milestones, style, out);
        table_free(&milestones);
        nng_text_add(out, "\n");
    }
    if (schooling->day_count > 0) {
        struct table days = days_table(schooling);
        table_text(&days, style, out);
        table_free(&days);
        nng_text_add(out, "\n");
    }
    schooling_reason(schooling->model, schooling->training, &schooling->outcome, &why);
    heading_text(out, style, "Stopped", plain_part(out, &why));
    plain_add_clean(&where, nng_run_directory(schooling->run));
    nng_text_add(&where, ": history.csv, final.cfg, final.safetensors, state.safetensors");
    for (size_t k = 0; k < NNG_RECORDS; k++)
        if (nng_run_records(schooling->run, (enum nng_record)k))
            nng_text_print(&where, ", %s.csv", nng_record_names[k]);
    nng_text_add(&where, plain_part(out, &schooling->plots));
    heading_text(out, style, "Run", plain_part(out, &where));
    if (!style->quiet) {
        const char *reason = next(schooling, &command);
        next_text(out, style, &command, reason);
    }
    nng_text_free(&what);
    nng_text_free(&why);
    nng_text_free(&where);
    nng_text_free(&command);
}

void schooling_markdown(const struct schooling *schooling, const struct style *style, struct nng_text *out)
{
    struct nng_text why = {0};
    nng_text_add(out, "# Training\n\n");
    schooling_describe(schooling->model, out);
    nng_text_add(out, "\n\n");
    for (size_t k = 0; k < schooling->ledger_count; k++) {
        nng_text_add(out, "## ");
        ledger_title(schooling->model, &schooling->ledger[k], out);
        nng_text_add(out, "\n\n");
        add_step(schooling->model, &schooling->ledger[k], "    ", out);
        nng_text_add(out, "\n");
    }
    struct table milestones = milestones_table(schooling, style->digits);
    table_markdown(&milestones, out);
    table_free(&milestones);
    if (schooling->day_count > 0) {
        struct table days = days_table(schooling);
        nng_text_add(out, "\n");
        table_markdown(&days, out);
        table_free(&days);
    }
    nng_text_add(out, "\nStopped ");
    schooling_reason(schooling->model, schooling->training, &schooling->outcome, &why);
    plain_add_clean(out, plain_part(out, &why));
    nng_text_add(out, ".\n");
    nng_text_free(&why);
}
