/* test_plot.c - nngrad plot: scripts as stored, pictures that are not blank and the same every time, names and texts
 * that would like to be commands, and a gnuplot that is missing or fails.
 *
 * Where there is no gnuplot, what needs it is left out, with a notice. With NNGRAD_RECORD set, scripts that differ from
 * those in tests/plots are recorded anew.
 */
#include "pictures.h"

#include <jansson.h>
#include <math.h>
#include <sys/stat.h>

#include "base/text.h"
#include "options.h"
#include "plot/figure.h"
#include "plot/gradient.h"

static bool exists(const char *relative)
{
    return access(in_scratch(relative), F_OK) == 0;
}

/* Runs nngrad in the scratch directory, with this PATH (NULL: the usual one). */
static struct run plot_with(const char *path, const char *const *arguments)
{
    char entry[1024];
    snprintf(entry, sizeof entry, "PATH=%s", path != NULL ? path : "");
    const char *const environment[] = {entry, NULL};
    return run_program((struct run_setting){.directory = scratch, .environment = path != NULL ? environment : NULL},
                       arguments);
}

#define PLOT(...) plot_with(NULL, ARGUMENTS("plot", __VA_ARGS__))

/* PLOT that must end with that status; what it said must hold that text. */
#define ck_assert_plot(expected, said, ...)                                                                            \
    do {                                                                                                               \
        struct run run_ = PLOT(__VA_ARGS__);                                                                           \
        ck_assert_status(run_, expected);                                                                              \
        ck_assert_contains(run_.err, said);                                                                            \
        run_free(&run_);                                                                                               \
    } while (0)

/* ---- pictures ------------------------------------------------------------------------------------------------ */

/* One picture of each kind; NAME.gp is stored in tests/plots, unless its numbers are rounding errors. */
static const struct {
    const char *name;
    const char *arguments[6];
    bool rounding;
} pictures[] = {
    {"network", {"network", MODELS "442.cfg"}, false},
    {"network_gradients", {"network", "--show", "gradients"}, false},
    {"matrix", {"matrix", MODELS "442.cfg"}, false},
    {"activation", {"activation", "relu", "sigmoid"}, false},
    {"activation_loss", {"activation", "hinge"}, false},
    {"steps", {"steps", MODELS "442.cfg", "--param", "w_212"}, true},
};
enum { ACTIVATION = 3 }; /* the one that stands for all where the kind does not matter */
enum { PICTURES = sizeof pictures / sizeof pictures[0] };

/* Draws it as SCRATCH/NAME.ENDING, whose path it returns. */
static const char *draw(size_t i, const char *ending)
{
    static char file[256];
    snprintf(file, sizeof file, "%s.%s", pictures[i].name, ending);
    const char *words[12] = {NNGRAD_PROGRAM, "plot", "-o", file};
    memcpy(words + 4, pictures[i].arguments, sizeof pictures[i].arguments);
    struct run run = plot_with(NULL, words);
    ck_assert_status(run, 0);
    ck_assert_str_eq(run.out, "");
    ck_assert_str_eq(run.err, "");
    run_free(&run);
    return in_scratch(file);
}

START_TEST(scripts_are_as_stored)
{
    if (!have_gnuplot())
        return;
    for (size_t i = 0; i < PICTURES; i++) {
        draw(i, "svg");
        if (!pictures[i].rounding)
            check_script(pictures[i].name);
    }
}
END_TEST

START_TEST(a_png_is_not_blank)
{
    if (!have_gnuplot())
        return;
    for (size_t i = 0; i < PICTURES; i++)
        check_pixels(draw(i, "png"), 1.0 / 3);
}
END_TEST

/* Also a PDF, into which cairo writes the time. */
START_TEST(the_same_bytes_every_time)
{
    static const struct {
        const char *ending, *begin;
    } forms[] = {{"svg", "<?xml"}, {"png", "\x89PNG"}, {"pdf", "%PDF"}};
    if (!have_gnuplot())
        return;
    for (size_t k = 0; k < 3; k++) {
        struct stat about;
        const char *file = draw(ACTIVATION, forms[k].ending);
        ck_assert_int_eq(stat(file, &about), 0);
        char *first = read_whole(file);
        ck_assert_int_eq(strncmp(first, forms[k].begin, 4), 0);
        sleep(k == 2 ? 2 : 0);
        draw(ACTIVATION, forms[k].ending);
        char *second = read_whole(file);
        ck_assert_int_eq(memcmp(first, second, (size_t)about.st_size), 0);
        free(first);
        free(second);
    }
}
END_TEST

/* By hand the script writes the same picture again; with an argument, to standard output. */
START_TEST(a_script_draws_its_picture)
{
    if (!have_gnuplot())
        return;
    char *first = read_whole(draw(ACTIVATION, "svg"));
    ck_assert_int_eq(remove(in_scratch("activation.svg")), 0);
    struct run_setting by_hand = {.program = "gnuplot", .directory = scratch};
    struct run run = run_program(by_hand, (const char *const[]){"gnuplot", "activation.gp", NULL});
    ck_assert_status(run, 0);
    ck_assert_str_eq(run.out, "");
    char *second = read_whole(in_scratch("activation.svg"));
    ck_assert_str_eq(first, second);
    run_free(&run);
    free(first);
    free(second);
}
END_TEST

/* What a user has set for gnuplot, or for numbers, changes nothing. */
START_TEST(the_environment_changes_nothing)
{
    static const char *const environment[] = {"GNUTERM=nonsense", "LC_ALL=de_DE.UTF-8", "HOME=/nonexistent", NULL};
    if (!have_gnuplot())
        return;
    char *first = read_whole(draw(ACTIVATION, "svg"));
    struct run run = run_program((struct run_setting){.directory = scratch, .environment = environment},
                                 ARGUMENTS("plot", "activation", "relu", "sigmoid", "-o", "activation.svg"));
    ck_assert_status(run, 0);
    ck_assert_str_eq(run.err, "");
    run_free(&run);
    char *second = read_whole(in_scratch("activation.svg"));
    ck_assert_str_eq(first, second);
    free(first);
    free(second);
}
END_TEST

START_TEST(text_without_a_file)
{
    if (!have_gnuplot())
        return;
    struct run run = PLOT("activation", "tanh");
    ck_assert_status(run, 0);
    ck_assert_contains(run.out, "Activation and derivative: tanh\n");
    ck_assert_contains(run.out, "derivative dh/da\n");
    ck_assert_lacks(run.out, "\033");
    ck_assert_lacks(run.out, " \n");
    size_t lines = 0;
    for (const char *s = run.out; (s = strchr(s, '\n')) != NULL; s++)
        lines++;
    ck_assert(lines > 15 && lines < 24);
    run_free(&run);
    struct run dash = PLOT("activation", "tanh", "-o", "-");
    ck_assert_status(dash, 0);
    ck_assert_contains(dash.out, "Activation and derivative: tanh\n");
    ck_assert(!exists("-"));
    run_free(&dash);
}
END_TEST

/* As large as the terminal, and coloured. */
START_TEST(text_on_a_terminal)
{
    static const char *const unset[] = {"COLUMNS", NULL};
    if (!have_gnuplot())
        return;
    char *screen = run_on_terminal(40, 60, unset, ARGUMENTS("plot", "activation", "tanh"));
    size_t lines = 0;
    for (const char *s = screen; (s = strchr(s, '\n')) != NULL; s++)
        lines++;
    ck_assert_msg(lines > 30 && lines < 40, "%zu lines", lines);
    ck_assert_contains(screen, "\033[");
    free(screen);
}
END_TEST

/* ---- a network ----------------------------------------------------------------------------------------------- */

static char *draw_network(const char *model, const char *show)
{
    struct run run = PLOT("network", model, "--show", show, "-o", "net.svg");
    ck_assert_status(run, 0);
    run_free(&run);
    return read_whole(in_scratch("net.gp"));
}

/* Adds up how many labels of edges there are, and finds those of layer 1 from above: rows of W1, one after the other,
 * which is what a reader would take them for. */
START_TEST(weights_are_written_on_the_edges)
{
    static const char *const rows[] = {"0.1",  "0.3", "0.8", "−0.4", "−0.3", "−0.2", "0.5",  "0.5",
                                       "−0.3", "0",   "0.5", "0.4",  "0.2",  "0.5",  "−0.9", "0.7"};
    if (!have_gnuplot())
        return;
    char *script = draw_network(MODELS "442.cfg", "weights"), *texts[16] = {NULL};
    double heights[16], leftmost = 1e9;
    size_t labels = 0, count = 0;
    for (char *line = strtok(script, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        char text[32];
        double x, y;
        if (strstr(line, "center boxed") == NULL || sscanf(line, "set label '%31[^']' at %lf, %lf", text, &x, &y) != 3)
            continue;
        labels++;
        leftmost = fmin(leftmost, x);
        if (x > leftmost)
            continue;
        ck_assert_uint_lt(count, 16);
        size_t k = count++;
        for (; k > 0 && heights[k - 1] < y; k--) {
            heights[k] = heights[k - 1];
            texts[k] = texts[k - 1];
        }
        heights[k] = y;
        texts[k] = strdup(text);
    }
    ck_assert_uint_eq(labels, 24);
    ck_assert_uint_eq(count, 16);
    for (size_t k = 0; k < 16; k++) {
        ck_assert_str_eq(texts[k], rows[k]);
        ck_assert(k == 0 || heights[k - 1] - heights[k] > 13); /* none covers another */
        free(texts[k]);
    }
    free(script);
}
END_TEST

/* 784-128-10, one sample */
static void write_big_model(void)
{
    struct nng_text model = {0};
    nng_text_add(&model, "network = { inputs = 784; layers = ({ units = 128; activation = \"tanh\"; },\n"
                         "{ units = 10; activation = \"softmax\"; }); };\nloss = \"cross_entropy\";\n"
                         "data = { targets = ((0, 0, 0, 1, 0, 0, 0, 0, 0, 0)); inputs = ((0");
    for (int i = 1; i < 784; i++)
        nng_text_print(&model, ", %d", i % 7);
    nng_text_add(&model, ")); };\n");
    write_file(in_scratch("big.cfg"), model.data, model.length);
    nng_text_free(&model);
}

/* It elides, says so, and writes no numbers on edges where they would cover each other. */
START_TEST(large_networks_are_elided)
{
    if (!have_gnuplot())
        return;
    write_big_model();
    char *script = draw_network("big.cfg", "gradients");
    ck_assert_contains(script, "'7 of 784 shown'");
    ck_assert_contains(script, "'7 of 128 shown'");
    ck_assert_contains(script, "'7 of 10 shown'");
    ck_assert_contains(script, "'⋮'");
    ck_assert_contains(script, "'x₇₈₄'");
    ck_assert_lacks(script, "center boxed");
    ck_assert_uint_lt(strlen(script), 20000);
    free(script);
}
END_TEST

/* The two paths of w_212 through the softmax, each half of the sum. */
START_TEST(paths_are_drawn_in_the_network)
{
    if (!have_gnuplot())
        return;
    struct run run = plot_with(NULL, ARGUMENTS("explain", MODELS "442.cfg", "w_212", "--plot", "paths.svg"));
    ck_assert_status(run, 0);
    ck_assert_contains(run.out, "Sum        -0.130377\n");
    run_free(&run);
    char *script = read_whole(in_scratch("paths.gp"));
    static const char *const shown[] = {"'∂L/∂w₂₁₂ = −0.130377, the sum of 2 paths'",
                                        "'0.8, 100%'",
                                        "'0.177, 50%'",
                                        "'−0.177, 50%'",
                                        "'−0.459, 50%'",
                                        "'0.459, 50%'"};
    for (size_t i = 0; i < sizeof shown / sizeof shown[0]; i++)
        ck_assert_contains(script, shown[i]);
    ck_assert(exists("paths.svg"));
    free(script);
}
END_TEST

/* A picture that cannot be is refused before any work; one that fails costs only itself. */
START_TEST(an_explanation_whose_picture_fails)
{
    struct run run = plot_with(NULL, ARGUMENTS("explain", "w_111", "--plot", "|x.svg"));
    ck_assert_status(run, 2);
    ck_assert_str_eq(run.out, "");
    run_free(&run);
    run = plot_with("/nonexistent", ARGUMENTS("explain", "w_111", "--plot", "x.svg"));
    ck_assert_status(run, 3);
    ck_assert_contains(run.out, "Sum ");
    ck_assert_contains(run.err, "the script is kept, to draw it: gnuplot x.gp\n");
    run_free(&run);
}
END_TEST

/* Each cell holds a name, and below it its derivative as `inspect` has it. Under in_out the rows are inputs. */
START_TEST(cells_of_the_matrix)
{
    static const char *const models[] = {MODELS "442.cfg", MODELS "mazur.cfg", MODELS "blobs.cfg"};
    if (!have_gnuplot())
        return;
    for (size_t m = 0; m < 3; m++) {
        struct run run = PLOT("matrix", models[m], "-o", "matrix.svg");
        ck_assert_status(run, 0);
        run_free(&run);
        char *script = read_whole(in_scratch("matrix.gp"));
        run = NNGRAD("inspect", models[m], "--format", "json");
        json_t *root = json_loads(run.out, 0, NULL), *entry;
        size_t i;
        json_array_foreach(json_object_get(root, "gradient"), i, entry)
        {
            char pretty[FIGURE_NAME_SIZE], label[FIGURE_NAME_SIZE + 16], number[32] = "";
            double g = json_real_value(json_object_get(entry, "analytic"));
            snprintf(label, sizeof label, "set label '%s'",
                     figure_name(json_string_value(json_object_get(entry, "name")), pretty));
            char *cell = strstr(script, label);
            ck_assert_msg(cell != NULL && sscanf(strchr(cell, '\n'), " set label '%31[^']'", number) == 1, "%s", label);
            bool negative = strncmp(number, "−", strlen("−")) == 0;
            double shown = strtod(negative ? number + strlen("−") : number, NULL) * (negative ? -1 : 1);
            ck_assert_msg(fabs(shown - g) <= 0.051 * fabs(g) || (shown == 0 && fabs(g) < 1e-12), "%s %s: %g", label,
                          number, g);
        }
        ck_assert_uint_gt(i, 10);
        json_decref(root);
        run_free(&run);
        free(script);
    }
}
END_TEST

/* One rectangle a block, not one an entry. */
START_TEST(large_matrices_are_cut_into_blocks)
{
    if (!have_gnuplot())
        return;
    write_big_model();
    struct run run = PLOT("matrix", "big.cfg", "-o", "matrix.svg");
    ck_assert_status(run, 0);
    run_free(&run);
    char *script = read_whole(in_scratch("matrix.gp"));
    ck_assert_contains(script, "'The gradient of big, 101770 derivatives'");
    ck_assert_contains(script, "a cell shows the largest derivative of up to 4 × 20'");
    size_t rows = 0;
    for (const char *s = strstr(script, "$cells << END\n"); strncmp(s = strchr(s, '\n') + 1, "END\n", 4) != 0;)
        rows++;
    ck_assert_uint_eq(rows, 40 * 40 + 10 * 40 + 40 + 4); /* of the biases, 40 and 4 blocks hold some */
    free(script);
}
END_TEST

/* How often the error becomes smaller when the step is halved, on the mean from 2^-from to 2^-to, as a power of two. */
static double order_of(const char *script, int column, int from, int to)
{
    double rows[64][3], last = INFINITY;
    int count = 0;
    for (const char *s = strchr(strstr(script, "$errors << END"), '\n') + 1;
         sscanf(s, "%lf %lf %lf", &rows[count][0], &rows[count][1], &rows[count][2]) == 3; s = strchr(s, '\n') + 1) {
        ck_assert(rows[count][0] < last);
        last = rows[count++][0];
    }
    ck_assert_int_gt(count, 40);
    int first = -ilogb(rows[0][0]); /* rows are 2^1, 2^0, 2^-1, ... */
    double coarse = rows[from + 1][column], fine = rows[to + 1][column];
    ck_assert_int_eq(first, -1);
    return log2(coarse / fine) / (to - from);
}

/* The V: one power of h for the forward difference, two for the central one, and rounding that grows as h shrinks. */
START_TEST(errors_by_the_step)
{
    if (!have_gnuplot())
        return;
    struct run run = PLOT("steps", MODELS "442.cfg", "--param", "w_212", "-o", "steps.svg");
    ck_assert_status(run, 0);
    run_free(&run);
    char *script = read_whole(in_scratch("steps.gp"));
    ck_assert_double_eq_tol(order_of(script, 1, 6, 16), 1, 0.05);
    ck_assert_double_eq_tol(order_of(script, 2, 4, 12), 2, 0.05);
    ck_assert_double_eq_tol(order_of(script, 1, 28, 48), -1, 0.25);
    ck_assert_double_eq_tol(order_of(script, 2, 28, 48), -1, 0.25);
    ck_assert_contains(script, "set title '∂L/∂w₂₁₂ = −0.1304 of light-math-example, by differences'");
    ck_assert_contains(script, "title 'check: finest step 0.0");
    ck_assert_contains(script, "title 'check: uncertainty ");
    free(script);
}
END_TEST

/* Where all weights are zeros nothing of layer 1 reaches the loss: every difference is zero, as the derivative is. */
START_TEST(no_error_by_any_step)
{
    ck_assert_plot(2, "there is no error to show: by 'w_111' every difference is exactly 0", "steps", "--param",
                   "w_111", "--set", "init.scheme=zeros");
    ck_assert_plot(2, "w_119", "steps", "--param", "w_119");
}
END_TEST

/* What info tells, and the same picture that plot draws. */
START_TEST(a_plugin_is_drawn)
{
    if (!have_gnuplot())
        return;
    struct run run = plot_with(NULL, ARGUMENTS("plugin", "info", "gelu", "--plot", "gelu.svg"));
    ck_assert_status(run, 0);
    ck_assert_contains(run.out, "gelu: ");
    run_free(&run);
    run = PLOT("activation", "gelu", "-o", "again.svg");
    ck_assert_status(run, 0);
    run_free(&run);
    char *first = read_whole(in_scratch("gelu.svg")), *second = read_whole(in_scratch("again.svg"));
    ck_assert_str_eq(first, second);
    free(first);
    free(second);
    run = plot_with(NULL, ARGUMENTS("plugin", "info", "adam", "--plot", "adam.svg"));
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "there is no picture of the optimizer 'adam'");
    run_free(&run);
    run = plot_with(NULL, ARGUMENTS("plugin", "list", "--plot", "all.svg"));
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "'plugin list' has no option '--plot': it belongs to 'plugin info'");
    run_free(&run);
}
END_TEST

/* ---- what is typed wrong ------------------------------------------------------------------------------------- */

START_TEST(wrong_words)
{
    ck_assert_plot(2, "unknown kind of plot 'activaton' (did you mean 'activation'?)", "activaton");
    ck_assert_plot(2, "unknown kind of plot 'model.cfg': it is one of ", "model.cfg");
    ck_assert_plot(2, "unknown activation or loss 'sigmiod' (did you mean 'sigmoid'?)", "activation", "sigmiod");
    ck_assert_plot(2, "unknown activation or loss 'adam'", "activation", "adam");
    ck_assert_plot(2, "'relu' and 'huber' are of different kinds: plot them apart", "activation", "relu", "huber");
    ck_assert_plot(2, "unknown parameter 'slop'", "activation", "leaky_relu:slop=1");
    ck_assert_plot(2, "'slope' of 'leaky_relu' is not KEY=VALUE", "activation", "leaky_relu:slope");
    ck_assert_plot(2, "none.cfg: error: cannot read: no such file", "activation", "none.cfg");
    ck_assert_plot(2, "'plot activation' has no option '--param'", "activation", "--param", "w_111");
    ck_assert_plot(2, "option '--show': unknown value 'gradient' (did you mean 'gradients'?)", "network", "--show",
                   "gradient");
    ck_assert_plot(2, "'plot network' does not take the argument 'b.cfg'", "network", "a.cfg", "b.cfg");
    ck_assert_plot(2, "the picture cannot be named 'x.jpg': its ending is none of .svg, .png, .pdf", "activation", "-o",
                   "x.jpg");
    ck_assert_plot(2, "its ending is none of .svg, .png, .pdf", "activation", "-o", ".svg");
    ck_assert_plot(2, "its ending is none of .svg, .png, .pdf", "activation", "-o", "x.svg/");
}
END_TEST

/* ---- what would like to be a command ------------------------------------------------------------------------- */

START_TEST(names_that_gnuplot_would_run)
{
    make_directory("dir");
    ck_assert_plot(2, "gnuplot takes what begins with | for a command", "activation", "-o", "|touch pwned; cat >x.svg");
    ck_assert_plot(2, "gnuplot takes what begins with < for a command", "activation", "-o", "<touch pwned; echo x.svg");
    ck_assert_plot(2, "gnuplot takes what begins with | for a command", "activation", "-o", "dir/|touch pwned.svg");
    ck_assert_plot(2, "the name holds a control character", "activation", "-o", "x\n!touch pwned\n.svg");
    ck_assert_plot(2, "the name holds a control character", "activation", "-o", "x\033.svg");
    ck_assert(!exists("pwned"));
    ck_assert_int_eq(rmdir(in_scratch("dir")), 0); /* nothing was left in it */
}
END_TEST

/* Each of them is a name like any other. */
START_TEST(names_with_quotes)
{
    static const char *const names[] = {"it's '`touch pwned`' $(touch pwned).svg",
                                        "'; system('touch pwned'); print '.svg",
                                        "''; system(''touch pwned''); ''.svg",
                                        "\"`touch pwned`\\.svg",
                                        "x'.system(\"touch pwned\").'.svg",
                                        "-o; !touch pwned #.svg",
                                        "{x ^2}_@e\xcc\x81.svg",
                                        "~.svg"};
    if (!have_gnuplot())
        return;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char option[128];
        snprintf(option, sizeof option, "--output=%s", names[i]);
        struct run run = PLOT("activation", option);
        ck_assert_status(run, 0);
        run_free(&run);
        ck_assert_msg(exists(names[i]), "%s", names[i]);
        char script[128];
        snprintf(script, sizeof script, "./%.*s.gp", (int)strlen(names[i]) - 4, names[i]);
        ck_assert_msg(exists(script), "%s", script);
        ck_assert_int_eq(remove(in_scratch(names[i])), 0);
        run = run_program((struct run_setting){.program = "gnuplot", .directory = scratch},
                          (const char *const[]){"gnuplot", script, NULL}); /* and by hand as well */
        ck_assert_status(run, 0);
        ck_assert_msg(exists(names[i]), "%s", names[i]);
        run_free(&run);
    }
    ck_assert(!exists("pwned"));
}
END_TEST

/* Texts that the figure is given are shown as they are, XML's own escapes apart. */
START_TEST(texts_are_shown_as_they_are)
{
    static const struct {
        const char *text, *shown;
    } texts[] = {{"it's '; system('touch pwned'); '", "it's '; system('touch pwned'); '"},
                 {"`touch pwned` $(touch pwned) ${x}", "`touch pwned` $(touch pwned) ${x}"},
                 {"\"; !touch pwned \"", "\"; !touch pwned \""},
                 {"a_b^c {/:Bold d} @e ~f", "a_b^c {/:Bold d} @e ~f"},
                 {"x & y &{z}", "x &amp; y &amp;{z}"},
                 {"\\n \\101 \\\\ \\", "\\n \\101 \\\\ \\"},
                 {"100% %s %d", "100% %s %d"},
                 {"''; x('y'); ''", "''; x('y'); ''"},
                 {"'", "'"},
                 {"line\n!touch pwned\nEND", "line?!touch pwned?END"},
                 {"\033[31m\x7f", "?[31m?"},
                 {"bad \xff utf-8", "bad ? utf-8"},
                 {"<script>", "&lt;script>"},
                 {"∂L/∂ŷ", "∂L/∂ŷ"}};
    if (!have_gnuplot())
        return;
    struct options options;
    struct nng_error error = {0};
    struct figure figure;
    char file[512];
    snprintf(file, sizeof file, "%s", in_scratch("texts.svg"));
    ck_assert_int_eq(options_parse(2, (char *const[]){"nngrad", "plot"}, &options, &error), NNG_INPUT); /* no KIND */
    ck_assert_int_eq(figure_open(&figure, &options, file, &error), NNG_OK);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        figure_print(&figure, "set label ");
        figure_text(&figure, "%s", texts[i].text);
        figure_print(&figure, " at graph 0.1, graph %g\n", 0.03 + 0.06 * (double)i);
    }
    figure_set(&figure, "title", "%s", texts[3].text);
    figure_print(&figure, "set xrange [0:1]\nset yrange [0:1]\nplot NaN notitle\n");
    ck_assert_msg(figure_close(&figure, &error) == NNG_OK, "%s", error.text);
    figure_free(&figure);
    options_free(&options);
    char *svg = read_whole(file);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char within[256];
        snprintf(within, sizeof within, ">%s</tspan>", texts[i].shown);
        ck_assert_contains(svg, within);
    }
    free(svg);
    ck_assert(!exists("pwned"));
    ck_assert_int_ne(access("pwned", F_OK), 0);
}
END_TEST

START_TEST(numbers_are_short)
{
    static const struct {
        double value;
        int digits;
        const char *text;
    } numbers[] = {{0, 2, "0"},           {-0.1304, 3, "−0.13"},   {0.0084, 2, "0.0084"},
                   {0.001, 2, "0.001"},   {-5.3e-4, 2, "−5.3e-4"}, {8.04e-4, 2, "8e-4"},
                   {9.97e-4, 2, "1e-3"},  {1.2e-12, 2, "1.2e-12"}, {1.06e-4, 3, "1.06e-4"},
                   {1e-100, 1, "1e-100"}, {123456, 3, "1.23e+5"},  {NAN, 2, "nan"}};
    char text[PLOT_NUMBER_SIZE];
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        ck_assert_str_eq(plot_number(numbers[i].value, numbers[i].digits, text), numbers[i].text);
}
END_TEST

START_TEST(names_as_the_page_prints_them)
{
    char pretty[FIGURE_NAME_SIZE];
    ck_assert_str_eq(figure_name("w_131", pretty), "w₁₃₁");
    ck_assert_str_eq(figure_name("b_9", pretty), "b₉");
    ck_assert_str_eq(figure_name("w_2,10,3", pretty), "w_2,10,3");
    ck_assert_str_eq(figure_name("yhat_10", pretty), "ŷ₁₀");
    ck_assert_str_eq(figure_name("L", pretty), "L");
}
END_TEST

/* ---- gnuplot is missing, fails, or cannot write -------------------------------------------------------------- */

/* A program of the name gnuplot in SCRATCH/bin. */
static const char *fake_gnuplot(const char *script)
{
    char *path = in_scratch("bin/gnuplot");
    write_file(path, script, strlen(script));
    ck_assert_int_eq(chmod(path, 0755), 0);
    return in_scratch("bin");
}

static void check_failure(const char *path, const char *said)
{
    struct run run = plot_with(path, ARGUMENTS("plot", "activation", "-o", "a b.svg"));
    ck_assert_status(run, 3);
    ck_assert_contains(run.err, said);
    ck_assert_contains(run.err, "the script is kept, to draw it: gnuplot 'a b.gp'\n");
    ck_assert(exists("a b.gp"));
    ck_assert(!exists("a b.svg"));
    run_free(&run);
    ck_assert_int_eq(remove(in_scratch("a b.gp")), 0);
}

START_TEST(no_gnuplot)
{
    check_failure("/nonexistent",
                  "nngrad: error: cannot run 'gnuplot': no such program (to install it: gnuplot-nox on ");
    struct run run = plot_with("/nonexistent", ARGUMENTS("plot", "activation"));
    ck_assert_status(run, 3);
    ck_assert_contains(run.err, "cannot run 'gnuplot': no such program");
    ck_assert_str_eq(run.out, "");
    run_free(&run);
}
END_TEST

START_TEST(gnuplot_that_fails)
{
    make_directory("bin");
    check_failure(fake_gnuplot("#!/bin/sh\necho half a picture\necho '\n  boom,\nit said' >&2\nexit 7\n"),
                  "gnuplot failed with status 7: boom,; it said; the script");
    check_failure(fake_gnuplot("#!/bin/sh\nexit 0\n"), "gnuplot drew nothing; the script");
    check_failure(fake_gnuplot("#!/bin/sh\nkill -9 $$\n"), "gnuplot failed with status 137; the script");
    /* what stood there before stays */
    write_file(in_scratch("a.svg"), "old", 3);
    const char *bin = fake_gnuplot("#!/bin/sh\nexit 1\n");
    struct run run = plot_with(bin, ARGUMENTS("plot", "activation", "-o", "a.svg"));
    ck_assert_status(run, 3);
    run_free(&run);
    char *old = read_whole(in_scratch("a.svg"));
    ck_assert_str_eq(old, "old");
    free(old);
}
END_TEST

/* It is run without a shell, on the script; what it says on the way is passed on, but for what it says of every script
 * in the C locale. */
START_TEST(how_gnuplot_is_run)
{
    make_directory("bin");
    const char *bin = fake_gnuplot("#!/bin/sh\n"
                                   "echo '\"a.gp\" line 4: warning: iconv failed to convert degree sign' >&2\n"
                                   "echo careful >&2\nfor word; do printf '<%s>' \"$word\"; done\n");
    struct run run = plot_with(bin, ARGUMENTS("plot", "activation", "-o", "$(x) ;`y`.svg"));
    ck_assert_status(run, 0);
    ck_assert_str_eq(run.err, "nngrad: note: gnuplot said: careful\n");
    run_free(&run);
    char *drawn = read_whole(in_scratch("$(x) ;`y`.svg"));
    ck_assert_str_eq(drawn, "<-d><-c><$(x) ;`y`.gp><->");
    free(drawn);
    run = plot_with(bin, ARGUMENTS("plot", "activation", "-q", "-o", "-x.svg"));
    ck_assert_status(run, 0);
    ck_assert_str_eq(run.err, "");
    run_free(&run);
    drawn = read_whole(in_scratch("-x.svg"));
    ck_assert_str_eq(drawn, "<-d><-c><./-x.gp><->");
    free(drawn);
}
END_TEST

START_TEST(what_cannot_be_written)
{
    make_directory("bin");
    make_directory("taken.svg");
    ck_assert_plot(3, "nowhere/x.gp: error: cannot write: no such directory", "activation", "-o", "nowhere/x.svg");
    const char *bin = fake_gnuplot("#!/bin/sh\necho picture\n");
    struct run run = plot_with(bin, ARGUMENTS("plot", "activation", "-o", "taken.svg"));
    ck_assert_status(run, 3);
    ck_assert_contains(run.err, "taken.svg: error: cannot write: ");
    run_free(&run);
    ck_assert_int_eq(symlink("/dev/full", in_scratch("full.svg")), 0);
    run = plot_with(bin, ARGUMENTS("plot", "activation", "-o", "full.svg"));
    ck_assert_status(run, 3);
    ck_assert_contains(run.err, "full.svg: error: cannot write: ");
    run_free(&run);
}
END_TEST

RUN_SUITE_BETWEEN("plot", setup_scratch, remove_scratch, scripts_are_as_stored, a_png_is_not_blank,
                  the_same_bytes_every_time, a_script_draws_its_picture, the_environment_changes_nothing,
                  text_without_a_file, text_on_a_terminal, wrong_words, names_that_gnuplot_would_run, names_with_quotes,
                  texts_are_shown_as_they_are, names_as_the_page_prints_them, numbers_are_short,
                  weights_are_written_on_the_edges, large_networks_are_elided, paths_are_drawn_in_the_network,
                  an_explanation_whose_picture_fails, cells_of_the_matrix, large_matrices_are_cut_into_blocks,
                  errors_by_the_step, no_error_by_any_step, a_plugin_is_drawn, no_gnuplot, gnuplot_that_fails,
                  how_gnuplot_is_run, what_cannot_be_written)
