/* test_command_plugin.c - nngrad plugin list and info. */
#include "run.h"

#include <jansson.h>

static json_t *plugins_of(const struct run *run)
{
    json_t *json = json_loads(run->out, 0, NULL);
    ck_assert_ptr_nonnull(json);
    ck_assert(json_is_array(json_object_get(json, "plugins")));
    return json;
}

START_TEST(list)
{
    struct run text = NNGRAD("plugin", "list"), json_run = NNGRAD("plugin", "list", "--format", "json");
    ck_assert_status(text, 0);
    ck_assert_contains(text.out, "\n  cross_entropy ");
    ck_assert_lacks(text.out, "refused");
    json_t *json = plugins_of(&json_run), *plugin, *parameter;
    size_t i, k;
    json_array_foreach(json_object_get(json, "plugins"), i, plugin)
    {
        static const char *const fields[] = {"kind", "name", "summary", "formula", "file"};
        for (size_t f = 0; f < sizeof fields / sizeof fields[0]; f++)
            ck_assert_msg(json_is_string(json_object_get(plugin, fields[f])), "%s", fields[f]);
        ck_assert_contains(text.out, json_string_value(json_object_get(plugin, "name")));
        json_array_foreach(json_object_get(plugin, "parameters"), k, parameter)
        {
            ck_assert(json_is_string(json_object_get(parameter, "name")));
            ck_assert(json_is_string(json_object_get(parameter, "summary")));
            ck_assert_ptr_nonnull(json_object_get(parameter, "default"));
            ck_assert(json_is_number(json_object_get(parameter, "min")));
            ck_assert(json_is_number(json_object_get(parameter, "max")));
        }
    }
    ck_assert_uint_ge(i, 10);
    json_decref(json);
    run_free(&text);
    run_free(&json_run);
}
END_TEST

START_TEST(list_of_one_kind)
{
    struct run run = NNGRAD("plugin", "list", "--kind", "optimizer", "--format", "json");
    json_t *json = plugins_of(&run), *plugin;
    size_t i;
    json_array_foreach(json_object_get(json, "plugins"), i, plugin)
    {
        ck_assert_str_eq(json_string_value(json_object_get(plugin, "kind")), "optimizer");
    }
    ck_assert_uint_ge(i, 2);
    json_decref(json);
    run_free(&run);
    run = NNGRAD("plugin", "list", "--kind", "los");
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "did you mean 'loss'?");
    run_free(&run);
}
END_TEST

START_TEST(info)
{
    struct run by_name = NNGRAD("plugin", "info", "momentum");
    ck_assert_status(by_name, 0);
    ck_assert_contains(by_name.out, "  learning_rate ");
    ck_assert_contains(by_name.out, "optimizer = { plugin = \"momentum\";");
    struct run json_run = NNGRAD("plugin", "info", "momentum", "--format=json");
    json_t *json = plugins_of(&json_run);
    const json_t *plugin = json_array_get(json_object_get(json, "plugins"), 0);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "plugins")), 1);
    const char *file = json_string_value(json_object_get(plugin, "file"));
    struct run by_file = NNGRAD("plugin", "info", file); /* the same, by its shared object */
    ck_assert_str_eq(by_file.out, by_name.out);
    struct run page = NNGRAD("plugin", "info", "squared_error", "--format", "markdown");
    ck_assert_contains(page.out, "# squared_error\n");
    ck_assert_contains(page.out, "| scale |");
    json_decref(json);
    run_free(&by_name);
    run_free(&json_run);
    run_free(&by_file);
    run_free(&page);
}
END_TEST

START_TEST(not_found)
{
    struct run near = NNGRAD("plugin", "info", "sigmiod"), far = NNGRAD("plugin", "info", "nothing_like_it");
    ck_assert_status(near, 2);
    ck_assert_str_eq(near.err, "nngrad: error: unknown plugin 'sigmiod' (did you mean 'sigmoid'?)\n");
    ck_assert_status(far, 2);
    ck_assert_contains(far.err, "'nngrad plugin list'");
    struct run action = NNGRAD("plugin", "lst"), nameless = NNGRAD("plugin", "info");
    ck_assert_status(action, 2);
    ck_assert_contains(action.err, "(did you mean 'plugin list'?)");
    ck_assert_status(nameless, 2);
    struct run no_plugin = NNGRAD("plugin", "info", MODELS "442.cfg");
    ck_assert_status(no_plugin, 2);
    run_free(&near);
    run_free(&far);
    run_free(&action);
    run_free(&nameless);
    run_free(&no_plugin);
}
END_TEST

/* An object that is no plugin is listed as refused, with the reason; it does not stop the others. */
START_TEST(refused)
{
    char directory[] = "/tmp/nngrad-plugin-XXXXXX", file[64];
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(file, sizeof file, "%s/rubbish.so", directory);
    FILE *rubbish = fopen(file, "w");
    fputs("this is no shared object\n", rubbish);
    fclose(rubbish);
    struct run run = NNGRAD("plugin", "list", "--plugin-path", directory);
    ck_assert_status(run, 0);
    ck_assert_contains(run.out, "refused ");
    ck_assert_contains(run.out, "rubbish.so");
    ck_assert_contains(run.out, "\n  cross_entropy ");
    struct run json_run = NNGRAD("plugin", "list", "--format=json", "--plugin-path", directory);
    json_t *json = plugins_of(&json_run);
    ck_assert_uint_eq(json_array_size(json_object_get(json, "refused")), 1);
    json_decref(json);
    run_free(&run);
    run_free(&json_run);
    unlink(file);
    rmdir(directory);
}
END_TEST

RUN_SUITE("command_plugin", list, list_of_one_kind, info, not_found, refused)
