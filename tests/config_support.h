/* config_support.h - model files in a folder of their own, and what is expected of reading them. */
#ifndef NNG_TESTS_CONFIG_SUPPORT_H
#define NNG_TESTS_CONFIG_SUPPORT_H

#include "support.h"

#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "model/config.h"

#define NETWORK "network = { inputs = 2; layers = ({ units = 1; activation = \"sigmoid\"; }); };\n"
#define LOSS "loss = \"squared_error\";\n"
#define DATA "data = { inputs = ((0, 1), (1, 1)); targets = ((0), (1)); };\n"
#define LENGTH(array) (sizeof(array) / sizeof(array)[0])

static struct nng_host *host;

/* Every test reads files by bare names in a fresh folder. */
static inline void set_up(void)
{
    char folder[] = "/tmp/nngrad-config-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    ck_assert_int_eq(nng_host_new(NULL, 0, &host, NULL), NNG_OK);
}

static inline int remove_entry(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    (void)about;
    (void)kind;
    (void)place;
    return remove(path);
}

static inline void tear_down(void)
{
    nng_host_free(host);
    char folder[64];
    ck_assert_ptr_nonnull(getcwd(folder, sizeof folder));
    ck_assert_ptr_eq(strstr(folder, "/tmp/nngrad-config-"), folder);
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void write_bytes(const char *name, const char *bytes, size_t length)
{
    FILE *file = fopen(name, "wb");
    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
    ck_assert_int_eq(fclose(file), 0);
}

static inline void write_text(const char *name, const char *text)
{
    write_bytes(name, text, strlen(text));
}

/* "file:line:column: text", without what is not there. */
static inline const char *shown(const struct nng_error *error, char text[2048])
{
    char place[64] = "";
    if (error->line > 0)
        snprintf(place, sizeof place, ":%d", error->line);
    if (error->column > 0)
        snprintf(place + strlen(place), sizeof place - strlen(place), ":%d", error->column);
    snprintf(text, 2048, "%s%s: %s", error->file, place, error->text);
    return text;
}

static inline struct nng_model *read_good(const char *text)
{
    struct nng_model *model = NULL;
    struct nng_error error = {0};
    char message[2048];
    write_text("m.cfg", text);
    enum nng_status status = nng_model_read(host, "m.cfg", NULL, 0, &model, &error);
    ck_assert_msg(status == NNG_OK, "%s", shown(&error, message));
    return model;
}

static inline void expect(enum nng_status status, const struct nng_model *model, const struct nng_error *error,
                          const char *expected)
{
    char message[2048];
    ck_assert_str_eq(shown(error, message), expected);
    ck_assert_int_eq(status, NNG_INPUT);
    ck_assert_int_eq(error->status, NNG_INPUT);
    ck_assert_ptr_null(model);
}

static inline void expect_bad(const char *text, const char *expected)
{
    struct nng_model *model = NULL;
    struct nng_error error = {0};
    write_text("m.cfg", text);
    expect(nng_model_read(host, "m.cfg", NULL, 0, &model, &error), model, &error, expected);
}

struct bad {
    const char *text, *expected;
};

static inline void expect_all_bad(const struct bad *cases, size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_bad(cases[i].text, cases[i].expected);
}

static inline void expect_values(const double *values, const double *expected, size_t count)
{
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(values[i] == expected[i], "value %zu is %.17g, not %.17g", i, values[i], expected[i]);
}

static const char light_math[] =
    "name = \"light-math-example\";\n"
    "network = {\n"
    "  inputs = 4;\n"
    "  layers = (\n"
    "    { units = 4; activation = \"sigmoid\";\n"
    "      weights = ((0.1, 0.3, 0.8, -0.4), (-0.3, -0.2, 0.5, 0.5),\n"
    "                 (-0.3, 0, 0.5, 0.4), (0.2, 0.5, -0.9, 0.7));\n"
    "      biases  = (0, 0, 0, 0); train_biases = true; },\n"
    "    { units = 2; activation = \"softmax\"; weights = ((0.5, 0.8, 0.2, 0.4), (0.5, 0.2, 0.3, -0.5)); }\n"
    "  );\n"
    "};\n"
    "loss = { plugin = \"squared_error\"; reduction = \"mean\"; };\n"
    "data = { inputs = ((2, 5, 3, 3)); targets = ((1, 0)); };\n"
    "optimizer = { plugin = \"gd\"; learning_rate = 1.0; };\n"
    "train = { epochs = 1000; loss_below = 1e-3; batch = 0; shuffle = true; seed = 1; };\n"
    "check = { tolerance = 1e-6; method = \"ladder\"; };\n";

static const double light_math_theta[30] = {0.1, 0.3, 0.8,  -0.4, -0.3, -0.2, 0.5, 0.5, -0.3, 0,   0.5, 0.4,
                                            0.2, 0.5, -0.9, 0.7,  0.5,  0.8,  0.2, 0.4, 0.5,  0.2, 0.3, -0.5};

#endif
