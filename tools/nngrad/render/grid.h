/* grid.h - the page's matrix on a terminal, in numbers or in symbols. */
#ifndef NNGRAD_GRID_H
#define NNGRAD_GRID_H

#include "inspection.h"

void grid_text(const struct inspection *inspection, const struct style *style, bool symbols, struct nng_text *out);

#endif
