/* test_plot_runs.c - nngrad plot of what trainings did: scripts as stored, pictures that are not blank, runs that
 * somebody has tampered with.
 *
 * Where there is no gnuplot, what needs it is left out, with a notice. With NNGRAD_RECORD set, scripts that differ from
 * those in tests/plots are recorded anew.
 */
#include "pictures.h"

#include <math.h>
#include <sys/stat.h>

#include "base/text.h"
#include "plot/columns.h"

#define BLOBS MODELS "blobs.cfg"
#define EDGE                                                                                                           \
    "network = { inputs = 1; layers = ({ units = 1; activation = \"identity\"; weights = ((0.5)); }); };\n"            \
    "loss = \"binary_cross_entropy\"; data = { inputs = ((1)); targets = ((1)); };\n"

/* In the scratch directory. */
#define IN_SCRATCH(...) run_program((struct run_setting){.directory = scratch}, ARGUMENTS(__VA_ARGS__))

/* A plot that must end with that status; what it said must hold that text. */
#define ck_assert_plot(expected, said, ...)                                                                            \
    do {                                                                                                               \
        struct run run_ = IN_SCRATCH("plot", __VA_ARGS__);                                                             \
        ck_assert_status(run_, expected);                                                                              \
        ck_assert_contains(run_.err, said);                                                                            \
        run_free(&run_);                                                                                               \
    } while (0)

static void train(const char *directory, const char *optimizer, const char *setting)
{
    struct run run = IN_SCRATCH("train", BLOBS, "-q", "--force", "--run", directory, "--optimizer", optimizer,
                                "--record=weights", "--set=train.epochs=6", "--set", setting);
    ck_assert_status(run, 0);
    run_free(&run);
}

static void set_up(void)
{
    setup_scratch();
    train("gd", "gd:learning_rate=1", "train.batch=0");
    train("adam", "adam:learning_rate=0.2", "train.batch=250");
}

/* ---- pictures ------------------------------------------------------------------------------------------------ */

/* NAME.gp is stored in tests/plots. */
static const struct {
    const char *name;
    double white; /* at least that share of the picture is background */
    const char *arguments[6];
} pictures[] = {
    {"loss", 0.9, {"loss", "--set=train.epochs=9"}},
    {"loss_runs", 0.9, {"loss", "gd", "adam"}},
    {"gradients", 0.9, {"gradients", "gd", "adam"}},
    {"ratios", 0.9, {"ratios", "adam"}},
    {"histogram", 0.7, {"histogram", "--set=train.epochs=9"}},
    {"surface", 0.5, {"surface", "adam", "--x=w_111=-2:4", "--y", "w_121"}},
    {"surface_model", 0.5, {"surface", MODELS "batch_columns.cfg"}}, /* no optimizer: nothing is trained */
    {"trajectory", 0.3, {"trajectory", "gd", "adam", "--y=w_121"}},
    {"boundary", 0.2, {"boundary", "adam"}},
    {"units", 0.6, {"units", "adam"}},
    {"units_outputs", 0.6, {"units", "gd", "--layer=2"}},
};
enum { PICTURES = sizeof pictures / sizeof pictures[0] };

/* Draws it as SCRATCH/NAME.ENDING, whose path it returns. */
static const char *draw(size_t i, const char *ending)
{
    char file[256];
    snprintf(file, sizeof file, "%s.%s", pictures[i].name, ending);
    const char *words[12] = {NNGRAD_PROGRAM, "plot", "-o", file};
    memcpy(words + 4, pictures[i].arguments, sizeof pictures[i].arguments);
    struct run run = run_program((struct run_setting){.directory = scratch}, words);
    ck_assert_status(run, 0);
    ck_assert_str_eq(run.out, "");
    ck_assert_str_eq(run.err, "");
    run_free(&run);
    return in_scratch(file);
}

START_TEST(scripts_are_as_stored)
{
    for (size_t i = 0; have_gnuplot() && i < PICTURES; i++) {
        char *svg = read_whole(draw(i, "svg"));
        ck_assert_int_eq(strncmp(svg, "<?xml", 5), 0);
        free(svg);
        check_script(pictures[i].name);
    }
}
END_TEST

START_TEST(a_png_is_not_blank)
{
    for (size_t i = 0; have_gnuplot() && i < PICTURES; i++)
        check_pixels(draw(i, "png"), pictures[i].white);
}
END_TEST

/* Where a loss refuses yhat there is no surface, and the rest of it is drawn; the same for a difference at such steps.
 */
START_TEST(a_loss_that_is_not_defined_everywhere)
{
    if (!have_gnuplot())
        return;
    write_file(in_scratch("edge.cfg"), EDGE, strlen(EDGE));
    struct run run = IN_SCRATCH("plot", "surface", "edge.cfg", "--x=w_111", "--y=b_11", "-o", "edge.png");
    ck_assert_status(run, 0);
    ck_assert_str_eq(run.err, "nngrad: note: there is no loss in 1482 of the 2601 points: loss 'binary_cross_entropy' "
                              "failed: yhat must lie in [0, 1] (sample 1, unit 1)\n");
    run_free(&run);
    check_pixels(in_scratch("edge.png"), 0.5);
    run = IN_SCRATCH("plot", "steps", "edge.cfg", "--param=w_111", "-o", "steps.png");
    ck_assert_status(run, 0);
    ck_assert_str_eq(run.err, "");
    run_free(&run);
    check_pixels(in_scratch("steps.png"), 0.8);
}
END_TEST

START_TEST(text_on_the_terminal)
{
    for (size_t i = 0; have_gnuplot() && i < PICTURES; i++) {
        const char *words[12] = {NNGRAD_PROGRAM, "plot"};
        memcpy(words + 2, pictures[i].arguments, sizeof pictures[i].arguments);
        struct run run = run_program((struct run_setting){.directory = scratch}, words);
        ck_assert_status(run, 0);
        ck_assert_str_eq(run.err, "");
        ck_assert_uint_gt(strlen(run.out), 500);
        run_free(&run);
    }
}
END_TEST

/* A model is trained in memory: nothing but the picture and its script is left. */
START_TEST(models_leave_no_run)
{
    struct run run = IN_SCRATCH("plot", "loss", BLOBS, "--set=train.epochs=3", "-o", "x.svg");
    ck_assert_status(run, have_gnuplot() ? 0 : 3);
    run_free(&run);
    ck_assert_int_eq(access(in_scratch("runs"), F_OK), -1);
    char *script = read_whole(in_scratch("x.gp"));
    ck_assert_contains(script, "\n0 1.67667028 1.68345");
    ck_assert_contains(script, "\n3 1.43707");
    ck_assert_contains(script, "'Loss by epoch: blobs'");
    free(script);
}
END_TEST

/* A loss that is no number from the first row on, or from a later one. */
START_TEST(divergence)
{
    if (!have_gnuplot())
        return;
#define DIVERGES "--set=layers.1.activation=identity", "--set=layers.2.activation=identity", "--loss=squared_error"
    ck_assert_plot(0, "note: the training of 'blobs' diverged: epoch 4", "loss", BLOBS, DIVERGES,
                   "--set=optimizer.learning_rate=100", "-o", "x.svg");
    char *script = read_whole(in_scratch("x.gp"));
    ck_assert_contains(script, "title 'diverged'");
    ck_assert_contains(script, "\n4 NaN NaN\n");
    free(script);
    ck_assert_plot(0, "diverged: epoch 0", "loss", BLOBS, DIVERGES, "--set=layers.1.weights=((1e200, 1), (1, 1))", "-o",
                   "x.svg");
    ck_assert_plot(0, "diverged: epoch 0", "gradients", BLOBS, DIVERGES, "--set=layers.1.weights=((1e200, 1), (1, 1))",
                   "-o", "x.svg");
}
END_TEST

static void check_drawn(const char *kind, const char *first, const char *second)
{
    struct run run = IN_SCRATCH("plot", "-o", "x.svg", kind, first, second);
    ck_assert_status(run, 0);
    ck_assert_str_eq(run.err, "");
    run_free(&run);
}

/* From zeros no weight of a tanh network moves, which a logarithmic axis cannot show. */
START_TEST(nothing_moves)
{
    if (!have_gnuplot())
        return;
    struct run run = IN_SCRATCH("plot", "ratios", "--set=init.scheme=zeros", "--set=layers.1.activation=tanh",
                                "--set=layers.2.activation=tanh", "--set=train.epochs=2", "-o", "x.svg");
    ck_assert_status(run, 0);
    run_free(&run);
    char *svg = read_whole(in_scratch("x.svg"));
    ck_assert_contains(svg, "zero in every layer");
    free(svg);
    check_drawn("ratios", "adam", NULL);
    svg = read_whole(in_scratch("x.svg"));
    ck_assert_ptr_null(strstr(svg, "zero in every layer"));
    free(svg);
}
END_TEST

/* A path of many points is a line without them. */
START_TEST(a_long_path)
{
    struct run run =
        IN_SCRATCH("train", MODELS "xor.cfg", "-q", "--run", "long", "--record=weights", "--set=train.epochs=300");
    ck_assert_status(run, 0);
    run_free(&run);
    if (have_gnuplot())
        check_drawn("trajectory", "long", NULL);
}
END_TEST

/* Names of runs that would like to be commands are shown as they are. */
START_TEST(names_that_would_be_commands)
{
    static const char *const kinds[] = {"loss", "gradients", "surface", "trajectory", "boundary", "histogram", "units"};
    static const char *const names[] = {"it's '`touch pwned`' $(touch pwned)",
                                        "'; system('touch pwned'); '",
                                        "|touch pwned",
                                        "<touch pwned",
                                        "x\n!touch pwned\n",
                                        "{\\^_}@&~%s"};
    for (size_t i = 0; have_gnuplot() && i < sizeof names / sizeof names[0]; i++) {
        ck_assert_int_eq(rename(in_scratch("gd"), in_scratch(names[i])), 0);
        for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
            if (k == 0 || i == 0)
                check_drawn(kinds[k], names[i], NULL);
        check_drawn("trajectory", names[i], "adam");
        ck_assert_int_eq(rename(in_scratch(names[i]), in_scratch("gd")), 0);
    }
    ck_assert_int_eq(access(in_scratch("pwned"), F_OK), -1);
}
END_TEST

/* ---- what is typed wrong ------------------------------------------------------------------------------------- */

START_TEST(wrong_words)
{
    ck_assert_plot(2, "none: error: cannot read: no such file", "loss", "none");
    ck_assert_plot(2, "option '--set' changes a model, but 'gd' is a run, which is over", "loss", "gd",
                   "--set=train.epochs=3");
    ck_assert_plot(2, "'lecture' has 3 inputs: a boundary is drawn in the plane of two", "boundary");
    ck_assert_plot(2, "'lecture' has 3 inputs: the outputs of units are drawn in the plane of two", "units");
    ck_assert_plot(2, "there is no layer 3: 'blobs' has 2", "units", "gd", "--layer=3");
    ck_assert_plot(2, "option '--layer': ", "units", "gd", "--layer=0");
    ck_assert_plot(2, "'--layer'", "boundary", "gd", "--layer=1");
    ck_assert_plot(2, "'plot surface' does not take the argument 'adam'", "surface", "gd", "adam");
    ck_assert_plot(2, "no parameter 'w_999'", "surface", "gd", "--x=w_999");
    ck_assert_plot(2, "--x and --y are the same parameter: 'w111'", "surface", "gd", "--x=w111", "--y=W1[1,1]");
    ck_assert_plot(2, "option '--x': '3' is not a range LOW:HIGH", "surface", "gd", "--x=w_111=3");
    ck_assert_plot(2, "option '--y': '3:2' is not a range LOW:HIGH", "surface", "gd", "--y=w_111=3:2");
    ck_assert_plot(2, "option '--y': 'a:2' is not a range LOW:HIGH", "surface", "gd", "--y=w_111=a:2");
    ck_assert_plot(2, "'gd' and '" MODELS "xor.cfg' are different networks", "trajectory", "gd", MODELS "xor.cfg");
    ck_assert_plot(1, "the loss is the same, or not finite, wherever 'w₁₁₁' and 'w₁₁₂' stand", "surface",
                   MODELS "442.cfg", "--set=layers.1.activation=step", "--set=train.epochs=0", "--x=w_111=10:11",
                   "--y=w_112=10:11");
    ck_assert_int_eq(remove(in_scratch("gd/weights.csv")), 0);
    ck_assert_plot(2, "'gd' holds no path: 'nngrad train --record weights' writes weights.csv", "trajectory", "gd");
    ck_assert_plot(2, "'plot loss' has no option '--x'", "loss", "gd", "--x=w_111");
}
END_TEST

/* ---- runs that somebody tampered with ------------------------------------------------------------------------ */

static void check_refused(const char *text, size_t length, const char *said)
{
    static const char *const kinds[] = {"loss", "gradients", "ratios"};
    if (text != NULL)
        write_file(in_scratch("gd/history.csv"), text, length);
    for (size_t k = 0; k < 3; k++) {
        struct run run = IN_SCRATCH("plot", kinds[k], "adam", "gd", "-o", "x.svg");
        ck_assert_status(run, 2);
        ck_assert_contains(run.err, said);
        ck_assert_msg(strchr(run.err, '\n') == run.err + strlen(run.err) - 1, "%s", run.err);
        ck_assert_int_eq(access(in_scratch("x.svg"), F_OK), -1);
        run_free(&run);
    }
}

#define HEADER                                                                                                         \
    "epoch,loss,accuracy,validation_loss,validation_accuracy,gradient_norm,gradient_norm_1,gradient_norm_2,"           \
    "update_ratio_1,update_ratio_2\n"
#define ROW(epoch) epoch ",1,1,1,1,1,1,1,1,1\n"
#define REFUSED(text, said) check_refused(text, sizeof(text) - 1, said)

START_TEST(hostile_histories)
{
    REFUSED("", "gd/history.csv:1: error: not the header of a table by epoch");
    REFUSED("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "gd/history.csv:1: error: not the header of a table by epoch");
    REFUSED("epoch\0,loss\n", "not the header of a table by epoch");
    REFUSED("loss,epoch\n", "its first column is not 'epoch'");
    REFUSED("epoch,loss\n0,1\n", "not the history of a training: there is no column 'accuracy'");
    REFUSED("epoch,,loss\n0,1\n", "not the header of a table by epoch");
    REFUSED(HEADER, "gd/history.csv:2: error: there are no rows below the header");
    REFUSED(HEADER ROW("0") "1,2\n", "gd/history.csv:3: error: a row of 2 fields, but the header has 10");
    REFUSED(HEADER ROW("0") ROW("1,1"), "gd/history.csv:3: error: a row of 11 fields, but the header has 10");
    REFUSED(HEADER ROW("0") "1,x'y,1,1,1,1,1,1,1,1\n",
            "gd/history.csv:3: error: 'x'y' is not a number (column 'loss')");
    REFUSED(HEADER ROW("0") "1,1e999,1,1,1,1,1,1,1,1\n", "'1e999' is not a number (column 'loss')");
    REFUSED(HEADER ROW("0") "1,\0\0,1,1,1,1,1,1,1,1\n", "is not a number (column 'loss')");
    REFUSED(HEADER ROW("1") ROW("0"), "gd/history.csv:3: error: the epochs do not rise from 0");
    REFUSED(HEADER ROW("0") ROW("0"), "gd/history.csv:3: error: the epochs do not rise from 0");
    REFUSED(HEADER ROW("-1"), "gd/history.csv:2: error: the epochs do not rise from 0");
    REFUSED(HEADER ROW("nan"), "the epochs do not rise from 0");
    REFUSED(HEADER ROW("1e300"), "the epochs do not rise from 0");
    REFUSED(HEADER ROW(""), "the epochs do not rise from 0");
    REFUSED(HEADER ROW("00000000000000000000000000000000000000000000000000000000000000001"),
            "a field that is too long for a number");
}
END_TEST

/* Files that never end, that are none, or that hold nothing but holes. */
START_TEST(hostile_files)
{
    char file[512];
    snprintf(file, sizeof file, "%s", in_scratch("gd/history.csv"));
    ck_assert_int_eq(truncate(file, 0), 0);
    ck_assert_int_eq(truncate(file, (off_t)1 << 40), 0);
    check_refused(NULL, 0, "not the header of a table by epoch");
    write_file(file, HEADER ROW("0"), strlen(HEADER ROW("0")));
    ck_assert_int_eq(truncate(file, (off_t)1 << 40), 0);
    check_refused(NULL, 0, "gd/history.csv:3: error: a field that is too long for a number");
    ck_assert_int_eq(remove(file), 0);
    check_refused(NULL, 0, "gd/history.csv: error: cannot read: no such file");
    ck_assert_int_eq(mkfifo(file, 0600), 0);
    check_refused(NULL, 0, "gd/history.csv: error: cannot read: not a regular file");
    ck_assert_int_eq(remove(file), 0);
    ck_assert_int_eq(symlink("/dev/zero", file), 0);
    check_refused(NULL, 0, "gd/history.csv: error: cannot read: not a regular file");
}
END_TEST

START_TEST(hostile_weights)
{
    static const char *const wrong[] = {"epoch,w_111\n0,1\n", "epoch,w_111,w_121\n", "\0\1\2",
                                        "epoch,w_111,w_121\n0,1\n"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        write_file(in_scratch("gd/weights.csv"), wrong[i], strlen(wrong[i]));
        ck_assert_plot(2, "gd/weights.csv:", "trajectory", "adam", "gd");
    }
    write_file(in_scratch("gd/final.cfg"), "network = {", 11);
    ck_assert_plot(2, "gd/final.cfg:1: error: ", "surface", "gd");
    ck_assert_plot(2, "gd/final.cfg:1: error: ", "boundary", "gd");
    ck_assert_plot(2, "gd/final.cfg:1: error: ", "histogram", "gd");
    ck_assert_plot(2, "gd/final.cfg:1: error: ", "trajectory", "gd");
}
END_TEST

/* ---- long tables --------------------------------------------------------------------------------------------- */

static void read_columns(const char *text, struct columns *columns)
{
    struct column_reader reader;
    struct nng_error error = {0};
    ck_assert_msg(columns_open_text(&reader, text, "text", &error) == NNG_OK, "%s", error.text);
    ck_assert_uint_eq(reader.count, 3);
    ck_assert_uint_eq(columns_find(&reader, "w_2,10,3"), 1);
    ck_assert_uint_eq(columns_find(&reader, "w"), SIZE_MAX);
    ck_assert_msg(columns_read(&reader, (const size_t[]){0, 2}, 2, columns, &error) == NNG_OK, "%s", error.text);
    columns_close(&reader);
    ck_assert_uint_eq(columns->count, 2);
}

/* Of many rows some are kept, evenly spread, and always the last. */
START_TEST(long_tables)
{
    static const size_t lengths[] = {1, 2, 1023, 1024, 2047, 2048, 2049, 2050, 4096, 4097, 10000, 65537};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct nng_text text = {0};
        struct columns columns;
        size_t stride = 1;
        nng_text_add(&text, "epoch,\"w_2,10,3\",b\r\n");
        for (size_t row = 0; row < lengths[i]; row++)
            nng_text_print(&text, "%zu,,%zu.5%s", row, row, row + 1 < lengths[i] ? "\r\n" : "");
        read_columns(text.data, &columns);
        if (columns.rows > 1)
            stride = (size_t)(columns.values[2] - columns.values[0]);
        ck_assert_uint_le(columns.rows, 2049);
        ck_assert(columns.rows == lengths[i] || columns.rows >= 1024);
        for (size_t row = 0; row < columns.rows; row++) {
            double expected = fmin((double)(row * stride), (double)(lengths[i] - 1));
            ck_assert(columns.values[2 * row] == expected);
            ck_assert(columns.values[2 * row + 1] == expected + 0.5);
        }
        ck_assert(columns.values[2 * (columns.rows - 1)] == (double)(lengths[i] - 1));
        columns_free(&columns);
        nng_text_free(&text);
    }
}
END_TEST

RUN_SUITE_BETWEEN("plot_runs", set_up, remove_scratch, scripts_are_as_stored, a_png_is_not_blank,
                  a_loss_that_is_not_defined_everywhere, text_on_the_terminal, models_leave_no_run, divergence,
                  nothing_moves, a_long_path, names_that_would_be_commands, wrong_words, hostile_histories,
                  hostile_files, hostile_weights, long_tables)
