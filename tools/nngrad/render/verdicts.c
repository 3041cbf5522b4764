/* verdicts.c - verdicts in words and marks, and the command that one would want next. */
#include "render/verdicts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "render/next.h"
#include "render/number.h"
#include "session.h"

const char *verdict_mark(enum nng_verdict verdict)
{
    static const char *const marks[] = {[NNG_PASS] = "", [NNG_FAIL] = "✗", [NNG_KINK] = "∠", [NNG_INCONCLUSIVE] = "?"};
    return marks[verdict];
}

enum ink verdict_ink(enum nng_verdict verdict)
{
    static const enum ink inks[] = {
        [NNG_PASS] = INK_GOOD, [NNG_FAIL] = INK_BAD, [NNG_KINK] = INK_ODD, [NNG_INCONCLUSIVE] = INK_ODD};
    return inks[verdict];
}

double settled(const struct nng_entry *entry, double value)
{
    return entry->verdict == NNG_PASS && fabs(value) <= entry->uncertainty ? 0 : value;
}

void heading_text(struct nng_text *out, const struct style *style, const char *title, const char *rest)
{
    enum { COLUMN = 11 };
    size_t width = plain_width(title);
    plain_add(out, style, INK_TITLE, title);
    if (rest[0] == '\0') {
        nng_text_add(out, "\n");
        return;
    }
    size_t column = width + 2 > COLUMN ? width + 2 : COLUMN;
    plain_space(out, column - width);
    plain_wrap(out, style, column, COLUMN, rest);
}

/* ---- words --------------------------------------------------------------------------------------------------- */

void verdict_sentence(const struct inspection *inspection, struct nng_text *out)
{
    const struct nng_report *report = inspection->report;
    size_t total = inspection->model->parameter_count;
    if (report->vacuous && report->verdict == NNG_PASS) {
        nng_text_print(out, "all %zu derivatives are zero, analytic and numeric: nothing was tested", total);
        return;
    }
    nng_text_print(out, "%zu of %zu derivatives agree", report->pass, total);
    if (report->fail > 0)
        nng_text_print(out, ", %zu %s", report->fail, report->fail == 1 ? "does not" : "do not");
    if (report->kink > 0)
        nng_text_print(out, ", %zu at a kink", report->kink);
    if (report->inconclusive > 0)
        nng_text_print(out, ", %zu inconclusive", report->inconclusive);
    double resolution = 0;
    for (size_t k = 0; k < report->tensor_count; k++)
        if (!report->tensors[k].vacuous && report->tensors[k].resolution > resolution)
            resolution = report->tensors[k].resolution;
    char text[NUMBER_SIZE];
    if (report->screened) {
        number_rough(resolution, text);
        nng_text_print(out,
                       "; screened along %zu random directions: an error of %s of the gradient's norm would have been "
                       "missed with a probability of %.0e",
                       report->directions, text, report->miss_probability);
        return;
    }
    if (report->verdict == NNG_PASS && resolution > 0 && isfinite(resolution)) {
        number_rough(resolution, text);
        nng_text_print(out, "; a relative error above %s in any of them would have been caught", text);
    }
}

static size_t vacuous_count(const struct nng_report *report)
{
    size_t count = 0;
    for (size_t k = 0; k < report->tensor_count; k++)
        count += report->tensors[k].vacuous;
    return count;
}

bool shows_matrix(const struct inspection *inspection)
{
    enum { MATRIX_UP_TO = 200 };
    return inspection->full || inspection->model->parameter_count <= MATRIX_UP_TO;
}

bool shows_tensors(const struct inspection *inspection)
{
    return strcmp(inspection->command, "check") == 0 || !shows_matrix(inspection);
}

const char *verdict_gloss(const struct inspection *inspection, size_t k, const char **word)
{
    const struct nng_report *report = inspection->report;
    const struct {
        bool used;
        const char *word, *meaning;
    } glosses[] = {
        {report->pass > 0, "pass", "analytic and numeric are equal within the tolerance, all uncertainty counted"},
        {report->fail > 0, "fail", "they differ by more than the tolerance, whatever the uncertainty"},
        {report->kink > 0, "kink",
         "the loss has a corner or a jump here; the derivative given lies between its two slopes"},
        {report->inconclusive > 0, "inconclusive",
         "the uncertainty hides whether they agree: no claim is made either way"},
        {shows_tensors(inspection), "resolution", "the smallest relative error that would surely have been caught"},
        {vacuous_count(report) > 0, "vacuous", "every entry of the tensor is zero: nothing was tested"},
    };
    for (size_t i = 0; i < sizeof glosses / sizeof glosses[0]; i++)
        if (glosses[i].used && k-- == 0) {
            *word = glosses[i].word;
            return glosses[i].meaning;
        }
    return NULL;
}

void next_command(const struct inspection *inspection, struct nng_text *command, struct nng_text *reason)
{
    const char *parameters = option_text(inspection->options, OPTION_PARAMETERS);
    bool refused = inspection->report->fail + inspection->report->inconclusive > 0;
    const struct option_value *method = &inspection->options->values[OPTION_METHOD];
    bool judged_other = inspection->against != NULL, inspects = judged_other && parameters == NULL;
    nng_text_add(command, inspects ? "nngrad inspect" : "nngrad check");
    session_add_model(inspection->options, inspection->model_argument, command);
    if (parameters != NULL) { /* which inspect does not take */
        nng_text_add(command, " --parameters");
        session_add_word(command, parameters);
    }
    if (inspects) {
        nng_text_add(reason, "see the right gradient, entry by entry");
    } else if (judged_other) {
        nng_text_add(command, " --save-gradient right_gradient.json");
        nng_text_add(reason, "write the right gradient down");
    } else if (refused && method->given && method->choice != 0) {
        nng_text_add(reason, "judge it by the whole rule, not by one step");
    } else if (refused && !inspection->all) {
        nng_text_add(command, " --all");
        nng_text_add(reason, "see every entry with its uncertainty");
    } else {
        nng_text_add(command, " --against your_gradient.json");
        nng_text_add(reason, "judge a gradient of your own");
    }
}

/* ---- the last part of the text ------------------------------------------------------------------------------- */

void definition_text(struct nng_text *out, const struct style *style, enum ink ink, const char *word,
                     const char *meaning)
{
    enum { INDENT = 2, COLUMN = 16 };
    size_t width = INDENT + plain_width(word);
    plain_space(out, INDENT);
    plain_add(out, style, ink, word);
    plain_space(out, width + 2 > COLUMN ? 2 : COLUMN - width);
    plain_wrap(out, style, width + 2 > COLUMN ? width + 2 : COLUMN, COLUMN, meaning);
}

static void add_next(const struct inspection *inspection, const struct style *style, struct nng_text *out)
{
    struct nng_text command = {0}, reason = {0};
    next_command(inspection, &command, &reason);
    next_text(out, style, &command, plain_part(out, &reason));
    nng_text_free(&reason);
}

void verdict_text(const struct inspection *inspection, const struct style *style, struct nng_text *out)
{
    const struct nng_report *report = inspection->report;
    struct nng_text sentence = {0};
    verdict_sentence(inspection, &sentence);
    bool vacuous = report->vacuous && report->verdict == NNG_PASS;
    plain_add(out, style, INK_TITLE, "Verdict");
    plain_space(out, 4);
    plain_add(out, style, vacuous ? INK_ODD : verdict_ink(report->verdict),
              vacuous ? "vacuous" : nng_verdict_name(report->verdict));
    nng_text_add(out, ": ");
    size_t column = strlen("Verdict    : ") + strlen(vacuous ? "vacuous" : nng_verdict_name(report->verdict));
    plain_wrap(out, style, column, 11, plain_part(out, &sentence));
    nng_text_free(&sentence);
    for (size_t k = 0; k < report->diagnosis_count; k++) {
        struct nng_text message = {0};
        nng_text_print(&message, "%s: ", report->diagnosis[k].cause);
        plain_add_clean(&message, report->diagnosis[k].message);
        definition_text(out, style, INK_BAD, report->diagnosis[k].tensor, plain_part(out, &message));
        nng_text_free(&message);
    }
    for (size_t k = 0; k < report->note_count; k++)
        definition_text(out, style, INK_ODD, "note", report->notes[k]);
    if (style->quiet)
        return;
    const char *word, *meaning;
    for (size_t k = 0; (meaning = verdict_gloss(inspection, k, &word)) != NULL; k++)
        definition_text(out, style, INK_DIM, word, meaning);
    add_next(inspection, style, out);
}
