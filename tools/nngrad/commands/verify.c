/* verify.c - `nngrad verify`: derivations by hand, line by line. */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/save.h"
#include "command.h"
#include "output.h"
#include "render/derivation.h"
#include "session.h"

enum { STANDARD_POINTS = 5 };

struct verify {
    const struct options *options;
    struct nng_host *host;
    struct nng_model *model; /* of --model */
    struct nng_verify_options how;
    struct hand_in *hand_ins;
    size_t count;
    enum reveal reveal;
};

/* --require dL/dW1,dL/dW2: a comma inside brackets does not part names. */
static enum nng_status read_required(struct verify *verify, struct nng_error *error)
{
    const struct option_value *lists = &verify->options->values[OPTION_REQUIRE];
    size_t most = 1;
    for (size_t i = 0; i < lists->count; i++)
        most += strlen(lists->texts[i]);
    const char **names = nng_arena_take(verify->options->memory, most, sizeof *names);
    if (names == NULL)
        return nng_fail_memory(error);
    for (size_t i = 0; i < lists->count; i++)
        for (const char *text = lists->texts[i]; *text != '\0';) {
            size_t length = 0;
            for (int depth = 0; text[length] != '\0' && (text[length] != ',' || depth > 0); length++)
                depth += text[length] == '[' ? 1 : text[length] == ']' ? -1 : 0;
            const char *name = nng_arena_text_n(verify->options->memory, text, length);
            if (name == NULL)
                return nng_fail_memory(error);
            if (length > 0)
                names[verify->how.require_count++] = name;
            text += length + (text[length] == ',' ? 1 : 0);
        }
    verify->how.require = names;
    return NNG_OK;
}

static enum nng_status prepare(struct verify *verify, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct options *options = verify->options;
    const char *model = option_text(options, OPTION_MODEL);
    const struct option_value *seed = &options->values[OPTION_SEED];
    verify->reveal =
        option_given(options, OPTION_REVEAL) ? (enum reveal)options->values[OPTION_REVEAL].choice : REVEAL_FIX;
    verify->how.points =
        option_given(options, OPTION_POINTS) ? (size_t)options->values[OPTION_POINTS].whole : STANDARD_POINTS;
    verify->how.seed = seed->given ? seed->whole : 1;
    verify->how.carry = option_given(options, OPTION_CARRY);
    verify->how.causes = verify->reveal >= REVEAL_CAUSE;
    verify->hand_ins = nng_arena_take(options->memory, options->argument_count, sizeof *verify->hand_ins);
    if (verify->hand_ins == NULL)
        return nng_fail_memory(error);
    if (model == NULL && option_given(options, OPTION_SET))
        return nng_fail(error, NNG_INPUT, "option '--set' changes the model of '--model', which is not given");
    NNG_TRY(read_required(verify, error));
    NNG_TRY(session_host(options, &verify->host, error));
    if (model != NULL)
        NNG_TRY(session_model(options, verify->host, model, &verify->model, error));
    verify->how.model = verify->model;
fail:
    return status;
}

/* Of several files one that cannot be read does not stop the others. */
static enum nng_status verify_all(struct verify *verify, int *exit_status, struct nng_error *error)
{
    const struct options *options = verify->options;
    bool strict = option_given(options, OPTION_STRICT);
    for (size_t i = 0; i < options->argument_count; i++) {
        struct hand_in *hand_in = &verify->hand_ins[verify->count++];
        hand_in->file = options->arguments[i];
        enum nng_status status =
            nng_verify(verify->host, hand_in->file, &verify->how, &hand_in->verification, &hand_in->error);
        if (status != NNG_OK && (options->argument_count == 1 || status == NNG_MEMORY)) {
            *error = hand_in->error;
            return status;
        }
        if (status != NNG_OK)
            *exit_status = nng_exit_status(status);
        else if (*exit_status == 0) {
            enum nng_verdict verdict = hand_in->verification->verdict;
            *exit_status = verdict == NNG_FAIL || (strict && verdict == NNG_INCONCLUSIVE) ? 1 : 0;
        }
    }
    return NNG_OK;
}

static enum nng_status write_line(const struct verify *verify, const struct style *style, struct nng_text *out,
                                  struct nng_error *error)
{
    int line = (int)verify->options->values[OPTION_EXPLAIN_LINE].whole;
    bool found = false;
    if (verify->reveal != REVEAL_FIX)
        return nng_fail(error, NNG_INPUT, "option '--explain-line' reveals what '--reveal' hides");
    for (size_t i = 0; i < verify->count; i++)
        found = derivation_text_line(&verify->hand_ins[i], line, style, out) || found;
    return found ? NNG_OK : nng_fail(error, NNG_INPUT, "no claim stands in line %d", line);
}

static enum nng_status write_results(const struct verify *verify, struct nng_text *out, struct nng_error *error)
{
    struct style style = output_style(verify->options);
    enum format format = option_format(verify->options);
    if (option_given(verify->options, OPTION_EXPLAIN_LINE) && format == FORMAT_TEXT)
        return write_line(verify, &style, out, error);
    if (format == FORMAT_JSON)
        derivation_json(verify->hand_ins, verify->count, verify->reveal, out);
    else if (format == FORMAT_CSV)
        derivation_csv(verify->hand_ins, verify->count, verify->reveal, out);
    else if (format == FORMAT_LATEX)
        derivation_latex(verify->hand_ins, verify->count, verify->reveal, out);
    else
        for (size_t i = 0; i < verify->count; i++) {
            nng_text_add(out, i > 0 ? "\n" : "");
            if (format == FORMAT_MARKDOWN)
                derivation_markdown(&verify->hand_ins[i], verify->reveal, out);
            else
                derivation_text(&verify->hand_ins[i], verify->reveal, &style, out);
        }
    if (format == FORMAT_TEXT)
        derivation_text_end(verify->hand_ins, verify->count, verify->reveal, &style, out);
    return NNG_OK;
}

/* --plant: the exercise to the output, its key beside it (OUTPUT.key), or to standard error when there is no file. */
static enum nng_status plant(const struct verify *verify, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const struct options *options = verify->options;
    const char *cause = option_text(options, OPTION_PLANT), *output = option_text(options, OPTION_OUTPUT);
    struct nng_planted *planted = NULL;
    struct nng_text text = {0}, key = {0}, name = {0};
    if (options->argument_count != 1)
        return nng_fail(error, NNG_INPUT, "option '--plant' takes one file");
    NNG_TRY(nng_plant(verify->host, options->arguments[0], &verify->how, cause, &planted, error));
    nng_text_add(&text, planted->text);
    nng_text_print(&key, "line: %d\ncause: %s\nwrong: %s\nright: %s\n", planted->line, planted->cause, planted->wrong,
                   planted->right);
    bool to_file = output != NULL && strcmp(output, "-") != 0;
    nng_text_print(&name, "%s.key", to_file ? output : "");
    if (key.failed || name.failed)
        status = nng_fail_memory(error);
    else if (to_file)
        status = nng_file_write(name.data, key.data, key.length, error);
    else
        fputs(key.data, stderr);
    NNG_TRY(status);
    NNG_TRY(output_write(options, &text, error));
fail:
    nng_text_free(&text);
    nng_text_free(&key);
    nng_text_free(&name);
    nng_planted_free(planted);
    return status;
}

enum nng_status verify_run(const struct options *options, int *exit_status, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct verify verify = {.options = options};
    struct nng_text out = {0};
    NNG_TRY(prepare(&verify, error));
    if (option_given(options, OPTION_PLANT)) {
        status = plant(&verify, error);
        goto fail;
    }
    NNG_TRY(verify_all(&verify, exit_status, error));
    NNG_TRY(write_results(&verify, &out, error));
    NNG_TRY(output_write(options, &out, error));
fail:
    nng_text_free(&out);
    for (size_t i = 0; i < verify.count; i++)
        nng_verification_free(verify.hand_ins[i].verification);
    nng_model_free(verify.model);
    nng_host_free(verify.host);
    return status;
}
