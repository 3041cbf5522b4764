/* info.h - what stands behind the fence of a block: its kind, and KEY=VALUE words. */
#ifndef NNGRAD_BOOK_INFO_H
#define NNGRAD_BOOK_INFO_H

#include "chapter.h"

/* Reads the words behind a fence into block->kind and block->values, and checks them. `line` is for messages. */
NNG_MUST_USE enum nng_status info_read(const struct chapter *chapter, const char *info, struct block *block,
                                       struct nng_error *error);

#endif
