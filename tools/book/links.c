/* links.c - do the links and pictures of a chapter lead anywhere?
 *
 *     [text](https://...)   [text](#heading)   [text](data.csv)   ![text](picture.svg)
 *     [text](../05-light-math/chapter.md#heading)
 */
#include "links.h"

#include <string.h>

#include "base/error.h"
#include "claim.h"

static enum nng_status check_anchor(const struct chapter *chapter, const struct link *link, const struct chapter *there,
                                    const char *anchor, struct nng_error *error)
{
    char hint[NNG_HINT_SIZE], quote[NNG_QUOTE_SIZE];
    for (size_t i = 0; i < there->anchor_count; i++)
        if (strcmp(there->anchors[i], anchor) == 0)
            return NNG_OK;
    return chapter_fail(chapter, NNG_INPUT, link->line, error, "the link '%s': there is no heading '#%s'%s", link->url,
                        nng_quote(quote, anchor, strlen(anchor)),
                        nng_hint(hint, nng_nearest_of(anchor, there->anchors, there->anchor_count)));
}

/* ../NAME/chapter.md[#heading] */
static enum nng_status check_chapter(const struct chapter *chapter, const struct link *link, const struct shelf *shelf,
                                     struct nng_error *error)
{
    static const char file[] = "/chapter.md";
    struct nng_arena *arena = chapter->arena;
    char hint[NNG_HINT_SIZE];
    const char *begin = link->url + strlen("../"), *slash = strchr(begin, '/');
    size_t length = slash != NULL ? (size_t)(slash - begin) : 0;
    if (slash == NULL || strncmp(slash, file, sizeof file - 1) != 0 ||
        (slash[sizeof file - 1] != '\0' && slash[sizeof file - 1] != '#'))
        return chapter_fail(chapter, NNG_INPUT, link->line, error,
                            "the link '%s' leads out of the folder, and to no chapter: ../NAME/chapter.md", link->url);
    const char *name = nng_arena_text_n(arena, begin, length), *anchor = slash + sizeof file - 1;
    if (name == NULL)
        return nng_fail_memory(error);
    if (shelf_index(shelf, name) == shelf->count)
        return chapter_fail(chapter, NNG_INPUT, link->line, error, "the link '%s': there is no chapter '%s'%s",
                            link->url, name, nng_hint(hint, nng_nearest_of(name, shelf->names, shelf->count)));
    if (*anchor == '\0')
        return NNG_OK;
    struct chapter *there = NULL;
    enum nng_status status = shelf_chapter(arena, shelf, name, &there, error);
    if (status == NNG_OK)
        status = check_anchor(chapter, link, there, anchor + 1, error);
    chapter_free(there);
    return status;
}

static const char *path_at(const void *folder, size_t i)
{
    return ((const struct folder *)folder)->files[i].path;
}

static enum nng_status check_file(const struct chapter *chapter, const struct link *link, const struct folder *files,
                                  struct nng_error *error)
{
    char hint[NNG_HINT_SIZE];
    if (folder_find(files, link->url) != NULL)
        return NNG_OK;
    return chapter_fail(chapter, NNG_INPUT, link->line, error, "%s '%s': there is no such file in the folder%s",
                        link->image ? "the picture" : "the link", link->url,
                        nng_hint(hint, nng_nearest(link->url, files, files->count, path_at)));
}

static bool is_web(const char *url)
{
    return strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0 || strncmp(url, "mailto:", 7) == 0;
}

static enum nng_status check_link(const struct chapter *chapter, const struct link *link, const struct folder *files,
                                  const struct shelf *shelf, struct nng_error *error)
{
    if (link_is_claim(link))
        return NNG_OK;
    if (is_web(link->url) && !link->image)
        return NNG_OK;
    if (link->url[0] == '#')
        return check_anchor(chapter, link, chapter, link->url + 1, error);
    if (strncmp(link->url, "../", 3) == 0 && !link->image)
        return check_chapter(chapter, link, shelf, error);
    return check_file(chapter, link, files, error);
}

static enum nng_status check_passage(const struct chapter *chapter, const struct passage *passage,
                                     const struct folder *files, const struct shelf *shelf, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    for (size_t i = 0; i < passage->link_count; i++)
        NNG_TRY(check_link(chapter, &passage->links[i], files, shelf, error));
    for (size_t i = 0; i < passage->block_count; i++)
        if (passage->blocks[i]->inner != NULL)
            NNG_TRY(check_passage(chapter, passage->blocks[i]->inner, files, shelf, error));
fail:
    return status;
}

enum nng_status links_check(const struct chapter *chapter, const struct folder *files, const struct shelf *shelf,
                            struct nng_error *error)
{
    return check_passage(chapter, chapter->whole, files, shelf, error);
}
