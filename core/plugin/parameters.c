/* parameters.c - one table says what a plugin can be told: its names, ranges and defaults are checked when the plugin
 * is opened, and every value against them when it is set. */
#include "plugin/parameters.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "plugin/validate.h"

/* At and beyond this an end of a range is none (plugin.h). */
static const double no_limit = 1e308;

/* Every whole number up to here is a double. */
static const double whole_most = 9007199254740992.0; /* 2^53 */

enum { NUMBER_SIZE = 32, RANGE_SIZE = 2 * NUMBER_SIZE + 8 };

/* The shortest of 15, 16 or 17 digits that reads back as the same number. */
static void print_number(char text[NUMBER_SIZE], double x)
{
    if (isnan(x)) { /* whose sign means nothing */
        snprintf(text, NUMBER_SIZE, "nan");
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, NUMBER_SIZE, "%.*g", digits, x);
        if (strtod(text, NULL) == x)
            return;
    }
}

/* "(0, 1]", or "(0, inf)" where there is no limit. */
static const char *print_range(char text[RANGE_SIZE], const struct nng_parameter *p)
{
    char min[NUMBER_SIZE] = "-inf", max[NUMBER_SIZE] = "inf";
    bool low = p->min > -no_limit, high = p->max < no_limit;
    if (low)
        print_number(min, p->min);
    if (high)
        print_number(max, p->max);
    snprintf(text, RANGE_SIZE, "%c%s, %s%c", low && !(p->flags & NNG_OPEN_MIN) ? '[' : '(', min, max,
             high && !(p->flags & NNG_OPEN_MAX) ? ']' : ')');
    return text;
}

static bool in_range(const struct nng_parameter *p, double x)
{
    bool above = p->min <= -no_limit || (p->flags & NNG_OPEN_MIN ? x > p->min : x >= p->min);
    bool below = p->max >= no_limit || (p->flags & NNG_OPEN_MAX ? x < p->max : x <= p->max);
    return above && below;
}

static bool is_whole(double x)
{
    return isfinite(x) && x == floor(x);
}

size_t nng_choice_count(const struct nng_parameter *parameter)
{
    size_t count = 0;
    while (parameter->choices[count] != NULL)
        count++;
    return count;
}

/* ---- the table ----------------------------------------------------------------------------------------------- */

/* Keys of a method's group in model.cfg that are not its parameters. */
static const char *const reserved[] = {"plugin", "reduction"};

static enum nng_status validate_name(const struct nng_parameter *table, size_t i, struct nng_error *error)
{
    const char *name = table[i].name;
    if (name == NULL)
        return NNG_UNUSABLE(error, "the name of its parameter %zu is NULL", i + 1);
    if (!nng_plugin_name_valid(name))
        return NNG_UNUSABLE(error, "the name of its parameter %zu is not of the form [a-z][a-z0-9_]*", i + 1);
    for (size_t k = 0; k < sizeof reserved / sizeof reserved[0]; k++)
        if (strcmp(name, reserved[k]) == 0)
            return NNG_UNUSABLE(error, "its parameter may not be called '%s', which has a meaning in model.cfg", name);
    for (size_t k = 0; k < i; k++)
        if (strcmp(name, table[k].name) == 0)
            return NNG_UNUSABLE(error, "it has two parameters '%s'", name);
    return NNG_OK;
}

static enum nng_status validate_choices(const struct nng_parameter *p, struct nng_error *error)
{
    if (p->kind != NNG_CHOICE)
        return p->choices == NULL ? NNG_OK : NNG_UNUSABLE(error, "parameter '%s' has choices, but is not one", p->name);
    if (p->choices == NULL || p->choices[0] == NULL)
        return NNG_UNUSABLE(error, "parameter '%s' is a choice among none", p->name);
    size_t count = 0;
    for (; p->choices[count] != NULL; count++) {
        if (count == NNG_CHOICES_MOST)
            return NNG_UNUSABLE(error, "parameter '%s' has more than %d choices", p->name, NNG_CHOICES_MOST);
        if (!nng_plugin_name_valid(p->choices[count]))
            return NNG_UNUSABLE(error, "choice %zu of parameter '%s' is not of the form [a-z][a-z0-9_]*", count + 1,
                                p->name);
        for (size_t k = 0; k < count; k++)
            if (strcmp(p->choices[count], p->choices[k]) == 0)
                return NNG_UNUSABLE(error, "parameter '%s' has two choices '%s'", p->name, p->choices[k]);
    }
    if (!(is_whole(p->standard) && p->standard >= 0 && p->standard < (double)count))
        return NNG_UNUSABLE(error, "parameter '%s' has its default %g outside its %zu choices", p->name, p->standard,
                            count);
    return NNG_OK;
}

static enum nng_status validate_range(const struct nng_parameter *p, struct nng_error *error)
{
    char range[RANGE_SIZE], standard[NUMBER_SIZE];
    if (!isfinite(p->min) || !isfinite(p->max) || !isfinite(p->standard))
        return NNG_UNUSABLE(error, "parameter '%s' has a range or a default that is not finite", p->name);
    print_range(range, p);
    print_number(standard, p->standard);
    if (!(p->min <= p->max) || (p->min == p->max && p->flags != 0))
        return NNG_UNUSABLE(error, "parameter '%s' has the empty range %s", p->name, range);
    if (!in_range(p, p->standard))
        return NNG_UNUSABLE(error, "parameter '%s' has its default %s outside %s", p->name, standard, range);
    if (p->kind == NNG_INT && !(is_whole(p->min) && is_whole(p->max) && is_whole(p->standard)))
        return NNG_UNUSABLE(error, "parameter '%s' is a whole number, but its range %s or its default %s is not",
                            p->name, range, standard);
    return NNG_OK;
}

static enum nng_status validate_parameter(const struct nng_parameter *p, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    char what[NNG_PLUGIN_NAME_SIZE + 32];
    snprintf(what, sizeof what, "the summary of parameter '%s'", p->name);
    NNG_TRY(nng_plugin_text_validate(what, p->summary, error));
    if (p->kind < NNG_REAL || p->kind > NNG_CHOICE)
        return NNG_UNUSABLE(error, "parameter '%s' has the unknown kind %u", p->name, (unsigned)p->kind);
    if ((p->flags & ~(uint32_t)(NNG_OPEN_MIN | NNG_OPEN_MAX)) != 0)
        return NNG_UNUSABLE(error, "parameter '%s' has the unknown flags %#x", p->name, (unsigned)p->flags);
    NNG_TRY(validate_choices(p, error));
    if (p->kind == NNG_REAL || p->kind == NNG_INT)
        NNG_TRY(validate_range(p, error));
    if (p->kind == NNG_BOOL && p->standard != 0 && p->standard != 1)
        return NNG_UNUSABLE(error, "parameter '%s' is a bool, but its default is %g", p->name, p->standard);
fail:
    return status;
}

enum nng_status nng_parameters_validate(const struct nng_plugin *plugin, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    if (plugin->parameter_count > NNG_PARAMETERS_MOST)
        return NNG_UNUSABLE(error, "it has %u parameters, more than %d", (unsigned)plugin->parameter_count,
                            NNG_PARAMETERS_MOST);
    if (plugin->parameter_count > 0 && plugin->parameters == NULL)
        return NNG_UNUSABLE(error, "it has %u parameters, but their table is NULL", (unsigned)plugin->parameter_count);
    for (size_t i = 0; i < plugin->parameter_count; i++) {
        NNG_TRY(validate_name(plugin->parameters, i, error));
        NNG_TRY(validate_parameter(&plugin->parameters[i], error));
    }
fail:
    return status;
}

/* ---- values -------------------------------------------------------------------------------------------------- */

static const char *parameter_name(const void *table, size_t i)
{
    return ((const struct nng_parameter *)table)[i].name;
}

static const char *choice_name(const void *choices, size_t i)
{
    return ((const char *const *)choices)[i];
}

/* "'exact', 'tanh'" */
static struct nng_text list_of(const void *names, size_t count, const char *(*name)(const void *names, size_t i))
{
    struct nng_text list = {0};
    for (size_t i = 0; i < count; i++)
        nng_text_print(&list, "%s'%s'", i == 0 ? "" : ", ", name(names, i));
    return list;
}

static enum nng_status fail_unknown(const struct nng_plugin *plugin, const char *wrong, struct nng_error *error)
{
    const struct nng_parameter *table = plugin->parameters;
    const char *kind = nng_kind_name((enum nng_plugin_kind)plugin->kind);
    if (plugin->parameter_count == 0)
        return nng_fail(error, NNG_INPUT, "unknown parameter '%s': %s '%s' has none", wrong, kind, plugin->name);
    struct nng_text list = list_of(table, plugin->parameter_count, parameter_name);
    char hint[NNG_HINT_SIZE];
    enum nng_status status =
        list.failed ? nng_fail_memory(error)
                    : nng_fail(error, NNG_INPUT, "unknown parameter '%s'%s: %s '%s' has %s", wrong,
                               nng_hint(hint, nng_nearest(wrong, table, plugin->parameter_count, parameter_name)), kind,
                               plugin->name, list.data);
    nng_text_free(&list);
    return status;
}

/* `wrong` stands as it was typed, with its quotes if it has any; nearest may be NULL. */
static enum nng_status fail_choice(const struct nng_parameter *p, const char *wrong, const char *nearest,
                                   struct nng_error *error)
{
    struct nng_text list = list_of(p->choices, nng_choice_count(p), choice_name);
    char hint[NNG_HINT_SIZE];
    enum nng_status status = list.failed ? nng_fail_memory(error)
                                         : nng_fail(error, NNG_INPUT, "%s = %s is not one of %s%s", p->name, wrong,
                                                    list.data, nng_hint(hint, nearest));
    nng_text_free(&list);
    return status;
}

static enum nng_status find_parameter(const struct nng_method *method, const char *name, size_t *index,
                                      struct nng_error *error)
{
    for (size_t i = 0; i < method->plugin->parameter_count; i++)
        if (strcmp(method->plugin->parameters[i].name, name) == 0) {
            *index = i;
            return NNG_OK;
        }
    return fail_unknown(method->plugin, name, error);
}

enum nng_status nng_method_set(struct nng_method *method, const char *name, double value, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t i = 0;
    char number[NUMBER_SIZE] = "", range[RANGE_SIZE];
    NNG_TRY(find_parameter(method, name, &i, error));
    const struct nng_parameter *p = &method->plugin->parameters[i];
    print_number(number, value);
    if (p->kind == NNG_CHOICE)
        return fail_choice(p, number, NULL, error);
    if (!isfinite(value))
        return nng_fail(error, NNG_INPUT, "%s = %s is not finite", name, number);
    if (p->kind == NNG_BOOL && value != 0 && value != 1)
        return nng_fail(error, NNG_INPUT, "%s = %s is not true or false", name, number);
    if (p->kind == NNG_INT && !is_whole(value))
        return nng_fail(error, NNG_INPUT, "%s = %s is not a whole number", name, number);
    if (p->kind == NNG_INT && fabs(value) > whole_most)
        return nng_fail(error, NNG_INPUT, "%s = %s is larger than 2^53", name, number);
    if (p->kind != NNG_BOOL && !in_range(p, value))
        return nng_fail(error, NNG_INPUT, "%s = %s is outside %s", name, number, print_range(range, p));
    method->values[i] = value;
fail:
    return status;
}

enum nng_status nng_method_choose(struct nng_method *method, const char *name, const char *choice,
                                  struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    size_t i = 0;
    NNG_TRY(find_parameter(method, name, &i, error));
    const struct nng_parameter *p = &method->plugin->parameters[i];
    if (p->kind != NNG_CHOICE)
        return nng_fail(error, NNG_INPUT, "%s = '%s' is not %s", name, choice,
                        p->kind == NNG_BOOL ? "true or false" : "a number");
    size_t count = nng_choice_count(p);
    for (size_t k = 0; k < count; k++)
        if (strcmp(p->choices[k], choice) == 0) {
            method->values[i] = (double)k;
            return NNG_OK;
        }
    char quoted[256];
    snprintf(quoted, sizeof quoted, "'%s'", choice);
    return fail_choice(p, quoted, nng_nearest_of(choice, p->choices, count), error);
fail:
    return status;
}
