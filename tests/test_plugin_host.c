/* test_plugin_host.c - core/plugin: finding, refusing and setting plugins. */
#include "support.h"

#include <ftw.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <nngrad/nngrad.h>

#include "base/memory.h"
#include "plugin/installed.h"

#define BAD BINARY_DIR "/tests/badplugins/"

/* ---- a directory of our own, removed at the end ----------------------------------------------------------------- */

static char scratch[256];

static void setup_scratch(void)
{
    unsetenv("NNGRAD_PLUGIN_PATH");
    unsetenv("XDG_DATA_HOME");
    snprintf(scratch, sizeof scratch, "%s", BINARY_DIR "/tests/scratch-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(scratch));
    setenv("HOME", scratch, 1);
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *walk)
{
    (void)info, (void)kind, (void)walk;
    return remove(path);
}

static void remove_scratch(void)
{
    ck_assert_int_eq(nftw(scratch, remove_entry, 16, FTW_DEPTH | FTW_PHYS), 0);
}

/* SCRATCH/relative; the buffer is used in turn with three others. */
static char *in_scratch(const char *relative)
{
    static char paths[4][512];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", scratch, relative);
    return path;
}

static void make_directory(const char *relative)
{
    ck_assert_int_eq(mkdir(in_scratch(relative), 0700), 0);
}

/* SCRATCH/to is the fixture NAME.so. */
static void place(const char *fixture, const char *to)
{
    char from[512];
    snprintf(from, sizeof from, "%s%s.so", BAD, fixture);
    ck_assert_int_eq(symlink(from, in_scratch(to)), 0);
}

static struct nng_host *new_host(const char *directory)
{
    struct nng_host *host = NULL;
    struct nng_error error = {0};
    ck_assert_msg(nng_host_new(&directory, directory != NULL, &host, &error) == NNG_OK, "%s", error.text);
    return host;
}

/* ---- loading ---------------------------------------------------------------------------------------------------- */

START_TEST(opens_the_right_ones)
{
    setup_scratch();
    struct nng_host *host = new_host(NULL);
    struct nng_error error = {0};
    const struct {
        const char *file;
        uint32_t kind;
    } cases[] = {{BAD "good_loss.so", NNG_LOSS},
                 {BAD "good_activation.so", NNG_ACTIVATION},
                 {BAD "good_optimizer.so", NNG_OPTIMIZER},
                 {BAD "newer_minor.so", NNG_LOSS}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct nng_method method;
        ck_assert_msg(nng_method_open(host, cases[i].file, &method, &error) == NNG_OK, "%s", error.text);
        ck_assert_uint_eq(method.plugin->kind, cases[i].kind);
        ck_assert_str_eq(method.file, cases[i].file);
        ck_assert_double_eq(method.values[0], 0.5);
        ck_assert_double_eq(method.values[1], 3);
        ck_assert_double_eq(method.values[2], 0);
        ck_assert_double_eq(method.values[3], 1);
    }
    nng_host_free(host);
    nng_host_free(NULL);
    remove_scratch();
}
END_TEST

START_TEST(refuses_each_fault)
{
    setup_scratch();
    struct nng_host *host = new_host(NULL);
    const struct {
        const char *name, *reason;
    } cases[] = {
        {"bad_magic", "its 'nng_plugin' does not begin with the magic number of a descriptor"},
        {"bad_major", "it has ABI 2, this nngrad takes ABI 1: rebuild it with this nngrad's plugin.h"},
        {"bad_size", "its descriptor is 96 bytes long, where ABI 1.0 has 104: rebuild it with this nngrad's plugin.h"},
        {"bad_larger",
         "its descriptor is 112 bytes long, where ABI 1.0 has 104: rebuild it with this nngrad's plugin.h"},
        {"bad_real", "its reals are 4 bytes long, not 8"},
        {"bad_parameter_size", "its parameters are 48 bytes long each, not 56"},
        {"bad_kind", "its kind is 9, which is no loss, activation or optimizer"},
        {"bad_method", "it says that it is a loss, but its 'loss' is NULL"},
        {"bad_method_size",
         "its struct nng_loss is 88 bytes long, where ABI 1.0 has 96: rebuild it with this nngrad's plugin.h"},
        {"bad_two_methods", "it says that it is an activation, but its 'loss' is not NULL"},
        {"bad_summary", "its summary is NULL"},
        {"bad_escape", "its summary has a control character at byte 1"},
        {"bad_doubled", "it has two parameters 'rate'"},
        {"bad_reserved", "its parameter may not be called 'plugin', which has a meaning in model.cfg"},
        {"bad_default", "parameter 'rate' has its default 3 outside (0, 1]"},
        {"bad_open_end", "parameter 'rate' has its default 0 outside (0, 1]"},
        {"bad_ulps", "its ulps -1 are not a number from 0 on"},
        {"bad_flags", "its flags 0x40 have bits that ABI 1.0 does not know"},
        {"bad_value", "its function 'value' is NULL"},
        {"bad_backward", "its function 'backward' is NULL"},
        {"bad_step", "its function 'step' is NULL"},
        {"bad_open", "its function 'open' is NULL"},
        {"bad_symbol", "it has no symbol 'nng_plugin'"},
        {"bad_name", "its name is 'other', its file is 'bad_name.so': they must be the same"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char file[512], expected[1024];
        struct nng_method method;
        struct nng_error error = {0};
        snprintf(file, sizeof file, "%s%s.so", BAD, cases[i].name);
        snprintf(expected, sizeof expected, "not a usable plugin: %s", cases[i].reason);
        ck_assert_int_eq(nng_method_open(host, file, &method, &error), NNG_INPUT);
        ck_assert_str_eq(error.text, expected);
        ck_assert_str_eq(error.file, file);
    }
    nng_host_free(host);
    remove_scratch();
}
END_TEST

/* ---- values ----------------------------------------------------------------------------------------------------- */

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

/* ---- searching -------------------------------------------------------------------------------------------------- */

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

/* Tries to find a plugin by name, which must fail with a text that begins and ends like this. */
static void miss(const char *directory, enum nng_plugin_kind kind, const char *name, const char *begin,
                 const char *within)
{
    struct nng_host *host = new_host(directory);
    struct nng_method method;
    struct nng_error error = {0};
    ck_assert_int_eq(nng_method_new(host, kind, name, &method, &error), NNG_INPUT);
    ck_assert_msg(strncmp(error.text, begin, strlen(begin)) == 0, "'%s' does not begin with '%s'", error.text, begin);
    ck_assert_msg(strstr(error.text, within) != NULL, "'%s' is not in '%s'", within, error.text);
    ck_assert_str_eq(error.file, "");
    nng_host_free(host);
}

START_TEST(the_current_directory_is_never_searched)
{
    setup_scratch();
    make_directory("loss");
    make_directory("sub");
    place("good_loss", "loss/good_loss.so");
    place("good_loss", "good_loss.so");
    place("good_loss", "sub/good_loss.so");
    char before[512];
    ck_assert_ptr_nonnull(getcwd(before, sizeof before));
    ck_assert_int_eq(chdir(scratch), 0);
    setenv("NNGRAD_PLUGIN_PATH", "::.:sub:", 1);
    setenv("XDG_DATA_HOME", ".", 1);
    setenv("HOME", "", 1);
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
    ck_assert_int_eq(strncmp(directory, BINARY_DIR "/tests/../", sizeof BINARY_DIR + 9), 0);
    ck_assert_ptr_nonnull(strstr(directory, "/nngrad/plugins"));
    ck_assert(!nng_installed_directory(directory, 8));
}
END_TEST

/* ---- files that are no plugins ----------------------------------------------------------------------------------- */

static void write_file(const char *path, const void *bytes, size_t length)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
}

/* Opening SCRATCH/loss/NAME.so fails with this text, by its path and by its name. */
static void refused(const char *name, const char *text)
{
    char relative[128], file[512], expected[1024];
    snprintf(relative, sizeof relative, "loss/%s.so", name);
    snprintf(file, sizeof file, "%s", in_scratch(relative));
    struct nng_host *host = new_host(NULL);
    struct nng_method method;
    struct nng_error error = {0};
    ck_assert_int_eq(nng_method_open(host, file, &method, &error), NNG_INPUT);
    ck_assert_str_eq(error.text, text);
    ck_assert_str_eq(error.file, file);
    nng_host_free(host);
    snprintf(expected, sizeof expected, "%s: %s", file, text);
    miss(scratch, NNG_LOSS, name, expected, "");
}

START_TEST(files_that_are_no_plugins)
{
    setup_scratch();
    make_directory("loss");
    make_directory("loss/folder.so");
    ck_assert_int_eq(mkfifo(in_scratch("loss/pipe.so"), 0600), 0);
    write_file(in_scratch("loss/empty.so"), "", 0);
    write_file(in_scratch("loss/text.so"), "#!/bin/sh\n", 10);
    write_file(in_scratch("loss/magic.so"), "\177ELF", 4);
    ck_assert_int_eq(symlink(BINARY_DIR "/tests/CMakeFiles/test_text.dir/test_text.c.o", in_scratch("loss/part.so")),
                     0);
    refused("folder", "cannot be loaded: it is a directory");
    refused("pipe", "cannot be loaded: it is not a regular file");
    refused("empty", "cannot be loaded: it is empty");
    refused("text", "cannot be loaded: it is no ELF shared object");
    refused("magic", "cannot be loaded: it is truncated");
    refused("part", "cannot be loaded: it is an ELF file, but no shared object (compile it with -shared -fPIC)");
    struct nng_host *host = new_host(NULL);
    struct nng_method method;
    struct nng_error error = {0};
    ck_assert_int_eq(nng_method_open(host, "/nowhere/x.so", &method, &error), NNG_INPUT);
    ck_assert_str_eq(error.text, "cannot be loaded: no such file");
    ck_assert_int_eq(nng_method_open(host, SOURCE_DIR "/CMakeLists.txt", &method, &error), NNG_INPUT);
    ck_assert_str_eq(error.text, "cannot be loaded: it is no ELF shared object");
    ck_assert_int_eq(nng_method_open(host, "/proc/self/exe", &method, &error), NNG_INPUT);
    ck_assert_str_eq(error.text, "not a usable plugin: its file must be called NAME.so");
    nng_host_free(host);
    remove_scratch();
}
END_TEST

/* However much of it is missing, a cut object never reaches the loader, which would die of it. */
START_TEST(truncated_objects)
{
    setup_scratch();
    make_directory("loss");
    FILE *file = fopen(BAD "good_loss.so", "rb");
    ck_assert_ptr_nonnull(file);
    static unsigned char bytes[1 << 20];
    size_t size = fread(bytes, 1, sizeof bytes, file);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert(size > 4096 && size < sizeof bytes);
    for (size_t length = 4; length < size; length += 1 + size / 100) {
        write_file(in_scratch("loss/good_loss.so"), bytes, length);
        refused("good_loss", "cannot be loaded: it is truncated");
    }
    write_file(in_scratch("loss/good_loss.so"), bytes, size - 1);
    refused("good_loss", "cannot be loaded: it is truncated");
    remove_scratch();
}
END_TEST

/* The first file that exists decides; what is broken hides nothing behind it in silence. */
START_TEST(a_broken_file_decides)
{
    setup_scratch();
    make_directory("loss");
    make_directory("data");
    make_directory("data/nngrad");
    make_directory("data/nngrad/plugins");
    setenv("XDG_DATA_HOME", in_scratch("data"), 1);
    place("good_loss", "data/nngrad/plugins/good_loss.so");
    ck_assert_str_eq(found(scratch), in_scratch("data/nngrad/plugins/good_loss.so"));
    write_file(in_scratch("loss/good_loss.so"), "nothing", 7);
    refused("good_loss", "cannot be loaded: it is no ELF shared object");
    place("good_activation", "loss/good_activation.so");
    char expected[512];
    snprintf(expected, sizeof expected, "%s/loss/good_activation.so: it is an activation, not a loss", scratch);
    miss(scratch, NNG_LOSS, "good_activation", expected, "");
    remove_scratch();
}
END_TEST

/* ---- what is opened ------------------------------------------------------------------------------------------------
 */

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

/* ---- listing
 * --------------------------------------------------------------------------------------------------------- */

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
              "nngrad's plugin.h\n");
    list(in_scratch("later"), NNG_LOSS, text, sizeof text);
    ck_assert_str_eq(text, "later/loss/good_loss.so\n"
                           "later/bad_major.so: not a usable plugin: it has ABI 2, this nngrad takes ABI 1: rebuild it "
                           "with this nngrad's plugin.h\n");
    remove_scratch();
}
END_TEST

/* ---- a plugin of one's own
 * -------------------------------------------------------------------------------------------- */

/* Runs cc in the scratch directory. */
static void compile(const char *source, const char *object)
{
    pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        if (chdir(scratch) == 0)
            execlp("cc", "cc", "-std=c11", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", source, "-o", object,
                   (char *)NULL);
        _exit(127);
    }
    int status = 0;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}

static const char my_loss[] =
    "#include \"plugin.h\"\n"
    "static enum nng_plugin_status value(const double *parameters, size_t rows, size_t cols, const double *yhat,\n"
    "                                    const double *y, double *values, double *grad,\n"
    "                                    struct nng_diagnostic *diagnostic)\n"
    "{\n"
    "    for (size_t n = 0; n < rows; n++) {\n"
    "        values[n] = 0;\n"
    "        for (size_t j = n * cols; j < (n + 1) * cols; j++) {\n"
    "            if (yhat[j] < 0)\n"
    "                return nng_refuse(diagnostic, (int64_t)n, (int64_t)(j - n * cols), \"yhat is negative\");\n"
    "            values[n] += parameters[0] * (yhat[j] - y[j]) * (yhat[j] - y[j]);\n"
    "            if (grad != NULL)\n"
    "                grad[j] = 2 * parameters[0] * (yhat[j] - y[j]);\n"
    "        }\n"
    "    }\n"
    "    return NNG_PLUGIN_OK;\n"
    "}\n"
    "static const struct nng_parameter parameters[] = {\n"
    "    {.name = \"scale\", .summary = \"factor\", .kind = NNG_REAL, .max = 1e308, .standard = 3}};\n"
    "static const struct nng_loss loss = {.size = sizeof loss, .yhat_max = 1e308, .ulps = 4, .value = value};\n"
    "NNG_PLUGIN(.kind = NNG_LOSS, .name = \"my_loss\", .summary = \"mine\", .formula = \"x\", .version = \"1\",\n"
    "           .licence = \"MIT\", NNG_PARAMETERS(parameters), .loss = &loss);\n";

START_TEST(a_plugin_is_compiled_outside_of_the_tree)
{
    setup_scratch();
    write_file(in_scratch("my_loss.c"), my_loss, sizeof my_loss - 1);
    ck_assert_int_eq(symlink(SOURCE_DIR "/core/include/nngrad/plugin.h", in_scratch("plugin.h")), 0);
    compile("my_loss.c", "my_loss.so");
    struct nng_host *host = new_host(scratch);
    struct nng_method method;
    struct nng_error error = {0};
    ck_assert_msg(nng_method_new(host, NNG_LOSS, "my_loss", &method, &error) == NNG_OK, "%s", error.text);
    const double yhat[] = {1, 2, 3, 4}, y[] = {0, 2, 1, 0}; /* 3 (1 + 0) = 3, 3 (4 + 16) = 60 */
    double values[2], grad[4];
    struct nng_diagnostic diagnostic = {0};
    ck_assert_int_eq(method.plugin->loss->value(method.values, 2, 2, yhat, y, values, grad, &diagnostic),
                     NNG_PLUGIN_OK);
    ck_assert_double_eq(values[0], 3);
    ck_assert_double_eq(values[1], 60);
    ck_assert_double_eq(grad[0], 6);
    ck_assert_double_eq(grad[3], 24);
    ck_assert_int_eq(method.plugin->loss->value(method.values, 1, 2, (double[]){1, -1}, y, values, NULL, &diagnostic),
                     NNG_PLUGIN_ERROR);
    ck_assert_str_eq(diagnostic.text, "yhat is negative");
    ck_assert_int_eq(diagnostic.column, 1);
    nng_host_free(host);
    remove_scratch();
}
END_TEST

START_TEST(what_the_loader_says_is_passed_on)
{
    setup_scratch();
    make_directory("loss");
    const char source[] = "extern int nowhere(void); __attribute__((visibility(\"default\"))) int nng_plugin(void) "
                          "{ return nowhere(); }\n";
    write_file(in_scratch("lost.c"), source, sizeof source - 1);
    compile("lost.c", "loss/lost.so");
    refused("lost", "cannot be loaded: undefined symbol: nowhere");
    remove_scratch();
}
END_TEST

/* ---- out of memory
 * ------------------------------------------------------------------------------------------------------ */

static int deny(void *context)
{
    int *left = context;
    return (*left)-- > 0;
}

/* Everything that a host does, hits and misses; the first status that is not the expected one. */
static enum nng_status everything(void)
{
    struct nng_host *host = NULL;
    struct nng_method method;
    struct nng_listing *listing = NULL;
    size_t count = 0;
    const char *directory = scratch;
    enum nng_status status = nng_host_new(&directory, 1, &host, NULL);
    if (status == NNG_OK)
        status = nng_method_new(host, NNG_LOSS, "good_loss", &method, NULL);
    if (status == NNG_OK && (status = nng_method_new(host, NNG_LOSS, "good_los", &method, NULL)) == NNG_INPUT)
        status = nng_method_open(host, BAD "good_activation.so", &method, NULL);
    if (status == NNG_OK && (status = nng_method_set(&method, "rte", 1, NULL)) == NNG_INPUT)
        status = NNG_OK;
    if (status == NNG_OK && (status = nng_method_choose(&method, "form", "other", NULL)) == NNG_INPUT)
        status = NNG_OK;
    for (int i = 0; i < 100 && status == NNG_OK; i++) /* so that the arena needs another block */
        status = nng_method_open(host, BAD "good_loss.so", &method, NULL);
    if (status == NNG_OK)
        status = nng_host_list(host, 0, &listing, &count, NULL);
    nng_host_free(host);
    return status;
}

START_TEST(every_allocation_may_fail)
{
    setup_scratch();
    make_directory("loss");
    place("good_loss", "loss/good_loss.so");
    place("bad_magic", "loss/bad_magic.so");
    ck_assert_int_eq(everything(), NNG_OK);
    enum nng_status status = NNG_MEMORY;
    int n = 0;
    for (; status != NNG_OK && n < 1000; n++) {
        int left = n;
        nng_set_allocation_test(deny, &left);
        status = everything();
        nng_set_allocation_test(NULL, NULL);
        ck_assert_int_eq(status, left < 0 ? NNG_MEMORY : NNG_OK);
    }
    ck_assert_int_gt(n, 8);
    ck_assert_int_eq(status, NNG_OK);
    remove_scratch();
}
END_TEST

RUN_SUITE("plugin_host", only_what_is_named_is_opened, opens_the_right_ones, refuses_each_fault, values_are_checked,
          choices_are_checked, finds_by_kind_and_name, directories_are_searched_in_order,
          the_current_directory_is_never_searched, a_miss_says_what_was_tried, explicit_directories_must_exist,
          the_installed_directory_is_beside_the_executable, files_that_are_no_plugins, truncated_objects,
          a_broken_file_decides, methods_have_values_of_their_own, lists_every_plugin_once,
          a_plugin_is_compiled_outside_of_the_tree, what_the_loader_says_is_passed_on, every_allocation_may_fail)
