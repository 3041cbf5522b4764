/* test_command_latex.c - what --format latex writes is taken by pdflatex, where it is installed, and fits its page. */
#include "run.h"
#include "scratch.h"

#define WRONG SOURCE_DIR "/tests/derivations/wrong/"

static void compiles(const char *const *arguments, bool slide)
{
    const char *file = in_scratch("page.tex");
    struct run nngrad = run_program((struct run_setting){0}, arguments);
    ck_assert_msg(nngrad.status <= 1, "%s", nngrad.err);
    write_file(file, nngrad.out, strlen(nngrad.out));
    const char *const compiler[] = {"pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page.tex", NULL};
    struct run tex = run_program((struct run_setting){.program = compiler[0], .directory = scratch}, compiler);
    if (tex.status != 127) { /* it is installed */
        ck_assert_status(tex, 0);
        ck_assert_lacks(tex.out, "Overfull");
        ck_assert_lacks(tex.out, "LaTeX Warning: Text page");
        ck_assert_msg(!slide || strstr(tex.out, "(2 pages") != NULL || strstr(tex.out, "(1 page,") != NULL,
                      "more than two slides: %s", tex.out);
    }
    run_free(&tex);
    run_free(&nngrad);
}

#define SLIDES(...) compiles(ARGUMENTS(__VA_ARGS__, "--format", "latex"), true)
#define PAPER(...) compiles(ARGUMENTS(__VA_ARGS__, "--format", "latex"), false)

START_TEST(slides)
{
    SLIDES("inspect");
    SLIDES("inspect", "--symbols");
    SLIDES("inspect", "--set", "layers.1.units=40", "--set", "layers.2.units=30");
    SLIDES("inspect", "--set", "layers.1.units=40", "--full");
    SLIDES("inspect", MODELS "442.cfg", "--matrix", "lecture");
    SLIDES("inspect", MODELS "3332.cfg", "--set", "name=under_score", "--digits", "17");
    SLIDES("inspect", "--set", "layers.1.activation=wrong_slope", "--plugin-path", BINARY_DIR "/tests/wrongplugins");
}
END_TEST

START_TEST(papers)
{
    PAPER("explain", MODELS "442.cfg", "w_131");
    PAPER("explain", "w_1,1,1", "--set", "layers.1.units=20", "--set", "regularization.l2=0.5");
    PAPER("verify", WRONG "light_math_published_chain.deriv");
    PAPER("verify", WRONG "softmax_index_no_sum.deriv", WRONG "full_math_rows_transposed.deriv",
          WRONG "batch_no_mean.deriv", WRONG "sigmoid_neuron_arithmetic.deriv", MODELS "light.deriv");
}
END_TEST

RUN_SUITE_BETWEEN("command_latex", setup_scratch, remove_scratch, slides, papers)
