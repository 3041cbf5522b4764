/* validate.c - the rules of plugin.h, asked of a descriptor before anything in it is called.
 *
 * From the head, which says how to read the rest, to the functions of the one method. A plugin of another ABI is
 * refused at the first line that differs; a newer minor number is read as far as it is known here. */
#include "plugin/validate.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "plugin/parameters.h"

static enum nng_status validate_head(const struct nng_plugin *plugin, struct nng_error *error);
static enum nng_status validate_texts(const struct nng_plugin *plugin, const char *base, struct nng_error *error);
static enum nng_status validate_method(const struct nng_plugin *plugin, struct nng_error *error);

enum nng_status nng_plugin_validate(const struct nng_plugin *plugin, const char *base, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    NNG_TRY(validate_head(plugin, error));
    NNG_TRY(validate_texts(plugin, base, error));
    NNG_TRY(nng_parameters_validate(plugin, error));
    NNG_TRY(validate_method(plugin, error));
fail:
    return status;
}

/* ---- the head ------------------------------------------------------------------------------------------------ */

/* Equal to what this nngrad knows, or larger where a newer minor number has appended something. */
static enum nng_status validate_size(const struct nng_plugin *plugin, const char *what, uint32_t size, size_t known,
                                     struct nng_error *error)
{
    if (size == known || (size > known && plugin->abi_minor > NNG_ABI_MINOR))
        return NNG_OK;
    return NNG_UNUSABLE(error, "%s is %u bytes long, where ABI %u.%u has %zu: rebuild it with this nngrad's plugin.h",
                        what, (unsigned)size, NNG_ABI_MAJOR, NNG_ABI_MINOR, known);
}

static enum nng_status validate_head(const struct nng_plugin *plugin, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    if (plugin->magic != NNG_PLUGIN_MAGIC)
        return NNG_UNUSABLE(error, "its 'nng_plugin' does not begin with the magic number of a descriptor");
    if (plugin->abi_major != NNG_ABI_MAJOR)
        return NNG_UNUSABLE(error, "it has ABI %u, this nngrad takes ABI %u: rebuild it with this nngrad's plugin.h",
                            (unsigned)plugin->abi_major, NNG_ABI_MAJOR);
    NNG_TRY(validate_size(plugin, "its descriptor", plugin->size, sizeof *plugin, error));
    if (plugin->real_size != sizeof(double))
        return NNG_UNUSABLE(error, "its reals are %u bytes long, not %zu", (unsigned)plugin->real_size, sizeof(double));
    if (plugin->parameter_size != sizeof(struct nng_parameter))
        return NNG_UNUSABLE(error, "its parameters are %u bytes long each, not %zu", (unsigned)plugin->parameter_size,
                            sizeof(struct nng_parameter));
    if (nng_kind_phrase(plugin->kind) == NULL)
        return NNG_UNUSABLE(error, "its kind is %u, which is no loss, activation or optimizer", (unsigned)plugin->kind);
fail:
    return status;
}

/* ---- names and texts ----------------------------------------------------------------------------------------- */

bool nng_plugin_name_valid(const char *name)
{
    size_t length = 0;
    for (; length < NNG_PLUGIN_NAME_SIZE && name[length] != '\0'; length++) {
        char c = name[length];
        bool letter = c >= 'a' && c <= 'z', later = (c >= '0' && c <= '9') || c == '_';
        if (!letter && !(later && length > 0))
            return false;
    }
    return length > 0 && length < NNG_PLUGIN_NAME_SIZE;
}

enum nng_status nng_plugin_text_validate(const char *what, const char *text, struct nng_error *error)
{
    if (text == NULL)
        return NNG_UNUSABLE(error, "%s is NULL", what);
    const char *end = memchr(text, '\0', NNG_PLUGIN_TEXT_SIZE);
    if (end == NULL)
        return NNG_UNUSABLE(error, "%s has no end within %d bytes", what, NNG_PLUGIN_TEXT_SIZE);
    if (end == text)
        return NNG_UNUSABLE(error, "%s is empty", what);
    size_t bad = 0;
    if (!nng_utf8_valid(text, (size_t)(end - text), &bad))
        return NNG_UNUSABLE(error, "%s is not UTF-8 at byte %zu", what, bad + 1);
    for (const char *c = text; c < end; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            return NNG_UNUSABLE(error, "%s has a control character at byte %zu", what, (size_t)(c - text) + 1);
    return NNG_OK;
}

static enum nng_status validate_texts(const struct nng_plugin *plugin, const char *base, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct {
        const char *what, *text;
    } texts[] = {{"its name", plugin->name},
                 {"its version", plugin->version},
                 {"its licence", plugin->licence},
                 {"its summary", plugin->summary},
                 {"its formula", plugin->formula}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        NNG_TRY(nng_plugin_text_validate(texts[i].what, texts[i].text, error));
    if (!nng_plugin_name_valid(plugin->name))
        return NNG_UNUSABLE(error, "its name '%s' is not of the form [a-z][a-z0-9_]*", plugin->name);
    if (strcmp(plugin->name, base) != 0)
        return NNG_UNUSABLE(error, "its name is '%s', its file is '%s.so': they must be the same", plugin->name, base);
    if (strchr(plugin->formula, '$') != NULL)
        return NNG_UNUSABLE(error, "its formula has a dollar sign");
fail:
    return status;
}

/* ---- the method ---------------------------------------------------------------------------------------------- */

static const struct {
    const char *name, *phrase;
} kinds[] = {[NNG_LOSS] = {"loss", "a loss"},
             [NNG_ACTIVATION] = {"activation", "an activation"},
             [NNG_OPTIMIZER] = {"optimizer", "an optimizer"}};

enum { KINDS_END = sizeof kinds / sizeof kinds[0] };

const char *nng_kind_name(enum nng_plugin_kind kind)
{
    return (uint32_t)kind < KINDS_END ? kinds[kind].name : NULL;
}

const char *nng_kind_phrase(uint32_t kind)
{
    return kind < KINDS_END ? kinds[kind].phrase : NULL;
}

int nng_kind_of(const char *name)
{
    for (int kind = NNG_LOSS; kind < KINDS_END; kind++)
        if (strcmp(name, kinds[kind].name) == 0)
            return kind;
    return 0;
}

/* What a function of a method must be. */
enum need { OPTIONAL, REQUIRED, FORBIDDEN };

struct function {
    const char *name;
    bool given;
    enum need need;
};

static enum nng_status validate_functions(const struct function *functions, size_t count, struct nng_error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (functions[i].need == REQUIRED && !functions[i].given)
            return NNG_UNUSABLE(error, "its function '%s' is NULL", functions[i].name);
        if (functions[i].need == FORBIDDEN && functions[i].given)
            return NNG_UNUSABLE(error, "its function '%s' must be NULL here", functions[i].name);
    }
    return NNG_OK;
}

static enum nng_status validate_flags(uint32_t flags, uint32_t known, struct nng_error *error)
{
    if ((flags & ~known) == 0)
        return NNG_OK;
    return NNG_UNUSABLE(error, "its flags %#x have bits that ABI %u.%u does not know", (unsigned)flags, NNG_ABI_MAJOR,
                        NNG_ABI_MINOR);
}

/* An interval and the rounding bound, of a loss (yhat) or an activation (h). Infinite ends are allowed. */
static enum nng_status validate_numbers(const char *what, double min, double max, double ulps, struct nng_error *error)
{
    if (!(min <= max))
        return NNG_UNUSABLE(error, "its %s_min %g is not at most its %s_max %g", what, min, what, max);
    if (!(isfinite(ulps) && ulps >= 0))
        return NNG_UNUSABLE(error, "its ulps %g are not a number from 0 on", ulps);
    return NNG_OK;
}

static enum nng_status validate_loss(const struct nng_plugin *plugin, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_loss *loss = plugin->loss;
    if (loss == NULL)
        return NNG_UNUSABLE(error, "it is a loss, but its 'loss' is NULL");
    NNG_TRY(validate_size(plugin, "its struct nng_loss", loss->size, sizeof *loss, error));
    const struct function functions[] = {
        {"value", loss->value != NULL, REQUIRED},
        {"fused", loss->fused != NULL, loss->fused_with != NULL ? REQUIRED : OPTIONAL},
        {"complex_fused", loss->complex_fused != NULL, loss->fused != NULL ? OPTIONAL : FORBIDDEN}};
    NNG_TRY(validate_functions(functions, sizeof functions / sizeof functions[0], error));
    if (loss->fused != NULL && loss->fused_with == NULL)
        return NNG_UNUSABLE(error, "its 'fused' is given, but 'fused_with' is NULL");
    if (loss->fused_with != NULL && !nng_plugin_name_valid(loss->fused_with))
        return NNG_UNUSABLE(error, "its 'fused_with' is not of the form [a-z][a-z0-9_]*");
    if (loss->target > NNG_TARGET_DISTRIBUTION)
        return NNG_UNUSABLE(error, "its target domain %u is unknown", (unsigned)loss->target);
    if (loss->reserved != 0)
        return NNG_UNUSABLE(error, "its reserved field is %u, not 0", (unsigned)loss->reserved);
    NNG_TRY(validate_flags(loss->flags, NNG_COMPLEX_FIRST_ORDER, error));
    NNG_TRY(validate_numbers("yhat", loss->yhat_min, loss->yhat_max, loss->ulps, error));
fail:
    return status;
}

static enum nng_status validate_activation(const struct nng_plugin *plugin, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_activation *activation = plugin->activation;
    if (activation == NULL)
        return NNG_UNUSABLE(error, "it is an activation, but its 'activation' is NULL");
    NNG_TRY(validate_size(plugin, "its struct nng_activation", activation->size, sizeof *activation, error));
    const struct function functions[] = {{"forward", activation->forward != NULL, REQUIRED},
                                         {"backward", activation->backward != NULL, REQUIRED}};
    NNG_TRY(validate_functions(functions, sizeof functions / sizeof functions[0], error));
    NNG_TRY(validate_flags(activation->flags, NNG_ACTIVATION_COMPLEX_FIRST_ORDER | NNG_ACTIVATION_ELEMENTWISE, error));
    NNG_TRY(validate_numbers("h", activation->h_min, activation->h_max, activation->ulps, error));
fail:
    return status;
}

static enum nng_status validate_slots(const char *const *slots, struct nng_error *error)
{
    for (size_t i = 0; slots != NULL && slots[i] != NULL; i++) {
        if (i == NNG_SLOTS_MOST)
            return NNG_UNUSABLE(error, "it has more than %d slots", NNG_SLOTS_MOST);
        if (!nng_plugin_name_valid(slots[i]))
            return NNG_UNUSABLE(error, "the name of its slot %zu is not of the form [a-z][a-z0-9_]*", i + 1);
        for (size_t j = 0; j < i; j++)
            if (strcmp(slots[i], slots[j]) == 0)
                return NNG_UNUSABLE(error, "it has two slots '%s'", slots[i]);
    }
    return NNG_OK;
}

static enum nng_status validate_optimizer(const struct nng_plugin *plugin, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct nng_optimizer *optimizer = plugin->optimizer;
    if (optimizer == NULL)
        return NNG_UNUSABLE(error, "it is an optimizer, but its 'optimizer' is NULL");
    NNG_TRY(validate_size(plugin, "its struct nng_optimizer", optimizer->size, sizeof *optimizer, error));
    NNG_TRY(validate_flags(optimizer->flags, NNG_OPTIMIZER_WHOLE_PROBLEM, error));
    bool whole = (optimizer->flags & NNG_OPTIMIZER_WHOLE_PROBLEM) != 0;
    const struct function functions[] = {{"step", optimizer->step != NULL, whole ? FORBIDDEN : REQUIRED},
                                         {"look", optimizer->look != NULL, whole ? FORBIDDEN : OPTIONAL},
                                         {"open", optimizer->open != NULL, whole ? REQUIRED : FORBIDDEN},
                                         {"iterate", optimizer->iterate != NULL, whole ? REQUIRED : FORBIDDEN},
                                         {"close", optimizer->close != NULL, whole ? REQUIRED : FORBIDDEN}};
    NNG_TRY(validate_functions(functions, sizeof functions / sizeof functions[0], error));
    NNG_TRY(validate_slots(optimizer->slots, error));
    if (whole && optimizer->slots != NULL && optimizer->slots[0] != NULL)
        return NNG_UNUSABLE(error, "it takes the whole problem, and so keeps its own state: its slots must be NULL");
fail:
    return status;
}

static enum nng_status validate_method(const struct nng_plugin *plugin, struct nng_error *error)
{
    const bool given[] = {[NNG_LOSS] = plugin->loss != NULL,
                          [NNG_ACTIVATION] = plugin->activation != NULL,
                          [NNG_OPTIMIZER] = plugin->optimizer != NULL};
    for (uint32_t kind = NNG_LOSS; kind < KINDS_END; kind++)
        if (given[kind] && kind != plugin->kind)
            return NNG_UNUSABLE(error, "it is %s, but its '%s' is not NULL", kinds[plugin->kind].phrase,
                                kinds[kind].name);
    switch (plugin->kind) {
    case NNG_LOSS:
        return validate_loss(plugin, error);
    case NNG_ACTIVATION:
        return validate_activation(plugin, error);
    default:
        return validate_optimizer(plugin, error);
    }
}
