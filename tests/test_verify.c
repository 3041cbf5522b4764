/* test_verify.c - derivations by hand: the course's own, right and with each of its mistakes.
 *
 * tests/derivations/right holds derivations that are true; none of them is ever accused. tests/derivations/wrong holds
 * one version for each mistake; the table says which line is the first false one, and what is wrong with it.
 */
#include "support.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/save.h"
#include "nngrad/nngrad.h"

#define DERIVATIONS SOURCE_DIR "/tests/derivations/"

static struct nng_host *host;
static struct nng_error error;

static void open_host(void)
{
    error = (struct nng_error){0};
    ck_assert_int_eq(nng_host_new(NULL, 0, &host, &error), NNG_OK);
}

static void close_host(void)
{
    nng_host_free(host);
}

static struct nng_verification *verify_with(const char *file, struct nng_verify_options options)
{
    struct nng_verification *v = NULL;
    enum nng_status status = nng_verify(host, file, &options, &v, &error);
    ck_assert_msg(status == NNG_OK, "%s:%d: %s", file, error.line, error.text);
    return v;
}

static struct nng_verification *verify(const char *file)
{
    return verify_with(file, (struct nng_verify_options){.points = 5, .seed = 1, .causes = true});
}

static char *write_text(const char *text)
{
    static char file[40];
    snprintf(file, sizeof file, "verify_%06d.deriv", (int)getpid());
    ck_assert_int_eq(nng_file_write(file, text, strlen(text), &error), NNG_OK);
    return file;
}

static struct nng_verification *verify_text(const char *text)
{
    char *file = write_text(text);
    struct nng_verification *v = verify(file);
    remove(file);
    return v;
}

/* ---- the corpus ---------------------------------------------------------------------------------------------- */

START_TEST(right_ones_are_never_accused)
{
    int files = 0;
    open_host();
    DIR *folder = opendir(DERIVATIONS "right");
    ck_assert_ptr_nonnull(folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        char path[1024];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, DERIVATIONS "right/%s", entry->d_name);
        for (uint64_t seed = 0; seed < 100; seed++) {
            struct nng_verification *v = verify_with(path, (struct nng_verify_options){.points = 5, .seed = seed});
            ck_assert_msg(v->verdict == NNG_PASS, "%s: line %d, seed %d", path, v->first_false_line, (int)seed);
            for (size_t i = 0; i < v->claim_count; i++)
                ck_assert_msg(v->claims[i].cause == NULL && !v->claims[i].trivial, "%s: line %d: %s", path,
                              v->claims[i].line, v->claims[i].message);
            nng_verification_free(v);
        }
        files++;
    }
    closedir(folder);
    ck_assert_int_ge(files, 10);
    close_host();
}
END_TEST

static const struct {
    const char *name;
    int line;
    const char *cause;
} wrong[] = {
    {"sigmoid_neuron_sign", 11, "sign"},
    {"sigmoid_neuron_factor", 11, "factor"},
    {"sigmoid_neuron_printed_sign", 11, "sign"},
    {"sigmoid_neuron_arithmetic", 11, "arithmetic"},
    {"sigmoid_neuron_missing_slope", 17, "missing-factor"},
    {"sigmoid_neuron_half_slope", 17, "missing-factor"},
    {"sigmoid_neuron_slope_of_h", 13, "wrong-argument"},
    {"sigmoid_neuron_bias_times_x", 18, "spurious-factor"},
    {"chain_rule_inner_lost", 11, "missing-factor"},
    {"chain_rule_factor_lost", 11, "factor"},
    {"chain_rule_sign", 13, "sign"},
    {"chain_rule_inverted", 18, "missing-path"},
    {"chain_rule_wrong_weight", 19, "wrong-argument"},
    {"chain_rule_outer_argument", 8, "wrong-argument"},
    {"light_math_published_factor", 9, "spurious-factor"},
    {"light_math_published_chain", 12, "missing-path"},
    {"light_math_published_update", 12, "missing-path"},
    {"light_math_published_w131", 16, "missing-path"},
    {"light_math_one_successor", 14, "missing-path"},
    {"light_math_transposed_index", 14, "transpose"},
    {"light_math_sign", 7, "sign"},
    {"light_math_factor", 7, "factor"},
    {"light_math_truncated_digit", 11, "arithmetic"},
    {"light_math_neighbour", 11, "wrong-argument"},
    {"light_math_list_order", 4, "order"},
    {"full_math_sign", 9, "sign"},
    {"full_math_transposed", 10, "transpose"},
    {"full_math_untransposed", 12, "transpose"},
    {"full_math_missing_slope", 13, "missing-factor"},
    {"full_math_slope_of_h", 13, "wrong-argument"},
    {"full_math_no_prime", 13, "wrong-argument"},
    {"full_math_half_slope", 14, "missing-factor"},
    {"full_math_wrong_layer", 15, "wrong-argument"},
    {"full_math_softmax_diagonal", 8, "missing-path"},
    {"full_math_softmax_twice", 10, "spurious-factor"},
    {"full_math_jacobian_sign", 7, "sign"},
    {"full_math_jacobian_diagonal", 7, "missing-path"},
    {"full_math_loss_sign", 6, "sign"},
    {"full_math_matrix_product", 14, "shape"},
    {"full_math_bias_times_h", 11, "spurious-factor"},
    {"full_math_neighbour_delta", 16, "wrong-argument"},
    {"full_math_rows_transposed", 9, "transpose"},
    {"full_math_rows_order", 6, "order"},
    {"full_math_rows_tanh_as_sigmoid", 7, "wrong-argument"},
    {"full_math_rows_wrong_layer", 4, "wrong-argument"},
    {"full_math_rows_tanh_of_h", 11, "wrong-argument"},
    {"full_math_rows_tanh_slope_linear", 7, "wrong-argument"},
    {"softmax_index_diagonal_only", 9, "missing-path"},
    {"softmax_index_wrong_index", 9, "wrong-argument"},
    {"softmax_index_no_sum", 10, "missing-path"},
    {"softmax_index_one_index", 10, "wrong-argument"},
    {"softmax_index_sign", 8, "sign"},
    {"softmax_index_inverted", 8, "order"},
    {"batch_no_mean", 5, "factor"},
    {"batch_mean_twice", 6, "factor"},
    {"batch_bias_sum", 7, "missing-path"},
    {"batch_transposed", 6, "transpose"},
    {"batch_untransposed", 8, "transpose"},
    {"batch_wrong_layer", 10, "wrong-argument"},
    {"batch_bias_of_neighbour", 11, "wrong-argument"},
    {"batch_columns_bias_sum", 6, "missing-path"},
    {"batch_columns_no_mean", 4, "factor"},
    {"batch_columns_missing_slope", 7, "missing-factor"},
    {"penalty_forgotten", 7, "missing-path"},
    {"penalty_factor", 7, "factor"},
    {"penalty_on_bias", 8, "spurious-factor"},
    {"penalty_sign", 10, "sign"},
    {"penalty_of_other_layer", 10, "wrong-argument"},
    {"mazur_sign", 3, "sign"},
    {"mazur_product", 6, "arithmetic"},
    {"mazur_one_successor", 7, "missing-path"},
    {"mazur_w_of_neighbour", 7, "transpose"},
};
enum { WRONG_COUNT = sizeof wrong / sizeof wrong[0] };

/* The claim's correction, put in the place of the line, passes. */
static void check_correction(const char *path, const struct nng_claim *claim)
{
    char *text = NULL;
    size_t length = 0;
    int line = 0;
    char row[4096];
    char file[1100];
    FILE *in = fopen(path, "r"), *out = open_memstream(&text, &length);
    ck_assert(in != NULL && out != NULL);
    while (fgets(row, sizeof row, in) != NULL)
        fputs(++line != claim->line ? row : "", out);
    fprintf(out, "claim %s\n", claim->correction);
    fclose(in);
    fclose(out);
    snprintf(file, sizeof file, DERIVATIONS "wrong/corrected_%d.deriv", (int)getpid());
    ck_assert_int_eq(nng_file_write(file, text, length, &error), NNG_OK);
    struct nng_verification *v = verify(file);
    remove(file);
    free(text);
    const struct nng_claim *last = &v->claims[v->claim_count - 1];
    ck_assert_msg(last->verdict == NNG_PASS && !last->trivial, "%s: %s", path, claim->correction);
    nng_verification_free(v);
}

START_TEST(wrong_ones_are_caught_and_corrected)
{
    char path[1024];
    snprintf(path, sizeof path, DERIVATIONS "wrong/%s.deriv", wrong[_i].name);
    open_host();
    struct nng_verification *v = verify(path);
    ck_assert_int_eq(v->verdict, NNG_FAIL);
    ck_assert_int_eq(v->first_false_line, wrong[_i].line);
    for (size_t i = 0; i < v->claim_count; i++) {
        const struct nng_claim *claim = &v->claims[i];
        if (claim->line != wrong[_i].line)
            continue;
        ck_assert_str_eq(claim->cause, wrong[_i].cause);
        ck_assert_ptr_nonnull(claim->correction);
        check_correction(path, claim);
    }
    nng_verification_free(v);
    close_host();
}
END_TEST

/* Every file of the folder is in the table. */
START_TEST(table_is_complete)
{
    int files = 0;
    DIR *folder = opendir(DERIVATIONS "wrong");
    ck_assert_ptr_nonnull(folder);
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder))
        files += entry->d_name[0] != '.' && strncmp(entry->d_name, "corrected_", 10) != 0 ? 1 : 0;
    closedir(folder);
    ck_assert_int_eq(files, WRONG_COUNT);
    ck_assert_int_ge(files, 40);
}
END_TEST

/* Of equal corrections the shortest comes first; none takes a detour, and none is another one in another order. */
START_TEST(corrections_are_arranged)
{
    static const struct {
        const char *name;
        int line;
        const char *corrections[3];
    } arranged[] = {
        {"penalty_factor",
         7,
         {"dL/dW2 = dL/da2 * h1' + lambda * W2"}},   /* ... + 2 * lambda * W2 / 2, ... - lambda * W2 */
        {"penalty_on_bias", 8, {"dL/db2 = dL/da2"}}, /* ... + lambda * b2 - lambda * b2 */
        {"sigmoid_neuron_factor", 11, {"dL/dyhat = yhat - y"}},
        {"batch_mean_twice", 6, {"dL/dW2 = H1' * dL/dA2"}}, /* N * (... / N) */
        {"full_math_softmax_twice", 10, {"dL/dW2 = delta2 * h1'", "dL/dW2 = dyhat/da2 * dL/dyhat * h1'"}},
        {"full_math_half_slope", 14, {"delta1 = dL/dh1 .* h1 .* (1 - h1)", "delta1 = dL/dh1 .* sigmoid'(a1)"}},
        {"mazur_w_of_neighbour", 7, {"dL/dh11 = dL/da21 * w211 + dL/da22 * W2[2, 1]"}}, /* W2'[1, 2] */
    };
    open_host();
    for (size_t i = 0; i < sizeof arranged / sizeof arranged[0]; i++) {
        char path[1024];
        snprintf(path, sizeof path, DERIVATIONS "wrong/%s.deriv", arranged[i].name);
        struct nng_verification *v = verify(path);
        size_t count = 0;
        for (size_t k = 0; k < v->claim_count; k++) {
            const struct nng_link *link = &v->claims[k].links[0];
            for (size_t c = 0; v->claims[k].line == arranged[i].line && c < link->correction_count; c++) {
                ck_assert_msg(c < 3 && arranged[i].corrections[c] != NULL, "%s: %s", path, link->corrections[c]);
                ck_assert_str_eq(link->corrections[c], arranged[i].corrections[c]);
                count++;
            }
        }
        ck_assert_msg(count > 0 && (count == 3 || arranged[i].corrections[count] == NULL), "%s", path);
        nng_verification_free(v);
    }
    close_host();
}
END_TEST

/* ---- the lines that were printed ----------------------------------------------------------------------------- */

/* Public notes print dL/dw_212 = -0.029; three mistakes lead there, and each is named. */
START_TEST(three_published_mistakes)
{
    open_host();
    struct nng_verification *v = verify(DERIVATIONS "wrong/light_math_published_chain.deriv");
    const struct nng_claim *claim = NULL;
    for (size_t i = 0; i < v->claim_count; i++)
        claim = v->claims[i].line == 12 ? &v->claims[i] : claim;
    ck_assert_ptr_nonnull(claim);
    ck_assert_uint_eq(claim->link_count, 3);
    ck_assert_str_eq(claim->links[0].cause, "missing-path");
    ck_assert_str_eq(claim->links[1].cause, "spurious-factor");
    ck_assert_ptr_nonnull(strstr(claim->links[1].message, "-a2[2]"));
    ck_assert_str_eq(claim->links[2].cause, "sign");
    ck_assert(fabs(claim->numeric[0] - -0.130376706180) < 1e-12);
    ck_assert(claim->uncertainty > 0 && claim->uncertainty < 1e-9);
    nng_verification_free(v);
    v = verify(DERIVATIONS "wrong/light_math_published_w131.deriv");
    for (size_t i = 0; i < v->claim_count; i++)
        if (v->claims[i].verdict == NNG_FAIL) {
            ck_assert(fabs(v->claims[i].numeric[0] - 0.003159356764) < 1e-12);
            ck_assert_ptr_nonnull(strstr(v->claims[i].message, "it is the sum over the paths through a2[1]"));
        }
    nng_verification_free(v);
    close_host();
}
END_TEST

/* The same line as the page has it, numbers alone: they are read as the local derivatives along one path. */
START_TEST(three_mistakes_in_numbers)
{
    open_host();
    struct nng_verification *v = verify_text("use \"" SOURCE_DIR "/tests/models/442.cfg\"\n"
                                             "claim dL/dw212 = -0.46 * -0.079 * 0.80 = -0.029\n");
    const struct nng_claim *claim = &v->claims[0];
    ck_assert_str_eq(claim->links[0].cause, "missing-path");
    ck_assert_ptr_nonnull(strstr(claim->links[0].message, "-0.079 is not dyhat[1]/da2[1] = 0.17692"));
    ck_assert_ptr_nonnull(strstr(claim->links[0].message, "(-a2[2])"));
    ck_assert_ptr_nonnull(strstr(claim->links[0].message, "spurious-factor"));
    ck_assert_str_eq(claim->links[1].cause, "sign");
    nng_verification_free(v);
    close_host();
}
END_TEST

/* All 750 blobs would take minutes, which is said at once; some of them are a batch as good as any. */
START_TEST(large_batches)
{
#define BLOBS(batch)                                                                                                   \
    "use \"" SOURCE_DIR "/tests/models/blobs.cfg\" " batch "\nA2 = sigmoid(X*W1 + b1)*W2 + b2\nP = softmax(A2)\n"      \
    "L = -sum(Y .* log(P))/N\nclaim dL/dA2 = (P - Y)/N\n"
    open_host();
    struct nng_verification *v = NULL;
    struct nng_verify_options options = {.points = 5};
    char *file = write_text(BLOBS("batch"));
    clock_t begun = clock();
    ck_assert_int_eq(nng_verify(host, file, &options, &v, &error), NNG_INPUT);
    ck_assert_str_eq(error.text, "too much work: 3000 derivatives at 6 points, over 4e+09 operations ('use ... batch "
                                 "32' takes the first 32 samples)");
    ck_assert_int_eq(error.line, 5);
    ck_assert_int_lt((clock() - begun) / CLOCKS_PER_SEC, 5);
    remove(file);
    v = verify_text(BLOBS("batch 9") "claim N = 9\nclaim sum(Y) = 9\n");
    ck_assert_int_eq(v->verdict, NNG_PASS);
    ck_assert_uint_eq(v->claims[0].rows, 9);
    nng_verification_free(v);
    close_host();
#undef BLOBS
}
END_TEST

/* ---- verdicts of single lines -------------------------------------------------------------------------------- */

static const struct {
    const char *text; /* the last claim is judged */
    enum nng_verdict verdict;
    const char *cause; /* NULL: none */
    const char *says;  /* in its message; NULL: anything */
} lines[] = {
    /* printed numbers: within half a unit, within one, from rounded operands, and none of them */
    {"given s : scalar = 0.7968\nclaim s = 0.80", NNG_PASS, NULL, NULL},
    {"given s : scalar = 0.7968\nclaim s = 0.797", NNG_PASS, NULL, NULL},
    {"given s : scalar = 0.7968\nclaim s = 0.796", NNG_PASS, "truncated", "truncated"},
    {"given s : scalar = 0.7968\nclaim s = 0.795", NNG_FAIL, "arithmetic", NULL},
    {"given s : scalar = 0.7968\nclaim s = 1", NNG_FAIL, "arithmetic", NULL},
    {"given s : scalar = 0.7968\nclaim s \xe2\x89\x88 1", NNG_PASS, NULL, NULL},
    {"given s : scalar = 2\nclaim s = 2", NNG_PASS, NULL, NULL},
    {"given s : scalar = 1.4\ngiven r : scalar = 1.4\nclaim s*r = 1.4 * 1.4 = 1.96", NNG_PASS, NULL, NULL},
    {"given s : scalar = 1.449\ngiven r : scalar = 1.449\nclaim s*r = 1.4 * 1.4 = 1.96", NNG_PASS, "rounding",
     "rounded operands"},
    {"given s : scalar = 1.4\ngiven r : scalar = 1.4\nclaim s*r = 1.4 * 1.4 = 2.96", NNG_FAIL, "arithmetic", NULL},
    {"given s : scalar = 1.4\ngiven r : scalar = 1.4\nclaim s*r = 1.4 * 1.4 = -1.96", NNG_FAIL, "sign", NULL},
    {"given s : scalar = 0.00632\nclaim s = 6.3e-3", NNG_PASS, NULL, NULL},
    {"given s : scalar = 0.00632\nclaim s = 6.4e-3", NNG_PASS, "truncated", NULL},
    {"given s : scalar = 0.77\nclaim 0.8 = s", NNG_PASS, NULL, NULL},
    /* a given value that is copied is not a rounded one; a computed one may be */
    {"given s : scalar = 0.8\ng = 0.13*s/0.8\nclaim s + g = 0.8 + 0.065", NNG_FAIL, "arithmetic", NULL},
    {"given s : scalar = 0.8\ng = 0.13*s/0.8\nclaim s + g = 0.8 + 0.13 = 0.93", NNG_PASS, NULL, NULL},
    {"given s : scalar = -0.8\ng = 0.13*s\nclaim s - g = -0.8 - (-0.06)", NNG_FAIL, "arithmetic", NULL},
    {"given s : scalar = 0.77\ng = 0.13\nclaim s + g = 0.8 + 0.13", NNG_PASS, NULL, NULL},
    {"given r : scalar = 0.802\ns = 1*r\ng = 0.13\nclaim s + g = 0.80 + 0.13", NNG_PASS, NULL, NULL},
    /* one value in scope that makes the number is its cause, two are chance */
    {"given s : scalar = 0.5\ngiven a : scalar = 0.6\nL = s^2\ndL/ds = 0.60", NNG_FAIL, "spurious-factor",
     "but dL/ds * (a)"},
    {"given s : scalar = 0.5\ngiven a : scalar = 0.6\ngiven b : scalar = 0.604\nL = s^2\ndL/ds = 0.60", NNG_FAIL,
     "unknown", NULL},
    /* formulas hold everywhere, or at these values only */
    {"given s : scalar = 2\nclaim s^2 = 2*s", NNG_PASS, NULL, "true at these values only"},
    {"given s : scalar\nclaim s^2 = 2*s", NNG_FAIL, NULL, NULL},
    {"given s : scalar = 2\nclaim s^2 = s*s", NNG_PASS, NULL, NULL},
    {"given s : scalar = 3\nclaim s^2 = 0.5*s*6.0", NNG_PASS, NULL, "true at these values only"},
    {"given t : 3 one-hot\nclaim sum(t) = 1*sum(t .^ 2)", NNG_PASS, NULL, NULL},
    {"given t : 3 distribution\nclaim sum(t) = 1 + 0*t1", NNG_PASS, NULL, NULL},
    {"given t : 3 positive\nclaim abs(t) = t", NNG_PASS, NULL, NULL},
    {"given t : 3 in (2, 3)\nclaim abs(t - 2) = t - 2", NNG_PASS, NULL, NULL},
    /* a whole number is exact, so beside what has no value it is a formula */
    {"given s : scalar\nr = s - 3*s\ndr/ds = -2", NNG_PASS, NULL, NULL},
    {"given s : scalar\nr = s - 3*s\ndr/ds = 2", NNG_FAIL, "sign", NULL},
    /* kinks: inside the hull, outside of it, and away from it */
    {"given t : scalar = 0\nr = relu(t)\ndr/dt = (t > 0)", NNG_KINK, NULL, NULL},
    {"given t : scalar = 0\nr = relu(t)\ndr/dt = 1 + 0*t", NNG_FAIL, NULL, NULL},
    {"given t : scalar = 0\nr = relu(t)\ndr/dt = 0", NNG_KINK, NULL, NULL},
    {"given t : scalar = 0\nr = relu(t)\ndr/dt = 2", NNG_FAIL, NULL, NULL},
    {"given t : scalar = 0\nr = abs(t)\ndr/dt = -1", NNG_KINK, NULL, NULL},
    {"given t : scalar = 0\nr = abs(t)\ndr/dt = -3", NNG_FAIL, NULL, NULL},
    {"given t : scalar = 0.3\nr = relu(t)\ndr/dt = relu'(t)", NNG_PASS, NULL, NULL},
    {"given t : scalar = 0.3\nr = max(t, 0.2)\ndr/dt = (t > 0.2)", NNG_PASS, NULL, NULL},
    {"given t : scalar = 0\nr = relu(t)^2\ndr/dt = 2*relu(t)", NNG_PASS, NULL, NULL},
    /* cancellation is not judged more sharply than rounding allows */
    {"given t : scalar = 40\nr = log(1 + exp(-t))\ndr/dt = -sigmoid(-t)", NNG_PASS, NULL, NULL},
    {"given t : scalar = 40\nr = log(1 + exp(-t))\ndr/dt = 0", NNG_FAIL, "unknown", NULL},
    {"given t : scalar = 40\nr = softplus(-t)\ndr/dt = -sigmoid(-t)", NNG_PASS, NULL, NULL},
    {"given a : 2\np = softmax(a)\ndp/da = diag(p) - p*p'", NNG_PASS, NULL, NULL},
    {"given a : 3\nr = logsumexp(a)\ndr/da = softmax(a)", NNG_PASS, NULL, NULL},
    {"given a : 3\nr = sin(a1)*cos(a2) + norm(a)\ndr/da1 = cos(a1)*cos(a2) + a1/norm(a)", NNG_PASS, NULL, NULL},
    /* derivatives by intermediates cut the program there */
    {"given x : scalar = 2\nu = x^2\nr = u + x\ndr/du = 1", NNG_PASS, NULL, NULL},
    {"given x : scalar = 2\nu = x^2\nr = u + x\ndr/dx = 2*x + 1", NNG_PASS, NULL, NULL},
    {"given x : scalar = 2\nu = x^2\nv = u\ndv/dv = 1", NNG_PASS, NULL, NULL},
    {"given x : scalar = 2\ngiven y : scalar = 1\nu = x^2\ndu/dy = 0", NNG_PASS, NULL, NULL},
    /* shapes */
    {"given W : 2 x 3\ngiven x : 3\nL = sum(W*x)\ndL/dW = x*ones(1, 2)", NNG_FAIL, "transpose", "2 x 3"},
    {"given W : 2 x 3\ngiven x : 3\nL = sum(W*x)\ndL/dx = W*ones(2)", NNG_FAIL, "transpose", NULL},
    {"given x : 2\nL = sum(x .* x)\ndL/dx = [1, 2, 3]", NNG_FAIL, "shape", "3 x 1"},
    /* a part of the paths */
    {"given x : scalar = 2\nu = x^2\nv = 3*x\nr = u + v\ndr/dx = dr/du * du/dx", NNG_FAIL, "missing-path", NULL},
};

START_TEST(single_lines)
{
    open_host();
    struct nng_verification *v = verify_text(lines[_i].text);
    const struct nng_claim *claim = &v->claims[v->claim_count - 1];
    ck_assert_msg(claim->verdict == lines[_i].verdict, "%s: %s: %s", lines[_i].text, nng_verdict_name(claim->verdict),
                  claim->message == NULL ? "" : claim->message);
    if (lines[_i].cause != NULL)
        ck_assert_msg(claim->cause != NULL && strcmp(claim->cause, lines[_i].cause) == 0, "%s: %s", lines[_i].text,
                      claim->cause == NULL ? "no cause" : claim->cause);
    else
        ck_assert_msg(claim->verdict == NNG_FAIL || claim->cause == NULL, "%s: %s", lines[_i].text, claim->cause);
    if (lines[_i].says != NULL)
        ck_assert_msg(claim->message != NULL && strstr(claim->message, lines[_i].says) != NULL, "%s: %s",
                      lines[_i].text, claim->message == NULL ? "" : claim->message);
    nng_verification_free(v);
    close_host();
}
END_TEST

/* ---- trivial, assumed, missing, carried ---------------------------------------------------------------------- */

#define PROGRAM "given x : 3\ngiven W2 : 2 x 3\na2 = W2*x\np = softmax(a2)\nL = sum(p .^ 2)\n"

START_TEST(trivial_claims_count_for_nothing)
{
    static const char *const trivial[] = {
        "dL/da2 = dL/da2",     "dL/da2 = 1 * (dL/da2 + 0*a2)",    "dL/dW2 = (dL/dW2')'",
        "dL/da21 = dL/da2[1]", "dL/da2[1] = dot(dL/da2, [1, 0])", "dL/da2[i] = 2*dL/da2[i]/2",
        "claim a2 = a2 + 0"};
    open_host();
    for (size_t i = 0; i < sizeof trivial / sizeof trivial[0]; i++) {
        char text[512];
        snprintf(text, sizeof text, PROGRAM "%s\ndL/dx = W2' * dL/da2", trivial[i]);
        struct nng_verification *v = verify_text(text);
        ck_assert_msg(v->claims[0].trivial, "%s", trivial[i]);
        bool assumed = false; /* a trivial claim claims nothing */
        for (size_t k = 0; k < v->assumed_count; k++)
            assumed = assumed || strcmp(v->assumed[k], "dL/da2") == 0;
        ck_assert_msg(assumed, "%s", trivial[i]);
        nng_verification_free(v);
    }
    close_host();
}
END_TEST

START_TEST(assumed_and_missing)
{
    const char *const require[] = {"dL/dW2", "dL/da2", "dL/dx"};
    struct nng_verify_options options = {.points = 3, .require = require, .require_count = 3};
    open_host();
    char *file = write_text(PROGRAM "dL/dp = 2*p\ndL/da2 = (dp/da2)' * dL/dp\ndL/dW2[i,j] = dL/da2[i]*x[j]");
    struct nng_verification *v = verify_with(file, options);
    ck_assert_uint_eq(v->assumed_count, 1);
    ck_assert_str_eq(v->assumed[0], "dp/da2");
    ck_assert_uint_eq(v->missing_count, 1);
    ck_assert_str_eq(v->missing[0], "dL/dx");
    ck_assert_int_eq(v->verdict, NNG_FAIL);
    ck_assert_int_eq(v->first_false_line, 0);
    nng_verification_free(v);
    file = write_text(PROGRAM "dL/dx1 = W2[1,1]*dL/da21 + W2[2,1]*dL/da22\n"
                              "dL/dx2 = W2[1,2]*dL/da21 + W2[2,2]*dL/da22\n"
                              "dL/dx3 = W2[1,3]*dL/da21 + W2[2,3]*dL/da22");
    options.require = require + 2;
    options.require_count = 1;
    v = verify_with(file, options);
    ck_assert_uint_eq(v->missing_count, 0);
    nng_verification_free(v);
    const char *const unknown[] = {"dL/dq"};
    options.require = unknown;
    v = NULL;
    ck_assert_int_eq(nng_verify(host, file, &options, &v, &error), NNG_INPUT);
    remove(file);
    close_host();
}
END_TEST

/* With carry, a line stands or falls with what was claimed before; without, each one on its own. */
START_TEST(carried_values)
{
    const char *text = PROGRAM "dL/da2 = 3*p\ndL/dx = W2' * dL/da2\ndL/dx = 3 * W2' * p\n";
    open_host();
    char *file = write_text(text);
    struct nng_verification *v = verify_with(file, (struct nng_verify_options){.points = 2});
    ck_assert_int_eq(v->claims[0].verdict, NNG_FAIL);
    ck_assert_int_eq(v->claims[1].verdict, NNG_PASS);
    ck_assert_int_eq(v->claims[2].verdict, NNG_FAIL);
    nng_verification_free(v);
    v = verify_with(file, (struct nng_verify_options){.points = 2, .carry = true});
    ck_assert_int_eq(v->claims[1].verdict, NNG_FAIL);
    nng_verification_free(v);
    remove(file);
    close_host();
}
END_TEST

/* A model from the command line fixes the loss: a hand-in that defines it anew is judged, not obeyed. */
START_TEST(fixed_model)
{
    struct nng_model *model = NULL;
    open_host();
    ck_assert_int_eq(nng_model_read(host, SOURCE_DIR "/tests/models/442.cfg", NULL, 0, &model, &error), NNG_OK);
    struct nng_verify_options options = {.points = 2, .model = model};
    char *file = write_text("use \"/nonexistent/other.cfg\"\nL = 0*sum(yhat)\ndL/dyhat = 0*yhat\n");
    struct nng_verification *v = verify_with(file, options);
    ck_assert_int_eq(v->claims[0].verdict, NNG_FAIL);
    ck_assert_int_eq(v->claims[1].verdict, NNG_FAIL);
    ck_assert_int_eq(v->first_false_line, 2);
    nng_verification_free(v);
    file = write_text("a1 = W1*x + b1\nL = sum((yhat - y).^2)\ndL/dyhat = 2*(yhat - y)\n");
    v = verify_with(file, options);
    ck_assert_int_eq(v->verdict, NNG_PASS);
    ck_assert_uint_eq(v->claim_count, 3);
    nng_verification_free(v);
    remove(file);
    nng_model_free(model);
    close_host();
}
END_TEST

START_TEST(bad_programs_are_errors)
{
    static const struct {
        const char *text, *says;
        int line;
    } bad[] = {
        {"given t : scalar = -1\nL = log(t)\ndL/dt = 1/t", "'log(t)' is not finite", 2},
        {"given t : 3 one-hot = [1, 1, 0]\nclaim t = t", "outside of what was declared", 1},
        {"given t : 3 = [1, 2]\nclaim t = t", "'t' is 3 x 1, its value is 2 x 1", 1},
        {"given t : 3\nclaim t = [1.0, 2.0, 3.0]", "'t' has no value", 2},
        {"use \"nonexistent.cfg\"\nclaim 1 = 1", "nonexistent.cfg", 0},
        {"use \"" SOURCE_DIR "/tests/models/442.cfg\" sample 2\nclaim 1 = 1", "the data has 1", 1},
        {"use \"" SOURCE_DIR "/tests/models/442.cfg\" sample 0\nclaim 1 = 1", "expected which sample: a whole number",
         1},
        {"use \"" SOURCE_DIR "/tests/models/batch_rows.cfg\" batch 5\nclaim 1 = 1", "batch 5: the data has 4 samples",
         1},
        {"use \"" SOURCE_DIR "/tests/models/batch_rows.cfg\" batch of\nclaim 1 = 1", "expected how many samples", 1},
        {"use \"" SOURCE_DIR "/tests/models/442.cfg\"\nW1 = eye(4)\nclaim 1 = 1", "comes from the model", 2},
    };
    open_host();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct nng_verification *v = NULL;
        struct nng_verify_options options = {.points = 2};
        char *file = write_text(bad[i].text);
        ck_assert_msg(nng_verify(host, file, &options, &v, &error) == NNG_INPUT, "%s", bad[i].text);
        ck_assert_msg(strstr(error.text, bad[i].says) != NULL || strstr(error.file, bad[i].says) != NULL, "%s: %s: %s",
                      bad[i].text, error.file, error.text);
        ck_assert_msg(bad[i].line == 0 || error.line == bad[i].line, "%s: line %d", bad[i].text, error.line);
        remove(file);
    }
    close_host();
}
END_TEST

static int allow_some(void *context)
{
    return (*(int *)context)-- > 0;
}

/* Every allocation may fail, and ends as out of memory. */
START_TEST(memory_runs_out)
{
    struct nng_verify_options options = {.points = 1, .causes = true};
    struct nng_verification *v = NULL;
    bool done = false;
    for (int allowed = 1; !done; allowed += 1 + allowed / 16) {
        int left = allowed;
        open_host();
        char *file = write_text("given x : scalar = 2\nu = x^2\nr = sigmoid(u)\ndr/dx = dr/du * x\n"
                                "du/dx = -2*x = -3.9\n");
        nng_set_allocation_test(allow_some, &left);
        enum nng_status status = nng_verify(host, file, &options, &v, &error);
        nng_set_allocation_test(NULL, NULL);
        ck_assert_msg(status == NNG_OK || status == NNG_MEMORY, "%d: %s", status, error.text);
        done = status == NNG_OK;
        if (done)
            nng_verification_free(v);
        remove(file);
        close_host();
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("verify");
    TCase *tcase = tcase_create("verify");
    tcase_set_timeout(tcase, 300);
    tcase_add_test(tcase, right_ones_are_never_accused);
    tcase_add_loop_test(tcase, wrong_ones_are_caught_and_corrected, 0, WRONG_COUNT);
    tcase_add_test(tcase, table_is_complete);
    tcase_add_test(tcase, corrections_are_arranged);
    tcase_add_test(tcase, three_published_mistakes);
    tcase_add_test(tcase, three_mistakes_in_numbers);
    tcase_add_test(tcase, large_batches);
    tcase_add_loop_test(tcase, single_lines, 0, sizeof lines / sizeof lines[0]);
    tcase_add_test(tcase, trivial_claims_count_for_nothing);
    tcase_add_test(tcase, assumed_and_missing);
    tcase_add_test(tcase, carried_values);
    tcase_add_test(tcase, fixed_model);
    tcase_add_test(tcase, bad_programs_are_errors);
    tcase_add_test(tcase, memory_runs_out);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
