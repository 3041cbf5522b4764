/* test_plugin_host.c - core/plugin: where plugins are looked for, and what a miss says; values; listing. */
#include "support.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "plugin/installed.h"
#include "scratch.h"

/* ---- searching ----------------------------------------------------------------------------------------------- */

/* The file that nng_method_new takes for a loss good_loss. */
static const char *found(const char *directory)
{
    static char file[512];
    struct nng_host *host = new_host(directory);
    struct nng_method method;
    struct nng_error error = {0};
    ck_assert_msg(nng_method_new(host, NNG_LOSS, "good_loss", &method, &error) == NNG_OK, "%s", error.text);
    snprintf(file, sizeof file, "%s", method.file);
    nng_host_free(host);
    return file;
}

START_TEST(finds_by_kind_and_name)
{
    setup_scratch();
    make_directory("loss");
    place("good_loss", "loss/good_loss.so");
    place("good_activation", "good_activation.so");
    struct nng_host *host = new_host(scratch);
    struct nng_method method;
    struct nng_error error = {0};
    ck_assert_msg(nng_method_new(host, NNG_LOSS, "good_loss", &method, &error) == NNG_OK, "%s", error.text);
    ck_assert_str_eq(method.file, in_scratch("loss/good_loss.so"));
    ck_assert_int_eq(nng_method_new(host, NNG_ACTIVATION, "good_activation", &method, &error), NNG_OK);
    ck_assert_str_eq(method.file, in_scratch("good_activation.so"));
    ck_assert_int_eq(nng_method_new(host, NNG_LOSS, "good_los", &method, &error), NNG_INPUT);
    ck_assert_ptr_nonnull(strstr(error.text, "unknown loss 'good_los' (did you mean 'good_loss'?); tried '"));
    nng_host_free(host);
    remove_scratch();
}
END_TEST

START_TEST(directories_are_searched_in_order)
{
    setup_scratch();
    static const char *const directories[] = {"explicit",
                                              "explicit/loss",
                                              "first",
                                              "first/loss",
                                              "second",
                                              "second/loss",
                                              "data",
                                              "data/nngrad",
                                              "data/nngrad/plugins",
                                              ".local",
                                              ".local/share",
                                              ".local/share/nngrad",
                                              ".local/share/nngrad/plugins"};
    for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++)
        make_directory(directories[i]);
    static const char *const files[] = {"explicit/loss/good_loss.so",       "explicit/good_loss.so",
                                        "first/loss/good_loss.so",          "second/good_loss.so",
                                        "data/nngrad/plugins/good_loss.so", ".local/share/nngrad/plugins/good_loss.so"};
    enum { FILES = sizeof files / sizeof files[0] };
    for (size_t i = 0; i < FILES; i++)
        place("good_loss", files[i]);
    char path[1200], explicit_directory[512];
    snprintf(path, sizeof path, "%s:%s", in_scratch("first"), in_scratch("second"));
    snprintf(explicit_directory, sizeof explicit_directory, "%s", in_scratch("explicit"));
    setenv("NNGRAD_PLUGIN_PATH", path, 1);
    setenv("XDG_DATA_HOME", in_scratch("data"), 1);
    for (size_t i = 0; i < FILES; i++) { /* each is found when those before it are gone */
        if (i == FILES - 1)
            unsetenv("XDG_DATA_HOME");
        ck_assert_str_eq(found(explicit_directory), in_scratch(files[i]));
        ck_assert_int_eq(unlink(in_scratch(files[i])), 0);
    }
    remove_scratch();
}
END_TEST

START_TEST(the_current_directory_is_never_searched)
{
    setup_scratch();
    make_directory("loss");
    make_directory("sub");
    place("good_loss", "loss/good_loss.so");
    place("good_loss", "good_loss.so");
    place("good_loss", "sub/good_loss.so");
    static const char *const data[] = {"nngrad", ".local", ".local/share", ".local/share/nngrad"};
    for (size_t i = 0; i < sizeof data / sizeof data[0]; i++)
        make_directory(data[i]);
    ck_assert_int_eq(symlink(scratch, in_scratch("nngrad/plugins")), 0);
    ck_assert_int_eq(symlink(scratch, in_scratch(".local/share/nngrad/plugins")), 0);
    char before[512];
    ck_assert_ptr_nonnull(getcwd(before, sizeof before));
    ck_assert_int_eq(chdir(scratch), 0);
    setenv("NNGRAD_PLUGIN_PATH", "::.:sub:", 1);
    setenv("XDG_DATA_HOME", ".", 1);
    setenv("HOME", ".", 1);
    miss(NULL, NNG_LOSS, "good_loss", "unknown loss 'good_loss'",
         "; tried '.' (relative in NNGRAD_PLUGIN_PATH: passed over), 'sub' (relative in NNGRAD_PLUGIN_PATH: passed "
         "over)");
    ck_assert_str_eq(found("."), "./loss/good_loss.so"); /* but whoever asks for it has it */
    struct nng_host *host = new_host(NULL);
    struct nng_method method;
    ck_assert_int_eq(nng_method_open(host, "good_loss.so", &method, NULL), NNG_OK);
    nng_host_free(host);
    ck_assert_int_eq(chdir(before), 0);
    remove_scratch();
}
END_TEST

START_TEST(a_miss_says_what_was_tried)
{
    setup_scratch();
    make_directory("loss");
    place("good_loss", "loss/good_loss.so");
    place("good_optimizer", "good_optimizer.so");
    char expected[2048];
    snprintf(expected, sizeof expected,
             "unknown loss 'good_los' (did you mean 'good_loss'?); tried '%s/loss/good_los.so' (no such file), "
             "'%s/good_los.so' (no such file), '%s/.local/share/nngrad/plugins' (no such directory), '%s/",
             scratch, scratch, scratch, BINARY_DIR);
    miss(scratch, NNG_LOSS, "good_los", expected, "nngrad/plugins");
    snprintf(expected, sizeof expected,
             "unknown activation 'good_loss': it is a loss; tried '%s/activation/good_loss.so'", scratch);
    miss(scratch, NNG_ACTIVATION, "good_loss", expected, "(no such file)");
    miss(scratch, NNG_LOSS, "good_optimizer", "unknown loss 'good_optimizer'; tried '",
         "/good_optimizer.so' (an optimizer)");
    const char *rule = "a name is of the form [a-z][a-z0-9_]*, at most 63 bytes";
    miss(scratch, NNG_LOSS, "Good_Loss", "unknown loss 'Good_Loss' (did you mean 'good_loss'?): a name", rule);
    miss(scratch, NNG_LOSS, "loss/good_loss", "unknown loss 'loss/good_loss'", rule);
    miss(scratch, NNG_LOSS, "../good_loss", "unknown loss '../good_loss'", rule);
    miss(scratch, NNG_LOSS, "", "unknown loss ''", rule);
    miss(scratch, NNG_LOSS, "\x1b[2J", "unknown loss '?[2J'", rule);
    remove_scratch();
}
END_TEST

START_TEST(explicit_directories_must_exist)
{
    setup_scratch();
    place("good_loss", "file");
    const struct {
        const char *directory, *text;
    } cases[] = {{"", "cannot look for plugins in '': no such directory"},
                 {"/nowhere/at/all", "cannot look for plugins in '/nowhere/at/all': no such directory"},
                 {BAD "good_loss.so", "cannot look for plugins in '" BAD "good_loss.so': it is not a directory"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct nng_host *host = NULL;
        struct nng_error error = {0};
        ck_assert_int_eq(nng_host_new(&cases[i].directory, 1, &host, &error), NNG_INPUT);
        ck_assert_ptr_null(host);
        ck_assert_str_eq(error.text, cases[i].text);
    }
    remove_scratch();
}
END_TEST

START_TEST(the_installed_directory_is_beside_the_executable)
{
    char directory[512];
    ck_assert(nng_installed_directory(directory, sizeof directory));
    ck_assert_int_eq(strncmp(directory, BINARY_DIR "/lib", sizeof BINARY_DIR + 3), 0);
    ck_assert_ptr_nonnull(strstr(directory, "/nngrad/plugins"));
    ck_assert(!nng_installed_directory(directory, 8));
}
END_TEST

/* ---- what is opened ------------------------------------------------------------------------------------------ */

static bool is_mapped(const char *part)
{
    bool mapped = false;
    char line[4096];
    FILE *maps = fopen("/proc/self/maps", "r");
    ck_assert_ptr_nonnull(maps);
    while (fgets(line, sizeof line, maps) != NULL)
        mapped = mapped || strstr(line, part) != NULL;
    fclose(maps);
    return mapped;
}

START_TEST(only_what_is_named_is_opened)
{
    setup_scratch();
    make_directory("loss");
    place("good_loss", "loss/good_loss.so");
    place("bystander", "loss/bystander.so");
    place("bystander", "bystander.so");
    ck_assert_str_eq(found(scratch), in_scratch("loss/good_loss.so"));
    miss(scratch, NNG_LOSS, "bystandr", "unknown loss 'bystandr' (did you mean 'bystander'?)", "");
    miss(scratch, NNG_OPTIMIZER, "bystandr", "unknown optimizer 'bystandr' (did you mean 'bystander'?)", "");
    ck_assert(is_mapped("good_loss.so"));
    ck_assert(!is_mapped("bystander.so"));
    remove_scratch();
}
END_TEST

/* ---- listing ------------------------------------------------------------------------------------------------- */

/* "loss good_loss; ? broken: the reason; ", of the files in the scratch directory alone. */
static void list(const char *directory, int kind, char *text, size_t size)
{
    struct nng_host *host = new_host(directory);
    struct nng_listing *listing = NULL;
    size_t count = 0, length = 0;
    struct nng_error error = {0};
    ck_assert_msg(nng_host_list(host, kind, &listing, &count, &error) == NNG_OK, "%s", error.text);
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        const struct nng_plugin *plugin = listing[i].method.plugin;
        ck_assert((plugin == NULL) == (listing[i].problem.text[0] != '\0'));
        if (strncmp(listing[i].file, scratch, strlen(scratch)) != 0)
            continue;
        int more = snprintf(text + length, size - length, "%s%s%s\n", listing[i].file + strlen(scratch) + 1,
                            plugin == NULL ? ": " : "", listing[i].problem.text);
        ck_assert(more > 0 && (size_t)more < size - length);
        length += (size_t)more;
    }
    nng_host_free(host);
}

START_TEST(lists_every_plugin_once)
{
    setup_scratch();
    make_directory("loss");
    make_directory("activation");
    make_directory("later");
    make_directory("later/loss");
    place("good_loss", "loss/good_loss.so");
    place("bystander", "loss/bystander.so");
    place("bad_magic", "loss/bad_magic.so");
    place("good_loss", "activation/good_loss.so");
    place("good_loss", "good_loss.so");
    place("good_optimizer", "good_optimizer.so");
    place("good_optimizer", "Mine.so");
    place("good_activation", "later/good_activation.so");
    place("good_loss", "later/loss/good_loss.so");
    place("bad_major", "later/bad_major.so");
    place("good_loss", "later/notes.txt");
    write_file(in_scratch("text.so"), "text", 4);
    place("good_loss", "later/loss/text.so");
    setenv("NNGRAD_PLUGIN_PATH", in_scratch("later"), 1);
    char text[4096];
    list(scratch, 0, text, sizeof text);
    ck_assert_str_eq(
        text, "loss/bad_magic.so: not a usable plugin: its 'nng_plugin' does not begin with the magic number of a "
              "descriptor\n"
              "loss/bystander.so\n"
              "loss/good_loss.so\n"
              "later/good_activation.so\n"
              "activation/good_loss.so: it is a loss, not an activation\n"
              "good_optimizer.so\n"
              "Mine.so: not a usable plugin: its file must be called NAME.so, with a NAME of the form [a-z][a-z0-9_]* "
              "and shorter than 64 bytes\n"
              "later/bad_major.so: not a usable plugin: it has ABI 2, this nngrad takes ABI 1: rebuild it with this "
              "nngrad's plugin.h\n"
              "text.so: cannot be loaded: it is no ELF shared object\n");
    list(in_scratch("later"), NNG_LOSS, text, sizeof text);
    ck_assert_str_eq(text, "later/loss/good_loss.so\n"
                           "later/loss/text.so: not a usable plugin: its name is 'good_loss', its file is 'text.so': "
                           "they must be the same\n"
                           "later/bad_major.so: not a usable plugin: it has ABI 2, this nngrad takes ABI 1: rebuild it "
                           "with this nngrad's plugin.h\n");
    remove_scratch();
}
END_TEST

/* Whatever stands under plugins/ is found here without being named. */
START_TEST(what_is_installed_is_usable)
{
    setup_scratch();
    struct nng_host *host = new_host(NULL);
    struct nng_listing *listing = NULL;
    size_t count = 0;
    ck_assert_int_eq(nng_host_list(host, 0, &listing, &count, NULL), NNG_OK);
    ck_assert_uint_gt(count, 0);
    for (size_t i = 0; i < count; i++) {
        ck_assert_msg(listing[i].method.plugin != NULL, "%s: %s", listing[i].file, listing[i].problem.text);
        struct nng_method method;
        const struct nng_plugin *plugin = listing[i].method.plugin;
        ck_assert_int_eq(nng_method_new(host, (enum nng_plugin_kind)plugin->kind, plugin->name, &method, NULL), NNG_OK);
        ck_assert_ptr_eq(method.plugin, plugin);
    }
    nng_host_free(host);
    remove_scratch();
}
END_TEST

/* ---- values -------------------------------------------------------------------------------------------------- */

START_TEST(values_are_checked)
{
    setup_scratch();
    struct nng_host *host = new_host(NULL);
    struct nng_method method;
    ck_assert_int_eq(nng_method_open(host, BAD "good_loss.so", &method, NULL), NNG_OK);
    const struct {
        const char *name;
        double value;
        const char *text;
    } cases[] = {
        {"rate", 1, NULL},
        {"rate", 0, "rate = 0 is outside (0, 1]"},
        {"rate", 1.1, "rate = 1.1 is outside (0, 1]"},
        {"rate", (double)NAN, "rate = nan is not finite"},
        {"rate", -(double)INFINITY, "rate = -inf is not finite"},
        {"steps", 1e15, NULL},
        {"steps", 0, "steps = 0 is outside [1, inf)"},
        {"steps", 2.5, "steps = 2.5 is not a whole number"},
        {"steps", 1e300, "steps = 1e+300 is larger than 2^53"},
        {"nesterov", 1, NULL},
        {"nesterov", 0.5, "nesterov = 0.5 is not true or false"},
        {"form", 1, "form = 1 is not one of 'exact', 'tanh'"},
        {"rat", 1,
         "unknown parameter 'rat' (did you mean 'rate'?): loss 'good_loss' has 'rate', 'steps', 'nesterov', "
         "'form'"},
        {"momentum", 1, "unknown parameter 'momentum': loss 'good_loss' has 'rate', 'steps', 'nesterov', 'form'"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct nng_error error = {0};
        enum nng_status status = nng_method_set(&method, cases[i].name, cases[i].value, &error);
        ck_assert_int_eq(status, cases[i].text == NULL ? NNG_OK : NNG_INPUT);
        ck_assert_str_eq(error.text, cases[i].text == NULL ? "" : cases[i].text);
    }
    ck_assert_double_eq(method.values[0], 1);
    ck_assert_double_eq(method.values[1], 1e15);
    ck_assert_double_eq(method.values[2], 1);
    nng_host_free(host);
    remove_scratch();
}
END_TEST

START_TEST(choices_are_checked)
{
    setup_scratch();
    struct nng_host *host = new_host(NULL);
    struct nng_method method;
    ck_assert_int_eq(nng_method_open(host, BAD "good_loss.so", &method, NULL), NNG_OK);
    const struct {
        const char *name, *choice, *text;
    } cases[] = {{"form", "exact", NULL},
                 {"form", "exakt", "form = 'exakt' is not one of 'exact', 'tanh' (did you mean 'exact'?)"},
                 {"form", "", "form = '' is not one of 'exact', 'tanh'"},
                 {"rate", "high", "rate = 'high' is not a number"},
                 {"nesterov", "yes", "nesterov = 'yes' is not true or false"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct nng_error error = {0};
        enum nng_status status = nng_method_choose(&method, cases[i].name, cases[i].choice, &error);
        ck_assert_int_eq(status, cases[i].text == NULL ? NNG_OK : NNG_INPUT);
        ck_assert_str_eq(error.text, cases[i].text == NULL ? "" : cases[i].text);
    }
    ck_assert_double_eq(method.values[3], 0);
    nng_host_free(host);
    remove_scratch();
}
END_TEST

START_TEST(methods_have_values_of_their_own)
{
    setup_scratch();
    struct nng_host *host = new_host(NULL);
    struct nng_method one, other;
    ck_assert_int_eq(nng_method_open(host, BAD "good_loss.so", &one, NULL), NNG_OK);
    ck_assert_int_eq(nng_method_open(host, BAD "good_loss.so", &other, NULL), NNG_OK);
    ck_assert_ptr_eq(one.plugin, other.plugin);
    ck_assert_int_eq(nng_method_set(&one, "rate", 0.25, NULL), NNG_OK);
    ck_assert_double_eq(one.values[0], 0.25);
    ck_assert_double_eq(other.values[0], 0.5);
    nng_host_free(host);
    remove_scratch();
}
END_TEST

RUN_SUITE("plugin_host", only_what_is_named_is_opened, finds_by_kind_and_name, directories_are_searched_in_order,
          the_current_directory_is_never_searched, a_miss_says_what_was_tried, explicit_directories_must_exist,
          the_installed_directory_is_beside_the_executable, lists_every_plugin_once, what_is_installed_is_usable,
          values_are_checked, choices_are_checked, methods_have_values_of_their_own)
