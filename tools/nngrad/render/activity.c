/* activity.c - dead and saturated units, the size of outputs and of the derivatives that reach them: a line a layer. */
#include "render/activity.h"

#include "render/number.h"
#include "render/table.h"
#include "render/verdicts.h"

enum { DIGITS = 4 };

static const char explanation[] =
    "dead: f'(a) = 0 in every sample; saturated: of all outputs, those within a twentieth of their range of one of its "
    "ends; |dL/da|: its root mean square";

static double saturated_share(const struct nng_activity *activity)
{
    return (double)activity->saturated / (double)(activity->units * activity->samples);
}

static struct table layers_of(const struct inspection *in)
{
    static const struct column columns[] = {{"layer", ALIGN_RIGHT, 0},       {"activation", ALIGN_LEFT, 3},
                                            {"units", ALIGN_RIGHT, 2},       {"dead", ALIGN_RIGHT, 0},
                                            {"saturated", ALIGN_RIGHT, 0},   {"mean h", ALIGN_POINT, 1},
                                            {"deviation h", ALIGN_POINT, 1}, {"|dL/da|", ALIGN_POINT, 0}};
    struct table table = table_new(columns, sizeof columns / sizeof columns[0]);
    for (size_t l = 0; l < in->model->layer_count; l++) {
        const struct nng_activity *activity = &in->activities[l];
        double share = saturated_share(activity);
        table_print(&table, INK_PLAIN, "%zu", l + 1);
        table_add(&table, INK_PLAIN, in->model->layers[l].activation.plugin->name);
        table_print(&table, INK_PLAIN, "%zu", activity->units);
        table_print(&table, activity->dead > 0 ? INK_BAD : INK_DIM, "%zu", activity->dead);
        table_print(&table, share > 0.5 ? INK_BAD : INK_DIM, "%.1f%%", 100.0 * share);
        table_computed(&table, INK_PLAIN, activity->h_mean, DIGITS);
        table_computed(&table, INK_PLAIN, activity->h_deviation, DIGITS);
        table_computed(&table, INK_PLAIN, activity->da_size, DIGITS);
    }
    return table;
}

void activity_text(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    struct nng_text rest = {0};
    struct table table = layers_of(in);
    nng_text_print(&rest, "over %zu sample%s, at these weights", in->model->data.samples,
                   in->model->data.samples == 1 ? "" : "s");
    heading_text(out, style, "Units", plain_part(out, &rest));
    table_text(&table, style, out);
    if (!style->quiet) {
        plain_space(out, 2);
        plain_wrap(out, style, 2, 2, explanation);
    }
    nng_text_add(out, "\n");
    table_free(&table);
    nng_text_free(&rest);
}

void activity_markdown(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    struct table table = layers_of(in);
    nng_text_add(out, "\n## Units\n\n");
    table_markdown(&table, out);
    if (!style->quiet)
        nng_text_print(out, "\n%s.\n", explanation);
    table_free(&table);
}

void activity_csv(const struct inspection *in, struct nng_text *out)
{
    nng_text_add(out, "layer,activation,units,dead,saturated,h_mean,h_deviation,da_size\n");
    for (size_t l = 0; l < in->model->layer_count; l++) {
        const struct nng_activity *activity = &in->activities[l];
        double values[] = {saturated_share(activity), activity->h_mean, activity->h_deviation, activity->da_size};
        nng_text_print(out, "%zu,%s,%zu,%zu", l + 1, in->model->layers[l].activation.plugin->name, activity->units,
                       activity->dead);
        for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
            char text[NUMBER_SIZE];
            number_exact(values[i], text);
            nng_text_print(out, ",%s", text);
        }
        nng_text_add(out, "\n");
    }
}

void activity_json(const struct inspection *in, struct json *json)
{
    json_open(json, "units", '[', JSON_LINES);
    for (size_t l = 0; l < in->model->layer_count; l++) {
        const struct nng_activity *activity = &in->activities[l];
        json_open(json, NULL, '{', JSON_ONE_LINE);
        json_count(json, "layer", l + 1);
        json_text(json, "activation", in->model->layers[l].activation.plugin->name);
        json_count(json, "units", activity->units);
        json_count(json, "dead", activity->dead);
        json_real(json, "saturated", saturated_share(activity));
        json_real_or_reason(json, "h_mean", activity->h_mean);
        json_real_or_reason(json, "h_deviation", activity->h_deviation);
        json_real_or_reason(json, "da_size", activity->da_size);
        json_close(json);
    }
    json_close(json);
}
