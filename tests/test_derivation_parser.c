/* test_derivation_parser.c - the derivation language: what is read, how it is grouped, and what is refused where. */
#include "support.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "derivation/claims.h"
#include "derivation/parser.h"
#include "derivation/print.h"
#include "derivation/shape.h"

static struct nng_arena *arena;
static struct nng_error error;
static struct nng_host *host;

static void open_all(void)
{
    arena = nng_arena_new();
    error = (struct nng_error){0};
    ck_assert_int_eq(nng_host_new(NULL, 0, &host, &error), NNG_OK);
}

static void close_all(void)
{
    nng_arena_free(arena);
    nng_host_free(host);
}

static enum nng_status parse(const char *text, struct nng_program **program)
{
    struct nng_script script = {.file = "t.deriv", .text = text, .length = strlen(text)};
    struct nng_model *model = NULL;
    enum nng_status status = nng_program_parse(arena, host, &script, NULL, program, &model, &error);
    if (status == NNG_OK)
        status = nng_shape_program(*program, &error);
    for (size_t i = 0; status == NNG_OK && i < (*program)->statement_count; i++)
        if ((*program)->statements[i].claim != NULL)
            status = nng_claim_shape(*program, (*program)->statements[i].claim, &error);
    nng_model_free(model);
    return status;
}

#define PRELUDE                                                                                                        \
    "given W2 : 2 x 3\ngiven x : 3\ngiven s : scalar = 2\na2 = W2*x\nyhat = softmax(a2)\nL = sum(yhat .^ 2)\n"

/* Every operator in brackets: how an expression was grouped. */
static void group(const struct nng_program *program, const struct nng_letters *letters, const struct nng_node *node,
                  struct nng_text *out)
{
    if (node->kind == NNG_NODE_BINARY || node->kind == NNG_NODE_NEGATE) {
        static const char *const signs[] = {"+", "-", "*", "/", "^", ".*", "./", ".^", "==", ">", "<"};
        nng_text_add(out, "(");
        if (node->kind == NNG_NODE_BINARY)
            group(program, letters, node->children[0], out);
        nng_text_add(out, node->kind == NNG_NODE_BINARY ? signs[node->operation] : "-");
        group(program, letters, node->children[node->child_count - 1], out);
        nng_text_add(out, ")");
    } else if (node->kind == NNG_NODE_TRANSPOSE) {
        nng_text_add(out, "(");
        group(program, letters, node->children[0], out);
        nng_text_add(out, "')");
    } else
        nng_node_print(program, letters, node, NNG_STYLE_LANGUAGE, out);
}

static const struct {
    const char *expression, *grouped;
} precedence[] = {
    {"1 + 2*3 - 4", "((1+(2*3))-4)"},
    {"-2^2", "(-(2^2))"},
    {"2^3^2", "(2^(3^2))"},
    {"2^-1", "(2^(-1))"},
    {"2*-s", "(2*(-s))"},
    {"x'*x", "((x')*x)"},
    {"-x'*x", "((-(x'))*x)"},
    {"1./s", "(1./s)"},
    {"1.*s", "(1.*s)"},
    {"1 - .5 .* s", "(1-(.5.*s))"},
    {"s > 1 + 1", "(s>(1+1))"},
    {"s/2/2", "((s/2)/2)"},
    {"s - 1 - 1", "((s-1)-1)"},
    {"dL/ds/2", "(dL/ds/2)"},
    {"dL/dx[2]/2", "(dL/dx[2]/2)"},
    {"dL/dW2'*dL/dW2", "((dL/dW2')*dL/dW2)"},
    {"sigmoid'(s)*s", "(sigmoid'(s)*s)"},
    {"W2[1,2]*w212", "(W2[1, 2]*w212)"},
};

START_TEST(groups_by_precedence)
{
    char text[512];
    struct nng_program *program;
    struct nng_text out = {0};
    snprintf(text, sizeof text, PRELUDE "claim %s = 1\n", precedence[_i].expression);
    open_all();
    ck_assert_msg(parse(text, &program) == NNG_OK, "%s: %s", precedence[_i].expression, error.text);
    const struct nng_claim_tree *claim = program->statements[program->statement_count - 1].claim;
    group(program, &claim->letters, claim->side[0], &out);
    ck_assert_str_eq(out.data, precedence[_i].grouped);
    nng_text_free(&out);
    close_all();
}
END_TEST

/* What is printed is read back to the same tree. */
START_TEST(prints_what_it_reads)
{
    static const char *const expressions[] = {
        "dL/dW2 = dL/da2 * x'",
        "dL/da2[i] = sum(k: dL/dyhat[k] * yhat[k]*((i==k) - yhat[i]))",
        "-(x' * x)^2 = -(2^-s) - (1 - (s - 1)) / (s * s) / s",
        "W2' * (yhat - [1, 0]) = (W2 .* [1, 2, 3; 4, 5, 6])' * -yhat",
        "dyhat[k]/da2[i] = (yhat .* yhat)[k] * -x'[1] * max(s, 0)",
    };
    for (size_t i = 0; i < sizeof expressions / sizeof expressions[0]; i++) {
        char text[1024];
        struct nng_program *first, *second;
        open_all();
        snprintf(text, sizeof text, PRELUDE "claim %s\n", expressions[i]);
        ck_assert_msg(parse(text, &first) == NNG_OK, "%s", error.text);
        const struct nng_claim_tree *a = first->statements[first->statement_count - 1].claim;
        struct nng_text again = {0};
        nng_text_add(&again, PRELUDE "claim ");
        nng_node_print(first, &a->letters, a->side[0], NNG_STYLE_LANGUAGE, &again);
        nng_text_add(&again, " = ");
        nng_node_print(first, &a->letters, a->side[1], NNG_STYLE_LANGUAGE, &again);
        ck_assert_msg(parse(again.data, &second) == NNG_OK, "%s: %s", again.data, error.text);
        const struct nng_claim_tree *b = second->statements[second->statement_count - 1].claim;
        ck_assert_msg(nng_node_equal(a->side[0], b->side[0]) && nng_node_equal(a->side[1], b->side[1]), "%s",
                      again.data);
        nng_text_free(&again);
        close_all();
    }
}
END_TEST

/* The spellings of a page come out as one. */
START_TEST(spellings)
{
    static const char *const lines[] = {
        "∂L/∂W_2 = ∂L/∂a_2 · xᵀ",
        "dL/dW2 = dL/da2 * x'",
        "∂L/∂W₂ = ∂L/∂a₂ * x′",
        "dL/dW_2 = (dL/da_2) * x'",
        "\xe2\x88\x82L/\xe2\x88\x82W2 = dL/da2*x'\r",
    };
    struct nng_node *first = NULL;
    open_all();
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char text[512];
        struct nng_program *program;
        snprintf(text, sizeof text, "\xef\xbb\xbf" PRELUDE "%s\n", lines[i]);
        ck_assert_msg(parse(text, &program) == NNG_OK, "%s: %s", lines[i], error.text);
        struct nng_node *side = program->statements[program->statement_count - 1].claim->side[1];
        first = first == NULL ? side : first;
        ck_assert_msg(nng_node_equal(first, side), "%s", lines[i]);
    }
    static const char *const entries[] = {"ŷ_1 = ŷ[1]",
                                          "y_hat[2] = yhat_2",
                                          "w_213 = W2[2,3]",
                                          "w213 = W_2[2, 3]",
                                          "a_21 = a2[1]",
                                          "σ(s) = sigmoid(s)",
                                          "Σ(k: x[k]) = sum(x)",
                                          "x ⊙ x = x .* x",
                                          "1 − s = 1 - s",
                                          "da21/dw212 = x2",
                                          "s ≈ 2"};
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        char text[512];
        struct nng_program *program;
        snprintf(text, sizeof text, PRELUDE "claim %s\n", entries[i]);
        ck_assert_msg(parse(text, &program) == NNG_OK, "%s: %s", entries[i], error.text);
    }
    close_all();
}
END_TEST

/* Bad input: the place and the words of its diagnostic. */
static const struct {
    const char *text;
    int line, column;
    const char *says;
} refused[] = {
    {"", 1, 1, "nothing is claimed"},
    {"# only a comment\n\n", 1, 1, "nothing is claimed"},
    {"claim 1 = \n", 1, 10, "expected a value, not the end of the"},
    {"claim 1\n", 1, 8, "expected '='"},
    {"clain 1 = 1\n", 1, 1, "did you mean 'claim'?"},
    {"claim (1 = 1\n", 1, 7, "'(' is never closed"},
    {"claim (1 = 1) = 1\n", 1, 10, "expected an operator or ')'"},
    {"claim 1 = (2\nclaim 1 = 1\n", 1, 11, "'(' is never closed"},
    {"claim 1 = [1, 2)\n", 1, 16, "expected ']' before ')'"},
    {"claim 1 = 2)\n", 1, 12, "')' closes nothing"},
    {"claim 1 = sigmoyd(1)\n", 1, 11, "did you mean 'sigmoid'?"},
    {"claim 1 = foo\n", 1, 11, "unknown name 'foo'"},
    {"claim 1 = q\n", 1, 11, "unknown name 'q'"},
    {"claim 1 = 2x\n", 1, 12, "put '*' between them"},
    {"claim 1 = $\n", 1, 11, "unexpected character '$'"},
    {"claim 1 = \"a\n", 1, 11, "never closed"},
    {"claim 1 = sum(1, 2, 3)\n", 1, 21, "'sum' takes at most 2 arguments"},
    {"claim 1 = softmax'([1, 2])\n", 1, 11, "write its Jacobian"},
    {"claim 1 = 1e999\n", 1, 11, "beyond the range"},
    {"a = b + 1\nb = a\n", 1, 1, "goes in a circle"},
    {"a = a\n", 1, 1, "goes in a circle"},
    {"a = 1\na = 2\n", 2, 1, "already defined in line 1"},
    {"a = 1\nda = 2\n", 2, 1, "the differential of 'a'"},
    {"sum = 1\n", 1, 1, "is a function"},
    {"let let = 1\n", 1, 5, "is a keyword"},
    {"given t 3\n", 1, 9, "expected ':'"},
    {"given t : 0\n", 1, 11, "expected a size"},
    {"given t : 3 onehot\n", 1, 13, "did you mean 'one-hot'?"},
    {"given t : 3 in (1, 1)\n", 1, 13, "an empty interval"},
    {"given t : 2000000 x 2000000\n", 1, 11, "expected a size"},
    {"given t : 1000000 x 1000000\n", 1, 19, "entries"},
    {"given t : 3\nlet d2 = t\n", 2, 10, "'let' names a derivative"},
    {"given t : 3\nclaim t = t[4]\n", 2, 11, "outside of 1 ... 3"},
    {"given t : 3\nclaim t[k] = sum(k: t[k])\n", 2, 18, "shadows another 'k'"},
    {"given t : 3\nclaim sum(t: t) = 1\n", 2, 11, "shadows another 't'"},
    {"given t : 3\nclaim t[k] + [1, 2][k] = 1\n", 2, 14, "runs over 2 entries here, and over 3 before"},
    {"given t : 3\nclaim sum(k: 1) = 3\n", 2, 11, "nothing says what the index 'k' runs over"},
    {"given A : 2 x 2\nclaim A[1] = 1\n", 2, 7, "needs two indices"},
    {"given t : 3\nL = sum(t)\nclaim dL/dq = 1\n", 3, 10, "unknown name 'q'"},
    {"given t : 3\nL = sum(t)\nclaim dL = 1\n", 3, 10, "expected '/' and a second differential"},
    {"given t : 3\nM = t*t'\nclaim dM/dt = 1\n", 3, 7, "take it entry by entry"},
    {"given t : 3\nL = sum(t) + dL/dt\n", 2, 14, "derivatives stand in claims"},
    {"given W2 : 2 x 2\nw211 = 3\n", 2, 1, "claim w211 = ..."},
    {"given t : 2\nL = t*t\n", 2, 5, "as many columns as rows"},
    {"use \"\"\n", 1, 5, "needs the name"},
    {"use model\n", 1, 1, "in quotes"},
    {"claim 1 = \xff\n", 1, 11, "not valid UTF-8"},
    {"claim 1 = 1 2\n", 1, 13, "expected an operator or the end of the line, not '2'"},
    {"given t : 3\nclaim t(1) = 1\n", 2, 7, "no function"},
    {"given t : 3\nclaim t[0] = 1\n", 2, 9, "a whole number from 1"},
};

START_TEST(refuses_with_place)
{
    struct nng_program *program;
    open_all();
    ck_assert_msg(parse(refused[_i].text, &program) == NNG_INPUT, "accepted: %s", refused[_i].text);
    ck_assert_msg(strstr(error.text, refused[_i].says) != NULL, "%s: '%s'", refused[_i].text, error.text);
    ck_assert_msg(error.line == refused[_i].line && error.column == refused[_i].column, "%s: %d:%d, not %d:%d: %s",
                  refused[_i].text, error.line, error.column, refused[_i].line, refused[_i].column, error.text);
    close_all();
}
END_TEST

/* Depth and length end in a diagnostic, never in a crash. */
START_TEST(bounded)
{
    static const char *const repeated[] = {"(", "-", "[", "1+", "x'", "2^", "sum(k:", "f(", "x[", "1;", "="};
    enum { LENGTH = 1 << 20 };
    char *text = malloc(LENGTH + 64);
    for (size_t r = 0; r < sizeof repeated / sizeof repeated[0]; r++) {
        struct nng_program *program;
        size_t n = strlen(repeated[r]), at = (size_t)sprintf(text, "given x : 3\nclaim 1 = ");
        while (at + n < LENGTH) {
            memcpy(text + at, repeated[r], n);
            at += n;
        }
        strcpy(text + at, "1");
        open_all();
        ck_assert_int_eq(parse(text, &program), NNG_INPUT);
        ck_assert_str_ne(error.text, "");
        close_all();
    }
    free(text);
}
END_TEST

static int allow_some(void *context)
{
    return (*(int *)context)-- > 0;
}

START_TEST(memory_runs_out)
{
    bool done = false;
    for (int allowed = 1; !done; allowed++) {
        struct nng_program *program;
        int left = allowed;
        open_all();
        nng_set_allocation_test(allow_some, &left);
        enum nng_status status =
            parse(PRELUDE "claim dL/da2[i] = sum(k: dL/dyhat[k]*dyhat[k]/da2[i])\nclaim x = [1, 2, 3]\n", &program);
        nng_set_allocation_test(NULL, NULL);
        ck_assert(status == NNG_OK || status == NNG_MEMORY);
        done = status == NNG_OK;
        close_all();
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("derivation_parser");
    TCase *tcase = tcase_create("derivation_parser");
    tcase_set_timeout(tcase, 120);
    tcase_add_loop_test(tcase, groups_by_precedence, 0, sizeof precedence / sizeof precedence[0]);
    tcase_add_test(tcase, prints_what_it_reads);
    tcase_add_test(tcase, spellings);
    tcase_add_loop_test(tcase, refuses_with_place, 0, sizeof refused / sizeof refused[0]);
    tcase_add_test(tcase, bounded);
    tcase_add_test(tcase, memory_runs_out);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
