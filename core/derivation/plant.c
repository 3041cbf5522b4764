/* plant.c - exercises: one mistake of a given kind in a right derivation.
 *
 * The mistake is an edit like those that the search for causes tries: what repairs one mistake makes the opposite one.
 * Of all edits that the check would name by that cause, the seed chooses; first among the slips of a pen (W1 for W2, a1
 * for h1, y for yhat), then among those whose shapes still fit, since one that cannot even be computed is found without
 * thinking.
 */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/random.h"
#include "base/text.h"
#include "derivation/cause.h"
#include "derivation/check.h"
#include "derivation/claims.h"
#include "derivation/edit.h"
#include "derivation/parser.h"
#include "derivation/print.h"
#include "derivation/shape.h"
#include "derivation/slip.h"
#include "derivation/verify.h"

enum { PLACES = 4000 };

/* Which edits make the mistake. */
static const struct {
    const char *cause;
    enum nng_edit_kind kinds[2];
} makers[] = {
    {"sign", {NNG_EDIT_SIGN, NNG_EDIT_SIGN}},
    {"factor", {NNG_EDIT_FACTOR, NNG_EDIT_FACTOR}},
    {"transpose", {NNG_EDIT_TRANSPOSE, NNG_EDIT_TRANSPOSE}},
    {"order", {NNG_EDIT_ORDER, NNG_EDIT_ORDER}},
    {"missing-factor", {NNG_EDIT_DROP, NNG_EDIT_DROP}},
    {"spurious-factor", {NNG_EDIT_MULTIPLY, NNG_EDIT_MULTIPLY}},
    {"missing-path", {NNG_EDIT_ONE_PATH, NNG_EDIT_DROP}},
    {"wrong-argument", {NNG_EDIT_REPLACE, NNG_EDIT_REPLACE}},
    {"shape", {NNG_EDIT_OPERATOR, NNG_EDIT_OPERATOR}},
    {"arithmetic", {NNG_EDIT_KINDS, NNG_EDIT_KINDS}}, /* a digit of a printed number */
};
enum { MAKERS = sizeof makers / sizeof makers[0] };

/* One edited side of one claim. */
struct place {
    size_t statement;
    size_t side;
    const char *text; /* of the edited side */
    bool slip;        /* what was replaced is like what replaces it */
};

struct planter {
    struct nng_program *program;
    size_t maker;
    struct nng_editor editor;
    size_t statement, side; /* in question */
    const char *right;      /* that side, printed as the edited ones are */
    struct place *places;
    size_t place_count;
    struct nng_error *error;
};

/* ---- what could be planted ----------------------------------------------------------------------------------- */

static enum nng_status add_place(struct planter *planter, const char *text, bool slip)
{
    if (text == NULL)
        return nng_fail_memory(planter->error);
    if (planter->place_count == PLACES)
        return NNG_INTERRUPTED;
    planter->places[planter->place_count++] = (struct place){planter->statement, planter->side, text, slip};
    return NNG_OK;
}

static enum nng_status take_edit(void *context, struct nng_node *edited, enum nng_edit_kind kind, const char *what)
{
    struct planter *planter = context;
    const char *text = nng_node_text(planter->program, planter->editor.letters, edited);
    (void)what;
    return add_place(planter, text, kind != NNG_EDIT_REPLACE || (text != NULL && nng_is_slip(planter->right, text)));
}

/* 0.803 for 0.83: two neighbouring digits exchanged, or one changed where they are equal. */
static enum nng_status spoil_number(struct planter *planter, const char *number)
{
    enum nng_status status = NNG_OK;
    size_t length = strcspn(number, "eE");
    for (size_t i = 0; i + 1 < length; i++) {
        char *spoilt = nng_arena_text(planter->program->arena, number);
        if (spoilt == NULL)
            return nng_fail_memory(planter->error);
        size_t j = number[i + 1] == '.' ? i + 2 : i + 1;
        bool digits = number[i] >= '0' && number[i] <= '9' && number[j] >= '0' && number[j] <= '9';
        if (!digits)
            continue;
        spoilt[i] = number[j];
        spoilt[j] = number[i];
        if (number[i] == number[j])
            spoilt[j] = number[j] == '9' ? '3' : (char)(number[j] + 1);
        NNG_TRY(add_place(planter, spoilt, true));
    }
fail:
    return status;
}

/* A formula is spoilt where nothing follows it in its chain; a number where it ends one. */
static enum nng_status places_in(struct planter *planter, const struct nng_claim_tree *claim)
{
    enum nng_status status = NNG_OK;
    const struct nng_node *last = claim->side[claim->count - 1];
    const enum nng_edit_kind *kinds = makers[planter->maker].kinds;
    bool numeric = nng_node_numeric(last);
    planter->side = claim->count - 1;
    if (nng_claim_trivial(claim))
        return NNG_OK;
    if (kinds[0] == NNG_EDIT_KINDS)
        return numeric && last->kind == NNG_NODE_NUMBER ? spoil_number(planter, claim->text[claim->count - 1]) : NNG_OK;
    if (numeric)
        return NNG_OK;
    NNG_TRY(nng_editor_prepare(&planter->editor, claim));
    planter->right = nng_node_text(planter->program, planter->editor.letters, last);
    if (planter->right == NULL)
        NNG_TRY(nng_fail_memory(planter->error));
    NNG_TRY(nng_edits(&planter->editor, last, kinds[0]));
    if (kinds[1] != kinds[0])
        NNG_TRY(nng_edits(&planter->editor, last, kinds[1]));
fail:
    return status;
}

/* ---- what is planted ----------------------------------------------------------------------------------------- */

/* The source with that side replaced. */
static const char *replaced_text(const struct planter *planter, const struct place *place)
{
    const struct nng_script *source = &planter->program->source;
    const struct nng_claim_tree *claim = planter->program->statements[place->statement].claim;
    struct nng_text text = {0};
    nng_text_add_n(&text, source->text, claim->offset[place->side]);
    nng_text_add(&text, place->text);
    nng_text_add(&text, source->text + claim->end[place->side]);
    const char *copy = text.failed ? NULL : nng_arena_text(planter->program->arena, text.data);
    nng_text_free(&text);
    return copy;
}

/* Would the check find this mistake, name it by that cause, and find no other? `fits`: and could it be computed? */
static enum nng_status try_place(struct planter *planter, struct nng_host *host, const char *file,
                                 const struct nng_verify_options *options, const struct place *place, bool fits,
                                 struct nng_planted *planted, bool *good)
{
    enum nng_status status = NNG_OK;
    struct nng_verify_options check = *options;
    struct nng_verification *v = NULL;
    const char *text = replaced_text(planter, place);
    *good = false;
    if (text == NULL)
        return nng_fail_memory(planter->error);
    check.causes = true;
    check.require_count = 0;
    status = nng_verify_text(host, file, text, strlen(text), &check, &v, NULL);
    if (status != NNG_OK)
        return status == NNG_MEMORY ? nng_fail_memory(planter->error) : NNG_OK;
    const struct nng_statement *statement = &planter->program->statements[place->statement];
    const struct nng_claim *wrong = NULL;
    size_t wrong_count = 0;
    for (size_t i = 0; i < v->claim_count; i++)
        if (v->claims[i].verdict != NNG_PASS) {
            wrong = &v->claims[i];
            wrong_count++;
        }
    if (wrong_count == 1 && wrong->line == statement->line && wrong->cause != NULL && wrong->correction != NULL &&
        strcmp(wrong->cause, makers[planter->maker].cause) == 0 && (wrong->claimed != NULL || !fits)) {
        planted->text = text;
        planted->line = statement->line;
        planted->wrong = nng_arena_text(planter->program->arena, wrong->text);
        *good = true;
        status = planted->wrong == NULL ? nng_fail_memory(planter->error) : NNG_OK;
    }
    nng_verification_free(v);
    return status;
}

/* The right claim on one line, for the key. */
static enum nng_status right_text(const struct planter *planter, const struct place *place, struct nng_planted *planted)
{
    const struct nng_claim_tree *claim = planter->program->statements[place->statement].claim;
    struct nng_text text = {0};
    for (size_t k = 0; k < claim->count; k++)
        nng_text_print(&text, "%s%s", k == 0 ? "" : " = ", claim->text[k]);
    planted->right = text.failed ? NULL : nng_arena_text(planter->program->arena, text.data);
    nng_text_free(&text);
    return planted->right == NULL ? nng_fail_memory(planter->error) : NNG_OK;
}

static enum nng_status choose(struct planter *planter, struct nng_host *host, const char *file,
                              const struct nng_verify_options *options, struct nng_planted *planted)
{
    enum nng_status status = NNG_OK;
    gsl_rng *random = nng_random_new(planter->program->arena, options->seed, NNG_STREAM_CHECK, 1u << 20);
    size_t *order = nng_arena_take(planter->program->arena, planter->place_count, sizeof *order);
    bool good = false;
    if (random == NULL || order == NULL)
        return nng_fail_memory(planter->error);
    nng_random_permutation(random, order, planter->place_count);
    static const struct {
        bool slip, fits;
    } wishes[] = {{true, true}, {false, true}, {false, false}};
    for (size_t w = 0; w < sizeof wishes / sizeof wishes[0]; w++)
        for (size_t i = 0; i < planter->place_count && !good; i++) {
            const struct place *place = &planter->places[order[i]];
            if (wishes[w].slip && !place->slip)
                continue;
            NNG_TRY(try_place(planter, host, file, options, place, wishes[w].fits, planted, &good));
            if (good)
                NNG_TRY(right_text(planter, place, planted));
        }
    if (!good)
        status = nng_fail_at(planter->error, NNG_INPUT, file, 0, 0, NULL,
                             "no line of it can be given the mistake '%s' and no other", planted->cause);
fail:
    return status;
}

/* ---- the whole ----------------------------------------------------------------------------------------------- */

static enum nng_status find_maker(const char *cause, size_t *maker, struct nng_error *error)
{
    const char *names[MAKERS];
    for (*maker = 0; *maker < MAKERS; ++*maker) {
        names[*maker] = makers[*maker].cause;
        if (strcmp(names[*maker], cause) == 0)
            return NNG_OK;
    }
    const char *near = nng_nearest_of(cause, names, MAKERS);
    return near == NULL ? nng_fail(error, NNG_INPUT, "unknown mistake '%s'", cause)
                        : nng_fail(error, NNG_INPUT, "unknown mistake '%s' (did you mean '%s'?)", cause, near);
}

/* All claims of the derivation must hold, or the exercise would have more than one mistake. */
static enum nng_status check_right(struct nng_host *host, const char *file, const struct nng_verify_options *options,
                                   struct nng_error *error)
{
    struct nng_verification *v = NULL;
    enum nng_status status = nng_verify(host, file, options, &v, error);
    if (status == NNG_OK && v->verdict != NNG_PASS)
        status = nng_fail_at(error, NNG_INPUT, file, v->first_false_line, 0, NULL,
                             "this derivation is not right itself, so that no exercise can be made of it");
    nng_verification_free(v);
    return status;
}

static enum nng_status plant(struct planter *planter, struct nng_host *host, const char *file,
                             const struct nng_verify_options *options, struct nng_planted *planted)
{
    enum nng_status status = NNG_OK;
    struct nng_program *program = planter->program;
    planter->places = nng_arena_take(program->arena, PLACES, sizeof *planter->places);
    if (planter->places == NULL)
        return nng_fail_memory(planter->error);
    planter->editor = (struct nng_editor){.arena = program->arena, .program = program, .sink = take_edit};
    planter->editor.context = planter;
    planter->editor.error = planter->error;
    for (size_t i = 0; i < program->statement_count && status == NNG_OK; i++) {
        planter->statement = i;
        if (program->statements[i].claim != NULL)
            status = places_in(planter, program->statements[i].claim);
    }
    if (status == NNG_OK || status == NNG_INTERRUPTED)
        status = choose(planter, host, file, options, planted);
    return status;
}

enum nng_status nng_plant(struct nng_host *host, const char *file, const struct nng_verify_options *options,
                          const char *cause, struct nng_planted **planted, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct planter planter = {.error = error};
    struct nng_model *model = NULL;
    struct nng_script script;
    struct nng_planted *made = NULL;
    struct nng_arena *arena = NULL;
    NNG_TRY(find_maker(cause, &planter.maker, error));
    NNG_TRY(check_right(host, file, options, error));
    arena = nng_arena_new();
    made = arena == NULL ? NULL : nng_arena_take(arena, 1, sizeof *made);
    if (made == NULL) {
        status = nng_fail_memory(error);
        goto fail;
    }
    *made = (struct nng_planted){.cause = makers[planter.maker].cause, .memory = arena};
    NNG_TRY(nng_script_read(arena, file, &script, error));
    NNG_TRY(nng_program_parse(arena, host, &script, options->model, &planter.program, &model, error));
    NNG_TRY(nng_shape_program(planter.program, error));
    for (size_t i = 0; i < planter.program->statement_count; i++)
        if (planter.program->statements[i].claim != NULL)
            NNG_TRY(nng_claim_shape(planter.program, planter.program->statements[i].claim, error));
    NNG_TRY(plant(&planter, host, file, options, made));
    *planted = made;
fail:
    nng_model_free(model);
    if (status != NNG_OK)
        nng_arena_free(arena);
    return status;
}

void nng_planted_free(struct nng_planted *planted)
{
    if (planted != NULL)
        nng_arena_free(planted->memory);
}
