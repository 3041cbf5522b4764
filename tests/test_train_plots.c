/* test_train_plots.c - the plots that nngrad train leaves in the run's directory, and that of nngrad compare. */
#include <jansson.h>

#include "pictures.h"

#define BLOBS MODELS "blobs.cfg"

/* In the scratch directory; and without gnuplot. */
#define IN_SCRATCH(...) run_program((struct run_setting){.directory = scratch}, ARGUMENTS(__VA_ARGS__))
#define WITHOUT_GNUPLOT(...)                                                                                           \
    run_program(                                                                                                       \
        (struct run_setting){.directory = scratch, .environment = (const char *const[]){"PATH=/nonexistent", NULL}},   \
        ARGUMENTS(__VA_ARGS__))

static void check_json(const char *text)
{
    json_error_t error;
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(json != NULL, "line %d: %s in %s", error.line, error.text, text);
    json_decref(json);
}

static bool has_file(const char *relative)
{
    return access(in_scratch(relative), F_OK) == 0;
}

/* The run's directory holds them; of a network of two inputs also what it says of the plane. */
START_TEST(plots_in_the_run)
{
    if (!have_gnuplot())
        return;
    struct run run = IN_SCRATCH("train", BLOBS, "--run=r", "--set=train.epochs=3");
    ck_assert_status(run, 0);
    ck_assert_str_eq(run.err, "");
    ck_assert_contains(run.out, "loss.svg, gradients.svg, ratios.svg, boundary.svg\n");
    run_free(&run);
    static const char *const files[] = {"loss", "gradients", "ratios", "boundary"};
    for (size_t i = 0; i < 4; i++) {
        char name[64];
        snprintf(name, sizeof name, "r/%s.svg", files[i]);
        char *svg = read_whole(in_scratch(name));
        ck_assert_int_eq(strncmp(svg, "<?xml", 5), 0);
        free(svg);
        snprintf(name, sizeof name, "r/%s.gp", files[i]);
        ck_assert(has_file(name));
    }
    run = IN_SCRATCH("train", "--run=r", "--force", "--set=train.epochs=3"); /* three inputs */
    ck_assert_status(run, 0);
    ck_assert_contains(run.out, "loss.svg, gradients.svg, ratios.svg\n");
    ck_assert(has_file("r/loss.svg") && !has_file("r/boundary.svg") && !has_file("r/boundary.gp"));
    run_free(&run);
}
END_TEST

/* Without gnuplot a training is as good as ever: the scripts stay, and one note says so. */
START_TEST(plots_without_gnuplot)
{
    struct run run = WITHOUT_GNUPLOT("train", BLOBS, "--run=r", "--set=train.epochs=3", "--format=json");
    ck_assert_status(run, 0);
    check_json(run.out);
    ck_assert_contains(run.err, "nngrad: note: no plots: cannot run 'gnuplot': ");
    ck_assert_contains(run.err, "; the script is kept, to draw it: gnuplot r/loss.gp; the others likewise\n");
    ck_assert_msg(strchr(run.err, '\n') == run.err + strlen(run.err) - 1, "%s", run.err);
    ck_assert(has_file("r/loss.gp") && has_file("r/ratios.gp") && has_file("r/boundary.gp"));
    ck_assert(!has_file("r/loss.svg"));
    run_free(&run);
}
END_TEST

/* A directory whose name gnuplot would run gets no plots, and the training nevertheless. */
START_TEST(plots_refused)
{
    struct run run = IN_SCRATCH("train", BLOBS, "--run=|touch pwned", "--set=train.epochs=3");
    ck_assert_status(run, 0);
    ck_assert_contains(run.err, "note: no plots: the picture cannot be named '|touch pwned/loss.svg'");
    ck_assert(has_file("|touch pwned/history.csv") && !has_file("pwned") && !has_file("|touch pwned/loss.gp"));
    run_free(&run);
}
END_TEST

START_TEST(plot_of_a_comparison)
{
    if (!have_gnuplot())
        return;
#define OPTIMIZERS "--optimizers=gd,adam", "--losses=cross_entropy,squared_error", "--set=train.epochs=5"
    struct run run = IN_SCRATCH("compare", BLOBS, OPTIMIZERS, "--format=json", "-o", "c.svg");
    ck_assert_status(run, 0);
    ck_assert_str_eq(run.err, "");
    check_json(run.out);
    run_free(&run);
    char *script = read_whole(in_scratch("c.gp"));
    ck_assert_contains(script, "set title 'cross\\_entropy'\n");
    ck_assert_contains(script, "set title 'squared\\_error'\n");
    ck_assert_contains(script, "plot $curve1 using 1:2 ");
    ck_assert_contains(script, "plot $curve3 using 1:2 ");
    ck_assert_contains(script,
                       "plot NaN with lines linetype 1 title 'gd', \\\n     NaN with lines linetype 2 title 'adam'");
    free(script);
    run = IN_SCRATCH("compare", BLOBS, OPTIMIZERS, "--format=csv", "-o", "c.csv", "--plot=d.png");
    ck_assert_status(run, 0);
    ck_assert_str_eq(run.out, "");
    ck_assert(has_file("c.csv") && has_file("d.png") && has_file("d.gp"));
    run_free(&run);
    run = IN_SCRATCH("compare", "--over", "optimizer.learning_rate=0.1,0.2", "--plot=e.svg", "-q");
    ck_assert_status(run, 0);
    run_free(&run);
    script = read_whole(in_scratch("e.gp"));
    ck_assert_contains(script, "title 'learning\\_rate = 0.1'");
    free(script);
}
END_TEST

/* What cannot become a picture is said before anything is trained. */
START_TEST(plot_of_a_comparison_refused)
{
    struct run run = NNGRAD("compare", BLOBS, "--optimizers=gd", "--plot=x.jpg", "--set=train.epochs=1000000000");
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "the picture cannot be named 'x.jpg'");
    run_free(&run);
    run = NNGRAD("compare", "--over=train.seed=1,2,3,4,5,6,7,8,9", "--over=init.seed=1,2,3,4,5,6,7", "--plot=x.svg");
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "63 curves are too many for a plot: at most 60");
    run_free(&run);
    run = WITHOUT_GNUPLOT("compare", "--optimizers=gd", "--set=train.epochs=2", "--plot=x.svg");
    ck_assert_status(run, 3);
    ck_assert_contains(run.out, "Compared   lecture, 1 training");
    ck_assert_contains(run.err, "the script is kept, to draw it: gnuplot x.gp");
    ck_assert(has_file("x.gp"));
    run_free(&run);
}
END_TEST

/* On a terminal the curves are drawn as text above the table. */
START_TEST(plot_of_a_comparison_on_a_terminal)
{
    static const char *const plain[] = {"NO_COLOR=1", "COLUMNS", NULL};
    if (!have_gnuplot())
        return;
    char *screen = run_on_terminal(30, 80, plain, ARGUMENTS("compare", "--optimizers=gd,adam"));
    const char *plot = strstr(screen, "Loss by epoch"), *table = strstr(screen, "Compared   lecture");
    ck_assert(plot != NULL && table != NULL && plot < table);
    free(screen);
    screen = run_on_terminal(30, 80, plain, ARGUMENTS("compare", "--optimizers=gd,adam", "-q"));
    ck_assert_lacks(screen, "Loss by epoch");
    free(screen);
}
END_TEST

RUN_SUITE_BETWEEN("train_plots", setup_scratch, remove_scratch, plots_in_the_run, plots_without_gnuplot, plots_refused,
                  plot_of_a_comparison, plot_of_a_comparison_refused, plot_of_a_comparison_on_a_terminal)
