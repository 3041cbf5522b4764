/* hessian.c - the Hessian: its entries where they fit, its spectrum, and its trace found twice. */
#include "render/hessian.h"

#include <math.h>
#include <stdio.h>

#include "render/number.h"
#include "render/table.h"
#include "render/verdicts.h"

enum { MATRIX_UP_TO = 5, EIGENVALUES_UP_TO = 40 };

/* A number with no more digits than its uncertainty leaves it; 0 where it leaves none. */
static void add_number(struct nng_text *out, double x, double uncertainty, int digits)
{
    char text[NUMBER_SIZE];
    double sure = fabs(x) > uncertainty ? floor(log10(fabs(x) / uncertainty)) : 0.0;
    number_computed(fabs(x) > uncertainty ? x : 0.0, sure < 1.0 ? 1 : sure < digits ? (int)sure : digits, text);
    nng_text_add(out, text);
}

static size_t zeros(const struct nng_hessian *hessian)
{
    return hessian->count - hessian->positive - hessian->negative;
}

/* ---- the entries --------------------------------------------------------------------------------------------- */

/* A row and a column a parameter. The titles are taken from the arena. */
static struct table entries_of(const struct inspection *in, int digits, struct nng_arena *arena)
{
    const struct nng_hessian *hessian = in->hessian;
    size_t n = hessian->count;
    struct column *columns = arena != NULL ? nng_arena_take(arena, n + 1, sizeof *columns) : NULL;
    for (size_t j = 0; columns != NULL && j < n; j++) {
        char name[NNG_NAME_SIZE];
        nng_parameter_name(in->model, j, name);
        columns[j + 1] = (struct column){nng_arena_text(arena, name), ALIGN_POINT, (int)j + 1};
        if (columns[j + 1].title == NULL)
            columns = NULL;
    }
    if (columns == NULL)
        return (struct table){.failed = true};
    columns[0] = (struct column){"", ALIGN_LEFT, 0};
    struct table table = table_new(columns, n + 1);
    for (size_t i = 0; i < n; i++) {
        table_add(&table, INK_DIM, columns[i + 1].title);
        for (size_t j = 0; j < n; j++) {
            struct nng_text text = {0};
            add_number(&text, hessian->matrix[i * n + j], hessian->uncertainty[i * n + j], digits);
            table.failed = table.failed || text.failed;
            table_add(&table, INK_PLAIN, text.data != NULL ? text.data : "");
            nng_text_free(&text);
        }
    }
    return table;
}

static bool shows_entries(const struct inspection *in)
{
    return in->full || in->hessian->count <= MATRIX_UP_TO;
}

/* ---- sentences ----------------------------------------------------------------------------------------------- */

static void spectrum_sentence(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    const struct nng_hessian *hessian = in->hessian;
    size_t n = hessian->count, shown = in->full || n <= EIGENVALUES_UP_TO ? n : EIGENVALUES_UP_TO;
    for (size_t k = 0; k < n; k++) {
        if (shown < n && k == shown - 1) {
            nng_text_add(out, "⋯  ");
            k = n - 1;
        }
        add_number(out, hessian->eigenvalues[k], hessian->eigenvalue_uncertainty, style->digits);
        nng_text_add(out, k + 1 < n ? "  " : "");
    }
}

static void signs_sentence(const struct nng_hessian *hessian, struct nng_text *out)
{
    char text[NUMBER_SIZE];
    number_rough(hessian->eigenvalue_uncertainty, text);
    nng_text_print(out, "%zu positive, %zu negative, %zu zero within their uncertainty of %s", hessian->positive,
                   hessian->negative, zeros(hessian), text);
}

static void trace_sentence(const struct nng_hessian *hessian, const struct style *style, struct nng_text *out)
{
    char text[NUMBER_SIZE];
    add_number(out, hessian->trace, hessian->trace_uncertainty, style->digits);
    nng_text_add(out, " by differences of the gradient, ");
    add_number(out, hessian->trace_by_loss, hessian->trace_uncertainty, style->digits);
    number_rough(hessian->trace_uncertainty, text);
    nng_text_print(out, " by second differences of L alone, ± %s: %s", text, hessian->trace_agrees ? "pass" : "fail");
}

static void symmetry_sentence(const struct nng_hessian *hessian, struct nng_text *out)
{
    nng_text_add(out, hessian->symmetric
                          ? "H_ij and H_ji, from different columns, agree within their uncertainties: pass"
                          : "H_ij and H_ji, from different columns, do not agree: fail");
}

static void step_sentence(const struct nng_hessian *hessian, struct nng_text *out)
{
    double largest = hessian->eigenvalues[0];
    if (hessian->positive == 0)
        return;
    nng_text_add(out, "along the steepest direction gradient descent is stable for a learning rate below 2/λ₁ = ");
    add_number(out, 2.0 / largest, 2.0 / largest * hessian->eigenvalue_uncertainty / largest, 4);
}

/* ---- text and Markdown --------------------------------------------------------------------------------------- */

static void add_part(struct nng_text *out, const struct style *style, const char *title, struct nng_text *part)
{
    enum { COLUMN = 15 };
    if (part->length > 0) {
        plain_space(out, 2);
        plain_add(out, style, INK_DIM, title);
        plain_space(out, COLUMN - 2 - plain_width(title));
        plain_wrap(out, style, COLUMN, COLUMN, plain_part(out, part));
    }
    nng_text_free(part);
}

void hessian_text(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    const struct nng_hessian *hessian = in->hessian;
    struct nng_text rest = {0}, spectrum = {0}, signs = {0}, trace = {0}, symmetry = {0}, step = {0};
    nng_text_print(&rest, "∂²L/∂θ∂θ', %zu × %zu, by differences of the gradient", hessian->count, hessian->count);
    heading_text(out, style, "Hessian", plain_part(out, &rest));
    nng_text_free(&rest);
    if (shows_entries(in)) {
        struct nng_arena *arena = nng_arena_new();
        struct table table = entries_of(in, style->digits, arena);
        table_text(&table, style, out);
        nng_text_add(out, "\n");
        table_free(&table);
        nng_arena_free(arena);
    }
    spectrum_sentence(in, style, &spectrum);
    signs_sentence(hessian, &signs);
    trace_sentence(hessian, style, &trace);
    symmetry_sentence(hessian, &symmetry);
    if (!style->quiet)
        step_sentence(hessian, &step);
    add_part(out, style, "eigenvalues", &spectrum);
    add_part(out, style, "", &signs);
    add_part(out, style, "trace", &trace);
    add_part(out, style, "symmetry", &symmetry);
    add_part(out, style, "steps", &step);
    nng_text_add(out, "\n");
}

static void add_item(struct nng_text *out, const char *title, struct nng_text *part)
{
    if (part->length > 0)
        nng_text_print(out, "- %s: %s\n", title, plain_part(out, part));
    nng_text_free(part);
}

void hessian_markdown(const struct inspection *in, const struct style *style, struct nng_text *out)
{
    const struct nng_hessian *hessian = in->hessian;
    struct nng_text spectrum = {0}, signs = {0}, trace = {0}, symmetry = {0}, step = {0};
    nng_text_print(out, "\n## Hessian, %zu × %zu\n\n", hessian->count, hessian->count);
    if (shows_entries(in)) {
        struct nng_arena *arena = nng_arena_new();
        struct table table = entries_of(in, style->digits, arena);
        table_markdown(&table, out);
        nng_text_add(out, "\n");
        table_free(&table);
        nng_arena_free(arena);
    }
    spectrum_sentence(in, style, &spectrum);
    signs_sentence(hessian, &signs);
    trace_sentence(hessian, style, &trace);
    symmetry_sentence(hessian, &symmetry);
    step_sentence(hessian, &step);
    add_item(out, "eigenvalues", &spectrum);
    add_item(out, "signs", &signs);
    add_item(out, "trace", &trace);
    add_item(out, "symmetry", &symmetry);
    add_item(out, "steps", &step);
}

/* ---- for programs -------------------------------------------------------------------------------------------- */

void hessian_json(const struct inspection *in, struct json *json)
{
    const struct nng_hessian *hessian = in->hessian;
    size_t n = hessian->count;
    json_open(json, "hessian", '{', JSON_LINES);
    json_open(json, "names", '[', JSON_ONE_LINE);
    for (size_t i = 0; i < n; i++) {
        char name[NNG_NAME_SIZE];
        nng_parameter_name(in->model, i, name);
        json_text(json, NULL, name);
    }
    json_close(json);
    json_open(json, "matrix", '[', JSON_LINES);
    for (size_t i = 0; i < n; i++) {
        json_open(json, NULL, '[', JSON_ONE_LINE);
        for (size_t j = 0; j < n; j++)
            json_real(json, NULL, hessian->matrix[i * n + j]);
        json_close(json);
    }
    json_close(json);
    json_open(json, "eigenvalues", '[', JSON_ONE_LINE);
    for (size_t k = 0; k < n; k++)
        json_real(json, NULL, hessian->eigenvalues[k]);
    json_close(json);
    json_real(json, "eigenvalue_uncertainty", hessian->eigenvalue_uncertainty);
    json_count(json, "positive", hessian->positive);
    json_count(json, "zero", zeros(hessian));
    json_count(json, "negative", hessian->negative);
    json_real(json, "asymmetry", hessian->asymmetry);
    json_bool(json, "symmetric", hessian->symmetric);
    json_real(json, "trace", hessian->trace);
    json_real(json, "trace_by_loss", hessian->trace_by_loss);
    json_real(json, "trace_uncertainty", hessian->trace_uncertainty);
    json_text(json, "verdict", nng_verdict_name(inspection_hessian_agrees(in) ? NNG_PASS : NNG_FAIL));
    json_close(json);
}
