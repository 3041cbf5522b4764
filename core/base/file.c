/* file.c - reading a whole file that somebody else wrote. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"

static enum nng_status fail_errno(const char *path, struct nng_error *error)
{
    const char *reason = errno == ENOENT    ? "no such file"
                         : errno == EACCES  ? "permission denied"
                         : errno == ENOTDIR ? "a part of its path is not a directory"
                                            : strerror(errno);
    return nng_fail_at(error, NNG_INPUT, path, 0, 0, NULL, "cannot read: %s", reason);
}

static enum nng_status fail_size(const char *path, size_t limit, struct nng_error *error)
{
    return nng_fail_at(error, NNG_INPUT, path, 0, 0, NULL, "cannot read: larger than %zu bytes", limit);
}

/* Fills file->bytes from what is open, until its end: the file may have grown or shrunk since its size was asked. */
static enum nng_status read_bytes(int descriptor, const char *path, size_t size, size_t limit, struct nng_file *file,
                                  struct nng_error *error)
{
    for (size_t room = size + 2;; room *= 2) {
        char *bytes = nng_reallocate(file->bytes, room, 1);
        if (bytes == NULL)
            return nng_fail_memory(error);
        file->bytes = bytes;
        while (file->length < room - 1) {
            ssize_t n = read(descriptor, bytes + file->length, room - 1 - file->length);
            if (n < 0 && errno == EINTR)
                continue;
            if (n < 0)
                return fail_errno(path, error);
            if (n == 0) {
                bytes[file->length] = '\0';
                return NNG_OK;
            }
            file->length += (size_t)n;
            if (file->length > limit)
                return fail_size(path, limit, error);
        }
    }
}

enum nng_status nng_file_read(const char *path, size_t limit, struct nng_file *file, struct nng_error *error)
{
    enum nng_status status = NNG_OK;
    *file = (struct nng_file){0};
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); /* a pipe must not block */
    struct stat about = {0};
    if (descriptor < 0 || fstat(descriptor, &about) != 0)
        NNG_TRY(fail_errno(path, error));
    if (!S_ISREG(about.st_mode))
        NNG_TRY(nng_fail_at(error, NNG_INPUT, path, 0, 0, NULL, "cannot read: %s",
                            S_ISDIR(about.st_mode) ? "it is a directory" : "not a regular file"));
    if (about.st_size < 0 || (uintmax_t)about.st_size > limit)
        NNG_TRY(fail_size(path, limit, error));
    file->device = (uint64_t)about.st_dev;
    file->inode = (uint64_t)about.st_ino;
    NNG_TRY(read_bytes(descriptor, path, (size_t)about.st_size, limit, file, error));
fail:
    if (descriptor >= 0)
        close(descriptor);
    if (status != NNG_OK) {
        nng_release(file->bytes);
        *file = (struct nng_file){0};
    }
    return status;
}
