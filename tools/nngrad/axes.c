/* axes.c - what `nngrad compare` varies: the values of --optimizers, --losses and --over. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "comparison.h"
#include "session.h"

enum { MOST_CONTESTS = 1000 };

/* The length of the first of several values: up to a comma outside of brackets and quotes. */
static size_t value_length(const char *text)
{
    size_t length = 0;
    int depth = 0;
    bool quoted = false;
    for (; text[length] != '\0' && (text[length] != ',' || depth > 0 || quoted); length++) {
        char c = text[length];
        quoted = quoted != (c == '"');
        depth += quoted ? 0 : strchr("([{", c) != NULL ? 1 : strchr(")]}", c) != NULL ? -1 : 0;
    }
    return length;
}

static size_t value_count(const char *text)
{
    size_t count = 1;
    for (text += value_length(text); *text == ','; text += value_length(text)) {
        text++;
        count++;
    }
    return count;
}

/* Adds the values of a list to an axis that has room for them. */
static enum nng_status add_values(const struct options *options, enum option_id id, const char *text, struct axis *axis,
                                  struct nng_error *error)
{
    for (;; text++) {
        size_t length = value_length(text);
        const char *value = nng_arena_text_n(options->memory, text, length);
        if (value == NULL)
            return nng_fail_memory(error);
        if (length == 0)
            return nng_fail(error, NNG_INPUT, "option '--%s': a value is missing", option_table[id].name);
        axis->texts[axis->count] = axis->values[axis->count] = value;
        if (!axis->is_setting) {
            enum nng_status status = session_group(options, id, value, &axis->values[axis->count], error);
            if (status != NNG_OK)
                return status;
        }
        axis->count++;
        text += length;
        if (*text == '\0')
            return NNG_OK;
    }
}

static enum nng_status make_axis(const struct options *options, size_t room, struct axis *axis, struct nng_error *error)
{
    axis->texts = nng_arena_take(options->memory, room, sizeof *axis->texts);
    axis->values = nng_arena_take(options->memory, room, sizeof *axis->values);
    return axis->texts != NULL && axis->values != NULL ? NNG_OK : nng_fail_memory(error);
}

/* --optimizers or --losses: one axis, whatever the number of times it was given. */
static enum nng_status add_methods(struct comparison *comparison, enum option_id id, const char *path,
                                   struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct option_value *lists = &comparison->options->values[id];
    struct axis *axis = &comparison->axes[comparison->axis_count];
    size_t room = 0;
    if (!lists->given)
        return NNG_OK;
    for (size_t i = 0; i < lists->count; i++)
        room += value_count(lists->texts[i]);
    *axis = (struct axis){.title = path, .path = path};
    NNG_TRY(make_axis(comparison->options, room, axis, error));
    for (size_t i = 0; i < lists->count; i++)
        NNG_TRY(add_values(comparison->options, id, lists->texts[i], axis, error));
    comparison->axis_count++;
fail:
    return status;
}

/* --over PATH=VALUE,VALUE */
static enum nng_status add_settings(struct comparison *comparison, const char *text, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct axis *axis = &comparison->axes[comparison->axis_count];
    size_t length = strcspn(text, "=");
    if (length == 0 || text[length] == '\0')
        return nng_fail(error, NNG_INPUT, "option '--over': '%s' is not PATH=VALUE,VALUE...", text);
    const char *path = nng_arena_text_n(comparison->options->memory, text, length);
    if (path == NULL)
        return nng_fail_memory(error);
    *axis = (struct axis){.title = path, .path = path, .is_setting = true};
    NNG_TRY(make_axis(comparison->options, value_count(text + length + 1), axis, error));
    NNG_TRY(add_values(comparison->options, OPTION_OVER, text + length + 1, axis, error));
    comparison->axis_count++;
fail:
    return status;
}

enum nng_status comparison_axes(struct comparison *comparison, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct options *options = comparison->options;
    const struct option_value *over = &options->values[OPTION_OVER];
    comparison->axes = nng_arena_take(options->memory, over->count + 2, sizeof *comparison->axes);
    if (comparison->axes == NULL)
        return nng_fail_memory(error);
    NNG_TRY(add_methods(comparison, OPTION_OPTIMIZERS, "optimizer", error));
    NNG_TRY(add_methods(comparison, OPTION_LOSSES, "loss", error));
    for (size_t i = 0; i < over->count; i++)
        NNG_TRY(add_settings(comparison, over->texts[i], error));
    if (comparison->axis_count == 0)
        NNG_TRY(nng_fail(error, NNG_INPUT, "nothing to compare: --optimizers, --losses or --over says what"));
    comparison->total = 1;
    for (size_t i = 0; i < comparison->axis_count; i++) {
        comparison->total *= comparison->axes[i].count;
        if (comparison->total > MOST_CONTESTS)
            NNG_TRY(nng_fail(error, NNG_INPUT, "more than %d combinations", MOST_CONTESTS));
    }
fail:
    return status;
}
