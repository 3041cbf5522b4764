/* verify.c - the check of a whole derivation: reads it, tries every claim, lists what was assumed and what is missing.
 */
#include "derivation/verify.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "derivation/cause.h"
#include "derivation/check.h"
#include "derivation/claims.h"
#include "derivation/parser.h"
#include "derivation/print.h"
#include "derivation/shape.h"

struct verifier {
    struct nng_arena *arena;
    const struct nng_verify_options *options;
    struct nng_program *program;
    struct nng_checker *checker;
    struct nng_verification *result;
    struct nng_error *error;
};

static enum nng_status latex_of(struct verifier *verifier, const struct nng_letters *letters,
                                const struct nng_node *node, const char **latex)
{
    *latex = nng_node_latex(verifier->program, letters, node);
    return *latex == NULL ? nng_fail_memory(verifier->error) : NNG_OK;
}

/* "dL/da2 = ... = ...": all sides on one line. */
static enum nng_status claim_text(struct verifier *verifier, const struct nng_claim_tree *tree, const char **claim)
{
    struct nng_text text = {0};
    for (size_t k = 0; k < tree->count; k++) {
        nng_text_add(&text, k == 0 ? "" : tree->approximately[k] ? " \xe2\x89\x88 " : " = ");
        nng_text_add(&text, tree->text[k]);
    }
    *claim = text.failed ? NULL : nng_arena_text(verifier->arena, text.data);
    nng_text_free(&text);
    return *claim == NULL ? nng_fail_memory(verifier->error) : NNG_OK;
}

/* The truth of the left side, with its uncertainty; what the last side that has a shape claims. */
static enum nng_status claim_values(struct verifier *verifier, const struct nng_claim_tree *tree,
                                    struct nng_claim *claim)
{
    enum nng_status status = NNG_OK;
    struct nng_checker *checker = verifier->checker;
    struct nng_scratch_mark mark = nng_scratch_mark(&checker->machine.scratch);
    struct nng_side truth;
    NNG_TRY(nng_side_evaluate(checker, &tree->letters, tree->side[0], &checker->points[0], 0, &truth));
    claim->rows = truth.rows;
    claim->cols = truth.cols;
    claim->numeric = nng_arena_take(verifier->arena, truth.count, sizeof *claim->numeric);
    if (claim->numeric == NULL) {
        status = nng_fail_memory(verifier->error);
        goto fail;
    }
    memcpy(claim->numeric, truth.value, truth.count * sizeof *claim->numeric);
    for (size_t i = 0; i < truth.count; i++)
        if (truth.error[i] > claim->uncertainty)
            claim->uncertainty = truth.error[i];
    const struct nng_link *last = &claim->links[claim->link_count - 1];
    if (last->values != NULL && last->rows == claim->rows && last->cols == claim->cols)
        claim->claimed = last->values;
fail:
    nng_scratch_release(&checker->machine.scratch, mark);
    return status;
}

static bool graver(enum nng_verdict a, enum nng_verdict b)
{
    static const int weight[] = {[NNG_PASS] = 0, [NNG_KINK] = 1, [NNG_INCONCLUSIVE] = 2, [NNG_FAIL] = 3};
    return weight[a] > weight[b];
}

/* The claim's verdict, cause and message are those of its first link that is worse than the ones before. */
static void summarize(struct nng_claim *claim)
{
    for (size_t k = 0; k < claim->link_count; k++) {
        const struct nng_link *link = &claim->links[k];
        bool first_note = claim->message == NULL && link->message != NULL;
        if (graver(link->verdict, claim->verdict)) {
            claim->verdict = link->verdict;
            claim->cause = link->cause;
            claim->message = link->message;
            claim->correction = link->correction_count > 0 ? link->corrections[0] : NULL;
        } else if (first_note && claim->verdict == NNG_PASS) {
            claim->message = link->message;
            claim->cause = link->cause;
        }
    }
    if (claim->trivial && claim->verdict == NNG_PASS)
        claim->message = "its right side contains its own left side: it counts for nothing";
}

static enum nng_status verify_claim(struct verifier *verifier, const struct nng_statement *statement,
                                    struct nng_claim *claim)
{
    enum nng_status status = NNG_OK;
    const struct nng_claim_tree *tree = statement->claim;
    *claim = (struct nng_claim){.line = statement->line, .left = tree->text[0], .link_count = tree->count - 1};
    claim->trivial = nng_claim_trivial(tree);
    claim->links = nng_arena_take(verifier->arena, claim->link_count, sizeof *claim->links);
    if (claim->links == NULL)
        return nng_fail_memory(verifier->error);
    NNG_TRY(claim_text(verifier, tree, &claim->text));
    NNG_TRY(latex_of(verifier, &tree->letters, tree->side[0], &claim->latex_left));
    for (size_t k = 1; k < tree->count; k++) {
        struct nng_link *link = &claim->links[k - 1];
        NNG_TRY(nng_link_judge(verifier->checker, statement, k, link));
        NNG_TRY(latex_of(verifier, &tree->letters, tree->side[k], &link->latex));
        if (link->verdict == NNG_FAIL && verifier->options->causes)
            NNG_TRY(nng_cause_find(verifier->checker, statement, k, link));
    }
    NNG_TRY(claim_values(verifier, tree, claim));
    summarize(claim);
fail:
    return status;
}

static enum nng_status verify_claims(struct verifier *verifier)
{
    enum nng_status status = NNG_OK;
    struct nng_program *program = verifier->program;
    struct nng_verification *result = verifier->result;
    const char **assumed = NULL;
    size_t count = 0;
    for (size_t i = 0; i < program->statement_count; i++)
        count += program->statements[i].claim != NULL ? 1 : 0;
    result->claims = nng_arena_take(verifier->arena, count, sizeof *result->claims);
    if (result->claims == NULL)
        return nng_fail_memory(verifier->error);
    for (size_t i = 0; i < program->statement_count; i++) {
        const struct nng_statement *statement = &program->statements[i];
        if (statement->claim == NULL)
            continue;
        struct nng_claim *claim = &result->claims[result->claim_count++];
        NNG_TRY(verify_claim(verifier, statement, claim));
        NNG_TRY(nng_claims_assumed(program, i, &assumed, &result->assumed_count, verifier->error));
        if (claim->verdict == NNG_FAIL && result->first_false_line == 0)
            result->first_false_line = claim->line;
        if (graver(claim->verdict, result->verdict) && claim->verdict != NNG_KINK)
            result->verdict = claim->verdict;
    }
    result->assumed = assumed;
fail:
    return status;
}

static enum nng_status find_missing(struct verifier *verifier)
{
    enum nng_status status = NNG_OK;
    const struct nng_verify_options *options = verifier->options;
    const char **missing = nng_arena_take(verifier->arena, options->require_count, sizeof *missing);
    if (missing == NULL)
        return nng_fail_memory(verifier->error);
    for (size_t i = 0; i < options->require_count; i++) {
        bool made = false;
        NNG_TRY(nng_claims_made(verifier->program, options->require[i], &made, verifier->error));
        if (made)
            continue;
        missing[verifier->result->missing_count++] = nng_arena_text(verifier->arena, options->require[i]);
        verifier->result->verdict = NNG_FAIL;
    }
    verifier->result->missing = missing;
fail:
    return status;
}

static enum nng_status verify_script(struct verifier *verifier, struct nng_host *host, const struct nng_script *script,
                                     struct nng_model **model)
{
    enum nng_status status = NNG_OK;
    struct nng_error *error = verifier->error;
    verifier->result->file = script->file;
    NNG_TRY(
        nng_program_parse(verifier->arena, host, script, verifier->options->model, &verifier->program, model, error));
    NNG_TRY(nng_shape_program(verifier->program, error));
    for (size_t i = 0; i < verifier->program->statement_count; i++)
        if (verifier->program->statements[i].claim != NULL)
            NNG_TRY(nng_claim_shape(verifier->program, verifier->program->statements[i].claim, error));
    NNG_TRY(nng_checker_new(verifier->arena, verifier->program, verifier->options, &verifier->checker, error));
    NNG_TRY(verify_claims(verifier));
    NNG_TRY(find_missing(verifier));
fail:
    return status;
}

/* text NULL: the file is read. */
static enum nng_status verify_either(struct nng_host *host, const char *file, const char *text, size_t length,
                                     const struct nng_verify_options *options, struct nng_verification **verification,
                                     struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct verifier verifier = {.options = options, .error = error, .arena = nng_arena_new()};
    struct nng_script script = {.length = length};
    struct nng_model *model = NULL;
    if (verifier.arena == NULL)
        return nng_fail_memory(error);
    verifier.result = nng_arena_take(verifier.arena, 1, sizeof *verifier.result);
    if (text != NULL) {
        script.file = nng_arena_text(verifier.arena, file);
        script.text = nng_arena_text_n(verifier.arena, text, length);
    }
    if (verifier.result == NULL || (text != NULL && (script.file == NULL || script.text == NULL)))
        status = nng_fail_memory(error);
    else if (text == NULL)
        status = nng_script_read(verifier.arena, file, &script, error);
    if (status == NNG_OK)
        status = verify_script(&verifier, host, &script, &model);
    nng_checker_free(verifier.checker);
    nng_model_free(model);
    if (status != NNG_OK) {
        nng_arena_free(verifier.arena);
        return status;
    }
    verifier.result->memory = verifier.arena;
    *verification = verifier.result;
    return NNG_OK;
}

enum nng_status nng_verify(struct nng_host *host, const char *file, const struct nng_verify_options *options,
                           struct nng_verification **verification, struct nng_error *error)
{
    return verify_either(host, file, NULL, 0, options, verification, error);
}

enum nng_status nng_verify_text(struct nng_host *host, const char *file, const char *text, size_t length,
                                const struct nng_verify_options *options, struct nng_verification **verification,
                                struct nng_error *error)
{
    return verify_either(host, file, text, length, options, verification, error);
}

void nng_verification_free(struct nng_verification *verification)
{
    if (verification != NULL)
        nng_arena_free(verification->memory);
}
