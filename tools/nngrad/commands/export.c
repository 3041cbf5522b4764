/* export.c - `nngrad export pytorch|numpy`: the same network, data, loss and gradient as a Python program of its own.
 */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/save.h"
#include "command.h"
#include "export/script.h"
#include "output.h"
#include "render/plain.h"
#include "session.h"

/* More numbers than that stand in a file beside the script. */
enum { NUMBERS_INSIDE = 20000 };

static const struct dialect *const dialects[] = {&pytorch_dialect, &numpy_dialect};

static const char *dialect_word(const void *table, size_t k)
{
    return ((const struct dialect *const *)table)[k]->word;
}

static enum nng_status find_dialect(const char *word, const struct dialect **dialect, struct nng_error *error)
{
    size_t count = sizeof dialects / sizeof dialects[0];
    char hint[NNG_HINT_SIZE];
    for (size_t k = 0; k < count; k++)
        if (strcmp(dialects[k]->word, word) == 0) {
            *dialect = dialects[k];
            return NNG_OK;
        }
    return nng_fail(error, NNG_INPUT, "unknown program '%s'%s: a network can be exported to 'pytorch' or 'numpy'", word,
                    nng_hint(hint, nng_nearest(word, dialects, count, dialect_word)));
}

/* SCRIPT.py -> SCRIPT.numbers.json, beside it */
static enum nng_status name_numbers(const struct options *options, const struct nng_model *model, char **path,
                                    struct nng_error *error)
{
    const char *file = option_text(options, OPTION_OUTPUT);
    struct nng_text name = {0};
    if (file == NULL || strcmp(file, "-") == 0)
        return nng_fail(error, NNG_INPUT,
                        "the network and its data are %.0f numbers, too many for one script: name it with "
                        "-o SCRIPT.py, and they are written beside it, as SCRIPT.numbers.json",
                        script_number_count(model));
    size_t length = strlen(file);
    length -= length > 3 && strcmp(file + length - 3, ".py") == 0 ? 3 : 0;
    nng_text_add_n(&name, file, length);
    nng_text_add(&name, ".numbers.json");
    *path = name.failed ? NULL : nng_arena_text(options->memory, name.data);
    nng_text_free(&name);
    return *path != NULL ? NNG_OK : nng_fail_memory(error);
}

/* The name of a file in its directory. */
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash != NULL ? slash + 1 : path;
}

static enum nng_status write_numbers(const struct script *script, const char *path, struct nng_error *error)
{
    struct nng_text numbers = {0};
    script_write_numbers(script, &numbers);
    enum nng_status status =
        numbers.failed ? nng_fail_memory(error) : nng_file_write(path, numbers.data, numbers.length, error);
    nng_text_free(&numbers);
    return status;
}

/* What the script says of itself: where its gradient goes, and how that is judged. */
static enum nng_status describe(const struct options *options, const char *model_file, struct script *script,
                                struct nng_text *gradient, struct nng_text *command, struct nng_error *error)
{
    nng_text_print(gradient, "%s.gradient.json", script->model->name);
    nng_text_add(command, "nngrad check");
    session_add_model(options, model_file, command);
    nng_text_add(command, " --against");
    if (!gradient->failed)
        session_add_word(command, gradient->data);
    script->gradient_file = gradient->data;
    script->command = command->data;
    return gradient->failed || command->failed ? nng_fail_memory(error) : NNG_OK;
}

enum nng_status export_run(const struct options *options, int *exit_status, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_host *host = NULL;
    struct nng_model *model = NULL;
    struct script script = {0};
    struct nng_text out = {0}, gradient = {0}, command = {0};
    const char *model_file = options->argument_count > 1 ? options->arguments[1] : NULL;
    char *numbers = NULL;
    (void)exit_status;
    NNG_TRY(find_dialect(options->arguments[0], &script.dialect, error));
    NNG_TRY(session_host(options, &host, error));
    NNG_TRY(session_model(options, host, model_file, &model, error));
    script.model = model;
    script.sample_columns = script.dialect->columns && model->notation == NNG_OUT_IN;
    const struct form **forms = nng_arena_take(options->memory, model->layer_count, sizeof *forms);
    if (forms == NULL)
        NNG_TRY(nng_fail_memory(error));
    NNG_TRY(script_find_forms(&script, forms, error));
    NNG_TRY(describe(options, model_file, &script, &gradient, &command, error));
    if (script_number_count(model) > NUMBERS_INSIDE) {
        NNG_TRY(name_numbers(options, model, &numbers, error));
        script.numbers_file = base_name(numbers);
        NNG_TRY(write_numbers(&script, numbers, error));
    }
    script_write(&script, &out);
    NNG_TRY(output_write(options, &out, error));
fail:
    nng_text_free(&out);
    nng_text_free(&gradient);
    nng_text_free(&command);
    nng_model_free(model);
    nng_host_free(host);
    return status;
}
