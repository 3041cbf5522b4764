/* begin.c - a chapter of one's own: the folder, and a chapter.md that weaves as it is. */
#include "book.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/save.h"

#include "starters.h" /* made by CMake: tools/starters/chapter.md and model.cfg */

static enum nng_status write_file(const char *folder, const char *name, const unsigned char *bytes,
                                  struct nng_error *error)
{
    struct nng_text path = {0};
    nng_text_print(&path, "%s/%s", folder, name);
    enum nng_status status =
        path.failed ? nng_fail_memory(error) : nng_file_write(path.data, bytes, strlen((const char *)bytes), error);
    nng_text_free(&path);
    return status;
}

enum nng_status book_new(const char *folder, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    if (mkdir(folder, 0777) != 0)
        return nng_fail_at(error, errno == EEXIST ? NNG_INPUT : NNG_ENVIRONMENT, folder, 0, 0, NULL,
                           errno == EEXIST ? "there is one already: a chapter begins in a new folder"
                                           : "cannot be made: %s",
                           strerror(errno));
    NNG_TRY(write_file(folder, "model.cfg", starter_model, error));
    NNG_TRY(write_file(folder, "chapter.md", starter_chapter, error));
fail:
    return status;
}
