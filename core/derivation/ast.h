/* ast.h - expressions, definitions and claims of a derivation, as trees. */
#ifndef NNG_DERIVATION_AST_H
#define NNG_DERIVATION_AST_H

#include <stdbool.h>
#include <stddef.h>

#include "derivation/script.h"

struct nng_callable;
struct nng_host;

enum {
    NNG_TREE_DEPTH = 1000,    /* levels of one expression */
    NNG_INDEX_LIMIT = 16,     /* index letters in one statement */
    NNG_LINK_LIMIT = 64,      /* sides of one claim */
    NNG_ENTRY_LIMIT = 1 << 20 /* entries of one value */
};

enum nng_node_kind {
    NNG_NODE_NUMBER,
    NNG_NODE_SYMBOL,     /* a name of the program: its value */
    NNG_NODE_INDEX,      /* an index letter used as a number, as in (i == k) */
    NNG_NODE_ENTRY,      /* child[subscripts] */
    NNG_NODE_DERIVATIVE, /* d of / d by, both named values or entries of them */
    NNG_NODE_LIST,       /* [a, b; c, d]: list_rows rows */
    NNG_NODE_NEGATE,
    NNG_NODE_TRANSPOSE,
    NNG_NODE_BINARY, /* children[0] operator children[1] */
    NNG_NODE_CALL,   /* function(children), or its derivative function'(child) */
    NNG_NODE_SUM     /* sum(letter: child) */
};

enum nng_operator {
    NNG_ADD,
    NNG_SUBTRACT,
    NNG_MULTIPLY, /* matrix product, or scaling */
    NNG_DIVIDE,   /* by a scalar */
    NNG_POWER,    /* of scalars */
    NNG_TIMES_EACH,
    NNG_DIVIDE_EACH,
    NNG_POWER_EACH,
    NNG_EQUAL,
    NNG_GREATER,
    NNG_LESS
};

/* A number from 1, or an index letter plus a number: 3, k, k+1. */
struct nng_subscript {
    int letter; /* index into the statement's letters; -1: none */
    long offset;
};

struct nng_subscripts {
    int count;   /* 0: the whole value; 1 or 2 */
    bool packed; /* one run of digits, as in w212: whether it is one index or two is settled with the shapes */
    struct nng_subscript at[2];
};

/* A named value of the program, or an entry of it: what stands above and below the line of a derivative. */
struct nng_reference {
    int symbol;
    struct nng_subscripts subscripts;
};

struct nng_node {
    enum nng_node_kind kind;
    enum nng_operator operation;
    const char *spelling; /* SYMBOL, DERIVATIVE, NUMBER, CALL: how the page writes it; NULL: print the canonical form */
    size_t offset;        /* where in the source, for diagnostics */
    int depth;            /* of the tree below, this node included */

    double number, unit;              /* NUMBER: the value, and one unit of its last digit (0: a whole number, exact) */
    struct nng_reference of;          /* SYMBOL: the symbol; DERIVATIVE: the numerator */
    struct nng_reference by;          /* DERIVATIVE: the denominator */
    int letter;                       /* INDEX, SUM */
    struct nng_subscripts subscripts; /* ENTRY */
    const struct nng_callable *function; /* CALL */
    bool prime;                          /* CALL: the elementwise derivative of the function */
    size_t list_rows;                    /* LIST */

    struct nng_node **children;
    size_t child_count;

    size_t rows, cols; /* filled by shape inference */
};

/* An index letter of a statement. Free ones must hold for all their values; bound ones belong to one sum. */
struct nng_letter {
    const char *name;
    bool bound;
    bool in_scope;
    size_t range; /* 0: not yet known */
    size_t offset;
};

struct nng_letters {
    struct nng_letter at[NNG_INDEX_LIMIT];
    int count;
};

enum nng_symbol_kind {
    NNG_SYMBOL_GIVEN,   /* a value that is put in: of the model, or declared */
    NNG_SYMBOL_DEFINED, /* by an expression */
    NNG_SYMBOL_LET,     /* a name for a derivative */
    NNG_SYMBOL_ALIAS    /* another name for a symbol: h0 of x, h2 of yhat */
};

enum nng_domain {
    NNG_DOMAIN_REAL,  /* random values in (-1, 1) */
    NNG_DOMAIN_RANGE, /* in (low, high) */
    NNG_DOMAIN_POSITIVE,
    NNG_DOMAIN_NONNEGATIVE,
    NNG_DOMAIN_ONE_HOT, /* a sample */
    NNG_DOMAIN_DISTRIBUTION,
    NNG_DOMAIN_BINARY,
    NNG_DOMAIN_SIGN,
    NNG_DOMAIN_WEIGHT,  /* (-1, 1) scaled by 1/sqrt(fan-in) */
    NNG_DOMAIN_CONSTANT /* keeps its own value: N */
};

struct nng_symbol {
    const char *name;
    enum nng_symbol_kind kind;
    bool of_model; /* the model brought it */
    int line;      /* of its definition; 0: the model's */
    size_t offset;
    struct nng_node *definition; /* DEFINED: an expression; LET: a derivative */
    struct nng_letters *letters; /* DEFINED: those that its sums bind */
    int alias;                   /* ALIAS: of which symbol */
    size_t rows, cols;           /* 0: not yet inferred */
    enum nng_domain domain;      /* GIVEN */
    double low, high;            /* RANGE; WEIGHT: high is the scale */
    double *own;                 /* GIVEN: its own values, rows x cols; NULL: none, drawn at random */
    int visit;                   /* of the topological sort */
};

enum nng_statement_kind {
    NNG_STATEMENT_USE,
    NNG_STATEMENT_GIVEN,
    NNG_STATEMENT_LET,
    NNG_STATEMENT_DEFINE,
    NNG_STATEMENT_CLAIM
};

/* e_0 = e_1 = ... : count sides, count - 1 links. */
struct nng_claim_tree {
    struct nng_node *side[NNG_LINK_LIMIT];
    const char *text[NNG_LINK_LIMIT];                   /* as it stands in the source */
    size_t offset[NNG_LINK_LIMIT], end[NNG_LINK_LIMIT]; /* bytes of the source */
    bool approximately[NNG_LINK_LIMIT];                 /* the sign before the side was "about" */
    const char *misfit[NNG_LINK_LIMIT];                 /* why the side has no shape; NULL: it has one */
    size_t count;
    struct nng_letters letters;
};

struct nng_statement {
    enum nng_statement_kind kind;
    int line;
    size_t begin, end; /* bytes of the source */
    size_t first_token, token_end;
    int symbol;                   /* GIVEN, LET, DEFINE */
    struct nng_claim_tree *claim; /* CLAIM; DEFINE that goes on as a chain, or is judged against the model */
};

/* A whole derivation. Everything in it lives in the arena. */
struct nng_program {
    struct nng_arena *arena;
    struct nng_host *host;
    struct nng_script source;
    struct nng_symbol *symbols;
    int symbol_count, symbol_room;
    struct nng_statement *statements;
    size_t statement_count;
    struct nng_callable *callables; /* the plugins that its functions come from */
    int *order;                     /* the defined symbols, each after those that it uses */
    int order_count;

    const struct nng_model *model; /* NULL: the file stands alone */
    struct nng_model **read;       /* where a model that `use` reads is kept, for the caller to free */
    bool fixed;                    /* the model's own definitions cannot be replaced (--model) */
    bool batch;                    /* a whole batch at once: */
    size_t samples;                /* its first ones, 0: all */
    size_t sample;                 /* which one otherwise, from 0 */
    enum nng_notation notation;    /* NNG_IN_OUT: rows are samples */
};

/* Constructors: NULL when out of memory. */
struct nng_node *nng_node_new(struct nng_arena *arena, enum nng_node_kind kind, size_t offset, size_t children);
struct nng_node *nng_node_number(struct nng_arena *arena, double number);
struct nng_node *nng_node_symbol(struct nng_arena *arena, int symbol);
struct nng_node *nng_node_binary(struct nng_arena *arena, enum nng_operator operation, struct nng_node *left,
                                 struct nng_node *right);
struct nng_node *nng_node_unary(struct nng_arena *arena, enum nng_node_kind kind, struct nng_node *child);
struct nng_node *nng_node_call(struct nng_arena *arena, const struct nng_callable *function, struct nng_node *first,
                               struct nng_node *second);
struct nng_node *nng_node_copy(struct nng_arena *arena, const struct nng_node *node);

/* Sets depth from the children. */
void nng_node_measure(struct nng_node *node);

/* Same structure, names and numbers? Spelling and place do not matter. */
bool nng_node_equal(const struct nng_node *a, const struct nng_node *b);

bool nng_reference_equal(const struct nng_reference *a, const struct nng_reference *b);

/* Follows aliases. */
int nng_symbol_resolve(const struct nng_program *program, int symbol);

/* The symbol of that name, aliases followed; -1: none. */
int nng_symbol_find(const struct nng_program *program, const char *name);

/* Adds one; -1 when out of memory. */
int nng_symbol_add(struct nng_program *program, struct nng_symbol symbol);

#endif
