/* course.c - the course of a training by epoch. */
#include "plot/course.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "plot/trained.h"

enum { MOST_LAYERS = 1000 };

static const char *const column_names[COURSE_LAYERS] = {
    "epoch", "loss", "accuracy", "validation_loss", "validation_accuracy", "gradient_norm"};

const struct extent extent_none = {INFINITY, -INFINITY};

double course_value(const struct course *course, size_t row, size_t column)
{
    return course->table.values[row * course->table.count + column];
}

void course_extend(const struct course *course, size_t column, struct extent *extent)
{
    for (size_t row = 0; row < course->table.rows; row++) {
        double value = course_value(course, row, column);
        if (isfinite(value)) {
            extent->low = fmin(extent->low, value);
            extent->high = fmax(extent->high, value);
        }
    }
}

bool extent_is_logarithmic(const struct extent *extent)
{
    static const double far = 20;
    return extent->low > 0 && extent->high >= far * extent->low;
}

/* Ticks at 1, 2 and 5 times the powers of ten: where few of those are seen, they alone would be too far apart. */
static void set_log_ticks(struct figure *figure, const char *axis, double low, double high)
{
    static const double few = 300, steps[] = {1, 2, 5};
    const char *parted = "";
    figure_print(figure, "set %stics %s", axis, high / low < few ? "(" : "autofreq");
    for (int k = (int)floor(log10(low)); high / low < few && k <= (int)ceil(log10(high)); k++)
        for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
            double at = steps[i] * pow(10, k);
            if (at >= low && at <= high) {
                figure_print(figure, "%s%.6g", parted, at);
                parted = ", ";
            }
        }
    figure_print(figure, "%s\n", high / low < few ? ")" : "");
}

void set_axis(struct figure *figure, const char *axis, struct extent extent, bool logarithmic)
{
    if (extent.low > extent.high) /* nothing is there */
        extent = (struct extent){0, 1};
    /* numbers such as 0.01 are read at sight; 0.0000001 is not */
    bool plain = !logarithmic || (extent.low >= 1e-4 && extent.high <= 1e5);
    double margin = logarithmic ? 1.05 * pow(extent.high / extent.low, 0.04) : 0.04 * (extent.high - extent.low);
    /* from 0 on, unless all would then lie in the uppermost fifth, and is more than rounding */
    bool from_zero =
        extent.low >= 0 && (extent.low < 0.8 * extent.high || extent.high - extent.low <= 1e-9 * extent.high);
    double low = logarithmic ? extent.low / margin : from_zero ? 0 : extent.low - margin;
    double high = logarithmic ? extent.high * margin : extent.high + margin;
    high = high > low ? high : low + 1;
    figure_print(figure, "%s logscale %s\nset format %s '%s'\nset %srange [%.6g:%.6g]\n", logarithmic ? "set" : "unset",
                 axis, axis, plain ? "%g" : "10^{%T}", axis, low, high);
    if (logarithmic)
        set_log_ticks(figure, axis, low, high);
    else
        figure_print(figure, "set %stics autofreq\n", axis);
}

void set_epochs(struct figure *figure, const struct course *courses, size_t count)
{
    struct extent epochs = {0, 1};
    for (size_t k = 0; k < count; k++)
        course_extend(&courses[k], COURSE_EPOCH, &epochs);
    figure_set(figure, "xlabel", "epochs");
    figure_print(figure, "set xrange [0:%g]\nset xtics %s\n", epochs.high, epochs.high < 6 ? "1" : "autofreq");
}

/* ---- reading ------------------------------------------------------------------------------------------------- */

static enum nng_status find_column(const struct column_reader *reader, const char *name, size_t *column,
                                   struct nng_error *error)
{
    *column = columns_find(reader, name);
    return *column != SIZE_MAX ? NNG_OK
                               : nng_fail_at(error, NNG_INPUT, reader->shown, 1, 0, NULL,
                                             "not the history of a training: there is no column '%s'", name);
}

/* gradient_norm_1, ... gradient_norm_L */
static size_t count_layers(const struct column_reader *reader)
{
    size_t layers = 0;
    for (size_t i = 0; i < reader->count && layers < MOST_LAYERS; i++)
        layers += strncmp(reader->names[i], "gradient_norm_", strlen("gradient_norm_")) == 0;
    return layers;
}

static enum nng_status read_course(struct course *course, struct column_reader *reader, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t L = course->layers = count_layers(reader);
    size_t *which = nng_allocate(COURSE_LAYERS + 2 * L, sizeof *which);
    if (which == NULL)
        return nng_fail_memory(error);
    for (size_t i = 0; i < COURSE_LAYERS; i++)
        NNG_TRY(find_column(reader, column_names[i], &which[i], error));
    for (size_t l = 0; l < L; l++) {
        char name[48];
        snprintf(name, sizeof name, "gradient_norm_%zu", l + 1);
        NNG_TRY(find_column(reader, name, &which[COURSE_LAYERS + l], error));
        snprintf(name, sizeof name, "update_ratio_%zu", l + 1);
        NNG_TRY(find_column(reader, name, &which[COURSE_LAYERS + L + l], error));
    }
    NNG_TRY(columns_read(reader, which, COURSE_LAYERS + 2 * L, &course->table, error));
fail:
    if (status != NNG_OK)
        columns_free(&course->table);
    nng_release(which);
    return status;
}

enum nng_status course_read_text(struct course *course, const char *name, const char *text, struct nng_error *error)
{
    struct column_reader reader;
    course->name = name;
    enum nng_status status = columns_open_text(&reader, text, name, error);
    if (status == NNG_OK)
        status = read_course(course, &reader, error);
    columns_close(&reader);
    return status;
}

static enum nng_status read_run(struct course *course, const char *directory, struct nng_error *error)
{
    struct column_reader reader = {0};
    struct nng_text file = {0};
    nng_text_print(&file, "%s/history.csv", directory);
    enum nng_status status = file.failed ? nng_fail_memory(error) : columns_open(&reader, file.data, error);
    if (status == NNG_OK)
        status = read_course(course, &reader, error);
    columns_close(&reader);
    nng_text_free(&file);
    return status;
}

/* ---- arguments ----------------------------------------------------------------------------------------------- */

/* What a run did is not changed by options any more. */
static enum nng_status refuse_changes(const struct options *options, const char *run, struct nng_error *error)
{
    static const enum option_id changes[] = {OPTION_SET, OPTION_LOSS, OPTION_OPTIMIZER, OPTION_SEED};
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++)
        if (option_given(options, changes[i]))
            return nng_fail(error, NNG_INPUT, "option '--%s' changes a model, but '%s' is a run, which is over",
                            option_table[changes[i]].name, run);
    return NNG_OK;
}

static enum nng_status open_course(struct course *course, const struct plot_request *request, const char *argument,
                                   struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct trained trained = {0};
    if (argument != NULL && is_run(argument)) {
        NNG_TRY(refuse_changes(request->options, argument, error));
        course->name = run_name(request, argument);
        return course->name != NULL ? read_run(course, argument, error) : nng_fail_memory(error);
    }
    NNG_TRY(trained_open(&trained, request, argument, error));
    NNG_TRY(trained_learn(&trained, request->options, error));
    const char *name = nng_arena_text(request->options->memory, trained.name);
    if (name == NULL)
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(course_read_text(course, name, trained.history.data, error));
fail:
    trained_free(&trained);
    return status;
}

enum nng_status courses_open(struct courses *courses, const struct plot_request *request, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t count = request->argument_count > 0 ? request->argument_count : 1;
    *courses = (struct courses){.list = nng_arena_take(request->options->memory, count, sizeof *courses->list)};
    if (courses->list == NULL)
        return nng_fail_memory(error);
    for (; courses->count < count; courses->count++) {
        const char *argument = request->argument_count > 0 ? request->arguments[courses->count] : NULL;
        NNG_TRY(open_course(&courses->list[courses->count], request, argument, error));
    }
fail:
    return status;
}

void courses_free(struct courses *courses)
{
    for (size_t k = 0; k < courses->count; k++)
        columns_free(&courses->list[k].table);
}
