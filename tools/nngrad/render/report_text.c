/* report_text.c - inspect and check as text.
 *
 * inspect: the network, the data, the forward pass, the loss, the deltas, the page's matrix, the verdict.
 * check: a line a tensor, the entries that are not a pass, the verdict.
 */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "inspection.h"
#include "render/activity.h"
#include "render/grid.h"
#include "render/hessian.h"
#include "render/number.h"
#include "render/passes.h"
#include "render/spread.h"
#include "render/tables.h"
#include "render/verdicts.h"

enum { LISTED_UP_TO = 200 };

static const char *reduction_name(const struct nng_model *model)
{
    return model->reduction == NNG_MEAN ? "mean" : "sum";
}

/* ---- the network, the data ----------------------------------------------------------------------------------- */

static void add_network(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    const struct nng_model *model = in->model;
    struct nng_text rest = {0};
    nng_text_print(&rest, "%s, ", model->name);
    for (size_t l = 0; l < model->layer_count && model->layer_count <= 12; l++)
        nng_text_print(&rest, "%zu-", model->layers[l].inputs);
    nng_text_print(&rest, "%s%zu, %zu parameters", model->layer_count <= 12 ? "" : "... ", model->outputs,
                   model->parameter_count);
    heading_text(out, style, "Network", plain_part(out, &rest));
    nng_text_free(&rest);
    struct table table = network_table(model);
    table_text(&table, style, out);
    table_free(&table);
    nng_text_add(out, "\n");
}

static void add_data(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    const struct nng_data *data = &in->model->data;
    struct nng_text rest = {0};
    plain_add_clean(&rest, data->source);
    nng_text_print(&rest, ": %zu sample%s, %zu input%s, %zu output%s", data->samples, data->samples == 1 ? "" : "s",
                   data->inputs, data->inputs == 1 ? "" : "s", data->outputs, data->outputs == 1 ? "" : "s");
    if (in->model->validation.samples > 0)
        nng_text_print(&rest, "; %zu more for validation", in->model->validation.samples);
    heading_text(out, style, "Data", plain_part(out, &rest));
    nng_text_free(&rest);
    nng_text_add(out, "\n");
}

/* ---- forward, loss, backward --------------------------------------------------------------------------------- */

/* The vectors of a pass under their heading. */
static void add_vectors(const struct inspection *in, const struct style *style, const char *title, const char *rest,
                        size_t (*make)(const struct inspection *, struct nng_arena *, struct vector *),
                        struct nng_text *out)
{
    struct nng_arena *arena = nng_arena_new();
    struct vector *vectors =
        arena != NULL ? nng_arena_take(arena, 2 * in->model->layer_count + 2, sizeof *vectors) : NULL;
    if (vectors == NULL) {
        nng_arena_free(arena);
        out->failed = true;
        return;
    }
    heading_text(out, style, title, rest);
    if (vectors_text(vectors, make(in, arena, vectors), in->full, style, out)) {
        plain_space(out, 2);
        plain_wrap(out, style, 2, 2, "(⋯ stands for values left out: --full shows them all)");
    }
    nng_text_add(out, "\n");
    nng_arena_free(arena);
}

static void add_forward(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    char rest[96] = "";
    size_t samples = in->model->data.samples;
    if (samples > 1)
        snprintf(rest, sizeof rest, "sample %zu of %zu%s", in->sample + 1, samples,
                 in->one_sample || style->quiet ? "" : " (--sample K shows another)");
    add_vectors(in, style, "Forward", rest, forward_vectors, out);
}

static void add_loss(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    const struct nng_model *model = in->model;
    struct nng_text rest = {0};
    char text[NUMBER_SIZE];
    number_computed(in->pass->loss, style->digits, text);
    nng_text_print(&rest, "L = %s: %s, ", text, model->loss.plugin->name);
    if (model->data.samples > 1)
        nng_text_print(&rest, "the %s over %zu samples", reduction_name(model), model->data.samples);
    else
        nng_text_add(&rest, "one sample");
    if (model->l1 != 0 || model->l2 != 0) {
        number_computed(in->pass->data_loss, style->digits, text);
        nng_text_print(&rest, ": %s", text);
        number_computed(in->pass->penalty, style->digits, text);
        nng_text_print(&rest, "; and a penalty of %s", text);
    }
    heading_text(out, style, "Loss", plain_part(out, &rest));
    nng_text_free(&rest);
    nng_text_add(out, "\n");
}

static void add_deltas(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    char rest[96] = "";
    size_t samples = in->model->data.samples;
    if (samples > 1 && in->model->reduction == NNG_MEAN)
        snprintf(rest, sizeof rest, "sample %zu of %zu, the mean's factor 1/%zu included", in->sample + 1, samples,
                 samples);
    else if (samples > 1)
        snprintf(rest, sizeof rest, "sample %zu of %zu", in->sample + 1, samples);
    add_vectors(in, style, "Backward", rest, delta_vectors, out);
}

/* ---- the gradient -------------------------------------------------------------------------------------------- */

static void add_listed(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    size_t listed = listed_count(in);
    size_t most = in->full || in->all ? listed : LISTED_UP_TO;
    if (listed == 0)
        return;
    struct table table = entries_table(in, style->digits, most);
    table_text(&table, style, out);
    table_free(&table);
    if (listed > most) {
        char note[160];
        snprintf(note, sizeof note, "(%zu more are left out: %s or --format csv lists them)", listed - most,
                 strcmp(in->command, "check") == 0 ? "--all" : "--full");
        plain_space(out, 2);
        plain_wrap(out, style, 2, 2, note);
    }
    nng_text_add(out, "\n");
}

static void add_gradient(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    if (shows_matrix(in)) {
        heading_text(out, style, "Gradient",
                     in->model->notation == NNG_OUT_IN ? "w_lij is layer l, neuron i, input j: a neuron is a row"
                                                       : "w_lij is layer l, input i, neuron j: a neuron is a column");
        grid_text(in, style, false, out);
        nng_text_add(out, "\n");
        return;
    }
    heading_text(out, style, "Gradient", "by tensor; --full prints the whole matrix");
    struct table tensors = tensors_table(in), largest = largest_table(in, style->digits);
    table_text(&tensors, style, out);
    nng_text_add(out, "\n  its largest entries:\n");
    table_text(&largest, style, out);
    table_free(&tensors);
    table_free(&largest);
    nng_text_add(out, "\n");
}

void inspect_text(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    add_network(in, style, out);
    add_data(in, style, out);
    if (in->hessian != NULL || in->spread != NULL || in->activities != NULL) {
        add_loss(in, style, out);
        if (in->hessian != NULL)
            hessian_text(in, style, out);
        else if (in->activities != NULL)
            activity_text(in, style, out);
        else
            spread_text(in, style, out);
        verdict_text(in, style, out);
        return;
    }
    add_forward(in, style, out);
    add_loss(in, style, out);
    add_deltas(in, style, out);
    add_gradient(in, style, out);
    add_listed(in, style, out);
    verdict_text(in, style, out);
}

void symbols_text(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    add_network(in, style, out);
    heading_text(out, style, "Gradient", "in symbols: layers 1 to L, then the biases");
    grid_text(in, style, true, out);
}

void check_text(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    struct table table = tensors_table(in);
    table_text(&table, style, out);
    table_free(&table);
    nng_text_add(out, "\n");
    add_listed(in, style, out);
    if (in->single && !style->quiet) {
        plain_space(out, 2);
        plain_wrap(out, style, 2, 2, "(the file holds single precision: it is judged at a tolerance that it can meet)");
        nng_text_add(out, "\n");
    }
    verdict_text(in, style, out);
}
