/* derivation_data.c - a verified derivation for programs: JSON and CSV. */
#include <string.h>

#include "render/derivation.h"
#include "render/json.h"

/* ---- JSON ---------------------------------------------------------------------------------------------------- */

static void add_matrix(struct json *json, const char *key, const double *values, size_t rows, size_t cols)
{
    if (values == NULL) {
        json_text(json, key, NULL);
        return;
    }
    json_open(json, key, '[', JSON_ONE_LINE);
    for (size_t i = 0; i < rows; i++) {
        json_open(json, NULL, '[', JSON_ONE_LINE);
        for (size_t j = 0; j < cols; j++)
            json_real(json, NULL, values[i * cols + j]);
        json_close(json);
    }
    json_close(json);
}

static void add_strings(struct json *json, const char *key, const char *const *texts, size_t count)
{
    json_open(json, key, '[', JSON_ONE_LINE);
    for (size_t i = 0; i < count; i++)
        json_text(json, NULL, texts[i]);
    json_close(json);
}

static void add_link(struct json *json, const struct nng_link *link, enum reveal reveal)
{
    bool cause = reveal >= REVEAL_CAUSE, fix = reveal == REVEAL_FIX;
    json_open(json, NULL, '{', JSON_ONE_LINE);
    json_text(json, "text", link->text);
    json_count(json, "line", (size_t)link->line);
    if (link->values != NULL && link->rows * link->cols == 1)
        json_real_or_reason(json, "value", link->values[0]);
    else
        add_matrix(json, "value", link->values, link->rows, link->cols);
    json_text(json, "verdict", nng_verdict_name(link->verdict));
    json_text(json, "cause", cause ? link->cause : NULL);
    json_text(json, "message", fix ? link->message : NULL);
    json_bool(json, "values_only", link->values_only);
    add_strings(json, "corrections", link->corrections, fix ? link->correction_count : 0);
    json_close(json);
}

static void add_claim(struct json *json, const struct nng_claim *claim, enum reveal reveal)
{
    bool cause = reveal >= REVEAL_CAUSE, fix = reveal == REVEAL_FIX;
    json_open(json, NULL, '{', JSON_LINES);
    json_count(json, "line", (size_t)claim->line);
    json_text(json, "text", claim->text);
    json_text(json, "verdict", nng_verdict_name(claim->verdict));
    add_matrix(json, "claimed", claim->claimed, claim->rows, claim->cols);
    add_matrix(json, "numeric", fix ? claim->numeric : NULL, claim->rows, claim->cols);
    json_real_or_reason(json, "uncertainty", claim->uncertainty);
    json_text(json, "cause", cause ? claim->cause : NULL);
    json_text(json, "correction", fix ? claim->correction : NULL);
    json_text(json, "message", fix ? claim->message : NULL);
    json_bool(json, "trivial", claim->trivial);
    json_open(json, "links", '[', JSON_LINES);
    for (size_t k = 0; k < claim->link_count; k++)
        add_link(json, &claim->links[k], reveal);
    json_close(json);
    json_close(json);
}

static void add_hand_in(struct json *json, const struct hand_in *hand_in, enum reveal reveal)
{
    const struct nng_verification *v = hand_in->verification;
    json_open(json, NULL, '{', JSON_LINES);
    json_text(json, "command", "verify");
    json_text(json, "file", hand_in->file);
    if (v == NULL) {
        json_open(json, "error", '{', JSON_ONE_LINE);
        json_count(json, "line", (size_t)hand_in->error.line);
        json_count(json, "column", (size_t)hand_in->error.column);
        json_text(json, "text", hand_in->error.text);
        json_close(json);
        json_text(json, "verdict", "error");
        json_close(json);
        return;
    }
    json_open(json, "claims", '[', JSON_LINES);
    for (size_t i = 0; i < v->claim_count; i++)
        add_claim(json, &v->claims[i], reveal);
    json_close(json);
    add_strings(json, "assumed", v->assumed, v->assumed_count);
    add_strings(json, "missing", v->missing, v->missing_count);
    if (v->first_false_line != 0)
        json_count(json, "first_false_line", (size_t)v->first_false_line);
    else
        json_text(json, "first_false_line", NULL);
    json_text(json, "verdict", nng_verdict_name(v->verdict));
    json_close(json);
}

void derivation_json(const struct hand_in *hand_ins, size_t count, enum reveal reveal, struct nng_text *out)
{
    struct json json = {.out = out};
    if (count > 1)
        json_open(&json, NULL, '[', JSON_LINES);
    for (size_t i = 0; i < count; i++)
        add_hand_in(&json, &hand_ins[i], reveal);
    if (count > 1)
        json_close(&json);
}

/* ---- CSV ----------------------------------------------------------------------------------------------------- */

/* RFC 4180: quoted where it must be, quotes doubled. */
static void add_field(struct nng_text *out, const char *text, const char *after)
{
    bool quoted = strpbrk(text, "\",\n\r") != NULL;
    nng_text_add(out, quoted ? "\"" : "");
    for (; *text != '\0'; text++) {
        nng_text_add(out, quoted && *text == '"' ? "\"" : "");
        nng_text_add_n(out, text, 1);
    }
    nng_text_add(out, quoted ? "\"" : "");
    nng_text_add(out, after);
}

static void add_joined(struct nng_text *out, const char *const *names, size_t count)
{
    struct nng_text joined = {0};
    for (size_t i = 0; i < count; i++)
        nng_text_print(&joined, "%s%s", i > 0 ? " " : "", names[i]);
    out->failed = out->failed || joined.failed;
    add_field(out, joined.data != NULL ? joined.data : "", ",");
    nng_text_free(&joined);
}

static void add_row(struct nng_text *out, const struct hand_in *hand_in, enum reveal reveal)
{
    const struct nng_verification *v = hand_in->verification;
    const struct nng_claim *first = NULL;
    size_t wrong = 0;
    add_field(out, hand_in->file, ",");
    if (v == NULL) {
        nng_text_add(out, "error,,,,,,,,");
        struct nng_text text = {0};
        nng_text_print(&text, "line %d: %s", hand_in->error.line, hand_in->error.text);
        add_field(out, text.data != NULL ? text.data : "", "\n");
        nng_text_free(&text);
        return;
    }
    for (size_t i = v->claim_count; i-- > 0;)
        if (v->claims[i].verdict == NNG_FAIL) {
            first = &v->claims[i];
            wrong++;
        }
    nng_text_print(out, "%s,%zu,%zu,", nng_verdict_name(v->verdict), v->claim_count, wrong);
    if (first != NULL)
        nng_text_print(out, "%d", v->first_false_line);
    nng_text_add(out, ",");
    bool cause = first != NULL && first->cause != NULL && reveal >= REVEAL_CAUSE;
    add_field(out, cause ? first->cause : "", ",");
    bool fix = first != NULL && first->correction != NULL && reveal == REVEAL_FIX;
    add_field(out, fix ? first->correction : "", ",");
    add_joined(out, v->missing, v->missing_count);
    add_joined(out, v->assumed, v->assumed_count);
    nng_text_add(out, "\n");
}

void derivation_csv(const struct hand_in *hand_ins, size_t count, enum reveal reveal, struct nng_text *out)
{
    nng_text_add(out, "file,verdict,claims,false,first_false_line,cause,correction,missing,assumed,error\n");
    for (size_t i = 0; i < count; i++)
        add_row(out, &hand_ins[i], reveal);
}
