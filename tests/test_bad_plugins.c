/* test_bad_plugins.c - what a user is told of a plugin that cannot be used, word for word: by a model's loss, and by
 * the path of a shared object. (A missing compiler: test_plugin_build.c.) */
#include "run.h"

#include "plugin/installed.h"
#include "scratch.h"

static const char *installed(void)
{
    static char directory[512];
    ck_assert(nng_installed_directory(directory, sizeof directory));
    return directory;
}

/* Standard error must be that; "@" stands for the scratch directory, "#" for the installed plugins. */
static void check_said(struct run run, const char *expected)
{
    char text[4096];
    size_t length = 0;
    for (const char *s = expected; *s != '\0' && length < sizeof text; s++)
        length += (size_t)snprintf(text + length, sizeof text - length, *s == '@' || *s == '#' ? "%s" : "%.1s",
                                   *s == '@'   ? scratch
                                   : *s == '#' ? installed()
                                               : s);
    ck_assert_status(run, 2);
    ck_assert_str_eq(run.out, "");
    ck_assert_str_eq(run.err, text);
    run_free(&run);
}

/* inspect with that loss. */
static struct run with_loss(const char *loss)
{
    return NNGRAD("inspect", MODELS "xor.cfg", "--plugin-path", scratch, "--loss", loss);
}

/* The objects of a directory: rubbish, a truncated one, one of another ABI, a directory. */
static void place_all(void)
{
    char bytes[4000], file[600];
    snprintf(file, sizeof file, "%s/loss/huber.so", installed());
    FILE *huber = fopen(file, "rb");
    ck_assert_ptr_nonnull(huber);
    ck_assert_uint_eq(fread(bytes, 1, sizeof bytes, huber), sizeof bytes);
    fclose(huber);
    write_file(in_scratch("rubbish.so"), "this is no object\n", 18);
    write_file(in_scratch("cut.so"), bytes, sizeof bytes);
    place("bad_major", "bad_major.so");
    make_directory("folder.so");
}

static const struct {
    const char *name, *reason;
} unusable[] = {{"rubbish", "cannot be loaded: it is no ELF shared object"},
                {"cut", "cannot be loaded: it is truncated"},
                {"bad_major", "not a usable plugin: it has ABI 2, this nngrad takes ABI 1: rebuild it with this "
                              "nngrad's plugin.h"},
                {"folder", "cannot be loaded: it is a directory"}};
enum { UNUSABLE = sizeof unusable / sizeof unusable[0] };

START_TEST(unusable_objects)
{
    place_all();
    for (size_t i = 0; i < UNUSABLE; i++) {
        char expected[1024], file[512];
        snprintf(expected, sizeof expected, "--loss %s: error: @/%s.so: %s\n", unusable[i].name, unusable[i].name,
                 unusable[i].reason);
        check_said(with_loss(unusable[i].name), expected);
        snprintf(file, sizeof file, "%s/%s.so", scratch, unusable[i].name);
        snprintf(expected, sizeof expected, "@/%s.so: error: %s\n", unusable[i].name, unusable[i].reason);
        check_said(NNGRAD("plugin", "info", file), expected);
    }
    check_said(NNGRAD("plugin", "info", in_scratch("none.so")), "@/none.so: error: cannot be loaded: no such file\n");
}
END_TEST

/* The nearest right name, and every path that was tried, and why not. */
START_TEST(unknown_plugins)
{
    check_said(with_loss("hubr"),
               "--loss hubr: error: unknown loss 'hubr' (did you mean 'huber'?); tried "
               "'@/loss/hubr.so' (no such file), '@/hubr.so' (no such file), '/nonexistent/nngrad/plugins' (no such "
               "directory), '#/loss/hubr.so' (no such file), '#/hubr.so' (no such file)\n");
    check_said(with_loss("sigmoid"),
               "--loss sigmoid: error: unknown loss 'sigmoid': it is an activation; tried "
               "'@/loss/sigmoid.so' (no such file), '@/sigmoid.so' (no such file), '/nonexistent/nngrad/plugins' (no "
               "such directory), '#/loss/sigmoid.so' (no such file), '#/sigmoid.so' (no such file)\n");
}
END_TEST

START_TEST(bad_parameters)
{
    static const char *const cases[][2] = {{"huber:delt=2", "unknown parameter 'delt' (did you mean 'delta'?): "
                                                            "loss 'huber' has 'delta'\n"},
                                           {"huber:delta=-1", "delta = -1 is outside (0, inf)\n"},
                                           {"huber:delta=0", "delta = 0 is outside (0, inf)\n"},
                                           {"huber:delta=wide", "delta = 'wide' is not a number\n"},
                                           {"hinge:delta=1", "unknown parameter 'delta': loss 'hinge' has none\n"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char expected[512];
        snprintf(expected, sizeof expected, "--loss %s: error: %s", cases[i][0], cases[i][1]);
        check_said(with_loss(cases[i][0]), expected);
    }
}
END_TEST

RUN_SUITE_BETWEEN("bad_plugins", setup_scratch, remove_scratch, unusable_objects, unknown_plugins, bad_parameters)
