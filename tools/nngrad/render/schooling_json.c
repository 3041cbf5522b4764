/* schooling_json.c - a training as one JSON object. The names of its fields are a contract with other programs. */
#include "render/json.h"
#include "schooling.h"

void outcome_json(struct json *json, const struct nng_training *training, const struct nng_outcome *outcome)
{
    const struct nng_epoch *last = &outcome->last;
    json_count(json, "epochs", last->epoch);
    json_count(json, "updates", (size_t)training->t);
    json_text(json, "stopped", nng_stop_name(outcome->stop));
    if (outcome->stop == NNG_STOP_DIVERGED)
        json_text(json, "reason", outcome->reason);
    json_real_or_reason(json, "initial_loss", training->initial_loss);
    json_real_or_reason(json, "final_loss", last->loss);
    json_real(json, "accuracy", last->accuracy);
    json_real(json, "validation_loss", last->validation_loss);
    json_real(json, "validation_accuracy", last->validation_accuracy);
}

static void add_days(struct json *json, const struct schooling *schooling)
{
    json_open(json, "checks", '[', JSON_LINES);
    for (size_t i = 0; i < schooling->day_count; i++) {
        const struct inspection_day *day = &schooling->days[i];
        json_open(json, NULL, '{', JSON_ONE_LINE);
        json_count(json, "epoch", day->epoch);
        json_text(json, "verdict", nng_verdict_name(day->verdict));
        json_count(json, "pass", day->pass);
        json_count(json, "fail", day->fail);
        json_count(json, "kink", day->kink);
        json_count(json, "inconclusive", day->inconclusive);
        json_close(json);
    }
    json_close(json);
}

static void add_entry(struct json *json, const struct nng_model *model, const struct ledger_entry *entry)
{
    const struct nng_optimizer *optimizer = model->optimizer.plugin->optimizer;
    char name[NNG_NAME_SIZE];
    nng_parameter_name(model, entry->index, name);
    json_open(json, NULL, '{', JSON_ONE_LINE);
    json_text(json, "name", name);
    json_real(json, "before", entry->before);
    if ((optimizer->flags & NNG_OPTIMIZER_WHOLE_PROBLEM) == 0)
        json_real(json, "gradient", entry->gradient);
    json_real(json, "after", entry->after);
    for (size_t k = 0; optimizer->slots != NULL && optimizer->slots[k] != NULL; k++)
        json_real(json, optimizer->slots[k], entry->slots[k]);
    json_close(json);
}

static void add_ledger(struct json *json, const struct schooling *schooling)
{
    json_open(json, "ledger", '[', JSON_LINES);
    for (size_t k = 0; k < schooling->ledger_count; k++) {
        const struct ledger_step *step = &schooling->ledger[k];
        json_open(json, NULL, '{', JSON_LINES);
        json_count(json, "update", (size_t)step->t);
        json_count(json, "epoch", step->epoch);
        json_open(json, "samples", '[', JSON_ONE_LINE);
        for (size_t n = 0; n < step->samples; n++)
            json_count(json, NULL, step->sample != NULL ? step->sample[n] + 1 : n + 1);
        json_close(json);
        json_real_or_reason(json, "loss", step->loss);
        json_real(json, "learning_rate", step->learning_rate);
        json_open(json, "parameters", '[', JSON_LINES);
        for (size_t i = 0; i < step->entries; i++)
            add_entry(json, schooling->model, &step->entry[i]);
        json_close(json);
        json_close(json);
    }
    json_close(json);
}

void schooling_json(const struct schooling *schooling, struct nng_text *out)
{
    struct json json = {.out = out};
    json_open(&json, NULL, '{', JSON_LINES);
    json_text(&json, "nngrad", NNG_VERSION);
    json_text(&json, "command", "train");
    outcome_json(&json, schooling->training, &schooling->outcome);
    json_text(&json, "run", nng_run_directory(schooling->run));
    if (schooling->day_count > 0)
        add_days(&json, schooling);
    if (schooling->ledger_count > 0)
        add_ledger(&json, schooling);
    json_close(&json);
}
