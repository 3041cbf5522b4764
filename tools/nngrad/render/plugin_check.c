/* plugin_check.c - what the tests of a plugin found, for people and for programs. */
#include "render/plugin_check.h"

#include <string.h>

#include "render/json.h"
#include "render/next.h"
#include "render/table.h"
#include "render/verdicts.h"
#include "session.h"

static const char *word_of(enum nng_behaviour_verdict verdict)
{
    static const char *const words[] = {[NNG_BEHAVES] = "pass", [NNG_MISBEHAVES] = "fail", [NNG_UNTESTED] = "skip"};
    return words[verdict];
}

static enum ink ink_of(enum nng_behaviour_verdict verdict)
{
    static const enum ink inks[] = {[NNG_BEHAVES] = INK_GOOD, [NNG_MISBEHAVES] = INK_BAD, [NNG_UNTESTED] = INK_DIM};
    return inks[verdict];
}

static size_t count_of(const struct plugin_findings *findings, enum nng_behaviour_verdict verdict)
{
    size_t count = 0;
    for (size_t i = 0; i < findings->count; i++)
        count += findings->list[i].verdict == verdict;
    return count;
}

/* "1 of 17 tests failed, 3 skipped" */
static void add_sentence(const struct plugin_findings *findings, struct nng_text *out)
{
    size_t failed = count_of(findings, NNG_MISBEHAVES), skipped = count_of(findings, NNG_UNTESTED);
    size_t run = findings->count - skipped;
    if (failed > 0)
        nng_text_print(out, "%zu of %zu tests failed", failed, run);
    else
        nng_text_print(out, "all %zu tests passed", run);
    if (skipped > 0)
        nng_text_print(out, ", %zu skipped", skipped);
}

/* ---- text ---------------------------------------------------------------------------------------------------- */

static void add_finding(const struct plugin_finding *finding, const struct style *style, struct nng_text *out)
{
    enum { INDENT = 2, VERDICT = 17, MESSAGE = 23 };
    struct nng_text message = {0};
    plain_space(out, INDENT);
    nng_text_add(out, finding->test);
    plain_space(out, VERDICT - INDENT - strlen(finding->test));
    plain_add(out, style, ink_of(finding->verdict), word_of(finding->verdict));
    plain_space(out, MESSAGE - VERDICT - strlen(word_of(finding->verdict)));
    plain_add_clean(&message, finding->message);
    plain_wrap(out, style, MESSAGE, MESSAGE, plain_part(out, &message));
    nng_text_free(&message);
}

static void add_glosses(const struct plugin_findings *findings, const struct style *style, struct nng_text *out)
{
    if (count_of(findings, NNG_BEHAVES) > 0)
        definition_text(out, style, INK_DIM, "pass", "it did what plugin.h asks for, wherever it was tried");
    if (count_of(findings, NNG_MISBEHAVES) > 0)
        definition_text(out, style, INK_DIM, "fail", "it did not; the first fault that was met is told");
    if (count_of(findings, NNG_UNTESTED) > 0)
        definition_text(out, style, INK_DIM, "skip", "there was nothing to try, or no way to");
}

/* Where the search must begin to find it: "." for NAME.so. */
static void add_plugin_path(const struct plugin_findings *findings, struct nng_text *command)
{
    const char *slash = strrchr(findings->file, '/');
    struct nng_text directory = {0};
    session_add_model(findings->options, NULL, command);
    if (findings->named)
        return;
    if (slash == NULL)
        nng_text_add(&directory, ".");
    else
        nng_text_add_n(&directory, findings->file, slash == findings->file ? 1 : (size_t)(slash - findings->file));
    nng_text_add(command, " --plugin-path");
    session_add_word(command, plain_part(command, &directory));
    nng_text_free(&directory);
}

/* NAME.c beside NAME.so, which stands for the source. */
static void add_source(const struct plugin_findings *findings, struct nng_text *command)
{
    struct nng_text source = {0};
    size_t length = strlen(findings->file);
    if (findings->named || length < 3)
        nng_text_print(&source, "%s.c", findings->name);
    else
        nng_text_print(&source, "%.*s.c", (int)length - 3, findings->file);
    session_add_word(command, plain_part(command, &source));
    nng_text_free(&source);
}

static void add_next(const struct plugin_findings *findings, const struct style *style, struct nng_text *out)
{
    struct nng_text command = {0};
    bool optimizer = findings->kind != NULL && strcmp(findings->kind, "optimizer") == 0;
    bool activation = findings->kind != NULL && strcmp(findings->kind, "activation") == 0;
    nng_text_add(&command, findings->failed ? "nngrad plugin build" : optimizer ? "nngrad train" : "nngrad inspect");
    if (findings->failed) {
        add_source(findings, &command);
    } else {
        add_plugin_path(findings, &command);
        nng_text_print(&command,
                       activation  ? " --set layers.1.activation=%s"
                       : optimizer ? " --optimizer %s"
                                   : " --loss %s",
                       findings->name);
    }
    next_text(out, style, &command,
              findings->failed ? "compile it again, once the source is right"
              : optimizer      ? "train with it"
                               : "use it in a network");
}

void plugin_check_text(const struct plugin_findings *findings, const struct style *style, struct nng_text *out)
{
    struct nng_text line = {0};
    const char *verdict = findings->failed ? "fail" : "pass";
    plain_add(out, style, INK_TITLE, findings->name);
    nng_text_add(out, ": ");
    if (findings->kind != NULL)
        nng_text_print(&line, "%s, ", findings->kind);
    plain_add_clean(&line, findings->file);
    plain_wrap(out, style, strlen(findings->name) + 2, 4, plain_part(out, &line));
    nng_text_free(&line);
    nng_text_add(out, "\n");
    for (size_t i = 0; i < findings->count; i++)
        add_finding(&findings->list[i], style, out);
    nng_text_add(out, "\n");
    plain_add(out, style, INK_TITLE, "Verdict");
    plain_space(out, 4);
    plain_add(out, style, findings->failed ? INK_BAD : INK_GOOD, verdict);
    nng_text_add(out, ": ");
    add_sentence(findings, &line);
    plain_wrap(out, style, strlen("Verdict    : ") + strlen(verdict), 11, plain_part(out, &line));
    nng_text_free(&line);
    if (style->quiet)
        return;
    add_glosses(findings, style, out);
    add_next(findings, style, out);
}

/* ---- Markdown and JSON --------------------------------------------------------------------------------------- */

void plugin_check_markdown(const struct plugin_findings *findings, struct nng_text *out)
{
    static const struct column columns[] = {{"test", ALIGN_LEFT, 0}, {"verdict", ALIGN_LEFT, 0}, {"", ALIGN_LEFT, 1}};
    struct table table = table_new(columns, 3);
    nng_text_print(out, "# %s\n\n", findings->name);
    for (size_t i = 0; i < findings->count; i++) {
        table_add(&table, INK_PLAIN, findings->list[i].test);
        table_add(&table, ink_of(findings->list[i].verdict), word_of(findings->list[i].verdict));
        table_add(&table, INK_PLAIN, findings->list[i].message);
    }
    table_markdown(&table, out);
    table_free(&table);
    nng_text_print(out, "\nVerdict: **%s**, ", findings->failed ? "fail" : "pass");
    add_sentence(findings, out);
    nng_text_add(out, "\n");
}

void plugin_check_json(const struct plugin_findings *findings, struct nng_text *out)
{
    struct json json = {.out = out};
    json_open(&json, NULL, '{', JSON_LINES);
    json_text(&json, "plugin", findings->name);
    json_text(&json, "kind", findings->kind);
    json_text(&json, "file", findings->file);
    json_open(&json, "tests", '[', JSON_LINES);
    for (size_t i = 0; i < findings->count; i++) {
        json_open(&json, NULL, '{', JSON_ONE_LINE);
        json_text(&json, "name", findings->list[i].test);
        json_text(&json, "verdict", word_of(findings->list[i].verdict));
        json_text(&json, "message", findings->list[i].message);
        json_close(&json);
    }
    json_close(&json);
    json_text(&json, "verdict", findings->failed ? "fail" : "pass");
    json_close(&json);
}
