/* print.c - expressions as text. The language's form is read back by the parser to the same tree. */
#include "derivation/print.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "derivation/callable.h"

/* How tightly an expression holds together, loosest first. */
enum binding { COMPARES, ADDS, MULTIPLIES, NEGATES, RAISES, POSTFIX };

struct printer {
    const struct nng_program *program;
    const struct nng_letters *letters;
    enum nng_style style;
    struct nng_text *text;
};

static const struct sign {
    enum binding binding;
    const char *language, *latex;
} signs[] = {
    [NNG_ADD] = {ADDS, " + ", " + "},
    [NNG_SUBTRACT] = {ADDS, " - ", " - "},
    [NNG_MULTIPLY] = {MULTIPLIES, " * ", " \\cdot "},
    [NNG_DIVIDE] = {MULTIPLIES, " / ", " / "},
    [NNG_POWER] = {RAISES, "^", "^"},
    [NNG_TIMES_EACH] = {MULTIPLIES, " .* ", " \\odot "},
    [NNG_DIVIDE_EACH] = {MULTIPLIES, " ./ ", " \\oslash "},
    [NNG_POWER_EACH] = {RAISES, ".^", "^{\\odot}"},
    [NNG_EQUAL] = {COMPARES, " == ", " = "},
    [NNG_GREATER] = {COMPARES, " > ", " > "},
    [NNG_LESS] = {COMPARES, " < ", " < "},
};

static enum binding binding(const struct nng_node *node)
{
    if (node->kind == NNG_NODE_BINARY)
        return signs[node->operation].binding;
    if (node->kind == NNG_NODE_NEGATE || (node->kind == NNG_NODE_NUMBER && node->number < 0))
        return NEGATES;
    return POSTFIX;
}

void nng_number_print(double number, int digits, struct nng_text *text)
{
    char shown[40];
    for (int n = 1; n <= digits; n++) {
        snprintf(shown, sizeof shown, "%.*g", n, number);
        if (!(strtod(shown, NULL) < number) && !(strtod(shown, NULL) > number))
            break;
    }
    nng_text_add(text, shown);
}

static void add_subscripts(const struct printer *printer, const struct nng_subscripts *subscripts, const char *between)
{
    for (int i = 0; i < subscripts->count; i++) {
        const struct nng_subscript *at = &subscripts->at[i];
        nng_text_add(printer->text, i > 0 ? between : "");
        if (at->letter < 0)
            nng_text_print(printer->text, "%ld", at->offset);
        else {
            nng_text_add(printer->text, printer->letters->at[at->letter].name);
            if (at->offset != 0)
                nng_text_print(printer->text, "%+ld", at->offset);
        }
    }
}

/* [i, j] */
static void print_subscripts(const struct printer *printer, const struct nng_subscripts *subscripts)
{
    if (subscripts->count == 0)
        return;
    nng_text_add(printer->text, "[");
    add_subscripts(printer, subscripts, ", ");
    nng_text_add(printer->text, "]");
}

/* Is every subscript a single digit or letter? */
static bool single(const struct printer *printer, const struct nng_subscripts *subscripts)
{
    bool single = true;
    for (int i = 0; i < subscripts->count; i++) {
        const struct nng_subscript *at = &subscripts->at[i];
        single = single && (at->letter < 0 ? at->offset < 10
                                           : at->offset == 0 && strlen(printer->letters->at[at->letter].name) == 1);
    }
    return single;
}

/* W2 as W_{2}, yhat as \hat{y}, delta2 as \delta_{2}; W2[1,2] as the lecture's w_{212}, h1[10] as h_{1,10}. */
static void print_latex_name(const struct printer *printer, const char *name, const struct nng_subscripts *subscripts)
{
    static const char *const greek[] = {"alpha", "beta",   "gamma", "delta", "epsilon", "eta", "theta",
                                        "kappa", "lambda", "mu",    "nu",    "rho",     "tau", "omega"};
    size_t length = strlen(name), letters = length;
    while (letters > 0 && name[letters - 1] >= '0' && name[letters - 1] <= '9')
        letters--;
    bool hat = letters > 3 && strncmp(name + letters - 3, "hat", 3) == 0;
    size_t stem = hat ? letters - 3 : letters;
    bool is_greek = false;
    for (size_t i = 0; i < sizeof greek / sizeof greek[0]; i++)
        is_greek = is_greek || (strlen(greek[i]) == stem && strncmp(greek[i], name, stem) == 0);
    nng_text_add(printer->text, hat ? "\\hat{" : "");
    nng_text_add(printer->text, is_greek ? "\\" : stem > 1 ? "\\mathrm{" : "");
    bool weight = stem == 1 && name[0] == 'W' && subscripts->count > 0;
    nng_text_add(printer->text, weight ? "w" : "");
    for (size_t i = weight ? 1 : 0; i < stem; i++) {
        nng_text_add(printer->text, name[i] == '_' ? "\\" : "");
        nng_text_add_n(printer->text, name + i, 1);
    }
    nng_text_add(printer->text, !is_greek && stem > 1 ? "}" : "");
    nng_text_add(printer->text, hat ? "}" : "");
    if (letters < length || subscripts->count > 0) {
        const char *between = length - letters < 2 && single(printer, subscripts) ? "" : ",";
        nng_text_print(printer->text, "_{%s", name + letters);
        nng_text_add(printer->text, letters < length && subscripts->count > 0 ? between : "");
        add_subscripts(printer, subscripts, between);
        nng_text_add(printer->text, "}");
    }
}

static void print_reference(const struct printer *printer, const struct nng_reference *reference)
{
    const char *name = printer->program->symbols[reference->symbol].name;
    if (printer->style == NNG_STYLE_LATEX) {
        print_latex_name(printer, name, &reference->subscripts);
        return;
    }
    nng_text_add(printer->text, name);
    print_subscripts(printer, &reference->subscripts);
}

static void print_node(const struct printer *printer, const struct nng_node *node, enum binding least);

static void print_list(const struct printer *printer, const struct nng_node *node)
{
    bool latex = printer->style == NNG_STYLE_LATEX;
    size_t cols = node->child_count / node->list_rows;
    nng_text_add(printer->text, latex ? "\\begin{bmatrix}" : "[");
    for (size_t i = 0; i < node->child_count; i++) {
        bool column = latex && node->list_rows == 1 && node->cols == 1;
        const char *next = i % cols == 0 ? (latex ? " \\\\ " : "; ") : column ? " \\\\ " : latex ? " & " : ", ";
        nng_text_add(printer->text, i > 0 ? next : "");
        print_node(printer, node->children[i], COMPARES);
    }
    nng_text_add(printer->text, latex ? "\\end{bmatrix}" : "]");
}

static void print_call(const struct printer *printer, const struct nng_node *node)
{
    const char *name = node->function->name;
    if (printer->style == NNG_STYLE_LATEX) {
        if (strcmp(name, "sigmoid") == 0)
            nng_text_add(printer->text, "\\sigma");
        else {
            nng_text_add(printer->text, "\\mathrm{");
            for (const char *c = name; *c != '\0'; c++) {
                nng_text_add(printer->text, *c == '_' ? "\\" : "");
                nng_text_add_n(printer->text, c, 1);
            }
            nng_text_add(printer->text, "}");
        }
    } else
        nng_text_add(printer->text, node->spelling != NULL ? node->spelling : name);
    nng_text_add(printer->text, node->prime ? "'(" : "(");
    for (size_t i = 0; i < node->child_count; i++) {
        nng_text_add(printer->text, i > 0 ? ", " : "");
        print_node(printer, node->children[i], COMPARES);
    }
    nng_text_add(printer->text, ")");
}

static void print_binary(const struct printer *printer, const struct nng_node *node)
{
    const struct sign *sign = &signs[node->operation];
    bool latex = printer->style == NNG_STYLE_LATEX, raises = sign->binding == RAISES;
    print_node(printer, node->children[0], raises ? POSTFIX : sign->binding);
    nng_text_add(printer->text, latex ? sign->latex : sign->language);
    nng_text_add(printer->text, latex && raises ? "{" : "");
    print_node(printer, node->children[1], latex && raises ? COMPARES : raises ? NEGATES : sign->binding + 1);
    nng_text_add(printer->text, latex && raises ? "}" : "");
}

static void print_derivative(const struct printer *printer, const struct nng_node *node)
{
    if (printer->style == NNG_STYLE_LATEX) {
        nng_text_add(printer->text, "\\frac{\\partial ");
        print_reference(printer, &node->of);
        nng_text_add(printer->text, "}{\\partial ");
        print_reference(printer, &node->by);
        nng_text_add(printer->text, "}");
    } else {
        nng_text_add(printer->text, "d");
        print_reference(printer, &node->of);
        nng_text_add(printer->text, "/d");
        print_reference(printer, &node->by);
    }
}

static void print_entry(const struct printer *printer, const struct nng_node *node)
{
    const struct nng_node *child = node->children[0];
    if (child->kind == NNG_NODE_SYMBOL) {
        struct nng_reference reference = {.symbol = child->of.symbol, .subscripts = node->subscripts};
        if (child->spelling != NULL && printer->style == NNG_STYLE_LANGUAGE) {
            nng_text_add(printer->text, child->spelling);
            print_subscripts(printer, &node->subscripts);
        } else
            print_reference(printer, &reference);
        return;
    }
    print_node(printer, child, POSTFIX);
    print_subscripts(printer, &node->subscripts);
}

static void print_sum(const struct printer *printer, const struct nng_node *node)
{
    const char *letter = printer->letters->at[node->letter].name;
    if (printer->style == NNG_STYLE_LATEX) {
        nng_text_print(printer->text, "\\sum_{%s} ", letter);
        print_node(printer, node->children[0], MULTIPLIES);
        return;
    }
    nng_text_print(printer->text, "sum(%s: ", letter);
    print_node(printer, node->children[0], COMPARES);
    nng_text_add(printer->text, ")");
}

/* A fraction is not raised without brackets. */
static void print_transpose(const struct printer *printer, const struct nng_node *node)
{
    bool latex = printer->style == NNG_STYLE_LATEX, fraction = node->children[0]->kind == NNG_NODE_DERIVATIVE;
    nng_text_add(printer->text, latex && fraction ? "\\left(" : "");
    print_node(printer, node->children[0], POSTFIX);
    nng_text_add(printer->text, latex && fraction ? "\\right)" : "");
    nng_text_add(printer->text, latex ? "^{\\top}" : "'");
}

static void print_node(const struct printer *printer, const struct nng_node *node, enum binding least)
{
    bool latex = printer->style == NNG_STYLE_LATEX;
    bool open_sum = latex && node->kind == NNG_NODE_SUM && least > ADDS; /* a sum sign reaches to the right */
    bool brackets = binding(node) < least || open_sum;
    nng_text_add(printer->text, !brackets ? "" : latex ? "\\left(" : "(");
    if (node->spelling != NULL && node->kind != NNG_NODE_CALL && !latex)
        nng_text_add(printer->text, node->spelling);
    else
        switch (node->kind) {
        case NNG_NODE_NUMBER:
            if (latex && node->spelling != NULL)
                nng_text_add(printer->text, node->spelling);
            else
                nng_number_print(node->number, 17, printer->text);
            break;
        case NNG_NODE_SYMBOL:
            print_reference(printer, &node->of);
            break;
        case NNG_NODE_INDEX:
            nng_text_add(printer->text, printer->letters->at[node->letter].name);
            break;
        case NNG_NODE_ENTRY:
            print_entry(printer, node);
            break;
        case NNG_NODE_DERIVATIVE:
            print_derivative(printer, node);
            break;
        case NNG_NODE_LIST:
            print_list(printer, node);
            break;
        case NNG_NODE_NEGATE:
            nng_text_add(printer->text, "-");
            print_node(printer, node->children[0], NEGATES);
            break;
        case NNG_NODE_TRANSPOSE:
            print_transpose(printer, node);
            break;
        case NNG_NODE_BINARY:
            print_binary(printer, node);
            break;
        case NNG_NODE_CALL:
            print_call(printer, node);
            break;
        case NNG_NODE_SUM:
            print_sum(printer, node);
            break;
        }
    nng_text_add(printer->text, !brackets ? "" : latex ? "\\right)" : ")");
}

void nng_node_print(const struct nng_program *program, const struct nng_letters *letters, const struct nng_node *node,
                    enum nng_style style, struct nng_text *text)
{
    struct printer printer = {program, letters, style, text};
    print_node(&printer, node, COMPARES);
}

static const char *printed(const struct nng_program *program, const struct nng_letters *letters,
                           const struct nng_node *node, enum nng_style style)
{
    struct nng_text text = {0};
    nng_node_print(program, letters, node, style, &text);
    const char *copy = text.failed ? NULL : nng_arena_text(program->arena, text.data == NULL ? "" : text.data);
    nng_text_free(&text);
    return copy;
}

const char *nng_node_text(const struct nng_program *program, const struct nng_letters *letters,
                          const struct nng_node *node)
{
    return printed(program, letters, node, NNG_STYLE_LANGUAGE);
}

const char *nng_node_latex(const struct nng_program *program, const struct nng_letters *letters,
                           const struct nng_node *node)
{
    return printed(program, letters, node, NNG_STYLE_LATEX);
}

struct nng_shape_text nng_shape_text(size_t rows, size_t cols)
{
    struct nng_shape_text shape;
    if (rows == 1 && cols == 1)
        snprintf(shape.text, sizeof shape.text, "a scalar");
    else
        snprintf(shape.text, sizeof shape.text, "%zu x %zu", rows, cols);
    return shape;
}
