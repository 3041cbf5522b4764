/* test_book_source.c - functions found in C by their names. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "source.h"

/* The definition of that name as it is cut out; "" if there is none. */
static const char *cut(const char *text, const char *name)
{
    static char found[1024];
    struct scan scan = {.text = text, .length = strlen(text)};
    struct definition definition;
    found[0] = '\0';
    while (source_next(&scan, &definition))
        if (definition.name_length == strlen(name) && strncmp(definition.name, name, definition.name_length) == 0)
            snprintf(found, sizeof found, "%.*s", (int)(definition.end - definition.begin), text + definition.begin);
    return found;
}

START_TEST(definitions)
{
    static const char text[] = "/* file.c - what it is. */\n"
                               "#include <stdio.h>\n"
                               "#define BRACE { /* not closed */ \\\n"
                               "    {\n"
                               "\n"
                               "/* A forward declaration. */\n"
                               "static int f(int x);\n"
                               "struct s {\n"
                               "    int (*call)(int x);\n"
                               "} one = {0}, two;\n"
                               "static const char *const words[] = {\"f(\", \"{\"};\n"
                               "\n"
                               "/* Not right above. */\n"
                               "\n"
                               "// Right above,\n"
                               "// in two lines.\n"
                               "static int f(int x)\n"
                               "{\n"
                               "    char brace = '}', quote = '\"', escaped = '\\'';\n"
                               "    if (x) { /* } */ return g(x); } // }\n"
                               "    return \"}\\\"}\"[0];\n"
                               "}\n"
                               "NNG_MUST_USE enum status h(void (*g)(int), int y)\n"
                               "{\n"
                               "#ifdef X {\n"
                               "    return f(y);\n"
                               "#endif\n"
                               "}\n"
                               "/* A struct, returned. */\n"
                               "struct s make(void) { return (struct s){0}; }\n"
                               "__attribute__((noinline)) int last(void) {}";
    ck_assert_str_eq(cut(text, "f"), "// Right above,\n// in two lines.\nstatic int f(int x)\n{\n"
                                     "    char brace = '}', quote = '\"', escaped = '\\'';\n"
                                     "    if (x) { /* } */ return g(x); } // }\n    return \"}\\\"}\"[0];\n}");
    ck_assert_str_eq(cut(text, "h"),
                     "NNG_MUST_USE enum status h(void (*g)(int), int y)\n{\n#ifdef X {\n    return f(y);\n"
                     "#endif\n}");
    ck_assert_str_eq(cut(text, "make"), "/* A struct, returned. */\nstruct s make(void) { return (struct s){0}; }");
    ck_assert_str_eq(cut(text, "last"), "__attribute__((noinline)) int last(void) {}");
    ck_assert_str_eq(cut(text, "g"), "");
    ck_assert_str_eq(cut(text, "call"), "");
    ck_assert_str_eq(cut(text, "words"), "");
}
END_TEST

/* Whatever is cut off where: no byte beyond the end is looked at (ask AddressSanitizer), and it ends. */
START_TEST(cut_short)
{
    static const char text[] = "/* c */ int f(int x) { return '\\'' + \"\\\"\"[0]; } // e\n#define X \\\n y\nint g() {";
    for (size_t length = 0; length < sizeof text; length++) {
        char *copy = malloc(length + 1);
        memcpy(copy, text, length);
        struct scan scan = {.text = copy, .length = length};
        struct definition definition;
        size_t count = 0;
        while (source_next(&scan, &definition)) {
            ck_assert_uint_le(definition.end, length);
            count++;
        }
        ck_assert_uint_le(count, 2);
        free(copy);
    }
}
END_TEST

/* Every function of a real file is seen. */
START_TEST(real_file)
{
    struct nng_file file;
    struct definition definition;
    size_t count = 0;
    ck_assert_int_eq(nng_file_read(SOURCE_DIR "/core/base/text.c", 1 << 20, &file, NULL), NNG_OK);
    struct scan scan = {.text = file.bytes, .length = file.length};
    while (source_next(&scan, &definition)) {
        ck_assert(file.bytes[definition.end - 1] == '}');
        ck_assert(file.bytes[definition.end - 2] == '\n');
        count++;
    }
    size_t braces = 0; /* a closing brace at the beginning of a line ends one */
    for (const char *s = file.bytes; (s = strstr(s, "\n}\n")) != NULL; s++)
        braces++;
    ck_assert_uint_eq(count, braces);
    ck_assert_uint_gt(count, 10);
    nng_release(file.bytes);
}
END_TEST

RUN_SUITE("book_source", definitions, cut_short, real_file)
