/* plugin_facts.c - what a descriptor says of a plugin, in words. */
#include "render/plugin_facts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "render/number.h"

enum { DIGITS = 6 };

/* A limit of +-1e308 stands for none. */
static bool is_bound(double limit)
{
    return fabs(limit) < 1e308;
}

void parameter_value(struct nng_text *out, const struct nng_parameter *parameter, double value)
{
    char text[NUMBER_SIZE];
    number_given(value, DIGITS, text);
    if (parameter->kind == NNG_BOOL)
        nng_text_add(out, value != 0 ? "true" : "false");
    else if (parameter->kind == NNG_CHOICE)
        nng_text_print(out, "\"%s\"", parameter->choices[(size_t)value]);
    else
        nng_text_add(out, text);
}

void parameter_range(struct nng_text *out, const struct nng_parameter *parameter)
{
    bool open_min = (parameter->flags & NNG_OPEN_MIN) != 0, open_max = (parameter->flags & NNG_OPEN_MAX) != 0;
    char min[NUMBER_SIZE], max[NUMBER_SIZE];
    number_given(parameter->min, DIGITS, min);
    number_given(parameter->max, DIGITS, max);
    if (parameter->kind == NNG_BOOL)
        nng_text_add(out, "true or false");
    else if (parameter->kind == NNG_CHOICE)
        for (const char *const *choice = parameter->choices; *choice != NULL; choice++)
            nng_text_print(out, "%s\"%s\"", choice != parameter->choices ? ", " : "", *choice);
    else if (is_bound(parameter->min) && is_bound(parameter->max))
        nng_text_print(out, "%s%s, %s%s", open_min ? "(" : "[", min, max, open_max ? ")" : "]");
    else if (is_bound(parameter->min))
        nng_text_print(out, "%s %s", open_min ? ">" : "≥", min);
    else if (is_bound(parameter->max))
        nng_text_print(out, "%s %s", open_max ? "<" : "≤", max);
    else
        nng_text_add(out, "any");
    nng_text_add(out, parameter->kind == NNG_INT ? ", whole" : "");
}

/* ---- what it can do ------------------------------------------------------------------------------------------ */

static const char *target_text(uint32_t target)
{
    static const char *const texts[] = {
        [NNG_TARGET_REAL] = "any number",        [NNG_TARGET_NONNEGATIVE] = "numbers that are not negative",
        [NNG_TARGET_UNIT] = "numbers in [0, 1]", [NNG_TARGET_BINARY] = "0 or 1",
        [NNG_TARGET_SIGN] = "-1 or +1",          [NNG_TARGET_DISTRIBUTION] = "a distribution: each sample's sum is 1"};
    return target < sizeof texts / sizeof texts[0] ? texts[target] : "?";
}

static const char *complex_text(bool there, uint32_t flags)
{
    if (!there)
        return "none";
    return (flags & NNG_COMPLEX_FIRST_ORDER) != 0 ? "restates the derivative: no independent witness"
                                                  : "an independent second witness";
}

static void loss_facts(const struct nng_loss *loss, add_fact *add, void *context)
{
    add(context, "targets", target_text(loss->target));
    if (loss->fused_with != NULL && loss->fused != NULL)
        add(context, "fused with", loss->fused_with);
    add(context, "complex step", complex_text(loss->complex_value != NULL, loss->flags));
    add(context, "kinks", loss->branch != NULL ? "known" : "none declared");
}

static void activation_facts(const struct nng_activation *activation, add_fact *add, void *context)
{
    char low[NUMBER_SIZE], high[NUMBER_SIZE], range[2 * NUMBER_SIZE + 8];
    strcpy(low, "-∞");
    strcpy(high, "∞");
    if (is_bound(activation->h_min))
        number_given(activation->h_min, DIGITS, low);
    if (is_bound(activation->h_max))
        number_given(activation->h_max, DIGITS, high);
    snprintf(range, sizeof range, "%s ... %s", low, high);
    add(context, "range of h", range);
    add(context, "acts on",
        (activation->flags & NNG_ACTIVATION_ELEMENTWISE) != 0 ? "each unit alone" : "the units of a layer together");
    add(context, "complex step", complex_text(activation->complex_forward != NULL, activation->flags));
    add(context, "kinks", activation->branch != NULL ? "known" : "none declared");
}

static void optimizer_facts(const struct nng_optimizer *optimizer, add_fact *add, void *context)
{
    char slots[256] = "none";
    size_t length = 0;
    for (const char *const *slot = optimizer->slots; slot != NULL && *slot != NULL && length < sizeof slots; slot++)
        length += (size_t)snprintf(slots + length, sizeof slots - length, "%s%s", length > 0 ? ", " : "", *slot);
    add(context, "state", slots);
    if ((optimizer->flags & NNG_OPTIMIZER_WHOLE_PROBLEM) != 0)
        add(context, "works on", "the whole problem: it evaluates the loss where it likes");
    else if (optimizer->look != NULL)
        add(context, "looks ahead", "the gradient is taken where it asks");
}

void plugin_facts(const struct nng_plugin *plugin, add_fact *add, void *context)
{
    if (plugin->kind == NNG_LOSS)
        loss_facts(plugin->loss, add, context);
    else if (plugin->kind == NNG_ACTIVATION)
        activation_facts(plugin->activation, add, context);
    else
        optimizer_facts(plugin->optimizer, add, context);
}

const char *plugin_file(const struct nng_listing *listing)
{
    return listing->method.file != NULL ? listing->method.file : listing->file;
}
