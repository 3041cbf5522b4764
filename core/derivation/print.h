/* print.h - an expression back in the derivation language, and in LaTeX. */
#ifndef NNG_DERIVATION_PRINT_H
#define NNG_DERIVATION_PRINT_H

#include "base/text.h"
#include "derivation/ast.h"

enum nng_style {
    NNG_STYLE_LANGUAGE, /* what the parser reads */
    NNG_STYLE_LATEX     /* what a page shows, without dollar signs */
};

/* Adds the expression to the text, with as few brackets as precedence allows. */
void nng_node_print(const struct nng_program *program, const struct nng_letters *letters, const struct nng_node *node,
                    enum nng_style style, struct nng_text *text);

/* The same in the language, in the arena; NULL: out of memory. */
const char *nng_node_latex(const struct nng_program *program, const struct nng_letters *letters,
                           const struct nng_node *node);
const char *nng_node_text(const struct nng_program *program, const struct nng_letters *letters,
                          const struct nng_node *node);

/* A number with as many digits as it needs, at most `digits`. */
void nng_number_print(double number, int digits, struct nng_text *text);

/* "scalar", "4 x 2". */
struct nng_shape_text {
    char text[48];
};
struct nng_shape_text nng_shape_text(size_t rows, size_t cols);

#endif
