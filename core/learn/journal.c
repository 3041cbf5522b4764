/* journal.c - a table by epoch that grows on the disk. */
#include "learn/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/save.h"

enum { MANY = 1 << 20 };

static enum nng_status fail_writing(const struct nng_journal *journal, int number, struct nng_error *error)
{
    return nng_fail_at(error, NNG_ENVIRONMENT, journal->part, 0, 0, NULL, "cannot write: %s", strerror(number));
}

enum nng_status nng_journal_open(struct nng_journal *journal, struct nng_arena *arena, const char *path,
                                 struct nng_error *error)
{
    size_t size = strlen(path) + sizeof ".part";
    *journal = (struct nng_journal){
        .path = nng_arena_text(arena, path), .part = nng_arena_take(arena, size, 1), .descriptor = -1};
    if (journal->path == NULL || journal->part == NULL)
        return nng_fail_memory(error);
    snprintf(journal->part, size, "%s.part", path);
    return NNG_OK;
}

void nng_journal_close(struct nng_journal *journal)
{
    if (journal->part != NULL && journal->descriptor >= 0)
        close(journal->descriptor);
    journal->descriptor = -1;
    nng_text_free(&journal->rows);
}

bool nng_journal_exists(const struct nng_journal *journal)
{
    return access(journal->part, F_OK) == 0 || access(journal->path, F_OK) == 0;
}

int nng_journal_remove(const struct nng_journal *journal)
{
    const char *const files[] = {journal->part, journal->path};
    for (size_t i = 0; i < 2; i++)
        if (unlink(files[i]) != 0 && errno != ENOENT)
            return errno;
    return 0;
}

/* ---- going on ----------------------------------------------------------------------------------------------- */

/* Does the file begin with the header? */
static bool begins_with(FILE *file, const struct nng_text *header)
{
    size_t i = 0;
    while (i < header->length && getc(file) == (unsigned char)header->data[i])
        i++;
    return i == header->length;
}

/* The bytes of the lines from here that are rows 0 ... rows - 1. */
static size_t length_of_rows(FILE *file, size_t rows)
{
    enum { DIGITS = 18 };
    size_t length = 0;
    for (;;) {
        size_t line = 0, epoch = 0;
        int c;
        for (; (c = getc(file)) >= '0' && c <= '9' && line < DIGITS; line++)
            epoch = epoch * 10 + (size_t)(c - '0');
        if (c != ',' || line == 0 || epoch >= rows)
            return length;
        for (; c != '\n' && c != EOF; c = getc(file))
            line++;
        if (c == EOF)
            return length;
        length += line + 1;
    }
}

enum nng_status nng_journal_resume(struct nng_journal *journal, size_t rows, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    const char *path = access(journal->part, F_OK) == 0 ? journal->part : journal->path;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat about = {0};
    FILE *file = NULL;
    if (descriptor < 0 && errno == ENOENT)
        return NNG_OK;
    if (descriptor < 0 || fstat(descriptor, &about) != 0)
        NNG_TRY(nng_fail_at(error, NNG_INPUT, path, 0, 0, NULL, "cannot read: %s", strerror(errno)));
    if (!S_ISREG(about.st_mode))
        NNG_TRY(nng_fail_at(error, NNG_INPUT, path, 0, 0, NULL, "cannot read: not a regular file"));
    if ((file = fdopen(descriptor, "rb")) == NULL)
        NNG_TRY(nng_fail_memory(error));
    descriptor = -1;
    if (about.st_size == 0) /* the process died before it wrote anything */
        goto fail;
    if (!begins_with(file, &journal->rows))
        NNG_TRY(nng_fail_at(error, NNG_INPUT, path, 1, 0, NULL, "its columns are not those of this training"));
    journal->kept = journal->rows.length + length_of_rows(file, rows);
    nng_text_free(&journal->rows);
fail:
    if (descriptor >= 0)
        close(descriptor);
    if (file != NULL)
        fclose(file);
    return status;
}

/* ---- growing ------------------------------------------------------------------------------------------------ */

/* FILE.part as it is to be gone on with. 0 or errno */
static int begin_part(struct nng_journal *journal)
{
    if (journal->kept > 0 && access(journal->part, F_OK) != 0 && rename(journal->path, journal->part) != 0)
        return errno;
    journal->descriptor = open(journal->part, O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0666);
    if (journal->descriptor < 0)
        return errno;
    return ftruncate(journal->descriptor, (off_t)journal->kept) != 0 ||
                   lseek(journal->descriptor, 0, SEEK_END) == (off_t)-1
               ? errno
               : 0;
}

static enum nng_status write_rows(struct nng_journal *journal, struct nng_error *error)
{
    if (journal->rows.failed)
        return nng_fail_memory(error);
    int number = journal->descriptor < 0 ? begin_part(journal) : 0;
    if (number == 0)
        number = nng_write_all(journal->descriptor, journal->rows.data, journal->rows.length);
    if (number != 0)
        return fail_writing(journal, number, error);
    nng_text_free(&journal->rows);
    return NNG_OK;
}

enum nng_status nng_journal_grow(struct nng_journal *journal, struct nng_error *error)
{
    return journal->rows.failed || journal->rows.length > MANY ? write_rows(journal, error) : NNG_OK;
}

enum nng_status nng_journal_save(struct nng_journal *journal, struct nng_error *error)
{
    enum nng_status status = write_rows(journal, error);
    if (status == NNG_OK && fsync(journal->descriptor) != 0)
        status = fail_writing(journal, errno, error);
    return status;
}

enum nng_status nng_journal_finish(struct nng_journal *journal, struct nng_error *error)
{
    int number = close(journal->descriptor) != 0 ? errno : 0;
    journal->descriptor = -1;
    if (number == 0 && rename(journal->part, journal->path) != 0)
        number = errno;
    return number != 0 ? fail_writing(journal, number, error) : NNG_OK;
}
