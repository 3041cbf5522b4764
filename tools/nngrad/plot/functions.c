/* functions.c - which activations or losses are drawn: those of a model, or those that are named. */
#include "plot/functions.h"

#include <string.h>

#include "base/error.h"
#include "base/number.h"
#include "base/text.h"
#include "session.h"

static enum nng_status add_method(struct functions *functions, const struct nng_method *method, double y,
                                  struct nng_error *error)
{
    if (functions->count == MOST_FUNCTIONS)
        return nng_fail(error, NNG_INPUT, "more than %d functions: plot some of them apart", MOST_FUNCTIONS);
    if (functions->count > 0 && functions->list[0].method.plugin->kind != method->plugin->kind)
        return nng_fail(error, NNG_INPUT, "'%s' and '%s' are of different kinds: plot them apart",
                        functions->list[0].method.plugin->name, method->plugin->name);
    functions->list[functions->count++] = (struct function){*method, y};
    return NNG_OK;
}

/* The model's activations, each once. */
static enum nng_status add_model(struct functions *functions, const struct plot_request *request, const char *file,
                                 struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    NNG_TRY(session_model(request->options, request->host, file, &functions->model, error));
    for (size_t l = 0; l < functions->model->layer_count; l++) {
        const struct nng_method *method = &functions->model->layers[l].activation;
        bool known = false;
        for (size_t k = 0; k < functions->count; k++) {
            const struct nng_method *other = &functions->list[k].method;
            size_t size = method->plugin->parameter_count * sizeof *method->values;
            known = known || (other->plugin == method->plugin &&
                              (size == 0 || memcmp(other->values, method->values, size) == 0));
        }
        if (!known)
            NNG_TRY(add_method(functions, method, 0, error));
    }
fail:
    return status;
}

/* KEY=VALUE */
static enum nng_status set_parameter(struct nng_method *method, const char *pair, size_t length,
                                     struct nng_error *error)
{
    char text[128];
    double value;
    nng_copy_text(text, sizeof text, pair, length);
    char *equals = strchr(text, '=');
    if (equals == NULL)
        return nng_fail(error, NNG_INPUT, "'%s' of '%s' is not KEY=VALUE", text, method->plugin->name);
    *equals++ = '\0';
    if (strcmp(equals, "true") == 0 || strcmp(equals, "false") == 0)
        return nng_method_set(method, text, equals[0] == 't', error);
    if (nng_number_parse(equals, strlen(equals), &value) == NNG_NUMBER_FINITE)
        return nng_method_set(method, text, value, error);
    return nng_method_choose(method, text, equals, error);
}

static bool is_drawable(const struct nng_listing *listing)
{
    return listing->method.plugin != NULL && listing->method.plugin->kind != NNG_OPTIMIZER;
}

static const char *drawable_name(const void *listing, size_t i)
{
    const struct nng_listing *one = (const struct nng_listing *)listing + i;
    return is_drawable(one) ? one->method.plugin->name : "";
}

static enum nng_status find_method(const struct plot_request *request, const char *name, struct nng_method *method,
                                   struct nng_error *error)
{
    struct nng_listing *listing;
    size_t count;
    enum nng_status status = nng_host_list(request->host, 0, &listing, &count, error);
    if (status != NNG_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        if (strcmp(drawable_name(listing, i), name) == 0)
            return nng_method_new(request->host, (enum nng_plugin_kind)listing[i].method.plugin->kind, name, method,
                                  error);
    char hint[NNG_HINT_SIZE];
    return nng_fail(error, NNG_INPUT, "unknown activation or loss '%s'%s", name,
                    nng_hint(hint, nng_nearest(name, listing, count, drawable_name)));
}

enum nng_status functions_add(struct functions *functions, const struct nng_method *method, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    if (method->plugin->kind != NNG_LOSS)
        return add_method(functions, method, 0, error);
    uint32_t target = method->plugin->loss->target;
    if (target == NNG_TARGET_UNIT || target == NNG_TARGET_BINARY)
        NNG_TRY(add_method(functions, method, 0, error));
    if (target == NNG_TARGET_SIGN)
        NNG_TRY(add_method(functions, method, -1, error));
    status = add_method(functions, method, target == NNG_TARGET_REAL ? 0 : 1, error);
fail:
    return status;
}

static enum nng_status add_argument(struct functions *functions, const struct plot_request *request,
                                    const char *argument, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    char name[64];
    struct nng_method method;
    size_t length = strcspn(argument, ":");
    if (length >= sizeof name || strspn(argument, "abcdefghijklmnopqrstuvwxyz0123456789_") != length)
        return add_model(functions, request, argument, error);
    nng_copy_text(name, sizeof name, argument, length);
    NNG_TRY(find_method(request, name, &method, error));
    for (const char *pair = argument + length; *pair == ':'; pair += length) {
        pair++;
        length = strcspn(pair, ":");
        NNG_TRY(set_parameter(&method, pair, length, error));
    }
    NNG_TRY(functions_add(functions, &method, error));
fail:
    return status;
}

enum nng_status functions_read(const struct plot_request *request, struct functions *functions, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    if (request->argument_count == 0)
        return add_model(functions, request, NULL, error);
    for (size_t i = 0; i < request->argument_count; i++)
        NNG_TRY(add_argument(functions, request, request->arguments[i], error));
fail:
    return status;
}

void functions_free(struct functions *functions)
{
    nng_model_free(functions->model);
}
