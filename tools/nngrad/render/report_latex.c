/* report_latex.c - the page's matrix as a document of slides that compiles by itself.
 *
 *     [ dL/dW_111 ... | dL/dW_211 ... | ... | dL/dW_L,11 ... | dL/db_11 ... ]
 *          Layer 1         Layer 2            Output layer        Biases
 *
 * in symbols, or in numbers: by backpropagation on the first slide, by differences on the second. It is scaled to the
 * slide; what is too large for one is cut as the page cuts it, with dots.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inspection.h"
#include "render/number.h"
#include "render/verdicts.h"

enum { MOST_ROWS = 8, MOST_COLS = 6 };

enum shown { SHOW_SYMBOLS, SHOW_ANALYTIC, SHOW_NUMERIC };

static const char preamble[] = "\\documentclass{article}\n"
                               "\\usepackage[paperwidth=160mm,paperheight=90mm,margin=6mm]{geometry}\n"
                               "\\usepackage{amsmath,graphicx}\n"
                               "\\pagestyle{empty}\\setlength{\\parindent}{0pt}\n"
                               "\\newsavebox{\\whole}\n"
                               "\\newsavebox{\\fitted}\n"
                               "% As wide as the slide, but never taller than most of it.\n"
                               "\\newcommand{\\fit}[1]{\\sbox{\\whole}{$\\displaystyle #1$}%\n"
                               "  \\sbox{\\fitted}{\\resizebox{\\linewidth}{!}{\\usebox{\\whole}}}%\n"
                               "  \\ifdim\\dimexpr\\ht\\fitted+\\dp\\fitted\\relax>0.72\\textheight\n"
                               "    \\resizebox*{!}{0.72\\textheight}{\\usebox{\\whole}}%\n"
                               "  \\else\\usebox{\\fitted}\\fi}\n"
                               "\\begin{document}\n";

/* Text from outside; what LaTeX would read as its own is escaped, what this document's fonts may lack is replaced. */
static void add_escaped(struct nng_text *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (strchr("\\{}^~", *text) != NULL)
            nng_text_print(out, "\\char%d{}", *text);
        else if (strchr("&%$#_", *text) != NULL)
            nng_text_print(out, "\\%c", *text);
        else
            nng_text_print(out, "%c", (unsigned char)*text >= 0x20 && (unsigned char)*text < 0x7f ? *text : '?');
    }
}

/* w_212 as w_{212}; 1.2e-09 as 1.2 x 10^-9. */
static void add_entry(const struct inspection *in, const struct style *style, size_t index, enum shown shown,
                      struct nng_text *out)
{
    char name[NNG_NAME_SIZE], text[NUMBER_SIZE];
    if (shown == SHOW_SYMBOLS) {
        nng_parameter_name(in->model, index, name);
        nng_text_print(out, "\\dfrac{\\partial\\mathcal{L}(\\theta)}{\\partial %c_{%s}}", name[0], name + 2);
        return;
    }
    const struct nng_entry *entry = inspection_entry(in, index);
    number_computed(settled(entry, shown == SHOW_ANALYTIC ? entry->analytic : entry->numeric), style->digits, text);
    char *e = strchr(text, 'e');
    bool marked = entry->verdict != NNG_PASS;
    nng_text_add(out, marked ? "\\boxed{" : "{"); /* in braces a minus is a sign, not an operation */
    if (strchr("ni", text[strspn(text, "-")]) != NULL)
        nng_text_print(out, "\\text{%s}", text);
    else if (e == NULL)
        nng_text_add(out, text);
    else
        nng_text_print(out, "%.*s\\cdot 10^{%d}", (int)(e - text), text,
                       (e[1] == '-' ? -1 : 1) * (int)strtol(e + 2, NULL, 10));
    nng_text_add(out, "}");
}

struct cut {
    struct span rows, cols;
};

static struct cut cut_group(const struct inspection *in, size_t g)
{
    struct matrix_group group = matrix_group(&in->matrix, g);
    return (struct cut){.rows = span_within(group.rows, in->full ? group.rows : MOST_ROWS),
                        .cols = span_within(group.cols, in->full ? group.cols : MOST_COLS)};
}

static void add_cell(const struct inspection *in, const struct style *style, size_t g, const struct cut *cut, size_t r,
                     size_t c, enum shown shown, struct nng_text *out)
{
    size_t row = r < span_slots(cut->rows) ? span_at(cut->rows, r) : MATRIX_NONE, col = span_at(cut->cols, c);
    bool row_dots = r < span_slots(cut->rows) && row == MATRIX_NONE;
    if (row_dots)
        nng_text_add(out, col == MATRIX_NONE ? "\\ddots" : "\\vdots");
    else if (row != MATRIX_NONE && col == MATRIX_NONE)
        nng_text_add(out, "\\cdots");
    else if (row != MATRIX_NONE && matrix_index(&in->matrix, g, row, col) != MATRIX_NONE)
        add_entry(in, style, matrix_index(&in->matrix, g, row, col), shown, out);
}

/* What gives each row of each group the same height, so that the groups' rows stand in line. */
static const char *row_strut(enum shown shown)
{
    return shown == SHOW_SYMBOLS ? "\\vphantom{\\dfrac{\\partial\\mathcal{L}(\\theta)}{\\partial w_{1}}}"
                                 : "\\vphantom{\\boxed{0}}";
}

static const char *row_end(enum shown shown)
{
    return shown == SHOW_SYMBOLS ? " \\\\[9pt]\n" : " \\\\\n";
}

/* A group with the page's label under it; g beyond the last one: a phantom of the same size. */
static void add_group(const struct inspection *in, const struct style *style, size_t g, size_t rows, enum shown shown,
                      struct nng_text *out)
{
    bool phantom = g == matrix_groups(&in->matrix);
    struct cut cut = cut_group(in, phantom ? 0 : g);
    nng_text_add(out, "\\underbrace{\\begin{matrix}\n");
    for (size_t r = 0; r < rows; r++) {
        nng_text_add(out, row_strut(shown));
        for (size_t c = 0; !phantom && c < span_slots(cut.cols); c++) {
            nng_text_add(out, c > 0 ? " & " : " ");
            add_cell(in, style, g, &cut, r, c, shown, out);
        }
        nng_text_add(out, r + 1 < rows ? row_end(shown) : "\n");
    }
    nng_text_print(out, "\\end{matrix}}_{\\displaystyle\\text{%s}}",
                   phantom ? "B" : matrix_group(&in->matrix, g).title);
}

/* The braces and labels hang below the brackets: \left and \right are kept from seeing their depth, which a phantom
 * then gives back to the line. */
static void add_matrix(const struct inspection *in, const struct style *style, enum shown shown, struct nng_text *out)
{
    size_t rows = 0, cols = 0, groups = matrix_groups(&in->matrix);
    for (size_t g = 0; g < groups; g++) {
        struct cut cut = cut_group(in, g);
        rows = span_slots(cut.rows) > rows ? span_slots(cut.rows) : rows;
        cols = span_slots(cut.cols) > cols ? span_slots(cut.cols) : cols;
    }
    nng_text_print(out, "\\setcounter{MaxMatrixCols}{%zu}\n", cols);
    nng_text_add(out, "\\fit{\\left[\\,\n");
    for (size_t g = 0; g < groups; g++) {
        nng_text_add(out, g > 0 ? "\\quad\\smash[b]{" : "\\smash[b]{");
        add_group(in, style, g, rows, shown, out);
        nng_text_add(out, "}\n");
    }
    nng_text_add(out, "\\,\\right]\\vphantom{");
    add_group(in, style, groups, rows, shown, out);
    nng_text_add(out, "}}\n");
}

/* A slide: its title, the matrix, a line under it. */
static void add_slide(const struct inspection *in, const struct style *style, enum shown shown, struct nng_text *out)
{
    static const char *const titles[] = {[SHOW_SYMBOLS] = "derivatives for all layers from 1 to $L$",
                                         [SHOW_ANALYTIC] = "the gradient by backpropagation",
                                         [SHOW_NUMERIC] = "the gradient by differences"};
    struct nng_text sentence = {0};
    nng_text_add(out, "\\textbf{");
    add_escaped(out, in->model->name);
    nng_text_print(out, "}: %s\n\\vfill\n", titles[shown]);
    add_matrix(in, style, shown, out);
    nng_text_add(out, "\\vfill\n");
    if (shown != SHOW_SYMBOLS) {
        verdict_sentence(in, &sentence);
        nng_text_print(out, "\\footnotesize %s: ", nng_verdict_name(in->report->verdict));
        add_escaped(out, plain_part(out, &sentence));
        nng_text_print(out, "%s\n", in->report->pass < in->model->parameter_count ? " (the others are boxed)" : "");
    }
    nng_text_free(&sentence);
}

void inspect_latex(const struct inspection *in, const struct style *style, bool symbols, struct nng_text *out)
{
    nng_text_add(out, preamble);
    if (symbols) {
        add_slide(in, style, SHOW_SYMBOLS, out);
    } else {
        add_slide(in, style, SHOW_ANALYTIC, out);
        nng_text_add(out, "\\newpage\n");
        add_slide(in, style, SHOW_NUMERIC, out);
    }
    nng_text_add(out, "\\end{document}\n");
}
