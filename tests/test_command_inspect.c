/* test_command_inspect.c - nngrad inspect: its numbers, its formats, its layout.
 *
 * The known derivatives are those that the course's notes should have printed, computed by an independent program.
 */
#include "run.h"

#include <math.h>

#include <jansson.h>

/* ---- JSON ---------------------------------------------------------------------------------------------------- */

static json_t *parse(const char *text)
{
    json_error_t error;
    json_t *json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    ck_assert_msg(json != NULL, "line %d: %s", error.line, error.text);
    return json;
}

static json_t *inspect_json(const char *model, const char *loss)
{
    struct run run = loss != NULL ? NNGRAD("inspect", model, "--loss", loss, "--format", "json")
                                  : NNGRAD("inspect", model, "--format", "json");
    ck_assert_status(run, 0);
    ck_assert_str_eq(run.err, "");
    json_t *json = parse(run.out);
    run_free(&run);
    return json;
}

static const json_t *entry_of(const json_t *json, const char *name)
{
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(json, "gradient"), i, entry)
    {
        if (strcmp(json_string_value(json_object_get(entry, "name")), name) == 0)
            return entry;
    }
    ck_abort_msg("no entry %s", name);
    return NULL;
}

static const struct {
    const char *model, *loss, *name;
    double derivative, accuracy;
} known[] = {
    {MODELS "442.cfg", NULL, "w_212", -0.130376706180, 1e-12},
    {MODELS "442.cfg", "cross_entropy", "w_212", -0.184232769341, 1e-12},
    {MODELS "442.cfg", NULL, "w_131", 0.003159356764, 1e-12},
    {MODELS "442.cfg", "cross_entropy", "w_131", 0.004464425149, 1e-12},
    /* Mazur prints dE/dw5 = 0.082167041 and dE/dw1 = 0.000438568 */
    {MODELS "mazur.cfg", NULL, "w_211", 0.082167041, 5e-10},
    {MODELS "mazur.cfg", NULL, "w_111", 0.000438568, 5e-10},
    /* by a few lines of Python, from the formulas; under in_out w_lij is input i, neuron j */
    {MODELS "3332.cfg", NULL, "b_31", -0.35538511882207, 1e-13},
    {MODELS "3332.cfg", NULL, "w_123", -0.00010575343023959787, 1e-15},
    {MODELS "3332.cfg", NULL, "w_231", -0.23957273991240752, 1e-13},
    {MODELS "3332.cfg", NULL, "w_312", 0.14095228213280714, 1e-13},
};

START_TEST(known_derivatives)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        json_t *json = inspect_json(known[i].model, known[i].loss);
        double g = json_number_value(json_object_get(entry_of(json, known[i].name), "analytic"));
        ck_assert_msg(fabs(g - known[i].derivative) < known[i].accuracy, "%s: %.15g", known[i].name, g);
        json_decref(json);
    }
}
END_TEST

/* "s" string, "i" whole number, "r" real, "a" array, "o" object, "b" boolean, "n" null; several: any of them */
struct field {
    const char *name, *types;
};

static char type_of(const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        return 's';
    case JSON_INTEGER:
        return 'i';
    case JSON_REAL:
        return 'r';
    case JSON_ARRAY:
        return 'a';
    case JSON_OBJECT:
        return 'o';
    case JSON_NULL:
        return 'n';
    default:
        return 'b';
    }
}

static void check_fields(const json_t *object, const struct field *fields, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_object_get(object, fields[i].name);
        ck_assert_msg(value != NULL, "no field '%s'", fields[i].name);
        ck_assert_msg(strchr(fields[i].types, type_of(value)) != NULL, "field '%s' is of type %c", fields[i].name,
                      type_of(value));
    }
}

#define CHECK_FIELDS(object, ...)                                                                                      \
    do {                                                                                                               \
        const struct field fields[] = {__VA_ARGS__};                                                                   \
        check_fields(object, fields, sizeof fields / sizeof fields[0]);                                                \
    } while (0)

START_TEST(json_fields)
{
    json_t *json = inspect_json(MODELS "442.cfg", NULL);
    CHECK_FIELDS(json, {"nngrad", "s"}, {"command", "s"}, {"model", "o"}, {"data", "o"}, {"loss", "o"},
                 {"forward", "a"}, {"backward", "a"}, {"gradient", "a"}, {"tensors", "a"}, {"diagnosis", "a"},
                 {"counts", "o"}, {"verdict", "s"}, {"evaluations", "i"}, {"seconds", "r"});
    const json_t *model = json_object_get(json, "model"), *layers = json_object_get(model, "layers");
    CHECK_FIELDS(model, {"name", "s"}, {"file", "s"}, {"inputs", "i"}, {"notation", "s"}, {"parameters", "i"},
                 {"layers", "a"});
    ck_assert_str_eq(json_string_value(json_object_get(model, "name")), "light-math-example");
    ck_assert_int_eq(json_integer_value(json_object_get(model, "parameters")), 30);
    ck_assert_uint_eq(json_array_size(layers), 2);
    CHECK_FIELDS(json_array_get(layers, 0), {"units", "i"}, {"activation", "s"});
    CHECK_FIELDS(json_object_get(json, "data"), {"samples", "i"}, {"source", "s"});
    const json_t *loss = json_object_get(json, "loss");
    CHECK_FIELDS(loss, {"plugin", "s"}, {"reduction", "s"}, {"value", "r"}, {"penalty", "r"});
    ck_assert(fabs(json_number_value(json_object_get(loss, "value")) - 0.10549111582255594) < 1e-15);
    CHECK_FIELDS(json_array_get(json_object_get(json, "forward"), 1), {"layer", "i"}, {"a", "a"}, {"h", "a"});
    CHECK_FIELDS(json_array_get(json_object_get(json, "backward"), 1), {"layer", "i"}, {"dL_dh", "a"}, {"dL_da", "a"});
    ck_assert_uint_eq(json_array_size(json_object_get(json, "gradient")), 30);
    CHECK_FIELDS(entry_of(json, "w_212"), {"name", "s"}, {"kind", "s"}, {"layer", "i"}, {"neuron", "i"}, {"input", "i"},
                 {"value", "r"}, {"analytic", "r"}, {"numeric", "r"}, {"uncertainty", "r"}, {"complex_step", "rn"},
                 {"penalty", "r"}, {"verdict", "s"});
    CHECK_FIELDS(entry_of(json, "b_21"), {"kind", "s"}, {"input", "n"});
    ck_assert_str_eq(json_string_value(json_object_get(entry_of(json, "b_21"), "kind")), "bias");
    CHECK_FIELDS(json_array_get(json_object_get(json, "tensors"), 0), {"name", "s"}, {"rows", "i"}, {"cols", "i"},
                 {"pass", "i"}, {"fail", "i"}, {"kink", "i"}, {"inconclusive", "i"}, {"vacuous", "b"},
                 {"resolution", "rn"}, {"worst", "s"});
    CHECK_FIELDS(json_object_get(json, "counts"), {"pass", "i"}, {"fail", "i"}, {"kink", "i"}, {"inconclusive", "i"});
    ck_assert_str_eq(json_string_value(json_object_get(json, "verdict")), "pass");
    json_decref(json);
}
END_TEST

/* One row a sample; --sample leaves that one. The lecture's first hidden layer sees a = 0 for x = (0, 0, 0). */
START_TEST(json_rows)
{
    struct run all = NNGRAD("inspect", "--format=json"), one = NNGRAD("inspect", "--format=json", "--sample=8");
    json_t *json = parse(all.out), *restricted = parse(one.out);
    const json_t *a = json_object_get(json_array_get(json_object_get(json, "forward"), 0), "a");
    const json_t *a8 = json_object_get(json_array_get(json_object_get(restricted, "forward"), 0), "a");
    ck_assert_uint_eq(json_array_size(a), 8);
    ck_assert_uint_eq(json_array_size(json_array_get(a, 0)), 3);
    ck_assert(json_number_value(json_array_get(json_array_get(a, 0), 0)) == 0);
    ck_assert_uint_eq(json_array_size(a8), 1);
    ck_assert(json_equal(json_array_get(a8, 0), json_array_get(a, 7)));
    /* dL/dyhat of a fused loss, -y/yhat + (1 - y)/(1 - yhat) over N: consistent with dL/da = (yhat - y)/N */
    const json_t *backward = json_array_get(json_object_get(json, "backward"), 2);
    const json_t *h = json_object_get(json_array_get(json_object_get(json, "forward"), 2), "h");
    double yhat = json_number_value(json_array_get(json_array_get(h, 0), 0));
    double dh = json_number_value(json_array_get(json_array_get(json_object_get(backward, "dL_dh"), 0), 0));
    ck_assert(fabs(dh - 1 / (1 - yhat) / 8) < 1e-14);
    json_decref(json);
    json_decref(restricted);
    run_free(&all);
    run_free(&one);
}
END_TEST

/* ---- the other formats --------------------------------------------------------------------------------------- */

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        count++;
    return count;
}

START_TEST(csv)
{
    struct run run = NNGRAD("inspect", MODELS "442.cfg", "--format", "csv");
    ck_assert_status(run, 0);
    const char header[] = "name,kind,layer,neuron,input,value,analytic,numeric,uncertainty,complex_step,verdict\n";
    ck_assert_int_eq(strncmp(run.out, header, strlen(header)), 0);
    ck_assert_uint_eq(count_of(run.out, "\n"), 31);
    ck_assert_contains(run.out, "\nw_212,weight,2,1,2,0.80000000000000004,-0.1303767061801");
    ck_assert_contains(run.out, "\nb_21,bias,2,1,,0,");
    run_free(&run);
    run = NNGRAD("inspect", "--format=csv", "--set", "layers.2.units=10"); /* two digits: names with commas */
    ck_assert_status(run, 0);
    ck_assert_contains(run.out, "\n\"w_2,10,3\",weight,2,10,3,");
    ck_assert_contains(run.out, "\n\"b_2,10\",bias,2,10,,");
    run_free(&run);
}
END_TEST

/* Every table of Markdown has as many bars in each of its lines. */
START_TEST(markdown)
{
    struct run run = NNGRAD("inspect", "--format", "markdown");
    ck_assert_status(run, 0);
    ck_assert_contains(run.out, "### Output layer: ∂L/∂W3\n");
    ck_assert_contains(run.out, "**pass**: 28 of 28 derivatives agree");
    size_t bars = 0;
    for (char *line = strtok(run.out, "\n"), *next; line != NULL; line = next) {
        next = strtok(NULL, "\n");
        if (line[0] != '|') {
            bars = 0;
            continue;
        }
        ck_assert_uint_eq(count_of(line, "\\|"), 0);
        if (bars != 0)
            ck_assert_uint_eq(count_of(line, "|"), bars);
        bars = next != NULL && next[0] == '|' ? count_of(line, "|") : 0;
    }
    run_free(&run);
}
END_TEST

static void compile_latex(const char *const *arguments)
{
    char directory[] = "/tmp/nngrad-latex-XXXXXX", command[256];
    ck_assert_ptr_nonnull(mkdtemp(directory));
    struct run run = run_program((struct run_setting){.directory = directory}, arguments);
    ck_assert_status(run, 0);
    snprintf(command, sizeof command, "cd %s && pdflatex -interaction=batchmode -halt-on-error x.tex >x.out 2>&1",
             directory);
    ck_assert_msg(system(command) == 0, "pdflatex refuses it: see %s", directory);
    snprintf(command, sizeof command, "! grep -E '^(Overfull|! )' %s/x.log && rm -r %s", directory, directory);
    ck_assert_int_eq(system(command), 0);
    run_free(&run);
}

START_TEST(latex)
{
    struct run run = NNGRAD("inspect", MODELS "442.cfg", "--format", "latex", "--set", "name=a_b");
    ck_assert_status(run, 0);
    ck_assert_contains(run.out, "\\textbf{a\\_b}");
    ck_assert_contains(run.out, "-0.1304"); /* w_212 to four digits */
    ck_assert_contains(run.out, "\\text{Output layer}");
    run_free(&run);
    if (system("pdflatex --version >/dev/null 2>&1") != 0)
        return;
    compile_latex(ARGUMENTS("inspect", "--format", "latex", "-o", "x.tex"));
    compile_latex(ARGUMENTS("inspect", "--format", "latex", "-o", "x.tex", "--symbols", "--matrix", "lecture",
                            MODELS "442.cfg", "--set", "name=under_score"));
    compile_latex(ARGUMENTS("inspect", "--format", "latex", "-o", "x.tex", "--set", "layers.1.units=30", "--set",
                            "layers.2.units=12", "--digits", "12"));
}
END_TEST

START_TEST(symbols)
{
    struct run text = NNGRAD("inspect", "--symbols");
    ck_assert_status(text, 0);
    ck_assert_contains(text.out, "  ∂L/∂w_111   ∂L/∂w_112   ∂L/∂w_113 │ ∂L/∂w_211   ∂L/∂w_212   ∂L/∂w_213\n");
    ck_assert_contains(text.out, "  ∂L/∂w_311   ∂L/∂w_312   ∂L/∂w_313 │ ∂L/∂b_11   ∂L/∂b_21   ∂L/∂b_31\n");
    run_free(&text);
    struct run csv_run = NNGRAD("inspect", MODELS "442.cfg", "--symbols", "--format=csv");
    ck_assert_contains(csv_run.out, "Layer 1,Layer 1,Layer 1,Layer 1,Output layer,Output layer,Output layer,"
                                    "Output layer,Biases,Biases\n");
    ck_assert_contains(csv_run.out, "\n∂L/∂w_121,∂L/∂w_122,∂L/∂w_123,∂L/∂w_124,∂L/∂w_221,∂L/∂w_222,∂L/∂w_223,"
                                    "∂L/∂w_224,∂L/∂b_12,∂L/∂b_22\n");
    ck_assert_contains(csv_run.out, "\n∂L/∂w_131,∂L/∂w_132,∂L/∂w_133,∂L/∂w_134,,,,,∂L/∂b_13,\n");
    run_free(&csv_run);
    struct run lecture = NNGRAD("inspect", MODELS "442.cfg", "--symbols", "--format=csv", "--matrix=lecture");
    ck_assert_contains(lecture.out, "\n∂L/∂w_111,∂L/∂w_112,∂L/∂w_113,∂L/∂w_114,∂L/∂w_211,∂L/∂w_221,∂L/∂b_11,"
                                    "∂L/∂b_21\n"); /* n x k: row 1 holds what leaves hidden neuron 1 */
    run_free(&lecture);
    struct run in_out = NNGRAD("inspect", MODELS "3332.cfg", "--symbols", "--format=csv");
    ck_assert_contains(in_out.out, "\n∂L/∂w_111,∂L/∂w_112,∂L/∂w_113,∂L/∂w_211,∂L/∂w_212,∂L/∂w_213,∂L/∂w_311,"
                                   "∂L/∂w_312,∂L/∂b_11,∂L/∂b_21,∂L/∂b_31\n");
    run_free(&in_out);
    struct run json_run = NNGRAD("inspect", "--symbols", "--format", "json");
    json_t *json = parse(json_run.out);
    const json_t *groups = json_object_get(json, "symbols");
    ck_assert_uint_eq(json_array_size(groups), 4);
    const json_t *row = json_array_get(json_object_get(json_array_get(groups, 3), "rows"), 2);
    ck_assert_str_eq(json_string_value(json_array_get(row, 1)), "∂L/∂b_23");
    ck_assert(json_is_null(json_array_get(row, 2)));
    ck_assert_uint_eq(json_array_size(json_object_get(json, "gradient")), 28);
    json_decref(json);
    run_free(&json_run);
    struct run markdown_run = NNGRAD("inspect", "--symbols", "--format", "markdown");
    ck_assert_contains(markdown_run.out, "| `∂L/∂w_111` | `∂L/∂w_112` | `∂L/∂w_113` |\n|---|---|---|\n");
    run_free(&markdown_run);
}
END_TEST

/* ---- text: what is in it, and how it stands ------------------------------------------------------------------ */

START_TEST(text_in_the_lectures_order)
{
    static const char *const parts[] = {"Network",      "Data",
                                        "Forward",      "\n  a1 ",
                                        "\n  ŷ",        "\nLoss ",
                                        "Backward",     "∂L/∂a3",
                                        "∂L/∂a1",       "Gradient",
                                        "Layer 1",      "Layer 2",
                                        "Output layer", "Biases",
                                        "Verdict",      "28 of 28 derivatives agree",
                                        "\n  pass ",    "\nnext: nngrad check --against your_gradient.json\n"};
    struct run run = NNGRAD("inspect");
    ck_assert_status(run, 0);
    const char *at = run.out;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const char *next = strstr(at, parts[i]);
        ck_assert_msg(next != NULL, "'%s' is missing, or stands too early:\n%s", parts[i], run.out);
        at = next;
    }
    run_free(&run);
}
END_TEST

/* Characters of a line of ours: each one takes one column. */
static size_t width_of(const char *line, size_t length)
{
    size_t width = 0;
    for (size_t i = 0; i < length; i++)
        width += ((unsigned char)line[i] & 0xc0u) != 0x80u;
    return width;
}

static void check_width(const char *text, size_t most)
{
    for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1) {
        size_t length = strcspn(line, "\n");
        ck_assert_msg(width_of(line, length) <= most, "wider than %zu: %.*s", most, (int)length, line);
        ck_assert_msg(length == 0 || line[length - 1] != ' ', "ends in a space: %.*s", (int)length, line);
    }
}

START_TEST(no_line_is_wider_than_the_terminal)
{
    static const size_t widths[] = {40, 57, 80, 121, 200};
    static const char *const models[] = {"442.cfg", "3332.cfg", "mazur.cfg", "blobs.cfg", "xor.cfg"};
    static const char *const variants[][2] = {{"inspect", "--full"},
                                              {"inspect", "--symbols"},
                                              {"check", "--all"},
                                              {"inspect", "--digits=12"},
                                              {"check", "--help"}};
    for (size_t w = 0; w < sizeof widths / sizeof widths[0]; w++)
        for (size_t m = 0; m < sizeof models / sizeof models[0]; m++)
            for (size_t v = 0; v < sizeof variants / sizeof variants[0]; v++) {
                char columns[32];
                snprintf(columns, sizeof columns, "COLUMNS=%zu", widths[w]);
                struct run_setting setting = {.environment = (const char *const[]){columns, NULL},
                                              .directory = SOURCE_DIR "/tests/models"};
                struct run run = run_program(setting, ARGUMENTS(variants[v][0], models[m], variants[v][1]));
                ck_assert_status(run, 0);
                if (strcmp(variants[v][1], "--help") != 0 || widths[w] >= 57) /* a long choice is one word */
                    check_width(run.out, widths[w]);
                run_free(&run);
            }
}
END_TEST

/* Where there is no room for the words beside the numbers, they stand below. */
START_TEST(narrow_rows_are_named)
{
    struct run narrow = NNGRAD_IN("COLUMNS=50", "inspect"), wide = NNGRAD_IN("COLUMNS=80", "inspect");
    ck_assert_contains(narrow.out, "\n  (below each name: analytic, then numeric)\n");
    ck_assert_ptr_null(strstr(wide.out, "(below each name"));
    run_free(&narrow);
    run_free(&wide);
}
END_TEST

/* The bars between groups, and the decimal points of a vector's column, stand below each other. */
START_TEST(columns_line_up)
{
    struct run run = NNGRAD_IN("COLUMNS=200", "inspect");
    const char *line = strstr(run.out, "            Layer 1");
    ck_assert_ptr_nonnull(line);
    size_t bars[3], count = 0;
    for (const char *bar = line; count < 3 && (bar = strstr(bar, "│")) != NULL; bar += strlen("│"))
        bars[count++] = width_of(line, (size_t)(bar - line));
    ck_assert_uint_eq(count, 3);
    for (; line[0] != '\n'; line += strcspn(line, "\n") + 1) {
        const char *bar = line;
        for (size_t k = 0; k < 3; k++, bar += strlen("│")) {
            bar = strstr(bar, "│");
            ck_assert_ptr_nonnull(bar);
            ck_assert_uint_eq(width_of(line, (size_t)(bar - line)), bars[k]);
        }
    }
    const char *h1 = strstr(run.out, "\n  h1") + 1, *yhat = strstr(run.out, "\n  ŷ") + 1;
    ck_assert_uint_eq(width_of(h1, strcspn(h1, ".")), width_of(yhat, strcspn(yhat, ".")));
    run_free(&run);
}
END_TEST

/* Large networks: a line a tensor and the largest entries; --full shows all; what is left out is said. */
START_TEST(elision)
{
    struct run big = NNGRAD("inspect", "--set", "layers.1.units=40", "--set", "layers.2.units=30");
    ck_assert_status(big, 0);
    ck_assert_contains(big.out, "--full prints the whole matrix");
    ck_assert_contains(big.out, "its largest entries:");
    ck_assert_contains(big.out, "⋯");
    ck_assert_contains(big.out, "values left out: --full shows them all");
    ck_assert_contains(big.out, "\n  resolution ");
    ck_assert_lacks(big.out, "w_2,30,40");
    run_free(&big);
    struct run full = NNGRAD("inspect", "--full", "--set", "layers.1.units=40", "--set", "layers.2.units=30");
    ck_assert_lacks(full.out, "⋯");
    ck_assert_contains(full.out, "w_2,30,40");
    ck_assert_uint_eq(count_of(full.out, "w_"), 1 + 40 * 3 + 30 * 40 + 30); /* 1: "w_lij is layer l ..." */
    run_free(&full);
    struct run middle = NNGRAD("inspect", "--set", "layers.1.units=14", "--set", "layers.2.units=6");
    ck_assert_contains(middle.out, "⋮");
    ck_assert_contains(middle.out, "entries left out: --full shows them all");
    run_free(&middle);
}
END_TEST

/* What rounding cannot tell from zero is shown as 0: the first row of 4-4-2, whose two paths cancel. */
START_TEST(zeros_are_settled)
{
    struct run run = NNGRAD("inspect", MODELS "442.cfg");
    ck_assert_contains(run.out, "\n  analytic   0 ");
    ck_assert_lacks(run.out, "e-1");
    run_free(&run);
}
END_TEST

/* A plugin with a wrong derivative at its second unit: its row is marked, listed and counted; the command that is
 * advised next names the same model, and runs. */
START_TEST(disagreement_is_marked)
{
    struct run run = NNGRAD("inspect", "--set", "layers.1.activation=wrong_slope", "--plugin-path",
                            BINARY_DIR "/tests/wrongplugins");
    ck_assert_status(run, 1);
    ck_assert_contains(run.out, " w_121 ✗        w_122 ✗        w_123 ✗\n");
    ck_assert_contains(run.out, " b_12 ✗         b_22\n");
    ck_assert_uint_eq(count_of(run.out, "✗"), 4);
    ck_assert_uint_eq(count_of(run.out, "  2.000  fail\n"), 4);
    ck_assert_contains(run.out, "\nVerdict    fail: 24 of 28 derivatives agree, 4 do not\n");
    ck_assert_contains(run.out, "\nnext: nngrad check --set layers.1.activation=wrong_slope --plugin-path \\\n");
    run_free(&run);
    run = NNGRAD("inspect", "--set", "layers.1.activation=wrong_slope", "--plugin-path",
                 BINARY_DIR "/tests/wrongplugins", "--format", "latex");
    ck_assert_status(run, 1);
    ck_assert_uint_eq(count_of(run.out, "\\boxed{"),
                      8 + 2 * 15); /* 4 a slide; struts in 3 rows of 4 groups and a phantom */
    run_free(&run);
}
END_TEST

START_TEST(quiet_and_sample)
{
    struct run quiet = NNGRAD("inspect", "-q"), third = NNGRAD("inspect", "--sample", "3", "--digits", "3");
    ck_assert_lacks(quiet.out, "next:");
    ck_assert_lacks(quiet.out, "--sample K");
    ck_assert_contains(third.out, "Forward    sample 3 of 8\n");
    ck_assert_contains(third.out, "\n  x    0        1        0\n");
    run_free(&quiet);
    run_free(&third);
}
END_TEST

/* --hessian: every field of its JSON; a wrong backward pass is noticed; what it cannot go with is refused. */
START_TEST(hessian)
{
    struct run run = NNGRAD("inspect", MODELS "neuron.cfg", "--hessian", "--format", "json");
    ck_assert_status(run, 0);
    json_t *json = parse(run.out);
    const json_t *found = json_object_get(json, "hessian");
    static const char *const fields[] = {"names",    "matrix",        "eigenvalues",       "eigenvalue_uncertainty",
                                         "positive", "zero",          "negative",          "asymmetry",
                                         "trace",    "trace_by_loss", "trace_uncertainty", "verdict"};
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++)
        ck_assert_msg(json_object_get(found, fields[i]) != NULL, "no field '%s'", fields[i]);
    ck_assert_uint_eq(json_array_size(json_object_get(found, "eigenvalues")), 2);
    ck_assert_str_eq(json_string_value(json_object_get(found, "verdict")), "pass");
    json_decref(json);
    run_free(&run);
    run = NNGRAD("inspect", "--hessian", "--set", "layers.1.activation=wrong_at_h", "--plugin-path",
                 BINARY_DIR "/tests/wrongplugins");
    ck_assert_status(run, 1);
    ck_assert_contains(run.out, "fail");
    run_free(&run);
    run = NNGRAD("inspect", MODELS "neuron.cfg", "--hessian", "--format", "csv");
    ck_assert_contains(run.out, "row,column,second_derivative,uncertainty\nw_111,w_111,-0.0061498298524");
    run_free(&run);
    run = NNGRAD("inspect", "--hessian", "--symbols");
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "error: option '--hessian' does not go with --symbols\n");
    run_free(&run);
}
END_TEST

/* --per-sample: the means are the gradient, in every format. */
START_TEST(per_sample)
{
    struct run run = NNGRAD("inspect", MODELS "xor.cfg", "--per-sample", "--format", "json");
    ck_assert_status(run, 0);
    json_t *json = parse(run.out);
    const json_t *found = json_object_get(json, "per_sample"), *entries = json_object_get(found, "entries");
    ck_assert_int_eq(json_integer_value(json_object_get(found, "samples")), 4);
    ck_assert_uint_eq(json_array_size(json_object_get(found, "tensors")), 4);
    ck_assert(json_number_value(json_object_get(found, "noise_scale")) > 1.0);
    size_t i;
    const json_t *entry;
    json_array_foreach(entries, i, entry)
    {
        const char *name = json_string_value(json_object_get(entry, "name"));
        ck_assert_double_eq_tol(json_number_value(json_object_get(entry, "mean")),
                                json_number_value(json_object_get(entry_of(json, name), "analytic")), 1e-15);
    }
    ck_assert_uint_eq(i, 9);
    json_decref(json);
    run_free(&run);
    run = NNGRAD("inspect", MODELS "xor.cfg", "--per-sample", "--format", "csv");
    ck_assert_contains(run.out, "name,mean,deviation,lowest,lowest_sample,highest,highest_sample\nw_111,0.0214");
    run_free(&run);
    run = NNGRAD("inspect", MODELS "xor.cfg", "--per-sample", "--hessian");
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "error: option '--per-sample' does not go with --hessian\n");
    run_free(&run);
}
END_TEST

/* --units: a layer that never fires is dead, one that is driven hard is saturated; softmax is neither. */
START_TEST(units)
{
    struct run run = NNGRAD("inspect", MODELS "xor.cfg", "--units", "--format", "csv", "--set",
                            "layers.1.activation=relu", "--set", "layers.1.biases=(-9,1)");
    ck_assert_status(run, 0);
    ck_assert_contains(run.out, "layer,activation,units,dead,saturated,h_mean,h_deviation,da_size\n1,relu,2,1,0,");
    run_free(&run);
    run = NNGRAD("inspect", MODELS "xor.cfg", "--units", "--format", "csv", "--set", "layers.1.biases=(9,0)");
    ck_assert_contains(run.out, "\n1,tanh,2,0,0.5,");
    run_free(&run);
    run = NNGRAD("inspect", MODELS "442.cfg", "--units", "--format", "json");
    json_t *json = parse(run.out), *layer = json_array_get(json_object_get(json, "units"), 1);
    ck_assert_str_eq(json_string_value(json_object_get(layer, "activation")), "softmax");
    ck_assert_int_eq(json_integer_value(json_object_get(layer, "dead")), 0);
    ck_assert_double_eq_tol(json_number_value(json_object_get(layer, "h_mean")), 0.5, 1e-15);
    ck_assert_double_eq_tol(json_number_value(json_object_get(layer, "h_deviation")), 0.270336,
                            1e-6); /* .770336 - .5 */
    ck_assert_double_eq_tol(json_number_value(json_object_get(layer, "da_size")), 0.162527, 1e-6);
    json_decref(json);
    run_free(&run);
    run = NNGRAD("inspect", "--units", "--format", "latex");
    ck_assert_status(run, 2);
    ck_assert_contains(run.err, "error: option '--units' does not go with --format latex\n");
    run_free(&run);
}
END_TEST

RUN_SUITE("command_inspect", known_derivatives, json_fields, json_rows, csv, markdown, latex, symbols,
          text_in_the_lectures_order, no_line_is_wider_than_the_terminal, narrow_rows_are_named, columns_line_up,
          elision, zeros_are_settled, disagreement_is_marked, quiet_and_sample, hessian, per_sample, units)
