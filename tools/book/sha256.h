/* sha256.h - SHA-256 (FIPS 180-4): the name of a result is what it was computed from. */
#ifndef NNGRAD_BOOK_SHA256_H
#define NNGRAD_BOOK_SHA256_H

#include <stddef.h>
#include <stdint.h>

enum { SHA256_BYTES = 32, SHA256_HEX = 2 * SHA256_BYTES + 1 };

struct sha256 {
    uint32_t state[8];
    uint64_t length; /* bytes so far */
    unsigned char block[64];
};

void sha256_begin(struct sha256 *hash);
void sha256_add(struct sha256 *hash, const void *bytes, size_t length);
void sha256_end(struct sha256 *hash, unsigned char digest[SHA256_BYTES]);

/* A text with its '\0': two texts are never told from one by where they are cut. NULL is told from "". */
void sha256_add_text(struct sha256 *hash, const char *text);

void sha256_hex(const unsigned char digest[SHA256_BYTES], char hex[SHA256_HEX]);

#endif
