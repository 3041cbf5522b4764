/* test_csv.c - core/model: CSV files as datasets; core/base: numbers in text. Every diagnostic with its exact text. */
#include "support.h"

#include <limits.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "model/csv.h"
#include "model/data.h"

static struct nng_arena *arena;
static struct nng_data data;
static size_t *lines;
static struct nng_error error;

static void begin(void)
{
    nng_arena_free(arena);
    arena = nng_arena_new();
    memset(&error, 0, sizeof error);
}

static enum nng_status parse_n(const char *bytes, size_t length, struct nng_csv_spec spec)
{
    begin();
    spec.path = "d.csv";
    char *exact = malloc(length + 1); /* no byte more: sanitizers see what is read beyond */
    exact = realloc(exact, length != 0 ? length : 1);
    memcpy(exact, bytes, length);
    enum nng_status status = nng_data_csv_parse(arena, &spec, exact, length, &data, &lines, &error);
    free(exact);
    return status;
}

static enum nng_status parse(const char *text, struct nng_csv_spec spec)
{
    return parse_n(text, strlen(text), spec);
}

/* Where it fails and why. */
static void refuses_n(const char *bytes, size_t length, struct nng_csv_spec spec, const char *file, int line,
                      int column, const char *text)
{
    ck_assert_int_eq(parse_n(bytes, length, spec), NNG_INPUT);
    ck_assert_str_eq(error.text, text);
    ck_assert_str_eq(error.file, file);
    ck_assert_int_eq(error.line, line);
    ck_assert_int_eq(error.column, column);
}

static void refuses(const char *bytes, struct nng_csv_spec spec, int line, int column, const char *text)
{
    refuses_n(bytes, strlen(bytes), spec, "d.csv", line, column, text);
}

/* A wrong setting: no file is to blame. */
static void refuses_setting(const char *bytes, struct nng_csv_spec spec, const char *text)
{
    refuses_n(bytes, strlen(bytes), spec, "", 0, 0, text);
}

static const char *const label_name[] = {"label"};
static const char *const y_name[] = {"y"};
#define LABEL(...)                                                                                                     \
    (struct nng_csv_spec)                                                                                              \
    {                                                                                                                  \
        .header = true, .target = "label", __VA_ARGS__                                                                 \
    }
#define TARGET(...)                                                                                                    \
    (struct nng_csv_spec)                                                                                              \
    {                                                                                                                  \
        .header = true, .targets = y_name, .target_count = 1, __VA_ARGS__                                              \
    }

START_TEST(numbers)
{
    static const struct {
        const char *text;
        enum nng_number kind;
        double value;
    } cases[] = {
        {"0", NNG_NUMBER_FINITE, 0},
        {"-0.5", NNG_NUMBER_FINITE, -0.5},
        {"+1.25e2", NNG_NUMBER_FINITE, 125},
        {".5", NNG_NUMBER_FINITE, 0.5},
        {"5.", NNG_NUMBER_FINITE, 5},
        {"1E+02", NNG_NUMBER_FINITE, 100},
        {"0.1", NNG_NUMBER_FINITE, 0x1.999999999999ap-4},
        {"1.7976931348623157e308", NNG_NUMBER_FINITE, 0x1.fffffffffffffp+1023},
        {"4.9e-324", NNG_NUMBER_FINITE, 0x1p-1074},
        {"1e-999", NNG_NUMBER_FINITE, 0},
        {"1e999", NNG_NUMBER_OVERFLOW, 0},
        {"-1.8e308", NNG_NUMBER_OVERFLOW, 0},
        {"1e99999999999999999999", NNG_NUMBER_OVERFLOW, 0},
        {"nan", NNG_NUMBER_NONFINITE, NAN},
        {"-NaN", NNG_NUMBER_NONFINITE, NAN},
        {"inf", NNG_NUMBER_NONFINITE, INFINITY},
        {"-Infinity", NNG_NUMBER_NONFINITE, -INFINITY},
        {"", NNG_NUMBER_NONE, 0},
        {".", NNG_NUMBER_NONE, 0},
        {"-", NNG_NUMBER_NONE, 0},
        {"e5", NNG_NUMBER_NONE, 0},
        {"1e", NNG_NUMBER_NONE, 0},
        {"1e+", NNG_NUMBER_NONE, 0},
        {"1.5abc", NNG_NUMBER_NONE, 0},
        {"0x10", NNG_NUMBER_NONE, 0},
        {"0x1p3", NNG_NUMBER_NONE, 0},
        {"1,5", NNG_NUMBER_NONE, 0},
        {" 1", NNG_NUMBER_NONE, 0},
        {"1 ", NNG_NUMBER_NONE, 0},
        {"--1", NNG_NUMBER_NONE, 0},
        {"1.2.3", NNG_NUMBER_NONE, 0},
        {"nan(1)", NNG_NUMBER_NONE, 0},
        {"infinit", NNG_NUMBER_NONE, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        double value = 0;
        ck_assert_msg(nng_number_parse(cases[i].text, strlen(cases[i].text), &value) == cases[i].kind, "'%s'",
                      cases[i].text);
        ck_assert_msg(isnan(cases[i].value) ? isnan(value) : value == cases[i].value, "'%s' is %.17g", cases[i].text,
                      value);
    }
    char long_one[600];
    memset(long_one, '1', sizeof long_one);
    double value;
    ck_assert_int_eq(nng_number_parse(long_one, 501, &value), NNG_NUMBER_NONE);
    ck_assert_int_eq(nng_number_parse(long_one, 300, &value), NNG_NUMBER_FINITE);
}
END_TEST

START_TEST(numbers_in_any_locale)
{
    static const char *const names[] = {"C", "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (setlocale(LC_NUMERIC, names[i]) == NULL)
            continue;
        double value = 0;
        char text[NNG_NUMBER_SIZE];
        ck_assert_int_eq(nng_number_parse("-12.75e1", 8, &value), NNG_NUMBER_FINITE);
        ck_assert_double_eq(value, -127.5);
        ck_assert_int_eq(nng_number_parse("1,5", 3, &value), NNG_NUMBER_NONE);
        nng_number_format(text, 0.1, 17);
        ck_assert_str_eq(text, "0.10000000000000001");
    }
    setlocale(LC_NUMERIC, "C");
}
END_TEST

START_TEST(numbers_as_text)
{
    char text[NNG_NUMBER_SIZE];
    nng_number_format(text, -1.7976931348623157e308, 17);
    ck_assert_str_eq(text, "-1.7976931348623157e+308");
    nng_number_format(text, 2.0 / 3, 3);
    ck_assert_str_eq(text, "0.667");
    nng_number_format(text, -NAN, 17);
    ck_assert_str_eq(text, "nan");
    nng_number_format(text, -INFINITY, 17);
    ck_assert_str_eq(text, "-inf");
}
END_TEST

START_TEST(quoting)
{
    begin();
    static const char text[] = "\xef\xbb\xbf"
                               "\"a\",\"b \"\"c\"\"\", d e \r\n"
                               "\n  \t\r\n"
                               " \"x,\r\ny\" ,\"\",\"\"\"\"\n"
                               "1,2,"; /* the last row has no line end, and an empty field */
    static const char *const fields[3][3] = {{"a", "b \"c\"", "d e"}, {"x,\ny", "", "\""}, {"1", "2", ""}};
    static const size_t row_lines[3] = {1, 4, 6}, field_lines[3][3] = {{1, 1, 1}, {4, 5, 5}, {6, 6, 6}},
                        columns[3][3] = {{1, 5, 16}, {2, 5, 8}, {1, 3, 5}}; /* the mark is in no column */
    struct nng_csv csv;
    bool more;
    ck_assert_int_eq(nng_csv_open(&csv, text, sizeof text - 1, "d.csv", &error), NNG_OK);
    for (size_t r = 0; r < 3; r++) {
        ck_assert_int_eq(nng_csv_next(&csv, &more, &error), NNG_OK);
        ck_assert(more);
        ck_assert_uint_eq(csv.line, row_lines[r]);
        ck_assert_uint_eq(csv.count, 3);
        for (size_t c = 0; c < 3; c++) {
            ck_assert_str_eq(csv.fields[c].text, fields[r][c]);
            ck_assert_uint_eq(csv.fields[c].length, strlen(fields[r][c]));
            ck_assert_uint_eq(csv.fields[c].line, field_lines[r][c]);
            ck_assert_uint_eq(csv.fields[c].column, columns[r][c]);
        }
    }
    ck_assert_int_eq(nng_csv_next(&csv, &more, &error), NNG_OK);
    ck_assert(!more);
    nng_csv_close(&csv);
}
END_TEST

START_TEST(numbers_and_columns)
{
    static const char text[] = "x1,x2,y\n1,2,3\n-4e-1 , .5,\"6\"\n";
    static const char *const inputs[] = {"x2", "x1"};
    ck_assert_int_eq(parse(text, TARGET(.inputs = inputs, .input_count = 2)), NNG_OK);
    ck_assert_uint_eq(data.samples, 2);
    ck_assert_uint_eq(data.inputs, 2);
    ck_assert_uint_eq(data.outputs, 1);
    ck_assert_str_eq(data.source, "d.csv");
    ck_assert_ptr_null(data.classes);
    static const double x[] = {2, 1, .5, -.4}, y[] = {3, 6};
    ck_assert_mem_eq(data.x, x, sizeof x);
    ck_assert_mem_eq(data.y, y, sizeof y);
    ck_assert_uint_eq(lines[0], 2);
    ck_assert_uint_eq(lines[1], 3);

    /* without names: all that are no targets, and numbers of columns */
    static const char *const first[] = {"1"};
    ck_assert_int_eq(parse("3,1,2\n6,4,5", (struct nng_csv_spec){.targets = first, .target_count = 1, .shown = "s"}),
                     NNG_OK);
    static const double rest[] = {1, 2, 4, 5};
    ck_assert_mem_eq(data.x, rest, sizeof rest);
    ck_assert_mem_eq(data.y, y, sizeof y);
    ck_assert_str_eq(data.source, "s");

    /* a header of numbers: names come before places */
    static const char *const named_1[] = {"1"};
    ck_assert_int_eq(parse("0,1\n5,6\n", (struct nng_csv_spec){.header = true, .targets = named_1, .target_count = 1}),
                     NNG_OK);
    ck_assert_double_eq(data.y[0], 6);
}
END_TEST

START_TEST(labels)
{
    /* whole numbers, also as floats */
    ck_assert_int_eq(parse("x,label\n7,2\n8,0.0\n9,1e0\n", LABEL()), NNG_OK);
    static const double one_hot[] = {0, 0, 1, 1, 0, 0, 0, 1, 0};
    ck_assert_uint_eq(data.outputs, 3);
    ck_assert_mem_eq(data.y, one_hot, sizeof one_hot);
    ck_assert_str_eq(data.classes[2], "2");

    /* a class that does not occur */
    ck_assert_int_eq(parse("x,label\n7,2\n", LABEL(.outputs = 4, .classes = 4)), NNG_OK);
    static const double four[] = {0, 0, 1, 0};
    ck_assert_uint_eq(data.outputs, 4);
    ck_assert_mem_eq(data.y, four, sizeof four);

    /* one output */
    ck_assert_int_eq(parse("x,label\n7,1\n8,0\n", LABEL(.outputs = 1, .classes = 1)), NNG_OK);
    static const double binary[] = {1, 0};
    ck_assert_uint_eq(data.outputs, 1);
    ck_assert_mem_eq(data.y, binary, sizeof binary);
    ck_assert_str_eq(data.classes[1], "1");

    /* texts, in sorted order */
    ck_assert_int_eq(parse("x,label\n1,dog\n2,\"cat, wild\"\n3,ant\n4,dog\n", LABEL(.outputs = 3)), NNG_OK);
    static const double sorted[] = {0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 1};
    ck_assert_mem_eq(data.y, sorted, sizeof sorted);
    ck_assert_str_eq(data.classes[0], "ant");
    ck_assert_str_eq(data.classes[1], "cat, wild");
    ck_assert_int_eq(parse("x,label\n1,yes\n2,no\n", LABEL(.outputs = 1)), NNG_OK);
    ck_assert_mem_eq(data.y, binary, sizeof binary);
}
END_TEST

/* A validation file has the classes of the training data, even where some do not occur in it. */
START_TEST(classes_of_the_training_data)
{
    struct nng_arena *first = nng_arena_new();
    struct nng_csv_spec spec = LABEL(.outputs = 3, .path = "t.csv");
    static const char text[] = "x,label\n1,b\n2,a\n3,c\n", whole[] = "x,label\n1,0\n2,2\n";
    struct nng_data training;
    ck_assert_int_eq(nng_data_csv_parse(first, &spec, text, sizeof text - 1, &training, NULL, NULL), NNG_OK);
    ck_assert_int_eq(parse("label,x\nc,4\n", LABEL(.outputs = 3, .like = &training)), NNG_OK);
    static const double y[] = {0, 0, 1};
    ck_assert_mem_eq(data.y, y, sizeof y);
    refuses("label,x\nc,4\n\nd,5\n", LABEL(.outputs = 3, .like = &training), 4, 1,
            "label 'd' is not one of the training data's classes");
    refuses("label,x\n1,4\n", LABEL(.outputs = 3, .like = &training), 2, 1,
            "label '1' is not one of the training data's classes");
    ck_assert_int_eq(nng_data_csv_parse(first, &spec, whole, sizeof whole - 1, &training, NULL, NULL), NNG_OK);
    ck_assert_int_eq(parse("label,x\n2,4\n", LABEL(.outputs = 3, .like = &training)), NNG_OK);
    ck_assert_mem_eq(data.y, y, sizeof y);
    refuses("label,x\n3,4\n", LABEL(.outputs = 3, .like = &training), 2, 1, "label '3' is outside 0 ... 2");
    refuses("label,x\nc,4\n", LABEL(.outputs = 3, .like = &training), 2, 1,
            "label 'c' is not one of the training data's classes");
    nng_arena_free(first);
}
END_TEST

START_TEST(bad_labels)
{
    refuses("x,label\n7,4\n", LABEL(.outputs = 4), 2, 3, "label '4' is outside 0 ... 3");
    refuses("x,label\n7,2\n", LABEL(.outputs = 1), 2, 3, "label '2' is outside 0 ... 1");
    refuses(
        "x,label\n7,-1\n", LABEL(.outputs = 4), 2, 3,
        "label '-1': classes are whole numbers from 0 (name the column in 'targets' to use its numbers themselves)");
    refuses(
        "x,label\n7,0.9\n", LABEL(.outputs = 1), 2, 3,
        "label '0.9': classes are whole numbers from 0 (name the column in 'targets' to use its numbers themselves)");
    refuses("x,label\n7,1e999\n", LABEL(), 2, 3, "label '1e999' is too large: at most 65536 classes");
    refuses("x,label\n7,999999999\n", LABEL(), 2, 3, "label '999999999' is too large: at most 65536 classes");
    refuses("x,label\n7,3\n8,0\n", LABEL(), 0, 0,
            "column 'label' has the label 3 but never 1: say how many classes there are");
    refuses("x,label\n7,3\n8,abc\n", LABEL(), 3, 3, "label 'abc' is a text, but the labels before it are numbers");
    refuses("x,label\n7,abc\n8,3\n", LABEL(), 3, 3, "label '3' is a number, but the labels before it are texts");
    refuses("x,label\n7,\n", LABEL(), 2, 3, "an empty label");
    refuses("x,label\n1,a\n2,b\n3,c\n", LABEL(.outputs = 2), 4, 3,
            "label 'c' is one class too many: there are to be 2");
    refuses("x,label\n1,a\n2,b\n", LABEL(.outputs = 3), 0, 0, "column 'label' has 2 classes, but there are to be 3");
    refuses("x,label\n1,a\n", LABEL(.classes = 2), 0, 0, "column 'label' has 1 class, but there are to be 2");
    refuses_setting("x,label\n1,0\n", LABEL(.classes = 3, .outputs = 4), "3 classes, but the network has 4 outputs");
    refuses_setting("x,label\n1,0\n", LABEL(.classes = 3, .outputs = 1), "3 classes, but the network has 1 output");
    refuses_setting("x,label\n1,0\n", LABEL(.classes = 70000), "70000 classes: at most 65536");
}
END_TEST

START_TEST(bad_columns)
{
    static const char *const x3[] = {"x_1"}, *const twice[] = {"x1", "x1"}, *const four[] = {"4"},
                             *const zero[] = {"0"}, *const huge[] = {"99999999999999999999999"};
    static const char text[] = "x1,x2,label\n1,2,0\n";
    refuses_setting(text, LABEL(.inputs = x3, .input_count = 1), "no column 'x_1' in 'd.csv' (did you mean 'x1'?)");
    refuses_setting(text, LABEL(.inputs = twice, .input_count = 2), "column 'x1' of 'd.csv' is used twice");
    refuses_setting(text, LABEL(.inputs = label_name, .input_count = 1), "column 'label' of 'd.csv' is used twice");
    refuses_setting(text, LABEL(.inputs = four, .input_count = 1),
                    "no column '4' in 'd.csv' (there are x1, x2, label)");
    refuses_setting(text, LABEL(.inputs = zero, .input_count = 1),
                    "no column '0' in 'd.csv' (there are x1, x2, label)");
    refuses_setting(text, LABEL(.inputs = huge, .input_count = 1),
                    "no column '99999999999999999999999' in 'd.csv' (there are x1, x2, label)");
    refuses_setting("1,2,0\n", (struct nng_csv_spec){.target = "label"},
                    "no column 'label' in 'd.csv': without a header its columns are 1 ... 3");
    refuses_setting("label\n0\n", LABEL(), "no column of 'd.csv' is left for the inputs");
    refuses_setting(text, (struct nng_csv_spec){.header = true},
                    "either 'target' or 'targets' says which columns of 'd.csv' are the targets");
    refuses_setting("y,x\n1,2\n", TARGET(.outputs = 2), "1 target column, but the network has 2 outputs");
    refuses("x,label,x,y\n1,0,2,3\n", LABEL(.inputs = (const char *const[]){"x"}, .input_count = 1), 1, 1,
            "column 'x' stands 2 times in the header");
    ck_assert_int_eq(parse("x,label,y,y\n1,0,2,3\n", LABEL(.inputs = (const char *const[]){"x"}, .input_count = 1)),
                     NNG_OK); /* a double name that nobody uses */
}
END_TEST

START_TEST(bad_numbers)
{
    refuses("x,y\n1,2\nabc, 3\n", TARGET(), 3, 1, "'abc' is not a number (column 'x')");
    ck_assert_str_eq(error.source, "abc, 3");
    refuses("x,y\n1, 1.5abc\n", TARGET(), 2, 4, "'1.5abc' is not a number (column 'y')");
    refuses("x,y\n0x10,1\n", TARGET(), 2, 1, "'0x10' is not a number (column 'x')");
    refuses("x,y\nnan,1\n", TARGET(), 2, 1, "'nan' is not a finite number (column 'x')");
    refuses("x,y\n-Infinity,1\n", TARGET(), 2, 1, "'-Infinity' is not a finite number (column 'x')");
    refuses("x,y\n1,1e999\n", TARGET(), 2, 3, "'1e999' is too large for a number in double precision (column 'y')");
    refuses("x,y\n,1\n", TARGET(), 2, 1, "an empty field where a number is due (column 'x')");
    refuses("x1,label\n1,0\n", (struct nng_csv_spec){.target = "2"}, 1, 1,
            "'x1' is not a number (column '1'; if the first row is a header: header = true)");
    refuses("x,y\n1,\"2\n3\"\n", TARGET(), 2, 3, "'2?3' is not a number (column 'y')");
    char text[400] = "x,y\n";
    memset(text + 4, 'z', 300);
    strcpy(text + 304, ",1\n");
    refuses(text, TARGET(), 2, 1,
            "'zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz...' is not a number (column 'x')");
}
END_TEST

START_TEST(bad_files)
{
    refuses("", TARGET(), 0, 0, "the file is empty");
    refuses("\xef\xbb\xbf\n \n", TARGET(), 0, 0, "the file is empty");
    refuses("x,y\n", TARGET(), 0, 0, "no data rows below the header");
    refuses("x,y\n1,2\n1,2,3\n", TARGET(), 3, 0, "a row of 3 fields, but the first row has 2");
    refuses("x,y\n1,2\n\n1\n", TARGET(), 4, 0, "a row of 1 field, but the first row has 2");
    refuses("x,y\n1,2,\n", TARGET(), 2, 0, "a row of 3 fields, but the first row has 2");
    refuses("x,y\n1,\"2\n", TARGET(), 2, 3, "the quote that opens here is never closed");
    refuses("x,y\n1,2\"\n", TARGET(), 2, 4, "a quote inside an unquoted field (write \"...\"\"...\")");
    refuses("x,y\n1,\"2\"3\n", TARGET(), 2, 3, "text behind the closing quote of a field");
    refuses_n("x,y\n1,\0002\n", 9, TARGET(), "d.csv", 2, 3, "a NUL byte: this is not a text file");
    refuses("x,y\n1,2\n\xff\xfe\n", TARGET(), 3, 1, "invalid UTF-8: this is not a text file, or not in UTF-8");
    ck_assert_str_eq(error.source, "");
    refuses("x,y\n1,\xc3\n", TARGET(), 2, 3, "invalid UTF-8: this is not a text file, or not in UTF-8");
    refuses_n("PK\3\4\0\0", 6, TARGET(), "d.csv", 1, 5, "a NUL byte: this is not a text file");
}
END_TEST

START_TEST(long_lines)
{
    size_t length = 100000000;
    char *text = malloc(length);
    memset(text, '1', length);
    memcpy(text, "x,y\n", 4);
    refuses_n(text, length, TARGET(), "d.csv", 2, 0, "the line is longer than 1 MiB");
    text[4] = '"'; /* quoted, over many lines */
    for (size_t i = 100; i < length; i += 100)
        text[i] = '\n';
    refuses_n(text, length, TARGET(), "d.csv", 2, 1, "the quote that opens here is not closed within 1 MiB");
    memset(text, ',', length); /* as many fields as a line can have */
    text[NNG_CSV_LONGEST] = '\n';
    refuses_n(text, NNG_CSV_LONGEST + 1, (struct nng_csv_spec){.target = "1"}, "d.csv", 1, 2,
              "an empty field where a number is due (column '2'; if the first row is a header: header = true)");
    text[NNG_CSV_LONGEST] = ',';
    refuses_n(text, NNG_CSV_LONGEST + 1, (struct nng_csv_spec){.target = "1"}, "d.csv", 1, 0,
              "the line is longer than 1 MiB");
    free(text);
}
END_TEST

static void refuses_file(const char *path, const char *text)
{
    begin();
    struct nng_csv_spec spec = LABEL(.path = path);
    ck_assert_int_eq(nng_data_csv(arena, &spec, &data, NULL, &error), NNG_INPUT);
    ck_assert_str_eq(error.file, path);
    ck_assert_str_eq(error.text, text);
}

START_TEST(files_that_cannot_be_read)
{
    refuses_file("no/such.csv", "cannot read: no such file");
    refuses_file(SOURCE_DIR "/tests", "cannot read: it is a directory");
    refuses_file("/dev/zero", "cannot read: not a regular file");
}
END_TEST

START_TEST(blobs)
{
    begin();
    struct nng_data validation;
    struct nng_csv_spec spec =
        LABEL(.path = SOURCE_DIR "/tests/data/blobs_train.csv", .shown = "blobs_train.csv", .outputs = 4);
    ck_assert_int_eq(nng_data_csv(arena, &spec, &data, &lines, &error), NNG_OK);
    ck_assert_uint_eq(data.samples, 750);
    ck_assert_uint_eq(data.inputs, 2);
    ck_assert_uint_eq(data.outputs, 4);
    ck_assert_str_eq(data.source, "blobs_train.csv");
    ck_assert_uint_eq(lines[749], 751);
    static const double y_second[] = {0, 0, 0, 1};
    ck_assert_mem_eq(data.y + 4, y_second, sizeof y_second);
    ck_assert_double_eq(data.x[0], 2.164299870898797); /* the first row of the file */
    ck_assert_double_eq(data.x[3], 8.171304737046906);

    spec.path = SOURCE_DIR "/tests/data/blobs_validation.csv";
    spec.like = &data;
    ck_assert_int_eq(nng_data_csv(arena, &spec, &validation, NULL, &error), NNG_OK);
    ck_assert_uint_eq(validation.samples, 250);
    ck_assert_double_eq(validation.x[0], 1.3753164241866251);
}
END_TEST

static int deny(void *context)
{
    int *left = context;
    return (*left)-- > 0;
}

START_TEST(allocation_fails)
{
    int failures = 0;
    enum nng_status status = NNG_MEMORY;
    for (int n = 0; status != NNG_OK; n++) {
        struct nng_csv_spec spec = LABEL(.path = SOURCE_DIR "/tests/data/blobs_train.csv", .outputs = 4);
        struct nng_arena *own = nng_arena_new();
        int left = n;
        nng_set_allocation_test(deny, &left);
        status = nng_data_csv(own, &spec, &data, &lines, &error);
        nng_set_allocation_test(NULL, NULL);
        ck_assert(status == NNG_OK || status == NNG_MEMORY);
        failures += status == NNG_MEMORY;
        nng_arena_free(own);
    }
    ck_assert_int_gt(failures, 15);
}
END_TEST

RUN_SUITE("csv", numbers, numbers_in_any_locale, numbers_as_text, quoting, numbers_and_columns, labels,
          classes_of_the_training_data, bad_labels, bad_columns, bad_numbers, bad_files, long_lines,
          files_that_cannot_be_read, blobs, allocation_fails)
