/* comparison.c - the plot of `nngrad compare`: a curve for each training, and a panel for each loss. */
#include "comparison.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "plot/curves.h"

enum { MOST_LOSSES = 9 };

struct groups {
    size_t of[MOST_LOSSES]; /* the first training of each */
    struct course_group group[MOST_LOSSES];
    size_t count;
};

static bool same_loss(const struct nng_model *a, const struct nng_model *b)
{
    size_t bytes = a->loss.plugin->parameter_count * sizeof *a->loss.values;
    return a->loss.plugin == b->loss.plugin && a->reduction == b->reduction &&
           (bytes == 0 || memcmp(a->loss.values, b->loss.values, bytes) == 0);
}

/* The axis of the losses, if there is one; SIZE_MAX */
static size_t loss_axis(const struct comparison *comparison)
{
    for (size_t i = 0; i < comparison->axis_count; i++)
        if (strcmp(comparison->axes[i].title, "loss") == 0)
            return i;
    return SIZE_MAX;
}

static enum nng_status find_groups(const struct comparison *comparison, struct groups *groups, struct nng_error *error)
{
    size_t axis = loss_axis(comparison);
    for (size_t k = 0; k < comparison->contest_count; k++) {
        const struct contest *contest = &comparison->contests[k];
        size_t g = 0;
        while (g < groups->count && !same_loss(contest->model, comparison->contests[groups->of[g]].model))
            g++;
        if (g == MOST_LOSSES)
            return nng_fail(error, NNG_INPUT, "more than %d losses do not fit one plot", MOST_LOSSES);
        if (g == groups->count) {
            groups->of[groups->count++] = k;
            groups->group[g].title = axis == SIZE_MAX ? contest->model->loss.plugin->name
                                                      : comparison->axes[axis].texts[contest->choice[axis]];
        }
        groups->group[g].count++;
    }
    return NNG_OK;
}

/* "adam:learning_rate=0.1, batch = 4": what was chosen, but for the loss where it has a panel of its own. */
static const char *name_of(const struct comparison *comparison, const struct contest *contest, bool panels)
{
    struct nng_text name = {0};
    for (size_t i = 0; i < comparison->axis_count; i++) {
        const struct axis *axis = &comparison->axes[i];
        const char *point = strrchr(axis->path, '.'), *value = axis->texts[contest->choice[i]];
        if (panels && i == loss_axis(comparison))
            continue;
        nng_text_add(&name, name.length > 0 ? ", " : "");
        if (axis->is_setting)
            nng_text_print(&name, "%s = %s", point != NULL ? point + 1 : axis->path, value);
        else
            nng_text_add(&name, value);
    }
    const char *kept =
        name.failed ? NULL : nng_arena_text(comparison->options->memory, name.length > 0 ? name.data : "");
    nng_text_free(&name);
    return kept;
}

/* Those of a loss follow each other. */
static enum nng_status read_courses(const struct comparison *comparison, const struct groups *groups,
                                    struct course *courses, struct nng_error *error)
{
    size_t count = 0;
    for (size_t g = 0; g < groups->count; g++)
        for (size_t k = 0; k < comparison->contest_count; k++) {
            const struct contest *contest = &comparison->contests[k];
            if (!same_loss(contest->model, comparison->contests[groups->of[g]].model))
                continue;
            const char *name = name_of(comparison, contest, groups->count > 1);
            if (name == NULL || contest->history.failed)
                return nng_fail_memory(error);
            enum nng_status status = course_read_text(&courses[count++], name, contest->history.data, error);
            if (status != NNG_OK)
                return status;
        }
    return NNG_OK;
}

enum nng_status comparison_draw(const struct comparison *comparison, struct figure *figure, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct groups groups = {.count = 0};
    size_t count = comparison->contest_count;
    struct course *courses = nng_arena_take(comparison->options->memory, count, sizeof *courses);
    if (courses == NULL)
        return nng_fail_memory(error);
    NNG_TRY(find_groups(comparison, &groups, error));
    NNG_TRY(read_courses(comparison, &groups, courses, error));
    draw_loss_groups(figure, courses, groups.group, groups.count);
fail:
    for (size_t k = 0; k < count; k++)
        columns_free(&courses[k].table);
    return status;
}
