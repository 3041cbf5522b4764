/* test_command_memory.c - every command with its n-th allocation failing, for each n: it ends as out of memory, with
 * status 3 and nothing written, until it is left alone and says what it always says. */
#include "run.h"

#include "base/memory.h"

int nngrad_main(int argc, char **argv); /* main of tools/nngrad/main.c: see CMakeLists.txt */

static int deny(void *context)
{
    long *left = context;
    return (*left)-- != 0;
}

/* Runs it in this process; -1: nothing fails. What it writes to standard output is added up in *written. */
static int run_failing(int argc, const char *const *arguments, long failing, long *written)
{
    FILE *out = tmpfile();
    int standard_out = dup(STDOUT_FILENO), standard_error = dup(STDERR_FILENO), null = open("/dev/null", O_WRONLY);
    ck_assert(out != NULL && standard_out >= 0 && standard_error >= 0 && null >= 0);
    fflush(stdout);
    fflush(stderr);
    dup2(fileno(out), STDOUT_FILENO);
    dup2(null, STDERR_FILENO);
    nng_set_allocation_test(deny, &failing);
    int status = nngrad_main(argc, (char **)arguments);
    nng_set_allocation_test(NULL, NULL);
    fflush(stderr);
    dup2(standard_out, STDOUT_FILENO);
    dup2(standard_error, STDERR_FILENO);
    close(standard_out);
    close(standard_error);
    close(null);
    fseek(out, 0, SEEK_END);
    *written = ftell(out);
    fclose(out);
    return status;
}

static void fail_each(int argc, const char *const *arguments)
{
    long length, written, n = 0;
    ck_assert_int_eq(run_failing(argc, arguments, -1, &length), 0);
    ck_assert_int_gt(length, 0);
    for (int status = 3; status != 0; n++) {
        status = run_failing(argc, arguments, n, &written);
        ck_assert_msg(status == 3 || status == 0, "%s %s: status %d when allocation %ld fails", arguments[1],
                      arguments[2], status, n);
        ck_assert_int_eq(written, status == 0 ? length : 0);
    }
    ck_assert_int_gt(n, 5); /* it did fail */
}

#define FAIL_EACH(...)                                                                                                 \
    do {                                                                                                               \
        const char *const arguments[] = {"nngrad", __VA_ARGS__, NULL};                                                 \
        fail_each((int)(sizeof arguments / sizeof arguments[0]) - 1, arguments);                                       \
    } while (0)

START_TEST(out_of_memory)
{
    setenv("COLUMNS", "80", 1);
    FAIL_EACH("inspect", MODELS "442.cfg", "--threads=1");
    FAIL_EACH("inspect", MODELS "442.cfg", "--threads=1", "--full", "--format=markdown");
    FAIL_EACH("inspect", MODELS "442.cfg", "--threads=1", "--format=latex");
    FAIL_EACH("inspect", MODELS "442.cfg", "--threads=1", "--format=csv", "--loss", "squared_error:scale=2");
    FAIL_EACH("inspect", MODELS "442.cfg", "--threads=1", "--symbols");
    FAIL_EACH("check", MODELS "xor.cfg", "--threads=1", "--all");
    FAIL_EACH("check", MODELS "xor.cfg", "--threads=1", "--format=markdown");
    FAIL_EACH("export", "numpy", MODELS "442.cfg", "--set", "regularization.l2=0.5");
    FAIL_EACH("export", "pytorch", MODELS "blobs.cfg");
    FAIL_EACH("explain", MODELS "442.cfg", "w_131", "--threads=1");
    FAIL_EACH("explain", MODELS "442.cfg", "w_131", "--threads=1", "--format=latex");
    FAIL_EACH("plot", "network", "--show", "gradients");
    FAIL_EACH("plot", "activation", "tanh");
    FAIL_EACH("plugin", "list");
    FAIL_EACH("plugin", "list", "--format=json");
    FAIL_EACH("plugin", "info", "momentum");
    FAIL_EACH("plugin", "info", "momentum", "--format=markdown");
    FAIL_EACH("help", "check");
    FAIL_EACH("help", "--format=markdown");
    FAIL_EACH("help", "--for=man");
    FAIL_EACH("help", "--for=bash");
}
END_TEST

/* Pictures of trainings. Without gnuplot, which would take most of the time, they end with status 3 in any case. */
START_TEST(out_of_memory_in_pictures)
{
    enum { ALLOCATIONS = 400 };
    static const char *const kinds[] = {"loss", "histogram", "surface", "trajectory", "boundary", "units"};
    char directory[] = "/tmp/nngrad-memory-XXXXXX", picture[64], command[128], path[4096];
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(picture, sizeof picture, "%s/x.svg", directory);
    snprintf(path, sizeof path, "%s", getenv("PATH"));
    setenv("PATH", "/nonexistent", 1);
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        for (long n = 0; n < ALLOCATIONS; n++) {
            const char *const arguments[] = {"nngrad", "plot",  kinds[k], MODELS "xor.cfg", "--set=train.epochs=2",
                                             "-o",     picture, NULL};
            long written;
            ck_assert_int_eq(run_failing(7, arguments, n, &written), 3);
        }
    setenv("PATH", path, 1);
    snprintf(command, sizeof command, "rm -r %s", directory);
    ck_assert_int_eq(system(command), 0);
}
END_TEST

/* A training leaves its directory; the next one overwrites it. */
START_TEST(out_of_memory_in_training)
{
    char directory[] = "/tmp/nngrad-memory-XXXXXX", run[64], command[128];
    char path[4096]; /* without gnuplot, which would take most of the time */
    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s", getenv("PATH"));
    setenv("PATH", "/nonexistent", 1);
    snprintf(run, sizeof run, "--run=%s/run", directory);
    FAIL_EACH("train", MODELS "xor.cfg", run, "--force", "--threads=1", "--set=train.epochs=2", "--optimizer=nesterov",
              "--set=train.batch=3", "--ledger=1", "--record=weights,gradients,state");
    FAIL_EACH("train", MODELS "xor.cfg", run, "--force", "--threads=1", "--set=train.epochs=1", "--format=json",
              "--check-every=1");
    setenv("PATH", path, 1);
    snprintf(command, sizeof command, "rm -r %s", directory);
    ck_assert_int_eq(system(command), 0);
}
END_TEST

#ifdef NNGRAD_HAVE_CMARK
/* Its results are kept: no command runs but the first time. */
START_TEST(out_of_memory_in_a_chapter)
{
    char directory[] = "/tmp/nngrad-memory-XXXXXX", folder[64], command[128];
    ck_assert_ptr_nonnull(mkdtemp(directory));
    setenv("XDG_CACHE_HOME", directory, 1);
    snprintf(folder, sizeof folder, "%s/page", directory);
    FAIL_EACH("chapter", "list");
    FAIL_EACH("chapter", "run", SOURCE_DIR "/tests/chapters/right/01-neuron", "-o", folder);
    snprintf(command, sizeof command, "rm -r %s", directory);
    ck_assert_int_eq(system(command), 0);
}
END_TEST
#else
#define out_of_memory_in_a_chapter out_of_memory
#endif

RUN_SUITE("command_memory", out_of_memory_in_a_chapter, out_of_memory, out_of_memory_in_pictures,
          out_of_memory_in_training)
