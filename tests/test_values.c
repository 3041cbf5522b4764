/* test_values.c - core/model: files of parameters and gradients; core/base: atomic writing. Files come from outside
 * here: bytes put together by the test, not by the writer under test. */
#include "support.h"

#include <dirent.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gsl/gsl_rng.h>
#include <jansson.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/save.h"
#include "model/safetensors.h"
#include "model/values.h"
#include "shapes.h"

static struct nng_error error;
static char directory[] = "/tmp/nngrad-values-XXXXXX";

static const char *in_directory(const char *name)
{
    static char path[200];
    if (strstr(directory, "XXXXXX") != NULL)
        ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof path, "%s/%s", directory, name);
    return path;
}

/* What was left there besides what is named; then the directory goes. */
static void end_directory(int due)
{
    DIR *open_directory = opendir(directory);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(open_directory)) != NULL;)
        if (entry->d_name[0] != '.') {
            char path[600];
            snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
            if (unlink(path) != 0)
                rmdir(path);
            count++;
        }
    closedir(open_directory);
    rmdir(directory);
    strcpy(directory + strlen(directory) - 6, "XXXXXX");
    ck_assert_int_eq(count, due);
}

/* The bytes in a block of exactly their size. */
static enum nng_status parse_n(const struct nng_model *model, const char *bytes, size_t length, bool allow,
                               double *values, bool *single)
{
    char *exact = malloc(length != 0 ? length : 1);
    memcpy(exact, bytes, length);
    memset(&error, 0, sizeof error);
    enum nng_status status = nng_values_parse(model, exact, length, "g", allow, values, single, &error);
    free(exact);
    return status;
}

static enum nng_status parse(const struct nng_model *model, const char *text, bool allow, double *values)
{
    return parse_n(model, text, strlen(text), allow, values, NULL);
}

/* The file g is refused: line and column, 0 where there is none. */
static void refuses_n(const struct nng_model *model, const char *bytes, size_t length, int line, int column,
                      const char *text)
{
    double values[64];
    ck_assert_int_eq(parse_n(model, bytes, length, false, values, NULL), NNG_INPUT);
    ck_assert_str_eq(error.text, text);
    ck_assert_str_eq(error.file, "g");
    ck_assert_int_eq(error.line, line);
    ck_assert_int_eq(error.column, column);
}

static void refuses(const struct nng_model *model, const char *text, int line, int column, const char *message)
{
    refuses_n(model, text, strlen(text), line, column, message);
}

/* ---- round trips --------------------------------------------------------------------------------------------- */

/* Any finite doubles come back as the same bits, in every format and notation. */
START_TEST(round_trips)
{
    static const char *const names[] = {"v.safetensors", "v.json", "v.csv"};
    gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
    for (int trial = 0; trial < 24; trial++) {
        size_t units[4];
        for (size_t l = 0; l < 4; l++)
            units[l] = 1 + gsl_rng_uniform_int(random, trial < 12 ? 4 : 13);
        struct nng_model *model = shape_new(trial % 2 == 0 ? NNG_OUT_IN : NNG_IN_OUT, units, 3);
        size_t n = model->parameter_count;
        double *back = calloc(n, sizeof *back);
        for (size_t i = 0; i < n; i++)
            do {
                uint64_t bits = (uint64_t)gsl_rng_get(random) << 32 | gsl_rng_get(random);
                memcpy(&model->theta[i], &bits, sizeof bits);
            } while (!isfinite(model->theta[i]));
        model->theta[0] = -0.0;
        const char *path = in_directory(names[trial % 3]);
        ck_assert_msg(nng_values_write(model, path, model->theta, "parameters", &error) == NNG_OK, "%s", error.text);
        bool single = true;
        ck_assert_msg(nng_values_read(model, path, false, back, &single, &error) == NNG_OK, "%s", error.text);
        ck_assert_mem_eq(back, model->theta, n * sizeof *back);
        ck_assert(!single);
        free(back);
        shape_free(model);
    }
    gsl_rng_free(random);
    end_directory(3);
}
END_TEST

START_TEST(what_is_written)
{
    static const struct {
        enum nng_notation notation;
        const char *name, *what, *bytes;
    } cases[] = {
        {NNG_OUT_IN, "v.csv", "gradient",
         "name,gradient\nw_111,1\nw_112,2\nw_113,0.10000000000000001\nw_121,4\nw_122,5\nw_123,6\nb_11,7\nb_12,nan\n"},
        {NNG_IN_OUT, "v.csv", "parameters",
         "name,value\nw_111,1\nw_121,2\nw_131,0.10000000000000001\nw_112,4\nw_122,5\nw_132,6\nb_11,7\nb_12,nan\n"},
        {NNG_OUT_IN, "v.json", "",
         "{\n  \"W1\": [[1, 2, 0.10000000000000001],\n         [4, 5, 6]],\n  \"b1\": [7, null]\n}\n"},
        {NNG_IN_OUT, "v.json", "",
         "{\n  \"W1\": [[1, 4],\n         [2, 5],\n         [0.10000000000000001, 6]],\n  \"b1\": [7, null]\n}\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct nng_model *model = SHAPE(cases[i].notation, 3, 2);
        static const double theta[] = {1, 2, 0.1, 4, 5, 6, 7, NAN};
        const char *path = in_directory(cases[i].name);
        struct nng_file file;
        ck_assert_int_eq(nng_values_write(model, path, theta, cases[i].what, &error), NNG_OK);
        ck_assert_int_eq(nng_file_read(path, 10000, &file, &error), NNG_OK);
        ck_assert_str_eq(file.bytes, cases[i].bytes);
        nng_release(file.bytes);
        shape_free(model);
    }
    struct nng_model *large = SHAPE(NNG_OUT_IN, 1, 10);
    const char *path = in_directory("v.csv");
    struct nng_file file;
    ck_assert_int_eq(nng_values_write(large, path, large->theta, "gradient", &error), NNG_OK);
    ck_assert_int_eq(nng_file_read(path, 10000, &file, &error), NNG_OK);
    ck_assert_ptr_nonnull(strstr(file.bytes, "\n\"w_1,10,1\",0\n")); /* a comma in a name is quoted */
    nng_release(file.bytes);
    shape_free(large);
    end_directory(2);
}
END_TEST

/* The bytes of a safetensors file, as its specification has them. */
START_TEST(safetensors_bytes)
{
    struct nng_model *model = SHAPE(NNG_IN_OUT, 1, 2);
    static const double theta[] = {1, -2, 0.5, 3};
    static const char header[] =
        "{\"__metadata__\":{\"format\":\"nngrad\",\"notation\":\"in_out\",\"what\":\"gradient\"},"
        "\"W1\":{\"dtype\":\"F64\",\"shape\":[1,2],\"data_offsets\":[0,16]},"
        "\"b1\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[16,32]}}";
    static const unsigned char values[32] = {0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0,
                                             0, 0, 0, 0, 0, 0, 0xe0, 0x3f, 0, 0, 0, 0, 0, 0, 8, 0x40};
    const char *path = in_directory("v.safetensors");
    struct nng_file file;
    ck_assert_int_eq(nng_values_write(model, path, theta, "gradient", &error), NNG_OK);
    ck_assert_int_eq(nng_file_read(path, 10000, &file, &error), NNG_OK);
    size_t length = sizeof header - 1, padded = (length + 7) / 8 * 8;
    ck_assert_uint_eq(file.length, 8 + padded + 32);
    ck_assert_uint_eq((unsigned char)file.bytes[0], padded);
    ck_assert_uint_eq((unsigned char)file.bytes[1], 0);
    ck_assert_mem_eq(file.bytes + 8, header, length);
    ck_assert_uint_eq(strspn(file.bytes + 8 + length, " "), padded - length);
    ck_assert_mem_eq(file.bytes + 8 + padded, values, 32);
    nng_release(file.bytes);
    shape_free(model);
    end_directory(1);
}
END_TEST

/* ---- safetensors from outside -------------------------------------------------------------------------------- */

static char built[4096];

/* 8 bytes of length, the header, and this many bytes of 1.0 (F64). */
static size_t build(const char *header, size_t bytes)
{
    static const unsigned char one[8] = {0, 0, 0, 0, 0, 0, 0xf0, 0x3f};
    size_t length = strlen(header);
    memset(built, 0, 8);
    built[0] = (char)(length & 0xff);
    built[1] = (char)(length >> 8);
    memcpy(built + 8, header, length);
    for (size_t i = 0; i < bytes; i++)
        built[8 + length + i] = (char)one[i % 8];
    return 8 + length + bytes;
}

#define W1 "\"W1\":{\"dtype\":\"F64\",\"shape\":[2,3],\"data_offsets\":[0,48]}"
#define B1 "\"b1\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[48,64]}"

START_TEST(safetensors_of_others)
{
    struct nng_model *model = SHAPE(NNG_OUT_IN, 3, 2);
    double values[8];
    bool single = true;
    ck_assert_int_eq(parse_n(model, built, build("{" B1 "," W1 "}   ", 64), false, values, &single), NNG_OK);
    ck_assert(!single);
    for (size_t i = 0; i < 8; i++)
        ck_assert_double_eq(values[i], 1);
    static const char *const shapes[] = {"[2]", "[1,2]", "[2,1]"};
    for (size_t i = 0; i < 3; i++) {
        char header[400];
        snprintf(header, sizeof header,
                 "{\"__metadata__\":{\"notation\":\"out_in\",\"by\":\"me\"}," W1
                 ",\"b1\":{\"dtype\":\"F32\",\"shape\":%s,\"data_offsets\":[48,56]}}",
                 shapes[i]);
        size_t length = build(header, 48);
        static const unsigned char floats[8] = {0, 0, 0x20, 0xc1, 0xcd, 0xcc, 0xcc, 0x3d}; /* -10, 0.1f */
        memcpy(built + length, floats, 8);
        ck_assert_int_eq(parse_n(model, built, length + 8, false, values, &single), NNG_OK);
        ck_assert(single);
        ck_assert_double_eq(values[6], -10);
        ck_assert_double_eq(values[7], 0x1.99999ap-4);
    }
    shape_free(model);
}
END_TEST

START_TEST(bad_safetensors)
{
    static const struct {
        const char *header;
        size_t bytes;
        const char *text;
    } cases[] = {
        {"{" W1 "}", 48, "no tensor 'b1'"},
        {"{" W1 "," B1 ",\"W9\":{\"dtype\":\"F64\",\"shape\":[0],\"data_offsets\":[64,64]}}", 64,
         "unknown tensor 'W9': the network has W1 ... W1 and b1 ... b1 (did you mean 'W1'?)"},
        {"{" W1 "," B1 ",\"layer.weight\":{\"dtype\":\"F64\",\"shape\":[0],\"data_offsets\":[64,64]}}", 64,
         "unknown tensor 'layer.weight': the network has W1 ... W1 and b1 ... b1"},
        {"{\"W1\":{\"dtype\":\"F64\",\"shape\":[3,2],\"data_offsets\":[0,48]}," B1 "}", 64,
         "W1 is 3 x 2, but notation 'out_in' makes it 2 x 3 (neurons x inputs): it is transposed"},
        {"{\"W1\":{\"dtype\":\"F64\",\"shape\":[6],\"data_offsets\":[0,48]}," B1 "}", 64,
         "W1 is 6, but notation 'out_in' makes it 2 x 3 (neurons x inputs)"},
        {"{\"W1\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[0,8]}}", 8,
         "W1 is a single number, but notation 'out_in' makes it 2 x 3 (neurons x inputs)"},
        {"{" W1 ",\"b1\":{\"dtype\":\"F64\",\"shape\":[2,1,1],\"data_offsets\":[48,64]}}", 64,
         "b1 is 2 x 1 x 1, but has 2 neurons"},
        {"{" W1 "," B1 "}", 63, "tensor 'b1': its data_offsets are outside of the file: is it cut off?"},
        {"{" W1 "," B1 "}", 65, "1 bytes behind the last tensor"},
        {"{" W1 "," B1 "}", 0, "tensor 'W1': its data_offsets are outside of the file: is it cut off?"},
        {"{" W1 ",\"b1\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[40,56]}}", 56,
         "tensor 'b1': its bytes overlap those of another"},
        {"{" W1 ",\"b1\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]}}", 48,
         "tensor 'W1': its bytes overlap those of another"},
        {"{" W1 ",\"b1\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[56,72]}}", 72,
         "tensor 'b1': a gap before its bytes"},
        {"{" W1 ",\"b1\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[48,63]}}", 64,
         "tensor 'b1': its data_offsets do not fit its shape"},
        {"{" W1 ",\"b1\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[64,48]}}", 64,
         "tensor 'b1': its data_offsets are outside of the file: is it cut off?"},
        {"{" W1 ",\"b1\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[-8,8]}}", 64,
         "tensor 'b1': its data_offsets are outside of the file: is it cut off?"},
        {"{" W1 ",\"b1\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[9223372036854775807,9223372036854775807]}}",
         64, "tensor 'b1': its data_offsets are outside of the file: is it cut off?"},
        {"{" W1 ",\"b1\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[48]}}", 64,
         "tensor 'b1': 'data_offsets' are not two whole numbers"},
        {"{" W1 ",\"b1\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[48.0,64]}}", 64,
         "tensor 'b1': 'data_offsets' are not two whole numbers"},
        {"{" W1 ",\"b1\":{\"dtype\":\"F64\",\"data_offsets\":[48,64]}}", 64, "tensor 'b1': 'shape' is not a list"},
        {"{" W1 ",\"b1\":{\"dtype\":\"F64\",\"shape\":[-2],\"data_offsets\":[48,64]}}", 64,
         "tensor 'b1': a dimension that is not a whole number"},
        {"{" W1 ",\"b1\":{\"dtype\":\"F64\",\"shape\":[\"2\"],\"data_offsets\":[48,64]}}", 64,
         "tensor 'b1': a dimension that is not a whole number"},
        {"{" W1 ",\"b1\":{\"dtype\":\"F64\",\"shape\":[4294967296,4294967296],\"data_offsets\":[48,64]}}", 64,
         "tensor 'b1': its shape is too large"},
        {"{" W1 ",\"b1\":{\"dtype\":\"F64\",\"shape\":[1,1,1,1,1,1,1,1,2],\"data_offsets\":[48,64]}}", 64,
         "tensor 'b1': more than 8 dimensions"},
        {"{" W1 ",\"b1\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[48,52]}}", 52,
         "tensor 'b1': dtype 'F16' is neither F64 nor F32"},
        {"{" W1 ",\"b1\":{\"shape\":[2],\"data_offsets\":[48,64]}}", 64, "tensor 'b1': no 'dtype'"},
        {"{" W1 ",\"b1\":[48,64]}", 64, "tensor 'b1': no 'dtype'"},
        {"{\"__metadata__\":{\"notation\":\"in_out\"}," W1 "," B1 "}", 64,
         "the file is in notation 'in_out', but the model in 'out_in'"},
        {"{\"__metadata__\":{\"notation\":1}," W1 "," B1 "}", 64, "'__metadata__' has a value that is no text"},
        {"{\"__metadata__\":7," W1 "," B1 "}", 64, "'__metadata__' is not an object"},
    };
    struct nng_model *model = SHAPE(NNG_OUT_IN, 3, 2);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        refuses_n(model, built, build(cases[i].header, cases[i].bytes), 0, 0, cases[i].text);
    refuses_n(model, built, build("{" W1 "," W1 "," B1 "}", 64), 1, 62, "not JSON: duplicate object key near '\"W1\"'");
    refuses_n(model, built, build("{" W1 "," B1, 64), 1, 113, "not JSON: '}' expected near end of file");
    refuses_n(model, "\xff\xff\xff\xff\xff\xff\xff\xff{}", 10, 0, 0,
              "its header is to have 18446744073709551615 bytes, but the file ends after 2");
    refuses_n(model, "\x03\0\0\0\0\0\0\0{}", 10, 0, 0, "its header is to have 3 bytes, but the file ends after 2");
    refuses_n(model, "\x02\0\0\0\0\0", 6, 0, 0, "a safetensors file of 6 bytes: it is cut off");
    refuses_n(model, "\x02\0\0\0\0\0\0\0[]", 10, 0, 0, "an object { \"name\": ... } is due");
    refuses_n(model, "\x02\0\0\0\0\0\0\0\xff\xff", 10, 0, 0, "not JSON: byte 0 is not UTF-8 text");
    size_t length = build("{" W1 "," B1 "}", 64);
    built[length - 1] = 0x7f; /* 0x7ff0000000000000: infinity */
    built[length - 2] = (char)0xf0;
    refuses_n(model, built, length, 0, 0, "b_12 is not finite");
    double values[8];
    ck_assert_int_eq(parse_n(model, built, length, true, values, NULL), NNG_OK);
    ck_assert_double_eq(values[7], INFINITY);
    shape_free(model);
}
END_TEST

/* A header of 2 MiB; one that names the same megabyte thousands of times. */
START_TEST(large_headers)
{
    struct nng_model *model = SHAPE(NNG_OUT_IN, 3, 2);
    size_t size = (size_t)2 << 20;
    char *file = calloc(8 + size, 1);
    memset(file + 8, ' ', size);
    file[2] = 0x20;
    file[8] = '{';
    refuses_n(model, file, 8 + size, 0, 0, "its header has 2097152 bytes: at most 1048576 are read");
    size_t length = 0;
    char *p = file + 8;
    for (int k = 0; k < 10000; k++)
        length +=
            (size_t)sprintf(p + length, "%c\"t%d\":{\"dtype\":\"F64\",\"shape\":[131072],\"data_offsets\":[0,1048576]}",
                            k == 0 ? '{' : ',', k);
    p[length++] = '}';
    file[0] = (char)(length & 0xff);
    file[1] = (char)(length >> 8 & 0xff);
    file[2] = (char)(length >> 16);
    ck_assert_uint_lt(length, 1 << 20);
    file = realloc(file, 8 + length + (1 << 20));
    memset(file + 8 + length, 0, 1 << 20);
    refuses_n(model, file, 8 + length + (1 << 20), 0, 0, "tensor 't1': its bytes overlap those of another");
    free(file);
    shape_free(model);
}
END_TEST

/* ---- JSON ---------------------------------------------------------------------------------------------------- */

START_TEST(json_of_others)
{
    static const char *const texts[] = {
        "{\"W1\": [[1, 2, 3], [4, 5.5, -6e-1]], \"b1\": [7, 8]}",
        "\xef\xbb\xbf\r\n {\"b1\": [[7, 8]],\r\n \"W1\": [[1, 2, 3], [4, 5.5, -6e-1]], \"delta1\": [[1], [2]]}\r\n",
        "{\"b1\": [[7], [8]], \"delta1\": [0.1, 0.2], \"W1\": [[1, 2, 3], [4, 5.5, -0.6]]}",
    };
    static const double due[] = {1, 2, 3, 4, 5.5, -0.6, 7, 8};
    struct nng_model *model = SHAPE(NNG_OUT_IN, 3, 2), *in_out = SHAPE(NNG_IN_OUT, 3, 2);
    for (size_t i = 0; i < 3; i++) {
        double values[8] = {0};
        ck_assert_msg(parse(model, texts[i], false, values) == NNG_OK, "%s", error.text);
        ck_assert_mem_eq(values, due, sizeof due);
    }
    double values[8] = {0};
    ck_assert_int_eq(parse(in_out, "{\"W1\": [[1, 4], [2, 5.5], [3, -0.6]], \"b1\": [7, 8]}", false, values), NNG_OK);
    ck_assert_mem_eq(values, due, sizeof due);
    shape_free(model);
    shape_free(in_out);
}
END_TEST

/* What a gradient may hold: every way that programs write what JSON cannot say. */
START_TEST(json_that_is_not_finite)
{
    struct nng_model *model = SHAPE(NNG_OUT_IN, 3, 2);
    static const char text[] =
        "{\"W1\": [[NaN, Infinity, -Infinity], [null, \"nan\", \"-inf\"]], \"b1\": [1, \"Infinity\"]}";
    double values[8];
    ck_assert_msg(parse(model, text, true, values) == NNG_OK, "%s", error.text);
    ck_assert(isnan(values[0]) && values[1] > 1e308 && values[2] < -1e308 && isnan(values[3]) && isnan(values[4]) &&
              values[5] < -1e308 && values[7] > 1e308);
    refuses(model, text, 0, 0, "w_111 is not finite");
    refuses(model, "{\"W1\": [[1, 2, 3], [4, 5, null]], \"b1\": [7, 8]}", 0, 0, "w_123 is not finite");
    refuses(model, "{\"W1\": [[1, 2, 3], [4, 5, \"6\"]], \"b1\": [7, 8]}", 0, 0, "w_123 is not a number");
    refuses(model, "{\"W1\": [[1, 2, 3], [4, 5, true]], \"b1\": [7, 8]}", 0, 0, "w_123 is not a number");
    refuses(model, "{\"W1\": [[1, 2, 3], [4, 5, [6]]], \"b1\": [7, 8]}", 0, 0, "w_123 is not a number");
    refuses(model, "{\"NaN\\\"NaN\": [1]}", 0, 0,
            "unknown tensor 'NaN\"NaN': the network has W1 ... W1 and b1 ... b1"); /* in a string it is a text */
    ck_assert_int_eq(parse(model, "{\"W1\": [[1, 2, 1e999], [4, 5, 6]], \"b1\": [7, 8]}", true, values), NNG_INPUT);
    ck_assert_str_eq(error.text, "not JSON: real number overflow near '1e999'");
    shape_free(model);
}
END_TEST

START_TEST(bad_json)
{
    struct nng_model *model = SHAPE(NNG_OUT_IN, 3, 2), *in_out = SHAPE(NNG_IN_OUT, 3, 2);
    static const char W[] = "\"W1\": [[1, 2, 3], [4, 5, 6]]";
    char text[300];
#define WITH(rest) (snprintf(text, sizeof text, "{%s, " rest "}", W), text)
    refuses(model, WITH("\"b1\": [7]"), 0, 0, "b1 is a list of 1, but has 2 neurons");
    refuses(model, WITH("\"b1\": [[7, 8], [9, 0]]"), 0, 0, "b1 is 2 x 2, but has 2 neurons");
    refuses(model, WITH("\"b1\": 7"), 0, 0, "b1 is not a list of numbers");
    refuses(model, WITH("\"b1\": [[7], 8]"), 0, 0, "b1 is not a list of numbers");
    refuses(model, WITH("\"b1\": [[], []]"), 0, 0, "b_11 is not a number");
    refuses(model, WITH("\"b1\": []"), 0, 0, "b1 is a list of 0, but has 2 neurons");
    refuses(model, WITH("\"b2\": [7, 8]"), 0, 0,
            "unknown tensor 'b2': the network has W1 ... W1 and b1 ... b1 (did you mean 'b1'?)");
    refuses(model, WITH("\"b1\": [7, 8], \"delta2\": [1]"), 0, 0,
            "unknown tensor 'delta2': the network has W1 ... W1 and b1 ... b1");
    refuses(model, WITH("\"b1\": [7, 8], \"delta1\": 1"), 0, 0, "delta1 is not a list of rows of equal length");
    refuses(model, WITH("\"b1\": [7, 8], \"b1\": [7, 8]"), 1, 49, "not JSON: duplicate object key near '\"b1\"'");
    refuses(model, "{\"b1\": [7, 8]}", 0, 0, "no tensor 'W1'");
    refuses(model, "{\"b1\": [7, 8],\n \"W1\": [[1, 2, 3], [4, 5]]}", 0, 0, "W1 is not a list of rows of equal length");
    refuses(model, "{\"W1\": [[1, 2], [3, 4], [5, 6]], \"b1\": [7, 8]}", 0, 0,
            "W1 is 3 x 2, but notation 'out_in' makes it 2 x 3 (neurons x inputs): it is transposed");
    refuses(in_out, WITH("\"b1\": [7, 8]"), 0, 0,
            "W1 is 2 x 3, but notation 'in_out' makes it 3 x 2 (inputs x neurons): it is transposed");
    refuses(model, "{\"W1\": [1, 2, 3, 4, 5, 6]}", 0, 0,
            "W1 is a list of 6, but notation 'out_in' makes it 2 x 3 (neurons x inputs)");
    refuses(model, "{\n \"W1\": [[1,\n 2;", 3, 3, "not JSON: ']' expected near ';'");
    ck_assert_str_eq(error.source, " 2;");
    refuses(model, "[1, 2]", 0, 0, "an object { \"name\": ... } is due");
    refuses(model, "{} x", 1, 4, "not JSON: end of file expected near 'x'");
    refuses(model, "{\"W1\": [[0x10]]}", 1, 11, "not JSON: ']' expected near 'x'");
    refuses(model, "{\"\xff\": 1}", 0, 0, "not JSON: byte 2 is not UTF-8 text");
    size_t depth = 100000;
    char *deep = malloc(depth + 8);
    memset(deep, '[', depth + 8);
    memcpy(deep, "{\"W1\": ", 7);
    refuses_n(model, deep, depth + 8, 1, 2055, "not JSON: maximum parsing depth reached near '['");
    free(deep);
    shape_free(model);
    shape_free(in_out);
}
END_TEST

/* ---- CSV ----------------------------------------------------------------------------------------------------- */

START_TEST(csv_of_others)
{
    struct nng_model *model = SHAPE(NNG_OUT_IN, 3, 2);
    static const char text[] = "name,gradient\r\nb_12,8\r\n\"w_1,1,1\",1\r\nW1[1 3],3\r\n";
    double values[8];
    static const double due[] = {1, 2, 3, 4, 5.5, -0.6, 7, 8};
    static const char good[] =
        "name,value\nb_12,8\n\"w_1,1,1\",1\n\"W1[1,3]\", 3\nw112,2\nw_121,4\nw_123,-.6\nw_122,5.5\nb1[1],7e0";
    ck_assert_msg(parse(model, good, false, values) == NNG_OK, "%s", error.text);
    ck_assert_mem_eq(values, due, sizeof due);
    refuses(model, text, 4, 1,
            "unknown parameter 'W1[1 3]' (did you mean 'w_113'?): names are as w_111, w_1,10,2, W1[1,1], b_11, b1[1]");
    ck_assert_str_eq(error.source, "W1[1 3],3");
    shape_free(model);
}
END_TEST

START_TEST(bad_csv)
{
    struct nng_model *model = SHAPE(NNG_OUT_IN, 1, 1), *larger = SHAPE(NNG_OUT_IN, 3, 2);
    double values[8];
    static const char no_header[] =
        "neither safetensors nor JSON, and its first row is not 'name,gradient' or 'name,value'";
    refuses(model, "w_111,1\nb_11,2\n", 1, 0, no_header);
    refuses(model, "name,gradient,extra\n", 1, 0, no_header);
    refuses(model, "  \n", 1, 0, no_header);
    refuses(model, "", 0, 0, "the file is empty");
    refuses(model, "name,value\nw_111,1\n", 0, 0, "no row for b_11");
    refuses(larger, "name,value\nw_111,1\nw_112,2\n", 0, 0, "no row for w_113, nor for 5 others");
    refuses(larger, "name,value\nw_111,1\nw_112,2\nw_113,1\nw_121,1\nw_122,1\nw_123,1\n", 0, 0,
            "no row for b_11, nor for 1 other");
    refuses(model, "name,value\nw_111,1\nb_11,2\nw111,1\n", 4, 1, "a second value for 'w111'");
    refuses(model, "name,value\nw_211,1\n", 2, 1,
            "no parameter 'w_211': the network has 1 layer (did you mean 'w_111'?)");
    refuses(model, "name,value\nw_111,x\n", 2, 7, "'x' is not a number");
    refuses(model, "name,value\nw_111,nan\n", 2, 7, "'nan' is not a finite number");
    refuses(model, "name,value\nw_111,\n", 2, 7, "an empty field where a number is due");
    refuses(model, "name,value\nw_111,1,2\n", 2, 0, "a row of 3 fields, but the first row has 2");
    refuses(model, "name,value\nw_1,1,1,2\n", 2, 0, "a row of 4 fields, but the first row has 2");
    refuses(model, "PK\x03\x04zip-archive", 1, 0, no_header);
    ck_assert_int_eq(parse(model, "name,gradient\nw_111,nan\nb_11,-inf\n", true, values), NNG_OK);
    ck_assert(isnan(values[0]) && values[1] < -1e308);
    ck_assert_int_eq(parse(model, "name,gradient\nw_111,1e999\nb_11,-inf\n", true, values), NNG_INPUT);
    shape_free(model);
    shape_free(larger);
}
END_TEST

/* ---- writing ------------------------------------------------------------------------------------------------- */

START_TEST(writing)
{
    struct stat about;
    struct nng_file file;
    char path[200];
    strcpy(path, in_directory("a"));
    ck_assert_int_eq(nng_file_write(path, "one", 3, &error), NNG_OK);
    ck_assert_int_eq(chmod(path, 0640), 0);
    ck_assert_int_eq(nng_file_write(path, "two", 3, &error), NNG_OK);
    ck_assert_int_eq(nng_file_read(path, 100, &file, &error), NNG_OK);
    ck_assert_str_eq(file.bytes, "two");
    nng_release(file.bytes);
    ck_assert_int_eq(stat(path, &about), 0);
    ck_assert_uint_eq(about.st_mode & 0777, 0640); /* the mode stays */

    /* a link is followed, not replaced */
    ck_assert_int_eq(symlink(path, in_directory("link")), 0);
    ck_assert_int_eq(nng_file_write(in_directory("link"), "three", 5, &error), NNG_OK);
    ck_assert_int_eq(lstat(in_directory("link"), &about), 0);
    ck_assert(S_ISLNK(about.st_mode));
    ck_assert_int_eq(nng_file_read(path, 100, &file, &error), NNG_OK);
    ck_assert_str_eq(file.bytes, "three");
    nng_release(file.bytes);

    /* a device is written to, not replaced; what cannot be written says so and leaves nothing */
    ck_assert_int_eq(nng_file_write("/dev/null", "x", 1, &error), NNG_OK);
    ck_assert_int_eq(stat("/dev/null", &about), 0);
    ck_assert(S_ISCHR(about.st_mode));
    ck_assert_int_eq(nng_file_write("/dev/full", "x", 1, &error), NNG_ENVIRONMENT);
    ck_assert_str_eq(error.text, "cannot write: No space left on device");
    ck_assert_str_eq(error.file, "/dev/full");
    ck_assert_int_eq(nng_file_write(in_directory("no/such"), "x", 1, &error), NNG_ENVIRONMENT);
    ck_assert_str_eq(error.text, "cannot write: no such directory");
    ck_assert_int_eq(nng_file_write(directory, "x", 1, &error), NNG_ENVIRONMENT);
    ck_assert_str_eq(error.text, "cannot write: Is a directory");
    char name[300];
    memset(name, 'n', sizeof name);
    name[sizeof name - 1] = '\0';
    ck_assert_int_eq(nng_file_write(name, "x", 1, &error), NNG_ENVIRONMENT);
    ck_assert_str_eq(error.text, "cannot write: File name too long");

    /* a disk that is full half way: the old file stays, and nothing beside it */
    struct rlimit limit = {2, RLIM_INFINITY}, before;
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit.rlim_max = before.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    enum nng_status status = nng_file_write(path, "four", 4, &error);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    ck_assert_int_eq(status, NNG_ENVIRONMENT);
    ck_assert_str_eq(error.text, "cannot write: File too large");
    ck_assert_int_eq(nng_file_read(path, 100, &file, &error), NNG_OK);
    ck_assert_str_eq(file.bytes, "three");
    nng_release(file.bytes);

    struct nng_model *model = SHAPE(NNG_OUT_IN, 1, 1);
    ck_assert_int_eq(nng_values_write(model, "values.txt", model->theta, "gradient", &error), NNG_INPUT);
    ck_assert_str_eq(error.text, "'values.txt' must end in .safetensors, .json or .csv: that is its format");
    ck_assert_int_eq(nng_values_read(model, in_directory("none.json"), false, model->theta, NULL, &error), NNG_INPUT);
    ck_assert_str_eq(error.text, "cannot read: no such file");
    shape_free(model);
    end_directory(2);
}
END_TEST

/* ---- memory -------------------------------------------------------------------------------------------------- */

static int left;

static int deny(void *context)
{
    (void)context;
    return left-- > 0;
}

static void *json_allocate(size_t size)
{
    return left-- > 0 ? malloc(size) : NULL;
}

/* Writes and reads with allocations that fail from the n-th on, for every n; returns how often that was noticed. */
static int fail_allocations(const struct nng_model *model, const char *name, bool ours)
{
    double values[8];
    int failures = 0;
    enum nng_status status = NNG_MEMORY;
    for (int n = 0; status != NNG_OK; n++, failures++) {
        const char *path = in_directory(name);
        left = n;
        if (ours)
            nng_set_allocation_test(deny, NULL);
        else
            json_set_alloc_funcs(json_allocate, free);
        status = nng_values_write(model, path, model->theta, "gradient", &error);
        if (status == NNG_OK)
            status = nng_values_read(model, path, false, values, NULL, &error);
        json_set_alloc_funcs(malloc, free);
        nng_set_allocation_test(NULL, NULL);
        /* jansson without memory for a word says that it is wrong */
        ck_assert_msg(status == NNG_OK || status == NNG_MEMORY || (!ours && status == NNG_INPUT), "%s", error.text);
    }
    return failures - 1;
}

START_TEST(allocation_fails)
{
    struct nng_model *model = SHAPE(NNG_OUT_IN, 3, 2);
    ck_assert_int_ge(fail_allocations(model, "v.safetensors", true), 12);
    ck_assert_int_ge(fail_allocations(model, "v.json", true), 6);
    ck_assert_int_ge(fail_allocations(model, "v.csv", true), 6);
    ck_assert_int_ge(fail_allocations(model, "v.safetensors", false), 20);
    ck_assert_int_ge(fail_allocations(model, "v.json", false), 20);
    shape_free(model);
    end_directory(3);
}
END_TEST

RUN_SUITE("values", round_trips, what_is_written, safetensors_bytes, safetensors_of_others, bad_safetensors,
          large_headers, json_of_others, json_that_is_not_finite, bad_json, csv_of_others, bad_csv, writing,
          allocation_fails)
