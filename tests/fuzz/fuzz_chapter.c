/* fuzz_chapter.c - a chapter from any bytes: its blocks, links and headings, the command lines in it, its claims
 * against some JSON and CSV, and the same bytes as C whose functions are looked for. Parts must lie within what was
 * read. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/error.h"
#include "base/text.h"
#include "chapter.h"
#include "claim.h"
#include "source.h"
#include "steps.h"

static const char json[] =
    "{\"a\": 1.5, \"verdict\": \"pass\", \"gradient\": [{\"name\": \"w_111\", \"analytic\": -0.13}],"
    " \"forward\": [{\"layer\": 1, \"h\": [[1, 2]]}], \"null\": null}";
static const char csv[] = "epoch,loss,\"a, b\"\n0,0.5,x\n10,1e-3,\n";

/* An error must say something, as text, and only an error does. */
static void check_error(enum nng_status status, const struct nng_error *error)
{
    size_t bad;
    if ((status == NNG_OK) != (error->text[0] == '\0') || !nng_utf8_valid(error->text, strlen(error->text), &bad) ||
        !nng_utf8_valid(error->source, strlen(error->source), &bad))
        abort();
}

static void check_claim(const struct chapter *chapter, struct link *link, const json_t *root)
{
    struct nng_error error = {0};
    enum nng_status status = claim_read(chapter, link, &error);
    check_error(status, &error);
    if (status != NNG_OK)
        return;
    status = claim_check_json(chapter, link, root, &error);
    check_error(status, &error);
    error = (struct nng_error){0};
    if (link->claim->file != NULL)
        check_error(claim_check_csv(chapter, link, csv, &error), &error);
}

static void check_passage(const struct chapter *chapter, struct passage *passage, const json_t *root)
{
    size_t at = 0;
    for (size_t i = 0; i < passage->block_count; i++) {
        const struct block *block = passage->blocks[i];
        if (block->begin < at || block->end <= block->begin || block->end > passage->length)
            abort();
        at = block->end;
        if (block->inner != NULL)
            check_passage(chapter, block->inner, root);
    }
    at = 0;
    for (size_t i = 0; i < passage->link_count; i++) {
        struct link *link = &passage->links[i];
        if (link->begin > link->end || link->end > passage->length)
            abort();
        if (!link_is_claim(link))
            continue;
        if (link->begin < at || link->end == link->begin)
            abort();
        at = link->end;
        check_claim(chapter, link, root);
    }
}

static void check_source(const char *text, size_t length)
{
    struct scan scan = {.text = text, .length = length};
    struct definition definition;
    while (source_next(&scan, &definition))
        if (definition.begin >= definition.end || definition.end > length ||
            definition.name + definition.name_length > text + length)
            abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct chapter *chapter = NULL;
    struct nng_error error = {0};
    json_t *root = json_loads(json, 0, NULL);
    enum nng_status status = chapter_of_text("chapter.md", (const char *)data, size, &chapter, &error);
    if ((status == NNG_OK) != (chapter != NULL) || root == NULL)
        abort();
    check_error(status, &error);
    if (chapter != NULL) {
        check_passage(chapter, chapter->whole, root);
        check_error(steps_check(chapter, &error), &error);
    }
    chapter_free(chapter);
    json_decref(root);
    check_source((const char *)data, size);
    return 0;
}
