/* workshop_run.c - runs a chapter's commands.
 *
 * One block after the other, as a reader would: what a command leaves in the folder, the next one finds. The results of
 * a block are kept under a key made of all that came before it.
 */
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "cache.h"
#include "names.h"
#include "options.h"
#include "plugin/search.h"
#include "process.h"
#include "render/plain.h"
#include "steps.h"
#include "workshop.h"

enum { COMMAND_SECONDS = 600 };

/* ---- one command --------------------------------------------------------------------------------------------- */

/* What it said, fit for a page: no control characters, and no path of this machine. */
static const char *clean(const struct workshop *workshop, const char *folder, const char *said)
{
    const char *const paths[][2] = {{folder, "."}, {workshop->root, "~"}, {workshop->prefix, "/usr/local"}};
    struct nng_text out = {0}, piece = {0};
    while (*said != '\0') {
        size_t length = 1, k = 0;
        while (k < 3 && strncmp(said, paths[k][0], strlen(paths[k][0])) != 0)
            k++;
        if (k < 3) {
            length = strlen(paths[k][0]);
            bool inside = k == 0 && said[length] == '/'; /* FOLDER/x is x */
            length += inside;
            nng_text_add(&out, inside ? "" : paths[k][1]);
        } else if (*said == '\n' || *said == '\t') {
            nng_text_add_n(&out, said, 1);
        } else {
            length += strcspn(said + 1, "\n\t/ ");
            nng_text_add_n(&piece, said, length);
            plain_add_clean(&out, piece.data != NULL ? piece.data : "");
            nng_text_free(&piece);
        }
        said += length;
    }
    const char *cleaned = out.failed ? NULL : nng_arena_text(workshop->arena, out.data != NULL ? out.data : "");
    nng_text_free(&out);
    return cleaned;
}

/* Runs words in a folder. */
static enum nng_status run_words(const struct workshop *workshop, const char *folder, const char *const *words,
                                 bool apart, int *ended, const char **output, struct nng_error *error)
{
    struct process process = {.program = workshop->program,
                              .words = words,
                              .directory = folder,
                              .environment = workshop->environment,
                              .seconds = COMMAND_SECONDS,
                              .apart = apart};
    struct nng_text said = {0};
    enum nng_status status = process_run(&process, ended, &said, error);
    if (status == NNG_OK) {
        *output = clean(workshop, folder, said.data != NULL ? said.data : "");
        status = *output != NULL ? NNG_OK : nng_fail_memory(error);
    }
    nng_text_free(&said);
    return status;
}

/* A command's own failure is blamed on its line. */
static enum nng_status blame(const struct workshop *workshop, const struct step *step, enum nng_status status,
                             struct nng_error *error)
{
    struct nng_error cause = error != NULL ? *error : (struct nng_error){0};
    if (status == NNG_NUMERIC)
        return chapter_fail(workshop->chapter, status, step->line, error, "'%s': %s", step->text, cause.text);
    return status;
}

/* ---- what is there before, and after ------------------------------------------------------------------------- */

static const char *path_at(const void *folder, size_t i)
{
    return ((const struct folder *)folder)->files[i].path;
}

/* A file that a block shows must be there. */
static enum nng_status require_file(const struct workshop *workshop, const struct block *block, const char *name,
                                    struct nng_error *error)
{
    char hint[NNG_HINT_SIZE];
    if (!name_is_inside(name))
        return chapter_fail(workshop->chapter, NNG_INPUT, block->line, error, "'%s' leads out of the chapter's folder",
                            name);
    if (folder_find(&workshop->files, name) != NULL)
        return NNG_OK;
    return chapter_fail(workshop->chapter, NNG_INPUT, block->line, error, "there is no file '%s' in the folder%s", name,
                        nng_hint(hint, nng_nearest(name, &workshop->files, workshop->files.count, path_at)));
}

/* Puts a derivation that stands in the chapter into its file. */
static enum nng_status place_derivation(const struct workshop *workshop, const struct block *block, const char *folder,
                                        struct nng_error *error)
{
    if (block->kind != BLOCK_DERIV || block->values[KEY_FILE] != NULL)
        return NNG_OK;
    if (folder_find(&workshop->files, block->file) != NULL)
        return chapter_fail(workshop->chapter, NNG_INPUT, block->line, error,
                            "the folder has a file '%s' already: give this block another name", block->file);
    return folder_write(folder, block->file, block->body, strlen(block->body), error);
}

static void key_of_block(const struct workshop *workshop, const struct block *block, const char *variant, size_t k,
                         unsigned char key[SHA256_BYTES])
{
    struct sha256 hash;
    sha256_begin(&hash);
    sha256_add(&hash, workshop->key, SHA256_BYTES);
    sha256_add_text(&hash, variant);
    sha256_add(&hash, &k, sizeof k);
    for (size_t i = 0; i < block->step_count; i++) {
        for (size_t w = 0; w < block->steps[i].count; w++)
            sha256_add_text(&hash, block->steps[i].words[w]);
        sha256_add_text(&hash, NULL);
    }
    if (block->kind == BLOCK_DERIV)
        sha256_add_text(&hash, block->body);
    sha256_end(&hash, key);
}

/* ---- a block ------------------------------------------------------------------------------------------------- */

/* What differs between the folder as it was and as it is. */
static enum nng_status note_changes(const struct workshop *workshop, const struct folder *before,
                                    const struct folder *after, struct record *record, struct nng_error *error)
{
    record->files = nng_arena_take(workshop->arena, before->count + after->count + 1, sizeof *record->files);
    if (record->files == NULL)
        return nng_fail_memory(error);
    for (size_t i = 0; i < after->count; i++) {
        const struct folder_file *is = &after->files[i], *was = folder_find(before, is->path);
        struct nng_file file;
        if (was != NULL && memcmp(was->digest, is->digest, SHA256_BYTES) == 0)
            continue;
        const char *path = nng_arena_print(workshop->arena, "%s/%s", workshop->folder, is->path);
        if (path == NULL)
            return nng_fail_memory(error);
        enum nng_status status = nng_file_read(path, FOLDER_FILE_BYTES, &file, error);
        if (status != NNG_OK)
            return status;
        const char *bytes = nng_arena_text_n(workshop->arena, file.bytes, file.length);
        nng_release(file.bytes);
        if (bytes == NULL)
            return nng_fail_memory(error);
        record->files[record->file_count++] = (struct record_file){is->path, bytes, file.length};
    }
    for (size_t i = 0; i < before->count; i++)
        if (folder_find(after, before->files[i].path) == NULL)
            record->files[record->file_count++] = (struct record_file){.path = before->files[i].path};
    return NNG_OK;
}

/* Does to the folder what the commands did when they ran. */
static enum nng_status apply_changes(struct workshop *workshop, const struct record *record, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    for (size_t i = 0; i < record->file_count; i++) {
        const struct record_file *file = &record->files[i];
        NNG_TRY(folder_note(workshop->arena, &workshop->files, file->path, file->bytes, file->length, error));
        if (file->bytes != NULL) {
            NNG_TRY(folder_write(workshop->folder, file->path, file->bytes, file->length, error));
            continue;
        }
        const char *path = nng_arena_print(workshop->arena, "%s/%s", workshop->folder, file->path);
        if (path == NULL)
            return nng_fail_memory(error);
        unlink(path);
    }
fail:
    return status;
}

/* What it said that explains it: its first error, or the verdict. */
static void find_reason(const char *output, char reason[512])
{
    static const char *const marks[] = {"error: ", "FALSE", "Verdict"};
    reason[0] = '\0';
    for (size_t i = 0; i < sizeof marks / sizeof marks[0] && reason[0] == '\0'; i++) {
        const char *found = strstr(output, marks[i]);
        if (found != NULL)
            nng_copy_text(reason, 512, found + (i == 0 ? strlen(marks[0]) : 0),
                          strcspn(found, "\n") - (i == 0 ? strlen(marks[0]) : 0));
    }
}

static enum nng_status check_ended(const struct workshop *workshop, const struct block *block, const struct step *step,
                                   int ended, const char *output, struct nng_error *error)
{
    char reason[512];
    if (ended == block->status)
        return NNG_OK;
    find_reason(output, reason);
    enum nng_status status = ended == nng_exit_status(NNG_INTERRUPTED)   ? NNG_INTERRUPTED
                             : ended == nng_exit_status(NNG_ENVIRONMENT) ? NNG_ENVIRONMENT
                                                                         : NNG_NUMERIC;
    return chapter_fail(workshop->chapter, status, step->line, error, "'%s' ended with status %d, not %d%s%s",
                        step->text, ended, block->status, reason[0] != '\0' ? ": " : "", reason);
}

static enum nng_status run_block(struct workshop *workshop, struct block *block, struct record *record,
                                 struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct folder after;
    *record = (struct record){.steps = nng_arena_take(workshop->arena, block->step_count, sizeof *record->steps),
                              .step_count = block->step_count};
    if (record->steps == NULL)
        return nng_fail_memory(error);
    NNG_TRY(place_derivation(workshop, block, workshop->folder, error));
    for (size_t k = 0; k < block->step_count; k++) {
        const struct step *step = &block->steps[k];
        struct record_step *ran = &record->steps[k];
        status = run_words(workshop, workshop->folder, step->words, false, &ran->status, &ran->output, error);
        if (status != NNG_OK)
            return blame(workshop, step, status, error);
        NNG_TRY(check_ended(workshop, block, step, ran->status, ran->output, error));
    }
    NNG_TRY(folder_list(workshop->arena, workshop->folder, FOLDER_WORK, &after, error));
    NNG_TRY(note_changes(workshop, &workshop->files, &after, record, error));
    workshop->files = after;
fail:
    return status;
}

/* What -o and --plot promised must be there. */
static enum nng_status check_made(const struct workshop *workshop, const struct block *block, struct nng_error *error)
{
    for (size_t k = 0; k < block->step_count; k++)
        for (size_t i = 0; i < 2; i++) {
            const char *made = block->steps[k].made[i];
            if (made != NULL && block->status == 0 && folder_find(&workshop->files, made) == NULL)
                return chapter_fail(workshop->chapter, NNG_NUMERIC, block->steps[k].line, error,
                                    "'%s' did not write '%s'", block->steps[k].text, made);
        }
    return NNG_OK;
}

/* ---- the same in another format ------------------------------------------------------------------------------ */

/* Runs the block's commands up to the k-th in a copy of the folder, that one in another format. */
static enum nng_status run_again(struct workshop *workshop, const struct block *block, size_t k, const char *format,
                                 struct record_step *ran, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const char *const *words;
    int ended;
    const char *said, *root = nng_arena_print(workshop->arena, "%s/again", workshop->root);
    const char *folder = nng_arena_print(workshop->arena, "%s/again/%s", workshop->root, workshop->name);
    if (root == NULL || folder == NULL)
        return nng_fail_memory(error);
    NNG_TRY(folder_make_parents(folder, "x", error));
    NNG_TRY(folder_copy(&workshop->files, workshop->folder, folder, error));
    NNG_TRY(place_derivation(workshop, block, folder, error));
    for (size_t i = 0; i < k; i++)
        NNG_TRY(run_words(workshop, folder, block->steps[i].words, false, &ended, &said, error));
    NNG_TRY(step_reformat(workshop->chapter, &block->steps[k], format, &words, error));
    status = run_words(workshop, folder, words, true, &ran->status, &ran->output, error);
    if (status != NNG_OK)
        NNG_TRY(blame(workshop, &block->steps[k], status, error));
fail:
    folder_remove(root);
    return status;
}

static enum nng_status reformat(struct workshop *workshop, struct block *block, size_t k, const char *format,
                                const char **output, struct nng_error *error)
{
    unsigned char key[SHA256_BYTES];
    struct record_step ran = {0};
    struct record record;
    enum nng_status status = NNG_OK;
    key_of_block(workshop, block, format, k, key);
    if (cache_get(workshop->cache, key, workshop->arena, &record) && record.step_count == 1) {
        *output = record.steps[0].output;
        return NNG_OK;
    }
    NNG_TRY(run_again(workshop, block, k, format, &ran, error));
    record = (struct record){.steps = &ran, .step_count = 1};
    cache_put(workshop->cache, key, &record);
    *output = ran.output;
fail:
    return status;
}

static enum nng_status make_tables(struct workshop *workshop, struct block *block, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    for (size_t k = 0; k < block->step_count; k++) {
        struct step *step = &block->steps[k];
        if ((step->formats & 1u << FORMAT_MARKDOWN) != 0)
            NNG_TRY(reformat(workshop, block, k, "markdown", &step->markdown, error));
        if ((step->formats & 1u << FORMAT_CSV) != 0)
            NNG_TRY(reformat(workshop, block, k, "csv", &step->csv, error));
    }
fail:
    return status;
}

/* ---- all blocks ---------------------------------------------------------------------------------------------- */

static enum nng_status do_block(struct workshop *workshop, struct block *block, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    struct record record;
    unsigned char key[SHA256_BYTES];
    if (block->kind == BLOCK_FILE)
        return require_file(workshop, block, block->values[KEY_NAME], error);
    if (block->step_count == 0)
        return NNG_OK;
    if (block->kind == BLOCK_DERIV && block->values[KEY_FILE] != NULL)
        NNG_TRY(require_file(workshop, block, block->file, error));
    if (block->claimed)
        NNG_TRY(reformat(workshop, block, block->step_count - 1, "json", &block->json, error));
    if (workshop->tables)
        NNG_TRY(make_tables(workshop, block, error));
    key_of_block(workshop, block, "text", 0, key);
    if (cache_get(workshop->cache, key, workshop->arena, &record) && record.step_count == block->step_count) {
        NNG_TRY(apply_changes(workshop, &record, error));
        for (size_t k = 0; k < block->step_count; k++)
            NNG_TRY(
                check_ended(workshop, block, &block->steps[k], record.steps[k].status, record.steps[k].output, error));
    } else {
        NNG_TRY(run_block(workshop, block, &record, error));
        cache_put(workshop->cache, key, &record);
    }
    memcpy(workshop->key, key, SHA256_BYTES);
    for (size_t k = 0; k < block->step_count; k++)
        block->steps[k].output = record.steps[k].output;
    NNG_TRY(check_made(workshop, block, error));
fail:
    return status;
}

enum nng_status workshop_run(struct workshop *workshop, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    for (size_t i = 0; i < workshop->chapter->block_count; i++)
        NNG_TRY(do_block(workshop, workshop->chapter->blocks[i], error));
fail:
    return status;
}
