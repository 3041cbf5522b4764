/* claims.c - every claim of a chapter, once its commands have run. */
#include "claims.h"

#include <jansson.h>

#include "base/error.h"
#include "base/file.h"
#include "claim.h"
#include "base/memory.h"

/* All claims are tried, so that a chapter which changed is put right in one go. */
struct trial {
    const struct workshop *workshop;
    const struct chapter *chapter;
    book_complain *complain;
    void *context;
    enum nng_status worst;
    struct nng_error last;
};

static enum nng_status try_json(const struct trial *trial, const struct link *link, struct nng_error *error)
{
    json_error_t problem;
    const struct block *block = link->claim->block;
    json_t *root = json_loads(block->json, JSON_REJECT_DUPLICATES, &problem);
    if (root == NULL)
        return chapter_fail(trial->chapter, NNG_NUMERIC, block->line, error,
                            "'%s' wrote no JSON, which the claim '%s' needs: %s",
                            block->steps[block->step_count - 1].text, link->url, problem.text);
    enum nng_status status = claim_check_json(trial->chapter, link, root, error);
    json_decref(root);
    return status;
}

static enum nng_status try_csv(const struct trial *trial, const struct link *link, struct nng_error *error)
{
    struct nng_file file;
    const char *name = link->claim->file;
    const char *path = nng_arena_print(trial->chapter->arena, "%s/%s", trial->workshop->folder, name);
    if (path == NULL)
        return nng_fail_memory(error);
    if (folder_find(&trial->workshop->files, name) == NULL)
        return chapter_fail(trial->chapter, NNG_INPUT, link->line, error, "the claim '%s': no command wrote '%s'",
                            link->url, name);
    enum nng_status status = nng_file_read(path, FOLDER_FILE_BYTES, &file, error);
    if (status != NNG_OK)
        return status;
    status = claim_check_csv(trial->chapter, link, file.bytes, error);
    nng_release(file.bytes);
    return status;
}

static void try_passage(struct trial *trial, const struct passage *passage)
{
    for (size_t i = 0; i < passage->link_count; i++) {
        const struct link *link = &passage->links[i];
        struct nng_error error = {0};
        if (!link_is_claim(link))
            continue;
        enum nng_status status =
            link->claim->file != NULL ? try_csv(trial, link, &error) : try_json(trial, link, &error);
        if (status == NNG_OK)
            continue;
        if (trial->worst != NNG_OK)
            trial->complain(trial->context, &trial->last);
        trial->last = error;
        trial->worst = status > trial->worst ? status : trial->worst;
    }
    for (size_t i = 0; i < passage->block_count; i++)
        if (passage->blocks[i]->inner != NULL)
            try_passage(trial, passage->blocks[i]->inner);
}

enum nng_status claims_check(const struct workshop *workshop, book_complain *complain, void *context,
                             struct nng_error *error)
{
    struct trial trial = {.workshop = workshop, .chapter = workshop->chapter, .complain = complain, .context = context};
    try_passage(&trial, workshop->chapter->whole);
    if (trial.worst != NNG_OK && error != NULL)
        *error = trial.last;
    return trial.worst;
}
