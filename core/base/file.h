/* file.h - reading a whole file that somebody else wrote. */
#ifndef NNG_BASE_FILE_H
#define NNG_BASE_FILE_H

#include <stdint.h>

#include <nngrad/nngrad.h>

struct nng_file {
    char *bytes; /* length bytes and a '\0'; nng_release frees them */
    size_t length;
    uint64_t device, inode; /* the same file under two names has the same pair */
};

/* Reads a regular file of at most `limit` bytes: directories, pipes and devices are refused. The error names the file
 * in its place and the reason in its text: "cannot read: no such file". */
NNG_MUST_USE enum nng_status nng_file_read(const char *path, size_t limit, struct nng_file *file,
                                           struct nng_error *error);

#endif
