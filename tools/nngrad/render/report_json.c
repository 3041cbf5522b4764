/* report_json.c - inspect and check as one JSON object. The names of its fields are a contract with other programs. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "inspection.h"
#include "output.h"
#include "render/activity.h"
#include "render/hessian.h"
#include "render/json.h"
#include "render/number.h"
#include "render/spread.h"
#include "render/tables.h"

static void add_model(struct json *json, const struct nng_model *model)
{
    json_open(json, "model", '{', JSON_LINES);
    json_text(json, "name", model->name);
    json_text(json, "file", model->file);
    json_count(json, "inputs", model->inputs);
    json_text(json, "notation", model->notation == NNG_OUT_IN ? "out_in" : "in_out");
    json_count(json, "parameters", model->parameter_count);
    json_open(json, "layers", '[', JSON_LINES);
    for (size_t l = 0; l < model->layer_count; l++) {
        json_open(json, NULL, '{', JSON_ONE_LINE);
        json_count(json, "units", model->layers[l].units);
        json_text(json, "activation", model->layers[l].activation.plugin->name);
        json_close(json);
    }
    json_close(json);
    json_close(json);
}

static void add_data_and_loss(struct json *json, const struct inspection *in)
{
    json_open(json, "data", '{', JSON_ONE_LINE);
    json_count(json, "samples", in->model->data.samples);
    json_text(json, "source", in->model->data.source);
    json_close(json);
    json_open(json, "loss", '{', JSON_ONE_LINE);
    json_text(json, "plugin", in->model->loss.plugin->name);
    json_text(json, "reduction", in->model->reduction == NNG_MEAN ? "mean" : "sum");
    json_real_or_reason(json, "value", in->pass->loss);
    json_real_or_reason(json, "penalty", in->pass->penalty);
    json_close(json);
}

/* values: samples x units, a row a sample. The first value that is not finite gives the reason for its null. */
static void add_rows(struct json *json, const char *key, const struct inspection *in, const double *values,
                     size_t units)
{
    size_t first = in->one_sample ? in->sample : 0;
    size_t end = in->one_sample ? in->sample + 1 : in->model->data.samples;
    char reason[96] = "", text[NUMBER_SIZE];
    json_open(json, key, '[', end - first > 1 ? JSON_LINES : JSON_ONE_LINE);
    for (size_t n = first; n < end; n++) {
        json_open(json, NULL, '[', JSON_ONE_LINE);
        for (size_t i = 0; i < units; i++) {
            double x = values[n * units + i];
            json_real(json, NULL, x);
            if (!isfinite(x) && reason[0] == '\0') {
                number_exact(x, text);
                snprintf(reason, sizeof reason, "%s at sample %zu, unit %zu", text, n + 1, i + 1);
            }
        }
        json_close(json);
    }
    json_close(json);
    char reason_key[32];
    snprintf(reason_key, sizeof reason_key, "%s_reason", key);
    if (reason[0] != '\0')
        json_text(json, reason_key, reason);
}

static void add_passes(struct json *json, const struct inspection *in)
{
    const struct nng_pass *pass = in->pass;
    size_t layers = in->model->layer_count;
    if (in->one_sample)
        json_count(json, "sample", in->sample + 1);
    json_open(json, "forward", '[', JSON_LINES);
    for (size_t l = 1; l <= layers; l++) {
        json_open(json, NULL, '{', JSON_LINES);
        json_count(json, "layer", l);
        add_rows(json, "a", in, pass->a[l], in->model->layers[l - 1].units);
        add_rows(json, "h", in, pass->h[l], in->model->layers[l - 1].units);
        json_close(json);
    }
    json_close(json);
    json_open(json, "backward", '[', JSON_LINES);
    for (size_t l = 1; l <= layers; l++) {
        json_open(json, NULL, '{', JSON_LINES);
        json_count(json, "layer", l);
        add_rows(json, "dL_dh", in, pass->dh[l], in->model->layers[l - 1].units);
        add_rows(json, "dL_da", in, pass->da[l], in->model->layers[l - 1].units);
        json_close(json);
    }
    json_close(json);
}

static void add_entry(struct json *json, const struct inspection *in, const struct nng_entry *entry)
{
    char name[NNG_NAME_SIZE];
    struct nng_place place = nng_place(in->model, entry->index);
    nng_parameter_name(in->model, entry->index, name);
    json_open(json, NULL, '{', JSON_ONE_LINE);
    json_text(json, "name", name);
    json_text(json, "kind", place.kind == NNG_WEIGHT ? "weight" : "bias");
    json_count(json, "layer", place.layer);
    json_count(json, "neuron", place.neuron);
    if (place.kind == NNG_WEIGHT)
        json_count(json, "input", place.input);
    else
        json_text(json, "input", NULL);
    json_real_or_reason(json, "value", in->theta[entry->index]);
    json_real_or_reason(json, "analytic", entry->analytic);
    json_real_or_reason(json, "numeric", entry->numeric);
    json_real_or_reason(json, "uncertainty", entry->uncertainty);
    json_real(json, "complex_step", entry->complex_step); /* null: there is no independent complex form */
    json_real_or_reason(json, "penalty", entry->penalty);
    if (entry->verdict == NNG_KINK) {
        json_real_or_reason(json, "left", entry->left);
        json_real_or_reason(json, "right", entry->right);
    }
    json_text(json, "verdict", nng_verdict_name(entry->verdict));
    json_close(json);
}

static void add_tensors(struct json *json, const struct inspection *in)
{
    json_open(json, "tensors", '[', JSON_LINES);
    for (size_t k = 0; k < in->report->tensor_count; k++) {
        const struct nng_tensor_report *tensor = &in->report->tensors[k];
        char worst[NNG_NAME_SIZE];
        nng_parameter_name(in->model, tensor->worst, worst);
        json_open(json, NULL, '{', JSON_ONE_LINE);
        json_text(json, "name", tensor->tensor.name);
        json_count(json, "rows", tensor->tensor.rows);
        json_count(json, "cols", tensor->tensor.cols);
        json_count(json, "pass", tensor->pass);
        json_count(json, "fail", tensor->fail);
        json_count(json, "kink", tensor->kink);
        json_count(json, "inconclusive", tensor->inconclusive);
        json_bool(json, "vacuous", tensor->vacuous);
        json_real_or_reason(json, "resolution", tensor->resolution);
        json_text(json, "worst", worst);
        json_close(json);
    }
    json_close(json);
}

/* Each group of the page's matrix, row by row; null where a group has a hole. */
static void add_symbols(struct json *json, const struct inspection *in)
{
    json_open(json, "symbols", '[', JSON_LINES);
    for (size_t g = 0; g < matrix_groups(&in->matrix); g++) {
        struct matrix_group group = matrix_group(&in->matrix, g);
        json_open(json, NULL, '{', JSON_LINES);
        json_text(json, "group", group.title);
        json_open(json, "rows", '[', JSON_LINES);
        for (size_t r = 0; r < group.rows; r++) {
            json_open(json, NULL, '[', JSON_ONE_LINE);
            for (size_t c = 0; c < group.cols; c++) {
                char symbol[MATRIX_SYMBOL_SIZE];
                bool there = matrix_symbol(&in->matrix, matrix_index(&in->matrix, g, r, c), symbol);
                json_text(json, NULL, there ? symbol : NULL);
            }
            json_close(json);
        }
        json_close(json);
        json_close(json);
    }
    json_close(json);
}

static void add_verdict(struct json *json, const struct nng_report *report)
{
    json_open(json, "diagnosis", '[', JSON_LINES);
    for (size_t k = 0; k < report->diagnosis_count; k++) {
        json_open(json, NULL, '{', JSON_ONE_LINE);
        json_text(json, "tensor", report->diagnosis[k].tensor);
        json_text(json, "cause", report->diagnosis[k].cause);
        json_text(json, "message", report->diagnosis[k].message);
        json_close(json);
    }
    json_close(json);
    json_open(json, "notes", '[', JSON_LINES);
    for (size_t k = 0; k < report->note_count; k++)
        json_text(json, NULL, report->notes[k]);
    json_close(json);
    json_open(json, "counts", '{', JSON_ONE_LINE);
    json_count(json, "pass", report->pass);
    json_count(json, "fail", report->fail);
    json_count(json, "kink", report->kink);
    json_count(json, "inconclusive", report->inconclusive);
    json_close(json);
    json_text(json, "verdict", nng_verdict_name(report->verdict));
    json_bool(json, "screened", report->screened);
    if (report->screened) {
        json_count(json, "directions", report->directions);
        json_real_or_reason(json, "miss_probability", report->miss_probability);
    }
    json_count(json, "evaluations", (size_t)report->evaluations);
    if (output_is_reproducible())
        json_text(json, "seconds", NULL);
    else
        json_real_or_reason(json, "seconds", report->seconds);
}

void report_json(const struct inspection *in, bool symbols, struct nng_text *out)
{
    struct json json = {.out = out};
    json_open(&json, NULL, '{', JSON_LINES);
    json_text(&json, "nngrad", NNG_VERSION);
    json_text(&json, "command", in->command);
    add_model(&json, in->model);
    add_data_and_loss(&json, in);
    if (strcmp(in->command, "inspect") == 0)
        add_passes(&json, in);
    if (symbols)
        add_symbols(&json, in);
    json_open(&json, "gradient", '[', JSON_LINES);
    for (size_t i = 0; i < in->report->entry_count; i++)
        if (is_reported(in, &in->report->entries[i]))
            add_entry(&json, in, &in->report->entries[i]);
    json_close(&json);
    add_tensors(&json, in);
    if (in->hessian != NULL)
        hessian_json(in, &json);
    if (in->activities != NULL)
        activity_json(in, &json);
    if (in->spread != NULL)
        spread_json(in, &json);
    add_verdict(&json, in->report);
    json_close(&json);
}
