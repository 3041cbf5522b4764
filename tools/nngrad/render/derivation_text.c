/* derivation_text.c - a verified derivation for people: a mark, the claim, and a line of evidence under it. */
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "render/derivation.h"
#include "render/number.h"

enum { INDENT = 13 };

static const char *mark_of(enum nng_verdict verdict)
{
    static const char *const marks[] = {
        [NNG_PASS] = "ok", [NNG_FAIL] = "FALSE", [NNG_KINK] = "kink", [NNG_INCONCLUSIVE] = "open"};
    return marks[verdict];
}

static enum ink ink_of(enum nng_verdict verdict)
{
    return verdict == NNG_PASS ? INK_GOOD : verdict == NNG_FAIL ? INK_BAD : INK_ODD;
}

/* A line under a claim, wrapped and indented. */
static void add_note(struct nng_text *out, const struct style *style, const char *label, const char *text)
{
    struct nng_text line = {0};
    nng_text_print(&line, "%s%s", label, text);
    plain_space(out, INDENT);
    if (line.failed)
        out->failed = true;
    else
        plain_wrap(out, style, INDENT, INDENT + 2, line.data);
    nng_text_free(&line);
}

/* How far a claim lies from the truth: nothing, where that is less than the truth is uncertain by or than its last
 * digits; what rounding leaves differs from processor to processor. */
static void rough_difference(const struct nng_claim *claim, double difference, char text[NUMBER_SIZE])
{
    double largest = 0;
    for (size_t i = 0; i < claim->rows * claim->cols; i++)
        largest = fmax(largest, fabs(claim->numeric[i]));
    number_rough(fabs(difference) <= fmax(claim->uncertainty, 8 * DBL_EPSILON * largest) ? 0 : difference, text);
}

/* "claimed 0.177, numeric 0.176918 +- 3e-17", or for many entries their largest difference. */
static void add_evidence(struct nng_text *out, const struct style *style, const struct nng_claim *claim)
{
    char numeric[NUMBER_SIZE], claimed[NUMBER_SIZE], rough[NUMBER_SIZE], line[256];
    size_t n = claim->rows * claim->cols;
    double largest = 0;
    if (claim->claimed == NULL)
        return;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, fabs(claim->claimed[i] - claim->numeric[i]));
    number_rough(claim->uncertainty, rough);
    if (n == 1) {
        number_computed(claim->numeric[0], style->digits, numeric);
        number_computed(claim->claimed[0], style->digits, claimed);
        snprintf(line, sizeof line, "claimed %s, numeric %s, uncertain by %s", claimed, numeric, rough);
    } else {
        rough_difference(claim, largest, claimed);
        snprintf(line, sizeof line, "%zu x %zu entries, largest difference %s, uncertain by %s", claim->rows,
                 claim->cols, claimed, rough);
    }
    add_note(out, style, "", line);
}

static void add_link(struct nng_text *out, const struct style *style, const struct nng_link *link, bool single,
                     enum reveal reveal)
{
    if (link->verdict == NNG_PASS && link->message == NULL)
        return;
    if (!single)
        add_note(out, style, "= ", link->text);
    if (reveal == REVEAL_LINE)
        return;
    if (link->cause != NULL && link->verdict == NNG_FAIL)
        add_note(out, style, "cause: ", link->cause);
    if (link->message != NULL && reveal == REVEAL_FIX)
        add_note(out, style, link->verdict == NNG_FAIL ? "" : "note: ", link->message);
    for (size_t i = 0; i < link->correction_count && reveal == REVEAL_FIX; i++)
        add_note(out, style, i == 0 ? "right: " : "or:    ", link->corrections[i]);
}

static void add_claim(struct nng_text *out, const struct style *style, const struct nng_claim *claim,
                      enum reveal reveal)
{
    char place[24];
    snprintf(place, sizeof place, "%5d  ", claim->line);
    plain_add(out, style, ink_of(claim->verdict), mark_of(claim->verdict));
    plain_space(out, INDENT - strlen(place) - strlen(mark_of(claim->verdict)));
    nng_text_add(out, place);
    plain_wrap(out, style, INDENT, INDENT + 2, claim->text);
    if (claim->verdict != NNG_FAIL && !style->quiet && reveal == REVEAL_FIX)
        add_evidence(out, style, claim);
    for (size_t k = 0; k < claim->link_count; k++)
        add_link(out, style, &claim->links[k], claim->link_count == 1, reveal);
    if (claim->trivial)
        add_note(out, style, "note: ", "its right side contains its own left side: it counts for nothing");
}

static void add_names(struct nng_text *out, const struct style *style, const char *label, const char *const *names,
                      size_t count)
{
    struct nng_text line = {0};
    if (count == 0)
        return;
    nng_text_add(&line, label);
    for (size_t i = 0; i < count; i++)
        nng_text_print(&line, "%s%s", i > 0 ? ", " : "", names[i]);
    if (line.failed)
        out->failed = true;
    else
        plain_wrap(out, style, 0, 2, line.data);
    nng_text_free(&line);
}

void derivation_text(const struct hand_in *hand_in, enum reveal reveal, const struct style *style, struct nng_text *out)
{
    const struct nng_verification *v = hand_in->verification;
    size_t wrong = 0;
    plain_add(out, style, INK_TITLE, hand_in->file);
    nng_text_add(out, "\n");
    if (v == NULL) {
        nng_text_print(out, "  line %d: ", hand_in->error.line);
        plain_wrap(out, style, 11, 4, hand_in->error.text);
        return;
    }
    for (size_t i = 0; i < v->claim_count; i++) {
        add_claim(out, style, &v->claims[i], reveal);
        wrong += v->claims[i].verdict == NNG_FAIL ? 1 : 0;
    }
    add_names(out, style, "assumed (used, but not claimed before): ", v->assumed, v->assumed_count);
    add_names(out, style, "missing (required, but not claimed): ", v->missing, v->missing_count);
    if (wrong > 0)
        nng_text_print(out, "%zu of %zu claims %s false; the first one is line %d\n", wrong, v->claim_count,
                       wrong == 1 ? "is" : "are", v->first_false_line);
    else
        nng_text_print(out, "%zu claim%s, none is false\n", v->claim_count, v->claim_count == 1 ? "" : "s");
}

/* ---- what the words mean ------------------------------------------------------------------------------------- */

static bool uses(const struct hand_in *hand_ins, size_t count, enum nng_verdict verdict)
{
    for (size_t h = 0; h < count; h++)
        for (size_t i = 0; hand_ins[h].verification != NULL && i < hand_ins[h].verification->claim_count; i++)
            if (hand_ins[h].verification->claims[i].verdict == verdict)
                return true;
    return false;
}

void derivation_text_end(const struct hand_in *hand_ins, size_t count, enum reveal reveal, const struct style *style,
                         struct nng_text *out)
{
    static const struct {
        enum nng_verdict verdict;
        const char *text;
    } meanings[] = {
        {NNG_PASS, "ok: equal to the numeric truth, whatever its uncertainty, at these values and at random ones"},
        {NNG_FAIL, "FALSE: different from it, whatever its uncertainty"},
        {NNG_KINK, "kink: no derivative exists here; the claim lies between the slopes from left and right"},
        {NNG_INCONCLUSIVE, "open: the numeric derivative is too uncertain to tell"}};
    if (style->quiet)
        return;
    nng_text_add(out, "\n");
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (uses(hand_ins, count, meanings[i].verdict))
            plain_wrap(out, style, 0, 2, meanings[i].text);
    for (size_t h = 0; h < count && reveal == REVEAL_FIX; h++)
        if (hand_ins[h].verification != NULL && hand_ins[h].verification->first_false_line != 0) {
            char command[1200];
            snprintf(command, sizeof command, "nngrad verify %s --explain-line %d", hand_ins[h].file,
                     hand_ins[h].verification->first_false_line);
            nng_text_add(out, "next: ");
            plain_wrap_command(out, style, 6, command);
            return;
        }
}

/* ---- one line, entry by entry -------------------------------------------------------------------------------- */

static void add_entries(struct nng_text *out, const struct style *style, const struct nng_claim *claim,
                        const struct nng_link *link)
{
    char name[48], left[NUMBER_SIZE], right[NUMBER_SIZE], apart[NUMBER_SIZE], row[256];
    nng_text_print(out, "%-12s %-*s %-*s %s\n", "entry", style->digits + 8, "left", style->digits + 8, "right",
                   "difference");
    for (size_t i = 0; i < claim->rows * claim->cols; i++) {
        if (claim->rows > 1 && claim->cols > 1)
            snprintf(name, sizeof name, "[%zu, %zu]", i / claim->cols + 1, i % claim->cols + 1);
        else
            snprintf(name, sizeof name, "[%zu]", i + 1);
        number_computed(claim->numeric[i], style->digits, left);
        number_computed(link->values[i], style->digits, right);
        rough_difference(claim, link->values[i] - claim->numeric[i], apart);
        snprintf(row, sizeof row, "%-12s %-*s %-*s %s", name, style->digits + 8, left, style->digits + 8, right, apart);
        nng_text_add(out, row);
        nng_text_add(out, "\n");
    }
}

bool derivation_text_line(const struct hand_in *hand_in, int line, const struct style *style, struct nng_text *out)
{
    const struct nng_verification *v = hand_in->verification;
    bool found = false;
    for (size_t i = 0; v != NULL && i < v->claim_count; i++) {
        const struct nng_claim *claim = &v->claims[i];
        bool here = claim->line == line;
        for (size_t k = 0; k < claim->link_count; k++)
            here = here || claim->links[k].line == line;
        if (!here)
            continue;
        found = true;
        add_claim(out, style, claim, REVEAL_FIX);
        for (size_t k = 0; k < claim->link_count; k++) {
            const struct nng_link *link = &claim->links[k];
            nng_text_print(out, "\n%s\n= ", claim->left);
            plain_wrap(out, style, 2, 2, link->text);
            if (link->values == NULL || link->rows != claim->rows || link->cols != claim->cols)
                plain_wrap(out, style, 0, 0, link->message != NULL ? link->message : "");
            else
                add_entries(out, style, claim, link);
        }
    }
    return found;
}
