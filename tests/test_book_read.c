/* test_book_read.c - chapter.md as it is read: blocks, links, headings, words of command lines. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include "anchor.h"
#include "chapter.h"
#include "names.h"

static struct chapter *read_text(const char *text)
{
    struct chapter *chapter = NULL;
    struct nng_error error = {0};
    enum nng_status status = chapter_of_text("chapter.md", text, strlen(text), &chapter, &error);
    ck_assert_msg(status == NNG_OK, "%d: %s", error.line, error.text);
    return chapter;
}

/* It must be refused, in that line and for that reason. */
static void refuse(const char *text, size_t length, int line, const char *reason)
{
    struct chapter *chapter = NULL;
    struct nng_error error = {0};
    ck_assert_int_eq(chapter_of_text("chapter.md", text, length, &chapter, &error), NNG_INPUT);
    ck_assert_ptr_null(chapter);
    ck_assert_msg(strstr(error.text, reason) != NULL, "'%s' is not in '%s'", reason, error.text);
    ck_assert_int_eq(error.line, line);
    ck_assert_str_eq(error.file, "chapter.md");
}

#define HEAD "# The *title*\n\n> One\n> question?\n\n"

START_TEST(title_and_question)
{
    struct chapter *chapter = read_text(HEAD);
    ck_assert_str_eq(chapter->title, "The *title*");
    ck_assert_str_eq(chapter->question, "One question?");
    ck_assert_uint_eq(chapter->block_count, 0);
    chapter_free(chapter);
    chapter = read_text("\xef\xbb\xbf# A\r\n\r> Q\r"); /* BOM, CR LF, CR */
    ck_assert_str_eq(chapter->title, "A");
    ck_assert_str_eq(chapter->question, "Q");
    chapter_free(chapter);
}
END_TEST

START_TEST(blocks)
{
    struct chapter *chapter =
        read_text(HEAD "Text.\n\n```nngrad name=a status=1 caption=\"two words\"\nnngrad inspect\n"
                       "  nngrad check  x.cfg \n```\n\n````solution\nInside.\n\n~~~ deriv\nclaim 1 = 1\n"
                       "~~~\n````\n\n```\nplain\n```\n\n```text\nplain\n```\n\n    indented\n");
    ck_assert_uint_eq(chapter->block_count, 3);
    const struct block *commands = chapter->blocks[0], *solution = chapter->blocks[1], *deriv = chapter->blocks[2];
    ck_assert_int_eq(commands->kind, BLOCK_NNGRAD);
    ck_assert_int_eq(commands->line, 8);
    ck_assert_int_eq(commands->status, 1);
    ck_assert_str_eq(commands->values[KEY_CAPTION], "two words");
    ck_assert_ptr_null(commands->values[KEY_FROM]);
    ck_assert_uint_eq(commands->step_count, 2);
    ck_assert_int_eq(commands->steps[1].line, 10);
    ck_assert_uint_eq(commands->steps[1].count, 3);
    ck_assert_str_eq(commands->steps[1].words[2], "x.cfg");
    ck_assert_ptr_null(commands->steps[1].words[3]);
    ck_assert(strncmp(chapter->whole->text + commands->begin, "```nngrad", 9) == 0);
    ck_assert(strncmp(chapter->whole->text + commands->end - 5, "\n```\n", 5) == 0);
    ck_assert_int_eq(solution->kind, BLOCK_SOLUTION);
    ck_assert_uint_eq(chapter->whole->block_count, 2);
    ck_assert_ptr_eq(solution->inner->blocks[0], deriv);
    ck_assert_int_eq(deriv->kind, BLOCK_DERIV);
    ck_assert_int_eq(deriv->line, 16);
    ck_assert_str_eq(deriv->body, "claim 1 = 1\n");
    chapter_free(chapter);
}
END_TEST

START_TEST(block_in_list)
{
    struct chapter *chapter = read_text(HEAD "1. One:\n\n   ```nngrad\n   nngrad inspect\n   ```\n2. Two\n");
    ck_assert_uint_eq(chapter->block_count, 1);
    ck_assert_int_eq(chapter->blocks[0]->indent, 3);
    ck_assert_str_eq(chapter->blocks[0]->steps[0].words[1], "inspect");
    ck_assert(strncmp(chapter->whole->text + chapter->blocks[0]->end, "2. Two", 6) == 0);
    chapter_free(chapter);
}
END_TEST

START_TEST(links)
{
    struct chapter *chapter =
        read_text(HEAD "A [*0.1*](claim:a.b) `[2](claim:c)` é ![p](x.svg)\nand **[3%](claim:d)**.\n\n"
                       "```nngrad\nnngrad inspect\n```\n\n| [4](claim:e) | <https://x.y> |\n|---|---|\n");
    static const struct {
        const char *url, *text;
        int line;
        size_t above;
    } wanted[] = {{"claim:a.b", "0.1", 6, 0},
                  {"x.svg", "p", 6, 0},
                  {"claim:d", "3%", 7, 0},
                  {"claim:e", "4", 13, 1},
                  {"https://x.y", "https://x.y", 13, 1}};
    const struct passage *passage = chapter->whole;
    ck_assert_uint_eq(passage->link_count, 5);
    for (size_t i = 0; i < 5; i++) {
        const struct link *link = &passage->links[i];
        ck_assert_str_eq(link->url, wanted[i].url);
        ck_assert_str_eq(link->text, wanted[i].text);
        ck_assert_int_eq(link->line, wanted[i].line);
        ck_assert_uint_eq(link->above, wanted[i].above);
        if (i == 4)
            continue; /* it is left as it stands */
        ck_assert(passage->text[link->begin] == (i == 1 ? '!' : '['));
        ck_assert(passage->text[link->end - 1] == ')');
    }
    chapter_free(chapter);
}
END_TEST

/* As pandoc 2.17 (gfm_auto_identifiers) makes them. */
START_TEST(anchors)
{
    struct chapter *chapter = read_text(HEAD "## Über `x` and $y_1$: what's \"that\"?\n\n## A - b\n\n## The *title*\n\n"
                                             "### ŷ, ∂L/∂w and x² — Σ\n");
    static const char *const wanted[] = {"the-title", "über-x-and-y_1-whats-that", "a---b", "the-title-1",
                                         "ŷ-lw-and-x²--σ"};
    ck_assert_uint_eq(chapter->anchor_count, 5);
    for (size_t i = 0; i < 5; i++)
        ck_assert_str_eq(chapter->anchors[i], wanted[i]);
    chapter_free(chapter);
}
END_TEST

/* The words of a line are those that a shell makes of it. */
START_TEST(words)
{
    static const struct {
        const char *line, *words[4];
    } lines[] = {{"nngrad a 'b c' \"d e\"", {"nngrad", "a", "b c", "d e"}},
                 {"nngrad --set='x=\"y\"' a\\ b", {"nngrad", "--set=x=\"y\"", "a b"}},
                 {"nngrad \"\\\"\\\\\\$\" ''", {"nngrad", "\"\\$", ""}},
                 {"nngrad a\\\n   b", {"nngrad", "a", "b"}},
                 {"nngrad W2[1,2] 'a'\"b\"c", {"nngrad", "W2[1,2]", "abc"}},
                 {"\tnngrad  \t x ", {"nngrad", "x"}}};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char text[256];
        snprintf(text, sizeof text, HEAD "```nngrad\n%s\n```\n", lines[i].line);
        struct chapter *chapter = read_text(text);
        const struct step *step = &chapter->blocks[0]->steps[0];
        size_t count = 0;
        while (count < 4 && lines[i].words[count] != NULL)
            count++;
        ck_assert_uint_eq(step->count, count);
        for (size_t k = 0; k < count; k++)
            ck_assert_str_eq(step->words[k], lines[i].words[k]);
        chapter_free(chapter);
    }
}
END_TEST

START_TEST(names)
{
    ck_assert(name_is_inside("a"));
    ck_assert(name_is_inside("a/b.c"));
    ck_assert(name_is_inside("..a/b..c"));
    static const char *const outside[] = {"", "/a", "a/", "a//b", "..", "../a", "a/../b", "a/..", ".", "./a"};
    for (size_t i = 0; i < sizeof outside / sizeof outside[0]; i++)
        ck_assert_msg(!name_is_inside(outside[i]), "%s", outside[i]);
    static const char *const leads[] = {"/a", "..", "../a", "a/..", "--set=x=/a", "a=../b", "x:..", "a,/b", "\"/a\""};
    for (size_t i = 0; i < sizeof leads / sizeof leads[0]; i++)
        ck_assert_msg(word_leads_out(leads[i]), "%s", leads[i]);
    static const char *const stays[] = {"a/b", "...", "a..b", "x=a/b", "dL/dW1,dL/db1", "1e-3", "-o", ""};
    for (size_t i = 0; i < sizeof stays / sizeof stays[0]; i++)
        ck_assert_msg(!word_leads_out(stays[i]), "%s", stays[i]);
}
END_TEST

START_TEST(hostile)
{
    refuse("", 0, 1, "begins with its title");
    refuse("# A\n\n> \xff\n", 10, 3, "not UTF-8");
    refuse("# A\n\n> Q\0x\n", 11, 3, "NUL byte");
    enum { LONG = 1 << 20 };
    char *line = malloc(LONG + 64), *end = line + sprintf(line, "# T\n\n> Q\n\n[");
    memset(end, '[', LONG);
    struct chapter *chapter = NULL;
    ck_assert_int_eq(chapter_of_text("chapter.md", line, LONG, &chapter, NULL), NNG_OK);
    chapter_free(chapter);
    size_t length = (size_t)(end - line - 1);
    for (size_t i = 0; i <= CHAPTER_LINKS; i++)
        length += (size_t)sprintf(line + length, "[](x) ");
    refuse(line, length, 5, "more than 10000 links");
    length = (size_t)sprintf(line, "# T\n\n> Q\n\n");
    for (size_t i = 0; i <= CHAPTER_BLOCKS; i++)
        length += (size_t)sprintf(line + length, "```excerpt\nf\n```\n");
    refuse(line, length, 5 + 3 * CHAPTER_BLOCKS, "more than 1000 blocks");
    length = (size_t)sprintf(line, "# T\n\n> Q\n\n");
    for (size_t i = 1; i <= CHAPTER_HEADINGS; i++)
        length += (size_t)sprintf(line + length, "## T\n");
    refuse(line, length, 4 + CHAPTER_HEADINGS, "more than 1000 headings");
    free(line);
}
END_TEST

RUN_SUITE("book_read", title_and_question, blocks, block_in_list, links, anchors, words, names, hostile)
