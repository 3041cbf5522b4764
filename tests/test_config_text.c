/* test_config_text.c - the text of model.cfg: spellings, syntax, includes, limits, hostile files. */
#include "config_support.h"

#include <sys/stat.h>

/* ---- text ---------------------------------------------------------------------------------------------------- */

/* However it is written, it is the same network. */
START_TEST(spellings)
{
    static const char plain[] = "network = { inputs = 2; layers = ({ units = 1; activation = \"sigmoid\";\n"
                                "weights = ((1, -0.5)); biases = (0.25); }); };\n" LOSS DATA;
    static const char *const same[] = {
        "\xef\xbb\xbf"
        "network={inputs=2 layers=({units=1 activation=\"sigmoid\" weights=((1.,-.5)) biases=(25e-2)})}\n" LOSS DATA,
        "network : {\r\n inputs : 2;\r\n layers : [ {\r\n units : 1, activation : \"sigmoid\",\r\n"
        "weights : [[+1, -5E-1]], biases : [0.25]\r\n} ]\r\n}\r\n" LOSS DATA,
        "# comment \" ( [\n// another } \xc5\xb7\n/* one\n more */network = { inputs = 0x2; layers = (/**/{ units = "
        "1L; activation =\n"
        "\"sig\" /* joined */ \"moid\"; weights = ((1LL, -0.5,),); biases = (0.25,) }, ); };\n" LOSS DATA "#",
        "network = { inputs = 2; layers = ({ units = 1; activation = \"s\\x69gmoid\"; # \"\n"
        "weights = ((1, -0.5)); biases = (0.25); }); };\n" LOSS DATA "/* end */",
    };
    struct nng_model *m = read_good(plain);
    expect_values(m->theta, (double[]){1, -0.5, 0.25}, 3);
    for (size_t i = 0; i < LENGTH(same); i++) {
        struct nng_model *other = read_good(same[i]);
        ck_assert_uint_eq(other->parameter_count, 3);
        expect_values(other->theta, m->theta, 3);
        ck_assert_str_eq(other->layers[0].activation.plugin->name, "sigmoid");
        nng_model_free(other);
    }
    nng_model_free(m);
}
END_TEST

START_TEST(syntax)
{
    static const struct bad cases[] = {
        {"network = {\n  inputs = 2\n  layers == ();\n}", "m.cfg:3:11: expected a value, found '='"},
        {"x = (1 2)", "m.cfg:1:8: expected ',' or ')' before '2'"},
        {"x = [1,\n 2\n\n 3]", "m.cfg:4:2: expected ',' or ']' before '3' (is a ',' missing at the end of line 2?)"},
        {"x = ((1),\n(2)\n(3))", "m.cfg:3:1: expected ',' or ')' before '(' (is a ',' missing at the end of line 2?)"},
        {"x = 10 00;", "m.cfg:1:8: expected ';' before '00'"},
        {"x = 1;;", "m.cfg:1:7: expected a setting such as 'units = 4', found ';'"},
        {"x = sigmoid;", "m.cfg:1:5: expected a value, found the bare word 'sigmoid': a text stands in quotes"},
        {"x = (1, NaN);", "m.cfg:1:9: 'NaN': numbers must be finite"},
        {"x = -inf;", "m.cfg:1:5: '-inf' is not a number"},
        {"x = infinity;", "m.cfg:1:5: 'infinity': numbers must be finite"},
        {"x \"y\";", "m.cfg:1:3: expected '=', found '\"y\"'"},
        {"x = ;", "m.cfg:1:5: expected a value, found ';'"},
        {"x = (,);", "m.cfg:1:6: expected a value, found ','"},
        {"x = { = 3 };", "m.cfg:1:7: expected a setting such as 'units = 4', found '='"},
        {"x = { y = };", "m.cfg:1:11: expected a value, found '}'"},
        {"x = { y };", "m.cfg:1:9: expected '=', found '}'"},
        {"true = 1;", "m.cfg:1:1: expected a setting such as 'units = 4', found 'true'"},
        {"x = (1, { y = 2; );", "m.cfg:1:18: ')' found, but the '{' of line 1 is still open"},
        {"x = [1, 2);", "m.cfg:1:10: ')' found, but the '[' of line 1 is still open"},
        {"x = 1; }", "m.cfg:1:8: '}' closes nothing"},
        {"x = 1\n)", "m.cfg:2:1: ')' closes nothing"},
        {"a = 1;\nx = {\n y = (1, 2;\n", "m.cfg:3:11: expected ',' or ')' before ';'"},
        {"a = 1;\nx = {\n y = 1;\n", "m.cfg:2:5: '{' is never closed"},
        {"x =", "m.cfg:1:3: the file ends in the middle of a setting"},
        {"x = 1; y # = 2", "m.cfg:1:8: the file ends in the middle of a setting"},
        {"x = \"abc;\ny = 2", "m.cfg:1:5: '\"' is never closed on its line"},
        {"x = \"abc\\\"", "m.cfg:1:5: '\"' is never closed on its line"},
        {"x = \"abc\\", "m.cfg:1:5: '\"' is never closed on its line"},
        {"x = 1; /* abc", "m.cfg:1:8: '/*' is never closed"},
        {"x = 'abc';", "m.cfg:1:5: a text stands in straight double quotes: \"...\""},
        {"x = \xe2\x80\x9c"
         "abc\xe2\x80\x9d;",
         "m.cfg:1:5: a text stands in straight double quotes: \"...\""},
        {"x = \"\xc5\xb7\"; \xc5\xb7 = 1;", "m.cfg:1:10: unexpected character '\xc5\xb7'"},
        {"x = 1 / 2;", "m.cfg:1:7: unexpected character '/'"},
        {"x = 1\x01;", "m.cfg:1:6: unexpected byte 0x01"},
        {"x = \"\\x00\";", "m.cfg:1:6: '\\x00' is not an ASCII character: write the character itself"},
        {"x = \"a\\xC3\";", "m.cfg:1:7: '\\xC3' is not an ASCII character: write the character itself"},
        {"@import \"x\"", "m.cfg:1:1: expected '@include \"file\"' after '@'"},
        {"@include x", "m.cfg:1:1: expected a file name in quotes after '@include'"},
        {"x = 1.2.3;", "m.cfg:1:5: '1.2.3' is not a number"},
        {"x = .;", "m.cfg:1:5: '.' is not a number"},
        {"x = -;", "m.cfg:1:5: '-' is not a number"},
        {"x = 1e;", "m.cfg:1:5: '1e' is not a number"},
        {"x = 0x;", "m.cfg:1:5: '0x' is not a number"},
        {"x = 5l;", "m.cfg:1:5: '5l' is not a number"},
        {"x = 5LLL;", "m.cfg:1:5: '5LLL' is not a number"},
        {"x = 1_000;", "m.cfg:1:5: '1_000' is not a number"},
        {"x = 3units;", "m.cfg:1:5: '3units' is not a number"},
        {"x = 1e999;", "m.cfg:1:5: the number '1e999' is too large"},
        {"x = 2147483648;", "m.cfg:1:5: the integer '2147483648' does not fit 32 bits: write '2147483648L'"},
        {"x = -2147483649;", "m.cfg:1:5: the integer '-2147483649' does not fit 32 bits: write '-2147483649L'"},
        {"x = 0x80000000;", "m.cfg:1:5: the integer '0x80000000' does not fit 32 bits: write '0x80000000L'"},
        {"x = 9223372036854775808L;", "m.cfg:1:5: the integer '9223372036854775808L' does not fit 64 bits"},
        {"x = 0xffffffffffffffffLL;", "m.cfg:1:5: the integer '0xffffffffffffffffLL' does not fit 64 bits"},
        {"x = 1;\ny = 2;\nx = 3;", "m.cfg:3:1: 'x' is set twice in the same group"},
        {NETWORK LOSS DATA "loss = \"cross_entropy\";", "m.cfg:4:1: 'loss' is set twice in the same group"},
    };
    expect_all_bad(cases, LENGTH(cases));
}
END_TEST

START_TEST(rubbish)
{
    static const struct {
        const char *bytes;
        size_t length;
        const char *expected;
    } cases[] = {
        {"x = 1;\ny\0 = 2;", 14, "m.cfg:2:2: a NUL byte: this is not a text file"},
        {"\0", 1, "m.cfg:1:1: a NUL byte: this is not a text file"},
        {"# caf\xe9\nx = 1;", 13, "m.cfg:1:6: byte 0xe9 is not UTF-8"},
        {"x = \"\xed\xa0\x80\";", 10, "m.cfg:1:6: byte 0xed is not UTF-8"},
        {"\xff\xfe\x78\x00", 4, "m.cfg:1:1: this is UTF-16: save the file as UTF-8"},
        {"\x7f"
         "ELF\x02\x01\x01",
         7, "m.cfg:1:1: unexpected byte 0x7f"},
        {"", 0, "m.cfg:1: 'network' is missing: a model needs network, data and loss"},
        {"\xef\xbb\xbf", 3, "m.cfg:1: 'network' is missing: a model needs network, data and loss"},
        {"/", 1, "m.cfg:1:1: unexpected character '/'"},
    };
    for (size_t i = 0; i < LENGTH(cases); i++) {
        struct nng_model *model = NULL;
        struct nng_error error = {0};
        write_bytes("m.cfg", cases[i].bytes, cases[i].length);
        expect(nng_model_read(host, "m.cfg", NULL, 0, &model, &error), model, &error, cases[i].expected);
    }
}
END_TEST

START_TEST(unreadable)
{
    struct nng_model *model = NULL;
    struct nng_error error = {0};
    expect(nng_model_read(host, "absent.cfg", NULL, 0, &model, &error), model, &error,
           "absent.cfg: cannot read: no such file");
    ck_assert_int_eq(mkdir("folder.cfg", 0777), 0);
    expect(nng_model_read(host, "folder.cfg", NULL, 0, &model, &error), model, &error,
           "folder.cfg: cannot read: it is a directory");
    ck_assert_int_eq(mkfifo("pipe.cfg", 0666), 0);
    expect(nng_model_read(host, "pipe.cfg", NULL, 0, &model, &error), model, &error,
           "pipe.cfg: cannot read: not a regular file");
    write_text("secret.cfg", NETWORK LOSS DATA);
    expect(nng_model_read(host, "secret.cfg/m.cfg", NULL, 0, &model, &error), model, &error,
           "secret.cfg/m.cfg: cannot read: a part of its path is not a directory");
    ck_assert_int_eq(chmod("secret.cfg", 0), 0);
    ck_assert_int_eq(chmod(".", 0777), 0);
    if (geteuid() == 0)
        ck_assert_int_eq(seteuid(65534), 0);
    enum nng_status status = nng_model_read(host, "secret.cfg", NULL, 0, &model, &error);
    if (getuid() == 0)
        ck_assert_int_eq(seteuid(0), 0);
    expect(status, model, &error, "secret.cfg: cannot read: permission denied");
    ck_assert_int_eq(nng_model_read(host, "absent.cfg", NULL, 0, &model, NULL), NNG_INPUT);
}
END_TEST

/* ---- includes ------------------------------------------------------------------------------------------------ */

START_TEST(includes)
{
    ck_assert_int_eq(mkdir("sub", 0777), 0);
    ck_assert_int_eq(mkdir("sub/deep", 0777), 0);
    write_text("sub/rest.cfg", LOSS "@include \"deep/data.cfg\"\n");
    write_text("sub/deep/data.cfg", "data = { file = \"xor.csv\"; targets = (\"y\"); };");
    write_text("sub/deep/xor.csv", "a,b,y\n0,0,0\n0,1,1\n1,0,1\n");
    write_text("sub/layers.cfg", "( { units = 1; activation = \"sigmoid\"; } )");
    struct nng_model *m = read_good("network = { inputs = 2; layers = @include \"sub/layers.cfg\"\n };\n"
                                    "@include \"sub/rest.cfg\"\nname = \"x\"; # @include \"absent.cfg\"\n");
    ck_assert_str_eq(m->name, "x");
    ck_assert_uint_eq(m->data.samples, 3);
    ck_assert_str_eq(m->data.source, "sub/deep/xor.csv");
    nng_model_free(m);

    write_text("sub/deep/data.cfg", "\ndata = {\n  file = \"xor.csv\"; targets = (\"z\"); };");
    expect_bad(NETWORK "@include \"sub/rest.cfg\"",
               "sub/deep/data.cfg:3:32: no column 'z' in 'sub/deep/xor.csv' (there are a, b, y)");
    write_text("sub/deep/data.cfg", "data = {\n inputs = (1 2) };");
    expect_bad(NETWORK "@include \"sub/rest.cfg\"", "sub/deep/data.cfg:2:14: expected ',' or ')' before '2'");
    write_text("sub/deep/data.cfg", "data = {");
    expect_bad(NETWORK "@include \"sub/rest.cfg\"", "sub/deep/data.cfg:1:8: '{' is never closed");
}
END_TEST

START_TEST(bad_includes)
{
    ck_assert_int_eq(mkdir("sub", 0777), 0);
    expect_bad("x = 1;\n  @include \"absent.cfg\"", "m.cfg:2:3: cannot include 'absent.cfg': no such file");
    expect_bad("@include \"sub\"", "m.cfg:1:1: cannot include 'sub': it is a directory");
    expect_bad("@include \"/dev/zero\"", "m.cfg:1:1: cannot include '/dev/zero': not a regular file");
    expect_bad("@include \"m.cfg\"", "m.cfg:1:1: m.cfg includes m.cfg");
    expect_bad("@include \"sub/../m.cfg\"", "m.cfg:1:1: m.cfg includes sub/../m.cfg");
    write_text("sub/b.cfg", "y = 1;\n@include \"../c.cfg\"");
    write_text("c.cfg", "@include \"sub/b.cfg\"");
    expect_bad("@include \"sub/b.cfg\"", "sub/../c.cfg:1:1: sub/b.cfg includes sub/../c.cfg includes sub/../sub/b.cfg");
    write_bytes("c.cfg", "z = \xff;", 7);
    expect_bad("@include \"sub/b.cfg\"", "sub/../c.cfg:1:5: byte 0xff is not UTF-8");
    for (int i = 0; i < 20; i++) {
        char name[16], text[32];
        snprintf(name, sizeof name, "%d.cfg", i);
        snprintf(text, sizeof text, "@include \"%d.cfg\"", i + 1);
        write_text(name, text);
    }
    expect_bad("@include \"0.cfg\"", "14.cfg:1:1: includes are nested deeper than 16 files");
    for (int i = 0; i < 12; i++) { /* each file twice what it includes: 4096 in all */
        char name[16], text[64];
        snprintf(name, sizeof name, "%d.cfg", i);
        snprintf(text, sizeof text, i < 11 ? "@include \"%d.cfg\"\n@include \"%d.cfg\"" : "# %d %d", i + 1, i + 1);
        write_text(name, text);
    }
    expect_bad("@include \"0.cfg\"", "10.cfg:2:1: more than 256 files are included");
}
END_TEST

/* ---- limits -------------------------------------------------------------------------------------------------- */

static char *repeated(const char *text, size_t count, const char *tail)
{
    size_t length = strlen(text);
    char *all = malloc(length * count + strlen(tail) + 1);
    ck_assert_ptr_nonnull(all);
    for (size_t i = 0; i < count * length; i++)
        all[i] = text[i % length];
    snprintf(all + count * length, strlen(tail) + 1, "%s", tail);
    return all;
}

START_TEST(limits)
{
    char *text = repeated("(", 100000, "");
    memcpy(text, "x = ", 4);
    expect_bad(text, "m.cfg:1:69: brackets are nested deeper than 64 levels");
    free(text);
    text = repeated("a={", 100000, "");
    expect_bad(text, "m.cfg:1:195: brackets are nested deeper than 64 levels");
    free(text);
    text = repeated("0,", 3 << 20, ")");
    memcpy(text, "x=(0", 4);
    expect_bad(text, "m.cfg:1:4194306: more than 4194304 words: data belongs in a CSV file, weights in a parameters "
                     "file");
    free(text);
    text = repeated(" ", (64 << 20) + 1, "");
    expect_bad(text, "m.cfg: cannot read: larger than 67108864 bytes");
    free(text);
    text = malloc(1 << 16);
    ck_assert_ptr_nonnull(text);
    size_t length = 0;
    for (int i = 0; i <= 1000; i++)
        length += (size_t)snprintf(text + length, (1 << 16) - length, "a%d=1\n", i);
    expect_bad(text, "m.cfg:1001:1: more than 1000 settings in one group");
    free(text);
}
END_TEST

/* A line number of libconfig's is a token's number here: it must not wrap at 2^16. */
START_TEST(long_files)
{
    char *rows = repeated("(1, 2),\n", 20000, "");
    size_t size = strlen(rows) + 1000;
    char *text = malloc(size);
    ck_assert_ptr_nonnull(text);
    snprintf(text, size, NETWORK LOSS "data = { inputs = (\n%s(1, true)); targets = ((1)); };", rows);
    expect_bad(text, "m.cfg:20004:23: data.targets has 1 row, but data.inputs has 20001");
    snprintf(text, size, NETWORK LOSS "data = { targets = ((1)); inputs = (\n%s(1, 2, 3)); };", rows);
    expect_bad(text, "m.cfg:20004:1: data.inputs: row 20001 has 3 values, but row 1 has 2");
    free(rows);
    free(text);
}
END_TEST

RUN_SUITE_BETWEEN("config_text", set_up, tear_down, spellings, syntax, rubbish, unreadable, includes, bad_includes,
                  limits, long_files)
