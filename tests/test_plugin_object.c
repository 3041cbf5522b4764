/* test_plugin_object.c - core/plugin: opening shared objects, right ones and wrong ones. */
#include "support.h"

#include <elf.h>
#include <link.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "base/memory.h"
#include "scratch.h"

/* ---- descriptors --------------------------------------------------------------------------------------------- */

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
        {"bad_method", "it is a loss, but its 'loss' is NULL"},
        {"bad_method_size",
         "its struct nng_loss is 88 bytes long, where ABI 1.0 has 96: rebuild it with this nngrad's plugin.h"},
        {"bad_two_methods", "it is an activation, but its 'loss' is not NULL"},
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

/* ---- files that are no plugins ------------------------------------------------------------------------------- */

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
    refused("folder", "cannot be loaded: it is a directory");
    refused("pipe", "cannot be loaded: it is not a regular file");
    refused("empty", "cannot be loaded: it is empty");
    refused("text", "cannot be loaded: it is no ELF shared object");
    refused("magic", "cannot be loaded: it is truncated");
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

static _Alignas(16) unsigned char bytes[1 << 20];

/* Reads good_loss.so into bytes. */
static size_t read_good(void)
{
    FILE *file = fopen(BAD "good_loss.so", "rb");
    ck_assert_ptr_nonnull(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert(size > 4096 && size < sizeof bytes);
    return size;
}

START_TEST(elf_files_of_another_sort)
{
    setup_scratch();
    make_directory("loss");
    const struct {
        size_t offset;
        unsigned char byte;
        const char *text;
    } cases[] = {{4, 7, "cannot be loaded: it was built for another word size"},
                 {16, 1, "cannot be loaded: it is an ELF file, but no shared object (compile it with -shared -fPIC)"},
                 {54, 1, "cannot be loaded: its program headers are malformed"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        size_t size = read_good();
        bytes[cases[i].offset] = cases[i].byte;
        write_file(in_scratch("loss/good_loss.so"), bytes, size);
        refused("good_loss", cases[i].text);
    }
    remove_scratch();
}
END_TEST

/* However much of it is missing, a cut object never reaches the loader, which would die of it. */
START_TEST(truncated_objects)
{
    setup_scratch();
    make_directory("loss");
    size_t size = read_good();
    for (size_t length = 4; length < size; length += 1 + size / 100) {
        write_file(in_scratch("loss/good_loss.so"), bytes, length);
        refused("good_loss", "cannot be loaded: it is truncated");
    }
    write_file(in_scratch("loss/good_loss.so"), bytes, size - 1);
    refused("good_loss", "cannot be loaded: it is truncated");
    remove_scratch();
}
END_TEST

/* An object without section headers is cut by a byte of what is loaded. */
START_TEST(truncated_segments)
{
    setup_scratch();
    make_directory("loss");
    read_good();
    ElfW(Ehdr) *head = (ElfW(Ehdr) *)(void *)bytes;
    const ElfW(Phdr) *segments = (const ElfW(Phdr) *)(const void *)(bytes + head->e_phoff);
    size_t end = 0;
    for (size_t i = 0; i < head->e_phnum; i++)
        if (segments[i].p_type == PT_LOAD && segments[i].p_offset + segments[i].p_filesz > end)
            end = segments[i].p_offset + segments[i].p_filesz;
    head->e_shoff = 0;
    head->e_shnum = 0;
    write_file(in_scratch("loss/good_loss.so"), bytes, end - 1);
    refused("good_loss", "cannot be loaded: it is truncated");
    write_file(in_scratch("loss/good_loss.so"), bytes, end);
    struct nng_host *host = new_host(scratch);
    struct nng_method method;
    ck_assert_int_eq(nng_method_new(host, NNG_LOSS, "good_loss", &method, NULL), NNG_OK);
    nng_host_free(host);
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
    write_file(in_scratch("loss/good_loss.so"), "nothing", 7);
    refused("good_loss", "cannot be loaded: it is no ELF shared object");
    place("good_activation", "loss/good_activation.so");
    char expected[512];
    snprintf(expected, sizeof expected, "%s/loss/good_activation.so: it is an activation, not a loss", scratch);
    miss(scratch, NNG_LOSS, "good_activation", expected, "");
    remove_scratch();
}
END_TEST

/* ---- a plugin of one's own ----------------------------------------------------------------------------------- */

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

/* ---- out of memory ------------------------------------------------------------------------------------------- */

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

RUN_SUITE("plugin_object", opens_the_right_ones, refuses_each_fault, files_that_are_no_plugins,
          elf_files_of_another_sort, truncated_objects, truncated_segments, a_broken_file_decides,
          a_plugin_is_compiled_outside_of_the_tree, what_the_loader_says_is_passed_on, every_allocation_may_fail)
