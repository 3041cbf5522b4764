/* test_export.c - nngrad export: what the Python programs compute is judged by `nngrad check --against`, for every
 * activation and every loss, in both notations. Without NumPy (PyTorch) their programs are only written, and a notice
 * says so. */
#include "run.h"

#include <jansson.h>
#include <math.h>
#include <sys/stat.h>

#include "scratch.h"

#define WRONG BINARY_DIR "/tests/wrongplugins"

enum { MOST = 160, NAME = 512 };

/* Programs of one dialect, and the models that they came from. */
static const char *dialect;
static struct program {
    char model[NAME], script[NAME];
} programs[MOST];
static size_t program_count;

/* A Python that has the module, or NULL. */
static const char *python_with(const char *module)
{
    static const char *const pythons[] = {"python3", "/usr/bin/python3"};
    char import[64];
    snprintf(import, sizeof import, "import %s", module);
    for (size_t i = 0; i < 2; i++) {
        struct run run = run_program((struct run_setting){.program = pythons[i]},
                                     (const char *const[]){pythons[i], "-c", import, NULL});
        int status = run.status;
        run_free(&run);
        if (status == 0)
            return pythons[i];
    }
    fprintf(stderr, "notice: no python3 with %s: the programs for it are written, but not run\n", module);
    return NULL;
}

static const char *python_of(const char *word)
{
    return python_with(strcmp(word, "numpy") == 0 ? "numpy" : "torch");
}

static void export_model(const char *model)
{
    ck_assert_uint_lt(program_count, MOST);
    struct program *program = &programs[program_count++];
    *program = (struct program){0};
    snprintf(program->model, NAME, "%s", model);
    snprintf(program->script, NAME, "%s", in_scratch("x"));
    snprintf(program->script + strlen(program->script) - 1, NAME - strlen(program->script), "%zu.py", program_count);
    struct run run = NNGRAD("export", dialect, model, "-o", program->script);
    ck_assert_status(run, 0);
    ck_assert_str_eq(run.out, "");
    run_free(&run);
}

/* Runs all programs in one process, since an import takes seconds; each writes SCRIPT.json. A warning is an error.
 * Returns what they print, "" without a Python for them. */
static char *run_programs(void)
{
    static const char runner[] = "import runpy, sys\n"
                                 "for script in sys.argv[1:]:\n"
                                 "    sys.argv = [script, script + '.json']\n"
                                 "    runpy.run_path(script, run_name='__main__')\n";
    const char *arguments[MOST + 6] = {python_of(dialect), "-W", "error::RuntimeWarning", "-c", runner};
    if (arguments[0] == NULL)
        return calloc(1, 1);
    for (size_t k = 0; k < program_count; k++)
        arguments[5 + k] = programs[k].script;
    struct run run = run_program((struct run_setting){.program = arguments[0]}, arguments);
    ck_assert_status(run, 0);
    free(run.err);
    return run.out;
}

/* The check of a program's gradient: each derivative passes, and its loss, a line of `printed`, is ours. */
static const char *judge(const struct program *program, const char *printed)
{
    char gradient[NAME + 8];
    snprintf(gradient, sizeof gradient, "%s.json", program->script);
    struct run run = NNGRAD("check", program->model, "--against", gradient, "--format=json");
    ck_assert_msg(run.status == 0, "%s of %s: status %d: %.600s%.600s", dialect, program->model, run.status, run.err,
                  run.out);
    json_t *json = json_loads(run.out, 0, NULL), *counts = json_object_get(json, "counts");
    ck_assert_msg(json_integer_value(json_object_get(counts, "inconclusive")) == 0, "%s of %s: %.1000s", dialect,
                  program->model, run.out);
    double ours = json_number_value(json_object_get(json_object_get(json, "loss"), "value"));
    ck_assert_msg(strncmp(printed, "loss ", 5) == 0, "'%s'", printed);
    double theirs = strtod(printed + 5, NULL);
    ck_assert_msg(fabs(theirs - ours) <= 1e-13 * fmax(1, fabs(ours)), "%s of %s: loss %.17g, not %.17g", dialect,
                  program->model, theirs, ours);
    json_decref(json);
    run_free(&run);
    return strchr(printed, '\n') + 1;
}

static void run_and_judge(void)
{
    char *printed = run_programs();
    const char *line = printed;
    for (size_t k = 0; k < program_count && printed[0] != '\0'; k++)
        line = judge(&programs[k], line);
    ck_assert_str_eq(line, "");
    free(printed);
}

/* ---- models -------------------------------------------------------------------------------------------------- */

/* Two outputs, five samples, by enum nng_target. */
static const char *const targets[] = {
    [NNG_TARGET_REAL] = "(0.7, -1.5), (0.1, 0.2), (-2, 3), (0, 1), (1.25, 0.5)",
    [NNG_TARGET_NONNEGATIVE] = "(0.7, 1.5), (0.1, 0.2), (2, 3), (0, 1), (1.25, 0.5)",
    [NNG_TARGET_UNIT] = "(0.7, 0), (0.1, 0.2), (1, 1), (0, 1), (0, 0.5)",
    [NNG_TARGET_BINARY] = "(0, 1), (1, 1), (0, 0), (1, 0), (1, 0)",
    [NNG_TARGET_SIGN] = "(-1, 1), (1, 1), (-1, -1), (1, -1), (1, -1)",
    [NNG_TARGET_DISTRIBUTION] = "(0.25, 0.75), (1, 0), (0, 1), (0.5, 0.5), (0.125, 0.875)",
};

/* 3-4-4-2 in each notation, one averaged and one summed; the last layer and the loss as libconfig has them. */
static void export_network(const char *hidden, const char *output, const char *loss, uint32_t target,
                           const char *settings)
{
    for (int in_out = 0; in_out <= 1; in_out++) {
        char text[2048], name[32];
        bool sum = (program_count / 2 + (size_t)in_out) % 2 == 1;
        snprintf(text, sizeof text,
                 "notation = \"%s\";\n"
                 "network = { inputs = 3; layers = ( { units = 4; %s }, { units = 4; %s }, { units = 2; %s } ); };\n"
                 "init = { scheme = \"xavier_normal\"; seed = %zu; biases = true; };\n"
                 "loss = { %s; reduction = \"%s\"; };\n"
                 "data = { inputs = ((0.5, -1, 2), (1.5, 0.25, 0), (-0.75, 2, 1e-3), (0.1, 0.9, -3), (1, 1, 1));\n"
                 "         targets = (%s); };\n%s",
                 in_out ? "in_out" : "out_in", hidden, hidden, output, program_count + 1, loss, sum ? "sum" : "mean",
                 targets[target], settings);
        snprintf(name, sizeof name, "%zu.cfg", program_count + 1);
        write_file(in_scratch(name), text, strlen(text));
        export_model(in_scratch(name));
    }
}

static void export_activation(const char *hidden)
{
    export_network(hidden, "activation = \"identity\"", "plugin = \"squared_error\"", NNG_TARGET_REAL, "");
}

/* With the output that it is fused with, and with another one. */
static void export_loss(const char *loss, const struct nng_loss *of)
{
    const char *hidden = "activation = \"tanh\"";
    bool open = of->yhat_min < 0;
    if (of->fused_with != NULL) {
        char output[64];
        snprintf(output, sizeof output, "activation = \"%s\"", of->fused_with);
        export_network(hidden, output, loss, of->target, "");
    }
    export_network(hidden,
                   open ? "activation = \"identity\"" : "activation = { plugin = \"softmax\"; temperature = 2.0; }",
                   loss, of->target, "");
}

static void export_listed(enum nng_plugin_kind kind)
{
    struct nng_host *host = new_host(NULL);
    struct nng_listing *listing;
    size_t count;
    ck_assert_int_eq(nng_host_list(host, (int)kind, &listing, &count, NULL), NNG_OK);
    ck_assert_uint_ge(count, 11);
    for (size_t i = 0; i < count; i++) {
        const struct nng_plugin *plugin = listing[i].method.plugin;
        char text[64];
        snprintf(text, sizeof text, kind == NNG_ACTIVATION ? "activation = \"%s\"" : "plugin = \"%s\"", plugin->name);
        if (kind == NNG_ACTIVATION)
            export_activation(text);
        else
            export_loss(text, plugin->loss);
    }
    nng_host_free(host);
}

/* Beside the defaults of all of them, other values of their parameters. */
static void every_activation(const char *word)
{
    dialect = word;
    program_count = 0;
    export_listed(NNG_ACTIVATION);
    export_activation("activation = { plugin = \"leaky_relu\"; slope = 0.25; }");
    export_activation("activation = { plugin = \"elu\"; alpha = 0.5; }");
    export_activation("activation = { plugin = \"gelu\"; form = \"tanh\"; }");
    export_activation("activation = { plugin = \"softmax\"; temperature = 0.5; }");
    run_and_judge();
}

static void every_loss(const char *word)
{
    static const struct nng_loss cross_entropy = {.target = NNG_TARGET_DISTRIBUTION, .fused_with = "softmax"};
    static const struct nng_loss real = {.yhat_min = -1};
    dialect = word;
    program_count = 0;
    export_listed(NNG_LOSS);
    export_loss("plugin = \"cross_entropy\"; label_smoothing = 0.125", &cross_entropy);
    export_loss("plugin = \"squared_error\"; scale = 0.5", &real);
    export_loss("plugin = \"huber\"; delta = 0.25", &real);
    run_and_judge();
}

/* Penalties with and without the biases, frozen biases, wide indices, classes, one layer, and the lecture's models. */
static void every_model(const char *word)
{
    static const char *const models[] = {"442.cfg", "3332.cfg", "mazur.cfg", "blobs.cfg", "xor.cfg"};
    const char *tanh = "activation = \"tanh\"", *frozen = "activation = \"tanh\"; train_biases = false",
               *sigmoid = "activation = \"sigmoid\"", *loss = "plugin = \"squared_error\"";
    dialect = word;
    program_count = 0;
    export_network(tanh, sigmoid, loss, NNG_TARGET_UNIT, "regularization = { l1 = 0.25; };");
    export_network(tanh, sigmoid, loss, NNG_TARGET_UNIT, "regularization = { l2 = 0.5; biases = true; };");
    export_network(frozen, sigmoid, loss, NNG_TARGET_UNIT, "regularization = { l1 = 0.5; l2 = 0.25; biases = true; };");
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        char model[NAME];
        snprintf(model, sizeof model, MODELS "%s", models[i]);
        export_model(model);
    }
    run_and_judge();
}

START_TEST(activations_in_numpy)
{
    every_activation("numpy");
}
END_TEST

START_TEST(activations_in_pytorch)
{
    every_activation("pytorch");
}
END_TEST

START_TEST(losses_in_numpy)
{
    every_loss("numpy");
}
END_TEST

START_TEST(losses_in_pytorch)
{
    every_loss("pytorch");
}
END_TEST

START_TEST(models_in_numpy)
{
    every_model("numpy");
}
END_TEST

START_TEST(models_in_pytorch)
{
    every_model("pytorch");
}
END_TEST

/* ---- programs that are wrong --------------------------------------------------------------------------------- */

/* Replaces one piece of a file by another. */
static void replace(const char *path, const char *was, const char *is)
{
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    char *text = run_read_all(file), *at = strstr(text, was), *changed = malloc(strlen(text) + strlen(is) + 1);
    ck_assert_ptr_nonnull(at);
    sprintf(changed, "%.*s%s%s", (int)(at - text), text, is, at + strlen(was));
    write_file(path, changed, strlen(changed));
    free(changed);
    free(text);
}

/* One sign changed in a program: the check says so, and where the gradient went wrong. */
START_TEST(one_wrong_sign)
{
    static const struct {
        const char *dialect, *was, *is;
    } cases[] = {
        {"numpy", "dh1 = W2.T @ delta2", "dh1 = -W2.T @ delta2"},
        {"numpy", "dyhat = squared", "dyhat = -squared"},
        {"numpy", "db1 = delta1.sum(axis=1", "db1 = -delta1.sum(axis=1"},
        {"pytorch", "a1 = h0 @ W1.T + b1", "a1 = h0 @ W1.T - b1"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        dialect = cases[i].dialect;
        program_count = 0;
        export_model(MODELS "442.cfg");
        replace(programs[0].script, cases[i].was, cases[i].is);
        char *printed = run_programs(), gradient[NAME + 8];
        snprintf(gradient, sizeof gradient, "%s.json", programs[0].script);
        if (printed[0] != '\0') {
            struct run run = NNGRAD("check", MODELS "442.cfg", "--against", gradient);
            ck_assert_status(run, 1);
            run_free(&run);
        }
        free(printed);
    }
}
END_TEST

/* ---- the command --------------------------------------------------------------------------------------------- */

/* Nothing of the model, its files or the options ends a comment or a string and becomes code. */
START_TEST(hostile_names)
{
    static const char data[] = "x,y\n1,2\n3,4\n";
    static const char model[] = "network = { inputs = 1; layers = ( { units = 1; activation = \"identity\"; } ); };\n"
                                "loss = \"squared_error\";\n"
                                "data = { file = \"\\\"\\nopen('pwned', 'w') #'\\\"\\\"\\\"é.csv\"; inputs = "
                                "(\"x\"); targets = (\"y\"); };\n";
    char evil[NAME], script[NAME];
    snprintf(evil, sizeof evil, "%s", in_scratch("\"\nopen('pwned', 'w') #'\"\"\"é.csv"));
    write_file(evil, data, strlen(data));
    snprintf(evil, sizeof evil, "%s", in_scratch("\rcoding: utf-7\nopen('pwned', 'w') #'\"\"\"\xff.cfg"));
    write_file(evil, model, strlen(model));
    snprintf(script, sizeof script, "%s", in_scratch("s.py"));
    for (int pytorch = 0; pytorch <= 1; pytorch++) {
        const char *word = pytorch ? "pytorch" : "numpy", *python = python_of(word);
        struct run run = NNGRAD("export", word, evil, "-o", script, "--set", "name=harmless", "--set", "init.seed=7",
                                "--plugin-path", scratch);
        ck_assert_status(run, 0);
        run_free(&run);
        if (python == NULL)
            continue;
        run = run_program((struct run_setting){.program = python, .directory = scratch},
                          (const char *const[]){python, script, NULL});
        ck_assert_status(run, 0);
        ck_assert_int_ne(access(in_scratch("pwned"), F_OK), 0);
        ck_assert_int_eq(access(in_scratch("harmless.gradient.json"), F_OK), 0);
        run_free(&run);
    }
}
END_TEST

/* 21,335 numbers stand beside the script, whatever it is called. */
START_TEST(many_numbers)
{
    static const char model[] =
        "network = { inputs = 2; layers = ( { units = 128; activation = \"tanh\"; },\n"
        "    { units = 160; activation = \"tanh\"; }, { units = 1; activation = \"sigmoid\"; } ); };\n"
        "loss = \"binary_cross_entropy\";\n"
        "data = { generator = \"moons\"; samples = 50; noise = 0.1; seed = 7; };\n";
    char file[NAME];
    snprintf(file, sizeof file, "%s", in_scratch("large.cfg"));
    write_file(file, model, strlen(model));
    struct run run = NNGRAD("export", "numpy", file);
    ck_assert_status(run, 2);
    ck_assert_str_eq(run.out, "");
    ck_assert_contains(run.err, "21335 numbers, too many for one script");
    ck_assert_contains(run.err, "-o SCRIPT.py");
    run_free(&run);
    for (int pytorch = 0; pytorch <= 1; pytorch++) {
        dialect = pytorch ? "pytorch" : "numpy";
        program_count = 0;
        export_model(file);
        char was[NAME], is[NAME];
        snprintf(is, sizeof is, "%s", in_scratch("\"); x #\\.py")); /* the numbers' name is a string in the script */
        run = NNGRAD("export", dialect, file, "-o", is);
        ck_assert_status(run, 0);
        run_free(&run);
        snprintf(was, sizeof was, "%s", programs[0].script);
        snprintf(programs[0].script, NAME, "%s", is);
        run_and_judge();
        snprintf(programs[0].script, NAME, "%s", was);
        run_and_judge();
    }
}
END_TEST

START_TEST(refusals)
{
    struct run run =
        NNGRAD("export", "numpy", MODELS "442.cfg", "--plugin-path", WRONG, "--set", "layers.1.activation=wrong_slope");
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "activation 'wrong_slope' has no NumPy form");
    run_free(&run);
    run = NNGRAD("export", "pytorch", "--plugin-path", WRONG, "--set", "layers.2.activation=wrong_slope");
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "activation 'wrong_slope' has no PyTorch form");
    run_free(&run);
    run = NNGRAD("export", "nunpy");
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "unknown program 'nunpy' (did you mean 'numpy'?)");
    run_free(&run);
    run = NNGRAD("export");
    ck_assert_status(run, 2);
    run_free(&run);
    run = NNGRAD("export", "numpy", "--format=json");
    ck_assert_status(run, 2);
    run_free(&run);
    run = NNGRAD("export", "numpy", "/nonexistent/model.cfg");
    ck_assert_status(run, 2);
    run_free(&run);
    run = NNGRAD("export", "numpy", "-o", "/nonexistent/script.py");
    ck_assert_status(run, 3);
    run_free(&run);
}
END_TEST

/* The last line is the command that judges the gradient, with every change of the model. */
START_TEST(command_at_the_end)
{
    struct run run = NNGRAD("export", "numpy", MODELS "442.cfg", "--set", "loss.reduction=sum", "--seed=3");
    ck_assert_status(run, 0);
    ck_assert_contains(run.out,
                       "\n# Is it right?\n#     nngrad check " MODELS
                       "442.cfg --seed 3 --set loss.reduction=sum --against light-math-example.gradient.json\n");
    ck_assert_contains(run.out, "\nL = squared_error(yhat, Y).sum()\n");
    run_free(&run);
    run = NNGRAD("export", "pytorch");
    ck_assert_status(run, 0);
    ck_assert_contains(run.out, "\n#     nngrad check --against lecture.gradient.json\n");
    run_free(&run);
}
END_TEST

RUN_SUITE_BETWEEN("export", setup_scratch, remove_scratch, activations_in_numpy, activations_in_pytorch,
                  losses_in_numpy, losses_in_pytorch, models_in_numpy, models_in_pytorch, one_wrong_sign, hostile_names,
                  many_numbers, refusals, command_at_the_end)
