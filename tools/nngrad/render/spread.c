/* spread.c - signal and noise in the samples' own gradients: a line a tensor, and the parameters' own. */
#include "render/spread.h"

#include <math.h>

#include "render/number.h"
#include "render/table.h"
#include "render/verdicts.h"

enum { ENTRIES_UP_TO = 40 };

/* Of the parameters from ... from + count - 1: the norm of the mean, and of the standard deviations. */
struct signal {
    double mean, deviation;
};

static struct signal signal_of(const struct nng_spread *spread, size_t from, size_t count)
{
    struct signal signal = {0};
    for (size_t p = from; p < from + count; p++) {
        signal.mean = hypot(signal.mean, spread->mean[p]);
        signal.deviation = hypot(signal.deviation, spread->deviation[p]);
    }
    return signal;
}

/* sum v / |m|^2, in samples */
static double noise_scale(const struct nng_spread *spread)
{
    struct signal signal = signal_of(spread, 0, spread->count);
    return signal.deviation / signal.mean * (signal.deviation / signal.mean);
}

static void add_ratio(struct table *table, struct signal signal)
{
    if (signal.deviation > 0.0)
        table_computed(table, INK_PLAIN, signal.mean / signal.deviation, 3);
    else
        table_add(table, INK_DIM, "-");
}

static struct table tensors_of(const struct inspection *in, int digits)
{
    static const struct column columns[] = {{"tensor", ALIGN_LEFT, 0},
                                            {"|mean|", ALIGN_POINT, 0},
                                            {"deviation", ALIGN_POINT, 0},
                                            {"signal/noise", ALIGN_POINT, 0}};
    struct table table = table_new(columns, 4);
    for (size_t k = 0; k < nng_tensor_count(in->model); k++) {
        struct nng_tensor tensor = nng_tensor(in->model, k);
        struct signal signal = signal_of(in->spread, tensor.offset, tensor.count);
        table_add(&table, INK_PLAIN, tensor.name);
        table_computed(&table, INK_PLAIN, signal.mean, digits);
        table_computed(&table, INK_PLAIN, signal.deviation, digits);
        add_ratio(&table, signal);
    }
    return table;
}

static struct table entries_of(const struct inspection *in, int digits)
{
    static const struct column columns[] = {
        {"name", ALIGN_LEFT, 0},          {"mean", ALIGN_POINT, 0},   {"deviation", ALIGN_POINT, 0},
        {"signal/noise", ALIGN_POINT, 1}, {"lowest", ALIGN_POINT, 2}, {"sample", ALIGN_RIGHT, 2},
        {"highest", ALIGN_POINT, 3},      {"sample", ALIGN_RIGHT, 3},
    };
    const struct nng_spread *spread = in->spread;
    struct table table = table_new(columns, sizeof columns / sizeof columns[0]);
    for (size_t p = 0; p < spread->count && (in->full || p < ENTRIES_UP_TO); p++) {
        char name[NNG_NAME_SIZE];
        nng_parameter_name(in->model, p, name);
        table_add(&table, INK_PLAIN, name);
        table_computed(&table, INK_PLAIN, spread->mean[p], digits);
        table_computed(&table, INK_PLAIN, spread->deviation[p], digits);
        add_ratio(&table, signal_of(spread, p, 1));
        table_computed(&table, INK_PLAIN, spread->lowest[p], digits);
        table_print(&table, INK_DIM, "%zu", spread->lowest_sample[p] + 1);
        table_computed(&table, INK_PLAIN, spread->highest[p], digits);
        table_print(&table, INK_DIM, "%zu", spread->highest_sample[p] + 1);
    }
    return table;
}

static void add_scale(const struct nng_spread *spread, struct nng_text *out)
{
    char text[NUMBER_SIZE];
    double scale = noise_scale(spread);
    if (!isfinite(scale)) {
        nng_text_add(out, "the mean is zero: there is no signal");
        return;
    }
    number_computed(scale, 3, text);
    nng_text_print(out, "%s samples: the gradient of a batch much smaller than that is mostly noise", text);
}

/* Three digits are what one compares; more would hide it. */
static int few(const struct style *style)
{
    return style->digits < 4 ? style->digits : 4;
}

void spread_text(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    struct nng_text rest = {0}, scale = {0};
    struct table tensors = tensors_of(in, few(style)), entries = entries_of(in, few(style));
    nng_text_print(&rest, "each sample's own gradient: mean and standard deviation over %zu samples",
                   in->spread->samples);
    heading_text(out, style, "Samples", plain_part(out, &rest));
    table_text(&tensors, style, out);
    nng_text_add(out, "\n");
    table_text(&entries, style, out);
    if (!in->full && in->spread->count > ENTRIES_UP_TO)
        nng_text_print(out, "  (%zu more are left out: --full or --format csv lists them)\n",
                       in->spread->count - ENTRIES_UP_TO);
    nng_text_add(out, "\n");
    add_scale(in->spread, &scale);
    heading_text(out, style, "Noise", plain_part(out, &scale));
    nng_text_add(out, "\n");
    table_free(&tensors);
    table_free(&entries);
    nng_text_free(&rest);
    nng_text_free(&scale);
}

void spread_markdown(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    struct table tensors = tensors_of(in, few(style)), entries = entries_of(in, few(style));
    nng_text_print(out, "\n## Each sample's own gradient, over %zu samples\n\n", in->spread->samples);
    table_markdown(&tensors, out);
    nng_text_add(out, "\n");
    table_markdown(&entries, out);
    nng_text_add(out, "\nNoise scale: ");
    add_scale(in->spread, out);
    nng_text_add(out, ".\n");
    table_free(&tensors);
    table_free(&entries);
}

static void add_signal(struct json *json, const char *name, struct signal signal, const char *norm)
{
    json_text(json, "name", name);
    json_real(json, norm, signal.mean);
    json_real(json, "deviation", signal.deviation);
    json_real_or_reason(json, "signal_to_noise", signal.mean / signal.deviation);
}

void spread_json(const struct inspection *in, struct json *json)
{
    const struct nng_spread *spread = in->spread;
    json_open(json, "per_sample", '{', JSON_LINES);
    json_count(json, "samples", spread->samples);
    json_real_or_reason(json, "noise_scale", noise_scale(spread));
    json_open(json, "tensors", '[', JSON_LINES);
    for (size_t k = 0; k < nng_tensor_count(in->model); k++) {
        struct nng_tensor tensor = nng_tensor(in->model, k);
        json_open(json, NULL, '{', JSON_ONE_LINE);
        add_signal(json, tensor.name, signal_of(spread, tensor.offset, tensor.count), "norm");
        json_close(json);
    }
    json_close(json);
    json_open(json, "entries", '[', JSON_LINES);
    for (size_t p = 0; p < spread->count; p++) {
        char name[NNG_NAME_SIZE];
        struct signal signal = {spread->mean[p], spread->deviation[p]};
        nng_parameter_name(in->model, p, name);
        json_open(json, NULL, '{', JSON_ONE_LINE);
        add_signal(json, name, signal, "mean");
        json_real(json, "lowest", spread->lowest[p]);
        json_count(json, "lowest_sample", spread->lowest_sample[p] + 1);
        json_real(json, "highest", spread->highest[p]);
        json_count(json, "highest_sample", spread->highest_sample[p] + 1);
        json_close(json);
    }
    json_close(json);
    json_close(json);
}
