/* settings.c - a model's settings as a file that stands somewhere else: its paths are written anew. */
#include "learn/settings.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "model/config.h"

/* Where the last folder that both absolute paths have in common ends: behind its slash. */
static size_t common_length(const char *a, const char *b)
{
    size_t common = 0;
    for (size_t i = 0; a[i] != '\0' && a[i] == b[i]; i++)
        if (a[i] == '/')
            common = i + 1;
    return common;
}

/* file as seen from the folder `from`; both absolute, `from` ending in a slash */
static void add_relative(struct nng_text *path, const char *from, const char *file)
{
    size_t common = common_length(from, file);
    if (common <= 1) { /* nothing but the root */
        nng_text_add(path, file);
        return;
    }
    for (const char *slash = strchr(from + common, '/'); slash != NULL; slash = strchr(slash + 1, '/'))
        nng_text_add(path, "../");
    nng_text_add(path, file + common);
}

/* The path between two marks, in quotes. A file that is gone keeps its name. */
static enum nng_status add_path(const char *begin, size_t length, const char *from, struct nng_text *text,
                                struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_text opened = {0}, path = {0};
    char *real = NULL;
    nng_text_add_n(&opened, begin, length);
    if (!opened.failed && (real = realpath(opened.data, NULL)) != NULL)
        add_relative(&path, from, real);
    else
        nng_text_add_n(&path, begin, length);
    if (opened.failed || path.failed)
        NNG_TRY(nng_fail_memory(error));
    nng_config_quote(text, path.data);
fail:
    free(real);
    nng_text_free(&opened);
    nng_text_free(&path);
    return status;
}

enum nng_status nng_settings_for(const struct nng_model *model, const char *directory, const char *parameters,
                                 struct nng_text *text, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct nng_text from = {0};
    char *real = realpath(directory, NULL);
    if (real == NULL)
        NNG_TRY(nng_fail_at(error, NNG_ENVIRONMENT, directory, 0, 0, NULL, "cannot open the directory"));
    nng_text_print(&from, "%s/", real);
    if (from.failed)
        NNG_TRY(nng_fail_memory(error));
    nng_text_add(text, "# written by nngrad " NNG_VERSION "\n");
    for (const char *s = model->settings; *s != '\0';) {
        size_t length = strcspn(s, (const char[]){NNG_PATH_MARK, '\0'});
        nng_text_add_n(text, s, length);
        s += length;
        if (*s == '\0')
            break;
        length = strcspn(++s, (const char[]){NNG_PATH_MARK, '\0'});
        if (length == 0)
            nng_config_quote(text, parameters);
        else
            NNG_TRY(add_path(s, length, from.data, text, error));
        s += length + 1;
    }
fail:
    free(real);
    nng_text_free(&from);
    return status;
}
